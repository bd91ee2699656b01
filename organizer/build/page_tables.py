"""The tables of the pages, as HTML inside the Markdown.

Not as Markdown: the platform's style sheet takes all space out of a table that does not carry its class names, and on
a telephone a wide table needs a box of its own that scrolls sideways. No blank lines, so Markdown leaves it alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape

from organizer.build.page_facts import PageFacts, in_words, listed, memory, phase_names
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


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: int = 0) -> str:
    """A table in its scrolling box.

    Args:
        head: titles of the columns.
        rows: cells: plain text, with `code` between backticks.
        right: how many columns, from the last one back, are numbers.

    """
    styles = [""] * (len(head) - right) + [' style="text-align: right"'] * right

    def line(cells: Sequence[str], kind: str) -> str:
        inside = "".join(f"<{kind}{style}>{_inline(cell)}</{kind}>" for cell, style in zip(cells, styles, strict=True))
        return f"<tr>{inside}</tr>"

    body = "\n".join(line(row, "td") for row in rows)
    return (
        '<div style="overflow-x: auto; margin: 1em 0">\n'
        '<table class="ui celled compact collapsing unstackable table" cellpadding="5">\n'
        f"<thead>{line(head, 'th')}</thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def _inline(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))


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


def limit_table(facts: PageFacts) -> str:
    """What one run may use."""
    limits = facts.rules.limits
    rows = [
        ["Timed run", in_words(limits.seconds)],
        ["Pre-flight", in_words(limits.preflight_seconds)],
        ["Memory of all your processes together", memory(limits.memory_mib)],
        ["Processes and threads", f"{limits.processes:,}" if limits.processes else "not limited"],
        ["Files in the submission", f"{limits.files:,}"],
        ["Size of the extracted submission", memory(limits.submission_mib)],
        ["Network", "none"],
        ["Timed runs of a submission", f"1 in each evaluation phase, {facts.rules.final.repeats} in the final phase"],
    ]
    return table(["What", "Limit"], rows)


def base_model_table(facts: PageFacts) -> str:
    """Base models in the image: name, size, licence, commit."""
    rows = [[f"`{model.name}`", model.size, model.licence, f"`{model.revision}`"] for model in facts.models]
    return table(["Model", "Size", "Licence", "Commit"], rows)


def team_faults(facts: PageFacts) -> str:
    """The team's faults: code, what happened, what to do, whether an attempt can be lost."""
    rows = [
        [kind.code, kind.what, kind.remedy, _counts(kind, facts.rules.final.repeats)]
        for kind in FAULTS.values()
        if kind.owner == "team"
    ]
    return table(["Code", "What happened", "What to do", "Does the attempt count?"], rows)


def _counts(kind: FaultKind, repeats: int) -> str:
    """As `ingestion_program/attempt.py` decides it: from the first hidden example on."""
    if kind.code in ("E141", "E142"):
        return "yes"
    if kind.code.startswith("E10"):
        return "no"
    if kind.code.startswith("E11"):  # while loading, hence before any example of that run
        return "no" if repeats == 1 else "no; yes if it happens only in a repeated run"
    return "only after the first hidden example"


def organizer_faults() -> str:
    """The organizer's faults: code, what happened, what the organizer does."""
    rows = [[kind.code, kind.what, kind.remedy] for kind in FAULTS.values() if kind.owner == "organizer"]
    return table(["Code", "What happened", "What the organizer does"], rows)
