from __future__ import annotations

import random
from pathlib import Path

import pytest
from features import PAIRS, TextEncoder, windows
from hypothesis import given
from hypothesis import strategies as st

from tests.kit.encoders import KINDS, POSITIONS, SHORT_WORDS, TEXT, WORDS, odd_examples
from xtreme_tasks.tasks import TASKS


@pytest.fixture(params=KINDS)
def text(request: pytest.FixtureRequest, saved: dict[str, Path]) -> TextEncoder:
    return TextEncoder.load(saved[request.param])


def drawn(count: int) -> str:
    """A text in which no window looks like another."""
    return " ".join(random.Random(count).choices(SHORT_WORDS, k=count))


@given(st.data(), st.integers(1, 40))
def test_windows_cover_every_word_once_and_fit(data, room):
    sizes = data.draw(st.lists(st.integers(1, room), max_size=60))
    cut = windows(sizes, room)
    assert [word for *_, own in cut for word in own] == list(range(len(sizes)))
    for begin, end, own in cut:
        assert sum(sizes[begin:end]) <= room
        assert begin <= own.start <= own.stop <= end
    assert len(cut) == 1 or sum(sizes) > room
    starts = [begin for begin, *_ in cut]
    assert starts == sorted(set(starts))


def test_a_word_belongs_to_the_window_where_it_stands_further_from_the_edge():
    # 16 words of one sub-word, room for 8, overlap of 2: the middle of an overlap parts it.
    assert windows([1] * 14, 8) == [(0, 8, range(7)), (6, 14, range(7, 14))]


@pytest.mark.parametrize("task", list(TASKS))
def test_every_feature_fits_and_examples_follow_each_other(text, task):
    examples = odd_examples(task)
    features = text.encode(task, examples)
    assert max(len(feature.ids) for feature in features) <= POSITIONS
    numbers = [feature.example for feature in features]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(len(examples)))
    if task in PAIRS:
        assert all(feature.heads == [0] for feature in features)
    else:
        for number, example in enumerate(examples):
            own = [word for feature in features if feature.example == number for word in feature.words]
            assert own == list(range(len(example["tokens"])))


def test_looked_up_words_are_those_of_the_whole_sentence(text):
    sentences = [line.split() for line in TEXT]
    features = text.encode("udpos", [{"tokens": tokens} for tokens in sentences])
    short = [feature for feature in features if len(feature.words) == len(sentences[feature.example])]
    assert short
    for feature in short:
        whole = text.tokenizer.encode(sentences[feature.example], is_pretokenized=True)
        first = [whole.word_ids.index(word) for word in feature.words]
        assert (feature.ids, feature.heads) == (whole.ids, first)


def test_a_pair_is_what_the_tokenizer_makes_of_it(text):
    one, two = " ".join(WORDS[:4]), " ".join(WORDS[5:9])
    (feature,) = text.encode("xnli", [{"premise": one, "hypothesis": two}])
    whole = text.tokenizer.encode(one, two)
    assert feature.ids == whole.ids
    types = [int(place >= feature.second) for place in range(len(feature.ids))]
    assert types == (whole.type_ids if text.limits.two_types else [0] * len(types))


def test_a_word_without_sub_words_gets_the_unknown_one(text):
    tokens = ["a", "", "\u200b" if text.limits.two_types else "", "b"]
    (feature,) = text.encode("panx", [{"tokens": tokens}])
    assert len(feature.heads) == 4
    assert text.tokenizer.encode_batch_fast([[""]], is_pretokenized=True, add_special_tokens=False)[0].ids == []
    assert feature.ids[feature.heads[1]] == text.limits.unknown


def test_windows_of_tags_hold_whole_words(text):
    tokens = WORDS * 12
    features = text.encode("panx", [{"tokens": tokens}])
    assert len(features) > 3
    whole = [text.encode("panx", [{"tokens": [word]}])[0].ids[1:-1] for word in tokens]
    for feature in features:
        begin = feature.words.start
        while feature.heads[0] > 1 + sum(map(len, whole[begin : feature.words.start])):
            begin -= 1
        inside, end = feature.ids[1:-1], begin
        while sum(map(len, whole[begin:end])) < len(inside):
            end += 1
        assert [piece for word in whole[begin:end] for piece in word] == inside


def test_the_short_text_of_a_pair_is_whole_in_every_window(text):
    long, short = drawn(80), " ".join(SHORT_WORDS[:3])
    inside = text.tokenizer.encode(short, add_special_tokens=False).ids
    whole = text.tokenizer.encode(long, add_special_tokens=False)
    starts = {
        place for place in range(len(whole.ids)) if place == 0 or whole.word_ids[place] != whole.word_ids[place - 1]
    }
    features = text.encode("xnli", [{"premise": long, "hypothesis": short}])
    assert len(features) > 2
    covered = set()
    for feature in features:
        assert feature.ids[-1 - len(inside) : -1] == inside
        separator = feature.ids[-1]
        premise = feature.ids[1 : feature.ids.index(separator)]
        begin = next(place for place in starts if whole.ids[place : place + len(premise)] == premise)
        assert begin + len(premise) in starts | {len(whole.ids)}
        covered |= set(range(begin, begin + len(premise)))
    assert covered == set(range(len(whole.ids)))


def test_two_long_texts_go_in_step(text):
    one, two = drawn(90), drawn(60)
    features = text.encode("pawsx", [{"sentence1": one, "sentence2": two}])
    before, between, _ = text._pair
    parts = [(tuple(f.ids[len(before) :][: f.ids[len(before) :].index(between[0])]), f) for f in features]
    firsts = [first for first, _ in parts]
    assert len(set(firsts)) == len(firsts)  # every window of the longer text once
    seconds = [tuple(f.ids[len(before) + len(first) + len(between) : -1]) for first, f in parts]
    room = POSITIONS - sum(map(len, text._pair))
    inside = text.tokenizer.encode(two, add_special_tokens=False).ids
    assert list(dict.fromkeys(seconds)) == [tuple(ids) for ids in text._text_windows(two, inside, room // 2)]
