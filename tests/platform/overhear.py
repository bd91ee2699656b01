"""Record what the commands ask of a real site.

    python -m tests.platform.overhear take RAW CHAPTER results --competition 15
    python -m tests.platform.overhear keep RAW tests/platform/recorded/commands/NAME.json SITE STORAGE NAME=PART...

`take` runs a command of `competition` and appends what it asked and was answered to RAW, secrets included, so RAW is
private and is to be deleted. `keep` makes a recording of it that holds no tokens, passwords, secrets, signatures and
keys; each NAME (of an account, a machine) becomes PART.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from organizer.cli import main
from tests.platform.heard import Heard, clean, overheard, to_json
from xtreme_tasks.files import write_whole


def take(raw: Path, chapter: str, arguments: Sequence[str]) -> None:
    """Run a command; each exchange is on the disk before the command goes on, so that it may be killed."""
    descriptor = os.open(raw, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(one: Heard) -> None:
        os.write(descriptor, json.dumps(dataclasses.asdict(one)).encode() + b"\n")

    sys.argv[1:] = arguments
    with overheard(chapter, note):
        main()


def keep(raw: Path, file: Path, site: str, storage: str, names: Sequence[str]) -> None:
    """Make the recording."""
    heard = [Heard(**json.loads(line)) for line in raw.read_text().splitlines()]
    parts = dict(name.split("=", 1) for name in names)
    write_whole(file, to_json(clean(heard, site, storage, parts)))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["take", raw, chapter, *arguments] if arguments:
            take(Path(raw), chapter, arguments)
        case ["keep", raw, file, site, storage, *names]:
            keep(Path(raw), Path(file), site, storage, names)
        case _:
            sys.exit(__doc__)
