"""Contiguity, as the emulator plays it."""
