"""The calls of the engine, each handed on to its verb: properties in, answer out, errors as the engine shows them."""

from __future__ import annotations

import functools
import os
import traceback
from typing import TYPE_CHECKING, Any, TypeVar, cast

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as proto

from ..config import Config
from ..domain.errors import BrokenProvider, InvalidInput, LeaseError
from ..engine import intents, numbers
from ..engine.call import Call, HalfMade
from ..engine.inputs import faulty_property
from ..engine.process import DEBUG_VARIABLE, as_lease_error, hand_over_half_made, write_error
from ..engine.state import NATIVE_INTENT_TYPE, NATIVE_NUMBER_TYPE
from ..engine.status import Status
from ..leasing.run import Run
from . import asking, differences, schema, settings, values

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

VERBS: Mapping[str, Any] = {NATIVE_INTENT_TYPE: intents, NATIVE_NUMBER_TYPE: numbers}
"""The resources that have a state of their own, each with the module of its verbs."""

Method = TypeVar("Method", bound="Callable[..., Any]")


def _answered(method: Method) -> Method:
    """Fail a call by one line; a resource that was made in half is handed over with it."""

    @functools.wraps(method)
    def answered(self: Servicer, request: Any, context: Any) -> Any:
        try:
            return method(self, request, context)
        except grpc.RpcError as error:  # of a call to the engine: it has said why
            context.abort(grpc.StatusCode.UNKNOWN, str(getattr(error, "details", str)()))
        except Exception as error:  # noqa: BLE001 (the last door before the engine; nothing is swallowed)
            failure: Any = as_lease_error(error)
            said = self.word(failure)
            if isinstance(failure, HalfMade):
                made = values.write(failure.outs, values.read(request_properties(request)).secret)
                hand_over_half_made(context, numbers.identify(failure.outs), made, said)
                failure = failure.__cause__
            failure.args = (said,)
            text = (
                "".join(traceback.format_exception(error)) if os.environ.get(DEBUG_VARIABLE) else write_error(failure)
            )
            context.abort(grpc.StatusCode.UNKNOWN, text)

    return cast("Method", answered)


