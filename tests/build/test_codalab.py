from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from markdown_it import MarkdownIt

from organizer.build.bundle import Build, build_bundle
from organizer.build.codalab import check_lengths, wanted
from organizer.build.codalab_pages import to_html
from organizer.build.codalab_scoring import as_lines, translated
from organizer.build.options import BuildOptions
from organizer.build.phases import schedule
from organizer.check.check import check_bundle
from organizer.local_worker.engine import ProcessEngine
from organizer.local_worker.run import Order, run_submission
from organizer.local_worker.upload import read_upload
from scoring_program.row import COLUMNS
from scoring_program.witness import parse_witness
from tests.conftest import SECRET, START, options
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import dumps, sha256

CONSTANT = b"""
class Submission:
    def __init__(self, folder):
        pass

    def predict(self, task, language, examples):
        if task in ("xnli", "pawsx"):
            return [{"xnli": "neutral", "pawsx": "0"}[task]] * len(examples)
        return [["NOUN" if task == "udpos" else "O"] * len(example["tokens"]) for example in examples]
"""
# CodaLab makes one database row of the top level and one of each phase: a key that is no column there is an error.
CODALAB_TOP = {
    "title description image competition_docker_image has_registration end_date enable_detailed_results",
    "enable_forum allow_public_submissions force_submission_to_leaderboard disallow_leaderboard_modifying",
    "html phases leaderboard",
}
CODALAB_PHASE = {
    "phasenumber label description start_date max_submissions max_submissions_per_day is_scoring_only color",
    "execution_time_limit auto_migration public_data starting_kit",
    "ingestion_program scoring_program input_data reference_data",
}


@pytest.fixture(scope="module")
def open_now(prepared, tmp_path_factory) -> Build:
    """An unsealed build whose first phase is open, so that its programs run without a permit."""
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    return build_bundle(
        BuildOptions(prepared, tmp_path_factory.mktemp("open"), SECRET, start, (4, 4, 4, 1), sealed=False)
    )


def read_v15(path: Path) -> dict:
    """The competition that Codabench makes of a bundle without a version: its rules, in this project's words."""
    with zipfile.ZipFile(path) as archive:
        raw = yaml.safe_load(archive.read("competition.yaml"))
        assert str(raw.get("version", "1")) in ("1", "1.5")

        def text(name: str) -> str:
            return archive.read(name).decode()

        def moment(value: object) -> datetime:
            # An unquoted date would arrive here as a date, and lose its time of day.
            assert isinstance(value, str)
            return datetime.fromisoformat(value)

        ordered = sorted(raw["phases"].values(), key=lambda phase: phase["phasenumber"])
        starts = [moment(phase["start_date"]) for phase in ordered]
        ends = [start - timedelta(days=1) for start in starts[1:]] + [moment(raw["end_date"])]
        columns = sorted(raw["leaderboard"]["columns"].items(), key=lambda item: item[1].get("rank", 1))
        boards = raw["leaderboard"]["leaderboards"]
        return {
            "raw": raw,
            "title": raw["title"],
            "docker_image": raw["competition_docker_image"],
            "approve": not raw.get("has_registration", True),
            "detailed": raw.get("enable_detailed_results", False),
            "logo": archive.read(raw["image"]),
            "terms": text(raw["html"]["terms"]),
            "pages": {name: text(file) for name, file in raw["html"].items() if name != "terms"},
            "phases": [
                {
                    "name": phase["label"],
                    "start": start,
                    "end": end,
                    "per_person": phase.get("max_submissions", 100),
                    "per_day": phase.get("max_submissions_per_day", 5),
                    "limit": phase.get("execution_time_limit"),
                    "migrate": phase.get("auto_migration", False),
                    "labels_in_ingestion": phase.get("ingestion_program_only_during_scoring", False),
                    "files": {
                        kind: archive.read(phase[kind])
                        for kind in (
                            "public_data",
                            "starting_kit",
                            "ingestion_program",
                            "scoring_program",
                            "input_data",
                            "reference_data",
                        )
                    },
                }
                for phase, start, end in zip(ordered, starts, ends, strict=True)
            ],
            "boards": {
                board["label"]: [
                    (key, column.get("label", key), column.get("sort") or "desc", column.get("numeric_format", 2))
                    for key, column in columns
                    if column["leaderboard"]["label"].lower() == board["label"].lower()
                ]
                for board in boards.values()
            },
        }


