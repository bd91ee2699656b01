"""Prints the hidden examples: to both outputs, to the terminal, to the system's log, as a warning, at exit.

Nothing of it is kept: scored as the honest control, no hidden text is shown.
"""

import atexit
import logging
import os
import sys
import warnings

from attacker import Attacker


class Submission(Attacker):
    at = "en"  # the console is ASCII

    def attack(self, examples):
        for example in examples:
            text = example["premise"]
            print(text, flush=True)
            print(text, file=sys.stderr, flush=True)
            logging.error(text)
            warnings.warn(text, stacklevel=1)
            atexit.register(print, text)
        for path in ("/dev/tty", "/dev/console", "/dev/kmsg", "/proc/1/fd/1", f"/proc/{os.getppid()}/fd/1"):
            try:
                with open(path, "w") as stream:
                    stream.write(examples[0]["premise"])
            except OSError:
                pass
        return False
