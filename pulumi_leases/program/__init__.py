"""What a Pulumi program declares and asks: `LeasedNumber`, `NumberPool`, typed arguments, data functions, `total_cost`.

From outside: everything through the package's front door. It must not lease, release or talk to a vendor's wire.
"""
