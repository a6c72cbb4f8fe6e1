"""The settings of a provider, as the engine hands them over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pulumi.runtime.proto import provider_pb2

from pulumi_leases.native import settings, values
from pulumi_leases.services.contiguity import Contiguity

if TYPE_CHECKING:
    from pulumi_leases.config import Config

DEFAULT, EXPLICIT = (f"urn:pulumi:dev::shop::pulumi:providers:leases::{name}" for name in ("default_0_2_0", "eu"))
GIVEN = {
    "contiguityToken": "given",
    "monthlyBudget": "10 USD",
    "service": " ",
    "version": "0.2.0",
    "accounts": '{"verify": {"token": "given"}, "broken": 1}',
}


@pytest.fixture
def variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is given, said otherwise by variables."""
    monkeypatch.setenv("LEASES_CONTIGUITY_TOKEN", "from-a-variable")
    monkeypatch.setenv("LEASES_VERIFY_TOKEN", "from-a-variable")
    monkeypatch.setenv("LEASES_MONTHLY_BUDGET", "20 USD")
    monkeypatch.setenv("LEASES_SERVICE", "telnyx")


def configured(urn: str, **more: str) -> Config:
    args = values.write({**GIVEN, **more})
    return settings.configuration(provider_pb2.ConfigureRequest(urn=urn, args=args))


@pytest.mark.usefixtures("variables")
def test_variables_override_the_config_of_the_stack() -> None:
    """The default provider has what every program of the stack has."""
    config = configured(DEFAULT)
    assert [config.login(Contiguity, account)["token"] for account in ("default", "verify")] == ["from-a-variable"] * 2
    assert config.monthly_budget() == {"USD": 20}
    listed = config.keys()
    assert "leases:version" not in listed


@pytest.mark.usefixtures("variables")
def test_variables_do_not_override_a_provider_of_the_program() -> None:
    """What it is given counts, each account's settings too; what it is not given comes from variables."""
    config = configured(EXPLICIT)
    assert [config.login(Contiguity, account)["token"] for account in ("default", "verify")] == ["given"] * 2
    assert config.monthly_budget() == {"USD": 10}
    assert config.service("default") == "telnyx"


@pytest.mark.usefixtures("variables")
def test_malformed_accounts_are_an_error_where_one_is_needed() -> None:
    """The provider starts all the same."""
    config = configured(EXPLICIT, accounts="{")
    with pytest.raises(Exception, match="leases:accounts"):
        config.login(Contiguity, "verify")
