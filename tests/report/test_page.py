"""The page itself: escaped, self-contained, and no wider than the screen in a real browser, on paper too."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from organizer.report import heat, svg
from organizer.report.browser import find_browser, write_png
from organizer.report.document import document
from organizer.report.frontier import frontier
from organizer.report.pareto import front, steps
from organizer.report.pieces import spoken
from organizer.report.progress import progress
from organizer.report.read import public
from organizer.report.style import STYLE
from organizer.report.view import Entry
from organizer.report.write import pictures, table, write_edition
from tests.report import made
from tests.scoring.test_page_browser import MEASURE, dump
from xtreme_tasks.settings import Baseline

BROWSER = find_browser()
needs_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium on PATH")
WIDTHS = (360, 768, 1440)


class Tags(HTMLParser):
    """Every tag with its attributes; unbalanced ones."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br", "circle", "rect", "line", "path", "polyline"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def parsed(text: str) -> Tags:
    tags = Tags()
    tags.feed(text)
    return tags


def test_hostile_names_stay_text(view):
    tags = parsed(document(view(made.HOSTILE)))
    assert (tags.wrong, tags.open) == ([], [])
    names = {tag for tag, _ in tags.tags}
    assert "svg" in names
    assert not names & {"script", "img", "link", "iframe", "object", "form", "base"}
    for _, attributes in tags.tags:
        assert not any(name.startswith("on") or name in ("src", "href") for name in attributes)


def test_every_picture_is_xml_and_says_what_it_shows(view):
    found = view(made.HOSTILE)
    drawn = pictures(found)
    assert set(drawn) == {*(f"standings-{key}" for key in made.PHASES), "efficiency", "progress"}
    for text in drawn.values():
        root = ElementTree.fromstring(text)  # noqa: S314 - our own
        assert root[0].tag.endswith("title")
        assert len(root[0].text) > 40
    assert pictures(view([made.Made("a", 1, 1, status="Failed")])) == {}


def test_an_empty_contest_still_has_pictures_in_words(view):
    found = view([made.Made("a", 0, 3600.0)])
    assert "Nobody has a score" in frontier(found.last, Baseline())
    assert "Nobody has a score" in progress(())


def test_the_baseline_is_drawn_where_it_was_measured(view):
    phase = view(made.KNOWN).last
    assert "baseline" not in frontier(phase, Baseline())
    drawn = frontier(phase, Baseline(70.0, 5.0))
    assert "baseline</text>" in drawn
    assert "Baseline: score 70.00, 5 s." in drawn


def entries(*pairs):
    return [Entry(str(n), n, score, duration) for n, (score, duration) in enumerate(pairs)]


def test_the_front_has_whom_nobody_beats():
    found = entries((85, 9), (83, 2), (80, 3), (83, 2), (0, 1), (83, 4), (10, 1))
    assert [one.team for one in front(found)] == ["6", "1", "3", "0"]
    assert steps(front(found))[-3:] == [(2, 83), (9, 83), (9, 85)]
    assert front([]) == []
    assert steps([]) == []


@pytest.mark.parametrize("seed", range(20))
def test_the_front_is_the_definition_of_it(seed):
    import random

    draw = random.Random(seed)
    found = entries(*((draw.randint(1, 8), draw.randint(1, 8)) for _ in range(12)))

    def beaten(one):
        return any(
            other.score >= one.score
            and other.duration <= one.duration
            and (other.score, other.duration) != (one.score, one.duration)
            for other in found
        )

    assert {one.team for one in front(found)} == {one.team for one in found if not beaten(one)}


