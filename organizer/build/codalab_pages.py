"""The pages in HTML, since CodaLab shows no Markdown; what is otherwise for a team there is said where it matters."""

from __future__ import annotations

import re
from collections.abc import Mapping

from markdown_it import MarkdownIt

NOTICES: Mapping[str, str] = {
    "submit": """
**In this competition's format (CodaLab 1.5)**

- Put the one line of `metadata.yaml` into a file named `metadata`, without an ending: CodaLab runs the code of a zip
  only if it holds a file of that name, and Codabench accepts both names.
- The questions of the fact sheet are not asked here. Send the answers to the organizer.
- On Codabench a result enters the leaderboard only when you put it there yourself, with the button of its row.
- On Codabench everybody can download the zip, the logs and the predictions of a result that is on the leaderboard,
  until the organizer sets *Hide Submission Output* in the phase.
""",
    "timeline": """
**In this competition's format (CodaLab 1.5)**: Codabench closes every phase but the last one day before the next one
begins, earlier than this table says. CodaLab closes it when the next one begins.
""",
}
"""What differs from the rendered page, by the page's name; in Markdown."""
_PRE = re.compile("<pre>.*?</pre>", re.DOTALL)
_BLANK = re.compile(r"\n([ \t]*)\n")


def to_html(name: str, page: bytes) -> bytes:
    """One rendered page as a fragment of HTML, its notice below the title.

    Codabench reads the fragment as Markdown once more. That changes nothing as long as there is no blank line, where a
    block of HTML would end for it; so those of program text are written as character references.

    Args:
        name: without its ending, as `submit`.
        page: Markdown in UTF-8.

    """
    title, newline, text = page.decode().partition("\n")
    notice = NOTICES.get(name, "")
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    html: str = markdown.render(f"{title}{newline}{notice}{newline}{text}")
    return _PRE.sub(lambda block: _BLANK.sub(r"\n\1&#10;", block[0]), html).encode()
