"""Twilio's phone numbers: the main host, and those of prices and of Messaging Services."""
