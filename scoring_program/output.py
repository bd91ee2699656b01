"""What scoring writes: `scores.json`, the signed score record, the detail page."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from scoring_program.baseline_rule import adjusted
from scoring_program.judge import Judgement
from scoring_program.page import render
from scoring_program.page.view import LanguageScore, PageView, Spent, TaskScore, Timing, Verdict
from scoring_program.row import baseline_of, published
from xtreme_tasks.faults import Fault
from xtreme_tasks.files import dumps, sha256, write_whole
from xtreme_tasks.hardware import named, throttled
from xtreme_tasks.record import SCORE_RECORD_FILE, sign

SCORES_FILE = "scores.json"
PAGE_FILE = "detailed_results.html"
DEFAULT_TITLE = "Multilingual and efficient"


def write_scores(folder: Path, row: Mapping[str, float]) -> None:
    """The leaderboard's row, rounded as the platform would round it (E232)."""
    write_whole(folder / SCORES_FILE, dumps(published(row)).encode() + b"\n")


def write_score_record(folder: Path, judgement: Judgement, row: Mapping[str, float], key: bytes, now: float) -> None:
    """The signed score record: what the organizer's audit believes instead of the hosted leaderboard (E232)."""
    record = judgement.record
    parts = {}
    if judgement.scores is not None:
        parts = {
            f"{task}/{language}": {"score": part.score, "low": part.low, "high": part.high, "examples": part.examples}
            for task, scored in judgement.scores.tasks.items()
            for language, part in scored.languages.items()
        }
    values = {
        "scored": now,
        "bound": judgement.bound,
        "counts": judgement.counts,
        "row": dict(row),
        "parts": parts,
        "run": dataclasses.asdict(record),
        "run_digest": sha256(dumps(dataclasses.asdict(record)).encode()),
    }
    write_whole(folder / SCORE_RECORD_FILE, sign(values, "score", key))


def write_page(folder: Path, view: PageView) -> None:
    """The detail page (E232)."""
    write_whole(folder / PAGE_FILE, render(view).encode())


def fault_view(fault: Fault, bundle: str, sealed: bool) -> PageView:
    """The page of a run that scoring could not judge: it is not counted, and the page says what to do."""
    verdict = Verdict(fault.code, counts=False, where=fault.where, detail=fault.detail, hint=fault.hint)
    return PageView(DEFAULT_TITLE, bundle, "", sealed, verdict)


def view_of(judgement: Judgement, row: Mapping[str, float], now: float) -> PageView:
    """The page of a judged run."""
    settings, record = judgement.settings, judgement.record
    shown = now >= settings.detail_after
    tasks, languages = _scores(judgement)
    return PageView(
        title=settings.title or DEFAULT_TITLE,
        bundle=settings.bundle,
        phase=settings.phase,
        sealed=settings.sealed,
        verdict=Verdict(record.verdict, judgement.counts, record.where, record.detail, record.hint),
        score=row["score"],
        adjusted=row["adjusted_score"],
        provisional=settings.rule.name == "places",
        adjustment=_adjustment(judgement),
        tasks=tasks,
        languages=languages if shown else (),
        show_languages=shown,
        hidden_until="" if shown else datetime.fromtimestamp(settings.detail_after, UTC).strftime("%Y-%m-%d %H:%M UTC"),
        timing=_timing(judgement),
        speedup=row["speedup"] or None,
        memory_mib=record.peak_memory_mib or None,
        energy_joules=_measured(record.energy_joules),
        energy_gpu=_measured(record.energy_gpu_joules),
        energy_cpu=_measured(record.energy_cpu_joules),
        hardware=record.hardware,
        environment=record.environment,
        protections=record.protections,
        notes=_notes(judgement),
    )


def _notes(judgement: Judgement) -> tuple[str, ...]:
    notes = [f"{name}: {told}." for name, told in throttled(judgement.record.environment).items()]
    notes += _elsewhere(judgement)
    if not judgement.bound:
        notes.append("The worker does not show which submission it runs; the record is not bound.")
    return (*notes, *filter(None, [judgement.settings.note]))


def _elsewhere(judgement: Judgement) -> list[str]:
    """That the baseline's times are another machine's, where the page shows any and the rules name that machine."""
    baseline, here = judgement.settings.baseline, judgement.record.hardware
    if judgement.scores is None or not baseline.duration or not named(baseline.hardware) or here == baseline.hardware:
        return []
    return [f"The baseline was measured on other hardware ({baseline.hardware}): its times do not compare with these."]


def _measured(joules: float) -> float | None:
    return joules if joules >= 0 else None


def _scores(judgement: Judgement) -> tuple[tuple[TaskScore, ...], tuple[LanguageScore, ...]]:
    if judgement.scores is None:
        return (), ()
    baseline = judgement.settings.baseline.languages
    languages = tuple(
        LanguageScore(
            task,
            language,
            part.score,
            part.low,
            part.high,
            baseline_of(baseline, task, language),
            judgement.record.parts.get(f"{task}/{language}"),
            baseline_of(judgement.settings.baseline.seconds, task, language),
            judgement.record.characters.get(f"{task}/{language}"),
        )
        for task, scored in judgement.scores.tasks.items()
        for language, part in scored.languages.items()
    )
    tasks = tuple(TaskScore(task, scored.score) for task, scored in judgement.scores.tasks.items())
    return tasks, languages


def _timing(judgement: Judgement) -> Timing:
    record = judgement.record
    tasks: dict[str, float] = {}
    for name, seconds in record.parts.items():
        task = name.partition("/")[0]
        tasks[task] = tasks.get(task, 0.0) + seconds
    baseline = judgement.settings.baseline
    slower = {task: sum(seconds.values()) for task, seconds in baseline.seconds.items()}
    return Timing(
        record.duration,
        record.startup,
        tasks,
        record.durations if len(record.durations) > 1 else (),
        wall=record.wall or None,
        loading=record.loading,
        kind=record.timing if record.wall else "",
        reason=record.timing_reason,
        speed=record.speed,
        band=(record.band_low, record.band_high) if record.band_high > 0 else None,
        contended=record.contended,
        baseline=Spent(baseline.startup, slower) if slower else None,
    )


def _adjustment(judgement: Judgement) -> str:
    settings, scores = judgement.settings, judgement.scores
    if scores is None or settings.rule.name == "places":
        return ""
    baseline = settings.baseline
    return adjusted(scores.score, judgement.record.duration, baseline.score, baseline.duration, settings.rule).reason
