"""Twilio's identifiers: two letters that name the kind, and 32 hexadecimal digits."""

import hashlib
import re

ACCOUNT, API_KEY, NUMBER, REQUEST, SERVICE = "AC", "SK", "PN", "RQ", "MG"
ADDRESS, BUNDLE, IDENTITY, TRUNK, APPLICATION = "AD", "BU", "RI", "TK", "AP"


def sid(kind: str, *seed: object) -> str:
    """The SID of this kind that belongs to the seed."""
    return kind + hashlib.md5(" ".join(map(str, seed)).encode(), usedforsecurity=False).hexdigest()


def is_sid(kind: str, text: str) -> bool:
    """Whether the text has the form of a SID of this kind."""
    return re.fullmatch(kind + "[0-9a-fA-F]{32}", text) is not None
