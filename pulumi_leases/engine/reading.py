"""How the engine is asked what the state of a stack holds, and when again. The program and the native provider both ask."""

READ_STATE = "pulumi:pulumi:readStackResourceOutputs"
"""The call by which the engine answers what a state holds, as to a stack reference."""

READ_AGAIN_AFTER = (0.1, 0.2, 0.4, 0.8)
"""Seconds before each new attempt: a read fails with "EOF" if it meets the engine saving the state to a file."""
