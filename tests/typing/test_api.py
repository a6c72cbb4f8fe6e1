"""What type checkers say of programs that use the package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

API = Path(__file__).with_name("api.py")
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "checker",
    [["mypy", "--strict"], ["pyright", "--pythonpath", sys.executable]],
    ids=lambda checker: checker[0],
)
def test_right_calls_are_accepted_and_wrong_ones_refused(checker: list[str]) -> None:
    """Both checkers, strict, accept each call in api.py that is not marked, and need each mark that there is."""
    checked = subprocess.run(
        [sys.executable, "-m", *checker, API], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
