"""Which services there are: ours, and those that other packages offer by an entry point."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pulumi_leases import services
from pulumi_leases.domain.errors import ConfigError, InvalidInput
from pulumi_leases.leasing.inputs import QueryInputs, validate
from pulumi_leases.services import SERVICES, service_class, service_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Offer = Callable[..., None]

MEMORY = "tests.contract.memory:Memory"


@pytest.fixture
def offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Offer]:
    """Install packages that offer services."""
    monkeypatch.syspath_prepend(str(tmp_path))
    services._find_offered.cache_clear()

    def install(package: str, **offered: str) -> None:
        metadata = tmp_path / f"{package}-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        lines = "".join(f"{name} = {value}\n" for name, value in offered.items())
        (metadata / "entry_points.txt").write_text(f"[{services.GROUP}]\n{lines}")
        services._find_offered.cache_clear()

    yield install
    services._find_offered.cache_clear()


def test_a_service_of_another_package_is_known_by_its_name(offer: Offer) -> None:
    """To programs and configs alike, without a line here."""
    offer("acme", memory=MEMORY)
    assert service_names() == sorted([*SERVICES, "memory"])
    assert service_class("memory").name == "memory"
    assert validate(QueryInputs, {"service": "memory"}).service == "memory"
    with pytest.raises(InvalidInput, match=r"must be one of contiguity, memory, .*, not 'acme'"):
        service_class("acme")
    with pytest.raises(InvalidInput, match="memory"):
        validate(QueryInputs, {"service": "acme"})


def test_a_name_that_is_taken_is_an_error(offer: Offer) -> None:
    """By a service of ours or of a third; the others work."""
    offer("acme", contiguity=MEMORY, memory=MEMORY)
    with pytest.raises(ConfigError, match=r"'contiguity' is offered more than once \(pulumi_leases.*, tests.*\)"):
        service_class("contiguity")
    assert service_class("memory").name == "memory"
    offer("other", memory="elsewhere:Memory")
    with pytest.raises(ConfigError, match="'memory' is offered more than once"):
        service_class("memory")
    assert service_class("telesign").name == "telesign"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("nowhere.at_all:Service", "cannot be imported: No module named 'nowhere'"),
        ("tests.contract.memory:Nothing", "cannot be imported"),
        (MEMORY, "calls itself 'memory'"),
    ],
)
def test_what_cannot_be_used_is_reported(offer: Offer, value: str, message: str) -> None:
    """Only when somebody names it."""
    offer("acme", acme=value)
    assert "acme" in service_names()
    with pytest.raises(ConfigError, match=message):
        service_class("acme")


def test_a_service_that_nobody_names_is_not_imported(tmp_path: Path) -> None:
    """The names are read from what is installed, not from the packages themselves."""
    metadata = tmp_path / "acme-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[{services.GROUP}]\nacme = acme:Acme\n")
    (tmp_path / "acme.py").write_text("raise SystemExit('imported')\n")
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from pulumi_leases import services; "
        "assert 'acme' in services.service_names(); services.service_class('telesign')"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
