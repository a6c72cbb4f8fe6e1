"""Kill and break real runs: `python -m tools.chaos --trials 300 --seed 1`, or one again with `--only 17`.

The real engine runs real programs against the emulator, which judges what was leased and charged. Needs `pulumi` on PATH
(`make chaos` sees to it). Ends with 1 where a promise was broken.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING

from pulumi_leases.services import SERVICES
from tools import interrupt

from .draw import drawn
from .processes import end_all_below
from .table import failure, table, thin
from .trial import carried_out

if TYPE_CHECKING:
    from .outcome import Outcome

_MANY = 300
"""From so many trials on each instant must have had its share."""


def main() -> int:
    """Draw the trials, carry them out, and tell what came of it."""
    asked = _arguments().parse_args()
    indexes = [asked.only] if asked.only is not None else range(asked.trials)
    plans = [drawn(asked.seed, index, asked.services or sorted(SERVICES)) for index in indexes]
    begun = time.monotonic()
    outcomes = []
    stop = threading.Event()
    interrupt.heard()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ThreadPoolExecutor(asked.jobs) as pool:
        futures = [pool.submit(carried_out, plan, stop) for plan in plans]
        try:
            for future in as_completed(futures):
                outcomes.append(future.result())
                _tell(outcomes[-1])
        except BaseException:  # told to stop: nothing that was started may outlive this
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            end_all_below()
            print(table(outcomes, time.monotonic() - begun), flush=True)  # what is known until then
            raise
    print(table(outcomes, time.monotonic() - begun))
    few = thin(outcomes) if len(outcomes) >= _MANY else []
    if few:
        print(f"killed less than twenty times while: {', '.join(few)}")
    return int(any(outcome.failed for outcome in outcomes) or bool(few))


def _tell(outcome: Outcome) -> None:
    verdict = "FAILED" if outcome.failed else "ok" if outcome.reached or outcome.plan.victim == "none" else "spared"
    print(f"{outcome.plan.index:4} {verdict:6} {outcome.seconds:5.1f} s  {outcome.plan}", flush=True)
    if outcome.failed:
        print(failure(outcome), flush=True)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.chaos", description=__doc__)
    parser.add_argument("--trials", type=int, default=20, help="how many (20)")
    parser.add_argument("--seed", type=int, default=1, help="what all chance comes from (1)")
    parser.add_argument("--only", type=int, metavar="INDEX", help="the trial of this index alone")
    parser.add_argument("--jobs", type=int, default=6, help="how many at a time (6)")
    parser.add_argument("--services", nargs="*", choices=sorted(SERVICES), help="instead of all")
    return parser


if __name__ == "__main__":
    sys.exit(main())
