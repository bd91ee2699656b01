"""`celery -A worker.gate.worker worker ...`: the platform's worker with the gate in its place.

At import: read the settings, compare the platform's code with what the gate was written for, wrap its engine client,
replace its `Run`, and switch off what others on the broker could do to this worker. A fault is one line and exit 1.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from worker.gate.bundles import read_bundles
from worker.gate.engine import GatedClient
from worker.gate.interface import PLATFORM, check_module
from worker.gate.run import clear, gated_run
from worker.gate.settings import Settings, read_settings
from xtreme_tasks.faults import Fault
from xtreme_tasks.journal import Journal

# Celery's, which comes with the platform's worker and has no type information.
App = Any

SETTINGS_FILE = "/gate/gate.toml"


def install(platform: ModuleType, settings: Settings) -> App:
    """Put the gate into the platform's module; returns its Celery app.

    Raises:
        Fault: E248 (another platform), E201 and E231 (worker folder), E251 and E252 (journal).

    """
    digest = check_module(platform, settings.platform_digests)
    bundles = read_bundles(Path(settings.worker_folder))
    with Journal(Path(settings.journal), settings.key()) as journal:
        entry = journal.append(
            "opened",
            {"platform": PLATFORM, "source": digest, "bundles": [bundle.bundle for bundle in bundles]},
        )
        clear(platform, journal)
    platform.client = GatedClient(platform.client)  # type: ignore[attr-defined]
    platform.Run = gated_run(platform, settings)  # type: ignore[attr-defined]
    app = platform.app
    # Anybody with the broker's address could otherwise stop a run, or the worker, by a control message.
    app.conf.update(worker_enable_remote_control=False, worker_concurrency=1, accept_content=["json"])
    # Noted outside of the journal: lines that are missing at its end show only against this.
    print(f"gate: {PLATFORM}, {len(bundles)} bundle(s), journal line {entry.number} {entry.digest}", flush=True)
    return app


def start() -> App:
    """Install into the platform's own module, which Celery's command finds by this module's `app`."""
    try:
        settings = read_settings(Path(os.environ.get("GATE_SETTINGS", SETTINGS_FILE)))
        return install(importlib.import_module("compute_worker"), settings)
    except Fault as fault:
        print(fault.line(), file=sys.stderr, flush=True)
        sys.exit(1)


def __getattr__(name: str) -> App:
    """`app`, made when Celery asks for it: importing this module for a test starts nothing."""
    if name != "app":
        raise AttributeError(name)
    app = start()
    globals()["app"] = app
    return app