def test_codabench_reads_the_competition_that_is_meant(unsealed):
    assert unsealed.codalab is not None
    assert unsealed.codalab.name == "competition-codalab-v15.zip"
    read = read_v15(unsealed.codalab)
    with zipfile.ZipFile(unsealed.archive) as archive:
        v2 = yaml.safe_load(archive.read("competition.yaml"))
        assert read["logo"] == archive.read(v2["image"])
        for phase, task in zip(read["phases"], v2["tasks"], strict=True):
            for kind in ("input_data", "reference_data"):
                assert phase["files"][kind] == archive.read(task[kind])
    assert "not secret" in read["title"]
    assert (read["docker_image"], read["approve"], read["detailed"]) == (v2["docker_image"], False, True)
    assert list(read["pages"]) == ["overview", "evaluation", "data", "submit", "timeline", "faults"]
    assert [phase["name"] for phase in read["phases"]] == [phase["name"] for phase in v2["phases"]]
    assert [phase["start"] for phase in read["phases"]] == [
        window.start.replace(tzinfo=None) for window in unsealed.windows
    ]
    for phase, after, meant in zip(read["phases"], [*read["phases"][1:], None], v2["phases"], strict=True):
        assert (phase["per_person"], phase["per_day"], phase["limit"]) == (1, 1, meant["execution_time_limit"])
        assert phase["migrate"] is phase["labels_in_ingestion"] is False
        assert phase["start"] < phase["end"]
        if after is not None:
            assert phase["end"] < after["start"]
    assert read["phases"][-1]["end"] == unsealed.windows[-1].end.replace(tzinfo=None)
    (columns,) = read["boards"].values()
    meant_columns = v2["leaderboards"][0]["columns"]
    assert columns == [(one["key"], one["title"], one["sorting"], one["precision"]) for one in meant_columns]
    assert tuple(key for key, *_ in columns) == COLUMNS


def test_codalab_knows_every_key_and_finds_what_it_demands(unsealed):
    raw = read_v15(unsealed.codalab)["raw"]
    assert set(raw) == set(" ".join(CODALAB_TOP).split())
    assert {"overview", "evaluation", "terms", "data"} <= set(raw["html"])
    assert len(raw["title"]) <= 100
    for number, phase in raw["phases"].items():
        assert set(phase) == set(" ".join(CODALAB_PHASE).split())
        assert phase["phasenumber"] == number
        assert len(phase["label"]) <= 50
        assert phase["color"] in ("white", "orange", "yellow", "green", "blue", "purple")
        assert all(phase[kind].endswith(".zip") for kind in phase if kind.endswith(("_program", "_data", "_kit")))
    greatest = max(raw["leaderboard"]["columns"].items(), key=lambda item: item[1]["selection_default"])
    assert greatest[0] == "adjusted_score"


def test_pages_are_html_that_a_second_pass_of_markdown_leaves_alone(unsealed):
    read = read_v15(unsealed.codalab)
    for name, html in {**read["pages"], "terms": read["terms"]}.items():
        assert html.startswith("<h1>"), name
        assert "<p>" in html
        assert "$" not in html  # Codabench would read a formula
        assert "```" not in html
        assert "| --" not in html
        assert MarkdownIt("commonmark", {"html": True}).render(html) == html, name
    assert "<table" in read["pages"]["timeline"]
    assert "one day before" in read["pages"]["timeline"]
    assert "<code>metadata</code>" in read["pages"]["submit"]
    assert "<svg" in read["pages"]["evaluation"]


def test_a_notice_stands_below_the_title():
    html = to_html("timeline", b"# Timeline\n\nAll times are UTC.\n").decode()
    assert html.index("</h1>") < html.index("one day before") < html.index("All times")
    assert to_html("faults", b"# Faults\n\ntext\n") == b"<h1>Faults</h1>\n<p>text</p>\n"


def test_the_same_inputs_are_the_same_bytes(prepared, unsealed, tmp_path):
    again = build_bundle(options(prepared, tmp_path, sealed=False))
    assert again.codalab.read_bytes() == unsealed.codalab.read_bytes()


