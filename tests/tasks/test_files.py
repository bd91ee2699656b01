from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import (
    answer_row,
    dumps,
    encode_rows,
    folder_digest,
    parse_answers,
    parse_inputs,
    read_file,
    write_whole,
)
from xtreme_tasks.tasks import PANX, PAWSX, XNLI

TEXT = st.text(min_size=1).filter(lambda text: text.strip() and not any("\ud800" <= c <= "\udfff" for c in text))


@given(st.lists(st.lists(TEXT, min_size=1), max_size=5))
def test_inputs_survive_writing_and_reading(sentences):
    rows = [{"id": f"a{n}", "tokens": tokens} for n, tokens in enumerate(sentences)]
    data = encode_rows(rows)
    assert data.count(b"\n") == len(rows)
    assert parse_inputs(data, PANX, "x") == rows


def test_the_canonical_form_is_fixed():
    assert encode_rows([answer_row(PANX, "a1", ["B-PER", "O"])]) == b'{"id":"a1","tags":["B-PER","O"]}\n'
    assert encode_rows([answer_row(XNLI, "a1", "neutral")]) == b'{"id":"a1","label":"neutral"}\n'
    assert dumps({"t": "é"}) == '{"t":"é"}'
    with pytest.raises(ValueError, match="JSON compliant"):
        dumps(float("nan"))


@pytest.mark.parametrize(
    ("line", "code", "text"),
    [
        (b"{", "E202", "not JSON"),
        (b"\xff", "E202", "not UTF-8"),
        (b"[]", "E202", "not a JSON object"),
        (b"[" * 200000, "E202", "nested"),
        (b'{"id":"a","premise":"p"}', "E202", "keys must be"),
        (b'{"id":"a","premise":"p","hypothesis":"h","extra":1}', "E202", "keys must be"),
        (b'{"id":"a","premise":"p","hypothesis":"h","label":"neutral"}', "E206", "could read them"),
        (b'{"id":"a","premise":"p","hypothesis":" "}', "E204", "hypothesis is empty"),
        (b'{"id":"a","premise":1,"hypothesis":"h"}', "E204", "premise is empty or not text"),
        (b'{"id":"a-1","premise":"p","hypothesis":"h"}', "E202", "letters and digits"),
        (b'{"id":1,"premise":"p","hypothesis":"h"}', "E202", "letters and digits"),
        (b'{"id":"x0","premise":"p","hypothesis":"h"}', "E202", "twice"),
    ],
)
def test_each_bad_input_line_is_named(line, code, text):
    good = b'{"id":"x0","premise":"p","hypothesis":"h"}\n'
    with pytest.raises(OrganizerFault, match=text) as caught:
        parse_inputs(good + line + b"\n", XNLI, "inputs/xnli/en.jsonl")
    assert caught.value.code == code
    assert "inputs/xnli/en.jsonl line 2" in caught.value.line()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"id":"a","label":"2"}', "E203"),
        (b'{"id":"a","label":""}', "E203"),
        (b'{"id":"a","label":1}', "E203"),
        (b'{"id":"a","label":null}', "E203"),
        (b'{"id":"a","label":["1"]}', "E203"),
        (b'{"id":"a"}', "E202"),
    ],
)
def test_each_bad_label_is_named(line, code):
    with pytest.raises(OrganizerFault) as caught:
        parse_answers(b'{"id":"x0","label":"1"}\n' + line + b"\n", PAWSX, "labels/pawsx/en.jsonl")
    assert caught.value.code == code
    assert "labels/pawsx/en.jsonl line 2" in caught.value.line()


@pytest.mark.parametrize(
    ("tags", "code"), [("[]", "E204"), ('"O"', "E204"), ('["O","b-per"]', "E203"), ("[1]", "E203")]
)
def test_each_bad_list_of_tags_is_named(tags, code):
    with pytest.raises(OrganizerFault) as caught:
        parse_answers(f'{{"id":"a","tags":{tags}}}\n'.encode(), PANX, "x")
    assert caught.value.code == code


def test_a_cut_file_is_noticed():
    with pytest.raises(OrganizerFault, match="line 2: .*no newline"):
        parse_answers(b'{"id":"a","label":"1"}\n{"id":"b","label":"1"}', PAWSX, "x")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch):
    path = tmp_path / "a.json"
    write_whole(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OrganizerFault, match="E232 .*No space left"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_file_is_one_line(tmp_path: Path):
    with pytest.raises(OrganizerFault, match="E201 .*No such file"):
        read_file(tmp_path / "missing")


def test_a_folders_digest_tells_every_change(tmp_path: Path):
    def fresh(name: str) -> Path:
        folder = tmp_path / name
        (folder / "sub").mkdir(parents=True)
        (folder / "a").write_text("1")
        return folder

    same, digests = fresh("one"), set()
    digests.add(folder_digest(same))
    assert folder_digest(fresh("two")) in digests
    for number, change in enumerate(
        [
            lambda folder: (folder / "a").write_text("2"),
            lambda folder: (folder / "b").write_text(""),
            lambda folder: (folder / "sub").rmdir(),
            lambda folder: (folder / "a").rename(folder / "c"),
            lambda folder: (folder / "l").symlink_to("a"),
            lambda folder: os.mkfifo(folder / "p"),
        ]
    ):
        folder = fresh(f"changed{number}")
        change(folder)
        digest = folder_digest(folder)
        assert digest not in digests
        digests.add(digest)
