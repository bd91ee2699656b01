"""From prepared data to the organizer's copy: three runs of the generated sample, as files."""

from __future__ import annotations

import io
import json
import random
import zipfile
from pathlib import Path

import pytest
from rich.console import Console

from organizer.build.bundle import Build
from organizer.data.checks import check_prepared
from organizer.data.hidden_rows import Changes
from organizer.data.order import KEY_BYTES
from organizer.data.prepare import PrepareOptions, prepare
from organizer.data.secret_rows import read_secrets, secret_path
from organizer.data.sources import FolderSource, sample_source
from organizer.lookup.command import look_up_command
from tests.data.world import write_world
from tests.lookup.files import Answers, Public, lines, public_table, text_of, write_three
from tests.test_cli import competition
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import part_path
from xtreme_tasks.tasks import TASKS

KEY = bytes(range(KEY_BYTES))
CHANGES = Changes(perturb=0.5, canaries=8)
SCALE = 0.05


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Public]:
    """Prepared data with other digits and canaries, and the table that a cheat would bring along."""
    out = tmp_path_factory.mktemp("changed") / "prepared"
    with sample_source(SCALE, 5) as source:
        prepare(source, out, KEY, PrepareOptions(changes=CHANGES))
        return out, public_table(source)


def honest(prepared: Path, split: str) -> Answers:
    """Right every other time for a label, so that the small sample has errors enough, and mostly for a tag.

    What is hard in one language is likely to be hard in another, and a canary is as hard as what it is made of.
    """
    found: Answers = {}
    for task, languages in check_prepared(prepared).languages(split).items():
        for language in languages:
            secrets = read_secrets(prepared, split, task, language)
            line_of = {row.identifier: row.line for row in secrets}
            labels = lines(prepared / split / "labels" / part_path(task, language))
            answers: list = []
            for row, secret in zip(labels, secrets, strict=True):
                shared = random.Random(f"{task}/{line_of[(secret.sources or (secret.identifier,))[0]]}").random()
                own = random.Random(f"{task}/{language}/{row['id']}")
                if TASKS[task].answer == "tags":
                    answers.append([tag if own.random() < 0.98 else TASKS[task].labels[0] for tag in row["tags"]])
                else:
                    wrong = (own.random() + shared) / 2 < 0.5
                    others = [label for label in TASKS[task].labels if label != row["label"]]
                    answers.append(own.choice(others) if wrong else row["label"])
            found[task, language] = answers
    return found


@pytest.fixture(scope="module")
def results(changed: tuple[Path, Public], tmp_path_factory: pytest.TempPathFactory) -> Path:
    prepared, public = changed
    folder = tmp_path_factory.mktemp("results")
    write_three(folder, prepared, "final", honest(prepared, "final"), public)
    return folder


def test_the_two_are_flagged_and_the_honest_one_is_not(changed, results, tmp_path):
    console = Console(file=io.StringIO(), width=200)
    assert look_up_command(console, results, changed[0], None, tmp_path) == 1
    report = json.loads((tmp_path / "look-up.json").read_text())
    found = {
        run["name"].split("/")[0]: {(one["kind"], one["task"]) for one in run["findings"] if one["flagged"]}
        for run in report["runs"]
    }
    assert found["honest"] == set()
    assert {("digits", "pawsx"), ("canaries", "udpos"), ("canaries", "panx")} <= found["looks-up"]
    # At this size xnli has some twenty premises with errors: too few for it.
    assert ("copying", "pawsx") in found["copies"] <= {("copying", "xnli"), ("copying", "pawsx")}
    text = (tmp_path / "look-up.md").read_text()
    assert "**flagged**" in text
    assert "honest/run-0001 (final): nothing flagged" in text
    assert (tmp_path / "look-up.md").stat().st_mode & 0o077 == 0
    assert "nothing" in console.file.getvalue()


def test_from_the_shell_beside_a_baseline(changed, results, tmp_path):
    arguments = ("--prepared", str(changed[0]), "--baseline", str(results / "honest"), "--out", str(tmp_path))
    alone = competition(tmp_path, "look-up", "--results", str(results / "honest"), *arguments)
    assert (alone.returncode, alone.stderr) == (0, "")
    assert competition(tmp_path, "look-up", "--results", str(results / "looks-up"), *arguments).returncode == 1
    assert "Thresholds are raised to suit the baseline, honest." in (tmp_path / "look-up.md").read_text()
    for wrong, code in ((("--results", "nothing"), "E201"), (("--results", str(results), "--baseline", "."), "E233")):
        found = competition(tmp_path, "look-up", "--prepared", str(changed[0]), *wrong)
        assert found.returncode == 1
        assert found.stderr.startswith(code)


def test_a_run_of_other_data_is_told_and_not_inspected(prepared, results, tmp_path):
    console = Console(file=io.StringIO(), width=200)
    assert look_up_command(console, results / "honest", prepared, None, tmp_path) == 0
    report = json.loads((tmp_path / "look-up.json").read_text())
    assert report["runs"] == []
    assert report["skipped"]["run-0001"].startswith("E225")


