"""What is on offer and what is leased, as data for a program. Reads, never spends; each service is asked once a run.

Each function has a twin that ends in `_output`: it takes inputs that are not known yet, waits without holding up the
program, and is not run in a preview while something that it depends on is still to be created.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, cast

import pulumi

from ..domain.errors import InvalidInput
from ..engine import questions
from . import current
from .args import NumberSearchArgs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .args import NumberSearchArgsDict

Read = TypeVar("Read")


class _AnyNumber(TypedDict):
    """What a service reports of any number; null where it does not report it."""

    number: str
    """E.164."""
    service: str
    """The service that reports it."""
    account: str
    """The configured login that asked for it."""
    country: str | None
    """ISO 3166 alpha-2 code."""
    region: str | None
    """State or region, as the service writes it."""
    city: str | None
    """City, as the service writes it."""
    carrier: str | None
    """Carrier, as the service writes it."""
    number_type: str | None
    """Such as `local`, as the service calls it."""
    capabilities: list[str] | None
    """Sorted: some of `imessage`, `mms`, `rcs`, `sms`, `voice`, `whatsapp`."""
    currency: str | None
    """ISO 4217 code of both prices."""
    upfront_fee: float | None
    """Due once, in `currency`."""
    monthly_rate: float | None
    """Due each month, in `currency`."""


class AvailableNumber(_AnyNumber):
    """A number on offer."""

    reputation: float | None
    """From 0 to 1."""
    previous_owners: int | None
    """How many have leased it before."""
    requirements: list[str]
    """What the service wants of a login before it leases the number, in its own words; a search chooses such a number last."""


class NumberLease(_AnyNumber):
    """A lease that the account holds, whoever made it."""

    lease_id: str
    """What the service calls the lease."""
    lease_status: str
    """As the service says: `active`, `paused`, …; `ending` where it is cancelled and runs out."""
    billing_method: str | None
    """Contiguity's: `monthly`, `service_contract`, …"""
    leased_at: str | None
    """ISO 8601 in UTC."""
    ends_at: str | None
    """ISO 8601 in UTC."""
    reference: str | None
    """The text that was sent with the purchase, where the service carries one: evidence of which stack leased it."""


def get_available_numbers(
    search: NumberSearchArgs | NumberSearchArgsDict | None = None,
    *,
    service: str | None = None,
    account: str | None = None,
    limit: int | None = None,
) -> list[AvailableNumber]:
    """List the numbers on offer that fit a search, the best first; the list is empty where none does.

    Args:
        search: What the numbers must be like; everything on offer where nothing is said.
        service: As for a `LeasedNumber`.
        account: As for a `LeasedNumber`.
        limit: How many numbers at most.

    Raises:
        pulumi_leases.InvalidInput: An argument is wrong, or the service does not report what a criterion is about.
        pulumi_leases.LeaseError: The service could not be asked.
    """
    return _available(_plain({"search": search, "service": service, "account": account, "limit": limit}), 0.0)


def get_available_numbers_output(
    search: pulumi.Input[NumberSearchArgs | NumberSearchArgsDict] | None = None,
    *,
    service: pulumi.Input[str] | None = None,
    account: pulumi.Input[str] | None = None,
    limit: pulumi.Input[int] | None = None,
    opts: pulumi.InvokeOptions | None = None,
) -> pulumi.Output[list[AvailableNumber]]:
    """Do as `get_available_numbers`, with arguments that may not be known yet."""
    return _later(_available, {"search": search, "service": service, "account": account, "limit": limit}, opts)


def get_leased_numbers(*, service: str | None = None, account: str | None = None) -> list[NumberLease]:
    """List every lease that the account holds, by number, whoever made it; the list is empty where there is none.

    Args:
        service: As for a `LeasedNumber`.
        account: As for a `LeasedNumber`.

    Raises:
        pulumi_leases.LeaseError: The service could not be asked; a partial list is never returned.
    """
    return _list_leased(_plain({"service": service, "account": account}), 0.0)


