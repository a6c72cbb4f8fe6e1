"""Where a setting comes from, and what is never mixed."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_leases.config import Config, Setting, camel, variable
from pulumi_leases.domain.errors import ConfigError, InvalidInput
from pulumi_leases.services import SERVICES, service_class

from .stack import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

CONTIGUITY = service_class("contiguity")
DEFAULT_URL = "https://api.contiguity.com/numbers"
PAGE = ROOT / "docs" / "configuration.md"


class Vend:
    """A service that needs more than a key."""

    name: str = "vend"
    settings: tuple[Setting, ...] = (
        Setting("customer_id", "a customer id", variables=("VEND_CUSTOMER_ID",)),
        Setting("api_key", "an API key", secret=True, variables=("VEND_API_KEY",)),
        Setting("auth_method", "how requests are signed", default="basic", choices=("basic", "hmac-sha256")),
        Setting(
            "base_url",
            "the address",
            with_credential=True,
            default="https://vend.example",
            variables=("VEND_BASE_URL",),
        ),
    )


def config(stack: dict[str, Any] | None = None, /, **environ: str) -> Config:
    """A run's settings from a stack's config and an environment."""
    return Config((stack or {}).get, environ)


SOURCES = ("LEASES", "config", "CONTIGUITY")


def login_config(keys: list[str], urls: list[str]) -> Config:
    """A default login whose key and base URL some sources give, each with values of its own."""
    stack: dict[str, str] = {}
    environ: dict[str, str] = {}
    for source in keys:
        name = {"LEASES": "LEASES_CONTIGUITY_TOKEN", "CONTIGUITY": "CONTIGUITY_API_KEY"}.get(source)
        (environ if name else stack)[name or "leases:contiguityToken"] = f"key-of-{source}"
    for source in urls:
        name = {"LEASES": "LEASES_CONTIGUITY_BASE_URL", "CONTIGUITY": "CONTIGUITY_BASE_URL"}.get(source)
        (environ if name else stack)[name or "leases:contiguityBaseUrl"] = f"https://{source}.example"
    return config(stack, **environ)


@given(st.lists(st.sampled_from(SOURCES), unique=True, min_size=1), st.lists(st.sampled_from(SOURCES), unique=True))
def test_a_key_and_its_base_url_come_from_one_source(keys: list[str], urls: list[str]) -> None:
    """The first source with a key gives both; a base URL that only another gives is refused, and no key is shown."""
    first = next(source for source in SOURCES if source in keys)

    if urls and first not in urls:
        with pytest.raises(
            ConfigError, match=r"the key of contiguity comes from \S+ and its base URL from \S+: "
        ) as failed:
            login_config(keys, urls).login(CONTIGUITY, "default")
        assert "key-of" not in str(failed.value)
        return
    login = login_config(keys, urls).login(CONTIGUITY, "default")

    assert login["token"] == f"key-of-{first}"
    assert login["base_url"] == (f"https://{first}.example" if first in urls else DEFAULT_URL)


@pytest.mark.parametrize(
    ("stack", "environ", "places", "removal"),
    [
        (
            {"leases:contiguityToken": "k"},
            {"CONTIGUITY_BASE_URL": "http://127.0.0.1:1"},
            ("leases:contiguityToken", "CONTIGUITY_BASE_URL"),
            "unset CONTIGUITY_BASE_URL",
        ),
        (
            {"leases:contiguityBaseUrl": "https://old.example"},
            {"CONTIGUITY_TOKEN": "k"},
            ("CONTIGUITY_TOKEN", "leases:contiguityBaseUrl"),
            "pulumi config rm leases:contiguityBaseUrl",
        ),
    ],
)
def test_key_and_base_url_from_two_places_name_both(
    stack: dict[str, str], environ: dict[str, str], places: tuple[str, str], removal: str
) -> None:
    """A trial whose address went unread would cost money, a key that goes to a foreign address would be lost."""
    with pytest.raises(ConfigError) as failed:
        config(stack, **environ).login(CONTIGUITY, "default")

    assert str(failed.value) == (
        f"the key of contiguity comes from {places[0]} and its base URL from {places[1]}: a key is not sent to an address "
        f"from another place. Set both in the same place, or remove the base URL to use {DEFAULT_URL}: `{removal}`"
    )


def test_an_accounts_key_and_base_url_come_from_one_place_too() -> None:
    """A rotated key in a variable, the address still in the config; the service's own address is no other."""
    accounts = {"leases:accounts": {"eu": {"token": "old", "baseUrl": "https://eu.example"}}}

    with pytest.raises(
        ConfigError, match=r"from LEASES_EU_TOKEN and its base URL from leases:accounts\[eu\]\.baseUrl: "
    ):
        config(accounts, LEASES_EU_TOKEN="new").login(CONTIGUITY, "eu")
    accounts["leases:accounts"]["eu"]["baseUrl"] = DEFAULT_URL
    assert config(accounts, LEASES_EU_TOKEN="new").login(CONTIGUITY, "eu") == {"token": "new", "base_url": DEFAULT_URL}


