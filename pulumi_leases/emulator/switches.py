"""What the vendors leave open, as named switches: a default, and the other worlds that are possible."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class SwitchError(ValueError):
    """There is no switch of this name, or it does not take this value."""


@dataclass(frozen=True)
class Switch:
    """One open question. `choices` lists every answer; without choices it takes a number, not below zero, or null."""

    name: str
    default: Any
    choices: tuple[Any, ...]
    meaning: str

    def normal(self, value: Any) -> Any:
        """The value itself if the switch takes it, with `"409"` read as 409."""
        for choice in self.choices:
            if value is choice or (not isinstance(value, bool) and str(value) == str(choice)):
                return choice
        number = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        if not self.choices and (number or (value is None and self.default is None)):
            return value
        allowed = ", ".join(map(str, self.choices)) if self.choices else "a number, not below zero"
        raise SwitchError(f"switch {self.name} does not take {value!r}; it takes {allowed}")


CONTIGUITY = (
    Switch("own_number", 409, (409, 400, 403, 200), "POST of a number that the login leases already; 200 answers the "
           "existing lease again. Never a second charge"),
    Switch("taken_number", 409, (409, 400, 403, 404), "POST of a number that another login leases, or that is not "
           "available"),
    Switch("unknown_number", 404, (404, 400), "GET and POST of a number that the vendor does not have"),
    Switch("delete_unknown", 404, (404, 400), "DELETE of a number that the login does not lease"),
    Switch("delete_again", "error", ("error", "receipt"), "a second DELETE while the termination takes its time"),
    Switch("empty_list", 200, (200, 404), "a listing with nothing in it"),
    Switch("termination_delay_s", 0.0, (), "seconds from the DELETE until the vendor lets go; until then the lease is "
           "read as before"),
    Switch("terminating_period_end", "set", ("set", "null"), "billing.period.end while the termination takes its time"),
    Switch("after_termination", "gone", ("gone", "terminated_fields", "404", "listed"), "what the former holder reads: "
           "a free number; the number with lease_status terminated; 404; that, and still listed as leased"),
    Switch("residue_s", 300.0, (), "seconds for which after_termination holds"),
    Switch("back_on_offer_s", 0.0, (), "seconds from the release until the number is listed as available again"),
    Switch("listing_lag_s", 0.0, (), "seconds until a new lease appears in listings and reads; until then the number "
           "reads as available"),
    Switch("read_lag_s", None, (), "the same for GET of one number only; null: as listing_lag_s"),
    Switch("create_status", "active", ("active", "pending"), "status of a new lease"),
    Switch("pending_s", 5.0, (), "seconds for which a pending lease stays pending"),
    Switch("created_at", "seconds", ("seconds", "ms", "iso"), "form of created_at"),
    Switch("period", "seconds", ("seconds", "ms", "iso"), "form of billing.period and terminated_at"),
    Switch("data_field", "present", ("present", "empty", "absent"), "the data object of a number: whole, {}, missing"),
    Switch("billing", "present", ("present", "absent_in_list", "absent"), "billing of a leased number"),
    Switch("billing_method", "requested", ("requested", "monthly", "service_contract", "goodwill"), "the method that "
           "reads tell of a lease"),
    Switch("prices", "present", ("present", "absent"), "pricing of numbers and billing.price of receipts"),
    Switch("money", "number", ("number", "string"), "form of amounts"),
    Switch("counts", "number", ("number", "boolean"), "form of the scalars available and leased in listings"),
    Switch("order", "inventory", ("inventory", "shuffled"), "order of listings; shuffled is another one each time"),
    Switch("lease_id_in_get", "same", ("same", "lease_"), "lease id in GET of one number: as everywhere, or with "
           "lease_ in place of lsd_"),
    Switch("unknown_fields", False, (False, True), "numbers, leases and envelopes carry fields nobody has heard of"),
    Switch("stranger_number", "leased", ("leased", "unavailable", "404"), "GET of a number that another login leases"),
    Switch("unentitled", "listed", ("listed", "hidden"), "numbers on offer whose requirements the login does not meet"),
    Switch("g_available", "lease", ("lease", "refuse"), "POST of a number with status g-available"),
    Switch("service_contract", 400, (400, 403), "service_contract asked for by a login that has no contract"),
    Switch("payment", "ok", ("ok", 402, 403), "every POST of a lease is refused for want of money"),
    Switch("selective_empty", "accept", ("accept", 400), "failover mode selective without numbers"),
    Switch("bad_key", 401, (401, 403), "a missing, malformed or revoked key"),
    Switch("error_shape", "envelope", ("envelope", "message", "plain"), "body of an error: the envelope, "
           "{message, status}, plain text"),
)  # fmt: skip

TELESIGN = (
    Switch("own_number", 400, (400, "200_existing", "200_second_lease"), "POST of a number that the login leases "
           "already; the last one charges again"),
    Switch("taken_number", 400, (400, 404), "POST of a number that is taken, unknown or of another country"),
    Switch("delete_unknown", 404, (404, 400, 200), "DELETE of an unknown or already cancelled lease"),
    Switch("after_cancel", "gone", ("gone", "expires", "listed_for_s"), "a cancelled lease: off the list and free at "
           "once; listed with expires_on_utc until the end of its period; listed unchanged for listed_for_s seconds"),
    Switch("listed_for_s", 60.0, (), "seconds for after_cancel"),
    Switch("listing_lag_s", 0.0, (), "seconds until a new lease is listed; until then it is found as available"),
    Switch("pagination", "sibling", ("sibling", "inside", "absent"), "place of the pagination: beside data, inside of "
           "data (which is then an object), nowhere"),
    Switch("default_page_size", 10, (), "entries of a page when nothing is asked for"),
    Switch("max_page_size", 100, (), "entries of a page at most, whatever is asked for"),
    Switch("shifting_pages", 0, (), "each of the next so many listings of leases is shifted by one entry, as when "
           "leases come and go between two pages"),
    Switch("data_shape", "list", ("list", "object"), "data of one element: a list of it, or the element itself"),
    Switch("generation", "2019-10", ("2019-10", "2019-02"), "elements of the later or of the earlier documentation"),
    Switch("lease_id", "integer", ("integer", "string"), "form of lease_id"),
    Switch("created_on", "micros", ("micros", "seconds", "offset"), "form of created_on_utc: with microseconds and Z, "
           "without fraction, with +00:00"),
    Switch("prices", "present", ("present", "absent"), "setup_price, recurring_price and price_currency"),
    Switch("errors_in_200", False, (False, True), "errors are answered with HTTP 200"),
    Switch("created_201", False, (False, True), "a new lease is answered with HTTP 201"),
    Switch("plain_text_429", False, (False, True), "the fault 429 answers in plain text"),
    Switch("error_shape", "envelope", ("envelope", "errors", "status", "text", "empty"), "body of an error: all of it, "
           "errors alone, status alone, plain text, nothing"),
    Switch("unknown_fields", False, (False, True), "elements carry fields nobody has heard of"),
    Switch("not_enabled", False, (False, True), "every call is refused: 401 with -20002, product not enabled"),
    Switch("closed", "off", ("off", 404, 405, 410), "every call is answered with this status: the product is gone"),
    Switch("payment", "ok", ("ok", 402), "every POST of a lease is refused for want of prepaid funds"),
    Switch("lease_quota", 0, (), "leases that a login may hold at once; 0: any"),
    Switch("date_tolerance_s", 900, (), "seconds by which the date of a signed request may be off"),
    Switch("nonce_length", 64, (), "characters of a nonce at most"),
    Switch("nonce_memory_s", 1800, (), "seconds for which a used nonce is remembered"),
)  # fmt: skip

SWITCHES: Mapping[str, tuple[Switch, ...]] = {"contiguity": CONTIGUITY, "telesign": TELESIGN}


class Switches:
    """The answers that one vendor's switches give now."""

    def __init__(self, vendor: str) -> None:
        self._known = {switch.name: switch for switch in SWITCHES[vendor]}
        self.values = {switch.name: switch.default for switch in SWITCHES[vendor]}
        self._vendor = vendor

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def update(self, values: Mapping[str, Any]) -> None:
        """Set some switches, all or none.

        Raises:
            SwitchError: a name or a value is not in the table.
        """
        unknown = ", ".join(sorted(set(values) - set(self._known)))
        if unknown:
            raise SwitchError(f"{self._vendor} has no switch {unknown}; it has {', '.join(sorted(self._known))}")
        self.values.update({name: self._known[name].normal(value) for name, value in values.items()})
