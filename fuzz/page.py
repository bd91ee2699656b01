"""The documentation's page from kept runs: `python -m fuzz.page > docs/fuzzing.md`.

`python -m fuzz.page --keep NOTE FILE` keeps a run first: the JSON of `python -m fuzz` without the tracebacks.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fuzz.registry import TARGETS

KEPT = Path(__file__).parent / "results"
_HEAD = """\
# Fuzzing

Made by `python -m fuzz.page > docs/fuzzing.md` from the runs in `fuzz/results/`; do not edit it.

Everything that reads bytes which somebody else wrote is a target of `fuzz/targets/`: it starts from valid files
that the project's own writers made, and is given changed ones. For every input

- nothing but a fault (a code, a place, a remedy: [faults.md](faults.md)) may be raised,
- it takes at most 5 s of processor time, and the process at most 2 GiB of address space,
- what is accepted keeps its promises: written again it is the same, a fast reader reads what a slow one does,
  nothing is extracted outside its folder, no command passes, a damaged record never frees an attempt.

```sh
pip install atheris                                  # Linux; without it inputs are mutated without coverage
python -m fuzz --seconds 3600 --out results/fuzz.json
python -m fuzz --seconds 60 --targets report,metadata --out results/fuzz.json
```

The seconds are divided among the targets, each of which runs in a process of its own. Inputs are guided by
coverage (atheris, which is libFuzzer for Python). Every defect is kept once, as short as it is easily found, in
`crashes/` beside the results. `make test` makes a short fixed pass without atheris and tries every input in
`tests/fuzz/crashes/`, each of which was a defect once.

## Runs
"""
_TAIL = """\
## What was found, and mended

Found by the fuzzer:

- A child that reported a fault whose code is a list raised a TypeError in ingestion's parent: an internal error
  in place of the team's fault (the attempt counted all the same). It is an attack now, `hostile_report`.
- Wrong values in a team's `metadata.yaml` (`!!int`, `!!bool` without a value) raised PyYAML's own errors in
  ingestion.
- Half of a surrogate pair, spelled as an escape, was accepted in inputs, settings, calibration and `dataset.json` and
  could not be written again.
- A signed score record without its run stopped the gate with a KeyError.
- Damaged zips stopped the starting kit, the local worker and `competition results` with five kinds of errors; an
  LZMA member of a bundle can ask for gigabytes, which stopped `competition check`.
- A sealed file with a true signature around bytes that are not compressed was no fault; one that claims to become two
  gibibytes had them allocated.

Found by reading the same code for the targets: aliases merged into each other in a `metadata.yaml` of a few
hundred bytes would have kept the parent busy for ever (aliases are refused now); whole numbers that no float can
hold, deeply nested TOML and a `[protections]` that is no table were no faults; a participant's exit code of `nan`
in the worker's file counted as none.

In `predictions` libFuzzer once stopped because its process had grown to its limit of memory after hundreds of thousands
of inputs (`oom` among the defects of that run). The input that it blamed is refused at once and in little memory; it is
kept among the tests' crashes all the same. The `timeout` of `folder` was the target's own: it wrote into a pipe that it
had made itself.

## What is not fuzzed

The kernel's filters, PyTorch, the platform's worker and NumPy's, zstandard's and cryptography's own code, which
are called with bytes that were checked or authenticated first. Atheris does not look into extension modules:
JSON's and zlib's code in C is run, but does not guide.
"""


def load() -> list[dict[str, Any]]:
    """The kept runs, by name."""
    return [json.loads(path.read_bytes()) for path in sorted(KEPT.glob("*.json"))]


def without_reports(run: dict[str, Any]) -> dict[str, Any]:
    """A run without tracebacks, which name folders of the machine."""
    targets = {
        name: one
        | {"crashes": {signature: crash["times"] for signature, crash in one["crashes"].items()}}
        | {"ended": one["ended"].partition(":")[0]}
        for name, one in run["targets"].items()
    }
    return run | {"targets": targets}


def page(runs: Sequence[dict[str, Any]]) -> str:
    """The page as Markdown."""
    lines = [_HEAD]
    for run in runs:
        time = f"{_fuzzed(run):,.0f} s of fuzzing in {run['seconds']:,.0f} s"
        counts = f"{len(run['targets'])} targets, {time}, {run['inputs']:,} inputs, {run['defects']} defects"
        lines.append(f"- {run['note']}: {counts} ({run['engine']}, Python {run['python']}).")
    lines.append(f"\nIn all {sum(map(_fuzzed, runs)):,.0f} s and {sum(run['inputs'] for run in runs):,} inputs.\n")
    lines += [
        "| target | what it reads | inputs | accepted | refused | defects | slowest |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    return "\n".join([*lines, *(_row(name, runs) for name in TARGETS), "", _TAIL])


def _fuzzed(run: dict[str, Any]) -> float:
    return float(sum(one["seconds"] for one in run["targets"].values()))


def _row(name: str, runs: Sequence[dict[str, Any]]) -> str:
    found: list[dict[str, Any]] = [run["targets"][name] for run in runs if name in run["targets"]]
    kinds: Counter[str] = Counter()
    for one in found:
        kinds.update(one["outcomes"])
    total, accepted = kinds.total(), kinds["accepted"]
    refused = total - accepted - kinds["crash"]
    defects = len({signature for one in found for signature in one["crashes"]})
    slowest = max((one["slowest_ms"] for one in found), default=0.0)
    reads = (inspect.getdoc(TARGETS[name].run) or "").split("\n\n")[0].replace("\n", " ").replace("|", "\\|")
    return f"| `{name}` | {reads} | {total:,} | {accepted:,} | {refused:,} | {defects} | {slowest:.0f} ms |"


def main(arguments: Sequence[str]) -> None:
    """Print the page; with `--keep NOTE FILE` keep a run first."""
    if arguments[:1] == ["--keep"]:
        note, file = arguments[1:]
        run = without_reports(json.loads(Path(file).read_bytes()))
        number = len(list(KEPT.glob("*.json"))) + 1
        (KEPT / f"{number:02}.json").write_text(json.dumps({"note": note, **run}, indent=1) + "\n")
    print(page(load()), end="")


if __name__ == "__main__":
    main(sys.argv[1:])
