"""The journal: chained, append-only, and whole after any death."""

from __future__ import annotations

import json
import random
import resource
import signal
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worker.world import PYTHON
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import sha256
from xtreme_tasks.journal import FIRST, Journal, read_journal

KEY = b"k" * 32
VALUES = st.dictionaries(
    st.text(max_size=5), st.none() | st.booleans() | st.integers() | st.text(max_size=9), max_size=4
)


def fill(path: Path, count: int = 4, key: bytes | None = None) -> bytes:
    with Journal(path, key, now=lambda: 5.0) as journal:
        for number in range(count):
            journal.append("event", {"n": number})
    return path.read_bytes()


def test_entries_are_chained(tmp_path: Path):
    fill(tmp_path / "j")
    entries = read_journal(tmp_path / "j")
    assert [entry.number for entry in entries] == [1, 2, 3, 4]
    assert [entry.previous for entry in entries] == [FIRST, *(entry.digest for entry in entries[:-1])]
    assert [entry.values["n"] for entry in entries] == [0, 1, 2, 3]
    assert (tmp_path / "j").stat().st_mode & 0o777 == 0o600


@settings(max_examples=50, deadline=None)
@given(st.lists(VALUES, max_size=5), st.none() | st.just(KEY))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, rows: list[dict], key: bytes | None):
    path = tmp_path_factory.mktemp("j") / "j"
    for row in rows:
        with Journal(path, key) as journal:
            journal.append("e", row)
    assert [dict(entry.values) for entry in read_journal(path, key)] == rows if rows else not path.exists()


def test_every_changed_byte_but_the_last_lines_is_found(tmp_path: Path):
    data = fill(tmp_path / "j")
    end = data[:-1].rfind(b"\n")
    for at in range(end):
        changed = bytearray(data)
        changed[at] ^= 1
        (tmp_path / "j").write_bytes(changed)
        with pytest.raises(OrganizerFault, match="E252"):
            read_journal(tmp_path / "j")


@pytest.mark.parametrize("line", range(3))
def test_a_line_that_is_gone_or_swapped_or_doubled_is_found(tmp_path: Path, line: int):
    lines = fill(tmp_path / "j").splitlines(keepends=True)
    swapped = [*lines[:line], lines[line + 1], lines[line], *lines[line + 2 :]]
    for changed in (lines[:line] + lines[line + 1 :], swapped, [*lines[: line + 1], *lines[line:]]):
        (tmp_path / "j").write_bytes(b"".join(changed))
        with pytest.raises(OrganizerFault, match="E252"):
            read_journal(tmp_path / "j")
        with pytest.raises(OrganizerFault, match="E252"):
            Journal(tmp_path / "j")


def test_a_rewritten_chain_needs_the_key(tmp_path: Path):
    fill(tmp_path / "j", key=KEY)
    assert len(read_journal(tmp_path / "j", KEY)) == 4
    with pytest.raises(OrganizerFault, match=r"E252.*line 1"):
        read_journal(tmp_path / "j")
    fill(tmp_path / "forged")
    with pytest.raises(OrganizerFault, match="E252"):
        read_journal(tmp_path / "forged", KEY)


def test_every_torn_end_is_noted_and_loses_nothing(tmp_path: Path):
    data = fill(tmp_path / "j", 3)
    start = data[:-1].rfind(b"\n") + 1
    for cut in range(start + 1, len(data)):
        (tmp_path / "j").write_bytes(data[:cut])
        whole = cut == len(data) - 1
        assert [entry.number for entry in read_journal(tmp_path / "j")] == [1, 2]
        with Journal(tmp_path / "j") as journal:
            journal.append("later", {})
        assert (tmp_path / "j").read_bytes().startswith(data[:cut])
        entries = read_journal(tmp_path / "j")
        assert [entry.event for entry in entries] == ["event", "event", "event" if whole else "torn", "later"]
        if not whole:
            assert entries[2].values == {"bytes": cut - start, "sha256": sha256(data[start:cut])}


def test_a_torn_repair_is_repaired(tmp_path: Path):
    data = fill(tmp_path / "j", 2)
    (tmp_path / "j").write_bytes(data[:-9])
    Journal(tmp_path / "j").close()
    repaired = (tmp_path / "j").read_bytes()
    for cut in range(len(data) - 8, len(repaired)):
        (tmp_path / "j").write_bytes(repaired[:cut])
        with Journal(tmp_path / "j") as journal:
            journal.append("later", {})
        events = [entry.event for entry in read_journal(tmp_path / "j")]
        assert events == ["event", "torn", "later"]


