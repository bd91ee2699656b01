"""Programs: would the worker start them?"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from organizer.check.bundle_view import BundleView, Slot
from organizer.check.platform_limits import PROGRAM_SLOTS
from organizer.check.problem import Found, check, shown
from organizer.check.program_view import METADATA, Metadata, imports, parse_sources, read_metadata, started, words
from organizer.check.tree import Tree


def _programs(view: BundleView) -> Iterator[tuple[Slot, Tree, Metadata | None]]:
    for slot, tree in view.data(*PROGRAM_SLOTS):
        yield slot, tree, read_metadata(tree)


@check(
    "C331",
    "error",
    "a program lies below a folder",
    "Zip the files themselves: metadata.yaml belongs to the zip's root.",
)
def below_folder(view: BundleView) -> Iterator[Found]:
    """The worker looks at the root only."""
    for slot, tree, metadata in _programs(view):
        nested = [name for name in tree.names if name.count("/") == 1 and name.rpartition("/")[2] in METADATA]
        if metadata is None and nested:
            yield Found(slot.place, f"{shown(slot.name)} has it at {shown(nested[0])}")


@check("C332", "error", "a program has no metadata.yaml", "Add one with the line `command: python3 program.py`.")
def no_metadata(view: BundleView) -> Iterator[Found]:
    """The worker fails without; an empty program fails the same way."""
    for slot, tree, metadata in _programs(view):
        nested = any(name.count("/") == 1 and name.rpartition("/")[2] in METADATA for name in tree.names)
        if metadata is None and not nested:
            yield Found(slot.place, shown(slot.name))


@check("C333", "error", "a program's metadata has no command", "Write `command:` with the program and its arguments.")
def no_command(view: BundleView) -> Iterator[Found]:
    """Unreadable metadata count as none."""
    for slot, _, metadata in _programs(view):
        if metadata is not None and metadata.command is None:
            yield Found(slot.place, f"{slot.name}: {metadata.name}: {metadata.fault or 'no command'}")


@check(
    "C334",
    "error",
    "a command uses a shell's syntax",
    "Put it into a script and start that: no shell reads the command.",
)
def shell_syntax(view: BundleView) -> Iterator[Found]:
    """The command is split into words and nothing more."""
    for slot, command in _commands(view):
        arguments = words(command)
        if arguments is None:
            yield Found(slot.place, f"{slot.name}: quotes do not match")
        elif "-c" not in arguments:
            operators = [word for word in arguments if re.search(r"^[|&;<>]+$|^\d?>|[;&|`]$|\$[({A-Za-z_]|`", word)]
            if operators or (arguments and arguments[0] in ("cd", "export", "source", ".")):
                yield Found(slot.place, f"{slot.name}: {shown((operators or arguments)[0])}")


def _commands(view: BundleView) -> Iterator[tuple[Slot, str]]:
    for slot, _, metadata in _programs(view):
        if metadata is not None and metadata.command is not None:
            yield slot, metadata.command


@check("C335", "error", "a command starts what is not there", "Pack the file or module, or correct the command.")
def nothing_to_start(view: BundleView) -> Iterator[Found]:
    """Modules of the standard library pass; others must lie in the program."""
    for slot, tree, metadata in _programs(view):
        arguments = words(metadata.command or "") if metadata else None
        target = started(arguments) if arguments else None
        if target is None:
            continue
        kind, name = target
        if kind == "file" and name not in tree:
            yield Found(slot.place, f"{slot.name}: no file {shown(name)}")
        if kind == "module" and not _has_module(tree, name):
            yield Found(slot.place, f"{slot.name}: no module {shown(name)}")


def _has_module(tree: Tree, name: str) -> bool:
    path = name.replace(".", "/")
    return name.partition(".")[0] in sys.stdlib_module_names or f"{path}.py" in tree or f"{path}/__main__.py" in tree


@check(
    "C336",
    "error",
    "a Python file does not compile",
    "Mend the line that is named (or the file is for another Python).",
)
def does_not_compile(view: BundleView) -> Iterator[Found]:
    """Compiled with this machine's Python, without running it."""
    for slot, tree in view.data(*PROGRAM_SLOTS):
        for name, fault in parse_sources(tree)[1].items():
            yield Found(f"{slot.name}: {name}", fault)


@check(
    "C337", "note", "modules that the image must have", "Install them in the image: nothing is installed at the start."
)
def needs_modules(view: BundleView) -> Iterator[Found]:
    """What the programs import and neither they nor the standard library hold."""
    for slot, tree in view.data(*PROGRAM_SLOTS):
        modules = parse_sources(tree)[0]
        own = {part.removesuffix(".py") for name in tree.names for part in name.split("/")}
        needed = set[str]().union(*(imports(module) for module in modules.values()))
        missing = sorted(needed - own - sys.stdlib_module_names)
        if missing:
            yield Found(slot.place, f"{slot.name}: {', '.join(missing)}")


@check("C338", "warning", "two metadata files", "Keep metadata.yaml: the other one is not read.")
def two_metadata(view: BundleView) -> Iterator[Found]:
    """They may say different things."""
    for slot, tree in view.data(*PROGRAM_SLOTS):
        if all(name in tree for name in METADATA):
            yield Found(slot.place, shown(slot.name))


@check(
    "C339",
    "warning",
    "data or starting kit hold metadata with a command",
    "Remove `command:`. A team that packs such a file starts a second container beside ingestion.",
)
def command_in_data(view: BundleView) -> Iterator[Found]:
    """At any depth: teams zip the folder that they were given."""
    for slot, tree in view.data("input_data", "reference_data", "public_data", "starting_kit"):
        for name in tree.names:
            metadata = read_metadata(tree, (name,)) if name.rpartition("/")[2] in METADATA else None
            if metadata is not None and metadata.command is not None:
                yield Found(f"{slot.name}: {name}", f"command {shown(metadata.command)}")


CHECKS = (
    below_folder,
    no_metadata,
    no_command,
    shell_syntax,
    nothing_to_start,
    does_not_compile,
    needs_modules,
    two_metadata,
    command_in_data,
)
