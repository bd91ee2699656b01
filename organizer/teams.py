"""The example teams under `examples/`, packed as a team would pack its zip."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from organizer.build.options import ROOT
from xtreme_tasks.faults import OrganizerFault


def is_example(path: Path) -> bool:
    """Whether it is one of the repository's own example folders, which are packed before they are run."""
    return path.is_dir() and path.resolve().parent == ROOT / "examples"


def pack(team: str, public: Path, folder: Path) -> Path:
    """Train where the example needs it, and zip it: `examples/pack.py` in a process of its own.

    Raises:
        OrganizerFault: E201 with the last line that it printed.
    """
    archive = folder / f"{team}.zip"
    command = [sys.executable, str(ROOT / "examples" / "pack.py"), team, "--public", str(public), "--out", str(archive)]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if result.returncode != 0:
        lines = result.stdout.strip().splitlines() or ["no output"]
        raise OrganizerFault("E201", f"examples/{team}", lines[-1])
    return archive
