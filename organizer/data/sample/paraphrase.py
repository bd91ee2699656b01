"""Pairs of sentences with nearly the same words, for pawsx."""

from __future__ import annotations

from typing import NamedTuple

from organizer.data.sample.draw import Draw
from organizer.data.sample.grammar import Clause, Phrase, Text
from organizer.data.sample.inference import sentence
from organizer.data.sample.slots import (
    ADJECTIVE,
    ADPOSITION,
    ADVERB,
    AUXILIARY,
    CONJUNCTION,
    DETERMINER,
    PLACE,
    THING,
    VERB,
    opposite,
)


class Report(NamedTuple):
    """Two statements, each with a person, a thing and a place."""

    first: Clause
    second: Clause

    def text(self) -> Text:
        """The report as a sentence."""
        return sentence(self.first, self.second, CONJUNCTION)


def draw_report(draw: Draw) -> Report:
    """A report; one of its two places is a year or another number."""
    first, second = _statement(draw), _statement(draw)
    return Report(first, second._replace(where=(ADPOSITION, Phrase([draw.digits()]))))


def _statement(draw: Draw) -> Clause:
    adjective = draw.listed(ADJECTIVE) if draw.random() < 0.7 else -1
    return Clause(
        Phrase(draw.name()),
        draw.listed(VERB),
        Phrase([draw.word(THING)], draw.listed(DETERMINER), -1, adjective),
        (draw.listed(ADPOSITION), Phrase([draw.word(PLACE, 0.5)])),
        draw.listed(ADVERB) if draw.random() < 0.5 else -1,
        draw.listed(AUXILIARY) if draw.random() < 0.5 else -1,
    )


def draw_pair(draw: Draw) -> tuple[Text, Text, str]:
    """Two sentences and whether they say the same (`1`); 55 % do not, as in PAWS-X."""
    report = draw_report(draw)
    if draw.random() < 0.45:
        return report.text(), _reworded(draw, report, 0.9).text(), "1"
    other = _altered(draw, report)
    while other == report:  # what was exchanged can be equal
        other = _altered(draw, report)
    return report.text(), _reworded(draw, other, 0.4).text(), "0"


def _reworded(draw: Draw, report: Report, chance: float) -> Report:
    # The same facts: a place to the front, an auxiliary or adverb dropped, the two statements exchanged.
    first, second = report
    if draw.random() < chance:
        first = first._replace(fronted=True)
    if draw.random() < chance / 2:
        second = second._replace(fronted=True)
    if draw.random() < chance / 2:
        first = first._replace(auxiliary=-1)
    if draw.random() < chance / 3:
        second = second._replace(adverb=-1)
    return Report(second, first) if draw.random() < chance / 3 else Report(first, second)


def _altered(draw: Draw, report: Report) -> Report:
    # Other facts: persons, things or places exchanged; a number, the verb or the polarity changed.
    first, second = report
    chance = draw.random()
    if chance < 0.3:
        return Report(first._replace(subject=second.subject), second._replace(subject=first.subject))
    if chance < 0.4:
        return Report(first._replace(target=second.target), second._replace(target=first.target))
    if chance < 0.5:
        return Report(first._replace(where=second.where), second._replace(where=first.where))
    if chance < 0.7:
        return Report(first, second._replace(where=(ADPOSITION, Phrase([draw.digits()]))))
    if chance < 0.85:
        return Report(first._replace(verb=opposite(first.verb)), second)
    return Report(first._replace(negated=True), second)
