"""Cuts a Python process off from all but its own machine: each try to reach further is refused, and noted in OFFLINE_NOTES.

tests/conftest.py loads it into the process of the tests, and by PYTHONPATH into every Python that they start.
"""

import os
import socket
import sys

CALLS = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1,  # event: which of its arguments is the address
         "socket.getaddrinfo": 0, "socket.gethostbyname": 0, "socket.gethostbyaddr": 0}
HERE = ("127.", "::1", "::ffff:127.", "localhost")


def refuse(event, arguments):
    if event in CALLS:
        address = arguments[CALLS[event]]
        if isinstance(address, tuple) and address:
            address = address[0]
        elif not event.startswith("socket.get"):  # a path on this machine, or nothing: the address was given before
            return
        host = address.decode() if isinstance(address, bytes) else address
        if host and not host.startswith(HERE) and host != socket.gethostname():
            with open(os.environ["OFFLINE_NOTES"], "a", encoding="utf-8") as notes:
                notes.write(f"{event} {host} by {' '.join(sys.orig_argv)[:200]}\n")
            raise PermissionError(f"{event} {host}: the tests run without the network")


if os.environ.get("OFFLINE_NOTES"):
    sys.addaudithook(refuse)
