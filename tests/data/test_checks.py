"""Prepared data that somebody spoiled: each fault is one line with file and line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from organizer.data.checks import check_prepared
from organizer.data.prepare import PrepareOptions, prepare
from organizer.data.sources import FolderSource
from tests.data.world import write_world
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import dumps, sha256

Edit = Callable[[list[dict], list[dict]], None]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checks")
    world = write_world(folder / "world")
    prepare(FolderSource(world, tiny_limit=20), folder / "data", bytes(32), PrepareOptions())
    return folder / "data"


@pytest.fixture
def data(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "data"))


def read(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def write(data: Path, split: str, name: str, content: bytes) -> None:
    """Write a file and its digest, so that only the checks of content can object."""
    (data / split / name).write_bytes(content)
    path = data / split / "dataset.json"
    dataset = json.loads(path.read_text())
    dataset["files"][name] = sha256(content)
    path.write_text(json.dumps(dataset))


def spoil(data: Path, split: str, part: str, edit: Edit) -> None:
    inputs, labels = (read(data / split / kind / part) for kind in ("inputs", "labels"))
    edit(inputs, labels)
    for kind, rows in (("inputs", inputs), ("labels", labels)):
        write(data, split, f"{kind}/{part}", "".join(dumps(row) + "\n" for row in rows).encode())


def refused(data: Path, expected: str) -> None:
    with pytest.raises(OrganizerFault, match=expected) as fault:
        check_prepared(data)
    assert "\n" not in fault.value.line()


def test_sound_data_pass(sound: Path) -> None:
    assert check_prepared(sound).counts["final"]["udpos"]["mr"] == 12


EDITS: dict[str, tuple[str, Edit, str]] = {
    "unknown label": (
        "xnli/de.jsonl",
        lambda _, labels: labels[3].update(label="maybe"),
        r"^E203 final/labels/xnli/de.jsonl line 4: ",
    ),
    "label of wrong type": (
        "pawsx/ja.jsonl",
        lambda _, labels: labels[0].update(label=1),
        r"^E203 final/labels/pawsx/ja.jsonl line 1: ",
    ),
    "length mismatch": (
        "udpos/de.jsonl",
        lambda _, labels: labels[1]["tags"].append("X"),
        r"^E204 final/labels/udpos/de.jsonl line 2: .*4 tags for 3 tokens",
    ),
    "empty token": (
        "panx/de.jsonl",
        lambda inputs, _: inputs[2]["tokens"].__setitem__(0, ""),
        r"^E204 final/inputs/panx/de.jsonl line 3: ",
    ),
    "missing field": (
        "xnli/en.jsonl",
        lambda inputs, _: inputs[0].pop("hypothesis"),
        r"^E202 final/inputs/xnli/en.jsonl line 1: ",
    ),
    "duplicate id": (
        "xnli/en.jsonl",
        lambda inputs, _: inputs[4].update(id=inputs[0]["id"]),
        r"^E202 final/inputs/xnli/en.jsonl line 5: .*the id occurs twice",
    ),
    "control character": (
        "xnli/th.jsonl",
        lambda inputs, _: inputs[1].update(premise="a\u0007b"),
        r"^E202 final/inputs/xnli/th.jsonl line 2: .*a control character",
    ),
    "tab in a token": (
        "udpos/fr.jsonl",
        lambda inputs, _: inputs[0]["tokens"].__setitem__(1, "a\tb"),
        r"^E202 final/inputs/udpos/fr.jsonl line 1: .*a control character",
    ),
    "label among the inputs": (
        "pawsx/en.jsonl",
        lambda inputs, _: inputs[6].update(label="1"),
        r"^E206 final/inputs/pawsx/en.jsonl line 7: ",
    ),
    "ids of different lines": (
        "pawsx/en.jsonl",
        lambda _, labels: labels.reverse(),
        r"^E207 final/labels/pawsx/en.jsonl line 1: .*not the id of the same line",
    ),
    "an answer is missing": (
        "pawsx/en.jsonl",
        lambda _, labels: labels.pop(),
        r"^E207 final/labels/pawsx/en.jsonl: .*answers for",
    ),
    "an example fewer than announced": (
        "pawsx/en.jsonl",
        lambda inputs, labels: (inputs.pop(), labels.pop()),
        r"^E207 final/dataset.json: .*its counts are not those of the files",
    ),
}


@pytest.mark.parametrize("case", EDITS)
def test_a_spoiled_file_is_refused_with_file_and_line(case: str, data: Path) -> None:
    part, edit, expected = EDITS[case]
    spoil(data, "final", part, edit)
    refused(data, expected)


@pytest.mark.parametrize(
    ("split", "task", "field"), [("public/dev", "xnli", "premise"), ("evaluation", "pawsx", "sentence2")]
)
def test_a_final_item_elsewhere_is_refused(data: Path, split: str, task: str, field: str) -> None:
    hidden = read(data / "final" / "inputs" / task / "en.jsonl")[5]
    # On the other side of the pair, in other letters: still the same sentence.
    target = "premise" if task == "xnli" else "sentence1"
    spoil(data, split, f"{task}/de.jsonl", lambda inputs, _: inputs[8].update({target: hidden[field].upper() + " "}))
    first, second = (split, "final") if split != "evaluation" else ("final", split)
    refused(data, rf"^E205 {first}/inputs/{task}/\w\w.jsonl line \d+: .*also in {second}/inputs/{task}/")


def test_ids_shared_by_languages_are_refused(data: Path) -> None:
    def take(inputs: list[dict], labels: list[dict]) -> None:
        for rows in (inputs, labels):
            rows[0]["id"] = read(data / "final" / "inputs" / "pawsx" / "de.jsonl")[3]["id"]

    spoil(data, "final", "pawsx/en.jsonl", take)
    refused(data, r"^E208 final/inputs/pawsx/en.jsonl line 1: .*occurs in final/inputs/pawsx/de.jsonl too")


def test_languages_in_the_same_order_are_refused(data: Path) -> None:
    labels = [row["label"] for row in read(data / "final" / "labels" / "xnli" / "de.jsonl")]

    def same_order(_: list[dict], own: list[dict]) -> None:
        for row, label in zip(own, labels, strict=True):
            row["label"] = label

    assert len(labels) == 30
    spoil(data, "final", "xnli/en.jsonl", same_order)
    refused(data, r"^E208 final/inputs/xnli/en.jsonl: .*same labels in the same order")


def test_changed_bytes_extra_and_missing_files_are_refused(data: Path) -> None:
    path = data / "evaluation" / "labels" / "panx" / "de.jsonl"
    original = path.read_bytes()
    path.write_bytes(original + b"\n")
    refused(data, r"^E202 evaluation/labels/panx/de.jsonl: .*digest")
    path.unlink()
    refused(data, r"^E207 evaluation/labels/panx/de.jsonl: .*listed, but not there")
    path.write_bytes(original)
    extra = data / "evaluation" / "inputs" / "labels-panx-de.jsonl"
    extra.write_bytes(original)
    refused(data, r"^E206 evaluation/inputs/labels-panx-de.jsonl: .*not listed")


@pytest.mark.parametrize("stray", ["final.jsonl", "final/labels/xnli/en.jsonl", ".hidden"])
def test_anything_beside_the_public_splits_is_refused(stray: str, data: Path) -> None:
    path = data / "public" / stray
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}\n")
    refused(data, rf"^E207 public/{stray.partition('/')[0]}: .*not a part of prepared data.* Remove it\.$")


def test_bad_utf8_and_no_data_set(data: Path) -> None:
    write(data, "final", "inputs/xnli/de.jsonl", b'{"id":"a","premise":"\xff","hypothesis":"b"}\n')
    refused(data, r"^E202 final/inputs/xnli/de.jsonl line 1: .*not UTF-8")
    (data / "final" / "dataset.json").write_text("{")
    refused(data, r"^E202 final/dataset.json: .*not JSON")
    (data / "final" / "dataset.json").unlink()
    refused(data, r"^E201 final/dataset.json: ")
