"""Licences that a team's files bring along: their names and, where the text says it, which one it is."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

FIRST = 4096
"""Bytes of a licence file that tell which one it is."""
_NAME = re.compile(r"(?:licen[cs]es?|copying|notice|unlicense)(?:[._-].*)?", re.IGNORECASE)
_KNOWN: tuple[tuple[str, str], ...] = (
    ("Apache-2.0", r"apache\s+license,?\s+version\s+2\.0"),
    ("MIT", r"permission\s+is\s+hereby\s+granted,\s+free\s+of\s+charge"),
    ("AGPL-3.0", r"gnu\s+affero\s+general\s+public\s+license"),
    ("LGPL", r"gnu\s+lesser\s+general\s+public\s+license"),
    ("GPL", r"gnu\s+general\s+public\s+license"),
    ("BSD", r"redistribution\s+and\s+use\s+in\s+source\s+and\s+binary\s+forms"),
    ("MPL-2.0", r"mozilla\s+public\s+license"),
    ("CC-BY-NC", r"attribution-?\s*noncommercial"),
    ("CC-BY", r"creative\s+commons\s+attribution"),
)


def is_licence(name: str) -> bool:
    """Whether a file is a licence by its name."""
    return bool(_NAME.fullmatch(PurePosixPath(name).name))


def which(data: bytes) -> str:
    """The licence of a text, by its own words; `unknown` where it says none that is known."""
    text = data[:FIRST].decode("utf-8", "replace").lower()
    return next((name for name, form in _KNOWN if re.search(form, text)), "unknown")