def test_a_sealed_build_makes_none(built, unsealed):
    assert built.codalab is None
    assert not (built.archive.parent / unsealed.codalab.name).exists()


def test_a_sealed_build_of_the_sample_makes_one_when_asked(prepared, built, unsealed, tmp_path):
    both = build_bundle(BuildOptions(prepared, tmp_path, SECRET, START, (4, 4, 4, 1), codalab=True))
    assert both.archive.read_bytes() == built.archive.read_bytes()
    assert both.codalab.read_bytes() == unsealed.codalab.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [both.archive.name, both.codalab.name, "build.json", "worker"]
    )
    record = json.loads((tmp_path / "build.json").read_bytes())
    assert record["codalab"] == both.codalab.name
    assert record["codalab_sha256"] == sha256(both.codalab.read_bytes())


@pytest.mark.parametrize("source", ["a folder in XTREME's layout", "google/xtreme", ""])
def test_other_data_are_never_published_by_a_sealed_build(source, tmp_path):
    asked = BuildOptions(tmp_path, tmp_path, SECRET, START, (4, 4, 4, 1), codalab=True)
    with pytest.raises(OrganizerFault, match=r"^E233 --codalab: .*would publish the hidden data.*--unsealed"):
        wanted(asked, source)
    assert wanted(BuildOptions(tmp_path, tmp_path, SECRET, START, (4, 4, 4, 1), sealed=False), source)
    assert not wanted(BuildOptions(tmp_path, tmp_path, SECRET, START, (4, 4, 4, 1)), source)


def test_the_refusal_leaves_nothing_behind(prepared, tmp_path):
    real = tmp_path / "prepared"
    shutil.copytree(prepared, real)
    described = real / "final" / "dataset.json"
    described.write_bytes(dumps(json.loads(described.read_bytes()) | {"source": "google/xtreme"}).encode() + b"\n")
    with pytest.raises(OrganizerFault, match="E233"):
        build_bundle(BuildOptions(real, tmp_path / "dist", SECRET, START, (4, 4, 4, 1), codalab=True))
    assert not (tmp_path / "dist").exists()


def test_a_phase_that_codabench_would_never_open_is_refused():
    splits = ["evaluation", "evaluation", "final"]
    with pytest.raises(OrganizerFault, match=r"^E231 --weeks: .*evaluation-2 would never be open.*--no-codalab"):
        check_lengths(schedule(splits, START, [1, 1 / 7, 1]))
    check_lengths(schedule(splits, START, [1, 2 / 7, 0.01]))


def test_the_check_says_that_a_bundle_of_this_format_is_not_checked(unsealed):
    problems = check_bundle(unsealed.codalab)
    assert [problem.id for problem in problems] == ["C101"]
    assert "version 1.5" in problems[0].what
    assert "not checked any further" in problems[0].remedy


# The programs, run by plain processes as each platform would run them in a container.

CODABENCH_INGESTION = (
    ("$input", "input_data"),
    ("$output", "output"),
    ("$program", "ingestion_program"),
    ("$ingestion_program", "ingestion_program"),
    ("$submission_program", "program"),
)
CODALAB_INGESTION = (
    ("$program", "ingestion_program"),
    ("$ingestion_program", "ingestion_program"),
    ("$submission_program", "program"),
    ("$input", "input_data"),
    ("$output", "output"),
)
SCORING = (("$program", "scoring_program"), ("$input", "input"), ("$output", "scores"))


def unpack(data: bytes, folder: Path) -> None:
    folder.mkdir(parents=True)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)


def start(root: Path, program: str, variables: tuple[tuple[str, str], ...], codalab: bool) -> float:
    """Run a program's command with the folders put in for the variables, in the platform's order; its seconds."""
    command = yaml.safe_load((root / program / "metadata").read_text())["command"]
    for variable, folder in variables:
        command = command.replace(variable, str(root / folder))
    words = command.split(" ")
    assert "$" not in command
    assert words[0] == "python3"
    # CodaLab starts in the run's folder and puts the team's folder on PYTHONPATH; Codabench in the program's.
    environment = {"PATH": os.environ["PATH"]} | ({"PYTHONPATH": f":{root / 'program'}"} if codalab else {})
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, *words[1:]],
        cwd=root if codalab else root / program,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("ok"), done.stdout
    return time.monotonic() - began


