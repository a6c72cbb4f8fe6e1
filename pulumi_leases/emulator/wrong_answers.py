"""What the faults of the answer phase make of an answer."""

from collections.abc import Callable
from email.utils import format_datetime
from typing import Any

from flask import Response

from pulumi_leases.emulator.answer import Answer, Api, Refused
from pulumi_leases.emulator.clock import utc
from pulumi_leases.emulator.cuts import Cut, Reset, Truncated, flood, trickle
from pulumi_leases.emulator.faults import Rule
from pulumi_leases.emulator.world import World

_HTML = "<html><head><title>{0} Bad Gateway</title></head><body><h1>{0} Bad Gateway</h1><hr>proxy</body></html>"
_GARBAGE = b'\x00\xff{"data": ['
_JSON = "application/json"


def spoilt(world: World, api: Api, answer: Answer | None, rule: Rule) -> Response:
    """The wrong answer that the rule wants; without an answer the work was not done."""
    if rule.fault in _OWN:
        return _OWN[rule.fault](world, api, rule.params)
    whole = answer.response() if answer is not None else Response("{}", 200, content_type=_JSON)
    whole.status_code = rule.params.get("code") or whole.status_code
    return _SPOILT[rule.fault](world, whole, rule.params)


def _status(_world: World, api: Api, params: dict[str, Any]) -> Response:
    answer = api.refusal(Refused(params["code"], "scripted by a fault"))
    if params["body"] is not None:
        answer.body = params["body"]
    answer.headers.update(params["headers"] or {})
    response = answer.response()
    response.status_code = params["code"]
    return response


def _too_many(world: World, api: Api, params: dict[str, Any]) -> Response:
    response = api.too_many().response()
    seconds = params["retry_after"]
    if seconds is not None:
        date = format_datetime(utc(world.clock.now() + seconds).replace(microsecond=0), usegmt=True)
        wait = date if params["as_date"] else str(seconds)
        header = params.get("reset_header")
        response.headers.update({header: wait} if header else api.slow_down(seconds, wait))
    return response


_OWN: dict[str, Callable[[World, Api, dict[str, Any]], Response]] = {
    "drop_before": lambda _world, _api, _params: Cut(),
    "drop_after": lambda _world, _api, _params: Cut(),
    "reset": lambda _world, _api, _params: Reset(),
    "status": _status,
    "status_after": _status,
    "429": _too_many,
    "rate": _too_many,
    "redirect": lambda _world, _api, params: Response("", params["code"], {"Location": params["to"]}),
}
_SPOILT: dict[str, Callable[[World, Response, dict[str, Any]], Response]] = {
    "html": lambda _world, whole, _params: Response(
        _HTML.format(whole.status_code), whole.status_code, content_type="text/html"
    ),
    "empty": lambda _world, whole, _params: Response(b"", whole.status_code, content_type=_JSON),
    "garbage": lambda _world, whole, _params: Response(_GARBAGE, whole.status_code, content_type=_JSON),
    "truncated": lambda _world, whole, _params: Truncated(whole),
    "slow_body": lambda world, whole, params: trickle(whole, params["seconds"], world.gate.closed_within),
    "huge": lambda _world, whole, params: flood(params["megabytes"], whole.status_code),
}
