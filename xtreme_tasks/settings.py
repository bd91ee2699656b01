"""What one phase's programs must know: written by the build into inputs and reference data alike."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import dumps
from xtreme_tasks.tables import build, finite, read_table
from xtreme_tasks.tasks import TASKS

SETTINGS_FILE = "phase.json"
CALIBRATION_FILE = "calibration.json"
"""At the top of the worker folder: how fast the worker is (docs/timing.md)."""
FORMAT = 1
MAX_SHARE = 0.25
"""Largest share of reference work: what enforces a time limit from outside must allow for so much more."""

MAX_IDLE = 60.0


@dataclass(frozen=True)
class Limits:
    """What one run may use.

    Attributes:
        seconds: wall-clock seconds of the timed run.
        preflight_seconds: wall-clock seconds of the pre-flight.
        memory_mib: resident memory of all the team's processes together, in MiB.
        processes: threads and processes of the team together; 0 = not limited.
        files: files in the submission.
        submission_mib: size of the extracted submission, in MiB.

    """

    seconds: float = 3600.0
    preflight_seconds: float = 300.0
    memory_mib: int = 16384
    processes: int = 0
    files: int = 2000
    submission_mib: int = 8192


@dataclass(frozen=True)
class Rule:
    """The efficiency rule and its thresholds (docs/rules.md).

    Attributes:
        name: `places` or `baseline`.
        score_gap: points; a team that is this much better is not passed, strictly less is needed.
        duration_gain: fraction by which the mover must be faster, strictly more is needed.
        first_places, second_places: how far the two titles carry.
        weight, limit: of the rule `baseline`: points per halving of the duration, and the clip in halvings.

    """

    name: Literal["places", "baseline"] = "places"
    score_gap: float = 10.0
    duration_gain: float = 0.05
    first_places: int = 2
    second_places: int = 1
    weight: float = 1.0
    limit: float = 2.0


@dataclass(frozen=True)
class Baseline:
    """The shipped baseline's result on this phase's data; zero where nobody has measured it yet.

    Attributes:
        score, duration: as on the leaderboard.
        languages: scores by task and language.
        startup: raw seconds until it was loaded.
        seconds: raw seconds by task and language, for the detail page.
        hardware: key of the machine that measured it; empty: that it was the teams' is the organizer's word.
        band_low, band_high: 95 % noise band of `duration`; both 0 where nothing is known of it.

    """

    score: float = 0.0
    duration: float = 0.0
    languages: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    startup: float = 0.0
    seconds: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    hardware: str = ""
    band_low: float = 0.0
    band_high: float = 0.0


@dataclass(frozen=True)
class Timing:
    """Reference work during a run (docs/timing.md).

    Attributes:
        share: seconds of reference work for each second of the team's own; none of them is in the duration.
        slice_seconds: length of one slice.
        normalise: `auto` = where the worker is calibrated and has no GPU; `always` = with a GPU too; `never`.
        idle_seconds: for so long the idle machine's power is measured before a run, where it has energy counters.

    """

    share: float = 0.10
    slice_seconds: float = 0.3
    normalise: Literal["auto", "always", "never"] = "auto"
    idle_seconds: float = 3.0

    @property
    def interval(self) -> float:
        """Seconds of the team's work for each slice; 0 if the share is 0."""
        return self.slice_seconds / self.share if self.share else 0.0


