"""Twilio's phone numbers: search, purchase, what a number is connected to, release.

From outside: `Twilio`. It must not know another service.
"""

from .service import Twilio

__all__ = ["Twilio"]
