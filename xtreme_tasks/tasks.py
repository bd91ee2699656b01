"""The four tasks, their languages and their labels, as the XTREME benchmark defines them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

AnswerKind = Literal["label", "tags"]


@dataclass(frozen=True)
class Task:
    """One task.

    Attributes:
        name: short name, also the folder's name.
        title: name for people.
        fields: the input fields of an example, in order.
        answer: `label` (one label an example) or `tags` (one tag a token).
        labels: every answer that is accepted; all are plain ASCII without quotes or backslashes.
        languages: ISO 639-1 codes, sorted.
        metric: name of the metric for people; each language's score is 0-100.

    """

    name: str
    title: str
    fields: tuple[str, ...]
    answer: AnswerKind
    labels: tuple[str, ...]
    languages: tuple[str, ...]
    metric: str


XNLI = Task(
    name="xnli",
    title="XNLI",
    fields=("premise", "hypothesis"),
    answer="label",
    labels=("contradiction", "entailment", "neutral"),
    languages=tuple("ar bg de el en es fr hi ru sw th tr ur vi zh".split()),
    metric="accuracy",
)
PAWSX = Task(
    name="pawsx",
    title="PAWS-X",
    fields=("sentence1", "sentence2"),
    answer="label",
    labels=("0", "1"),
    languages=tuple("de en es fr ja ko zh".split()),
    metric="accuracy",
)
UDPOS = Task(
    name="udpos",
    title="UD-POS",
    fields=("tokens",),
    answer="tags",
    labels=tuple("ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split()),
    languages=tuple(
        ("af ar bg de el en es et eu fa fi fr he hi hu id it ja kk ko mr nl pt ru ta te th tl tr ur vi yo zh").split()
    ),
    metric="F1 (as XTREME scores part-of-speech tags)",
)
PANX = Task(
    name="panx",
    title="PAN-X",
    fields=("tokens",),
    answer="tags",
    labels=("B-LOC", "B-ORG", "B-PER", "I-LOC", "I-ORG", "I-PER", "O"),
    languages=tuple(
        (
            "af ar bg bn de el en es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr ms my nl pt "
            "ru sw ta te th tl tr ur vi yo zh"
        ).split()
    ),
    metric="span F1",
)

TASKS: Mapping[str, Task] = MappingProxyType({task.name: task for task in (XNLI, PAWSX, UDPOS, PANX)})
"""The tasks by name, in the order in which they are run, scored and shown."""

LANGUAGES: tuple[str, ...] = tuple(sorted({code for task in TASKS.values() for code in task.languages}))
"""Every language of any task: 40 codes."""

LANGUAGE_NAMES: Mapping[str, str] = MappingProxyType(
    dict(
        pair.split("=")
        for pair in (
            "af=Afrikaans ar=Arabic bg=Bulgarian bn=Bengali de=German el=Greek en=English es=Spanish et=Estonian "
            "eu=Basque fa=Persian fi=Finnish fr=French he=Hebrew hi=Hindi hu=Hungarian id=Indonesian it=Italian "
            "ja=Japanese jv=Javanese ka=Georgian kk=Kazakh ko=Korean ml=Malayalam mr=Marathi ms=Malay my=Burmese "
            "nl=Dutch pt=Portuguese ru=Russian sw=Swahili ta=Tamil te=Telugu th=Thai tl=Tagalog tr=Turkish "
            "ur=Urdu vi=Vietnamese yo=Yoruba zh=Chinese"
        ).split()
    )
)
"""English name of each of XTREME's languages, also of those that no task above uses any more."""
RIGHT_TO_LEFT: frozenset[str] = frozenset({"ar", "fa", "he", "ur"})


def parts(languages: Mapping[str, tuple[str, ...]] | None = None) -> list[tuple[str, str]]:
    """Every (task, language) in the fixed order: 95 pairs for the whole benchmark.

    Args:
        languages: the languages of each task that a phase uses; all of them when not given.

    """
    chosen = languages if languages is not None else {name: task.languages for name, task in TASKS.items()}
    return [(name, language) for name in TASKS for language in chosen.get(name, ())]
