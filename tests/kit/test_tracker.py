from __future__ import annotations

import runs
import tracker

RESULT = {
    "run": "abcdef0123456789",
    "data": "d" * 64,
    "settings": {"encoder": "tiny", "steps": 3, "tricks": ""},
    "seconds": 12.5,
    "dev": {"score": 40.0, "tasks": {"xnli": {"score": 40.0, "languages": {"en": 50.0, "de": 30.0}}}},
}


def test_runs_are_read_back_as_they_were_logged(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KIT_RUNS", str(tmp_path / "shared"))
    monkeypatch.chdir(tracker.Path(tracker.__file__).parent)
    tracker.log("train", RESULT)
    tracker.log("evaluate", {"dev": {"score": 20.0, "tasks": {"xnli": {"en": 20.0}}}, "duration": 3.0})
    first, second = runs.read()
    assert (first.kind, first.score, first.seconds, first.tasks, first.name) == (
        "train",
        40,
        12.5,
        {"xnli": 40},
        "tiny",
    )
    assert (second.kind, second.score, second.seconds, second.tasks) == ("evaluate", 20, 3, {"xnli": 20})
    assert [run.kind for run in runs.read("train")] == ["train"]
    with tracker.store() as mlflow:
        (one,) = mlflow.MlflowClient().search_runs(
            [mlflow.MlflowClient().get_experiment_by_name(tracker.EXPERIMENT).experiment_id], "tags.kind = 'train'"
        )
    assert one.data.tags["data"] == RESULT["data"]
    assert one.data.params["steps"] == "3"
    assert one.data.metrics["dev.tasks.xnli.languages.de"] == 30
    for name, start in (("a.svg", b"<?xml"), ("a.png", b"\x89PNG")):
        assert runs.main(["--out", str(tmp_path / name)]) == 0
        assert (tmp_path / name).read_bytes().startswith(start)
    assert "40.00" in capsys.readouterr().out
    assert runs.main(["--out", "a.gif"]) == 1


def test_without_mlflow_it_is_said_once(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KIT_RUNS", str(tmp_path / "shared"))
    monkeypatch.setattr(tracker, "PACKAGE", "no_such_package")
    tracker.installed.cache_clear()
    try:
        tracker.log("train", RESULT)
        tracker.log("train", RESULT)
        assert capsys.readouterr().err.count("install mlflow-skinny") == 1
        assert not (tmp_path / "shared").exists()
    finally:
        tracker.installed.cache_clear()


def test_no_log_is_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KIT_RUNS", str(tmp_path / "none"))
    assert runs.main([]) == 1
    assert capsys.readouterr().err.startswith("E201")


def test_outside_of_a_repository_there_is_no_git_state(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert tracker.git_state() == {}
