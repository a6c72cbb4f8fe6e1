"""What may be wrong with a set-up: the tools, the settings, each login, the state of a stack.

From outside: the modules' `check_…`, `Check` and `configured_logins`. It reads only, and no check shows a credential.
"""
