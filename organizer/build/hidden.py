"""The hidden data of a phase: inputs for ingestion, labels for scoring, each sealed for its role and phase."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from organizer.build.archive import Content
from sealing.folder import SIGNPOST, Role, Signpost, to_json
from sealing.keys import subkey
from sealing.seal import SUFFIX, compress, seal, seal_compressed
from xtreme_tasks.files import part_path, read_file
from xtreme_tasks.settings import SETTINGS_FILE, PhaseSettings
from xtreme_tasks.tasks import parts

FOLDERS: Mapping[Role, str] = {"input": "inputs", "reference": "labels"}


@dataclass(frozen=True)
class SplitData:
    """The files of one split and role: plain bytes, or compressed ones when the build seals them."""

    role: Role
    packed: bool
    files: Mapping[str, bytes]


def load_split(split: Path, role: Role, languages: Mapping[str, tuple[str, ...]], packed: bool) -> SplitData:
    """Read the files of a split, compressing them once for all its phases; zstandard releases the GIL.

    Args:
        split: folder of the prepared split.
        role: `input` or `reference`.
        languages: languages of each task.
        packed: whether to compress.

    """
    folder = FOLDERS[role]
    names = [f"{folder}/{part_path(task, language)}" for task, language in parts(languages)]

    def load(name: str) -> bytes:
        data = read_file(split / name)
        return compress(data) if packed else data

    with ThreadPoolExecutor() as pool:
        return SplitData(role, packed, dict(zip(names, pool.map(load, names), strict=True)))


def phase_files(data: SplitData, settings: PhaseSettings, secret: bytes) -> dict[str, Content]:
    """The files of one role's data zip for one phase, pre-flight examples apart."""
    signpost = Signpost(settings.bundle, settings.phase, data.role, settings.sealed)
    files: dict[str, Content] = {SIGNPOST: to_json(signpost)}
    if not settings.sealed:
        return {**files, SETTINGS_FILE: settings.to_json(), **data.files}
    key = subkey(secret, settings.bundle, data.role)
    place = (settings.bundle, data.role, settings.phase)
    files[SETTINGS_FILE + SUFFIX] = seal(settings.to_json(), key, *place, SETTINGS_FILE)

    def lock(item: tuple[str, bytes]) -> tuple[str, bytes]:
        name, packed = item
        return name + SUFFIX, seal_compressed(packed, key, *place, name)

    with ThreadPoolExecutor() as pool:
        return {**files, **dict(pool.map(lock, data.files.items()))}


def preflight_files(public: Path, languages: Mapping[str, tuple[str, ...]], count: int) -> dict[str, Content]:
    """The first public examples of every part, without labels; a part without public data has none."""
    files: dict[str, Content] = {}
    for task, language in parts(languages):
        for split in ("dev", "train"):
            path = public / split / "inputs" / part_path(task, language)
            if path.is_file():
                with path.open("rb") as stream:
                    lines = [line for _, line in zip(range(count), stream, strict=False)]
                files[f"preflight/{part_path(task, language)}"] = b"".join(lines)
                break
    return files
