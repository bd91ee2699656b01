"""Step 2's main path: evidence, then predictions against labels, then one judgement with everything in it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from scoring_program.evidence import Evidence, check_binding, read_evidence
from scoring_program.metrics import PartScore, Scores, score_all, score_part
from scoring_program.witness import WITNESS_FILE, Witness, check_possible, contradiction, parse_witness
from sealing.folder import DataFolder, Program
from sealing.keys import Keys
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import part_path, read_file, sha256
from xtreme_tasks.mountinfo import SubmissionNumbers
from xtreme_tasks.record import RunRecord
from xtreme_tasks.settings import PhaseSettings
from xtreme_tasks.tasks import TASKS, parts
from xtreme_tasks.window import check_window


@dataclass(frozen=True)
class Judgement:
    """What scoring believes of a run.

    Attributes:
        settings: of the phase.
        record: the signed record, with another verdict where the worker's witness contradicts it.
        scores: None where the verdict is a fault.
        bound: whether the worker showed which submission it runs, so that the record could be bound to it.
    """

    settings: PhaseSettings
    record: RunRecord
    scores: Scores | None
    bound: bool

    @property
    def counts(self) -> bool:
        """Whether the attempt is used up: hidden data were handed out."""
        return self.record.began


def judge(
    program: Program,
    keys: Keys | None,
    reference: Path,
    result: Path,
    numbers: SubmissionNumbers,
    now: float,
    permitted: bool = False,
) -> Judgement:
    """Judge one run.

    Args:
        program: this scoring program's build.
        keys: scoring's keys; None for an unsealed build.
        reference: folder of the reference data.
        result: folder of ingestion's output as the worker delivered it.
        numbers: of this container's mount table.
        now: Unix seconds.
        permitted: whether the organizer permitted this run outside the window; only the reason that is shown
            where nothing was run depends on it.

    Raises:
        OrganizerFault: anything that makes the evidence unfit to be believed; the attempt is then not counted.
    """
    folder = DataFolder(reference, "reference", program, keys)
    settings = folder.settings()
    key = keys.get("record") if keys is not None else bytes.fromhex(settings.open_key)
    witness = parse_witness(read_file(result / WITNESS_FILE, WITNESS_FILE))
    evidence = _evidence(result, key, None if permitted else settings, now)
    check_binding(evidence.record, settings, numbers, now)
    record = _believed(witness, evidence)
    scores = _score(folder, settings, record, result) if record.verdict == "ok" else None
    return Judgement(settings, record, scores, bound=numbers.submission != 0)


def _evidence(result: Path, key: bytes, window: PhaseSettings | None, now: float) -> Evidence:
    """The record; where there is none because the phase is not open, that is the reason to show.

    A permitted run needs no window: its reason is another one. Ingestion's own words are in a log that `hide_output`
    keeps from the team, and it signs nothing when it refuses.

    Raises:
        OrganizerFault: E213 instead of E221 outside the window; as `read_evidence` otherwise.

    """
    try:
        return read_evidence(result, key)
    except OrganizerFault as fault:
        if fault.code == "E221" and window is not None:
            check_window(window, now)
        raise


def _believed(witness: Witness, evidence: Evidence) -> RunRecord:
    """The record as far as the worker's witness bears it out.

    Once hidden data were handed out the attempt counts: were a contradiction that a team can bring about a reason for
    a free retry, bringing it about would be the way to get one. So the verdict becomes E142, and only the organizer
    can void the attempt.

    Raises:
        OrganizerFault: E224 where nothing was handed out, or where no team could have caused the contradiction.

    """
    record = evidence.record
    if evidence.final:
        check_possible(witness, record)
    reason = contradiction(witness, record, evidence.final)
    # A zip with a command of its own is refused by ingestion before anything begins (E102): the team gets that verdict.
    if not reason or (record.verdict == "E102" and not record.began):
        return record
    if not record.began:
        raise OrganizerFault("E224", WITNESS_FILE, reason)
    return dataclasses.replace(record, verdict="E142", where="", detail=reason, hint="")


def _score(folder: DataFolder, settings: PhaseSettings, record: RunRecord, result: Path) -> Scores:
    scored: dict[tuple[str, str], PartScore] = {}
    for task, language in parts(settings.languages):
        path = part_path(task, language)
        predictions = _predictions(result, f"predictions/{path}", record)
        labels = folder.read(f"labels/{path}")
        score = score_part(TASKS[task], labels, predictions, path)
        expected = settings.counts[task][language]
        if score.examples != expected:
            raise OrganizerFault("E207", f"labels/{path}", f"{score.examples} examples, settings say {expected}")
        scored[task, language] = score
    return score_all(scored)


def _predictions(result: Path, name: str, record: RunRecord) -> bytes:
    """The bytes of one prediction file: named in the signed record, regular, unchanged."""
    path = result / name
    if name not in record.files or path.is_symlink() or not path.is_file():
        raise OrganizerFault("E225", name)
    data = read_file(path, name)
    if sha256(data) != record.files[name]:
        raise OrganizerFault("E225", name, "its digest is not the record's")
    return data
