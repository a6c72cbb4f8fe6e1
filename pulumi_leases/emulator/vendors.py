"""The vendors that the emulator plays."""

from pulumi_leases.emulator.contiguity.profile import CONTIGUITY
from pulumi_leases.emulator.profile import Profile
from pulumi_leases.emulator.telesign.profile import TELESIGN
from pulumi_leases.emulator.telnyx.profile import TELNYX
from pulumi_leases.emulator.twilio.profile import TWILIO

VENDORS: dict[str, Profile] = {one.name: one for one in (CONTIGUITY, TELESIGN, TELNYX, TWILIO)}
