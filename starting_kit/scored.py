"""Which of the public dev examples a score is of: two scores compare only where these are the same.

`all 3f2a`, `6 of 79 parts 91c0`, `79 of 79 parts, 200 each 5d1e`: a part is a language of a task, and the four letters
at the end are those of a digest of the examples, so that other six parts can be told from these.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from xtreme_tasks.files import dumps, part_path, read_file, sha256
from xtreme_tasks.tasks import parts

LETTERS = 4


def words(public: Path, scored: Collection[tuple[str, str]], limit: int = 0) -> str:
    """The examples of a score in words.

    Args:
        public: the public data.
        scored: (task, language) of each part.
        limit: only the first so many examples of each part were scored; 0: all.

    Raises:
        OrganizerFault: E201 if a part cannot be read.

    """
    there = [part for part in parts() if (public / "dev" / "inputs" / part_path(*part)).is_file()]
    whole = len(scored) == len(there) and not limit
    some = f"{len(scored)} of {len(there)} parts" + (f", {limit} each" if limit else "")
    return f"{'all' if whole else some} {digest(public, scored, limit)[:LETTERS]}"


def digest(public: Path, scored: Collection[tuple[str, str]], limit: int = 0) -> str:
    """A digest of the parts' inputs and labels, and of the limit."""
    files = {
        part_path(*part): [sha256(read_file(public / "dev" / kind / part_path(*part))) for kind in ("inputs", "labels")]
        for part in sorted(scored)
    }
    found: str = sha256(dumps([files, limit]).encode())
    return found
