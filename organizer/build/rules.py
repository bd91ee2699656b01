"""Reading `rules.toml`: every table and value is known, or refused by name."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file
from xtreme_tasks.settings import Baseline, Limits, Rule, Timing, check_baseline, check_timing
from xtreme_tasks.tables import build


@dataclass(frozen=True)
class Image:
    """The competition image, as the platform and the worker know it.

    Attributes:
        name: with `@sha256:...` if it is pinned.
        base_models: whether it holds those of `worker/models.toml`; the pages list them then.

    """

    name: str
    base_models: bool = False


@dataclass(frozen=True)
class Window:
    """How long after a phase's end a run may still begin, in seconds: time for what waits in the queue."""

    grace_seconds: float = 21600.0


@dataclass(frozen=True)
class Final:
    """The final phase's timed runs of one submission, an odd number; the median counts."""

    repeats: int = 1


@dataclass(frozen=True)
class Protections:
    """Protections without which a sealed bundle refuses to run."""

    require: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preflight:
    """Public examples of every task and language that the pre-flight hands over."""

    examples: int = 2


@dataclass(frozen=True)
class Rules:
    """All of `rules.toml`."""

    image: Image
    limits: Limits
    rule: Rule
    baseline: Baseline
    window: Window
    final: Final
    protections: Protections
    preflight: Preflight
    timing: Timing


_TABLES: dict[str, type[Any]] = {
    "image": Image,
    "limits": Limits,
    "rule": Rule,
    "baseline": Baseline,
    "window": Window,
    "final": Final,
    "protections": Protections,
    "preflight": Preflight,
    "timing": Timing,
}


def parse_rules(data: bytes, where: str = "rules.toml") -> Rules:
    """The rules from the bytes of `rules.toml`.

    Raises:
        OrganizerFault: E231 with the table and the value that is wrong.

    """
    try:
        raw = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OrganizerFault("E231", where, str(error)) from None
    except RecursionError:
        raise OrganizerFault("E231", where, "nested too deeply") from None
    unknown = sorted(set(raw) - set(_TABLES))
    if unknown:
        raise OrganizerFault("E231", f"{where} [{unknown[0]}]", "unknown table")
    protections = raw.get("protections", {})
    require = protections.get("require", []) if isinstance(protections, dict) else []
    if not isinstance(require, list) or not all(isinstance(name, str) for name in require):
        raise OrganizerFault("E231", f"{where} [protections] require", "must be a list of names")
    tables: dict[str, Any] = {
        name: build(kind, raw.get(name, {}), f"{where} [{name}]") for name, kind in _TABLES.items()
    }
    rules = Rules(**tables)
    if rules.final.repeats < 1 or rules.preflight.examples < 1:
        raise OrganizerFault("E231", where, "repeats and examples must be at least 1")
    check_odd(rules.final.repeats, f"{where} [final] repeats")
    check_timing(rules.timing, f"{where} [timing]")
    check_baseline(rules.baseline, f"{where} [baseline]")
    return rules


def check_odd(repeats: int, where: str) -> None:
    """Refuse an even number of timed runs: it has no middle one, and the lower of two would favour everybody who asks.

    Raises:
        OrganizerFault: E231.

    """
    if repeats % 2 == 0:
        raise OrganizerFault("E231", where, f"must be odd, for a median: {repeats + 1} instead of {repeats}")


def read_rules(path: Path) -> Rules:
    """The rules of a file (E201, E231)."""
    return parse_rules(read_file(path), path.name)
