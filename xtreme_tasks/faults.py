"""What can go wrong, by code: the one table behind every message, the docs and the detail page.

A library function raises; only a program's `__main__` prints `fault.line()` and chooses the exit code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Owner = Literal["team", "organizer"]


@dataclass(frozen=True)
class FaultKind:
    """One row of the table: who has to act, what happened, what to do."""

    code: str
    owner: Owner
    what: str
    remedy: str


_TEAM = [
    ("E101", "the zip has no submission.py at its root", "Zip the files themselves, not the folder that holds them."),
    ("E102", "the zip holds a metadata file with a command", "Remove `command` from metadata or metadata.yaml; only submission.py is run."),
    ("E103", "the zip holds too many or too large files", "Remove caches, checkpoints and optimizer states; the limits are on the rules page."),
    ("E104", "the zip holds a link or a special file", "Pack regular files only."),
    ("E105", "the zip is damaged, encrypted, or holds a name that is not plain", "Pack it again with zip; relative names, no control characters."),
    ("E111", "importing submission.py failed", "Import it in an empty folder of the competition image; ship every module it needs."),
    ("E112", "submission.py defines no class Submission with predict(task, language, examples)", "Start from the starting kit's submission.py."),
    ("E113", "Submission(folder) failed", "Load weights relative to the folder that is given; there is no network."),
    ("E121", "predict() raised an exception", "Run the starting kit's evaluate.py on the public examples of that task and language."),
    ("E122", "predict() returned something else than a list", "Return a list with one answer per example."),
    ("E123", "predict() returned a wrong number of answers", "Return one answer per example, in the order of the examples."),
    ("E124", "an answer is not one of the task's labels", "Return the label itself as a string; the labels are on the data page."),
    ("E125", "the number of tags differs from the number of tokens", "Return one tag per token."),
    ("E131", "the run took longer than the time limit", "Make it faster, or use smaller batches of work; the limit is on the rules page."),
    ("E132", "the run used more memory than allowed", "Use a smaller model or smaller batches; the limit is on the rules page."),
    ("E133", "an answer message was larger than allowed", "Return answers only."),
    ("E134", "the process ended before it had answered everything", "Look for exit(), a crash in native code, or too much memory."),
    ("E135", "the process did not follow the protocol", "Do not touch file descriptors that you did not open."),
    ("E136", "the run had more processes and threads than allowed", "Use fewer workers and threads; the limit is on the rules page."),
    ("E141", "the run was killed after the hidden data had been handed out", "Ask the organizer if you did not cause it; the attempt counts until he voids it."),
    ("E142", "the worker's witness contradicts the record of a run that had begun", "Ask the organizer if you did not cause it; the attempt counts until he voids it."),
]  # fmt: skip
_ORGANIZER = [
    ("E201", "a file is missing or cannot be read", "Look at the name; a file of the bundle comes back with a new build of it."),
    ("E202", "a data file is malformed", "Mend the line that is named, or prepare the data again."),
    ("E203", "a label is empty or unknown", "Mend the line that is named; the labels are in xtreme_tasks/tasks.py."),
    ("E204", "tokens and tags differ in number, or an example is empty", "Mend the line that is named."),
    ("E205", "an item is in more than one split", "Run `competition prepare` again: it drops what crosses splits."),
    ("E206", "labels lie where ingestion could read them", "Keep labels in reference data only."),
    ("E207", "a data set is missing or incomplete", "Give every task at least one language; see the data report."),
    ("E208", "ids or order tell the item", "Run `competition prepare` again with a secret order key."),
    ("E209", "a base model cannot be fetched, or is not the pinned one", "See the reason; compare the model's page with worker/models.toml."),
    ("E211", "a key is missing or unreadable", "Install the worker folder: owner root:root, folder 0700, files 0600."),
    ("E212", "sealed data cannot be opened", "The file, its role, its phase or the key is not of this build; install the worker folder of the same build."),
    ("E213", "the phase was not open when this run was to begin, so nothing was run", "Submit inside the phase's window. If you did, ask the organizer: a run that waited too long, or a re-run, needs a permit."),
    ("E214", "a protection that the rules require is missing on this worker", "Mend the worker, or take the name out of `require` in rules.toml and build again; docs/ingestion.md lists the names."),
    ("E215", "the container engine cannot be used", "Start Docker or Podman and build the image with worker/image.sh, or use --engine process."),
    ("E221", "there is no run record", "Ingestion did not run to its end; read its log."),
    ("E222", "a signature does not match", "The record was not written by this bundle's ingestion, or was changed."),
    ("E223", "the record belongs to another submission, bundle or phase", "Run the submission again; tell the organizer if it repeats."),
    ("E224", "the worker's witness contradicts the record", "Another container took part or the times disagree; run again on the organizer's worker."),
    ("E225", "a prediction file is missing or was changed", "Run the submission again; tell the organizer if it repeats."),
    ("E231", "settings are malformed", "Mend the value that is named in rules.toml or competition.yaml."),
    ("E232", "a file could not be written", "Free some space or choose another folder; nothing was left half written."),
    ("E233", "a command was used wrongly", "See --help."),
    ("E241", "the job comes from a platform or a storage that the gate does not know", "Add the host to api_hosts or storage_hosts of gate.toml if it is yours."),
    ("E242", "the image is not one of this worker", "Use the image that worker.json names; this worker runs no other competition."),
    ("E243", "the program is not one of this worker", "Upload the bundle of the build that wrote the worker folder, or install that build's worker folder."),
    ("E244", "the job is not a step of this competition", "Program, data or roles were changed on the platform: compare its tasks with the build."),
    ("E245", "the data are not those of this bundle and step", "Data were changed on the platform: compare its tasks with the build."),
    ("E246", "this run already began, or the account has no attempt left in this phase", "Only the organizer can void an attempt: write a permit into the worker folder."),
    ("E247", "a program or data archive cannot be extracted", "Upload the bundle again; see limits of gate.toml."),
    ("E248", "the platform's worker differs from the one that the gate was written for", "See docs/worker-guide.md, section `Another version of the platform`."),
    ("E251", "the journal cannot be written", "Free space, mend owner and mode, or end the other gate; nothing runs without the journal."),
    ("E252", "the journal is damaged or was changed", "Keep the file, start a new one, and tell the auditors which lines can be believed."),
    ("E261", "the platform cannot be reached", "Check COMPETITION_URL and the network; the command can be repeated at any time."),
    ("E262", "the platform does not know or not allow this account", "Set COMPETITION_TOKEN, or COMPETITION_USER and a password, of an organizer of the competition; docs/platform.md."),
    ("E263", "the platform refused a request", "Mend what its answer names; docs/platform.md."),
    ("E264", "the platform failed or answered something else than expected", "Repeat the command later; if it stays, compare the platform's version with docs/platform.md."),
    ("E265", "a download is incomplete or damaged", "Repeat the command: what is complete is kept."),
    ("E266", "the platform did not make a competition of the bundle", "Mend what its message names, build again, and upload that build."),
    ("E267", "a results folder is incomplete, damaged or was changed", "Run `competition results` again; it fetches what is missing."),
    ("E268", "the competition on the platform differs from the build", "Correct the setting on the competition's edit page, then run the command again."),
    ("E276", "the official order cannot be published", "See docs/publish.md; the hosted leaderboard was left as it is."),
    ("E281", "no division into teams meets every demand", "Take back one of the forbidden pairs."),
    ("E239", "an internal error", "This is a defect of the competition's programs: report it with the log file."),
]  # fmt: skip

FAULTS: Mapping[str, FaultKind] = MappingProxyType(
    {code: FaultKind(code, "team", what, remedy) for code, what, remedy in _TEAM}
    | {code: FaultKind(code, "organizer", what, remedy) for code, what, remedy in _ORGANIZER}
)


class Fault(Exception):
    """Something that a person has to mend: a code, a place and what to do.

    Args:
        code: a key of `FAULTS`.
        where: file and line, task and language, or setting; empty when the code says it all.
        detail: the numbers of this case (`17 tags for 18 tokens`); never text from hidden data.
        hint: replaces the table's remedy where this case knows a better one.

    """

    owner: Owner

    def __init__(self, code: str, where: str = "", detail: str = "", hint: str = "") -> None:
        kind = FAULTS[code]
        if kind.owner != self.owner:
            raise ValueError(f"{code} is a fault of the {kind.owner}")
        self.code, self.where, self.detail = code, where, detail
        self.hint = hint or kind.remedy
        super().__init__(self.line())

    def line(self) -> str:
        """One line of printable ASCII: `code where: what. What to do.`"""
        what = FAULTS[self.code].what + (f" ({self.detail})" if self.detail else "")
        place = f" {self.where}:" if self.where else ""
        return printable(f"{self.code}{place} {what}. {self.hint}")


class TeamFault(Fault):
    """The team has to mend its submission."""

    owner: Owner = "team"


class OrganizerFault(Fault):
    """The organizer has to mend data, bundle, worker or command."""

    owner: Owner = "organizer"


def printable(text: str, limit: int = 500) -> str:
    """The text as one line of printable ASCII of at most `limit` characters; everything else becomes `?`."""
    kept = "".join(character if " " <= character <= "~" else "?" for character in text.replace("\n", " "))
    return kept if len(kept) <= limit else kept[: limit - 3] + "..."
