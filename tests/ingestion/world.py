"""A small bundle on disk, and the program run on it as the platform would: its own process, its own folders."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sealing.folder import Program, Signpost, to_json
from sealing.keys import role_keys, write_keys
from sealing.seal import SUFFIX, seal
from xtreme_tasks.files import encode_rows, part_path
from xtreme_tasks.record import RECORD_FILE, STARTED_FILE, RunRecord, read_record, sign
from xtreme_tasks.settings import Limits, PhaseSettings

ROOT = Path(__file__).parents[2]
SECRET = bytes(range(32))
OPEN_KEY = b"o" * 32
BUNDLE, PHASE = "bundle-1", "evaluation-1"
# On the platform the program is root without any capability.
CAPABILITIES_OFF = (
    ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
    if os.geteuid() == 0 and shutil.which("setpriv")
    else []
)
LANGUAGES = {"xnli": ("de",), "udpos": ("en",)}

EVERY_FILTER = "files,tcp,scope,seccomp"
# True from the timed run on, for code that must behave until then: it sees the sizes of files that it cannot read.
LATER = "os.stat(os.path.join(os.path.dirname(__file__), '../output/ingestion.log')).st_size > 150"

HONEST = """
class Submission:
    def __init__(self, folder):
        self.folder = folder
    def predict(self, task, language, examples):
        if task == "xnli":
            return ["neutral"] * len(examples)
        return [["NOUN"] * len(example["tokens"]) for example in examples]
"""


def rows(task: str, count: int, prefix: str) -> list[dict[str, Any]]:
    if task == "xnli":
        return [{"id": f"{prefix}{n}", "premise": f"premise {n}", "hypothesis": f"so {n}"} for n in range(count)]
    return [{"id": f"{prefix}{n}", "tokens": ["token", "18"][: 1 + n % 2] * 9} for n in range(count)]


@dataclass
class World:
    """Folders as the platform mounts them; change what a test is about, then `build` and `run`."""

    root: Path
    sealed: bool = False
    settings: dict[str, Any] = field(default_factory=dict)
    limits: dict[str, Any] = field(default_factory=dict)
    hidden: dict[str, bytes] = field(default_factory=dict)
    role: str = "input"

    def path(self, name: str) -> Path:
        return self.root / name

    def phase(self) -> PhaseSettings:
        limits = Limits(**{"seconds": 30.0, "preflight_seconds": 30.0, "memory_mib": 2048, **self.limits})
        counts = {task: dict.fromkeys(codes, 4) for task, codes in LANGUAGES.items()}
        values = {"start": 0.0, "end": 0.0, "grace": 0.0, "open_key": "" if self.sealed else OPEN_KEY.hex()}
        return PhaseSettings(
            bundle=BUNDLE, phase=PHASE, split="evaluation", sealed=self.sealed, languages=LANGUAGES, counts=counts,
            limits=limits, **(values | self.settings),
        )  # fmt: skip

    def key(self) -> bytes:
        return role_keys(SECRET, BUNDLE, "ingestion").get("record") if self.sealed else OPEN_KEY

    def build(self, submission: str | None = HONEST) -> World:
        for name in ("program", "submission", "input", "output", "worker"):
            self.path(name).mkdir(exist_ok=True)
        (self.path("program") / "program.json").write_bytes(to_json(Program(BUNDLE, "ingestion", self.sealed)))
        (self.path("input") / "data.json").write_bytes(to_json(Signpost(BUNDLE, PHASE, "input", self.sealed)))
        (self.path("mountinfo")).write_text("1 2 8:1 /codabench/uPK-7_sID-42__abc /app/output rw - ext4 x rw\n")
        self._put("phase.json", self.phase().to_json())
        for task, codes in LANGUAGES.items():
            for language in codes:
                name = part_path(task, language)
                self._put(f"inputs/{name}", self.hidden.get(name, encode_rows(rows(task, 4, "h"))))
                public = self.path("input") / "preflight" / name
                public.parent.mkdir(parents=True, exist_ok=True)
                public.write_bytes(encode_rows(rows(task, 2, "p")))
        if self.sealed:
            write_keys(self.path("worker"), role_keys(SECRET, BUNDLE, "ingestion"), "ingestion")
        if submission is not None:
            (self.path("submission") / "submission.py").write_text(submission)
        return self

    def _put(self, name: str, data: bytes) -> None:
        path = self.path("input") / (name + (SUFFIX if self.sealed else ""))
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.sealed:
            role = self.role if name.startswith("inputs/") else "input"
            program = "scoring" if role == "reference" else "ingestion"
            data = seal(data, role_keys(SECRET, BUNDLE, program).get(role), BUNDLE, role, PHASE, name)
        path.write_bytes(data)

    def permit(self, submission: int, repeats: int) -> None:
        folder = self.path("worker") / BUNDLE / "permits"
        folder.mkdir(parents=True, exist_ok=True)
        body = sign({"submission": submission, "repeats": repeats}, "permit", self.key())
        (folder / "42.json").write_bytes(body)

    def command(self, *more: str, before: Sequence[str] = (), without: str = "", drop: bool = True) -> list[str]:
        """The command line; `without` names filters that are off, `drop` takes root's capabilities away."""
        names = ("program", "submission", "input", "output", "worker", "mountinfo")
        arguments = [text for name in names for text in (f"--{name}", str(self.path(name)))]
        module = ["tests.ingestion.weakened", without] if without else ["ingestion_program"]
        off = CAPABILITIES_OFF if drop else []
        return [*before, *off, sys.executable, "-B", "-m", *module, *arguments, *more]

    def environment(self) -> dict[str, str]:
        self.path("temporary").mkdir(exist_ok=True)
        return {**os.environ, "TMPDIR": str(self.path("temporary"))}

    def run(self, *more: str, before: Sequence[str] = (), without: str = "", drop: bool = True) -> Outcome:
        command = self.command(*more, before=before, without=without, drop=drop)
        run = subprocess.run(command, cwd=ROOT, env=self.environment(), capture_output=True, timeout=240, check=False)
        assert len(run.stdout) + len(run.stderr) < 4096
        assert (run.stdout + run.stderr).isascii()
        assert more or b"Traceback" not in run.stdout + run.stderr
        return Outcome(self, run.returncode, run.stdout.decode(), run.stderr.decode())


@dataclass
class Outcome:
    """What the program left behind."""

    world: World
    code: int
    printed: str
    errors: str

    def has(self, name: str) -> bool:
        return (self.world.path("output") / name).exists()

    def started(self) -> RunRecord:
        path = self.world.path("output") / STARTED_FILE
        return read_record(path.read_bytes(), self.world.key(), STARTED_FILE, "started")

    def record(self) -> RunRecord:
        path = self.world.path("output") / RECORD_FILE
        return read_record(path.read_bytes(), self.world.key(), RECORD_FILE)

    def files(self) -> list[str]:
        output = self.world.path("output")
        return sorted(path.relative_to(output).as_posix() for path in output.rglob("*") if not path.is_dir())
