from __future__ import annotations

import importlib.util
import sys
from datetime import UTC, datetime

import picture
import pytest
import runs
import tracker

from xtreme_tasks.faults import OrganizerFault

with_mlflow = pytest.mark.skipif(
    importlib.util.find_spec("mlflow") is None, reason="the log needs mlflow-skinny (starting_kit/requirements.txt)"
)

RESULT = {
    "run": "abcdef0123456789",
    "data": "d" * 64,
    "settings": {"encoder": "tiny", "steps": 3, "tricks": ""},
    "seconds": 12.5,
    "energy": {"gpu_joules": 1500.5, "cpu_joules": "not measured"},
    "dev": {
        "score": 40.0,
        "on": "2 of 79 parts 3f2a",
        "tasks": {"xnli": {"score": 40.0, "languages": {"en": 50.0, "de": 30.0}}},
    },
}


@with_mlflow
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
    assert (first.on, second.on) == ("2 of 79 parts 3f2a", "")
    assert "2 of 79 parts 3f2a" in runs.table([first])[1]
    assert (first.joules, second.joules) == (1500.5, None)
    assert one.data.tags["energy.cpu_joules"] == "not measured"
    pytest.importorskip("matplotlib", reason="pictures need matplotlib (starting_kit/requirements.txt)")
    for name, start in (("a.svg", b"<?xml"), ("a.png", b"\x89PNG")):
        assert runs.main(["--out", str(tmp_path / name)]) == 0
        assert (tmp_path / name).read_bytes().startswith(start)
    assert "40.00" in capsys.readouterr().out
    assert runs.main(["--out", "a.gif"]) == 1


@with_mlflow
def test_a_log_that_cannot_be_written_is_one_line(tmp_path, monkeypatch, capfd):
    (tmp_path / "file").touch()
    odd = {"a name?*": 1.0}  # MLflow refuses it
    for place, result in (("file", RESULT), ("file/below", RESULT), ("log", odd)):
        monkeypatch.setenv("KIT_RUNS", str(tmp_path / place))
        tracker.log("train", result)
        (line,) = capfd.readouterr().err.splitlines()
        assert line.startswith("this run is not in the log ")


@with_mlflow
def test_a_damaged_mlflow_is_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KIT_RUNS", str(tmp_path))
    for name in ("mlflow", "mlflow.exceptions"):
        monkeypatch.setitem(sys.modules, name, None)  # as if something that it imports were missing
    tracker.log("train", RESULT)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("this run is not in the log ")


@with_mlflow
def test_a_damaged_log_is_one_line(tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("KIT_RUNS", str(tmp_path))
    tracker.log("train", RESULT)
    (meta,) = tmp_path.glob("*/meta.yaml")
    meta.write_text("a: [")
    capfd.readouterr()
    tracker.log("train", RESULT)
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith("this run is not in the log ")


@with_mlflow
def test_two_first_writers_and_more_than_a_page_are_read_as_one_log(tmp_path, monkeypatch):
    monkeypatch.setenv("KIT_RUNS", str(tmp_path))
    tracker.log("train", RESULT)
    (first,) = (path.parent for path in tmp_path.glob("*/meta.yaml"))
    hidden = first.rename(tmp_path / "aside")  # the second program does not see it yet
    tracker.log("evaluate", RESULT)
    hidden.rename(first)
    tracker.log("crossval", RESULT)
    assert len(list(tmp_path.glob("*/meta.yaml"))) == 2
    assert [run.kind for run in runs.read()] == ["train", "evaluate", "crossval"]
    with tracker.store() as mlflow:
        client = mlflow.MlflowClient()
        numbers = [one.experiment_id for one in client.search_experiments()]
        found = list(runs.pages(client.search_runs, experiment_ids=numbers, max_results=1))
    assert len({one.info.run_id for one in found}) == 3


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


def made(number: int, kind: str = "train", score: float | None = 50.0, seconds: float | None = 10.0) -> runs.Run:
    began = datetime(2027, 1, 11, 9, number % 60, tzinfo=UTC)
    return runs.Run(began, kind, f"run{number}", "", score, {"xnli": 40.0}, seconds, None)


def test_numbers_of_the_table_stand_below_each_other():
    head, *lines = runs.table([made(1), made(2, score=5.25, seconds=1234.5), made(3, score=None, seconds=None)])
    assert [line.split()[0] for line in lines] == ["1", "2", "3"]
    for column in ("score", "xnli", "seconds", "joules"):
        end = head.index(column) + len(column)
        assert all(line[end - 1] in "0123456789-" for line in lines), column
        assert all(line[end : end + 2].strip() == "" for line in lines), column
    assert lines[2].split()[-2:] == ["-", "-"]


def test_numbers_cover_neither_points_nor_each_other():
    figures = pytest.importorskip("matplotlib.figure", reason="pictures need matplotlib")
    from matplotlib.text import Text

    figure = figures.Figure(figsize=(4, 5))
    axes = figure.subplots()
    pairs = [(number, made(number, score=50.0 + number % 3, seconds=10.0 + number % 2)) for number in range(1, 15)]
    picture.scatter(axes, pairs, "many at the same place")
    figure.draw_without_rendering()
    picture.number_points(axes)
    figure.draw_without_rendering()
    words = [text for text in axes.texts if text.get_text().isdigit()]
    assert sorted(int(text.get_text()) for text in words) == list(range(1, 15))
    boxes = [Text.get_window_extent(text) for text in words]  # the words alone, without the lines
    assert not any(one.overlaps(other) for place, one in enumerate(boxes) for other in boxes[:place])
    points = axes.transData.transform(axes.collections[0].get_offsets())
    assert not any(box.contains(*point) for box in boxes for point in points)


def test_a_picture_of_another_kind_or_of_nothing(tmp_path):
    pytest.importorskip("matplotlib", reason="pictures need matplotlib")
    with pytest.raises(OrganizerFault, match="E233"):
        picture.draw([], tmp_path / "a.gif")
    for shown in ([], [made(1, score=None)], [made(1, "evaluate"), made(2, seconds=None)]):
        picture.draw(shown, tmp_path / "a.svg")
        assert (tmp_path / "a.svg").stat().st_size > 1000
