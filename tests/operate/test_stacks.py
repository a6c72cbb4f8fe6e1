"""What is read from stacks' exports and from the `pulumi` command."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.domain.errors import ConfigError, InvalidInput
from pulumi_leases.engine.state import (
    COMPONENT_TYPE,
    INTENT_TYPE,
    NATIVE_INTENT_TYPE,
    NATIVE_NUMBER_TYPE,
    NUMBER_TYPE,
    intent_urn,
)
from pulumi_leases.operate import stacks

from ..exports import SIGNATURE, intent, number, written

if TYPE_CHECKING:
    from pathlib import Path

A, B = "+12015550123", "+12015550124"
RECORDED = {"run": "r1", "at": "2026-01-02T03:04:04Z", "reference": "pl-abcdefghijklmnopqrstuvwxyz"}


def test_numbers_are_read_with_their_stack_status(tmp_path: Path) -> None:
    """Held, lost by either sign, refused; what is only read with get, and what is no number, is left out."""
    path = written(
        tmp_path / "dev.json",
        {"urn": "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev", "type": "pulumi:pulumi:Stack"},
        number("held", A, "l1", leased_at="2026-01-02T03:04:05Z", login="x", recorded=RECORDED),
        number("lost", B, "l2", lease_status="lost"),
        number("marked", B, "l3", lost="l3"),
        number("refused", B, None, lease_status="refused"),
        number("read", B, "l4", external=True),
    )

    (stack,) = stacks.from_files([path])

    assert stack.name == "shop/dev"
    assert [(one.name, one.availability) for one in stack.declared] == [
        *(("held", "held"), ("lost", "lost"), ("marked", "lost"), ("refused", "refused")),
    ]
    held = stack.declared[0]
    assert (held.number, held.lease_id, held.login) == (A, "l1", "x")
    assert held.leased_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    assert held.lease is not None
    assert held.lease.reference == RECORDED["reference"]


def test_the_pairs_of_the_native_provider_are_read_alike(tmp_path: Path) -> None:
    """What its stacks lease is no orphan; the component around a pair is no number."""
    path = written(
        tmp_path / "dev.json",
        {"urn": f"urn:pulumi:dev::shop::{COMPONENT_TYPE}::a", "type": COMPONENT_TYPE, "outputs": {"number": A}},
        *(native(entry) for entry in (intent("a", A), number("a", A, "l1"), intent("b", B))),
    )

    (stack,) = stacks.from_files([path])

    assert [(one.name, one.availability, one.has_intent) for one in stack.declared] == [
        ("a", "held", True),
        ("b", "intended", True),
    ]
    assert intent_urn(stack.declared[0].urn) == native(intent("a", A))["urn"]


def native(entry: dict[str, Any]) -> dict[str, Any]:
    """Write an entry as the native provider leaves it: in its component, under a type of its own."""
    type_ = {INTENT_TYPE: NATIVE_INTENT_TYPE, NUMBER_TYPE: NATIVE_NUMBER_TYPE}[entry["type"]]
    urn = entry["urn"].replace(entry["type"], f"{COMPONENT_TYPE}${type_}")
    return {**entry, "type": type_, "urn": urn}


def test_an_intent_counts_where_no_number_stands_for_it(tmp_path: Path) -> None:
    """The intent of a LeasedNumber is not listed beside it; one that is alone is `intended`."""
    path = written(tmp_path / "dev.json", intent("a", A), number("a", A, "l1"), intent("b", B))

    (stack,) = stacks.from_files([path])

    assert [(one.name, one.availability) for one in stack.declared] == [("a", "held"), ("b", "intended")]


def test_a_number_whose_intent_is_gone_is_listed(tmp_path: Path) -> None:
    """Half of a pair: by number, so that a renamed pair is none."""
    path = written(tmp_path / "dev.json", intent("a", A), number("a", A, "l1"), number("b", B, "l2"))

    (stack,) = stacks.from_files([path])

    assert [(one.name, one.has_intent) for one in stack.declared] == [("a", True), ("b", False)]


def test_a_replaced_number_is_leaving(tmp_path: Path) -> None:
    """An entry whose delete is still to come is listed as such."""
    (stack,) = stacks.from_files([written(tmp_path / "dev.json", number("a", A, "l1", delete=True))])

    assert [one.leaving for one in stack.declared] == [True]


def test_secrets_are_read_where_they_are_shown_and_named_where_they_are_not(tmp_path: Path) -> None:
    """--show-secrets gives plain text; an encrypted value that matters is an error with the way out."""
    shown = {**SIGNATURE, "plaintext": json.dumps("l1")}
    hidden = {**SIGNATURE, "ciphertext": "v1:abc"}
    (stack,) = stacks.from_files([written(tmp_path / "shown.json", number("a", A, shown))])

    assert stack.declared[0].lease_id == "l1"
    with pytest.raises(InvalidInput, match=r"hidden\.json: lease_id is encrypted; export with .*--show-secrets"):
        stacks.from_files([written(tmp_path / "hidden.json", number("a", A, hidden))])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("no json", id="no-json"),
        pytest.param("[]", id="a-list"),
        pytest.param("{}", id="no-deployment"),
        pytest.param('{"deployment": {"resources": [{}]}}', id="no-urn"),
        pytest.param(
            '{"deployment": {"resources": [{"urn": "u", "type": "pulumi-python:dynamic/leases:LeasedNumber"}]}}',
            id="no-outputs",
        ),
    ],
)
def test_what_is_no_export_is_refused(tmp_path: Path, text: str) -> None:
    """Whatever is not an export is refused by its name, with no traceback."""
    path = tmp_path / "it.json"
    path.write_text(text)

    with pytest.raises(InvalidInput, match=r"it\.json is not the output of `pulumi stack export`"):
        stacks.from_files([path])


def test_a_stack_without_resources_is_empty(tmp_path: Path) -> None:
    """The export of a new stack has no deployment to speak of."""
    path = tmp_path / "new.json"
    path.write_text('{"version": 3, "deployment": null}')

    (stack,) = stacks.from_files([path])

    assert (stack.name, list(stack.declared), stack.written_at) == (str(path), [], None)


def test_a_missing_or_doubled_file_is_refused(tmp_path: Path) -> None:
    """A file that is not there, and a file that is given twice by different names."""
    path = written(tmp_path / "dev.json")
    same = tmp_path / "same.json"
    same.symlink_to(path)

    with pytest.raises(InvalidInput, match=r"other\.json"):
        stacks.from_files([tmp_path / "other.json"])
    with pytest.raises(InvalidInput, match="is given twice"):
        stacks.from_files([path, same])


def test_a_state_is_as_old_as_it_says_itself(tmp_path: Path) -> None:
    """By the engine's own word in it: the time of a file is that of its copying or downloading."""
    path = written(tmp_path / "dev.json", at="2026-01-02T03:04:05.135042979Z")

    (stack,) = stacks.from_files([path])

    assert stack.written_at == datetime(2026, 1, 2, 3, 4, 5, 135042, tzinfo=timezone.utc)


