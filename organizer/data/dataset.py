"""`dataset.json`: what a split's folder holds, with digests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import dumps
from xtreme_tasks.tables import build

DATASET_FILE = "dataset.json"
FORMAT = 1


@dataclass(frozen=True)
class Dataset:
    """One split.

    Attributes:
        format: version of this file.
        split: train, dev, evaluation or final.
        source: where the examples come from, for people.
        counts: examples by task and language.
        whole: languages by task whose hidden examples were not divided: they are in `final` only.
        missing: languages by task that the source has no examples of, with the reason.
        files: SHA-256 of each file by its path below the folder.

    """

    format: int
    split: str
    source: str
    counts: Mapping[str, Mapping[str, int]]
    whole: Mapping[str, tuple[str, ...]]
    missing: Mapping[str, Mapping[str, str]]
    files: Mapping[str, str]

    def to_bytes(self) -> bytes:
        """Readable JSON with sorted keys and a final newline."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def parse_dataset(data: bytes, where: str) -> Dataset:
    """Read `dataset.json`.

    Raises:
        OrganizerFault: E202 (not JSON, another format), E231 (wrong fields).

    """
    try:
        raw = json.loads(data)
        dumps(raw).encode()  # NaN and halves of characters can be read, but not written
    except (ValueError, RecursionError):
        raise OrganizerFault("E202", where, "not JSON") from None
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise OrganizerFault("E202", where, f"not a data set of format {FORMAT}")
    dataset: Dataset = build(Dataset, raw, where)
    return dataset
