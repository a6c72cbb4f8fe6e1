"""How the services talk HTTP: one transport, where an API is, and how fast it may be asked.

From outside: `Http` and what it takes and returns. It must not know any service.
"""
