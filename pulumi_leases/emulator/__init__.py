"""The vendors' APIs over real HTTP, for people, examples and tests, with the faults that real vendors have.

It shares nothing with the rest of the package, so that it can be its judge.
"""

from pulumi_leases.emulator.app import Emulator
from pulumi_leases.emulator.server import Served, serve
from pulumi_leases.emulator.vendor import Vendor

__all__ = ["Emulator", "Served", "Vendor", "serve"]
