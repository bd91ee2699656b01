"""What the timed runs say, put into the run record: of several repeats the median one counts."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import replace

from ingestion_program.gauge import Gauge
from ingestion_program.questions import Question
from ingestion_program.timing import Run
from xtreme_tasks.faults import printable
from xtreme_tasks.record import RunRecord


def measured(record: RunRecord, runs: Sequence[Run], gauge: Gauge, asked: Sequence[Question]) -> RunRecord:
    """The record with seconds, bands, memory and energy.

    Args:
        record: what is known so far.
        runs: all repeats.
        gauge: that measured beside them.
        asked: the questions of each.

    """
    estimates = gauge.estimates(runs)
    durations = tuple(estimate.duration for estimate in estimates)
    number = durations.index(statistics.median_low(durations))
    median, estimate = runs[number], estimates[number]
    energy = gauge.energy(median)
    return replace(
        record,
        duration=estimate.duration,
        durations=durations,
        wall=median.duration,
        walls=tuple(run.duration for run in runs),
        speed=estimate.speed,
        speed_measured=estimate.measured,
        timing=estimate.timing,
        timing_reason=printable(estimate.reason, 200),
        band_low=estimate.low,
        band_high=estimate.high,
        contended=estimate.contended,
        slices=estimate.slices,
        reference_share=median.pace.halted / median.duration,
        startup=median.startup,
        loading=median.loading,
        parts=median.parts,
        cpu=median.cpu,
        peak_memory_mib=max(run.peak_memory_mib for run in runs),
        characters={question.name: question.characters for question in asked},
        energy_joules=_joules(energy.total),
        energy_gpu_joules=_joules(energy.gpu),
        energy_cpu_joules=_joules(energy.cpu),
        environment={**record.environment, **gauge.energy_facts(median)},
    )


def _joules(joules: float | None) -> float:
    return -1.0 if joules is None else joules
