"""A rehearsal's page with hostile names and many teams, as text and in a real browser."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from organizer.rehearsal.result_folder import write_results
from scoring_program.standings import Result
from tests.rehearsal.outcomes import HOSTILE, hostile, many, outcome, phase
from tests.scoring.test_page_browser import BROWSER, dump

WIDTHS = (360, 768, 1440)
FORMS = {"one": many(1), "hostile": hostile(), "many": many(200), "nobody": []}
# Scrolling inside these boxes is meant; everything else must fit.
MEASURE = """
<script>
addEventListener("load", () => {
  const found = [...document.querySelectorAll("iframe")].map(frame => {
    const page = frame.contentDocument;
    const beyond = [...page.querySelectorAll("body *")]
      .filter(element => !element.parentElement.closest(".scroll, .picture"))
      .filter(element => element.getBoundingClientRect().right > frame.clientWidth + 0.5)
      .map(element => element.tagName + "." + element.className);
    return {form: frame.title, width: frame.clientWidth, scroll: page.documentElement.scrollWidth,
            beyond: beyond.slice(0, 5), boxes: page.querySelectorAll(".scroll").length,
            styled: getComputedStyle(page.querySelector("main")).maxWidth};
  });
  document.body.innerHTML = "<pre id=found></pre>";
  document.getElementById("found").textContent = JSON.stringify(found);
});
</script>
"""


def written(folder: Path, results: list[Result], title: str = "Contest") -> str:
    made = [outcome(results, folder), outcome(results[:1], folder, phase("final", "Final"))]
    return write_results(folder, title, "process", made).read_text(encoding="utf-8")


def test_names_are_text_and_the_json_keeps_them_whole(tmp_path):
    source = written(tmp_path, hostile(), "<b>" + "\u202e" * 5)
    assert "<script" not in source
    assert "<b>" not in source
    assert "&lt;script&gt;" in source
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e\u200b]", source)
    teams = [row["team"] for row in json.loads((tmp_path / "evaluation-1" / "leaderboard.json").read_bytes())]
    assert teams == list(HOSTILE)


def test_the_last_phase_comes_first_and_moves_are_shown(tmp_path):
    source = written(tmp_path, hostile())
    assert source.index('id="final"') < source.index('id="evaluation-1"')
    assert "<td>+2</td>" in source
    assert "1 phase" not in source
    assert "2 phases, 8 teams, engine: process." in source


def test_long_reasons_are_folded(tmp_path):
    assert '<details class="card" open>' in written(tmp_path / "few", many(3))
    source = written(tmp_path / "many", many(200))
    assert '<details class="card">' in source
    assert source.count('<bdi class="team">team-199</bdi>') == 3


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on PATH")
def test_only_tables_and_pictures_scroll(tmp_path):
    frames = "".join(
        f'<iframe title="{name}" style="width:{width}px;height:800px;border:0" '
        f'srcdoc="{html.escape(written(tmp_path / name, results))}"></iframe>'
        for name, results in FORMS.items()
        for width in WIDTHS
    )
    shown = dump(f'<!doctype html><meta charset="utf-8"><body>{frames}{MEASURE}</body>', tmp_path)
    measured = json.loads(html.unescape(re.search(r'<pre id="found">(.*?)</pre>', shown, flags=re.DOTALL)[1]))
    assert [(m["form"], m["width"]) for m in measured] == [(name, width) for name in FORMS for width in WIDTHS]
    assert all(m["boxes"] >= 4 and m["styled"] == "1080px" for m in measured)  # it was drawn, with its style
    assert [m for m in measured if m["scroll"] > m["width"] or m["beyond"]] == []
