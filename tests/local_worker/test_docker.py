"""Containers as the platform starts them: what programs find inside, and runs of whole submissions."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from uuid import uuid4

import pytest
import yaml

from organizer.local_worker.command import run_at_home
from organizer.local_worker.docker_engine import LABEL, DockerEngine, connected
from organizer.local_worker.engine import LOG_BYTES, ProcessEngine
from organizer.local_worker.upload import read_upload
from tests.conftest import ROOT
from tests.local_worker.test_run import HONEST, record, submission
from tests.local_worker.world import IMAGE, PHASE, SUBMISSION, USER, engine_or_skip, home, step, with_ingestion
from xtreme_tasks.mountinfo import SubmissionNumbers, submission_numbers

pytestmark = pytest.mark.docker

PROBE = """
import importlib.metadata, json, os, pathlib, sys
def writable(folder):
    try:
        (folder / "written").write_text("")
    except OSError as error:
        return error.strerror
    return True
app = pathlib.Path("/app")
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
shm = os.statvfs("/dev/shm")
names = ("cryptography", "numpy", "pyyaml", "zstandard")
print(json.dumps({
    "argv": sys.argv, "pid": os.getpid(), "uid": os.getuid(), "gid": os.getgid(), "cwd": os.getcwd(),
    "status": {name: value.strip() for name, value in status.items()},
    "mounts": {path.name: writable(path) for path in app.iterdir()},
    "numbers": [line for line in open("/proc/self/mountinfo") if "/app/" in line],
    "shm": shm.f_frsize * shm.f_blocks, "environment": dict(os.environ),
    "routes": open("/proc/net/route").read().splitlines()[1:] if os.path.exists("/proc/net/route") else [],
    "python": sys.version_info[:2], "versions": {name: importlib.metadata.version(name) for name in names},
}))
"""


@pytest.fixture(scope="session")
def engine() -> DockerEngine:
    return engine_or_skip()


@pytest.fixture(scope="module")
def inside(engine: DockerEngine, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What a program finds in a container of step 1."""
    ran = engine.run(step(tmp_path_factory.mktemp("probe"), PROBE, "'two words' $HOME ;"))
    assert ran.exit_code == 0, ran
    return json.loads(ran.stdout)


def left_over(run_folder: str) -> list[str]:
    with connected() as client:
        return [found["Id"] for found in client.containers(all=True, filters={"label": f"{LABEL}={run_folder}"})]


def test_no_capability_no_new_privileges_and_a_seccomp_filter(inside):
    status = inside["status"]
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(status[name], 16) == 0, name
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"


def test_root_in_the_program_folder_is_the_first_process_and_no_shell_is_between(inside):
    assert (inside["uid"], inside["gid"], inside["cwd"], inside["pid"]) == (0, 0, "/app/program", 1)
    assert inside["argv"] == ["probe.py", "two words", "$HOME", ";"]


def test_every_mount_is_writable_but_the_worker_folder(inside):
    assert inside["mounts"] == {
        "program": True,
        "ingested_program": True,
        "input_data": True,
        "output": True,
        "data": "Read-only file system",
    }


def test_the_mount_table_names_user_and_submission(inside):
    assert submission_numbers("".join(inside["numbers"])) == SubmissionNumbers(USER, SUBMISSION)


def test_shared_memory_is_64_mb_and_the_environment_tells_nothing(inside):
    assert inside["shm"] == 64 << 20
    environment = inside["environment"]
    assert environment["HOME"] == "/root"
    assert (environment["PYTHONUNBUFFERED"], environment["http_proxy"], environment["https_proxy"]) == ("1", "", "")
    assert not [name for name, value in environment.items() if "uPK" in value or "sID" in value]


def test_the_network_is_off_unless_asked_for(inside, engine, tmp_path):
    assert inside["routes"] == []
    ran = DockerEngine(engine.image, network=True).run(step(tmp_path, PROBE))
    routes = json.loads(ran.stdout)["routes"]
    assert any(route.split()[1] == "00000000" for route in routes), routes


def test_the_image_holds_the_locked_versions(inside):
    assert inside["python"] == [3, 11]
    locked = dict(re.findall(r"^([a-z0-9-]+)==([^ \n]+)", re.sub(r".*>= '3.12'.*", "", _lock()), re.MULTILINE))
    assert inside["versions"] == {name: locked[name] for name in inside["versions"]}


def _lock() -> str:
    return (ROOT / "requirements" / "lock.txt").read_text()


def test_the_command_becomes_the_arguments_of_an_entry_point(engine, tmp_path):
    tag = f"competition-test:{uuid4().hex[:12]}"
    recipe = f'FROM {IMAGE}\nENTRYPOINT ["python3", "-c", "import sys; print(sys.argv[1:])"]\n'
    with connected() as client:
        list(client.build(fileobj=io.BytesIO(recipe.encode()), tag=tag, rm=True))
        try:
            ran = DockerEngine(tag).run(step(tmp_path, "", "x"))
        finally:
            client.remove_image(tag)
    assert ran.stdout == b"['python3', '-B', 'probe.py', 'x']\n"


def test_output_is_cut_and_all_of_it_is_read(engine, tmp_path):
    script = "import sys; print('a' * 100_000); print('b' * 100_000, file=sys.stderr); sys.exit(3)"
    ran = engine.run(step(tmp_path, script))
    assert (ran.exit_code, ran.stdout, ran.stderr) == (3, b"a" * LOG_BYTES, b"b" * LOG_BYTES)


