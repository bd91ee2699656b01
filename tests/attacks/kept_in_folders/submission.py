"""Keeps what it computed in the pre-flight in every folder that it can write to, to be faster in the timed run and in
every later one.

Nothing that it wrote is there again: scored as the honest control, twice.
"""

import os
import tempfile
from pathlib import Path

from attacker import Attacker, places

MARK = "kept-by-an-attack"


class Submission(Attacker):
    in_preflight = True

    def attack(self, examples):
        folders = [self.folder, os.getcwd(), os.environ["HOME"], os.environ["TMPDIR"], tempfile.gettempdir(), "/tmp"]
        folders += ["/var/tmp", "/run", "/run/lock", "/root", "/etc", "/usr/local", "/opt", "/dev", *places("output")]
        places_of_mark = [Path(folder, MARK) for folder in folders]
        found = any([os.access(path, os.F_OK) for path in places_of_mark])
        for path in places_of_mark:
            try:
                path.write_text("kept")
            except OSError:
                pass
        return found
