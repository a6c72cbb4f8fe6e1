"""What a program declares: `LeasedNumber`, and the private intent behind each.

The type tokens are in users' states, so they stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pulumi

from ..engine.state import NUMBER_OUTPUTS
from ..provider import RUN_HINTS, LeasedNumberProvider, LeaseIntentProvider
from . import current, options
from .args import NumberSearchArgs
from .resource import Resource

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typing_extensions import Self

    from .args import (
        FailoverArgs,
        FailoverArgsDict,
        MessagingArgs,
        MessagingArgsDict,
        NumberSearchArgsDict,
        RequirementsArgs,
        RequirementsArgsDict,
        StatusCallbackArgs,
        StatusCallbackArgsDict,
        VoiceArgs,
        VoiceArgsDict,
    )


class LeaseIntent(Resource, module="leases", name="LeaseIntent"):
    """Which number is about to be leased, saved before the money is spent. Made by each `LeasedNumber`; not for users."""

    claim: pulumi.Output[dict[str, Any]]
    recorded: pulumi.Output[dict[str, Any]]

    @classmethod
    def declare(cls, resource_name: str, props: dict[str, Any], opts: pulumi.ResourceOptions) -> Self:
        """Declare the intent of the number that is being declared, at the same line of the program."""
        intent = cls.__new__(cls)  # by its constructor this package would be the place that declares the number
        props = {**props, "claim": None, "recorded": None}
        intent._register(LeaseIntentProvider, resource_name, props, opts)  # noqa: SLF001 (the class's own)
        return intent


class LeasedNumber(Resource, module="leases", name="LeasedNumber"):
    """A phone number, leased when the resource is created and released when it is deleted.

    The preview shows which number it is and what it costs; each number is leased exactly once, whatever is killed, lost
    or retried on the way. Money is in the currency that `currency` names; times are ISO 8601 in UTC.

    Args:
        resource_name: The name of the resource.
        opts: Its options. `provider` and `import_` are refused: logins are `account`s, and `pulumi-leases import` brings
            in what is leased already. With `adopt`, `retain_on_delete` must be said.
        number: The number to lease, as E.164 or anything that parses to a possible number. Exactly one of `number` and
            `search` is given. Another number is another lease: it is leased, then the old one is released.
        search: What the number must be like. Chosen once; a later edit that the held number still fits changes nothing,
            any other replaces it, visibly, in the preview.
        service: `contiguity` or `telesign`; the account's, else `leases:service`, else `contiguity`. Recorded at
            creation: a default that changes later moves nothing.
        account: The name of a configured login; `default` where nothing is said. Recorded likewise.
        billing_method: `monthly` (default) or `service_contract`; Contiguity only. Cannot be changed later.
        label: A name for people, which the service shows. This and all down to `failover` is changed in place and not
            touched where nothing is said; an input or a key that the service does not take is an error.
        voice: Where calls go.
        messaging: Where messages go.
        status_callback: The address that the service reports the outcome of each call to.
        emergency_address: The id of the address that emergency services are sent to.
        tags: The tags of the number, all of them.
        requirements: Ids of what a country demands before it leases a number; they go with the purchase.
        failover: Where calls and messages go when the number fails.
        adopt: Take over a number that the account leases already, without paying.
        lease_again: The id of a lost lease, from the message that reported the loss: consent to lease again.
        max_monthly_rate: Never lease above this rate per month, in the currency of the offer.
        max_upfront_fee: Never lease above this fee, in the currency of the offer.

    Raises:
        pulumi.RunError: An option is refused. What is wrong with inputs shows in the preview.
    """

    number: pulumi.Output[str]
    """E.164; also the id of the resource."""
    lease_id: pulumi.Output[str]
    """What the service calls the lease."""
    lease_status: pulumi.Output[str]
    """As the service says (`active`, `paused`, …), or `lost` (not held any more), `ending` (cancelled and paid to the end
    of a period), `refused` (declared, not leased)."""
    service: pulumi.Output[str]
    """The service that leases the number out."""
    account: pulumi.Output[str]
    """The configured login that leases it."""
    country: pulumi.Output[str | None]
    """ISO 3166 alpha-2 code."""
    region: pulumi.Output[str | None]
    """State or region, as the service writes it."""
    city: pulumi.Output[str | None]
    """City, as the service writes it."""
    carrier: pulumi.Output[str | None]
    """Carrier, as the service writes it."""
    number_type: pulumi.Output[str | None]
    """Such as `local`, as the service calls it."""
    capabilities: pulumi.Output[Sequence[str] | None]
    """Sorted: some of `imessage`, `mms`, `rcs`, `sms`, `voice`, `whatsapp`."""
    currency: pulumi.Output[str | None]
    """ISO 4217 code of both prices; null where the service does not report it."""
    upfront_fee: pulumi.Output[float | None]
    """Paid once when the lease is made; null where the service does not report it."""
    monthly_rate: pulumi.Output[float | None]
    """Paid each month; null where the service does not report it."""
    billing_method: pulumi.Output[str | None]
    """As the service reports it; null where it has none."""
    leased_at: pulumi.Output[str | None]
    """When the lease began."""
    ends_at: pulumi.Output[str | None]
    """When what is paid for ends, where an end is set."""
    adopted: pulumi.Output[bool]
    """Whether the lease was taken over by `adopt`."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Keep the type token: a subclass is the same resource to the engine."""
        super().__init_subclass__(module="leases", name="LeasedNumber", **kwargs)

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        number: pulumi.Input[str] | None = None,
        search: pulumi.Input[NumberSearchArgs | NumberSearchArgsDict] | None = None,
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
        adopt: bool = False,
        lease_again: pulumi.Input[str] | None = None,
        max_monthly_rate: pulumi.Input[float] | None = None,
        max_upfront_fee: pulumi.Input[float] | None = None,
    ) -> None:
        _refuse_mistakes(resource_name, opts, number)
        opts = opts or pulumi.ResourceOptions()
        is_read = opts.id is not None or opts.urn is not None  # by `get`, or by a reference: it belongs to nobody here
        if adopt and opts.retain_on_delete is None and not is_read:
            raise pulumi.RunError(
                f"LeasedNumber {resource_name!r}: with adopt=True say what destroy does: retain_on_delete=True leaves the "
                "number leased, retain_on_delete=False releases it (in opts)"
            )
        opts, intent_opts = options.pair_options(resource_name, opts, named=number is not None)
        owner = current.current_program().add_owner(_owner(resource_name, opts))
        mark = {"owner": owner, "preview": pulumi.runtime.is_dry_run()}
        both = {
            "adopt": adopt or None,
            "lease_again": lease_again,
            "max_monthly_rate": max_monthly_rate,
            "max_upfront_fee": max_upfront_fee,
            RUN_HINTS: mark,
        }
        props: dict[str, Any] = {
            **dict.fromkeys(NUMBER_OUTPUTS),
            **both,
            "number": number,
            "billing_method": billing_method,
            "label": label,
            "voice": voice,
            "messaging": messaging,
            "status_callback": status_callback,
            "emergency_address": emergency_address,
            "tags": tags,
            "requirements": requirements,
            "failover": failover,
        }
        self.quote: pulumi.Output[dict[str, Any]] | None = None  # the claim behind it, with its price
        if is_read:
            self._register(LeasedNumberProvider, resource_name, {**props, "service": service, "account": account}, opts)
            return
        inputs = {"number": number, "search": search, "service": service, "account": account, **both}
        held = current.current_program().held.declare(self, resource_name, opts.parent, inputs)
        inputs[RUN_HINTS] = {**mark, **_hints(owner, inputs), **held}
        intent = LeaseIntent.declare(resource_name, inputs, intent_opts)
        options.refuse_second_process(resource_name, intent)
        self.quote = intent.claim
        props |= {"claim": intent.claim, "recorded": intent.recorded}
        self._register(LeasedNumberProvider, resource_name, props, opts)
        options.refuse_second_process(resource_name, self)

    @classmethod
    def get(
        cls,
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002 (Pulumi's name)
        opts: pulumi.ResourceOptions | None = None,
        *,
        service: pulumi.Input[str] | None = None,
        account: pulumi.Input[str] | None = None,
    ) -> Self:
        """Read a number that the account leases, without declaring it: it is never changed or released from here.

        Args:
            resource_name: The name under which it shows.
            id: The number, as E.164.
            opts: Its options.
            service: As for a declared number.
            account: As for a declared number.

        Raises:
            pulumi_leases.NotFound: In the preview, where the account does not lease the number.
        """
        merged = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id))
        return cls(resource_name, merged, service=service, account=account)


