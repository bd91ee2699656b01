"""A worker folder, archives behind a local web server, an engine that runs Python functions, and a gate in front."""

from __future__ import annotations

import importlib.util
import io
import json
import sys
import threading
import zipfile
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

from sealing.keys import role_keys, write_keys
from worker.gate.settings import Settings
from worker.gate.worker import install
from xtreme_tasks.files import folder_digest, sha256
from xtreme_tasks.journal import Entry, read_journal
from xtreme_tasks.record import sign

BUNDLE = "b-1"
IMAGE = "competition/image:1"
IMAGE_ID = "sha256:" + "a" * 64
DOUBLE = Path(__file__).with_name("platform_double.py")
SECRET = bytes(32)
PROGRAMS = {
    "ingestion": {"metadata.yaml": b"command: python3 -B -m ingestion_program\n", "ingestion_program/a.py": b"1"},
    "scoring": {"metadata.yaml": b"command: python3 -B -m scoring_program\n", "scoring_program/b.py": b"2"},
}
Behaviour = Callable[["Engine", Mapping[str, Path], str], int]


def pack(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def signpost(role: str, bundle: str = BUNDLE, phase: str = "evaluation-1") -> dict[str, bytes]:
    return {"data.json": json.dumps({"bundle": bundle, "phase": phase, "role": role, "sealed": True}).encode()}


class Engine:
    """The engine's client: a container is a function of its mounts."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.created: list[dict[str, Any]] = []
        self.left: list[dict[str, Any]] = []
        self.killed = threading.Event()
        self.pulled: list[str] = []
        self.images = {IMAGE: {"Id": IMAGE_ID, "RepoDigests": ["competition/image@sha256:" + "b" * 64]}}

    def create_host_config(self, **asked: Any) -> dict[str, Any]:
        return asked

    def create_container(self, image: str, **asked: Any) -> dict[str, str]:
        self.created.append({"image": image, **asked})
        return {"Id": f"c{len(self.created)}"}

    def start(self, container: str) -> None:
        assert container == f"c{len(self.created)}"

    def wait(self, container: Mapping[str, str]) -> dict[str, int]:
        assert container["Id"] == f"c{len(self.created)}"
        asked = self.created[-1]
        mounts = {target["bind"]: Path(source) for source, target in asked["host_config"]["binds"].items()}
        return {"StatusCode": self.behaviour(self, mounts, asked["name"])}

    def kill(self, name: str) -> None:
        assert name == self.created[-1]["name"]
        self.killed.set()

    def containers(self, **_: Any) -> list[dict[str, Any]]:
        return list(self.left)

    def remove_container(self, container: str, **_: Any) -> None:
        self.left = [item for item in self.left if item["Id"] != container]

    def inspect_image(self, image: str) -> dict[str, Any]:
        return self.images[image]

    def pull(self, image: str) -> None:
        self.pulled.append(image)
        self.images[image] = {"Id": IMAGE_ID}


def honest(engine: Engine, mounts: Mapping[str, Path], name: str) -> int:
    """What the programs leave: signed with the key that they find below /app/data."""
    role = "ingestion" if name.startswith("ingestion") else "scoring"
    keys = json.loads((mounts["/app/data"] / BUNDLE / role / "keys.json").read_text())["keys"]
    output = mounts["/app/output"]
    engine.seen = sorted(str(p.relative_to(mounts["/app/data"])) for p in mounts["/app/data"].rglob("*"))
    engine.before = sorted(path.name for path in output.iterdir())
    if role == "ingestion":
        record = {"began": True, "verdict": "ok"}
        (output / "started_record.json").write_bytes(sign(record, "started", bytes.fromhex(keys["record"])))
        (output / "run_record.json").write_bytes(sign(record, "run", bytes.fromhex(keys["record"])))
    else:
        (output / "scores.json").write_text('{"score": 1.0}')
        values = {"counts": True, "run": {"began": True, "verdict": "ok"}}
        (output / "score_record.json").write_bytes(sign(values, "score", bytes.fromhex(keys["score"])))
    return 0


class Server:
    """Archives by path."""

    def __init__(self) -> None:
        files: dict[str, bytes] = {}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                data = files.get(self.path)
                self.send_response(200 if data is not None else 404)
                self.send_header("Content-Length", str(len(data or b"")))
                self.end_headers()
                self.wfile.write(data or b"")

            def log_message(self, *_: object) -> None:
                pass

        self.files = files
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.http.server_address[1]}"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def url(self, name: str) -> str:
        return f"http://{self.host}/{name}"

    def close(self) -> None:
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()


def load_double() -> ModuleType:
    """A fresh copy of the stand-in for each test: the gate changes it."""
    spec = importlib.util.spec_from_file_location("compute_worker", DOUBLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class World:
    """One worker with a gate."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.server, self.folder = server, folder
        self.worker, self.base, self.journal = folder / "worker", folder / "codabench", folder / "journal.jsonl"
        self.base.mkdir()
        self.engine = Engine(honest)
        self.description: dict[str, Any] = self._worker_folder()
        self.settings: dict[str, Any] = {
            "api_hosts": ("platform.example",),
            "storage_hosts": (server.host,),
            "worker_folder": str(self.worker),
            "journal": str(self.journal),
            "platform_digests": (sha256(DOUBLE.read_bytes()),),
        }
        self.archives = {
            "program": pack({"submission.py": b"class Submission: ..."}),
            "ingestion": pack(PROGRAMS["ingestion"]),
            "scoring": pack(PROGRAMS["scoring"]),
            "input": pack(signpost("input")),
            "reference": pack(signpost("reference")),
            "prediction": pack({"run_record.json": b"{}"}),
        }
        self.platform = load_double()

    def _worker_folder(self) -> dict[str, Any]:
        programs = {}
        for role, files in PROGRAMS.items():
            where = self.folder / "program" / role
            for name, data in files.items():
                (where / name).parent.mkdir(parents=True, exist_ok=True)
                (where / name).write_bytes(data)
            programs[role] = {"digest": folder_digest(where), "command": f"python3 -B -m {role}_program"}
            write_keys(self.worker, role_keys(SECRET, BUNDLE, role), role)
        return {
            "bundle": BUNDLE,
            "sealed": True,
            "image": IMAGE,
            "programs": programs,
            "limits": {"files": 10, "submission_mib": 1, "memory_mib": 100, "seconds": 10.0, "preflight_seconds": 5.0},
            "phases": [{"phase": "evaluation-1", "repeats": 1}, {"phase": "final", "repeats": 3}],
        }

    def permit(self, submission: int) -> None:
        (self.worker / BUNDLE / "permits").mkdir(exist_ok=True)
        (self.worker / BUNDLE / "permits" / f"{submission}.json").write_text("{}")

    def install(self) -> None:
        (self.worker / BUNDLE / "worker.json").write_text(json.dumps(self.description))
        for name, data in self.archives.items():
            self.server.files[f"/{name}"] = data
        self.platform.BASE_DIR = self.platform.HOST_DIRECTORY = str(self.base)
        self.platform.client = self.engine
        install(self.platform, Settings(**self.settings))

    def arguments(self, scoring: bool, **changes: Any) -> dict[str, Any]:
        url = self.server.url
        common = {
            "user_pk": 7,
            "id": 41,
            "submissions_api_url": "https://platform.example/api",
            "docker_image": IMAGE,
            "execution_time_limit": 600,
            "is_scoring": scoring,
            "ingestion_only_during_scoring": False,
            "secret": "s",
            "prediction_result": url("prediction"),
        }
        if scoring:
            own = {"program_data": url("scoring"), "reference_data": url("reference"), "scoring_result": url("out")}
        else:
            own = {"program_data": url("program"), "ingestion_program": url("ingestion"), "input_data": url("input")}
        return common | own | changes

    def run(self, scoring: bool = False, **changes: Any) -> dict[str, Any]:
        """One job through the gate; the last status that the platform got."""
        if not hasattr(self.platform.client, "permitting"):
            self.install()
        self.platform.run_wrapper(self.arguments(scoring, **changes))
        return self.platform.updates[-1] if self.platform.updates else {}

    def entries(self) -> list[Entry]:
        return read_journal(self.journal)

    def events(self) -> list[str]:
        return [entry.event for entry in self.entries()]


PYTHON = sys.executable
