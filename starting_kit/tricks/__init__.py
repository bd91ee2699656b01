"""Switches of `train.py --tricks`: one short module each, with its source."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Any

from options import check

from tricks.trick import Trick
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tables import build

TRICKS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "augment": ("augment", "Augment"),
        "code_switch": ("code_switch", "CodeSwitch"),
        "distil": ("distil", "Distil"),
        "fgm": ("fgm", "FGM"),
        "focal": ("focal", "Focal"),
        "fold": ("noisy_labels", "Fold"),
        "noisy_labels": ("noisy_labels", "NoisyLabels"),
        "rdrop": ("rdrop", "RDrop"),
        "smoothing": ("smoothing", "Smoothing"),
        "swapped": ("swapped", "Swapped"),
    }
)
"""Module and class by name; a module is imported when its trick is asked for."""


def make_tricks(text: str) -> list[Trick]:
    """Tricks from a list of names with settings, like `rdrop,fgm:epsilon=0.1`.

    Raises:
        OrganizerFault: E231 for an unknown name or setting, a wrong value, a trick that is given twice, two tricks that
            replace the same thing, or so many that take a part of the loss away that nothing is left of it.

    """
    made = [_make(word) for word in text.split(",") if word]
    names = [type(trick).__name__ for trick in made]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise OrganizerFault("E231", "tricks", f"given twice: {', '.join(twice)}", "Give each of them once.")
    _check_weight(made)
    replacing = [type(trick).__name__ for trick in made if type(trick).loss is not Trick.loss]
    viewing = [type(trick).__name__ for trick in made if trick.makes_view]
    for names, what in ((replacing, "losses"), (viewing, "views")):
        if len(names) > 1:
            raise OrganizerFault("E231", "tricks", f"two {what}: {', '.join(names)}", "Choose one of them.")
    return made


def _check_weight(made: Sequence[Trick]) -> None:
    """Each trick's terms are right by itself; together they may take away all of the first pass's loss, or more."""
    taking = {type(trick).__name__: trick.taken() for trick in made if trick.taken()}
    if len(taking) > 1 and sum(taking.values()) > 1 - 1e-9:
        what = " and ".join(f"{name} {share:g}" for name, share in taking.items())
        detail = f"of the loss of the first pass nothing is left: {what} are taken away"
        raise OrganizerFault("E231", "tricks", detail, "Leave one of them out, or give distil less weight.")


def _make(word: str) -> Trick:
    name, *pairs = word.split(":")
    if name not in TRICKS:
        raise OrganizerFault("E231", "tricks", f"no trick {name}", f"There are {', '.join(TRICKS)}.")
    module, kind = TRICKS[name]
    values = dict(pair.partition("=")[::2] for pair in pairs)
    made = {key: _value(text) for key, text in values.items()}
    trick: Trick = build(getattr(import_module(f"tricks.{module}"), kind), made, f"tricks {name}")
    return check(trick, lambda field: f"tricks {name} {field}")


def _value(text: str) -> Any:  # noqa: ANN401 - a number or a word
    try:
        return json.loads(text)
    except ValueError:
        return text
