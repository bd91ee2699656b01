"""Phrases and clauses without a language, and the order in which a language says them."""

from __future__ import annotations

from typing import NamedTuple

from organizer.data.sample.lexicon import Lexicon
from organizer.data.sample.slots import PARTICLE


class Phrase(NamedTuple):
    """A noun phrase; -1 stands for what it does not have."""

    head: list[int]
    determiner: int = -1
    numeral: int = -1
    adjective: int = -1


class Clause(NamedTuple):
    """A statement; `where` is an adposition's slot and its phrase."""

    subject: Phrase
    verb: int
    target: Phrase | None = None
    where: tuple[int, Phrase] | None = None
    adverb: int = -1
    auxiliary: int = -1
    negated: bool = False
    fronted: bool = False


class Text(NamedTuple):
    """Clauses with what stands before the first, between them and at the end."""

    clauses: list[Clause]
    joints: list[list[int]]
    opening: list[int]
    closing: list[int]


def _phrase(phrase: Phrase, lexicon: Lexicon) -> list[int]:
    slots = [slot for slot in (phrase.determiner, phrase.numeral) if slot >= 0]
    if phrase.adjective < 0:
        return slots + phrase.head
    if lexicon.adjective_first:
        return [*slots, phrase.adjective, *phrase.head]
    return [*slots, *phrase.head, phrase.adjective]


def _where(where: tuple[int, Phrase] | None, lexicon: Lexicon) -> list[int]:
    if where is None:
        return []
    slots = _phrase(where[1], lexicon)
    return [*slots, where[0]] if lexicon.postposed else [where[0], *slots]


def say_clause(clause: Clause, lexicon: Lexicon) -> list[int]:
    """Slots of a clause in the language's order."""
    subject = _phrase(clause.subject, lexicon)
    target = _phrase(clause.target, lexicon) if clause.target else []
    where = _where(clause.where, lexicon)
    adverb = [clause.adverb] if clause.adverb >= 0 else []
    verb = [PARTICLE] if clause.negated else []
    front = where if clause.fronted else []
    if clause.fronted:
        where = []
    auxiliary = [clause.auxiliary] if clause.auxiliary >= 0 else []
    if lexicon.order == "sov":
        return [*front, *subject, *adverb, *where, *target, *verb, clause.verb, *auxiliary]
    verb = [*verb, *auxiliary, clause.verb]
    if lexicon.order == "vso":
        return [*front, *verb, *subject, *target, *where, *adverb]
    return [*front, *subject, *adverb, *verb, *target, *where]


def say(text: Text, lexicon: Lexicon) -> list[int]:
    """Slots of a text in the language's order."""
    slots = list(text.opening)
    for index, clause in enumerate(text.clauses):
        if index:
            slots += text.joints[index - 1]
        slots += say_clause(clause, lexicon)
    return slots + text.closing
