"""The reference that a purchase carries and a lease tells: made once with the claim, proof of whose the lease is."""

from __future__ import annotations

import base64
import re
import secrets

_REFERENCE = re.compile(r"(?<![A-Za-z0-9-])pl-[a-z2-7]{26}(?![A-Za-z0-9-])")


def mint_reference() -> str:
    """Make a reference that no other claim has: `pl-` and 26 characters of base32."""
    return f"pl-{base64.b32encode(secrets.token_bytes(16)).decode().rstrip('=').lower()}"


def find_reference(text: str) -> str | None:
    """Find the reference in a text that was read back, or None where it has none of our form."""
    found = _REFERENCE.search(text)
    return found[0] if found else None
