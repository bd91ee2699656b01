"""Switches of `train.py --tricks`: one short module each, with its source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

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
        "poly": ("poly", "Poly"),
        "rdrop": ("rdrop", "RDrop"),
        "smoothing": ("smoothing", "Smoothing"),
        "swapped": ("swapped", "Swapped"),
    }
)
"""Module and class by name; a module is imported when its trick is asked for."""


def make_tricks(text: str) -> list[Trick]:
    """Tricks from a list of names with settings, like `rdrop,fgm:epsilon=0.5`.

    Raises:
        OrganizerFault: E231 for an unknown name or setting, a wrong value, or two tricks that replace the same thing.

    """
    made = [_make(word) for word in text.split(",") if word]
    replacing = [type(trick).__name__ for trick in made if type(trick).loss is not Trick.loss]
    viewing = [type(trick).__name__ for trick in made if trick.makes_view]
    for names, what in ((replacing, "losses"), (viewing, "views")):
        if len(names) > 1:
            raise OrganizerFault("E231", "tricks", f"two {what}: {', '.join(names)}", "Choose one of them.")
    return made


def _make(word: str) -> Trick:
    name, *pairs = word.split(":")
    if name not in TRICKS:
        raise OrganizerFault("E231", "tricks", f"no trick {name}", f"There are {', '.join(TRICKS)}.")
    module, kind = TRICKS[name]
    values = dict(pair.partition("=")[::2] for pair in pairs)
    made = {key: _value(text) for key, text in values.items()}
    trick: Trick = build(getattr(import_module(f"tricks.{module}"), kind), made, f"tricks {name}")
    return trick


def _value(text: str) -> Any:  # noqa: ANN401 - a number or a word
    try:
        return json.loads(text)
    except ValueError:
        return text
