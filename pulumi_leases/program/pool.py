"""Several numbers of one kind, one a slot."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import pulumi

from ..engine.state import POOL_TYPE
from .number import LeasedNumber

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

    from .args import (
        FailoverArgs,
        FailoverArgsDict,
        MessagingArgs,
        MessagingArgsDict,
        NumberSearchArgs,
        NumberSearchArgsDict,
        RequirementsArgs,
        RequirementsArgsDict,
        StatusCallbackArgs,
        StatusCallbackArgsDict,
        VoiceArgs,
        VoiceArgsDict,
    )

MOST_SLOTS = 1000
_SLOT = re.compile(r"[A-Za-z0-9._-]+\Z")


class NumberPool(pulumi.ComponentResource):
    """One leased number for each slot. Adding a slot leases one, removing a slot releases that one; others stay.

    Name slots by what they are for. With `count` the slots are `"0"`, `"1"`, …: a smaller count releases the last ones,
    never one in the middle.

    Args:
        resource_name: The name of the pool; its numbers are `<pool>-<slot>`.
        opts: The pool's options; `protect` and `retain_on_delete` hold for all its numbers.
        slots: The names of the slots: letters, digits, `.`, `_` and `-`. Exactly one of `slots` and `count` is given.
        count: How many slots there are.
        search: What each number must be like.
        service: As for a `LeasedNumber`.
        account: As for a `LeasedNumber`.
        billing_method: As for a `LeasedNumber`.
        label: As for a `LeasedNumber`, for each number.
        voice: As for a `LeasedNumber`.
        messaging: As for a `LeasedNumber`.
        status_callback: As for a `LeasedNumber`.
        emergency_address: As for a `LeasedNumber`.
        tags: As for a `LeasedNumber`, for each number.
        requirements: As for a `LeasedNumber`.
        failover: As for a `LeasedNumber`.
        max_monthly_rate: As for a `LeasedNumber`, for each number.
        max_upfront_fee: As for a `LeasedNumber`, for each number.
        lease_again: For slots whose lease was lost, the id of the lost lease.
        slot_opts: Further options for the numbers of some slots, such as `retain_on_delete`.

    Raises:
        pulumi.RunError: The slots are none, too many, doubled or not names.
    """

    numbers: pulumi.Output[Mapping[str, str]]
    """The number of each slot, E.164."""
    members: Mapping[str, LeasedNumber]
    """The resource of each slot."""

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        slots: Sequence[str] | None = None,
        count: int | None = None,
        search: pulumi.Input[NumberSearchArgs | NumberSearchArgsDict],
        service: pulumi.Input[str] | None = None,
        account: pulumi.Input[str] | None = None,
        billing_method: pulumi.Input[Literal["monthly", "service_contract"]] | None = None,
        label: pulumi.Input[str] | None = None,
        voice: pulumi.Input[VoiceArgs | VoiceArgsDict] | None = None,
        messaging: pulumi.Input[MessagingArgs | MessagingArgsDict] | None = None,
        status_callback: pulumi.Input[StatusCallbackArgs | StatusCallbackArgsDict] | None = None,
        emergency_address: pulumi.Input[str] | None = None,
        tags: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        requirements: pulumi.Input[RequirementsArgs | RequirementsArgsDict] | None = None,
        failover: pulumi.Input[FailoverArgs | FailoverArgsDict] | None = None,
        max_monthly_rate: pulumi.Input[float] | None = None,
        max_upfront_fee: pulumi.Input[float] | None = None,
        lease_again: Mapping[str, pulumi.Input[str]] | None = None,
        slot_opts: Mapping[str, pulumi.ResourceOptions] | None = None,
    ) -> None:
        names = slot_names(resource_name, slots, count)
        for said, what in ((lease_again, "lease_again"), (slot_opts, "slot_opts")):
            if isinstance(said, str):
                raise pulumi.RunError(
                    f"NumberPool {resource_name!r}: {what} maps slots to what holds for them: "
                    f"{what}={{{names[0]!r}: {said!r}}}"
                )
            if strange := sorted(set(said or {}) - set(names)):
                raise pulumi.RunError(f"NumberPool {resource_name!r}: {what} names {strange[0]!r}, which is no slot")
        super().__init__(POOL_TYPE, resource_name, None, opts)
        each: dict[str, Any] = {
            "search": search,
            "service": service,
            "account": account,
            "billing_method": billing_method,
            "label": label,
            "voice": voice,
            "messaging": messaging,
            "status_callback": status_callback,
            "emergency_address": emergency_address,
            "tags": tags,
            "requirements": requirements,
            "failover": failover,
            "max_monthly_rate": max_monthly_rate,
            "max_upfront_fee": max_upfront_fee,
        }
        self.members = {
            slot: LeasedNumber(
                f"{resource_name}-{slot}",
                pulumi.ResourceOptions.merge((slot_opts or {}).get(slot), pulumi.ResourceOptions(parent=self)),
                lease_again=(lease_again or {}).get(slot),
                **each,
            )
            for slot in names
        }
        self.numbers = pulumi.Output.all(**{slot: member.number for slot, member in self.members.items()})
        self.register_outputs({"numbers": self.numbers})


def slot_names(pool: str, slots: Sequence[str] | None, count: int | None) -> list[str]:
    """Name the slots of a pool, each once.

    Raises:
        pulumi.RunError: The slots are none, too many, doubled or not names.
    """
    if (slots is None) == (count is None):
        raise pulumi.RunError(f"NumberPool {pool!r}: give exactly one of slots and count")
    if count is not None and (isinstance(count, bool) or not isinstance(count, int)):
        raise pulumi.RunError(f"NumberPool {pool!r}: count must be a whole number, not {count!r}")
    if slots is not None and (isinstance(slots, str) or not isinstance(slots, Collection)):
        raise pulumi.RunError(
            f"NumberPool {pool!r}: slots must be a list of names that is known when the program runs, not {slots!r}"
        )
    size = len(slots) if slots is not None else count or 0
    if not 0 < size <= MOST_SLOTS:
        raise pulumi.RunError(f"NumberPool {pool!r}: a pool has 1 to {MOST_SLOTS} slots, not {size}")
    names = list(slots) if slots is not None else [str(slot) for slot in range(size)]
    for slot in names:
        if not isinstance(slot, str) or not _SLOT.match(slot):
            raise pulumi.RunError(
                f"NumberPool {pool!r}: a slot's name is letters, digits, '.', '_' and '-', not {slot!r}"
            )
    if doubled := next((slot for slot in names if names.count(slot) > 1), None):
        raise pulumi.RunError(f"NumberPool {pool!r}: slot {doubled!r} is given twice")
    return names
