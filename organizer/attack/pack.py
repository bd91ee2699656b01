"""An attack's zip: its files and the helper that all attacks share, or what its own `make.py` makes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from organizer.attack.attack import EXPECTED_FILE, Attack
from organizer.build.archive import folder_files, write_zip
from xtreme_tasks.faults import OrganizerFault

HELPER = "attacker.py"
MAKER = "make.py"
MAKER_SECONDS = 60


def pack(attack: Attack, archive: Path) -> Path:
    """Write the zip.

    Raises:
        OrganizerFault: E201 with the last line that a failing `make.py` printed, E232.

    """
    files = folder_files(attack.folder) | {HELPER: attack.folder.parent / HELPER}
    files.pop(EXPECTED_FILE, None)
    maker = files.pop(MAKER, None)
    write_zip(archive, files)
    if maker is None:
        return archive
    # It gets a whole submission and makes of it what no packing program would.
    command = [sys.executable, "-I", "-B", str(maker), str(archive)]
    made = subprocess.run(command, capture_output=True, text=True, timeout=MAKER_SECONDS, check=False)
    if made.returncode != 0:
        raise OrganizerFault("E201", f"{attack.name}/{MAKER}", (made.stderr.strip().splitlines() or ["no output"])[-1])
    return archive
