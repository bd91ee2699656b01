"""The official standings from audited results, and what they say where noise could decide."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from organizer.audit.audited import AUDITED_FILE
from organizer.audit.command import AuditOptions, audit_command
from organizer.build.bundle import Build
from organizer.rerank.command import rerank_command
from organizer.rerank.rerank import Choice, rerank
from organizer.rerank.standings import picture_file, read_standings
from organizer.results.folder import ResultsFolder
from tests.platform.audit_ground import audited
from tests.platform.site.contest import EXPECTED, KNOWN, Contest, known_contest
from tests.platform.site.forge import Forge, Run, Who
from tests.platform.site.server import Site
from tests.platform.test_results_rehearsal import rehearsed  # noqa: F401 - a fixture
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.record import RunRecord
from xtreme_tasks.settings import PhaseSettings


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


def test_what_disturbed_a_run_comes_from_its_signed_record(
    site: Site, built: Build, forge: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = forge._record

    def record(settings: PhaseSettings, who: Who, run: Run) -> RunRecord:
        """Team A voided its own run, whose band then covers all speeds; that of B was beside others."""
        found = made(settings, who, run)
        if run == KNOWN["A"]:
            void = {"timing": "void", "timing_reason": "a process went on", "band_low": 1.0, "band_high": 10.0}
            return replace(found, **void, environment={"cpu_throttled": "3 times by heat"})  # type: ignore[arg-type]
        return replace(found, timing="normalised", contended=0.1) if run == KNOWN["B"] else found

    monkeypatch.setattr(forge, "_record", record)
    contest = known_contest(site, built, forge, tmp_path / "journal.jsonl")
    try:
        found = rerank(audited(contest, tmp_path / "results"), Choice("keep")).phases[0]
    finally:
        contest.close()
    assert tuple(row.team for row in found.rows) == EXPECTED
    assert [note.partition("'s run was ")[::2] for note in found.notes] == [
        ("A", "void (a process went on): ask the team; its band counts only against itself."),
        ("A", "on a machine that was slowed down (CPU throttled: 3 times by heat); others' may not have been."),
        ("B", "on a shared worker: others took 10.0 % of the cores' time, which came off its duration and can be of "
              "use to a team; what that adds to its band keeps nobody from passing it."),
    ]  # fmt: skip


def test_a_rehearsal_is_audited_and_ranked_like_a_contest(
    rehearsed: Path,  # noqa: F811 - the fixture that is imported
    built: Build,
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = AuditOptions(rehearsed, built.archive, built.worker)
    assert audit_command(Console(width=200), options) == 0
    assert rerank_command(Console(width=200), rehearsed, Choice()) == 0
    assert "winner steady" in capsys.readouterr().out
    found = read_standings(ResultsFolder.read(rehearsed))
    assert [(row.team, row.submission) for row in found.phase("evaluation-1").rows] == [("steady", 2)]
    assert not found.provable


def test_without_an_audit_there_are_no_standings(rehearsed: Path) -> None:  # noqa: F811 - the fixture that is imported
    (rehearsed / AUDITED_FILE).unlink(missing_ok=True)
    with pytest.raises(OrganizerFault, match="E201.*no audit"):
        rerank_command(Console(quiet=True), rehearsed, Choice())
