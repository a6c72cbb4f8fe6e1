"""The two dynamic providers: the SDK's types in, `engine/` in the middle, the SDK's types out.

The module path and the class names are in users' states, so they stay. A provider carries nothing: what it needs is
given to it by `configure`, in the engine's process only.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

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
from .domain.errors import InvalidInput, LeaseError
from .engine import intents, numbers
from .engine.call import Call, Difference, HalfMade
from .engine.inputs import faulty_property
from .engine.process import list_config, one_line_errors, plugin_option, prepare, save_half_made
from .engine.state import Props, take_given
from .engine.status import Status, request_urn
from .leasing.run import Run, short_name

if TYPE_CHECKING:
    from collections.abc import Callable

RUN_HINTS = "mark"
"""What a resource's class says to its check beside the inputs, and check strips: whether it is a preview, whose, which
numbers a search must leave to others, and what all searches of the program ask for."""


@functools.cache
def process_run() -> Run:
    """The run that this process serves, one for both providers."""
    return Run(Config(lambda _: None))


class _Leases(ResourceProvider):
    # Nothing secret is ever in the pickle, and a file for `pulumi import` needs it as a plain string.
    serialize_as_secret_always = False

    run: Run
    second_process_option: str | None = None
    """The option that had the engine start a second process, which does not know what the first declares."""

    def configure(self, req: ConfigureRequest) -> None:
        """Take over the stack's settings; a fault in them shows when the setting is due."""
        prepare()
        self.run = process_run()
        keys, project = list_config(req.config)
        self.run.config = Config(req.config.get, keys=lambda: keys, project=project)
        self.second_process_option = plugin_option(req.config)

    def _check(self, check: Callable[[Run, Call, Props, Props], Props], olds: Props, news: Props) -> CheckResult:
        """Turn an error into a failed check, on a property that the program gave and that may be shown."""
        call = _call(news)
        inputs = {key: value for key, value in news.items() if key != RUN_HINTS}
        try:
            self._refuse_second_process(call.owner)
            return CheckResult(check(self.run, call, olds, inputs), [])
        except LeaseError as error:
            return CheckResult(take_given(news, news), [CheckFailure(faulty_property(error, news), str(error))])

    def _refuse_second_process(self, owner: str) -> None:
        if option := self.second_process_option:
            raise InvalidInput(
                "",
                f"LeasedNumber {short_name(owner)!r}: a transform gives it opts.{option}, which is refused: it starts a second "
                "provider process, which would not know which numbers the first declares. Leave it out",
            )


def _call(news: Props) -> Call:
    """Name whose inputs are worked on, alike for both resources of a pair."""
    hints = news.get(RUN_HINTS) or {}
    urn = request_urn()
    owner = (urn or str(hints.get("owner", ""))).replace(":LeaseIntent::", ":LeasedNumber::")
    return Call(owner, Status(urn), hints)


def _differs(difference: Difference) -> DiffResult:
    return DiffResult(changes=difference.changes, replaces=list(difference.replaces))


def _half_made_is_saved(id_: str, verb: Callable[[], Props]) -> Props:
    """Have the engine save what a failing create or update leaves behind; the error goes on as it was."""
    try:
        return verb()
    except HalfMade as half:
        save_half_made(id_, half.outs, str(half))
        cause: Any = half.__cause__
        cause.args = (str(half),)
        raise cause from None


class LeaseIntentProvider(_Leases):
    """Chooses and quotes a number in `check`, saves the claim in `create`, confirms the release in `delete`. Free."""

    @one_line_errors
    def check(self, olds: Props, news: Props) -> CheckResult:
        """Keep the claim that serves what the program asks for, or make one."""
        return self._check(intents.check, olds, news)

    @one_line_errors
    def diff(self, id_: str, olds: Props, news: Props) -> DiffResult:
        """Another number, service or account is another claim."""
        del id_
        return _differs(intents.diff(self.run, _call(news), olds, news))

    @one_line_errors
    def create(self, props: Props) -> CreateResult:
        """Record the claim: from here on any later run knows which number was meant."""
        return CreateResult(intents.identify(props), intents.create(self.run, _call(props), props))

    @one_line_errors
    def update(self, id_: str, olds: Props, news: Props) -> UpdateResult:
        """Record a claim anew where consent to lease again made it."""
        del id_
        return UpdateResult(intents.update(self.run, _call(news), olds, news))

    @one_line_errors
    def read(self, id_: str, props: Props) -> ReadResult:
        """Look again at a claim that is not leased: renew its quote, or note that it is out of reach."""
        return ReadResult(id_, *intents.read(self.run, _call(props), id_, props))

    @one_line_errors
    def delete(self, id_: str, props: Props) -> None:
        """Confirm that the service has let go of the number."""
        del id_
        intents.delete(self.run, _call(props), props)


class LeasedNumberProvider(_Leases):
    """Leases a claimed number in `create`, watches it in `read`, terminates it in `delete`. Pays, at most once."""

    @one_line_errors
    def check(self, olds: Props, news: Props) -> CheckResult:
        """Declare the number for this run, take facts and price from its claim, hold it against the budget."""
        return self._check(numbers.check, olds, news)

    @one_line_errors
    def diff(self, id_: str, olds: Props, news: Props) -> DiffResult:
        """Another number, service or account, or a lost lease, is another lease; wiring changes in place."""
        del id_
        return _differs(numbers.diff(self.run, _call(news), olds, news))

    @one_line_errors
    def create(self, props: Props) -> CreateResult:
        """Lease the claimed number, or take over what an interrupted run has leased."""
        call = _call(props)
        return CreateResult(
            numbers.identify(props), _half_made_is_saved(props["number"], lambda: numbers.create(self.run, call, props))
        )

    @one_line_errors
    def update(self, id_: str, olds: Props, news: Props) -> UpdateResult:
        """Set what can change in place; lease a number that was refused before."""
        call = _call(news)
        return UpdateResult(_half_made_is_saved(id_, lambda: numbers.update(self.run, call, olds, news)))

    @one_line_errors
    def read(self, id_: str, props: Props) -> ReadResult:
        """Look up the lease at the service; one that is not held any more stays in the state with the status `lost`."""
        return ReadResult(id_, *numbers.read(self.run, _call(props), id_, props))

    @one_line_errors
    def delete(self, id_: str, props: Props) -> None:
        """Terminate the lease, unless the number is declared elsewhere in this run."""
        del id_
        numbers.delete(self.run, _call(props), props)
