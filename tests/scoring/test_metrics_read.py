"""The reader of bytes accepts the canonical form only, and then says what the parser says."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring_program.metrics import score_part
from scoring_program.read import _read_canonical, read_answers
from scoring_program.words import spelled
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import answer_row, encode_rows, parse_answers
from xtreme_tasks.tasks import PANX, TASKS, UDPOS, XNLI

IDS = st.text("abcXYZ019", min_size=1, max_size=20)


@st.composite
def files(draw):
    task = draw(st.sampled_from(list(TASKS.values())))
    label = st.sampled_from(task.labels)
    answer = label if task.answer == "label" else st.lists(label, min_size=1, max_size=6)
    rows = draw(st.lists(st.tuples(IDS, answer), max_size=6, unique_by=lambda row: row[0]))
    return task, encode_rows(answer_row(task, name, found) for name, found in rows)


def codes_of(rows, task):
    codes = []
    for row in rows:
        answer = row[task.answer]
        codes += (
            [task.labels.index(answer)]
            if task.answer == "label"
            else [*map(task.labels.index, answer), len(task.labels)]
        )
    return codes


def assert_as_parsed(answers, rows, task):
    found = [
        bytes(answers.text[start : start + length]).decode()
        for start, length in zip(answers.id_starts, answers.id_lengths, strict=True)
    ]
    assert found == [row["id"] for row in rows]
    assert answers.codes.tolist() == codes_of(rows, task)
    assert answers.examples == len(rows)


@given(files())
@settings(max_examples=300, deadline=None)
def test_canonical_files_are_read_without_the_parser(case):
    task, data = case
    answers = _read_canonical(data, task)
    assert answers is not None
    assert_as_parsed(answers, parse_answers(data, task, "x"), task)


def same_outcome(data, task):
    """Read by both ways: the same rows or the same fault; the fast way only where every byte is canonical."""
    rows = fault = None
    try:
        rows = parse_answers(data, task, "x")
    except OrganizerFault as refused:
        fault = refused.line()
    if rows is None:
        with pytest.raises(OrganizerFault) as ours:
            read_answers(data, task, "x")
        assert ours.value.line() == fault
        assert _read_canonical(data, task) is None
        return False
    assert_as_parsed(read_answers(data, task, "x"), rows, task)
    canonical = encode_rows(answer_row(task, row["id"], row[task.answer]) for row in rows)
    assert (_read_canonical(data, task) is not None) == (data == canonical)
    return True


PIECES = [b"\0", b"\xff", b'"', b",", b"\n", b"]", b"}", b"[", b" ", b"\\", b"O", b"t", b'","', b'"]}\n', b"\r", b"1"]


def damaged(rng, data):
    place = rng.randrange(len(data) + 1)
    keep = place + rng.choice([0, 0, 1, 1, 2, 5])  # insert, replace or delete
    return data[:place] + rng.choice([*PIECES, b"", bytes([rng.randrange(256)])]) + data[keep:]


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
def test_damaged_files_are_never_taken_for_canonical(task):
    rng = random.Random(task.name)
    accepted = 0
    for _ in range(4000):
        rows = []
        for number in range(rng.randint(1, 3)):
            tags = [rng.choice(task.labels) for _ in range(rng.randint(1, 3))]
            rows.append(answer_row(task, f"{number}a{rng.randrange(50)}", tags[0] if task.answer == "label" else tags))
        data = encode_rows(rows)
        for _ in range(rng.randint(1, 2)):
            data = damaged(rng, data)
        accepted += same_outcome(data, task)
    assert 0 < accepted < 4000


@pytest.mark.parametrize("junk", [b"\0", b"\0\0", b"\0\0\0\0", b"\xff", b"\xff\xff"])
def test_bytes_behind_a_tag_are_seen(junk):
    assert not same_outcome(b'{"id":"a","tags":["ADJ' + junk + b'","X"]}\n', UDPOS)
    assert not same_outcome(b'{"id":"a","tags":["ADJ"' + junk + b',"X"]}\n', UDPOS)
    assert not same_outcome(b'{"id":"a","tags":["X","ADJ"' + junk + b"]}\n", UDPOS)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"id":"a","tags":["O"]}', "E202"),
        (b'{"id":"a","tags":["O"]}\n\n', "E202"),
        (b'{"id":"a","tags":["O"]}\n{"id":"a","tags":["O"]}\n', "E202"),
        (b'{"id":"a b","tags":["O"]}\n', "E202"),
        (b'{"id":"","tags":["O"]}\n', "E202"),
        (b'{"id":"a","label":"O"}\n', "E202"),
        (b'{"id":"a","tags":["B-per"]}\n', "E203"),
        (b'{"id":"a","tags":[""]}\n', "E203"),
        (b'{"id":"a","tags":[]}\n', "E204"),
        (b'{"id":"a","tags":"O"}\n', "E204"),
    ],
)
def test_faults_name_file_and_line(data, code):
    good = b'{"id":"first","tags":["B-PER","I-PER"]}\n'
    with pytest.raises(OrganizerFault, match=rf"^{code} labels/panx/en.jsonl line [23]:"):
        score_part(PANX, good + data, good, "panx/en.jsonl")


def test_a_file_in_another_form_of_json_is_read_too():
    loose = b'{"tags": ["B-PER", "\\u004f"], "id": "a1"}\n'
    strict = b'{"id":"a1","tags":["B-PER","O"]}\n'
    assert _read_canonical(loose, PANX) is None
    assert score_part(PANX, strict, loose, "panx/en.jsonl") == score_part(PANX, strict, strict, "panx/en.jsonl")


def test_ids_that_agree_in_eight_bytes_are_told_apart():
    names = [f"{'same' * 4}{number}" for number in (12, 13, 21)]
    rows = [answer_row(XNLI, name, "neutral") for name in names]
    assert _read_canonical(encode_rows(rows), XNLI) is not None
    assert _read_canonical(encode_rows([*rows, rows[0]]), XNLI) is None


GOLD = [answer_row(PANX, name, ["B-PER", "O", "O"]) for name in ("a1", "b2", "c33")]


@pytest.mark.parametrize(
    ("found", "line", "detail"),
    [
        ([GOLD[0], GOLD[2], GOLD[1]], 2, "not the id"),
        ([GOLD[0], answer_row(PANX, "b3", ["O"] * 3), GOLD[2]], 2, "not the id"),
        (GOLD[:2], 3, "2 answers for 3 examples"),
        ([*GOLD, answer_row(PANX, "d", ["O"])], 4, "4 answers for 3 examples"),
        ([GOLD[0], answer_row(PANX, "b2", ["O"] * 2), GOLD[2]], 2, "2 tags for 3 tokens"),
        ([GOLD[0], GOLD[1], answer_row(PANX, "c33", ["O"] * 4)], 3, "4 tags for 3 tokens"),
        ([answer_row(PANX, "a1", ["O"]), *GOLD[1:]], 1, "1 tags for 3 tokens"),
        ([], 1, "0 answers for 3 examples"),
    ],
)
def test_predictions_that_are_not_of_these_labels_are_refused(found, line, detail):
    with pytest.raises(OrganizerFault) as fault:
        score_part(PANX, encode_rows(GOLD), encode_rows(found), "panx/en.jsonl")
    assert (fault.value.code, fault.value.where) == ("E225", f"predictions/panx/en.jsonl line {line}")
    assert detail in fault.value.line()


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
def test_no_examples_is_a_fault(task):
    with pytest.raises(OrganizerFault, match="^E207 labels/x.jsonl"):
        score_part(task, b"", b"", "x.jsonl")


def test_texts_that_do_not_fit_into_a_word_are_refused():
    with pytest.raises(ValueError, match="longer than a word"):
        spelled(("contradiction",), '"', '"')
