"""Other digits and canaries: what may change, what must not."""

from __future__ import annotations

import hashlib
import re

import pytest

from organizer.data.canary import Canary, Material, make_canaries
from organizer.data.items import keys
from organizer.data.perturb import perturbed
from organizer.data.text import digest64, normal


def draws(seed: str):
    return lambda run, attempt: hashlib.sha256(f"{seed}/{run}/{attempt}".encode()).digest()


SEEDS = [str(number) for number in range(40)]


@pytest.mark.parametrize(
    ("task", "text", "form"),
    [
        ("pawsx", "He ran 67 miles in 1985\tIn 1985 he ran 67 miles", r"He ran [789]7 miles in \d{4}\tIn \d{4} he"),
        ("udpos", "It\tcost\t4,750\tdollars", r"It\tcost\t4,[1-9][02-9]0\tdollars"),
        ("udpos", "room\t345", r"room\t[1-9][02-9]5"),
        ("panx", "the\t1990s", r"the\t(1960|1970|1980|2000|2010)s"),
        ("panx", "พ.ศ.\t2540", r"พ.ศ.\t25[1-7]0"),
        ("panx", "७५\tलोग", r"[६८९]५\tलोग"),
        ("udpos", "500\tpeople", r"[1-9]00\tpeople"),
    ],
)
def test_digits_change_and_keep_their_form(task, text, form):
    for seed in SEEDS:
        new = perturbed(task, text, draws(seed))
        assert new is not None
        assert new != text
        assert re.match(form, new), new
        assert len(new) == len(text)


@pytest.mark.parametrize(
    ("task", "text"),
    [
        ("xnli", "It was 1985\tIt was the eighties"),  # only one side says it in digits
        ("xnli", "It was 1985\tIt was 1986"),
        ("pawsx", "5 of 67 men\t6 of 67 men"),  # single digits differ
        ("pawsx", "at 1,000 m\tat 1000 m"),  # the same number in two spellings
        ("udpos", "on\t24\tJune\tat\t09:05"),  # days, hours, minutes
        ("udpos", "no\tnumber\there"),
        ("udpos", "7\tdwarfs"),
        ("panx", "007"),
    ],
)
def test_what_could_change_a_label_or_be_implausible_stays(task, text):
    assert all(perturbed(task, text, draws(seed)) is None for seed in SEEDS)


def test_years_keep_order_and_distance():
    text = "From 1985 to 1992, after 1985\tAfter 1985 until 1992"
    for seed in SEEDS:
        years = [int(year) for year in re.findall(r"\d{4}", perturbed("xnli", text, draws(seed)) or "")]
        assert years[1] - years[0] == 7
        assert years[0] == years[2] == years[3]
        assert years[1] == years[4]
        assert max(years) <= 2019


def test_different_numbers_stay_different_and_equal_ones_equal():
    text = "67 68 87 345\t345 87 68 67"
    for seed in SEEDS:
        new = perturbed("pawsx", text, draws(seed))
        assert new is not None
        left, right = (re.findall(r"\d+", side) for side in new.split("\t"))
        assert left == right[::-1]
        assert len(set(left)) == 4


def material(count: int, length: int = 9) -> list[Material]:
    return [
        Material(row, row // 2, "\t".join(f"w{row}x{k}" for k in range(length)), " ".join(["NOUN"] * length))
        for row in range(count)
    ]


def turn(row: int) -> bytes:
    return hashlib.sha256(str(row).encode()).digest()


def make(task: str, rows: list[Material], wanted: int, language: str = "en", taken=None) -> list[Canary]:
    return make_canaries(task, language, rows, wanted, turn, taken or {}, lambda text: list(keys(task, text)))


def test_a_tagging_canary_is_two_sentences_with_the_tags_of_both():
    rows = material(60)
    found = make("udpos", rows, 4)
    assert len(found) == 4
    used = [source for canary in found for source in canary.sources]
    assert len(set(used)) == 8
    for canary in found:
        first, second = (rows[source] for source in canary.sources)
        assert first.item != second.item
        assert canary.text == f"{first.text}\t{second.text}"
        assert canary.answer.split() == first.answer.split() + second.answer.split()


def test_a_pair_canary_has_the_label_of_its_source():
    rows = [Material(row, row, f"one {row}\ttwo {row}", str(row % 2)) for row in range(40)]
    for canary in make("pawsx", rows, 3):
        (source,) = canary.sources
        assert canary.text == f"two {source}\tone {source}"
        assert canary.answer == rows[source].answer
    for language, joint in (("en", " "), ("zh", "")):
        for canary in make("xnli", rows, 3, language):
            (source,) = canary.sources
            premise, hypothesis = canary.text.split("\t")
            assert premise.startswith(f"one {source}{joint}one ")
            assert hypothesis == f"two {source}"


def test_few_rows_give_few_canaries_and_none_of_one_item():
    assert len(make("udpos", material(30), 10)) == 3
    assert make("udpos", material(9), 10) == []
    one_item = [Material(row, 0, f"w{row}", "NOUN") for row in range(40)]
    assert make("udpos", one_item, 3) == []


def test_a_canary_never_repeats_a_text_that_is_there():
    rows = material(60)
    made = make("udpos", rows, 4)
    taken = {digest64(normal(made[0].text)): 999}
    assert made[0].text not in [canary.text for canary in make("udpos", rows, 4, taken=taken)]


def test_whole_sentences_are_joined_where_there_are_enough():
    longest = Material(99, 99, "\t".join(["word"] * 9), " ".join(["NOUN"] * 9))
    titles = [*material(60, length=3), longest]
    tokens = ["this", "is", "it", "।"]
    sentences = [
        Material(row, row, "\t".join([f"{row}", *tokens[1:]]), "PRON AUX PRON PUNCT") for row in range(100, 110)
    ]
    found = make("udpos", [*titles, *sentences], 3)
    assert len(found) == 3
    assert all(source >= 100 for canary in found for source in canary.sources)
    # Without them it is the longer half, together not longer than the longest one.
    assert {canary.text.count("\t") + 1 for canary in make("udpos", titles, 3)} == {6}