def test_a_mistyped_setting_of_an_account_is_refused() -> None:
    """With what was most likely meant."""
    entry = {"service": "contiguity", "token": "t", "baseUlr": "https://eu.example"}

    with pytest.raises(ConfigError) as failed:
        config({"leases:accounts": {"eu": entry}}).login(CONTIGUITY, "eu")

    assert str(failed.value) == "leases:accounts[eu].baseUlr is no setting of contiguity: did you mean baseUrl?"


def test_a_key_of_the_vendors_second_variable_goes_with_the_vendors_base_url() -> None:
    """CONTIGUITY_API_KEY comes before CONTIGUITY_TOKEN; both share CONTIGUITY_BASE_URL."""
    environ = {"CONTIGUITY_TOKEN": "second", "CONTIGUITY_BASE_URL": "https://c.example"}

    assert config(**environ).login(CONTIGUITY, "default") == {"token": "second", "base_url": "https://c.example"}
    assert config(**environ, CONTIGUITY_API_KEY="first").login(CONTIGUITY, "default")["token"] == "first"


def test_settings_beside_key_and_base_url_may_come_from_elsewhere() -> None:
    """A rotated key in the environment goes with the customer id of the config."""
    stack = {"leases:vendCustomerId": "c-1", "leases:vendApiKey": "old"}

    login = config(stack, LEASES_VEND_API_KEY="new").login(Vend(), "default")

    assert login == {
        "customer_id": "c-1",
        "api_key": "new",
        "auth_method": "basic",
        "base_url": "https://vend.example",
    }


TWILIO = service_class("twilio")
FROM_CONFIG = {"leases:twilioAccountSid": "AC-config", "leases:twilioAuthToken": "token-config"}
PRICES = "https://pricing.example"


def twilio(stack: dict[str, Any] | None = None, /, **environ: str) -> dict[str, str]:
    """A Twilio login, without the settings that have their default."""
    found = config(stack, **environ).login(TWILIO, "default")
    return {name: value for name, value in found.items() if not value.endswith(".twilio.com")}


def test_what_goes_with_the_credential_comes_from_its_place() -> None:
    """Account and API key of another place are never sent with it, and what is optional may be nowhere."""
    elsewhere = {"TWILIO_ACCOUNT_SID": "AC-env", "TWILIO_API_KEY": "SK-env", "TWILIO_API_SECRET": "secret-env"}

    assert twilio(FROM_CONFIG, **elsewhere) == {"account_sid": "AC-config", "auth_token": "token-config"}
    assert twilio(FROM_CONFIG, **elsewhere, LEASES_TWILIO_API_KEY="SK") == twilio(FROM_CONFIG)
    with pytest.raises(ConfigError, match=r"needs an account SID .* in the same place as the credential"):
        twilio(FROM_CONFIG, LEASES_TWILIO_AUTH_TOKEN="token-env")


def test_an_api_key_is_never_sent_with_the_auth_token() -> None:
    """Of the vendor's own variables two logins may be set beside each other: each is taken whole."""
    token = {"TWILIO_ACCOUNT_SID": "AC", "TWILIO_AUTH_TOKEN": "token"}
    key = {"TWILIO_ACCOUNT_SID": "AC", "TWILIO_API_KEY": "SK", "TWILIO_API_SECRET": "secret"}

    assert twilio(**key) == {"account_sid": "AC", "auth_token": "secret", "api_key": "SK"}
    assert twilio(**key, TWILIO_AUTH_TOKEN="token") == {"account_sid": "AC", "auth_token": "token"}
    assert twilio(**token, TWILIO_API_KEY="SK") == {"account_sid": "AC", "auth_token": "token"}


