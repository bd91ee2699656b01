"""Writes a sample in XTREME's layout, file by file, without holding a file in memory."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO, TypeVar

from organizer.data.sample.draw import Draw
from organizer.data.sample.grammar import Text, say
from organizer.data.sample.inference import LABELLED, draw_premise
from organizer.data.sample.lexicon import Lexicon, lexicon
from organizer.data.sample.paraphrase import draw_pair
from organizer.data.sample.sizes import (
    CHARACTERS,
    DEFAULT,
    MEAN_TOKENS,
    PARALLEL_MEAN,
    SPLITS,
    count,
    parallel_blocks,
)
from organizer.data.sample.tagging import Tagged, draw_entity_text, draw_pos_text, say_entities, say_pos
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tasks import TASKS

T = TypeVar("T")
Progress = Callable[[str], None]
Row = tuple[Text, Text, str]
_REPEAT = {"xnli": 12, "pawsx": 20, "udpos": 20, "panx": 20}
"""One of so many examples (of xnli: premises) comes from a stock that all splits share, as real data repeat texts."""


def write_sample(out: Path, scale: float = DEFAULT, seed: int = 20, progress: Progress | None = None) -> None:
    """Write `OUT/TASK/{train,dev,test}-LANG.tsv` for the four tasks and all their languages.

    The same scale and seed give the same bytes.

    Args:
        out: folder; made if missing, files in it are replaced.
        scale: 1.0 = as many test examples as XTREME has; smaller scales keep a least number in each file.
        seed: another seed gives other sentences.
        progress: is told the name of each file before it is written.

    Raises:
        OrganizerFault: E233 (the scale is not positive), E232 (a file could not be written; no part of it is left).

    """
    if not 0 < scale < float("inf"):
        raise OrganizerFault("E233", "scale", "must be a positive number")
    tell = progress or (lambda _: None)
    for name in TASKS:
        for split in SPLITS:
            if name in MEAN_TOKENS:
                for language in TASKS[name].languages:
                    _write_tagged(out, name, split, language, scale, seed, tell)
            else:
                _write_pairs(out, name, split, scale, seed, tell)


def _write_pairs(out: Path, task: str, split: str, scale: float, seed: int, tell: Progress) -> None:
    languages = TASKS[task].languages
    rows = (_inference_rows if task == "xnli" else _paraphrase_rows)(split, count(task, split, "en", scale), seed)
    with contextlib.ExitStack() as stack:
        files = [
            (lexicon(language), stack.enter_context(_whole(out, task, split, language, tell))) for language in languages
        ]
        for first, second, label in rows:
            for words, stream in files:
                left, right = words.text(say(first, words)), words.text(say(second, words))
                stream.write(f"{left}\t{right}\t{label}\n")


def _inference_rows(split: str, number: int, seed: int) -> Iterator[Row]:
    draw, stock = Draw(f"{seed}/xnli/{split}"), Draw(f"{seed}/xnli/stock")
    premises = _with_repeats(number // 3, "xnli", lambda _: draw_premise(draw), lambda: draw_premise(stock))
    for premise in premises:  # a repeated premise gets new hypotheses
        for label, hypothesis in draw.sample(LABELLED, 3):
            yield premise.text(), hypothesis(draw, premise), label


def _paraphrase_rows(split: str, number: int, seed: int) -> Iterator[Row]:
    draw, stock = Draw(f"{seed}/pawsx/{split}"), Draw(f"{seed}/pawsx/stock")
    return _with_repeats(number, "pawsx", lambda _: draw_pair(draw), lambda: draw_pair(stock))


def _with_repeats(number: int, task: str, fresh: Callable[[int], T], stocked: Callable[[], T]) -> Iterator[T]:
    # Each text of the stock is used twice in a split, and every split starts at the stock's beginning.
    every, held = _REPEAT[task], stocked()
    for index in range(number):
        repeat, rest = divmod(index, every)
        if rest < every - 1:
            yield fresh(index)
            continue
        if repeat and repeat % 2 == 0:
            held = stocked()
        yield held


def _write_tagged(out: Path, task: str, split: str, language: str, scale: float, seed: int, tell: Progress) -> None:
    words = lexicon(language)
    tagged = _pos_sentences if task == "udpos" else _entity_sentences
    with _whole(out, task, split, language, tell) as stream:
        for sentence in tagged(split, words, scale, seed):
            stream.write("".join(f"{token}\t{tag}\n" for token, tag in sentence) + "\n")


def _pos_sentences(split: str, words: Lexicon, scale: float, seed: int) -> Iterator[Tagged]:
    code, mean = words.language, MEAN_TOKENS["udpos"][words.language]
    number = count("udpos", split, code, scale)
    first, last = parallel_blocks(scale).get(code, (1, 0)) if split == "test" else (1, 0)
    shared = last - first + 1
    draw, stock = Draw(f"{seed}/udpos/{split}/{code}"), Draw(f"{seed}/udpos/stock/{code}")
    own = _with_repeats(
        number - shared, "udpos", lambda i: draw_pos_text(draw, i, mean), lambda: draw_pos_text(stock, 0, mean)
    )
    for text in own:
        yield say_pos(text, words)
    parallel = Draw(f"{seed}/udpos/parallel")
    for index in range(shared):
        yield say_pos(draw_pos_text(parallel, index, PARALLEL_MEAN), words)


def _entity_sentences(split: str, words: Lexicon, scale: float, seed: int) -> Iterator[Tagged]:
    code, mean = words.language, MEAN_TOKENS["panx"][words.language] / CHARACTERS.get(words.language, 1.0)
    draw, stock = Draw(f"{seed}/panx/{split}/{code}"), Draw(f"{seed}/panx/stock/{code}")
    number = count("panx", split, code, scale)
    texts = _with_repeats(number, "panx", lambda _: draw_entity_text(draw, mean), lambda: draw_entity_text(stock, mean))
    for text in texts:
        yield say_entities(text, words)


@contextlib.contextmanager
def _whole(out: Path, task: str, split: str, language: str, tell: Progress) -> Iterator[TextIO]:
    # A stream, because a file at full scale has megabytes; renamed at the end, so that no half-written file stays.
    path = out / task / f"{split}-{language}.tsv"
    part = path.with_suffix(".part")
    tell(f"{task}/{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8", newline="\n") as stream:
            yield stream
        part.replace(path)
    except OSError as error:
        raise OrganizerFault("E232", str(path), error.strerror or str(error)) from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
