"""How many examples XTREME has, how long they are, and how many a sample of a given scale gets.

Test sizes and English training sizes are those of the data set card of `google/xtreme`: 453,569 test examples.
Mean lengths of udpos are estimated from the card's bytes per sentence and the mean bytes per token of the
treebanks; those of panx are means over XTREME's sentences.
"""

from __future__ import annotations

from collections.abc import Mapping

from xtreme_tasks.tasks import PANX, PAWSX, TASKS, UDPOS, XNLI

DEFAULT = 0.0025
SPLITS = ("train", "dev", "test")
PARALLEL_POS = tuple("ar de en es fi fr hi id it ja ko pt ru th tr zh".split())
"""Languages whose udpos test ends with the same sentences, as XTREME's has the Parallel Universal Dependencies."""

_POS_TEST = {
    "af": 425, "ar": 1680, "bg": 1116, "de": 22458, "el": 2809, "en": 5440, "es": 3147, "et": 3760, "eu": 1799,
    "fa": 600, "fi": 4422, "fr": 9465, "he": 491, "hi": 2684, "hu": 449, "id": 1557, "it": 3518, "ja": 2372,
    "kk": 1047, "ko": 4276, "mr": 47, "nl": 1471, "pt": 2681, "ru": 11336, "ta": 120, "te": 146, "th": 1000,
    "tl": 55, "tr": 4785, "ur": 535, "vi": 800, "yo": 100, "zh": 5528,
}  # fmt: skip
_PANX_SMALL = dict.fromkeys("af bn hi kk ml mr ms sw ta te tl ur".split(), 1000) | dict.fromkeys(
    ("jv", "my", "yo"), 100
)
_PANX_TEST = {language: _PANX_SMALL.get(language, 10_000) for language in PANX.languages}
_OTHER = 2000
"""Train and dev examples at full scale where XTREME has none in that language, or far more than a sample needs."""


def _sizes() -> dict[str, dict[str, dict[str, int]]]:
    sizes: dict[str, dict[str, dict[str, int]]] = {
        "xnli": {"train": dict.fromkeys(XNLI.languages, 3000), "dev": dict.fromkeys(XNLI.languages, 2490),
                 "test": dict.fromkeys(XNLI.languages, 5010)},
        "pawsx": {split: dict.fromkeys(PAWSX.languages, 2000) for split in SPLITS},
        "udpos": {"test": _POS_TEST}, "panx": {"test": _PANX_TEST},
    }  # fmt: skip
    for task, train, dev in (("udpos", 21_253, 3974), ("panx", 20_000, 10_000)):
        most = {language: min(_OTHER, max(size, 100)) for language, size in sizes[task]["test"].items()}
        sizes[task] |= {"train": most | {"en": train}, "dev": most | {"en": dev}}
    return sizes


SIZES: Mapping[str, Mapping[str, Mapping[str, int]]] = _sizes()
"""Examples at scale 1 by task, split and language.

The test sets are XTREME's in full, and so are dev of xnli and pawsx and English train and dev of the tagging tasks.
XTREME trains xnli and pawsx on 392,702 and 49,401 English pairs and has no training data in some languages; here
every language has some, and the pairs are as many in each, because they are parallel.
"""

MEAN_TOKENS: Mapping[str, Mapping[str, float]] = {
    "udpos": {
        "af": 23.7, "ar": 27.9, "bg": 14.1, "de": 18.5, "el": 16.3, "en": 15.7, "es": 27.9, "et": 15.5, "eu": 13.5,
        "fa": 26.9, "fi": 12.0, "fr": 10.6, "he": 22.5, "hi": 22.1, "hu": 23.3, "id": 20.4, "it": 22.2, "ja": 22.3,
        "kk": 9.5, "ko": 13.5, "mr": 6.9, "nl": 15.4, "pt": 23.9, "ru": 16.6, "ta": 15.6, "te": 4.9, "th": 22.5,
        "tl": 5.4, "tr": 9.1, "ur": 27.7, "vi": 15.1, "yo": 26.3, "zh": 13.0,
    },
    "panx": {
        "af": 11.0, "ar": 6.5, "bg": 8.4, "bn": 4.3, "de": 9.9, "el": 9.0, "en": 8.0, "es": 6.5, "et": 8.0, "eu": 9.3,
        "fa": 6.0, "fi": 8.5, "fr": 6.9, "he": 8.7, "hi": 5.8, "hu": 8.6, "id": 6.2, "it": 8.2, "ja": 29.2, "jv": 6.4,
        "ka": 8.1, "kk": 8.0, "ko": 8.1, "ml": 7.1, "mr": 7.0, "ms": 6.0, "my": 8.8, "nl": 8.2, "pt": 6.6, "ru": 7.1,
        "sw": 5.8, "ta": 7.3, "te": 8.0, "th": 60.0, "tl": 4.5, "tr": 7.8, "ur": 5.0, "vi": 6.3, "yo": 4.4, "zh": 22.1,
    },
}  # fmt: skip
PARALLEL_MEAN = 21.0
CHARACTERS: Mapping[str, float] = {"ja": 2.5, "th": 3.3, "zh": 1.75}
"""Characters or clusters per word of the sample, where panx splits words into them."""

_TINY_SIZE = 100
_LEAST = {"train": 160, "dev": 24, "test": 48}
_LEAST_TINY = {"train": 48, "dev": 8, "test": 12}


def count(task: str, split: str, language: str, scale: float) -> int:
    """Examples of one file at a scale.

    A test set of at most 100 sentences (six of them) stays much smaller than the others, as in XTREME. The xnli
    counts are multiples of three: each premise has one hypothesis of each label.
    """
    size = SIZES[task][split][language]
    least = (_LEAST_TINY if SIZES[task]["test"][language] <= _TINY_SIZE else _LEAST)[split]
    number = max(round(size * scale), min(size, least))
    return number - number % 3 if task == "xnli" else number


def parallel_count(scale: float) -> int:
    """Sentences at the end of udpos test that are the same in all `PARALLEL_POS` languages: 1,000 at scale 1."""
    return max(round(1000 * scale), 16)


def parallel_blocks(scale: float) -> dict[str, tuple[int, int]]:
    """First and last sentence (from 1) of the parallel part of udpos test by language; its order is the same in all.

    Where a test set is shorter than the block, it is the block's beginning.
    """
    sizes = {language: count("udpos", "test", language, scale) for language in PARALLEL_POS}
    return {code: (size - min(size, parallel_count(scale)) + 1, size) for code, size in sizes.items()}


def total(scale: float, split: str = "test") -> int:
    """Examples of a split over all tasks and languages."""
    return sum(count(name, split, code, scale) for name, task in TASKS.items() for code in task.languages)


assert set(_POS_TEST) == set(UDPOS.languages)  # noqa: S101  the table above must have every language
