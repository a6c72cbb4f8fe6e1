"""An edit that asks for another number, and the same edit taken back.

The engine makes the new number before it releases the old one, and may stop in between. So a claim remembers the number
that it takes the place of (`instead_of`): the stack still holds that one until the new one is leased.

| the program | the stack holds | the claim | what follows |
|---|---|---|---|
| X | X | of X | nothing |
| X, then Y | X | of Y, `instead_of` X | Y is leased, then X released |
| X, then Y, which is refused | X | of Y, `instead_of` X | the next `up` tries Y again, X stays |
| X, Y, then X again | X | of X, `back` | X stays; nothing is paid, and no later run takes for granted that it is free |
| X, then a search that chose Y, which is gone | X | of Z, `instead_of` X | Z is leased, then X released |
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..domain.errors import InvalidInput
from ..domain.models import attributes
from ..domain.search import contradicted_criterion

if TYPE_CHECKING:
    from ..domain.models import Claim
    from .inputs import IntentInputs
    from .run import Run


def serves(asked: IntentInputs, claim: Claim) -> bool:
    """Whether an earlier claim still fits the inputs; an attribute that the service does not report counts as fitting.

    Raises:
        InvalidInput: An explicit number is to move to another service or account, which no service can do.
    """
    elsewhere = next(
        (name for name in ("service", "account") if getattr(asked, name) not in (None, getattr(claim, name))), None
    )
    if asked.number is not None:
        if asked.number == claim.number and elsewhere:
            raise InvalidInput(
                elsewhere,
                f"{claim.number} was declared with {elsewhere} {getattr(claim, elsewhere)!r} and cannot move to "
                f"{getattr(asked, elsewhere)!r}: remove the resource and `pulumi up`, then declare it anew",
            )
        return asked.number == claim.number
    return elsewhere is None and asked.search is not None and contradicted_criterion(asked.search, claim) is None


def go_back(run: Run, owner: str, asked: IntentInputs, old: Claim) -> Claim | None:
    """Claim the former number again, where an edit is taken back before the new number was leased; None where that cannot be.

    An `up` that could not lease the new number has left the old one in the state.
    """
    account = run.account(old.service, old.account, old.login)
    held = account.leases().value.get(old.instead_of or "", [])
    if len(held) != 1 or held[0].is_ending:
        return None
    lease = account.service.fill_in_prices(held)[0]
    before = old.model_copy(update={**attributes(lease), "lease_id": None, "instead_of": None, "back": True})
    if not serves(asked, before):
        return None
    run.declare(owner, before.service, before.number)
    return before


def note_predecessor(run: Run, new: Claim, old: Claim) -> Claim:
    """Note in a new claim the number that the stack still holds: the old claim's if it is leased, else the one before it."""
    is_leased = old.number in run.account(old.service, old.account, old.login).leases().value
    return new.model_copy(update={"instead_of": old.number if is_leased else old.instead_of})
