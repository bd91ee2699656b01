"""A word's place in every lexicon as one number, so that a sentence is drawn once and said in any language.

A slot is `label * LABEL + field * STEP + number`. The field gives the part of speech; the number picks a listed
word, a word of another field used in this one (from `CONVERTED`), or one that is made up of syllables (from
`INVENTED`). The label is an index of `IOB`. Plain integers, because the full size has almost five million of them.
"""

from __future__ import annotations

STEP = 10_000
LABEL = 1_000_000
CONVERTED = 40
INVENTED = 100
SHAPES = 2048
"""Made-up words of one field with an ending; as many again without one."""

# Fields in the order of a lexicon's lines, then those that are the same in every language.
LISTED = {
    "person": 5, "thing": 8, "verb": 8, "adjective": 6, "adverb": 4,
    "adposition": 3, "determiner": 3, "pronoun": 4, "auxiliary": 2, "conjunction": 2,
    "subjunction": 2, "particle": 1, "interjection": 1, "numeral": 3,
    "given": 5, "surname": 5, "place": 6, "organisation": 3,
}  # fmt: skip
"""How many words of each field every lexicon lists."""

(PERSON, THING, VERB, ADJECTIVE, ADVERB, ADPOSITION, DETERMINER, PRONOUN, AUXILIARY, CONJUNCTION, SUBJUNCTION, PARTICLE,
 INTERJECTION, NUMERAL, GIVEN, SURNAME, PLACE, ORGANISATION, DIGITS, FOREIGN, SYMBOL, MARK) = (
    field * STEP for field in range(22)
)  # fmt: skip
STOP, COMMA, OPEN, CLOSE = MARK, MARK + 1, MARK + 2, MARK + 3

TAGS = (
    "NOUN NOUN VERB ADJ ADV ADP DET PRON AUX CCONJ SCONJ PART INTJ NUM PROPN PROPN PROPN PROPN NUM X SYM PUNCT"
).split()
"""The part of speech of each field."""

_ALIKE = {
    PERSON: (VERB, ADJECTIVE), THING: (VERB, ADJECTIVE), VERB: (THING, ADJECTIVE, AUXILIARY),
    ADJECTIVE: (THING, VERB, NUMERAL), ADVERB: (ADJECTIVE, ADPOSITION), PRONOUN: (DETERMINER,), AUXILIARY: (VERB,),
    GIVEN: (SURNAME,), SURNAME: (PLACE, THING), PLACE: (SURNAME, THING),
}  # fmt: skip
CONVERSIONS = {
    field: [other + i for other in others for i in range(list(LISTED.values())[other // STEP])]
    for field, others in _ALIKE.items()
}
"""The listed words whose form a word of a field may take (number `CONVERTED` and up)."""
HOMOGRAPHS = {field: len(slots) for field, slots in CONVERSIONS.items()}

IOB = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
FOREIGN_WORDS = "et al versus ibidem quasi alias ergo extra circa passim sic item".split()
SYMBOLS = "% € $ + = §".split()


def tag(slot: int) -> str:
    """Part of speech of a slot."""
    return TAGS[slot % LABEL // STEP]


def iob(slot: int) -> str:
    """Entity label of a slot."""
    return IOB[slot // LABEL]


def opposite(slot: int) -> int:
    """The antonym of a listed verb or adjective: they stand in pairs."""
    return slot ^ 1


def labelled(slots: list[int], kind: int) -> list[int]:
    """The slots as one entity; `kind` is 0 for a person, 1 for an organisation, 2 for a place."""
    return [slots[0] + LABEL * (2 * kind + 1)] + [slot + LABEL * (2 * kind + 2) for slot in slots[1:]]
