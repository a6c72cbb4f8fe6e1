"""Receive SIGINT, which a shell disables in all that it starts in the background.

The engine ends its plugins with it, and would wait seconds for each that does not hear it.
"""

from __future__ import annotations

import signal


def hear() -> None:
    """Let this process, and all that it starts, be interrupted again."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
