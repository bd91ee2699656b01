"""Writes .pth files, sitecustomize modules and byte code wherever an interpreter that starts later could load them:
its own home, the packages, the programs' folders.

Nothing of it may be there in the timed run, in scoring or in the next run: it must be scored as the honest control.
"""

import os
import site
import sysconfig
from pathlib import Path

from attacker import Attacker, places, works

CODE = "import sys; sys.planted = True\n"


def plant(folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "planted.pth").write_text(CODE)
    (folder / "sitecustomize.py").write_text(CODE)
    return True


class Submission(Attacker):
    in_preflight = True

    def attack(self, examples):
        import sys

        home = Path(os.environ["HOME"], ".local/lib", f"python{sys.version_info.major}.{sys.version_info.minor}")
        plant(home / "site-packages")  # its own to write; nobody may ever read it
        paths = sysconfig.get_paths()
        shared = [paths["purelib"], paths["stdlib"], *site.getsitepackages(), *places("program"), self.folder]
        return hasattr(sys, "planted") or any([works(lambda folder=folder: plant(folder)) for folder in shared])
