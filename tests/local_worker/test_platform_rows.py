"""One test for each row of docs/local-worker.md: what the local worker does where the platform does this."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from organizer.local_worker import docker_engine
from organizer.local_worker.engine import LOG_BYTES, ProcessEngine, Step
from organizer.local_worker.run import LocalRun
from organizer.rehearsal.board import Board
from tests.conftest import ROOT
from tests.local_worker.toy import COLUMNS, PHASE, SCORES, TASK, Watching, columns, names, play, submission, toy
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.mountinfo import SubmissionNumbers, submission_numbers

TABLE = ROOT / "docs" / "local-worker.md"


def test_the_table_and_the_tests_are_one_to_one() -> None:
    rows = re.findall(r"^\|.*\| `(\w+)` \|$", TABLE.read_text(), flags=re.MULTILINE)
    tests = re.findall(r"^def test_row_(\w+)\(", Path(__file__).read_text(), flags=re.MULTILINE)
    assert rows == tests
    assert len(set(rows)) == len(rows) > 40


def watched(tmp_path: Path, archive: Path | None = None, **bundle: object) -> tuple[Watching, LocalRun]:
    engine = Watching()
    ran = play(toy(tmp_path, **bundle), tmp_path, archive, engine)  # type: ignore[arg-type]
    return engine, ran


class Client:
    """Stands for the container engine: keeps what it is asked for, and refuses to start."""

    def __init__(self) -> None:
        self.created: dict[str, object] = {}

    def create_host_config(self, **settings: object) -> dict[str, object]:
        return settings

    def create_container(self, image: str, **settings: object) -> dict[str, str]:
        self.created = {"image": image, **settings}
        return {"Id": "1"}

    def remove_container(self, *arguments: object, **settings: object) -> None:
        pass


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, object]:
    """What the container engine is asked for, for step 1 of a run."""
    client = Client()

    @contextmanager
    def connected() -> Iterator[Client]:
        yield client

    monkeypatch.setattr(docker_engine, "connected", connected)
    monkeypatch.setattr(docker_engine, "_to_the_end", lambda *_: docker_engine.StepResult(0, 1.0, b"", b""))
    engine, _ = watched(tmp_path)
    docker_engine.DockerEngine("an-image").run(engine.steps[0])
    return client.created


def host(asked: dict[str, object]) -> dict[str, object]:
    config = asked["host_config"]
    assert isinstance(config, dict)
    return config


# Containers


def test_row_two_steps(tmp_path):
    engine, ran = watched(tmp_path)
    assert [step.mounts["/app/program"].name for step in engine.steps] == ["ingestion_program", "scoring_program"]
    assert ran.status == "Finished"


def test_row_command_without_a_shell(tmp_path):
    said = "print(sys.argv[1:4]); sys.argv[1:4] = []; app = dict(zip(sys.argv[1::2], sys.argv[2::2]))"
    _, ran = watched(tmp_path, ingestion=said, command="python3 -B toy.py 'two words' $HOME ;")
    assert "['two words', '$HOME', ';']" in ran.messages


def test_row_working_folder(tmp_path):
    _, ran = watched(tmp_path, ingestion='print(Path.cwd() == app["program"])')
    assert ran.messages.startswith("True\n")


def test_row_rights(asked):
    assert host(asked)["cap_drop"] == ["ALL"]
    assert host(asked)["security_opt"] == ["no-new-privileges"]  # and no other: the engine's own seccomp filter stays
    assert "user" not in asked
    assert "privileged" not in host(asked)


def test_row_first_process(asked):
    assert "init" not in host(asked)
    assert "pid_mode" not in host(asked)


def test_row_entry_point(asked):
    assert "entrypoint" not in asked
    assert asked["command"] == ["python3", "-B", "toy.py"]
    assert asked["working_dir"] == "/app/program"


def test_row_environment(asked, tmp_path):
    assert asked["environment"] == ["PYTHONUNBUFFERED=1", "http_proxy=", "https_proxy="]
    _, ran = watched(tmp_path / "process", ingestion="print(sorted(os.environ))")
    known = {"HOME", "LC_CTYPE", "PATH", "PYTHONUNBUFFERED", "TMPDIR"}
    assert set(re.findall(r"'(\w+)'", ran.messages)) <= known


def test_row_network(asked):
    assert asked["network_disabled"] is True


def test_row_shared_memory(asked):
    assert host(asked)["shm_size"] == 64 * 2**20


def test_row_no_resource_limits(asked):
    limits = {"mem_limit", "memswap_limit", "pids_limit", "cpu_quota", "nano_cpus", "cpuset_cpus", "ulimits"}
    assert limits.isdisjoint({*host(asked), *asked})


def test_row_ingestion_mounts(tmp_path):
    engine, _ = watched(tmp_path)
    expected = {"/app/program", "/app/ingested_program", "/app/input_data", "/app/output", "/app/data"}
    assert set(engine.steps[0].mounts) == expected
    assert engine.files[0]["/app/ingested_program"] == {"submission.py"}
    assert engine.files[0]["/app/input_data"] == {"question"}
    assert not any("answer" in found for found in engine.files[0].values())


def test_row_scoring_mounts(tmp_path):
    engine, _ = watched(tmp_path, ingestion='(app["output"] / "guess").write_text("41")')
    assert set(engine.steps[1].mounts) == {"/app/program", "/app/input", "/app/output", "/app/shared", "/app/data"}
    assert engine.files[1]["/app/input"] == {"ref/answer", "res/guess", "res/metadata", "res/submission.py"}
    assert engine.files[1]["/app/output"] == engine.files[1]["/app/shared"] == set()


def test_row_writable_but_data(asked):
    binds = host(asked)["binds"]
    assert isinstance(binds, dict)
    modes = {bind["bind"]: bind["mode"] for bind in binds.values()}
    assert [path for path, mode in modes.items() if mode != "rw"] == ["/app/data"]


def test_row_labels_in_ingestion(tmp_path):
    task = {**TASK, "ingestion_only_during_scoring": True}
    engine, _ = watched(tmp_path, tasks=[task])
    assert not any("answer" in found for found in engine.files[0].values())


def test_row_copied_without_metadata(tmp_path):
    archive = submission(tmp_path, {"predictions/en.jsonl": "planted"})
    engine, _ = watched(tmp_path, archive)
    assert engine.files[0]["/app/output"] == {"submission.py", "predictions/en.jsonl"}
    assert "res/predictions/en.jsonl" in engine.files[1]["/app/input"]


@pytest.mark.parametrize("name", ["metadata", "metadata.yaml"])
def test_row_metadata_without_command(tmp_path, name):
    engine, ran = watched(tmp_path, submission(tmp_path, {name: "description: nothing to run\n"}))
    assert engine.files[0]["/app/output"] == set()
    assert engine.team == []
    assert witness(ran)["exitCode"] is None


def test_row_command_of_a_team(tmp_path):
    archive = submission(tmp_path, {"metadata.yaml": "command: python3 evil.py\n"})
    engine, ran = watched(tmp_path, archive)
    (step,) = engine.team
    assert step.command == "python3 evil.py"
    assert set(step.mounts) == {"/app/program", "/app/input_data", "/app/output", "/app/data"}
    assert step.mounts["/app/output"] == engine.steps[0].mounts["/app/output"]
    assert witness(ran)["exitCode"] == 3
    assert ProcessEngine().run_team(step).exit_code == 0


def witness(ran: LocalRun) -> dict[str, object]:
    found = yaml.safe_load((ran.folder / "prediction_output" / "metadata").read_bytes())
    assert isinstance(found, dict)
    return found


def test_row_witness(tmp_path):
    _, ran = watched(tmp_path, ingestion="sys.exit(5)")
    found = witness(ran)
    assert set(found) == {"exitCode", "ingestionExitCode", "elapsedTime", "ingestionElapsedTime"}
    assert (found["exitCode"], found["ingestionExitCode"]) == (None, 5)
    assert isinstance(found["ingestionElapsedTime"], float)


def test_row_own_metadata_in_the_output(tmp_path):
    engine, ran = watched(tmp_path, ingestion='(app["output"] / "metadata").write_text("exitCode: null")')
    assert (ran.status, ran.scores) == ("Failed", None)
    assert len(engine.steps) == 1


def test_row_numbers_in_the_mount_table(tmp_path):
    engine, _ = watched(tmp_path)
    assert [submission_numbers(text) for text in engine.numbers] == [SubmissionNumbers(7, 9)] * 2


def test_row_exit_code_of_ingestion(tmp_path):
    _, ran = watched(tmp_path, ingestion="sys.exit(3)")
    assert (ran.status, ran.scores) == ("Finished", SCORES)


def test_row_time_limit(tmp_path):
    engine, _ = watched(tmp_path)
    assert [step.seconds for step in engine.steps] == [PHASE["execution_time_limit"] + 60] * 2
    step = engine.steps[0]
    step.mounts["/app/program"].mkdir(parents=True)
    (step.mounts["/app/program"] / "toy.py").write_text("import time\ntime.sleep(600)\n")
    ended = ProcessEngine().run(Step(step.command, step.mounts, step.mountinfo, {}, 0.1))
    assert ended.exit_code == 128 + 9


def test_row_cap_of_the_default_queue(tmp_path):
    engine, _ = watched(tmp_path, phase={"execution_time_limit": 7200})
    assert engine.steps[0].seconds == 7260


def test_row_long_logs(tmp_path):
    _, ran = watched(tmp_path, ingestion='print("x" * 30000); print("y" * 30000, file=sys.stderr)')
    assert ran.messages == "x" * LOG_BYTES + "y" * LOG_BYTES
    assert LOG_BYTES == 8192
    assert ran.status == "Finished"


def test_row_logs_in_ascii(tmp_path):
    _, ran = watched(tmp_path, ingestion='sys.stdout.buffer.write("\\u00e9\\n".encode())')
    assert ran.messages == "\ufffd\ufffd\n"


def test_row_damaged_zip(tmp_path):
    (tmp_path / "team.zip").write_bytes(submission(tmp_path).read_bytes()[:60])
    engine, ran = watched(tmp_path, tmp_path / "team.zip")
    assert (ran.status, ran.scores) == ("Failed", None)
    assert "E201 team.zip" in ran.messages
    assert engine.steps == []


# Attempts


def board(limit: int = 1, *sorting: str) -> Board:
    phase = {"max_submissions": limit}
    return Board(_phase(phase), columns(*(sorting or ("desc", "desc"))))


def _phase(changes):
    from organizer.local_worker.upload import UploadedPhase

    return UploadedPhase("only", "Phase 1", int(changes["max_submissions"]), 40.0, "", "", "", "")


def test_row_second_try(tmp_path):
    found = board()
    assert found.may_submit("A")
    found.record("A", 1, "Finished", SCORES)
    assert not found.may_submit("A")


def test_row_failed_does_not_count(tmp_path):
    found = board()
    found.record("A", 1, "Failed", None)
    assert found.may_submit("A")
    assert found.rows() == []


def test_row_cancelled_counts(tmp_path):
    found = board()
    found.record("A", 1, "Cancelled", None)
    assert not found.may_submit("A")
    assert found.rows() == []


def test_row_counting_per_account(tmp_path):
    found = board()
    found.record("A", 1, "Finished", SCORES)
    assert found.may_submit("B")


def test_row_daily_limit(tmp_path):
    upload = toy(tmp_path, phase={"max_submissions": 3, "max_submissions_per_day": 1})
    found = Board(upload.phases[0], upload.columns)
    found.record("A", 1, "Finished", SCORES)
    assert found.may_submit("A")


def test_row_last_submission_stands(tmp_path):
    found = board(3)
    found.record("A", 1, "Finished", {"first": 9.0, "second": 9.0})
    found.record("A", 2, "Finished", {"first": 1.0, "second": 1.0})
    found.record("A", 3, "Failed", None)
    assert [(row.submission, row.scores["first"]) for row in found.rows()] == [(2, 1.0)]


# Phases


def test_row_one_table_per_phase(tmp_path):
    phases = [{**PHASE, "name": name, "tasks": [index]} for index, name in enumerate(("One", "Two"))]
    tasks = [{**TASK, "index": index, "name": name} for index, name in enumerate(("one", "two"))]
    upload = toy(tmp_path, phases=phases, tasks=tasks)
    assert [(phase.key, phase.name) for phase in upload.phases] == [("one", "One"), ("two", "Two")]
    first, second = (Board(phase, upload.columns) for phase in upload.phases)
    first.record("A", 1, "Finished", SCORES)
    assert second.may_submit("A")
    assert second.rows() == []


def test_row_first_leaderboard_only(tmp_path):
    other = [{"key": "other", "title": "Other", "index": 0}]
    upload = toy(tmp_path, leaderboards=[{"columns": COLUMNS}, {"columns": other}])
    assert [column.key for column in upload.columns] == ["first", "second"]


def test_row_several_tasks(tmp_path):
    tasks = [{**TASK, "index": index, "name": name} for index, name in enumerate(("one", "two"))]
    upload = toy(tmp_path, tasks=tasks, phase={"tasks": [0, 1]})
    assert [phase.key for phase in upload.phases] == ["two"]


def test_row_migration(tmp_path):
    plain = toy(tmp_path / "plain")
    moving = toy(tmp_path / "moving", phase={"auto_migrate_to_this_phase": True})
    assert plain.phases == moving.phases


def test_row_closed_phase(tmp_path):
    upload = toy(tmp_path, phase={"start": "2001-01-01 00:00:00", "end": "2001-01-02 00:00:00"})
    assert play(upload, tmp_path).status == "Finished"


# Scores


def scored(tmp_path: Path, scoring: str) -> LocalRun:
    return play(toy(tmp_path, scoring=scoring), tmp_path)


def wrote(tmp_path: Path, scores: str) -> LocalRun:
    return scored(tmp_path, f'(app["output"] / "scores.json").write_text({scores!r})')


def test_row_scoring_exits_non_zero(tmp_path):
    ran = scored(tmp_path, '(app["output"] / "scores.json").write_text(json.dumps({"first": 1})); sys.exit(1)')
    assert (ran.status, ran.scores) == ("Failed", None)


def test_row_no_scores_file(tmp_path):
    ran = scored(tmp_path, "")
    assert (ran.status, ran.scores) == ("Failed", None)


def test_row_bad_json(tmp_path):
    for index, text in enumerate(('{"first": 1,', "", "[1, 2]", "[" * 100_000)):
        ran = wrote(tmp_path / str(index), text)
        assert (ran.status, ran.scores) == ("Failed", None)


def test_row_missing_key(tmp_path):
    ran = wrote(tmp_path, '{"second": 2}')
    assert (ran.status, ran.scores) == ("Finished", {"second": 2.0})
    falling, rising = board(1, "desc", "desc"), board(1, "asc", "desc")
    for found in (falling, rising):
        found.record("full", 1, "Finished", SCORES)
        found.record("missing", 2, ran.status, ran.scores)
    assert [row.team for row in falling.rows()] == ["missing", "full"]
    assert [row.team for row in rising.rows()] == ["full", "missing"]


def test_row_extra_key(tmp_path):
    ran = wrote(tmp_path, '{"first": 1, "second": 2, "extra": "text"}')
    assert (ran.status, ran.scores) == ("Finished", SCORES)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_row_not_finite(tmp_path, value):
    ran = wrote(tmp_path, f'{{"first": 1, "second": {value}}}')
    assert (ran.status, ran.scores) == ("Finished", None)
    found = board()
    found.record("A", 1, ran.status, ran.scores)
    assert found.rows() == []
    assert not found.may_submit("A")


@pytest.mark.parametrize("value", ["1e12", "-10000000000", "null", '"1.5"', "[1]", "{}", "true"])
def test_row_not_a_storable_number(tmp_path, value):
    ran = wrote(tmp_path, f'{{"first": 1, "second": {value}}}')
    assert (ran.status, ran.scores) == ("Finished", None)


def test_row_decimals(tmp_path):
    ran = wrote(tmp_path, '{"first": 0.12345678914999, "second": 9999999999.5}')
    assert ran.scores == {"first": 0.1234567891, "second": 9999999999.5}


def test_row_page_of_a_failed_run(tmp_path):
    ran = scored(tmp_path, '(app["output"] / "detailed_results.html").write_text("what to do"); sys.exit(1)')
    assert ran.status == "Failed"
    assert (ran.folder / "scoring_output" / "detailed_results.html").read_text() == "what to do"


def test_row_finished_before_the_scores(tmp_path):
    ran = play(toy(tmp_path), tmp_path)
    assert (ran.status, ran.scores) == ("Finished", SCORES)
    assert not names(ran.folder).isdisjoint({"scoring_output/scores.json"})


def test_row_sorted_by_the_primary_column(tmp_path):
    indexed = [{**COLUMNS[0], "index": 1}, {**COLUMNS[1], "index": 0, "sorting": "asc"}]
    upload = toy(tmp_path, columns=indexed)
    found = Board(upload.phases[0], upload.columns)
    for number, (team, first, second) in enumerate((("A", 9.0, 3.0), ("B", 1.0, 2.0), ("C", 5.0, 3.0))):
        found.record(team, number, "Finished", {"first": first, "second": second})
    assert [row.team for row in found.rows()] == ["B", "A", "C"]


# Bundles


def test_row_older_bundles(tmp_path):
    with pytest.raises(OrganizerFault, match="E231 .*not a Codabench bundle"):
        toy(tmp_path, tasks=None, phases={1: {"phasenumber": 1}})


def test_row_programs_in_folders(tmp_path):
    task = {**TASK, "input_data": "input"}
    upload = toy(tmp_path, tasks=[task])
    with pytest.raises(OrganizerFault, match="E201 .*input"):
        play(upload, tmp_path)
