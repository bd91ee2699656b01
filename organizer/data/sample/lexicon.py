"""The words of one language, and how it puts them in order.

A lexicon is eight lines of text; slashes divide fields, and equal positions mean the same in every language:

    word order, adjective before or after the noun, preposition or postposition, words spaced or joined
    person (5) / thing (8)
    verb (8, antonyms in pairs) / adjective (6, antonyms in pairs)
    adverb (4) / adposition (3) / determiner (3) / pronoun (4) / auxiliary (2)
    conjunction (2) / subjunction (2) / negation (1) / interjection (1) / numeral (3)
    given name (5) / surname (5)
    place (6) / organisation (3)
    syllable (8) / ending of nouns / verbs / adjectives / surnames / places (2 each)

The words are real, but inflection, agreement and most of syntax are left out: this is test material that looks
like each language to a program, not a description of it.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from organizer.data.sample import asia_east, asia_west, europe
from organizer.data.sample.slots import (
    ADJECTIVE,
    CONVERSIONS,
    CONVERTED,
    DIGITS,
    FOREIGN,
    FOREIGN_WORDS,
    GIVEN,
    INVENTED,
    LISTED,
    MARK,
    PERSON,
    PLACE,
    SHAPES,
    STEP,
    SURNAME,
    SYMBOL,
    SYMBOLS,
    THING,
    VERB,
)

_TEXTS = europe.WORDS | asia_west.WORDS | asia_east.WORDS
_STOPS = {"bn": "।", "hi": "।", "ja": "。", "my": "။", "ur": "۔", "zh": "。"}
_COMMAS = {"ar": "،", "fa": "،", "ja": "、", "my": "၊", "ur": "،", "zh": "，"}
_NAMES = (GIVEN, SURNAME, PLACE)


class Words(dict[int, str]):
    """Words by slot without label; made-up ones are formed when they are first asked for."""

    def __init__(self, fields: dict[int, list[str]], syllables: list[str], endings: dict[int, list[str]]) -> None:
        super().__init__({field + i: word for field, words in fields.items() for i, word in enumerate(words)})
        self.syllables, self.endings = syllables, endings

    def __missing__(self, slot: int) -> str:
        field, number = slot - slot % STEP, slot % STEP
        if field == DIGITS:
            return str(number)
        if number < INVENTED:
            return self[CONVERSIONS[field][number - CONVERTED]]
        word = self._invented(field, number - INVENTED)
        self[slot] = word
        return word

    def _invented(self, field: int, code: int) -> str:
        # Nine bits for three syllables, one that leaves out the third, one for the ending; the rest has no ending.
        # Persons are called with one half of the syllables and places with the other, so that names can be learnt.
        count = 2 if code & 512 else 3
        mask, base = (3, 4 if field == PLACE else 0) if field in _NAMES else (7, 0)
        stem = "".join(self.syllables[base + (code >> 3 * place & mask)] for place in range(count))
        ending = "" if code >= SHAPES or field == GIVEN else self.endings[field][code >> 10 & 1]
        return (stem + ending).capitalize() if field in _NAMES else stem + ending


@dataclass(frozen=True)
class Lexicon:
    """One language.

    Attributes:
        order: `svo`, `sov` or `vso`.
        adjective_first: the adjective stands before its noun.
        postposed: the adposition stands after its noun.
        joined: text is written without spaces between words.
        words: word by slot (without label).

    """

    language: str
    order: str
    adjective_first: bool
    postposed: bool
    joined: bool
    words: Words

    def say(self, slots: list[int]) -> list[str]:
        """The words of a sentence, the first with a capital where the script has them."""
        words = self.words
        tokens = [words[slot % 1_000_000] for slot in slots]
        tokens[0] = tokens[0][:1].title() + tokens[0][1:]
        return tokens

    def text(self, slots: list[int]) -> str:
        """A sentence as running text, with its full stop."""
        tokens = self.say(slots)
        stop = _STOPS.get(self.language, ".")
        return ("" if self.joined else " ").join(tokens) + stop


@functools.cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of one of the 40 languages."""
    traits, *lines = _TEXTS[language].splitlines()
    order, adjective, adposition, spacing = traits.split()
    groups = [group.split() for line in lines for group in line.split("/")]
    fields = {i * STEP: words for i, words in enumerate(groups[: len(LISTED)])}
    syllables, nouns, verbs, adjectives, surnames, places = groups[len(LISTED) :]
    fields[FOREIGN], fields[SYMBOL] = FOREIGN_WORDS, SYMBOLS
    fields[MARK] = [_STOPS.get(language, "."), _COMMAS.get(language, ","), "(", ")"]
    endings = {PERSON: nouns, THING: nouns, VERB: verbs, ADJECTIVE: adjectives, SURNAME: surnames, PLACE: places}
    words = Words(fields, syllables, endings)
    return Lexicon(
        language, order, adjective == "adjective-first", adposition == "postposition", spacing == "joined", words
    )
