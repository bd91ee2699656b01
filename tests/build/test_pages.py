import csv
import html
import json
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from organizer.base_models.listing import read_list
from organizer.build import page_example
from organizer.build.options import ROOT
from organizer.build.page_facts import counted, in_words, listed, memory
from organizer.build.pages import PageFacts, render_pages
from organizer.build.phases import schedule
from organizer.build.ranking_picture import picture
from organizer.build.rules import read_rules
from organizer.data.sources import sample_source
from scoring_program.efficiency import rank
from scoring_program.standings import Result
from xtreme_tasks.faults import FAULTS, OrganizerFault
from xtreme_tasks.files import parse_answers, parse_inputs
from xtreme_tasks.settings import Limits, Rule
from xtreme_tasks.tasks import LANGUAGE_NAMES, TASKS

PAGES = ROOT / "competition_bundle" / "pages"
RULES = read_rules(ROOT / "competition_bundle" / "rules.toml")
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def facts(**changes):
    counts = {
        split: {name: dict.fromkeys(task.languages, size) for name, task in TASKS.items()}
        for split, size in (("train", 4001), ("dev", 302), ("evaluation", 1203), ("final", 1204))
    }
    del counts["evaluation"]["udpos"]["mr"]
    phases = schedule(["evaluation"] * 3 + ["final"], datetime(2031, 3, 3, 7, tzinfo=UTC), [4, 4, 4, 1])
    made = PageFacts("Many tongues", phases, RULES, counts, sealed=True, source="a folder in XTREME's layout")
    return replace(made, **changes)


def texts(folder=PAGES, **changes):
    return {name: data.decode() for name, data in render_pages(folder, facts(**changes)).items()}


def with_rule(**changes):
    return replace(RULES, rule=replace(RULES.rule, **changes))


def test_every_page_that_the_platform_is_told_of_is_made():
    listing = (ROOT / "competition_bundle" / "competition.yaml").read_text()
    assert set(texts()) == {Path(name).name for name in re.findall(r"pages/\w+\.md", listing)}


def test_nothing_is_left_open_and_every_reader_s_markdown_takes_it():
    for name, text in texts().items():
        assert "{{" not in text, name
        assert "$" not in text, f"{name}: the platform takes it for a formula"
        shown = MarkdownIt("commonmark", {"html": True}).render(text)
        for tag in ("div", "table", "svg", "details", "tr", "td", "th"):
            assert len(re.findall(rf"<{tag}[ >]", shown)) == shown.count(f"</{tag}>"), (name, tag)
        assert not re.search(r"<p>[^<]*<(div|table|svg|details)", shown), name


def test_windows_and_limits_are_those_of_the_build():
    rules = replace(RULES, limits=Limits(5400, 90, 3000, 12, 77, 2048))
    pages = texts(rules=rules)
    assert "<td>Evaluation 2</td><td>2031-03-31 07:00</td><td>2031-04-28 06:59</td>" in pages["timeline.md"]
    assert "<td>Final</td><td>2031-05-26 07:00</td><td>2031-06-02 06:59</td>" in pages["timeline.md"]
    for value in ("90 minutes", "90 seconds", "3000 MiB", "<td>12</td>", "<td>77</td>", "2 GiB"):
        assert value in pages["rules.md"], value
    assert "2031-03-03 07:00 UTC" in pages["overview.md"]


def test_names_of_phases_can_be_given():
    assert "First, Second and Third" in texts(names=["First", "Second", "Third", "Last"])["overview.md"]


def test_thresholds_of_places_and_the_example_follow_the_rules():
    page = texts(rules=with_rule(score_gap=1.25, duration_gain=0.5, first_places=3))["rules.md"]
    assert "less than 1.25 points" in page
    assert "more than 50 %" in page
    assert "moves up 3 places" in page
    trail = rank(page_example.TEAMS, replace(RULES.rule, score_gap=1.25, duration_gain=0.5, first_places=3)).trail
    assert [f"1. {step.sentence}" in page for step in trail] == [True] * len(trail)
    assert len(trail) > 3
    assert not any(step.sentence in texts()["rules.md"] for step in trail if step.kind == "excluded")


def test_the_other_rule_has_its_own_text():
    page = texts(rules=with_rule(name="baseline", weight=2.0))["rules.md"]
    assert "gains 2 points" in page
    assert "4 points are the most" in page
    assert "Two titles" not in page
    assert "Adjusted score" in page


def test_the_example_s_teams_are_those_of_the_docs():
    rows = re.findall(r"^\| (\w+) \| ([\d.]+) \| ([\d.]+) \|$", (ROOT / "docs/rules.md").read_text(), re.MULTILINE)
    assert [Result(team, float(score), float(time)) for team, score, time in rows] == list(page_example.TEAMS)


