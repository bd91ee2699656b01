"""Writes 200 MiB and ten thousand empty files where it may write, and leaves them there, some of them unreadable and
some behind links.

All of it is removed: scored as the honest control, nothing is left, the next run is unharmed.
"""

import os
from pathlib import Path

from attacker import Attacker


class Submission(Attacker):
    def attack(self, examples):
        tmp = Path(os.environ["TMPDIR"])
        with (tmp / "large").open("wb") as stream:
            for _ in range(200):
                stream.write(b"x" * (1 << 20))
        many = tmp / "many"
        many.mkdir()
        for number in range(10000):
            (many / str(number)).touch()
        os.symlink("/", tmp / "root")
        os.symlink(self.folder, tmp / "own")
        os.mkfifo(tmp / "pipe")
        many.chmod(0)
        return False
