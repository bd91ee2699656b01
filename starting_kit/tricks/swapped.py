"""Made pairs for PAWS-X: the public PAWS-X sentences are few, and tagged sentences of UD-POS are enough to make more.

Two words of the same tag that change places make another meaning, which is how PAWS itself was begun (Zhang, Baldridge
and He 2019, arXiv:1904.01130). A pair that is to mean the same has other changes: clauses that change places at a
comma, neighbours of "and" that do, a word of little meaning that is gone. Both kinds get the latter, so that a small
change by itself tells nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from datasets import Dataset, concatenate_datasets
from options import AT_LEAST_0, SEED, option

from tricks.trick import Row, Trick

CONTENT = frozenset({"NOUN", "PROPN", "ADJ", "NUM", "VERB"})
LITTLE = frozenset({"DET", "PUNCT", "ADV", "PART", "INTJ"})
WITHOUT_BLANKS = frozenset({"ja", "zh", "th"})
Tagged = list[tuple[str, str]]
"""Words with their tags."""


@dataclass(frozen=True)
class Swapped(Trick):
    """Adds `share` times as many made pairs as there are real ones, in their languages; about half mean the same."""

    share: float = option(1.0, allowed=AT_LEAST_0)
    seed: int = option(1, allowed=SEED)

    def select(self, tables: Mapping[str, Dataset]) -> Mapping[str, Dataset]:
        """The tables, that of PAWS-X with the made pairs at its end; unchanged without one of the two tasks."""
        if "pawsx" not in tables or "udpos" not in tables:
            return tables
        wanted = set(tables["pawsx"]["language"])
        sentences = [row for row in tables["udpos"].to_list() if row["language"] in wanted]
        random = np.random.default_rng(self.seed)
        count = round(self.share * len(tables["pawsx"])) if sentences else 0
        drawn = random.integers(max(1, len(sentences)), size=count).tolist()
        made = (pair(sentences[place], f"made-{number}", random) for number, place in enumerate(drawn))
        rows = [row for row in made if row is not None]
        if not rows:
            return tables
        more = Dataset.from_list(rows, features=tables["pawsx"].features)
        return {**tables, "pawsx": concatenate_datasets([tables["pawsx"], more])}


def pair(row: Row, identifier: str, random: np.random.Generator) -> Row | None:
    """A pair from a tagged sentence, None where it has no two words to change."""
    words: Tagged = list(zip(row["tokens"], row["tags"], strict=True))
    same = bool(random.random() < 0.5)
    other = words if same else swapped(words, random)
    if other is None or len(words) < 6:
        return None
    other = moved(other, random)
    if same or random.random() < 0.5:
        other = shortened(other, random)
    texts = [joined(part, row["language"]) for part in (words, other)]
    first, second = texts if random.random() < 0.5 else reversed(texts)
    return {
        "id": identifier,
        "language": row["language"],
        "sentence1": first,
        "sentence2": second,
        "label": "1" if same else "0",
    }


def swapped(words: Tagged, random: np.random.Generator) -> Tagged | None:
    """Two different words of the same tag in each other's place; not neighbours of the same word."""
    places = [
        (one, two)
        for one, two in combinations(range(len(words)), 2)
        if words[one][1] == words[two][1] in CONTENT and words[one][0] != words[two][0] and two - one > 2
    ]
    if not places:
        return None
    one, two = places[int(random.integers(len(places)))]
    found = list(words)
    found[one], found[two] = words[two], words[one]
    return found


def moved(words: Tagged, random: np.random.Generator) -> Tagged:
    """Neighbours of a conjunction in each other's place, or the parts before and after a comma, or as it was."""
    ends = words[-1:] if words[-1][1] == "PUNCT" else []
    body = words[: len(words) - len(ends)]
    middles = [place for place in range(1, len(body) - 1) if _joins(body, place)]
    commas = [place for place in range(2, len(body) - 2) if body[place][0] in {",", "、", "，"}]
    if middles and random.random() < 0.7:
        place = middles[int(random.integers(len(middles)))]
        body[place - 1], body[place + 1] = body[place + 1], body[place - 1]
    elif len(commas) == 1 and random.random() < 0.7:
        body = [*body[commas[0] + 1 :], body[commas[0]], *body[: commas[0]]]
    return body + ends


def _joins(words: Tagged, place: int) -> bool:
    return words[place][1] == "CCONJ" and words[place - 1][1] == words[place + 1][1]


def shortened(words: Tagged, random: np.random.Generator) -> Tagged:
    """Without one or two of its words of little meaning."""
    places = [place for place, (_, tag) in enumerate(words) if tag in LITTLE]
    gone = set(random.permutation(places)[: int(random.integers(1, 3))].tolist())
    return [word for place, word in enumerate(words) if place not in gone]


def joined(words: Sequence[tuple[str, str]], language: str) -> str:
    """A text from its words."""
    return ("" if language in WITHOUT_BLANKS else " ").join(word for word, _ in words)