def test_every_fault_is_explained():
    page = texts(rules=replace(RULES, final=replace(RULES.final, repeats=1)))["faults.md"]
    rows = dict(re.findall(r"<tr><td>(E\d+)</td>(.*?)</tr>", page))
    assert list(rows) == list(FAULTS)
    for code, kind in FAULTS.items():
        shown = html.unescape(rows[code]).replace("<code>", "`").replace("</code>", "`")
        assert kind.what in shown
        assert kind.remedy in shown
    assert rows["E101"].endswith("<td>no</td>")
    assert rows["E113"].endswith("<td>no</td>")
    assert rows["E141"].endswith("<td>yes</td>")
    repeated = texts(rules=replace(RULES, final=replace(RULES.final, repeats=3)))["faults.md"]
    assert "no; yes if it happens only in a repeated run" in repeated


def test_counts_by_task_and_language():
    page = texts()["data.md"]
    total = 33 * 4001
    assert f'<td style="text-align: right">{total:,}</td>' in page
    assert "4,001 / 302 / 1,203 / 1,204" in page
    assert "4,001 / 302 / 0 / 1,204" in page
    assert f"- UD-POS, {LANGUAGE_NAMES['mr']}: 1,204, final test set only" in page
    assert page.count("test set only") == 1


def test_the_examples_of_the_data_page_are_what_the_programs_read():
    blocks = re.findall(
        r"^\*\*([\w-]+)\*\*, `(\w+)/\w+\.jsonl`.*?```json\n(.*?)\n(.*?)\n```", texts()["data.md"], re.S | re.M
    )
    assert [task for _, task, _, _ in blocks] == list(TASKS)
    for title, name, given, label in blocks:
        task = TASKS[name]
        assert task.title == title
        (example,) = parse_inputs(given.encode() + b"\n", task, name)
        (answer,) = parse_answers(label.encode() + b"\n", task, name)
        assert example["id"] == answer["id"]
        if task.answer == "tags":
            assert len(example["tokens"]) == len(answer["tags"])


@pytest.mark.parametrize("sealed", [True, False])
def test_an_unsealed_build_says_so_on_every_page(sealed):
    for name, text in texts(sealed=sealed).items():
        assert ("THE DATA ARE NOT SECRET" in text) is not sealed, name
    assert ("are encrypted in everything" in texts(sealed=sealed)["overview.md"]) is sealed


def test_the_generated_sample_is_named():
    with sample_source(0.001, 1) as source:
        sample = texts(source=source.name)
    other = texts()
    for name in ("overview.md", "data.md"):
        assert "generated sample, not the real benchmark" in sample[name]
        assert "generated sample" not in other[name]


@pytest.mark.parametrize(
    ("file", "text", "where"),
    [
        (
            "rules.md",
            "one\n\n{{no_such_thing}}\n",
            "pages/rules.md line 3: settings are malformed (unknown placeholder no",
        ),
        ("rules.md", "{{title\n", "pages/rules.md line 1"),
        ("rules.md", "\n{{ title }}\n", "pages/rules.md line 2"),
        ("rules.md", "title}}\n", "pages/rules.md line 1"),
        ("parts/prizes.md", "a\n{{part_sealed}}\n", "pages/parts/prizes.md line 2"),
    ],
)
def test_an_open_placeholder_stops_the_build_with_its_place(tmp_path, file, text, where):
    shutil.copytree(PAGES, tmp_path / "pages")
    (tmp_path / "pages" / file).write_text(text)
    with pytest.raises(OrganizerFault, match=re.escape(where)) as caught:
        texts(tmp_path / "pages")
    assert caught.value.code == "E231"


def test_missing_pages_and_parts_are_named(tmp_path):
    with pytest.raises(OrganizerFault, match="E201"):
        texts(tmp_path)
    shutil.copytree(PAGES, tmp_path / "pages")
    (tmp_path / "pages/parts/efficiency_places.md").unlink()
    with pytest.raises(OrganizerFault, match=r"E201 pages/parts/efficiency_places\.md"):
        texts(tmp_path / "pages")
    (tmp_path / "pages/rules.md").write_bytes(b"\xff")
    with pytest.raises(OrganizerFault, match="not UTF-8"):
        texts(tmp_path / "pages", rules=with_rule(name="baseline"))


def test_the_docs_list_every_placeholder(tmp_path):
    listing = (ROOT / "docs" / "pages.md").read_text()
    (tmp_path / "parts").mkdir()
    for name in ("efficiency_places", "sealed", "no_base_models"):
        (tmp_path / "parts" / f"{name}.md").write_text(name)
    names = [name for row in re.findall(r"^\| (`.*?) \|", listing, re.M) for name in re.findall(r"`(\w+)`", row)]
    known = [name for name in names if name != "part_NAME"]
    (tmp_path / "all.md").write_text("\n".join(f"{{{{{name}}}}}" for name in known))  # each is known, or this stops
    assert texts(tmp_path)["all.md"].count("\n") > len(known)
    used = {name for path in PAGES.rglob("*.md") for name in re.findall(r"\{\{(\w+)\}\}", path.read_text())}
    assert {name for name in used if not name.startswith("part_")} <= set(known)


