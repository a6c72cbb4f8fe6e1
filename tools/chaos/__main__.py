"""Kill and break real runs: `python -m tools.chaos --trials 300 --seed 1`, or one again with `--only 17`.

The real engine runs real programs against the emulator, which judges what was leased and charged. Needs `pulumi` on PATH
(`make chaos` sees to it). Ends with 1 where a promise was broken.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from pulumi_leases.services import SERVICES

from .draw import draw
from .runner import arguments, carry_out_all, indexes
from .table import failure, table, thin
from .trial import carry_out

if TYPE_CHECKING:
    from .outcome import Outcome

_MANY = 300
"""From so many trials on each instant must have had its share."""


def main() -> int:
    """Draw the trials, carry them out, and report their outcomes."""
    parser = arguments("tools.chaos", __doc__, jobs=6)
    parser.add_argument("--services", nargs="*", choices=sorted(SERVICES), help="instead of all")
    asked = parser.parse_args()
    plans = [draw(asked.seed, index, asked.services or sorted(SERVICES)) for index in indexes(asked)]
    begun = time.monotonic()
    outcomes: list[Outcome] = []

    def note(outcome: Outcome) -> None:
        outcomes.append(outcome)
        _report(outcome)

    try:
        carry_out_all(plans, carry_out, asked.jobs, note)
    except BaseException:
        print(table(outcomes, time.monotonic() - begun), flush=True)  # what is known until then
        raise
    print(table(outcomes, time.monotonic() - begun))
    few = thin(outcomes) if len(outcomes) >= _MANY else []
    if few:
        print(f"killed less than twenty times while: {', '.join(few)}")
    return int(any(outcome.failed for outcome in outcomes) or bool(few))


def _report(outcome: Outcome) -> None:
    verdict = "FAILED" if outcome.failed else "ok" if outcome.reached or outcome.plan.victim == "none" else "spared"
    print(f"{outcome.plan.index:4} {verdict:6} {outcome.seconds:5.1f} s  {outcome.plan}", flush=True)
    if outcome.failed:
        print(failure(outcome), flush=True)


if __name__ == "__main__":
    sys.exit(main())
