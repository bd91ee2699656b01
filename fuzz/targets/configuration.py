"""Settings, keys, sealed files and everything else that the organizer's build writes or he edits."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile

import yaml

from fuzz import seeds
from fuzz.target import JSON_WORDS, Target, file_with, require, scratch
from organizer.build.rules import parse_rules
from organizer.check.check import check_bundle
from organizer.check.yaml_view import YamlError, parse_yaml
from organizer.local_worker.upload import read_upload
from sealing.folder import DataFolder, Program, Signpost, read_program, to_json
from sealing.keys import read_keys, role_keys, write_keys
from sealing.seal import compress, seal, seal_compressed, unseal
from worker import guard
from worker.gate.bundles import read_bundles
from worker.gate.settings import read_settings
from xtreme_tasks.settings import parse_settings

_PLACE = (seeds.BUNDLE, "input", seeds.PHASE, "inputs/xnli/de.jsonl")
_KEY = b"s" * 64
_RULES = seeds.ROOT / "competition_bundle" / "rules.toml"
_YAML = seeds.ROOT / "competition_bundle" / "competition.yaml"
_GATE = seeds.ROOT / "worker" / "gate.toml"


def run_settings(data: bytes) -> None:
    """`phase.json`; what is accepted can be written and read again."""
    settings = parse_settings(data)
    require(parse_settings(settings.to_json()) == settings, "not the same when written again")


def run_rules(data: bytes) -> None:
    """`rules.toml`."""
    parse_rules(data)


def run_gate_settings(data: bytes) -> None:
    """`gate.toml`."""
    read_settings(file_with(data, "gate.toml"))


def run_worker_file(data: bytes) -> None:
    """`worker.json`, as the gate and the guard read it."""
    folder = scratch() / "bundles"
    path = file_with(data, f"bundles/{seeds.BUNDLE}/worker.json")
    # The guard is one file without the project's faults; it catches these at its edge.
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        guard.read_allowed(path.parent)
    require(len(read_bundles(folder)) == 1, "not one bundle")


def run_keys(data: bytes) -> None:
    """`keys.json`."""
    path = file_with(data, f"keys/{seeds.BUNDLE}/ingestion/keys.json")
    path.chmod(0o600)
    keys = read_keys(scratch() / "keys", seeds.BUNDLE, "ingestion")
    require(len(keys.get("input")) == 64, "a key of another length")


def run_signposts(data: bytes) -> None:
    """`program.json` and `data.json`, with the settings behind them."""
    file_with(data, "data/program.json")
    file_with(data, "data/data.json")
    file_with(seeds.SETTINGS.to_json(), "data/phase.json")
    if b"phase" not in data:
        read_program(scratch() / "data", "ingestion")
    DataFolder(scratch() / "data", "input", Program(seeds.BUNDLE, "ingestion", False), None).settings()


def run_sealed(data: bytes) -> None:
    """Bytes that claim to be sealed: without the key nothing opens."""
    plain = unseal(data, _KEY, *_PLACE)
    require(data in _sealed(), "something opened that nobody sealed")
    require(seal(plain, _KEY, *_PLACE) == data, "not the same when sealed again")


def run_authentic(data: bytes) -> None:
    """Sealed with the true key, but not by this project's build: compressed bytes that are none, or too large."""
    require(len(unseal(seal_compressed(data, _KEY, *_PLACE), _KEY, *_PLACE)) < 1 << 31, "too large")


def run_yaml(data: bytes) -> None:
    """The linter's YAML reader: it reads what the platform's reader reads, or says why not."""
    try:
        item = parse_yaml(data)
    except YamlError as error:
        require(error.line >= 0 and bool(str(error)), "no reason")
        return
    json.dumps(str(item.get("title")))


