"""What an account leases already, brought into a stack: the file for `pulumi import`, and the program that declares it.

`pulumi import` cannot read a dynamic resource, but takes it as the file writes it. So each number is written just as the
providers' own check and create would have left it in the state. Translates only.
"""

from __future__ import annotations

import json
import keyword
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pulumi.dynamic.dynamic import PROVIDER_KEY

from ..config import DEFAULT_ACCOUNT
from ..domain.errors import InvalidInput, NotFound
from ..engine import imported, state
from ..engine.state import INTENT_TYPE, NUMBER_TYPE, POOL_TYPE, SERVICE_KEYS, Props
from ..provider import LeasedNumberProvider, LeaseIntentProvider

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from ..domain.models import Lease
    from ..leasing.account import Account
    from ..leasing.run import Run
    from .stacks import Stack

COMMAND = "pulumi import --file {file} --generate-code=false --protect=false"
"""What takes the file in. Without `--generate-code=false` it asks for a schema, which dynamic resources have not; whether
a number is protected is said by the program."""

_POOL_NAME = re.compile(r"[A-Za-z0-9._-]+\Z")
_MODULE_DOC = '"""Phone numbers that were leased before this program declared them."""'


def select_leases(
    service: str, leases: Mapping[str, Sequence[Lease]], wanted: Collection[str] | None, stacks: Sequence[Stack]
) -> tuple[list[Lease], dict[str, str]]:
    """Choose what can be brought in; returns it, and why each other number is left out.

    Args:
        service: Where they are leased.
        leases: What the login leases there, by number.
        wanted: The numbers asked for, or None for all.
        stacks: Stacks that may have some of them already.

    Raises:
        NotFound: A number that is asked for is not leased.
    """
    if missing := sorted(set(wanted or ()) - set(leases)):
        raise NotFound(f"not leased to this login: {', '.join(missing)}; `pulumi-leases leased` lists what is")
    known = {
        declared.number: f"in {stack.name} as {declared.name}"
        for stack in stacks
        for declared in stack.declared
        if declared.service == service
    }
    chosen, left_out = [], {}
    for number in sorted(leases if wanted is None else wanted):
        held = [lease for lease in leases[number] if not lease.is_ending]
        if number in known:
            left_out[number] = known[number]
        elif not held:
            left_out[number] = "cancelled, and running out"
        elif len(held) > 1:
            left_out[number] = f"leased {len(held)} times: `pulumi-leases orphans` tells more"
        else:
            chosen += held
    return chosen, left_out


