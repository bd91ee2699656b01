"""Every energy counter of this machine."""

from __future__ import annotations

from ingestion_program import nvml, rapl
from ingestion_program.energy import Meter


def meter() -> Meter:
    """GPUs and processors; without counters it measures nothing."""
    gpus = nvml.gpus()
    return Meter([*(gpus.counters() if gpus else ()), *rapl.counters()])
