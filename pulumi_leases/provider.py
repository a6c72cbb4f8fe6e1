"""The two dynamic providers: the engine's words in, the domain's rules in the middle, the engine's words out.

The module path and the class names are in users' states, so they stay. A provider carries nothing: what it needs is
given to it by `configure`, in the engine's process only. What an `up` with nothing to do does not need is imported
where it is needed.
"""

from __future__ import annotations

import functools
import os
from decimal import Decimal
from typing import TYPE_CHECKING

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

from .config import Config
from .domain import money
from .domain.errors import ConfigError, InvalidInput, LeaseError, NotFound
from .engine import inputs as engine_inputs
from .engine import state
from .engine.process import one_line, prepare, save_half_made
from .engine.state import FACT_KEYS, INPUT_KEYS, LOST, REFUSED, WISH_KEYS, Props, given, unknown_in
from .engine.status import Status, request_urn
from .leasing.budget import Entry
from .leasing.run import Run, display

if TYPE_CHECKING:
    from .leasing.account import Account, LeaseRef

RUN_HINTS = "mark"
"""What a resource's class tells its check beside the inputs, and check strips: whether it is a preview, whose, and which
numbers a search must leave to others."""

_HALF_A_PAIR = "its LeaseIntent is not there yet: with --target, target both of a pair, such as --target '**::support'"
_IDENTITY = ("service", "account", "number")


@functools.cache
def process_run() -> Run:
    """The run that this process serves, one for both providers."""
    return Run(Config(lambda _: None))


class _Leases(ResourceProvider):
    # Nothing secret is ever in the pickle, and a file for `pulumi import` needs it as a plain string.
    serialize_as_secret_always = False

    run: Run
    started_with: object = None
    """What the engine configured this process with."""

    def configure(self, req: ConfigureRequest) -> None:
        """Take over the stack's settings; a fault in them shows when the setting is due."""
        prepare()
        self.run = process_run()
        self.run.config = Config(req.config.get)
        self.started_with = req.config

    def _account(self, props: Props) -> Account:
        return self.run.account(props["service"], props["account"], props.get("login"))


def _owner(news: Props) -> str:
    """Name whose inputs are checked, alike for both resources of a pair."""
    urn = request_urn() or str((news.get(RUN_HINTS) or {}).get("owner", ""))
    return urn.replace(":LeaseIntent::", ":LeasedNumber::")


def _failed(news: Props, error: LeaseError) -> CheckResult:
    """Turn an error into a failed check, on a property that the program gave: the engine prints its value beside it."""
    name = error.property if isinstance(error, InvalidInput) else ""
    return CheckResult(given(news, news), [CheckFailure(name if news.get(name) is not None else "", str(error))])


