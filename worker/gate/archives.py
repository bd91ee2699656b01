"""Zips, judged before a byte of them is extracted."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from xtreme_tasks.faults import OrganizerFault, TeamFault, printable

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
METADATA = ("metadata", "metadata.yaml")
MAX_METADATA_BYTES = 1 << 16
MAX_DEPTH = 64
MAX_NAME_BYTES = 1024
MAX_PART_BYTES = 255
BYTES_PER_ENTRY = 46 + MAX_NAME_BYTES + 512
"""Of the zip's directory: the record, the longest name that is accepted, and room for extra fields."""


@dataclass(frozen=True)
class Entry:
    """One entry of a zip's directory.

    Attributes:
        name: as the zip spells it.
        size: bytes when extracted; extraction never gives more than this.
        mode: Unix mode, 0 where the zip does not tell.
        method: compression.
        encrypted: whether a password would be needed.

    """

    name: str
    size: int
    mode: int
    method: int
    encrypted: bool


@dataclass(frozen=True)
class ArchiveLimits:
    """Most bytes of the zip itself, most files, most bytes extracted."""

    zip_bytes: int
    files: int
    extracted_bytes: int


def judge(entries: Sequence[Entry], metadata: bytes, limits: ArchiveLimits) -> TeamFault | None:
    """What speaks against extracting a zip, as a team would be told; None if nothing does.

    Args:
        entries: the zip's directory.
        metadata: what its metadata files hold; the platform would run a command that stands there.
        limits: of this competition.

    """
    if len(entries) > limits.files:
        return TeamFault("E103", detail=f"{len(entries)} files, at most {limits.files}")
    total = sum(entry.size for entry in entries)
    if total > limits.extracted_bytes:
        return TeamFault("E103", detail=f"{total >> 20} MiB, at most {limits.extracted_bytes >> 20}")
    seen: set[str] = set()
    for entry in entries:
        place = printable(entry.name, 80)
        if not _plain_kind(entry):
            return TeamFault("E104", place)
        fault = _odd(entry, seen)
        if fault:
            return TeamFault("E105", place, fault)
    # Neither YAML's spellings nor its encodings are parsed here: ingestion does that, and the gate runs no team's step.
    if len(metadata) > MAX_METADATA_BYTES or b"command" in metadata:
        return TeamFault("E102")
    return None


def _plain_kind(entry: Entry) -> bool:
    kind = stat.S_IFMT(entry.mode)
    return kind in (0, stat.S_IFREG, stat.S_IFDIR)


def _odd(entry: Entry, seen: set[str]) -> str:
    """Why a name or its coding is refused; empty if it is plain."""
    name = entry.name.removesuffix("/")
    parts = name.split("/")
    if not name.isprintable() or "\\" in name:
        return "control character or backslash in a name"
    if any(part in ("", ".", "..") for part in parts) or (len(name) > 1 and name[1] == ":"):
        return "a name that is not relative"
    if len(parts) > MAX_DEPTH or len(name.encode(errors="replace")) > MAX_NAME_BYTES:
        return "a name that is too long or too deep"
    if any(len(part.encode(errors="replace")) > MAX_PART_BYTES for part in parts):
        return "a name that is too long or too deep"
    if name in seen:
        return "a name occurs twice"
    seen.add(name)
    if entry.encrypted or entry.method not in METHODS:
        return "encrypted, or neither stored nor deflated"
    return ""


def as_organizer(fault: TeamFault, where: str) -> OrganizerFault:
    """The same judgement on a program or data archive, which is the organizer's."""
    return OrganizerFault("E247", where, f"{fault.code} {fault.where} {fault.detail}".rstrip())


def check_and_extract(path: Path, folder: Path, limits: ArchiveLimits, team: bool) -> None:
    """Judge a zip, then extract it.

    Args:
        path, folder: the zip, and where it goes.
        limits: what it may hold.
        team: whether a team made it, so that a command in its metadata is refused.

    Raises:
        TeamFault: E102 to E105; nothing was extracted unless the archive was damaged inside.

    """
    if path.stat().st_size > limits.zip_bytes:
        raise TeamFault("E103", detail=f"the zip has more than {limits.zip_bytes >> 20} MiB")
    with path.open("rb") as stream:
        size = directory_bytes(stream)
        if size is None:
            raise TeamFault("E105", detail="no zip")
        # The directory is read as a whole before a single entry can be judged.
        if size > (limits.files + 1) * BYTES_PER_ENTRY:
            raise TeamFault("E103", detail=f"more than {limits.files} files")
        try:
            with zipfile.ZipFile(stream) as archive:
                metadata = _metadata(archive) if team else b""
                fault = judge([_entry(info) for info in archive.infolist()], metadata, limits)
                if fault is not None:
                    raise fault
                archive.extractall(folder)
        # What Python raises on damaged and contradictory zips: struct, zlib and Unicode errors among others.
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError, struct.error, zlib.error) as error:
            raise TeamFault("E105", detail=f"cannot be extracted: {type(error).__name__}") from None


def _entry(info: zipfile.ZipInfo) -> Entry:
    # Only Unix zips tell a mode; from others the upper half means nothing, and 0 is taken for a plain file.
    mode = info.external_attr >> 16
    return Entry(info.orig_filename, info.file_size, mode, info.compress_type, bool(info.flag_bits & 1))


def _metadata(archive: zipfile.ZipFile) -> bytes:
    found = b""
    for info in archive.infolist():
        # Not yet judged: only what is read in bounded pieces is opened.
        if info.filename in METADATA and not info.flag_bits & 1 and info.compress_type in METHODS:
            with archive.open(info) as stream:
                found += stream.read(MAX_METADATA_BYTES + 1)
    return found


def directory_bytes(stream: BinaryIO) -> int | None:
    """Size of a zip's directory as its last record states it; None if there is no such record.

    Source: PKWARE's APPNOTE.TXT, 4.3.14 to 4.3.16. The same record is found that Python's zipfile uses.
    """
    stream.seek(0, 2)
    length = stream.tell()
    stream.seek(max(0, length - (1 << 16) - 22))
    tail = stream.read()
    at = len(tail) - 22 if tail[-22:-18] == b"PK\5\6" and tail.endswith(b"\0\0") else tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < 22:
        return None
    (size,) = struct.unpack_from("<L", tail, at + 12)
    if at >= 20 and tail[at - 20 : at - 16] == b"PK\6\7":
        (offset,) = struct.unpack_from("<Q", tail, at - 12)
        # zipfile reads the record just before its locator, whatever the locator says; both must agree.
        if offset != length - len(tail) + at - 20 - 56:
            return None
        stream.seek(offset)
        record = stream.read(56)
        if len(record) != 56 or record[:4] != b"PK\6\6":
            return None
        (size,) = struct.unpack_from("<Q", record, 40)
    return int(size)
