"""Evidence: records, permits, the witness, the journal, the mount table, the platform's jobs."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from fuzz import seeds
from fuzz.target import JSON_WORDS, Target, file_with, require, scratch
from ingestion_program.admission import PERMIT_KIND, PERMITS, read_permit
from scoring_program.evidence import read_evidence
from scoring_program.witness import check_possible, contradiction, parse_witness
from worker.gate.bundles import Bundle
from worker.gate.outcome import read_outcome
from worker.gate.policy import check_arguments, check_data, identify
from worker.gate.settings import Settings
from xtreme_tasks.journal import Journal, read_journal
from xtreme_tasks.mountinfo import submission_numbers
from xtreme_tasks.record import RECORD_FILE, SCORE_RECORD_FILE, STARTED_FILE, read_record, sign, verify, write_record
from xtreme_tasks.settings import Limits

_BUNDLE = Bundle(seeds.BUNDLE, True, "image:1", "", {"ingestion": "aa", "scoring": "bb"}, Limits(), {seeds.PHASE: 1})
_GATE = Settings(api_hosts=("codabench.example",), storage_hosts=("storage.example",))


def _signed(data: bytes, kind: str) -> bytes | None:
    """A document with these values and a true signature, as only the organizer's key could make it."""
    try:
        return sign(json.loads(data), kind, seeds.KEY)
    except (ValueError, RecursionError):
        return None


def run_record(data: bytes) -> None:
    """A record, signed or not; without the key nothing but what was signed is accepted."""
    record = read_record(data, seeds.KEY, "fuzz")
    require(read_record(write_record(record, seeds.KEY), seeds.KEY, "fuzz") == record, "not the same when written")


def run_signed_record(data: bytes) -> None:
    """Any values under a true signature: a defect of ours must be a fault, too."""
    document = _signed(data, "run")
    if document is not None:
        run_record(document)


def run_evidence(data: bytes) -> None:
    """A final record beside a good started one: it is believed whole, or the attempt counts all the same."""
    folder = scratch() / "result"
    file_with(write_record(seeds.RECORD, seeds.KEY, "started"), f"result/{STARTED_FILE}")
    file_with((_signed(data, "run") or data), f"result/{RECORD_FILE}")
    evidence = read_evidence(folder, seeds.KEY)
    require(evidence.record.began, "a damaged record freed an attempt that began")


def run_outcome(data: bytes) -> None:
    """What the gate makes of records in a step's output: never an exception, and a damaged one counts as begun."""
    for name, kind, role in ((RECORD_FILE, "run", "ingestion"), (SCORE_RECORD_FILE, "score", "scoring")):
        for content in (data, _signed(data, kind)):
            if content is not None:
                path = file_with(content, f"outcome/{name}")
                outcome = read_outcome(path.parent, role, seeds.KEY)  # type: ignore[arg-type]
                require(outcome.began or outcome.verdict != "unverified", "a damaged record freed an attempt")
                path.unlink()


def run_score_record(data: bytes) -> None:
    """The signed scores, as an audit reads them."""
    json.dumps(verify(_signed(data, "score") or data, "score", seeds.KEY, "fuzz"))


def run_permit(data: bytes) -> None:
    """An organizer's permit in the worker folder."""
    file_with(_signed(data, PERMIT_KIND) or data, f"worker/{seeds.BUNDLE}/{PERMITS}/42.json")
    permit = read_permit(scratch() / "worker", seeds.BUNDLE, 42, seeds.KEY)
    require(permit is not None and permit.submission == 42 and permit.repeats >= 1, "an impossible permit")


def run_witness(data: bytes) -> None:
    """The worker's own file."""
    witness = parse_witness(data)
    require(contradiction(witness, seeds.RECORD, True).isascii(), "not ASCII")
    check_possible(witness, seeds.RECORD)


