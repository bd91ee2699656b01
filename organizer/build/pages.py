"""The competition's pages: templates in Markdown whose `{{placeholders}}` are filled from the build's own settings.

So a page and the rules can never disagree. `pages/*.md` are the pages; `pages/parts/*.md` are pieces that stand where
`{{part_NAME}}` is written, and may hold placeholders themselves. Which piece explains the efficiency rule, and which
notice about secrecy heads the pages, is chosen here. docs/pages.md says how to change the texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from organizer.build import page_example, page_tables
from organizer.build.page_facts import PageFacts, counted, in_words, listed, memory, phase_names
from xtreme_tasks.faults import OrganizerFault, TeamFault
from xtreme_tasks.files import read_file
from xtreme_tasks.settings import Limits, Rule
from xtreme_tasks.tasks import TASKS

__all__ = ["PageFacts", "render_pages"]

PARTS = "parts"
SAMPLE = "generated sample"
"""How the name of the source begins that `competition prepare` generates itself."""
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}|\{\{|\}\}")


def render_pages(folder: Path, facts: PageFacts) -> dict[str, bytes]:
    """The filled pages by file name (`overview.md`), in UTF-8.

    Args:
        folder: the templates; its folder `parts` is not a page.
        facts: of the build.

    Raises:
        OrganizerFault: E201 (no page), E231 with file and line for a placeholder that is unknown or left open.

    """
    values = _values(facts)
    values |= {
        f"part_{path.stem}": _fill(_read(path), values, f"{folder.name}/{PARTS}/{path.name}").rstrip("\n")
        for path in sorted((folder / PARTS).glob("*.md"))
    }
    values["efficiency"] = _part(values, f"efficiency_{facts.rules.rule.name}", folder)
    values["notice"] = "" if facts.sealed else _part(values, "unsealed", folder)
    values["secrecy"] = _part(values, "sealed" if facts.sealed else "open", folder)
    values["base_models"] = _part(values, "base_models" if facts.models else "no_base_models", folder)
    values["data_source"] = _part(values, "sample", folder) if facts.source.startswith(SAMPLE) else ""
    pages = {
        path.name: _fill(_read(path), values, f"{folder.name}/{path.name}") for path in sorted(folder.glob("*.md"))
    }
    if not pages:
        raise OrganizerFault("E201", str(folder), "no pages")
    return {name: text.encode() for name, text in pages.items()}


def _read(path: Path) -> str:
    try:
        return read_file(path).decode()
    except UnicodeDecodeError:
        raise OrganizerFault("E231", str(path), "not UTF-8") from None


def _part(values: Mapping[str, str], name: str, folder: Path) -> str:
    if f"part_{name}" not in values:
        raise OrganizerFault("E201", f"{folder.name}/{PARTS}/{name}.md")
    return values[f"part_{name}"]


def _fill(text: str, values: Mapping[str, str], where: str) -> str:
    """The text with every placeholder replaced; what is put in is not looked at again (E231)."""

    def value(match: re.Match[str]) -> str:
        if match[1] in values:
            return values[match[1]]
        line = text.count("\n", 0, match.start()) + 1
        problem = f"unknown placeholder {match[1]}" if match[1] else "a placeholder is not closed, or not one word"
        raise OrganizerFault("E231", f"{where} line {line}", problem, "docs/pages.md lists the placeholders.")

    return _PLACEHOLDER.sub(value, text)


def _values(facts: PageFacts) -> dict[str, str]:
    """Every placeholder that does not come from `parts/`."""
    rules = facts.rules
    return {
        **_competition(facts),
        **_limits(rules.limits),
        **_rule(rules.rule),
        **page_example.values(rules.rule),
        **_tables(facts),
        "image": rules.image.name,
        "grace": in_words(rules.window.grace_seconds),
        "source": facts.source or "not named",
        "preflight_examples": counted(rules.preflight.examples, "public example"),
        "baseline_measured": _baseline(facts),
    }


def _competition(facts: PageFacts) -> dict[str, str]:
    names = phase_names(facts)
    final = [name for name, phase in zip(names, facts.phases, strict=True) if phase.split == "final"]
    evaluation = [name for name in names if name not in final]
    languages = {code for split in facts.counts.values() for task in split.values() for code in task}
    return {
        "title": facts.title,
        "task_count": str(len(TASKS)),
        "task_titles": listed([task.title for task in TASKS.values()]),
        "language_count": str(len(languages)),
        "phase_count": str(len(names)),
        "evaluation_count": counted(len(evaluation), "evaluation phase"),
        "evaluation_names": listed(evaluation),
        "final_name": listed(final),
        "first_start": facts.phases[0].start.strftime("%Y-%m-%d %H:%M UTC"),
        "last_end": facts.phases[-1].end.strftime("%Y-%m-%d %H:%M UTC"),
    }


def _limits(limits: Limits) -> dict[str, str]:
    return {
        "limit_time": in_words(limits.seconds),
        "limit_preflight": in_words(limits.preflight_seconds),
        "limit_memory": memory(limits.memory_mib),
        "limit_processes": f"at most {limits.processes:,}" if limits.processes else "not limited",
        "limit_files": f"{limits.files:,}",
        "limit_size": memory(limits.submission_mib),
    }


def _rule(rule: Rule) -> dict[str, str]:
    return {
        "score_gap": f"{rule.score_gap:g}",
        "duration_gain": f"{100 * rule.duration_gain:g} %",
        "duration_gain_fraction": f"{rule.duration_gain:g}",
        "first_places": counted(rule.first_places, "place"),
        "second_places": counted(rule.second_places, "place"),
        "weight": f"{rule.weight:g}",
        "halvings": f"{rule.limit:g}",
        "points_each": counted(rule.weight, "point"),
        "points_most": counted(rule.weight * rule.limit, "point"),
    }


def _tables(facts: PageFacts) -> dict[str, str]:
    return {
        "phase_table": page_tables.phase_table(facts),
        "task_table": page_tables.task_table(facts),
        "language_table": page_tables.language_table(facts),
        "split_order": page_tables.split_order(facts),
        "undivided": page_tables.undivided(facts),
        "label_table": page_tables.label_table(),
        "limit_table": page_tables.limit_table(facts),
        "base_model_table": page_tables.base_model_table(facts),
        "base_model_example": facts.models[0].name if facts.models else "",
        "team_faults": page_tables.team_faults(facts),
        "organizer_faults": page_tables.organizer_faults(),
        "fault_example": TeamFault("E125", "udpos/th answer 12", "17 tags for 18 tokens").line(),
    }


def _baseline(facts: PageFacts) -> str:
    baseline = facts.rules.baseline
    if baseline.score and baseline.duration:
        return f"score {baseline.score:.2f}, duration {baseline.duration:.1f} s"
    return "not measured yet"
