"""tools/matrix: the combinations that `make matrix` tries are those that pyproject names."""

from __future__ import annotations

import re

from tools import matrix

from ..stack import ROOT

PYPROJECT = (ROOT / "pyproject.toml").read_text("utf-8")


def test_the_lowest_versions_are_the_bounds_of_pyproject() -> None:
    """Each dependency has a lower bound, those of the extras too, and is held at it."""
    bounds = re.findall(r'^ *(?:\w+ = \[)?"([\w-]+)>=([\w.]+)', PYPROJECT.partition("[project]")[2], re.MULTILINE)

    constraints = matrix.lowest_versions()

    assert {f"{name}=={version}" for name, version in bounds} <= set(constraints)
    assert {"pulumi", "typer", "rich", "flask", "pytest"} <= {one.partition("==")[0] for one in constraints}


def test_the_pythons_are_the_lowest_that_is_taken_and_the_highest_that_is_named() -> None:
    """The lowest is `requires-python`, and numbers are not ordered as text."""
    assert matrix.pythons()[0] == re.findall(r'requires-python = ">=(.*)"', PYPROJECT)[0]
    assert matrix.pythons() == ("3.10", "3.13")


def test_a_combination_that_fails_is_named(tmp_path, monkeypatch, capsys) -> None:
    """A Python that is not there ends its line with the file that says so; the others are tried all the same."""
    monkeypatch.setenv("PATH", str(tmp_path))

    assert matrix.main(tmp_path) == 1

    rows = [row.split() for row in capsys.readouterr().out.splitlines()[1:]]
    assert [row[:5] for row in rows] == [
        [versions, "-", python, "0", "0"] for python in ("3.10", "3.13") for versions in ("lowest", "newest")
    ]
    assert (tmp_path / "3.10-lowest.log").read_text("utf-8") == "There is no python3.10 on PATH.\n"
