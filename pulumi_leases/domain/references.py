"""A text that goes with a purchase and proves later whose the lease is: `pl-` and 26 characters of base32."""

from __future__ import annotations

import base64
import re
import secrets

_FORM = re.compile(r"(?<![a-z0-9-])pl-[a-z2-7]{26}(?![a-z0-9-])")


def mint_reference() -> str:
    """Make a new reference: 128 random bits, so that no two claims ever share one."""
    return f"pl-{base64.b32encode(secrets.token_bytes(16)).decode().rstrip('=').lower()}"


def find_reference(text: str | None) -> str | None:
    """Find our reference in what a service shows of a lease; None where somebody's own text stands there."""
    found = _FORM.search(text or "")
    return found[0] if found else None
