"""From a machine to the facts: asks each thing once, and notes what could not be asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from organizer.worker_check.facts import BundleFacts, Facts, Gpu, InsideFacts, KeyFile
from organizer.worker_check.probe import Probe
from xtreme_tasks.faults import OrganizerFault

WORKER_FILE = "worker.json"
ROLES = ("ingestion", "scoring")
SMI_FIELDS = "name,persistence_mode,clocks.applications.graphics,clocks.max.graphics"


def collect(worker: Path, run_folder: Path, shm_mib: int, gpu: bool, probe: Probe) -> Facts:
    """The facts of a worker.

    Args:
        worker: the worker folder.
        run_folder: HOST_DIRECTORY of the platform's worker.
        shm_mib: as gate.toml sets it.
        gpu: whether there is meant to be a GPU.
        probe: the machine.

    """
    bundles = tuple(_bundle(path) for path in sorted(worker.glob(f"*/{WORKER_FILE}")))
    names = sorted({bundle.image for bundle in bundles if bundle.image})
    engine, engine_error = "", ""
    images, inside = [], None
    try:
        engine = probe.engine()
        images = [probe.image(name) for name in names]
    except OrganizerFault as fault:
        engine_error = fault.detail
    here = [item.name for item in images if item.digests]
    if here:
        inside = _inside(probe, here[0], shm_mib, gpu)
    return Facts(
        kernel=probe.kernel(),
        landlock=probe.landlock(),
        engine=engine,
        engine_error=engine_error,
        bundles=bundles,
        keys=tuple(key for bundle in bundles if bundle.sealed for key in _keys(worker / bundle.folder, probe)),
        images=tuple(images),
        inside=inside,
        wanted_gpu=gpu,
        wanted_shm_mib=shm_mib,
        gpus=_gpus(probe) if gpu else (),
        free_gib=probe.free_gib(run_folder),
        run_folder=str(run_folder),
        synchronised=_synchronised(probe),
    )


def _bundle(path: Path) -> BundleFacts:
    folder = path.parent.name
    try:
        raw: dict[str, Any] = json.loads(path.read_bytes())
        programs = [role for role in ROLES if len(raw["programs"].get(role, {}).get("digest", "")) == 64]
        image = str(raw["image"])
        pinned = image.partition("@")[2] or str(raw.get("image_digest", ""))
        error = "" if raw["bundle"] == folder else "names another bundle than its folder"
        models = tuple(str(name) for name in raw.get("base_models", ()))
        return BundleFacts(folder, len(programs), image, pinned, raw["sealed"] is not False, error, models)
    except OSError as error:
        return BundleFacts(folder, error=error.strerror or str(error))
    except (ValueError, KeyError, TypeError, AttributeError):
        return BundleFacts(folder, error=f"{WORKER_FILE} is malformed")


def _keys(folder: Path, probe: Probe) -> list[KeyFile]:
    paths = [folder, *(part for role in ROLES for part in (folder / role, folder / role / "keys.json"))]
    return [probe.key(path) for path in paths]


def _inside(probe: Probe, image: str, shm_mib: int, gpu: bool) -> InsideFacts:
    try:
        found = dict(probe.inside(image, shm_mib, gpu))
        for name in ("interfaces", "gpus", "base_models"):
            found[name] = tuple(found[name])
        return InsideFacts(**found)
    except OrganizerFault as fault:
        if gpu:  # without the GPU everything else can still be looked at
            return _inside(probe, image, shm_mib, gpu=False)
        return InsideFacts(error=fault.detail)
    except (TypeError, KeyError):
        return InsideFacts(error="the container answered something else")


def _gpus(probe: Probe) -> tuple[Gpu, ...]:
    listed = probe.command(["nvidia-smi", f"--query-gpu={SMI_FIELDS}", "--format=csv,noheader,nounits"])
    rows = [[part.strip() for part in line.split(",")] for line in (listed or "").splitlines()]
    return tuple(Gpu(row[0], row[1] == "Enabled", _mhz(row[2]), _mhz(row[3])) for row in rows if len(row) == 4)


def _mhz(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _synchronised(probe: Probe) -> bool | None:
    """By systemd, else by chrony; None where neither is there."""
    told = probe.command(["timedatectl", "show", "--property=NTPSynchronized", "--value"])
    if told is not None and told.strip() in ("yes", "no"):
        return told.strip() == "yes"
    tracking = probe.command(["chronyc", "-n", "tracking"])
    return None if tracking is None else "Leap status     : Normal" in tracking
