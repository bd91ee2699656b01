"""The official standings from audited results, and what they say where noise could decide."""

from __future__ import annotations

from pathlib import Path

from organizer.rerank.rerank import Choice, rerank
from organizer.rerank.standings import picture_file, read_standings
from organizer.results.folder import ResultsFolder
from tests.platform.audit_ground import audited
from tests.platform.site.contest import EXPECTED, Contest


def test_the_known_contest_ends_in_the_known_order(contest: Contest, tmp_path: Path) -> None:
    out = tmp_path / "results"
    found = rerank(audited(contest, out))
    assert [tuple(row.team for row in phase.rows) for phase in found.phases] == [EXPECTED] * 4
    assert [phase.winner for phase in found.phases] == ["B"] * 4
    found.write(out)
    assert read_standings(ResultsFolder.read(out)) == found
    assert (out / picture_file("final")).read_text().startswith("<svg")
    assert len((out / "standings.csv").read_text().splitlines()) == 1 + 4 * 3
    assert found.settled
    assert {row.confidence for phase in found.phases for row in phase.rows} == {"noise not measured"}
    assert rerank(audited(contest, out), Choice(rule="baseline")).phases[0].rule == "baseline"
