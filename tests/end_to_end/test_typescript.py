"""A TypeScript program on the real engine; what every language has in common, YAML programs show."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from ..lab import NUMBER, OTHER
from ..project import Project
from ..stack import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from pulumi_leases.emulator import Vendor

# One process: one installation, which takes as long as the machine is busy.
pytestmark = [pytest.mark.xdist_group("typescript"), pytest.mark.timeout(1200)]

PROGRAM = f"""
import * as leases from "@pulumi/leases";

const contiguityBaseUrl = process.env.LEASES_CONTIGUITY_BASE_URL;
const eu = new leases.Provider("eu", {{ contiguityToken: process.env.EU_TOKEN, contiguityBaseUrl }});
const us = new leases.Provider("us", {{ contiguityToken: process.env.US_TOKEN, contiguityBaseUrl }});
new leases.LeasedNumber("support", {{ number: "{NUMBER}" }}, {{ provider: eu }});
new leases.LeasedNumber("sales", {{ number: "{OTHER}" }}, {{ provider: us }});
"""


def test_each_provider_of_a_typescript_program_leases_by_its_own_login(
    tmp_path: Path, engine: Path, nodejs_host: Path, node_modules: Path, environ: dict[str, str], vendor: Vendor
) -> None:
    """One lease each, paid once; all is released."""
    eu, us = vendor.token("eu"), vendor.token("us")
    project = Project(tmp_path / "shop", engine, {**environ, "EU_TOKEN": eu, "US_TOKEN": us})
    project.environ["PATH"] += f"{os.pathsep}{nodejs_host}"
    (project.folder / "Pulumi.yaml").write_text("name: shop\nruntime: nodejs\n")
    for name in ("package.json", "tsconfig.json"):
        shutil.copy(ROOT / "examples/typescript" / name, project.folder)
    (project.folder / "index.ts").write_text(PROGRAM)
    (project.folder / "node_modules").symlink_to(node_modules)

    project.types("pulumi up --yes --skip-preview")
    assert [vendor.leased(login=login).keys() for login in (eu, us)] == [{NUMBER}, {OTHER}]
    assert len(vendor.calls("lease")) == 2
    charged = vendor.charges()

    project.types("pulumi destroy --yes --skip-preview")
    assert vendor.leases() == []
    assert vendor.charges() == charged
