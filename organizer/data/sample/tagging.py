"""Sentences for the two tagging tasks."""

from __future__ import annotations

from organizer.data.sample.draw import Draw
from organizer.data.sample.grammar import Clause, Phrase, Text, say
from organizer.data.sample.lexicon import Lexicon
from organizer.data.sample.slots import (
    ADPOSITION,
    CLOSE,
    COMMA,
    CONJUNCTION,
    FOREIGN,
    FOREIGN_WORDS,
    INTERJECTION,
    OPEN,
    PERSON,
    STOP,
    SUBJUNCTION,
    SYMBOL,
    SYMBOLS,
    VERB,
    iob,
    tag,
)

Tagged = list[tuple[str, str]]
_SPLIT_BY_CHARACTER = frozenset({"ja", "zh"})


def draw_pos_text(draw: Draw, index: int, mean: float) -> Text:
    """A text for part-of-speech tagging, of about `mean` tokens on average.

    Args:
        draw: the source of chance.
        index: position in the file: the rare parts of speech come at fixed places, so that no file lacks one.
        mean: mean length in tokens.

    """
    room = round(mean * (0.27 + 1.37 * draw.random()))
    opening, closing = _extras(draw, index)
    room -= 1 + len(opening) + len(closing)
    clauses = [draw.clause(min(room, 13))]
    joints: list[list[int]] = []
    room -= _size(clauses[0])
    while room > 2 or (len(clauses) == 1 and index % 16 in (5, 9)):
        joint = (SUBJUNCTION if index % 16 == 5 or draw.random() < 0.3 else CONJUNCTION) + draw.below(2)
        joints.append([COMMA, joint] if room > 5 and draw.random() < 0.5 else [joint])
        clauses.append(draw.clause(min(max(room - 1, 3), 13)))
        room -= len(joints[-1]) + _size(clauses[-1])
    return Text(clauses, joints, opening, [*closing, STOP])


def _extras(draw: Draw, index: int) -> tuple[list[int], list[int]]:
    kind = index % 16
    if kind == 3:
        return [INTERJECTION, COMMA], []
    if kind == 7:
        return [], [draw.digits(), SYMBOL + draw.below(len(SYMBOLS))]
    if kind == 11:
        return [], [OPEN, FOREIGN + draw.below(len(FOREIGN_WORDS)), CLOSE]
    return ([], [COMMA, draw.digits()]) if kind % 3 == 0 else ([], [])


def _size(clause: Clause) -> int:
    size = 1 + clause.negated + (clause.adverb >= 0) + (clause.auxiliary >= 0) + (clause.where is not None)
    for phrase in (clause.subject, clause.target, clause.where and clause.where[1]):
        if phrase:
            size += len(phrase.head) + (phrase.determiner >= 0) + (phrase.numeral >= 0) + (phrase.adjective >= 0)
    return size


def draw_entity_text(draw: Draw, mean: float) -> Text:
    """A text with names: often only a name as in a title, else a list, a gloss or clauses about names."""
    room = round(mean * (0.35 + 1.4 * draw.random()))
    if room < 5:
        gloss = [OPEN, draw.word(PERSON), CLOSE] if draw.random() < 0.2 else []
        return Text([], [], draw.entity(), gloss)
    if room < 9 and draw.random() < 0.3:
        return Text([], [], [*draw.entity(), COMMA, *draw.entity(), CONJUNCTION, *draw.entity()], [])
    clauses: list[Clause] = []
    joints: list[list[int]] = []
    while room > 2 or not clauses:
        if clauses:
            joints.append([COMMA] if draw.random() < 0.5 else [CONJUNCTION])
        clauses.append(_clause_with_names(draw, min(room, 12)))
        room -= 1 + _size(clauses[-1])
    return Text(clauses, joints, [], [STOP] if draw.random() < 0.6 else [])


def _clause_with_names(draw: Draw, room: int) -> Clause:
    named = draw.below(3)
    subject = Phrase(draw.entity()) if named != 1 else draw.phrase(room - 4, names=0.0)
    target = Phrase(draw.entity()) if named == 1 else draw.phrase(room - 5, names=0.0)
    where = None
    if room > 7:
        where = (
            draw.listed(ADPOSITION),
            Phrase(draw.entity()) if draw.random() < 0.5 else draw.phrase(room - 7, names=0.0),
        )
    return Clause(subject, draw.word(VERB), target, where)


def say_pos(text: Text, lexicon: Lexicon) -> Tagged:
    """Tokens with their parts of speech."""
    slots = say(text, lexicon)
    return list(zip(lexicon.say(slots), map(tag, slots), strict=True))


def say_entities(text: Text, lexicon: Lexicon) -> Tagged:
    """Tokens with their entity labels; Chinese and Japanese by character, Thai by written cluster, as in XTREME."""
    slots = say(text, lexicon)
    pairs = zip(lexicon.say(slots), map(iob, slots), strict=True)
    if not lexicon.joined:
        return list(pairs)
    tagged: Tagged = []
    for word, label in pairs:
        pieces = list(word) if lexicon.language in _SPLIT_BY_CHARACTER else _clusters(word)
        inside = "I" + label[1:] if label != "O" else label
        tagged.append((pieces[0], label))
        tagged += [(piece, inside) for piece in pieces[1:]]
    return tagged


def _clusters(word: str) -> list[str]:
    # A Thai vowel or tone mark above or below its consonant is no token of its own.
    pieces: list[str] = []
    for character in word:
        if pieces and ("\u0e31" <= character <= "\u0e3a" or "\u0e47" <= character <= "\u0e4e"):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces
