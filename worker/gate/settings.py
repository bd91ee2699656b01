"""What the organizer sets for his worker: `gate.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file
from xtreme_tasks.tables import build

_LISTS = ("api_hosts", "storage_hosts", "platform_digests")


@dataclass(frozen=True)
class Settings:
    """One worker's settings; every path is one inside the gate's own container.

    Attributes:
        api_hosts: hosts (`name` or `name:port`) of the platform whose jobs are run.
        storage_hosts: hosts from which archives are fetched and to which results are put, besides `api_hosts`.
        worker_folder: the build's worker folder.
        journal: the journal's file.
        journal_key: file with the journal's key; empty = a chain of plain digests.
        platform_digests: SHA-256 of other versions of the platform's compute_worker.py that were looked through.
        attempts: runs that began, per account and phase; 0 = not limited here.
        shm_mib: size of /dev/shm of the containers.
        memory_mib: memory of a container; 0 = the competition's own limit, shm, and 4096 for the trusted parent.
        pids: processes and threads of a container.
        overhead_seconds: time of the ingestion container beyond pre-flight and timed runs.
        scoring_seconds: time of the scoring container.
        team_zip_mib: size of a team's zip.
        data_mib, data_files: extracted size and number of files of a program or data archive.

    """

    api_hosts: tuple[str, ...]
    storage_hosts: tuple[str, ...] = ()
    worker_folder: str = "/worker_folder"
    journal: str = "/journal/journal.jsonl"
    journal_key: str = ""
    platform_digests: tuple[str, ...] = ()
    attempts: int = 1
    shm_mib: int = 2048
    memory_mib: int = 0
    pids: int = 4096
    overhead_seconds: float = 900.0
    scoring_seconds: float = 1800.0
    team_zip_mib: int = 8192
    data_mib: int = 4096
    data_files: int = 20000

    def key(self) -> bytes | None:
        """The journal's key.

        Raises:
            OrganizerFault: E211 if the file is missing or holds fewer than 32 bytes.

        """
        if not self.journal_key:
            return None
        try:
            key = Path(self.journal_key).read_bytes().strip()
        except OSError as error:
            raise OrganizerFault("E211", self.journal_key, error.strerror or str(error)) from None
        if len(key) < 32:
            raise OrganizerFault("E211", self.journal_key, "the journal's key has fewer than 32 bytes")
        return key


def read_settings(path: Path) -> Settings:
    """The settings of a file.

    Raises:
        OrganizerFault: E201 (no file), E231 with the value that is wrong.

    """
    try:
        raw = tomllib.loads(read_file(path).decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OrganizerFault("E231", path.name, str(error)) from None
    except RecursionError:
        raise OrganizerFault("E231", path.name, "nested too deeply") from None
    for name in _LISTS:
        values = raw.get(name, [])
        if not isinstance(values, list) or not all(isinstance(value, str) and value for value in values):
            raise OrganizerFault("E231", f"{path.name} {name}", "must be a list of texts")
        if name in raw:
            raw[name] = tuple(value.lower() for value in values)
    settings: Settings = build(Settings, raw, path.name)
    if not settings.api_hosts:
        raise OrganizerFault("E231", f"{path.name} api_hosts", "must name the platform's host")
    if min(settings.shm_mib, settings.pids, settings.scoring_seconds) <= 0:
        raise OrganizerFault("E231", path.name, "shm_mib, pids and scoring_seconds must be positive")
    return settings
