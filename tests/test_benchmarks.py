"""The benchmarks' page says what the committed results say, and every benchmark has a result."""

from __future__ import annotations

from benchmarks.__main__ import names
from benchmarks.table import load, render
from tests.conftest import ROOT


def test_the_page_is_made_from_the_results():
    assert (ROOT / "docs" / "benchmarks.md").read_text() == render(load())


def test_every_benchmark_has_a_committed_result():
    assert set(load()) == set(names())
