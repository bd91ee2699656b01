"""Calls the kernel by the 32-bit gate and by the x32 table, where numbers mean other calls than those of the filter.

Such a call ends its process at once (E134); the attempt counts. On another processor it tries x32's bit alone.
"""

import ctypes
import mmap
import os

from attacker import Attacker

GETPID_32 = bytes.fromhex("b814000000cd80c3")  # mov eax, 20; int 0x80; ret
X32 = 0x40000000


class Submission(Attacker):
    def attack(self, examples):
        if os.uname().machine == "x86_64":
            page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
            page.write(GETPID_32)
            address = ctypes.addressof(ctypes.c_char.from_buffer(page))
            ctypes.CFUNCTYPE(ctypes.c_int)(address)()
        ctypes.CDLL(None).syscall(ctypes.c_long(X32 | 39))
        return True
