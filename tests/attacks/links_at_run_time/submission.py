"""Puts links to the output, the program, the keys and the whole disk where its own folders were, so that whoever removes
them removes what they lead to, and reads through them.

Links are removed, never followed: scored as the honest control in every repeat, nothing is left, the next run is
unharmed.
"""

import os
from pathlib import Path

from attacker import Attacker, any_works, places, read_any


class Submission(Attacker):
    def attack(self, examples):
        targets = [*places("output"), *places("program"), *places("data"), Path("/"), self.folder]
        tmp = Path(os.environ["TMPDIR"])
        links = []
        for number, target in enumerate(targets):
            links.append(tmp / f"link{number}")
            links[-1].symlink_to(target)
        for name in ("HOME", "TMPDIR"):
            own = Path(os.environ[name])
            own.rename(own.with_name(own.name + "-moved"))
            own.symlink_to(targets[0])
        moved = tmp.with_name(tmp.name + "-moved")
        reading = [
            lambda name=link.name: read_any(moved / name / ".") for link in links[:-2]
        ]  # not the disk, not its own
        return any_works(*reading, lambda: (Path(os.environ["TMPDIR"]) / "stray").write_text("x"))
