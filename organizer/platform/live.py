"""The competition on the site beside the bundle that it was made of: every setting that differs, with its remedy."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from organizer.results.folder import Competition, Phase
from xtreme_tasks.faults import OrganizerFault

EDIT = "Correct it on the competition's edit page."


@dataclass(frozen=True)
class Difference:
    """One setting: where it is, what the bundle says, what the site has, and what to do."""

    place: str
    built: str
    live: str
    remedy: str = EDIT

    def line(self) -> str:
        """`place: LIVE on the site, BUILT in the bundle. Remedy.`"""
        return f"{self.place}: {self.live} on the site, {self.built} in the bundle. {self.remedy}"


def read_yaml(bundle: Path) -> Mapping[str, Any]:
    """The bundle's `competition.yaml` (E201, E231)."""
    try:
        with zipfile.ZipFile(bundle) as archive:
            raw = yaml.safe_load(archive.read("competition.yaml"))
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise OrganizerFault("E201", str(bundle), str(error)) from None
    except yaml.YAMLError as error:
        raise OrganizerFault("E231", f"{bundle} competition.yaml", str(error).split("\n")[0]) from None
    if not isinstance(raw, dict):
        raise OrganizerFault("E231", f"{bundle} competition.yaml", "not a table")
    return raw


def differences(raw: Mapping[str, Any], live: Competition) -> list[Difference]:
    """Everything in which the site's competition is not what the bundle says.

    Args:
        raw: the bundle's `competition.yaml`.
        live: as the site has it.

    """
    return [
        *_competition(raw, live),
        *_queue(raw, live),
        *_phases(raw, live),
        *_leaderboard(raw, live),
    ]


def _competition(raw: Mapping[str, Any], live: Competition) -> Iterator[Difference]:
    built = str(raw.get("docker_image", ""))
    if built != live.image:
        yield Difference("image", built, live.image, "Set the image on the edit page, or every run uses another one.")
    for name in sorted(set(live.settings) & set(raw)):
        if raw[name] != live.settings[name]:
            yield Difference(name, str(raw[name]), str(live.settings[name]))


def _queue(raw: Mapping[str, Any], live: Competition) -> Iterator[Difference]:
    built = str(raw.get("queue") or "")
    have = live.queue.vhost if live.queue is not None else ""
    if built and built != have:
        yield Difference("queue", built, have or "the shared queue", "Choose the queue on the edit page.")


def _phases(raw: Mapping[str, Any], live: Competition) -> Iterator[Difference]:
    built = sorted(raw.get("phases") or [], key=lambda phase: int(phase.get("index", 0)))
    if len(built) != len(live.phases):
        yield Difference("phases", str(len(built)), str(len(live.phases)))
    tasks = {task.get("index"): str(task.get("name", "")) for task in raw.get("tasks") or []}
    for wanted, phase in zip(built, live.phases, strict=False):
        names = [tasks.get(index, "") for index in wanted.get("tasks") or []]
        expected = {
            "name": wanted.get("name"),
            "start": _time(wanted.get("start")),
            "end": _time(wanted.get("end")),
            "max_submissions": wanted.get("max_submissions", 100),
            "max_submissions_per_day": wanted.get("max_submissions_per_day", 5),
            "execution_time_limit": wanted.get("execution_time_limit", 600),
            "auto_migrate_to_this_phase": wanted.get("auto_migrate_to_this_phase", False),
            "hide_output": wanted.get("hide_output", False),
            "hide_prediction_output": wanted.get("hide_prediction_output", False),
            "hide_score_output": wanted.get("hide_score_output", False),
            "tasks": names,
        }
        have = _as_built(phase)
        for name, value in expected.items():
            if value != have[name]:
                yield Difference(f"{phase.key} {name}", str(value), str(have[name]))


def _as_built(phase: Phase) -> dict[str, object]:
    return {
        "name": phase.name,
        "start": _shown(phase.start),
        "end": _shown(phase.end),
        "max_submissions": phase.max_submissions,
        "max_submissions_per_day": phase.max_submissions_per_day,
        "execution_time_limit": phase.execution_time_limit,
        "auto_migrate_to_this_phase": phase.auto_migrate,
        "hide_output": phase.hide_output,
        "hide_prediction_output": phase.hide_prediction_output,
        "hide_score_output": phase.hide_score_output,
        "tasks": [task.name for task in phase.tasks],
    }


def _time(value: object) -> str:
    """A time of the bundle, which the platform reads as UTC."""
    if value is None:
        return ""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return str(value)
    return _shown(moment.replace(tzinfo=UTC).timestamp())


def _shown(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if seconds else ""


def _leaderboard(raw: Mapping[str, Any], live: Competition) -> Iterator[Difference]:
    board = (raw.get("leaderboards") or [{}])[0]
    rule = str(board.get("submission_rule", "Add"))
    if rule != live.submission_rule:
        yield Difference("leaderboard submission_rule", rule, live.submission_rule)
    wanted = sorted(board.get("columns") or [], key=lambda column: int(column.get("index", 0)))
    built = [(one.get("key"), one.get("sorting", "desc"), bool(one.get("hidden", False))) for one in wanted]
    have = [(column.key, column.sorting, column.hidden) for column in live.columns]
    if built != have:
        yield Difference("leaderboard columns (key, sorting, hidden)", str(built), str(have))
    if wanted and wanted[0].get("key") != live.primary:
        yield Difference("leaderboard primary column", str(wanted[0].get("key")), live.primary)
