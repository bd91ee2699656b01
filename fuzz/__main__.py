"""`python -m fuzz --seconds N --out FILE`: every target in turn, each in a process of its own; counts and crashes.

The time is divided evenly. With atheris the inputs are guided by coverage (and kept in `--corpus`, if given); without
it they are mutations of valid ones. FILE is written after every target; `crashes/` beside it gets the inputs.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fuzz.registry import TARGETS

PATIENCE = 90.0
"""Seconds beyond its share after which a target's process is killed, which counts as a hang."""
ENGINES = ("atheris", "mutation")


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command's options."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="in all, over all targets")
    parser.add_argument("--out", type=Path, required=True, help="the JSON file of the results")
    parser.add_argument("--targets", default="", help="names, separated by commas; all if not given")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[importlib.util.find_spec("atheris") is None])
    parser.add_argument("--corpus", type=Path, help="folder that keeps interesting inputs from run to run")
    return parser.parse_args(arguments)


def fuzz_one(name: str, seconds: float, options: argparse.Namespace) -> dict[str, Any]:
    """Fuzz one target; its counts, with `ended` saying how its process ended."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as temporary:
        folder = Path(temporary)
        if options.corpus and (options.corpus / name).is_dir():
            shutil.copytree(options.corpus / name, folder / "corpus")
        ended = _process(name, folder, seconds, options)
        if not (folder / "state.json").is_file():
            raise SystemExit(f"{name}: its process did not start: {ended}")
        state: dict[str, Any] = json.loads((folder / "state.json").read_bytes())
        _keep(folder / "crashes", options.out.parent / "crashes" / name)
        for number, path in enumerate(sorted(folder.glob("stopped-*"))):
            what = path.name.split("-")[1]
            state["crashes"][f"{what} {number}"] = {"times": 1, "file": path.name, "report": f"libFuzzer: {what}"}
            _keep(path, options.out.parent / "crashes" / name)
        if options.corpus:
            _keep(folder / "corpus", options.corpus / name)
    return {**state, "ended": ended}


def _process(name: str, folder: Path, seconds: float, options: argparse.Namespace) -> str:
    command = [sys.executable, "-B", "-W", "ignore", "-m", "fuzz.one"]
    command += [TARGETS[name].run.__module__, name, str(folder), str(seconds)]
    # The scratch folder of the process lies in its TMPDIR: libFuzzer ends a process without asking Python to tidy up.
    scratch = Path(tempfile.mkdtemp(prefix="fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))  # noqa: S108
    environment = {**os.environ, "TMPDIR": str(scratch), "PYTHONHASHSEED": "0"}
    try:
        done = subprocess.run(
            [*command, str(options.seed), options.engine],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=seconds + PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "killed: it did not end by itself"
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if done.returncode == 0:
        return "by itself"
    return f"exit code {done.returncode}: {done.stderr[-500:].decode(errors='replace')}"


def _keep(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    elif source.is_file():
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def _line(name: str, found: Mapping[str, Any]) -> str:
    inputs, crashes = found["inputs"], found["crashes"]
    accepted = found["outcomes"].get("accepted", 0)
    line = f"{name:<14} {inputs:>10,} inputs, {accepted:>10,} accepted, {found['seconds']:>7.1f} s"
    line += f", slowest {found['slowest_ms']:.0f} ms, {len(crashes)} defects"
    for signature, crash in crashes.items():
        line += f"\n  {signature} ({crash['times']} times): crashes/{name}/{crash['file']}"
    return line if found["ended"] == "by itself" else f"{line}\n  ended: {found['ended']}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz; 0 if nothing was found, 1 if something was, 2 for a wrong target."""
    options = parse_arguments(arguments)
    names = options.targets.split(",") if options.targets else list(TARGETS)
    unknown = sorted(set(names) - set(TARGETS))
    if unknown:
        print(f"no such target: {', '.join(unknown)}. Targets: {', '.join(TARGETS)}.")
        return 2
    options.out.parent.mkdir(parents=True, exist_ok=True)
    begin, found = time.monotonic(), {}
    for name in names:
        found[name] = fuzz_one(name, options.seconds / len(names), options)
        print(_line(name, found[name]), flush=True)
        result = {
            "engine": options.engine,
            "python": sys.version.split()[0],
            "seed": options.seed,
            "seconds": round(time.monotonic() - begin, 1),
            "inputs": sum(one["inputs"] for one in found.values()),
            "defects": sum(len(one["crashes"]) for one in found.values()),
            "targets": found,
        }
        options.out.write_text(json.dumps(result, indent=1) + "\n")
    print(f"{result['inputs']:,} inputs, {result['defects']} defects, {result['seconds']:.0f} s, {options.engine}")
    return 1 if result["defects"] or any(one["ended"] != "by itself" for one in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
