"""evaluate.py judges a zip as the worker does, and says to the log which examples a score is of."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import evaluate
import pytest
import scored
import tracker

from tests.kit.test_pack import RIGHT, public  # noqa: F401 - a fixture
from xtreme_tasks.faults import OrganizerFault, TeamFault
from xtreme_tasks.settings import Limits

KEEP = b"description: x\n"


def zipped(path: Path, *more: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (("submission.py", RIGHT.encode()), *more):
            archive.writestr(name, content)
    return path


def link() -> zipfile.ZipInfo:
    made = zipfile.ZipInfo("link")
    made.create_system, made.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return made


ODD = {
    "E102": [("metadata.yaml", b"command: python evil.py\n")],
    "E103": [(f"{number}.txt", b"") for number in range(9)],
    "E104": [(link(), b"/etc/hosts")],
    "E105": [("../outside.py", b"")],
}


@pytest.mark.parametrize("code", ODD)
def test_a_zip_that_the_worker_refuses_is_refused_before_a_byte_is_written(public, tmp_path, monkeypatch, code):  # noqa: F811
    monkeypatch.setattr(evaluate, "limits", lambda: Limits(files=8))
    monkeypatch.setattr(zipfile.ZipFile, "extractall", None)
    monkeypatch.setattr(evaluate, "_program", None)
    path = zipped(tmp_path / "a.zip", *ODD[code])
    with pytest.raises(TeamFault, match=f"^{code}"):
        evaluate.evaluate(path, public, tmp_path / "out", [], [], estimate=False)
    assert not (tmp_path / "out").exists()


def test_what_is_no_zip_and_what_is_not_there(public, tmp_path):  # noqa: F811
    (tmp_path / "a.zip").write_bytes(b"no zip")
    with pytest.raises(TeamFault, match="^E105"):
        evaluate.evaluate(tmp_path / "a.zip", public, tmp_path / "out", [], [])
    with pytest.raises(OrganizerFault, match="^E233"):
        evaluate.evaluate(tmp_path / "b.zip", public, tmp_path / "out", [], [])


def test_the_log_tells_examples_and_code_of_a_score(public, tmp_path, monkeypatch):  # noqa: F811
    pytest.importorskip("mlflow", reason="the log needs mlflow-skinny (starting_kit/requirements.txt)")
    for kind in ("inputs", "labels"):
        german = public / "dev" / kind / "xnli" / "de.jsonl"
        german.write_bytes((german.parent / "en.jsonl").read_bytes())
    logged = []
    monkeypatch.setattr(tracker, "log", lambda kind, result: logged.append(result))
    path = zipped(tmp_path / "a.zip", ("metadata.yaml", KEEP))
    for languages in ([], ["de"], ["en"]):
        assert evaluate.evaluate(path, public, tmp_path / "out", [], languages, estimate=False) == 0
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "folder")
    assert evaluate.evaluate(tmp_path / "folder", public, tmp_path / "out", [], [], estimate=False) == 0
    assert [one["settings"]["languages"] for one in logged] == ["de,en", "de", "en", "de,en"]
    assert {one["settings"]["tasks"] for one in logged} == {"xnli"}
    assert len({one["submission_digest"] for one in logged}) == 1
    whole, german, english, again = (one["dev"]["on"] for one in logged)
    assert whole == again
    assert whole.startswith("all ")
    assert german.startswith("1 of 2 parts ")
    assert english.startswith("1 of 2 parts ")
    assert german != english
    assert [one["data"][:4] for one in logged] == [words.split()[-1] for words in (whole, german, english, again)]


def test_examples_that_differ_have_other_words(public):  # noqa: F811
    part = [("xnli", "en")]
    before = scored.words(public, part)
    assert scored.words(public, part, 2).startswith("1 of 1 parts, 2 each ")
    assert scored.digest(public, part) != scored.digest(public, part, 2)
    path = public / "dev" / "labels" / "xnli" / "en.jsonl"
    path.write_text(path.read_text().replace("entailment", "neutral"))
    assert scored.words(public, part) != before
