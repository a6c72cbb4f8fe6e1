"""Telnyx's number calls over HTTP, as documented at https://developers.telnyx.com/api/numbers."""

import uuid
from collections.abc import Callable, Iterator
from functools import partial

from flask import Response, request

from pulumi_leases.emulator.answer import Answer, Api, Refused
from pulumi_leases.emulator.exchange import Asked, exchange
from pulumi_leases.emulator.logins import Claim
from pulumi_leases.emulator.routes import Route
from pulumi_leases.emulator.telnyx.errors import Denied, errors
from pulumi_leases.emulator.telnyx.numbers import Numbers
from pulumi_leases.emulator.telnyx.orders import Orders
from pulumi_leases.emulator.telnyx.profile import TELNYX
from pulumi_leases.emulator.telnyx.search import Search
from pulumi_leases.emulator.world import World

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_REQUESTS_A_WINDOW = 100
_WINDOW_S = 1


class Telnyx(Api):
    """The number calls. Each work method runs with the world's lock held and knows who calls."""

    name = TELNYX.name
    mount = "/telnyx"

    def __init__(self, world: World) -> None:
        self.world = world
        self.switch = world.switches[self.name]
        self._search = Search(world)
        self._orders = Orders(world, self._search)
        self._numbers = Numbers(world)

    def routes(self) -> Iterator[Route]:
        """The routes of the vendor's host."""
        orders, numbers = self._orders, self._numbers
        routes: list[tuple[str, str, str, Callable[..., Answer]]] = [
            ("GET", "/v2/available_phone_numbers", "available", self._search.answer),
            ("POST", "/v2/number_orders", "lease", orders.create),
            ("GET", "/v2/number_orders", "orders", orders.placed),
            ("GET", "/v2/number_orders/<target>", "order", orders.get),
            ("PATCH", "/v2/number_orders/<target>", "amend", orders.amend),
            ("POST", "/v2/number_order_phone_numbers/<target>/requirement_group", "requirement", orders.require),
            ("GET", "/v2/sub_number_orders", "suborders", orders.sub_orders),
            ("GET", "/v2/sub_number_orders/<target>", "suborder", orders.sub_order),
            ("PATCH", "/v2/sub_number_orders/<target>/cancel", "cancel", orders.cancel),
            ("GET", "/v2/phone_numbers", "leased", numbers.leased),
            ("GET", "/v2/phone_numbers/<target>", "details", numbers.get),
            ("PATCH", "/v2/phone_numbers/<target>", "configure", numbers.update),
            ("DELETE", "/v2/phone_numbers/<target>", "terminate", numbers.delete),
            ("GET PATCH", "/v2/phone_numbers/<target>/messaging", "messaging", numbers.messaging),
            ("GET PATCH", "/v2/phone_numbers/<target>/voice", "voice", numbers.voice),
            ("POST", "/v2/numbers_features", "features", numbers.features),
            (" ".join(_METHODS), "/<path:target>", "other", self._other),
        ]
        for methods, path, operation, work in routes:
            yield Route(path, methods.split(), operation, partial(self._serve, operation, work))

    def refusal(self, refused: Refused) -> Answer:
        body = {"errors": errors(refused), "text": refused.text, "empty": ""}[self.switch["error_shape"]]
        return Answer(refused.status, body, refused.outcome, headers=self._headers(_REQUESTS_A_WINDOW))

    def too_many(self) -> Answer:
        answer = self.refusal(Denied(10011, "You have exceeded the maximum number of allowed requests."))
        answer.headers.update(self._headers(0))
        return answer

    def slow_down(self, seconds: int, written: str) -> dict[str, str]:
        """What a 429 says about the wait: `Retry-After`, as it would be written, is not documented."""
        headers = {"x-ratelimit-reset": str(seconds)}
        return {**headers, "Retry-After": written} if self.switch["retry_after"] == "present" else headers

    def _serve(self, operation: str, work: Callable[..., Answer], target: str = "") -> Response:
        claim = _claim(request.headers.get("Authorization", ""))
        asked = Asked(operation, self._number_of(operation, target), claim)
        return exchange(self.world, self, asked, partial(self._work, work, claim, target))

    def _number_of(self, operation: str, target: str) -> str:
        """The number that a request is about: in the order to place, of the order, of the id, or all digits of a filter."""
        if operation == "lease":
            body = request.get_json(silent=True)
            lines = body.get("phone_numbers") if isinstance(body, dict) else None
            first = lines[0] if isinstance(lines, list) and lines else None
            return str(first.get("phone_number", "")) if isinstance(first, dict) else ""
        if operation == "available":
            return self._search.number_asked()
        if operation == "leased":
            return self._numbers.number_asked()
        if not target or operation == "other":
            return ""
        with self.world.lock:
            return self._numbers.number_of(target) or self._orders.number_of(target)

    def _work(self, work: Callable[..., Answer], claim: Claim, target: str) -> Answer:
        if claim.scheme != "Bearer" or not TELNYX.knows_login(claim.login):
            raise Denied(10009, "No key found matching the ID.", status=self.switch["bad_key"], outcome="unauthorised")
        if self.world.logins[self.name, claim.login].revoked:
            raise Denied(20002, "The API Key is not active.", status=self.switch["bad_key"], outcome="unauthorised")
        answer = work(claim.login, target) if target else work(claim.login)
        answer.headers.update(self._headers(_REQUESTS_A_WINDOW))
        return answer

    def _other(self, login: str, target: str) -> Answer:  # noqa: ARG002 all work is called alike
        raise Denied(10005, f"The requested resource or URL could not be found: {request.method} {target}")

    def _headers(self, remaining: int) -> dict[str, str]:
        headers = {
            "x-ratelimit-limit": str(_REQUESTS_A_WINDOW),
            "x-ratelimit-remaining": str(max(0, remaining - 1)),
            "x-ratelimit-reset": str(_WINDOW_S),
        }
        name = self.switch["request_id"]
        return headers if name == "absent" else {**headers, name: str(uuid.uuid4())}


def _claim(header: str) -> Claim:
    scheme, _, key = header.partition(" ")
    return Claim(scheme, key.strip())
