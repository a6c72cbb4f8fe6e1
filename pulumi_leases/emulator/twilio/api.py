"""Twilio over HTTP: https://www.twilio.com/docs/phone-numbers/api, pricing.twilio.com and messaging.twilio.com."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from uuid import uuid4

from flask import Response, request

from pulumi_leases.emulator.answer import Answer, Api, Refused
from pulumi_leases.emulator.exchange import Asked, exchange
from pulumi_leases.emulator.logins import Login
from pulumi_leases.emulator.routes import Route
from pulumi_leases.emulator.twilio import shapes
from pulumi_leases.emulator.twilio.auth import Guard
from pulumi_leases.emulator.twilio.messaging import Messaging
from pulumi_leases.emulator.twilio.numbers import IncomingNumbers, read_target
from pulumi_leases.emulator.twilio.pricing import Pricing
from pulumi_leases.emulator.twilio.profile import MESSAGING_MOUNT, MOUNT, PRICING_MOUNT, TWILIO
from pulumi_leases.emulator.twilio.search import Search
from pulumi_leases.emulator.twilio.sids import REQUEST
from pulumi_leases.emulator.twilio.stock import Stock
from pulumi_leases.emulator.world import World

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_ACCOUNT = f"{MOUNT}/{shapes.VERSION}/Accounts/<account>"
_OWNED = f"{_ACCOUNT}/IncomingPhoneNumbers"
_PRICES = f"{PRICING_MOUNT}/v1/PhoneNumbers/Countries"
_SERVICES = f"{MESSAGING_MOUNT}/v1/Services"
_MEMBERS = f"{_SERVICES}/<service>/PhoneNumbers"
_HOSTS = {MOUNT: "api", PRICING_MOUNT: "pricing", MESSAGING_MOUNT: "messaging"}
_CODES = {400: 20001, 401: 20003, 403: 20403, 404: 20404, 429: 20429, 500: 20500, 503: 20503}

Work = Callable[..., Answer]


class Twilio(Api):
    """The three hosts. Each work method runs with the world's lock held and knows whose numbers it is about."""

    name = TWILIO.name
    mount = ""

    def __init__(self, world: World) -> None:
        self.world = world
        self.switch = world.switches[self.name]
        self._guard = Guard(world.logins)
        self._stock = Stock(world)
        self._search = Search(self._stock)
        self._pricing = Pricing(self._stock)
        self._numbers = IncomingNumbers(self._stock, self._pricing)
        self._messaging = Messaging(self._stock)
        self._under_way: Counter[str] = Counter()

    def routes(self) -> Iterator[Route]:
        """The routes of all three hosts."""
        routes: list[tuple[str, str, str, Work]] = [
            (f"{_ACCOUNT}.json", "GET", "account", self._account),
            (f"{_ACCOUNT}/AvailablePhoneNumbers/<country>.json", "GET", "types", self._types),
            (f"{_ACCOUNT}/AvailablePhoneNumbers/<country>/<kind>.json", "GET", "available", self._available),
            (f"{_OWNED}.json", "GET", "leased", self._leased),
            (f"{_OWNED}/<any(Local, Mobile, TollFree):kind>.json", "GET", "leased", self._leased),
            (f"{_OWNED}.json", "POST", "lease", self._lease),
            (f"{_OWNED}/<number_sid>.json", "GET", "details", self._details),
            (f"{_OWNED}/<number_sid>.json", "POST", "configure", self._configure),
            (f"{_OWNED}/<number_sid>.json", "DELETE", "terminate", self._terminate),
            (_PRICES, "GET", "prices", self._countries),
            (f"{_PRICES}/<country>", "GET", "prices", self._prices),
            (_SERVICES, "GET", "services", self._services),
            (_MEMBERS, "GET", "members", self._members),
            (_MEMBERS, "POST", "join", self._join),
            (f"{_MEMBERS}/<number_sid>", "GET", "members", self._member),
            (f"{_MEMBERS}/<number_sid>", "DELETE", "leave", self._leave),
        ]
        for path, method, operation, work in routes:
            view = partial(self._serve, _HOSTS[f"/{path.split('/')[1]}"], operation, work)
            yield Route(path, [method], f"{method} {path}".replace(".", " "), view)
        for mount, host in _HOSTS.items():
            rule = f"{mount}/<path:rest>"
            yield Route(rule, _METHODS, rule, partial(self._serve, host, "other", self._other))

    def refusal(self, refused: Refused) -> Answer:
        code = refused.code or _CODES.get(refused.status, 20000 + refused.status)
        return Answer(refused.status, shapes.error(self.switch, refused.status, code, refused.text), refused.outcome)

    def too_many(self) -> Answer:
        return self.refusal(Refused(429, "Too Many Requests"))

    def slow_down(self, seconds: int, written: str) -> dict[str, str]:  # noqa: ARG002 all vendors are asked alike
        """What a 429 says about the wait."""
        return {"Retry-After": written}

    def _serve(self, host: str, operation: str, work: Work, account: str | None = None, **parts: str) -> Response:
        request.get_data()  # reading the form first would consume it
        header = request.headers.get("Authorization", "")
        claim = self._guard.claim(header, account)
        asked = Asked(operation, self._number_of(parts.get("number_sid")), claim)

        def admitted() -> Answer:
            login = self._guard.admit(header, claim.login, host=host, operation=operation)
            return work(login, **parts)

        with self._counted(claim.login) as free:
            response = exchange(self.world, self, asked, admitted if free else self._refuse_for_concurrency)
        response.headers["Twilio-Request-Id"] = f"{REQUEST}{uuid4().hex}"
        return response

    @contextmanager
    def _counted(self, account: str) -> Iterator[bool]:
        """Count a request of the account while it is under way; false if there are too many already."""
        with self.world.lock:
            limit = self.switch["concurrency"]
            free = not limit or self._under_way[account] < limit
            self._under_way[account] += free
        try:
            yield free
        finally:
            with self.world.lock:
                self._under_way[account] -= free

    def _refuse_for_concurrency(self) -> Answer:
        answer = self.too_many()
        answer.headers["Twilio-Concurrent-Requests"] = str(self.switch["concurrency"])
        if self.switch["retry_after_s"] is not None:
            answer.headers["Retry-After"] = str(self.switch["retry_after_s"])
        return answer

    def _number_of(self, number_sid: str | None) -> str:
        """The E.164 number that a request is about: by its SID, or whole in a purchase, a search or a filter."""
        sid = number_sid or request.form.get("PhoneNumberSid")
        by_sid = next((lease.number for lease in self._stock.ledger.leases if lease.lease_id == sid), None)
        asked = request.args.get("Contains") or request.args.get("PhoneNumber") or ""
        whole = f"+{asked.strip('+ $')}"
        return by_sid or request.form.get("PhoneNumber") or (whole if whole in self._stock.offers else "")

    def _account(self, account: Login) -> Answer:
        status = "active" if self.switch["funds"] == "ok" else "suspended"
        body = {
            "sid": account.name,
            "friendly_name": account.name,
            "owner_account_sid": account.parent or account.name,
            "status": status,
            "type": "Full" if self.switch["trial"] == "off" else "Trial",
            "uri": f"/{shapes.VERSION}/Accounts/{account.name}.json",
        }
        return Answer(200, body, "read")

    def _types(self, account: Login, country: str) -> Answer:
        return self._search.types(account.name, country)

    def _available(self, account: Login, country: str, kind: str) -> Answer:
        return self._search.available(account.name, country, kind, request.args)

    def _leased(self, account: Login, kind: str | None = None) -> Answer:
        return self._numbers.leased(account, request.args.to_dict(), request.path.removeprefix(MOUNT), kind)

    def _lease(self, account: Login) -> Answer:
        return self._numbers.buy(account, request.form)

    def _details(self, account: Login, number_sid: str) -> Answer:
        return self._numbers.details(account, number_sid)

    def _configure(self, account: Login, number_sid: str) -> Answer:
        target = read_target(request.form)
        login = self._guard.relative(account, target) if target else None
        return self._numbers.configure(account, number_sid, request.form, login)

    def _terminate(self, account: Login, number_sid: str) -> Answer:
        return self._numbers.terminate(account, number_sid)

    def _countries(self, account: Login) -> Answer:  # noqa: ARG002 all work is called alike
        return self._pricing.list_countries(request.base_url, request.args.to_dict())

    def _prices(self, account: Login, country: str) -> Answer:  # noqa: ARG002 all work is called alike
        return self._pricing.read_country(country, request.base_url)

    def _services(self, account: Login) -> Answer:
        return self._messaging.services(account.name, request.base_url, request.args.to_dict())

    def _members(self, account: Login, service: str) -> Answer:
        return self._messaging.members(account.name, service, request.base_url, request.args.to_dict())

    def _member(self, account: Login, service: str, number_sid: str) -> Answer:
        return self._messaging.member(account.name, service, number_sid, request.base_url)

    def _join(self, account: Login, service: str) -> Answer:
        return self._messaging.join(account.name, service, request.form.get("PhoneNumberSid", ""), request.base_url)

    def _leave(self, account: Login, service: str, number_sid: str) -> Answer:
        return self._messaging.leave(account.name, service, number_sid)

    def _other(self, account: Login, rest: str) -> Answer:  # noqa: ARG002 all work is called alike
        raise Refused(404, f"The requested resource /{rest} was not found", code=20404)
