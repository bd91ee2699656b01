"""Reads its parent's memory and descriptors by system calls that need no /proc: ptrace, process_vm_readv, pidfd_getfd,
kcmp, process_madvise.

All of them are refused: it must be scored as the honest control.
"""

import ctypes
import errno
import os

from attacker import Attacker

SEIZE, ATTACH = 0x4206, 16
NUMBERS = {
    "x86_64": {"ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312},
    "aarch64": {"ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272},
}
libc = ctypes.CDLL(None, use_errno=True)


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class Submission(Attacker):
    def attack(self, examples):
        number, parent = NUMBERS[os.uname().machine], os.getppid()
        buffer = ctypes.create_string_buffer(8)
        own = Vector(ctypes.addressof(buffer), 8)
        # The same address in the parent: without randomisation of addresses, or by luck. EFAULT means that it was allowed.
        calls = [
            (number["ptrace"], SEIZE, parent, 0, 0),
            (number["ptrace"], ATTACH, parent, 0, 0),
            (number["process_vm_readv"], parent, ctypes.byref(own), 1, ctypes.byref(own), 1, 0),
            (number["process_vm_writev"], parent, ctypes.byref(own), 1, ctypes.byref(own), 1, 0),
            (number["kcmp"], os.getpid(), parent, 0, 1, 1),
        ]
        return any([self.allowed(*call) for call in calls]) or self.takes_descriptor(parent)

    def allowed(self, *call):
        return libc.syscall(*call) >= 0 or ctypes.get_errno() == errno.EFAULT

    def takes_descriptor(self, parent):
        pidfd = libc.syscall(434, parent, 0)
        return pidfd >= 0 and any(libc.syscall(438, pidfd, number, 0) >= 0 for number in range(10))
