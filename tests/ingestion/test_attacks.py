"""Submissions that do not end, or reach for more than their own process."""

from __future__ import annotations

import os
import select
import subprocess
from pathlib import Path

import pytest

from tests.ingestion.test_faults import submission
from tests.ingestion.world import CAPABILITIES_OFF, EVERY_FILTER, LATER, World


def gone(pid_file: Path) -> bool:
    """Whether all processes that a file lists end within ten seconds (at once, unless something is wrong)."""
    return all(_ended(int(line)) for line in pid_file.read_text().splitlines())


def _ended(pid: int) -> bool:
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    ended = bool(select.select([descriptor], [], [], 10)[0])
    os.close(descriptor)
    return ended


ENDLESS = {
    "works": "exec('while True: pass')",
    "stops itself": "os.kill(os.getpid(), 19)",
    "ignores signals": "import signal; [signal.signal(n, lambda *_: None) for n in (2, 15)]; time.sleep(1000)",
    "closes nothing and waits for a child": "os.wait() if os.fork() else time.sleep(1000)",
    "drips": (
        "import struct; pipe = [n for n in map(int, os.listdir('/proc/self/fd')) if n >= 500][1]\n"
        "        os.write(pipe, struct.pack('!cI', b'A', 300))\n"
        '        exec(\'while True: os.write(pipe, b"[" if time.sleep(0.02) else b" ")\')'
    ),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_never_ends(world: World, name: str) -> None:
    world.limits = {"seconds": 1.0}
    outcome = world.build(submission(f"if not timed: return answers\n        {ENDLESS[name]}")).run()
    record = outcome.record()
    assert (outcome.code, record.verdict, record.where, record.began) == (0, "E131", "xnli/de", True)


def test_never_loads(world: World) -> None:
    world.limits = {"preflight_seconds": 0.7}
    record = world.build("while True: pass\n").run().record()
    assert (record.verdict, record.where, record.began) == ("E131", "pre-flight loading", False)


def test_never_reads_a_large_question(world: World) -> None:
    world.limits = {"seconds": 1.0}
    filler = b"".join(
        b'{"id":"h%d","premise":"%s","hypothesis":"b"}\n' % (number, b"a" * 2_000_000) for number in range(4)
    )
    world.hidden = {"xnli/de.jsonl": filler}
    stuck = f"""if {LATER}:
            os.write(501, b"R\\0\\0\\0\\2{{}}")
            time.sleep(1000)"""
    record = world.build(submission(constructor=stuck)).run().record()
    assert (record.verdict, record.where, record.began) == ("E131", "xnli/de", True)


@pytest.mark.parametrize("where", ["itself", "a grandchild"])
def test_eats_memory(world: World, where: str) -> None:
    world.limits = {"memory_mib": 150}
    eat = "kept = []\n        while True: kept.append(bytearray(b'x' * (4 << 20)))"
    fork = "if os.fork(): time.sleep(1000)\n        os.setsid()\n        " if where == "a grandchild" else ""
    record = world.build(submission(f"if not timed: return answers\n        {fork}{eat}")).run().record()
    assert (record.verdict, record.where, record.began) == ("E132", "xnli/de", True)


def test_shared_memory_of_forked_workers_counts_once(world: World) -> None:
    world.limits = {"memory_mib": 150}
    share = "model = bytearray(b'x') * (80 << 20)\n        [os.fork() or time.sleep(1000) for _ in range(3)]"
    wait = "\n        end = time.monotonic() + 0.5\n        while time.monotonic() < end: pass"
    record = (
        world.build(submission(f"if not timed or task != 'xnli': return answers\n        {share}{wait}")).run().record()
    )
    assert (record.verdict, record.peak_memory_mib > 80) == ("ok", True)


def test_too_many_processes(world: World) -> None:
    world.limits = {"processes": 20}
    bomb = "[os.fork() or time.sleep(1000) for _ in range(30)]\n        time.sleep(1000)"
    assert world.build(submission(bomb)).run().record().verdict == "E136"


def test_cannot_kill_its_parent(world: World) -> None:
    outcome = world.build(submission("timed and os.kill(os.getppid(), 9)")).run()
    assert (outcome.code, outcome.record().verdict, outcome.record().began) == (0, "E121", True)


def test_kills_its_parent_after_the_start_where_nothing_filters(world: World) -> None:
    pid = world.root / "pid"
    note = f"open({str(pid)!r}, 'a').write(str(os.getpid()) + chr(10))"
    kill = f"{note}; timed and (os.kill(os.getppid(), 9), time.sleep(1000))"
    outcome = world.build(submission(kill)).run(without=EVERY_FILTER)
    assert outcome.code == -9
    assert outcome.files() == ["ingestion.log", "started_record.json"]
    assert (outcome.started().verdict, outcome.started().began) == ("E141", True)
    assert gone(pid)


CONTAINER = ["unshare", "--pid", "--fork", "--mount-proc"]


def test_the_first_process_of_a_container_is_deaf_to_signals(world: World) -> None:
    if subprocess.run([*CONTAINER, "true"], check=False, capture_output=True).returncode != 0:
        pytest.skip("only root can make a process namespace")
    attack = "assert os.getppid() == 1\n        [os.kill(1, number) for number in (1, 2, 3, 9, 10, 14, 15, 19, 20, 24)]"
    outcome = world.build(submission(attack)).run(before=CONTAINER, without=EVERY_FILTER)
    assert (outcome.code, outcome.record().verdict) == (0, "ok")


DAEMON = """pass
        ready, done = os.pipe()
        if os.fork() == 0:
            os.setsid()
            if os.fork():
                os._exit(0)
            print(os.getpid(), flush=True)
            os.write(done, b"x")
            time.sleep(1000)
        os.wait()
        os.read(ready, 1)
"""


def test_a_daemon_does_not_outlive_the_run(world: World) -> None:
    outcome = world.build(submission(DAEMON)).run("--show-team-output")
    assert outcome.record().verdict == "ok"
    pids = outcome.errors.split()
    assert len(pids) == 4
    assert all(_ended(int(pid)) for pid in pids)


def test_processes_that_replace_each_other_are_ended(world: World) -> None:
    relay = """pass
        ready, done = os.pipe()
        if os.fork() == 0:
            while True:
                if os.fork():
                    os._exit(0)
                os.setsid()
                print(os.getpid(), flush=True)
                os.write(done, b"x")
        os.read(ready, 1)
"""
    outcome = world.build(submission(relay)).run("--show-team-output")
    assert outcome.record().verdict == "ok"
    pids = outcome.errors.split()[1:]  # the first may be cut
    assert pids
    assert all(_ended(int(pid)) for pid in pids)


def test_a_grandchild_that_holds_the_pipes_open_does_not_hide_the_end(world: World) -> None:
    code = submission("timed and os.fork() and os._exit(5)\n        timed and time.sleep(1000)")
    record = world.build(code).run().record()
    assert (record.verdict, record.detail) == ("E134", "exit code 5")


def test_prints_10_mb(world: World) -> None:
    code = submission("print('x' * 10_000_000); print('x' * 10_000_000, file=sys.stderr); os.write(1, b'y' * 100000)")
    outcome = world.build(code).run()
    assert outcome.record().verdict == "ok"
    assert len(outcome.printed) < 200
    assert "x" * 20 not in (world.path("output") / "ingestion.log").read_text()


EVERY = "for fd in range(3, 1000):\n            try: {do}\n            except OSError: pass"
WAIT = "\n        time.sleep(1000)"


def write_everywhere(data: bytes) -> str:
    return EVERY.format(do=f"os.write(fd, {data!r})")


TAMPERING = {
    "closes the pipes": (EVERY.format(do="os.close(fd)") + WAIT, "E135"),
    "closes the pipes and answers": (EVERY.format(do="os.close(fd)"), "E134"),
    "writes garbage": (write_everywhere(b"garbage" * 10) + WAIT, "E135"),
    "writes a pickle": (write_everywhere(b"\x80\x04A\0\0\0\x02."), "E135"),
    # The second answer is out of turn, and the first one is too short: whichever is noticed first.
    "answers twice": (write_everywhere(b"A\0\0\0\x02[]" * 2), "E135 E123"),
    "announces a giant": (write_everywhere(b"A\xff\xff\xff\xff"), "E133"),
    "reports a stranger": (write_everywhere(b'F\0\0\0\x10{"fault":"E213"}') + WAIT, "E135"),
    "answers what is not JSON": (
        "if task == 'xnli': return answers\n        " + write_everywhere(b"A\0\0\0\x02[\xff") + WAIT,
        "E135",
    ),
}


@pytest.mark.parametrize("name", TAMPERING)
def test_tampers_with_the_pipes(world: World, name: str) -> None:
    world.limits = {"seconds": 3.0, "preflight_seconds": 3.0}
    attack, verdict = TAMPERING[name]
    record = world.build(submission(attack)).run().record()
    assert record.verdict in verdict.split()
    assert not record.began


def test_a_giant_answer(world: World) -> None:
    record = world.build(submission("if timed: answers = ['x' * 50_000_000]")).run().record()
    assert (record.verdict, record.where, record.began) == ("E133", "xnli/de", True)


def test_a_place_that_does_not_exist_is_not_shown(world: World) -> None:
    for file, line in (("/etc/passwd", 1), ("submission.py", 10**6), ("../input/data.json", 1), ("premise", 2)):
        report = b'{"fault":"E121","file":"%s","line":%d}' % (file.encode(), line)
        frame = b"F" + len(report).to_bytes(4, "big") + report
        attack = write_everywhere(frame) + WAIT
        record = world.build(submission(attack)).run().record()
        assert (record.verdict, record.where) == ("E121", "pre-flight xnli/de")


def test_the_parent_cannot_be_read(world: World) -> None:
    if os.geteuid() == 0 and not CAPABILITIES_OFF:
        pytest.skip("root may read everything, and setpriv is not here to take that away")
    for name in ("mem", "environ", "fd/0"):
        look = f"open(f'/proc/{{os.getppid()}}/{name}', 'rb')"
        record = world.build(submission(look)).run().record()
        assert (record.verdict, record.where) == ("E121", "pre-flight xnli/de submission.py line 12")


MEDDLING = {
    "removes the started record": "os.remove({output} + '/started_record.json')",
    "replaces the started record": (
        "os.remove({output} + '/started_record.json'); os.mkdir({output} + '/started_record.json')"
    ),
    "puts a pipe in the log's place": "os.remove({output} + '/ingestion.log'); os.mkfifo({output} + '/ingestion.log')",
    "plants predictions": "os.makedirs({output} + '/predictions/xnli/de.jsonl'); open({output} + '/other', 'w')",
    "links its work folder away": (
        "work = os.getcwd(); os.rename(work, {output} + '/moved'); os.symlink({output}, work)"
    ),
}


@pytest.mark.parametrize("name", MEDDLING)
def test_cannot_meddle_with_the_output(world: World, name: str) -> None:
    meddle = MEDDLING[name].format(output=repr(str(world.path("output"))))
    record = world.build(submission(f"if timed and task == 'xnli': {meddle}")).run().record()
    assert (record.verdict, record.where, record.began) == ("E121", "xnli/de submission.py line 12", True)


@pytest.mark.parametrize("name", MEDDLING)
def test_meddles_with_the_output_where_nothing_filters(world: World, name: str) -> None:
    meddle = MEDDLING[name].format(output=repr(str(world.path("output"))))
    outcome = world.build(submission(f"if timed and task == 'xnli': {meddle}")).run(without=EVERY_FILTER)
    assert outcome.record().verdict == "ok"
    assert outcome.started().nonce == outcome.record().nonce
    assert outcome.files() == [
        "ingestion.log",
        "predictions/udpos/en.jsonl",
        "predictions/xnli/de.jsonl",
        "run_record.json",
        "started_record.json",
    ]
    assert "asking udpos/en" in (world.path("output") / "ingestion.log").read_text()


def test_a_pipe_in_the_place_of_its_own_source_stops_nothing(world: World) -> None:
    swap = "os.remove(__file__); os.mkfifo(__file__); 1 / 0"
    record = world.build(submission(swap)).run(without=EVERY_FILTER).record()
    assert (record.verdict, record.where) == ("E121", "pre-flight xnli/de submission.py line 12")
