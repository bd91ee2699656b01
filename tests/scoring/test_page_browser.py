"""The page in a real browser: nothing is wider than the screen, in any of its forms."""

import html
import json
import re
import shutil
import subprocess

import pytest

from scoring_program.page import render
from tests.scoring import page_views as views

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WIDTHS = (320, 360, 560, 768, 1000, 1440)
FORMS = {"full": views.full, "fault": views.fault, "hostile": views.hostile, "hostile fault": views.hostile_fault}
# A page that is allowed scripts measures the pages, which are not, from outside.
MEASURE = """
<script>
addEventListener("load", () => {
  const found = [...document.querySelectorAll("iframe")].map(frame => {
    const page = frame.contentDocument;
    const beyond = [...page.querySelectorAll("body *:not(svg *)")]
      .filter(element => element.getBoundingClientRect().right > frame.clientWidth + 0.5)
      .map(element => element.tagName + "." + element.className);
    return {form: frame.title, width: frame.clientWidth, scroll: page.documentElement.scrollWidth,
            beyond: beyond.slice(0, 5), elements: page.querySelectorAll("body *").length,
            styled: getComputedStyle(page.querySelector("main")).maxWidth};
  });
  document.body.innerHTML = "<pre id=found></pre>";
  document.getElementById("found").textContent = JSON.stringify(found);
});
</script>
"""


def dump(source, folder):
    folder.joinpath("wrapper.html").write_text(source, encoding="utf-8")
    flags = (
        "--headless --no-sandbox --disable-gpu --disable-quic --disable-dev-shm-usage --no-first-run "
        "--disable-background-networking --disable-component-update --disable-sync --window-size=1600,1000"
    ).split()
    command = [BROWSER, *flags, f"--user-data-dir={folder}/profile", "--dump-dom", f"file://{folder}/wrapper.html"]
    return subprocess.run(command, check=True, capture_output=True, timeout=120).stdout.decode("utf-8")


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on PATH")
def test_nothing_is_wider_than_the_screen(tmp_path):
    frames = "".join(
        f'<iframe title="{name}" style="width:{width}px;height:800px;border:0" '
        f'srcdoc="{html.escape(render(make()).encode("utf-8").decode())}"></iframe>'
        for name, make in FORMS.items()
        for width in WIDTHS
    )
    shown = dump(f'<!doctype html><meta charset="utf-8"><body>{frames}{MEASURE}</body>', tmp_path)
    measured = json.loads(html.unescape(re.search(r'<pre id="found">(.*?)</pre>', shown, flags=re.DOTALL)[1]))
    assert [(m["form"], m["width"]) for m in measured] == [(name, width) for name in FORMS for width in WIDTHS]
    assert all(m["elements"] > 10 and m["styled"] == "1320px" for m in measured)  # it was drawn, with its style
    assert [m for m in measured if m["scroll"] > m["width"] or m["beyond"]] == []


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on PATH")
def test_the_measurement_can_fail(tmp_path):
    frame = (
        '<iframe title="wide" style="width:360px;border:0" srcdoc="<main style=\'width:900px\'>wide</main>"></iframe>'
    )
    shown = dump(f'<!doctype html><meta charset="utf-8"><body>{frame}{MEASURE}</body>', tmp_path)
    measured = json.loads(html.unescape(re.search(r'<pre id="found">(.*?)</pre>', shown, flags=re.DOTALL)[1]))
    assert measured[0]["scroll"] >= 900
    assert measured[0]["beyond"] == ["MAIN."]
