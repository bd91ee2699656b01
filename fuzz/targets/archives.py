"""Zips and folders: the gate's, the linter's, the starting kit's, and the team's extracted folder."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
from pathlib import Path

import yaml

from fuzz import seeds
from fuzz.target import Target, file_with, require, scratch
from ingestion_program.folder import ENTRY, judge
from organizer.check.tree import UnreadableError, zip_tree
from starting_kit import evaluate
from worker.gate.archives import ArchiveLimits, check_and_extract
from xtreme_tasks.faults import Fault
from xtreme_tasks.settings import Limits

_LIMITS = ArchiveLimits(zip_bytes=1 << 16, files=20, extracted_bytes=1 << 16)


def _empty_folder(name: str) -> Path:
    folder = scratch() / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def _check_extracted(folder: Path, around: set[str]) -> None:
    require({entry.name for entry in scratch().iterdir()} == around, "something was extracted outside")
    files = [path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()]
    require(all(path.is_file() and not path.is_symlink() for path in files), "a link or special file was extracted")
    total = sum(path.stat().st_size for path in files)
    require(len(files) <= _LIMITS.files and total <= _LIMITS.extracted_bytes, "more was extracted than allowed")


def run_gate_zip(data: bytes) -> None:
    """What the gate extracts lies inside the folder, is plain, is not too much, and holds no command."""
    path, folder = file_with(data, "team.zip"), _empty_folder("extracted")
    around = {entry.name for entry in scratch().iterdir()}
    try:
        check_and_extract(path, folder, _LIMITS, team=True)
    finally:
        _check_extracted(folder, around)
    for name in ("metadata", "metadata.yaml"):
        if (folder / name).is_file():
            require(b"command" not in (folder / name).read_bytes(), "a command was extracted")


def run_tree(data: bytes) -> None:
    """The linter reads every member of an archive, within limits."""
    try:
        tree = zip_tree(io.BytesIO(data))
    except UnreadableError:
        return
    for name in tree.names[:20]:
        try:
            require(len(tree.read(name, 4096)) <= 4096, "more than was asked for")
            _, copy = tree.nested(name)
            copy.close()
        except UnreadableError:
            pass


def run_kit_zip(data: bytes) -> None:
    """The starting kit, on a team's own zip."""
    folder = scratch() / "kit"
    shutil.rmtree(folder, ignore_errors=True)
    evaluate._submission(file_with(data, "own.zip"), folder)


def run_metadata(data: bytes) -> None:
    """A metadata file in the team's folder: no command that the platform would see is ever let through."""
    folder = _empty_folder("metadata_folder")
    (folder / ENTRY).write_bytes(b"")
    (folder / "metadata.yaml").write_bytes(data)
    judge(folder, Limits())
    values = yaml.safe_load(data)
    require(not (isinstance(values, dict) and "command" in values), "a command was let through")


def _make(folder: Path, name: bytes, kind: int) -> None:
    path = folder / os.fsdecode(name.strip(b"/"))
    with contextlib.suppress(OSError, ValueError):  # not a name that a folder can hold
        path.parent.mkdir(parents=True, exist_ok=True)
        if kind == 1:
            path.symlink_to("/etc/passwd")
        elif kind == 2:
            os.mkfifo(path)
        elif kind == 3:
            path.mkdir()
        elif not path.exists():  # to open a pipe would wait for ever
            path.write_bytes(name * 3)


def run_folder(data: bytes) -> None:
    """A team's folder with any names and kinds of files in it; links and special files never pass."""
    root = _empty_folder("team")
    for name in data.split(b"\0")[:12]:
        if name and b".." not in name and len(name) < 200:
            _make(root, name[1:], name[0] % 8)
    entries = list(root.rglob("*"))
    try:
        team = judge(root, Limits(files=8, submission_mib=1))
    except Fault as fault:
        fault.line()
        raise
    require(all(path.is_dir() or path.is_file() for path in entries), "a special file was let through")
    require(not any(path.is_symlink() for path in entries), "a link was let through")
    require((root / ENTRY).is_file() and ENTRY in team.lines, "no entry point")
    require(team.place("submission.py", 10**6) == "" and team.place(["x"], True) == "", "a place that does not exist")


def _folders() -> list[bytes]:
    entry = b"0submission.py\0"
    return [entry, entry + b"3lib\0" + b"0lib/a.py", entry + b"1link", entry + b"2pipe", b"0x/submission.py"]


_ZIP_WORDS = (
    b"PK\3\4",
    b"PK\1\2",
    b"PK\5\6",
    b"PK\6\6",
    b"PK\6\7",
    b"\xff\xff\xff\xff",
    b"../",
    b"\0\0\0\xa0",
    b"\x01\0\x14\0",
)
_METADATA = [b"description: x\n", b"command: python3 x\n", b"a: &a {b: c}\nd: {<<: [*a, *a]}\n", b"!!binary Y29t: x\n"]
_YAML_WORDS = (
    b"command",
    b"&a ",
    b"*a",
    b"<<: ",
    b"!!int ",
    b"!!timestamp ",
    b"!!bool x",
    b"? ",
    b"- ",
    b": ",
    b"{",
    b"[" * 50,
)
TARGETS = (
    Target("gate_zip", run_gate_zip, seeds.team_zips, _ZIP_WORDS),
    Target("check_zip", run_tree, seeds.team_zips, _ZIP_WORDS),
    Target("kit_zip", run_kit_zip, seeds.team_zips, _ZIP_WORDS),
    Target("metadata", run_metadata, lambda: _METADATA, _YAML_WORDS),
    Target("folder", run_folder, _folders, (b"\0000", b"/", b"submission.py")),
)
