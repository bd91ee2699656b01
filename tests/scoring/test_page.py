import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from scoring_program.page import Timing, Verdict, render, text
from scoring_program.page.names import OWN_NAMES, language, phase_title
from scoring_program.page.style import _DARK, _LIGHT
from tests.scoring import page_views as views
from xtreme_tasks.faults import FAULTS
from xtreme_tasks.tasks import LANGUAGE_NAMES, LANGUAGES, TASKS

VOID = {"meta", "link", "br", "img", "hr", "input"}
ELEMENTS = set(
    "html head meta title style body main header footer aside section div p h1 h2 h3 span code dl dt dd ul li bdi abbr "
    "table caption thead tbody tr th td svg line circle rect text".split()
)


class Page(HTMLParser):
    """The page's elements, texts and rows; fails on elements that are not closed in order."""

    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.texts, self.rows = [], [], [], []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" in self.open:
            return
        if data.strip():
            self.texts.append(" ".join(data.split()))
        if ("td" in self.open or "th" in self.open) and "svg" not in self.open:
            self.rows[-1][-1] += data

    @property
    def words(self):
        return " ".join(self.texts)


ALL = [views.full, views.fault, views.hostile, views.hostile_fault]


@pytest.mark.parametrize("make", ALL)
def test_nothing_runs_and_nothing_is_loaded(make):
    source = render(make())
    page = Page(source)
    assert {tag for tag, _ in page.elements} <= ELEMENTS
    for _, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "href", "style")]
    style = source[source.index("<style>") : source.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    assert "default-src 'none'" in source
    assert source.startswith("<!doctype html>")
    source.encode("utf-8")  # a lone surrogate would raise


@pytest.mark.parametrize("make", [views.hostile, views.hostile_fault])
def test_hostile_text_is_shown_as_text(make):
    page = Page(render(make()))
    assert "<script>alert(1)</script>" in page.words
    every = page.words + "".join(str(value) for _, attributes in page.elements for value in attributes.values())
    assert not re.search(
        "[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", every
    )
    assert max(len(piece) for piece in page.texts) < 700
    assert not re.search(r"\b(nan|inf)\b", render(make()))


@pytest.mark.parametrize("make", ALL)
def test_ids_are_unique_and_every_label_has_its_heading(make):
    elements = Page(render(make())).elements
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {attributes["aria-labelledby"] for _, attributes in elements if "aria-labelledby" in attributes} == set(ids)
    for tag, attributes in elements:
        if tag == "svg":
            assert attributes.get("aria-hidden") == "true" or (attributes["role"] == "img" and attributes["aria-label"])
        if tag == "th":
            assert attributes["scope"] in ("col", "row")


def test_the_verdict_comes_first():
    words = Page(render(views.full())).words
    order = ["Scored", "The attempt counts", "71.23", "By task", "Efficiency", "By language", "Notes", "Bundle"]
    assert [words.index(word, 30) for word in order] == sorted(words.index(word, 30) for word in order)


def test_every_language_has_its_row():
    view = views.full()
    rows = [row for row in Page(render(view)).rows if len(row) == 6 and row[0] != "Language"]
    assert len(rows) == len(view.languages) == 95
    best = max((row for row in view.languages if row.task == "panx"), key=lambda row: row.score)
    shown = next(
        row for row in rows if row[0].startswith(LANGUAGE_NAMES[best.language]) and row[1] == f"{best.score:.1f}"
    )
    assert shown[3] == f"{best.low:.1f}\N{EN DASH}{best.high:.1f}"
    assert shown[4] == "+1.5"
    assert shown[5] == text.seconds(best.seconds)


def test_the_picture_stands_where_the_numbers_say():
    view = views.full()
    row = view.languages[0]
    dots = [
        a
        for tag, a in Page(render(replace(view, languages=(row,)))).elements
        if a.get("class") in ("dot", "range", "base")
    ]
    circle = next(a for a in dots if a["class"] == "dot" and a["cx"].endswith("%"))
    line = next(a for a in dots if a["class"] == "range" and a["x1"].endswith("%"))
    assert circle["cx"] == f"{row.score:.2f}%"
    assert (line["x1"], line["x2"]) == (f"{row.low:.2f}%", f"{row.high:.2f}%")
    assert f"{row.baseline:.2f}%" in [a["x1"] for a in dots if a["class"] == "base"]


def test_detail_by_language_can_be_hidden():
    view = replace(views.full(), phase="final", show_languages=False, hidden_until="when the phase has ended")
    page = Page(render(view))
    assert "when the phase has ended" in page.words
    assert not [name for name in LANGUAGE_NAMES.values() if name in page.words]
    assert not [a for tag, a in page.elements if tag == "circle"]
    assert all(TASKS[task.task].title in page.words for task in view.tasks)


def test_times_have_two_digits_everywhere():
    view = views.full()
    timing = Timing(431.27, 38.54, {"xnli": 121.37, "pawsx": 44.86, "udpos": 139.53, "panx": 81.19}, (431.27, 467.3))
    source = render(replace(view, timing=timing))
    for shown in ("430 s", "39 s", "120 s", "45 s", "140 s", "81 s", "470 s"):
        assert shown in source
    for exact in ("431", "38.5", "121", "44.8", "139", "81.1", "467"):
        assert not re.search(rf"\b{re.escape(exact)}[.\d]* s", source)


def test_the_time_of_every_language_has_its_bar():
    view = views.full()
    page = Page(render(view))
    rows = [row for row in page.rows if len(row) == 4 and row[0] != "Language"]
    assert len(rows) == 95
    slowest = max(view.languages, key=lambda row: row.seconds)
    shown = next(row for row in rows if row[0].startswith(LANGUAGE_NAMES[slowest.language]) and row[2] == "9.0 s")
    assert shown[3] == text.two_digits(slowest.characters / slowest.seconds)
    bars = [a for tag, a in page.elements if tag == "svg" and a.get("class") == "time"]
    assert len(bars) == 95
    expected = f"{text.seconds(slowest.seconds)}, baseline {text.seconds(slowest.baseline_seconds)}"
    assert expected in [a["aria-label"] for a in bars]
    longest = max(text.rounded(row.baseline_seconds) for row in view.languages)
    widths = [a["width"] for tag, a in page.elements if tag == "rect" and a.get("height") == "8"]
    assert f"{100 * text.rounded(slowest.seconds) / longest:.2f}%" in widths
    hidden = render(replace(view, show_languages=False))
    assert "Time by task" not in hidden


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "The clock ran 450 s, while the machine had 97 % of its nominal speed; "
         "at the nominal speed that is 430 s, which counts. "
         "Noise: with 95 % confidence the same code would take from 1.5 % less to 2.0 % more."),
        ({"kind": "raw", "reason": "the worker is not calibrated", "band": None},
         "The clock's seconds count as they are: the worker is not calibrated. How much they would scatter is"),
        ({"kind": "void", "reason": "it ran", "speed": 1.0},
         "The clock's seconds count as they are: the submission's processes did not stand still while the machine's "
         "speed was measured (it ran)."),
        ({"kind": "void", "reason": "it ran", "speed": 1.1, "wall": 391.0},
         "The clock ran 390 s, and 430 s count: the submission's processes did not stand still while"),
        ({"kind": "raw", "contended": 0.062}, "took 6 % of its cores' time from the submission, which was not taken"),
        ({"contended": 0.062}, "which counts. Other programs on the worker took 6 % of its cores' time from the"),
        ({"contended": 0.004}, "which counts. Noise:"),
        ({"band": (500.0, 600.0)}, "How much they would scatter is not known."),
    ],
)  # fmt: skip
def test_what_the_clock_says_in_words(changes, said):
    timing = replace(views.full().timing, **changes)
    assert said in Page(render(replace(views.full(), timing=timing))).words


