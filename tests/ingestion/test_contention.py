"""What others took from the team: the arithmetic, the kernel's counters, and a real neighbour."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingestion_program import contention, reaper
from ingestion_program.contention import Contention, Moment, parse_cores, taken, throttled
from tests.ingestion.world import CAPABILITIES_OFF

CORES = sorted(os.sched_getaffinity(0))
SPIN = "import os; os.sched_setaffinity(0, [{core}])\nwhile True: pass"


def test_waiting_counts_as_far_as_others_computed() -> None:
    before = Moment({1: 5.0}, inside=2.0, busy=10.0)
    now = Moment({1: 5.4, 2: 0.3}, inside=3.3, busy=12.0)
    assert taken(before, now) == pytest.approx(0.7)  # they waited for 0.7 s, and others computed for 0.7 s
    assert taken(before, replace(now, busy=11.5)) == pytest.approx(0.2)
    assert taken(before, replace(now, waited={1: 5.1})) == pytest.approx(0.1)  # others computed where nobody waited


def test_who_stepped_back_does_not_wait() -> None:
    before = Moment({1: 5.0, 2: 0.0, 3: 0.0}, aside=frozenset({2}))
    now = Moment({1: 5.1, 2: 3.0, 3: 3.0}, aside=frozenset({3}), busy=4.0)
    assert taken(before, now) == pytest.approx(0.1)  # the second one came back, the third one has just gone


def test_a_team_whose_threads_wait_for_each_other_gets_nothing() -> None:
    crowd = dict.fromkeys(range(8), 3.0)
    assert taken(Moment(), Moment(crowd, inside=6.1, busy=6.1)) == 0.0
    # The accounting by clock ticks may lag behind.
    assert taken(Moment(), Moment(crowd, inside=6.1, busy=5.9)) == 0.0


def test_without_the_containers_account_nobody_gets_anything() -> None:
    crowd = dict.fromkeys(range(8), 3.0)
    assert taken(Moment(inside=None), Moment(crowd, inside=None, busy=6.0, stolen=1.0)) == 0.0


def test_what_the_quota_held_back_counts_where_threads_waited() -> None:
    held = Moment({1: 0.6}, inside=1.0, busy=1.0, throttled=0.5)
    assert taken(Moment(), held) == pytest.approx(0.5)
    assert taken(Moment(), replace(held, waited={})) == 0.0


def test_stolen_time_counts_by_the_teams_share_of_the_cores() -> None:
    assert taken(Moment(), Moment({}, inside=3.0, busy=4.0, stolen=0.8)) == pytest.approx(0.6)
    assert taken(Moment(), Moment({}, inside=0.0, busy=4.0, stolen=0.8)) == 0.0


def test_a_thread_number_that_is_used_again_adds_nothing() -> None:
    assert taken(Moment({7: 9.0}), Moment({7: 0.5}, busy=3.0)) == 0.0


@pytest.mark.parametrize(
    ("name", "content", "seconds"),
    [
        ("cpuacct/cpuacct.usage_user", "2500000000\n", 2.5),
        ("cpu,cpuacct/cpuacct.usage_user", "500000000\n", 0.5),
        ("cpu.stat", "usage_usec 9\nuser_usec 1500000\nsystem_usec 3\n", 1.5),
        ("cpu.stat", "usage_usec 9\n", None),
        ("elsewhere", "", None),
    ],
)
def test_the_containers_account(tmp_path: Path, name: str, content: str, seconds: float | None) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(content)
    assert contention.containers_user(tmp_path) == seconds


VANISHING = """
import os, signal
signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel forgets what such children used
for _ in range(3):
    if os.fork() == 0:
        for _ in range(6_000_000):
            pass
        os._exit(0)
try:
    os.wait()
except ChildProcessError:
    pass
print("done", flush=True)
os.read(0, 1)
"""


def test_in_a_container_what_vanished_is_still_the_teams(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where processes are counted one by one, these pass for neighbours; the container's account knows better."""
    with subprocess.Popen([sys.executable, "-c", VANISHING], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as team:
        assert team.stdout is not None
        before = contention.look(reaper.descendants(), CORES, contained=False).inside
        assert team.stdout.readline() == b"done\n"
        after = contention.look(reaper.descendants(), CORES, contained=False).inside
        assert before is not None
        assert after is not None
        assert after - before < 0.2  # so this sum is not to be believed where somebody may profit from it
        monkeypatch.setattr(contention, "containers_user", lambda: 123.0)
        assert contention.look(reaper.descendants(), CORES, contained=True).inside == 123.0
        team.communicate(b"x")


def test_only_the_teams_cores_are_read() -> None:
    tick = os.sysconf("SC_CLK_TCK")
    text = f"cpu  9 9 9 9\ncpu0 {tick} {tick} 5 5 5 5 5 {tick} 0 0\n"
    text += f"cpu1 {9 * tick} 0 0 0 0 0 0 0 0 0\ncpu10 1 1 1 1\nintr 1\n"
    assert parse_cores(text, [0]) == (2.0, 1.0)
    assert parse_cores(text, [0, 1]) == (11.0, 1.0)
    assert parse_cores("cpu0 100 0 3\n", [0])[1] == 0.0


@pytest.mark.parametrize(
    ("own", "folder", "line", "seconds"),
    [
        ("0::/\n", "two", "usage_usec 5\nthrottled_usec 2500000\n", 2.5),
        ("4:cpu,cpuacct:/job\n", "one/job", "nr_throttled 4\nthrottled_time 1500000000\n", 1.5),
        ("0::/a/b\n", "two/a/b", "throttled_usec 1000000\n", 1.0),
        ("0::/elsewhere\n", "two", "throttled_usec 500000\n", 0.5),  # the host's path, seen from within a container
        ("3:memory:/job\n", "one/job", "throttled_time 1500000000\n", 0.0),
        ("", "two", "usage_usec 5\n", 0.0),
    ],
)
def test_the_quotas_account(tmp_path: Path, own: str, folder: str, line: str, seconds: float) -> None:
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "cpu.stat").write_text(line)
    assert throttled(own, (tmp_path / "one", tmp_path / "two")) == seconds


