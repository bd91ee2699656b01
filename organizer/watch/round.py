"""One round of `competition watch`: results, audit, ranking, and the publication of what may be published."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from organizer.audit.audited import Audited
from organizer.audit.command import AuditOptions, run_audit
from organizer.platform.client import Client
from organizer.publish.apply import open_book, prepare, publish
from organizer.publish.command import notes_of, phases_of
from organizer.publish.plan import plain
from organizer.publish.standings import obstacles, official_phase
from organizer.rerank.rerank import Choice, rerank
from organizer.rerank.standings import Reranked
from organizer.results.collect import Collected, collect
from organizer.results.folder import Phase, ResultsFolder
from organizer.results.table import write_tables
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.journal import Journal


@dataclass(frozen=True)
class Watched:
    """What is watched, and what may be done.

    Attributes:
        competition: its number.
        audit: results folder, build and evidence.
        choice: what the ranking does where noise could decide.
        phase: only this one is published; empty: every phase that is over.
        running: publish phases that still run, too.
        despite: why findings do not stop a publication; empty: they do.

    """

    competition: int
    audit: AuditOptions
    choice: Choice = Choice()  # noqa: RUF009 - frozen
    phase: str = ""
    running: bool = False
    despite: str = ""

    @property
    def folder(self) -> Path:
        """The results folder."""
        return self.audit.results


@dataclass
class Said:
    """What was written into the log already: a round says only what is new."""

    lines: frozenset[str] = frozenset()

    def only_new(self, lines: list[str]) -> list[str]:
        """Those lines that the round before did not have."""
        new = [line for line in lines if line not in self.lines]
        self.lines = frozenset(lines)
        return new


def one_round(
    client: Client,
    watched: Watched,
    log: logging.Logger,
    said: Said,
    now: Callable[[], float],
    go_on: Callable[[], None],
) -> bool:
    """One round; whether every phase that is to be published shows the official order.

    Args:
        client: an organizer's account.
        watched: what.
        log: for the organizer.
        said: what earlier rounds said.
        now: the clock.
        go_on: called between the steps; raises what shall end the round.

    Raises:
        OrganizerFault: what kept results, audit or ranking from being made; a phase's own faults are logged.

    """
    collected = collect(client, watched.competition, watched.folder, now=now)
    write_tables(collected.folder)
    go_on()
    audited = run_audit(watched.audit, now())
    go_on()
    reranked = rerank(audited, watched.choice)
    reranked.write(watched.folder)
    phases = phases_of(collected.folder, watched.phase, now(), watched.running)
    lines = [finding.line() for finding in audited.findings if finding.severity != "note"]
    lines += [doubt.sentence for phase in reranked.phases for doubt in phase.doubts]
    lines += [note for phase in reranked.phases for note in phase.notes]
    for line in said.only_new(lines):
        log.warning(line)
    log.info(_summary(collected, audited, phases))
    right = True
    with open_book(collected.folder) as book:
        for phase in phases:
            go_on()
            right &= _phase(client, watched, phase, collected.folder, audited, reranked, book, log)
    return right


def _summary(collected: Collected, audited: Audited, phases: list[Phase]) -> str:
    listed = len(collected.folder.submissions) - collected.missing
    parts = [f"{listed} submissions", f"{collected.new} new", f"{collected.changed} changed"]
    parts += [f"{collected.missing} deleted"] if collected.missing else []
    parts += [f"{collected.unfinished} not ended"] if collected.unfinished else []
    errors = sum(finding.severity == "error" for finding in audited.findings)
    warnings = sum(finding.severity == "warning" for finding in audited.findings)
    over = ", ".join(phase.key for phase in phases) or "none"
    return f"{', '.join(parts)}; {errors} errors, {warnings} warnings; to publish: {over}"


def _phase(
    client: Client,
    watched: Watched,
    phase: Phase,
    folder: ResultsFolder,
    audited: Audited,
    reranked: Reranked,
    book: Journal,
    log: logging.Logger,
) -> bool:
    """Publish one phase if nothing speaks against it; its faults do not stop the others."""
    ranked = reranked.phase(phase.key)
    against = obstacles(folder, audited, ranked)
    if against and not watched.despite:
        log.warning("%s: not published, %d findings, first: %s", phase.key, len(against), against[0])
        return False
    try:
        prepared = prepare(client, folder, official_phase(folder, ranked), book)
        if prepared.plan.problems and not watched.despite:
            log.warning("%s: not published: %s", phase.key, prepared.plan.problems[0])
            return False
        for change in prepared.plan.changes:
            values = (phase.key, change.team, change.key, plain(change.old), plain(change.new), change.why)
            log.info("%s: %s %s %s -> %s (%s)", *values)
        wrote = publish(client, prepared, book, lambda _: None, notes_of(watched.despite, against))
    except OrganizerFault as fault:
        if fault.code not in ("E267", "E276"):
            raise
        log.warning("%s: not published: %s", phase.key, fault.line())
        return False
    if wrote:
        log.info("%s: published, order verified: %s", phase.key, ", ".join(row.team for row in ranked.rows))
    return True
