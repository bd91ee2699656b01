"""Switches of `train.py --tricks`: one short module each, with its source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from tricks.fgm import FGM
from tricks.focal import Focal
from tricks.poly import Poly
from tricks.rdrop import RDrop
from tricks.smoothing import Smoothing
from tricks.trick import Trick
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.settings import build

TRICKS: Mapping[str, type[Trick]] = MappingProxyType(
    {"fgm": FGM, "focal": Focal, "poly": Poly, "rdrop": RDrop, "smoothing": Smoothing}
)


def make_tricks(text: str) -> list[Trick]:
    """Tricks from a list of names with settings, like `rdrop,fgm:epsilon=0.5`.

    Raises:
        OrganizerFault: E231 for an unknown name or setting, a wrong value, or two losses that replace the same one.

    """
    made = [_make(word) for word in text.split(",") if word]
    replacing = [type(trick).__name__ for trick in made if type(trick).loss is not Trick.loss]
    for several, what in (
        (replacing, "losses"),
        ([type(trick).__name__ for trick in made if trick.makes_view], "views"),
    ):
        if len(several) > 1:
            raise OrganizerFault("E231", "tricks", f"two {what}: {', '.join(several)}", "Choose one of them.")
    return made


def _make(word: str) -> Trick:
    name, *pairs = word.split(":")
    if name not in TRICKS:
        raise OrganizerFault("E231", "tricks", f"no trick {name}", f"There are {', '.join(sorted(TRICKS))}.")
    values = dict(pair.partition("=")[::2] for pair in pairs)
    trick: Trick = build(TRICKS[name], {key: _value(text) for key, text in values.items()}, f"tricks {name}")
    return trick


def _value(text: str) -> Any:  # noqa: ANN401 - a number or a word
    try:
        return json.loads(text)
    except ValueError:
        return text
