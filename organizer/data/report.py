"""The data report: counts, label balance, lengths, what was left out and why, which lines run in parallel."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from organizer.data.links import Link
from xtreme_tasks.tasks import TASKS


@dataclass(frozen=True)
class FileReport:
    """One prepared (split, task, language).

    Attributes:
        examples: number of examples.
        units: tokens of all examples for tagging, characters for classification.
        longest: units of the longest example.
        labels: how often each label or tag occurs.
        changed: examples that got other digits.
        canaries: made-up examples among them.

    """

    examples: int
    units: int
    longest: int
    labels: Mapping[str, int]
    changed: int = 0
    canaries: int = 0


@dataclass(frozen=True)
class LinkReport:
    """Parallel lines of two source files: lines linked one to one, lines joined as a range, and where they are."""

    left: str
    right: str
    how: str
    lines: int
    joined: int
    votes: int
    left_lines: tuple[int, int]
    right_lines: tuple[int, int]


@dataclass(frozen=True)
class TaskReport:
    """One task; files by split and language, everything else by source file (`test-de`)."""

    files: Mapping[str, Mapping[str, FileReport]]
    left_out: Mapping[str, Mapping[str, int]]
    repaired: Mapping[str, int]
    whole: Mapping[str, int]
    missing: Mapping[str, str]
    links: Sequence[LinkReport]
    item_sizes: Mapping[int, int]
    largest_item: Mapping[str, int]


@dataclass(frozen=True)
class Report:
    """Everything `competition prepare` has to say."""

    source: str
    tasks: Mapping[str, TaskReport]

    def to_bytes(self) -> bytes:
        """Readable JSON."""
        body = {"kind": "data report", **asdict(self)}
        return json.dumps(body, indent=1, ensure_ascii=False).encode() + b"\n"

    def warnings(self) -> list[str]:
        """One line for each thing that an organizer should know before he goes on."""
        lines: list[str] = []
        for name, task in self.tasks.items():
            lines += [f"{name} {language}: left out, {reason}" for language, reason in task.missing.items()]
            if task.whole:
                held = ", ".join(f"{language} ({count})" for language, count in task.whole.items())
                lines.append(f"{name}: too small to be divided, in the final phase only: {held}")
        return lines

    def to_markdown(self) -> str:
        """The report for people."""
        parts = ["# Data report", "", f"Source: {self.source}.", ""]
        if warnings := self.warnings():
            parts += ["## To know", "", *(f"- {line}" for line in warnings), ""]
        for name, task in self.tasks.items():
            parts += [f"## {TASKS[name].title} (`{name}`)", "", *_task_lines(name, task)]
        return "\n".join(parts).rstrip() + "\n"


def file_report(
    task: str, texts: Sequence[str], answers: Sequence[str], changed: int = 0, canaries: int = 0
) -> FileReport:
    """Figures of one prepared file from its texts and answers (as a `Table` holds them)."""
    if TASKS[task].answer == "tags":
        lengths = [text.count("\t") + 1 for text in texts]
        labels = Counter(" ".join(answers).split())
    else:
        lengths = [len(text) - 1 for text in texts]  # without the tab between the fields
        labels = Counter(answers)
    ordered = {label: labels[label] for label in TASKS[task].labels}
    return FileReport(len(texts), sum(lengths), max(lengths), ordered, changed, canaries)


def link_report(link: Link) -> LinkReport:
    """A link in one row; lines count from 1."""
    left = (min(run.left for run in link.runs) + 1, max(run.left + run.length for run in link.runs))
    right = (min(run.right for run in link.runs) + 1, max(run.right + run.length for run in link.runs))
    joined = sum(loose.left[1] - loose.left[0] + loose.right[1] - loose.right[0] for loose in link.loose)
    return LinkReport(
        link.left, link.right, link.how, link.lines, joined, sum(run.votes for run in link.runs), left, right
    )


def _task_lines(name: str, task: TaskReport) -> Iterable[str]:
    splits = list(task.files)
    unit = "tokens" if TASKS[name].answer == "tags" else "characters"
    yield f"| language | {' | '.join(splits)} | longest, {unit} |"
    yield "|---|" + "---:|" * (len(splits) + 1)
    for language in TASKS[name].languages:
        found = [task.files[split].get(language) for split in splits]
        if any(found):
            longest = max(entry.longest for entry in found if entry)
            yield f"| {language} | {' | '.join(str(e.examples) if e else '' for e in found)} | {longest} |"
    yield ""
    yield from _balance(task)
    yield from _left_out(task)
    yield from _changes(task)
    yield from _parallel(task)
    total = sum(task.item_sizes.values())
    largest = sum(task.largest_item.values())
    yield f"Items: {total}; the largest has {largest} examples in {len(task.largest_item)} source files."
    yield ""


def _balance(task: TaskReport) -> Iterable[str]:
    for split, files in task.files.items():
        labels: Counter[str] = Counter()
        for entry in files.values():
            labels.update(entry.labels)
        total = labels.total()
        shares = ", ".join(f"{label} {100 * count / total:.1f} %" for label, count in labels.items())
        yield f"Labels in {split}: {shares}."
        yield ""


def _left_out(task: TaskReport) -> Iterable[str]:
    for reason, found in task.left_out.items():
        if found:
            where = ", ".join(f"{name} {count}" for name, count in found.items())
            yield f"Left out ({reason}): {sum(found.values())} examples: {where}."
            yield ""
    if task.repaired:
        where = ", ".join(f"{name} {count}" for name, count in task.repaired.items())
        yield f"Control characters replaced: {where}."
        yield ""


def _changes(task: TaskReport) -> Iterable[str]:
    for what in ("changed", "canaries"):
        found = {split: sum(getattr(entry, what) for entry in files.values()) for split, files in task.files.items()}
        if any(found.values()):
            name = "Examples with other digits" if what == "changed" else "Canaries"
            yield f"{name}: {', '.join(f'{count} in {split}' for split, count in found.items() if count)}."
            yield ""


def _parallel(task: TaskReport) -> Iterable[str]:
    stretches: dict[str, list[tuple[int, int]]] = {}
    for link in task.links:
        stretches.setdefault(link.left, []).append(link.left_lines)
        stretches.setdefault(link.right, []).append(link.right_lines)
    if stretches:
        how = Counter(link.how for link in task.links)
        kinds = ", ".join(f"{count} {kind}" for kind, count in how.items())
        yield f"Parallel lines in {len(task.links)} pairs of files ({kinds}); examples (from 1) that take part:"
        yield (
            ", ".join(
                f"{name} {min(first for first, _ in spans)}-{max(last for _, last in spans)}"
                for name, spans in sorted(stretches.items())
            )
            + "."
        )
        yield ""
