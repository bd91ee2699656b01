"""What the platform makes of `scores.json`: which keys become a row's scores, and whether there is a row at all."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from pathlib import Path

from organizer.local_worker.upload import Column

DECIMALS = 10
LARGEST = 10**10
"""The platform stores at most ten digits before the point and ten after it."""


@dataclass(frozen=True)
class Pushed:
    """The platform's answer to a run's scores.

    Attributes:
        finished: False where the file cannot be taken: the submission is Failed, and not counted.
        row: score by column key; a key that scoring left out is left out here. None: not on the leaderboard.

    """

    finished: bool
    row: Mapping[str, float] | None


def read_scores(path: Path, columns: Sequence[Column]) -> Pushed:
    """The row of a `scores.json`.

    A key without a column is ignored. NaN or an infinity cannot be sent, so no score arrives. A value that is no
    number or has more than ten digits before the point ends the taking, and without all its scores a run gets no row.
    """
    try:
        scores = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return Pushed(False, None)
    if not isinstance(scores, dict):
        return Pushed(False, None)
    if not all(_can_be_sent(value) for value in scores.values()):
        return Pushed(True, None)
    keys = {column.key for column in columns}
    wanted = {key: value for key, value in scores.items() if key in keys}
    if not all(_can_be_stored(value) for value in wanted.values()):
        return Pushed(True, None)
    return Pushed(True, {key: _rounded(value) for key, value in wanted.items()})


def _can_be_sent(value: object) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def _can_be_stored(value: object) -> bool:
    # A bool is an int in Python only.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST


def _rounded(value: float) -> float:
    step = Decimal(1).scaleb(-DECIMALS)
    return float(Decimal(str(value)).quantize(step, ROUND_HALF_EVEN, context=Context(prec=40)))
