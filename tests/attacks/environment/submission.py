"""Looks through its environment for anything of the parent's: keys, tokens, paths, settings of the worker.

Only what the child needs is in it: it must be scored as the honest control.
"""

import os

from attacker import Attacker

KNOWN = {
    "PATH",
    "HOME",
    "TMPDIR",
    "LANG",
    "LC_CTYPE",
    "PYTHONDONTWRITEBYTECODE",
    "HF_HUB_OFFLINE",
    "TRANSFORMERS_OFFLINE",
    "LD_LIBRARY_PATH",
}
GPU = ("CUDA_", "NVIDIA_", "NCCL_")


class Submission(Attacker):
    def attack(self, examples):
        return [name for name in os.environ if name not in KNOWN and not name.startswith(GPU)]
