"""What may run: every decision of the gate, from values to values; nothing here reads a file, a clock or a network.

A decision raises the fault that is shown on the submission and written into the journal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from worker.gate.archives import ArchiveLimits
from worker.gate.bundles import ROLES, Bundle, Role
from worker.gate.settings import Settings
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.settings import MAX_SHARE

MIB = 1 << 20
PARENT_MIB = 4096
"""Memory beyond the team's limit: ingestion's parent holds all inputs and answers, scoring all labels."""

_NEEDED: Mapping[Role, frozenset[str]] = {
    "ingestion": frozenset({"program_data", "ingestion_program", "input_data"}),
    "scoring": frozenset({"program_data", "reference_data", "prediction_result"}),
}
_FORBIDDEN: Mapping[Role, frozenset[str]] = {
    "ingestion": frozenset({"reference_data"}),
    "scoring": frozenset({"ingestion_program", "input_data"}),
}
PROGRAM_FOLDER: Mapping[Role, str] = {"ingestion": "ingestion_program", "scoring": "program"}
DATA_FOLDER: Mapping[Role, str] = {"ingestion": "input_data", "scoring": "input/ref"}
DATA_ROLE: Mapping[Role, str] = {"ingestion": "input", "scoring": "reference"}
KIND: Mapping[Role, str] = {"ingestion": "ingestion", "scoring": "program"}
"""What the platform calls the container that runs each role's program; it runs no other one here."""


@dataclass(frozen=True)
class Origin:
    """Who sends a job: the platform's host, its numbers of the account and of the submission."""

    api_host: str
    user: int
    submission: int


@dataclass(frozen=True)
class Job:
    """A job whose words are acceptable: which step, of whom, and the bundles that use its image."""

    role: Role
    origin: Origin
    image: str
    bundles: tuple[Bundle, ...]


@dataclass(frozen=True)
class Admitted:
    """A job whose program and data are this organizer's; `permitted`: an organizer's re-run, which does not count."""

    job: Job
    bundle: Bundle
    phase: str
    permitted: bool


@dataclass(frozen=True)
class ContainerLimits:
    """What one container may use: bytes, processes and threads, and seconds."""

    memory: int
    shm: int
    pids: int
    seconds: float


def identify(arguments: Mapping[str, Any]) -> Origin:
    """Who sends the job, before its words become names of folders, containers and sockets.

    Raises:
        OrganizerFault: E241 (no address), E244 (no numbers).

    """
    user, submission = (_number(arguments.get(name), name) for name in ("user_pk", "id"))
    return Origin(_host(arguments.get("submissions_api_url"), "submissions_api_url"), user, submission)


def check_arguments(origin: Origin, arguments: Mapping[str, Any], settings: Settings, bundles: Sequence[Bundle]) -> Job:
    """The job of the platform's run arguments, before anything is fetched.

    Raises:
        OrganizerFault: E241 (host), E242 (image), E244 (not a step of this competition).

    """
    if origin.api_host not in settings.api_hosts:
        raise OrganizerFault("E241", "submissions_api_url", origin.api_host)
    _check_addresses(arguments, {*settings.api_hosts, *settings.storage_hosts})
    scoring = arguments.get("is_scoring")
    if not isinstance(scoring, bool):
        raise OrganizerFault("E244", "is_scoring", "neither true nor false")
    role: Role = "scoring" if scoring else "ingestion"
    if arguments.get("ingestion_only_during_scoring"):
        raise OrganizerFault("E244", "ingestion_only_during_scoring", "it would show labels to ingestion")
    given = {name for name in _NEEDED[role] | _FORBIDDEN[role] if arguments.get(name)}
    if given != _NEEDED[role]:
        names = ", ".join(sorted(given ^ _NEEDED[role]))
        raise OrganizerFault("E244", role, f"missing or not allowed in this step: {names}")
    image = arguments.get("docker_image")
    fitting = tuple(bundle for bundle in bundles if bundle.image == image)
    if not isinstance(image, str) or not fitting:
        raise OrganizerFault("E242", str(image))
    return Job(role, origin, image, fitting)


def _number(value: object, name: str) -> int:
    # The numbers become part of a folder's and a container's name.
    text = str(value)
    if isinstance(value, bool) or not isinstance(value, int | str) or not (text.isascii() and text.isdigit()):
        raise OrganizerFault("E244", name, "not a number")
    if len(text) > 18:
        raise OrganizerFault("E244", name, "not a number")
    return int(text)


