from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ablation
import pytest
from ablation import ARMS, BASE, Settings, table

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tasks import TASKS

USED = {"steps": 7, "batch": 4, "rate": 0.1, "precision": "fp32", "tasks": "", "languages": "de,en", "dev": 2}


def settings(prepared: Path, encoder: Path, folder: Path, **changes: Any) -> Settings:
    places = {"public": str(prepared / "public"), "encoder": str(encoder)}
    places |= {"results": str(folder / "results"), "work": str(folder / "work")}
    small: dict[str, Any] = {"seeds": "1", "languages": "de,en", "tasks": "xnli=1,panx=1", "steps": 2, "dev": 2}
    return Settings(**{**places, **small, **changes})


def result(folder: Path, arm: str, seed: int, score: float, seconds: float) -> None:
    """One file as `ablation.run` writes it."""
    tasks = {name: {"score": score + place} for place, name in enumerate(TASKS)}
    row = {"arm": arm, "seed": seed, "settings": {**USED, "seed": seed}, "processor_seconds": seconds}
    folder.mkdir(exist_ok=True)
    (folder / f"{arm}-{seed}.json").write_text(json.dumps({**row, "dev": {"score": score, "tasks": tasks}}))


def cells(text: str, arm: str) -> list[str]:
    (line,) = [line for line in text.splitlines() if line.startswith(f"| `{arm}`")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_student_is_cut_and_taught_by_base_and_what_is_done_is_not_done_again(
    prepared, tiny_encoder, tmp_path, monkeypatch
):
    asked = settings(prepared, tiny_encoder, tmp_path, only="base,student,distil")
    ablation.run(asked)
    rows = {path.stem: json.loads(path.read_bytes()) for path in (tmp_path / "results").iterdir()}
    assert sorted(rows) == ["base-1", "distil-1", "student-1"]
    for name, row in rows.items():
        assert row["processor_seconds"] > 0
        assert set(row["dev"]["tasks"]) == {"xnli", "panx"}
        assert str(tmp_path) not in json.dumps(row), name
    assert json.loads((tmp_path / "work" / "student" / "config.json").read_bytes())["num_hidden_layers"] == 2
    assert (tmp_path / "work" / "base-1" / "model").is_dir()  # the student's teacher
    assert not (tmp_path / "work" / "distil-1").exists()
    assert not list((tmp_path / "work").glob("*/checkpoint.pt"))

    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "results").iterdir()}
    begun = []
    monkeypatch.setattr(ablation, "train", begun.append)
    ablation.run(asked)
    assert begun == []
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "results").iterdir()} == before


def test_only_what_is_missing_is_run(prepared, tiny_encoder, tmp_path, monkeypatch):
    result(tmp_path / "results", BASE, 1, 40.0, 1.0)
    begun = []

    def stop(made: Any) -> None:
        begun.append((Path(made.out).name, made.seed, made.tricks))
        raise OrganizerFault("E207", "stop", "as if it were killed")

    monkeypatch.setattr(ablation, "train", stop)
    for changes in ({"seeds": "1,2"}, {"only": "rdrop"}):
        with pytest.raises(OrganizerFault, match="E207"):
            ablation.run(settings(prepared, tiny_encoder, tmp_path, **changes))
    assert begun == [("base-2", 2, ""), ("rdrop-1", 1, "rdrop")]
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["base-1.json"]


def test_differences_are_by_seed_and_times_are_multiples(tmp_path):
    for seed, base, rdrop in ((1, 40.0, 42.0), (2, 41.0, 41.5), (3, 99.0, None)):
        result(tmp_path, BASE, seed, base, 10.0)
        if rdrop is not None:
            result(tmp_path, "rdrop", seed, rdrop, 18.0 + seed)
    text = table(tmp_path)
    row = cells(text, "rdrop")
    assert row[2:7] == ["41.75", "42.75", "43.75", "44.75", "41.75"]
    assert row[7:] == ["+1.25", "+2.00, +0.50", "better", "1.95"]  # the third seed has no pair
    assert cells(text, BASE)[6:] == ["60.00", "", "40.00, 41.00, 99.00", "", "1.00"]
    assert "7 steps of 4 examples" in text
    assert "`fgm`" in text.split("Not run:")[1]


@pytest.mark.parametrize(
    ("scores", "verdict"),
    [((39.0, 40.5), "worse"), ((41.0, 40.0), "no"), ((40.0, 41.5), "no"), ((41.0,), "better (one seed)")],
)
def test_a_switch_is_better_only_if_it_is_in_every_seed(tmp_path, scores, verdict):
    for seed, score in enumerate(scores, start=1):
        result(tmp_path, BASE, seed, 40.0 + seed - 1, 10.0)
        result(tmp_path, "fgm", seed, score, 10.0)
    assert cells(table(tmp_path), "fgm")[9] == verdict


def test_a_student_that_is_taught_is_compared_with_the_student(tmp_path):
    for arm, score, seconds in ((BASE, 50.0, 10.0), ("student", 40.0, 5.0), ("distil", 43.0, 7.5)):
        result(tmp_path, arm, 1, score, seconds)
    text = table(tmp_path)
    (line,) = [line for line in text.splitlines() if line.startswith("| `distil` (to `student`)")]
    assert "| +3.00 | +3.00 | better (one seed) | 1.50 |" in line
    assert cells(text, "student")[7] == "-10.00"


def test_without_base_there_is_no_table(tmp_path, capsys):
    result(tmp_path / "results", "rdrop", 1, 40.0, 1.0)
    with pytest.raises(OrganizerFault, match="E201"):
        table(tmp_path / "results")
    out = tmp_path / "table.md"
    assert ablation.main(["--results", str(tmp_path / "results"), "--table", str(out)]) == 1
    assert capsys.readouterr().err.startswith("E201")
    assert not out.exists()
    result(tmp_path / "results", BASE, 1, 40.0, 1.0)
    assert ablation.main(["--results", str(tmp_path / "results"), "--table", str(out)]) == 0
    assert "| `rdrop` |" in out.read_text()


def test_every_switch_is_a_training_with_other_settings(prepared, tiny_encoder, tmp_path):
    asked = settings(prepared, tiny_encoder, tmp_path)
    made = {arm.name: ablation.training(asked, arm, 3) for arm in ARMS}
    assert len(made) == len(ARMS)
    plain = made.pop(BASE)
    assert plain.seed == 3
    for name, one in made.items():
        changed = {key for key, value in vars(one).items() if value != vars(plain)[key]} - {"out"}
        assert changed, name
        assert changed == set(next(arm for arm in ARMS if arm.name == name).changes), name
        assert "{" not in one.tricks + one.encoder, name
    assert {arm.against for arm in ARMS} <= {arm.name for arm in ARMS}
