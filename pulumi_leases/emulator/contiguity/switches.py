"""The open questions of Contiguity's API."""

from pulumi_leases.emulator.switches import Switch

SWITCHES = (
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
           "reads give for a lease"),
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
