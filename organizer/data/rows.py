"""From raw fields to a checked row of a `Table`: the one place that decides what a good example is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from organizer.data.table import SourceSplit, Table
from organizer.data.text import CONTROL, repair
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tasks import Task

NO_TRANSLATION = "NS"
"""PAWS-X writes this where a sentence has no translation."""
_ALIASES = {"contradictory": "contradiction"}
"""MultiNLI's translated training files spell this label so."""


class RowBuilder:
    """Collects the rows of one source file.

    Args:
        task, language, split: what the file holds.
        where: the file's name for messages.
        keep_going: leave bad examples out and count them, instead of refusing the file at the first one. For
            sources that the organizer cannot mend.

    """

    def __init__(self, task: Task, language: str, split: SourceSplit, where: str, keep_going: bool) -> None:
        self.task, self.language, self.split, self.where, self.keep_going = task, language, split, where, keep_going
        self.labels = frozenset(task.labels)
        self.left_out: Counter[str] = Counter()
        self.repaired = 0
        self.texts: list[str] = []
        self.answers: list[str] = []
        self.lines: list[int] = []
        self._same: dict[str, str] = {}

    def bad(self, code: str, line: int, detail: str) -> None:
        """Refuse the file at this line, or count the example as left out.

        Raises:
            OrganizerFault: the code, with file and line, unless `keep_going`.

        """
        if not self.keep_going:
            raise OrganizerFault(code, f"{self.where} line {line}", detail)
        self.left_out[detail] += 1

    def sentences(self, line: int, fields: Sequence[str], label: str) -> None:
        """Add a classification example."""
        texts = [self._clean(text, " ").replace("\t", " ").strip() for text in fields]
        label = _ALIASES.get(label, label)
        if not all(texts):
            self.bad("E204", line, f"{self.task.fields[texts.index('')]} is empty")
        elif self.task.name == "pawsx" and NO_TRANSLATION in texts:
            self.left_out["no translation"] += 1
        elif not label:
            self.bad("E203", line, "no label")
        elif label not in self.labels:
            self.bad("E203", line, f"not a label of {self.task.name}")
        else:
            self._add(line, "\t".join(texts), label)

    def tokens(self, line: int, tokens: Sequence[str], tags: Sequence[str]) -> None:
        """Add a tagging example that begins at `line` (one token a line, so token k stands at line + k)."""
        texts = [self._token(token) for token in tokens]
        if len(texts) != len(tags):
            self.bad("E204", line, f"{len(tags)} tags for {len(texts)} tokens")
        elif not texts or not all(texts):
            self.bad("E204", line + (texts.index("") if texts else 0), "a token is empty")
        elif not self.labels.issuperset(tags):
            wrong = next(number for number, tag in enumerate(tags) if tag not in self.labels)
            reason = f"not a tag of {self.task.name}" if tags[wrong] else "no tag"
            self.bad("E203", line + wrong, reason)
        else:
            self._add(line, "\t".join(texts), " ".join(tags))

    def table(self) -> Table:
        """The file's table."""
        return Table(
            self.task.name,
            self.language,
            self.split,
            self.where,
            self.texts,
            self.answers,
            self.lines,
            dict(self.left_out),
            self.repaired,
        )

    def _add(self, line: int, text: str, answer: str) -> None:
        self.texts.append(text)
        # Tag sequences repeat a lot: one string for all that are equal.
        self.answers.append(self._same.setdefault(answer, answer))
        self.lines.append(line)

    def _token(self, token: str) -> str:
        if token.isalnum():
            return token
        kept = self._clean(token, "").replace("\t", "").strip()
        return kept if kept or not token.strip() else "\ufffd"  # it held nothing but control characters

    def _clean(self, text: str, filler: str) -> str:
        if CONTROL.search(text) is None:
            return text
        self.repaired += len(CONTROL.findall(text))
        return repair(text, filler)
