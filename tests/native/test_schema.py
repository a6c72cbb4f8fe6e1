"""The schema: made from the Python classes, complete, and handed to the engine as it is."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2

import pulumi_leases
from pulumi_leases.config import RUN_KEYS, camel
from pulumi_leases.engine import state
from pulumi_leases.native import schema
from tools import schema as written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .host import NativeHost


def test_the_schema_is_the_one_that_the_classes_describe() -> None:
    """A stale one is written anew by `make schema`."""
    assert schema.text() == written.text()


def test_the_schema_has_all_that_a_program_can_say_and_see() -> None:
    """Inputs, outputs and settings: what Python programs have, every language has."""
    described = json.loads(schema.text())
    assert described["version"] == pulumi_leases.__version__
    number, pool = (described["resources"][type_] for type_ in (state.COMPONENT_TYPE, state.POOL_TYPE))
    asked = {"search", "service", "account", "number", *state.ORDER_KEYS}
    assert set(number["inputProperties"]) == set(map(camel, asked))
    assert set(number["properties"]) == {*map(camel, state.NUMBER_OUTPUTS), "price"}
    assert {"slots", "count", "search", "leaseAgain"} <= pool["inputProperties"].keys()
    assert described["config"]["variables"].keys() >= {*RUN_KEYS, "twilioAuthToken", "contiguityBaseUrl"}
    assert described["config"]["variables"]["twilioAuthToken"]["secret"] is True


def test_whatever_the_schema_names_is_described() -> None:
    """Each reference leads somewhere, each input has a description, and no name is Python's."""
    described = json.loads(schema.text())
    for part in _parts(described):
        reference = part.get("$ref", "")
        assert not reference.startswith("#/types/") or reference.removeprefix("#/types/") in described["types"]
    for resource in (state.COMPONENT_TYPE, state.POOL_TYPE):
        for name, said in described["resources"][resource]["inputProperties"].items():
            assert said["description"], name
            assert "_" not in name
            assert not re.search(r"`(retain_on|max_|lease_)", said["description"])


def _parts(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for one in node.values():
            yield from _parts(one)
    elif isinstance(node, list):
        for one in node:
            yield from _parts(one)


def test_the_engine_is_handed_schema_and_version(host: NativeHost) -> None:
    """Before any setting: generators of SDKs configure nothing."""
    assert host.call("GetSchema", provider_pb2.GetSchemaRequest()).schema == schema.text()
    assert host.call("GetPluginInfo", Empty()).version == pulumi_leases.__version__
    described = host.call("Handshake", provider_pb2.ProviderHandshakeRequest(engine_address="127.0.0.1:1"))
    assert described.accept_secrets
