"""The vendors' clock: the machine's time plus an offset that control may shift."""

import time
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import format_datetime


@dataclass
class Clock:
    """What the vendors take for the time, in epoch seconds; `offset_s` seconds ahead of the machine."""

    offset_s: float = 0.0

    def now(self) -> float:
        return time.time() + self.offset_s

    def http_date(self) -> str:
        return format_datetime(utc(self.now()).replace(microsecond=0), usegmt=True)


def utc(epoch: float) -> datetime:
    """The aware UTC time of epoch seconds."""
    return datetime.fromtimestamp(epoch, tz=timezone.utc)


def months_later(epoch: float, months: int) -> float:
    """The same day and time of day `months` later, or the last day of a shorter month."""
    start = utc(epoch)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = min(start.day, monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day).timestamp()
