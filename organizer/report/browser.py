"""PNG of the pictures by a Chromium that is there: it shapes every script as the page does, matplotlib does not."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import write_whole

NAMES = ("chromium", "chromium-browser", "google-chrome")
SCALE = 2
"""Pixels of the PNG for each unit of the picture: sharp on a slide."""
_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars"
).split()
_SECONDS = 60
_SIZE = re.compile(r'viewBox="0 0 (\d+) (\d+)"')


def find_browser() -> str | None:
    """The program, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def write_png(browser: str, svg: str, path: Path) -> None:
    """Draw one picture.

    Raises:
        OrganizerFault: E232 if the browser gives none.

    """
    found = _SIZE.search(svg)
    assert found is not None  # noqa: S101 - every picture of ours has one
    width, height = map(int, found.groups())
    with tempfile.TemporaryDirectory(prefix="competition-report-") as name:
        folder = Path(name)
        page = (
            f'<!doctype html><meta charset="utf-8"><style>body{{margin:0}}svg{{width:{width}px!important}}</style>{svg}'
        )
        (folder / "picture.html").write_text(page, encoding="utf-8")
        command = [
            browser,
            *_FLAGS,
            f"--user-data-dir={folder / 'profile'}",
            f"--window-size={width},{height}",
            f"--force-device-scale-factor={SCALE}",
            f"--screenshot={folder / 'picture.png'}",
            (folder / "picture.html").as_uri(),
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)
            data = (folder / "picture.png").read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            hint = "Leave --png out, or mend the browser."
            raise OrganizerFault("E232", str(path), f"{Path(browser).name}: {type(error).__name__}", hint) from None
    write_whole(path, data)
