"""The log of runs that a team shares: an MLflow store in a folder, `runs` unless the variable KIT_RUNS names another.

KIT_RUNS=off switches it off.

log("train", {"settings": ..., "dev": ..., "seconds": ...}) writes one run. Without MLflow it says so once; where
the log cannot be written it says that, and nothing is lost but the log's entry.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from yaml import YAMLError

EXPERIMENT = "starting kit"
VARIABLE = "KIT_RUNS"
PACKAGE = "mlflow"
OFF = "off"
_LONGEST = 500
"""MLflow refuses values of settings above this many characters in some of its stores."""


def log(kind: str, result: Mapping[str, Any]) -> None:
    """Write one run.

    Args:
        kind: `train`, `evaluate` or another word to filter by.
        result: nested mappings; numbers become metrics, `settings` parameters, all other values tags. Names of nested
            values are joined by dots.

    """
    if os.environ.get(VARIABLE) == OFF or not installed():
        return
    try:
        write(kind, result)
    except _harmless() as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        print(f"this run is not in the log {folder()}: {reason}", file=sys.stderr)


def _harmless() -> tuple[type[Exception], ...]:
    """What goes wrong with the log and stops nothing: a folder, a file of it, what MLflow refuses, MLflow itself."""
    try:
        from mlflow.exceptions import MlflowException
    except ImportError:
        return OSError, YAMLError, ImportError
    return OSError, YAMLError, MlflowException


def write(kind: str, result: Mapping[str, Any]) -> None:
    """See `log`.

    Raises:
        OSError, YAMLError, ImportError, MlflowException: what can go wrong with a folder that others write too.

    """
    settings = dict(flat(result.get("settings", {})))
    rest = dict(flat({key: value for key, value in result.items() if key != "settings"}))
    metrics = {name: float(value) for name, value in rest.items() if is_number(value)}
    tags = {name: str(value) for name, value in rest.items() if not is_number(value)}
    with store() as mlflow:
        mlflow.set_experiment(EXPERIMENT)
        with mlflow.start_run(run_name=f"{kind} {tags.get('run', '')[:8]}".strip()):
            mlflow.log_params({name: str(value)[:_LONGEST] for name, value in settings.items()})
            mlflow.log_metrics(metrics)
            mlflow.set_tags({"kind": kind, **git_state(), **tags})


def folder() -> Path:
    """Where the log lies."""
    return Path(os.environ.get(VARIABLE) or "runs").resolve()


@contextmanager
def store() -> Iterator[Any]:
    """MLflow with this log as its store; what was set before is set again afterwards."""
    # A plain folder can be shared without a server, which MLflow wants to be asked for by name.
    os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    import mlflow

    logging.getLogger("mlflow").setLevel(logging.ERROR)
    before = mlflow.get_tracking_uri()
    folder().mkdir(parents=True, exist_ok=True)
    mlflow.set_tracking_uri(folder().as_uri())
    try:
        yield mlflow
    finally:
        mlflow.set_tracking_uri(before)


def flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Leaves of nested mappings by dotted names; nothing of those that are None."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{key}.")
        elif value is not None:
            yield f"{prefix}{key}", value


def is_number(value: object) -> bool:
    """Whether it is a metric; a bool is a word."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def git_state() -> dict[str, str]:
    """Commit of the current folder's repository, and whether it has changes; empty outside of one."""
    try:
        commit = _git("rev-parse", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return {}
    return {"git.commit": commit, "git.changed": "yes" if changed else "no"}


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], capture_output=True, text=True, check=True).stdout.strip()


@cache
def installed() -> bool:
    """Whether MLflow is there; says so once where it is not."""
    found = importlib.util.find_spec(PACKAGE) is not None
    if not found:
        print("runs are not logged: install mlflow-skinny to have a log", file=sys.stderr)
    return found
