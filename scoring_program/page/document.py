"""The whole page."""

from __future__ import annotations

from scoring_program.page import foot, head, languages, names, tiles, timing
from scoring_program.page.style import STYLE
from scoring_program.page.text import escaped
from scoring_program.page.view import PageView

# The platform shows the page without a sandbox: even if a text slipped through the escaping, nothing could run or load.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def render(view: PageView) -> str:
    """The page as one HTML document, to be written as UTF-8: no scripts, nothing loaded, every text escaped."""
    parts = [head.verdict(view), head.unsealed(view)]
    if view.verdict.ok:
        parts += [tiles.tasks(view), timing.efficiency(view), languages.languages(view)]
    parts += [foot.notes(view), foot.machine(view), foot.footer(view)]
    body = "\n".join(part for part in parts if part)
    title = f"{'Scored' if view.verdict.ok else escaped(view.verdict.code)} · {names.phase_title(view.phase)} · "
    return (
        '<!doctype html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n'
        f"<title>{title}{escaped(view.title, 120)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )
