"""Crashes with a core dump when it has seen the first hidden examples, to get a second look at them.

The attempt counts (E134): a death is no way to a retry.
"""

import os
import resource

from attacker import Attacker


class Submission(Attacker):
    def attack(self, examples):
        try:
            resource.setrlimit(resource.RLIMIT_CORE, (-1, -1))
        except (OSError, ValueError):
            pass
        os.abort()
