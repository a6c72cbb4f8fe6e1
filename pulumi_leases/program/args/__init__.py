"""Nested inputs: what a program writes, typed. Validated later, in `check`, so that importing the package stays light.

From outside: the names below. Each class has a twin that is a plain dict.
"""

from .search import Capability, NumberSearchArgs, NumberSearchArgsDict
from .wiring import (
    FailoverArgs,
    FailoverArgsDict,
    MessagingArgs,
    MessagingArgsDict,
    RequirementsArgs,
    RequirementsArgsDict,
    StatusCallbackArgs,
    StatusCallbackArgsDict,
    VoiceArgs,
    VoiceArgsDict,
)

__all__ = [
    "Capability",
    "FailoverArgs",
    "FailoverArgsDict",
    "MessagingArgs",
    "MessagingArgsDict",
    "NumberSearchArgs",
    "NumberSearchArgsDict",
    "RequirementsArgs",
    "RequirementsArgsDict",
    "StatusCallbackArgs",
    "StatusCallbackArgsDict",
    "VoiceArgs",
    "VoiceArgsDict",
]
