"""The keys that the platform's unpacker reads, by level, with the kind of value; it ignores all others silently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from organizer.check.bundle_view import BundleView
from organizer.check.yaml_view import Item

Kind = Literal["text", "flag", "number", "list", "table", "any"]

TOP: Mapping[str, Kind] = {
    "version": "any",
    "title": "text",
    "description": "text",
    "image": "text",
    "terms": "text",
    "competition_type": "text",
    "registration_auto_approve": "flag",
    "docker_image": "text",
    "queue": "text",
    "enable_detailed_results": "flag",
    "show_detailed_results_in_submission_panel": "flag",
    "show_detailed_results_in_leaderboard": "flag",
    "auto_run_submissions": "flag",
    "can_participants_make_submissions_public": "flag",
    "make_programs_available": "flag",
    "make_input_data_available": "flag",
    "fact_sheet": "table",
    "reward": "text",
    "contact_email": "text",
    "forum_enabled": "flag",
    "pages": "list",
    "tasks": "list",
    "solutions": "list",
    "phases": "list",
    "leaderboards": "list",
}
PAGE: Mapping[str, Kind] = {"title": "text", "file": "text"}
TASK: Mapping[str, Kind] = {
    "index": "any",
    "key": "text",
    "name": "text",
    "description": "text",
    "ingestion_only_during_scoring": "flag",
    "ingestion_program": "text",
    "scoring_program": "text",
    "input_data": "text",
    "reference_data": "text",
}
SOLUTION: Mapping[str, Kind] = {
    "index": "any",
    "key": "text",
    "name": "text",
    "description": "text",
    "path": "text",
    "tasks": "list",
}
PHASE: Mapping[str, Kind] = {
    "index": "number",
    "name": "text",
    "description": "text",
    "start": "any",
    "end": "any",
    "max_submissions": "number",
    "max_submissions_per_day": "number",
    "execution_time_limit": "number",
    "auto_migrate_to_this_phase": "flag",
    "hide_output": "flag",
    "hide_prediction_output": "flag",
    "hide_score_output": "flag",
    "starting_kit": "text",
    "public_data": "text",
    "tasks": "list",
}
LEADERBOARD: Mapping[str, Kind] = {
    "title": "text",
    "key": "text",
    "primary_index": "number",
    "hidden": "flag",
    "submission_rule": "text",
    "columns": "list",
}
COLUMN: Mapping[str, Kind] = {
    "title": "text",
    "key": "text",
    "index": "number",
    "sorting": "text",
    "computation": "text",
    "computation_indexes": "list",
    "precision": "number",
    "hidden": "flag",
}
LEVELS: Mapping[str, Mapping[str, Kind]] = {
    "competition": TOP,
    "pages": PAGE,
    "tasks": TASK,
    "solutions": SOLUTION,
    "phases": PHASE,
    "leaderboards": LEADERBOARD,
    "columns": COLUMN,
}
DOCUMENTED_BUT_IGNORED = ("accepts_only_result_submissions",)
"""In the platform's documentation, but not read from a bundle."""


def tables(view: BundleView) -> Iterator[tuple[str, Item]]:
    """Every table of the YAML with its level."""
    yield "competition", view.yaml
    for level in ("pages", "tasks", "solutions", "phases", "leaderboards"):
        yield from ((level, item) for item in view.listed(level))
    for board in view.listed("leaderboards"):
        columns = board.get("columns")
        yield from (("columns", item) for item in (columns.entries if columns else ()) if isinstance(item.value, dict))
