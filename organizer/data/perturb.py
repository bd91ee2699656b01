"""Digits of a hidden example replaced by other digits, where no label can change.

A table of the public test texts then no longer holds the example, while for a model it is as hard as before.
What is safe, and what is left alone:

- Runs of two and more digits change; single digits, runs that begin with a zero, the last digit, the zeros at the
  end and a 1 in the last place but one stay, so that round numbers stay round and plural forms keep agreeing. What
  can be a day, an hour or a minute stays one.
- Runs of four digits that may be years move together by whole decades: order, distances and `1990s` survive.
- The same run becomes the same run wherever it stands in the example; two different ones never become the same.
- In a pair of sentences both must hold the same set of runs. A number that only one sentence names may be what the
  label hangs on (`1990` and `the nineties`), so such a pair is left as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from xtreme_tasks.tasks import TASKS

Draw = Callable[[str, int], bytes]
"""Secret bytes, 32 of them, for a run of digits and an attempt."""

ATTEMPTS = 8
FIRST_YEAR, LAST_YEAR = 1000, 2019
BUDDHIST = range(2400, 2600)
"""Thai years; 2560 is 2017."""
LAST_DAY = 31
DECADES = (-30, -20, -10, 10, 20, 30)
_RUN = re.compile(r"\d+")


def perturbed(task: str, text: str, draw: Draw) -> str | None:
    """The text with other digits, or None where that is not possible or not safe.

    Args:
        task: name of the task.
        text: fields or tokens joined by tabs.
        draw: the secret choice; the same for all examples of an item in one language.

    """
    found = [{_value(run) for run in _RUN.findall(field)} for field in text.split("\t")]
    runs = set().union(*found)
    if TASKS[task].answer == "label" and any(other != found[0] for other in found):
        return None
    for attempt in range(ATTEMPTS):
        mapping = _mapping(sorted(runs), draw, attempt)
        if len(set(mapping.values())) == len(mapping) and any(run != new for run, new in mapping.items()):
            return _applied(text, mapping)
    return None


def _applied(text: str, mapping: Mapping[str, str]) -> str:
    return _RUN.sub(lambda match: _spelled(match.group(), mapping[_value(match.group())]), text)


def _value(run: str) -> str:
    """The run in ASCII digits, whatever its script."""
    return run if run.isascii() else "".join(str(unicodedata.decimal(digit)) for digit in run)


def _spelled(run: str, new: str) -> str:
    # Each script has its ten digits in a row, so a digit moves by the difference of the values.
    return "".join(chr(ord(old) + int(digit) - unicodedata.decimal(old)) for old, digit in zip(run, new, strict=True))


def _mapping(runs: Iterable[str], draw: Draw, attempt: int) -> dict[str, str]:
    years = [run for run in runs if _is_year(run)]
    shift = _shift(years, draw("years", attempt))
    return {run: str(int(run) + shift) if run in years else _other(run, draw(run, attempt)) for run in runs}


def _is_year(run: str) -> bool:
    return len(run) == 4 and (FIRST_YEAR <= int(run) < 2100 or int(run) in BUDDHIST)


def _shift(years: Iterable[str], choice: bytes) -> int:
    """Years by which all years move: none gets later than the last one, or leaves its calendar; 0 if nothing fits."""
    fitting = [
        shift
        for shift in DECADES
        if all(
            int(year) + shift in (BUDDHIST if int(year) in BUDDHIST else range(FIRST_YEAR, LAST_YEAR + 1))
            for year in years
        )
    ]
    return fitting[choice[0] % len(fitting)] if fitting else 0


def _other(run: str, choice: bytes) -> str:
    """Another run of the same length; the same one where nothing may change."""
    if len(run) < 2 or run[0] == "0":
        return run
    if len(run) == 2:
        return _other_two(run, choice)
    digits = list(run)
    free = len(run.rstrip("0")) if run.endswith("0") else len(run) - 1
    for place in range(free):
        if place == len(run) - 2:
            allowed = "" if run[place] == "1" else "023456789"
        else:
            allowed = "123456789" if place == 0 else "0123456789"
        others = [digit for digit in allowed if digit != run[place]]
        if others:
            digits[place] = others[choice[place % len(choice)] % len(others)]
    return "".join(digits)


def _other_two(run: str, choice: bytes) -> str:
    # What can be a day or an hour stays, and a minute stays a minute.
    if int(run) <= LAST_DAY:
        return run
    others = [digit for digit in ("345" if run[0] in "345" else "6789") if digit != run[0]]
    if run[1] in "01":
        others = [digit for digit in others if digit != "3"]  # 30 and 31 are days
    return others[choice[0] % len(others)] + run[1]
