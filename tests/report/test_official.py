"""From the platform to the report: what the audit decided is what is shown, whatever the site says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from organizer.report.command import read_source
from organizer.report.document import document
from organizer.report.read import public, read_view
from organizer.report.view import ReportView
from organizer.rerank.rerank import rerank
from tests.platform.audit_ground import audited, collected
from tests.platform.conftest import contest, forge, site  # noqa: F401 - the emulated site
from tests.platform.site.cheater import Cheater
from tests.report.conftest import RULES
from xtreme_tasks.faults import OrganizerFault


def official(contest, out: Path) -> ReportView:  # noqa: F811
    found = audited(contest, out)
    found.write(out)
    rerank(found).write(out)
    return read_view(read_source(out, RULES, None, contest.site.clock.now().timestamp()))


def test_forged_scores_do_not_reach_the_report(contest, tmp_path: Path) -> None:  # noqa: F811
    with Cheater(contest.site, "C", contest.number) as cheater:
        phase = contest.phase("final")
        contest.enter(phase)
        cheater.secrets = {one.id: one.secret for one in contest.site.state.submissions.values()}
        mine = max(one.id for one in contest.site.state.submissions.values() if one.owner.username == "C")
        cheater.post_scores(mine, {"score": 15.0, "adjusted_score": 15.0})
    view = official(contest, tmp_path)
    assert view.official
    for one in view.phases:
        assert [row.team for row in one.standings.rows] == ["B", "C", "A"]
    assert view.last.entries["C"].score == pytest.approx(80.0)
    assert len(view.last.entries["C"].parts) == 95
    assert any(str(mine) in one.about and one.source.startswith("audit A102") for one in view.findings)
    text = document(view)
    assert "Official standings" in text
    assert "audit A102" in text
    assert "audit A102" not in document(public(view))


def test_standings_of_an_earlier_collection_are_refused(contest, tmp_path: Path) -> None:  # noqa: F811
    official(contest, tmp_path)
    contest.site.clock.set(contest.site.clock.now() + timedelta(days=1))
    collected(contest, tmp_path)
    with pytest.raises(OrganizerFault, match="E267"):
        read_source(tmp_path, RULES, None, 0.0)


def test_notes_on_runs_are_the_organizers_alone(contest, tmp_path: Path) -> None:  # noqa: F811
    found = audited(contest, tmp_path)
    found.write(tmp_path)
    ranked = rerank(found)
    phases = tuple(replace(phase, notes=("C's run was void: ask the team.",)) for phase in ranked.phases)
    replace(ranked, phases=phases).write(tmp_path)
    view = read_view(read_source(tmp_path, RULES, None, contest.site.clock.now().timestamp()))
    assert "run was void: ask the team." in document(view)
    assert "run was void: ask the team." not in document(public(view))
