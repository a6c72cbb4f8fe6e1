"""Trials, several at a time: each result is reported as it comes, and a stopped run leaves no process behind."""

from __future__ import annotations

import argparse
import signal
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING, TypeVar

from tools import interrupt

from .processes import end_all_below

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Trial = TypeVar("Trial")
Result = TypeVar("Result")


def carry_out_all(
    trials: Iterable[Trial],
    carry_out: Callable[[Trial, threading.Event], Result],
    jobs: int,
    report: Callable[[Result], None],
) -> None:
    """Carry out trials, so many at a time; when stopped, end all that was started."""
    stop = threading.Event()
    interrupt.hear()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    pool = ThreadPoolExecutor(jobs)
    futures = [pool.submit(carry_out, trial, stop) for trial in trials]
    try:
        for future in as_completed(futures):
            report(future.result())
    except BaseException:  # stopped: nothing that was started may outlive this
        stop.set()
        pool.shutdown(wait=False, cancel_futures=True)
        end_all_below()
        raise
    pool.shutdown()


def arguments(prog: str, text: str | None, *, jobs: int) -> argparse.ArgumentParser:
    """Read which trials are asked for: so many from a seed on, or one of them again."""
    parser = argparse.ArgumentParser(prog=f"python -m {prog}", description=text)
    parser.add_argument("--trials", type=int, default=20, help="how many (20)")
    parser.add_argument("--seed", type=int, default=1, help="what all chance comes from (1)")
    parser.add_argument("--first", type=int, default=0, metavar="INDEX", help="go on from this one (0)")
    parser.add_argument("--only", type=int, metavar="INDEX", help="the trial of this index alone")
    parser.add_argument("--jobs", type=int, default=jobs, help=f"how many at a time ({jobs})")
    return parser


def indexes(asked: argparse.Namespace) -> Iterable[int]:
    """List the trials that are asked for."""
    return [asked.only] if asked.only is not None else range(asked.first, asked.trials)