@dataclass(frozen=True)
class PhaseSettings:
    """One phase.

    Attributes:
        bundle: the build's identifier.
        phase: `evaluation-1`, `evaluation-2`, `evaluation-3` or `final`.
        split: `evaluation` or `final`.
        sealed: whether hidden data are encrypted; False is a declared demonstration.
        start, end: the window in Unix seconds; 0 = open.
        grace: seconds after `end` in which a run may still begin; a container cannot see when it was submitted.
        languages: languages of each task in this phase.
        counts: hidden examples of each task and language.
        limits, rule, baseline, timing: see their classes.
        repeats: timed runs of one submission; the median counts.
        require: protections without which a sealed phase refuses to run.
        open_key: hex; only of an unsealed bundle: its signatures are checksums, not proofs.
        detail_after: Unix seconds from which the detail page shows languages (the final phase's end); 0 = always.
        record_age: seconds after which scoring refuses a run record as stale.
        title: the competition's, for the detail page.
        note: one more sentence for the detail page.

    """

    bundle: str
    phase: str
    split: str
    sealed: bool
    start: float
    end: float
    grace: float
    languages: Mapping[str, tuple[str, ...]]
    counts: Mapping[str, Mapping[str, int]]
    limits: Limits = Limits()
    rule: Rule = Rule()
    baseline: Baseline = Baseline()
    repeats: int = 1
    require: tuple[str, ...] = ()
    open_key: str = ""
    detail_after: float = 0.0
    record_age: float = 21600.0
    title: str = ""
    timing: Timing = Timing()
    note: str = ""

    def to_json(self) -> bytes:
        """Canonical JSON; the inverse of `parse_settings`."""
        return dumps({"format": FORMAT, **dataclasses.asdict(self)}).encode() + b"\n"


def parse_settings(data: bytes, where: str = SETTINGS_FILE) -> PhaseSettings:
    """Settings from their canonical JSON.

    Raises:
        OrganizerFault: E231 with the value that is wrong.

    """
    raw = read_table(data, FORMAT, where)
    languages = raw.get("languages")
    if not isinstance(languages, dict) or not languages or not set(languages) <= set(TASKS):
        raise OrganizerFault("E231", f"{where} languages", "must name at least one known task")
    for task, codes in languages.items():
        if not isinstance(codes, list) or not codes or any(code not in TASKS[task].languages for code in codes):
            raise OrganizerFault("E231", f"{where} languages.{task}", "unknown or no language")
    raw["languages"] = {task: tuple(codes) for task, codes in languages.items()}
    for name, kind in (("limits", Limits), ("rule", Rule), ("baseline", Baseline), ("timing", Timing)):
        raw[name] = build(kind, raw.get(name, {}), f"{where} {name}")
    check_timing(raw["timing"], f"{where} timing")
    check_baseline(raw["baseline"], f"{where} baseline")
    require = raw.get("require", [])
    if not isinstance(require, list) or not all(isinstance(name, str) for name in require):
        raise OrganizerFault("E231", f"{where} require", "must be a list of names")
    raw["require"] = tuple(require)
    settings: PhaseSettings = build(PhaseSettings, raw, where)
    return settings


def check_timing(timing: Timing, where: str) -> None:
    """Refuse settings of reference work that no run could keep.

    Raises:
        OrganizerFault: E231.

    """
    if timing.share > MAX_SHARE:
        raise OrganizerFault("E231", f"{where} share", f"must be at most {MAX_SHARE}")
    if not 0.01 <= timing.slice_seconds <= 10:
        raise OrganizerFault("E231", f"{where} slice_seconds", "must be from 0.01 to 10")
    if timing.idle_seconds > MAX_IDLE:
        raise OrganizerFault("E231", f"{where} idle_seconds", f"must be at most {MAX_IDLE:g}")


def check_baseline(baseline: Baseline, where: str) -> None:
    """Refuse numbers by language that are none, and a band that is not one of the duration.

    Raises:
        OrganizerFault: E231.

    """
    low, high = baseline.band_low, baseline.band_high
    if (low or high) and not 0 < low <= baseline.duration <= high:
        raise OrganizerFault("E231", f"{where} band_low, band_high", "must enclose the duration, or both be 0")
    for name, tables in (("languages", baseline.languages), ("seconds", baseline.seconds)):
        rows = tables.items() if isinstance(tables, Mapping) else [("", None)]
        for task, row in rows:
            if task not in TASKS or not isinstance(row, Mapping) or not set(row) <= set(TASKS[task].languages):
                raise OrganizerFault("E231", f"{where} {name}", "must be numbers by task and language")
            if any(type(value) not in (int, float) or not finite(value) or value < 0 for value in row.values()):
                raise OrganizerFault("E231", f"{where} {name}.{task}", "must be finite numbers, not negative")
