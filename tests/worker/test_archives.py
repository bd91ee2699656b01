"""Zips are judged before they are extracted."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worker.world import World, pack
from worker.gate.archives import ArchiveLimits, check_and_extract, directory_bytes
from xtreme_tasks.faults import TeamFault

LIMITS = ArchiveLimits(zip_bytes=1 << 20, files=10, extracted_bytes=1 << 20)


def info(name: str, mode: int = 0, method: int = zipfile.ZIP_STORED) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.external_attr = mode << 16
    made.compress_type = method
    return made


def zipped(*entries: tuple[zipfile.ZipInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for made, data in entries:
            archive.writestr(made, data)
    return buffer.getvalue()


def raw_name(name: bytes) -> bytes:
    """A zip whose name Python's writer would not write."""
    plain = b"n" * len(name)
    return zipped((info(plain.decode()), b"x")).replace(plain, name)


def flagged() -> bytes:
    data = bytearray(zipped((info("a.py"), b"x")))
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.find(signature) + offset] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("E102", pack({"submission.py": b"", "metadata": b"command: id"})),
        ("E102", pack({"submission.py": b"", "metadata.yaml": b'{"command": "id"}'})),
        ("E102", pack({"submission.py": b"", "metadata.yaml": b"#" * (1 << 17)})),
        ("E103", pack({f"{number}": b"" for number in range(11)})),
        ("E103", pack({f"{number:0900}": b"" for number in range(40)})),
        ("E103", zipped((info("zeros", method=zipfile.ZIP_DEFLATED), bytes(2 << 20)))),
        ("E103", pack({"large": bytes(2 << 20)})),
        ("E104", zipped((info("link", stat.S_IFLNK | 0o777), b"/etc/passwd"))),
        ("E104", zipped((info("pipe", stat.S_IFIFO | 0o777), b""))),
        ("E104", zipped((info("disk", stat.S_IFBLK | 0o777), b""))),
        ("E105", pack({"../outside": b""})),
        ("E105", pack({"/etc/passwd": b""})),
        ("E105", pack({"a/./b": b""})),
        ("E105", pack({"a//b": b""})),
        ("E105", pack({"C:/x": b""})),
        ("E105", pack({"a\nb": b""})),
        ("E105", pack({"\x1b[31m": b""})),
        ("E105", pack({"a\u202eb": b""})),
        ("E105", pack({"/".join("d" * 65): b""})),
        ("E105", pack({"n" * 256: b""})),
        ("E105", pack({"a": b"", "a/b": b""})),
        ("E105", raw_name(b"a\\b")),
        ("E105", raw_name(b"a\0b")),
        ("E105", zipped((info("a"), b"1"), (info("b"), b"2")).replace(b"b", b"a")),
        ("E105", zipped((info("a", method=zipfile.ZIP_BZIP2), b"1"))),
        ("E105", zipped((info("a", method=zipfile.ZIP_LZMA), b"1"))),
        ("E105", flagged()),
        ("E105", pack({"a": b"text"}).replace(b"text", b"TEXT")),
        ("E105", pack({"a": b"text"})[:-8]),
        ("E105", b"no zip"),
        ("E105", b""),
    ],
)
def test_refused(world: World, code: str, data: bytes):
    world.archives["program"] = data
    world.description["limits"] |= {"files": LIMITS.files}
    world.settings["team_zip_mib"] = 1
    status = world.run()
    assert str(status["status_details"]).startswith(code)
    assert world.engine.created == []
    assert world.entries()[-1].values["code"] == code


@pytest.mark.parametrize(
    "files",
    [
        {"submission.py": b"", "sub/": b"", "sub/weights.bin": b"x" * 100},
        {"submission.py": b"command", "Überschrift 1.txt": b"", "日本/x": b""},
        {},
    ],
)
def test_accepted_as_it_is(tmp_path: Path, files: dict[str, bytes]):
    (tmp_path / "a.zip").write_bytes(pack(files))
    check_and_extract(tmp_path / "a.zip", tmp_path / "out", LIMITS, team=True)
    for name, data in files.items():
        assert name.endswith("/") or (tmp_path / "out" / name).read_bytes() == data


def test_a_program_may_have_a_command(tmp_path: Path):
    (tmp_path / "a.zip").write_bytes(pack({"metadata.yaml": b"command: x"}))
    check_and_extract(tmp_path / "a.zip", tmp_path / "out", LIMITS, team=False)
    assert (tmp_path / "out" / "metadata.yaml").exists()


def test_a_large_directory_is_refused_before_it_is_read(tmp_path: Path):
    # The record promises far more entries than the limit; zipfile would read all of it into memory.
    data = bytearray(pack({"a": b""}))
    struct.pack_into("<L", data, data.rfind(b"PK\5\6") + 12, 1 << 30)
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(TeamFault, match="E103"):
        check_and_extract(tmp_path / "a.zip", tmp_path / "out", LIMITS, team=True)


def test_the_directorys_size_is_that_which_zipfile_reads(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 2)
    many = zipped(*[(info(str(number)), b"") for number in range(5)])  # now written with the 64-bit record
    assert b"PK\6\6" in many
    with zipfile.ZipFile(io.BytesIO(many)) as archive:
        expected = len(many) - archive.start_dir - 22 - 20 - 56
    assert directory_bytes(io.BytesIO(many)) == expected
    moved = bytearray(many)
    struct.pack_into("<Q", moved, many.rfind(b"PK\6\7") + 8, 3)
    assert directory_bytes(io.BytesIO(moved)) is None


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_bytes_break_it(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject):
    folder = tmp_path_factory.mktemp("z")
    base = bytearray(pack({"submission.py": b"pass", "d/w.bin": bytes(64), "metadata": b"x: 1"}))
    for at, value in data.draw(st.lists(st.tuples(st.integers(0, len(base) - 1), st.integers(0, 255)), max_size=6)):
        base[at] = value
    cut = data.draw(st.integers(0, 40))
    (folder / "a.zip").write_bytes(base[: len(base) - cut])
    try:
        check_and_extract(folder / "a.zip", folder / "out", LIMITS, team=True)
    except TeamFault as fault:
        assert fault.line().isprintable()  # noqa: PT017
    inside = [path for path in folder.rglob("*") if path.name != "a.zip"]
    assert all(path.relative_to(folder).parts[0] == "out" and not path.is_symlink() for path in inside)
