"""One engine run: its logins, and who declares which number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pulumi_leases.config import Config
from pulumi_leases.domain.errors import ConfigError, InvalidInput, LeasedElsewhere
from pulumi_leases.domain.models import Offer
from pulumi_leases.leasing.run import Run, short_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NUMBER = "+12015550123"
OTHER = "+12015550124"


@pytest.fixture
def run(environ: dict[str, str]) -> Iterator[Run]:
    run = Run(Config(lambda _: None, environ))
    yield run
    for account in run._accounts.values():
        account.service.close()


def test_a_login_is_opened_once(run: Run) -> None:
    """All resources of a run share it."""
    assert run.account("contiguity", "default") is run.account("contiguity", "default")
    assert run.account("telesign", "default") is not run.account("contiguity", "default")


def test_a_login_without_settings_is_reported_when_it_is_due(run: Run) -> None:
    """Not before."""
    with pytest.raises(ConfigError, match="LEASES_EU_TOKEN"):
        run.account("contiguity", "eu")


def test_another_login_of_the_same_name_is_refused(run: Run, environ: dict[str, str]) -> None:
    """What the state was written with must be what is asked: a wrong login sees nothing, and would believe it."""
    login = run.account("telesign", "default").service.login
    assert login == environ["LEASES_TELESIGN_CUSTOMER_ID"]
    assert run.account("telesign", "default", login)
    with pytest.raises(LeasedElsewhere, match="configure the login that leases it"):
        run.account("telesign", "default", "somebody-else")


def test_an_owner_declares_the_number_it_declared_last(run: Run) -> None:
    """A replacement in the same run frees the old number for another; services do not share numbers."""
    run.declare("a", "contiguity", NUMBER)
    run.declare("a", "contiguity", NUMBER)
    run.declare("b", "telesign", NUMBER)
    with pytest.raises(InvalidInput):
        run.declare("b", "contiguity", NUMBER)
    run.declare("a", "contiguity", OTHER)
    run.declare("b", "contiguity", NUMBER)
    assert (run.owner("contiguity", NUMBER), run.owner("contiguity", OTHER)) == ("b", "a")
    assert run.owner("telesign", NUMBER) is None


def test_a_choice_is_declared_in_one_step(run: Run) -> None:
    """Who picks knows what others have declared; the own number is not in the way, nor another service's."""
    run.declare("a", "contiguity", NUMBER)
    run.declare("d", "telesign", OTHER)
    seen: list[list[bool]] = []

    def pick(is_taken: Callable[[str], bool]) -> Offer | None:
        seen.append([is_taken(NUMBER), is_taken(OTHER)])
        return Offer(number=OTHER) if len(seen) < 3 else None

    assert run.choose("b", "contiguity", pick) == Offer(number=OTHER)
    assert run.choose("b", "contiguity", pick) == Offer(number=OTHER)
    assert run.choose("c", "contiguity", pick) is None
    assert seen == [[True, False], [True, False], [True, True]]
    assert run.is_choice_of_another("c", "contiguity", OTHER)
    assert not run.is_choice_of_another("b", "contiguity", OTHER)
    assert not run.is_choice_of_another("c", "contiguity", NUMBER)


def test_a_text_is_reported_once_for_each_owner(run: Run) -> None:
    """However often the engine checks a resource."""
    assert [run.is_first_report(owner, "x") for owner in ("a", "a", "b")] == [True, False, True]
    assert run.is_first_report("a", "y")


def test_an_owner_is_shown_by_its_name() -> None:
    """As a reader of the program knows it."""
    assert short_name("urn:pulumi:dev::p::pulumi-python:dynamic/leases:LeasedNumber::support") == "support"
    assert short_name(None) == "?"