def run_v15(build: Build, root: Path, codalab: bool) -> Path:
    """Both steps of a constant answer; the folder with the scores."""
    files = read_v15(build.codalab)["phases"][0]["files"]
    for folder, kind in (
        ("ingestion_program", "ingestion_program"),
        ("input_data", "input_data"),
        ("scoring_program", "scoring_program"),
        ("input/ref", "reference_data"),
    ):
        unpack(files[kind], root / folder)
    for folder in ("program", "output", "scores"):
        (root / folder).mkdir()
    (root / "program" / "submission.py").write_bytes(CONSTANT)
    (root / "program" / "metadata").write_text("description: a constant answer\n")
    # On CodaLab the team's folder is on PYTHONPATH: it must not replace the trusted program's own modules.
    (root / "program" / "json.py").write_text("raise SystemExit('the team runs in the trusted program')\n")
    (root / "program" / "xtreme_tasks.py").write_text("raise SystemExit('the team runs in the trusted program')\n")
    seconds = start(root, "ingestion_program", CODALAB_INGESTION if codalab else CODABENCH_INGESTION, codalab)
    witness = {"exitCode": 0, "ingestionExitCode": 0, "elapsedTime": seconds}
    if not codalab:
        witness |= {"exitCode": None, "ingestionElapsedTime": seconds}
    (root / "output" / "metadata").write_text(yaml.dump(witness, default_flow_style=False))
    (root / "output").rename(root / "input" / "res")
    start(root, "scoring_program", SCORING, codalab)
    return root / "scores"


@pytest.fixture(scope="module")
def v2_scores(open_now, tmp_path_factory) -> dict[str, float]:
    """The constant answer through the Codabench bundle of the same build."""
    folder = tmp_path_factory.mktemp("v2")
    with zipfile.ZipFile(folder / "constant.zip", "w") as archive:
        archive.writestr("submission.py", CONSTANT)
    upload = read_upload(open_now.archive)
    order = Order(1, 5, folder / "constant.zip", upload.phase("evaluation-1"))
    ran = run_submission(upload, open_now.worker, order, ProcessEngine(), folder / "run")
    assert ran.status == "Finished", ran.messages
    assert ran.scores is not None
    return dict(ran.scores)


@pytest.mark.parametrize("codalab", [False, True], ids=["codabench", "codalab"])
def test_a_submission_is_scored_as_through_the_other_bundle(open_now, v2_scores, tmp_path, codalab):
    scores = json.loads((run_v15(open_now, tmp_path / "run", codalab) / "scores.json").read_bytes())
    timed = {"duration", "speedup"}
    assert {key: scores[key] for key in COLUMNS if key not in timed} == {
        key: v2_scores[key] for key in COLUMNS if key not in timed
    }
    assert scores["score"] > 20
    assert scores["duration"] > 0
    # CodaLab's site reads scores.txt: a name, a colon, a number.
    lines = (tmp_path / "run" / "scores" / "scores.txt").read_text().splitlines()
    assert {name: float(value) for name, value in (line.split(":") for line in lines)} == scores
    assert "not secret" in (tmp_path / "run" / "scores" / "detailed_results.html").read_text()


def test_only_codalabs_witness_is_translated():
    codalab = b"elapsedTime: 12.5\nexitCode: 0\ningestionExitCode: 0\n"
    witness = parse_witness(translated(codalab))
    assert (witness.participant_exit_code, witness.ingestion_exit_code, witness.ingestion_seconds) == (None, 0, 12.5)
    failed = parse_witness(translated(codalab.replace(b"exitCode: 0\ning", b"exitCode: 3\ning")))
    assert failed.participant_exit_code == 3
    for other in (
        b"elapsedTime: 1\nexitCode: null\ningestionElapsedTime: 1\ningestionExitCode: 0\n",
        b"",
        b"\xff: 1\n",
    ):
        assert translated(other) == other


def test_scores_as_lines_keep_every_digit(tmp_path):
    (tmp_path / "scores.json").write_text('{"score": 33.3333333333, "places_gained": 0.0}')
    assert as_lines(tmp_path / "scores.json") == b"score: 33.3333333333\nplaces_gained: 0.0\n"
