"""Honest examples answer everything they may be asked, in form; those that learn have learnt."""

from __future__ import annotations

import random
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from tests.examples.ask import Question, ask
from tests.examples.tiny_public import LANGUAGES, NAMES, example, sentence
from xtreme_tasks.tasks import TASKS, parts

HONEST = ("constant", "lexicon", "linear", "slow_linear", "compact")


def odd_examples(task: str) -> list[dict[str, Any]]:
    """One word, words never seen, letters of several scripts, marks only, and a very long sentence."""
    sentences = [["Hund"], ["!"], ["xqzw", "ǅ", "𝔘", "١٢", "का", "\u200b"], ["..."] * 3, ["Hund", "sieht"] * 2000]
    if TASKS[task].answer == "tags":
        return [{"tokens": tokens} for tokens in sentences]
    first, second = TASKS[task].fields
    return [{first: " ".join(tokens), second: " ".join(tokens[::-1])} for tokens in sentences] + [
        {first: "?", second: "a"}
    ]


def check_form(question: Question, answers: list[Any]) -> None:
    task, _, examples = question
    known = set(TASKS[task].labels)
    assert len(answers) == len(examples)
    if TASKS[task].answer == "label":
        assert set(answers) <= known
    else:
        assert [len(tags) for tags in answers] == [len(row["tokens"]) for row in examples]
        assert set(chain.from_iterable(answers)) <= known


@pytest.mark.parametrize("name", HONEST)
def test_every_task_and_language_is_answered_in_form(name: str, folders: dict[str, Path]) -> None:
    questions: list[Question] = [(task, language, odd_examples(task)[:4]) for task, language in parts()]
    assert len(questions) == 95
    for question, answers in zip(questions, ask(folders[name], questions), strict=True):
        check_form(question, answers)


@pytest.mark.parametrize("name", HONEST)
def test_odd_sentences_and_no_sentence_at_all(name: str, folders: dict[str, Path]) -> None:
    questions: list[Question] = [(task, code, odd_examples(task)) for task in TASKS for code in ("de", "sw")]
    questions += [(task, "de", []) for task in TASKS]
    for question, answers in zip(questions, ask(folders[name], questions), strict=True):
        check_form(question, answers)


def test_trained_examples_learn_what_the_tiny_data_teach(folders: dict[str, Path]) -> None:
    dice = random.Random(99)
    made = {
        part: [example(TASKS[part[0]], part[1], dice) for _ in range(40)]
        for part in parts(dict.fromkeys(TASKS, LANGUAGES))
    }
    questions: list[Question] = [(task, code, [row for row, _ in rows]) for (task, code), rows in made.items()]
    gold = [[answer for _, answer in rows] for rows in made.values()]
    least = {"lexicon": {"udpos": 1.0, "panx": 1.0, "xnli": 0.5, "pawsx": 0.9}}
    least["linear"] = {"udpos": 1.0, "panx": 1.0, "xnli": 0.8, "pawsx": 0.9}
    for name, floors in least.items():
        for (task, code, _), truth, answers in zip(questions, gold, ask(folders[name], questions), strict=True):
            right = sum(answer == expected for answer, expected in zip(answers, truth, strict=True)) / len(truth)
            assert right >= floors[task], (name, task, code, right)


def test_shared_features_serve_a_language_without_training_data(folders: dict[str, Path]) -> None:
    question: Question = ("udpos", "nl", [{"tokens": ["der", "Hund", "kennt", "Berlin", "."]}])
    assert ask(folders["linear"], [question]) == [[["DET", "NOUN", "VERB", "PROPN", "PUNCT"]]]


def test_the_slow_twin_gives_the_same_answers(folders: dict[str, Path]) -> None:
    dice = random.Random(5)
    tokens = [{"tokens": sentence(dice.choice(LANGUAGES), dice)[0] * dice.randint(1, 9)} for _ in range(50)]
    questions: list[Question] = [(task, code, tokens) for task in ("udpos", "panx") for code in ("de", "zh", "fi")]
    for task in ("xnli", "pawsx"):
        questions.append((task, "de", [example(TASKS[task], "de", dice)[0] for _ in range(50)]))
    assert ask(folders["slow_linear"], questions) == ask(folders["linear"], questions)


def test_names_of_the_tiny_data_are_names(folders: dict[str, Path]) -> None:
    # A control: were the tiny data without names, "O" everywhere would pass the test of learning.
    words = list(NAMES)
    tags = ask(folders["lexicon"], [("panx", "de", [{"tokens": words[:1]}]), ("panx", "zh", [{"tokens": words[3:]}])])
    assert tags == [[["B-PER"]], [["B-LOC"]]]
