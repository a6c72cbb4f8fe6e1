"""tools/engine: which engine is used, and how one is brought to a machine that has none.

Each test gives the tool a machine of its own: a PATH with nothing but what the test puts there, an empty home, and a
vendor whose host refuses connections. Go and the vendor's installer are played by small programs.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tools.engine.parts import PARTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHECKOUT = Path(__file__).parents[2]
PROGRAMS = ("pulumi", "pulumi-resource-pulumi-python", "pulumi-language-python", "pulumi-language-python-exec")

GO = """#!{python}
import json, os, pathlib, sys, time
asked = sys.argv[1:]
with open(os.environ["JOURNAL"], "a") as journal:
    journal.write(json.dumps([os.getpid(), os.environ["GOMODCACHE"], *asked]) + chr(10))
def program(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh" + chr(10) + "echo v3.259.0" + chr(10))
    path.chmod(0o755)
if asked == ["env", "GOVERSION"]:
    print(os.environ.get("GO_IS", "go1.26.8"))
elif asked[0] == "build":
    print("go: downloading example.com/part v1.0.0", file=sys.stderr, flush=True)
    if os.environ.get("GO_FAILS_AT") == asked[-1].rpartition("/")[2]:
        sys.exit("go: example.com/part@v1.0.0: dial tcp: lookup example.com: no such host")
    time.sleep(float(os.environ.get("GO_TAKES_S", "0")))
    program(pathlib.Path(asked[asked.index("-o") + 1]))
else:
    sdk = pathlib.Path(os.environ["GOMODCACHE"]) / "sdk"
    for script in ("python/dist/pulumi-resource-pulumi-python", "python/cmd/pulumi-language-python-exec"):
        program(sdk / script)
    print(json.dumps({{"Dir": str(sdk)}}))
"""

VENDOR_ANSWERS = """
import io, shutil, urllib.request
import pulumi.automation._cmd as sdk
urllib.request.urlopen = lambda url: io.BytesIO()
sdk._download_to_file = lambda url, path: shutil.copy({installer!r}, path)
"""


@dataclass
class Machine:
    """A machine to run the tool on."""

    room: Path
    env: dict[str, str] = field(default_factory=dict)

    @property
    def cache(self) -> Path:
        return self.room / "home/.cache/pulumi-leases/engine"

    @property
    def engine(self) -> Path:
        return self.cache / "3.259.0/bin"

    def put(self, folder: str, *programs: str, version: str = "v3.259.0") -> Path:
        """Put programs that answer with a version into a folder that is searched."""
        (self.room / folder).mkdir(parents=True, exist_ok=True)
        for program in programs:
            _script(self.room / folder / program, f"#!/bin/sh\necho {version}\n")
        return self.room / folder

    def put_go(self, **behaviour: str) -> None:
        _script(self.room / "bin/go", GO.format(python=sys.executable))
        self.env |= {"JOURNAL": str(self.room / "journal"), **behaviour}

    def start(self, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tools.engine", *words]
        return subprocess.Popen(
            command, cwd=CHECKOUT, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def bring(self, *words: str) -> tuple[int, list[str], str]:
        """Run the tool to its end; return its exit code, the lines of stdout, and the text of stderr."""
        run = self.start(*words)
        out, err = run.communicate(timeout=120)
        return run.returncode, out.splitlines(), err

    def compiled(self) -> list[str]:
        """Return the names of the programs that Go was asked to build, in order."""
        lines = (self.room / "journal").read_text().splitlines()
        return [line.rpartition("/")[2].rstrip('"]') for line in lines if '"build"' in line]


def _script(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def _until(happened: Callable[[], object], within_s: float = 20.0) -> None:
    begun = time.monotonic()
    while not happened():
        assert time.monotonic() - begun < within_s
        time.sleep(0.02)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    for folder in ("bin", "home", "tmp"):
        (tmp_path / folder).mkdir()
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        proxy = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        env = {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "tmp")}
        yield Machine(tmp_path, env | {"HTTPS_PROXY": proxy})


def test_a_complete_pulumi_on_path_is_used(machine):
    """What the user has installed comes first, and nothing is written."""
    folder = machine.put("bin", *PROGRAMS)
    assert machine.bring() == (0, [str(folder)], "")
    assert list((machine.room / "home").iterdir()) == []


def test_the_parts_of_a_pulumi_on_path_may_be_spread(machine):
    """Pulumi finds its plugins on PATH too, so they need not be beside it."""
    folder = machine.put("bin", "pulumi")
    plugins = machine.put("plugins", *PROGRAMS[1:])
    machine.env["PATH"] += f":{plugins}"
    assert machine.bring() == (0, [str(folder)], "")


@pytest.mark.parametrize("version", ["v3.254.0", "3.254.0", "v3.1000.0", "v4.0.0", "v3.255.0-alpha.1+g12ab"])
def test_a_pulumi_that_is_new_enough_is_used(machine, version):
    """Versions are compared as numbers, with or without the v."""
    folder = machine.put("bin", *PROGRAMS, version=version)
    assert machine.bring() == (0, [str(folder)], "")


@pytest.mark.parametrize("version", ["v3.253.9", "v3.99.0", "v2.999.0", "dev", "''"])
def test_a_pulumi_that_is_too_old_is_left_aside(machine, version):
    """An older pulumi on PATH is named with its version, and the next source is taken."""
    machine.put("bin", *PROGRAMS, version=version)
    machine.put(str(machine.engine), *PROGRAMS)
    code, out, err = machine.bring()
    assert (code, out) == (0, [str(machine.engine)])
    assert f"bin/pulumi is left aside: version {version.strip(chr(39))} is older than 3.254.0" in err


@pytest.mark.parametrize("missing", PROGRAMS[1:])
def test_a_pulumi_that_lacks_a_part_is_left_aside(machine, missing):
    """Without the plugin or the language host the engine could not run our provider."""
    machine.put("bin", *(program for program in PROGRAMS if program != missing))
    machine.put(str(machine.engine), *PROGRAMS)
    code, out, err = machine.bring()
    assert (code, out) == (0, [str(machine.engine)])
    assert f"is left aside: no {missing}\n" in err


def test_the_helper_must_be_beside_its_language_host(machine):
    """The language host looks for its helper in its own folder only."""
    machine.put("bin", *PROGRAMS[:3])
    machine.env["PATH"] += f":{machine.put('elsewhere', PROGRAMS[3])}"
    machine.put(str(machine.engine), *PROGRAMS)
    code, out, err = machine.bring()
    assert (code, out) == (0, [str(machine.engine)])
    assert "no pulumi-language-python-exec" in err


def test_a_pulumi_that_does_not_run_is_left_aside(machine):
    """A binary for another machine, say, is no engine, whatever its path looks like."""
    machine.put("bin/v3.259.0", *PROGRAMS[1:])
    _script(machine.room / "bin/v3.259.0/pulumi", "#!/bin/sh\nexit 1\n")
    machine.env["PATH"] += "/v3.259.0"
    machine.put(str(machine.engine), *PROGRAMS)
    code, out, err = machine.bring()
    assert (code, out) == (0, [str(machine.engine)])
    assert "`pulumi version` does not run" in err


def test_a_finished_engine_in_the_cache_is_used_at_once(machine):
    """The vendor is not asked and Go is not needed for what is there."""
    machine.put(str(machine.engine), *PROGRAMS)
    assert machine.bring() == (0, [str(machine.engine)], "")


def test_the_cache_is_where_the_user_wants_caches(machine):
    """XDG_CACHE_HOME counts."""
    machine.env["XDG_CACHE_HOME"] = str(machine.room / "caches")
    folder = machine.put("caches/pulumi-leases/engine/3.259.0/bin", *PROGRAMS)
    assert machine.bring() == (0, [str(folder)], "")


def test_an_incomplete_engine_in_the_cache_is_made_anew(machine):
    """Something deleted from the cache does not break the next run."""
    machine.put_go()
    machine.put(str(machine.engine), *PROGRAMS[:3])
    code, out, _ = machine.bring()
    assert (code, out) == (0, [str(machine.engine)])
    assert sorted(path.name for path in machine.engine.iterdir()) == sorted(PROGRAMS)


def _let_vendor_install(machine: Machine, *programs: str) -> None:
    installer = machine.room / "install.sh"
    making = "".join(f"printf '#!/bin/sh\\necho v3.259.0\\n' > $3/bin/{program}\n" for program in programs)
    installer.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\nmkdir -p $3/bin\n{making}chmod +x $3/bin/*\nmktemp\n")
    site = machine.room / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(VENDOR_ANSWERS.format(installer=str(installer)))
    machine.env["PYTHONPATH"] = str(site)


def test_the_vendors_installer_comes_before_a_build(machine):
    """Where the vendor's site is reached its own archive is taken, in the pinned version, and Go is not asked."""
    machine.put_go()
    _let_vendor_install(machine, *PROGRAMS)
    code, out, err = machine.bring()
    assert (code, out) == (0, [str(machine.engine)]), err
    assert not (machine.room / "journal").exists()
    assert sorted(path.name for path in machine.cache.iterdir()) == ["3.259.0", "lock"]
    assert list((machine.room / "tmp").iterdir()) == []


def test_half_an_installation_is_not_used_and_not_left(machine):
    """An archive without the language host is refused, and the engine is built instead."""
    machine.put_go()
    _let_vendor_install(machine, *PROGRAMS[:2])
    code, out, err = machine.bring()
    assert (code, out) == (0, [str(machine.engine)])
    assert "not installed: the engine in" in err
    assert machine.compiled() == ["pulumi", "pulumi-language-python"]
    assert sorted(path.name for path in machine.cache.iterdir()) == ["3.259.0", "lock"]


def test_a_silent_vendor_is_given_up_soon(machine):
    """A host that takes the connection and never answers costs 15 seconds at most."""
    machine.put_go()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        machine.env["HTTPS_PROXY"] = f"http://127.0.0.1:{silent.getsockname()[1]}"
        begun = time.monotonic()
        code, out, err = machine.bring()
        assert time.monotonic() - begun < 15
    assert (code, out) == (0, [str(machine.engine)])
    assert "not installed: reaching it: no end after 10 s" in err


def test_without_go_the_message_says_what_to_install(machine):
    """No pulumi, no vendor, no Go: what is missing and the ways out, and nothing on stdout."""
    code, out, err = machine.bring()
    assert (code, out) == (1, [])
    assert "there is no Go on PATH: install Go 1.25.11 or newer" in err
    assert "put a complete pulumi >= 3.254.0 on PATH" in err


@pytest.mark.parametrize("version", ["go1.25.10", "go1.9", "go1.25rc1"])
def test_a_go_that_is_too_old_is_named(machine, version):
    """Go's versions are compared as numbers as well."""
    machine.put_go(GO_IS=version)
    code, out, err = machine.bring()
    assert (code, out) == (1, [])
    assert f"{version} at {machine.room}/bin/go is too old: install Go 1.25.11 or newer" in err


@pytest.mark.parametrize("version", ["go1.25.11", "go1.26", "go1.27rc1", "go1.26.8 X:nodwarf5"])
def test_a_go_that_is_new_enough_builds_the_engine(machine, version):
    """The folder is complete and executable, holds no leftovers, and is all that stdout says."""
    machine.put_go(GO_IS=version)
    code, out, _ = machine.bring()
    assert (code, out) == (0, [str(machine.engine)])
    assert sorted(path.name for path in machine.engine.iterdir()) == sorted(PROGRAMS)
    assert {path.stat().st_mode & 0o777 for path in machine.engine.iterdir()} == {0o755}
    assert machine.compiled() == ["pulumi", "pulumi-language-python"]


def test_a_build_writes_into_the_cache_only_and_cleans_up(machine):
    """Go's own caches are inside ours, and are gone when the engine is there."""
    machine.put_go()
    assert machine.bring()[0] == 0
    assert sorted(path.name for path in machine.cache.iterdir()) == ["3.259.0", "lock"]
    assert [path.name for path in (machine.room / "home").iterdir()] == [".cache"]
    assert list((machine.room / "tmp").iterdir()) == []


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_what_is_beside_the_engine_is_brought_by_itself(machine, part):
    """From PATH, else built once into the cache, in a folder of its own version; the engine is not built for it."""
    machine.put_go()
    host = machine.cache / part.folder / "bin"
    code, out, err = machine.bring(part.word)
    assert (code, out) == (0, [str(host)])
    assert f"building {part.program} {part.version} from Go modules" in err
    assert [path.name for path in host.iterdir()] == [part.program]
    assert machine.compiled() == [part.package.rpartition("/")[2]]
    assert machine.bring(part.word) == (0, [str(host)], "")
    assert sorted(path.name for path in machine.cache.iterdir()) == sorted(["lock", part.folder])
    folder = machine.put("bin", part.program)
    assert machine.bring(part.word) == (0, [str(folder)], "")


def test_several_words_bring_several_programs(machine):
    """A folder a line, in the order of the words; an unknown word is an error before anything is built."""
    machine.put_go()
    code, out, _ = machine.bring("nodejs", "yaml")
    assert (code, out) == (0, [str(machine.cache / PARTS[word].folder / "bin") for word in ("nodejs", "yaml")])
    code, out, err = machine.bring("sdk", "cobol")
    assert (code, out) == (2, [])
    assert err == "engine: there is no cobol: there are yaml, nodejs, go, sdk\n"


def test_a_users_own_go_caches_are_used_and_kept(machine):
    """Where GOMODCACHE is set the modules go there and stay."""
    machine.put_go(GOMODCACHE=str(machine.room / "modules"))
    assert machine.bring()[0] == 0
    assert (machine.room / "modules/sdk").is_dir()


def test_a_failed_build_says_why_and_keeps_what_is_finished(machine):
    """Go's last words are shown; the next run builds only what is missing."""
    machine.put_go(GO_FAILS_AT="pulumi-language-python")
    code, out, err = machine.bring()
    assert (code, out) == (1, [])
    assert "building pulumi-language-python failed" in err
    assert "lookup example.com: no such host" in err
    assert not machine.engine.exists()

    del machine.env["GO_FAILS_AT"]
    assert machine.bring()[:2] == (0, [str(machine.engine)])
    assert machine.compiled() == ["pulumi", "pulumi-language-python", "pulumi-language-python"]


def test_two_at_once_build_once(machine):
    """The second run waits, says so, and uses what the first has made."""
    machine.put_go(GO_TAKES_S="2")
    runs = [machine.start(), machine.start()]
    said = [run.communicate(timeout=60) for run in runs]
    assert [out for out, _ in said] == [f"{machine.engine}\n"] * 2
    assert sum("another run is bringing the engine; waiting for it" in err for _, err in said) == 1
    assert machine.compiled() == ["pulumi", "pulumi-language-python"]


def test_a_long_build_is_never_silent(machine):
    """Within 15 seconds there is a word on what is being done and for how long."""
    machine.put_go(GO_TAKES_S="12")
    run = machine.start()
    said_at = [time.monotonic()]
    lines = []
    for line in run.stderr or ():
        said_at.append(time.monotonic())
        lines.append(line)
    run.communicate(timeout=60)
    assert max(later - sooner for sooner, later in pairwise(said_at)) < 15
    assert "engine: 0:10 building pulumi: go: downloading example.com/part v1.0.0\n" in lines


def test_a_run_that_is_stopped_takes_its_compiler_along(machine):
    """No process is left behind by Ctrl-C or by a polite kill."""
    for stop, code in ((signal.SIGTERM, 143), (signal.SIGINT, 130)):
        machine.put_go(GO_TAKES_S="60")
        run = machine.start()
        _until(lambda: (machine.room / "journal").exists() and machine.compiled())
        compiler = int((machine.room / "journal").read_text().splitlines()[-1].partition(",")[0].lstrip("["))
        run.send_signal(stop)
        out, _ = run.communicate(timeout=20)
        assert (run.returncode, out) == (code, "")
        with pytest.raises(ProcessLookupError):
            os.kill(compiler, 0)
        (machine.room / "journal").unlink()


def test_the_compiler_of_a_killed_run_keeps_others_out(machine):
    """After kill -9 the orphaned compiler still holds the cache; the next run waits for it, then goes on."""
    machine.put_go(GO_TAKES_S="3")
    killed = machine.start()
    _until(lambda: (machine.room / "journal").exists() and machine.compiled())
    killed.kill()
    killed.communicate(timeout=20)
    code, out, err = machine.bring()
    assert (code, out) == (0, [str(machine.engine)])
    assert "another run is bringing the engine" in err


@pytest.mark.engine  # it asks for no fixture: it brings the engine itself
def test_make_engine_prints_a_folder_with_a_pulumi_that_runs(tmp_path):
    """The last line of `make -s engine` is what a script puts on PATH."""
    make = subprocess.run(["make", "-s", "engine"], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    folder = Path(make.stdout.splitlines()[-1])
    assert all(shutil.which(program, path=str(folder)) for program in PROGRAMS)
    env = os.environ | {"PULUMI_HOME": str(tmp_path), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    version = subprocess.run([folder / "pulumi", "version"], env=env, capture_output=True, text=True, check=True)
    assert version.stdout.startswith("v3.")
