"""The platform's worker as this gate knows it; any other one is refused at the start, by name of what differs."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType, ModuleType

from xtreme_tasks.faults import OrganizerFault

PLATFORM = "Codabench 1.25"
KNOWN: Mapping[str, str] = MappingProxyType(
    {"1493e3a672eeebcf6dcf9490c2cf5568f65b3d1662c8ea5d541872ec23ac4140": PLATFORM}
)
"""SHA-256 of every compute_worker.py for which the gate was written and read through."""

METHODS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "__init__": ("self", "run_args"),
        "prepare": ("self",),
        "start": ("self",),
        "push_scores": ("self",),
        "push_output": ("self",),
        "clean_up": ("self",),
        "_get_bundle": ("self", "url", "destination", "cache"),
        "_get_container_image": ("self", "image_name"),
        "_run_program_directory": ("self", "program_dir", "kind"),
        "_update_submission": ("self", "data"),
    }
)
ATTRIBUTES = (
    "root_dir",
    "bundle_dir",
    "output_dir",
    "data_dir",
    "logs",
    "is_scoring",
    "container_image",
    "execution_time_limit",
    "ingestion_container_name",
    "program_container_name",
    "completed_program_counter",
)
"""What a `Run` has after its constructor, of what the gate reads or sets."""

MODULE = (
    "SubmissionException",
    "client",
    "app",
    "BASE_DIR",
    "HOST_DIRECTORY",
    "rewrite_bundle_url_if_needed",
    "run_wrapper",
)


def check_module(platform: ModuleType, accepted: Iterable[str]) -> str:
    """Compare the platform's module with what the gate needs.

    Args:
        platform: the imported module.
        accepted: digests of further versions that the organizer looked through.

    Returns:
        SHA-256 of the module's source.

    Raises:
        OrganizerFault: E248 with everything that differs.

    """
    missing = [name for name in MODULE if not hasattr(platform, name)]
    run = getattr(platform, "Run", None)
    if not inspect.isclass(run):
        missing.append("class Run")
    else:
        missing += [problem for name, names in METHODS.items() if (problem := _method(run, name, names))]
    wrapper = getattr(platform, "run_wrapper", None)
    if wrapper is not None and not _looks_up_run(wrapper):
        missing.append("run_wrapper, which must look up Run by name")
    if missing:
        raise OrganizerFault("E248", platform.__name__, f"missing or different: {', '.join(missing)}")
    digest = hashlib.sha256(Path(str(platform.__file__)).read_bytes()).hexdigest()
    if digest not in KNOWN and digest not in set(accepted):
        raise OrganizerFault("E248", platform.__name__, f"not the source of {PLATFORM}: digest {digest}")
    return digest


def check_run(run: object) -> None:
    """A constructed `Run` has every attribute that the gate reads or sets.

    Raises:
        OrganizerFault: E248.

    """
    missing = [name for name in ATTRIBUTES if not hasattr(run, name)]
    if missing:
        raise OrganizerFault("E248", "Run", f"without {', '.join(missing)}")


def _method(run: type, name: str, expected: tuple[str, ...]) -> str:
    method = getattr(run, name, None)
    if not inspect.isfunction(method) or (name == "__init__" and "__init__" not in vars(run)):
        return f"Run.{name}"
    found = tuple(inspect.signature(method).parameters)
    return "" if found == expected else f"Run.{name}({', '.join(found)})"


def _looks_up_run(wrapper: object) -> bool:
    """Whether the task's function takes `Run` from the module at every call, so that replacing it there is enough."""
    code = getattr(getattr(wrapper, "run", wrapper), "__code__", None)
    return code is not None and "Run" in code.co_names
