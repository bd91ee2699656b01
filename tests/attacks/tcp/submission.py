"""Connects by TCP, IPv4 and IPv6, to this machine, its gateway and the world, and offers a port of its own.

There are no such sockets: it must be scored as the honest control.
"""

import socket

from attacker import Attacker, any_works

ADDRESSES = [
    (socket.AF_INET, ("127.0.0.1", 22)),
    (socket.AF_INET, ("10.0.2.2", 80)),
    (socket.AF_INET, ("192.0.2.1", 443)),
]
ADDRESSES += [(socket.AF_INET6, ("::1", 22, 0, 0))]


def connect(family, address):
    """A refusal by the other side is success, too: the network was there."""
    with socket.socket(family, socket.SOCK_STREAM) as stream:
        stream.settimeout(0.3)
        try:
            stream.connect(address)
        except (ConnectionError, TimeoutError):
            return True
        return True


def listen():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as stream:
        stream.bind(("127.0.0.1", 0))
        stream.listen()
        return True


class Submission(Attacker):
    def attack(self, examples):
        return any_works(listen, *(lambda pair=pair: connect(*pair) for pair in ADDRESSES))