@pytest.mark.parametrize("setting", ["base_url", "pricing_base_url", "messaging_base_url"])
def test_no_address_of_a_service_is_of_another_place(setting: str) -> None:
    """Neither sent a key to, nor left unread."""
    with pytest.raises(ConfigError, match=rf"from {variable('twilio', setting)}: a key is not sent"):
        twilio(FROM_CONFIG, **{variable("twilio", setting): PRICES})

    login = twilio({**FROM_CONFIG, f"leases:{camel(f'twilio_{setting}')}": PRICES})
    assert login[setting] == PRICES


@pytest.mark.parametrize(
    "accounts",
    [
        {"eu-west": {"service": "contiguity", "token": "t", "baseUrl": "https://eu.example"}},
        {"eu-west": {"service": "contiguity", "token": "t", "base_url": "https://eu.example"}},
        '{"eu-west": {"token": "t", "baseUrl": "https://eu.example"}}',
    ],
)
def test_an_account_is_read_from_structured_config(accounts: Any) -> None:
    """As a mapping or as JSON text, in camelCase or snake_case."""
    login = config({"leases:accounts": accounts}).login(CONTIGUITY, "eu-west")

    assert login == {"token": "t", "base_url": "https://eu.example"}


def test_an_account_is_read_from_variables_of_its_own() -> None:
    """`eu-west` is EU_WEST; its variables come before its config, and need no config at all."""
    environ = {"LEASES_EU_WEST_TOKEN": "new", "LEASES_EU_WEST_BASE_URL": "https://new.example"}
    stack = {"leases:accounts": {"eu-west": {"token": "old", "baseUrl": "https://old.example"}}}

    assert config(stack, **environ).login(CONTIGUITY, "eu-west")["base_url"] == "https://new.example"
    assert config(**environ).login(CONTIGUITY, "eu-west") == {"token": "new", "base_url": "https://new.example"}


def test_an_account_never_borrows_the_default_login() -> None:
    """No key of the default account, from whatever source, is used for another account."""
    environ = {"LEASES_CONTIGUITY_TOKEN": "a", "CONTIGUITY_API_KEY": "b", "CONTIGUITY_TOKEN": "c", "LEASES_TOKEN": "d"}
    stack = {"leases:contiguityToken": "e", "leases:accounts": {"eu": {"service": "contiguity", "token": None}}}

    with pytest.raises(ConfigError) as failed:
        config(stack, **environ).login(CONTIGUITY, "eu")

    assert str(failed.value) == (
        "contiguity needs an API key for account 'eu': set the variable LEASES_EU_TOKEN, or "
        "`pulumi config set --path --secret leases:accounts.eu.token …`"
    )


def test_a_mistyped_account_is_reported_with_those_that_there_are() -> None:
    """Where the config has accounts and not this one, they are named."""
    stack = {"leases:accounts": {"eu-west": {"token": "a"}, "us": {"token": "b"}}}

    with pytest.raises(ConfigError) as failed:
        config(stack).login(CONTIGUITY, "eu")

    assert str(failed.value).endswith("; the config has the accounts eu-west, us")


def test_a_missing_key_names_variable_and_config_key() -> None:
    """What is missing, and the two places where it can be set."""
    with pytest.raises(ConfigError) as failed:
        config().login(CONTIGUITY, "default")

    assert str(failed.value) == (
        "contiguity needs an API key for account 'default': set the variable LEASES_CONTIGUITY_TOKEN, or "
        "`pulumi config set --secret leases:contiguityToken …`"
    )


@pytest.mark.parametrize("blank", ["", " ", "\n", "\t \n"])
def test_what_is_blank_is_not_said(blank: str) -> None:
    """An empty variable, as CI systems set for what is not there, hides nothing and is never sent."""
    found = config(
        {"leases:contiguityToken": "t"},
        LEASES_CONTIGUITY_TOKEN=blank,
        LEASES_SERVICE=blank,
        LEASES_RELEASE_TIMEOUT=blank,
    )

    assert found.login(CONTIGUITY, "default") == {"token": "t", "base_url": DEFAULT_URL}
    assert (found.service("default"), found.release_timeout_s()) == ("contiguity", 600)
    with pytest.raises(ConfigError, match="needs an API key"):
        config(LEASES_CONTIGUITY_TOKEN=blank).login(CONTIGUITY, "default")


def test_blanks_around_a_value_are_cut() -> None:
    """A key read from a file often ends in a line break."""
    assert config(LEASES_CONTIGUITY_TOKEN=" t\n").login(CONTIGUITY, "default")["token"] == "t"


