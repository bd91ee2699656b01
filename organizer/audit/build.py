"""The build that the results must be of: what the bundle says, and what only its worker folder knows."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from organizer.audit.evidence import Keys
from organizer.local_worker.permit import phase_settings, score_key
from organizer.local_worker.upload import Upload, read_upload
from organizer.platform.live import read_yaml
from sealing.keys import read_keys
from worker.gate.bundles import PERMITS, Bundle, read_bundles
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import folder_digest, read_file
from xtreme_tasks.record import verify
from xtreme_tasks.settings import PhaseSettings


@dataclass(frozen=True)
class BuildFacts:
    """One build.

    Attributes:
        upload: the bundle as the platform unpacks it; `raw` is its `competition.yaml`.
        bundle: the worker folder's description.
        settings: of each phase.
        keys: with which its programs sign.
        data: digest of the extracted data by phase and role (`ingestion` and `scoring`), as the gate notes it.
        permits: submissions with a valid permit in the worker folder.

    """

    upload: Upload
    raw: Mapping[str, Any]
    bundle: Bundle
    settings: Mapping[str, PhaseSettings]
    keys: Keys
    data: Mapping[tuple[str, str], str]
    permits: frozenset[int]

    @property
    def sealed(self) -> bool:
        """Whether its signatures prove anything: in an unsealed build their key is open."""
        return self.bundle.sealed

    def attempts(self, phase: str) -> int:
        """How many attempts a team has."""
        return self.upload.phase(phase).max_submissions


def read_build(archive: Path, worker: Path) -> BuildFacts:
    """Bundle and worker folder of one build.

    Raises:
        OrganizerFault: E201, E211, E212, E231; E211 also if the two are not of one build.

    """
    upload = read_upload(archive)
    settings = {phase.key: phase_settings(upload, worker, phase) for phase in upload.phases}
    first = next(iter(settings.values()))
    bundle = next((item for item in read_bundles(worker) if item.bundle == first.bundle), None)
    if bundle is None:
        hint = "Name the worker folder of the same build with --worker."
        raise OrganizerFault("E211", str(worker), f"no bundle {first.bundle}", hint)
    if first.sealed:
        record = read_keys(worker, first.bundle, "ingestion").get("record")
        keys = Keys(record, score_key(upload, worker, upload.phases[0]))
    else:
        keys = Keys(bytes.fromhex(first.open_key), bytes.fromhex(first.open_key))
    data = {
        (phase.key, role): _digest(upload, name)
        for phase in upload.phases
        for role, name in (("ingestion", phase.input_data), ("scoring", phase.reference_data))
    }
    permits = _permits(worker / first.bundle / PERMITS, keys.record)
    return BuildFacts(upload, read_yaml(archive), bundle, settings, keys, data, permits)


def _digest(upload: Upload, name: str) -> str:
    with tempfile.TemporaryDirectory(prefix="competition-audit-") as scratch:
        upload.extract(name, Path(scratch))
        return folder_digest(Path(scratch))


def _permits(folder: Path, key: bytes) -> frozenset[int]:
    found = set()
    for path in sorted(folder.glob("*.json")):
        try:
            values = verify(read_file(path), "permit", key, str(path))
        except OrganizerFault:
            continue  # ingestion refuses it, too
        if str(values.get("submission")) == path.stem:
            found.add(int(path.stem))
    return frozenset(found)
