"""The preparation of real data, where they are at hand: blocks found, nothing crosses."""

from __future__ import annotations

import os
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from organizer.data.checks import check_prepared
from organizer.data.features import rare_features, votes
from organizer.data.links import Declared, find_links
from organizer.data.parallel import MIN_VOTES
from organizer.data.prepare import PrepareOptions, prepare
from organizer.data.sources import FolderSource
from xtreme_tasks.tasks import PAWSX, UDPOS

XTREME = Path(os.environ.get("XTREME_DIR") or Path(__file__).parents[3] / "shared" / "data" / "xtreme")
pytestmark = pytest.mark.skipif(not XTREME.is_dir(), reason="XTREME's data are not at hand (XTREME_DIR)")

# First PUD sentence (from 0) in each test file, from the treebanks' published sizes.
PUD = {"ar": 680, "es": 426, "fi": 1555, "fr": 416, "hi": 1684, "id": 557, "it": 482, "ja": 550}
PUD |= {"ko": 989, "pt": 477, "ru": 601, "th": 0, "tr": 983, "zh": 500}


def test_pud_is_found_in_every_language_at_its_place() -> None:
    links = find_links("udpos", FolderSource(XTREME).tables(UDPOS), Declared())
    assert {name for link in links for name in (link.left, link.right)} == {f"test-{language}" for language in PUD}
    assert len(links) == len(PUD) * (len(PUD) - 1) // 2
    for link in links:
        (run,) = link.runs
        left, right = PUD[link.left[-2:]], PUD[link.right[-2:]]
        assert run.right - run.left == right - left
        assert run.votes > 20
        # Hindi has the first 316 sentences only, every other file 500.
        length = 316 if "test-hi" in (link.left, link.right) else 500
        if link.left != "test-fi" and link.right != "test-fi":
            assert run.left <= left
            assert run.left + run.length >= left + length


def test_no_other_pair_comes_near_the_least_number_of_votes() -> None:
    features = {table.name: rare_features(table.texts) for table in FolderSource(XTREME).tables(UDPOS)}
    most = 0
    for left, right in combinations(features, 2):
        both_pud = {left, right} <= {f"test-{language}" for language in PUD}
        if left[-2:] != right[-2:] and "test" in left + right and not both_pud:
            row, column, _ = votes(features[left], features[right])
            most = max(most, int(np.unique(column - row, return_counts=True)[1].max(initial=0)))
    assert 0 < most <= MIN_VOTES // 2


def test_pawsx_lines_align_with_the_same_labels() -> None:
    tables = {table.name: table for table in FolderSource(XTREME).tables(PAWSX)}
    links = find_links("pawsx", list(tables.values()), Declared())
    assert len(links) == 18
    for link in links:
        left, right = tables[link.left], tables[link.right]
        pairs = [(run.left + k, run.right + k) for run in link.runs for k in range(run.length)]
        assert all(left.answers[one] == right.answers[other] for one, other in pairs)
        assert len(pairs) > 0.9 * len(right)


@pytest.mark.long
def test_real_data_prepare_and_check(tmp_path: Path) -> None:
    report = prepare(FolderSource(XTREME), tmp_path / "data", bytes(32), PrepareOptions())
    assert report.tasks["panx"].missing == {"th": "the source has no test examples of it"}
    assert report.tasks["udpos"].whole == {"mr": 47, "tl": 35, "yo": 60}
    counts = check_prepared(tmp_path / "data").counts
    assert "mr" not in counts["evaluation"]["udpos"]
    for task in ("xnli", "pawsx", "udpos", "panx"):
        for language, count in counts["evaluation"][task].items():
            assert abs(count - counts["final"][task][language]) <= max(10, 0.1 * count), (task, language)
