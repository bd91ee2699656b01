"""The gauge: whether the seconds of a submission's runs can be normalised here, and with what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import TracebackType

from ingestion_program import environment, gpu_watch, nvml, reference, speed
from ingestion_program.calibration import Calibration
from ingestion_program.contention import Contention, told
from ingestion_program.energy import Joules, Meter, net
from ingestion_program.gpu_watch import GpuWatch
from ingestion_program.pace import Pace
from ingestion_program.reference import Reference, ReferenceFailed
from ingestion_program.speed import Estimate
from ingestion_program.timing import Run
from xtreme_tasks.settings import Timing

GPU_SEEN = "as the rules want; in the halts the GPU's samples showed no work of others"
UNCALIBRATED = "the worker is not calibrated (competition calibrate)"


def on_gpu(facts: Mapping[str, str]) -> bool:
    """Whether this machine has a GPU."""
    return facts.get("gpu", "none") != "none"


def foreign(calibration: Calibration, facts: Mapping[str, str]) -> str:
    """Why the calibration says nothing of this machine, not even how its seconds scatter; empty if it does."""
    here, number = environment.hardware(facts), reference.workers(calibration.backend)
    if calibration.hardware != here:
        return f"calibrated on other hardware: {calibration.hardware}, not {here}"
    if calibration.workers != number:
        return f"calibrated with {calibration.workers} workers, here are {number}"
    if on_gpu(facts) and calibration.backend != "torch-cuda":
        return f"there is a GPU, but the calibration is of {calibration.backend}"
    return ""


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
    if reason := foreign(calibration, facts):
        return reason
    if on_gpu(facts):
        if timing.normalise == "auto":
            return "on a GPU raw seconds count, unless the rules say normalise = always"
        return gpu_watch.obstacle(nvml.gpus())
    return "" if told() else "this kernel does not say how long threads wait (no schedstat)"


def _others(run: Run) -> tuple[float, int]:
    """Processor seconds that others took in a run, and of how many cores."""
    return run.pace.contention.seconds, len(run.pace.contention.cores)


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
        self._gpu = on_gpu(facts)
        # The scatter of another machine's seconds, or of a processor's beside a GPU, is not that of these.
        self._band = calibration if calibration is not None and not foreign(calibration, facts) else None
        self._reference: Reference | None = None
        self._watch: GpuWatch | None = None

    def __enter__(self) -> Gauge:
        """Start the reference process, warm it, and see it on the GPU; then measure the idle machine's power."""
        if not self.reason and self._calibration is not None:
            try:
                self._start(self._calibration)
            except ReferenceFailed as failure:
                self.reason = str(failure)
        self._meter.rest(self._timing.idle_seconds)
        return self

    def _start(self, calibration: Calibration) -> None:
        started = Reference(calibration.backend, calibration.workers, self._timing.slice_seconds)
        try:
            if self._gpu and (gpus := nvml.gpus()):
                self._watch = GpuWatch(gpus, started.slice)
        except ReferenceFailed:
            started.close()
            raise
        self._reference = started

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the reference process."""
        if self._reference is not None:
            self._reference.close()

    def pace(self) -> Pace:
        """For the next run."""
        contention = Contention(watched=self._reference is not None and not self._gpu)
        share = self._timing.share or 1.0
        return Pace(self._reference, self._timing.interval, share, self._meter, contention, self._watch)

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
            return self._raw(runs, self.reason)
        voids = [run.pace.void for run in runs if run.pace.void]
        if voids:
            return [speed.void(run.duration, voids[0], run.pace.marks, calibration, *_others(run)) for run in runs]
        reason = next((run.pace.failed for run in runs if run.pace.failed), "")
        fewest = min(len(run.pace.marks) for run in runs)
        if not reason and fewest < speed.FEWEST:
            reason = f"too short: {fewest} slices of reference work, at least {speed.FEWEST} are needed"
        if reason:
            return self._raw(runs, reason)
        found = [speed.normalised(run.duration, run.pace.marks, calibration, *_others(run)) for run in runs]
        if self._gpu:
            return [replace(one, reason="; ".join(filter(None, (one.reason, GPU_SEEN)))) for one in found]
        return found

    def _raw(self, runs: Sequence[Run], reason: str) -> list[Estimate]:
        return [speed.raw(run.duration, reason, self._band, *_others(run)) for run in runs]