def test_bytes_between_entries_that_no_note_covers_are_found(tmp_path: Path):
    lines = fill(tmp_path / "j", 3).splitlines(keepends=True)
    (tmp_path / "j").write_bytes(lines[0] + b"garbage\n" + b"".join(lines[1:]))
    with pytest.raises(OrganizerFault, match=r"E252.*line 2"):
        read_journal(tmp_path / "j")


WRITER = """
import sys
from pathlib import Path
from xtreme_tasks.journal import Journal
with Journal(Path(sys.argv[1])) as journal:
    number = 0
    while True:
        entry = journal.append("e", {"n": number, "fill": "x" * (number * 37 % 5000)})
        sys.stdout.write(entry.digest + "\\n")  # only after the disk has it
        sys.stdout.flush()
        number += 1
"""


def test_killed_at_random_points_it_keeps_what_it_confirmed(tmp_path: Path):
    path, generator = tmp_path / "j", random.Random(5)
    confirmed: list[str] = []
    for _ in range(24):
        writer = subprocess.Popen([PYTHON, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        for _ in range(generator.randrange(1, 60)):
            confirmed.append(writer.stdout.readline().strip())
        writer.send_signal(signal.SIGKILL)
        confirmed += writer.stdout.read().split("\n")[:-1]  # what it had still said before it died
        writer.stdout.close()
        assert writer.wait() == -signal.SIGKILL
        known = {entry.digest for entry in read_journal(path)}
        assert known.issuperset(confirmed)
    assert len(confirmed) > 24


def test_one_writer_at_a_time(tmp_path: Path):
    with Journal(tmp_path / "j") as first:
        with pytest.raises(OrganizerFault, match=r"E251.*another process"):
            Journal(tmp_path / "j", wait=False)
        first.append("e", {})
    with Journal(tmp_path / "j", wait=False) as second:
        assert len(second.entries) == 1


def test_a_full_disk_is_a_fault_and_tears_nothing_that_was_there(tmp_path: Path):
    path = tmp_path / "j"
    size = len(fill(path, 2))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    journal = Journal(path)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40, before[1]))
    try:
        with pytest.raises(OrganizerFault, match="E251"):
            journal.append("e", {"text": "x" * 100})
        with pytest.raises(OrganizerFault, match=r"E251.*closed"):
            journal.append("e", {})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert path.stat().st_size == size + 40
    with Journal(path) as again:
        assert [entry.event for entry in again.entries] == ["event", "event", "torn"]


def test_a_place_that_cannot_be_written(tmp_path: Path):
    with pytest.raises(OrganizerFault, match="E251"):
        Journal(tmp_path / "missing" / "j")
    with pytest.raises(OrganizerFault, match="E251"):
        Journal(tmp_path)
    with pytest.raises(OrganizerFault, match="E201"):
        read_journal(tmp_path / "j")


def test_hostile_lines_are_no_crash(tmp_path: Path):
    good = json.loads(fill(tmp_path / "j", 1))
    for line in (
        b"[" * 100_000 + b"\n",
        b'{"number":1}\n',
        json.dumps({**good, "digest": 5}).encode() + b"\n",
        json.dumps({**good, "digest": "\xe9"}).encode() + b"\n",
        json.dumps({**good, "time": float("nan")}).encode() + b"\n",
        json.dumps({**good, "values": []}).encode() + b"\n",
        json.dumps(good, indent=1).replace("\n", "").encode() + b"\n",
    ):
        (tmp_path / "j").write_bytes(line)
        if line.startswith(b"["):
            assert read_journal(tmp_path / "j") == []  # not even JSON: a torn end
            continue
        with pytest.raises(OrganizerFault, match="E252"):
            read_journal(tmp_path / "j")


def test_what_is_no_json_is_not_written(tmp_path: Path):
    with Journal(tmp_path / "j") as journal, pytest.raises(ValueError, match="compliant"):
        journal.append("e", {"n": float("nan")})
    assert (tmp_path / "j").stat().st_size == 0
