"""TeleSign, as the emulator plays it."""
