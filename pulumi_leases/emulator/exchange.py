"""One request to a vendor on its way through: journal, faults, work, answer."""

import socket
import time
import traceback
from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Response, request

from pulumi_leases.emulator.answer import Answer, Api, Refused
from pulumi_leases.emulator.cuts import Cut
from pulumi_leases.emulator.faults import Phase, Rule
from pulumi_leases.emulator.gate import Abandoned, Held
from pulumi_leases.emulator.journal import Call
from pulumi_leases.emulator.logins import Claim
from pulumi_leases.emulator.world import World
from pulumi_leases.emulator.wrong_answers import spoilt


class Asked(NamedTuple):
    """What a request is about: the operation, the number in E.164 or nothing, and who says to send it."""

    operation: str
    number: str
    claim: Claim


def exchange(world: World, api: Api, asked: Asked, work: Callable[[], Answer]) -> Response:
    """Note the request, let it meet its faults, and answer it. `work` runs with the emulator's lock held."""
    with world.lock:
        call = world.journal.open(
            vendor=api.name,
            operation=asked.operation,
            method=request.method,
            path=request.path,
            query=request.query_string.decode(),
            login=asked.claim.login,
            number=asked.number,
            scheme=asked.claim.scheme,
            body=request.get_data(as_text=True),
            headers={name: value for name, value in request.headers.items() if name != "Authorization"},
        )
    try:
        response = _pass(world, api, call, work)
    except Abandoned:
        call.outcome = call.outcome if call.wrote else "abandoned"
        response = Cut()
    except Exception:
        call.emulator_error = traceback.format_exc()
        raise
    with world.lock:
        call.status = None if isinstance(response, Cut) else response.status_code
        call.answered = time.monotonic()
        call.client_gone = _gone(request.environ.get("werkzeug.socket"))
    return response


def _pass(world: World, api: Api, call: Call, work: Callable[[], Answer]) -> Response:
    with world.lock:
        met = world.faults.met_by(call)
        call.faults = [rule.fault for rule in met.values()]
    fault = met.get(Phase.ANSWER)
    if Phase.BEFORE in met:
        _before(world, call, met[Phase.BEFORE])
    answer: Answer | None = None
    if fault is None or fault.works:
        with world.lock:
            try:
                answer = work()
            except Refused as refused:
                answer = api.refusal(refused)
            call.outcome, call.wrote = answer.outcome, answer.wrote
    else:
        call.outcome = "not done"
    if Phase.AFTER in met:
        _after(world, call, met[Phase.AFTER])
    if fault is None:
        assert answer is not None
        return answer.response()
    return spoilt(world, api, answer, fault)


def _before(world: World, call: Call, rule: Rule) -> None:
    if rule.fault == "delay_before":
        world.gate.delay(rule.params["seconds"])
    elif rule.fault == "hold_before":
        world.gate.hold(_held(call, rule, "before"))
    elif rule.fault == "barrier":
        met = world.gate.meet(rule.id, rule.params["n"], rule.params["timeout_s"])
        call.faults[call.faults.index("barrier")] = "barrier met" if met else "barrier timed out"
    elif rule.fault == "taken":
        with world.lock:
            _take(world, call, rule.params["by"], rule.params["settings"] or {})


def _take(world: World, call: Call, by: str, settings: dict[str, Any]) -> None:
    now = world.clock.now()
    ledger = world.ledgers[call.vendor]
    offer = world.offers[call.vendor].get(call.number)
    if offer is not None and not ledger.holding(call.number, now):
        ledger.book(offer, by, now).settings.update(settings)


def _after(world: World, call: Call, rule: Rule) -> None:
    if rule.fault == "delay_after":
        world.gate.delay(rule.params["seconds"])
    else:
        world.gate.hold(_held(call, rule, "after"))


def _held(call: Call, rule: Rule, phase: str) -> Held:
    return Held(call.seq, rule.id, phase, call.vendor, call.operation, call.number, call.login, call.at)


def _gone(connection: socket.socket | None) -> bool:
    """Whether the client has closed its end."""
    if connection is None:
        return False
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
