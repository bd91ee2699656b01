"""The same rehearsal in real containers: the known outcome through all four phases."""

from __future__ import annotations

import pytest
from rich.console import Console

from organizer.rehearsal.command import rehearse_command
from tests.local_worker.world import engine_or_skip


@pytest.mark.docker
def test_the_known_outcome_in_containers(prepared, built, tmp_path):
    engine = engine_or_skip()
    console = Console(record=True, width=200)
    code = rehearse_command(console, built.archive, built.worker, None, prepared, tmp_path / "out", engine)
    printed = console.export_text()
    assert code == 0, printed
    assert "as expected in all 4 phases: B, C, A" in printed
    assert (tmp_path / "out" / "final" / "standings.svg").is_file()
