"""Leaves its filters' world: new namespaces, mounts, chroot, other processes' namespaces, file handles, clone3.

All of it is refused: it must be scored as the honest control.
"""

import ctypes
import os

from attacker import Attacker

USER, MOUNT, PID, NET = 0x10000000, 0x20000, 0x20000000, 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


class Submission(Attacker):
    def attack(self, examples):
        tmp = os.environ["TMPDIR"].encode()
        unshare = [lambda flags=flags: libc.unshare(flags) for flags in (USER, MOUNT, USER | MOUNT, PID, NET)]
        others = [
            lambda: libc.mount(b"none", tmp, b"tmpfs", 0, None),
            lambda: libc.mount(b"/", tmp, None, 4096, None),
            lambda: libc.chroot(tmp),
            lambda: libc.syscall(155 if os.uname().machine == "x86_64" else 41, tmp, tmp),
            lambda: libc.name_to_handle_at(
                -100, b"/", ctypes.create_string_buffer(136), ctypes.byref(ctypes.c_int()), 0
            ),
            lambda: libc.syscall(ctypes.c_long(428), -100, b"/", 1),
            lambda: libc.syscall(ctypes.c_long(435), ctypes.create_string_buffer(88), ctypes.c_size_t(88)),
        ]
        return any(self.done(call) for call in (*unshare, *others))  # the first that works is enough

    def done(self, call):
        result = call()
        if result == 0 and os.getppid() != PARENT:
            os._exit(0)  # the child of a clone that worked
        return result >= 0


PARENT = os.getppid()
