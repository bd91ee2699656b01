"""Reports of made-up results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from organizer.report.command import read_source
from organizer.report.read import read_view
from organizer.report.view import ReportView
from tests.conftest import ROOT
from tests.report import made

RULES = ROOT / "competition_bundle" / "rules.toml"
View = Callable[..., ReportView]


@pytest.fixture
def view(tmp_path: Path) -> View:
    """The organizer's view of made-up teams; `now` and further arguments as `made.write` takes them."""

    def build(teams: Sequence[made.Made], now: float = made.AFTER, roster: Path | None = None, **more) -> ReportView:
        out = tmp_path / f"results-{len(list(tmp_path.iterdir()))}"
        out.mkdir()
        made.write(out, teams, **more)
        return read_view(read_source(out, RULES, roster, now))

    return build
