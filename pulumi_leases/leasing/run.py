"""One engine run in this process: its name, its logins, who declares which number, and the sum of it all."""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING, Any

from ..domain.errors import InvalidInput, LeasedElsewhere
from .budget import Entry, Tally, over

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..config import Config
    from ..domain.models import Offer
    from .account import Account


class Run:
    """What all resources of one run share. The provider's process serves one run; a program's process may serve more.

    Args:
        config: The settings of the run.
    """

    def __init__(self, config: Config) -> None:
        self.id = uuid.uuid4().hex
        self.config = config
        self._accounts: dict[tuple[str, str], Account] = {}
        self._owners: dict[tuple[str, str], str] = {}
        self._declared: dict[str, tuple[str, str]] = {}
        self._chosen: set[tuple[str, str]] = set()
        self.named: set[str] = set()
        """Numbers that the program declares as such, as it writes them: no search chooses them."""
        self._tally = Tally()
        self.claims: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
        """What owners asked for in this run, and what was claimed for it: a replacement is checked a second time, as new."""
        self.replaced: set[str] = set()
        """Owners whose number is replaced in this run: until the new one is leased, the old one is the resource."""
        self.held: set[tuple[str, str]] = set()
        """Numbers that a LeasedNumber in the state has, as far as the engine has shown it: its own delete lets go of them."""
        self.refused: dict[tuple[str, str], dict[str, Any]] = {}
        """Numbers whose paying call an earlier run has seen refused, as a refresh or delete finds, with the record of the
        claim under which it was sent."""
        self.recorded: dict[tuple[str, str], dict[str, Any]] = {}
        """The record of each claim, as this run's refresh has read it."""
        self.gone: set[tuple[str, str]] = set()
        """Claimed numbers that this run's refresh found neither leased to the account nor on offer, or leased to another."""
        self.read: dict[str, str] = {}
        """The number of each owner's lease, held or lost, as this run's refresh has read it."""
        self.given_up: set[str] = set()
        """Lost leases to whose loss the program consents: their delete has nothing to let go of."""
        self.previewed: set[str] = set()
        """Owners that are only previewed in this run."""
        self._told: set[tuple[str, str]] = set()
        self._lock = threading.RLock()

    def account(self, service: str, name: str, login: str | None = None) -> Account:
        """Open a login, once a run.

        Raises:
            ConfigError: Its settings are missing or malformed.
            LeasedElsewhere: The state was written with another login of the same name.
        """
        with self._lock:
            if (service, name) not in self._accounts:
                self._accounts[service, name] = self._open(service, name)
            account = self._accounts[service, name]
        now = account.service.login
        if login is not None and now is not None and login != now:
            raise LeasedElsewhere(
                f"{service}: the number is leased to login {login}, and account {name!r} is now {now}; "
                "configure the login that leases it",
                service=service,
            )
        return account

    def close(self) -> None:
        """Close the connections of all logins."""
        with self._lock:
            for account in self._accounts.values():
                account.service.close()
            self._accounts.clear()

    def declare(self, owner: str, service: str, number: str) -> None:
        """Note which number an owner declares; one number has one owner, an owner the number it declared last.

        Raises:
            InvalidInput: Another owner declares the number in this run.
        """
        with self._lock:
            other = self._owners.get((service, number))
            if other not in (None, owner):
                chosen = (
                    f", whose search chose it in this run: let {display(other)} depend on {display(owner)}"
                    if (service, number) in self._chosen
                    else ""
                )
                raise InvalidInput(
                    "number",
                    f"{number} is declared twice: by {display(owner)} and by {display(other)}{chosen}; one number, one resource",
                )
            if (before := self._declared.get(owner)) is not None:
                del self._owners[before]
            self._declared[owner] = (service, number)
            self._owners[service, number] = owner

    def choose(self, owner: str, service: str, pick: Callable[[Callable[[str], bool]], Offer | None]) -> Offer | None:
        """Pick a number that no other resource of the run declares, and declare it, in one step."""
        with self._lock:
            chosen = pick(lambda number: self._owners.get((service, number), owner) != owner)
            if chosen is not None:
                self.declare(owner, service, chosen.number)
                self._chosen.add((service, chosen.number))
            return chosen

    def is_choice_of_another(self, owner: str, service: str, number: str) -> bool:
        """Whether a search of another resource has chosen the number in this very run."""
        with self._lock:
            return (service, number) in self._chosen and self._owners.get((service, number)) not in (None, owner)

    def is_out_of_reach(self, owner: str, service: str, number: str) -> bool:
        """Whether this run's refresh found that a claimed number cannot be leased any more, and never was by its owner.

        That is known where the paying call was refused, or the owner holds another number still. Anything else may be a
        lost lease, which needs consent, or what a wrong key shows, which must not outlast it: no later run is told.
        """
        claimed = (service, number)
        return claimed in self.gone and (self.is_refused(claimed) or self.read.get(owner, number) != number)

    def is_refused(self, claimed: tuple[str, str]) -> bool:
        """Whether a refused call was the last that can have been sent: none under a record made since."""
        return claimed in self.refused and self.recorded.get(claimed) in (None, self.refused[claimed])

    def owner(self, service: str, number: str) -> str | None:
        """Who declares a number in this run."""
        with self._lock:
            return self._owners.get((service, number))

    def afford(self, owner: str, entry: Entry) -> None:
        """Count what an owner's number costs a month.

        Raises:
            InvalidInput: All numbers of the run together pass the budget.
            ConfigError: The budget is malformed.
        """
        budget = self.config.monthly_budget()
        with self._lock:
            self._tally.count(owner, entry)
            reason = over(budget, self._tally)
        if reason:
            raise InvalidInput("", reason)

    def report_once(self, owner: str, text: str) -> bool:
        """Whether a text about an owner is new in this run."""
        with self._lock:
            if (owner, text) in self._told:
                return False
            self._told.add((owner, text))
            return True

    def _open(self, service: str, name: str) -> Account:
        # Late: an `up` with nothing to do opens no login and needs no HTTP.
        from ..services import service_class
        from .account import Account

        loaded = service_class(service)
        return Account(loaded(self.config.login(loaded, name), self.config.requests_per_second()), name)


def display(owner: str | None) -> str:
    """Shorten an owner's URN to what a reader of a program knows it by."""
    return (owner or "").rpartition("::")[2] or "?"
