"""Names that others chose, made harmless for where they go: a terminal obeys some characters, a spreadsheet others."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def for_terminal(text: str) -> str:
    """One line without characters that move the cursor, turn the text around or cannot be seen."""
    return "".join(character for character in text if character.isprintable())


def for_spreadsheet(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before what begins like one."""
    clean = text.encode("utf-8", "replace").decode()
    return f"'{clean}" if clean.lstrip(" ").startswith(_FORMULA) else clean