def test_start_loading_and_the_baseline_are_drawn_apart():
    page = Page(render(views.full()))
    rows = {row[0]: row[1:] for row in page.rows if len(row) == 3}
    assert rows["Start and imports"] == ["11 s", "2 %"]
    assert rows["Loading the model"] == ["27 s", "6 %"]
    assert len([a for tag, a in page.elements if a.get("class") == "stack"]) == 2
    assert "The baseline: 990 s" in page.words
    plain = Page(render(replace(views.full(), timing=replace(views.full().timing, loading=0.0, baseline=None))))
    assert "Start and loading" in plain.words
    assert len([a for tag, a in plain.elements if a.get("class") == "stack"]) == 1


def test_energy_names_its_parts_and_the_machine_its_key():
    words = Page(render(views.full())).words
    assert "48 kJ GPU 42 kJ, CPU 6.3 kJ; above the idle machine" in words
    assert "only with those of the same hardware: a processor x8, GPU none." in words


def test_widths_and_shares_do_not_tell_the_exact_times():
    one = Timing(425.49, 38.54, {"xnli": 121.37, "pawsx": 44.86, "udpos": 139.53, "panx": 81.19})
    two = Timing(426.60, 38.60, {"xnli": 118.20, "pawsx": 45.20, "udpos": 143.80, "panx": 80.80})
    pages = [render(replace(views.full(), timing=timing)) for timing in (one, two)]
    assert pages[0].replace("430 s", "") == pages[1].replace("430 s", "")


