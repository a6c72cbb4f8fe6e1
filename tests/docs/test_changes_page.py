"""The page on changes, held against the tests that it names."""

from __future__ import annotations

import ast
import re

from ..stack import ROOT

PAGE = (ROOT / "docs/changes.md").read_text("utf-8")


def _tests() -> set[str]:
    return {
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
    }


def test_every_row_names_a_test_that_there_is() -> None:
    """Each edit that the page names is held by a test; so is what no provider can see."""
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| edit")]
    named = [re.findall(r"`(test_\w+)`", row.rpartition(" | ")[2]) for row in rows]
    assert len(rows) > 30
    assert [row for row, tests in zip(rows, named, strict=True) if not tests] == []
    assert set(re.findall(r"`(test_\w+)`", PAGE)) - _tests() == set()