def test_shades_have_contrast_and_rise():
    def luminance(colour):
        parts = [int(colour[n : n + 2], 16) / 255 for n in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    rules = re.findall(r"\.h(\d)\{background:#(\w{6});color:#(\w{3,6})\}", STYLE)
    assert [int(level) for level, _, _ in rules] == list(range(heat.LEVELS))
    shades = [luminance(background) for _, background, _ in rules]
    assert shades == sorted(shades, reverse=True)
    for shade, (_, _, ink) in zip(shades, rules, strict=True):
        other = luminance(ink if len(ink) == 6 else "".join(2 * letter for letter in ink))
        high, low = max(shade, other), min(shade, other)
        assert (high + 0.05) / (low + 0.05) >= 4.5
    assert [heat.level(value, [1, 2, 3]) for value in (0, 1, 2, 3)] == [0, 0, 4, 8]
    assert heat.level(5, [5, 5]) == 4


def test_ticks_are_round_and_inside():
    assert svg.ticks(61, 88) == [65, 70, 75, 80, 85]
    assert svg.log_ticks(0.9, 11) == [1, 2, 5, 10]
    assert svg.log_ticks(0.1, 90000) == [0.1, 1, 10, 100, 1000, 10000]


def test_names_from_right_to_left_are_kept_apart():
    name = "קבוצה"
    assert spoken(f"{name} is first: 2.0 s.", (name, "")) == f'<bdi dir="auto">{name}</bdi> is first: 2.0 s.'
    assert spoken("A <b> is first.", ("A <b>",)) == "A &lt;b&gt; is first."


def test_no_spreadsheet_takes_a_name_for_a_formula(view):
    assert ",'=HYPERLINK(1)," in table(view(made.HOSTILE))


def test_an_edition_is_written_whole(view, tmp_path: Path):
    found = view(made.KNOWN)
    write_edition(tmp_path / "organizer", found, None)
    written = write_edition(tmp_path / "public", public(found), None)
    assert {path.relative_to(tmp_path / "public").as_posix() for path in written} == {
        "index.html",
        "scores.csv",
        "pictures/efficiency.svg",
        "pictures/progress.svg",
        *(f"pictures/standings-{key}.svg" for key in made.PHASES),
    }
    assert (tmp_path / "organizer" / "index.html").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "public" / "index.html").stat().st_mode & 0o777 == 0o644


@needs_browser
def test_nothing_is_wider_than_the_screen(view, tmp_path: Path):
    pages = {"hostile": document(view(made.HOSTILE)), "many": document(view(made.many(40), phases=("final",)))}
    # Folded parts are measured, too.
    frames = "".join(
        f'<iframe title="{name}" style="width:{width}px;height:800px;border:0" '
        f'srcdoc="{html.escape(text.replace("<details", "<details open"))}"></iframe>'
        for name, text in pages.items()
        for width in WIDTHS
    )
    # What scrolls in a box of its own may be wider than the screen.
    probe = MEASURE.replace('"body *:not(svg *)"', '"body *:not(svg *, .scroll *, .picture *)"')
    shown = dump(f'<!doctype html><meta charset="utf-8"><body>{frames}{probe}</body>', tmp_path)
    found = json.loads(html.unescape(re.search(r'<pre id="found">(.*?)</pre>', shown, flags=re.DOTALL)[1]))
    assert [(one["form"], one["width"]) for one in found] == [(name, width) for name in pages for width in WIDTHS]
    assert all(one["elements"] > 500 and one["styled"] == "1080px" for one in found)
    assert [one for one in found if one["scroll"] > one["width"] or one["beyond"]] == []


@needs_browser
def test_paper_shows_everything_within_its_width(view, tmp_path: Path):
    # A4 with the sheet's margins, in the browser's pixels; print rules are made to hold for the screen.
    paper, width = document(view(made.HOSTILE)).replace("@media print", "@media all"), 703
    probe = MEASURE.replace(
        "elements:",
        "folded: [...page.querySelectorAll('details:not([open])')].map("
        "one => one.lastElementChild.getBoundingClientRect().height), elements:",
    )
    frame = (
        f'<iframe title="paper" style="width:{width}px;height:900px;border:0" srcdoc="{html.escape(paper)}"></iframe>'
    )
    shown = dump(f'<!doctype html><meta charset="utf-8"><body>{frame}{probe}</body>', tmp_path)
    (found,) = json.loads(html.unescape(re.search(r'<pre id="found">(.*?)</pre>', shown, flags=re.DOTALL)[1]))
    assert (found["width"], found["beyond"]) == (width, [])
    assert found["scroll"] <= width
    assert len(found["folded"]) >= 7
    assert min(found["folded"]) > 20


@needs_browser
def test_a_picture_becomes_png(view, tmp_path: Path):
    write_png(BROWSER, pictures(view(made.KNOWN))["efficiency"], tmp_path / "picture.png")
    data = (tmp_path / "picture.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    assert (int.from_bytes(data[16:20]), int.from_bytes(data[20:24])) == (2 * 760, 2 * 440)


def test_two_names_that_would_lie_on_each_other_are_moved_apart(view):
    """The slower one's point would be under the other's name, and both names on one line."""
    drawn = frontier(view([made.Made("bogdan", 77.5, 3.34), made.Made("alia", 79.0, 4.17)]).last, Baseline())
    places = {
        name: (anchor, float(y))
        for y, anchor, name in re.findall(r'y="([\d.]+)" text-anchor="(\w+)"[^>]*>(bogdan|alia)<', drawn)
    }
    assert set(places) == {"bogdan", "alia"}
    points = {float(y) for y in re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)"', drawn)}
    assert len(points) == 2
    assert places["bogdan"][0] == "end" or abs(places["bogdan"][1] - places["alia"][1]) > 16