@pytest.mark.parametrize("at", [None, "0001-01-01T00:00:00Z", "yesterday"])
def test_a_state_without_a_time_has_none(tmp_path: Path, at: str | None) -> None:
    """No time, Go's zero time, or what is none: never the file's own."""
    assert stacks.from_files([written(tmp_path / "dev.json", at=at)])[0].written_at is None


def test_stacks_of_one_name_are_told_apart_by_their_files(tmp_path: Path) -> None:
    """Two backends may each have a shop/dev."""
    paths = [written(tmp_path / name, number("a", A, "l1")) for name in ("one.json", "two.json")]

    assert [one.name for one in stacks.name_apart(stacks.from_files(paths))] == [f"shop/dev ({path})" for path in paths]


def test_without_the_pulumi_command_the_way_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without Pulumi can still read files."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ConfigError, match=r"which is not on PATH\. Files with its output are taken too: --stack-file"):
        stacks.from_pulumi(None)


def test_a_missing_stack_is_reported_in_pulumis_words(
    tmp_path: Path, engine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outside of a project `pulumi` says no, in one line here."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}")

    with pytest.raises(
        ConfigError, match=r"`pulumi stack export --non-interactive --stack dev` failed: error: .*--stack-file"
    ):
        stacks.from_pulumi("dev")
