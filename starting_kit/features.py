"""From an example to what the encoder reads: the one place, used by training and by inference alike.

A *feature* is one sequence of sub-words. Nearly every example is one feature; one that is longer than the encoder's
limit becomes several windows:

- Tags: windows overlap by a quarter and begin and end between words. Every word belongs to exactly one of them, the one
  in which it stands further from the edge, so merging is putting each word's answer in its place.
- Pairs: a text of at most half the room is whole in every window; the other one (or both) is windowed with overlap. The
  answer is the mean of the windows' logits. If both are windowed they go in step, since paraphrases run in parallel.

Only a single word that is longer than the encoder's limit loses its end: its tag sits on its first sub-word.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from overlap import overlap
from tokenizers import Tokenizer

Example = Mapping[str, Any]
PAIRS: Mapping[str, tuple[str, str]] = {"xnli": ("premise", "hypothesis"), "pawsx": ("sentence1", "sentence2")}
"""The tasks that ask about two texts, and their fields; the others ask for a tag for each of `tokens`."""
TOKENIZER_FILE = "tokenizer.json"
LIMITS_FILE = "text.json"


@dataclass(frozen=True, slots=True)
class Feature:
    """One sequence for the encoder.

    Attributes:
        example: number of the example in the list that was encoded.
        ids: sub-words with the special ones, at most `TextLimits.length`.
        second: from this position on the token type is 1 (`len(ids)`: nowhere).
        heads: the positions whose output is classified: the first one for a pair, each word's first sub-word for tags.
        words: which words of the example `heads` belong to; empty for a pair.
        border: where the second text of a pair begins, its separators included; 0 for tags.
        overlap: numbers about the whole texts of a pair (overlap.py), of the tasks whose head reads them.

    """

    example: int
    ids: list[int]
    second: int
    heads: list[int]
    words: range
    border: int = 0
    overlap: tuple[float, ...] = ()


@dataclass(frozen=True)
class TextLimits:
    """What the encoder asks of a sequence.

    Attributes:
        length: most sub-words with the special ones.
        pad: the sub-word that fills a batch.
        unknown: stands for a word that the tokenizer leaves nothing of.
        two_types: whether the second text of a pair has token type 1.

    """

    length: int
    pad: int
    unknown: int
    two_types: bool


class TextEncoder:
    """Tokenizer and limits of an encoder.

    Tokens are looked up: a word's sub-words do not depend on its neighbours, so each different word is tokenised once,
    and each different text of a pair too (three hypotheses share a premise). `encode_batch_fast` uses all cores.

    Attributes:
        overlapping: tasks whose features carry the numbers of overlap.py; the model's owner sets it.

    """

    def __init__(self, tokenizer: Tokenizer, limits: TextLimits) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self.tokenizer = tokenizer
        self.limits = limits
        self.overlapping: Collection[str] = ()
        self._words: dict[str, list[int]] = {}
        self._single = _template(tokenizer, pair=False)
        self._pair = _template(tokenizer, pair=True)

    @classmethod
    def load(cls, folder: Path) -> TextEncoder:
        """Read what `save` wrote."""
        limits = TextLimits(**json.loads((folder / LIMITS_FILE).read_bytes()))
        return cls(Tokenizer.from_file(str(folder / TOKENIZER_FILE)), limits)

    def save(self, folder: Path) -> None:
        """Write tokenizer and limits beside the weights."""
        self.tokenizer.save(str(folder / TOKENIZER_FILE))
        (folder / LIMITS_FILE).write_text(json.dumps(asdict(self.limits)))

    def forget(self) -> None:
        """Forget the words seen so far; nothing but time depends on it."""
        self._words.clear()

    def encode(self, task: str, examples: Sequence[Example]) -> list[Feature]:
        """Features of all examples, in order; the windows of an example follow each other."""
        if task in PAIRS:
            first, second = PAIRS[task]
            pairs = [(example[first], example[second]) for example in examples]
            return self._encode_pairs(pairs, task in self.overlapping)
        return self._encode_tags([example["tokens"] for example in examples])

    def _encode_tags(self, sentences: Sequence[Sequence[str]]) -> list[Feature]:
        pieces = self._pieces_of(sentences)
        before, _, after = self._single
        room = self.limits.length - len(before) - len(after)
        features: list[Feature] = []
        for number, sentence in enumerate(sentences):
            sizes = [len(pieces[word]) for word in sentence]
            for begin, end, own in windows(sizes, room):
                ids = list(before)
                starts = []
                for word in sentence[begin:end]:
                    starts.append(len(ids))
                    ids += pieces[word]
                ids += after
                features.append(Feature(number, ids, len(ids), starts[own.start - begin : own.stop - begin], own))
        return features

    def _pieces_of(self, sentences: Iterable[Sequence[str]]) -> Mapping[str, list[int]]:
        """Sub-words of every word, never none and never more than fit."""
        new = list({word for sentence in sentences for word in sentence} - self._words.keys())
        most = self.limits.length - len(self._single[0]) - len(self._single[2])
        coded = self.tokenizer.encode_batch_fast(
            [[word] for word in new], is_pretokenized=True, add_special_tokens=False
        )
        for word, code in zip(new, coded, strict=True):
            self._words[word] = code.ids[:most] or [self.limits.unknown]
        return self._words

    def _encode_pairs(self, pairs: Sequence[tuple[str, str]], overlapping: bool) -> list[Feature]:
        texts = list({text for pair in pairs for text in pair})
        coded = self.tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        pieces = {text: code.ids for text, code in zip(texts, coded, strict=True)}
        before, between, after = self._pair
        room = self.limits.length - len(before) - len(between) - len(after)
        features: list[Feature] = []
        for number, (left, right) in enumerate(pairs):
            shared = overlap(pieces[left], pieces[right]) if overlapping else ()
            for one, two in self._pair_windows((left, pieces[left]), (right, pieces[right]), room):
                ids = [*before, *one, *between, *two, *after]
                border = len(before) + len(one)
                second = border + len(between) if self.limits.two_types else len(ids)
                features.append(Feature(number, ids, second, [0], range(0), border, shared))
        return features

    def _pair_windows(
        self, left: tuple[str, list[int]], right: tuple[str, list[int]], room: int
    ) -> list[tuple[list[int], list[int]]]:
        """What stands beside what: one pair unless both together are longer than `room`."""
        sizes = len(left[1]), len(right[1])
        if sum(sizes) <= room:
            return [(left[1], right[1])]
        half = room // 2
        rooms = (room - min(sizes[1], half), room - min(sizes[0], room - half))
        ones, twos = (self._text_windows(*side, room) for side, room in zip((left, right), rooms, strict=True))
        count = max(len(ones), len(twos))
        return [(ones[step * len(ones) // count], twos[step * len(twos) // count]) for step in range(count)]

    def _text_windows(self, text: str, ids: list[int], room: int) -> list[list[int]]:
        if len(ids) <= room:
            return [ids]
        words = self.tokenizer.encode(text, add_special_tokens=False).word_ids
        changes = [place for place in range(1, len(ids)) if words[place] != words[place - 1]]
        bounds: list[int] = [0]
        for place in [*changes, len(ids)]:
            # Thai, Chinese, a web address: where there is no space for long, any sub-word may begin a window.
            if place - bounds[-1] > room // 4:
                bounds += range(bounds[-1] + 1, place)
            bounds.append(place)
        sizes = [end - begin for begin, end in itertools.pairwise(bounds)]
        return [ids[bounds[begin] : bounds[end]] for begin, end, _ in windows(sizes, room)]


def windows(sizes: Sequence[int], room: int) -> list[tuple[int, int, range]]:
    """Cut a sequence of words into overlapping windows of at most `room` sub-words.

    Args:
        sizes: sub-words of each word, each from 1 to `room`.
        room: most sub-words of a window; neighbours overlap by at most a quarter of it.

    Returns:
        First word, word after the last, and the words that belong to the window; these ranges follow each other
        without gap or overlap. One window, even if there are no words, when all fits.

    """
    ends = [0]
    for size in sizes:
        ends.append(ends[-1] + size)
    count = len(sizes)
    spans: list[tuple[int, int]] = []
    begin = end = 0
    while True:
        while end < count and ends[end + 1] - ends[begin] <= room:
            end += 1
        spans.append((begin, end))
        if end == count:
            break
        last, begin = begin, end
        while begin - 1 > last and ends[end] - ends[begin - 1] <= room // 4 and ends[end + 1] - ends[begin - 1] <= room:
            begin -= 1
    # The middle of an overlap, in sub-words, parts what belongs to the window before it and to the one after it.
    parts = [0]
    for (_, stop), (start, _) in itertools.pairwise(spans):
        middle = (ends[start] + ends[stop]) / 2
        parts.append(min(range(start, stop + 1), key=lambda place: abs(ends[place] - middle)))
    parts.append(count)
    return [(*span, range(*own)) for span, own in zip(spans, itertools.pairwise(parts), strict=True)]


def _template(tokenizer: Tokenizer, pair: bool) -> tuple[list[int], list[int], list[int]]:
    """The special sub-words before, between and after the texts, as the tokenizer itself puts them."""
    code = tokenizer.encode("a", "a") if pair else tokenizer.encode("a")
    parts: list[list[int]] = [[]]
    last = None
    for number, sequence in zip(code.ids, code.sequence_ids, strict=True):
        if sequence is None:
            parts[-1].append(number)
        elif sequence != last:
            parts.append([])
            last = sequence
    return parts[0], parts[1] if pair else [], parts[-1]