class LeaseIntentProvider(_Leases):
    """Chooses and quotes a number in `check`, saves the claim in `create`, confirms the release in `delete`. Free."""

    @one_line
    def check(self, olds: Props, news: Props) -> CheckResult:
        """Keep the claim that serves the program's wish, or make one."""
        self.run.named.update(str((news.get(RUN_HINTS) or {}).get("named", "")).splitlines())
        try:
            engine_inputs.refuse_second_process(self.started_with, display(_owner(news)))
            return CheckResult(self._claimed(_owner(news), olds, given(news, WISH_KEYS)), [])
        except LeaseError as error:
            return _failed(news, error)

    def _claimed(self, owner: str, olds: Props, wish: Props) -> Props:
        if unknown := unknown_in(wish):
            return {**wish, "claim": unknown}
        kept = olds["claim"] if isinstance(olds.get("claim"), dict) else None
        if kept and given(olds, WISH_KEYS) == wish:
            service, number = kept["service"], kept["number"]
            if "search" not in wish or not (
                self.run.is_choice_of_another(owner, service, number)
                or self.run.is_out_of_reach(owner, service, number)
            ):
                self.run.declare(owner, service, number)
                return {**wish, "claim": kept}
        if not olds and (before := self.run.claims.get(owner)) and before[0] == wish:
            return before[1]
        # Late: only a new or changed wish is validated and asked about.
        from .leasing import claiming
        from .leasing.inputs import IntentInputs, normal, validated

        asked = validated(IntentInputs, wish)
        claim = claiming.reclaimed(self.run, owner, asked, kept)
        inputs = {**normal(asked), "claim": state.written_claim(claim)}
        self.run.claims[owner] = (wish, inputs)
        return inputs

    @one_line
    def diff(self, id_: str, olds: Props, news: Props) -> DiffResult:
        """Another number, service or account is another claim; consent to lease again records it anew."""
        del id_
        old, new = olds.get("claim") or {}, news.get("claim")
        if not isinstance(new, dict) or any(old.get(key) != new.get(key) for key in _IDENTITY):
            return DiffResult(changes=True, replaces=["claim"])
        recorded = any(old.get(key) != new.get(key) for key in ("again", "lease_id"))
        return DiffResult(changes=recorded or ("search" in olds) != ("search" in news))

    @one_line
    def create(self, props: Props) -> CreateResult:
        """Record the claim: from here on any later run knows which number was meant."""
        return CreateResult(props["claim"]["number"], {**props, "recorded": self._record(props["claim"])})

    @one_line
    def update(self, id_: str, olds: Props, news: Props) -> UpdateResult:
        """Record a claim anew where consent to lease again made it."""
        del id_
        claim = news["claim"]
        anew = (olds.get("claim") or {}).get("again") != claim.get("again")
        return UpdateResult({**news, "recorded": self._record(claim) if anew else olds["recorded"]})

    def _record(self, claim: Props) -> Props:
        account = self._account(claim)
        account.leases()  # the check has read it: its answer told the service's time
        return state.written_recorded("" if claim.get("back") else self.run.id, account.service.now())

    @one_line
    def read(self, id_: str, props: Props) -> ReadResult:
        """Look again at a claim that is not leased: renew its quote, or note that it is out of reach."""
        if not props.get("claim"):
            return ReadResult(id_, props)
        from .leasing import claiming  # late: a refresh or a resumed run only

        self.run.recorded[props["claim"]["service"], props["claim"]["number"]] = props["recorded"]
        renewed = claiming.renewed(
            self.run,
            self._account(props["claim"]),
            state.read_claim(props["claim"]),
            state.read_recorded(props["recorded"]),
            Status(request_urn()).passing,
        )
        if renewed is None:
            return ReadResult(id_, props)
        claim = state.written_claim(renewed.claim)
        recorded = state.written_recorded(renewed.recorded.run, renewed.recorded.at)
        return ReadResult(
            id_, {**props, "claim": claim, "recorded": recorded}, {**given(props, WISH_KEYS), "claim": claim}
        )

    @one_line
    def delete(self, id_: str, props: Props) -> None:
        """Confirm that the service has let go of the number, unless it is declared elsewhere in this run."""
        del id_
        claim = props.get("claim")
        if not claim or self.run.owner(claim["service"], claim["number"]):
            return
        from .leasing import confirming  # late: a destroy only

        status = Status(request_urn())
        recorded = state.read_recorded(props["recorded"])
        number, account = (claim["service"], claim["number"]), self._account(claim)
        # Recorded anew since it was refused: a call may have been sent, and what is held is told.
        if anew := self.run.refused.get(number) not in (None, props["recorded"]):
            account.released.pop(claim["number"], None)
        done = confirming.confirm(
            account,
            state.read_claim(claim),
            None if recorded.run == self.run.id else recorded,
            undoable="search" not in props and "lease_id" not in claim and number not in self.run.held and not anew,
            timeout_s=self.run.config.release_timeout_s(),
            report=status.passing,
        )
        if done:
            status.lasting(done)


