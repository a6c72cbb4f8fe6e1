"""The control API: what a person or a test sees of an emulator, and how it makes things happen there."""

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields
from functools import wraps
from typing import Any

from flask import Response, jsonify, request

from pulumi_leases.emulator.inventory import Offer
from pulumi_leases.emulator.ledger import ENDED, Lease, totals
from pulumi_leases.emulator.logins import Login
from pulumi_leases.emulator.routes import Route
from pulumi_leases.emulator.vendors import VENDORS
from pulumi_leases.emulator.world import World


class ControlError(ValueError):
    """A control request that asks for what does not exist or cannot be."""


class Control:
    """The control calls of one emulator; a wrong one is answered with 400 and the reason."""

    name = "control"
    mount = "/control"

    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> Iterator[Route]:
        routes: list[tuple[str, str, Callable[[], Any]]] = [
            ("GET", "/state", self._state),
            ("GET", "/journal", self._journal),
            ("GET", "/held", self._held),
            ("POST", "/release", self._release),
            ("GET", "/faults", self._faults),
            ("POST", "/faults", self._add_fault),
            ("DELETE", "/faults", self._clear_faults),
            ("GET", "/switches", self._switches),
            ("PATCH", "/switches", self._set_switches),
            ("POST", "/lease", self._lease),
            ("POST", "/terminate", self._terminate),
            ("POST", "/status", self._status),
            ("POST", "/settings", self._settings),
            ("POST", "/settle", self._settle),
            ("GET", "/offers", self._offers),
            ("POST", "/offers", self._add_offer),
            ("PATCH", "/offers", self._change_offer),
            ("DELETE", "/offers", self._remove_offer),
            ("POST", "/clock", self._clock),
            ("POST", "/logins", self._login),
        ]
        for method, path, act in routes:
            yield Route(path, [method], f"{method} {path}", self._locked(act))

    def _locked(self, act: Callable[[], Any]) -> Callable[[], tuple[Response, int]]:
        @wraps(act)
        def view() -> tuple[Response, int]:
            with self.world.lock:
                try:
                    return jsonify(act()), 200
                except KeyError as missing:
                    return jsonify(error=f"missing: {missing.args[0]}"), 400
                except (ValueError, TypeError) as wrong:
                    return jsonify(error=str(wrong)), 400

        return view

    def _state(self) -> dict[str, Any]:
        world, now = self.world, self.world.clock.now()
        leases = [lease for ledger in world.ledgers.values() for lease in ledger.leases]
        charges = [charge for ledger in world.ledgers.values() for charge in ledger.owed(now)]
        return {
            "clock": {"offset_s": world.clock.offset_s, "now": now},
            "leases": [asdict(lease) for lease in leases if lease.held(now)],
            "past": [asdict(lease) for lease in leases if not lease.held(now)],
            "charges": [asdict(charge) for charge in charges],
            "charged": totals(charges),
            "charged_by_login": {
                login: totals([charge for charge in charges if charge.login == login])
                for login in sorted({charge.login for charge in charges})
            },
            "logins": [asdict(login) for login in world.logins.all()],
            "switches": self._switches(),
            "faults": self._faults(),
            "held": self._held(),
            "emulator_errors": world.bugs,
        }

    def _journal(self) -> list[dict[str, Any]]:
        return [asdict(call) for call in self.world.journal.since(int(request.args.get("since", 0)))]

    def _held(self) -> list[dict[str, Any]]:
        return [asdict(held) for held in self.world.gate.held()]

    def _release(self) -> dict[str, Any]:
        return {"released": self.world.gate.release(_wanted("id").get("id"))}

    def _faults(self) -> list[dict[str, Any]]:
        return [asdict(rule) for rule in self.world.faults.rules]

    def _add_fault(self) -> dict[str, Any]:
        return asdict(self.world.faults.add(_body()))

    def _clear_faults(self) -> list[Any]:
        self.world.faults.clear()
        return []

    def _switches(self) -> dict[str, Any]:
        return {vendor: switches.values for vendor, switches in self.world.switches.items()}

    def _set_switches(self) -> dict[str, Any]:
        for vendor, values in _body().items():
            self.world.switches[_known(vendor)].update(values)
        return self._switches()

    def _lease(self) -> dict[str, Any]:
        wanted = _wanted(
            "vendor", "number", "login", "billing_method", "lease_id", "leased_at", "ends_at", "again", "settings"
        )
        vendor, number, now = _known(wanted["vendor"]), wanted["number"], self.world.clock.now()
        ledger, lease_id = self.world.ledgers[vendor], wanted.get("lease_id")
        if ledger.holding(number, now) and not wanted.get("again"):
            raise ControlError(f"{number} is leased at {vendor} already; say again=true for a second lease")
        if lease_id is not None and ledger.has(lease_id):
            raise ControlError(f"{vendor} has a lease {lease_id} already")
        lease = ledger.book(
            self._offer(vendor, number),
            wanted.get("login", "stranger"),
            wanted.get("leased_at", now),
            billing_method=wanted.get("billing_method", "monthly"),
            lease_id=lease_id,
        )
        lease.settings.update(wanted.get("settings", {}))
        if "ends_at" in wanted:
            lease.cancelled_at, lease.released_at = now, wanted["ends_at"]
        return asdict(lease)

    def _terminate(self) -> dict[str, Any]:
        lease, now = self._held_lease(_wanted("vendor", "number", "lease_id")), self.world.clock.now()
        if lease.pending(now):
            self.world.ledgers[lease.vendor].settle(lease, "cancelled", at=now, charged=False)
        lease.cancelled_at = lease.released_at = now
        return asdict(lease)

    def _status(self) -> dict[str, Any]:
        wanted = _wanted("vendor", "number", "lease_id", "status")
        lease = self._held_lease(wanted)
        lease.status = wanted["status"]
        if lease.status in ENDED:
            lease.released_at = self.world.clock.now()
        return asdict(lease)

    def _settings(self) -> dict[str, Any]:
        wanted = _wanted("vendor", "number", "lease_id", "settings")
        lease = self._held_lease(wanted)
        first = VENDORS[lease.vendor].settings
        unknown = ", ".join(sorted(set(wanted["settings"]) - set(first))) if first else ""
        if unknown:
            raise ControlError(f"{lease.vendor} has no setting {unknown}; it has {', '.join(first)}")
        after = {**lease.settings, **wanted["settings"]}
        kept = {name: value for name, value in after.items() if value is not None}
        lease.settings = {**copy.deepcopy(first), **kept}
        return asdict(lease)

    def _settle(self) -> dict[str, Any]:
        wanted, now = _wanted("vendor", "number", "lease_id", "outcome"), self.world.clock.now()
        lease, outcome = self._held_lease(wanted), wanted.get("outcome", "success")
        if not lease.pending(now):
            raise ControlError(f"the order of {lease.number} is settled already")
        self.world.ledgers[lease.vendor].settle(lease, outcome, at=now, charged=outcome == "success")
        lease.waits_for = ""
        return asdict(lease)

    def _offers(self) -> list[dict[str, Any]]:
        offers = self.world.offers[_known(request.args["vendor"])]
        return [asdict(offer) for offer in offers.values()]

    def _add_offer(self) -> dict[str, Any]:
        wanted = _wanted("vendor", *_ATTRIBUTES)
        vendor = _known(wanted.pop("vendor"))
        offer = Offer(wanted.pop("number"))
        if not _E164.fullmatch(offer.number):
            raise ControlError(f"{offer.number} is no number in E.164 form")
        _set(offer, wanted)
        if offer.number in self.world.offers[vendor]:
            raise ControlError(f"{vendor} offers {offer.number} already")
        self.world.offers[vendor][offer.number] = offer
        return asdict(offer)

    def _change_offer(self) -> dict[str, Any]:
        wanted = _wanted("vendor", *_ATTRIBUTES)
        offer = self._offer(_known(wanted.pop("vendor")), wanted.pop("number"))
        _set(offer, wanted)
        return asdict(offer)

    def _remove_offer(self) -> dict[str, Any]:
        wanted = _wanted("vendor", "number")
        vendor, now = _known(wanted["vendor"]), self.world.clock.now()
        one = [self._offer(vendor, wanted["number"]).number] if "number" in wanted else None
        numbers = one or list(self.world.offers[vendor])
        free = [number for number in numbers if not self.world.ledgers[vendor].holding(number, now)]
        if one and not free:
            raise ControlError(f"{one[0]} is leased at {vendor}; terminate the lease first")
        for number in free:
            del self.world.offers[vendor][number]
        return {"removed": free}

    def _clock(self) -> dict[str, Any]:
        wanted = _wanted("offset_s", "advance_s")
        clock = self.world.clock
        clock.offset_s = float(wanted.get("offset_s", clock.offset_s)) + float(wanted.get("advance_s", 0))
        return {"offset_s": clock.offset_s, "now": clock.now()}

    def _login(self) -> dict[str, Any]:
        wanted = _wanted("vendor", *_LOGIN)
        vendor, name = _known(wanted.pop("vendor")), wanted.pop("login")
        if not VENDORS[vendor].knows_login(name):
            raise ControlError(f"{vendor} has no logins such as {name!r}")
        login = self.world.logins[vendor, name]
        _set(login, wanted)
        return asdict(login)

    def _offer(self, vendor: str, number: str) -> Offer:
        if number not in self.world.offers[vendor]:
            raise ControlError(f"{vendor} has no number {number}")
        return self.world.offers[vendor][number]

    def _held_lease(self, wanted: dict[str, Any]) -> Lease:
        vendor = _known(wanted["vendor"])
        held = [
            lease
            for lease in self.world.ledgers[vendor].leases
            if lease.held(self.world.clock.now())
            and wanted.get("number", lease.number) == lease.number
            and wanted.get("lease_id", lease.lease_id) == lease.lease_id
        ]
        if len(held) != 1:
            raise ControlError(f"{len(held)} leases at {vendor} match; name one by number or lease_id")
        return held[0]


