from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from scoring_program.row import COLUMNS
from sealing.keys import role_keys
from tests.scoring.world import BUNDLE, LABELS, LANGUAGES, SECRET, World
from xtreme_tasks.files import answer_row, encode_rows, sha256
from xtreme_tasks.record import RECORD_FILE, SCORE_RECORD_FILE, STARTED_FILE, verify
from xtreme_tasks.settings import Baseline, Rule
from xtreme_tasks.tasks import TASKS


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def scores(world: World) -> dict[str, float]:
    return json.loads((world.output / "scores.json").read_bytes())


def refused(world: World, capsys: pytest.CaptureFixture[str], code: str, text: str = "") -> None:
    """Scoring exits with 1, prints one line with the code, writes no scores, and explains itself on the page."""
    assert world.score() == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(code)
    assert text in line
    assert line.isascii()
    assert not (world.output / "scores.json").exists()
    assert not (world.output / SCORE_RECORD_FILE).exists()
    assert code in world.page()


def test_an_honest_run_is_scored(world, capsys):
    assert world.score() == 0
    row = scores(world)
    assert tuple(row) == COLUMNS
    assert row == {
        "adjusted_score": 100.0,
        "score": 100.0,
        "xnli": 100.0,
        "pawsx": 100.0,
        "udpos": 100.0,
        "panx": 100.0,
        "duration": 12.5,
        "speedup": 0.0,
        "places_gained": 0.0,
        "energy": 0.0,
    }
    assert capsys.readouterr().out == "ok: score 100.00, duration 12.50 s\n"
    key = role_keys(SECRET, BUNDLE, "scoring").get("score")
    record = verify((world.output / SCORE_RECORD_FILE).read_bytes(), "score", key, "x")
    assert record["row"] == row
    assert record["run"]["submission"] == 42
    assert record["bound"] is True
    assert set(record["parts"]) == {f"{task}/{code}" for task, codes in LANGUAGES.items() for code in codes}


def test_scores_are_the_plain_means(world):
    wrong = [*LABELS["xnli"][:3], "entailment"]  # 3 of 4 in German, all in English
    data = encode_rows(answer_row(TASKS["xnli"], f"i{n}", label) for n, label in enumerate(wrong))
    world.put(Path("input/res/predictions/xnli/de.jsonl"), data)
    world.sign(files={**world.record.files, "predictions/xnli/de.jsonl": sha256(data)})
    assert world.score() == 0
    row = scores(world)
    assert row["xnli"] == (75.0 + 100.0) / 2
    assert row["score"] == (87.5 + 300.0) / 4


def test_the_score_record_is_not_rounded(world):
    world.sign(duration=10 / 3)
    assert world.score() == 0
    key = role_keys(SECRET, BUNDLE, "scoring").get("score")
    record = verify((world.output / SCORE_RECORD_FILE).read_bytes(), "score", key, "x")
    assert record["row"]["duration"] == 10 / 3
    assert scores(world)["duration"] == 3.3333333333  # ten decimals: what the platform keeps


def test_energy_is_a_column_and_not_measured_is_zero(world):
    world.sign(energy_joules=1234.5, energy_gpu_joules=1234.5)
    assert world.score() == 0
    assert scores(world)["energy"] == 1234.5
    assert "GPU 1.2 kJ; above the idle machine" in world.page()
    world.sign(energy_joules=-1.0, energy_gpu_joules=-1.0)
    assert world.score() == 0
    assert scores(world)["energy"] == 0.0
    assert "not measured" in world.page()


def test_the_page_has_the_baselines_times_and_what_throttled_the_machine(tmp_path):
    baseline = Baseline(95.0, 25.0, startup=4.0, seconds={"xnli": {"de": 9.0, "en": 6.0}})
    world = World(tmp_path, baseline=baseline)
    world.sign(
        parts={"xnli/de": 3.0, "xnli/en": 1.0}, characters={"xnli/de": 6000}, startup=2.0, wall=7.0,
        environment={"gpu_throttled": "2.0 s by heat"}, hardware="a processor x2, GPU none",
    )  # fmt: skip
    assert world.score() == 0
    page = world.page()
    for said in ("The baseline: 19 s", "3.0 s, baseline 9.0 s", ">2000<", "GPU throttled: 2.0 s by heat.",
                 "same hardware: a processor x2, GPU none"):  # fmt: skip
        assert said in page


@pytest.mark.parametrize(("measured", "other"), [("gpu-1", False), ("gpu-2", True), ("", False)])
def test_the_page_says_that_the_baseline_ran_elsewhere(tmp_path, measured, other):
    world = World(tmp_path, baseline=Baseline(95.0, 25.0, hardware=measured))
    world.sign(hardware="gpu-1")
    assert world.score() == 0
    assert (f"measured on other hardware ({measured})" in world.page()) == other


def test_rule_baseline_adjusts_at_once(tmp_path):
    world = World(tmp_path, rule=Rule(name="baseline"), baseline=Baseline(score=95.0, duration=25.0))
    assert world.score() == 0
    row = scores(world)
    assert row["adjusted_score"] == 101.0  # one halving of the baseline's duration is worth one point
    assert row["speedup"] == 2.0


