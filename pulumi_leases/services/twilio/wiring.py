"""What a number is connected to: our inputs as Twilio's parameters, and read back.

https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource#update-an-incomingphonenumber-resource
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...domain.errors import InvalidInput, Refused
from ..wire import Wire

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIELDS: Mapping[str, Mapping[str, str]] = {
    "voice": {
        "url": "voice_url",
        "method": "voice_method",
        "fallback_url": "voice_fallback_url",
        "fallback_method": "voice_fallback_method",
        "application": "voice_application_sid",
        "trunk": "trunk_sid",
    },
    "messaging": {
        "url": "sms_url",
        "method": "sms_method",
        "fallback_url": "sms_fallback_url",
        "fallback_method": "sms_fallback_method",
        "application": "sms_application_sid",
    },
    "status_callback": {"url": "status_callback", "method": "status_callback_method"},
    "requirements": {"address": "address_sid", "bundle": "bundle_sid", "identity": "identity_sid"},
}
"""By input and key, what the vendor's answers call it; its parameters are the same in CamelCase."""

OPTIONS: Mapping[str, tuple[str, ...]] = {
    "label": (),
    "voice": tuple(_FIELDS["voice"]),
    "messaging": (*_FIELDS["messaging"], "service"),
    "status_callback": tuple(_FIELDS["status_callback"]),
    "emergency_address": (),
    "requirements": tuple(_FIELDS["requirements"]),
}


class Wiring(Wire):
    """The settings of a number, as answers show them; unset is null or empty."""

    voice_url: str | None = None
    voice_method: str | None = None
    voice_fallback_url: str | None = None
    voice_fallback_method: str | None = None
    voice_application_sid: str | None = None
    trunk_sid: str | None = None
    sms_url: str | None = None
    sms_method: str | None = None
    sms_fallback_url: str | None = None
    sms_fallback_method: str | None = None
    sms_application_sid: str | None = None
    status_callback: str | None = None
    status_callback_method: str | None = None
    address_sid: str | None = None
    bundle_sid: str | None = None
    identity_sid: str | None = None
    emergency_address_sid: str | None = None

    def settings(self) -> dict[str, Any]:
        """Give all of it by input name; what is not set is None."""
        nested = {
            name: {key: getattr(self, field) or None for key, field in fields.items()}
            for name, fields in _FIELDS.items()
        }
        return {**nested, "emergency_address": self.emergency_address_sid or None}


def update_form(service: str, number: str, settings: Mapping[str, Any]) -> dict[str, str]:
    """Write settings as parameters of an update; empty clears. `label` and `messaging.service` are not among them.

    Raises:
        Refused: There is no such setting.
        InvalidInput: Two of them exclude each other.
    """
    form: dict[str, str] = {}
    for name, value in settings.items():
        keys = OPTIONS.get(name)
        strange = [name] if keys is None else [f"{name}.{key}" for key in (value or {}) if keys and key not in keys]
        if strange:
            raise Refused(f"{service}: {number} has no setting {', '.join(strange)}", service=service)
        for key, field in _FIELDS.get(name, {}).items():
            if key in (value or {}):
                form[_parameter(field)] = _write(key, value[key])
    if "emergency_address" in settings:
        form["EmergencyAddressSid"] = settings["emergency_address"] or ""
    return {**form, **_exclude(form)}


def _exclude(form: Mapping[str, str]) -> dict[str, str]:
    """Clear the application where a trunk is set, and the other way round: Twilio keeps only one of them."""
    application, trunk = form.get("VoiceApplicationSid"), form.get("TrunkSid")
    if application and trunk:
        raise InvalidInput("voice", "`application` and `trunk` exclude each other: say one of them")
    return {"TrunkSid": ""} if application else {"VoiceApplicationSid": ""} if trunk else {}


def purchase_form(service: str, number: str, requirements: Mapping[str, str]) -> dict[str, str]:
    """Write what a country demands as parameters of a purchase."""
    return {name: sid for name, sid in update_form(service, number, {"requirements": requirements}).items() if sid}


def _parameter(field: str) -> str:
    """Turn `sms_url` into `SmsUrl`."""
    return "".join(word.capitalize() for word in field.split("_"))


def _write(key: str, value: Any) -> str:
    text = str(value or "")
    return text.upper() if key.endswith("method") else text
