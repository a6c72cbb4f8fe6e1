"""What a run of trials came to, for people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from .instants import INSTANTS, RANDOM

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .outcome import Outcome

_ENOUGH = 20
_SIGNALS = ("SIGKILL", "SIGTERM", "SIGINT")
_VICTIMS = ("CLI", "provider", "both", "none")


def failure(outcome: Outcome) -> str:
    """Describe a failed trial in full, with what it takes to play it again."""
    plan = outcome.plan
    return (
        f"\n=== FAILED: --seed {plan.seed} --only {plan.index}\n{plan}\nswitches {plan.switches}\n"
        f"double charges {outcome.double_charges}, leaks {outcome.leaks}, wrong releases {outcome.wrong_releases}, "
        f"states emptied {outcome.states_emptied}, further steps {outcome.extra_steps}\n"
        + "\n".join([*outcome.wrong, outcome.story])
    )


def thin(outcomes: Sequence[Outcome]) -> list[str]:
    """Name the instants at which fewer than twenty trials were killed: too few to speak of them."""
    killed = Counter(one.plan.instant for one in outcomes if one.reached)
    return [name for name in INSTANTS if killed[name] < _ENOUGH]


def table(outcomes: Sequence[Outcome], seconds: float) -> str:
    """Count it all."""
    names = [*INSTANTS, RANDOM]
    killed = [one for one in outcomes if one.reached and one.plan.victim != "none"]
    lines = [
        "",
        f"{len(outcomes)} trials in {seconds:.0f} s, seed {outcomes[0].plan.seed if outcomes else '-'}",
        "",
        f"{'killed while':12}" + "".join(f"{name:>9}" for name in ("trials", "killed", *_SIGNALS, *_VICTIMS)),
    ]
    for name in names:
        those = [one for one in outcomes if one.plan.instant == name]
        dead = [one for one in killed if one.plan.instant == name]
        by_signal: Counter[str] = Counter(one.plan.signal for one in dead)
        by_victim: Counter[str] = Counter(one.plan.victim for one in dead)
        spared = len(those) - len(dead)
        counts = [
            len(those),
            len(dead),
            *(by_signal[one] for one in _SIGNALS),
            *(by_victim[one] for one in _VICTIMS[:3]),
        ]
        lines.append(f"{name:12}" + "".join(f"{count:>9}" for count in (*counts, spared)))
    lines += [
        "",
        "doors       " + _counted(one.plan.after.door for one in outcomes),
        "services    " + _counted(one.plan.service for one in outcomes),
        "then        " + _counted(f"{one.plan.then}{' with consent' if one.plan.consent else ''}" for one in outcomes),
        "at a time   " + _counted(str(one.plan.parallel) for one in outcomes),
        "operations  " + _counted(one.plan.operation for one in outcomes),
        "programs    " + _counted(one.plan.shape for one in outcomes),
        "faults      " + _counted(fault.kind for one in outcomes for fault in one.plan.faults),
        "",
        f"double charges {sum(one.double_charges for one in outcomes)}",
        f"leaks          {sum(one.leaks for one in outcomes)}",
        f"wrong releases {sum(one.wrong_releases for one in outcomes)}",
        f"states emptied {sum(one.states_emptied for one in outcomes)}",
        f"further steps  {sum(one.extra_steps for one in outcomes)}",
        f"named steps    {sum(one.named_steps for one in outcomes)} (as errors say: `up` first, again, `state delete`)",
        f"consents       {sum(one.consents for one in outcomes)} (lease_again, where the error of a lost number asks for it)",
        f"half-written   {sum(one.half_written for one in outcomes)} (the engine's own note beside its checkpoint, removed)",
        f"failed trials  {sum(one.failed for one in outcomes)}",
    ]
    return "\n".join(lines)


def _counted(words: Iterable[str]) -> str:
    return ", ".join(f"{word} {count}" for word, count in Counter(words).most_common()) or "none"