def test_the_picture_shows_the_numbers_and_ends_every_arrow_at_its_place():
    standings = rank(page_example.TEAMS, Rule())
    svg = picture(standings)
    assert "\n\n" not in svg  # or Markdown would end it there
    for row in standings.rows:
        assert f">{row.score:.2f}<" in svg
        assert f">{row.duration:.0f}<" in svg
    ends = dict(re.findall(r'<text x="([\d.]+)"[^>]*font-weight="bold">(\w+)</text>', svg)[5:])
    assert [ends[x] for x in sorted(ends, key=float)] == [row.team for row in standings.rows]
    assert svg.count("<path") == 2 * len(standings.rows)
    assert "the two titles in green" not in picture(rank(page_example.TEAMS, Rule(name="baseline")))


def test_the_picture_of_hostile_and_equal_teams_is_well_formed():
    teams = [Result('<script>"&', 0.0, 0.0), Result("x" * 90, 0.0, 0.0), Result("日本語", 0.0, 0.0)]
    root = ElementTree.fromstring(picture(rank(teams, Rule())))  # noqa: S314 - our own text
    shown = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert shown.count('<script>"&') == 2
    assert all(len(text) < 60 for text in shown)


def test_words():
    assert [in_words(s) for s in (3600, 5400, 60, 2.5, 86400, 0)] == [
        "1 hour", "90 minutes", "1 minute", "2.5 seconds", "24 hours", "0 seconds",
    ]  # fmt: skip
    assert [memory(m) for m in (1024, 1536, 0)] == ["1 GiB", "1536 MiB", "0 MiB"]
    assert [listed(["a", "b", "c"][:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert counted(1200, "file") == "1,200 files"


def test_the_roster_has_its_two_columns_and_no_account_yet():
    lines = (ROOT / "competition_bundle" / "roster.csv").read_text().splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    assert list(rows) == []
    assert rows.fieldnames == ["account", "team"]


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on PATH")
def test_no_page_is_wider_than_a_telephone(tmp_path):
    # What the platform's own style sheet says about a page, in short.
    style = (
        "<style>body{font:14px sans-serif;margin:0} pre{overflow:auto;max-width:100%} td,th{padding:.5em .7em}</style>"
    )
    frames = []
    for name, text in {**texts(sealed=False), "wide": "<div style='width: 700px'>wide</div>"}.items():
        body = MarkdownIt("commonmark", {"html": True}).render(text)
        source = html.escape(f"<!doctype html><meta charset=utf-8>{style}{body}")
        frames += [
            f'<iframe title="{name}" style="width:{w}px;border:0" srcdoc="{source}"></iframe>' for w in (300, 1080)
        ]
    script = (
        '<script>addEventListener("load",()=>{const f=[...document.querySelectorAll("iframe")].map(f=>[f.title,'
        "f.clientWidth,f.contentDocument.documentElement.scrollWidth]);document.body.innerHTML='<pre id=found></pre>';"
        'document.getElementById("found").textContent=JSON.stringify(f)})</script>'
    )
    (tmp_path / "all.html").write_text(f'<!doctype html><meta charset="utf-8"><body>{"".join(frames)}{script}')
    flags = "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-background-networking --dump-dom"
    command = [BROWSER, *flags.split(), f"--user-data-dir={tmp_path}/profile", f"file://{tmp_path}/all.html"]
    shown = subprocess.run(command, check=True, capture_output=True, timeout=120).stdout.decode()
    found = json.loads(html.unescape(re.search(r'<pre id="found">(.*?)</pre>', shown, re.S)[1]))
    assert len(found) == 2 * (len(texts()) + 1)
    assert [name for name, width, needed in found if needed > width] == ["wide"]  # it can fail


def test_the_base_models_of_the_image_are_listed_with_a_line_that_loads_one():
    models = read_list(ROOT / "worker" / "models.toml")
    page = texts(models=models)["submit.md"]
    for model in models:
        row = f"<tr><td><code>{model.name}</code></td><td>{model.size}</td><td>{model.licence}</td>"
        assert f"{row}<td><code>{model.revision}</code></td></tr>" in page
    assert f'AutoModel.from_pretrained("{models[0].name}")' in page
    without = texts()["submit.md"]
    assert "No base models lie in the image" in without
    assert "from_pretrained" not in without