def run_bundle(data: bytes) -> None:
    """The whole lint, over this project's bundle folder with another `competition.yaml`."""
    folder = scratch() / "bundle"
    if not folder.is_dir():
        shutil.copytree(_YAML.parent, folder)
    (folder / "competition.yaml").write_bytes(data)
    for problem in check_bundle(folder, now=1.8e9):
        require(problem.line().isascii() and "\n" not in problem.line(), "not one line of ASCII")


def run_upload(data: bytes) -> None:
    """A bundle as the local worker reads it."""
    if b"*" in data and b"<<" in data:
        return  # PyYAML itself expands merged aliases without end; `competition check` refuses them first
    read_upload(file_with(seeds.zipped({"competition.yaml": data}), "upload.zip"))


def _worker_file() -> list[bytes]:
    program = {"digest": "aa", "command": "python3 -B -m ingestion_program"}
    body = {
        "bundle": seeds.BUNDLE, "sealed": True, "image": "image:1", "limits": {"seconds": 60.0},
        "programs": {"ingestion": program, "scoring": program}, "phases": [{"phase": seeds.PHASE, "repeats": 3}],
    }  # fmt: skip
    return [json.dumps(body).encode()]


def _keys() -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = write_keys(scratch() / folder, role_keys(seeds.SECRET, seeds.BUNDLE, "ingestion"), "ingestion")
        return [path.read_bytes()]


def _signposts() -> list[bytes]:
    return [
        to_json(Program(seeds.BUNDLE, "ingestion", False)),
        to_json(Signpost(seeds.BUNDLE, seeds.PHASE, "input", False)),
    ]


def _sealed() -> list[bytes]:
    return [seal(content, _KEY, *_PLACE) for content in (b"", b'{"id":"a1"}\n', b"x" * 300)]


def _yamls() -> list[bytes]:
    loops = b"a: &a [1]\nb: &b {x: *a, y: *a}\nc: {<<: [*b, *b], z: 2027-01-01}\nd: !!int '0x'\n"
    return [_YAML.read_bytes(), yaml.safe_dump({"title": "t", "phases": [{"tasks": [0]}], "tasks": []}).encode(), loops]


_YAML_WORDS = (
    b"&a ", b"*a", b"<<: ", b"!!int ", b"!!timestamp ", b"!!binary ", b"!!set ", b"!!omap ", b"!!python/name:os ",
    b"? ", b"- ", b": ", b"{", b"[", b"|\n", b"---\n", b"...\n", b".inf", b"0001-01-01", b"9999-12-31 23:59:59-14:00",
    b"\n  tasks:\n", b"phases:", b"leaderboards:", b"columns:", b"index: ", b"1e400", b"9" * 400,
)  # fmt: skip
_TOML_WORDS = (
    b"[limits]\n",
    b"[protections]\n",
    b"require = ",
    b"[[",
    b"]]",
    b"'''",
    b" = ",
    b"1e999",
    b"[" * 200,
    b"9" * 400,
)
TARGETS = (
    Target("settings", run_settings, lambda: [seeds.SETTINGS.to_json()], (*JSON_WORDS, b'"counts":', b'"require":')),
    Target("rules", run_rules, lambda: [_RULES.read_bytes()], _TOML_WORDS),
    Target("gate_settings", run_gate_settings, lambda: [_GATE.read_bytes()], _TOML_WORDS),
    Target("worker_file", run_worker_file, _worker_file, (*JSON_WORDS, b'"programs":', b'"repeats":')),
    Target("keys", run_keys, _keys, JSON_WORDS),
    Target("signposts", run_signposts, _signposts, (*JSON_WORDS, b'"role":', b'"sealed":')),
    Target("sealed", run_sealed, _sealed, (b"XSEAL1\n",)),
    Target("authentic", run_authentic, lambda: [compress(b""), compress(b"x" * 300), b"\x28\xb5\x2f\xfd"]),
    Target("yaml", run_yaml, _yamls, _YAML_WORDS, 8192),
    Target("bundle", run_bundle, _yamls, _YAML_WORDS, 8192),
    Target("upload", run_upload, _yamls, _YAML_WORDS, 8192),
)
