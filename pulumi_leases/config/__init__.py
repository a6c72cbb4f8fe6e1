"""Where a setting comes from: its names, its places, and the settings of one run.

What the other rooms use is here: `Config` reads, `Setting` describes, the rest names. Knows no service and no engine.
"""

from .config import Config, read_accounts
from .settings import (
    DEFAULT_ACCOUNT,
    DEFAULT_SERVICE,
    RUN_KEYS,
    Service,
    Setting,
    camel,
    credential_of,
    key_of,
    nearest,
    remove_command,
    set_command,
    variable,
    variable_of,
)

__all__ = [
    "DEFAULT_ACCOUNT",
    "DEFAULT_SERVICE",
    "RUN_KEYS",
    "Config",
    "Service",
    "Setting",
    "camel",
    "credential_of",
    "key_of",
    "nearest",
    "read_accounts",
    "remove_command",
    "set_command",
    "variable",
    "variable_of",
]
