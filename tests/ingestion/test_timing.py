"""Runs with reference work in the middle: honest code goes on unharmed, and what does not stand still voids it.

Only what a slow or busy machine cannot change is asserted: that there were slices, and what they count for.
"""

from __future__ import annotations

import importlib.util
import os
import tempfile
from pathlib import Path

import pytest

from ingestion_program import environment, reference
from ingestion_program.calibration import Calibration
from tests.ingestion.world import Outcome, World
from xtreme_tasks.record import RunRecord
from xtreme_tasks.settings import Timing

SHARE = 0.2
EVERYTHING = "files,tcp,scope,seccomp"
# `spin` works for so many processor seconds; `act` is called at the first hidden example, then the team works on.
TEAM = """
import multiprocessing, os, signal, socket, subprocess, sys, threading, time
def spin(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
{code}
class Submission:
    def __init__(self, folder):
        spin(0.1)
        self.begun = False
    def predict(self, task, language, examples):
        if len(examples) == 4:
            if not self.begun:
                act()
            self.begun = True
            spin({work})
        if task == "xnli":
            return ["neutral"] * len(examples)
        return [["NOUN"] * len(example["tokens"]) for example in examples]
"""


def calibrated(world: World, **changes: object) -> World:
    values: dict[str, object] = {
        "backend": "numpy", "workers": reference.workers("numpy"), "steps": 20, "nominal": 0.05, "lowest": 1e-6,
        "highest": 1e6, "noise": 0.01, "raw_noise": 0.05, "hardware": environment.hardware(environment.facts()),
        "measured": 1.0,
    }  # fmt: skip
    world.settings["timing"] = Timing(share=SHARE, slice_seconds=0.05)
    world.path("worker").mkdir(exist_ok=True)
    found = Calibration(**(values | changes))  # type: ignore[arg-type]
    (world.path("worker") / "calibration.json").write_bytes(found.to_json())
    return world


def run(world: World, code: str, work: float = 0.8, without: str = "") -> Outcome:
    return calibrated(world).build(TEAM.format(code=code, work=work)).run(without=without)


def record(outcome: Outcome) -> RunRecord:
    assert outcome.code == 0, outcome.printed
    found = outcome.record()
    assert found.verdict == "ok", outcome.printed
    return found


def consistent(found: RunRecord) -> None:
    assert found.timing == "normalised", found.timing_reason
    assert len(found.slices) >= 3
    assert all(seconds > 0 for seconds in found.slices)
    assert found.duration == pytest.approx(found.wall * found.speed)
    assert found.band_low <= found.duration <= found.band_high
    assert found.reference_share > 0
    # Raw seconds and halts lie one after the other between the first and the last moment of the program.
    assert found.wall * (1 + found.reference_share) <= found.finished - found.accepted
    assert found.wall == pytest.approx(found.startup + sum(found.parts.values()), abs=0.05)
    assert 0 < found.loading <= found.startup


def test_what_teams_use_goes_on_unharmed(world: World) -> None:
    code = """
def double(number):
    spin(0.002)
    return 2 * number
def act():
    context = multiprocessing.get_context("fork")
    here, there = socket.socketpair()
    def echo():
        while data := there.recv(1000):
            there.sendall(data)
    threading.Thread(target=echo, daemon=True).start()
    with context.Pool(2) as pool:
        waiting = pool.map_async(double, range(100))
        for number in range(300):
            here.sendall(b"%d" % number)
            spin(0.001)
            assert here.recv(1000) == b"%d" % number
        assert waiting.get() == [2 * number for number in range(100)]
    for _ in range(20):
        assert subprocess.run([sys.executable, "-I", "-S", "-c", "print(6 * 7)"], stdout=-1).stdout == b"42\\n"
    done = threading.Event()
    assert not done.wait(0.3)
"""
    consistent(record(run(world, code)))


@pytest.mark.long
def test_a_helper_that_the_team_had_stopped_stays_so(world: World) -> None:
    code = """
def act():
    helper = subprocess.Popen([sys.executable, "-I", "-S", "-c", "while True: pass"])
    os.kill(helper.pid, signal.SIGSTOP)
    os.waitpid(helper.pid, os.WUNTRACED)
    spin(0.5)
    with open(f"/proc/{os.getpid()}/stat"):
        pass
    assert os.waitpid(helper.pid, os.WCONTINUED | os.WNOHANG) == (0, 0)
"""
    consistent(record(run(world, code)))


