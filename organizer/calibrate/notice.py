"""The line that says that durations will be raw seconds."""

from __future__ import annotations

from pathlib import Path

from xtreme_tasks.settings import CALIBRATION_FILE


def notice(worker: Path) -> str:
    """One line where durations will be raw seconds because nobody has calibrated; else empty."""
    if (worker / CALIBRATION_FILE).is_file():
        return ""
    return f"timing: raw seconds, since this worker is not calibrated (competition calibrate --worker {worker})"
