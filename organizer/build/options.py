"""What a build is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The repository."""
DEFAULT_PREPARED = Path("data/prepared")
"""Where `competition prepare` writes and `competition build` reads, unless told otherwise."""


@dataclass(frozen=True)
class BuildOptions:
    """What a build is made from; two builds from the same options and files are the same bytes.

    Attributes:
        prepared: folder that `competition prepare` wrote.
        out: where the bundle and the worker folder go.
        secret: 32 bytes.
        start, weeks: the phases.
        sealed: False is a declared demonstration.
        root: the repository, or a copy of it with other pages and rules.
        codalab: whether to make the v1.5 bundle too, which is unsealed by nature; None: where the build is unsealed.
        image_digest: `sha256:...` of the image for `worker.json`, no part of the bundle: an image with the guard is
            made after the bundle whose programs it admits. Empty: as the image's name in `rules.toml` has it.

    """

    prepared: Path
    out: Path
    secret: bytes
    start: datetime
    weeks: Sequence[float]
    sealed: bool = True
    root: Path = ROOT
    codalab: bool | None = None
    image_digest: str = ""
