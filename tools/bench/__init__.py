"""Measures what the provider costs."""
