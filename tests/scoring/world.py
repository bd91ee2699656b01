"""A small world for scoring: reference data, an honest run's output, and the worker folder, all from one secret."""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass
from pathlib import Path

from organizer.build.hidden import SplitData, phase_files
from scoring_program.__main__ import main
from sealing.folder import PROGRAM_FILE, Program, to_json
from sealing.keys import role_keys, write_keys
from sealing.seal import compress
from xtreme_tasks.files import answer_row, encode_rows, sha256
from xtreme_tasks.record import RECORD_FILE, STARTED_FILE, RunRecord, write_record
from xtreme_tasks.settings import Baseline, PhaseSettings, Rule
from xtreme_tasks.tasks import TASKS, parts

SECRET = bytes(range(32))
BUNDLE = "b0"
PHASE = "evaluation-1"
LANGUAGES = {"xnli": ("de", "en"), "pawsx": ("en",), "udpos": ("en",), "panx": ("en", "th")}
LABELS = {
    "xnli": ["neutral", "entailment", "contradiction", "neutral"],
    "pawsx": ["0", "1", "1", "0"],
    "udpos": [["NOUN", "VERB"], ["DET", "NOUN", "PUNCT"], ["PRON"], ["X"]],
    "panx": [["B-PER", "I-PER", "O"], ["O"], ["B-LOC", "O"], ["O", "B-ORG"]],
}


def answers(task: str) -> bytes:
    """Right answers of a task; ids as secret as in a real build."""
    return encode_rows(answer_row(TASKS[task], f"i{n}", answer) for n, answer in enumerate(LABELS[task]))


@dataclass
class World:
    """Folders of one scoring step; a test changes what it attacks, then scores."""

    root: Path
    sealed: bool = True
    bundle: str = BUNDLE
    phase: str = PHASE
    rule: Rule = Rule()  # noqa: RUF009 - frozen
    baseline: Baseline = Baseline()  # noqa: RUF009 - frozen
    numbers: str = "uPK-7_sID-42__x"
    start: float = 0.0
    end: float = 0.0

    def __post_init__(self) -> None:
        self.result = self.root / "input" / "res"
        self.output = self.root / "output"
        self.output.mkdir(parents=True)
        (self.root / "program").mkdir()
        (self.root / "program" / PROGRAM_FILE).write_bytes(to_json(Program(self.bundle, "scoring", self.sealed)))
        write_keys(self.root / "worker", role_keys(SECRET, self.bundle, "scoring"), "scoring")
        self.settings = PhaseSettings(
            bundle=self.bundle,
            phase=self.phase,
            split="evaluation",
            sealed=self.sealed,
            start=self.start,
            end=self.end,
            grace=0.0,
            languages=LANGUAGES,
            counts={task: dict.fromkeys(codes, 4) for task, codes in LANGUAGES.items()},
            open_key="" if self.sealed else "ab" * 32,
            rule=self.rule,
            baseline=self.baseline,
        )
        self.key = (
            role_keys(SECRET, self.bundle, "ingestion").get("record") if self.sealed else bytes.fromhex("ab" * 32)
        )
        files = {f"labels/{task}/{language}.jsonl": answers(task) for task, language in parts(LANGUAGES)}
        packed = {name: compress(data) if self.sealed else data for name, data in files.items()}
        data = phase_files(SplitData("reference", self.sealed, packed), self.settings, SECRET)
        for name, content in data.items():
            self.put(Path("input", "ref", name), content)
        self.run()

    def put(self, name: Path, content: bytes | Path) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        assert isinstance(content, bytes)
        path.write_bytes(content)

    def run(self) -> None:
        """What an honest, perfect run leaves."""
        now = time.time()
        predictions = {f"predictions/{task}/{language}.jsonl": answers(task) for task, language in parts(LANGUAGES)}
        for name, content in predictions.items():
            self.put(Path("input", "res", name), content)
        self.record = RunRecord(
            bundle=self.bundle,
            phase=self.phase,
            user=7,
            submission=42,
            submission_digest="00",
            nonce="ab",
            accepted=now - 20,
            started=now - 18,
            finished=now - 1,
            began=True,
            verdict="ok",
            duration=12.5,
            durations=(12.5,),
            wall=12.5,
            walls=(12.5,),
            startup=2.0,
            parts={f"{task}/{language}": 1.0 for task, language in parts(LANGUAGES)},
            files={name: sha256(content) for name, content in predictions.items()},
        )
        self.sign()
        self.witness()

    def sign(self, **changes: object) -> None:
        """Write both records again, changed and signed with the bundle's own key."""
        self.record = dataclasses.replace(self.record, **changes)  # type: ignore[arg-type]
        started = dataclasses.replace(self.record, verdict="ok", files={}, duration=0.0, durations=(), finished=0.0)
        self.put(Path("input", "res", STARTED_FILE), write_record(started, self.key, "started"))
        self.put(Path("input", "res", RECORD_FILE), write_record(self.record, self.key))

    def witness(self, **changes: object) -> None:
        values: dict[str, object] = {
            "elapsedTime": 20.5,
            "exitCode": "null",
            "ingestionElapsedTime": 20.5,
            "ingestionExitCode": 0,
        } | changes
        self.put(Path("input", "res", "metadata"), "".join(f"{k}: {v}\n" for k, v in values.items()).encode())

    def score(self) -> int:
        """Run the scoring program; its exit code."""
        mountinfo = self.root / "mountinfo"
        mountinfo.write_text(f"1 1 0:1 /codabench/{self.numbers}/program /app/program rw - ext4 /dev/vda rw\n")
        names = {"program": "program", "input": "input", "output": "output", "worker": "worker"}
        arguments = [item for option, name in names.items() for item in (f"--{option}", str(self.root / name))]
        return main([*arguments, "--mountinfo", str(mountinfo)])

    def page(self) -> str:
        return (self.output / "detailed_results.html").read_text()
