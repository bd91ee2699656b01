from __future__ import annotations

import os
import zipfile
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from organizer.build.archive import folder_files, write_zip
from organizer.build.bundle import Build
from organizer.build.options import ROOT
from organizer.build.phases import parse_start, parse_weeks, platform_time, schedule
from organizer.build.platform_yaml import fill, read_template, splits
from organizer.build.rules import parse_rules, read_rules
from organizer.build.secret import read_or_make_secret
from scoring_program.row import COLUMNS
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.settings import PhaseSettings

RULES = ROOT / "competition_bundle" / "rules.toml"
TEMPLATE = ROOT / "competition_bundle" / "competition.yaml"
SPLITS = ["evaluation", "evaluation", "evaluation", "final"]
START = datetime(2027, 1, 11, tzinfo=UTC)


def test_phases_follow_each_other_without_touching():
    phases = schedule(SPLITS, START, [4, 4, 4, 1])
    assert [phase.key for phase in phases] == ["evaluation-1", "evaluation-2", "evaluation-3", "final"]
    assert platform_time(phases[0].start) == "2027-01-11 00:00:00"
    assert platform_time(phases[0].end) == "2027-02-07 23:59:00"
    for before, after in pairwise(phases):
        assert before.end < after.start
    assert platform_time(phases[3].end) == "2027-04-11 23:59:00"


@pytest.mark.parametrize(
    ("weeks", "text"),
    [([4, 4, 4], "4 phases need 4 numbers"), ([4, 4, 4, 0], "more than 0"), ([4, 4, 4, float("nan")], "more than 0")],
)
def test_lengths_that_do_not_fit_are_refused(weeks, text):
    with pytest.raises(OrganizerFault, match=text):
        schedule(SPLITS, START, weeks)


def test_dates_and_weeks_are_read_and_refused():
    assert parse_start("2027-01-11") == START
    assert parse_start("2027-01-11T02:00+02:00") == START
    assert parse_weeks("4,4,0.5,1") == [4, 4, 0.5, 1]
    with pytest.raises(OrganizerFault, match="E231 --start"):
        parse_start("tomorrow")
    with pytest.raises(OrganizerFault, match="E231 --weeks"):
        parse_weeks("four")


def test_the_repositorys_rules_are_read():
    rules = read_rules(RULES)
    assert (rules.rule.score_gap, rules.rule.duration_gain) == (10.0, 0.05)
    assert (rules.rule.first_places, rules.rule.second_places) == (2, 1)


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("score_gap = 10.0", 'score_gap = "ten"', r"\[rule\] score_gap"),
        ("score_gap = 10.0", "score_gap = -1.0", r"\[rule\] score_gap"),
        ("score_gap = 10.0", "score_gap = nan", r"\[rule\] score_gap"),
        ("score_gap", "scoregap", r"\[rule\] scoregap: .*unknown setting"),
        ("[rule]", "[rules]", r"\[rules\]: .*unknown table"),
        ('name = "places"', 'name = "fair"', "places or baseline"),
        ("repeats = ", "repeats = 0 # ", "at least 1"),
        ("repeats = ", "repeats = 1.5 # ", "fraction"),
        ("repeats = ", "repeats = 2 # ", r"\[final\] repeats: .*must be odd.*3 instead of 2"),
        ("require = [", "require = [1,", "list of names"),
        ("[limits]", "[limits", "line"),
    ],
)
def test_each_wrong_rule_is_refused_by_name(old, new, text):
    data = RULES.read_text().replace(old, new, 1)
    with pytest.raises(OrganizerFault, match=text) as caught:
        parse_rules(data.encode())
    assert caught.value.code == "E231"


def test_the_yaml_has_every_phase_with_its_own_task_and_quoted_times():
    phases = schedule(SPLITS, START, [4, 4, 4, 1])
    text = fill(read_template(TEMPLATE), phases, read_rules(RULES), sealed=True)
    raw = yaml.safe_load(text)
    assert raw["version"] == 2
    assert [phase["tasks"] for phase in raw["phases"]] == [[0], [1], [2], [3]]
    assert [task["index"] for task in raw["tasks"]] == [0, 1, 2, 3]
    for phase in raw["phases"]:
        assert isinstance(phase["start"], str)
        assert isinstance(phase["end"], str)
        assert f"'{phase['start']}'" in text.decode()
        assert phase["max_submissions"] == phase["max_submissions_per_day"] == 1
        assert phase["hide_output"] is True
        assert phase["auto_migrate_to_this_phase"] is False
    assert [column["key"] for column in raw["leaderboards"][0]["columns"]] == list(COLUMNS)
    assert "split" not in text.decode()


def test_an_unsealed_build_says_so_in_its_title():
    phases = schedule(SPLITS, START, [4, 4, 4, 1])
    raw = yaml.safe_load(fill(read_template(TEMPLATE), phases, read_rules(RULES), sealed=False))
    assert "not secret" in raw["title"]


@pytest.mark.parametrize("text", ["phases: [", "phases: []", "phases: [{split: test}]", "- 1", ""])
def test_a_template_that_is_none_is_refused(tmp_path: Path, text: str):
    path = tmp_path / "competition.yaml"
    path.write_text(text)
    with pytest.raises(OrganizerFault, match=r"E231 competition\.yaml"):
        splits(read_template(path))


def test_a_zip_is_the_same_bytes_whatever_the_files_times(tmp_path: Path):
    folder = tmp_path / "folder"
    (folder / "deep" / "__pycache__").mkdir(parents=True)
    for name in ("b.txt", "a.txt", "deep/c.txt", "deep/__pycache__/c.pyc", ".hidden"):
        (folder / name).write_text(name)
    (folder / "link").symlink_to(folder / "a.txt")
    write_zip(tmp_path / "1.zip", folder_files(folder))
    os.utime(folder / "a.txt", (1, 1))
    (folder / "b.txt").chmod(0o600)
    write_zip(tmp_path / "2.zip", folder_files(folder))
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "1.zip") as archive:
        assert archive.namelist() == ["a.txt", "b.txt", "deep/c.txt"]


def test_a_zip_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path):
    path = tmp_path / "a.zip"
    write_zip(path, {"a": b"1"})
    before = path.read_bytes()
    with pytest.raises(OrganizerFault, match="E232"):
        write_zip(path, {"a": b"2", "b": tmp_path / "missing"})
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["a.zip"]


def test_the_secret_is_made_once_and_kept(tmp_path: Path):
    path = tmp_path / "bundle.key"
    secret = read_or_make_secret(path)
    assert len(secret) == 32
    assert read_or_make_secret(path) == secret
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", "00", "zz" * 32, "\N{SNOWMAN}"])
def test_a_secret_that_is_none_is_refused(tmp_path: Path, text: str):
    path = tmp_path / "bundle.key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(OrganizerFault, match="E211.*hex digits"):
        read_or_make_secret(path)


def test_a_secret_that_others_may_read_is_refused(tmp_path: Path):
    path = tmp_path / "bundle.key"
    read_or_make_secret(path)
    path.chmod(0o640)
    with pytest.raises(OrganizerFault, match=r"E211.*others may read it.*0600\.$"):
        read_or_make_secret(path)


def test_a_run_that_is_killed_at_its_end_still_counts(built: Build):
    for phase in built.phases:
        longest = phase.repeats * phase.limits.seconds
        assert phase.record_age - longest >= PhaseSettings.record_age  # what is left for the way to scoring
