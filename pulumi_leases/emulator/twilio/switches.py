"""What Twilio leaves open, as switches."""

from pulumi_leases.emulator.switches import Switch

SWITCHES = (
    Switch("own_number", "update", ("update", "ignore", 400), "POST of a number that the account owns already: 201, "
           "and the parameters are taken over; 201, and they are ignored; 21422. Never a second charge"),
    Switch("listing_lag_s", 0.0, (), "seconds until a new number appears in listings and reads"),
    Switch("read_lag_s", None, (), "the same for GET of one number only; null: as listing_lag_s"),
    Switch("release_lag_s", 0.0, (), "seconds for which a released number is still listed and read"),
    Switch("funds", "ok", ("ok", 20005, 20003, 10001), "every purchase is refused for want of funds: 403 with 20005, "
           "401 with 20003, 400 with 10001"),
    Switch("trial", "off", ("off", "one_number", "verify_first", "no_feature"), "a trial account: 21404 for a second "
           "number; 21404 until a number is verified; 10002"),
    Switch("compliance_hold", False, (False, True), "every purchase is refused with 22300"),
    Switch("address_required", "as_offered", ("as_offered", "any", "local", "foreign"), "the address that numbers "
           "need: as each offer says, or for all"),
    Switch("bundle_required", "as_offered", ("as_offered", "always"), "a bundle is needed where the offer has the "
           "requirement `bundle`, which no search shows; or always"),
    Switch("requirements_fit", "yes", ("yes", 21615, 21613, 21650, 21651), "an address or a bundle that a purchase "
           "names is accepted, or refused with this code"),
    Switch("delete_again", 404, (404, 204), "DELETE of a number that the account has released"),
    Switch("delete_with_emergency_address", 400, (400, 409, 204), "DELETE of a number whose emergency address is "
           "registered"),
    Switch("emergency_s", 0.0, (), "seconds for which an emergency address is pending-registration, or after its "
           "removal pending-unregistration"),
    Switch("result_cap", 30, (30, "page_size"), "the most numbers that a search shows: 30, or as PageSize asks for"),
    Switch("order", "shuffled", ("shuffled", "inventory"), "order of a search; shuffled is another one each time"),
    Switch("exact_contains", "found", ("found", "missed"), "a search whose Contains is a whole number that is on offer"),
    Switch("after_release", "21422", ("21422", "new_sid", "old_sid"), "a released number: not available for "
           "back_on_offer_s; on offer at once, with another SID; the same, and with its old SID for who had it"),
    Switch("back_on_offer_s", 864_000.0, (), "seconds until a released number can be bought again"),
    Switch("type", "present", ("present", "absent", "camel"), "type of a number that is owned: toll_free; missing; "
           "tollFree"),
    Switch("capability_keys", "upper", ("upper", "lower"), "capabilities in searches: SMS and MMS, or sms and mms"),
    Switch("friendly_name_filter", "exact", ("exact", "substring"), "what FriendlyName finds in listings"),
    Switch("long_friendly_name", 400, (400, "cut"), "a FriendlyName of more than 64 characters"),
    Switch("empty_friendly_name", "default", ("default", "empty", 400), "an empty FriendlyName: the formatted number; "
           "empty; 20002"),
    Switch("retry_after_s", None, (), "Retry-After of a 429 that is due to concurrency, in seconds; null: none"),
    Switch("concurrency", 0, (), "requests of an account that may be under way at a time, more get 429; 0: any"),
    Switch("pages", "cursor", ("cursor", "offset"), "pages go on after the last number shown, or by its place in the "
           "list, whose newest comes first"),
    Switch("shifting_pages", 0, (), "each of the next so many listings is shifted by one entry"),
    Switch("pricing", "present", ("present", "absent", 401, 403, 404), "prices of a country: there; without any type; "
           "refused with 20003; refused with 20003; 20404"),
    Switch("price_unit", "USD", ("USD", "usd"), "the currency of prices, as written"),
    Switch("pool_size", 400, (), "numbers that a Messaging Service takes"),
    Switch("error_shape", "code", ("code", "problem"), "body of an error: {code, message, more_info, status}, or "
           "{type, title, status, code, detail}"),
    Switch("unknown_fields", False, (False, True), "offers, numbers and errors carry fields nobody has heard of"),
)  # fmt: skip
