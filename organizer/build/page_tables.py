"""The tables of the pages, in Markdown.

Each stands in a box of its own that scrolls sideways: the platform's pages do not make room for a wide table on a
telephone. A blank line on both sides of the table lets Markdown see it inside the box.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from organizer.build.page_facts import PageFacts, listed, phase_names
from organizer.build.phases import Phase
from xtreme_tasks.faults import FAULTS, FaultKind
from xtreme_tasks.tasks import LANGUAGE_NAMES, LANGUAGES, TASKS

_SPLITS: Mapping[str, str] = {
    "public": "Public",
    "train": "Public: train",
    "dev": "Public: dev",
    "evaluation": "Evaluation test set",
    "final": "Final test set",
}
_NEVER = frozenset(code for code in FAULTS if code.startswith(("E10", "E11")))
"""Found before the first hidden example is handed over, so no attempt is lost."""


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: int = 0) -> str:
    """A table in its scrolling box.

    Args:
        head: titles of the columns.
        rows: cells; a bar in a cell is escaped.
        right: how many columns, from the last one back, are numbers.

    """
    marks = ["---"] * (len(head) - right) + ["---:"] * right
    lines = [head, marks, *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    body = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f'<div style="overflow-x: auto">\n\n{body}\n\n</div>'


def phase_table(facts: PageFacts) -> str:
    """Name, window, test set and attempts of each phase."""
    rows = [
        [name, _minute(phase, "start"), _minute(phase, "end"), _SPLITS[phase.split], "1"]
        for name, phase in zip(phase_names(facts), facts.phases, strict=True)
    ]
    return table(["Phase", "Opens (UTC)", "Closes (UTC)", "Hidden data", "Attempts"], rows, right=1)


def _minute(phase: Phase, edge: str) -> str:
    moment = phase.start if edge == "start" else phase.end
    return moment.strftime("%Y-%m-%d %H:%M")


def task_table(facts: PageFacts) -> str:
    """Languages and examples of each task, by split."""
    rows = []
    for name, task in TASKS.items():
        codes = {code for split in facts.counts.values() for code in split.get(name, {})}
        sizes = [f"{sum(split.get(name, {}).values()):,}" for split in facts.counts.values()]
        rows.append([f"{task.title} (`{name}`)", str(len(codes)), *sizes])
    titles = [_SPLITS.get(split, split) for split in facts.counts]
    return table(["Task", "Languages", *titles], rows, right=1 + len(titles))


def language_table(facts: PageFacts) -> str:
    """Examples of each language by task; a cell has one number for every split, in the order of the head."""
    rows = []
    for code in LANGUAGES:
        cells = []
        for task in TASKS:
            sizes = [split.get(task, {}).get(code, 0) for split in facts.counts.values()]
            cells.append(" / ".join(f"{size:,}" for size in sizes) if any(sizes) else "")
        if any(cells):
            rows.append([f"{LANGUAGE_NAMES[code]} (`{code}`)", *cells])
    return table(["Language", *(task.title for task in TASKS.values())], rows, right=len(TASKS))


def split_order(facts: PageFacts) -> str:
    """What the numbers in a cell of `language_table` are."""
    return " / ".join(_SPLITS.get(split, split).lower() for split in facts.counts)


def undivided(facts: PageFacts) -> str:
    """A list of the languages whose hidden examples lie in one of the hidden splits only."""
    hidden = list(dict.fromkeys(phase.split for phase in facts.phases))
    lines = []
    for name, task in TASKS.items():
        for code in task.languages:
            sizes = {split: facts.counts.get(split, {}).get(name, {}).get(code, 0) for split in hidden}
            present = [split for split, size in sizes.items() if size]
            if len(present) == 1 < len(hidden):
                where = f"{sizes[present[0]]:,}, {_SPLITS[present[0]].lower()} only"
                lines.append(f"- {task.title}, {LANGUAGE_NAMES[code]}: {where}")
    return "\n".join(lines) or "- none in this build"


def label_table() -> str:
    """What goes in and comes out of each task, and how it is scored."""
    rows = [
        [
            f"{task.title} (`{name}`)",
            listed([f"`{field}`" for field in task.fields]),
            " ".join(f"`{label}`" for label in task.labels),
            task.metric,
        ]
        for name, task in TASKS.items()
    ]
    return table(["Task", "Input", "Answers that are accepted", "Metric"], rows)


def fault_table(owner: str) -> str:
    """The faults of one owner: code, what happened, what to do; for a team also whether an attempt can be lost."""
    kinds = [kind for kind in FAULTS.values() if kind.owner == owner]
    if owner == "team":
        rows = [[kind.code, kind.what, kind.remedy, _counts(kind)] for kind in kinds]
        return table(["Code", "What happened", "What to do", "Does the attempt count?"], rows)
    return table(["Code", "What happened", "What the organizer does"], [[k.code, k.what, k.remedy] for k in kinds])


def _counts(kind: FaultKind) -> str:
    if kind.code in _NEVER:
        return "no"
    return "yes" if kind.code == "E141" else "in the timed run; not in the pre-flight"