def test_whoever_detaches_himself_is_halted_too_and_his_processor_time_counts(world: World) -> None:
    code = """
def act():
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            spin(0.7)
            os.write(writing, b"x")
        os._exit(0)
    os.wait()
    os.read(reading, 1)
"""
    found = record(run(world, code))
    consistent(found)
    assert found.cpu > 0.1 + 0.7 + 2 * 0.35


WAKER = """
import ctypes
class Event(ctypes.Structure):
    _fields_ = [("value", ctypes.c_void_p), ("signo", ctypes.c_int), ("notify", ctypes.c_int), ("_", ctypes.c_int * 12)]
def act():
    # Many that fire once: a signal to stop takes away one to go on that waits, and with it a timer that repeats itself.
    libc = ctypes.CDLL(None, use_errno=True)
    for number in range(1, 1000):
        timer, event = ctypes.c_void_p(), Event(0, signal.SIGCONT, 0)
        assert libc.timer_create(1, ctypes.byref(event), ctypes.byref(timer)) == 0
        once = (ctypes.c_long * 4)(0, 0, *divmod(5_000_000 * number, 1_000_000_000))
        assert libc.timer_settime(timer, 0, once, None) == 0
"""


def test_a_timer_that_lets_it_go_on_voids_the_normalisation(world: World) -> None:
    found = record(run(world, WAKER))
    assert found.timing == "void"
    assert found.speed == min(max(1.0, found.speed_measured), 1e6) if found.slices else 1e6
    assert found.duration == pytest.approx(found.wall * found.speed)
    assert 0 < found.band_low <= found.wall * 1e-6 * (1 + 1e-9)
    assert found.band_high == pytest.approx(found.wall * 1e6)
    assert found.timing_reason


@pytest.mark.long
def test_forking_without_end_ends_in_slices_or_void(world: World) -> None:
    code = """
def act():
    def fork():
        while True:
            pid = os.fork()
            if pid == 0:
                os._exit(0)
            os.waitpid(pid, 0)
    threading.Thread(target=fork, daemon=True).start()
"""
    found = record(run(world, code))
    # On a busy machine so much goes into the forks and the looks at them that the run may end before the third slice.
    assert found.timing in ("normalised", "void") or found.timing_reason.startswith("too short"), found.timing_reason
    assert found.slices or found.timing_reason


KILLER = """
def act():
    try:
        names = os.listdir("/proc")
    except OSError:
        return
    for name in names:
        try:
            pid = int(name)
            if pid in (os.getpid(), os.getppid()):
                continue
            with open(f"/proc/{pid}/stat") as stream:
                if int(stream.read().rpartition(")")[2].split()[1]) != os.getppid():
                    continue
        except (OSError, ValueError):
            continue
        os.kill(pid, signal.SIGKILL)
"""
GUESSER = """
def act():
    for pid in range(os.getppid() + 1, os.getpid() + 50):
        for number in (signal.SIGSTOP, signal.SIGKILL):
            if pid != os.getpid():
                try:
                    os.kill(pid, number)
                except OSError:
                    pass
        for attempt in (lambda: os.sched_setaffinity(pid, {0}), lambda: os.setpriority(0, pid, 19)):
            if pid != os.getpid():
                try:
                    attempt()
                except OSError:
                    pass
"""


def test_a_reference_process_that_is_killed_leaves_raw_seconds(world: World) -> None:
    """Without its filters the team reaches it; so the next test is of something that works."""
    found = record(run(world, KILLER, without=EVERYTHING))
    assert (found.timing, found.timing_reason) == ("raw", "the reference process has ended")
    assert found.duration == found.wall


def test_the_reference_processes_cannot_be_reached(world: World) -> None:
    code = GUESSER.replace("act()", "guess()") + KILLER.replace("act()", "kill()")
    consistent(record(run(world, code + "def act(): guess(), kill()")))


