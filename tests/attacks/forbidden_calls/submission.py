"""Calls what makes holes in kernels and filters: io_uring (files and sockets behind the filter's back), bpf,
userfaultfd, perf_event_open, keyrings, System V and POSIX objects that outlive a process.

All of it is refused: it must be scored as the honest control.
"""

import ctypes
import os

from attacker import Attacker

CALLS = {
    "x86_64": {
        "io_uring_setup": 425,
        "bpf": 321,
        "userfaultfd": 323,
        "perf_event_open": 298,
        "add_key": 248,
        "shmget": 29,
        "msgget": 68,
        "semget": 64,
        "mq_open": 240,
        "memfd_secret": 447,
        "request_key": 249,
        "keyctl": 250,
    },
    "aarch64": {
        "io_uring_setup": 425,
        "bpf": 280,
        "userfaultfd": 282,
        "perf_event_open": 241,
        "add_key": 217,
        "shmget": 194,
        "msgget": 186,
        "semget": 190,
        "mq_open": 180,
        "memfd_secret": 447,
        "request_key": 218,
        "keyctl": 219,
    },
}
CREATE = 0o1600
libc = ctypes.CDLL(None, use_errno=True)


class Submission(Attacker):
    def attack(self, examples):
        number = CALLS[os.uname().machine]
        zeros = ctypes.create_string_buffer(256)
        calls = [
            (number["io_uring_setup"], 4, zeros),
            (number["bpf"], 0, zeros, 120),
            (number["userfaultfd"], 1),
            (number["perf_event_open"], zeros, 0, -1, -1, 0),
            (number["add_key"], b"user", b"name", b"kept", 4, -3),
            (number["keyctl"], 0, -3, 1),
            (number["shmget"], 0x77777, 4096, CREATE),
            (number["msgget"], 0x77777, CREATE),
            (number["semget"], 0x77777, 1, CREATE),
            (number["mq_open"], b"kept", 0o102, 0o600, None),
            (number["memfd_secret"], 0),
        ]
        return any([libc.syscall(*call) >= 0 for call in calls])
