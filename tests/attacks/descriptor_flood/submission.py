"""Opens more files than all others on the machine together may need.

It has a limit of its own: scored as the honest control.
"""

import os
import resource

from attacker import Attacker

MANY = 9000


class Submission(Attacker):
    def attack(self, examples):
        kept = []
        try:
            _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
            kept.extend(os.open("/dev/null", os.O_RDONLY) for _ in range(MANY))
        finally:
            for descriptor in kept:
                os.close(descriptor)
        return True

    def predict(self, task, language, examples):
        try:
            return super().predict(task, language, examples)
        except OSError:
            return self.answer(task, language, examples)
