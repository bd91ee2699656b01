"""Views for the page's tests: a full result, faults, and one whose every text is hostile."""

import random
from dataclasses import replace

from scoring_program.page import LanguageScore, PageView, TaskScore, Timing, Verdict
from scoring_program.page.view import Spent
from xtreme_tasks.tasks import TASKS

TITLE = "Multilingual efficiency contest"


def full():
    """Every field is filled; 95 rows by language."""
    rng = random.Random(5)
    rows, tasks = [], []
    for task in TASKS.values():
        scores = [rng.uniform(35, 97) for _ in task.languages]
        for language, score in zip(task.languages, scores, strict=True):
            low, high = max(0.0, score - 2.5), min(100.0, score + 2.5)
            seconds = rng.uniform(0.4, 9)
            slower, characters = seconds * rng.uniform(0.8, 2.5), int(seconds * rng.uniform(3000, 90000))
            rows.append(LanguageScore(task.name, language, score, low, high, score - 1.5, seconds, slower, characters))
        mean = sum(scores) / len(scores)
        tasks.append(TaskScore(task.name, mean, mean - 1.5))
    return PageView(
        title=TITLE,
        bundle="demo-0123456789ab",
        phase="evaluation-2",
        sealed=True,
        verdict=Verdict(),
        score=71.23456,
        adjusted=71.23456,
        tasks=tuple(tasks),
        languages=tuple(rows),
        timing=Timing(
            431.27,
            38.54,
            {"xnli": 121.37, "pawsx": 44.86, "udpos": 139.53, "panx": 81.19},
            wall=446.8,
            loading=27.3,
            kind="normalised",
            speed=0.9652,
            band=(424.9, 440.1),
            baseline=Spent(61.2, {"xnli": 411.2, "pawsx": 99.1, "udpos": 190.3, "panx": 230.7}),
        ),
        speedup=2.3146,
        memory_mib=5233.4,
        energy_joules=48211.7,
        energy_gpu=41877.2,
        energy_cpu=6334.5,
        hardware="a processor x8, GPU none",
        environment={"GPU": "none", "Python": "3.11"},
        protections=("memory limit",),
        notes=("The clock was read by the parent.",),
    )


def fault(code="E125", counts=True, **more):
    return PageView(TITLE, "demo-0123456789ab", "evaluation-1", True, Verdict(code, counts, **more))


HOSTILE = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&\u202e\u2066\u200b\x00\x1b[31m\ud800\n" + "W" * 3000
)


def hostile():
    """Every text that the view takes is an attack or too long."""
    view = full()
    strange = (
        LanguageScore(HOSTILE, HOSTILE, float("nan"), float("-inf"), float("inf"), float("nan"), float("nan")),
        LanguageScore("xnli", HOSTILE, 1e9, -5.0, 1e12, 1e300, 1e300),
        LanguageScore("panx", HOSTILE, 50.0, 40.0, 60.0, 50.0, 7.0, float("inf"), 10**400),
        LanguageScore("udpos", HOSTILE, 50.0, 40.0, 60.0, 50.0, 0.0, -3.0, -7),
    )
    return replace(
        view,
        title=HOSTILE,
        bundle=HOSTILE,
        phase=HOSTILE,
        sealed=False,
        adjustment=HOSTILE,
        tasks=(*view.tasks, TaskScore(HOSTILE, float("nan"), float("inf"))),
        languages=(*view.languages, *strange),
        hidden_until=HOSTILE,
        timing=replace(
            view.timing,
            tasks={**view.timing.tasks, HOSTILE: 3.0},
            repeats=(431.27, 999999999.0),
            kind="void",
            reason=HOSTILE,
            baseline=Spent(1e300, {HOSTILE: 5.0, "xnli": float("nan")}),
            band=(-1.0, float("inf")),
        ),
        energy_gpu=float("nan"),
        hardware=HOSTILE,
        speedup=float("inf"),
        memory_mib=float("nan"),
        energy_joules=-1.0,
        environment={HOSTILE: HOSTILE, "العربية \u202e": "日本語" * 200},
        protections=(HOSTILE,),
        notes=(HOSTILE,),
    )


def hostile_fault():
    return fault(where=HOSTILE, detail=HOSTILE, hint=HOSTILE)
