"""What a run with nothing to do costs: the import of the package, and the checks and diffs of a number."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from pulumi.dynamic.config import Config
from pulumi.dynamic.dynamic import ConfigureRequest

from pulumi_leases.provider import LeasedNumberProvider, LeaseIntentProvider

from ..stack import ROOT
from .host import INTENT_TYPE, NUMBER_TYPE

if TYPE_CHECKING:
    from .host import Host

NUMBER = "+12015550123"
IMPORT_S = 0.040
CHECK_AND_DIFF_S = 0.000_3


@pytest.mark.parametrize(
    ("given", "module"), [("pulumi", "pulumi_leases"), ("pulumi.dynamic.dynamic", "pulumi_leases.provider")]
)
def test_the_import_is_light(given: str, module: str) -> None:
    """For the program and for the provider's process: at most 40 ms beyond the SDK's own import.

    Each module counts as in the best of up to thirty runs: what else the machine does comes at another place in each.
    """
    best: dict[str, float] = {}
    for _ in range(30):
        ran = subprocess.run(
            [sys.executable, "-X", "importtime", "-c", f"import {given}; import {module}"],
            cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
        found = re.findall(r"^import time: +(\d+) \| +\d+ \| +([\w.]+)$", ran.stderr, re.MULTILINE)
        ours = itertools.dropwhile(lambda one: not one[1].startswith("pulumi_leases"), found)
        for took, name in ours:
            best[name] = min(int(took) / 1e6, best.get(name, 1.0))
        if sum(best.values()) <= IMPORT_S:
            break
    assert 0 < sum(best.values()) <= IMPORT_S, best


COMMAND = """
import sys
from pulumi_leases.engine.process import leave_out_httpx_command
leave_out_httpx_command()
from pulumi_leases.services.contiguity import Contiguity
import httpx
assert httpx.Client and callable(httpx.main)
print([name for name in ("rich", "click", "pygments") if name in sys.modules])
"""


def test_a_service_brings_no_command() -> None:
    """The provider's process loads httpx without what only its command line needs."""
    ran = subprocess.run(
        [sys.executable, "-c", COMMAND], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stdout.strip() == "[]"


def test_checks_and_diffs_without_a_change_are_light(host: Host) -> None:
    """At most 0.3 ms for each resource of a pair; the best of fifteen rounds, as on a machine that does nothing else."""
    asked = {"number": NUMBER, "max_monthly_rate": 20.0}
    intent = host.check(INTENT_TYPE, {}, asked)
    _, claimed = host.create(INTENT_TYPE, intent)
    pair = {"claim": claimed["claim"], "recorded": claimed["recorded"], "max_monthly_rate": 20.0}
    inputs = host.check(NUMBER_TYPE, {}, pair)
    _, outs = host.create(NUMBER_TYPE, inputs)

    first, second = LeaseIntentProvider(), LeasedNumberProvider()
    for one in (first, second):
        one.configure(ConfigureRequest(Config({}, "leases-test")))

    def round_s() -> float:
        began = time.thread_time()  # the processor's: what else the machine does is not counted
        for _ in range(100):
            assert first.check(dict(intent), dict(asked)).inputs == intent
            assert not first.diff(NUMBER, dict(claimed), dict(intent)).changes
            assert second.check(dict(inputs), dict(pair)).inputs == inputs
            assert not second.diff(NUMBER, dict(outs), dict(inputs)).changes
        return (time.thread_time() - began) / 200

    assert min(round_s() for _ in range(15)) <= CHECK_AND_DIFF_S
