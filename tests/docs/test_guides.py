"""The guides on search, pools and cost, held against the code and the tests."""

from __future__ import annotations

import re

import pytest

from pulumi_leases.domain.search import NumberSearch
from pulumi_leases.services import SERVICES, service_class

from ..stack import ROOT

GUIDES = ("search", "pools", "cost")


def page(guide: str) -> str:
    return (ROOT / "docs" / f"{guide}.md").read_text("utf-8")


def test_the_table_of_criteria_is_what_the_services_know() -> None:
    """Each criterion stands there, with a yes for the services that know it and a no for the others."""
    (head,) = re.findall(r"^\| criterion \| the number \| (.*) \|$", page("search"), re.MULTILINE)
    rows = re.findall(r"^\| `(\w+)` \|.*?((?: \| (?:yes|no))+) \|$", page("search"), re.MULTILINE)
    table = {
        criterion: dict(zip(head.split(" | "), [said == "yes" for said in re.findall("yes|no", answers)], strict=True))
        for criterion, answers in rows
    }

    assert table == {
        criterion: {name: criterion in service_class(name).criteria for name in SERVICES}
        for criterion in NumberSearch.model_fields
    }


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_the_capabilities_of_each_service_are_listed(service: str) -> None:
    """Those that it knows, and no others."""
    (line,) = re.findall(r"^Capabilities: .*$", page("search"), re.MULTILINE)
    (part,) = [one for one in line.split(";") if service in one.lower()]

    assert set(re.findall(r"`(\w+)`", part)) == service_class(service).capabilities


@pytest.mark.parametrize("guide", GUIDES)
def test_the_tests_that_a_guide_names_exist(guide: str) -> None:
    """A row that names a test is held by it."""
    defined = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE)
    }

    assert set(re.findall(r"`(test_\w+)`", page(guide))) <= defined
