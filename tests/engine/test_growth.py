"""How the provider's own processor time, without the engine's, grows with the number of resources."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .host import INTENT_TYPE, NUMBER_TYPE

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor

    from .conftest import NewHost
    from .host import Host, Props

FEW, MANY = 16, 160
BUDGET = {"leases:monthlyBudget": "100000 USD"}
SEARCH = {"country": "US", "area_code": "202"}


def spent_s(host: Host) -> float:
    """The processor time of the provider's process so far."""
    fields = Path(f"/proc/{host.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Life:
    """Numbers that are leased, looked at in further runs, and released."""

    def __init__(self, asked: list[Props]) -> None:
        self.asked = asked
        self.intents: list[tuple[Props, Props]] = []
        self.numbers: list[tuple[Props, Props]] = []

    def up(self, host: Host) -> None:
        for index, asked in enumerate(self.asked):
            inputs = host.check(INTENT_TYPE, {}, asked, f"n{index}")
            self.intents.append((inputs, host.create(INTENT_TYPE, inputs, f"n{index}")[1]))
        for index in range(len(self.asked)):
            inputs = host.check(NUMBER_TYPE, {}, self.pair(index), f"n{index}")
            self.numbers.append((inputs, host.create(NUMBER_TYPE, inputs, f"n{index}")[1]))

    def nothing(self, host: Host) -> None:
        for index, asked in enumerate(self.asked):
            (intent, claimed), (inputs, outs) = self.intents[index], self.numbers[index]
            assert host.check(INTENT_TYPE, intent, asked, f"n{index}") == intent
            assert host.diff(INTENT_TYPE, claimed, intent, f"n{index}") == (False, [])
            assert host.check(NUMBER_TYPE, inputs, self.pair(index), f"n{index}") == inputs
            assert host.diff(NUMBER_TYPE, outs, inputs, f"n{index}") == (False, [])

    def refresh(self, host: Host) -> None:
        for index, (_, outs) in enumerate(self.numbers):
            assert host.read(NUMBER_TYPE, outs["number"], outs, f"n{index}")[0]["lease_id"] == outs["lease_id"]

    def destroy(self, host: Host) -> None:
        for index, (_, outs) in enumerate(self.numbers):
            host.delete(NUMBER_TYPE, outs["number"], outs, f"n{index}")
        for index, (_, claimed) in enumerate(self.intents):
            host.delete(INTENT_TYPE, claimed["claim"]["number"], claimed, f"n{index}")

    def pair(self, index: int) -> Props:
        claimed = self.intents[index][1]
        return {"claim": claimed["claim"], "recorded": claimed["recorded"]}


def lived(new_host: NewHost, asked: list[Props]) -> dict[str, float]:
    """Run the life of the numbers, a process for each run; return the processor time of each."""
    life = Life(asked)
    took = {}
    for run in (life.up, life.nothing, life.refresh, life.destroy):
        host = new_host(BUDGET)
        before = spent_s(host)
        run(host)
        took[run.__name__] = spent_s(host) - before
        host.close()
    return took


def test_ten_times_the_numbers_take_ten_times_the_work(new_host: NewHost, vendor: Vendor) -> None:
    """Half of them searched, all held against a budget; a listing is read once, so that it grows by less."""
    for index in range(MANY):
        vendor.add_offer(
            "contiguity", f"+1202555{1000 + index}", country="US", city="Washington", recurring_fee=1.0, upfront_fee=0.5
        )

    def asked(count: int) -> list[dict[str, Any]]:
        explicit = [{"number": f"+1202555{1000 + index}"} for index in range(count // 2)]
        return [*explicit, *([{"search": SEARCH}] * (count - count // 2))]

    few = lived(new_host, asked(FEW))
    assert vendor.leases() == []
    many = lived(new_host, asked(MANY))
    assert vendor.leases() == []

    assert len(vendor.calls("lease")) == FEW + MANY
    ratios = {name: many[name] / max(few[name], 0.05) for name in many}
    assert all(ratio < 1.5 * MANY / FEW for ratio in ratios.values()), (few, many)
