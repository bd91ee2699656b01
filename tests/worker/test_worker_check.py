"""worker-check: every check right once and missing once, and facts from a machine that is made up."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from organizer.worker_check.checks import CHECKS
from organizer.worker_check.collect import collect
from organizer.worker_check.command import worker_check_command
from organizer.worker_check.facts import BundleFacts, Facts, Gpu, ImageFacts, InsideFacts, KeyFile
from organizer.worker_check.probe import Machine
from tests.local_worker.world import engine_or_skip
from xtreme_tasks.faults import OrganizerFault

PIN = "sha256:" + "a" * 64
INSIDE = InsideFacts(False, (), 2048, 7, 2, 0, True, ("GPU 0: H",))
GOOD = Facts(
    kernel="6.18",
    landlock=7,
    engine="Engine 28",
    bundles=(BundleFacts("b-1", 2, "image:1", PIN),),
    keys=(KeyFile("b-1", 0, 0o700), KeyFile("b-1/ingestion/keys.json", 0, 0o600)),
    images=(ImageFacts("image:1", (PIN,)),),
    inside=INSIDE,
    gpus=(Gpu("H", True, 1500, 1980),),
    free_gib=100.0,
    run_folder="/codabench",
    synchronised=True,
)


def statuses(facts: Facts) -> dict[str, str]:
    return {check.title: check.look(facts).status for check in CHECKS}


def inside(**changes: Any) -> dict[str, object]:
    return {"inside": dataclasses.replace(INSIDE, **changes)}


def test_a_good_worker_has_nothing_missing():
    assert set(statuses(GOOD).values()) == {"right"}


@pytest.mark.parametrize(
    ("title", "status", "changes"),
    [
        ("engine", "missing", {"engine": "", "engine_error": "refused"}),
        ("worker folder", "missing", {"bundles": ()}),
        ("worker folder", "missing", {"bundles": (BundleFacts("b-1", error="malformed"),)}),
        ("worker folder", "missing", {"bundles": (BundleFacts("b-1", 1, "image:1", PIN),)}),
        ("keys", "missing", {"keys": ()}),
        ("keys", "missing", {"keys": (KeyFile("k", 1000, 0o600),)}),
        ("keys", "missing", {"keys": (KeyFile("k", 0, 0o640),)}),
        ("keys", "missing", {"keys": (KeyFile("k", 0, 0o604),)}),
        ("keys", "missing", {"keys": (KeyFile("k", error="No such file"),)}),
        ("image", "missing", {"images": (ImageFacts("image:1"),)}),
        ("image", "missing", {"images": (ImageFacts("image:1", ("sha256:" + "b" * 64,)),)}),
        ("image", "look", {"bundles": (BundleFacts("b-1", 2, "image:1"),)}),
        ("GPU in a container", "missing", {"gpus": ()}),
        ("GPU in a container", "missing", inside(gpus=())),
        ("GPU persistence mode", "missing", {"gpus": (Gpu("H", False, 1500, 1980),)}),
        ("GPU clocks", "look", {"gpus": (Gpu("H", True, 1980, 1980),)}),
        ("GPU clocks", "look", {"gpus": (Gpu("H", True),)}),
        ("Landlock", "missing", {"landlock": 0}),
        ("Landlock", "missing", inside(landlock=0)),
        ("Landlock", "missing", {"landlock": 3}),
        ("Landlock", "look", {"landlock": 5}),
        ("seccomp and capabilities", "missing", inside(seccomp=0)),
        ("seccomp and capabilities", "missing", inside(capabilities=1)),
        ("seccomp and capabilities", "missing", inside(no_new_privileges=False)),
        ("base models", "missing", {"bundles": (BundleFacts("b-1", 2, "image:1", PIN, base_models=("a/b",)),)}),
        ("network off", "missing", inside(interfaces=("eth0",))),
        ("network off", "missing", inside(routes=True)),
        ("network off", "missing", {"inside": None}),
        ("network off", "missing", inside(error="no image")),
        ("shared memory", "missing", inside(shm_mib=64)),
        ("free disk", "missing", {"free_gib": 3.0}),
        ("time", "missing", {"synchronised": False}),
        ("time", "look", {"synchronised": None}),
    ],
)
def test_each_fault_is_found_and_says_what_to_do(title: str, status: str, changes: dict[str, Any]):
    facts = dataclasses.replace(GOOD, **changes)
    assert statuses(facts)[title] == status
    (line,) = [check.line(facts) for check in CHECKS if check.title == title]
    assert line.startswith(f"{status:<8} {title}: ")
    assert " -> " in line


def test_a_worker_without_gpu_may_say_so():
    bare = dataclasses.replace(GOOD, gpus=(), wanted_gpu=False, **inside(gpus=()))
    assert set(statuses(bare).values()) == {"right"}


class Made:
    """A machine that is made up."""

    answers: Mapping[str, str]

    def __init__(self, folder: Path, answers: Mapping[str, str], gpu_works: bool = True) -> None:
        self.answers, self.gpu_works, self.folder = answers, gpu_works, folder

    def kernel(self) -> str:
        return "6.18"

    def landlock(self) -> int:
        return 7

    def command(self, words: Sequence[str]) -> str | None:
        return self.answers.get(words[0])

    def engine(self) -> str:
        if "engine" not in self.answers:
            raise OrganizerFault("E215", "", "nobody answers")
        return self.answers["engine"]

    def image(self, name: str) -> ImageFacts:
        return ImageFacts(name, (PIN,))

    def inside(self, image: str, shm_mib: int, gpu: bool) -> Mapping[str, Any]:
        assert PIN in image
        if gpu and not self.gpu_works:
            raise OrganizerFault("E215", "", "no such device")
        return dataclasses.asdict(INSIDE) | {"shm_mib": shm_mib, "gpus": ["GPU 0"] if gpu else []}

    def key(self, path: Path) -> KeyFile:
        return dataclasses.replace(Machine().key(path), owner=0)

    def free_gib(self, path: Path) -> float:
        return 100.0 if path.exists() else 0.0


ANSWERS = {"engine": "Engine 28", "nvidia-smi": "H200, Enabled, 1500, 1980\n", "timedatectl": "yes\n"}


@pytest.fixture
def worker(tmp_path: Path) -> Path:
    programs = {role: {"digest": "d" * 64} for role in ("ingestion", "scoring")}
    folder = tmp_path / "worker" / "b-1"
    for role in programs:
        (folder / role).mkdir(parents=True)
        (folder / role / "keys.json").write_text("{}")
        (folder / role / "keys.json").chmod(0o600)
    for path in (folder, *(folder / role for role in programs)):
        path.chmod(0o700)
    body = {"bundle": "b-1", "sealed": True, "image": f"image@{PIN}", "programs": programs}
    (folder / "worker.json").write_text(json.dumps(body))
    return folder.parent


def run(worker: Path, probe: Made, gate: Path | None = None) -> tuple[int, str]:
    out = StringIO()
    code = worker_check_command(Console(file=out, width=500), worker, worker, gate, True, probe)
    return code, out.getvalue()


def test_the_command_on_a_good_worker(worker: Path):
    code, text = run(worker, Made(worker, ANSWERS))
    assert code == 0, text
    assert len(text.splitlines()) == len(CHECKS) + 1
    assert all(line.startswith("right") for line in text.splitlines()[:-1])


def test_the_size_of_shared_memory_is_the_gates(worker: Path, tmp_path: Path):
    (tmp_path / "gate.toml").write_text("shm_mib = 512")
    code, text = run(worker, Made(worker, ANSWERS), tmp_path / "gate.toml")
    assert code == 0
    assert "shared memory: 512 MiB" in text
    (tmp_path / "gate.toml").write_text("shm_mib = true")
    with pytest.raises(OrganizerFault, match="E231"):
        run(worker, Made(worker, ANSWERS), tmp_path / "gate.toml")


def test_what_is_wrong_is_named(worker: Path):
    (worker / "b-1" / "scoring" / "keys.json").chmod(0o644)
    (worker / "b-1" / "ingestion" / "keys.json").unlink()
    code, text = run(worker, Made(worker, {"timedatectl": "no\n"}))
    assert code == 1
    assert "missing  engine: nobody answers" in text
    assert "scoring/keys.json: mode 0644" in text
    assert "ingestion/keys.json: No such file" in text
    assert "missing  network off: not tried" in text
    assert "missing  time: not synchronised" in text


def test_a_gpu_that_containers_cannot_use_hides_nothing_else(worker: Path):
    code, text = run(worker, Made(worker, ANSWERS, gpu_works=False))
    assert code == 1
    assert "missing  GPU in a container: no GPU in a container" in text
    assert "right    network off" in text


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"bundle": "b-1"}', '{"programs": 5}'])
def test_a_damaged_worker_json(worker: Path, text: str):
    (worker / "b-1" / "worker.json").write_text(text)
    facts = collect(worker, worker, 64, True, Made(worker, ANSWERS))
    assert statuses(facts)["worker folder"] == "missing"


def test_this_machine_answers():
    machine = Machine()
    assert machine.kernel()
    assert machine.landlock() >= 0
    assert machine.command(["echo", "x"]) == "x\n"
    assert machine.command(["false"]) is None
    assert machine.command(["no-such-command-here"]) is None
    assert machine.free_gib(Path("/no/such/folder")) > 0
    assert machine.key(Path("/no/such/file")).error


@pytest.mark.docker
def test_a_real_container_is_looked_into():
    image = engine_or_skip().image
    found = Machine().inside(image, 128, gpu=False)
    assert (found["routes"], found["interfaces"], found["shm_mib"]) == (False, [], 128)
    assert (found["seccomp"], found["capabilities"], found["no_new_privileges"]) == (2, 0, True)
    assert Machine().image(image).digests
    assert Machine().engine()


def test_the_remedies_are_the_commands_that_help():
    unpinned = dataclasses.replace(GOOD, bundles=(BundleFacts("b-1", 2, "image:1"),))
    (line,) = [check.line(unpinned) for check in CHECKS if check.title == "image"]
    assert f"--image-digest {PIN}" in line
    without = dataclasses.replace(GOOD, engine="", engine_error="the Python package docker is not installed")
    (line,) = [check.line(without) for check in CHECKS if check.title == "engine"]
    assert "'.[docker]'" in line


def test_promised_base_models_are_looked_for_in_the_image():
    promised = BundleFacts("b-1", 2, "image:1", PIN, base_models=("lab/b", "lab/a"))
    facts = dataclasses.replace(GOOD, bundles=(promised,), **inside(base_models=("lab/a", "lab/b", "lab/c")))
    assert statuses(facts)["base models"] == "right"
    lacking = dataclasses.replace(facts, **inside(base_models=("lab/a",)))
    (line,) = [check.line(lacking) for check in CHECKS if check.title == "base models"]
    assert "not in the image: lab/b" in line
