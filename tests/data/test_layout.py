"""Reading XTREME's files: every data fault has one line with file and line."""

from __future__ import annotations

import pytest

from organizer.data.layout import parse_bytes
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tasks import TASKS

BAD = {
    "test file without labels": ("xnli", "A premise.\tA claim.\n", r"E203 xnli/test-en.tsv line 1: .*\(no label\)"),
    "empty label": ("xnli", "a\tb\tneutral\na\tc\t\n", r"E203 xnli/test-en.tsv line 2: .*\(no label\)"),
    "unknown label": ("xnli", "a\tb\tmaybe\n", r"E203 xnli/test-en.tsv line 1: .*\(not a label of xnli\)"),
    "label of another task": ("pawsx", "a\tb\tneutral\n", r"E203 pawsx/test-en.tsv line 1: "),
    "missing column": ("pawsx", "a\tb\t1\nonly one\n", r"E202 pawsx/test-en.tsv line 2: .*1 columns, expected 3"),
    "tab inside a sentence": ("pawsx", "a\tb\tc\t1\n", r"E202 pawsx/test-en.tsv line 1: .*4 columns, expected 3"),
    "empty sentence": ("xnli", "a\t \tneutral\n", r"E204 xnli/test-en.tsv line 1: .*hypothesis is empty"),
    "token without tag": ("udpos", "The\tDET\n\nA\tDET\ncat\n", r"E203 udpos/test-en.tsv line 4: .*\(no tag\)"),
    "empty tag": ("udpos", "The\tDET\ncat\t\n", r"E203 udpos/test-en.tsv line 2: .*\(no tag\)"),
    "unknown tag": ("udpos", "The\tDET\ncat\tO\n", r"E203 udpos/test-en.tsv line 2: .*\(not a tag of udpos\)"),
    "underscore tag": ("udpos", "\nThe\t_\n", r"E203 udpos/test-en.tsv line 2: "),
    "empty token": ("panx", "Paris\tB-LOC\n\tO\n", r"E204 panx/test-en.tsv line 2: .*a token is empty"),
    "three columns": ("panx", "Paris\tB-LOC\t7\n", r"E202 panx/test-en.tsv line 1: .*3 columns, expected 2"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_data_are_refused_with_file_and_line(case: str) -> None:
    task, text, expected = BAD[case]
    with pytest.raises(OrganizerFault, match="^" + expected) as fault:
        parse_bytes(text.encode(), f"{task}/test-en.tsv", TASKS[task], "en", "test")
    assert "\n" not in fault.value.line()


def test_bad_utf8_names_the_line() -> None:
    with pytest.raises(OrganizerFault, match=r"^E202 x line 3: .*not UTF-8"):
        parse_bytes(b"a\tb\t1\na\tb\t0\n\xff\tb\t0\n", "x", TASKS["pawsx"], "en", "test")


def test_bad_examples_can_be_left_out_and_counted() -> None:
    text = "The\tDET\n\ncat\tO\n\nA\n\nDog\tNOUN\n"
    table = parse_bytes(text.encode(), "x", TASKS["udpos"], "en", "test", keep_going=True)
    assert (table.texts, table.lines) == (["The", "Dog"], [1, 7])
    assert table.left_out == {"not a tag of udpos": 1, "no tag": 1}


def test_csv_quoting_is_undone_only_where_the_whole_file_is_quoted() -> None:
    quoted = b'"He said ""no"" ."\tHe did\t1\nPlain\tToo\t0\n'
    table = parse_bytes(quoted, "x", TASKS["pawsx"], "en", "test")
    assert table.texts == ['He said "no" .\tHe did', "Plain\tToo"]
    plain = b'"He said ""no"" ."\tHe did\t1\nThe "" mark\tToo\t0\n'
    assert parse_bytes(plain, "x", TASKS["pawsx"], "en", "test").texts[0] == '"He said ""no"" ."\tHe did'


def test_unquoted_sentences_in_quotes_stay_as_they_are() -> None:
    table = parse_bytes(b'"Yes"\t"No" or "yes"\tneutral\n', "x", TASKS["xnli"], "en", "test")
    assert table.texts == ['"Yes"\t"No" or "yes"']


def test_raw_wikiann_prefix_is_removed_only_where_every_token_has_it() -> None:
    raw = parse_bytes(b"en:Paris\tB-LOC\nen:en:x\tO\n", "x", TASKS["panx"], "en", "test")
    assert raw.texts == ["Paris\ten:x"]
    mixed = parse_bytes(b"en:Paris\tB-LOC\nx\tO\n", "x", TASKS["panx"], "en", "test")
    assert mixed.texts == ["en:Paris\tx"]


def test_sentences_begin_at_their_lines_whatever_the_empty_lines() -> None:
    text = "\ufeff\n\nThe\tDET\r\ncat\tNOUN\r\n\r\n\r\nSo\tADV"
    table = parse_bytes(text.encode(), "x", TASKS["udpos"], "en", "test")
    assert (table.texts, table.answers, table.lines) == (["The\tcat", "So"], ["DET NOUN", "ADV"], [3, 7])


def test_control_characters_are_replaced_and_counted() -> None:
    text = "It\x92s\x08 here\t\ufeffx\x97y\tneutral\n"
    table = parse_bytes(text.encode(), "x", TASKS["xnli"], "en", "test")
    assert table.texts == ["It\u2019s  here\tx\u2014y"]
    assert table.repaired == 4
    lone = parse_bytes("\x97\tPUNCT\n\ufeff\tX\n".encode(), "x", TASKS["udpos"], "en", "test")
    assert lone.texts == ["\u2014\t\ufffd"]


def test_multinli_spelling_and_missing_translations() -> None:
    table = parse_bytes(b"a\tb\tcontradictory\n", "x", TASKS["xnli"], "en", "train")
    assert table.answers == ["contradiction"]
    table = parse_bytes(b"NS\tb\t1\na\tb\t0\n", "x", TASKS["pawsx"], "de", "test")
    assert (len(table), table.left_out) == (1, {"no translation": 1})
