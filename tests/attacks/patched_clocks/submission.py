"""Works for a second with every clock of its process standing still, and sets the system's clock (to the time that it
is, should it work).

The parent's clock is the one that counts: scored as the honest control, with the whole second in its duration.
"""

import ctypes
import time

from attacker import Attacker

REALTIME = 0
wait = time.sleep
for name in ("time", "perf_counter", "monotonic", "process_time", "time_ns", "perf_counter_ns", "monotonic_ns"):
    setattr(time, name, lambda: 0)


class Submission(Attacker):
    def attack(self, examples):
        wait(1.0)
        libc = ctypes.CDLL(None)
        now = ctypes.create_string_buffer(16)
        libc.clock_gettime(REALTIME, now)
        return libc.clock_settime(REALTIME, now) == 0