_E164 = re.compile(r"\+[1-9]\d{6,14}")
_ATTRIBUTES = tuple(one.name for one in fields(Offer))
_LOGIN = ("login", *(one.name for one in fields(Login) if one.name not in {"vendor", "name"}))


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True) if request.get_data() else {}
    if not isinstance(body, dict):
        raise ControlError("the body is not a JSON object")
    return body


def _wanted(*known: str) -> dict[str, Any]:
    """The request's JSON object, if it has no other keys than the known ones."""
    body = _body()
    unknown = ", ".join(sorted(set(body) - set(known)))
    if unknown:
        raise ControlError(f"unknown: {unknown}; this call knows {', '.join(known)}")
    return body


def _set(target: Offer | Login, wanted: dict[str, Any]) -> None:
    """Set attributes, all or none, to values of the kind that they have."""
    for name, value in wanted.items():
        now = getattr(target, name)
        number = isinstance(now, float) and type(value) in {int, float}
        texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
        if not (number or type(value) is type(now)) or (isinstance(now, list) and not texts):
            raise ControlError(f"{name} is of type {type(now).__name__}, not {value!r}")
    for name, value in wanted.items():
        setattr(target, name, float(value) if isinstance(getattr(target, name), float) else value)


def _known(vendor: str) -> str:
    if vendor not in VENDORS:
        raise ControlError(f"no vendor {vendor!r}; there are {', '.join(VENDORS)}")
    return vendor
