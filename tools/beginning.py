"""The files of a fresh stack: made once in a process, and then copied, since a fresh one is always the same."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


class Beginning:
    """What stacks of one kind begin with."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: dict[Path, bytes] = {}

    def bring(self, folder: Path, make: Callable[[], Iterable[Path]]) -> None:
        """Put the files into a folder.

        Args:
            folder: Holds a stack's project and state.
            make: Makes the first of these stacks there, and lists its files.
        """
        with self._lock:
            if not self._files:
                self._files = {path.relative_to(folder): path.read_bytes() for path in make() if path.is_file()}
                return
        for path, content in self._files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
