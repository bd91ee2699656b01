"""Takes 600 MiB in anonymous files that no process maps: memory that is nobody's resident memory.

The run's own limit does not see it, the container's limit of the gate does. Without a gate it goes on and is scored as
the honest control; the memory is given back with its end, the next run is unharmed.
"""

import os
import time

from attacker import Attacker


class Submission(Attacker):
    def attack(self, examples):
        kept = [os.memfd_create(f"kept{number}") for number in range(6)]
        block = b"x" * (1 << 20)
        for descriptor in kept:
            for _ in range(100):
                os.write(descriptor, block)
        time.sleep(0.5)
        return False