def test_a_team_fault_in_the_run_scores_zero_and_counts(world, capsys):
    world.sign(verdict="E131", where="udpos/th", detail="600 s", files={}, durations=())
    assert world.score() == 0
    row = scores(world)
    assert row["score"] == row["adjusted_score"] == 0.0
    assert row["duration"] == world.settings.limits.seconds
    line = capsys.readouterr().out
    assert line.startswith("E131 udpos/th:")
    assert line.endswith("The attempt counts.\n")
    assert "E131" in world.page()


def test_a_team_fault_before_the_run_is_free(world, capsys):
    world.sign(verdict="E121", began=False, where="submission.py line 3", files={}, durations=(), duration=0.0)
    (world.result / STARTED_FILE).unlink()
    assert world.score() == 1
    assert not (world.output / "scores.json").exists()
    assert capsys.readouterr().out.endswith("The attempt does not count.\n")
    assert "submission.py line 3" in world.page()


@pytest.mark.parametrize("damage", ["missing", "changed", "another run's"])
def test_a_run_that_began_counts_whatever_becomes_of_its_record(world, capsys, damage):
    path = world.result / RECORD_FILE
    if damage == "missing":
        path.unlink()
    elif damage == "changed":
        path.write_bytes(path.read_bytes().replace(b'"duration":12.5', b'"duration":1.25'))
    else:
        started = (world.result / STARTED_FILE).read_bytes()
        world.sign(nonce="cd")
        (world.result / STARTED_FILE).write_bytes(started)
    world.witness(ingestionExitCode=137)
    assert world.score() == 0
    assert scores(world)["score"] == 0.0
    assert capsys.readouterr().out.startswith("E141")


def test_without_any_record_nothing_counts(world, capsys):
    (world.result / RECORD_FILE).unlink()
    (world.result / STARTED_FILE).unlink()
    refused(world, capsys, "E221")


@pytest.mark.parametrize(("window", "text"), [({"start": 4e9}, "it opens 2096"), ({"end": 1e9}, "it closed 2001")])
def test_without_any_record_outside_the_window_the_window_is_the_reason(tmp_path, capsys, window, text):
    world = World(tmp_path, **window)
    assert world.score() == 0  # a record is believed: whoever signed it judged the window, or had a permit
    capsys.readouterr()
    for file in (*world.output.iterdir(), world.result / RECORD_FILE, world.result / STARTED_FILE):
        file.unlink()
    refused(world, capsys, "E213", text)


def test_a_final_record_alone_is_refused(world, capsys):
    (world.result / STARTED_FILE).unlink()
    refused(world, capsys, "E223")


@pytest.mark.parametrize("changes", [{"submission": 43}, {"user": 8}, {"submission": 0, "user": 0}])
def test_a_record_of_another_submission_is_refused(world, capsys, changes):
    world.sign(**changes)
    refused(world, capsys, "E223", "another submission")


def test_a_record_of_another_bundle_is_refused(world, capsys, tmp_path):
    other = World(tmp_path / "other", bundle="b1")
    shutil.rmtree(world.result)
    shutil.copytree(other.result, world.result)
    refused(world, capsys, "E222")  # its key is another one
    world.sign(bundle="b1")
    refused(world, capsys, "E223", "another bundle")


def test_a_record_of_another_phase_is_refused(world, capsys):
    world.sign(phase="final")
    refused(world, capsys, "E223", "another phase")


def test_a_record_of_an_earlier_run_is_refused(world, capsys):
    record = world.record
    past = world.settings.record_age + 60
    world.sign(accepted=record.accepted - past, started=record.started - past, finished=record.finished - past)
    refused(world, capsys, "E223", "earlier run")


def test_a_record_from_the_future_is_refused(world, capsys):
    world.sign(finished=world.record.finished + 3600)
    refused(world, capsys, "E223", "earlier run")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"ingestionElapsedTime": 10.0}, "longer than possible"),
        ({"exitCode": "nan"}, "incomplete"),
        ({"ingestionElapsedTime": ".nan"}, "malformed"),
        ({"ingestionElapsedTime": "nan"}, "incomplete"),
        ({"ingestionElapsedTime": "[1"}, "malformed"),
    ],
)
def test_a_witness_that_contradicts_is_refused(world, capsys, changes, text):
    world.witness(**changes)
    refused(world, capsys, "E224", text)


PROVOKED = [
    ({"exitCode": 0}, "second container"),
    ({"exitCode": 1}, "second container"),
    ({"ingestionExitCode": 1}, "exit code was 1"),
    ({"ingestionExitCode": 137}, "exit code was 137"),
    ({"ingestionExitCode": "null"}, "exit code was None"),
    ({"ingestionElapsedTime": 500.0}, "implausibly short"),
]


