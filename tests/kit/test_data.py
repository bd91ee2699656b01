from __future__ import annotations

import json
import shutil
from pathlib import Path

import data
import pytest

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tasks import TASKS


@pytest.fixture
def public(prepared: Path, tmp_path: Path) -> Path:
    """Two languages of the sample's public data, to be spoilt."""
    for split in ("train", "dev"):
        for kind in ("inputs", "labels"):
            for task in TASKS:
                for language in ("de", "en"):
                    path = Path(split, kind, task, f"{language}.jsonl")
                    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(prepared / "public" / path, tmp_path / path)
    return tmp_path


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.mark.parametrize("split", ["train", "dev"])
def test_every_example_comes_with_its_own_answer(public, split):
    # The labels' order is turned round: it is the id that joins.
    for path in (public / split / "labels").rglob("*.jsonl"):
        path.write_bytes(b"".join(reversed(path.read_bytes().splitlines(keepends=True))))
    tables = data.load(public, split)
    assert list(tables) == list(TASKS)
    for name, task in TASKS.items():
        wanted = []
        for language in ("de", "en"):
            labels = {row["id"]: row for row in lines(public / split / "labels" / name / f"{language}.jsonl")}
            inputs = lines(public / split / "inputs" / name / f"{language}.jsonl")
            wanted += [{**row, "language": language, **labels[row["id"]]} for row in inputs]
        assert tables[name].to_list() == wanted
        assert data.rows_by_language(tables[name]).keys() == {"de", "en"}
        assert all(task.answer in row for row in tables[name])


def test_only_the_tasks_and_languages_that_were_asked_for(public):
    tables = data.load(public, "train", ["panx"], ["de", "sw"])
    assert list(tables) == ["panx"]
    assert set(tables["panx"]["language"]) == {"de"}


def test_lengths_are_counted_in_characters(public):
    (pair,) = data.load(public, "dev", ["xnli"], ["de"])["xnli"].select([0]).to_list()
    table = data.load(public, "dev", ["xnli"], ["de"])["xnli"].select([0])
    assert data.lengths(table, TASKS["xnli"]) == [len(pair["premise"]) + len(pair["hypothesis"])]
    tagged = data.load(public, "dev", ["panx"], ["de"])["panx"].select([0])
    assert data.lengths(tagged, TASKS["panx"]) == [sum(map(len, tagged[0]["tokens"]))]


def test_the_digest_changes_with_an_answer_and_not_with_the_time(public):
    before = data.digest(data.load(public, "train"))
    assert data.digest(data.load(public, "train")) == before
    path = public / "train/labels/pawsx/de.jsonl"
    first, rest = path.read_text().split("\n", 1)
    row = json.loads(first)
    row["label"] = "0" if row["label"] == "1" else "1"
    path.write_text(json.dumps(row) + "\n" + rest)
    assert data.digest(data.load(public, "train")) != before


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_an_answer_too_many_names_file_and_line(public):
    path = public / "train/labels/udpos/de.jsonl"
    rows = lines(path)
    rows[2]["tags"].append("X")
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(OrganizerFault, match=r"^E204 inputs/udpos/de.jsonl line \d+: .*\d+ tags for \d+ tokens"):
        data.load(public, "train")


def test_labels_of_other_examples_are_refused(public):
    path = public / "train/labels/xnli/en.jsonl"
    identifier = lines(path)[0]["id"]
    spoil(path, identifier, identifier[::-1] + "0")
    with pytest.raises(OrganizerFault, match=r"^E202 labels/xnli/en.jsonl: .*not those of the inputs"):
        data.load(public, "train")


def test_missing_labels_and_missing_data_are_told_apart(public, tmp_path):
    (public / "train/labels/xnli/en.jsonl").unlink()
    with pytest.raises(OrganizerFault, match=r"^E201 .*xnli/en.jsonl"):
        data.load(public, "train")
    with pytest.raises(OrganizerFault, match=r"^E207 .*nowhere.*Extract"):
        data.load(tmp_path / "nowhere", "train")
    with pytest.raises(OrganizerFault, match=r"^E207 .*no xnli, yo"):
        data.load(public, "dev", ["xnli"], ["yo"])


def test_the_program_counts(public, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["data.py", "--public", str(public)])
    assert data.main() == 0
    de, en = (len(lines(public / f"dev/inputs/panx/{code}.jsonl")) for code in ("de", "en"))
    assert f"dev panx: {de + en} examples: de {de} en {en}\n" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["data.py", "--public", "nowhere"])
    assert data.main() == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("E207")
