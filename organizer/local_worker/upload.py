"""The built zip as the platform unpacks it: phases, their tasks' files, the leaderboard's columns."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from xtreme_tasks.faults import OrganizerFault


@dataclass(frozen=True)
class Column:
    """One column of the leaderboard."""

    key: str
    title: str
    sorting: str
    primary: bool


@dataclass(frozen=True)
class UploadedPhase:
    """One phase: `key` is its task's name; the rest are names of files in the zip."""

    key: str
    name: str
    max_submissions: int
    execution_time_limit: float
    ingestion_program: str
    scoring_program: str
    input_data: str
    reference_data: str


@dataclass(frozen=True)
class Upload:
    """A built bundle."""

    path: Path
    title: str
    phases: tuple[UploadedPhase, ...]
    columns: tuple[Column, ...]

    def phase(self, key: str) -> UploadedPhase:
        """The phase of that key.

        Raises:
            OrganizerFault: E233 with the keys that exist.

        """
        for phase in self.phases:
            if phase.key == key:
                return phase
        keys = ", ".join(phase.key for phase in self.phases)
        raise OrganizerFault("E233", f"--phase {key}", "no such phase", hint=f"Phases of this bundle: {keys}.")

    def extract(self, name: str, folder: Path) -> None:
        """Extract an inner zip as the worker does.

        Raises:
            OrganizerFault: E201.

        """
        try:
            with zipfile.ZipFile(self.path) as outer, zipfile.ZipFile(io.BytesIO(outer.read(name))) as inner:
                inner.extractall(folder)
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            raise OrganizerFault("E201", f"{self.path.name} {name}", str(error)) from None


def read_upload(path: Path) -> Upload:
    """Read the platform's view of a bundle.

    Raises:
        OrganizerFault: E201 (no zip), E231 (a YAML that the platform would not take).

    """
    try:
        with zipfile.ZipFile(path) as archive:
            raw: dict[str, Any] = yaml.safe_load(archive.read("competition.yaml"))
        title = str(raw["title"])
        tasks = {task["index"]: task for task in raw["tasks"]}
        phases = tuple(_phase(phase, tasks[phase["tasks"][-1]]) for phase in raw["phases"])
        columns = tuple(
            Column(column["key"], column["title"], column.get("sorting", "desc"), position == 0)
            for position, column in enumerate(sorted(raw["leaderboards"][0]["columns"], key=lambda item: item["index"]))
        )
    except OSError as error:
        hint = "Run `competition build` first, or name the bundle with --bundle."
        raise OrganizerFault("E201", str(path), error.strerror or str(error), hint) from None
    except (zipfile.BadZipFile, LookupError, TypeError, AttributeError, ValueError, yaml.YAMLError) as error:
        raise OrganizerFault("E231", str(path), f"not a Codabench bundle: {error}".split("\n")[0]) from None
    return Upload(path, title, phases, columns)


def _phase(phase: dict[str, Any], task: dict[str, Any]) -> UploadedPhase:
    return UploadedPhase(
        key=str(task["name"]),
        name=str(phase["name"]),
        max_submissions=int(phase.get("max_submissions", 100)),
        execution_time_limit=float(phase.get("execution_time_limit", 600)),
        ingestion_program=task["ingestion_program"],
        scoring_program=task["scoring_program"],
        input_data=task["input_data"],
        reference_data=task["reference_data"],
    )
