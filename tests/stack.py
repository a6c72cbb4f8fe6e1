"""A stack on the real engine for tests: a program, a state of its own, and what the user would see."""

from __future__ import annotations

import contextlib
import functools
import gc
import json
import os
import subprocess
import sys
import warnings
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import grpc
from pulumi import automation, log

from pulumi_leases.engine.state import NUMBER_TYPE
from tools.beginning import Beginning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

ROOT = Path(__file__).parent.parent

_BEGINNINGS: dict[str, Beginning] = {}
"""What a fresh stack begins with, by its name."""

SECRET = "4dabf18193072939515e22adb298388d"
"""The engine's mark of a secret in a state."""


def _let_the_last_words_fail(say: Callable[..., None]) -> Callable[..., None]:
    """Let the SDK's inline host clean up even when its log line fails: a failed check may end the engine before the program."""

    def said(*args: Any) -> None:
        with contextlib.suppress(grpc.RpcError):
            say(*args)

    return said


log._log = _let_the_last_words_fail(log._log)


def _collect_leftovers() -> None:
    """Collect the event loop that the SDK's inline host leaves open when it asks an engine that has ended."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@functools.cache
def _command() -> automation.PulumiCommand:
    """The `pulumi` on PATH, asked once for its version."""
    return automation.PulumiCommand()


class _Terse(automation.Stack):
    """A stack whose commands are one process each; the SDK would run three more, for outputs and history."""

    def __init__(self, name: str, workspace: automation.Workspace) -> None:
        """Take a stack that exists, without the SDK's process that would select it."""
        self.name = name
        self.workspace = workspace

    def outputs(self) -> automation.OutputMap:
        return {}

    def info(self, show_secrets: bool = True) -> automation.UpdateSummary:
        return automation.UpdateSummary("terse", datetime.now(timezone.utc), "", {}, {}, "not asked for")


def _word(kind: automation.OpType | str) -> str:
    """The engine's word for a kind of change, which the SDK's enumeration may not have."""
    return str(kind.value if isinstance(kind, automation.OpType) else kind)


@dataclass(frozen=True)
class Seen:
    """The outcome of a command.

    Attributes:
        ok: Whether it succeeded.
        text: All that the user would see.
        changes: How many of `Stack.resources` were created, updated, deleted, …, by the engine's own words; `same` included.
        outputs: The stack's outputs.
    """

    ok: bool
    text: str
    changes: Mapping[str, int]
    outputs: Mapping[str, Any]

    @property
    def changed(self) -> dict[str, int]:
        """What was changed, the stack's own resource aside."""
        return {kind: count for kind, count in self.changes.items() if kind not in {"same", "read"} and count}


