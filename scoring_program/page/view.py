"""What the detail page shows, as values: whoever has these can draw the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xtreme_tasks.faults import FAULTS, Owner


@dataclass(frozen=True)
class Verdict:
    """How the run ended.

    Attributes:
        code: `ok` or a key of `FAULTS`.
        counts: whether the attempt is used up.
        where, detail, hint: of the fault; the hint replaces the table's remedy where it is given.

    Raises:
        ValueError: for a code that the table does not have.

    """

    code: str = "ok"
    counts: bool = True
    where: str = ""
    detail: str = ""
    hint: str = ""

    def __post_init__(self) -> None:
        if self.code != "ok" and self.code not in FAULTS:
            raise ValueError(f"unknown verdict {self.code!r}")

    @property
    def ok(self) -> bool:
        """Whether there is no fault."""
        return self.code == "ok"

    @property
    def owner(self) -> Owner | None:
        """Who has to mend the fault; None where there is none."""
        return None if self.ok else FAULTS[self.code].owner

    @property
    def what(self) -> str:
        """What happened; empty where there is no fault."""
        return "" if self.ok else FAULTS[self.code].what

    @property
    def remedy(self) -> str:
        """What to do; empty where there is no fault."""
        return "" if self.ok else self.hint or FAULTS[self.code].remedy


@dataclass(frozen=True)
class TaskScore:
    """One task: its name, its score (0-100) and the baseline's, where that was measured."""

    task: str
    score: float
    baseline: float | None = None


@dataclass(frozen=True)
class LanguageScore:
    """One language of one task.

    Attributes:
        task, language: names as in `xtreme_tasks.tasks`.
        score, low, high: 0-100; the 95 % interval is [low, high].
        baseline: the baseline's score; None where it was not measured.
        seconds: of this part of the run; None where it was not measured.
        baseline_seconds: the baseline's; None where they were not measured.
        characters: in the examples of this part; None where they were not counted.

    """

    task: str
    language: str
    score: float
    low: float
    high: float
    baseline: float | None = None
    seconds: float | None = None
    baseline_seconds: float | None = None
    characters: int | None = None


@dataclass(frozen=True)
class Spent:
    """Raw seconds of a run by what they went into.

    Attributes:
        startup: until the submission was loaded.
        tasks: by task.

    """

    startup: float = 0.0
    tasks: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Timing:
    """Where the time went, in seconds.

    Attributes:
        total: what counts of the timed run, from start to last answer.
        startup: until the submission was loaded.
        tasks: by task.
        repeats: totals of all repeats, where there was more than one.
        wall: as the clock ran; None where that is the total.
        loading: of `startup`, in the submission's constructor, as the child says.
        kind: `normalised`, `raw` or `void`, as in the run record; empty where nothing is to be said of it.
        reason: why it is not normalised.
        speed: the machine's, 1 = nominal.
        band: 95 % noise band of the total; None where nothing is known.
        contended: share of the cores' time that other programs took from the submission.
        baseline: the baseline's parts; None where they were not measured.

    """

    total: float = 0.0
    startup: float = 0.0
    tasks: Mapping[str, float] = field(default_factory=dict)
    repeats: tuple[float, ...] = ()
    wall: float | None = None
    loading: float = 0.0
    kind: str = ""
    reason: str = ""
    speed: float = 1.0
    band: tuple[float, float] | None = None
    contended: float = 0.0
    baseline: Spent | None = None


@dataclass(frozen=True)
class PageView:
    """One run, as the detail page tells it; every text may come from anywhere and is cleaned and escaped on the page.

    Attributes:
        title: the competition's.
        bundle, phase: as in the phase's settings.
        sealed: False for a demonstration, whose data are not secret.
        verdict: how the run ended; the scores are shown only where it is `ok`.
        score: 0-100, the mean of the tasks.
        adjusted: after the efficiency adjustment; None where the page should not speak of it.
        provisional: whether `adjusted` can still change by the other teams' results.
        adjustment: how `adjusted` came about, one sentence.
        tasks: in the order in which they are shown.
        languages: of all tasks, in any order.
        show_languages: False hides scores and times by language (in the final phase, until it ends).
        hidden_until: when they will be shown, in words.
        timing: where the time went.
        speedup: the baseline's duration / this run's; None where the baseline was not measured.
        memory_mib: peak; None where it was not measured.
        energy_joules: of all that was measured; None where nothing was. `energy_gpu` and `energy_cpu` are its parts.
        hardware: the key of the machine; durations of other keys do not compare.
        environment: what the machine was, by name.
        protections: what was in force.
        notes: anything else that the reader should know.

    """

    title: str
    bundle: str
    phase: str
    sealed: bool
    verdict: Verdict
    score: float = 0.0
    adjusted: float | None = None
    provisional: bool = True
    adjustment: str = ""
    tasks: tuple[TaskScore, ...] = ()
    languages: tuple[LanguageScore, ...] = ()
    show_languages: bool = True
    hidden_until: str = ""
    timing: Timing = Timing()
    speedup: float | None = None
    memory_mib: float | None = None
    energy_joules: float | None = None
    energy_gpu: float | None = None
    energy_cpu: float | None = None
    hardware: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    protections: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
