"""Random words, phrases and clauses, without a language."""

from __future__ import annotations

import random

from organizer.data.sample.grammar import Clause, Phrase
from organizer.data.sample.slots import (
    ADJECTIVE,
    ADPOSITION,
    ADVERB,
    AUXILIARY,
    COMMA,
    CONJUNCTION,
    CONVERTED,
    DETERMINER,
    DIGITS,
    GIVEN,
    HOMOGRAPHS,
    INVENTED,
    LISTED,
    NUMERAL,
    ORGANISATION,
    PERSON,
    PLACE,
    PRONOUN,
    SHAPES,
    STEP,
    SURNAME,
    THING,
    VERB,
    labelled,
)

_COUNTS = {i * STEP: count for i, count in enumerate(LISTED.values())}


class Draw(random.Random):
    """A generator of random numbers with the vocabulary's distributions."""

    def below(self, n: int) -> int:
        """An integer from 0 to n - 1; cheaper than `randrange`, which counts at five million calls."""
        return int(self.random() * n)

    def listed(self, field: int) -> int:
        """A listed word."""
        return field + int(self.random() * _COUNTS[field])

    def word(self, field: int, rare: float = 0.25) -> int:
        """A word of an open class: with chance `rare` a made-up one, two fifths of them without a telling ending.

        Some words have the form of another class, as homographs do, so that the form alone does not always decide.
        """
        chance = self.random()
        if chance < rare:
            bare = SHAPES if chance < 0.4 * rare else 0
            return field + INVENTED + bare + int(self.random() * SHAPES)
        if chance > 0.9:
            return field + CONVERTED + int(self.random() * HOMOGRAPHS[field])
        return field + int(self.random() * _COUNTS[field])

    def closed(self, field: int) -> int:
        """A word of a closed class; one in ten adverbs, pronouns and auxiliaries has the form of another class."""
        if self.random() < 0.1 and field in HOMOGRAPHS:
            return field + CONVERTED + int(self.random() * HOMOGRAPHS[field])
        return self.listed(field)

    def digits(self) -> int:
        """A number in digits: mostly a year, else up to four digits."""
        return DIGITS + (1800 + self.below(230) if self.random() < 0.5 else 11 + self.below(9900))

    def name(self) -> list[int]:
        """A person: given name and surname, sometimes only one of them or two surnames."""
        surname = self.word(SURNAME, 0.5)
        chance = self.random()
        if chance < 0.1:
            return [surname]
        given = self.word(GIVEN, 0.3)
        return [given, surname, self.word(SURNAME, 0.5)] if chance > 0.85 else [given, surname]

    def site(self) -> list[int]:
        """A place: its name, sometimes with a noun before it or a second name after a comma."""
        chance, place = self.random(), self.word(PLACE, 0.5)
        if chance < 0.2:
            return [self.listed(THING), place]
        return [place, COMMA, self.word(PLACE, 0.3)] if chance > 0.8 else [place]

    def body(self) -> list[int]:
        """An organisation: named after places or persons; one in eight is called like a place, as clubs are."""
        chance, place, kind = self.random(), self.word(PLACE, 0.4), self.listed(ORGANISATION)
        if chance < 0.125:
            return [place]
        if chance < 0.5:
            return [kind, place] if self.random() < 0.7 else [place, kind]
        if chance < 0.8:
            return [kind, self.word(SURNAME, 0.5), CONJUNCTION, self.word(SURNAME, 0.5)]
        return [kind, self.word(ADJECTIVE), place]

    def entity(self) -> list[int]:
        """A person, an organisation or a place with its labels; one in 200 lacks its `B-`, as in WikiANN."""
        kind = self.below(3)
        slots = labelled((self.name, self.body, self.site)[kind](), kind)
        if self.random() < 0.005:
            slots[0] += 1_000_000
        return slots

    def phrase(self, room: int, names: float = 0.2) -> Phrase:
        """A noun phrase of at most about `room` tokens (at least one); with chance `names` the name of a person."""
        chance = self.random()
        if room < 2 and chance < 0.5:
            return Phrase([self.closed(PRONOUN)])
        if chance < names and room > 1:
            return Phrase(self.name())
        head = [self.word(PERSON if self.random() < 0.4 else THING)]
        if room < 2:
            return Phrase(head)
        if room > 3 and chance > 0.8:  # a compound, or a title before a name
            head.append(self.word(THING) if chance > 0.9 or not names else self.word(SURNAME, 0.5))
        determiner = self.listed(DETERMINER) if self.random() < 0.6 else -1
        adjective = self.word(ADJECTIVE) if room > 2 and self.random() < 0.45 else -1
        numeral = -1
        if room > 2 and self.random() < 0.12:
            numeral = self.listed(NUMERAL) if self.random() < 0.6 else self.digits()
        return Phrase(head, determiner, numeral, adjective)

    def clause(self, room: int) -> Clause:
        """A clause of about `room` tokens, at most about 14."""
        subject = self.phrase(room - 2)
        target = self.phrase(room - 3) if room > 2 else None
        where = None
        if room > 5 and self.random() < 0.8:
            noun = Phrase([self.word(PLACE, 0.4)]) if self.random() < 0.3 else self.phrase(room - 6)
            where = (self.listed(ADPOSITION), noun)
        adverb = self.closed(ADVERB) if room > 3 and self.random() < 0.35 else -1
        auxiliary = self.closed(AUXILIARY) if room > 3 and self.random() < 0.35 else -1
        return Clause(subject, self.word(VERB), target, where, adverb, auxiliary, room > 3 and self.random() < 0.2)
