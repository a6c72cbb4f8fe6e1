"""The page about the emulator, held against the emulator."""

import ast
import json
import re
import shlex
from pathlib import Path

import httpx
import pytest

import pulumi_leases.emulator
from pulumi_leases.emulator import Emulator, Vendor
from pulumi_leases.emulator.app import routing
from pulumi_leases.emulator.faults import FAULTS, Fault
from pulumi_leases.emulator.profile import Profile
from pulumi_leases.emulator.switches import Switch
from pulumi_leases.emulator.vendors import VENDORS

PAGE = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text()
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
CURLS = re.findall(r"^curl .+$", PAGE, re.MULTILINE)


def switch_row(switch: Switch) -> str:
    written = ", ".join(f"`{json.dumps(choice)}`" for choice in switch.choices) or "number"
    return f"| `{switch.name}` | `{json.dumps(switch.default)}` | {written} | {switch.meaning} |"


def fault_row(fault: Fault) -> str:
    params = ", ".join(
        f"`{name}`" + ("" if param.required else f" (`{json.dumps(param.default)}`)")
        for name, param in fault.params.items()
    )
    return f"| `{fault.name}` | {fault.phase.value} | {params} | {fault.meaning} |"


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=lambda vendor: vendor.name)
def test_every_switch_is_documented(vendor: Profile) -> None:
    """The table has each switch with its default, values and meaning, and no other."""
    rows = [line for line in SECTIONS[f"{vendor.title}'s switches"].splitlines() if line.startswith("| `")]
    assert rows == [switch_row(switch) for switch in vendor.switches]


def test_every_fault_is_documented() -> None:
    """The table has each fault with its phase, parameters with their defaults, and meaning, and no other."""
    rows = [line for line in SECTIONS["Faults"].splitlines() if line.startswith("| `")]
    assert rows == [fault_row(fault) for fault in FAULTS.values()]


def test_every_operation_is_documented() -> None:
    """The operations that rules and the journal speak of are named."""
    for vendor in VENDORS.values():
        assert ", ".join(f"`{operation}`" for operation in vendor.operations) in SECTIONS["Faults"]


def test_every_control_call_is_documented() -> None:
    """The table of control calls is the table of control routes."""
    routes = {
        (method, str(rule))
        for rule in routing().url_map.iter_rules()
        if str(rule).startswith("/control")
        for method in rule.methods or ()
        if method not in {"HEAD", "OPTIONS"}
    }
    documented = re.findall(r"^\| `([A-Z]+) (/control/\w+)", SECTIONS["Control"], re.MULTILINE)
    assert sorted(documented) == sorted(routes)


def test_every_fault_has_an_example() -> None:
    """Each fault is scripted by one of the commands."""
    scripted = [json.loads(data)["fault"] for data in re.findall(r"/control/faults .*-d '(.+)'", PAGE)]
    assert scripted == list(FAULTS)


def test_commands_work(emulator: Emulator, vendor: Vendor) -> None:
    """Every curl command of the page, run from top to bottom, does what it says."""
    assert CURLS
    with httpx.Client(transport=httpx.WSGITransport(app=emulator)) as client:
        for command in CURLS:
            answer = run(client, command)
            assert answer.status_code == 200, (command, answer.text)
            vendor.clear_faults()


def run(client: httpx.Client, command: str) -> httpx.Response:
    """Send what curl would send."""
    words = shlex.split(command)[1:]
    method, url, headers, auth = "GET", "", {}, None
    form: list[str] = []
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-u":
            user, _, password = words.pop(0).partition(":")
            auth = (user, password)
        elif word == "-d":
            form.append(words.pop(0))
        else:
            url = word
    headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    return client.request("POST" if form and method == "GET" else method, url, headers=headers, auth=auth,
                          content="&".join(form))  # fmt: skip


def test_emulator_knows_nothing_of_the_package_that_it_judges() -> None:
    """No module of the emulator imports anything else of pulumi_leases."""
    for module in Path(pulumi_leases.emulator.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or "."] if isinstance(node, ast.ImportFrom) else []
            ours = [name for name in names if name.split(".")[0] in {"pulumi_leases", "pulumi", ""}]
            assert all(name.startswith("pulumi_leases.emulator") for name in ours), (module.name, ours)
