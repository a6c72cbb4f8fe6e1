"""Telnyx, as the emulator plays it."""
