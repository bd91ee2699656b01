"""A table of weights with one row per hashed feature: the only thing in this submission that learns."""

import zlib

import numpy as np

MIX = np.uint64(0x9E3779B97F4A7C15)  # an odd 64-bit constant: multiplying by it spreads neighbouring numbers
SCALE = 24  # stored weights are multiples of 1/24, one byte each


def code(text):
    """A number for a text, the same in every run and on every machine (Python's own hash() is not)."""
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


def mix(first, second):
    """One number for two, elementwise."""
    mixed = (np.asarray(first, np.uint64) * MIX) ^ (np.asarray(second, np.uint64) + np.uint64(0x7F4A7C15))
    mixed = mixed * MIX
    return mixed ^ (mixed >> np.uint64(29))


class Table:
    """Weights of `2**bits` features and `classes` classes, learnt by AdaGrad.

    Two features may share a row. With a few hundred thousand rows that costs little, and no vocabulary is needed.
    """

    def __init__(self, bits, classes):
        self.bits = bits
        self.weights = np.zeros((1 << bits, classes), np.float32)
        self.squares = np.zeros((1 << bits, classes), np.float32)

    def rows(self, codes):
        """Row numbers of feature codes, any shape."""
        return (codes >> np.uint64(64 - self.bits)).astype(np.int32)

    def scores(self, rows):
        """Sum of the weights of each example's features: (examples, features) -> (examples, classes)."""
        total = np.zeros((len(rows), self.weights.shape[1]), np.float32)
        for column in rows.T:
            total += self.weights[column]
        return total

    def update(self, rows, gradient, rate):
        """One step against `gradient` (examples, classes), which every feature of an example receives."""
        touched, inverse = np.unique(rows, return_inverse=True)
        classes = gradient.shape[1]
        cells = inverse.reshape(-1, 1) * classes + np.arange(classes)
        received = np.repeat(gradient, rows.shape[1], axis=0)
        # One long bincount is several times faster than np.add.at on rows.
        sums = np.bincount(cells.ravel(), received.ravel(), len(touched) * classes).reshape(-1, classes)
        self.squares[touched] += sums * sums
        self.weights[touched] -= rate * sums / np.sqrt(self.squares[touched] + 1e-6)
        self.weights[0] = 0

    def without_rare(self, rows, least=3):
        """The same rows, with row 0 ("says nothing") wherever a feature occurs in fewer than `least` examples."""
        rare = np.bincount(rows.ravel(), minlength=len(self.weights)) < least
        return np.where(rare[rows], 0, rows)

    def packed(self):
        """The rows that were learnt, as small integers: a few MB instead of 70."""
        rounded = np.clip(np.round(self.weights * SCALE), -127, 127).astype(np.int8)
        kept = np.flatnonzero(rounded.any(axis=1))
        return {"bits": np.array(self.bits), "kept": kept.astype(np.int32), "weights": rounded[kept]}

    @classmethod
    def unpacked(cls, stored):
        table = cls.__new__(cls)
        table.bits = int(stored["bits"])
        table.weights = np.zeros((1 << table.bits, stored["weights"].shape[1]), np.float32)
        table.weights[stored["kept"]] = stored["weights"] / np.float32(SCALE)
        return table