STEP_BACK = """
import os, sys, threading
def step_back():
    {how}
    print(threading.get_native_id(), flush=True)
    sys.stdin.read()
threading.Thread(target=step_back).start()
"""


@pytest.mark.skipif(not contention.told(), reason="this kernel does not say how long threads wait")
@pytest.mark.parametrize(
    ("how", "back"),
    [
        ("pass", False),
        ("os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), os.getpriority(os.PRIO_PROCESS, 0) + 1)", True),
        ("os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))", True),
        ("os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))", True),
    ],
)
def test_one_thread_that_steps_back_is_seen(how: str, back: bool) -> None:
    command = [sys.executable, "-c", STEP_BACK.format(how=how)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as team:
        assert team.stdout is not None
        thread = int(team.stdout.readline())
        found = contention.look(reaper.descendants(), CORES, contained=False)
        team.communicate(b"")
    assert set(found.waited) == {team.pid, thread}
    assert found.aside == ({thread} if back else set())


UNDO = """
import os, resource
resource.setrlimit(resource.RLIMIT_NICE, (0, 0))  # as it is in a container, and anywhere else by default
for step, undo in (
    (lambda: os.setpriority(os.PRIO_PROCESS, 0, 19), lambda: os.setpriority(os.PRIO_PROCESS, 0, 18)),
    (
        lambda: os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0)),
        lambda: os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0)),
    ),
):
    step()
    try:
        undo()
    except PermissionError:
        print("refused")
"""


@pytest.mark.skipif(os.geteuid() == 0 and not CAPABILITIES_OFF, reason="root, and no setpriv to take its power away")
def test_without_the_capability_nobody_comes_back() -> None:
    command = [*CAPABILITIES_OFF, sys.executable, "-c", UNDO]
    assert subprocess.run(command, capture_output=True, check=True).stdout == b"refused\nrefused\n"


@pytest.fixture
def beside() -> Iterator[tuple[subprocess.Popen[bytes], subprocess.Popen[bytes]]]:
    """A process that plays the team and a neighbour, both on the same core, neither ever at rest."""
    core = min(os.sched_getaffinity(0))
    both = [subprocess.Popen([sys.executable, "-c", SPIN.format(core=core)]) for _ in range(2)]
    reaper.trust([both[1].pid])
    yield both[0], both[1]
    for process in both:
        process.kill()
        process.wait()
    reaper.distrust([both[1].pid])


@pytest.mark.skipif(not contention.told(), reason="this kernel does not say how long threads wait")
def test_a_real_neighbour(beside: tuple[subprocess.Popen[bytes], subprocess.Popen[bytes]]) -> None:
    team, _ = beside
    watch = Contention(contained=False)
    begin = contention.look(reaper.descendants(), CORES, contained=False)
    assert list(begin.waited) == [team.pid]
    watch.go_on()
    while contention.look(reaper.descendants(), CORES, contained=False).waited[team.pid] - begin.waited[team.pid] < 1.0:
        pass
    os.kill(team.pid, signal.SIGSTOP)
    watch.pause()
    assert watch.seconds > 0.5  # user time is counted in ticks, and by what runs when the tick comes
    stood = watch.seconds
    watch.go_on()
    watch.pause()
    assert watch.seconds - stood < 0.5 * stood  # a stopped process waits for nothing


@pytest.mark.skipif(not contention.told(), reason="this kernel does not say how long threads wait")
def test_who_waits_with_the_lowest_priority_earns_nothing(
    beside: tuple[subprocess.Popen[bytes], subprocess.Popen[bytes]],
) -> None:
    team, _ = beside
    os.setpriority(os.PRIO_PROCESS, team.pid, 19)
    watch = Contention(contained=False)
    begin = contention.look(reaper.descendants(), CORES, contained=False).waited[team.pid]
    watch.go_on()
    while contention.look(reaper.descendants(), CORES, contained=False).waited[team.pid] - begin < 0.5:
        pass
    watch.pause()
    assert watch.seconds < 0.05  # what the hypervisor took is in it too


def test_a_pause_without_a_beginning_counts_nothing() -> None:
    watch = Contention()
    watch.pause()
    assert watch.seconds == 0.0
