"""Which settings there are: a key that nothing reads is refused where it looks meant for us."""

from __future__ import annotations

import pytest

from pulumi_leases.config import RUN_KEYS, Config, Setting
from pulumi_leases.domain.errors import ConfigError
from pulumi_leases.leasing.budget import Entry
from pulumi_leases.leasing.keys import refuse_unknown_settings, refuse_unknown_settings_of
from pulumi_leases.leasing.run import Run
from pulumi_leases.services import SERVICES, service_class


def config(*keys: str, project: str = "numbers", environ: dict[str, str] | None = None, **values: str) -> Config:
    """Settings under keys that can be listed."""
    settings = {**dict.fromkeys(keys, "x"), **{f"leases:{name}": value for name, value in values.items()}}
    return Config(settings.get, environ or {}, keys=lambda: settings, project=project)


def refused(found: Config) -> str:
    with pytest.raises(ConfigError) as failed:
        refuse_unknown_settings(found)
    return str(failed.value)


def test_what_is_known_is_taken() -> None:
    """Every key of the run and of each service, and whatever other namespaces hold."""
    services = [
        f"leases:{name}{setting.name.title().replace('_', '')}"
        for name in SERVICES
        for setting in service_class(name).settings
    ]
    keys = [
        *(f"leases:{key}" for key in RUN_KEYS if key != "monthlyBudget"),
        *services,
        "aws:region",
        "numbers:anything",
    ]

    refuse_unknown_settings(config(*keys))
    for name in SERVICES:
        refuse_unknown_settings_of(config(*keys), service_class(name))


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("monthlybudget", "did you mean leases:monthlyBudget?"),
        ("monthly_budget", "did you mean leases:monthlyBudget?"),
        ("releaseTimeOut", "did you mean leases:releaseTimeout?"),
        ("contiguitytoken", "did you mean leases:contiguityToken?"),
        ("telesignapikey", "did you mean leases:telesignApiKey?"),
        ("account", "did you mean leases:accounts?"),
        ("colour", "it is not read"),
    ],
)
def test_a_key_that_nothing_reads_is_refused_with_the_nearest(key: str, meant: str) -> None:
    """A mistyped budget would be no budget."""
    assert refused(config(f"leases:{key}")) == (
        f"leases:{key} is no setting: {meant} `pulumi config rm leases:{key}` removes it"
    )


def test_a_mistyped_setting_of_a_service_is_refused_when_it_is_opened() -> None:
    """A mistyped base URL would send a trial to the service itself; another service's keys are that one's affair."""
    mistyped = config("leases:contiguityBaseURL", "leases:telesignApiKee")

    refuse_unknown_settings(mistyped)
    with pytest.raises(ConfigError) as failed:
        Run(mistyped).account("contiguity", "default")

    assert str(failed.value) == (
        "leases:contiguityBaseURL is no setting: did you mean leases:contiguityBaseUrl? "
        "`pulumi config rm leases:contiguityBaseURL` removes it"
    )


def test_a_service_of_another_package_has_keys_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is registered, even under a name that another one's begins with."""

    class Tele:
        name: str = "tele"
        settings: tuple[Setting, ...] = (Setting("signature", "a key", secret=True),)

    monkeypatch.setitem(SERVICES, "tele", "elsewhere:Tele")
    known = config("leases:teleSignature", "leases:telesignApiKey")

    refuse_unknown_settings(known)
    refuse_unknown_settings_of(known, Tele())
    refuse_unknown_settings_of(known, service_class("telesign"))


def test_a_budget_without_the_prefix_is_refused() -> None:
    """It stands in the project's own namespace, where nothing of ours looks; beside a real one it may be the program's."""
    assert refused(config("numbers:monthlyBudget")) == (
        "numbers:monthlyBudget is not read, so there is no budget: `pulumi config set leases:monthlyBudget …` sets one, "
        "with its prefix"
    )
    refuse_unknown_settings(config("numbers:monthlyBudget", monthlyBudget="10 USD"))
    refuse_unknown_settings(config("numbers:monthlyBudget", environ={"LEASES_MONTHLY_BUDGET": "10 USD"}))
    refuse_unknown_settings(config("other:monthlyBudget"))


def test_a_project_that_is_called_leases_may_have_keys_of_its_own() -> None:
    """There the namespace is the program's too: only what is near to a setting of ours is refused."""
    refuse_unknown_settings(config("leases:colour", project="leases"))
    assert "did you mean leases:monthlyBudget?" in refused(config("leases:monthlybudget", project="leases"))


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("LEASES_MONTHLYBUDGET", "LEASES_MONTHLY_BUDGET"),
        ("LEASES_MONTHLY_BUGDET", "LEASES_MONTHLY_BUDGET"),
        ("LEASES_REQUEST_PER_SECOND", "LEASES_REQUESTS_PER_SECOND"),
        ("LEASES_RELEASE_INTERUPTED", "LEASES_RELEASE_INTERRUPTED"),
    ],
)
def test_a_variable_that_is_clearly_a_slip_is_refused(variable: str, meant: str) -> None:
    """It would be no budget, no limit."""
    assert refused(config(environ={variable: "1"})) == f"the variable {variable} is not read: did you mean {meant}?"


@pytest.mark.parametrize(
    "variable",
    [
        *("LEASES_DEBUG", "LEASES_HOST_THREADS", "LEASES_EU_WEST_TOKEN", "LEASES_SERVICE_TOKEN"),
        *("LEASES_BUDGET_TOKEN", "LEASES_CONTIGUITY_BASE_URL", "LEASES_MONTHLY_BUDGET", "MONTHLY_BUDGE"),
    ],
)
def test_other_variables_are_left_alone(variable: str) -> None:
    """Accounts have names of their own, and so have other tools."""
    refuse_unknown_settings(config(environ={variable: "10 USD"}))


def test_a_run_refuses_before_anything_is_counted_or_opened() -> None:
    """In the check of the first number, and at the first login."""
    run = Run(config("leases:monthlybudget"))

    with pytest.raises(ConfigError, match="did you mean leases:monthlyBudget"):
        run.afford("support", Entry("+12015550123", None, None, is_new=True))
    with pytest.raises(ConfigError, match="did you mean leases:monthlyBudget"):
        run.account("contiguity", "default")