def request_properties(request: Any) -> struct_pb2.Struct:
    """Find what a create or an update is to bring about."""
    return cast("struct_pb2.Struct", request.news if hasattr(request, "news") else request.properties)


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """One provider of one run: the engine starts a process for each.

    Attributes:
        run: What its resources share.
        reference: How the engine calls this provider: its URN and id; "" where it has not said.
        provider: What the program calls this provider, if it declares it itself.
        hints: What a component says of the pair that it makes, by the owner of both.
        leases: The Leases of each component that was made, by URN.
    """

    def __init__(self) -> None:
        self.run = Run(Config(lambda _: None))
        self.reference = ""
        self.provider: str | None = None
        self.hints: dict[str, Mapping[str, Any]] = {}
        self.leases: dict[str, Sequence[str]] = {}

    def Handshake(self, request: Any, context: Any) -> Any:
        """Say what this provider understands: secrets and unknown values as such, resources and outputs by their values."""
        return proto.ProviderHandshakeResponse(accept_secrets=True)

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        """Say which version this is."""
        return plugin_pb2.PluginInfo(version=schema.version())

    def GetSchema(self, request: Any, context: Any) -> Any:
        """Hand over the schema."""
        return proto.GetSchemaResponse(schema=schema.text())

    def CheckConfig(self, request: Any, context: Any) -> Any:
        """Take any settings: a fault in them shows when the setting is due."""
        return proto.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        """Take over other settings in place: which login a number belongs to, its own resource knows."""
        is_same = request.news == request.olds
        return proto.DiffResponse(changes=proto.DiffResponse.DIFF_NONE if is_same else proto.DiffResponse.DIFF_SOME)

    @_answered
    def Configure(self, request: Any, context: Any) -> Any:
        """Begin a run with these settings."""
        self.run = Run(settings.configuration(request))
        self.provider = settings.name_of_explicit(request.urn)
        self.reference = f"{request.urn}::{request.id}" if request.urn and request.id else ""
        return proto.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    @_answered
    def Check(self, request: Any, context: Any) -> Any:
        """Check what the program gives; a fault in it is a failure of the check."""
        olds, news = values.read(request.olds), values.read(request.news)
        try:
            checked = _verbs(request).check(self.run, self._call(request), olds.plain, news.plain)
        except LeaseError as error:
            name = faulty_property(error, news.plain)
            failure = proto.CheckFailure(property="" if name in news.secret else name, reason=self.word(error))
            return proto.CheckResponse(inputs=request.news, failures=[failure])
        return proto.CheckResponse(inputs=values.write(checked, news.secret))

    @_answered
    def Diff(self, request: Any, context: Any) -> Any:
        """Return what changes, by property, and whether another lease takes the place of this one."""
        olds, news = values.read(request.olds).plain, values.read(request.news).plain
        difference = _verbs(request).diff(self.run, self._call(request), olds, news)
        return differences.answer(difference, values.read(request.old_inputs).plain, news)

    @_answered
    def Create(self, request: Any, context: Any) -> Any:
        """Make the resource, or foresee it."""
        verbs, props = _verbs(request), values.read(request.properties)
        if request.preview:
            return proto.CreateResponse(properties=values.write(verbs.foresee({}, props.plain), props.secret))
        outs = verbs.create(self.run, self._call(request), props.plain)
        return proto.CreateResponse(id=verbs.identify(outs), properties=values.write(outs, props.secret))

    @_answered
    def Update(self, request: Any, context: Any) -> Any:
        """Change the resource, or foresee the change."""
        verbs, olds, news = _verbs(request), values.read(request.olds).plain, values.read(request.news)
        if request.preview:
            outs = verbs.foresee(olds, news.plain)
        else:
            outs = verbs.update(self.run, self._call(request), olds, news.plain)
        return proto.UpdateResponse(properties=values.write(outs, news.secret))

    @_answered
    def Read(self, request: Any, context: Any) -> Any:
        """Look at the resource again, or take in a lease that is there already."""
        verbs, props = _verbs(request), values.read(request.properties)
        if not request.properties.fields:
            outs, inputs = verbs.take_in(self.run, request.id)
            return proto.ReadResponse(
                id=verbs.identify(outs), properties=values.write(outs), inputs=values.write(inputs)
            )
        outs, inputs = verbs.read(self.run, self._call(request), request.id, props.plain)
        written = request.inputs if inputs is None else values.write(inputs, props.secret)
        return proto.ReadResponse(id=request.id, properties=values.write(outs, props.secret), inputs=written)

    @_answered
    def Delete(self, request: Any, context: Any) -> Any:
        """Let the resource go."""
        _verbs(request).delete(self.run, self._call(request), values.read(request.properties).plain)
        return empty_pb2.Empty()

    @_answered
    def Construct(self, request: Any, context: Any) -> Any:
        """Make the resources of which a component consists."""
        from . import components  # late: a refresh or a destroy constructs nothing

        return components.construct(self, request)

    @_answered
    def Invoke(self, request: Any, context: Any) -> Any:
        """Answer a question of the program."""
        answer = asking.answer(self.run, request.tok, values.read(request.args).plain)
        return proto.InvokeResponse(**{"return": values.write(answer)})

    def Cancel(self, request: Any, context: Any) -> Any:
        """Send no further paying call."""
        self.run.cancel()
        return empty_pb2.Empty()

    def note_program(self, request: Any) -> None:
        """Take the keys of the whole stack and the project from a program's call: a provider's settings have neither."""
        config = self.run.config
        keys = {*config.keys(), *request.config}
        config.project, config.keys = request.project, lambda: keys

    def word(self, error: LeaseError) -> str:
        """Write an error in the words of YAML; a fault of ours as it is."""
        if isinstance(error, BrokenProvider):
            return str(error)
        from .wording import reword  # late: few calls fail

        return reword(str(error), self.provider)

    def _call(self, request: Any) -> Call:
        owner = owner_of(request.urn)
        hints = self.hints.get(owner, {})
        return Call(owner, Status(request.urn), hints, getattr(request, "timeout", 0) or None)


def owner_of(urn: str) -> str:
    """Name whose inputs are worked on, alike for both resources of a pair."""
    return urn.replace(f"{NATIVE_INTENT_TYPE}::", f"{NATIVE_NUMBER_TYPE}::")


def _verbs(request: Any) -> Any:
    type_ = request.type or request.urn.split("::")[2].rpartition("$")[2]
    if type_ not in VERBS:
        raise InvalidInput("", f"there is no resource {type_}: there are {', '.join(VERBS)}")
    return VERBS[type_]
