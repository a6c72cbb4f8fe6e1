"""Who may call which vendor, and what each login is entitled to."""

from dataclasses import dataclass, field
from typing import NamedTuple

DEMO_API_KEY = "ZW11bGF0b3Itb25seS1ub3QtYS1yZWFsLWFwaS1rZXktMDEyMzQ1Njc4OWFiY2RlZg=="
"""The secret of every TeleSign customer id, Twilio account and key to whom control gave no other. It opens nothing but
emulators."""


class Claim(NamedTuple):
    """Who a request says to come from, and by which authorization scheme; nothing of it is verified yet."""

    scheme: str
    login: str


@dataclass
class Login:
    """One account of a vendor: a Contiguity key, a TeleSign customer id, a Twilio account or API key.

    At Twilio `parent` is the account that a subaccount or a key belongs to, `denied` the hosts that a restricted key
    does not reach (api, pricing, messaging), and `test` says that these are test credentials.
    """

    vendor: str
    name: str
    revoked: bool = False
    api_key: str = DEMO_API_KEY
    entitlements: list[str] = field(default_factory=list)
    service_contract: bool = False
    parent: str = ""
    denied: list[str] = field(default_factory=list)
    test: bool = False


class Logins:
    """The logins that called or were set up; every well-formed one exists."""

    def __init__(self) -> None:
        self._logins: dict[tuple[str, str], Login] = {}

    def __getitem__(self, key: tuple[str, str]) -> Login:
        return self._logins.setdefault(key, Login(*key))

    def all(self) -> list[Login]:
        return list(self._logins.values())
