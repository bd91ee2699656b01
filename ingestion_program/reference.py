"""Reference work: the one place for the fixed workload that will tell the machine's speed during a run."""

from __future__ import annotations


def between_parts() -> None:
    """Called between two parts while the run's clock is paused; no reference work is done yet."""