class Stack:
    """One stack with a file backend below `folder`; commands return what the user would see, failed or not.

    Attributes:
        project: What a project is described by.
        declared_type: The type of what a program declares as a LeasedNumber.
        leased_type: The type of the resource that is leased.
    """

    project: type[automation.ProjectSettings] = automation.ProjectSettings
    declared_type = leased_type = NUMBER_TYPE

    def __init__(
        self, folder: Path, engine: Path, environ: Mapping[str, str], program: Callable[[], None], name: str = "dev"
    ) -> None:
        self._state = folder / "state" / ".pulumi" / "stacks" / "leases-test" / f"{name}.json"
        for part in ("state", "home", "work"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.environ = {
            "PATH": f"{engine}{os.pathsep}{os.environ['PATH']}",
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{folder}/state",
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_PYTHON_CMD": sys.executable,
            "GOGC": "off",  # a command is over before it is worth while; a sixth less of a test's time
            "GOMEMLIMIT": "2GiB",
            "PYTHONPATH": str(ROOT),
            **environ,
        }
        workspace = automation.LocalWorkspace(
            work_dir=str(folder / "work"),
            program=program,
            env_vars=self.environ,
            project_settings=self.project("leases-test", runtime="python", main=str(Path.cwd())),
            pulumi_command=_command(),
        )
        self.stack = _Terse(name, workspace)
        if not self._state.exists():
            _BEGINNINGS.setdefault(name, Beginning()).bring(folder, self._make)

    @property
    def program(self) -> Callable[[], None]:
        """The program; assign another one to edit it."""
        return cast("Callable[[], None]", self.stack.workspace.program)

    @program.setter
    def program(self, program: Callable[[], None]) -> None:
        self.stack.workspace.program = program

    def said(self, text: str) -> str:
        """Write what an error says in Python in the words of the provider."""
        return text

    def config(self, key: str, value: str, *, secret: bool = False) -> None:
        """Set a config key."""
        self.stack.set_config(key, automation.ConfigValue(value, secret=secret))

    def preview(self, **options: Any) -> Seen:
        """`pulumi preview`."""
        return self._seen(self.stack.preview, options)

    def up(self, **options: Any) -> Seen:
        """`pulumi up --yes --skip-preview`."""
        return self._seen(self.stack.up, options)

    def refresh(self, **options: Any) -> Seen:
        """`pulumi refresh --yes --skip-preview`."""
        return self._seen(self.stack.refresh, options)

    def destroy(self, **options: Any) -> Seen:
        """`pulumi destroy --yes --skip-preview`."""
        return self._seen(self.stack.destroy, options)

    def cli(self, *args: str, ok: bool = True) -> str:
        """Run a `pulumi` command on the stack and return all that it prints; fail the test if it does not end as expected."""
        ran = subprocess.run(
            ["pulumi", *args, "--stack", self.stack.name, "--non-interactive", "--color", "never"],
            cwd=self.folder / "work",
            env={**os.environ, **self.environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        assert (ran.returncode == 0) is ok, ran.stdout
        return ran.stdout

    def resources(self) -> dict[str, Any]:
        """The state's resources, by type and name: `LeasedNumber support`."""
        return {
            f"{kind} {entry['urn'].rpartition('::')[2]}": entry
            for entry in self._recorded()
            if (kind := self.kind(entry["type"]))
        }

    def kind(self, type_: str) -> str:
        """Name a type without its package; "" for what is no concern of a test."""
        return type_.rpartition(":")[2]

    def declared_urn(self, name: str) -> str:
        """The URN of a LeasedNumber that the program declares outside of any component."""
        return f"urn:pulumi:{self.stack.name}::leases-test::{self.declared_type}::{name}"

    def _recorded(self) -> list[dict[str, Any]]:
        """The resources that `pulumi stack export` would show, read from the backend's file without a process."""
        checkpoint: dict[str, Any] = json.loads(self._state.read_text())["checkpoint"]
        return checkpoint.get("latest", {}).get("resources") or []

    def _outputs(self) -> Mapping[str, Any]:
        stacks = (entry for entry in self._recorded() if entry["type"] == "pulumi:pulumi:Stack")
        outputs: Mapping[str, Any] = next(stacks, {}).get("outputs", {})
        if SECRET in json.dumps(outputs):
            outputs = json.loads(self.cli("stack", "output", "--json", "--show-secrets"))
        return outputs

    def _make(self) -> Iterable[Path]:
        self.stack.workspace.create_stack(self.stack.name)
        return [*self._state.parent.parent.parent.rglob("*"), self.folder / "work" / f"Pulumi.{self.stack.name}.yaml"]

    def _seen(self, command: Callable[..., Any], options: Mapping[str, Any]) -> Seen:
        seen: list[str] = []
        counted: Counter[str] = Counter()
        left_out: Counter[str] = Counter()

        def note(event: automation.EngineEvent) -> None:
            if event.summary_event:
                counted.update({_word(kind): count for kind, count in event.summary_event.resource_changes.items()})
            step = event.resource_pre_event and event.resource_pre_event.metadata
            if step and step.logical and not self.kind(step.type):
                left_out[_word(step.op)] += 1

        try:
            command(on_output=seen.append, on_error=seen.append, on_event=note, **options)
        except automation.CommandError as error:
            _collect_leftovers()
            ok, text = False, "\n".join([*seen, str(error)])
        else:
            ok, text = True, "\n".join(seen)
        changes = {kind: count - left_out[kind] for kind, count in counted.items()}
        return Seen(ok=ok, text=text, changes=changes, outputs=self._outputs() if ok else {})
