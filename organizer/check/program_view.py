"""A program as the worker starts it: its metadata, its command, its Python sources. Nothing is run or imported."""

from __future__ import annotations

import ast
import functools
import posixpath
import shlex
import warnings
from dataclasses import dataclass

from organizer.check.tree import Tree, UnreadableError
from organizer.check.yaml_view import Item, YamlError, parse_yaml

METADATA = ("metadata.yaml", "metadata")
"""In the worker's order: the second is not read where the first exists."""
SOURCE_BYTES = 1 << 20
VARIABLES = {
    "$ingestion_program": "/app/program",
    "$submission_program": "/app/ingested_program",
    "$predictions": "/app/input/res",
    "$program": "/app/program",
    "$output": "/app/output",
    "$hidden": "/app/input/ref",
    "$shared": "/app/shared",
    "$input": "/app/input",
    "$tmp": "/app/output",
}
"""What the worker replaces in a command."""


@dataclass(frozen=True)
class Metadata:
    """A metadata file: its name, its command (None if it has none) and what is wrong with it."""

    name: str
    command: str | None
    fault: str = ""


def read_metadata(tree: Tree, names: tuple[str, ...] = METADATA) -> Metadata | None:
    """The metadata file that the worker would take; None if there is none."""
    for name in names:
        if name in tree:
            try:
                item: Item = parse_yaml(tree.read(name, SOURCE_BYTES))
            except UnreadableError as error:
                return Metadata(name, None, str(error))
            except YamlError as error:
                return Metadata(name, None, f"line {error.line}: {error}")
            command = item.get("command")
            if command is None or command.value == "":
                return Metadata(name, None)
            if not isinstance(command.value, str):
                return Metadata(name, None, "the command is not text")
            return Metadata(name, command.value)
    return None


def words(command: str) -> list[str] | None:
    """The command's words with the worker's variables replaced; None where quotes do not match."""
    for variable, folder in VARIABLES.items():
        command = command.replace(variable, folder)
    try:
        return shlex.split(command)
    except ValueError:
        return None


def started(arguments: list[str]) -> tuple[str, str] | None:
    """What a command starts: (`module`, name), (`file`, path inside the program), or None if that is not known.

    Knows Python with flags, shells with a script, and a file that is started itself.
    """
    name = posixpath.basename(arguments[0])
    if not (name.startswith(("python", "pypy")) or name in ("bash", "sh", "Rscript", "perl", "julia", "node")):
        inside = _inside(arguments[0])
        return ("file", inside) if inside is not None and "/" in arguments[0] else None
    rest = arguments[1:]
    while rest and rest[0].startswith("-"):
        if rest[0] == "-m" and len(rest) > 1:
            return "module", rest[1]
        if rest[0] in ("-c", "-e", "-lc"):
            return None
        rest = rest[2:] if rest[0] in ("-W", "-X") else rest[1:]
    inside = _inside(rest[0]) if rest else None
    return None if inside is None else ("file", inside)


def _inside(path: str) -> str | None:
    """A path of a command as a name inside the program; None if it lies elsewhere."""
    full = posixpath.normpath(posixpath.join("/app/program", path))
    return full.removeprefix("/app/program/") if full.startswith("/app/program/") else None


@functools.lru_cache(maxsize=4)  # three checks ask for the same programs
def parse_sources(tree: Tree) -> tuple[dict[str, ast.Module], dict[str, str]]:
    """The Python files' syntax trees by name, and what is wrong with those that do not compile.

    Compiling tells what parsing alone does not (a `return` outside a function), and runs nothing.
    """
    modules: dict[str, ast.Module] = {}
    faults: dict[str, str] = {}
    for name in tree.names:
        if not name.endswith(".py"):
            continue
        try:
            source = tree.read(name, SOURCE_BYTES + 1)
            if len(source) > SOURCE_BYTES:
                continue  # no source of a program is that large
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                modules[name] = ast.parse(source, name)
                compile(modules[name], name, "exec", dont_inherit=True)
        except SyntaxError as error:
            faults[name] = f"line {error.lineno or 0}: {error.msg}"
        except (ValueError, RecursionError, MemoryError, OverflowError, UnreadableError) as error:
            faults[name] = str(error) or type(error).__name__
    return modules, faults


def imports(module: ast.Module) -> set[str]:
    """First parts of the absolute imports at any depth, those guarded by `try` left out."""
    guarded = {
        id(inner)
        for node in ast.walk(module)
        if isinstance(node, ast.Try)
        for statement in node.body
        for inner in ast.walk(statement)
    }
    found: set[str] = set()
    for node in ast.walk(module):
        if id(node) in guarded:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.partition(".")[0])
    return found
