"""The page on adding a service, followed word by word: a service in a package of its own, in a temporary folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from ..stack import ROOT

PAGE = (ROOT / "docs" / "adding-a-service.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def typed(block: str, environ: dict[str, str]) -> str:
    """Type a block at a shell, in the root of the checkout."""
    done = subprocess.run(
        ["sh", "-e", "-c", block], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_page_is_followed_word_by_word(tmp_path: Path) -> None:
    """The package is written, installed, held to the contract, and used by its name."""
    (pyproject,), (copied, held, used) = blocks("toml"), blocks("sh")
    acme, site = tmp_path / "acme-leases", tmp_path / "site"
    environ = {
        **os.environ,
        "ACME": str(acme),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PIP_TARGET": str(site),  # not into the environment of whoever tests
        "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PYTHONPATH": str(site),
    }
    acme.mkdir()
    (acme / "pyproject.toml").write_text(pyproject)

    typed(copied, environ)
    output = typed(held, environ)
    assert re.search(r"\d+ passed", output) or "100%" in output
    assert "skipped" not in output

    assert "+12015550123" in typed(used, environ)
