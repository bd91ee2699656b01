"""The documentation against the repository: links, commands, generated tables, dependencies."""

from __future__ import annotations

import re
import shlex
import tomllib
from xml.etree import ElementTree

import pytest
from typer.main import get_command

from organizer.check.table import table as check_table
from organizer.cli import app
from organizer.fault_table import table as fault_table
from tests.conftest import ROOT
from xtreme_tasks.faults import FAULTS

PAGES = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "examples/*.md", "starting_kit/*.md", "reference_data/*.md", "worker/*.md")
    for path in ROOT.glob(pattern)
)
NAMES = [path.relative_to(ROOT).as_posix() for path in PAGES]
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:^|(?<=\n\n))((?: {4}.*\n)+)")
MACHINE_PATH = re.compile(r"(?<![\w.}>-])/(?:home|root|work|tmp|Users|mnt|opt)/\S*")


def blocks(text: str) -> list[str]:
    """Every block of code, fenced or indented."""
    return [block for _, block in FENCE.findall(text)] + INDENTED.findall(FENCE.sub("", text))


def commands(text: str) -> list[list[str]]:
    """Every `competition ...` line of a block, without comment, prompt and continuation."""
    found = []
    for block in blocks(text):
        for line in block.replace("\\\n", " ").splitlines():
            if line.strip().startswith(("competition ", "python build_bundle.py")):
                words = shlex.split(line, comments=True)
                found.append(words[1:] if words[0] == "competition" else ["build", *words[2:]])
    return found


def complaint(arguments: list[str]) -> str:
    """What the command line says of the arguments without running anything; empty if it takes them."""
    group = get_command(app)
    name, *rest = arguments
    command = group.commands.get(name)  # type: ignore[attr-defined]
    if command is None:
        return f"no command {name}"
    try:
        command.make_context(name, list(rest), resilient_parsing=False)
    except Exception as error:
        if type(error).__name__ in ("NoSuchOption", "BadParameter", "MissingParameter", "UsageError"):
            return str(error)
        if type(error).__name__ != "Exit":
            raise
    return ""


def test_the_pages_are_found():
    assert {"docs/how-it-works.md", "docs/organizer-guide.md", "docs/adapting.md", "docs/decisions.md"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_relative_link_leads_to_a_file(name: str):
    page = ROOT / name
    text = FENCE.sub("", page.read_text())
    targets = [target.split("#")[0] for target in LINK.findall(text) if "://" not in target and target[0] != "#"]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_command_is_one_that_exists(name: str):
    wrong = {shlex.join(one): complaint(one) for one in commands((ROOT / name).read_text()) if complaint(one)}
    assert wrong == {}


def test_the_commands_are_found():
    found = [one[0] for name in NAMES for one in commands((ROOT / name).read_text())]
    assert {"prepare", "build", "check", "run", "rehearse"} <= set(found)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["prepare", "--no-such"], "--no-such"),
        (["prepare", "--scale", "much"], "valid number"),
        (["publishh"], "no command publishh"),
        (["run"], "(?i)missing|submission"),
        (["run", "examples/linear", "--phase", "final"], "^$"),
    ],
)
def test_a_wrong_command_would_be_seen(arguments: list[str], said: str):
    assert re.search(said, complaint(arguments))


@pytest.mark.parametrize("name", NAMES)
def test_no_path_of_a_machine(name: str):
    assert MACHINE_PATH.findall((ROOT / name).read_text().replace("`/tmp`", "")) == []


def test_a_path_of_a_machine_would_be_seen():
    assert MACHINE_PATH.search("see /home/somebody/data")
    assert not MACHINE_PATH.search("`/app/data` and ../xtreme")


def test_every_documented_fault_code_exists():
    codes = {code for path in PAGES for code in re.findall(r"\bE[12]\d\d\b", path.read_text())}
    assert codes - set(FAULTS) == set()


@pytest.mark.parametrize(("name", "text"), [("faults", fault_table()), ("check", check_table())])
def test_generated_tables_are_current(name: str, text: str):
    assert (ROOT / "docs" / f"{name}.md").read_text() == text


def test_every_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    listed = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    names = {re.split(r"[<>=!~\[; ]", one)[0] for one in listed}
    rows = re.findall(r"^\| `([\w-]+)` \|", (ROOT / "docs" / "decisions.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(names)


def test_the_pictures_are_drawings_with_a_title():
    pictures = sorted((ROOT / "docs" / "pictures").glob("*.svg"))
    assert pictures
    for path in pictures:
        root = ElementTree.fromstring(path.read_text())  # noqa: S314 - our own file
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert root.get("viewBox")
        assert _accessible(root), path.name


def _accessible(root: ElementTree.Element) -> bool:
    """A title or a label, for those who do not see it."""
    return root.find("{http://www.w3.org/2000/svg}title") is not None or bool(root.get("aria-label"))


def test_docs_are_not_orphans():
    """Every page of docs/ is linked from the README or from another page."""
    linked = {
        (page.parent / target.split("#")[0]).resolve()
        for page in PAGES
        for target in LINK.findall(page.read_text())
        if "://" not in target
    }
    orphans = [path.name for path in sorted((ROOT / "docs").glob("*.md")) if path.resolve() not in linked]
    assert orphans == []
