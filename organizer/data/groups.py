"""Union-find over row numbers: what belongs together, transitively."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Groups:
    """Disjoint groups of the numbers 0 .. size - 1; the root of a group is its smallest number."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def find(self, number: int) -> int:
        """The root of a number's group."""
        parent = self._parent
        while parent[number] != number:
            parent[number] = parent[parent[number]]  # path halving
            number = parent[number]
        return number

    def join(self, one: int, other: int) -> None:
        """Make two numbers' groups one."""
        one, other = self.find(one), self.find(other)
        if one < other:
            self._parent[other] = one
        else:
            self._parent[one] = other

    def roots(self) -> NDArray[np.int64]:
        """The root of every number."""
        return np.array([self.find(number) for number in range(len(self._parent))], dtype=np.int64)
