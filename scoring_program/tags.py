"""Spans in tag sequences, cut exactly as seqeval 1.2.2 cuts them in its default mode, for any tag strings.

A sequence is the concatenation of all sentences, each followed by one tag `O`, because seqeval carries its state
from sentence to sentence that way. A tag is a letter (its first character) and a type; where a span ends or
starts depends on the letters and the equality of the types of two neighbours only, so it is a table look-up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.integer]
Flags = NDArray[np.uint8]

_LETTERS = "BIES.O"
_OUTSIDE = _LETTERS.index("O")
_KINDS = len(_LETTERS) + 1  # every other letter behaves alike
_START, _END = 1, 2


def _edges() -> Flags:
    """The flags START and END between two neighbours, at `(before * KINDS + here) * 2 + (types differ)`."""
    table = np.zeros((_KINDS, _KINDS, 2), np.uint8)
    for i, before in enumerate(_LETTERS + "?"):
        for j, here in enumerate(_LETTERS + "?"):
            ends = before in "ES" or (before in "BI" and here in "BSO")
            starts = here in "BS" or (before in "ESO" and here in "EI")
            for differ in (False, True):
                end = ends or (differ and before not in "O.")
                start = starts or (differ and here not in "O.")
                table[i, j, int(differ)] = _START * start + _END * end
    return table.reshape(-1)


_EDGES = _edges()


@dataclass(frozen=True, eq=False)
class TagSet:
    """A vocabulary of tags by code.

    Attributes:
        tags: the tag of each code; the code `len(tags)` is the `O` that follows each sentence.
        letters: kind of first character of each code, shape (codes,).
        types: number of the type of each code, shape (codes,).

    """

    tags: tuple[str, ...]
    letters: NDArray[np.uint8]
    types: NDArray[np.int32]

    @property
    def boundary(self) -> int:
        """The code of the `O` that follows each sentence."""
        return len(self.tags)


def tag_set(tags: Iterable[str], whole: bool) -> TagSet:
    """A vocabulary.

    Args:
        tags: distinct tags, none empty.
        whole: the whole tag is the type (seqeval up to 0.0.12 on tags without a hyphen: XTREME's part-of-speech
            scores); otherwise the type is what follows the first letter and, if there is one, the first hyphen
            (seqeval 1.2.2).

    """
    known = tuple(tags)
    if not all(known) or len(set(known)) != len(known):
        raise ValueError("tags must be distinct and not empty")
    # An empty type is the type "_" in seqeval, as is that of the O between sentences.
    names = [tag if whole else tag[1:].split("-", 1)[-1] or "_" for tag in known] + ["_"]
    number: dict[str, int] = {}
    types = [number.setdefault(name, len(number)) for name in names]
    letters = [_LETTERS.index(tag[0]) if tag[0] in _LETTERS else _KINDS - 1 for tag in known] + [_OUTSIDE]
    return TagSet(known, np.array(letters, np.uint8), np.array(types, np.int32))


@dataclass(frozen=True, eq=False)
class SpanCounts:
    """Spans of each sentence, counted where they end; each array has shape (sentences,)."""

    correct: NDArray[np.int64]
    predicted: NDArray[np.int64]
    actual: NDArray[np.int64]


def count_spans(actual: Codes, predicted: Codes, tags: TagSet) -> SpanCounts:
    """Spans of labels and predictions, and those that agree in first token, last token and type.

    Args:
        actual: codes of the labels, shape (tokens + sentences,): the boundary's code after each sentence.
        predicted: codes of the predictions, of the same shape, with the boundaries at the same places.
        tags: what the codes mean.

    """
    boundaries = np.flatnonzero(actual == tags.boundary)
    if actual.shape != predicted.shape or not np.array_equal(boundaries, np.flatnonzero(predicted == tags.boundary)):
        raise ValueError("labels and predictions differ in shape or boundaries")
    if len(boundaries) == 0 or boundaries[-1] != len(actual) - 1:
        raise ValueError("a sequence ends with a boundary")
    edges_actual, types_actual = _cut(actual, tags)
    edges_predicted, types_predicted = _cut(predicted, tags)
    both = np.flatnonzero((edges_actual & edges_predicted & _END) != 0)  # never position 0: nothing ends there
    both = both[types_actual[both - 1] == types_predicted[both - 1]]
    both = both[_same_start(edges_actual, edges_predicted)[both - 1]]
    return SpanCounts(
        np.diff(np.searchsorted(both, boundaries, side="right"), prepend=0),
        _per_sentence(edges_predicted, boundaries),
        _per_sentence(edges_actual, boundaries),
    )


def _cut(codes: Codes, tags: TagSet) -> tuple[Flags, NDArray[np.int32]]:
    """Edge flags (START: a span starts here; END: one ended at the token before) and types at each position."""
    letters, types = tags.letters.take(codes), tags.types.take(codes)
    index = np.full(len(codes), _OUTSIDE * _KINDS, np.uint8)
    index[1:] = letters[:-1] * np.uint8(_KINDS)
    index += letters
    index *= 2
    index[1:] += types[1:] != types[:-1]
    edges = _EDGES.take(index)
    edges[0] |= _START  # seqeval takes a span that never started to begin at token 0
    return edges, types


def _same_start(one: Flags, other: Flags) -> NDArray[np.bool_]:
    """Whether the last start at or before each position is the same in both.

    It is the same if both start at the last position where either does; both start at 0.
    """
    either = np.flatnonzero((one | other) & _START)
    agree = (one & other & _START)[either] != 0
    return np.repeat(agree, np.diff(either, append=len(one)))


def _per_sentence(edges: Flags, boundaries: NDArray[np.intp]) -> NDArray[np.int64]:
    """How many spans end in each sentence; what ends with the last token is seen at the boundary."""
    starts = np.zeros(len(boundaries), np.intp)
    starts[1:] = boundaries[:-1] + 1
    return np.add.reduceat((edges & _END) != 0, starts, dtype=np.int64)


def encode(sentences: Sequence[Sequence[str]], tags: TagSet) -> Codes:
    """Codes of sentences of tags, each sentence followed by the boundary; KeyError for a tag that is not there."""
    code = {tag: index for index, tag in enumerate(tags.tags)}
    numbers = chain.from_iterable((*(code[tag] for tag in sentence), tags.boundary) for sentence in sentences)
    return np.fromiter(numbers, np.int32)
