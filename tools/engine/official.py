"""The vendor's own installer, as the Pulumi SDK runs it."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

from . import cache
from .pins import ENGINE
from .progress import Failed, run, say

if TYPE_CHECKING:
    from pathlib import Path

INSTALLER = "https://get.pulumi.com/install.sh"
REACH_WITHIN_S = 10.0
INSTALL_WITHIN_S = 600.0

REACH = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1])"
INSTALL = """
import sys
from pulumi.automation import PulumiCommand
from semver import VersionInfo
PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]))
"""


def install() -> Path | None:
    """Return the folder of the installed engine's programs; None, with the reason said, when it cannot be had this way.

    A host that does not answer is given up after 10 seconds. A failed installation leaves nothing behind.
    """
    scratch = cache.root() / f"{ENGINE}.official"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    # The SDK and the installer put their temporary files here and never where they could be left.
    env = {**os.environ, "TMPDIR": str(scratch), "PULUMI_HOME": str(scratch / "home")}
    try:
        say(f"installing pulumi {ENGINE} from {INSTALLER}")
        # Asked first, in a process that can be killed: the SDK would wait for a silent host for ever.
        reach = [sys.executable, "-c", REACH, INSTALLER]
        run("reaching it", reach, cwd=scratch, env=env, within_s=REACH_WITHIN_S)
        install = [sys.executable, "-c", INSTALL, str(scratch / "root"), ENGINE]
        run("installing", install, cwd=scratch, env=env, within_s=INSTALL_WITHIN_S)
        return cache.publish(scratch / "root")
    except Failed as failed:
        say(f"not installed: {str(failed).splitlines()[-1].strip()}")
        return None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
