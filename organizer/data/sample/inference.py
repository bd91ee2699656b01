"""Premises with one hypothesis of each label, for xnli."""

from __future__ import annotations

from typing import NamedTuple

from organizer.data.sample.draw import Draw
from organizer.data.sample.grammar import Clause, Phrase, Text
from organizer.data.sample.slots import (
    ADJECTIVE,
    ADPOSITION,
    ADVERB,
    CONJUNCTION,
    DETERMINER,
    NUMERAL,
    PERSON,
    PLACE,
    SUBJUNCTION,
    THING,
    VERB,
    opposite,
)


class Premise(NamedTuple):
    """What is known: a main statement and perhaps a second one."""

    main: Clause
    second: Clause | None

    def text(self) -> Text:
        """The premise itself."""
        return sentence(self.main, self.second, CONJUNCTION)


def sentence(first: Clause, second: Clause | None, joint: int) -> Text:
    """One or two clauses; the full stop is the language's."""
    return Text([first, second], [[joint]], [], []) if second else Text([first], [], [], [])


def draw_statement(draw: Draw) -> Clause:
    """A clause whose verb, adjective and numeral have opposites."""
    subject = Phrase(draw.name()) if draw.random() < 0.6 else Phrase([draw.word(PERSON)], draw.listed(DETERMINER))
    return Clause(
        subject,
        draw.listed(VERB),
        Phrase(
            [draw.word(THING)],
            -1 if draw.random() < 0.4 else draw.listed(DETERMINER),
            draw.listed(NUMERAL) if draw.random() < 0.4 else -1,
            draw.listed(ADJECTIVE) if draw.random() < 0.6 else -1,
        ),
        (draw.listed(ADPOSITION), Phrase([draw.word(PLACE, 0.5)])) if draw.random() < 0.75 else None,
        draw.listed(ADVERB) if draw.random() < 0.4 else -1,
        -1,
        draw.random() < 0.2,
    )


def draw_premise(draw: Draw) -> Premise:
    """A premise; the year makes almost every one different."""
    main = draw_statement(draw)
    if main.where is None:
        main = main._replace(where=(ADPOSITION, Phrase([draw.digits()])))
    return Premise(main, draw_statement(draw) if draw.random() < 0.4 else None)


def entailed(draw: Draw, premise: Premise) -> Text:
    """What the premise says in other order or with less detail."""
    if premise.second and draw.random() < 0.3:
        if draw.random() < 0.4:
            return sentence(premise.second, _shortened(draw, premise.main), CONJUNCTION)
        return sentence(_shortened(draw, premise.second), None, 0)
    return sentence(_shortened(draw, premise.main), None, 0)


def contradicted(draw: Draw, premise: Premise) -> Text:
    """A statement of the premise turned into its opposite: negation, antonym, other number, or roles exchanged."""
    clause = premise.main if not premise.second or draw.random() < 0.7 else premise.second
    # Of what is denied, neither the antonym nor another number is the opposite: there the negation is dropped.
    chance, target = 1.0 if clause.negated else draw.random(), clause.target
    short = _shortened(draw, clause)
    if target and chance < 0.2 and target.adjective >= 0:
        short = short._replace(target=target._replace(adjective=opposite(target.adjective)))
    elif target and chance < 0.35 and target.numeral >= 0:
        other = NUMERAL + (target.numeral - NUMERAL + 1 + draw.below(2)) % 3
        short = short._replace(target=target._replace(numeral=other))
    elif chance < 0.6:
        short = short._replace(verb=opposite(short.verb))
    else:
        short = short._replace(negated=not short.negated)
    return _perhaps_more(draw, short, 0.15)


def undecided(draw: Draw, premise: Premise) -> Text:
    """A statement that the premise neither supports nor excludes."""
    short = _shortened(draw, premise.main)
    chance = draw.random()
    if chance < 0.35:
        return _perhaps_more(draw, short, 1.0)
    other = draw_statement(draw)
    if chance < 0.6:
        while other.target and short.target and other.target.head == short.target.head:
            other = draw_statement(draw)  # the same thing would be entailed
        return sentence(short._replace(target=other.target), None, 0)
    if chance < 0.8 and premise.second:
        return sentence(short._replace(subject=premise.second.subject, verb=other.verb), None, 0)
    return sentence(other._replace(subject=short.subject), None, 0)


def _shortened(draw: Draw, clause: Clause) -> Clause:
    target = clause.target
    if target and target.adjective >= 0 and draw.random() < 0.4:
        target = target._replace(adjective=-1)
    if target and target.numeral >= 0 and draw.random() < 0.3:
        target = target._replace(numeral=-1)
    return clause._replace(
        target=target,
        where=clause.where if draw.random() < 0.5 else None,
        adverb=clause.adverb if draw.random() < 0.5 else -1,
        fronted=draw.random() < 0.3,
    )


def _perhaps_more(draw: Draw, clause: Clause, chance: float) -> Text:
    more = draw_statement(draw)._replace(where=None, adverb=-1) if draw.random() < chance else None
    return sentence(clause, more, SUBJUNCTION + draw.below(2))


LABELLED = (("contradiction", contradicted), ("entailment", entailed), ("neutral", undecided))
