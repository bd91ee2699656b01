"""The worked example of the rules page: five invented teams, ranked by the very program that ranks the real ones."""

from __future__ import annotations

from organizer.build.page_tables import table
from organizer.build.ranking_picture import picture
from scoring_program.efficiency import rank
from scoring_program.standings import Result, Row, Standings
from xtreme_tasks.settings import Baseline, Rule

TEAMS = (
    Result("Ash", 78.42, 1210.0),
    Result("Birch", 77.9, 640.0),
    Result("Cedar", 76.05, 395.0),
    Result("Dogwood", 75.3, 402.0),
    Result("Elm", 61.7, 48.0),
)
BASELINE = Baseline(70.0, 800.0)


def values(rule: Rule) -> dict[str, str]:
    """The placeholders of the example under this rule and its thresholds."""
    standings = rank(TEAMS, rule, BASELINE)
    return {
        "example_teams": table(
            ["Team", "Score", "Duration (s)"], [[t.team, f"{t.score:.2f}", f"{t.duration:.0f}"] for t in TEAMS], right=2
        ),
        "example_picture": f'<div style="overflow-x: auto; margin: 1em 0">\n{picture(standings)}\n</div>',
        "example_trail": "\n".join(f"1. {step.sentence}" for step in standings.trail),
        "example_result": _result(standings),
        "example_baseline_score": f"{BASELINE.score:g}",
        "example_baseline_duration": f"{BASELINE.duration:g}",
    }


def _result(standings: Standings) -> str:
    adjusted = any(row.adjustment for row in standings.rows)
    head = ["Place", "Team", "Place by score", "Places gained", *(["Adjusted score"] if adjusted else [])]
    return table(head, [_cells(row) for row in standings.rows], right=len(head) - 2)


def _cells(row: Row) -> list[str]:
    gained = f"{row.places_gained:+d}" if row.places_gained else "0"
    adjusted = [f"{row.adjustment.value:.3f}"] if row.adjustment else []
    return [str(row.place), row.team, str(row.place_by_score), gained, *adjusted]
