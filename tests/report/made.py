"""Results folders written straight in their own form: any number of teams, any names, in a second."""

from __future__ import annotations

import io
import math
import random
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from organizer.platform.shape import encode
from organizer.results.folder import (
    CODE,
    COMPETITION_FILE,
    LEADERBOARDS_FILE,
    SUBMISSION_FILE,
    Column,
    Competition,
    File,
    LeaderboardRow,
    Leaderboards,
    Phase,
    ScoreRow,
    Submission,
)
from xtreme_tasks.files import sha256
from xtreme_tasks.record import SCORE_RECORD_FILE, sign
from xtreme_tasks.tasks import TASKS, parts

PHASES = ("evaluation-1", "evaluation-2", "evaluation-3", "final")
WEEK = 7 * 86400.0
START = 1_700_000_000.0
AFTER = START + 5 * WEEK
KEY = bytes(32)


@dataclass(frozen=True)
class Made:
    """A team as it is to look: its score and duration in every phase, what else its records and sheet say."""

    account: str
    score: float
    duration: float
    shown: str = ""
    band: float = 0.0
    energy: float = -1.0
    sheet: Mapping[str, object] = field(default_factory=dict)
    code: Mapping[str, bytes] = field(default_factory=dict)
    status: str = "Finished"
    hardware: str = "cpu-x"


def write(out: Path, teams: Sequence[Made], attempts: int = 1, phases: Sequence[str] = PHASES) -> Path:
    """Every team has `attempts` submissions in each phase; the last one stands."""
    number = 0
    boards: dict[str, tuple[LeaderboardRow, ...]] = {}
    for place, phase in enumerate(phases):
        rows = []
        for team in teams:
            for attempt in range(attempts):
                number += 1
                score = min(100.0, max(0.0, team.score + place * 0.7 - (attempts - 1 - attempt))) if team.score else 0.0
                rows.append(_submission(out, number, phase, team, score))
        ranked = sorted((row for row in rows if row is not None), key=lambda row: -row.scores[0].value)
        last = {row.account: row for row in ranked}
        boards[phase] = tuple(last.values())
    (out / LEADERBOARDS_FILE).write_bytes(encode(Leaderboards(boards)))
    (out / COMPETITION_FILE).write_bytes(encode(_competition(phases)))
    return out


def _competition(phases: Sequence[str]) -> Competition:
    return Competition(
        id=7,
        site="https://platform.example",
        collected=AFTER,
        title="Multilingual and efficient <2027>",
        owner="organizer",
        published=True,
        image="image",
        queue=None,
        phases=tuple(
            Phase(n + 1, key, key.replace("-", " ").title(), n, START + n * WEEK, START + (n + 1) * WEEK, 1, 1, 3600)
            for n, key in enumerate(phases)
        ),
        columns=(Column(1, "score", "Score", 0, "desc", 2, hidden=False),),
        primary="score",
        submission_rule="Force_Last",
    )


def _submission(out: Path, number: int, phase: str, team: Made, score: float) -> LeaderboardRow | None:
    folder = out / "submissions" / str(number)
    folder.mkdir(parents=True)
    files: dict[str, File] = {}
    finished = team.status == "Finished"
    contents = {SCORE_RECORD_FILE: record(number, phase, team, score)} if finished else {}
    if team.code:
        contents[CODE] = packed(team.code)
    for name, data in contents.items():
        (folder / name).write_bytes(data)
        files[name] = File(f"submissions/{number}/{name}", sha256(data), len(data))
    scores = (ScoreRow(number, "score", score),) if finished else ()
    made = Submission(
        number, team.account, phase, START, team.status, finished, scores, fact_sheet=team.sheet, files=files
    )
    (folder / SUBMISSION_FILE).write_bytes(encode(made))
    return LeaderboardRow(1, number, team.account, team.shown or team.account, scores) if finished else None


def record(number: int, phase: str, team: Made, score: float) -> bytes:
    """A score record; nobody here asks for its signature."""
    draw = random.Random(f"{team.account} {phase}")
    ok = score > 0
    found = {f"{task}/{code}": min(100.0, max(0.0, score + draw.gauss(0, 6))) for task, code in parts()} if ok else {}
    tasks = {
        task: math.fsum(value for key, value in found.items() if key.startswith(f"{task}/"))
        / len(TASKS[task].languages)
        for task in TASKS
    }
    row = {"adjusted_score": score, "score": score, **tasks, "duration": team.duration, "speedup": 0.0}
    run = {
        "phase": phase,
        "submission": number,
        "verdict": "ok" if ok else "E121",
        "accepted": START + number,
        "duration": team.duration,
        "band_low": team.duration * (1 - team.band) if team.band else 0.0,
        "band_high": team.duration * (1 + team.band) if team.band else 0.0,
        "energy_joules": team.energy,
        "peak_memory_mib": 145.0,
        "hardware": team.hardware,
    }
    shown = {key: {"score": value, "low": value, "high": value, "examples": 9} for key, value in found.items()}
    return sign({"scored": START, "counts": True, "row": row, "parts": shown, "run": run}, "score", KEY)


def packed(files: Mapping[str, bytes]) -> bytes:
    """A team's zip."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


KNOWN = (Made("A", 85.0, 9.0, band=0.02), Made("B", 83.0, 2.0, band=0.02), Made("C", 80.0, 3.0, band=0.02))
"""A has the best score and takes over three times as long as B; the rule makes B, C, A of it."""

HOSTILE = (
    Made("u1", 80, 3.0, shown="<script>alert(1)</script>\"'&", sheet={"method": "</td><img src=x onerror=alert(1)>"}),
    Made("u2", 79, 2.7, shown="W" * 400, energy=1234.0, sheet={"training_compute": "x" * 5000}),
    Made("u3", 78, 2.2, shown="فريق الذكاء الاصطناعي متعدد اللغات", energy=400.0, band=0.1),
    Made("u4", 77, 2.0, shown="קבוצה", sheet={"method": "שיטה עם BERT ו-3 שכבות", "base_model": "XLM-R, MIT"}),
    Made("u5", 76, 1.8, shown="多语言高效模型研究小组与朋友们", sheet={"training_compute": "1 GPU, 3 h"}),
    Made("u6", 75, 1.7, shown="e\u0301\u0301 \u202eevil\u202c \u200b\x1b[31m"),
    Made("u7", 74, 1.5, shown="ทีมของเรา"),
    Made("u8", 73, 1.2, shown="=HYPERLINK(1)"),
    Made("u9", 72, 1.1, shown="한국어 팀"),
    Made("u10", 0, 3600.0, shown="no luck"),
    Made("secret-account", 50, 1.0, status="Failed"),
)


def many(count: int) -> list[Made]:
    return [
        Made(f"team-{n:03d}", 90 - n * 60 / count, 1 + (n * 37 % count) / 7, band=0.03, energy=50.0 + n)
        for n in range(count)
    ]


if __name__ == "__main__":
    import sys

    target = Path(sys.argv[1])
    target.mkdir(parents=True)
    print(write(target, KNOWN))
