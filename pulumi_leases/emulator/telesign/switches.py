"""The open questions of TeleSign's API."""

from pulumi_leases.emulator.switches import Switch

SWITCHES = (
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
