from __future__ import annotations

import json
import os
import re
import shutil
import zipfile
from pathlib import Path

import pack
import pytest

from ingestion_program.folder import judge
from tests.kit.conftest import KIT
from xtreme_tasks.faults import OrganizerFault, TeamFault
from xtreme_tasks.settings import Limits

CODE = """class Submission:
    def __init__(self, folder):
        pass

    def predict(self, task, language, examples):
"""
RIGHT = CODE + "        return ['neutral' for _ in examples]\n"
WRONG = CODE + "        return ['maybe' for _ in examples]\n"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A submission for xnli alone, with what an editor and a training leave beside it."""
    folder = tmp_path / "own"
    for name in ("__pycache__/a.pyc", ".git/config", ".ipynb_checkpoints/a.ipynb", "checkpoint.pt", "weights/a.npz"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")
    (folder / "submission.py").write_text(RIGHT)
    return folder


@pytest.fixture
def public(tmp_path: Path) -> Path:
    """Three xnli examples in English."""
    rows = [{"id": str(n), "premise": "It rains.", "hypothesis": f"It pours {n}."} for n in range(3)]
    labels = [{"id": row["id"], "label": "neutral" if n else "entailment"} for n, row in enumerate(rows)]
    for kind, lines in (("inputs", rows), ("labels", labels)):
        path = tmp_path / "public" / "dev" / kind / "xnli" / "en.jsonl"
        path.parent.mkdir(parents=True)
        path.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
    return tmp_path / "public"


def test_caches_stay_out_and_the_metadata_file_comes_in(own, tmp_path, capsys):
    out = tmp_path / "own.zip"
    assert pack.main(["--folder", str(own), "--out", str(out), "--no-evaluate"]) == 0
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == ["submission.py", "weights/a.npz", "metadata.yaml"]
        archive.extractall(tmp_path / "extracted")
    judge(tmp_path / "extracted", Limits())
    said = capsys.readouterr().out
    assert all(f"left out: {name}" in said for name in (".git", "__pycache__", "checkpoint.pt", ".ipynb_checkpoints"))
    assert said.splitlines()[-1].endswith("extracted, 3 files")
    first = out.read_bytes()
    assert pack.main(["--folder", str(own), "--out", str(out), "--no-evaluate"]) == 0
    assert out.read_bytes() == first


def test_a_folder_does_not_pack_what_was_made_of_it(own, public, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(own)
    monkeypatch.setenv("KIT_RUNS", "")
    public.rename(own / "public_data")
    for _ in range(2):
        assert pack.main(["--folder", ".", "--out", "out.zip"]) == 0
        (own / "runs").mkdir(exist_ok=True)
        said = capsys.readouterr().out
        with zipfile.ZipFile(own / "out.zip") as archive:
            assert archive.namelist() == ["submission.py", "weights/a.npz", "metadata.yaml"]
    assert all(f"left out: {name}\n" in said for name in ("out.zip", "public_data", "results", "runs"))


def test_a_folder_in_the_zips_place_is_refused_before_anything_runs(own, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(pack, "evaluate", None)
    assert pack.main(["--folder", str(own), "--out", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith(f"E233 {tmp_path}: ")


def test_the_baselines_code_is_complete():
    for name in pack.CODE:
        for word in re.findall(r"^\s*(?:from|import) (\w+)", (KIT / name).read_text(), re.MULTILINE):
            assert f"{word}.py" in pack.CODE or not (KIT / f"{word}.py").exists(), f"{name} needs {word}"


def _link(folder: Path) -> None:
    (folder / "link").symlink_to("/etc/hosts")


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda folder: (folder / "submission.py").rename(folder / "other.py"), "E101"),
        (lambda folder: (folder / "metadata.yaml").write_text("command: python evil.py\n"), "E102"),
        (_link, "E104"),
        (lambda folder: (folder / "a\nb").write_bytes(b""), "E105"),
        (lambda folder: Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9")).write_bytes(b""), "E105"),
        (lambda folder: os.mkfifo(folder / "pipe"), "E104"),
        (lambda folder: shutil.move(folder / "submission.py", folder / "weights"), "E101"),
        (lambda folder: (folder / "metadata").write_text("a: ["), "E102"),
    ],
)
def test_what_the_platform_refuses_is_refused_with_its_code(own, tmp_path, capsys, damage, code):
    damage(own)
    out = tmp_path / "own.zip"
    assert pack.main(["--folder", str(own), "--out", str(out), "--no-evaluate"]) == 1
    assert capsys.readouterr().err.startswith(code)
    assert not out.exists()
    assert not list(tmp_path.glob(".pack-*"))


@pytest.mark.parametrize(
    ("most", "said"), [(Limits(files=1), "2 files, at most 1"), (Limits(submission_mib=1), "w.bin: .*2 MiB in all")]
)
def test_too_much_is_refused_before_it_is_compressed(own, tmp_path, monkeypatch, most, said):
    with (own / "w.bin").open("wb") as stream:
        stream.truncate(2 << 20 if most.submission_mib == 1 else 0)
    monkeypatch.setattr(pack, "limits", lambda: most)
    monkeypatch.setattr(pack, "write", None)
    with pytest.raises(TeamFault, match="E103") as caught:
        pack.pack(pack.collect(own), tmp_path / "own.zip", None, tmp_path / "results", [], [])
    assert re.search(said.replace("2 files", f"{len(pack.collect(own).files)} files"), caught.value.line())


def test_the_metadata_file_counts_among_the_files(own, tmp_path, monkeypatch):
    monkeypatch.setattr(pack, "limits", lambda: Limits(files=2))
    with pytest.raises(TeamFault, match="E103"):
        pack.pack(pack.collect(own), tmp_path / "own.zip", None, tmp_path / "results", [], [])


def test_a_results_folder_with_something_else_is_not_replaced(own, public, tmp_path, capsys):
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.tex").write_text("years")
    command = ["--folder", str(own), "--out", str(tmp_path / "own.zip"), "--public", str(public)]
    assert pack.main([*command, "--results", str(precious)]) == 1
    assert capsys.readouterr().err.startswith("E233")
    assert (precious / "thesis.tex").read_text() == "years"
    assert pack.main([*command, "--tasks", "xnli,xlni"]) == 1
    assert "E207" in (said := capsys.readouterr().err)
    assert "xlni" in said


BAD = {
    "E111": RIGHT + "  oops(",
    "E112": RIGHT.replace("class Submission", "class Submision"),
    "E113": RIGHT.replace("        pass", "        open(folder / 'weights.bin')"),
    "E121": RIGHT.replace("        return", "        examples[10**6]\n        return"),
    "E122": RIGHT.replace("        return", "        "),
    "E123": RIGHT.replace("in examples]", "in examples[1:]]"),
    "E124": RIGHT.replace("'neutral'", "1"),
    "E134": RIGHT.replace("        pass", "        import os; os._exit(3)"),
}
"""Code that fails, by the platform's word for it."""


