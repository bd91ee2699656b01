"""Names for people: languages in themselves, phases, tasks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from scoring_program.page.text import escaped
from xtreme_tasks.tasks import LANGUAGE_NAMES, RIGHT_TO_LEFT, TASKS

_OWN = (
    "Afrikaans العربية Български বাংলা Deutsch Ελληνικά English Español Eesti Euskara فارسی Suomi Français עברית "
    "हिन्दी Magyar Indonesia Italiano 日本語 Jawa ქართული Қазақша 한국어 മലയാളം मराठी Melayu မြန်မာ Nederlands "
    "Português Русский Kiswahili தமிழ் తెలుగు ไทย Tagalog Türkçe اردو Tiếng_Việt Yorùbá 中文"
)
OWN_NAMES: Mapping[str, str] = MappingProxyType(
    {code: name.replace("_", " ") for code, name in zip(LANGUAGE_NAMES, _OWN.split(), strict=True)}
)
"""Every language's name in itself."""


def task_title(name: str) -> str:
    """The task's title, escaped; an unknown task's name as it is."""
    return escaped(TASKS[name].title if name in TASKS else name)


def metric(name: str) -> str:
    """The task's metric, escaped and short."""
    return escaped(TASKS[name].metric.split(" (", 1)[0] if name in TASKS else "")


def task_class(name: str) -> str:
    """The CSS class that gives the task its colour."""
    return f"t-{name}" if name in TASKS else "t-other"


def language(code: str) -> str:
    """HTML: the English name and, where it differs, the language's own, marked with its code and direction."""
    english = LANGUAGE_NAMES.get(code)
    if english is None:
        return f"<bdi>{escaped(code, 40)}</bdi>"
    own = OWN_NAMES[code]
    if own == english:
        return escaped(english)
    direction = "rtl" if code in RIGHT_TO_LEFT else "ltr"
    return f'{escaped(english)} <bdi class="own" lang="{code}" dir="{direction}">{own}</bdi>'


def phase_title(phase: str) -> str:
    """`evaluation-2` as `Evaluation phase 2`, `final` as `Final phase`, anything else as it is; escaped."""
    found = re.fullmatch(r"evaluation-(\d{1,3})", phase)
    if found:
        return f"Evaluation\N{NO-BREAK SPACE}phase\N{NO-BREAK SPACE}{found[1]}"
    return "Final\N{NO-BREAK SPACE}phase" if phase == "final" else escaped(phase, 60)
