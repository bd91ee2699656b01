"""What became of the attacks: a table for the console, JSON to keep, and the page of the documentation made of it."""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.table import Table

from organizer.attack.attack import ENGINES
from organizer.attack.suite import Result
from xtreme_tasks.files import read_file, write_whole

SURFACES = Path(__file__).with_name("surfaces.toml")
TITLES = {"process": "plain processes", "docker": "containers"}
FAMILIES = {
    "control": "Controls",
    "package": "Tricks with the package",
    "labels": "Labels and keys",
    "forging": "Forging",
    "timing": "Timing",
    "resources": "Resources",
    "leaks": "Leaks",
    "network": "Network",
    "rules": "Rules",
    "platform": "Platform",
}


def console_table(results: Sequence[Result]) -> Table:
    """One row for each attack."""
    table = Table()
    for name in ("attack", "ended", "verdict", "counted", "as stated"):
        table.add_column(name)
    for result in results:
        if result.not_run:
            table.add_row(result.name, "not run", "", "", result.not_run)
            continue
        table.add_row(result.name, result.status, result.code, _yes(result.counts), _yes(not result.wrong))
    return table


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def save(results: Sequence[Result], engine: str, message: str, folder: Path) -> Path:
    """Write `attacks-ENGINE.json` (E232)."""
    path = folder / f"attacks-{engine}.json"
    body = {
        "engine": engine,
        "where": message,
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "command": f"competition attack --engine {engine}",
        "attacks": [asdict(result) for result in results],
    }
    write_whole(path, json.dumps(body, indent=2, ensure_ascii=False).encode() + b"\n")
    return path


def load(folder: Path) -> dict[str, dict[str, Any]]:
    """The kept runs by engine (E201, or E239 if it is not one of ours)."""
    paths = {engine: folder / f"attacks-{engine}.json" for engine in ENGINES}
    return {engine: json.loads(read_file(path)) for engine, path in paths.items() if path.is_file()}


HEAD = """\
# Attacks

Made by `competition attack --docs docs/attacks.md` from the runs below; do not edit it. Each attack is a folder of
`tests/attacks/`, which says what it tries and what must happen; its end is stated in `expected.toml`. An attack that
gets what it wanted says so by an answer that is no list, which would show here as verdict E122.

After every run it is checked that no hidden text, id or key of that build stands in anything but the predictions, and
that no process, container or file is left; after each attack that could harm, and at the end, that the honest control
still gets its score. Where `expected.toml` says `repeats = 3`, the submission is run three times after its pre-flight,
as in a final phase, and attacks in each of these processes. A verdict `ok` means: scored like the honest
control, so that the attack gained nothing.

Attacks on the platform and on the worker's gate are test functions, run by the same command: their verdict is what
the tests assert.
"""

TAIL = """\
## What stays possible

- A failed attempt tells its team a code, a place in its own files and a few numbers (a line, a count, a length, an exit
  code), all of which its code may choose. That is some tens of bits for one attempt with score 0, and is not prevented.
- Memory in files that no process maps is not seen by the run's own limit (`memory_in_files`), nor is a full disk
  prevented: the container's limits, which the gate sets, and a separate disk for the worker's folders bound both.
- While the parent writes its log and the started record the clock is paused and the team's processes run on: work that
  needs no example can be done in these pauses.
- Without containers a Unix socket that has a path can be reached before version 9 of Landlock (`unix_sockets`).
- Not attacked here: a GPU that is left busy or keeps memory. Two accounts of one team have an attempt each on
  the worker; only the organizer's roster joins them.
"""


def page(runs: Mapping[str, Mapping[str, Any]]) -> str:
    """The documentation's page, as Markdown."""
    lines = [HEAD]
    for engine, run in runs.items():
        attacks = run["attacks"]
        ran = [one for one in attacks if not one["not_run"]]
        stated = sum(not one["wrong"] for one in ran)
        lines.append(f"- {TITLES[engine]} ({run['date']}, `{run['command']}`): {stated} of {len(ran)} ended as stated.")
    lines.append("")
    by_engine = {engine: {one["name"]: one for one in run["attacks"]} for engine, run in runs.items()}
    known = {one["name"]: one for run in runs.values() for one in run["attacks"]}
    for family, title in FAMILIES.items():
        names = sorted(name for name, one in known.items() if one["family"] == family)
        lines += _section(title, names, known, by_engine) if names else []
    return "\n".join([*lines, *_surfaces(), TAIL]).rstrip() + "\n"


def surfaces() -> dict[str, dict[str, list[str]]]:
    """The attacks of each surface, by family (`surfaces.toml`)."""
    found: dict[str, dict[str, list[str]]] = tomllib.loads(SURFACES.read_text(encoding="utf-8"))
    return found


def _surfaces() -> list[str]:
    rows = [
        _row([FAMILIES[family], surface, ", ".join(f"`{name}`" for name in names)])
        for family, table in surfaces().items()
        for surface, names in table.items()
    ]
    heads = ["family", "surface", "tried by"]
    return ["## Every surface", "", _row(heads), _row(["---"] * len(heads)), *rows, ""]


def _section(
    title: str,
    names: Sequence[str],
    known: Mapping[str, Mapping[str, Any]],
    by_engine: Mapping[str, Mapping[str, Mapping[str, Any]]],
) -> list[str]:
    heads = ["attack", "what it tries", "stopped by", *(f"in {TITLES[engine]}" for engine in by_engine)]
    lines = [f"## {title}", "", _row(heads), _row(["---"] * len(heads))]
    for name in names:
        one = known[name]
        cells = [_cell(found[name]) if name in found else "" for found in by_engine.values()]
        lines.append(_row([f"`{name}`", one["tries"], one["stopped_by"], *cells]))
    return [*lines, ""]


def _cell(one: Mapping[str, Any]) -> str:
    if one["not_run"]:
        return f"not shown: {one['not_run']}"
    text = f"{one['code'] or one['status']}, {'counted' if one['counts'] else 'not counted'}"
    return text + (f"; NOT AS STATED: {'; '.join(one['wrong'])}" if one["wrong"] else "")


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("<", "&lt;") for cell in cells) + " |"