@pytest.mark.parametrize("code", BAD)
def test_code_that_fails_gets_the_platforms_code_and_no_zip(own, public, tmp_path, capfd, code):
    (own / "submission.py").write_text(BAD[code])
    command = ["--folder", str(own), "--out", str(tmp_path / "own.zip"), "--public", str(public)]
    assert pack.main([*command, "--results", str(tmp_path / "results")]) == 1
    said = capfd.readouterr()
    assert f"\n{code} pre-flight " in "\n" + said.out
    assert "The attempt does not count." in said.out
    assert "not written" in said.err
    assert not (tmp_path / "own.zip").exists()


def test_a_zip_is_kept_only_if_its_evaluation_passes(own, public, tmp_path, capsys):
    out = tmp_path / "own.zip"
    command = ["--folder", str(own), "--out", str(out), "--public", str(public), "--results", str(tmp_path / "results")]
    assert pack.main(command) == 0
    kept = out.read_bytes()
    said = capsys.readouterr().out
    assert "score         66.67" in said
    assert "where they are translations of each other, the true noise is larger" in said
    assert json.loads((tmp_path / "results" / "scores.json").read_bytes())["xnli"] == pytest.approx(200 / 3)
    (own / "submission.py").write_text(WRONG)
    assert pack.main(command) != 0
    assert "not written" in capsys.readouterr().err
    assert out.read_bytes() == kept


def test_the_baseline_needs_a_trained_model_unless_rules_shall_answer(saved, tmp_path):
    with pytest.raises(OrganizerFault, match="E201"):
        pack.baseline(tmp_path)
    assert set(pack.baseline(None).files) == set(pack.CODE)
    assert {"model/model.safetensors", "model/tokenizer.json"} <= set(pack.baseline(saved["bert"]).files)


def test_a_log_that_cannot_be_written_costs_no_zip(own, public, tmp_path, monkeypatch, capsys):
    pytest.importorskip("mlflow", reason="the log needs mlflow-skinny (starting_kit/requirements.txt)")
    (tmp_path / "file").touch()
    monkeypatch.setenv("KIT_RUNS", str(tmp_path / "file"))
    command = ["--folder", str(own), "--out", str(tmp_path / "own.zip"), "--public", str(public)]
    assert pack.main([*command, "--results", str(tmp_path / "results")]) == 0
    assert "this run is not in the log" in capsys.readouterr().err
    assert (tmp_path / "own.zip").is_file()
