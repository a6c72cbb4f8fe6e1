"""Values: unknown and secret ones stay unknown and secret, also inside others."""

from __future__ import annotations

import pytest
from google.protobuf import struct_pb2

from pulumi_leases.engine.state import not_known, unknown_in
from pulumi_leases.native import names, values

from ..engine.host import SECRET, UNKNOWN, plain, struct


def test_values_come_through_as_they_are() -> None:
    """Texts, numbers, lists and parts; what is null at the top is not there."""
    props = {"text": "x", "number": 5.0, "on": True, "list": [1.0, {"part": "y"}], "parts": {"none": None}}
    assert values.read(struct({**props, "gone": None})).plain == props
    assert plain(values.write({**props, "gone": None})) == props


def test_what_is_not_known_stays_unknown() -> None:
    """However deep."""
    read = values.read(struct({"voice": {"url": UNKNOWN}, "number": UNKNOWN})).plain
    assert unknown_in(read["number"])
    assert unknown_in(read["voice"])
    assert plain(values.write({"number": not_known(), "tags": ["a", not_known()]})) == {
        "number": UNKNOWN,
        "tags": ["a", UNKNOWN],
    }


def test_a_secret_is_read_in_clear_and_written_as_secret() -> None:
    """The name of what it is in is remembered; what is marked already is not marked twice."""
    written = struct(
        {"voice": {"url": {**SECRET, "value": "https://example.com/?key=s"}}, "label": {**SECRET, "value": "desk"}}
    )
    read = values.read(written)
    assert read.plain == {"voice": {"url": "https://example.com/?key=s"}, "label": "desk"}
    assert read.secret == {"voice", "label"}
    written = plain(values.write({**read.plain, "tags": {**SECRET, "value": ["a"]}}, {*read.secret, "tags"}))
    assert written == {
        "voice": {**SECRET, "value": read.plain["voice"]},
        "label": {**SECRET, "value": "desk"},
        "tags": {**SECRET, "value": ["a"]},
    }


def test_an_asset_is_refused() -> None:
    """Nothing of ours takes files."""
    asset = struct({"label": {"4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", "text": "x"}})
    with pytest.raises(ValueError, match="only plain values"):
        values.read(asset)


def test_names_are_those_of_the_state() -> None:
    """Inputs of a component under Python's names, nested and secret ones too; paths of options likewise."""
    inputs = struct({"statusCallback": {**SECRET, "value": {"fallbackUrl": "u"}}, "search": {"areaCode": "201"}})
    snake = plain(struct_pb2.Struct(fields=names.snake_fields(inputs)))
    assert snake == {"status_callback": {**SECRET, "value": {"fallback_url": "u"}}, "search": {"area_code": "201"}}
    assert names.snake("voice.fallbackUrl") == "voice.fallback_url"
    assert names.camel_value({"numbers": [{"monthly_rate": 1.0}]}) == {"numbers": [{"monthlyRate": 1.0}]}
