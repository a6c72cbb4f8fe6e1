"""The rules of leasing: which number is claimed, whose a lease is, when money is spent, and when a number is let go.

From outside: one question per verb and the answer to it. It must not know Pulumi, a vendor's wire, or how it is asked.
"""
