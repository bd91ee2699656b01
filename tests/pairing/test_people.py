"""Reading the file: what is right is read, what is wrong is named by its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from organizer.pairing.people import parse_people, read_people
from xtreme_tasks.faults import OrganizerFault

ROOT = Path(__file__).resolve().parents[2]
FILE = Path("people.csv")


def test_the_example_of_the_docs():
    people = {person.name: person for person in read_people(ROOT / "docs" / "people.csv")}
    assert people["Ada Okafor"].worked_with == {"Bo Lindqvist": 3, "Chen Wei": 1}
    assert people["Ada Okafor"].topics == {"nlp", "efficiency"}
    assert people["Hana 山田"].avoid == {"Bo Lindqvist"}
    assert people["Elif Yılmaz"].wish == {"Farid Haddad"}
    assert list(people) == sorted(people)


def test_only_name_and_level_are_needed():
    first, second = parse_people("# a comment\nname, level\nb, Senior\na, junior\n", FILE)
    assert (first.name, first.level, first.strength) == ("a", "junior", 4)
    assert (second.name, second.level, second.strength) == ("b", "senior", 7)


def test_the_order_of_the_lines_changes_nothing():
    lines = (ROOT / "docs" / "people.csv").read_text(encoding="utf-8").splitlines()
    turned = "\n".join([*lines[:2], *reversed(lines[2:])])
    assert parse_people(turned, FILE) == parse_people("\n".join(lines), FILE)


@pytest.mark.parametrize(
    ("text", "line", "detail"),
    [
        ("", 1, "no column name, level"),
        ("name,level,shoe size\na,senior,43\n", 1, "unknown or repeated column: shoe size"),
        ("name,level\na,senior\n", 2, "fewer than two people"),
        ("name,level\na,senior\n\n# note\nb,boss\n", 5, "level is neither senior nor junior"),
        ("name,level\na,senior\n,junior\n", 3, "no name"),
        ("name,level\na,senior\na,junior\n", 3, "the name of line 2 again"),
        ("name,level\na,senior,1\nb,junior\n", 2, "another number of columns"),
        ("name,level\na\nb,junior\n", 2, "another number of columns"),
        ("name,level,strength\na,senior,11\nb,junior,1\n", 2, "strength is not a whole number"),
        ("name,level,strength\na,senior,\u0663\nb,junior,1\n", 2, "strength is not a whole number"),
        ("name,level,worked_with\na,senior,b:x\nb,junior,\n", 2, "worked_with has a count"),
        ("name,level,avoid\na,senior,c\nb,junior,\n", 2, "avoid names somebody who is not another line"),
        ("name,level,wish\na,senior,a\nb,junior,\n", 2, "wish names somebody who is not another line"),
    ],
)
def test_what_is_wrong_is_named_by_its_line(text: str, line: int, detail: str):
    with pytest.raises(OrganizerFault) as raised:
        parse_people(text, FILE)
    assert raised.value.where == f"people.csv line {line}"
    assert raised.value.detail.startswith(detail)


def test_a_file_that_is_not_text(tmp_path: Path):
    path = tmp_path / "people.csv"
    path.write_bytes(b"name,level\n\xff\xfe,senior\n")
    with pytest.raises(OrganizerFault, match="not UTF-8"):
        read_people(path)
