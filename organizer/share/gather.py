"""One team's code: its zip opened with limits, every file judged, nothing run."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from organizer.check.tree import Tree, UnreadableError, zip_tree
from organizer.report.view import Entry
from organizer.share.licences import is_licence, which
from organizer.share.secrets import LONGEST, Hit, by_content, by_name
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import whole_file

WEIGHTS = (
    ".safetensors",
    ".bin",
    ".pt",
    ".pth",
    ".ckpt",
    ".onnx",
    ".npz",
    ".npy",
    ".h5",
    ".gguf",
    ".msgpack",
    ".joblib",
)
_CACHES = frozenset(("__pycache__", "__MACOSX", ".ipynb_checkpoints"))
_NOT_OPENED = (".gz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".zst")
_DEPTH = 2
"""Zips in zips that are looked into."""
MIB = 1 << 20
MOST_INSIDE = 256 * MIB
"""Bytes that a zip in a zip may unpack to and still be looked into."""


@dataclass(frozen=True)
class Item:
    """One file of a team: `path` is its copy, None where it is left out, for the reason of `left_out`."""

    name: str
    size: int
    sha256: str
    path: Path | None
    left_out: str = ""


@dataclass(frozen=True)
class Package:
    """What a team shares.

    Attributes:
        entry: whose it is, with the answers of its fact sheet.
        phase: in which phase it was submitted.
        items: by name.
        hits: what looks like a secret, and what could not be looked through.
        licences: name of the licence by file.
        missing: why there is no code; empty where there is.

    """

    entry: Entry
    phase: str
    items: tuple[Item, ...] = ()
    hits: tuple[Hit, ...] = ()
    licences: dict[str, str] = field(default_factory=dict)
    missing: str = ""

    @property
    def size(self) -> int:
        """Bytes that go into the archive."""
        return sum(item.size for item in self.items if item.path is not None)


def gather(data: bytes, entry: Entry, phase: str, folder: Path, weights: bool, most: int) -> Package:
    """Judge one zip and copy its files.

    Args:
        data: the team's zip.
        entry, phase: whose, and of which phase.
        folder: receives the copies under numbers, since names are the team's to choose.
        weights: False leaves out files of weights, and says their digests.
        most: bytes that may be unpacked.

    Raises:
        OrganizerFault: E232; E233 before anything is unpacked, if it is more.

    """
    try:
        tree = zip_tree(io.BytesIO(data))
    except UnreadableError as error:
        return Package(entry, phase, missing=f"no zip that can be read: {error}")
    size = sum(tree.size(name) for name in tree.names if weights or not _is_weights(name))
    if size > most:
        hint = "Leave the weights out with --without-weights, or allow more with --most-mib."
        what = f"{entry.team} unpacks to {size / MIB:,.0f} MiB, more than the {most / MIB:,.0f} MiB that are left"
        raise OrganizerFault("E233", "--most-mib", what, hint)
    items: list[Item] = []
    hits: list[Hit] = []
    licences: dict[str, str] = {}
    for number, name in enumerate(sorted(tree.names)):
        if _CACHES & set(PurePosixPath(name).parts):
            continue
        if not safe(name):
            hits.append(Hit(name, 0, "name that leads out of its folder: left out"))
            continue
        keep = weights or not _is_weights(name)
        try:
            item, start = _copied(tree, name, folder / str(number), keep)
        except UnreadableError as error:
            hits.append(Hit(name, 0, f"cannot be read, left out: {error}"))
            continue
        items.append(item)
        hits += _looked(name, item, start) if keep else []
        if is_licence(name):
            licences[name] = which(start)
    return Package(entry, phase, tuple(items), tuple(hits), licences)


def _is_weights(name: str) -> bool:
    return name.lower().endswith(WEIGHTS)


def safe(name: str) -> bool:
    """Whether a name stays inside its folder on every system."""
    parts = PurePosixPath(name).parts
    plain = not any(character in name for character in "\\:\0") and name.isprintable()
    return bool(parts) and plain and not name.startswith("/") and ".." not in parts


def _copied(tree: Tree, name: str, path: Path, keep: bool) -> tuple[Item, bytes]:
    """The file's description and the bytes of it that are looked through."""
    digest, size, start = hashlib.sha256(), 0, bytearray()
    if not keep:
        for piece in tree.chunks(name, tree.size(name) + 1):
            digest.update(piece)
            size += len(piece)
        return Item(name, size, digest.hexdigest(), None, "weights"), b""
    with whole_file(path) as stream:
        for piece in tree.chunks(name, tree.size(name) + 1):
            digest.update(piece)
            size += len(piece)
            start += piece[: max(0, LONGEST - len(start))]
            stream.write(piece)
    return Item(name, size, digest.hexdigest(), path), bytes(start)


def _looked(name: str, item: Item, start: bytes) -> list[Hit]:
    hits = by_name(name) + list(_inside(name, start, _DEPTH))
    if item.size > len(start) and not _is_weights(name):
        hits.append(Hit(name, 0, f"only the first {LONGEST >> 20} MiB were looked through"))
    return hits


def _inside(name: str, data: bytes, depth: int) -> Iterator[Hit]:
    """Hits of a file and, where it is a zip, of its members."""
    yield from by_content(name, data)
    if name.lower().endswith(_NOT_OPENED):
        yield Hit(name, 0, "archive that was not looked into")
    if not data.startswith(b"PK\x03\x04") or _is_weights(name):
        return
    try:
        tree = zip_tree(io.BytesIO(data))
        if depth == 0 or sum(tree.size(member) for member in tree.names) > MOST_INSIDE:
            raise UnreadableError("too many archives in each other, or too much in one")
        for member in tree.names:
            yield from by_name(f"{name}/{member}")
            yield from _inside(f"{name}/{member}", tree.read(member, LONGEST), depth - 1)
    except UnreadableError:
        yield Hit(name, 0, "archive that was not looked into")
