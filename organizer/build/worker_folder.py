"""The worker folder: what only the organizer's own GPU worker may have.

worker.json               which bundles may run here: programs by digest and command, image, phases
BUNDLE/ingestion/keys.json, BUNDLE/scoring/keys.json      mode 0600, owned by root on the worker
BUNDLE/permits/           signed permits for the organizer's re-runs
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from organizer.build.options import BuildOptions
from organizer.build.programs import COMMANDS, extracted_digest, program_files
from organizer.build.rules import Rules
from sealing.keys import ROLES, role_keys, write_keys
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import dumps, write_whole
from xtreme_tasks.settings import PhaseSettings

WORKER_FILE = "worker.json"
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def write_worker_folder(
    worker: Path,
    options: BuildOptions,
    bundle: str,
    rules: Rules,
    settings: Sequence[PhaseSettings],
    title: str,
    base_models: Sequence[str],
) -> None:
    """Write keys and `worker.json`; other bundles' folders beside it stay.

    Raises:
        OrganizerFault: E231 (the image's digest), E232.

    """
    folder = worker / bundle
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if options.sealed:
        for program in ROLES:
            write_keys(worker, role_keys(options.secret, bundle, program), program)
    (folder / "permits").mkdir(exist_ok=True)
    description = _description(options, bundle, rules, settings, title) | {"base_models": list(base_models)}
    write_whole(folder / WORKER_FILE, dumps(description).encode() + b"\n")


def pinned_image(name: str, given: str = "") -> str:
    """`sha256:...` of the only image that the gate will run; empty where nobody pins it.

    Args:
        name: of the image in `rules.toml`, perhaps with a digest.
        given: with the build command, or empty.

    Raises:
        OrganizerFault: E231 for something else than a digest, or two that differ.

    """
    named = name.partition("@")[2]
    for where, digest in (("--image-digest", given), ("rules.toml [image] name", named)):
        if digest and not _DIGEST.fullmatch(digest):
            raise OrganizerFault("E231", where, "must be sha256: and 64 hexadecimal digits")
    if given and named and given != named:
        raise OrganizerFault("E231", "--image-digest", f"the image's name in rules.toml says {named}")
    return given or named


def _description(
    options: BuildOptions, bundle: str, rules: Rules, settings: Sequence[PhaseSettings], title: str
) -> dict[str, Any]:
    programs = {
        role: {
            "digest": extracted_digest(program_files(role, options.root, bundle, options.sealed)),
            "command": command,
        }
        for role, command in COMMANDS.items()
    }
    phases = [
        {"phase": phase.phase, "split": phase.split, "start": phase.start, "end": phase.end, "repeats": phase.repeats}
        for phase in settings
    ]
    return {
        "bundle": bundle,
        "title": title,
        "sealed": options.sealed,
        "image": rules.image.name,
        "image_digest": pinned_image(rules.image.name, options.image_digest),
        "programs": programs,
        "limits": dataclasses.asdict(rules.limits),
        "phases": phases,
    }
