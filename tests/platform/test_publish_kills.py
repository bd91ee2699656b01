"""`publish` and `watch` killed at many points: each hosted value is old or new, and the next run completes."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from organizer.build.bundle import Build
from organizer.results.folder import ResultsFolder
from tests.platform.publishing import PHASES, Stage, gathered, order, others, published, staged, values
from tests.platform.site.contest import EXPECTED, Contest
from tests.platform.site.forge import Forge
from tests.platform.site.trouble import Calling, Truncated
from tests.platform.watching import CHILD, arguments

Values = dict[tuple[str, str, str], Decimal | None]


@pytest.fixture(scope="module")
def stage(built: Build, forge: Forge, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(built, forge, tmp_path_factory.mktemp("stage")) as stage:
        gathered(stage.contest, stage.results)
        yield stage


@pytest.fixture(scope="module")
def new(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Values:
    """What the site holds at the end."""
    place = tmp_path_factory.mktemp("quiet") / "results"
    shutil.copytree(stage.results, place)
    with stage.as_it_was() as contest:
        published(contest, ResultsFolder.read(place), PHASES)
        return held(contest)


def held(contest: Contest) -> Values:
    return {(phase, *key): value for phase in PHASES for key, value in values(contest, phase).items()}


def run(contest: Contest, out: Path, kind: str, limit: int = 0, die: int = 0) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", CHILD, *arguments(contest, out, kind, limit=limit, die=die)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    _, errors = process.communicate(timeout=120)
    return process.returncode, errors.decode()


def killed(stage: Stage, out: Path, kind: str, point: int, drawn: random.Random, new: Values) -> bool:
    """Kill one run and make another; whether the first died with something written."""
    shutil.copytree(stage.results, out)
    with stage.as_it_was() as contest:
        old, rest = held(contest), others(contest)
        running: list[subprocess.Popen[bytes]] = []
        if point % 2:
            end = Calling(lambda: running[0].send_signal(signal.SIGKILL), after=point % 4 == 1)
            method = "PATCH" if point % 8 < 6 else "GET"
            contest.site.trouble.add(method, "/api/", end, skip=drawn.randrange(9))
            running.append(run(contest, out, kind))
        else:
            running.append(run(contest, out, kind, die=drawn.randrange(1, 5 if kind == "publish" else 25)))
        assert ended(running[0])[0] == -signal.SIGKILL, point
        contest.site.trouble.clear()
        between = held(contest)
        assert all(between[key] in (old[key], new[key]) for key in old), point
        assert ended(run(contest, out, kind)) == (0, ""), point
        touched = PHASES if kind == "watch" else ("evaluation-1", "final")
        assert held(contest) == {key: (new if key[0] in touched else old)[key] for key in old}, point
        assert all(order(contest, phase) == list(EXPECTED) for phase in touched)
        assert others(contest) == rest
        return between != old


def test_killed_while_it_writes(stage: Stage, tmp_path: Path, new: Values) -> None:
    drawn = random.Random(4)
    written = [killed(stage, tmp_path / str(point), "publish", point, drawn, new) for point in (1, 2)]
    assert any(written)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["publish", "watch"])
def test_killed_at_twenty_points(stage: Stage, tmp_path: Path, new: Values, kind: str) -> None:
    """Ten at the n-th change or question, ten at the n-th flush or rename of a file."""
    drawn = random.Random(11)
    written = [killed(stage, tmp_path / str(point), kind, point, drawn, new) for point in range(20)]
    assert any(written)
    assert not all(written)


def test_a_full_disk_leaves_the_site_as_it_was(stage: Stage, tmp_path: Path, new: Values) -> None:
    shutil.copytree(stage.results, tmp_path / "results")
    with stage.as_it_was() as contest:
        old = held(contest)
        code, errors = ended(run(contest, tmp_path / "results", "publish", limit=300))
        assert (code, errors[:4], errors.count("\n")) == (1, "E251", 1)
        assert held(contest) == old
        assert ended(run(contest, tmp_path / "results", "publish")) == (0, "")
        assert held(contest)["final", "B", "adjusted_score"] == new["final", "B", "adjusted_score"]


def test_truncated_answers_are_asked_for_again(stage: Stage, tmp_path: Path, new: Values) -> None:
    shutil.copytree(stage.results, tmp_path / "results")
    with stage.as_it_was() as contest:
        rules = [
            contest.site.trouble.add("GET", "/api/submissions/", Truncated(0.5), times=2),
            contest.site.trouble.add("GET", r"/api/phases/\d+/get_leaderboard/", Truncated(0.5), times=2),
            contest.site.trouble.add("PATCH", "/api/submission_scores/", Truncated(0.5), skip=1, times=2),
        ]
        assert published(contest, ResultsFolder.read(tmp_path / "results"), PHASES)
        assert all(rule.met > rule.times for rule in rules)
        assert held(contest) == new
