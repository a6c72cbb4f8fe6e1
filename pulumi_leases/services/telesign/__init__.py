"""TeleSign's Phone Numbers API, deprecated by the vendor: four calls, and no reading of one lease.

From outside: `TeleSign`. It must not know another service.
"""

from .service import TeleSign

__all__ = ["TeleSign"]
