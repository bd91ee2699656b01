"""The gauge: whether the seconds of a submission's runs can be normalised here, and with what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import TracebackType

from ingestion_program import environment, reference, speed
from ingestion_program.calibration import Calibration
from ingestion_program.contention import Contention, told
from ingestion_program.energy import Joules, Meter, net
from ingestion_program.pace import Pace
from ingestion_program.reference import Reference, ReferenceFailed
from ingestion_program.speed import Estimate
from ingestion_program.timing import Run
from xtreme_tasks.settings import Timing

GPU_UNSEEN = "as the rules want; work queued on the GPU was not seen to stand still"
UNCALIBRATED = "the worker is not calibrated (competition calibrate)"


def obstacle(timing: Timing, calibration: Calibration | None, facts: Mapping[str, str]) -> str:
    """Why no reference work is to be done; empty if it is.

    Args:
        timing: the phase's settings.
        calibration: the worker's, None where there is none.
        facts: `environment.facts`.

    """
    if timing.normalise == "never" or not timing.interval:
        return "the rules want raw seconds"
    if calibration is None:
        return UNCALIBRATED
    here = environment.hardware(facts)
    if calibration.hardware != here:
        return f"calibrated on other hardware: {calibration.hardware}, not {here}"
    if calibration.workers != reference.workers(calibration.backend):
        number = reference.workers(calibration.backend)
        return f"calibrated with {calibration.workers} workers, here are {number}"
    if facts.get("gpu", "none") != "none":
        if timing.normalise == "auto":
            return "on a GPU raw seconds count, unless the rules say normalise = always"
        if calibration.backend != "torch-cuda":
            return f"there is a GPU, but the calibration is of {calibration.backend}"
    elif not told():
        return "this kernel does not say how long threads wait (no schedstat)"
    return ""


def _normalised(run: Run, calibration: Calibration) -> Estimate:
    contention = run.pace.contention
    return speed.normalised(run.duration, run.pace.marks, calibration, contention.seconds, len(contention.cores))


class Gauge:
    """Reference work for all timed runs of one submission; use it in a `with` statement.

    Args:
        timing: the phase's settings.
        calibration: the worker's, None where there is none.
        facts: `environment.facts`.
        meter: of the machine's energy.

    Attributes:
        reason: why there is none; empty as long as there is.

    """

    def __init__(
        self,
        timing: Timing,
        calibration: Calibration | None,
        facts: Mapping[str, str],
        meter: Meter | None = None,
    ) -> None:
        self._timing, self._calibration, self._meter = timing, calibration, meter or Meter()
        self.reason = obstacle(timing, calibration, facts)
        self._gpu = facts.get("gpu", "none") != "none"
        self._reference: Reference | None = None

    def __enter__(self) -> Gauge:
        """Start the reference process and warm it; then measure the idle machine's power."""
        if not self.reason and self._calibration is not None:
            try:
                self._reference = Reference(
                    self._calibration.backend, self._calibration.workers, self._timing.slice_seconds
                )
            except ReferenceFailed as failure:
                self.reason = str(failure)
        self._meter.rest(self._timing.idle_seconds)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the reference process."""
        if self._reference is not None:
            self._reference.close()

    def pace(self) -> Pace:
        """For the next run."""
        contention = Contention(watched=self._reference is not None and not self._gpu)
        return Pace(self._reference, self._timing.interval, self._timing.share or 1.0, self._meter, contention)

    def energy(self, run: Run) -> Joules:
        """What a run used, less the halts and the idle machine."""
        return net(run.pace.energy, run.pace.energy_halted, self._meter.idle, run.duration)

    def energy_facts(self, run: Run) -> dict[str, str]:
        """How that was measured, as texts for the record's environment; nothing where it was not."""
        if self.energy(run).total is None:
            return {"energy_counters": "none"}
        return {
            "energy_counters": ", ".join(self._meter.names),
            "energy_idle_watts": self._meter.idle.text(),
            "energy_reference_joules": run.pace.energy_halted.text(),
        }

    def estimates(self, runs: Sequence[Run]) -> list[Estimate]:
        """What each run's seconds are worth: of one submission either all are normalised or none is."""
        calibration = self._calibration
        if self.reason or calibration is None:
            # A calibration of another machine says nothing about this one's scatter either.
            known = calibration if not self.reason.startswith("calibrated") else None
            return [speed.raw(run.duration, self.reason, known) for run in runs]
        voids = [run.pace.void for run in runs if run.pace.void]
        if voids:
            return [speed.void(run.duration, voids[0], calibration) for run in runs]
        reason = next((run.pace.failed for run in runs if run.pace.failed), "")
        fewest = min(len(run.pace.marks) for run in runs)
        if not reason and fewest < speed.FEWEST:
            reason = f"too short: {fewest} slices of reference work, at least {speed.FEWEST} are needed"
        if reason:
            return [speed.raw(run.duration, reason, calibration) for run in runs]
        found = [_normalised(run, calibration) for run in runs]
        if self._gpu:
            return [replace(one, reason="; ".join(filter(None, (one.reason, GPU_UNSEEN)))) for one in found]
        return found
