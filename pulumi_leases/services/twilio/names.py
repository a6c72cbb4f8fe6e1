"""A number's FriendlyName: a label for people, and behind it the reference that proves whose the number is.

It is the only text that goes with a purchase, is read back everywhere and can be edited by anybody in the console; 1 to 64
characters (https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource).
"""

from __future__ import annotations

import re

from ...domain.references import find_reference

_LONGEST = 64


def friendly_name(label: str | None, reference: str | None) -> str:
    """Write label and reference as one name; empty where there is neither."""
    return " ".join(filter(None, (fit_label(label, reference), reference)))


def fit_label(label: str | None, reference: str | None) -> str:
    """Cut a label to the room that a reference leaves; what looks like a reference has no place in one."""
    text = label or ""
    while strange := find_reference(text):
        text = text.replace(strange, " ")
    room = _LONGEST - (len(reference) + 1 if reference else 0)
    return " ".join(text.split())[:room].rstrip()


def read_label(name: str, number: str) -> str | None:
    """Read the label in a name; a number that was given no name has the formatted number for one, which is no label."""
    label = fit_label(name, None)
    digits = re.sub(r"\D", "", label)
    is_default = digits and number.endswith(digits) and not re.search(r"[^\W\d]", label)
    return None if is_default else label or None