def _host(url: object, name: str) -> str:
    """Host and port of an address, in small letters; user names and odd characters are refused, not interpreted."""
    if not isinstance(url, str) or not url.isascii() or not url.isprintable() or set(url) & set(' \\"<>'):
        raise OrganizerFault("E241", name, "not an address")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise OrganizerFault("E241", name, "not an address") from None
    if parts.scheme not in ("http", "https") or not parts.netloc or "@" in parts.netloc:
        raise OrganizerFault("E241", name, "not a plain http or https address")
    return parts.netloc.lower()


def _check_addresses(arguments: Mapping[str, Any], hosts: set[str]) -> None:
    """Every address among the arguments: from where archives come, and to where results, logs and pages go."""
    named = _NEEDED["ingestion"] | _NEEDED["scoring"] | {"scoring_result", "detailed_results_url"}
    for name, value in arguments.items():
        if value and (name in named or (isinstance(value, str) and ":/" in value)):
            host = _host(value, name)
            if host not in hosts:
                raise OrganizerFault("E241", name, host)


def check_program(job: Job, digest: str) -> Bundle:
    """The bundle whose program of this role has this digest.

    Raises:
        OrganizerFault: E243 (unknown), E244 (a known program in the wrong role).

    """
    for bundle in job.bundles:
        if bundle.programs[job.role] == digest:
            return bundle
    for bundle in job.bundles:
        for role in ROLES:
            if bundle.programs[role] == digest:
                raise OrganizerFault("E244", f"{bundle.bundle} {role} program", f"used for {job.role}")
    raise OrganizerFault("E243", f"{job.role} program", f"digest {digest}")


def check_data(bundle: Bundle, role: Role, signpost: bytes) -> str:
    """The phase that a data folder claims to be of; whether that is true, only its keys can tell.

    Args:
        bundle, role: what runs.
        signpost: `data.json` of the extracted folder.

    Raises:
        OrganizerFault: E245.

    """
    try:
        raw = json.loads(signpost)
        found = (raw["bundle"], raw["role"], raw["sealed"])
        phase = str(raw["phase"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise OrganizerFault("E245", "data.json", "malformed") from None
    if found != (bundle.bundle, DATA_ROLE[role], bundle.sealed):
        raise OrganizerFault("E245", "data.json", f"not the {DATA_ROLE[role]} data of {bundle.bundle}")
    if phase not in bundle.repeats:
        raise OrganizerFault("E245", "data.json", "no phase of this bundle")
    return phase


def check_image(bundle: Bundle, digests: Iterable[str]) -> None:
    """The image on this machine is the one that the build pinned.

    Args:
        bundle: with or without a pinned image.
        digests: the local image's id and the digests under which registries know it, each `sha256:...`.

    Raises:
        OrganizerFault: E242.

    """
    if bundle.image_digest and bundle.image_digest not in set(digests):
        raise OrganizerFault("E242", bundle.image, f"its digest is not {bundle.image_digest}")


def container_limits(admitted: Admitted, settings: Settings) -> ContainerLimits:
    """What this step's container may use; the phase's own time limit on the platform is not believed."""
    limits = admitted.bundle.limits
    memory = settings.memory_mib or limits.memory_mib + settings.shm_mib + PARENT_MIB
    seconds = settings.scoring_seconds
    if admitted.job.role == "ingestion":
        timed = limits.preflight_seconds + limits.seconds * (1 + MAX_SHARE)  # its clock stands during reference work
        # A permit may ask for more repeats than the phase; the pre-flight is repeated with each at most.
        seconds = timed * max(1, admitted.bundle.repeats[admitted.phase]) + settings.overhead_seconds
    return ContainerLimits(memory * MIB, settings.shm_mib * MIB, settings.pids, seconds)


def archive_limits(job: Job, destination: str, settings: Settings) -> ArchiveLimits:
    """Limits of an archive by where it goes; of several bundles with this image the largest, ingestion is exact."""
    if destination == "program" and job.role == "ingestion":
        files = max(bundle.limits.files for bundle in job.bundles)
        extracted = max(bundle.limits.submission_mib for bundle in job.bundles)
        return ArchiveLimits(settings.team_zip_mib * MIB, files, extracted * MIB)
    return ArchiveLimits(settings.data_mib * MIB, settings.data_files, settings.data_mib * MIB)


def check_binds(binds: Mapping[str, Mapping[str, str]], run_folder: str, view: str) -> None:
    """Every mount is inside the run's own folder, and /app/data is the view that was made for this role.

    Raises:
        OrganizerFault: E248: the platform's worker mounts something that the gate does not know.

    """
    for source, target in binds.items():
        inside = source == run_folder or source.startswith(run_folder.rstrip("/") + "/")
        expected = source == view and target.get("mode") == "ro" if target["bind"] == "/app/data" else source != view
        if not inside or ".." in source.split("/") or not expected:
            raise OrganizerFault("E248", target["bind"], "an unexpected mount")
