"""Short texts as 8-byte words: read from any place in a buffer, and looked up without a loop over them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]

_WORD = 8
_SLOT_BITS = 9
_SHIFT = np.uint64(64 - _SLOT_BITS)
_NOTHING = (1 << 64) - 1  # eight bytes 0xff: never a text


def word(text: bytes) -> np.uint64:
    """Up to eight bytes as a number, the first byte lowest."""
    if len(text) > _WORD:
        raise ValueError("longer than a word")
    return np.uint64(int.from_bytes(text, "little"))


def gather_words(buffer: bytes, places: NDArray[np.intp]) -> Words:
    """The eight bytes from each place; places must be at least eight bytes before the buffer's end."""
    return np.ndarray((len(buffer) - _WORD + 1,), "<u8", buffer, strides=(1,))[places]


@dataclass(frozen=True, eq=False)
class Spelled:
    """Texts between fixed marks, found by a perfect hash of their word.

    Attributes:
        masks: for each length of a text, the bytes of the word that text and marks fill.
        factor: the hash is the highest bits of the masked word times this.
        keys, lengths, codes: word, length of the text, and code of each slot of the table.

    """

    masks: Words
    factor: np.uint64
    keys: Words
    lengths: NDArray[np.intp]
    codes: NDArray[np.uint8]

    def look_up(self, words: Words, lengths: NDArray[np.intp]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
        """Code of each word whose text has the given length, and whether it is one of the texts."""
        masked = self.masks.take(lengths, mode="clip")
        masked &= words
        slots = masked * self.factor
        slots >>= _SHIFT
        places = slots.view(np.int64)
        # The word alone does not tell a text from the same text with zero bytes behind it.
        known = self.keys.take(places) == masked
        known &= self.lengths.take(places) == lengths
        return self.codes.take(places), known


@cache
def spelled(texts: tuple[str, ...], before: str, after: str) -> Spelled:
    """A table that finds `before + text + after` and gives the text's position.

    Raises:
        ValueError: a text does not fit into a word.

    """
    marks = len(before) + len(after)
    keys = [word(f"{before}{text}{after}".encode()) for text in texts]
    filled = [min(_WORD, marks + length) for length in range(_WORD + 1)]
    masks = np.array([(1 << 8 * count) - 1 for count in filled], np.uint64)
    factor = _factor(keys)
    table = np.full(1 << _SLOT_BITS, _NOTHING, np.uint64)
    lengths, codes = np.full(len(table), -1, np.intp), np.zeros(len(table), np.uint8)
    for code, (key, text) in enumerate(zip(keys, texts, strict=True)):
        slot = _slot(int(key), factor)
        table[slot], lengths[slot], codes[slot] = key, len(text), code
    return Spelled(masks, np.uint64(factor), table, lengths, codes)


def _slot(key: int, factor: int) -> int:
    return (key * factor & _NOTHING) >> int(_SHIFT)


def _factor(keys: list[np.uint64]) -> int:
    """The first factor of a fixed sequence that gives each key its own slot."""
    factor = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio: spreads keys well to begin with
    for _ in range(1000):
        if len({_slot(int(key), factor) for key in keys}) == len(keys):
            return factor
        factor = (factor * 0xD1342543DE82EF95 + 2) & _NOTHING | 1
    raise ValueError("no perfect hash: too many texts")
