"""Packing: the same bytes twice, weights trained once, and one line for whatever is wrong."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from examples import pack
from tests.examples.tiny_public import write_public
from xtreme_tasks.faults import OrganizerFault


@pytest.mark.parametrize("name", pack.NAMES)
def test_training_and_packing_again_gives_the_same_bytes(
    name: str, archives: dict[str, Path], public: Path, tmp_path: Path
) -> None:
    again = pack.pack_example(name, public, tmp_path / "again.zip")  # a cache of its own: trains anew
    assert again.read_bytes() == archives[name].read_bytes()


@pytest.mark.parametrize("name", pack.NAMES)
def test_a_zip_holds_the_entry_point_at_its_root_and_plain_files(name: str, archives: dict[str, Path]) -> None:
    with zipfile.ZipFile(archives[name]) as archive:
        names = archive.namelist()
    assert "submission.py" in names
    assert names == sorted(names)
    assert all(entry.count("/") <= 1 and not entry.startswith("metadata") for entry in names)
    assert ("train.py" in names) == any(entry.startswith("weights/") for entry in names)


def test_weights_are_trained_once_for_the_same_code_and_data(
    public: Path, archives: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[Path] = []
    monkeypatch.setattr(pack, "run_training", lambda folder, public: ran.append(folder) or learn(folder))
    for name in ("linear", "slow_linear", "linear"):
        pack.pack_example(name, public, tmp_path / f"{name}.zip")
    assert len(ran) == 1
    other = write_public(tmp_path / "other", count=5, seed=1)
    pack.pack_example("linear", other, tmp_path / "other.zip")
    assert len(ran) == 2


def learn(folder: Path) -> None:
    (folder / "weights").mkdir()
    (folder / "weights" / "one.npz").write_bytes(b"weights")


def test_the_summaries_of_the_data_decide_about_new_training(tmp_path: Path) -> None:
    public = write_public(tmp_path / "public", count=2)
    without = pack.public_digest(public)
    for split in ("train", "dev"):
        (public / split / "dataset.json").write_text(split)
    summed = pack.public_digest(public)
    assert summed != without
    (public / "dev" / "dataset.json").write_text("changed")
    assert pack.public_digest(public) != summed


def test_an_unknown_example_is_refused(public: Path, tmp_path: Path) -> None:
    with pytest.raises(OrganizerFault, match=r"E233 fastest: .*no such example"):
        pack.pack_example("fastest", public, tmp_path / "x.zip")


def test_missing_public_data_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(OrganizerFault, match="E201"):
        pack.pack_example("linear", tmp_path / "nowhere", tmp_path / "x.zip")
    assert list(tmp_path.iterdir()) == []


def test_failed_training_tells_its_last_line_and_leaves_no_weights(tmp_path: Path) -> None:
    public = write_public(tmp_path / "public", count=2)
    (public / "train" / "labels" / "udpos" / "de.jsonl").write_bytes(b"{nonsense\n")
    with pytest.raises(OrganizerFault, match=r"E233 train\.py: .*JSONDecodeError"):
        pack.pack_example("lexicon", public, tmp_path / "out" / "x.zip")
    assert list((tmp_path / "out" / "weights").iterdir()) == []
    assert not (tmp_path / "out" / "x.zip").exists()


def test_the_command_prints_the_zip_or_one_line(public: Path, tmp_path: Path) -> None:
    script = str(Path(pack.__file__))
    out = tmp_path / "constant.zip"
    made = subprocess.run(
        [sys.executable, script, "constant", "--public", str(public), "--out", str(out)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert made.stdout.strip() == str(out)
    failed = subprocess.run(
        [sys.executable, script, "lexicon", "--public", str(tmp_path), "--out", str(out)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.startswith("E201")
    assert failed.stderr.count("\n") == 1
