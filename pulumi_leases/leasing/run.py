"""One engine run in this process: its name, its logins, who declares which number, and what all numbers cost together."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from ..domain.errors import InvalidInput, LeasedElsewhere
from .budget import Entry, Tally, over
from .keys import refuse_unknown_settings, refuse_unknown_settings_of
from .record import OwnerRecord
from .siblings import Siblings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..config import Config
    from ..domain.models import Offer
    from .account import Account


class Run:
    """What all resources of one run share. The provider's process serves one run; a program's process may serve more.

    Args:
        config: The settings of the run.
    """

    def __init__(self, config: Config) -> None:
        self.id = os.urandom(8).hex()  # in each number's state three times
        self.config = config
        self._accounts: dict[tuple[str, str], Account] = {}
        self._owners: dict[tuple[str, str], str] = {}
        self._declared: dict[str, tuple[str, str]] = {}
        self._chosen: set[tuple[str, str]] = set()
        self._known: set[tuple[str, str, str]] = set()
        self.siblings = Siblings()
        self._tally = Tally()
        self._records: dict[str, OwnerRecord] = {}
        self._lock = threading.RLock()
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Send no further paying call: the user has cancelled the command."""
        self._cancelled.set()

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
        """Note which number an owner declares, in the place of the one that it declared before; a number has one owner.

        Raises:
            InvalidInput: Another owner declares the number in this run.
        """
        with self._lock:
            other = self._owners.get((service, number))
            if other not in (None, owner):
                chosen = (
                    f", whose search chose it in this run: let {short_name(other)} depend on {short_name(owner)}"
                    if (service, number) in self._chosen
                    else ""
                )
                raise InvalidInput(
                    "number",
                    f"{number} is declared twice: by {short_name(owner)} and by {short_name(other)}{chosen}; "
                    "one number, one resource",
                )
            if (before := self._declared.get(owner)) is not None:
                del self._owners[before]
            self._declared[owner] = (service, number)
            self._owners[service, number] = owner

    def choose(self, owner: str, service: str, pick: Callable[[Callable[[str], bool]], Offer | None]) -> Offer | None:
        """Pick a number that no other resource of the run declares, and declare it, in one step.

        `pick` gets a function that says whether another resource declares a number.
        """
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

    def record(self, owner: str) -> OwnerRecord:
        """Return what this run knows of an owner; an empty record at first."""
        with self._lock:
            return self._records.setdefault(owner, OwnerRecord())

    def note_known(self, service: str, account: str, lease_id: str) -> None:
        """Note a lease that the state has: where an account lists it, the login is the right one for this stack."""
        self._known.add((service, account, lease_id))

    def is_held(self, number: str) -> bool:
        """Whether this run has seen a LeasedNumber that holds the number; then its own delete releases it."""
        with self._lock:
            return any(record.holds == number for record in self._records.values())

    def owner(self, service: str, number: str) -> str | None:
        """Return who declares a number in this run."""
        with self._lock:
            return self._owners.get((service, number))

    def count_held(self, entries: Mapping[str, Entry]) -> None:
        """Count held numbers of owners that this run may never check; the figure from a check takes the place of this one."""
        with self._lock:
            for owner, entry in entries.items():
                if owner not in self._tally.entries:
                    self._tally.count(owner, entry)

    def afford(self, owner: str, entry: Entry) -> None:
        """Count what an owner's number costs a month, against the budget.

        Raises:
            InvalidInput: All numbers of the run together pass the budget.
            ConfigError: The budget is malformed, or a setting is mistyped.
        """
        refuse_unknown_settings(self.config)
        budget = self.config.monthly_budget()
        with self._lock:
            self._tally.count(owner, entry)
            reason = over(budget, self._tally)
        if reason:
            raise InvalidInput("", reason)

    def is_first_report(self, owner: str, text: str) -> bool:
        """Whether a text about an owner is new in this run; from now on it is not."""
        with self._lock:
            reported = self.record(owner).reported
            is_new = text not in reported
            reported.add(text)
            return is_new

    def _open(self, service: str, name: str) -> Account:
        # Late: an `up` with nothing to do opens no login and needs no HTTP.
        from ..config import credential_of
        from ..services import service_class
        from .account import Account

        refuse_unknown_settings(self.config)
        loaded = service_class(service)
        refuse_unknown_settings_of(self.config, loaded)
        connection = loaded(self.config.login(loaded, name), self.config.requests_per_second())
        return Account(
            connection,
            name,
            knows=lambda lease_id: (service, name, lease_id) in self._known,
            is_cancelled=self._cancelled.is_set,
            key_place=self.config.place(loaded, name, credential_of(loaded)),
        )


def short_name(owner: str | None) -> str:
    """Shorten an owner's URN to the name that the program gave it."""
    return (owner or "").rpartition("::")[2] or "?"
