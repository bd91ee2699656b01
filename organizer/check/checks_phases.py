"""Phases: names, order, tasks, what is hidden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from organizer.check.bundle_view import BundleView, at, at_key
from organizer.check.platform_limits import TITLE
from organizer.check.problem import Found, check, shown
from organizer.check.times import label


@check("C221", "error", "there are no phases", "Write `phases:` with at least one phase.")
def phases_missing(view: BundleView) -> Iterator[Found]:
    """Required."""
    if not view.phases:
        yield Found(at_key(view.yaml, "phases"), "no phases")


@check("C222", "error", "a phase's name is missing or too long", f"Write `name:` with 1 to {TITLE} characters.")
def phase_name(view: BundleView) -> Iterator[Found]:
    """Required by the platform's model."""
    for phase in view.phases:
        text = phase.text("name") or ""
        if not text.strip() or len(text) > TITLE:
            yield Found(at_key(phase, "name"), f"{len(text)} characters" if text else "no name")


@check("C223", "warning", "phases' order is unclear", "Number the phases from 0, in the order of their times.")
def phase_order(view: BundleView) -> Iterator[Found]:
    """The platform sorts by `index`, which is 0 where it is missing."""
    written = [phase.number("index") or 0 for phase in view.listed("phases")]
    if any("index" in phase.members for phase in view.phases) and len(set(written)) < len(written):
        yield Found(at_key(view.yaml, "phases"), "an index is missing or occurs twice")
    elif written != sorted(written):
        yield Found(at_key(view.yaml, "phases"), "they are listed in another order than their indexes")


@check(
    "C224", "warning", "two phases have one name", "Give each phase its own name: logs and tables show nothing else."
)
def same_name(view: BundleView) -> Iterator[Found]:
    """Teams choose a phase by its name."""
    counts = Counter(phase.text("name") for phase in view.phases)
    yield from (Found(at_key(view.yaml, "phases"), shown(name)) for name, count in counts.items() if name and count > 1)


@check("C225", "error", "a phase has no task", "Write `tasks:` with the index of one task.")
def phase_without_task(view: BundleView) -> Iterator[Found]:
    """The unpacker stops at it."""
    for phase in view.phases:
        tasks = phase.get("tasks")
        if tasks is None or not tasks.entries:
            yield Found(at(phase), f"phase {shown(label(phase))}")


@check(
    "C226", "error", "several tasks in a phase", "Give each phase one task; let one program handle all that is asked."
)
def several_tasks(view: BundleView) -> Iterator[Found]:
    """Each task is its own run, and only the last one stays on the leaderboard."""
    for phase in view.phases:
        tasks = phase.get("tasks")
        if tasks and len(tasks.entries) > 1:
            yield Found(at_key(phase, "tasks"), f"{len(tasks.entries)} tasks in phase {shown(label(phase))}")


@check("C227", "error", "a phase names a task that does not exist", "Use the `index` of an entry of `tasks`.")
def unknown_task(view: BundleView) -> Iterator[Found]:
    """Compared as the platform does: 0 and '0' differ."""
    known = {_index(task.members["index"].value) for task in view.listed("tasks") if "index" in task.members}
    for phase in view.phases:
        tasks = phase.get("tasks")
        for entry in tasks.entries if tasks else ():
            if _index(entry.value) not in known:
                yield Found(at(entry), f"task {shown(entry.value)} of phase {shown(label(phase))}")


def _index(value: object) -> str:
    return repr(value) if isinstance(value, str | int | float | None) else "?"


@check(
    "C228",
    "error",
    "auto_migrate_to_this_phase",
    "Set it to false: it runs the earlier phase's submissions again and uses up the teams' attempts.",
)
def auto_migrate(view: BundleView) -> Iterator[Found]:
    """On the first phase the platform refuses it."""
    for phase in view.phases:
        if phase.flag("auto_migrate_to_this_phase", False):
            yield Found(at_key(phase, "auto_migrate_to_this_phase"), f"phase {shown(label(phase))}")


@check(
    "C229",
    "warning",
    "outputs are not hidden",
    "Set hide_output: true: otherwise anybody downloads code, logs and outputs of leaderboard submissions.",
)
def not_hidden(view: BundleView) -> Iterator[Found]:
    """False is the default."""
    for phase in view.phases:
        if not phase.flag("hide_output", False):
            yield Found(at_key(phase, "hide_output"), f"phase {shown(label(phase))}")


@check("C237", "note", "no starting kit or public data", "Name `starting_kit:` and `public_data:` in the phase.")
def nothing_to_start(view: BundleView) -> Iterator[Found]:
    """Teams download both from the page's files tab."""
    for phase in view.phases:
        missing = [key for key in ("starting_kit", "public_data") if phase.get(key) is None]
        if missing:
            yield Found(at(phase), f"phase {shown(label(phase))} has no {' and no '.join(missing)}")


CHECKS = (
    phases_missing,
    phase_name,
    phase_order,
    same_name,
    phase_without_task,
    several_tasks,
    unknown_task,
    auto_migrate,
    not_hidden,
    nothing_to_start,
)
