"""Why Twilio does not sell a number: each reason with the code of https://www.twilio.com/docs/api/errors."""

from collections.abc import Mapping

from pulumi_leases.emulator.answer import Refused
from pulumi_leases.emulator.inventory import Offer
from pulumi_leases.emulator.switches import Switches
from pulumi_leases.emulator.twilio.filters import NEED_ADDRESS

_FUNDS = {20005: (403, "Account not active"), 20003: (401, "Authenticate"), 10001: (400, "Account is not active")}
_UNFIT = {
    21615: "Phone Number Requires a Local Address",
    21613: "PhoneNumber Requires Certification",
    21650: "Phone Number Requires a Verified Identity Document",
    21651: "Document does not satisfy regulatory requirement",
}


def address_needed(switch: Switches, offer: Offer) -> str:
    """Which address the number needs: none, any, local or foreign."""
    if switch["address_required"] != "as_offered":
        return str(switch["address_required"])
    return next((need for need in NEED_ADDRESS if f"address_{need}" in offer.requirements), "none")


def check_account(switch: Switches, owned: int) -> None:
    """Refuse what the state of the account forbids; `owned` are the numbers that it has."""
    if switch["compliance_hold"]:
        raise Refused(400, "This account is restricted from provisioning new long code phone numbers", code=22300)
    if switch["trial"] == "one_number" and owned:
        raise Refused(400, "Trial accounts are allowed only one Twilio number", code=21404)
    if switch["trial"] == "verify_first":
        raise Refused(400, "You must verify a phone number before you get a Twilio number", code=21404)
    if switch["trial"] == "no_feature":
        raise Refused(400, "Trial accounts do not support the feature you tried to use", code=10002)
    if switch["funds"] != "ok":
        status, text = _FUNDS[switch["funds"]]
        raise Refused(status, text, code=switch["funds"])


def check_regulation(switch: Switches, offer: Offer, form: Mapping[str, str]) -> None:
    """Refuse a number whose address or bundle is missing, or does not fit."""
    needs_bundle = switch["bundle_required"] == "always" or "bundle" in offer.requirements
    needs_address = address_needed(switch, offer) != "none"
    if needs_bundle and not form.get("BundleSid"):
        raise Refused(400, f"Phone Number {offer.number} requires a Bundle", code=21649)
    if needs_address and not form.get("AddressSid"):
        text = f"Phone Number {offer.number} requires an Address but the 'AddressSid' parameter was empty."
        raise Refused(400, text, code=21631)
    if (needs_bundle or needs_address) and switch["requirements_fit"] != "yes":
        raise Refused(400, _UNFIT[switch["requirements_fit"]], code=switch["requirements_fit"])
