"""One run of a Pulumi program in this process, which may serve several of them, even at once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, finalize

import pulumi
from pulumi.runtime.settings import get_monitor

from ..config import Config
from ..leasing.run import Run

if TYPE_CHECKING:
    from collections.abc import MutableMapping


class Program:
    """What all parts of one run of a program share; with it go the connections that its data functions have opened.

    Attributes:
        run: What its data functions have read.
        named: The numbers that it declares as such, as the program writes them: no search may choose them.
    """

    def __init__(self) -> None:
        self.run = Run(Config(_setting))
        self.named: set[str] = set()
        finalize(self, self.run.close)  # an Automation API process goes through many programs


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
