"""What an operator needs beside a program: states read from outside, files for `pulumi import`, leases that nobody declares.

From outside: the command uses it. It must not print, and it must not know how the command is typed.
"""
