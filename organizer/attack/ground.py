"""The ground: a sealed build on which attacks are tried, and everything in it that nobody may ever see."""

from __future__ import annotations

import dataclasses
import os
import re
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from organizer.build.bundle import build_bundle
from organizer.build.options import ROOT, BuildOptions
from organizer.leaks import WINDOW, Search, strings_of_lines
from organizer.local_worker.upload import Upload, UploadedPhase, read_upload
from sealing.folder import DataFolder, Role, read_program
from sealing.keys import read_keys
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import part_path, read_file, write_whole
from xtreme_tasks.settings import PhaseSettings
from xtreme_tasks.tasks import TASKS, parts

LIMITS: Mapping[str, float] = {
    "seconds": 6.0,
    "preflight_seconds": 12.0,
    "memory_mib": 400,
    "processes": 64,
    "files": 60,
    "submission_mib": 4,
}
"""Small, so that an attack that ends only by a limit ends soon; seconds enough for an honest run on a busy machine."""
START = datetime(2199, 1, 1, tzinfo=UTC)
"""Never open: every run needs the organizer's permit, and the one without it is refused."""
PACKAGES = ("ingestion_program", "scoring_program", "xtreme_tasks", "sealing", "starting_kit")


@dataclass(frozen=True)
class Ground:
    """A build, its worker folder and one of its phases.

    Attributes:
        upload, worker: what is attacked.
        phase: the phase in which it is.
        secrets: the phase's texts, ids and keys, apart from what a team has anyway.
        small: whether its limits are those of `LIMITS`; large ones are not reached by any attack.
        is_open: whether the phase is open now.

    """

    upload: Upload
    worker: Path
    phase: UploadedPhase
    secrets: Search
    small: bool
    is_open: bool


def build_ground(prepared: Path, folder: Path) -> Ground:
    """A sealed build of prepared data with small limits, made for this purpose and thrown away.

    Args:
        prepared: folder that `competition prepare` wrote.
        folder: receives the build.

    Raises:
        OrganizerFault: whatever the build refuses.

    """
    root = folder / "root"
    root.mkdir(parents=True)
    for name in PACKAGES:
        (root / name).symlink_to(ROOT / name)
    _copy_with_limits(ROOT / "competition_bundle", root / "competition_bundle")
    options = BuildOptions(prepared, folder / "dist", os.urandom(32), START, (1, 1, 1, 1), root=root, codalab=False)
    built = build_bundle(options)
    return open_ground(built.archive, built.worker)


def _copy_with_limits(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        if path.is_file():
            write_whole(target / path.relative_to(source), path.read_bytes())
    text = (target / "rules.toml").read_text()
    for name, value in LIMITS.items():
        text, found = re.subn(rf"(?m)^{name} = [0-9.]+", f"{name} = {value:g}", text)
        if found != 1:
            raise OrganizerFault("E231", "rules.toml", f"{name} is not there once")
    write_whole(target / "rules.toml", text.encode())


def open_ground(bundle: Path, worker: Path, phase: str = "") -> Ground:
    """A build that is there: its first phase if none is named, opened with the worker folder's own keys.

    Raises:
        OrganizerFault: E201, E211, E212, E231; E233 if the bundle is not sealed.

    """
    upload = read_upload(bundle)
    chosen = upload.phase(phase) if phase else upload.phases[0]
    with tempfile.TemporaryDirectory(prefix="competition-attack-") as temporary:
        hidden, settings = _hidden(upload, chosen, worker, Path(temporary))
    small = dataclasses.asdict(settings.limits).items() >= LIMITS.items()
    is_open = settings.start <= time.time() and (not settings.end or time.time() <= settings.end + settings.grace)
    return Ground(upload, worker, chosen, Search(hidden | _keys(worker)), small, is_open)


def _keys(worker: Path) -> set[bytes]:
    """Every key of a worker folder, as it stands in its file and as bytes."""
    files = [read_file(path).decode() for path in worker.glob("*/*/keys.json")]
    texts = {key for text in files for key in re.findall("[0-9a-f]{64,}", text)}
    return {key.encode() for key in texts} | {bytes.fromhex(key) for key in texts}


def _hidden(upload: Upload, phase: UploadedPhase, worker: Path, scratch: Path) -> tuple[set[bytes], PhaseSettings]:
    """Hidden texts and ids of a phase, and its settings; labels and pre-flight examples are known to everybody."""
    found: set[bytes] = set()
    known: set[bytes] = set()
    sources: tuple[tuple[Role, str, str, str, str], ...] = (
        ("input", "ingestion", phase.ingestion_program, phase.input_data, "inputs"),
        ("reference", "scoring", phase.scoring_program, phase.reference_data, "labels"),
    )
    for role, program, archive, data, inside in sources:
        upload.extract(archive, scratch / program)
        upload.extract(data, scratch / role)
        folder = _open(worker, scratch, role, program)
        settings = folder.settings()
        for task, language in parts(settings.languages):
            found |= strings_of_lines(folder.read(f"{inside}/{part_path(task, language)}"))
            shown = folder.root / "preflight" / part_path(task, language)
            known |= strings_of_lines(read_file(shown)) if shown.exists() else set()
    known |= {label.encode() for task in TASKS.values() for label in task.labels}
    return {text for text in found - known if len(text) >= 2 * WINDOW}, settings


def _open(worker: Path, scratch: Path, role: Role, program: str) -> DataFolder:
    known = read_program(scratch / program, program)
    if not known.sealed:
        raise OrganizerFault("E233", "--bundle", "an unsealed bundle has no secrets to attack")
    return DataFolder(scratch / role, role, known, read_keys(worker, known.bundle, program))
