"""Changes its own files in the pre-flight, so that other code runs in the timed run than the one that was judged.

Its folder is read only for it: it must be scored as the honest control.
"""

from pathlib import Path

from attacker import Attacker, any_works


class Submission(Attacker):
    in_preflight = True

    def attack(self, examples):
        own = Path(__file__)
        return any_works(
            lambda: own.write_text(own.read_text() + "\n"),
            lambda: (self.folder / "more.py").write_text("x = 1"),
            lambda: own.rename(own.with_name("moved.py")),
            lambda: own.unlink() or True,
        )