def test_the_adjusted_score_says_whether_it_can_change():
    view = views.full()
    assert "provisional" in Page(render(view)).words
    settled = Page(render(replace(view, provisional=False, adjustment="Moved past two teams.")))
    assert "provisional" not in settled.words
    assert "Moved past two teams." in settled.words
    assert "Adjusted" not in Page(render(replace(view, adjusted=None))).words


def test_an_unsealed_bundle_says_so():
    notice = "signatures prove nothing"
    assert notice not in Page(render(views.full())).words
    for view in (views.full(), views.fault()):
        words = Page(render(replace(view, sealed=False))).words
        assert notice in words
        assert "not secret" in words


@pytest.mark.parametrize("code", FAULTS)
@pytest.mark.parametrize("counts", [True, False])
def test_a_fault_page_explains_itself(code, counts):
    kind = FAULTS[code]
    page = Page(render(views.fault(code, counts, where="submission.py line 7", detail="3 of 4")))
    heading = next(piece for piece in page.texts if piece.lower() == kind.what.lower())
    assert page.texts.index(heading) < page.texts.index(code)
    for expected in (kind.remedy, "submission.py line 7", "3 of 4"):
        assert expected in page.texts
    assert ("The attempt counts" in page.texts) is counts
    assert ("The attempt does not count" in page.texts) is not counts
    assert ("The submission has to be mended" in page.texts) is (kind.owner == "team")
    assert "By task" not in page.words


def test_the_hint_replaces_the_remedy():
    page = Page(render(views.fault(hint="Return 18 tags.")))
    assert "Return 18 tags." in page.texts
    assert FAULTS["E125"].remedy not in page.texts


def test_an_unknown_verdict_is_refused():
    with pytest.raises(ValueError, match="unknown verdict 'E999'"):
        Verdict("E999")


def test_what_was_not_measured_is_left_out():
    view = replace(
        views.full(), speedup=None, memory_mib=None, energy_joules=None, environment={}, protections=(), notes=()
    )
    bare = tuple(replace(row, baseline=None, seconds=None) for row in view.languages)
    view = replace(view, languages=bare, tasks=tuple(replace(task, baseline=None) for task in view.tasks))
    view = replace(view, timing=replace(view.timing, baseline=None, kind=""))
    words = Page(render(view)).words
    absent = ("baseline", "memory", "Environment", "Notes", "Diff.", "Time by task", "nominal", "Noise")
    assert not [word for word in absent if word in words]
    assert "Energy not measured" in words  # said, since a number could be taken for one
    assert "Efficiency" not in Page(render(replace(view, timing=Timing()))).words


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0 s"),
        (0.0004, "< 0.001 s"),
        (0.0341, "0.034 s"),
        (0.996, "1.0 s"),
        (1.249, "1.2 s"),
        (9.96, "10 s"),
        (63.5, "64 s"),
        (99.6, "100 s"),
        (1249.0, "1200 s"),
        (float("nan"), "\N{EN DASH}"),
        (-1.0, "\N{EN DASH}"),
        (None, "\N{EN DASH}"),
    ],
)
def test_seconds(value, shown):
    assert text.seconds(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1.26, "+1.3"), (-1.26, "\N{MINUS SIGN}1.3"), (-0.01, "\N{PLUS-MINUS SIGN}0.0"), (0.0, "\N{PLUS-MINUS SIGN}0.0")],
)
def test_difference(value, shown):
    assert text.difference(value) == shown


def test_names():
    assert set(OWN_NAMES) == set(LANGUAGES)
    assert OWN_NAMES["vi"] == "Tiếng Việt"
    assert OWN_NAMES["zh"] == "中文"
    assert 'lang="ar" dir="rtl"' in language("ar")
    assert language("en") == "English"
    assert phase_title("evaluation-3").replace("\N{NO-BREAK SPACE}", " ") == "Evaluation phase 3"
    assert phase_title("<b>") == "&lt;b&gt;"


def luminance(colour):
    full = colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (int(full[i : i + 2], 16) / 255 for i in (1, 3, 5))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [_LIGHT, _DARK])
def test_contrast_is_what_wcag_asks_for(theme):
    colours = dict(re.findall(r"--([\w-]+):(#[0-9a-f]+)", theme))
    for ink in ("ink", "soft"):
        for paper in ("paper", "card"):
            assert contrast(colours[ink], colours[paper]) >= 4.5
    for tone in ("good", "bad", "warn"):
        assert contrast(colours[tone], colours[f"{tone}-paper"]) >= 4.5
    assert contrast(colours["ink"], colours["warn-paper"]) >= 4.5
    for mark in ("xnli", "pawsx", "udpos", "panx", "other", "startup", "base"):
        assert contrast(colours[mark], colours["card"]) >= 3
