"""What Twilio has to sell and has sold, and who sees which of it when."""

import random
from collections.abc import Iterator

from pulumi_leases.emulator.inventory import Offer
from pulumi_leases.emulator.ledger import ENDED, Lease
from pulumi_leases.emulator.world import World


class Stock:
    """The offers and leases of Twilio under the switches in force; its user holds the world's lock."""

    def __init__(self, world: World) -> None:
        self.switch = world.switches["twilio"]
        self.offers = world.offers["twilio"]
        self.ledger = world.ledgers["twilio"]
        self.now = world.clock.now

    def sells(self, offer: Offer, now: float) -> bool:
        """Whether anybody can buy the number."""
        last = self.ledger.last(offer.number)
        if offer.status != "available" or (last is not None and last.held(now)):
            return False
        if last is None or self.switch["after_release"] != "21422":
            return True
        assert last.released_at is not None
        return now >= last.released_at + float(self.switch["back_on_offer_s"])

    def on_offer(self) -> Iterator[Offer]:
        """What a search can find: what is for sale, and what was sold so short a time ago that searches lag."""
        now = self.now()
        for offer in self.offers.values():
            last = self.ledger.last(offer.number)
            lagging = last is not None and last.held(now) and self._lagging(last, "listing_lag_s", now)
            if self.sells(offer, now) or lagging:
                yield offer

    def cut_search(self, offers: list[Offer], limit: int) -> list[Offer]:
        """As many of the offers as a search shows, in its order."""
        shown = list(offers)
        if self.switch["order"] == "shuffled":
            random.shuffle(shown)
        return shown[:limit]

    def book(self, offer: Offer, account: str, now: float) -> Lease:
        """Sell the number and charge it, under its old SID if that is how numbers come back."""
        before = self.ledger.last(offer.number)
        lease = self.ledger.reserve(offer, account, now)
        if self.switch["after_release"] == "old_sid" and before is not None and before.login == account:
            lease.lease_id = before.lease_id
        self.ledger.charge(lease, now)
        return lease

    def listable(self, account: str) -> list[Lease]:
        """The numbers that listings of the account show, oldest first."""
        return self._shown(account, "listing_lag_s")

    def readable(self, account: str) -> list[Lease]:
        """The numbers that the account can read singly."""
        return self._shown(account, "listing_lag_s" if self.switch["read_lag_s"] is None else "read_lag_s")

    def _shown(self, account: str, lag: str) -> list[Lease]:
        now = self.now()
        own = (lease for lease in self.ledger.leases if lease.login == account)
        return [
            lease
            for lease in own
            if (self._still_shown(lease, now) or lease.held(now)) and not self._lagging(lease, lag, now)
        ]

    def _lagging(self, lease: Lease, lag: str, now: float) -> bool:
        return now < lease.leased_at + float(self.switch[lag])

    def _still_shown(self, lease: Lease, now: float) -> bool:
        """Whether a number that is released is shown as if it were not."""
        if lease.held(now) or lease.status in ENDED or lease.number not in self.offers:
            return False
        assert lease.released_at is not None
        return now < lease.released_at + float(self.switch["release_lag_s"])
