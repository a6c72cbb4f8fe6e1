"""A key stands in the stack's encrypted config, or nowhere: not in a log, a state, an output, an error or a pickle."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
from pulumi.dynamic.dynamic import serialize_provider

from pulumi_leases import LeasedNumber, NumberSearchArgs
from pulumi_leases.config import Config
from pulumi_leases.domain.errors import BrokenProvider
from pulumi_leases.leasing.run import Run
from pulumi_leases.provider import LeasedNumberProvider, LeaseIntentProvider
from pulumi_leases.services import SERVICES, service_class

if TYPE_CHECKING:
    from pathlib import Path

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack

NUMBER, VERIFY = "+12015550123", "+12015550130"
SECRET = "s3cret-4f1c"
API_KEY = "bm90IHRoZSBkZW1vIGtleSBvZiB0aGUgZW11bGF0b3I="


def searched(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def forms(secret: str) -> list[bytes]:
    """A secret as it is, and as a log might encode it."""
    plain = secret.encode()
    whole = [base64.b64encode(b" " * pad + plain)[4 * (pad > 0) : -4] for pad in range(3)]
    return [plain, *whole, plain.hex().encode()]


def test_a_key_is_found_nowhere(new_stack: NewStack, vendor: Vendor) -> None:
    """Preview, up, refresh, failure and destroy at the highest verbosity: logs, state files, exports and outputs have no key.

    Contiguity's is in the stack's config, TeleSign's in a variable.
    """
    vendor.login("telesign", vendor.customer(), api_key=API_KEY)

    def program() -> None:
        support = LeasedNumber("support", number=NUMBER)
        LeasedNumber("sales", search=NumberSearchArgs(country="US", prefix="+1201555"))
        LeasedNumber("verify", number=VERIFY, service="telesign")
        pulumi.export("all", {name: getattr(support, name) for name in ("number", "lease_id", "account")})

    variables = dict.fromkeys(("LEASES_CONTIGUITY_TOKEN", "LEASES_CONTIGUITY_BASE_URL"), "")
    stack = new_stack(program, **variables, LEASES_TELESIGN_API_KEY=API_KEY, LEASES_DEBUG="1")
    stack.config("leases:contiguityToken", vendor.token(SECRET), secret=True)
    stack.config("leases:contiguityBaseUrl", vendor.contiguity)
    loudly: dict[str, Any] = {"log_verbosity": 11, "log_to_std_err": True, "log_flow": True, "debug": True}

    seen = [stack.preview(**loudly), stack.up(**loudly), stack.refresh(**loudly)]
    assert all(one.ok for one in seen), seen[-1].text
    for operation, key in (("terminate", vendor.token(SECRET)), ("cancel", API_KEY)):
        said = f"{key} is not allowed"
        body = {"data": {"error": said}, "errors": [{"code": -40006, "description": said}]}
        vendor.fault(operation, "status", code=403, body=body, times=0)
    failed = stack.destroy(**loudly, continue_on_error=True)
    assert all(f"{name}: DELETE" in failed.text for name in ("contiguity", "telesign"))
    assert "[secret] is not allowed" in failed.text
    vendor.clear_faults()
    exported = stack.cli("stack", "export")
    files = searched(stack.folder)
    last = stack.destroy(**loudly)
    assert last.ok, last.text
    assert {call.login for call in vendor.journal()} == {vendor.token(SECRET), vendor.customer()}

    lines = [line for one in [*seen, failed, last] for line in one.text.splitlines()]
    # The engine itself writes the config that it hands to a provider, decrypted, whoever's provider it is.
    log = "\n".join(line for line in lines if ".Configure().inputs]" not in line)
    assert "Marshaling property for RPC" in log, "the log is not as loud as it should be"
    assert "Traceback" in failed.text
    files |= searched(stack.folder) | {"log": log.encode(), "export": exported.encode()}
    assert any("checkpoint" in text or "leases-test" in text for text in files)
    keys = [form for key in (vendor.token(SECRET), API_KEY) for form in forms(key)]
    assert [name for name, content in files.items() for key in keys if key in content] == []
    assert not any(key in "\n".join(lines).encode() for key in forms(API_KEY))


@pytest.mark.parametrize("provider", [LeasedNumberProvider, LeaseIntentProvider])
def test_a_configured_provider_pickles_to_its_name(
    provider: type[LeasedNumberProvider | LeaseIntentProvider], environ: dict[str, str], vendor: Vendor
) -> None:
    """What the engine stores of a provider is the same before and after it has been used."""
    fresh = serialize_provider(provider())
    used = provider()
    used.run = Run(Config(lambda _: None, environ))
    used.run.account("contiguity", "default").leases()

    assert serialize_provider(provider()) == fresh
    assert vendor.token().encode() not in base64.b64decode(fresh)


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_that_holds_a_key_shows_it(name: str) -> None:
    """A traceback with values, a debugger's or a log's `repr` of a connection, an account or a run has no key."""
    service = service_class(name)
    environ = {
        f"LEASES_{name.upper()}_{setting.name.upper()}": f"{SECRET}-{setting.name}"
        for setting in service.settings
        if setting.secret
    }
    environ |= {
        f"LEASES_{name.upper()}_{setting.name.upper()}": "11111111-2222-3333-4444-555555555555"
        for setting in service.settings
        if not setting.secret and setting.default is None
    }
    run = Run(Config(lambda _: None, environ))
    account = run.account(name, "default")

    shown = [repr(thing) for thing in (run, run.config, account, account.service, vars(account.service), vars(account))]
    account.service.close()

    assert all(SECRET not in text for text in shown)


def test_a_fault_of_ours_shows_no_key(environ: dict[str, str], vendor: Vendor) -> None:
    """An error that nobody has thought of comes with its traceback, and without values."""
    provider = LeasedNumberProvider()
    provider.run = Run(Config(lambda _: None, environ))

    with pytest.raises(BrokenProvider, match="a fault in pulumi_leases, please report it: Traceback") as failed:
        provider.read("x", {"service": "contiguity", "account": "default", "lease_id": "lsd_1", "leased_at": 5})

    assert vendor.token() not in str(failed.value)
