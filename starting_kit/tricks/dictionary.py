"""Word translations without a dictionary: words of two languages that are each other's nearest in the encoder.

`python -m tricks.dictionary --public public_data --encoder FOLDER_OR_NAME --out dictionary.jsonl`

Distances are corrected for words that are near to everything (CSLS), and only mutual nearest neighbours count (Conneau
et al. 2018, arXiv:1710.04087). Best with an encoder that was trained to compare sentences of many languages.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import data
import torch
from encoders import create_model, find_encoder
from model import Model, collate
from options import AT_LEAST_1, option, parse_options
from torch import Tensor
from torch.nn.functional import normalize
from tqdm import tqdm  # type: ignore[import-untyped]

from xtreme_tasks.faults import Fault
from xtreme_tasks.files import encode_rows, parse_lines, read_file, write_whole
from xtreme_tasks.tasks import TASKS

Dictionary = dict[str, dict[str, list[str]]]
"""Language, word in lower case, its translations into other languages."""
NEIGHBOURS = 10
BATCH = 256


@dataclass(frozen=True)
class Settings:
    """Options of the command line."""

    public: str = option("public_data", "folder of the extracted public data")
    encoder: str = option("", "a local folder or a name on the hub; best one that was made to compare sentences")
    out: str = option("dictionary.jsonl", "file to write")
    words: int = option(1000, "most frequent words of each language", AT_LEAST_1)


def read_dictionary(path: Path) -> Dictionary:
    """Read what this program wrote.

    Raises:
        OrganizerFault: E201, E202 with the line.

    """
    words: Dictionary = {}
    for _, row in parse_lines(read_file(path), str(path)):
        words.setdefault(row["language"], {})[row["word"]] = row["others"]
    return words


def is_word(text: str) -> bool:
    """Two or more letters, with the marks that many scripts write their vowels with."""
    return len(text) > 1 and all(unicodedata.category(letter)[0] in "LM" for letter in text)


def frequent_words(public: Path, most: int) -> dict[str, list[str]]:
    """The most frequent words of each language's training texts, in lower case: letters only, two or more."""
    counts: dict[str, Counter[str]] = {}
    for name, table in data.load(public, "train").items():
        for row in table.select_columns(["language", *TASKS[name].fields]):
            texts = [row[field] for field in TASKS[name].fields]
            words = (word.lower() for text in texts for word in (text if isinstance(text, list) else text.split()))
            counts.setdefault(row["language"], Counter()).update(filter(is_word, words))
    return {language: [word for word, _ in found.most_common(most)] for language, found in sorted(counts.items())}


@torch.no_grad()
def vectors(model: Model, words: Sequence[str]) -> Tensor:
    """Unit vectors [words, hidden]: the mean of the last states of a word's sub-words, special ones included."""
    parts = []
    for begin in range(0, len(words), BATCH):
        chosen = [{"tokens": [word]} for word in words[begin : begin + BATCH]]
        batch = collate(model.text.encode("udpos", chosen), model.text.limits.pad)
        states = model.encoder(input_ids=batch.ids, attention_mask=batch.mask).last_hidden_state
        mask = batch.mask[:, :, None].float()
        parts.append((states * mask).sum(1) / mask.sum(1))
    return normalize(torch.cat(parts), dim=-1)


def mutual(one: Tensor, other: Tensor) -> Iterator[tuple[int, int]]:
    """Rows of two matrices of unit vectors that are each other's nearest by CSLS."""
    cosine = one @ other.T
    count = min(NEIGHBOURS, *cosine.shape)
    near = cosine.topk(count, dim=1).values.mean(1), cosine.topk(count, dim=0).values.mean(0)
    corrected = 2 * cosine - near[0][:, None] - near[1][None, :]
    forth, back = corrected.argmax(1).tolist(), corrected.argmax(0).tolist()
    return ((row, column) for row, column in enumerate(forth) if back[column] == row)


def make_dictionary(words: Mapping[str, Sequence[str]], spaces: Mapping[str, Tensor]) -> Dictionary:
    """Translations of every word into all languages that have one; words that are spelt alike are none."""
    found: Dictionary = {}
    for one, other in combinations(words, 2):
        for row, column in mutual(spaces[one], spaces[other]):
            left, right = words[one][row], words[other][column]
            if left != right:
                found.setdefault(one, {}).setdefault(left, []).append(right)
                found.setdefault(other, {}).setdefault(right, []).append(left)
    return found


def write(settings: Settings) -> Dictionary:
    """Make the dictionary and write it.

    Raises:
        OrganizerFault: see `data.load`, `find_encoder` and `create_model`.

    """
    encoder = find_encoder(settings.encoder)
    words = frequent_words(Path(settings.public), settings.words)
    model = create_model(encoder, {}).eval()
    spaces = {language: vectors(model, words[language]) for language in tqdm(words, disable=None)}
    found = make_dictionary(words, spaces)
    rows = [
        {"language": language, "word": word, "others": others}
        for language, entries in found.items()
        for word, others in entries.items()
    ]
    write_whole(Path(settings.out), encode_rows(rows))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the dictionary; every fault is one line."""
    try:
        settings = parse_options(Settings, arguments, "Find translations of the most frequent words.")
        found = write(settings)
    except Fault as fault:
        print(fault.line(), file=sys.stderr)
        return 1
    print(json.dumps({language: len(entries) for language, entries in sorted(found.items())}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
