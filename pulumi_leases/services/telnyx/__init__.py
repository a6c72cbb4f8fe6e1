"""Telnyx's phone numbers, API v2.

From outside: `Telnyx`. It must not know another service.
"""

from .service import Telnyx

__all__ = ["Telnyx"]
