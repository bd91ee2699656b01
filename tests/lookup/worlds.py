"""Drawn submissions: items with a difficulty that all languages share, and three ways to answer them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from organizer.lookup.answers import Part, Run
from xtreme_tasks.tasks import TASKS

LANGUAGES = {
    "xnli": ("en", "de", "sw", "th"),
    "pawsx": ("en", "de", "ja"),
    "udpos": ("de", "fr", "ja"),
    "panx": ("en",),
}
TOKENS = 12


@dataclass(frozen=True)
class Honest:
    """A model.

    Attributes:
        ability: in logits; 1.5 is right about four times out of five.
        spread: of the items' difficulty, in logits; the larger, the more errors are shared by the languages.
        weaker: how much less able it is in languages other than English.
        bait: share of the errors that are the item's own tempting wrong label.

    """

    ability: float = 1.5
    spread: float = 2.0
    weaker: float = 0.5
    bait: float = 0.85


def draw_run(seed: int, model: Honest, lines: int = 300, canaries: int = 20) -> Run:
    """An honest run."""
    draw = np.random.default_rng(seed)
    run: dict[tuple[str, str], Part] = {}
    for task, languages in LANGUAGES.items():
        labels = 1 if TASKS[task].answer == "tags" else len(TASKS[task].labels)
        gold = draw.integers(0, labels, lines)
        tempting = (gold + 1 + draw.integers(0, max(1, labels - 1), lines)) % labels
        # Three lines share an item and half of its difficulty, as the hypotheses of one premise do.
        item = np.arange(lines) // 3
        difficulty = model.spread * (draw.normal(size=lines // 3 + 1)[item] + draw.normal(size=lines)) / 2**0.5
        for language in languages:
            logit = model.ability - (language != "en") * model.weaker - difficulty
            run[task, language] = _part(draw, model, task, labels, gold, tempting, item, logit, canaries)
    return run


def _part(draw, model, task, labels, gold, tempting, item, logit, canaries) -> Part:
    lines = len(gold)
    # A canary asks what its source asks: same label, same difficulty.
    source = draw.choice(lines, canaries, replace=False) if canaries else np.zeros(0, dtype=np.int64)
    every = np.concatenate([np.arange(lines), source])
    units = np.full(len(every), TOKENS if TASKS[task].answer == "tags" else 1)
    correct = draw.binomial(units, 1 / (1 + np.exp(-logit[every])))
    guess = gold[every].copy()
    if labels > 1:
        other = (gold[every] + 1 + draw.integers(0, labels - 1, len(every))) % labels
        wrong = np.where(draw.random(len(every)) < model.bait, tempting[every], other)
        guess = np.where(correct == 1, gold[every], wrong)
    eligible = (draw.random(len(every)) < 0.4) & (np.arange(len(every)) < lines)
    changed = eligible & (draw.random(len(every)) < 0.5)
    canary = np.arange(len(every)) >= lines
    line = np.where(canary, -1 - np.arange(len(every)), every)
    sources = {lines + number: (int(one),) for number, one in enumerate(source)}
    return Part(correct, units, gold[every], guess, item[every], line, eligible & ~changed, changed, canary, sources)


def looked_up(run: Run) -> Run:
    """The same run, with the label of every example whose text is public word for word."""
    return {key: _looked_up(part) for key, part in run.items()}


def _looked_up(part: Part) -> Part:
    known = ~(part.changed | part.canary)
    return _answered(part, np.where(known, part.units, part.correct), np.where(known, part.gold, part.guess))


def copied(run: Run) -> Run:
    """The same run with the English answers in every other language."""
    return {key: _copied(run.get((key[0], "en")), part, TASKS[key[0]].answer) for key, part in run.items()}


def _copied(pivot: Part | None, part: Part, answer: str) -> Part:
    if answer == "tags" or pivot is None:
        return part
    english = dict(zip(pivot.line.tolist(), pivot.guess.tolist(), strict=True))
    guess = np.array(
        [english.get(line, own) for line, own in zip(part.line.tolist(), part.guess.tolist(), strict=True)]
    )
    return _answered(part, (guess == part.gold).astype(np.int64), guess)


def _answered(part: Part, correct, guess) -> Part:
    return Part(
        correct,
        part.units,
        part.gold,
        guess,
        part.item,
        part.line,
        part.control,
        part.changed,
        part.canary,
        part.sources,
    )
