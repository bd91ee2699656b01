"""The detail page of one run: one self-contained HTML file, without scripts, that anybody may read."""

from scoring_program.page.document import render
from scoring_program.page.view import LanguageScore, PageView, TaskScore, Timing, Verdict

__all__ = ["LanguageScore", "PageView", "TaskScore", "Timing", "Verdict", "render"]
