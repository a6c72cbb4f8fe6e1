"""The native provider, for every language of Pulumi: the engine's protocol in, the verbs of `engine/` in the middle.

From outside: `server.main`, the program `pulumi-resource-leases`, and the schema beside it. It must not decide about money or
know a vendor; whatever the dynamic providers ask of `engine/` and `leasing/`, it asks of them too.
"""
