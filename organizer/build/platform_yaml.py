"""`competition.yaml` of a build: the template with the phases' times, the tasks and the image filled in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from organizer.build.phases import Phase, platform_time
from organizer.build.rules import Rules
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file
from xtreme_tasks.tasks import TASKS

OVERHEAD_SECONDS = 900
"""What ingestion needs beside pre-flight and timed runs: opening, checking and writing full-size data."""


def read_template(path: Path) -> dict[str, Any]:
    """The template.

    Raises:
        OrganizerFault: E201, E231.

    """
    try:
        template = yaml.safe_load(read_file(path))
    except yaml.YAMLError as error:
        raise OrganizerFault("E231", path.name, str(error).split("\n")[0]) from None
    if not isinstance(template, dict) or not isinstance(template.get("phases"), list) or not template["phases"]:
        raise OrganizerFault("E231", path.name, "must name phases")
    for phase in template["phases"]:
        if not isinstance(phase, dict) or phase.get("split") not in ("evaluation", "final"):
            raise OrganizerFault("E231", f"{path.name} phases", "each phase needs split: evaluation or final")
    return template


def splits(template: dict[str, Any]) -> list[str]:
    """The split of each phase."""
    return [phase["split"] for phase in template["phases"]]


def fill(template: dict[str, Any], phases: Sequence[Phase], rules: Rules, sealed: bool) -> bytes:
    """The platform's YAML: one task per phase, quoted UTC times, every limit written out.

    Args:
        template: as `read_template` gave it.
        phases: as long as the template's phases.
        rules: limits and image.
        sealed: an unsealed build says in its title that its data are not secret.

    """
    filled = {name: value for name, value in template.items() if name not in ("phases", "tasks")}
    filled["docker_image"] = rules.image.name
    if not sealed:
        filled["title"] = f"{template['title']} (demonstration: data not secret)"
    filled["tasks"] = [_task(index, phase) for index, phase in enumerate(phases)]
    filled["phases"] = [
        _phase(index, item, phase, rules)
        for index, (item, phase) in enumerate(zip(template["phases"], phases, strict=True))
    ]
    text: str = yaml.dump(filled, Dumper=_Quoting, sort_keys=False, allow_unicode=True, width=120)
    return text.encode()


def _task(index: int, phase: Phase) -> dict[str, Any]:
    return {
        "index": index,
        "name": phase.key,
        "description": f"{', '.join(task.title for task in TASKS.values())} on the {phase.split} test set",
        "ingestion_only_during_scoring": False,
        "ingestion_program": "ingestion_program.zip",
        "scoring_program": "scoring_program.zip",
        "input_data": f"input_data_{phase.key}.zip",
        "reference_data": f"reference_data_{phase.key}.zip",
    }


def _phase(index: int, item: dict[str, Any], phase: Phase, rules: Rules) -> dict[str, Any]:
    repeats = rules.final.repeats if phase.split == "final" else 1
    timed = repeats * rules.limits.seconds * (1 + rules.timing.share)  # the run's clock stands during reference work
    seconds = rules.limits.preflight_seconds + timed + OVERHEAD_SECONDS
    return {
        "index": index,
        "name": item["name"],
        "description": item.get("description", ""),
        "start": platform_time(phase.start),
        "end": platform_time(phase.end),
        "max_submissions": 1,
        "max_submissions_per_day": 1,
        "execution_time_limit": math.ceil(seconds),
        "auto_migrate_to_this_phase": False,
        "hide_output": True,
        "hide_prediction_output": True,
        "hide_score_output": True,
        "starting_kit": "starting_kit.zip",
        "public_data": "public_data.zip",
        "tasks": [index],
    }


class _Quoting(yaml.SafeDumper):
    """A dumper that quotes every date: unquoted, the platform loses its time of day."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    style = "'" if value[:4].isdigit() else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Quoting.add_representer(str, _text)
