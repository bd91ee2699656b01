"""The competition image's entry point: starts an allowed program with its own command, and nothing else.

One file, standard library, no import of the project: it must be readable in one sitting. What is allowed was baked
into the image at its build (`worker.json` of the builds, beside this file): a mount could be somebody else's, the
image is the organizer's. It runs isolated (`python3 -I -B`), so nothing in /app/program can shadow a module of it.

It sees only what the container sees, so it tells the steps apart by their mounts. It cannot stop a foreign image and
writes no journal: see docs/worker-guide.md for what it does not replace.
"""

import hashlib
import json
import os
import shlex
import sys
from pathlib import Path

ALLOWED = Path(__file__).resolve().parent
PROGRAM = "app/program"
NEEDED = {"ingestion": ("app/ingested_program", "app/input_data"), "scoring": ("app/input/ref", "app/input/res")}
FOREIGN = {"ingestion": ("app/input",), "scoring": ("app/ingested_program", "app/input_data")}


def main(arguments: list[str], root: Path = Path("/"), allowed: Path = ALLOWED) -> int:
    """Replace this process by the allowed program; 1 after a line that says why not.

    Args:
        arguments: the platform's command for the container.
        root: below it lie the platform's mounts.
        allowed: folder of the builds' worker.json files.

    """
    try:
        digest = folder_digest(root / PROGRAM)
        command, refusal = decide(digest, arguments, read_allowed(allowed), present(root))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        command, refusal = [], f"E201 guard: a file cannot be read ({type(error).__name__})."
    if refusal:
        print(refusal)
        return 1
    sys.stdout.flush()
    os.chdir(root / PROGRAM)
    try:
        os.execvp(command[0], command)  # noqa: S606  # that is the guard's purpose; no shell
    except OSError as error:
        print(f"E201 guard: {command[0]} cannot be started ({error.strerror}).")
        return 1


def decide(
    digest: str, arguments: list[str], programs: dict[str, tuple[str, list[str]]], mounts: set[str]
) -> tuple[list[str], str]:
    """The command to run, or the line that refuses it.

    Args:
        digest: of /app/program.
        arguments: what the platform wants to run.
        programs: role and command of every allowed program, by digest.
        mounts: those of the platform's folders that exist.

    """
    if digest not in programs:
        return [], f"E243 guard: the program is not one of this image (digest {digest})."
    role, command = programs[digest]
    # A copy of an allowed program in a team's zip is an allowed program: only the mounts tell that it is misplaced.
    if not mounts.issuperset(NEEDED[role]) or mounts & set(FOREIGN[role]):
        return [], f"E244 guard: the {role} program was started in another step."
    if arguments != command:
        return [], f"E244 guard: the {role} program was started with another command."
    return command, ""


def present(root: Path) -> set[str]:
    """Which of the platform's folders this container has."""
    names = {name for table in (NEEDED, FOREIGN) for folders in table.values() for name in folders}
    return {name for name in names if (root / name).is_dir()}


def read_allowed(folder: Path) -> dict[str, tuple[str, list[str]]]:
    """Role and command by digest, of every worker.json in the folder."""
    programs = {}
    for path in sorted(folder.glob("*.json")):
        for role, program in json.loads(path.read_bytes())["programs"].items():
            if role in NEEDED:
                programs[program["digest"]] = (role, shlex.split(program["command"]))
    return programs


def folder_digest(folder: Path) -> str:
    """One digest over every name, type and byte: the same as `xtreme_tasks.files.folder_digest`, which a test shows."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=lambda item: item.relative_to(folder).as_posix()):
        if path.is_symlink():
            kind, content = "link", os.readlink(path)
        elif path.is_dir():
            kind, content = "folder", ""
        elif path.is_file():
            with path.open("rb") as stream:
                kind, content = "file", hashlib.file_digest(stream, "sha256").hexdigest()
        else:
            kind, content = "special", ""
        digest.update(json.dumps([kind, path.relative_to(folder).as_posix(), content]).encode())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
