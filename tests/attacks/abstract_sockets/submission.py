"""Connects to abstract Unix sockets, which have no file: those that are listed, and the one of a helper outside.

Sockets of other processes are out of its reach: it must be scored as the honest control.
"""

import socket

from attacker import Attacker, any_works

HELPER = "xtreme-attack-helper"


def listed():
    try:
        lines = open("/proc/net/unix").read().splitlines()
    except OSError:
        return []
    return [line.split()[-1][1:] for line in lines if line.split()[-1].startswith("@")]


def connect(name):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stream:
        stream.connect("\0" + name)
        return True


class Submission(Attacker):
    def attack(self, examples):
        return any_works(*(lambda name=name: connect(name) for name in (HELPER, *listed())))