@pytest.mark.parametrize("odd", ["s3cret s3cret", "s3cret\ns3cret", "s3cret\x00", "s3cret\u00e9", "s3cr\u200bet"])
def test_a_key_that_cannot_be_sent_is_refused_without_showing_it(odd: str) -> None:
    """A credential goes into a header: what does not fit there is named by its places, and not echoed."""
    with pytest.raises(ConfigError) as failed:
        config(LEASES_CONTIGUITY_TOKEN=odd).login(CONTIGUITY, "default")

    assert "LEASES_CONTIGUITY_TOKEN or leases:contiguityToken or CONTIGUITY_API_KEY" in str(failed.value)
    assert "s3cr" not in str(failed.value)


def test_a_value_that_is_no_choice_is_refused() -> None:
    """The places and the choices are named."""
    with pytest.raises(ConfigError) as failed:
        config(LEASES_VEND_API_KEY="k", VEND_CUSTOMER_ID="c", LEASES_VEND_AUTH_METHOD="Basic").login(Vend(), "default")

    assert str(failed.value) == (
        "LEASES_VEND_AUTH_METHOD or leases:vendAuthMethod must be one of basic, hmac-sha256, not 'Basic'"
    )


@pytest.mark.parametrize(
    ("accounts", "account", "reason"),
    [
        ("{not json", "eu", "leases:accounts must map names to settings"),
        ("5", "eu", "leases:accounts must map names to settings"),
        ('["eu"]', "eu", "leases:accounts must map names to settings"),
        ({"eu": "token"}, "eu", "leases:accounts must map names to settings"),
        ({"eu": {"service": "vend", "apiKey": "k"}}, "eu", "account 'eu' is a login of vend, not of contiguity"),
        ({}, "e u", "an account's name is letters, digits, '-' and '_', starting with a letter: 'e u'"),
        ({}, "contiguity", "LEASES_CONTIGUITY_… are the variables of the default account"),
        ({"eu-west": {"token": "a"}, "eu_west": {"token": "b"}}, "eu-west", "would share their variables: rename one"),
    ],
)
def test_accounts_that_cannot_be_told_apart_or_read_are_refused(accounts: Any, account: str, reason: str) -> None:
    """A key is never taken for another login's because names or shapes are muddled."""
    with pytest.raises(ConfigError) as failed:
        config({"leases:accounts": accounts}, LEASES_CONTIGUITY_TOKEN="default").login(CONTIGUITY, account)

    assert reason in str(failed.value)
    assert "token" not in str(failed.value).replace("token: …", "")


def test_the_service_is_the_accounts_else_the_default() -> None:
    """Variable before config before `contiguity`; an account may say its own."""
    stack = {"leases:service": "telesign", "leases:accounts": {"eu": {"service": "contiguity"}, "us": {}}}

    assert config().service("default") == "contiguity"
    assert config(stack).service("default") == "telesign"
    assert config(stack, LEASES_SERVICE="contiguity").service("us") == "contiguity"
    assert config(stack, LEASES_SERVICE="telesign").service("eu") == "contiguity"


def test_an_unknown_service_is_refused() -> None:
    """With the names of those that there are."""
    with pytest.raises(InvalidInput, match=r"must be one of contiguity.*, not 'acme'"):
        service_class("acme")


def test_a_budget_is_one_amount_per_currency() -> None:
    """`100 USD, 40 EUR`; the variable comes first."""
    found = config({"leases:monthlyBudget": "100 USD, 40.50EUR"})

    assert found.monthly_budget() == {"USD": Decimal(100), "EUR": Decimal("40.50")}
    assert config({"leases:monthlyBudget": "100 USD"}, LEASES_MONTHLY_BUDGET="7 gbp").monthly_budget() == {
        "GBP": Decimal(7)
    }


@pytest.mark.parametrize("text", ["100", "USD", "-1 USD", "1e3 USD", "1 USD, 2 USD", "NaN USD", "1 US", "1,000 USD"])
def test_a_malformed_budget_is_refused(text: str) -> None:
    """Never read as something else, as a budget of nothing least of all."""
    with pytest.raises(ConfigError, match=r"leases:monthlyBudget \(LEASES_MONTHLY_BUDGET\) must give one amount per"):
        config({"leases:monthlyBudget": text}).monthly_budget()


@pytest.mark.parametrize("blank", ["", " ", "\n"])
def test_an_empty_budget_is_refused(blank: str) -> None:
    """It is not a budget of nothing, and not none: somebody meant to set one. Beside a real one it hides nothing."""
    for empty in (config({"leases:monthlyBudget": blank}), config(LEASES_MONTHLY_BUDGET=blank)):
        with pytest.raises(
            ConfigError, match=r"leases:monthlyBudget \(LEASES_MONTHLY_BUDGET\) is set and empty: give one"
        ):
            empty.monthly_budget()
    both = config({"leases:monthlyBudget": "7 GBP"}, LEASES_MONTHLY_BUDGET=blank)
    assert both.monthly_budget() == {"GBP": Decimal(7)}


