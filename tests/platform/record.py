"""Record the walk through a real platform: `python -m tests.platform.record URL tests/platform/recorded/NAME.json`.

PLATFORM_ACCOUNTS names three accounts as `organizer=NAME:PASSWORD alia=NAME:PASSWORD bogdan=NAME:PASSWORD`; the
organizer must be no superuser. What is written holds no tokens, passwords, secrets, signatures, keys or names.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.platform.site.exchange import Exchange
from tests.platform.site.server import Site
from tests.platform.site.tour import Tour
from xtreme_tasks.files import write_whole

PARTS = ("organizer", "alia", "bogdan")
VARIABLE = "PLATFORM_ACCOUNTS"


def accounts(text: str) -> dict[str, tuple[str, str]]:
    """Name and password of each part (ValueError if one is missing)."""
    found: dict[str, tuple[str, str]] = {}
    for item in text.split():
        part, _, account = item.partition("=")
        name, _, password = account.partition(":")
        found[part] = (name, password)
    if set(found) != set(PARTS):
        raise ValueError(f"{VARIABLE} must name {', '.join(PARTS)}")
    return found


def walk_real(base: str, people: Mapping[str, tuple[str, str]]) -> list[Exchange]:
    """The walk through a real platform."""
    tour = Tour(base.rstrip("/"), people)
    tour.walk()
    return tour.scrubbed()


def walk_emulated() -> list[Exchange]:
    """The walk through the emulated platform."""
    with Site() as site:
        people = {part: (site.user(part).username, site.user(part).password) for part in PARTS}
        tour = Tour(site.base, people)
        tour.walk()
        assert not site.errors, site.errors[0]
    return tour.scrubbed()


def to_json(exchanges: Sequence[Exchange]) -> bytes:
    """The recording; one field in a line, so that a change can be read."""
    rows: list[dict[str, Any]] = [dataclasses.asdict(item) for item in exchanges]
    return json.dumps(rows, ensure_ascii=False, indent=1).encode() + b"\n"


def read(path: Path) -> list[Exchange]:
    """A recording."""
    return [Exchange(**row) for row in json.loads(path.read_bytes())]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m tests.platform.record URL FILE")
    try:
        wanted = accounts(os.environ.get(VARIABLE, ""))
    except ValueError as error:
        sys.exit(str(error))
    write_whole(Path(sys.argv[2]), to_json(walk_real(sys.argv[1], wanted)))
