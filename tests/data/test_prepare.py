"""The preparation from a folder to checked files."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
from pathlib import Path

import pytest

from organizer.data.checks import check_prepared
from organizer.data.order import order_key
from organizer.data.prepare import PrepareOptions, prepare
from organizer.data.report import Report
from organizer.data.sources import FolderSource
from tests.data.world import write_world
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import part_path

KEY = bytes(range(32))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def prepared(world: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report]:
    out = tmp_path_factory.mktemp("out") / "data"
    return out, run(world, out)


def run(world: Path, out: Path, key: bytes = KEY, **options: object) -> Report:
    return prepare(FolderSource(world, tiny_limit=20), out, key, PrepareOptions(**options))  # type: ignore[arg-type]


def rows(out: Path, split: str, task: str, language: str, kind: str = "inputs") -> list[dict]:
    path = out / split / kind / part_path(task, language)
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def tree_digest(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_every_item_is_in_one_split_in_all_languages(prepared: tuple[Path, Report]) -> None:
    out, _ = prepared
    for task, field, pattern in (("xnli", "premise", r"\d+"), ("pawsx", "sentence1", r"\d{4}")):
        where: dict[str, set[str]] = {}
        for split in ("evaluation", "final"):
            for language in ("en", "de", "th", "ja"):
                for row in rows(out, split, task, language):
                    item = re.findall(pattern, row[field])[0]
                    where.setdefault(item, set()).add(split)
        assert len(where) in (20, 60)
        assert all(len(found) == 1 for found in where.values())


def test_parallel_stretch_is_in_one_split(prepared: tuple[Path, Report]) -> None:
    out, report = prepared
    where: dict[int, dict[str, str]] = {}
    for split in ("evaluation", "final"):
        for language in ("de", "fr"):
            for row in rows(out, split, "udpos", language):
                if 70000 <= int(row["tokens"][-1] if row["tokens"][-1].isdigit() else 0) < 70040:
                    where.setdefault(int(row["tokens"][-1]), {})[language] = split
    assert len(where) == 40
    assert all(found["de"] == found["fr"] for found in where.values())
    assert {found["de"] for found in where.values()} == {"evaluation", "final"}
    (link,) = report.tasks["udpos"].links
    assert (link.left, link.right, link.how, link.votes) == ("test-de", "test-fr", "found", 40)
    assert link.left_lines[0] <= 26
    assert link.left_lines[1] >= 65


def test_what_crosses_is_dropped_from_public_and_reported(prepared: tuple[Path, Report]) -> None:
    out, report = prepared
    # One German dev premise is hidden: its item leaves dev in all three languages.
    assert [len(rows(out, "public/dev", "xnli", language)) for language in ("en", "de", "th")] == [27, 27, 27]
    assert all("premise 4" not in row["premise"] for row in rows(out, "public/dev", "xnli", "en"))
    left_out = report.tasks["xnli"].left_out
    assert left_out["same text as a hidden example"] == {"dev-de": 3}
    assert left_out["parallel to a hidden example, or in its group"] == {"dev-en": 3, "dev-th": 3}
    assert report.tasks["udpos"].left_out == {"same text as a hidden example": {"train-en": 1}}


def test_rows_without_translation_keep_the_languages_aligned(prepared: tuple[Path, Report]) -> None:
    out, report = prepared
    assert report.tasks["pawsx"].left_out["no translation"] == {"test-de": 1}
    links = {link.right: link for link in report.tasks["pawsx"].links if link.left == "test-en"}
    assert links["test-ja"].how == "line by line"
    assert (links["test-de"].how, links["test-de"].lines, links["test-de"].joined) == ("aligned", 58, 2)
    hidden = [row for split in ("evaluation", "final") for row in rows(out, split, "pawsx", "de")]
    assert len(hidden) == 58


def test_tiny_sets_are_whole_and_declared(prepared: tuple[Path, Report]) -> None:
    out, report = prepared
    assert report.tasks["udpos"].whole == {"mr": 12}
    assert not rows(out, "evaluation", "udpos", "mr")
    assert len(rows(out, "final", "udpos", "mr")) == 12
    dataset = json.loads((out / "evaluation" / "dataset.json").read_text())
    assert dataset["whole"] == {"udpos": ["mr"], "panx": ["jv"]}
    assert any("mr (12)" in line for line in report.warnings())


def test_halves_are_balanced_by_language_and_label(prepared: tuple[Path, Report]) -> None:
    out, _ = prepared
    for language in ("en", "de", "th"):
        counts = [len(rows(out, split, "xnli", language)) for split in ("evaluation", "final")]
        assert counts == [30, 30]
    for language in ("en", "ja"):
        for label in ("0", "1"):
            found = [
                sum(row["label"] == label for row in rows(out, split, "pawsx", language, "labels"))
                for split in ("evaluation", "final")
            ]
            assert abs(found[0] - found[1]) <= 2


def test_missing_languages_are_reported_with_their_reason(prepared: tuple[Path, Report]) -> None:
    _, report = prepared
    assert report.tasks["pawsx"].missing == dict.fromkeys(
        ("es", "fr", "ko", "zh"), "the source has no test examples of it"
    )
    assert "pawsx es: left out, the source has no test examples of it" in report.warnings()


def test_raw_wikiann_prefix_is_removed_and_duplicates_stay_together(prepared: tuple[Path, Report]) -> None:
    out, _ = prepared
    tokens = [token for row in rows(out, "final", "panx", "en") for token in row["tokens"]]
    assert tokens
    assert not any(token.startswith("en:") for token in tokens)
    repeated = [
        [row["tokens"] for row in rows(out, split, "panx", "de")].count(["detest5", "City"])
        for split in ("evaluation", "final")
    ]
    assert sorted(repeated) == [0, 2]


def test_same_key_same_bytes_and_another_key_another_order(
    world: Path, prepared: tuple[Path, Report], tmp_path: Path
) -> None:
    out, _ = prepared
    run(world, tmp_path / "again")
    assert tree_digest(tmp_path / "again") == tree_digest(out)
    run(world, tmp_path / "other", key=bytes(32))
    first, other = (
        [row["sentence1"] for row in rows(folder, "final", "pawsx", "en")] for folder in (out, tmp_path / "other")
    )
    assert first != other
    ids = {row["id"] for row in rows(out, "final", "pawsx", "en")}
    assert ids.isdisjoint(row["id"] for row in rows(tmp_path / "other", "final", "pawsx", "en"))


def test_order_and_ids_are_independent_between_languages(prepared: tuple[Path, Report]) -> None:
    out, _ = prepared
    english, japanese = (rows(out, "final", "pawsx", language) for language in ("en", "ja"))
    assert {row["id"] for row in english}.isdisjoint(row["id"] for row in japanese)
    numbers = [[re.findall(r"\d{4}", row["sentence1"])[0] for row in found] for found in (english, japanese)]
    assert sorted(numbers[0]) == sorted(numbers[1])
    assert numbers[0] != numbers[1]
    # Nor are they in the source's order.
    assert numbers[0] != sorted(numbers[0])


def test_check_reads_back_what_was_written(prepared: tuple[Path, Report]) -> None:
    out, report = prepared
    info = check_prepared(out)
    assert info.languages("final")["xnli"] == ("de", "en", "th")
    assert {split: sum(found.get("xnli", {}).values()) for split, found in info.counts.items()} == {
        "train": 90,
        "dev": 81,
        "evaluation": 90,
        "final": 90,
    }
    markdown = (out / "report.md").read_text()
    assert "## UD-POS (`udpos`)" in markdown
    assert "test-de 26-65" in markdown or "Parallel lines in 1 pairs" in markdown
    assert json.loads((out / "report.json").read_text())["source"] == report.source


def test_an_existing_folder_is_replaced_only_when_asked(world: Path, tmp_path: Path) -> None:
    out = tmp_path / "data"
    run(world, out)
    before = tree_digest(out)
    with pytest.raises(OrganizerFault, match=r"^E233 .*an earlier preparation.*--force"):
        run(world, out, key=bytes(32))
    assert tree_digest(out) == before
    run(world, out, key=bytes(32), force=True)
    assert tree_digest(out) != before
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_foreign_folder_is_never_replaced(world: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(OrganizerFault, match=r"^E233 .*something else"):
        run(world, tmp_path, force=True)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_full_disk_leaves_nothing_half_written(world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "data"
    calls = 0
    real = os.fsync

    def full_after_some(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls > 12:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full_after_some)
    with pytest.raises(
        OrganizerFault, match=r"^E232 .*No space left on device.*nothing was left half written"
    ) as fault:
        run(world, out)
    assert "\n" not in fault.value.line()
    assert calls == 13
    assert list(tmp_path.iterdir()) == []


def test_when_the_last_step_fails_the_earlier_preparation_is_put_back(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "data"
    run(world, out)
    before = tree_digest(out)
    real = Path.rename

    def refuse_once(self: Path, target: Path) -> Path:
        if target == out and self.name != out.name:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(self, target)

    monkeypatch.setattr(Path, "rename", refuse_once)
    with pytest.raises(OrganizerFault, match=r"^E232 .*Input/output error"):
        run(world, out, key=bytes(32), force=True)
    assert tree_digest(out) == before
    assert out.stat().st_mode & 0o777 == 0o700


def test_a_missing_task_is_refused(world: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    for task in ("xnli", "pawsx", "udpos"):
        (source / task).mkdir(parents=True)
        for path in (world / task).iterdir():
            (source / task / path.name).write_bytes(path.read_bytes())
    with pytest.raises(OrganizerFault, match=r"^E207 panx: .*the source has no test examples"):
        run(source, tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_a_source_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OrganizerFault, match=r"^E201 .*not a folder"):
        run(tmp_path / "nowhere", tmp_path / "data")


def test_order_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    path = tmp_path / "order.key"
    key = order_key(path)
    assert len(key) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert order_key(path) == key
    path.chmod(0o644)
    with pytest.raises(OrganizerFault, match=r"^E211 .*others may read it"):
        order_key(path)
    path.chmod(0o600)
    path.write_text("abcd\n")
    with pytest.raises(OrganizerFault, match=r"^E211 .*must be 32 bytes"):
        order_key(path)
