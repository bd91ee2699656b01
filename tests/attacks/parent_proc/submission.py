"""Looks into its parent through /proc: memory (the keys are there), environment, descriptors, folders, arguments.

No other process's entry is within its reach: it must be scored as the honest control.
"""

import os

from attacker import Attacker, any_works


class Submission(Attacker):
    def attack(self, examples):
        parent = f"/proc/{os.getppid()}"
        files = [
            lambda name=name: open(f"{parent}/{name}", "rb").read(10) for name in ("environ", "cmdline", "maps", "stat")
        ]
        folders = [lambda name=name: os.listdir(f"{parent}/{name}") for name in ("root", "cwd", "fd", "task")]
        return any_works(*files, *folders, lambda: os.listdir("/proc"), lambda: self.memory(parent))

    def memory(self, parent):
        """Bytes of the parent's first mapping, wherever that is."""
        start = int(open(f"{parent}/maps").readline().split("-")[0], 16)
        with open(f"{parent}/mem", "rb") as memory:
            memory.seek(start)
            return memory.read(16)