@pytest.mark.parametrize(("changes", "text"), PROVOKED)
def test_a_contradiction_never_frees_an_attempt_that_began(world, capsys, changes, text):
    world.witness(**changes)
    assert world.score() == 0
    assert scores(world)["score"] == 0.0
    line = capsys.readouterr().out
    assert line.startswith("E142")
    assert text in line
    assert line.endswith("The attempt counts.\n")
    assert text in world.page()
    key = role_keys(SECRET, BUNDLE, "scoring").get("score")
    record = verify((world.output / SCORE_RECORD_FILE).read_bytes(), "score", key, "x")
    assert (record["run"]["verdict"], record["run"]["began"]) == ("E142", True)


@pytest.mark.parametrize(("changes", "text"), PROVOKED)
def test_the_same_before_it_began_is_refused_and_free(world, capsys, changes, text):
    world.sign(verdict="E121", began=False, files={}, durations=(), walls=(), duration=0.0)
    (world.result / STARTED_FILE).unlink()
    world.witness(**changes)
    refused(world, capsys, "E224", text)


def test_a_second_container_beside_a_run_that_died_counts(world, capsys):
    (world.result / RECORD_FILE).unlink()
    world.witness(exitCode=0, ingestionExitCode=137)
    assert world.score() == 0
    assert capsys.readouterr().out.startswith("E142")


def test_a_duration_longer_than_the_run_is_refused(world, capsys):
    world.sign(durations=(12.5, 40.0), walls=(12.5, 40.0))
    refused(world, capsys, "E224", "longer than possible")


def test_without_the_workers_witness_nothing_is_believed(world, capsys):
    (world.result / "metadata").unlink()
    refused(world, capsys, "E201")


def test_a_command_in_the_zip_gets_its_own_verdict(world, capsys):
    world.sign(verdict="E102", began=False, files={}, durations=(), duration=0.0)
    (world.result / STARTED_FILE).unlink()
    world.witness(exitCode=0)
    assert world.score() == 1
    assert capsys.readouterr().out.startswith("E102")


@pytest.mark.parametrize("damage", ["changed", "missing", "link", "not named"])
def test_a_prediction_that_the_record_does_not_vouch_for_is_refused(world, capsys, damage):
    path = world.result / "predictions/panx/th.jsonl"
    if damage == "changed":
        path.write_bytes(path.read_bytes().replace(b"B-LOC", b"B-ORG"))
    elif damage == "missing":
        path.unlink()
    elif damage == "link":
        target = path.rename(path.with_suffix(".moved"))
        path.symlink_to(target)
    else:
        world.sign(files={k: v for k, v in world.record.files.items() if k != "predictions/panx/th.jsonl"})
    refused(world, capsys, "E225", "panx/th")


def test_files_that_the_record_does_not_name_are_not_read(world):
    world.put(Path("input/res/predictions/xnli/fr.jsonl"), b"not even JSON")
    world.put(Path("input/res/scores.json"), b'{"score": 1e9}')
    assert world.score() == 0
    assert scores(world)["score"] == 100.0


def test_labels_sealed_for_another_phase_do_not_open(world, capsys, tmp_path):
    other = World(tmp_path / "other", phase="final")
    shutil.copy(
        other.root / "input/ref/labels/xnli/de.jsonl.sealed", world.root / "input/ref/labels/xnli/de.jsonl.sealed"
    )
    refused(world, capsys, "E212", "labels/xnli/de.jsonl")


def test_a_key_that_others_may_read_is_refused(world, capsys):
    (world.root / "worker" / BUNDLE / "scoring" / "keys.json").chmod(0o644)
    refused(world, capsys, "E211", "0600")


def test_without_keys_the_page_says_so(world, capsys):
    shutil.rmtree(world.root / "worker")
    refused(world, capsys, "E211")


def test_an_unsealed_run_is_scored_and_says_that_it_proves_nothing(tmp_path):
    world = World(tmp_path, sealed=False)
    assert world.score() == 0
    assert scores(world)["score"] == 100.0
    assert "secret" in world.page()


def test_where_the_worker_shows_no_number_the_page_notes_it(tmp_path):
    world = World(tmp_path, numbers="somewhere")
    world.sign(user=0, submission=0)
    assert world.score() == 0
    assert "not bound" in world.page()


def test_an_unknown_defect_is_one_line_and_a_log(world, capsys, monkeypatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret text")

    monkeypatch.setattr("scoring_program.judge.read_evidence", broken)
    refused(world, capsys, "E239", "ZeroDivisionError")
    assert "secret text" in (world.output / "scoring_log.txt").read_text()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to mount a full disk")
def test_a_full_disk_leaves_nothing_half_written(world, capsys, tmp_path):
    import subprocess

    world.output.rmdir()
    world.output.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "none", world.output], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("this machine allows no mount")
    try:
        (world.output / "filler").write_bytes(b"0" * 4096)
        assert world.score() == 1
        assert capsys.readouterr().out.startswith("E232")
        assert {path.name for path in world.output.iterdir()} == {"filler"}
    finally:
        subprocess.run(["umount", world.output], check=True)
