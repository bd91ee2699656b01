import re
from pathlib import Path

from scoring_program.efficiency import rank
from scoring_program.standings import Result
from xtreme_tasks.settings import Baseline, Rule

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")


def tables():
    blocks = re.findall(r"(?:^\|.*\|\n)+", PAGE, flags=re.MULTILINE)
    return [[[cell.strip() for cell in line.strip("|").split("|")] for line in b.splitlines()[2:]] for b in blocks]


def teams():
    return [Result(team, float(score), float(duration)) for team, score, duration in tables()[0]]


def test_the_example_of_places():
    standings = rank(teams(), Rule())
    assert [[str(r.place), r.team, str(r.place_by_score), str(r.places_gained)] for r in standings.rows] == tables()[1]
    trail = re.search(r"```text\n(.*?)\n```", PAGE, flags=re.DOTALL)
    assert trail is not None
    assert [step.sentence for step in standings.trail] == trail[1].splitlines()


def test_the_example_of_baseline():
    numbers = re.search(r"the baseline has score ([\d.]+) and duration ([\d.]+) s", PAGE)
    assert numbers is not None
    standings = rank(teams(), Rule(name="baseline"), Baseline(float(numbers[1]), float(numbers[2])))
    shown = [
        [str(r.place), r.team, str(r.score), str(r.duration), f"{r.adjustment.value:.3f}", str(r.place_by_score)]
        for r in standings.rows
    ]
    assert shown == tables()[2]


def test_the_defaults_on_the_page_are_the_program_s():
    rule = Rule()
    assert f"(`weight` {rule.weight:g}, `limit` {rule.limit:g})" in PAGE
    assert f"{rule.score_gap:g} or more points (`score_gap`)" in PAGE
    assert f"*more than {100 * rule.duration_gain:g} %* (`duration_gain`)" in PAGE
    assert (rule.first_places, rule.second_places) == (2, 1)  # "two places", "one place"
