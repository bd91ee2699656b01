"""Labels for sentence pairs: which words were added, removed or kept, as hashed features of one linear classifier."""

import re
from itertools import pairwise

import numpy as np
from table import Table, code, mix

WIDTH = 64  # features of a pair; what is beyond is cut
WORD = re.compile(r"\w+")


def tokens(text):
    """Lower-case words; single characters where the writing has no spaces."""
    low = text.lower()
    found = WORD.findall(low)
    if found and len(low) / len(found) > 12:
        return [letter for letter in low if letter.isalnum()]
    return found


def describe(first, second):
    """(features of the pair's own language, features shared by all languages) of two texts."""
    left, right = tokens(first), tokens(second)
    old, new = set(left), set(right)
    common = len(old & new)
    added = [word for word in dict.fromkeys(right) if word not in old]
    removed = [word for word in dict.fromkeys(left) if word not in new]
    numbers = {word for word in old if word[0].isdigit()} ^ {word for word in new if word[0].isdigit()}
    places = [right.index(word) for word in dict.fromkeys(left) if word in new]
    swaps = sum(a > b for a, b in pairwise(places))
    shared = [
        f"kept {round(10 * common / max(len(new), 1))}",
        f"covered {round(10 * common / max(len(old), 1))}",
        f"longer {round(4 * np.log2((len(right) + 1) / (len(left) + 1)))}",
        f"numbers {min(len(numbers), 3)}",
        f"swaps {min(swaps, 6)}",
        f"added {min(len(added), 8)}",
        f"removed {min(len(removed), 8)}",
        f"one {min(len(added), 3)} {min(len(removed), 3)} {min(swaps, 3)}",
        f"words {min(len(right), 20)}",
        f"ends {left[-1:] == right[-1:]} {left[:1] == right[:1]}",
    ]
    own = [f"+{word}" for word in added] + [f"={word}" for word in dict.fromkeys(right)]
    own += [f"={a} {b}" for a, b in pairwise(right)]
    return own, shared


class Pairs:
    """Learns from and answers for all languages with one table.

    Args:
        labels: the possible labels.
        languages: those in the training data; others are answered from the shared features alone.

    """

    def __init__(self, labels, languages, bits=18):
        self.labels, self.languages = list(labels), set(languages)
        self.table = Table(bits, len(self.labels))

    def rows(self, language, pairs):
        """Rows of the features of each pair: (pairs, WIDTH), filled up with row 0."""
        rows = np.zeros((len(pairs), WIDTH), np.int32)
        for index, (first, second) in enumerate(pairs):
            own, shared = describe(first, second)
            codes = mix([code(text) for text in shared], code("all"))
            if language in self.languages:
                alone = mix([code(text) for text in own + shared], code(language))
                codes = np.concatenate([codes, alone])
            codes = codes[:WIDTH]
            rows[index, : len(codes)] = self.table.rows(codes)
        return rows

    def fit(self, data, epochs, rate, seed):
        """Learn from `data`: language -> (pairs, labels)."""
        rows = np.vstack([self.rows(language, pairs) for language, (pairs, _) in sorted(data.items())])
        rows = self.table.without_rare(rows)
        gold = np.array([self.labels.index(label) for _, (_, labels) in sorted(data.items()) for label in labels])
        random = np.random.default_rng(seed)
        for epoch in range(epochs):
            shuffled = random.permutation(len(gold))
            for chosen in np.array_split(shuffled, max(1, len(gold) // 256)):
                error = probabilities(self.table.scores(rows[chosen]))
                error[np.arange(len(chosen)), gold[chosen]] -= 1
                self.table.update(rows[chosen], error, rate * (1 - epoch / epochs))

    def predict(self, language, pairs):
        """A label for each pair."""
        best = self.table.scores(self.rows(language, pairs)).argmax(axis=1)
        return [self.labels[index] for index in best]

    def stored(self):
        """Arrays for np.savez; `restored` is the way back."""
        return {
            **self.table.packed(),
            "labels": np.array(self.labels),
            "languages": np.array(sorted(self.languages)),
        }

    @classmethod
    def restored(cls, stored):
        model = cls.__new__(cls)
        model.labels, model.languages = stored["labels"].tolist(), set(stored["languages"].tolist())
        model.table = Table.unpacked(stored)
        return model


def probabilities(scores):
    """Softmax of each row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