def run_journal(data: bytes) -> None:
    """A journal that can be opened can be written, and read again with every entry that it had."""
    path = file_with(data, "journal")
    before = read_journal(path)
    with Journal(path, now=lambda: 7.0) as journal:
        require(journal.entries[: len(before)] == tuple(before), "opening lost entries")
        journal.append("fuzz", {"text": "\u0928"})
        entries = journal.entries
    require(tuple(read_journal(path)) == entries and entries[-1].event == "fuzz", "an entry was lost")
    require(path.read_bytes().startswith(data), "something was cut off")


def run_mountinfo(data: bytes) -> None:
    """The mount table never stops a run."""
    numbers = submission_numbers(data.decode("utf-8", "replace"))
    require(0 <= numbers.user < 10**18 and 0 <= numbers.submission < 10**18, "an impossible number")


def run_job(data: bytes) -> None:
    """The platform's run arguments and the signpost of fetched data, at the gate."""
    check_data(_BUNDLE, "ingestion", data) if data[:1] == b"{" and b"role" in data[:16] else None
    try:
        arguments = json.loads(data)
    except (ValueError, RecursionError):
        return
    if isinstance(arguments, dict):
        check_arguments(identify(arguments), arguments, _GATE, (_BUNDLE,))


def _record() -> list[bytes]:
    return [write_record(seeds.RECORD, seeds.KEY), sign({}, "run", seeds.KEY)]


def _values() -> list[bytes]:
    record = dataclasses.asdict(seeds.RECORD)
    changes: list[dict[str, Any]] = [{}, {"began": False, "verdict": "E101"}, {"energy_joules": -1, "verdict": "E141"}]
    return [json.dumps(record | change).encode() for change in changes] + [json.dumps({"run": record}).encode()]


def _journal() -> list[bytes]:
    path = scratch() / "seed_journal"
    path.unlink(missing_ok=True)
    with Journal(path, now=lambda: 5.0) as journal:
        journal.append("started", {"role": "ingestion", "user": 7})
    one = path.read_bytes()
    path.write_bytes(one + b'{"number":2,"ti')
    with Journal(path, now=lambda: 6.0) as journal:
        journal.append("ended", {"began": True})
    return [one, path.read_bytes(), one[:-1], one + b'{"number":2,"ti', b""]


def _jobs() -> list[bytes]:
    url = "https://codabench.example/api/x"
    step = {"user_pk": 7, "id": 42, "submissions_api_url": url, "docker_image": "image:1", "is_scoring": False}
    given = dict.fromkeys(("program_data", "ingestion_program", "input_data"), "https://storage.example/a.zip")
    signpost = {"role": "input", "bundle": seeds.BUNDLE, "phase": seeds.PHASE, "sealed": True}
    return [json.dumps(value, separators=(",", ":")).encode() for value in (step | given, step, signpost)]


_FIELDS = tuple(f'"{field.name}":'.encode() for field in dataclasses.fields(seeds.RECORD))
_WITNESS = (b"exitCode: ", b"ingestionExitCode: ", b"ingestionElapsedTime: ", b"null", b"nan", b"inf", b"1e400", b"1_0")
_CHAIN = (b'"event":"torn"', b'"values":{', b'"previous":"', b'"digest":"', b'"number":2', b"\n")
TARGETS = (
    Target("record", run_record, _record, JSON_WORDS + _FIELDS),
    Target("signed_record", run_signed_record, _values, JSON_WORDS + _FIELDS),
    Target("evidence", run_evidence, _values, JSON_WORDS + _FIELDS),
    Target("gate_outcome", run_outcome, _values, (*JSON_WORDS, b'"run":', b'"began":')),
    Target("score_record", run_score_record, _values, JSON_WORDS),
    Target("permit", run_permit, lambda: [b'{"submission":42,"repeats":3}'], (*JSON_WORDS, b'"repeats":')),
    Target("witness", run_witness, lambda: [seeds.WITNESS], _WITNESS),
    Target("journal", run_journal, _journal, JSON_WORDS + _CHAIN),
    Target("mountinfo", run_mountinfo, lambda: [seeds.MOUNTINFO * 2], (b"uPK-", b"_sID-", b"__", "\u0663".encode())),
    Target("gate_job", run_job, _jobs, (*JSON_WORDS, b"https://", b"@", b"]", b"%00", b'"is_scoring":true')),
)
