"""An honest submission, end to end, in both kinds of bundle."""

from __future__ import annotations

import json

import pytest

from ingestion_program.gauge import UNCALIBRATED
from tests.ingestion.world import World
from xtreme_tasks.files import parse_answers, sha256
from xtreme_tasks.tasks import TASKS


@pytest.mark.parametrize("sealed", [False, True])
def test_predictions_and_signed_record(world: World, sealed: bool) -> None:
    world.sealed = sealed
    outcome = world.build().run()
    assert (outcome.code, outcome.printed) == (0, f"ok evaluation-1: 2 parts answered; timing raw: {UNCALIBRATED}\n")
    record = outcome.record()
    assert (record.verdict, record.began, record.user, record.submission) == ("ok", True, 7, 42)
    assert record.accepted <= record.started <= record.finished
    assert 0 < record.startup < record.duration
    assert list(record.parts) == ["xnli/de", "udpos/en"]
    assert record.duration >= record.startup + sum(record.parts.values()) - 1e-6
    assert record.cpu > 0
    assert record.peak_memory_mib > 1
    assert set(record.files) == {"predictions/xnli/de.jsonl", "predictions/udpos/en.jsonl"}
    for name, digest in record.files.items():
        data = (world.path("output") / name).read_bytes()
        assert sha256(data) == digest
        answers = parse_answers(data, TASKS[name.split("/")[1]], name)
        assert [row["id"] for row in answers] == ["h0", "h1", "h2", "h3"]
    assert list(world.path("temporary").iterdir()) == []
    assert {"subreaper", "no-new-privileges"} <= set(record.protections)
    started = outcome.started()
    assert (started.nonce, started.began, started.verdict) == (record.nonce, True, "E141")


def test_the_child_gets_no_ids_and_a_clean_environment(world: World) -> None:
    code = HONEST_LOOKING_AROUND
    record = world.build(code).run().record()
    assert (record.verdict, record.where) == ("ok", "")


HONEST_LOOKING_AROUND = """
import os, resource
class Submission:
    def __init__(self, folder):
        allowed = {"PATH", "HOME", "TMPDIR", "LANG", "LC_CTYPE", "PYTHONDONTWRITEBYTECODE"}
        allowed |= {"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"}
        assert {name for name in os.environ if not name.startswith(("CUDA", "NVIDIA", "NCCL", "LD_"))} <= allowed
        assert os.getsid(0) == os.getpid()
        assert os.getcwd() == os.path.dirname(os.environ["HOME"]) == os.path.dirname(os.environ["TMPDIR"])
        assert os.stat(os.getcwd()).st_mode & 0o777 == 0o700
        assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
        assert "NoNewPrivs:\\t1" in open("/proc/self/status").read()
        open_files = sorted(map(int, os.listdir("/proc/self/fd")))
        assert [os.readlink(f"/proc/self/fd/{n}") for n in (0, 1, 2)] == ["/dev/null"] * 3
        assert len([n for n in open_files if n >= 3]) <= 3, open_files
    def predict(self, task, language, examples):
        fields = {"xnli": ["premise", "hypothesis"], "udpos": ["tokens"]}
        assert all(list(example) == fields[task] for example in examples)
        return ["neutral" if task == "xnli" else ["X"] * len(example["tokens"]) for example in examples]
"""


def test_repeats_are_timed_and_the_median_counts(world: World) -> None:
    world.settings = {"repeats": 3}
    record = world.build().run().record()
    assert len(record.durations) == 3
    assert record.duration == sorted(record.durations)[1]


def test_no_identifier_leaves_in_the_log(world: World) -> None:
    world.build().run()
    log = (world.path("output") / "ingestion.log").read_text()
    assert log.isascii()
    assert "premise" not in log
    assert "verdict ok" in log.splitlines()[-1]
    assert json.loads((world.path("output") / "run_record.json").read_bytes())["kind"] == "run"


def test_team_output_is_shown_on_demand(world: World) -> None:
    code = "print('x' * 100_000)\nprint('loaded\\033')\nraise ValueError('why')\n"
    outcome = world.build(code).run("--show-team-output")
    assert outcome.printed.startswith("E111 pre-flight loading submission.py line 3")
    assert {"loaded?", "ValueError: why"} <= set(outcome.errors.splitlines())
    assert outcome.record().verdict == "E111"


def test_team_output_is_never_shown_with_sealed_data(world: World) -> None:
    world.sealed = True
    outcome = world.build().run("--show-team-output")
    assert (outcome.code, outcome.printed[:4], outcome.has("started_record.json")) == (1, "E233", False)
