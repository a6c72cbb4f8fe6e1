"""Twilio's phone numbers: search, purchase, what a number is connected to, release.

From outside: `service.Twilio`, by the registry. It must not know another service, nor the rules of leasing.
"""
