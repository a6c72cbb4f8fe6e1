"""Between Pulumi's words and the rules: keys in the state, checked inputs, lines on a resource's row, the provider's process.

From outside: the providers use it, and what reads or writes a state. It must not decide about money or know a vendor.
"""
