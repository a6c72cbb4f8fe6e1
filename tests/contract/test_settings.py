"""What a service declares is what a user configures: settings, logins, criteria, options."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from pulumi_leases.config import Config, camel, variable
from pulumi_leases.domain.errors import ConfigError, InvalidInput, LeasedElsewhere, LeaseError, Unauthorized
from pulumi_leases.domain.models import Lease, Order
from pulumi_leases.domain.search import AT_CHOICE, NumberSearch
from pulumi_leases.leasing.run import Run
from pulumi_leases.leasing.searching import require_reportable
from pulumi_leases.services import SERVICES, service_class

from .desk import DESKS, NUMBER, connected

if TYPE_CHECKING:
    from collections.abc import Callable

    from .desk import Desk


OPTIONS = {
    *("billing_method", "failover", "requirements", "label", "voice", "messaging", "status_callback"),
    *("emergency_address", "tags"),
}


def environ(desk: Desk, *words: str, login: str = "main") -> dict[str, str]:
    """The variables of a login: of the service's default account, or of a named one."""
    return {variable(*(words or [desk.name]), name): value for name, value in desk.settings(login).items()}


def test_every_service_is_held_to_this() -> None:
    """A service without a desk would not be tested."""
    assert set(SERVICES) <= set(DESKS)


def test_a_service_has_one_credential(desk: Desk) -> None:
    """And it is known by the name under which it is registered."""
    declared = service_class(desk.name)
    assert declared.name == desk.name
    assert len([setting for setting in declared.settings if setting.secret]) == 1
    assert all(setting.default is None for setting in declared.settings if setting.secret)
    assert len({setting.name for setting in declared.settings}) == len(declared.settings)


def test_the_default_account_comes_from_variables_or_config(desk: Desk) -> None:
    """Either place alone is enough to connect."""
    declared, settings = service_class(desk.name), desk.settings()
    keys = {f"leases:{camel(f'{desk.name}_{name}')}": value for name, value in settings.items()}
    for config in (Config(lambda _: None, environ(desk)), Config(keys.get, {})):
        assert config.login(declared, "default") == settings
        with closing(declared(config.login(declared, "default"), 1000)) as service:
            assert service.list() == []


def test_an_account_of_a_name_comes_from_variables_or_config(desk: Desk) -> None:
    """Two logins of one service are told apart, and the account says which service it is of."""
    entry = {"service": desk.name, **{camel(name): value for name, value in desk.settings("second").items()}}
    accounts = {"leases:accounts": json.dumps({"eu-west": entry})}
    said = {"LEASES_SERVICE": desk.name, **environ(desk), **environ(desk, "eu-west", login="second")}
    for config in (Config(accounts.get, environ(desk)), Config(lambda _: None, said)):
        run = Run(config)
        assert config.service("eu-west") == desk.name
        run.account(desk.name, "eu-west").service.lease(Order(number=NUMBER, billing_method=None))
        assert list(desk.held("second")) == [NUMBER]
        assert run.account(desk.name, "default").leases().value == {}
        desk.end(NUMBER)
        for account in ("default", "eu-west"):
            run.account(desk.name, account).service.close()


def test_what_is_missing_is_named(desk: Desk) -> None:
    """A setting without a default that is nowhere is reported with its variable and its key."""
    declared = service_class(desk.name)
    for setting in declared.settings:
        said = environ(desk)
        if setting.default is None and not setting.optional:
            del said[variable(desk.name, setting.name)]
            with pytest.raises(ConfigError, match=variable(desk.name, setting.name)):
                Config(lambda _: None, said).login(declared, "default")


def test_a_wrong_credential_is_reported_before_anything_is_written(desk: Desk) -> None:
    """Unauthorized by every call, and the credential is in no message."""
    secret = next(setting.name for setting in service_class(desk.name).settings if setting.secret)
    wrong = "d3Jvbmcga2V5IG9mIG5vYm9keQ=="
    desk.take(NUMBER, "main")
    lease = connected(desk).find(NUMBER)[0]
    with closing(connected(desk, **{secret: wrong})) as service:
        calls: list[Callable[[], object]] = [
            service.list,
            lambda: service.find(NUMBER),
            lambda: service.lease(Order(number=NUMBER, billing_method=None)),
            lambda: service.release(lease),
        ]
        for call in calls:
            with pytest.raises(Unauthorized) as caught:
                call()
            assert wrong not in str(caught.value)
    assert NUMBER in desk.held()
    assert desk.paid() <= 1


def test_a_login_with_a_public_name_is_not_another(desk: Desk) -> None:
    """What a state holds of one login is not read or released with another's."""
    run = Run(Config(lambda _: None, environ(desk)))
    name = run.account(desk.name, "default").service.login
    run.account(desk.name, "default", name).service.close()
    if name is not None:
        with pytest.raises(LeasedElsewhere, match="configure the login that leases it"):
            run.account(desk.name, "default", "somebody else")


@pytest.mark.parametrize(
    ("criterion", "value"),
    [
        ("country", "US"),
        ("capabilities", ["sms"]),
        ("prefix", "+1"),
        ("contains", "1"),
        ("number_type", "local"),
        ("region", "NJ"),
        ("city", "Jersey City"),
        ("carrier", "Twilio"),
        ("min_reputation", 0.5),
        ("max_previous_owners", 1),
        ("order_by", "number"),
    ],
)
def test_a_criterion_is_known_or_refused(desk: Desk, criterion: str, value: object) -> None:
    """Never ignored: what the service does not know of a number is an error that names both."""
    declared = service_class(desk.name)
    search = NumberSearch.model_validate({criterion: value})
    if criterion in declared.criteria and set(search.capabilities) <= declared.capabilities:
        require_reportable(declared, search)
        return
    with pytest.raises(InvalidInput, match=f"{desk.name} cannot tell") as caught:
        require_reportable(declared, search)
    assert criterion in str(caught.value) or "sms" in str(caught.value)


def test_declared_names_exist(desk: Desk) -> None:
    """Criteria, capabilities and options are those that there are."""
    declared = service_class(desk.name)
    assert declared.criteria <= set(NumberSearch.model_fields)
    assert NumberSearch(capabilities=tuple(declared.capabilities)).capabilities is not None
    assert set(declared.options) <= OPTIONS
    assert "order_by" in declared.criteria | AT_CHOICE


def test_what_is_no_option_is_refused(desk: Desk) -> None:
    """A call for what the service does not have says so."""
    with closing(connected(desk)) as service:
        if "failover" not in service.options:
            with pytest.raises(LeaseError, match="failover"):
                service.configure(
                    Lease(number=NUMBER, lease_id="lsd_1", status="active"), {"failover": {"enabled": False}}
                )
