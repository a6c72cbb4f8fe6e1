"""One run of a Pulumi program in this process, which may serve several of them, even at once."""

from __future__ import annotations

import json
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, finalize

import pulumi
from pulumi.runtime import config
from pulumi.runtime.settings import get_monitor

from ..config import Config
from ..leasing.run import Run
from .held import HeldNumbers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping


class Program:
    """What all parts of one run of a program share; with it go the connections that its data functions have opened.

    Attributes:
        run: What its data functions have read.
        named: The numbers that it declares as such, as the program writes them: no search may choose them.
        held: The numbers that the stack held before.
    """

    def __init__(self) -> None:
        self.run = Run(Config(_setting, keys=_keys, project=pulumi.get_project()))
        self.named: set[str] = set()
        self.held = HeldNumbers(is_budget_set=self.run.config.is_budget_set())
        finalize(self, self.run.close)  # an Automation API process goes through many programs
        self._owners: Counter[str] = Counter()
        self._searches: dict[str, list[str]] = {}
        """What its searches ask for, as JSON, each with the names of all that ask for just that."""
        self._texts: dict[str, tuple[int, str]] = {}

    def add_owner(self, name: str) -> str:
        """Note that a number is declared; one whose name is taken gets a number behind it."""
        self._owners[name] += 1
        return name if self._owners[name] == 1 else f"{name} {self._owners[name]}"

    def add_search(self, owner: str, asked: Mapping[str, Any]) -> None:
        """Note what an owner's search asks for; one that waits for an output is left out, since nobody knows it yet."""
        try:
            text = json.dumps({key: value for key, value in asked.items() if value is not None}, sort_keys=True)
        except TypeError:
            return
        self._searches.setdefault(text, []).append(owner)

    def named_text(self) -> str:
        """Write the named numbers in one text: each search gets all of them, and a list costs by its entries."""
        return self._text("named", lambda: "\n".join(sorted(self.named)))

    def searches_text(self) -> str:
        """Write the searches in one text, for the same reason."""
        return self._text("searches", lambda: json.dumps(self._searches))

    def _text(self, name: str, write: Callable[[], str]) -> str:
        """Write a text once for all, unless more was declared since."""
        size, text = self._texts.get(name, (-1, ""))
        declared = self._owners.total()
        if size != declared:
            text = write()
            self._texts[name] = declared, text
        return text


_programs: MutableMapping[object, Program] = WeakKeyDictionary()
_lock = threading.Lock()


def current_program() -> Program:
    """Find the program that runs here and now, by its connection to the engine, which may be a mock.

    Outside of a program every call stands for itself.
    """
    monitor = get_monitor()
    if monitor is None:
        return Program()
    with _lock:
        return _programs.setdefault(monitor, Program())


def _setting(key: str) -> str | None:
    namespace, _, name = key.partition(":")
    return pulumi.Config(namespace).get(name)


def _keys() -> set[str]:
    """List the keys of the stack's config: those set in this process, and those that the engine has handed to it."""
    return {*config.CONFIG.get(), *config.get_config_env()}
