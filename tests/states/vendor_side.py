"""The vendors' side of a saved state: what is leased to whom, since and until when, and which switches are set."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from pulumi_leases.emulator.switches import Switches
from pulumi_leases.emulator.vendors import VENDORS

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor

_KEPT = ("vendor", "number", "login", "lease_id", "leased_at", "billing_method")


def accounts(vendor: Vendor) -> dict[str, str]:
    """Return the variables of the accounts that the programs use besides the two default ones."""
    return {"LEASES_SECOND_TOKEN": vendor.token("second"), "LEASES_SECOND_BASE_URL": vendor.contiguity}


def describe(vendor: Vendor) -> dict[str, Any]:
    """Describe the vendors as they are now; times are epoch seconds of their clock."""
    state = vendor.state()
    return {
        "now": state.now,
        "switches": {name: _changed(name, values) for name, values in state.switches.items()},
        "leases": [
            {key: getattr(lease, key) for key in _KEPT} | ({"ends_at": lease.released_at} if lease.released_at else {})
            for lease in state.leases
        ],
    }


def restore(vendor: Vendor, described: dict[str, Any]) -> None:
    """Put a fresh emulator into a described situation, at the time of the description."""
    vendor.clock(offset_s=described["now"] - time.time())
    for name, values in described["switches"].items():
        vendor.switch(name, **values)
    for lease in described["leases"]:
        vendor.lease(**lease)


def _changed(vendor: str, values: dict[str, Any]) -> dict[str, Any]:
    usual = Switches(vendor, VENDORS[vendor].switches).values
    return {name: value for name, value in values.items() if value != usual[name]}
