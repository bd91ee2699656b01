"""The bundle in the format of CodaLab Competitions (v1.5), from the files of an unsealed build; docs/codalab.md.

CodaLab's own site makes a database row of the whole top level and of every phase, so a key that it does not know is an
error there; Codabench ignores it. Only keys that CodaLab knows are written, and nothing says which version this is:
without a version Codabench reads v1.5.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from organizer.build.archive import Content, write_zip
from organizer.build.codalab_pages import to_html
from organizer.build.options import BuildOptions
from organizer.build.pages import SAMPLE
from organizer.build.phases import Phase, platform_time
from organizer.build.programs import program_files
from sealing.keys import ROLES
from xtreme_tasks.faults import OrganizerFault

ARCHIVE = "competition-codalab-v15.zip"
COMMANDS: Mapping[str, str] = {
    "ingestion": "python3 -I -B $ingestion_program --program $ingestion_program --submission $submission_program"
    " --input $input --output $output",
    "scoring": "python3 -I -B $program --program $program --input $input --output $output",
}
"""The platforms put their folders in for the variables. `-I`, since CodaLab points PYTHONPATH at the team's folder."""
PAGE_KEYS: Mapping[str, str] = {"rules": "evaluation"}
"""CodaLab's names of pages where they are not ours."""
REQUIRED_PAGES = ("overview", "evaluation", "terms", "data")
"""CodaLab refuses a bundle without them."""
EARLY_END = timedelta(days=1)
"""Codabench closes a phase of this format so much before the next one begins."""
COLORS: Mapping[str, str] = {"evaluation": "blue", "final": "purple"}
SAME_IN_PHASES = ("max_submissions", "max_submissions_per_day", "execution_time_limit", "starting_kit", "public_data")
SAME_IN_TASKS = ("ingestion_program", "scoring_program", "input_data", "reference_data")


def wanted(options: BuildOptions, source: str) -> bool:
    """Whether this build makes the v1.5 bundle: an unsealed one unless it is declined, a sealed one if it is asked for.

    Args:
        options: of the build.
        source: of the data, as `competition prepare` names it.

    Raises:
        OrganizerFault: E233 where it would publish data that a sealed build keeps secret.

    """
    if options.codalab is None:
        return not options.sealed
    if options.codalab and options.sealed and not source.startswith(SAMPLE):
        detail = "CodaLab has no place for a key, so this zip would publish the hidden data that the build seals"
        hint = "Leave --codalab out; or build with --unsealed if these data need not be secret."
        raise OrganizerFault("E233", "--codalab", detail, hint)
    return options.codalab


def check_lengths(phases: Sequence[Phase]) -> None:
    """Every phase but the last is open for some time, though it closes a day early.

    Raises:
        OrganizerFault: E231.

    """
    for phase, following in pairwise(phases):
        if following.start - phase.start <= EARLY_END:
            detail = f"{phase.key} would never be open in the v1.5 format, whose phases close a day early"
            hint = "Give every phase but the last more than a day, or build with --no-codalab."
            raise OrganizerFault("E231", "--weeks", detail, hint)


def write_codalab(
    options: BuildOptions, bundle: str, platform: bytes, phases: Sequence[Phase], files: Mapping[str, Content]
) -> Path:
    """Write the v1.5 zip beside the other one.

    Args:
        options: of an unsealed build.
        bundle: its identifier: data and records are those of the unsealed Codabench bundle.
        platform: `competition.yaml` of that bundle.
        phases: in order.
        files: of that bundle; its pages, programs and `competition.yaml` are replaced.

    Raises:
        OrganizerFault: E231, E232.

    """
    check_lengths(phases)
    site = yaml.safe_load(platform)
    pages = _pages(site)
    made: dict[str, Content] = {name: item for name, item in files.items() if not name.startswith("pages/")}
    made |= {_html(page): to_html(Path(page).stem, _read(files[page])) for page in pages.values()}
    made["competition.yaml"] = yaml.safe_dump(
        document(site, pages, phases), sort_keys=False, allow_unicode=True, width=120
    ).encode()
    path = options.out / ARCHIVE
    with tempfile.TemporaryDirectory(prefix="competition-codalab-") as temporary:
        for role in ROLES:
            made[f"{role}_program.zip"] = Path(temporary, f"{role}_program.zip")
            write_zip(Path(temporary, f"{role}_program.zip"), codalab_program(role, options.root, bundle))
        write_zip(path, made, compress=False)
    return path