def test_whether_an_interrupted_run_is_released_is_said_clearly() -> None:
    """True or false in any case, the variable first; nothing said is no consent, and anything else is refused."""
    assert config().release_interrupted() is False
    assert config({"leases:releaseInterrupted": "True"}).release_interrupted() is True
    assert (
        config({"leases:releaseInterrupted": "true"}, LEASES_RELEASE_INTERRUPTED="false").release_interrupted() is False
    )
    with pytest.raises(
        ConfigError, match=r"leases:releaseInterrupted \(LEASES_RELEASE_INTERRUPTED\) must be true or false, not 'yes'"
    ):
        config({"leases:releaseInterrupted": "yes"}).release_interrupted()


NUMBERS: dict[str, Callable[[Config], float | None]] = {
    "requestsPerSecond": Config.requests_per_second,
    "releaseTimeout": Config.release_timeout_s,
}


@pytest.mark.parametrize("key", NUMBERS)
def test_numbers_are_read_from_variable_then_config(key: str) -> None:
    """LEASES_REQUESTS_PER_SECOND before leases:requestsPerSecond, and so on; else no bound, or a default."""
    name = {"requestsPerSecond": "LEASES_REQUESTS_PER_SECOND", "releaseTimeout": "LEASES_RELEASE_TIMEOUT"}[key]
    read = NUMBERS[key]

    assert read(config()) == {"requestsPerSecond": None, "releaseTimeout": 600}[key]
    assert read(config({f"leases:{key}": "2.5"})) == 2.5
    assert read(config({f"leases:{key}": "2.5"}, **{name: "7"})) == 7


@pytest.mark.parametrize("key", NUMBERS)
@pytest.mark.parametrize("text", ["0", "-1", "many", "NaN", "Infinity", "1e400", "1e-400000", "0x10", "10 s"])
def test_numbers_that_are_none_are_refused(key: str, text: str) -> None:
    """The key, the variable and what would be right are named."""
    with pytest.raises(
        ConfigError, match=rf"leases:{key} \(LEASES_[A-Z_]+\) must be a number from 0.001 to 1000000, not"
    ):
        NUMBERS[key](config({f"leases:{key}": text}))


def _documented() -> set[str]:
    """Every config key and variable that code reads, spelled out."""
    names = {"leases:service", "leases:accounts", "leases:monthlyBudget", "leases:requestsPerSecond"}
    names |= {"leases:releaseTimeout", "leases:releaseInterrupted", "LEASES_DEBUG", "LEASES_HOST_THREADS"}
    names |= {variable(name) for name in ("service", "monthly_budget", "requests_per_second", "release_timeout")}
    names |= {variable("release_interrupted")}
    for service in map(service_class, SERVICES):
        for setting in service.settings:
            names |= {f"leases:{camel(f'{service.name}_{setting.name}')}", variable(service.name, setting.name)}
            names |= set(setting.variables)
    return names


def test_the_page_lists_every_setting_and_no_other() -> None:
    """docs/configuration.md names each key and variable that is read, with its default and its choices."""
    page = PAGE.read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", page, re.DOTALL))
    named = set(re.findall(r"leases:[a-z][A-Za-z]+|[A-Z]+(?:_[A-Z]+)+", code))
    others = {name for name in named if name.startswith("LEASES_EU_WEST") or name.endswith("_PROXY")}

    assert _documented() - named == set()
    assert named - _documented() - others == set()
    for service in map(service_class, SERVICES):
        for setting in service.settings:
            assert all(f"`{value}`" in page for value in (*setting.choices, *filter(None, [setting.default])))


def test_the_pages_example_of_accounts_is_read() -> None:
    """The structured config on the page gives the logins that it says."""
    page = PAGE.read_text(encoding="utf-8")
    example = json.loads(re.findall(r"```json\n(.*?)```", page, re.DOTALL)[0])

    for account, entry in example.items():
        found = config({"leases:accounts": example})
        service = service_class(found.service(account))
        login = found.login(service, account)
        assert {camel(key): value for key, value in login.items()}.items() >= {
            key: value for key, value in entry.items() if key != "service"
        }.items()
