"""The archive's index: one page for people, one table for programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from organizer.rehearsal.page import POLICY
from organizer.report import pieces
from organizer.report.style import STYLE
from organizer.results.harmless import for_spreadsheet, for_terminal
from organizer.share.gather import Package
from scoring_program.page.text import escaped

UNSAID = '<span class="unmeasured">not said</span>'


def page(title: str, packages: Mapping[str, Package]) -> str:
    """`index.html`: every team with method, base model, licences and files; no time in it, so that bytes repeat.

    Args:
        title: the competition's.
        packages: by folder in the archive.

    """
    rows = (
        (
            pieces.team(one.entry.team),
            escaped(one.phase),
            f"{one.entry.score:.2f}",
            _said(one.entry.method),
            _said(one.entry.base_model),
            _said(one.entry.training_compute),
            _licences(one),
            _files(folder, one),
        )
        for folder, one in packages.items()
    )
    heads = ("Team", "Phase", "Score", "Method", "Base model", "Training compute", "Licence files", "Code")
    table = pieces.table(heads, rows, "words")
    return (
        '<!doctype html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Code · {escaped(title, 120)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<header><p class="eyebrow">Code of all teams</p><h1><bdi dir="auto">{escaped(title, 120)}</bdi></h1>'
        '<p class="lead">Each team keeps the rights in its code; where it names no licence, the competition\'s terms '
        "are all there is. Method, base model and training compute are the teams' own words. files.csv lists every "
        f"file with its digest, those that were left out, too.</p></header>\n<div class=card>{table}</div>\n"
        "</main>\n</body>\n</html>\n"
    )


def _said(answer: str) -> str:
    return f'<bdi dir="auto">{escaped(answer, 2000)}</bdi>' if answer.strip() else UNSAID


def _licences(package: Package) -> str:
    if not package.licences:
        return '<span class="unmeasured">none found</span>'
    return "<br>".join(f"{escaped(name, 120)}: {escaped(kind)}" for name, kind in sorted(package.licences.items()))


def _files(folder: str, package: Package) -> str:
    if package.missing:
        return escaped(package.missing)
    kept = sum(item.path is not None for item in package.items)
    left = len(package.items) - kept
    more = f", {left} left out" if left else ""
    return f'<a href="{quote(folder)}/">{kept} files</a>, {package.size:,} bytes{more}'


def table(packages: Mapping[str, Package]) -> str:
    """`files.csv`: every file with size and digest, and why it is not in the archive."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("team_folder", "file", "bytes", "sha256", "left_out"))
    for folder, package in packages.items():
        for item in package.items:
            name = for_spreadsheet(item.name)
            writer.writerow((folder, name, item.size, item.sha256, item.left_out))
    return out.getvalue()


def complaints(packages: Sequence[Package]) -> list[str]:
    """One line for each hit; the value that was found stays unsaid."""
    return [
        for_terminal(f"{package.entry.team}, submission {package.entry.submission}: {hit.place()}: {hit.kind}")
        for package in packages
        for hit in package.hits
    ]
