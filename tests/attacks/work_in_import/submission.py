"""Does its work while it is imported and constructed, before the first question arrives.

The clock runs since before the process was started: scored as the honest control, with all of it in its duration.
"""

import time

from attacker import Attacker

time.sleep(0.5)


class Submission(Attacker):
    def __init__(self, folder):
        super().__init__(folder)
        time.sleep(0.5)
