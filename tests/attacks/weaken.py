"""The same build with single protections of its programs switched off, by changing lines of their source in the zip.

A line that is not there exactly once is an error: so a protection that was rewritten cannot be forgotten here. The
programs themselves have no such switch.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from organizer.attack.ground import Ground
from organizer.build.archive import write_zip
from organizer.local_worker.upload import read_upload


@dataclass(frozen=True)
class Edit:
    """One place in a program of the bundle: `file` below the program's folder, `old` becomes `new`."""

    file: str
    old: str
    new: str


def weakened(ground: Ground, edits: Sequence[Edit], folder: Path) -> Ground:
    """The ground with the edits made; its data, keys and limits stay as they are."""
    with zipfile.ZipFile(ground.upload.path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    for program in ("ingestion_program", "scoring_program"):
        own = [edit for edit in edits if edit.file.startswith(f"{program}/")]
        files[f"{program}.zip"] = _edited(files[f"{program}.zip"], own)
    write_zip(folder / "weakened.zip", files, compress=False)
    upload = read_upload(folder / "weakened.zip")
    return replace(ground, upload=upload, phase=upload.phase(ground.phase.key))


def _edited(data: bytes, edits: Sequence[Edit]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    for edit in edits:
        text = files[edit.file].decode()
        assert text.count(edit.old) == 1, f"{edit.file}: {edit.old!r} is not there exactly once"
        files[edit.file] = text.replace(edit.old, edit.new).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
