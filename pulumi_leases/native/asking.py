"""The functions: what is on offer, what is leased, and what declared numbers cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..domain.errors import InvalidInput
from ..engine import questions
from ..engine.state import not_known, unknown_in
from .names import camel_value, snake

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..engine.state import Props
    from ..leasing.run import Run


def answer(run: Run, token: str, arguments: Mapping[str, Any]) -> Props:
    """Answer a function of the schema.

    Raises:
        InvalidInput: There is no such function, or an argument is not what it should be.
        LeaseError: A service could not be asked.
    """
    ask = FUNCTIONS.get(token)
    if ask is None:
        raise InvalidInput("", f"there is no function {token}: there are {', '.join(FUNCTIONS)}")
    asked: Any = _snake({key: value for key, value in arguments.items() if not key.startswith("__")})
    answer = camel_value(ask(run, asked))
    assert isinstance(answer, dict)
    return answer


def _snake(value: object) -> object:
    if isinstance(value, dict):
        return {snake(key): _snake(one) for key, one in value.items()}
    return [_snake(one) for one in value] if isinstance(value, list) else value


def _total_cost(run: Run, arguments: Mapping[str, Any]) -> Props:
    """Sum up the prices of numbers, and of all numbers of pools; a number that is given twice counts once."""
    from ..program.cost import sum_up  # late: few programs sum up

    del run
    pools = [price for pool in arguments.get("pools", ()) for price in pool.values()]
    prices: dict[str, Mapping[str, Any]] = {}
    for index, price in enumerate([*arguments.get("numbers", ()), *pools]):
        is_known = isinstance(price.get("number"), str) and not unknown_in(price)
        prices[price["number"] if is_known else f"not known: {index}"] = price
    if any(unknown_in(dict(price)) for price in prices.values()):
        return {"cost": not_known()}
    asked = [[price.get(key) for key in ("currency", "monthly_rate", "upfront_fee")] for price in prices.values()]
    return {"cost": sum_up(asked)}


FUNCTIONS: Mapping[str, Callable[[Run, Mapping[str, Any]], Props]] = {
    "leases:index:getAvailableNumbers": lambda run, asked: {"numbers": questions.available_numbers(run, asked)},
    "leases:index:getLeasedNumbers": lambda run, asked: {"numbers": questions.list_leased_numbers(run, asked)},
    "leases:index:getNumber": questions.look_up_number,
    "leases:index:getTotalCost": _total_cost,
}
"""What each function of the schema asks."""
