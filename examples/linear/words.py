"""What a tagger sees of a word: its text, beginnings, endings and shape, as numbers.

Every feature exists once for the word's own language (`gift` is a present in English and poison in German) and,
where it may help, once for all languages together: names, numbers and punctuation look alike in many of them, and a
language that was never seen in training has only those.
"""

import numpy as np
from table import code, mix

VIEWS = "word low start1 start2 start3 start4 end1 end2 end3 end4 end5 shape size".split()
# Which views of the words at each distance become features, in the word's own language and in all languages together.
OWN = {-2: "low", -1: "low end3", 0: " ".join(VIEWS[:11]), 1: "low end3", 2: "low"}
SHARED = {-2: "shape", -1: "shape low", 0: "shape low end3 size", 1: "shape low", 2: "shape"}
OFFSETS = tuple(OWN)


def shape(word):
    """`Xx` for Berlin, `d-x` for 20-fold, `o` for letters without case; punctuation stays as it is."""
    kinds = []
    for letter in word[:12]:
        kind = "X" if letter.isupper() else "x" if letter.islower() else "d" if letter.isdigit() else None
        kind = kind or ("o" if letter.isalpha() else letter)
        if not kinds or kinds[-1] != kind:
            kinds.append(kind)
    return "".join(kinds)


def views(word):
    """The views of a word, in the order of VIEWS."""
    low = word.lower()
    starts = [low[:size] for size in (1, 2, 3, 4)]
    ends = [low[-size:] for size in (1, 2, 3, 4, 5)]
    return [word, low, *starts, *ends, shape(word), str(min(len(word), 9))]


def feature_codes(codes, offset, language):
    """Codes of the features of each word at a distance: (words, features).

    Args:
        codes: codes of the views of each word, (words, len(VIEWS)).
        language: the word's language, or None if it was not in the training data: then shared features only.

    """
    chosen = [("all", view) for view in SHARED[offset].split()]
    if language is not None:
        chosen += [(language, view) for view in OWN[offset].split()]
    columns = [mix(codes[:, VIEWS.index(view)], code(f"{scope} {view} {offset}")) for scope, view in chosen]
    return np.stack(columns, axis=1)


class Sentences:
    """The sentences of one language laid end to end, every word as its number in the list of different words.

    Attributes:
        codes: codes of the views of the different words; number 0 is what lies outside the sentence.
        lengths, starts: words in each sentence, and where it begins.
        flat: the word's number at each position.

    """

    def __init__(self, sentences):
        numbers = {"": 0}
        self.lengths = np.array([len(tokens) for tokens in sentences], np.int64)
        self.starts = np.cumsum(self.lengths) - self.lengths
        self.flat = np.array([numbers.setdefault(word, len(numbers)) for tokens in sentences for word in tokens], int)
        self.codes = np.array([[code(view) for view in views(word)] for word in numbers], np.uint64)
        self.position = np.arange(len(self.flat)) - np.repeat(self.starts, self.lengths)
        self.length = np.repeat(self.lengths, self.lengths)

    def neighbours(self, offset):
        """The number of the word `offset` places away from each position; 0 outside the sentence."""
        if offset == 0:
            return self.flat
        target = self.position + offset
        inside = (target >= 0) & (target < self.length)
        place = np.clip(np.arange(len(self.flat)) + offset, 0, max(len(self.flat) - 1, 0))
        return np.where(inside, self.flat[place], 0)

    def context_codes(self, language):
        """Codes of the features of each position that are no single word's: sentence length, pairs of neighbours."""
        lows = self.codes[:, VIEWS.index("low")]
        length = mix(np.minimum(self.length, 12), code(f"length {language}"))
        columns = [length]
        for left, right in ((-1, 0), (0, 1)):
            pair = mix(lows[self.neighbours(left)], lows[self.neighbours(right)])
            columns.append(mix(pair, code(f"pair {left} {language}")))
        return np.stack(columns, axis=1)
