"""Names, tokens, keys and pickles in users' states never change; a failure here is a breaking change."""

from __future__ import annotations

import base64
import subprocess
import sys
from typing import TYPE_CHECKING

import dill  # type: ignore[import-untyped]  # it comes without types
import pytest
from pulumi.dynamic.dynamic import serialize_provider

from pulumi_leases import LeasedNumber, NumberPool, provider
from pulumi_leases.engine import state
from pulumi_leases.program.number import LeaseIntent
from pulumi_leases.provider import LeasedNumberProvider, LeaseIntentProvider

from ..stack import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from pulumi.dynamic import ResourceProvider

PICKLES = {
    "LeasedNumberProvider": {
        2: b"\x80\x02cpulumi_leases.provider\nLeasedNumberProvider\nq\x00)\x81q\x01.",
        4: b"\x80\x04\x956\x00\x00\x00\x00\x00\x00\x00\x8c\x16pulumi_leases.provider\x94\x8c\x14LeasedNumberProvider"
        b"\x94\x93\x94)\x81\x94.",
        5: b"\x80\x05\x956\x00\x00\x00\x00\x00\x00\x00\x8c\x16pulumi_leases.provider\x94\x8c\x14LeasedNumberProvider"
        b"\x94\x93\x94)\x81\x94.",
    },
    "LeaseIntentProvider": {
        2: b"\x80\x02cpulumi_leases.provider\nLeaseIntentProvider\nq\x00)\x81q\x01.",
        4: b"\x80\x04\x955\x00\x00\x00\x00\x00\x00\x00\x8c\x16pulumi_leases.provider\x94\x8c\x13LeaseIntentProvider"
        b"\x94\x93\x94)\x81\x94.",
        5: b"\x80\x05\x955\x00\x00\x00\x00\x00\x00\x00\x8c\x16pulumi_leases.provider\x94\x8c\x13LeaseIntentProvider"
        b"\x94\x93\x94)\x81\x94.",
    },
}
"""By pickle protocol: 2 is written; the SDK itself, as in the first states, writes 4 up to Python 3.13, 5 from 3.14 on."""
BOTH = pytest.mark.parametrize("kind", [LeasedNumberProvider, LeaseIntentProvider])
PICKLE = """
from pulumi_leases.engine.state import write_provider
from pulumi_leases.provider import {name}
print(write_provider({name}()))
"""


@BOTH
def test_a_pickle_is_module_and_class_and_nothing_else(kind: type[ResourceProvider]) -> None:
    """These bytes are in every state; a state is read for years."""
    assert base64.b64decode(state.write_provider(kind())) == PICKLES[kind.__name__][2]
    protocol = 5 if sys.version_info >= (3, 14) else 4
    assert base64.b64decode(serialize_provider(kind())) == PICKLES[kind.__name__][protocol]


@BOTH
@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_a_pickle_of_any_interpreter_is_read(kind: type[ResourceProvider], protocol: int) -> None:
    """A state that was written with an older or newer Python is served by this one."""
    assert type(dill.loads(PICKLES[kind.__name__][protocol])) is kind


@BOTH
@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_a_pickle_is_the_same_wherever_it_is_made(kind: type[ResourceProvider], seed: str, tmp_path: Path) -> None:
    """Another process, another hash seed, another directory: no state changes by that."""
    done = subprocess.run(
        [sys.executable, "-c", PICKLE.format(name=kind.__name__)],
        cwd=tmp_path,
        env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == state.write_provider(kind())


@BOTH
def test_a_provider_carries_nothing(kind: type[ResourceProvider]) -> None:
    """What it needs is given to it by `configure`, in the engine's process only: no setting gets into a state."""
    assert vars(kind()) == {}
    assert kind.serialize_as_secret_always is False


def test_names() -> None:
    """A class that moves leaves every state behind that names it."""
    assert provider.__name__ == "pulumi_leases.provider"
    assert LeasedNumberProvider.__module__ == LeaseIntentProvider.__module__ == "pulumi_leases.provider"


def test_type_tokens() -> None:
    """The middle of every URN."""
    assert state.NUMBER_TYPE == "pulumi-python:dynamic/leases:LeasedNumber"
    assert state.INTENT_TYPE == "pulumi-python:dynamic/leases:LeaseIntent"
    assert state.POOL_TYPE == "leases:index:NumberPool"
    tokens = {kind: f"pulumi-python:{kind._resource_type_name}" for kind in (LeasedNumber, LeaseIntent)}
    assert tokens == {LeasedNumber: state.NUMBER_TYPE, LeaseIntent: state.INTENT_TYPE}
    assert NumberPool.__name__ == "NumberPool"


def test_a_subclass_keeps_the_token() -> None:
    """A user's own class is the same resource to the engine."""

    class Hotline(LeasedNumber):
        """A number of ours."""

    assert Hotline._resource_type_name == LeasedNumber._resource_type_name


def test_keys() -> None:
    """A key may be added; one that is renamed or dropped is lost from every state."""
    assert set(state.INTENT_KEYS) >= {
        "number",
        "search",
        "service",
        "account",
        "adopt",
        "lease_again",
        "max_monthly_rate",
        "max_upfront_fee",
    }
    assert set(state.INPUT_KEYS) >= {
        "number",
        "service",
        "account",
        "login",
        "country",
        "region",
        "city",
        "carrier",
        "number_type",
        "capabilities",
        "currency",
        "upfront_fee",
        "monthly_rate",
        "adopts",
        "billing_method",
        "failover",
        "adopt",
        "lease_again",
        "max_monthly_rate",
        "max_upfront_fee",
        "recorded",
        "lost",
    }
    assert set(state.LEASE_KEYS) >= {"lease_id", "lease_status", "leased_at", "ends_at", "adopted"}
    assert (state.LOST, state.REFUSED) == ("lost", "refused")


def test_a_state_of_the_first_version_is_read() -> None:
    """The claim and the record as version 0.1.0 wrote them."""
    claim = state.read_claim(
        {
            "number": "+12015550123",
            "country": "US",
            "region": "NJ",
            "city": "Jersey City",
            "carrier": "Contiguity",
            "number_type": "local",
            "capabilities": ["mms", "sms"],
            "currency": "USD",
            "upfront_fee": 1.5,
            "monthly_rate": 12.0,
            "service": "contiguity",
            "account": "default",
            "login": "b2c3",
            "lease_id": "lsd_1",
            "billing_method": "monthly",
            "instead_of": "+12015550124",
            "back": True,
            "again": "lsd_0",
        }
    )
    written = state.write_claim(claim)
    assert state.read_claim(written) == claim
    assert len(written) == 18
    assert state.read_recorded({"run": "r", "at": "2026-11-22T06:30:01Z"}).run == "r"