def test_data_without_their_secrets_are_refused(changed, results, tmp_path):
    prepared = changed[0]
    path = secret_path(prepared, "final", "xnli", "en")
    kept = path.read_bytes()
    try:
        path.write_bytes(kept.replace(b'"line":', b'"lines":', 1))
        with pytest.raises(OrganizerFault, match=r"E202 secret/final/xnli/en\.jsonl line 1"):
            look_up_command(Console(file=io.StringIO()), results / "honest", prepared, None, tmp_path)
        path.write_bytes(kept.split(b"\n", 1)[1])
        with pytest.raises(OrganizerFault, match="E202 secret"):
            look_up_command(Console(file=io.StringIO()), results / "honest", prepared, None, tmp_path)
    finally:
        path.write_bytes(kept)


def test_secrets_say_what_was_done(changed):
    prepared, public = changed
    states: dict[str, int] = {}
    for split in ("evaluation", "final"):
        for task, languages in check_prepared(prepared).languages(split).items():
            for language in languages:
                inputs = lines(prepared / split / "inputs" / part_path(task, language))
                labels = lines(prepared / split / "labels" / part_path(task, language))
                answers = {row["id"]: row[TASKS[task].answer] for row in labels}
                for row, secret in zip(inputs, read_secrets(prepared, split, task, language), strict=True):
                    states[secret.state] = states.get(secret.state, 0) + 1
                    known = public.get((task, language, text_of(task, row)))
                    assert (known is None) == (secret.state in ("changed", "canary"))
                    if secret.state == "canary" and TASKS[task].answer == "tags":
                        assert answers[row["id"]] == [tag for one in secret.sources for tag in answers[one]]
                    elif secret.state == "canary":
                        assert answers[row["id"]] == answers[secret.sources[0]]
    assert set(states) == {"plain", "control", "changed", "canary"}
    assert abs(states["changed"] - states["control"]) < 0.2 * states["changed"]


def test_lines_join_translations_and_nothing_else(changed):
    prepared, _ = changed
    by_language = {
        language: {
            row.line: row.identifier for row in read_secrets(prepared, "final", "xnli", language) if row.line >= 0
        }
        for language in ("en", "sw")
    }
    assert by_language["en"].keys() == by_language["sw"].keys()
    labels = {
        language: {
            row["id"]: row["label"] for row in lines(prepared / "final" / "labels" / "xnli" / f"{language}.jsonl")
        }
        for language in ("en", "sw")
    }
    assert all(
        labels["en"][identifier] == labels["sw"][by_language["sw"][line]]
        for line, identifier in by_language["en"].items()
    )
    panx = [row.line for language in ("en", "de") for row in read_secrets(prepared, "final", "panx", language)]
    assert len(panx) == len(set(panx))


def test_same_key_same_bytes(tmp_path):
    source = FolderSource(write_world(tmp_path / "world"), tiny_limit=20)
    for name, key in (("one", KEY), ("again", KEY), ("other", KEY[::-1])):
        prepare(source, tmp_path / name, key, PrepareOptions(changes=CHANGES))
    files = sorted(item.relative_to(tmp_path / "one") for item in (tmp_path / "one").rglob("*") if item.is_file())
    assert Path("secret", "final", "pawsx", "en.jsonl") in files
    for path in files:
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "again" / path).read_bytes()
    inputs = Path("final", "inputs", "pawsx", "en.jsonl")
    assert (tmp_path / "one" / inputs).read_bytes() != (tmp_path / "other" / inputs).read_bytes()


def test_nothing_is_changed_unless_asked(changed, prepared):
    states = {row.state for row in read_secrets(prepared, "final", "pawsx", "en")}
    assert states == {"plain"}
    assert "other digits" not in (prepared / "report.md").read_text()
    assert "other digits" in (changed[0] / "report.md").read_text()


@pytest.mark.parametrize("wrong", [{"perturb": 1.5}, {"perturb": float("nan")}, {"canaries": -1}])
def test_wrong_options_are_refused(wrong):
    with pytest.raises(OrganizerFault, match="E233"):
        Changes(**wrong)


def test_no_secret_reaches_a_bundle(built: Build, unsealed: Build, prepared: Path):
    """Neither the folder's name nor a line of it, in any zip, nested ones too, and not in the worker folder."""
    needles = [b'"item":', secret_path(prepared, "final", "xnli", "en").read_bytes().splitlines()[0]]
    for build in (built, unsealed):
        names, contents = everything(build.archive.read_bytes())
        assert len(names) > 20
        files = [path for path in build.worker.rglob("*") if path.is_file()]
        assert not [name for name in [*names, *map(str, files)] if "/secret/" in f"/{name}"]
        for data in [*contents, *(path.read_bytes() for path in files)]:
            assert not any(needle in data for needle in needles)


def everything(data: bytes) -> tuple[list[str], list[bytes]]:
    names: list[str] = []
    contents: list[bytes] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            names.append(name)
            if name.endswith(".zip"):
                more = everything(content)
                names += more[0]
                contents += more[1]
            else:
                contents.append(content)
    return names, contents
