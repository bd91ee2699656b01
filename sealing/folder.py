"""A folder of the bundle's data as a program sees it: `data.json`, the phase's settings, and data files.

    input data       data.json  phase.json[.sealed]  preflight/TASK/LANG.jsonl  inputs/TASK/LANG.jsonl[.sealed]
    reference data   data.json  phase.json[.sealed]  labels/TASK/LANG.jsonl[.sealed]

`data.json` is only a signpost that anybody could have written: in a sealed bundle everything that is believed
comes out of `unseal`, which fails for another bundle, role, phase or path.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sealing.keys import Keys
from sealing.seal import SUFFIX, unseal
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import dumps, read_file
from xtreme_tasks.settings import SETTINGS_FILE, PhaseSettings, parse_settings
from xtreme_tasks.tables import build

Role = Literal["input", "reference"]
SIGNPOST = "data.json"
PROGRAM_FILE = "program.json"


@dataclass(frozen=True)
class Program:
    """Which build a program belongs to (`program.json`, part of the program's digest)."""

    bundle: str
    role: str
    sealed: bool


@dataclass(frozen=True)
class Signpost:
    """Which data a folder claims to hold (`data.json`)."""

    bundle: str
    phase: str
    role: str
    sealed: bool


def to_json(value: Program | Signpost) -> bytes:
    """Canonical JSON with a final newline."""
    return dumps(dataclasses.asdict(value)).encode() + b"\n"


def read_program(folder: Path, role: str) -> Program:
    """The program's own build.

    Raises:
        OrganizerFault: E201, E231, or E212 if it is a program of another role.

    """
    program: Program = build(Program, _read_json(folder / PROGRAM_FILE), PROGRAM_FILE)
    if program.role != role:
        raise OrganizerFault("E212", PROGRAM_FILE, f"role is not {role}")
    return program


class DataFolder:
    """Reads the files of one role from a mounted folder.

    Args:
        root: the mounted folder.
        role: `input` or `reference`: what the caller is entitled to.
        program: the caller's own build.
        keys: the caller's keys; None only for an unsealed build.

    Raises:
        OrganizerFault: E201 (no data), E212 (data of another build or role), E211 (sealed, but no keys).

    """

    def __init__(self, root: Path, role: Role, program: Program, keys: Keys | None) -> None:
        self.root, self.role = root, role
        self.signpost: Signpost = build(Signpost, _read_json(root / SIGNPOST), SIGNPOST)
        found = (self.signpost.bundle, self.signpost.role, self.signpost.sealed)
        if found != (program.bundle, role, program.sealed):
            raise OrganizerFault("E212", SIGNPOST, f"not the {role} data of this build")
        if program.sealed and keys is None:
            raise OrganizerFault("E211", role, "sealed data need a key")
        self.keys = keys if program.sealed else None

    def read(self, path: str) -> bytes:
        """Plain bytes of one file, by its path without `.sealed`.

        Raises:
            OrganizerFault: E201 (missing), E212 (cannot be opened).

        """
        if self.keys is None:
            return read_file(self.root / path, path)
        sealed = read_file(self.root / (path + SUFFIX), path + SUFFIX)
        return unseal(sealed, self.keys.get(self.role), self.signpost.bundle, self.role, self.signpost.phase, path)

    def settings(self) -> PhaseSettings:
        """The phase's settings.

        Raises:
            OrganizerFault: as `read`; E212 if they are of another phase than the signpost says.

        """
        settings = parse_settings(self.read(SETTINGS_FILE))
        expected = (self.signpost.bundle, self.signpost.phase, self.signpost.sealed)
        if (settings.bundle, settings.phase, settings.sealed) != expected:
            raise OrganizerFault("E212", SETTINGS_FILE, "of another bundle or phase")
        return settings


def _read_json(path: Path) -> object:
    try:
        return json.loads(read_file(path, path.name))
    except (ValueError, RecursionError):
        raise OrganizerFault("E231", path.name, "not JSON") from None
