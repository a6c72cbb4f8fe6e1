"""The open questions of Telnyx's API."""

from pulumi_leases.emulator.switches import Switch

SWITCHES = (
    Switch("not_searched", 400, (400, 403, 404, 409, 422), "order of a number that no search of the login has returned "
           "lately: 85000 with this status"),
    Switch("gate_s", 86_400.0, (), "seconds for which a search opens its numbers to orders"),
    Switch("gate", "login", ("login", "anybody", "open"), "whose searches open a number: the login's, anybody's; open: "
           "no search is needed"),
    Switch("own_number", 409, (409, "200_second_order", "200_second_charge", "200_second_lease"), "order of a number that "
           "the login leases already: 85001; or one more order, the number as before; or that, charged again; or the "
           "number once more, with an id of its own, charged again"),
    Switch("taken_number", 85001, (85001, 10015), "order of a number that is not available: 85001 with 409, 10015 with "
           "400"),
    Switch("payment", "ok", ("ok", 400, 402, 403, 422), "every order is refused for want of funds: 20100 with this "
           "status"),
    Switch("level", "ok", ("ok", 20012, 20013, 20014, 20016, 20017, 10038, 10039), "every order is refused for the "
           "account's state or level, with this code"),
    Switch("level_status", 403, (403, 400, 402, 422), "status of level"),
    Switch("price_factor", 1.0, (), "an order is charged the price of the search times this"),
    Switch("order_s", 0.0, (), "seconds from the order until it is settled"),
    Switch("order_answer", "pending", ("pending", "settled"), "status in the answer to the order: pending always; or as "
           "it is at that moment"),
    Switch("order_outcome", "success", ("success", "pending", "failure", "failed", "cancelled", "deleted"), "what "
           "becomes of new orders after order_s; pending: nothing, for ever"),
    Switch("failure_charge", "none", ("none", "charged"), "money for an order that fails"),
    Switch("order_lag_s", 0.0, (), "seconds until a new order is read and listed"),
    Switch("cancelled_order", "cancelled", ("cancelled", "failure"), "status of an order that was cancelled: as the guide "
           "says, or one that the API description has"),
    Switch("deleted_order", "success", ("success", "deleted"), "status of an order when its number is deleted"),
    Switch("requirement_group", "documented", ("documented", "none", "all"), "countries that demand a requirement "
           "group: CH, DK, IT, NO, PT, SE; none; all"),
    Switch("group_missing", "pending", ("pending", 400, 422), "order without the group that is demanded: pending until "
           "it comes; or refused with this status"),
    Switch("requirement_deadline_s", 2_592_000.0, (), "seconds until an order with unmet requirements is cancelled"),
    Switch("reference_copied", True, (True, False), "the order's customer_reference is the number's too"),
    Switch("reference_filter", "substring", ("substring", "exact", "ignored"), "how filter[customer_reference] matches"),
    Switch("reference_form", "checked", ("checked", "any"), "customer_reference is refused if it is longer than 64 or "
           "has other characters than letters, digits and hyphens"),
    Switch("listing_lag_s", 0.0, (), "seconds from the success of the order until the number is listed and read"),
    Switch("read_lag_s", None, (), "the same for GET of one number only; null: as listing_lag_s"),
    Switch("search_lag_s", 0.0, (), "seconds for which a number that was just ordered is still found"),
    Switch("pending_numbers", "listed", ("listed", "absent"), "numbers whose order is pending"),
    Switch("purchase_skew_s", 1.0, (), "seconds from the order's created_at to the number's purchased_at"),
    Switch("raw_type_s", 0.0, (), "seconds after the purchase for which phone_number_type is longcode or tollfree"),
    Switch("status_form", "hyphens", ("hyphens", "underscores"), "form of the status of numbers"),
    Switch("idle_deletes", 0, (), "each of the next so many DELETEs is answered with 200 and changes nothing"),
    Switch("deletion_delay_s", 0.0, (), "seconds from the DELETE until the number is let go; until then it reads as "
           "before"),
    Switch("pending_delete", "works", ("works", "refused"), "DELETE of a number whose order is pending"),
    Switch("locked_delete", 10035, (10035, 10027), "code for DELETE of a number with deletion_lock_enabled"),
    Switch("ended_numbers", "absent", ("absent", "listed"), "deleted and failed numbers in listings and reads"),
    Switch("residue_s", 300.0, (), "seconds for which ended_numbers are listed"),
    Switch("hold_s", 1_209_600.0, (), "seconds after a deletion for which only the former holder finds the number"),
    Switch("aging_s", 1_209_600.0, (), "seconds after that for which nobody finds it"),
    Switch("number_id_again", "new", ("new", "same"), "id of a number that its former holder buys back"),
    Switch("search_limit", 50, (), "numbers that a search returns at most, whatever is asked for"),
    Switch("search_order", "inventory", ("inventory", "shuffled"), "order of search results; shuffled is another one "
           "each time"),
    Switch("search_filters", "obeyed", ("obeyed", "ignored"), "filters of a search; ignored: all but the country's and "
           "the limit"),
    Switch("contains", "substring", ("substring", "scattered"), "filter[phone_number][contains]: digits in a row; or "
           "with others between them"),
    Switch("country", "optional", ("optional", "required"), "a search without country_code; required: 400"),
    Switch("no_coverage", "empty", ("empty", 400, 404, 422), "a search that finds nothing: an empty list, or an error "
           "with this status"),
    Switch("redacted", "none", ("none", "foreign", "all"), "search results with the last digits replaced by x: those "
           "outside of the US and toll-free ones, or all"),
    Switch("prices", "present", ("present", "absent"), "cost_information of search results"),
    Switch("plus_filter", "nothing", ("nothing", "works"), "filter[phone_number] with a plus sign"),
    Switch("e164_read", "works", ("works", 404), "a number's E.164 form in the place of its id"),
    Switch("messaging_lag_s", 0.0, (), "seconds after the purchase for which the messaging record is 404"),
    Switch("messaging_profiles", "present", ("present", "down"), "down: numbers are 503, or with "
           "handle_messaging_profile_error=true without messaging fields and with errors beside data"),
    Switch("shifting_pages", 0, (), "each of the next so many listings of numbers is shifted by one entry, as when "
           "leases come and go between two pages"),
    Switch("bad_key", 401, (401, 403), "a missing, malformed or revoked key"),
    Switch("error_shape", "errors", ("errors", "text", "empty"), "body of an error: errors, plain text, nothing"),
    Switch("request_id", "x-request-id", ("x-request-id", "x-telnyx-request-id", "absent"), "header with the id of the "
           "request"),
    Switch("retry_after", "absent", ("absent", "present"), "Retry-After of a 429 beside x-ratelimit-reset"),
    Switch("date_header", "present", ("present", "absent"), "the Date header"),
    Switch("unknown_fields", False, (False, True), "answers carry fields nobody has heard of"),
)  # fmt: skip
