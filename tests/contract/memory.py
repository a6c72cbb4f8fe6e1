"""The smallest service, whose vendor is a dictionary: how little a service needs to keep the contract like the others."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, ClassVar

from pulumi_leases.config import Setting
from pulumi_leases.domain.errors import NoAnswer, NotFound, RateLimited, Refused

from .world import KEYS, WORLDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pulumi_leases.domain.models import Lease, Offer, Order
    from pulumi_leases.domain.search import NumberSearch
    from pulumi_leases.services.base import Query

    from .world import World


class Memory:
    """One login at one `World`; a reading that fails is tried once more."""

    name: ClassVar[str] = "memory"
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("key", "a key", secret=True),
        Setting("base_url", "the name of the world", default="the-only-one", with_credential=True),
    )
    criteria: ClassVar[frozenset[str]] = frozenset({"country", "prefix", "contains", "area_code", "order_by"})
    capabilities: ClassVar[frozenset[str]] = frozenset()
    options: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    carries_reference: ClassVar[bool] = False
    searches_all: ClassVar[bool] = True
    race_window_s: ClassVar[float] = 0.0
    one_lease_a_number: ClassVar[bool] = True
    billed_to: ClassVar[str | None] = None

    def __init__(self, settings: Mapping[str, str], requests_per_second: float | None) -> None:
        del requests_per_second
        self._key = settings["key"]
        self.login = KEYS.get(self._key)
        self._world = WORLDS[settings["base_url"]]

    def now(self) -> datetime:
        return datetime.now(timezone.utc)

    def query(self, search: NumberSearch) -> Query:
        del search
        return ()

    def search(self, query: Query) -> Iterator[Sequence[Offer]]:
        del query
        yield [offer for number, offer in self._read("search").offers.items() if number not in self._world.leases]

    def offer(self, number: str) -> Offer | None:
        world = self._read("offer")
        offer = world.offers.get(number)
        return offer.model_copy(update={"availability": "leased"}) if offer and number in world.leases else offer

    def lease(self, order: Order) -> Lease:
        with self._world.call("lease", self._key) as login:
            return self._world.leased(order.number, login)

    def find(self, number: str, reference: str | None = None) -> Sequence[Lease]:
        del reference
        return [lease for lease in self._mine("find") if lease.number == number]

    def list(self) -> Sequence[Lease]:
        return self._mine("list")

    def fill_in_prices(self, leases: Sequence[Lease]) -> Sequence[Lease]:
        return leases

    def release(self, lease: Lease) -> datetime | None:
        with self._world.call("release", self._key) as login:
            if self._world.leases.get(lease.number, ("", None)) != (login, lease):
                raise NotFound(f"memory: no lease {lease.lease_id}")
            del self._world.leases[lease.number]
        return None

    def has_ended(self, number: str, lease_id: str, reference: str | None) -> bool:
        del number, lease_id, reference
        return False

    def configure(self, lease: Lease, settings: Mapping[str, Any]) -> None:
        raise Refused(f"memory: {lease.number} has no settings, not even {settings}")

    def settings_of(self, lease: Lease, declared: Mapping[str, Any]) -> dict[str, Any]:
        del declared
        return lease.settings or {}

    def close(self) -> None:
        """Nothing is open."""

    def _mine(self, verb: str) -> Sequence[Lease]:
        return [lease for login, lease in self._read(verb).leases.values() if login == self.login]

    def _read(self, verb: str) -> World:
        for is_last in (False, True):
            try:
                with self._world.call(verb, self._key):
                    return self._world
            except (NoAnswer, RateLimited):
                if is_last:
                    raise
        raise AssertionError
