"""What can be set about a number of Twilio's: the parameters of a purchase and of an update, and what they leave.

https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource#update-an-incomingphonenumber-resource
"""

from collections.abc import Mapping
from typing import Any

from pulumi_leases.emulator.answer import Refused
from pulumi_leases.emulator.switches import Switches
from pulumi_leases.emulator.twilio.sids import ADDRESS, APPLICATION, BUNDLE, IDENTITY, TRUNK, is_sid

DEFAULTS: dict[str, Any] = {
    "friendly_name": None,
    "address_sid": None,
    "bundle_sid": None,
    "identity_sid": None,
    "sms_url": "",
    "sms_method": "POST",
    "sms_fallback_url": "",
    "sms_fallback_method": "POST",
    "sms_application_sid": "",
    "voice_url": "",
    "voice_method": "POST",
    "voice_fallback_url": "",
    "voice_fallback_method": "POST",
    "voice_application_sid": "",
    "voice_caller_id_lookup": False,
    "voice_receive_mode": "voice",
    "trunk_sid": None,
    "status_callback": "",
    "status_callback_method": "POST",
    "emergency_address_sid": None,
    "api_version": "2010-04-01",
    "origin": "twilio",
    "messaging_service_sid": None,
}
"""The settings of a number about which nothing was said; an empty parameter brings them back.

Without a friendly name a number has the one of its own. No parameter changes the last two.
"""

_SIDS = {
    "address_sid": ADDRESS,
    "bundle_sid": BUNDLE,
    "identity_sid": IDENTITY,
    "sms_application_sid": APPLICATION,
    "voice_application_sid": APPLICATION,
    "trunk_sid": TRUNK,
    "emergency_address_sid": ADDRESS,
}
_EXCLUSIVE = {"voice_application_sid": "trunk_sid", "trunk_sid": "voice_application_sid"}
_PARAMETERS = DEFAULTS.keys() - {"friendly_name", "origin", "messaging_service_sid"}
_LONGEST_NAME = 64


def snake_case(parameter: str) -> str:
    """What the body of an answer calls a parameter: `sms_url` for `SmsUrl`."""
    return "".join(f"_{one.lower()}" if one.isupper() else one for one in parameter).lstrip("_")


def apply_parameters(settings: Mapping[str, Any], form: Mapping[str, str], switch: Switches) -> dict[str, Any]:
    """The settings after a request with these parameters; those that Twilio does not know are ignored.

    Raises:
        Refused: a value cannot be.
    """
    if "EmergencyStatus" in form:
        raise Refused(400, "Emergency Status cannot be updated", code=22222)
    wanted = {snake_case(parameter): value for parameter, value in form.items()}
    after = dict(settings)
    for name, value in wanted.items():
        if name not in _PARAMETERS:
            continue
        after[name] = _check_value(name, value) if value else DEFAULTS[name]
        if value and name in _EXCLUSIVE:
            after[_EXCLUSIVE[name]] = DEFAULTS[_EXCLUSIVE[name]]
    if "friendly_name" in wanted:
        after["friendly_name"] = _check_name(wanted["friendly_name"], switch)
    return after


def _check_value(name: str, value: str) -> Any:
    if name in _SIDS and not is_sid(_SIDS[name], value):
        raise Refused(400, f"{name} {value} is not valid", code=20001)
    if (name.endswith("_url") or name == "status_callback") and not value.startswith(("http://", "https://")):
        raise Refused(400, f"{name} is not a valid URL: {value}", code=21402)
    if name.endswith("_method") and value not in {"GET", "POST"}:
        raise Refused(400, f"{name} is not valid: {value}", code=21403)
    return value.lower() == "true" if name == "voice_caller_id_lookup" else value


def _check_name(name: str, switch: Switches) -> str | None:
    if not name and switch["empty_friendly_name"] == "default":
        return None
    too_long = len(name) > _LONGEST_NAME and switch["long_friendly_name"] != "cut"
    if too_long or (not name and switch["empty_friendly_name"] != "empty"):
        raise Refused(400, "FriendlyName is between 1 and 64 characters", code=20002)
    return name[:_LONGEST_NAME]
