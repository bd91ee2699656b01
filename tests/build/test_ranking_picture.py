from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from organizer.build.picture_text import NAME_WIDTH, right_to_left, seconds, short
from organizer.build.ranking_picture import COLUMN, MOST, picture
from scoring_program.efficiency import rank
from scoring_program.standings import Result
from tests.rehearsal.outcomes import hostile, many
from xtreme_tasks.settings import Baseline, Rule

SVG = "{http://www.w3.org/2000/svg}"


def drawn(results: list[Result]) -> ElementTree.Element:
    return ElementTree.fromstring(picture(rank(results, Rule(), Baseline())))  # noqa: S314 - our own text


def texts(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"), (1e-9, "<0.001"), (0.001, "0.001"), (0.04857, "0.0486"), (0.37336931, "0.373"), (1.3108, "1.31"),
        (9.996, "10"), (12.34, "12.3"), (95, "95"), (431.27, "431"), (999.4, "999"), (999.6, "1000"), (7200.4, "7200"),
        (1e9, "1000000000"),
    ],
)  # fmt: skip
def test_durations_in_few_digits(value, shown):
    assert seconds(value) == shown


@pytest.mark.parametrize("count", [1, 2, 3, 20])
def test_every_team_has_its_column_inside_the_picture(count):
    root = drawn(many(count))
    width = float(root.attrib["viewBox"].split()[2])
    assert width >= 3 * COLUMN
    names = [text for text in texts(root) if text.startswith("team-")]
    assert len(names) == 2 * count
    assert all(0 < float(element.attrib["x"]) < width for element in root.iter(f"{SVG}text"))


def test_of_many_teams_the_first_are_drawn_and_it_is_said():
    root = drawn(many(200))
    found = [text for text in texts(root) if text.startswith("team-")]
    count = len(found) // 2
    assert MOST <= count <= MOST + 4
    assert f"the first {count} of 200 teams" in texts(root)[0]
    assert sorted(found[:count]) == sorted(found[count:])
    title = root.find(f"{SVG}title")
    assert title is not None
    assert (title.text or "").endswith("; and more")


def test_a_move_across_the_edge_takes_both_teams_in():
    rows = [Result(f"t{n}", 90 - n / 10, 100.0, float(n)) for n in range(40)]
    rows[MOST] = Result("mover", rows[MOST].score, 1.0)
    standings = rank(rows, Rule(), Baseline())
    moved = next(row for row in standings.rows if row.team == "mover")
    assert moved.place < MOST + 1 == moved.place_by_score
    assert texts(drawn(rows)).count("mover") == 2
    assert picture(standings).count("<path") == 2 * (MOST + 1)


def test_an_attempt_without_a_score_does_not_dwarf_the_others():
    root = drawn([Result("A", 80, 4.0), Result("B", 70, 2.0), Result("failed", 0, 7200.0)])
    assert texts(root).count("no score") == 1
    heights = [float(element.attrib["height"]) for element in root.iter(f"{SVG}rect")][1:]
    assert heights[0] == 2 * heights[1] > 10 > heights[2]


def test_hostile_names_stay_in_their_columns():
    source = picture(rank(hostile(), Rule(), Baseline()))
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e\u200b\ud800]", source)
    shown = texts(drawn(hostile()))
    assert any(text.startswith("<script>") for text in shown)
    assert any(text.startswith("WW") and len(text) <= NAME_WIDTH for text in shown)
    assert source.count('direction="rtl"') == 4  # two names, each twice


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("slow_linear", "slow_linear"), ("W" * 40, "WWWWW…"), ("日本語" * 9, "日本語日本…"),
        ("", "?"), ("\u202e\u200b", "?"),
        ("iiiiiiiiiiiiiiii", "iiiiiiiiiiiiiiii"), ("one two three four", "one two thr…"),
    ],
)  # fmt: skip
def test_names_are_cut_by_width(name, shown):
    assert short(name) == shown


def test_the_direction_of_a_name():
    names = ("abc", "فريق", "קבוצה", "123", "1. فريق", "日本")
    assert [right_to_left(name) for name in names] == [False, True, True, False, True, False]
