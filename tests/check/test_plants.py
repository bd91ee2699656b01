"""Every planted fault is found, and gone once its remedy is applied."""

from __future__ import annotations

from pathlib import Path

import pytest

from organizer.check.check import CHECKS, check_bundle
from tests.check.draft import NOW, valid
from tests.check.plant import Plant
from tests.check.plants import PLANTS

OTHERWISE = {
    "C001", "C002", "C004", "C006", "C007", "C008", "C010", "C011", "C012", "C013",  # test_archive
    "C506", "C601", "C602", "C603", "C604", "C605", "C606",  # test_own
}  # fmt: skip


def test_the_valid_bundle_has_no_problem(tmp_path: Path):
    assert check_bundle(valid().write(tmp_path), NOW) == []


def test_the_valid_bundle_as_folders_has_no_problem(tmp_path: Path):
    assert check_bundle(valid().spread(tmp_path), NOW) == []


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: f"{plant.id}-{plant.name}")
def test_a_planted_fault_is_found_and_its_remedy_ends_it(tmp_path: Path, plant: Plant):
    draft = valid()
    plant.broken(draft)
    found = [problem for problem in check_bundle(draft.write(tmp_path), NOW) if problem.id == plant.id]
    assert found, f"{plant.id} did not see it"
    assert any(plant.where in problem.place for problem in found), [problem.place for problem in found]
    assert all(problem.line().isascii() and problem.what and problem.remedy for problem in found)
    if plant.mended is not None:
        plant.mended(draft)
        left = check_bundle(draft.write(tmp_path), NOW)
        assert plant.id not in {problem.id for problem in left}
        assert not [problem.line() for problem in left if problem.severity == "error"]


def test_every_check_has_a_planted_fault():
    planted = {plant.id for plant in PLANTS}
    assert planted & OTHERWISE == set()
    assert planted | OTHERWISE == {one.id for one in CHECKS}


def test_most_remedies_were_followed():
    assert len({plant.id for plant in PLANTS if plant.mended is not None}) >= 100