def get_leased_numbers_output(
    *,
    service: pulumi.Input[str] | None = None,
    account: pulumi.Input[str] | None = None,
    opts: pulumi.InvokeOptions | None = None,
) -> pulumi.Output[list[NumberLease]]:
    """Do as `get_leased_numbers`, with arguments that may not be known yet.

    With `depends_on` in `opts` (`pulumi.InvokeOutputOptions`) the list is read after these resources are made.
    """
    return _later(_list_leased, {"service": service, "account": account}, opts)


def get_number(number: str, *, service: str | None = None, account: str | None = None) -> NumberLease:
    """Look up the lease of one number that the account leases, whoever made it.

    Args:
        number: E.164, or anything that parses to a possible number.
        service: As for a `LeasedNumber`.
        account: As for a `LeasedNumber`.

    Raises:
        pulumi_leases.NotFound: The account does not lease the number.
        pulumi_leases.InvalidInput: An argument is not what it should be.
        pulumi_leases.LeaseError: The service could not be asked.
    """
    return _one(_plain({"number": number, "service": service, "account": account}), 0.0)


def get_number_output(
    number: pulumi.Input[str],
    *,
    service: pulumi.Input[str] | None = None,
    account: pulumi.Input[str] | None = None,
    opts: pulumi.InvokeOptions | None = None,
) -> pulumi.Output[NumberLease]:
    """Do as `get_number`, with arguments that may not be known yet."""
    return _later(_one, {"number": number, "service": service, "account": account}, opts)


def _available(arguments: Mapping[str, Any], since: float) -> list[AvailableNumber]:
    """Read the offers; they are read once a run, whatever `since` says."""
    del since
    program = current.current_program()  # kept meanwhile: it closes the login at its end
    return cast("list[AvailableNumber]", questions.available_numbers(program.run, arguments))


def _list_leased(arguments: Mapping[str, Any], since: float) -> list[NumberLease]:
    program = current.current_program()
    return cast("list[NumberLease]", questions.list_leased_numbers(program.run, arguments, since))


def _one(arguments: Mapping[str, Any], since: float) -> NumberLease:
    """Look up one lease; what the listing does not show is asked for singly, so that `since` changes nothing."""
    del since
    program = current.current_program()
    return cast("NumberLease", questions.look_up_number(program.run, arguments))


def _plain(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Write arguments as plain values.

    Raises:
        InvalidInput: One of them is an output, which is not known here.
    """
    search = arguments.get("search")
    plain = {**arguments, "search": vars(search)} if isinstance(search, NumberSearchArgs) else dict(arguments)
    for name, value in plain.items():
        parts: Sequence[Any] = [value, *value.values()] if isinstance(value, dict) else [value]
        if any(isinstance(part, pulumi.Output) for part in parts):
            raise InvalidInput(name, f"{name}: an output is not known here: use the function that ends in _output")
    return plain


def _later(
    read: Callable[[Mapping[str, Any], float], Read], arguments: Mapping[str, Any], opts: pulumi.InvokeOptions | None
) -> pulumi.Output[Read]:
    """Read in a thread of its own, as soon as all arguments and dependencies are there."""
    if opts is not None and opts.provider is not None:
        raise pulumi.RunError(
            "opts.provider is refused: for several logins, configure `leases:accounts` and say `account=`"
        )
    asked = pulumi.Output.from_input(dict(arguments))

    def work(known: Sequence[Any]) -> Any:
        given, made = known
        return asyncio.to_thread(read, _plain(given), time.monotonic() if made else 0.0)

    return pulumi.Output.all(asked, pulumi.Output.from_input(_gather_ids(asked, opts))).apply(work)


async def _gather_ids(asked: pulumi.Output[Any], opts: pulumi.InvokeOptions | None) -> Any:
    """Gather the ids of all that must be made first, as the SDK does for functions of its own: unknown until they are."""
    # Late: the SDK keeps these to itself.
    from pulumi.runtime import rpc
    from pulumi.runtime._depends_on import _resolve_depends_on

    said = opts._depends_on_list() if isinstance(opts, pulumi.InvokeOutputOptions) else []  # noqa: SLF001 (no public way)
    needed = {*await _resolve_depends_on(said), *await asked.resources()}
    expanded = await rpc._expand_dependencies(needed, None)  # noqa: SLF001 (as above)
    return [made for one in expanded.values() if (made := vars(one).get("id")) is not None]