@dataclass(frozen=True)
class Intake:
    """Leases of one account that a stack is to take in.

    Attributes:
        run: The run that reads them.
        account: The login that holds them.
        leases: At least one; each of another number, held and not ending.
        pool: The `NumberPool` to put them into, or None for a `LeasedNumber` each.

    Raises:
        InvalidInput: The pool's name is none, or the numbers are of several countries or an unknown one: the numbers of a
            pool share one search.
    """

    run: Run
    account: Account
    leases: Sequence[Lease]
    pool: str | None = None

    def __post_init__(self) -> None:
        if self.pool is None:
            return
        if not _POOL_NAME.match(self.pool):
            raise InvalidInput("pool", f"a pool's name is letters, digits, '.', '_' and '-', not {self.pool!r}")
        countries = sorted({lease.country or "an untold country" for lease in self.leases})
        if len(countries) > 1 or self.leases[0].country is None:
            raise InvalidInput(
                "pool",
                f"the numbers of a pool share one search, and these are of {', '.join(countries)}: name the numbers of one "
                "country, or leave out the pool",
            )

    def file(self) -> dict[str, Any]:
        """Write the file for `pulumi import`: for each number its intent and its lease, below the pool if there is one."""
        pool = [{"type": POOL_TYPE, "name": self.pool, "component": True}] if self.pool else []
        return {"resources": [*pool, *(entry for lease in self.leases for entry in self._entries(lease))]}

    def program(self) -> str:
        """Write the Python module that declares the same."""
        if self.pool:
            declared = self._pool_text(self.pool)
        else:
            declared = "\n".join(
                f"{_variable(self._name(lease))} = {self._number_text(lease)}" for lease in self.leases
            )
        used = "NumberPool, NumberSearchArgs" if self.pool else "LeasedNumber"
        return f"{_MODULE_DOC}\n\nfrom pulumi_leases import {used}\n\n{declared}\n"

    def _entries(self, lease: Lease) -> Iterator[Props]:
        intent, number = state.write_provider(LeaseIntentProvider()), state.write_provider(LeasedNumberProvider())
        yield self._entry(lease, INTENT_TYPE, intent, *imported.intent(self.account, lease, self._asked(lease)))
        yield self._entry(lease, NUMBER_TYPE, number, *imported.number(self.account, lease, self._order(lease)))

    def _entry(self, lease: Lease, type_: str, provider: str, outs: Props, inputs: Props) -> Props:
        parent = {"parent": self.pool} if self.pool else {}
        return {
            "type": type_,
            "name": self._name(lease),
            **parent,
            "id": lease.number,
            "inputs": {**inputs, PROVIDER_KEY: provider},
            "outputs": {**state.take_given(outs, outs), PROVIDER_KEY: provider},
        }

    def _asked(self, lease: Lease) -> Props:
        which: Props = {"search": {"country": lease.country}} if self.pool else {"number": lease.number}
        return {**which, **self._where()}

    def _where(self) -> dict[str, str]:
        """Name service and account as far as a program has to."""
        service, account = self.account.service.name, self.account.name
        return {
            **({} if service == self.run.config.service(account) else {"service": service}),
            **({} if account == DEFAULT_ACCOUNT else {"account": account}),
        }

    def _order(self, lease: Lease) -> Props:
        """Gather how a lease is billed and what it is connected to; in a pool, what is the same for all leases."""
        own = self._said(lease)
        others = [self._said(one) for one in self.leases] if self.pool else []
        return {key: value for key, value in own.items() if all(other.get(key) == value for other in others)}

    def _said(self, lease: Lease) -> Props:
        """Take what is not the service's default."""
        options = self.account.service.options
        _, *others = options.get("billing_method", ("",))
        billing = {"billing_method": lease.billing_method} if lease.billing_method in others else {}
        settings = {key: _set_parts(value) for key, value in (lease.settings or {}).items() if key in options}
        found = {**billing, **settings}
        return {key: found[key] for key in SERVICE_KEYS if found.get(key)}

    def _name(self, lease: Lease) -> str:
        return f"{self.pool or 'number'}-{_slot(lease)}"

    def _number_text(self, lease: Lease) -> str:
        said = {"number": lease.number, **self._where(), **self._order(lease)}
        return f"LeasedNumber({_quote(self._name(lease))}, {_keywords(said)})"

    def _pool_text(self, pool: str) -> str:
        first = self.leases[0]
        slots = "".join(f"        {_quote(_slot(lease))},\n" for lease in self.leases)
        more = "".join(
            f"    {name}={_quote(value)},\n" for name, value in {**self._where(), **self._order(first)}.items()
        )
        return (
            f"{_variable(pool)} = NumberPool(\n    {_quote(pool)},\n    slots=[\n{slots}    ],\n"
            f"    search=NumberSearchArgs(country={_quote(str(first.country))}),\n{more})"
        )


def _slot(lease: Lease) -> str:
    return lease.number.removeprefix("+")


def _variable(name: str) -> str:
    word = re.sub(r"\W", "_", name, flags=re.ASCII)
    return f"_{word}" if word[0].isdigit() or keyword.iskeyword(word) else word


def _quote(value: Any) -> str:
    return json.dumps(value)


def _set_parts(value: Any) -> Any:
    """Leave out what is not set, and how an address is asked that is not set."""
    if not isinstance(value, dict):
        return value
    found = {part: one for part, one in value.items() if one}
    return {part: one for part, one in found.items() if part.replace("method", "url") in found}


def _keywords(said: Props) -> str:
    return ", ".join(f"{name}={_quote(value)}" for name, value in said.items())
