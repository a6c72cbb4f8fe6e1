"""Numbers that the state holds and the run may not check, from the program's hints: they count, or were only renamed."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..domain.errors import InvalidInput
from .budget import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_costs(text: str) -> dict[str, Entry]:
    """Read the monthly cost of each held number that the program declares as before, by owner."""
    hints: Mapping[str, Any] = json.loads(text)["counted"] if text else {}
    return {
        owner: Entry(number, currency, None if rate is None else Decimal(str(rate)), is_new=False)
        for owner, (number, currency, rate) in hints.items()
    }


def refuse_rename(text: str, owner: str, parent: str, search: Mapping[str, Any], at: tuple[str, str]) -> None:
    """Refuse a new search that equals one whose resource the program does not declare any more.

    Renamed without an alias, the old one would be released and another number leased. Slots of one pool come and go alone, and
    where others have an alias, one of them may have taken the number over.

    Args:
        text: The hints that the program wrote for the check.
        owner: The new resource.
        parent: What the program calls its parent.
        search: What it searches for, as a state holds it.
        at: Its service and account.

    Raises:
        InvalidInput: The number would be released for the sake of a name.
    """
    hints: Mapping[str, Any] = json.loads(text) if text else {"removed": {}}
    chain, _, name = owner.rpartition("::")
    slot = name.removeprefix(parent) if parent and name.startswith(f"{parent}-") else None
    alike = {
        urn: number
        for urn, (number, *where, other) in hints["removed"].items()
        if other == search and tuple(where) == at and not (slot and urn.startswith(f"{chain}::{parent}-"))
    }
    if len(alike) <= hints.get("aliased", 0):
        return
    old_urn = min(alike, key=lambda urn: (not (slot and urn.endswith(slot)), urn))
    old_chain, _, old = old_urn.rpartition("::")
    is_pool = slot is not None and old.endswith(slot) and old_chain == chain
    alias = [f'name="{old.removesuffix(slot or "") if is_pool else old}"'] if old != name else []
    if old_chain != chain:
        alias.append("parent=" + ("…, its old parent" if "$" in old_chain else "pulumi.ROOT_STACK_RESOURCE"))
    raise InvalidInput(
        "search",
        f"{old!r}, which holds {alike[old_urn]} by the same search, is not declared any more. Renamed or moved? Give "
        f"{parent if is_pool else name!r} `opts=pulumi.ResourceOptions(aliases=[pulumi.Alias({', '.join(alias)})])`, and the "
        f"number stays. Is another number meant? Remove {old!r} and `pulumi up` first, or declare {name!r} by `number`",
    )
