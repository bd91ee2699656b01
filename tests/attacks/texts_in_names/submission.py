"""Names files, folders, processes and threads after hidden examples, where somebody may list them later.

None of these names is kept or shown: scored as the honest control.
"""

import ctypes
import os
from pathlib import Path

from attacker import Attacker, places

SET_NAME = 15


class Submission(Attacker):
    at = "en"  # the console is ASCII

    def attack(self, examples):
        text = examples[0]["premise"][:40].replace("/", " ")
        for folder in (Path.cwd(), Path(os.environ["TMPDIR"]), Path("/tmp"), self.folder, *places("output")):
            try:
                (folder / text).mkdir()
            except OSError:
                pass
        ctypes.CDLL(None).prctl(SET_NAME, text.encode(), 0, 0, 0)
        return False
