"""The baseline's numbers by language: used as they are, or refused by name."""

from __future__ import annotations

import pytest

from organizer.build.rules import parse_rules
from xtreme_tasks.faults import OrganizerFault

RULES = '[image]\nname = "image"\n[baseline]\nscore = 70.0\n'


def test_times_by_language_are_read() -> None:
    found = parse_rules(f"{RULES}startup = 6.1\n[baseline.seconds.xnli]\nde = 3.5\nen = 4\n".encode()).baseline
    assert (found.startup, found.seconds) == (6.1, {"xnli": {"de": 3.5, "en": 4}})


def test_the_machine_and_the_band_are_read() -> None:
    more = 'duration = 10.0\nhardware = "gpu-1"\nband_low = 9.0\nband_high = 11.0\n'
    found = parse_rules(f"{RULES}{more}".encode()).baseline
    assert (found.hardware, found.band_low, found.band_high) == ("gpu-1", 9.0, 11.0)


@pytest.mark.parametrize(
    "wrong",
    [
        "seconds = 3.0",
        "[baseline.seconds]\nxnli = 3.0",
        "[baseline.seconds.squad]\nen = 3.0",
        "[baseline.seconds.xnli]\nxx = 3.0",
        "[baseline.seconds.xnli]\nde = -3.0",
        "[baseline.seconds.xnli]\nde = inf",
        '[baseline.seconds.xnli]\nde = "3"',
        "[baseline.languages.xnli]\nde = true",
        "hardware = 3",
        "duration = 10.0\nband_low = 9.0",
        "duration = 10.0\nband_low = 11.0\nband_high = 12.0",
    ],
)
def test_what_is_no_number_is_refused(wrong: str) -> None:
    with pytest.raises(OrganizerFault) as fault:
        parse_rules(f"{RULES}{wrong}\n".encode())
    assert fault.value.code == "E231"
    assert "[baseline]" in fault.value.line()


def test_a_long_look_at_the_idle_machine_is_refused() -> None:
    with pytest.raises(OrganizerFault, match="idle_seconds"):
        parse_rules(f"{RULES}[timing]\nidle_seconds = 600.0\n".encode())
