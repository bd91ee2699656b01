"""Files by name, from a folder, a zip or a zip in a zip, read with limits: nothing is extracted or run."""

from __future__ import annotations

import lzma
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

MAX_ENTRIES = 200_000
MAX_NESTED_BYTES = 4 << 30
IN_MEMORY_BYTES = 64 << 20
BOMB_RATIO = 400
BOMB_BYTES = 64 << 20
"""Text compresses by 3 to 30; a member above both figures is taken for a bomb and not opened."""

ZIP_FAULTS = (
    zipfile.BadZipFile,
    OSError,
    ValueError,
    RuntimeError,  # encrypted; NotImplementedError (unknown compression) is one too
    EOFError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
    IndexError,
    KeyError,
    OverflowError,
    MemoryError,  # an LZMA member chooses the size of its dictionary
)
"""What zipfile raises on damaged or hostile bytes."""


class UnreadableError(Exception):
    """A file or an archive that cannot be read; the text is the reason."""


@dataclass(frozen=True)
class Entry:
    """One file of a tree: sizes in bytes; `packed` and `crc` only of a zip's member."""

    name: str
    size: int
    packed: int | None = None
    crc: int | None = None
    encrypted: bool = False
    special: bool = False

    @property
    def bomb(self) -> bool:
        """Whether it unpacks to suspiciously much."""
        return self.packed is not None and self.size > BOMB_BYTES and self.size > BOMB_RATIO * max(self.packed, 1)


class Tree:
    """Files by name.

    Args:
        entries: in the archive's order, duplicates and all; folders are not among them.
        opener: opens one entry.
        kind: `zip` or `folder`.

    """

    def __init__(self, entries: list[Entry], opener: Callable[[Entry], IO[bytes]], kind: str) -> None:
        self.entries, self.kind = tuple(entries), kind
        self._opener = opener
        self._by_name = {entry.name: entry for entry in entries}

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    @property
    def names(self) -> list[str]:
        """Every name once, in order."""
        return list(self._by_name)

    def size(self, name: str) -> int:
        """Bytes of a file that exists."""
        return self._by_name[name].size

    def read(self, name: str, limit: int) -> bytes:
        """The first `limit` bytes.

        Raises:
            UnreadableError: encrypted, damaged, a bomb, or a link.

        """
        return b"".join(self.chunks(name, limit))

    def chunks(self, name: str, limit: int) -> Iterator[bytes]:
        """The same piece by piece."""
        entry = self._by_name.get(name)
        if entry is None:
            raise UnreadableError("missing")
        if entry.bomb or entry.special:
            raise UnreadableError("a link or special file" if entry.special else "unpacks to suspiciously much")
        try:
            with self._opener(entry) as stream:
                while limit > 0 and (piece := stream.read(min(limit, 1 << 20))):
                    limit -= len(piece)
                    yield piece
        except ZIP_FAULTS as error:
            raise UnreadableError(str(error).split("\n")[0] or type(error).__name__) from None

    def below(self, folder: str) -> Tree:
        """The files below a folder, by their names inside it."""
        prefix = folder.rstrip("/") + "/"
        chosen = {entry.name[len(prefix) :]: entry for entry in self.entries if entry.name.startswith(prefix)}
        renamed = [Entry(name, entry.size, special=entry.special) for name, entry in chosen.items() if name]
        return Tree(renamed, lambda entry: self._opener(chosen[entry.name]), "folder")

    def nested(self, name: str) -> tuple[Tree, IO[bytes]]:
        """A zip inside this tree, and the copy that must stay open as long as it is used.

        Raises:
            UnreadableError: not a zip, too large, or damaged.

        """
        if self.size(name) > MAX_NESTED_BYTES:
            raise UnreadableError(f"larger than {MAX_NESTED_BYTES >> 30} GiB: not looked into")
        copy = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 - the caller closes it
        try:
            for piece in self.chunks(name, MAX_NESTED_BYTES):
                copy.write(piece)
            return zip_tree(copy), copy
        except UnreadableError:
            copy.close()
            raise


def zip_tree(stream: IO[bytes]) -> Tree:
    """The members of a zip; `stream` must stay open.

    Raises:
        UnreadableError: not a zip, damaged, or too many members.

    """
    try:
        stream.seek(0)
        archive = zipfile.ZipFile(stream)
        members = [info for info in archive.infolist() if not info.is_dir()]
    except ZIP_FAULTS as error:
        raise UnreadableError(str(error).split("\n")[0] or type(error).__name__) from None
    if len(members) > MAX_ENTRIES:
        raise UnreadableError(f"more than {MAX_ENTRIES:,} members")
    by_name = {info.filename: info for info in members}  # as extraction does, the last of a name wins
    return Tree([_entry(info) for info in members], lambda entry: archive.open(by_name[entry.name]), "zip")


def _entry(info: zipfile.ZipInfo) -> Entry:
    mode = info.external_attr >> 16
    special = bool(stat.S_IFMT(mode)) and not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)
    return Entry(info.filename, info.file_size, info.compress_size, info.CRC, bool(info.flag_bits & 1), special)


def folder_tree(folder: Path) -> Tree:
    """The files below a folder; links are listed, not followed.

    Raises:
        UnreadableError: too many files, or no permission.

    """
    entries: list[Entry] = []
    try:
        for path in sorted(folder.rglob("*")):
            if path.is_dir() and not path.is_symlink():
                continue
            special = path.is_symlink() or not path.is_file()
            entries.append(
                Entry(path.relative_to(folder).as_posix(), 0 if special else path.stat().st_size, special=special)
            )
            if len(entries) > MAX_ENTRIES:
                raise UnreadableError(f"more than {MAX_ENTRIES:,} files")
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from None
    return Tree(entries, lambda entry: (folder / entry.name).open("rb"), "folder")
