"""Our spans and scores against seqeval 1.2.2, to the last bit, on random tags with every odd case."""

import random
import warnings
from bisect import bisect_left
from collections import Counter
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics import f1_score, precision_score, recall_score
from seqeval.metrics.sequence_labeling import get_entities, precision_recall_fscore_support

from scoring_program.metrics import score_part, score_sentences
from scoring_program.tags import count_spans, encode, tag_set
from xtreme_tasks.files import answer_row, encode_rows
from xtreme_tasks.tasks import PANX, UDPOS

ODD = "B I E S O . N - _ B- I- -X .-X O-X N-X BX IX B-X-Y I-X-Y E--X S-_ I-_ B_X é-X 中 O- X-B b-X o".split()
FULL = [f"{letter}-{kind}" for letter in "BIES" for kind in ("X", "Y")] + ["O"]
VOCABULARIES = {
    "IOB2 of PAN-X": (list(PANX.labels), False),
    "17 UPOS tags": (list(UDPOS.labels), True),
    "UPOS tags and O": ([*UDPOS.labels, "O"], True),
    "BIES of two types": (FULL, False),
    "one-letter tags": (list("BIESO.NX"), False),
    "one-letter whole tags": (list("BIESO.NX"), True),
    "odd tags": (ODD, False),
    "a dot between tags of one type": ([".-X", "I-X", "E-X", "B-X", "O"], False),
}
BATCHES, BATCH, SMALL = 110, 230, 2000  # of each vocabulary: together 202,400 sequences in batches, 16,000 small calls


def mapped(sentences, whole):
    return [[tag[0] + "-" + tag for tag in row] for row in sentences] if whole else sentences


def seqeval_scores(labels, predictions, whole):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = precision_recall_fscore_support(mapped(labels, whole), mapped(predictions, whole), average="micro")
    return tuple(float(value) * 100 for value in values[:3])


def seqeval_counts(labels, predictions, whole):
    """Spans of each sentence (correct, predicted, actual); a span belongs to the sentence in which it ends."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        actual, predicted = (set(get_entities(mapped(side, whole))) for side in (labels, predictions))
    ends = list(accumulate(len(row) + 1 for row in labels))
    found = [
        Counter(bisect_left(ends, span[2] + 1) for span in spans) for spans in (actual & predicted, predicted, actual)
    ]
    return [[counter[number] for number in range(len(labels))] for counter in found]


def draw(rng, tags, sentences, longest, error):
    """Sentences, some of them empty, and predictions that partly agree."""
    labels = [[rng.choice(tags) for _ in range(rng.randint(0, longest))] for _ in range(sentences)]
    return labels, [[rng.choice(tags) if rng.random() < error else tag for tag in row] for row in labels]


def assert_equal(labels, predictions, whole):
    ours = score_sentences(labels, predictions, whole)
    assert (ours.precision, ours.recall, ours.score) == seqeval_scores(labels, predictions, whole)


@pytest.mark.parametrize("name", VOCABULARIES)
def test_batches_of_sentences_equal_seqeval(name):
    tags, whole = VOCABULARIES[name]
    rng = random.Random(name)
    for _ in range(BATCHES):
        some = rng.sample(tags, rng.randint(2, len(tags)))
        labels, predictions = draw(rng, some, BATCH, rng.randint(1, 10), rng.choice([0.1, 0.5, 1]))
        assert_equal(labels, predictions, whole)
        vocabulary = tag_set(tags, whole)
        counts = count_spans(encode(labels, vocabulary), encode(predictions, vocabulary), vocabulary)
        ours = [part.tolist() for part in (counts.correct, counts.predicted, counts.actual)]
        assert ours == seqeval_counts(labels, predictions, whole)


@pytest.mark.parametrize("name", VOCABULARIES)
def test_many_small_calls_equal_seqeval(name):
    tags, whole = VOCABULARIES[name]
    rng = random.Random(name)
    for _ in range(SMALL):
        assert_equal(*draw(rng, tags, rng.randint(1, 3), 5, rng.choice([0.1, 0.5, 1])), whole)


TAGS = st.one_of(st.sampled_from(ODD + FULL), st.text(st.characters(codec="utf-8"), min_size=1, max_size=6))


@given(st.lists(st.lists(st.tuples(TAGS, TAGS), max_size=8), min_size=1, max_size=5), st.booleans())
@settings(max_examples=800, deadline=None)
def test_any_tags_equal_seqeval(pairs, whole):
    labels, predictions = ([[pair[side] for pair in row] for row in pairs] for side in (0, 1))
    assert_equal(labels, predictions, whole)


@pytest.mark.parametrize("task", [UDPOS, PANX], ids=lambda task: task.name)
def test_bytes_of_json_lines_equal_three_passes_of_seqeval(task):
    rng = random.Random(task.name)
    whole = task is UDPOS
    for _ in range(30):
        rows = draw(rng, task.labels, 300, 12, rng.choice([0.1, 0.5, 1]))
        labels, predictions = ([row or [task.labels[0]] for row in side] for side in rows)
        data = [
            encode_rows(answer_row(task, f"a{i}", row) for i, row in enumerate(side)) for side in (labels, predictions)
        ]
        ours = score_part(task, *data, f"{task.name}/en.jsonl")
        assert (ours.examples, ours.tokens) == (300, sum(map(len, labels)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = [
                metric(mapped(labels, whole), mapped(predictions, whole)) * 100
                for metric in (f1_score, precision_score, recall_score)
            ]
        assert [ours.score, ours.precision, ours.recall] == theirs


@pytest.mark.parametrize(
    ("labels", "predictions"),
    [
        ([["O", "O"]], [["O", "O"]]),
        ([["B-X"]], [["O"]]),
        ([["O"]], [["B-X"]]),
        ([["B-X"]], [["B-Y"]]),
        ([[]], [[]]),
        ([["N", "N"]], [["N", "N"]]),
    ],
)
def test_no_spans_is_zero_without_a_warning(labels, predictions):
    assert score_sentences(labels, predictions, whole=False).score == 0.0
    assert_equal(labels, predictions, whole=False)


def test_sequences_of_different_shape_are_refused():
    tags = tag_set(["O", "B-X"], whole=False)
    codes = encode([["O", "B-X"], ["O"]], tags)
    for other in (encode([["O"], ["B-X", "O"]], tags), codes[:-1], np.append(codes, np.int32(0))):
        with pytest.raises(ValueError, match="boundaries"):
            count_spans(codes, other, tags)
    with pytest.raises(ValueError, match="boundary"):
        count_spans(codes[:-1], codes[:-1], tags)
    with pytest.raises(ValueError, match="distinct"):
        tag_set(["O", ""], whole=False)
