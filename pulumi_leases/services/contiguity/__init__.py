"""Contiguity's number leasing: a key, the numbers on offer, and their leases.

From outside: `Contiguity`. It must not know another service.
"""

from .service import Contiguity

__all__ = ["Contiguity"]
