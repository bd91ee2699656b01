"""Names of teams are theirs to choose: the ranking's terminal and table obey none of them."""

from __future__ import annotations

import csv
import io

from rich.console import Console

from organizer.audit.audited import Audited, PhaseResults
from organizer.audit.official import Official
from organizer.rerank.command import show
from organizer.rerank.rerank import rerank
from organizer.rerank.standings import Reranked, table
from organizer.results.harmless import for_spreadsheet, for_terminal
from xtreme_tasks.settings import Baseline, Rule

HOSTILE = ("[/bold]", "[red]x[/red]", "\x1b]0;owned\x07\x1b[2J", "=HYPERLINK(1)", " @SUM(1)", "فريق", "a\nb")


def ranked() -> Reranked:
    results = tuple(
        Official(name, name, number, 80.0 - number, 10.0 - number, 0.0, "ok", "", 1, hardware="cpu")
        for number, name in enumerate(HOSTILE)
    )
    phases = (PhaseResults("final", "Final [/x]", Rule(), Baseline(), results),)
    return rerank(Audited("b", 1, "t", 0.0, 0.0, 1, "", True, (), phases))


def test_the_terminal_shows_every_name_and_obeys_none() -> None:
    stream = io.StringIO()
    show(Console(file=stream, width=120), ranked().phases[0])
    said = stream.getvalue()
    assert all(name in said for name in ("[/bold]", "[red]x[/red]", "فريق", "Final [/x]"))
    assert "\x1b" not in said
    assert "\x07" not in said


def test_no_spreadsheet_takes_a_name_for_a_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(table(ranked()))))
    assert {row["team"] for row in rows} >= {"'=HYPERLINK(1)", "' @SUM(1)", "[/bold]"}
    assert {row["account"] for row in rows} >= {"'=HYPERLINK(1)"}
    assert all(float(row["places_gained"]) <= 2 for row in rows)


def test_what_harmless_is() -> None:
    assert [for_spreadsheet(text) for text in ("-1", "\t=1", "a=1", "")] == ["'-1", "'\t=1", "a=1", ""]
    assert for_spreadsheet("a\ud800") == "a?"
    assert for_terminal("a\u202eb\x1b[31m \u00e9") == "ab[31m \u00e9"
