"""A program as text, as a user would have written it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .plan import Declared, Door, Program

_HEAD = """import pulumi
from {package} import LeasedNumber, NumberPool
"""
_PACKAGES: Mapping[Door, str] = {"dynamic": "pulumi_leases", "native": "tools.native_sdk"}
_HOOK = """

def again(args: pulumi.ErrorHookArgs) -> bool:
    return len(args.errors) <= {retries}

hooks = pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook("again", again)])
"""


def text(program: Program) -> str:
    """Write the program."""
    hook = _HOOK.format(retries=program.retries) if program.retries else ""
    lines = [_declaration(one, program.service, hooked=bool(hook)) for one in program.declared]
    return "\n".join([_HEAD.format(package=_PACKAGES[program.door]) + hook, *lines, ""])


def _declaration(one: Declared, service: str, *, hooked: bool) -> str:
    given = {
        "number": one.number,
        "search": one.search,
        "slots": list(one.slots) or None,
        "service": service,
        "account": one.account,
        "adopt": one.adopt or None,
        "lease_again": _consent(one),
        **one.wiring,
    }
    options = [
        *(["retain_on_delete=False"] if one.adopt else []),
        *([f"aliases=[pulumi.Alias(name={one.alias!r})]"] if one.alias else []),
        *(["hooks=hooks"] if hooked else []),
    ]
    kind = "NumberPool" if one.slots else "LeasedNumber"
    said = [f"{key}={value!r}" for key, value in given.items() if value is not None]
    said = [repr(one.name), f"pulumi.ResourceOptions({', '.join(options)})", *said]
    return f"{kind}({', '.join(said)})"


def _consent(one: Declared) -> str | dict[str, str] | None:
    if not one.slots:
        return one.lease_again.get(one.name)
    return {
        slot: one.lease_again[name] for slot, name in zip(one.slots, one.names, strict=True) if name in one.lease_again
    } or None
