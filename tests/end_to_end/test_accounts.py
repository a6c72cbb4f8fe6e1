"""Two services, and two logins of one of them, in one program: the example, run as its README says."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from ..project import Project
from ..stack import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from pulumi_leases.emulator import Vendor

EXAMPLE = ROOT / "examples" / "accounts"
API_KEY = "bm90IHRoZSBkZW1vIGtleSBvZiB0aGUgZW11bGF0b3I="
MINE = {"LEASES_REQUESTS_PER_SECOND": "1000"}


@pytest.fixture
def project(tmp_path: Path, engine: Path, vendor: Vendor) -> Project:
    """The example in a folder of its own, with its logins in the config of its stack, and none in the environment."""
    vendor.login("telesign", vendor.customer(), api_key=API_KEY)
    made = Project(tmp_path / "accounts", engine, MINE, name="leases-accounts")
    for file in EXAMPLE.iterdir():
        shutil.copy(file, made.folder)
    made.types(f"pulumi config set --secret leases:contiguityToken {vendor.token()}")
    made.types(f"pulumi config set leases:contiguityBaseUrl {vendor.contiguity}")
    entries = {
        "eu-west": {"service": "contiguity", "token": vendor.token("second"), "baseUrl": vendor.contiguity},
        "verify": {
            "service": "telesign",
            "customerId": vendor.customer(),
            "apiKey": API_KEY,
            "authMethod": "hmac-sha256",
            "baseUrl": vendor.telesign,
        },
    }
    for account, entry in entries.items():
        for key, value in entry.items():
            secret = "--secret " if key in {"token", "apiKey"} else ""
            made.types(f"pulumi config set --path {secret}leases:accounts.{account}.{key} {value}")
    return made


def outputs(project: Project) -> dict[str, Any]:
    outputs: dict[str, Any] = json.loads(project.types("pulumi stack output --json"))
    return outputs


def test_each_number_has_its_own_login(project: Project, vendor: Vendor) -> None:
    """Each call carries its login, no key is anywhere to be seen, a rotated key works from the environment."""
    preview = project.types("pulumi preview")
    assert "will lease +12015550123 (US, Jersey City) from contiguity" in preview
    assert "(US) from telesign" in preview
    up = project.types("pulumi up --yes --skip-preview")

    leases = {(one.vendor, one.login): one for one in vendor.leases()}
    main, second = vendor.token(), vendor.token("second")
    assert set(leases) == {("contiguity", main), ("contiguity", second), ("telesign", vendor.customer())}
    sales, verify = leases["contiguity", second], leases["telesign", vendor.customer()]
    assert outputs(project)["leased"] == {
        "support": "+12015550123 from contiguity",
        "sales": f"{sales.number} from contiguity",
        "verify": f"{verify.number} from telesign",
    }
    assert sales.number.startswith("+44")
    assert verify.number != "+12015550123"
    assert {(call.operation, call.login) for call in vendor.writes()} == {
        *[("lease", login) for login in (main, second, vendor.customer())]
    }

    before = len(vendor.journal())
    project.types("pulumi preview --expect-no-changes")
    assert len(vendor.journal()) == before
    state = project.types("pulumi stack export")
    for secret in (main, second, API_KEY):
        assert secret not in preview + up + state

    vendor.clock(advance_s=120)
    vendor.revoke("contiguity", second)
    project.environ |= {"LEASES_EU_WEST_TOKEN": main, "LEASES_EU_WEST_BASE_URL": vendor.contiguity}
    wrong = project.types("pulumi destroy --yes --skip-preview", fails=True)
    assert f"{sales.number} is leased, but not to account 'eu-west' of contiguity" in wrong
    assert vendor.leased("contiguity") == {sales.number: sales}

    vendor.restore("contiguity", second)
    project.environ["LEASES_EU_WEST_TOKEN"] = second
    project.types("pulumi destroy --yes --skip-preview")
    assert vendor.leases() == []
