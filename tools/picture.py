"""The picture in the README: what `make demo` printed, without what the engine shows on its way, drawn as a terminal."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WIDTH = 124
_STYLES = {"$": "bold", "#": "green"}
_SHOWN = ("Diagnostics:", "Resources:")
"""The parts of a command's output that are shown, up to the next empty line."""
_FONTS = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
"""Left out: a page that shows a picture loads no fonts for it."""


def draw(printed: Sequence[str]) -> str:
    """Draw the lines that a demo printed, as SVG: the same where only ids and times differ."""
    console = Console(record=True, width=_WIDTH, file=io.StringIO())
    for line in _chosen(printed):
        console.print(Text(line, _STYLES.get(line[:1], "")))
    return _FONTS.sub("", console.export_svg(title="make demo", unique_id="demo"))


def text(svg: str) -> list[str]:
    """Read the lines of a picture again: what is compared, for versions of rich draw the same text differently."""
    lines: dict[float, str] = {}
    for one in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        y = float(one.attrib.get("y", 0))
        lines[y] = lines.get(y, "") + "".join(one.itertext()).replace("\N{NO-BREAK SPACE}", " ")
    return [line.strip() for _, line in sorted(lines.items()) if line.strip()]


def _chosen(printed: Sequence[str]) -> Iterator[str]:
    shown = False
    for line in map(_plain, printed):
        if line.startswith(("$ ", "# ")):
            shown = False
            if line.startswith("$ "):
                yield ""
            yield line
        elif not line:
            shown = False
        elif line in _SHOWN:
            shown = True
        elif shown:
            yield line


def _plain(line: str) -> str:
    """Take away the colours, and what differs from run to run: the lease's id, the emulator's port."""
    line = Text.from_ansi(line).plain.rstrip()
    line = re.sub(r"\blsd_\w+", "lsd_2700993378", line)
    return re.sub(r"(?<=127\.0\.0\.1:)\d+", "8080", line)