def test_a_command_that_does_not_exist_is_exit_code_127(engine, tmp_path):
    wanted = step(tmp_path, "")
    ran = engine.run(type(wanted)("nonsense", wanted.mounts, wanted.mountinfo, {}, 60))
    assert ran.exit_code == 127
    assert b"nonsense" in ran.stderr
    assert left_over(wanted.mountinfo.parent.name) == []


def test_at_the_limit_all_processes_of_the_container_die(engine, tmp_path):
    mark = uuid4().hex
    script = f"""
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)", "{mark}"], start_new_session=True)
print("begun", flush=True)
time.sleep(300)
"""
    ran = engine.run(step(tmp_path, script, seconds=2))
    assert (ran.exit_code, ran.stdout) == (137, b"begun\n")
    assert ran.seconds < 60
    assert _processes(mark) == []
    assert left_over("uPK-1_sID-5__probe") == []


def test_what_outlives_its_parent_dies_with_the_container(engine, tmp_path):
    mark = uuid4().hex
    script = f"""
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)", "{mark}"], start_new_session=True)
"""
    assert engine.run(step(tmp_path, script)).exit_code == 0
    assert _processes(mark) == []


def _processes(mark: str) -> list[str]:
    """Processes of this machine, containers' too, with the mark among their arguments."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            arguments = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if mark.encode() in arguments:
            found.append(path.parent.name)
    return found


def test_an_honest_submission_gives_the_same_predictions_as_in_plain_processes(built, engine, tmp_path):
    archive = submission(tmp_path)
    ran = home(built, built.archive, archive, engine, tmp_path)
    assert ran.status == "Finished", ran.messages
    values = record(ran)
    assert (values["user"], values["submission"], values["phase"]) == (USER, SUBMISSION, PHASE)
    assert values["environment"]["network"] == "off"
    plain = run_at_home(
        read_upload(built.archive), built.worker, archive, PHASE, SUBMISSION, tmp_path / "plain", ProcessEngine()
    )
    assert _predictions(ran.folder) == _predictions(plain.folder)
    assert len(_predictions(ran.folder)) == len(values["files"]) > 80
    assert ran.scores["score"] == plain.scores["score"]
    assert _witness(ran.folder)["exitCode"] is None


def _predictions(folder: Path) -> dict[str, bytes]:
    root = folder / "prediction_output" / "predictions"
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.jsonl")}


def _witness(folder: Path) -> dict[str, object]:
    return yaml.safe_load((folder / "prediction_output" / "metadata").read_text())


def test_the_exit_code_of_ingestion_is_ignored_scoring_runs_anyway(built, engine, tmp_path):
    bundle = with_ingestion(built, tmp_path, "raise SystemExit(7)")
    ran = home(built, bundle, submission(tmp_path), engine, tmp_path)
    assert ran.status == "Failed"
    assert "E221" in ran.messages
    assert (ran.folder / "scoring_output" / "detailed_results.html").is_file()
    assert _witness(ran.folder)["ingestionExitCode"] == 7


HANDSHAKE = """
import json, pathlib, sys, time
mine, other = pathlib.Path("/app/output/{mine}"), pathlib.Path("/app/output/{other}")
mine.write_text(json.dumps(sorted(path.name for path in pathlib.Path("/app").iterdir())))
until = time.monotonic() + 60
while not other.exists():
    if time.monotonic() > until:
        sys.exit(9)
    time.sleep(0.02)
sys.exit({code})
"""


def test_a_teams_command_runs_in_parallel_with_its_own_mounts_and_is_witnessed(built, engine, tmp_path):
    bundle = with_ingestion(built, tmp_path, HANDSHAKE.format(mine="ingestion", other="team", code=0))
    script = HANDSHAKE.format(mine="team", other="ingestion", code=5)
    archive = submission(tmp_path, {"metadata.yaml": "command: python3 beside.py\n", "beside.py": script})
    ran = home(built, bundle, archive, engine, tmp_path)
    witness = _witness(ran.folder)
    assert (witness["exitCode"], witness["ingestionExitCode"]) == (5, 0)
    assert witness["elapsedTime"] > 0
    seen = {name: json.loads((ran.folder / "prediction_output" / name).read_text()) for name in ("team", "ingestion")}
    assert seen["team"] == ["data", "input_data", "output", "program"]
    assert seen["ingestion"] == ["data", "ingested_program", "input_data", "output", "program"]


def test_a_teams_command_is_refused_by_ingestion(built, engine, tmp_path):
    files = {"metadata.yaml": "command: python3 -c 'raise SystemExit(4)'\n", "submission.py": HONEST}
    ran = home(built, built.archive, submission(tmp_path, files), engine, tmp_path)
    assert (ran.status, ran.scores) == ("Failed", None)
    assert "E102" in ran.messages
    assert _witness(ran.folder)["exitCode"] == 4


@pytest.mark.parametrize("planting", ["write_text('x')", "symlink_to('/app/nowhere')"])
def test_a_metadata_file_of_the_teams_own_is_a_failed_run(built, engine, tmp_path, planting):
    bundle = with_ingestion(built, tmp_path, "")
    script = f"import pathlib; pathlib.Path('/app/output/metadata').{planting}"
    archive = submission(tmp_path, {"metadata.yaml": "command: python3 plant.py\n", "plant.py": script})
    ran = home(built, bundle, archive, engine, tmp_path)
    assert (ran.status, ran.scores) == ("Failed", None)
    assert "the worker's own" in ran.messages
