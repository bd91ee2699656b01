"""Stops, slows and kills the parent that holds the clock: by signal, by group, by descriptor, by the kernel as sender,
by priority, by processor, by limit.

None of it works: it must be scored as the honest control, with a duration.
"""

import fcntl
import os
import resource
import signal
import struct

from attacker import Attacker, any_works

SETSIG, OWN_PID, OWN_GROUP = 10, 1, 2


class Submission(Attacker):
    def attack(self, examples):
        parent = os.getppid()
        group = self.group(parent)
        return any_works(
            lambda: os.setpriority(os.PRIO_PROCESS, parent, 19) or True,
            lambda: os.sched_setaffinity(parent, {0}) or True,
            lambda: os.sched_setscheduler(parent, os.SCHED_IDLE, os.sched_param(0)) or True,
            lambda: resource.prlimit(parent, resource.RLIMIT_CPU, (1, 1)),
            lambda: self.kernel_sends(parent),
            lambda: signal.pidfd_send_signal(os.pidfd_open(parent), signal.SIGSTOP) or True,
            *(
                lambda to=to, n=n: os.kill(to, n) or True
                for n in (signal.SIGSTOP, signal.SIGKILL)
                for to in (parent, -group)
            ),
        )

    def group(self, parent):
        try:
            return os.getpgid(parent)
        except OSError:
            return parent

    def kernel_sends(self, parent):
        reading, writing = os.pipe()
        fcntl.fcntl(reading, SETSIG, signal.SIGKILL)
        fcntl.fcntl(reading, 15, struct.pack("ii", OWN_PID, parent))
        fcntl.fcntl(reading, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
        return os.write(writing, b"x")
