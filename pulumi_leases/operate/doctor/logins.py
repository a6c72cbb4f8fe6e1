"""The settings, the logins that they configure, and whether each answers: one reading a login, the listing of its leases."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from ...config import DEFAULT_ACCOUNT, credential_of, remove_command, set_command
from ...domain.errors import ConfigError, LeaseError, RateLimited, Refused, Unreachable
from ...leasing.keys import refuse_unknown_settings
from ...services import SERVICES, service_class, service_names
from .check import Check, mend_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...config import Config, Service, Setting
    from ...leasing.account import Account
    from ...leasing.run import Run

CLOCKS_APART_S = 60.0
"""How far this machine's clock and a service's may be apart: signatures expire, and leases are told apart by their dates."""

_THIS_MACHINE = re.compile(r"https?://(?:127\.0\.0\.1|localhost|\[::1\]):(\d+)")
_SET_CLOCK = {"darwin": "sudo sntp -sS time.apple.com"}.get(sys.platform, "sudo timedatectl set-ntp true")


@dataclass(frozen=True)
class Login:
    """One login as it is configured.

    Attributes:
        name: Service and account: `contiguity/default`.
        credential_place: The variable or config key that gives the credential.
        set_credential: The command that sets it anew.
        base_url: Where it asks; None where the service has no such setting.
        base_url_place: The variable or config key that gives the base URL; None where it is the service's own.
    """

    name: str
    credential_place: str
    set_credential: str
    base_url: str | None
    base_url_place: str | None


def check_settings(config: Config) -> Check:
    """Check the settings that belong to no login, and which accounts there are: that each is known and can be read."""
    try:
        refuse_unknown_settings(config)
        configured_logins(config)
        config.monthly_budget()
        config.requests_per_second()
        config.release_timeout_s()
        config.release_interrupted()
    except ConfigError as error:
        return Check("settings", "names and values", str(error), mend_settings(error))
    return Check("settings", "names and values", "known and readable")


def configured_logins(config: Config) -> list[tuple[str, str]]:
    """Name every login that a credential is set for, as service and account; the default one where there is none.

    Raises:
        ConfigError: The accounts cannot be read.
    """
    named = [(config.service(account), account) for account in config.accounts()]
    default = [(name, DEFAULT_ACCOUNT) for name in service_names() if _has_credential(config, name)]
    return [*default, *named] or [(config.service(DEFAULT_ACCOUNT), DEFAULT_ACCOUNT)]


def _has_credential(config: Config, name: str) -> bool:
    """Whether a service has a credential for the default account; one of another package that cannot be loaded has none."""
    try:
        service = service_class(name)
    except ConfigError:
        if name in SERVICES:
            raise
        return False
    return config.place(service, DEFAULT_ACCOUNT, credential_of(service)) is not None


def check_login(run: Run, service: str, account: str) -> tuple[list[Check], Account | None]:
    """Check one login; returns the account too where it answers."""
    name = f"{service}/{account}"
    try:
        opened = run.account(service, account)
        opened.key_place = None  # the check itself names it
        login = _read_login(run.config, service_class(service), account)
    except LeaseError as error:
        return [Check(name, "settings", str(error), mend_settings(error))], None
    count, failed = 0, None
    try:
        count = sum(map(len, opened.leases().value.values()))
    except LeaseError as error:
        failed = error
    checks = list(judge_answer(login, count, failed))
    if failed is None or failed.status is not None:
        checks.append(judge_clock(login, opened.service.now(), datetime.now(timezone.utc)))
    return checks, None if failed else opened


def judge_answer(login: Login, count: int, error: LeaseError | None) -> Iterator[Check]:
    """Judge what came of asking for the leases of a login.

    A no in the service's own words is about the credential; anything else that is no answer, about the way there.
    """
    if error and not isinstance(error, (Refused, RateLimited)):
        yield Check(login.name, "base URL", str(error), _mend_address(login, error))
        return
    if isinstance(error, Refused):
        yield Check(login.name, "credential", f"{login.credential_place} is refused: {error}", login.set_credential)
    elif error:
        yield Check(login.name, "credential", str(error), "sleep 60; pulumi-leases doctor")
    else:
        yield Check(login.name, "credential", f"{login.credential_place} is accepted; numbers leased: {count}")
    if login.base_url:
        yield Check(login.name, "base URL", f"{login.base_url} answers ({login.base_url_place or 'the default'})")


def judge_clock(login: Login, service_time: datetime, machine_time: datetime) -> Check:
    """Judge how far this machine's clock is from the service's."""
    apart_s = (machine_time - service_time).total_seconds()
    if abs(apart_s) <= CLOCKS_APART_S:
        return Check(login.name, "clock", f"at most {CLOCKS_APART_S:.0f} s from the service's")
    way = "ahead of" if apart_s > 0 else "behind"
    return Check(login.name, "clock", f"this machine's is {abs(apart_s):.0f} s {way} the service's", _SET_CLOCK)


def mend_login(config: Config, account: Account, login: str) -> str:
    """Write the command that makes an account the login which a state names, by what the service publicly calls it."""
    service = service_class(account.service.name)
    said = config.login(service, account.name)
    public = (one for one in service.settings if not one.secret and said.get(one.name) == account.service.login)
    setting = next(public, credential_of(service))
    command = _set_at(config.place(service, account.name, setting) or "", service, account.name, setting)
    return command if setting.secret else command.replace("…", login)


def _read_login(config: Config, service: Service, account: str) -> Login:
    credential = credential_of(service)
    base_url = next((one for one in service.settings if one.with_credential and one.default), None)
    place = config.place(service, account, credential) or ""
    return Login(
        name=f"{service.name}/{account}",
        credential_place=place,
        set_credential=_set_at(place, service, account, credential),
        base_url=config.login(service, account)[base_url.name] if base_url else None,
        base_url_place=config.place(service, account, base_url) if base_url else None,
    )


def _set_at(place: str, service: Service, account: str, setting: Setting) -> str:
    """Write the command that sets a setting where it is now."""
    return set_command(service, account, setting) if place.startswith("leases:") else f"export {place}=…"


def _mend_address(login: Login, error: LeaseError) -> str:
    """Write the command that leads to the service: to an emulator that is not there, to its own address, or to who answers."""
    emulated = _THIS_MACHINE.match(login.base_url or "")
    if emulated and isinstance(error, Unreachable):
        return f"pulumi-leases emulate --port {emulated[1]}"
    return remove_command(login.base_url_place) if login.base_url_place else f"curl -i {login.base_url or ''}".strip()
