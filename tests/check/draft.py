"""A small valid bundle that a test changes in one place: YAML as a value, files as bytes, zips as files in files."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

NOW = 1_800_000_000.0  # January 2027
DIGEST = "sha256:" + "0123456789abcdef" * 4
VHOST = "6f1b2c3d-0000-4000-8000-123456789abc"
Files = dict[str, bytes]


def png(width: int = 8, height: int = 8) -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = b"".join(b"\0" + b"\x80" * width for _ in range(height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def zipped(files: Files, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


@dataclass
class Draft:
    """A bundle in the making.

    Attributes:
        yaml: the content of competition.yaml.
        zips: inner zips by name.
        files: other files by name.
        edits: replacements in the YAML's text, for what a dump cannot say.

    """

    yaml: dict[str, Any]
    zips: dict[str, Files]
    files: Files
    edits: list[tuple[str, str]] = field(default_factory=list)

    @property
    def phases(self) -> list[dict[str, Any]]:
        return self.yaml["phases"]

    @property
    def tasks(self) -> list[dict[str, Any]]:
        return self.yaml["tasks"]

    @property
    def columns(self) -> list[dict[str, Any]]:
        return self.yaml["leaderboards"][0]["columns"]

    def text(self) -> str:
        text = yaml.safe_dump(self.yaml, sort_keys=False)
        for old, new in self.edits:
            assert old in text, old
            text = text.replace(old, new, 1)
        return text

    def content(self) -> Files:
        inner = {name: zipped(files) for name, files in self.zips.items()}
        return {"competition.yaml": self.text().encode(), **inner, **self.files}

    def write(self, folder: Path) -> Path:
        path = folder / "bundle.zip"
        path.write_bytes(zipped(self.content()))
        return path

    def spread(self, folder: Path) -> Path:
        """The bundle as a folder, its zips as folders too."""
        for name, data in self._spread_files():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return folder

    def _spread_files(self) -> Iterator[tuple[str, bytes]]:
        yield from {"competition.yaml": self.text().encode(), **self.files}.items()
        for outer, files in self.zips.items():
            yield from ((f"{outer}/{name}", data) for name, data in files.items())


def sealed(text: str) -> bytes:
    """Bytes as an encrypted file begins; what follows does not matter here."""
    return b"age-encryption.org/v1\n" + zlib.compress(text.encode())


def valid() -> Draft:
    """Two phases, two tasks, three columns: nothing to complain about but notes."""
    zips: dict[str, Files] = {
        "ingestion.zip": {
            "metadata.yaml": b"command: python3 -B main.py --fast\n",
            "main.py": b"import json\nprint(json.dumps({}))\n",
            "program.json": b'{"kind":"not of this project, so checks of its own builds stay silent"}\n',
        },
        "scoring.zip": {
            "metadata.yaml": b"command: python3 -m score\n",
            "score/__init__.py": b"",
            "score/__main__.py": b"import json\nSCORES = {'score': 1.0, 'duration': 2.0, 'f1': 3.0}\n",
        },
        "public.zip": {"train.jsonl": b'{"id":"p1","label":"yes"}\n'},
        "kit.zip": {"submission.py": b"class Submission: ...\n"},
    }
    for split in ("one", "two"):
        zips[f"input_{split}.zip"] = {"inputs.bin": sealed(f"inputs {split}")}
        zips[f"reference_{split}.zip"] = {"labels.bin": sealed(f"labels {split} " * 9)}
    files = {"logo.png": png(), "pages/overview.md": b"# Overview\n", "terms.md": b"Be fair.\n"}
    return Draft(_yaml(), zips, files)


def _yaml() -> dict[str, Any]:
    return {
        "version": 2,
        "title": "A contest",
        "description": "Small",
        "image": "logo.png",
        "terms": "terms.md",
        "docker_image": f"registry.example.org/contest@{DIGEST}",
        "queue": VHOST,
        "contact_email": "organizer@example.org",
        "can_participants_make_submissions_public": False,
        "pages": [{"title": "Overview", "file": "pages/overview.md"}],
        "tasks": [_task(0, "one"), _task(1, "two")],
        "phases": [
            _phase(0, "First", "2027-02-01 09:00:00", "2027-02-28 23:59:00"),
            _phase(1, "Last", "2027-03-01 00:00:00", "2027-03-31 00:00:00"),
        ],
        "leaderboards": [
            {
                "title": "Results",
                "key": "main",
                "submission_rule": "Force_Last",
                "columns": [
                    {"title": "Score", "key": "score", "index": 0, "sorting": "desc", "precision": 2},
                    {"title": "Duration (s)", "key": "duration", "index": 1, "sorting": "asc"},
                    {"title": "F1", "key": "f1", "index": 2},
                ],
            }
        ],
        "fact_sheet": {
            "method": {
                "key": "method",
                "type": "text",
                "title": "Method",
                "selection": "",
                "is_required": "true",
                "is_on_leaderboard": "false",
            }
        },
    }


def _task(index: int, name: str) -> dict[str, Any]:
    return {
        "index": index,
        "name": name,
        "ingestion_only_during_scoring": False,
        "ingestion_program": "ingestion.zip",
        "scoring_program": "scoring.zip",
        "input_data": f"input_{name}.zip",
        "reference_data": f"reference_{name}.zip",
    }


def _phase(index: int, name: str, start: str, end: str) -> dict[str, Any]:
    return {
        "index": index,
        "name": name,
        "start": start,
        "end": end,
        "max_submissions": 1,
        "max_submissions_per_day": 1,
        "execution_time_limit": 1200,
        "auto_migrate_to_this_phase": False,
        "hide_output": True,
        "public_data": "public.zip",
        "starting_kit": "kit.zip",
        "tasks": [index],
    }
