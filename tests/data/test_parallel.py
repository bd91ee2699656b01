"""Finding parallel lines: against files whose alignment is known."""

from __future__ import annotations

import random

import pytest

from organizer.data.features import rare_features, signature
from organizer.data.halves import halve
from organizer.data.layout import parse_bytes
from organizer.data.links import Declared, Link, find_links, read_declared
from organizer.data.parallel import Loose, Run, align, blocks
from organizer.data.table import Table
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tasks import TASKS


def line(draw: random.Random, number: int) -> str:
    """A line with a number in two of three cases."""
    return f"word {number * 37 + 1000}" if draw.random() < 0.67 else "a word"


def test_signature_survives_scripts_and_separators() -> None:
    assert signature("In 1.234.567 Ländern, Müller") == {"#1234567", "landern", "muller"}
    assert signature("١٢٣ كلمة") == {"#123"}
    assert signature("第2019年 ＡＢＣＤ") == {"#2019", "abcd"}


@pytest.mark.parametrize("seed", range(20))
def test_align_never_links_strangers_and_loses_little(seed: int) -> None:
    draw = random.Random(seed)
    truth = list(range(400))
    lines = {number: line(draw, number) for number in truth}
    left, right = truth, sorted(draw.sample(truth, 380))
    runs, loose = align([lines[n] for n in left], [lines[n] for n in right])
    linked = [(left[run.left + k], right[run.right + k]) for run in runs for k in range(run.length)]
    assert all(one == other for one, other in linked)
    covered = [run.right + k for run in runs for k in range(run.length)] + [k for r in loose for k in range(*r.right)]
    assert sorted(covered) == list(range(380))
    assert len(linked) > 300


def test_align_hardly_errs_when_the_pivot_lacks_lines_too() -> None:
    """A line missing on each side between the same two anchors cancels out; few lines are ever in such a place."""
    strangers = linked = 0
    for seed in range(40):
        draw = random.Random(seed)
        lines = [line(draw, number) for number in range(400)]
        left, right = (sorted(draw.sample(range(400), count)) for count in (399, 380))
        runs, _ = align([lines[n] for n in left], [lines[n] for n in right])
        pairs = [(left[run.left + k], right[run.right + k]) for run in runs for k in range(run.length)]
        strangers += sum(one != other for one, other in pairs)
        linked += len(pairs)
    assert linked > 40 * 340
    assert strangers < linked / 1000


def test_align_of_files_without_any_anchor_links_nothing_when_sizes_differ() -> None:
    runs, loose = align(["a", "b"], ["c"])
    assert runs == []
    assert loose == [Loose((0, 2), (0, 1))]


@pytest.mark.parametrize("seed", range(10))
def test_blocks_finds_the_stretch_and_nothing_else(seed: int) -> None:
    draw = random.Random(seed)
    shared = [line(draw, number) for number in range(120)]
    noise = [[f"noise {draw.randrange(10**5)}" for _ in range(600)] for _ in range(2)]
    left = noise[0][:200] + shared + noise[0][200:]
    right = noise[1][:450] + shared + noise[1][450:]
    (found,) = blocks(rare_features(left), rare_features(right))
    assert found.right - found.left == 250
    assert found.left <= 200
    assert found.left + found.length >= 320
    assert found.length < 220
    assert blocks(rare_features(noise[0]), rare_features(noise[1])) == []


def test_blocks_with_a_dropped_line_become_two_that_do_not_overlap() -> None:
    left = [f"word {number * 37 + 1000}" for number in range(100)]
    right = left[:50] + left[51:]
    found = sorted(blocks(rare_features(left), rare_features(right)), key=lambda run: run.left)
    assert [(run.left, run.right, run.length) for run in found] == [(0, 0, 50), (51, 50, 49)]


def table(task: str, name: str, rows: list[tuple[str, str]]) -> Table:
    split, language = name.split("-")
    text = "".join(f"{texts}\t{label}\n" for texts, label in rows)
    return parse_bytes(text.encode(), name, TASKS[task], language, split)  # type: ignore[arg-type]


def test_test_files_that_cannot_be_matched_are_refused() -> None:
    english = table("pawsx", "test-en", [(f"a {n}\tb", str(n % 2)) for n in range(40)])
    german = table("pawsx", "test-de", [("c\td", "1") for n in range(30)])
    with pytest.raises(OrganizerFault, match=r"^E207 test-de: .*its 30 lines cannot be matched with the 40 of test-en"):
        find_links("pawsx", [english, german], Declared())
    assert find_links("pawsx", [english, german], Declared(independent=("pawsx",))) == []


def test_a_run_in_which_labels_disagree_is_not_believed() -> None:
    rows = [(f"a {n * 31 + 500}\tb", str(n % 2)) for n in range(60)]
    wrong = [*rows[:20], (rows[20][0], "1"), *rows[21:40], *rows[41:]]
    (link,) = find_links("pawsx", [table("pawsx", "test-en", rows), table("pawsx", "test-de", wrong)], Declared())
    assert link.how == "aligned"
    assert Loose((20, 21), (20, 21)) in link.loose
    assert link.lines == 58


def test_declared_blocks(tmp_path) -> None:
    path = tmp_path / "parallel.toml"
    path.write_text(
        'independent = ["pawsx"]\n[[block]]\ntask = "panx"\nlines = 3\nstart = {test-de = 2, test-fr = 5}\n'
    )
    declared = read_declared(path)
    assert declared.links == (Link("panx", "test-de", "test-fr", "declared", (Run(1, 4, 3),)),)
    tables = [
        parse_bytes(b"x\tO\n\n" * count, "x", TASKS["panx"], language, "test")
        for language, count in (("de", 9), ("fr", 6))
    ]
    with pytest.raises(OrganizerFault, match=r"^E231 --parallel: .*the block is longer than panx/test-fr"):
        find_links("panx", tables, declared)
    path.write_text('[[block]]\ntask = "panx"\n')
    with pytest.raises(OrganizerFault, match=r"^E231 .*parallel.toml: .*KeyError"):
        read_declared(path)


def test_halves_are_even_and_keep_undivided_languages_whole() -> None:
    items = {number: [("en", ""), ("de", "")] for number in range(100)} | {
        200 + number: [("mr", ""), ("en", "")] for number in range(10)
    }
    goes = halve(items, {"mr"}, lambda item: random.Random(item).randbytes(8))
    assert all(goes[number] for number in range(200, 210))
    final = [cell for item, yes in goes.items() if yes for cell in items[item]]
    assert abs(2 * final.count(("de", "")) - 100) + abs(2 * final.count(("en", "")) - 110) <= 12
