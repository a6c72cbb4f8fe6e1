"""Every request that a vendor got, in the order of arrival, with what came of it."""

import time
from dataclasses import dataclass, field


@dataclass
class Call:
    """One request to a vendor, seen from the vendor's side.

    `at` is the machine's time in epoch seconds on arrival, `arrived` and `answered` are of its monotonic clock.
    `number` is E.164 where the request is about one, `login` who it claims to be (a Contiguity key, a TeleSign
    customer id), `headers` leave out Authorization. `outcome` is `open` until the work is done, `status` is null until
    the answer leaves and for a dropped one. `wrote`: the request changed something. `client_gone`: nobody waited for
    the answer. `emulator_error` is the traceback of a bug of the emulator.
    """

    seq: int
    at: float
    arrived: float
    vendor: str
    operation: str
    method: str
    path: str
    query: str
    login: str
    number: str
    scheme: str
    body: str
    headers: dict[str, str]
    outcome: str = "open"
    wrote: bool = False
    status: int | None = None
    answered: float | None = None
    client_gone: bool = False
    faults: list[str] = field(default_factory=list)
    emulator_error: str | None = None


class Journal:
    """The calls of all vendors; its user holds the emulator's lock."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def open(
        self,
        *,
        vendor: str,
        operation: str,
        method: str,
        path: str,
        query: str,
        login: str,
        number: str,
        scheme: str,
        body: str,
        headers: dict[str, str],
    ) -> Call:
        call = Call(
            seq=len(self.calls) + 1,
            at=time.time(),
            arrived=time.monotonic(),
            vendor=vendor,
            operation=operation,
            method=method,
            path=path,
            query=query,
            login=login,
            number=number,
            scheme=scheme,
            body=body,
            headers=headers,
        )
        self.calls.append(call)
        return call

    def since(self, seq: int) -> list[Call]:
        return self.calls[seq:]