def _hints(owner: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Write for a search, when the program has run, which numbers the program names and what else it searches for."""
    program, number, search = current.current_program(), inputs["number"], inputs["search"]
    if number is not None:
        if isinstance(number, str):
            program.named.add(number)
        return {}
    asked = {key: inputs[key] for key in ("service", "account", "max_monthly_rate", "max_upfront_fee")}
    program.add_search(owner, {**asked, "search": vars(search) if isinstance(search, NumberSearchArgs) else search})
    later = pulumi.Output.from_input("")
    return {
        "named": later.apply(lambda _: program.named_text()),
        "searches": later.apply(lambda _: program.searches_text()),
    }


def _owner(name: str, opts: pulumi.ResourceOptions) -> str:
    return f"{opts.parent._name if opts.parent else ''}::{name}"  # noqa: SLF001 (the SDK has no public name)


def _refuse_mistakes(name: str, opts: object, number: object) -> None:
    if opts is not None and not isinstance(opts, pulumi.ResourceOptions):
        said = f": say number={opts!r}" if isinstance(opts, str) else ""
        raise pulumi.RunError(f"LeasedNumber {name!r}: the second argument is opts, pulumi.ResourceOptions{said}")
    if isinstance(number, (int, float)):
        raise pulumi.RunError(f'LeasedNumber {name!r}: number is text: write number="+{number}"')
