"""Pieces of the page: tables, team names, cards, folded lists; everything that comes from outside is escaped here."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from organizer.build.picture_text import cleaned, right_to_left
from scoring_program.page.text import escaped
from scoring_program.standings import Step

SHORT = 20
"""Rows or lines that are shown at once; a longer table is folded."""


LONGEST = 60
"""Letters of a team's name that are shown."""


def team(name: str) -> str:
    """A team's name, kept apart from the text around it, in its own direction."""
    return f'<bdi class="team" dir="auto">{escaped(name, LONGEST) or "?"}</bdi>'


def table(heads: Sequence[str], body: Iterable[Sequence[str]], kind: str = "numbers") -> str:
    """A table that scrolls in its own box where the screen is too narrow; heads and cells are HTML."""
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>" for cells in body)
    return (
        f'<div class="scroll" tabindex="0"><table class="{kind}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def card(title: str, content: str, note: str = "") -> str:
    """A card with a heading; `note` is a sentence of HTML below it."""
    below = f'<p class="soft note">{note}</p>' if note else ""
    return f'<div class="card"><h3>{title}</h3>{below}{content}</div>'


def folded(title: str, content: str, opened: bool) -> str:
    """A card that opens; in print it is open in any case (style.py)."""
    return f'<details class="card"{" open" if opened else ""}><summary><h3>{title}</h3></summary>{content}</details>'


def figure(picture: str) -> str:
    """A picture that scrolls in its own box where the screen is too narrow."""
    return f'<figure class="card picture" tabindex="0">{picture}</figure>'


def section(anchor: str, title: str, *content: str) -> str:
    """A section with its heading; empty where there is no content."""
    kept = [piece for piece in content if piece]
    if not kept:
        return ""
    inner = "".join(kept)
    return (
        f'<section class="phase" id="{anchor}" aria-labelledby="h-{anchor}"><h2 id="h-{anchor}">{title}</h2>'
        f'<div class="stacked">{inner}</div></section>'
    )


def sentences(steps: Sequence[Step]) -> str:
    """The steps of a trail as a numbered list; empty where there are none."""
    listed = "".join(f"<li>{spoken(step.sentence, (step.team, step.other))}</li>" for step in steps)
    return f"<ol>{listed}</ol>" if listed else ""


def spoken(sentence: str, teams: Iterable[str]) -> str:
    """A sentence with team names; those that run from right to left are kept from turning the numbers around them."""
    if sentence.isascii() and sentence.isprintable():  # nearly all are, and thousands of them are shown
        return html.escape(sentence)
    shown = escaped(sentence, 2000)
    for name in sorted(teams, key=len, reverse=True):
        found = escaped(name, 2000)
        if found and right_to_left(cleaned(name)):
            shown = shown.replace(found, f'<bdi dir="auto">{found}</bdi>')
    return shown