class TestNotNormalised:
    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"hardware": "another machine"}, "calibrated on other hardware: another machine"),
            ({"workers": 77}, "calibrated with 77 workers"),
            ({"backend": "torch-cuda", "workers": 1}, "reference work with torch-cuda cannot be computed here"),
        ],
    )
    def test_of_another_machine(self, world: World, changes: dict[str, object], said: str) -> None:
        calibrated(world, **changes).build()
        outcome = world.run()
        found = record(outcome)
        assert found.timing == "raw"
        assert said in found.timing_reason
        assert said in outcome.printed
        assert found.duration == found.wall > 0

    def test_too_short(self, world: World) -> None:
        calibrated(world)
        world.settings["timing"] = Timing(slice_seconds=10.0)
        found = record(world.build().run())
        assert (found.timing, found.slices) == ("raw", ())
        assert found.timing_reason.startswith("too short: 0 slices")
        taken = min(0.95, found.contended * len(os.sched_getaffinity(0)))  # as on any machine that is not quiet
        assert found.band_low == pytest.approx(found.wall * 0.902 * (1 - taken))
        assert found.band_high == pytest.approx(found.wall * 1.098)

    def test_not_wanted(self, world: World) -> None:
        calibrated(world)
        world.settings["timing"] = Timing(normalise="never")
        assert record(world.build().run()).timing_reason == "the rules want raw seconds"


@pytest.mark.long
def test_the_median_of_normalised_repeats_counts(world: World) -> None:
    world.settings["repeats"] = 3
    found = record(run(world, "def act(): pass", work=0.8))
    consistent(found)
    assert len(found.durations) == len(found.walls) == 3
    assert found.duration == sorted(found.durations)[1]
    assert found.wall == found.walls[found.durations.index(found.duration)]


def test_a_calibration_that_cannot_be_read_is_the_organizers_fault(world: World) -> None:
    calibrated(world).build()
    (world.path("worker") / "calibration.json").write_text("{}")
    outcome = world.run()
    assert outcome.code == 1
    assert outcome.printed.startswith("E231 calibration.json")


def test_load_on_memory_and_disk_is_halted_with_the_team(world: World) -> None:
    code = """
def act():
    for _ in range(3):
        if os.fork() == 0:
            block = bytearray(16 << 20)
            with open("load", "wb") as stream:
                while True:
                    stream.seek(0)
                    stream.write(bytes(block[::-1])[:1 << 20])
"""
    consistent(record(run(world, code)))


@pytest.mark.parametrize(("steps", "believed"), [(1_000_000, 0.5), (1, 1.5)])
def test_a_speed_that_is_not_to_be_believed_is_clipped(world: World, steps: int, believed: float) -> None:
    calibrated(world, steps=steps, lowest=0.5, highest=1.5).build(TEAM.format(code="def act(): pass", work=0.8))
    found = record(world.run())
    assert (found.timing, found.speed) == ("normalised", believed)
    assert found.duration == pytest.approx(found.wall * believed)
    assert (found.speed_measured < believed) == (steps > 1)
    assert "clipped" in found.timing_reason


@pytest.mark.long
@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")
def test_data_loaders_and_openmp_go_on_unharmed(world: World) -> None:
    code = """
import torch
class Numbers(torch.utils.data.Dataset):
    def __len__(self):
        return 200
    def __getitem__(self, index):
        spin(0.005)
        return torch.full((1000,), float(index))
def act():
    torch.set_num_threads(2)
    square, total = torch.ones(600, 600), 0.0
    for batch in torch.utils.data.DataLoader(Numbers(), batch_size=10, num_workers=2):
        assert torch.equal(square @ square, torch.full((600, 600), 600.0))
        total += float(batch.sum())
    assert total == 1000.0 * sum(range(200))
"""
    world.limits = {"seconds": 110.0, "preflight_seconds": 110.0, "memory_mib": 16384}
    # The loaders listen on a socket in the team's TMPDIR, whose path may have 107 bytes: pytest's folder is too long.
    with tempfile.TemporaryDirectory(prefix="w") as short:
        world.root = Path(short)
        consistent(record(run(world, code)))
