from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from organizer.rehearsal.by_language import main, report
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.record import SCORE_RECORD_FILE
from xtreme_tasks.tasks import TASKS


def values(phase: str = "final", first: float = 50.0, **parts: float) -> dict[str, Any]:
    """What of a score record the report reads; `parts` are scores like `xnli_en`."""
    return {
        "run": {"bundle": "b", "phase": phase, "cpu": 12.4, "peak_memory_mib": 345.6},
        "row": {**{name: first + place for place, name in enumerate(TASKS)}, "score": first, "duration": 9.876},
        "parts": {name.replace("_", "/"): {"score": score} for name, score in parts.items()},
    }


def test_scores_times_and_languages_are_in_their_columns():
    lines = report({"one": values(xnli_en=71.25, xnli_de=60), "two": values(first=10, xnli_en=30, xnli_de=20)})
    table, *tasks = lines.split("\n\n")
    assert table.splitlines()[2:] == [
        "| one | 50.00 | 51.00 | 52.00 | 53.00 | 50.00 | 9.88 | 12 | 346 |",
        "| two | 10.00 | 11.00 | 12.00 | 13.00 | 10.00 | 9.88 | 12 | 346 |",
    ]
    assert len(tasks) == len(TASKS)
    assert tasks[0].splitlines() == [
        "| XNLI | de | en |",
        "| --- | ---: | ---: |",
        "| one | 60.0 | 71.2 |",
        "| two | 20.0 | 30.0 |",
    ]
    widths = {len(line.split("|")) for line in table.splitlines()}
    assert len(widths) == 1


def test_only_languages_that_all_runs_have_are_compared():
    lines = report({"one": values(xnli_en=71, xnli_de=60), "two": values(xnli_en=30)})
    assert "| XNLI | en |" in lines
    assert "60.0" not in lines


def test_runs_of_different_phases_are_refused():
    with pytest.raises(OrganizerFault, match="E223"):
        report({"one": values("final"), "two": values("evaluation-1")})


def test_the_command_reads_what_a_run_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for name, score in (("a", 40.0), ("b", 41.0)):
        path = tmp_path / name / "scoring_output" / SCORE_RECORD_FILE
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"values": values(first=score, panx_th=score)}))
    assert main([f"A={tmp_path / 'a'}", f"B={tmp_path / 'b'}"]) == 0
    said = capsys.readouterr().out
    assert "| A | 40.00 |" in said
    assert "| B | 41.0 |" in said
    assert main([f"A={tmp_path / 'c'}"]) == 1
    assert capsys.readouterr().err.startswith("E201")
    assert main([]) == 1
    assert capsys.readouterr().err.startswith("E233")
    assert main([str(tmp_path / "a")]) == 1
    assert capsys.readouterr().err.startswith("E233")
