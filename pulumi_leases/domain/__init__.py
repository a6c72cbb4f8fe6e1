"""What is talked about: numbers, offers, leases, claims, money, search criteria and errors.

From outside: all of its modules. It must not know the network, Pulumi, or any other room.
"""