class LeasedNumberProvider(_Leases):
    """Leases a claimed number in `create`, watches it in `read`, terminates it in `delete`. Pays, at most once."""

    @one_line
    def check(self, olds: Props, news: Props) -> CheckResult:
        """Declare the number for this run, take facts and price from its claim, hold it against the budget."""
        try:
            engine_inputs.refuse_second_process(self.started_with, display(_owner(news)))
            return CheckResult(self._declared(_owner(news), olds, news), [])
        except LeaseError as error:
            return _failed(news, error)

    def _declared(self, owner: str, olds: Props, news: Props) -> Props:
        self._hold(olds)
        program = {
            key: value for key, value in news.items() if key not in {RUN_HINTS, "claim", "recorded", "__provider"}
        }
        if unknown := unknown_in(program) or unknown_in(news.get("claim")):
            return {**program, **dict.fromkeys((*FACT_KEYS, "recorded"), unknown)}
        if "claim" not in news:
            if "recorded" in news:
                # A file for `pulumi import`, or `ignore_changes=["*"]`, gives what an earlier check has returned.
                self.run.declare(owner, news["service"], news["number"])
                return given(news, INPUT_KEYS)
            raise InvalidInput("", _HALF_A_PAIR)
        inputs = engine_inputs.merge_inputs(olds, news)
        number, currency, rate = inputs["number"], inputs.get("currency"), inputs.get("monthly_rate")
        self.run.declare(owner, inputs["service"], number)
        engine_inputs.require_lease_again_consent(olds, news, display(owner))
        if "lease_again" in inputs:
            self.run.given_up.add(inputs["lease_again"])
        is_new = olds.get("number") != number or "lost" in olds
        self.run.afford(owner, Entry(number, currency, None if rate is None else Decimal(str(rate)), is_new))
        if (news.get(RUN_HINTS) or {}).get("preview"):
            self.run.previewed.add(owner)
            if is_new:
                self._announce(owner, inputs, olds)
        return inputs

    def _hold(self, props: Props) -> None:
        if isinstance(props.get("number"), str) and "service" in props:
            self.run.held.add((props["service"], props["number"]))

    def _announce(self, owner: str, inputs: Props, held: Props) -> None:
        if self.run.report_once(owner, inputs["number"]):
            Status(request_urn()).lasting(engine_inputs.announcement(inputs, held))

    @one_line
    def diff(self, id_: str, olds: Props, news: Props) -> DiffResult:
        """Another number, service or account, or a lost lease, is another lease; failover changes in place."""
        del id_
        if moved := [key for key in _IDENTITY if news.get(key) != olds.get(key)]:
            self.run.replaced.add(_owner(news))
            return DiffResult(changes=True, replaces=moved)
        if olds.get("lease_status") == LOST and "lost" not in news:
            return DiffResult(changes=True, replaces=["lease_again"])
        if olds.get("lease_status") == REFUSED:
            if (owner := _owner(news)) in self.run.previewed:
                self._announce(owner, news, {})
            return DiffResult(changes=True)
        same_billing = not engine_inputs.check_billing_change(olds, news)  # else noted: to take it back is a change too
        same_failover = news.get("failover") in (None, olds.get("failover"))
        # Not told here, a change is found by the engine itself, which then knows about `replace_on_changes`.
        return DiffResult(changes=False if same_billing and same_failover else None)

    @one_line
    def create(self, props: Props) -> CreateResult:
        """Lease the claimed number, or take over what an interrupted run has leased."""
        return CreateResult(props["number"], self._obtained(props, refused=False))

    @one_line
    def update(self, id_: str, olds: Props, news: Props) -> UpdateResult:
        """Set what can change in place; lease a number that was refused before."""
        del id_
        inputs = given(news, INPUT_KEYS)
        if olds.get("lease_status") == REFUSED:
            # Under a claim that a refresh has recorded anew since, an interrupted run may have leased it.
            return UpdateResult(self._obtained(news, refused=news["recorded"] == olds["recorded"]))
        if inputs.get("failover") is not None and inputs["failover"] != olds.get("failover"):
            self._account(inputs).service.configure(inputs["number"], inputs["failover"])
        asked = inputs.pop("billing_method", None)
        return UpdateResult({**given(olds, olds), **inputs, "asked_billing_method": asked})

    def _obtained(self, props: Props, *, refused: bool) -> Props:
        """Bring about the lease; returns all outputs.

        Where surely nothing was leased, the engine saves the number as refused (but not in the place of one that is held),
        so that no later run takes another's lease for its own; where only the failover failed, it saves the lease, and
        the next run sets the failover.
        """
        from .leasing import acquiring  # late: an `up` that leases only

        if os.environ.get("PULUMI_SKIP_CHECKPOINTS", "").lower() not in {"", "0", "false"}:
            raise ConfigError(
                f"PULUMI_SKIP_CHECKPOINTS is set: an interrupted run would lose {props['number']}, so nothing is leased. "
                "Unset it"
            )
        status = Status(request_urn())
        inputs = given(props, INPUT_KEYS)
        account = self._account(inputs)
        recorded = state.read_recorded(inputs["recorded"])
        claim = state.read_claim({**inputs, "lease_id": inputs.get("adopts")})
        try:
            obtained = acquiring.obtain(
                account,
                claim,
                recorded,
                fresh=recorded.run == self.run.id,
                refused=refused,
                billing_method=inputs.get("billing_method"),
                limits=engine_inputs.limits_of(inputs),
                report=status.passing,
            )
        except LeaseError as error:
            if error.nothing_leased and _owner(props) not in self.run.replaced:
                save_half_made(props["number"], state.refused_outs(inputs), str(error))
            raise
        outs = state.lease_outs(inputs, obtained.lease, adopted=obtained.how == "adopted")
        status.lasting(f"{obtained.how} {_told(outs)}")
        risen = acquiring.risen(claim, obtained.lease) if obtained.how == "leased" else None
        for warning in filter(None, (risen, obtained.warning)):
            status.warning(warning)
        if obtained.lease.status == "pending":
            status.warning(
                f"{props['number']}: {account.service.name} has the lease pending; `pulumi refresh` tells when not"
            )
        if failover := inputs.get("failover"):
            self._configured(account, outs, failover)
        return outs

    def _configured(self, account: Account, outs: Props, failover: Props) -> None:
        try:
            account.service.configure(outs["number"], failover)
        except LeaseError as error:
            reason = f"{outs['number']} is leased ({outs['lease_id']}), and its failover is not set; `pulumi up` sets it: {error}"
            save_half_made(outs["number"], {**outs, "failover": None}, reason)
            error.args = (reason,)
            raise

    @one_line
    def read(self, id_: str, props: Props) -> ReadResult:
        """See what became of the lease; one that is not held any more stays in the state, marked as lost."""
        status = Status(request_urn())
        if props.get("lease_status") == REFUSED:
            self._seen_refused(props, status)
            return ReadResult(id_, props)
        if not props.get("lease_id"):
            return ReadResult(id_, self._looked_up(id_, props))
        self._hold(props)
        from .leasing import ownership, releasing  # late: a refresh only

        account = self._account(props)
        lease, others = releasing.locate_lease(account, props["number"], _lease_ref(props), status.passing)
        if lease is not None and others:
            status.warning(ownership.duplicate_lease_warning(lease, others))
        outs = {**props, **state.observed(lease)}
        lost = None if lease is not None else props["lease_id"]
        self.run.read[_owner(props)] = props["number"]
        if lost == props.get("lost"):
            return ReadResult(id_, outs)
        if lost:
            status.warning(releasing.lost_lease_warning(account, props["number"], lost, others))
        return ReadResult(id_, {**outs, "lost": lost}, state.inputs_of(outs, lost))

    def _seen_refused(self, props: Props, status: Status) -> None:
        """Note that a number was refused, and that it is out of reach where the account leases it: that is another's lease."""
        number = props["service"], props["number"]
        self.run.refused[number] = props["recorded"]
        if held := self._account(props).leases().value.get(props["number"]):
            self.run.gone.add(number)
            status.warning(
                f"{props['number']} was refused to this stack, and the account leases it (lease {held[0].lease_id}): another "
                "stack or person may have been faster; `pulumi-leases orphans` tells who has it"
            )

    def _looked_up(self, id_: str, props: Props) -> Props:
        """Read a number that the stack does not hold, for `LeasedNumber.get`."""
        from .leasing.inputs import IntentInputs, validated

        number = str(validated(IntentInputs, {"number": id_}).number)
        name = props.get("account") or "default"
        service = props.get("service") or self.run.config.service(name)
        account = self.run.account(service, name)
        held = account.find(number)
        if not held:
            raise NotFound(f"{number} is not leased by account {name!r} of {service}", service=service)
        facts = {**given(props, props), "service": service, "account": name, "login": account.service.login}
        return state.lease_outs(facts, held[0], adopted=False)

    @one_line
    def delete(self, id_: str, props: Props) -> None:
        """Terminate the lease, unless the number is declared elsewhere in this run."""
        del id_
        from .leasing import confirming, releasing  # late: a destroy only

        status, number = Status(request_urn()), props["number"]
        owner = self.run.owner(props["service"], number)
        if props.get("lease_status") == REFUSED:
            self.run.refused[props["service"], number] = props["recorded"]
            held = releasing.never_leased(self._account(props), number)
            if held and not owner:
                status.warning(held)
        elif owner:
            if not props.get("lost"):
                status.lasting(f"kept {number} ({props['lease_id']}): still declared as {display(owner)}")
        elif props.get("lost") in self.run.given_up:
            status.warning(releasing.forget_lost_lease(self._account(props), number, props["lost"]))
        else:
            account = self._account(props)
            known, asked_at = _lease_ref(props), account.clock()
            status.lasting(releasing.release(account, number, known, status.passing))
            if number in account.unwatched:
                timeout_s = self.run.config.release_timeout_s()
                confirming.let_go(account, number, known, asked_at, timeout_s, status.passing)


def _lease_ref(props: Props) -> LeaseRef:
    from .leasing.account import LeaseRef

    return LeaseRef(props["lease_id"], state.moment(props.get("leased_at")))


def _told(outs: Props) -> str:
    return f"{outs['number']} ({outs['lease_id']}): " + money.price(
        outs.get("currency"), outs.get("monthly_rate"), outs.get("upfront_fee")
    )
