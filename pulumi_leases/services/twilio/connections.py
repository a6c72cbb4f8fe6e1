"""The connections to Twilio's three hosts for one login: to the main one at once, to the others when they are needed."""

from __future__ import annotations

import base64
import threading
from typing import TYPE_CHECKING

from ..http import address
from ..http.transport import Http
from .codes import read_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

_SERVICE = "twilio"
_OTHERS = ("pricing_base_url", "messaging_base_url")


class Connections:
    """One login at three hosts: Basic, by the account's SID and auth token or by an API key and its secret.

    https://www.twilio.com/docs/usage/requests-to-twilio#credentials; safe to share between threads.

    Raises:
        ConfigError: A base URL is not usable.
    """

    def __init__(self, settings: Mapping[str, str], requests_per_second: float | None) -> None:
        self._settings = settings
        self._requests_per_second = requests_per_second
        user = settings.get("api_key") or settings["account_sid"]
        self._basic = base64.b64encode(f"{user}:{settings['auth_token']}".encode()).decode()
        for setting in _OTHERS:
            address.check_url(_SERVICE, settings[setting])
        self._others: dict[str, Http] = {}
        self._lock = threading.Lock()
        self.api = self._connect("base_url")

    def pricing(self) -> Http:
        """Connect to the host of prices."""
        return self._other("pricing_base_url")

    def messaging(self) -> Http:
        """Connect to the host of Messaging Services."""
        return self._other("messaging_base_url")

    def close(self) -> None:
        """Close all of them."""
        with self._lock:
            for http in (self.api, *self._others.values()):
                http.close()

    def _other(self, setting: str) -> Http:
        with self._lock:
            if setting not in self._others:
                self._others[setting] = self._connect(setting)
            return self._others[setting]

    def _connect(self, setting: str) -> Http:
        hidden = (self._settings["auth_token"], self._basic)
        return Http(_SERVICE, self._settings[setting], self._sign, read_words, self._requests_per_second, hidden)

    def _sign(self, request: httpx.Request) -> None:
        request.headers["authorization"] = f"Basic {self._basic}"