def codalab_program(role: str, root: Path, bundle: str) -> dict[str, Content]:
    """All files of a program; `metadata` has the name under which both platforms look for it."""
    files = program_files(role, root, bundle, sealed=False)
    del files["metadata.yaml"]
    start = Path(__file__).with_name(f"codalab_{role}.py")
    return {**files, "metadata": f"command: {COMMANDS[role]}\n".encode(), "__main__.py": start}


def document(site: Mapping[str, Any], pages: Mapping[str, str], phases: Sequence[Phase]) -> dict[str, Any]:
    """The v1.5 `competition.yaml` as a mapping.

    Args:
        site: the v2 one.
        pages: Markdown file of each page by its v1.5 name.
        phases: in order.

    """
    board = str(site["leaderboards"][0]["title"])
    return {
        "title": site["title"],
        "description": site["description"],
        "image": site["image"],
        "competition_docker_image": site["docker_image"],
        "has_registration": not site.get("registration_auto_approve", False),
        "enable_detailed_results": site.get("enable_detailed_results", False),
        "enable_forum": site.get("forum_enabled", False),
        "allow_public_submissions": False,
        "force_submission_to_leaderboard": True,
        "disallow_leaderboard_modifying": True,
        "end_date": platform_time(phases[-1].end),
        "html": {name: _html(page) for name, page in pages.items()},
        "phases": {
            number: _phase(number, item, site["tasks"][item["tasks"][0]], phase)
            for number, (item, phase) in enumerate(zip(site["phases"], phases, strict=True), 1)
        },
        "leaderboard": {
            "leaderboards": {board: {"label": board, "rank": 1}},
            "columns": {
                column["key"]: _column(rank, column, board)
                for rank, column in enumerate(site["leaderboards"][0]["columns"], 1)
            },
        },
    }


def _pages(site: Mapping[str, Any]) -> dict[str, str]:
    """The Markdown file of each page by its v1.5 name."""
    files = [str(page["file"]) for page in site["pages"]]
    named = {PAGE_KEYS.get(Path(file).stem, Path(file).stem): file for file in files} | {"terms": str(site["terms"])}
    missing = [name for name in REQUIRED_PAGES if name not in named]
    if missing:
        names = {new: old for old, new in PAGE_KEYS.items()}
        detail = f"CodaLab demands a page {names.get(missing[0], missing[0])}.md"
        raise OrganizerFault("E231", "competition.yaml pages", detail, "Add it, or build with --no-codalab.")
    return named


def _phase(number: int, item: Mapping[str, Any], task: Mapping[str, Any], phase: Phase) -> dict[str, Any]:
    return {
        "phasenumber": number,
        "label": item["name"],
        "description": item["description"],
        "start_date": platform_time(phase.start),
        "color": COLORS[phase.split],
        "is_scoring_only": False,
        "auto_migration": False,
        **{name: item[name] for name in SAME_IN_PHASES},
        **{name: task[name] for name in SAME_IN_TASKS},
    }


def _column(rank: int, column: Mapping[str, Any], board: str) -> dict[str, Any]:
    return {
        "leaderboard": {"label": board, "rank": 1},
        "label": column["title"],
        "rank": rank,
        "sort": column["sorting"],
        "numeric_format": column["precision"],
        "hidden": column["hidden"],
        "selection_default": int(rank == 1),  # CodaLab sorts by the column with the greatest
    }


def _html(page: str) -> str:
    return Path(page).with_suffix(".html").as_posix()


def _read(content: Content) -> bytes:
    return content.read_bytes() if isinstance(content, Path) else content
