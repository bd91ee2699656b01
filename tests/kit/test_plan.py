"""The plan of a run: which examples are in which batch."""

from __future__ import annotations

from collections import Counter

import pytest
from plan import WINDOW, Table, draw, parse_shares

from xtreme_tasks.faults import OrganizerFault


@pytest.fixture
def tables() -> dict[str, Table]:
    """One task with a large and a small language, one with one language."""
    large, small = 900, 100
    lengths = [5 + place * 7919 % 200 for place in range(large + small)]
    return {"xnli": Table(["de"] * large + ["sw"] * small, lengths), "panx": Table(["en"] * 250, [10] * 250)}


class TestPlan:
    def test_the_same_seed_gives_the_same_batches(self, tables):
        plans = [draw(tables, 50, 8, 2.0, {}, seed) for seed in (1, 1, 2)]
        assert plans[0] == plans[1] != plans[2]
        assert [one.number for one in plans[0]] == list(range(50))
        assert {len(one.rows) for one in plans[0]} == {8}

    @pytest.mark.parametrize("temperature", [1.0, 2.0, 100.0])
    def test_temperature_levels_tasks_and_languages(self, tables, temperature):
        plan = draw(tables, 4000, 8, temperature, {}, 1)
        tasks = Counter(one.task for one in plan)
        ratio = tasks["xnli"] / tasks["panx"]
        assert ratio == pytest.approx(4 ** (1 / temperature), rel=0.15)
        drawn = Counter(tables["xnli"].languages[row] for one in plan if one.task == "xnli" for row in one.rows)
        assert drawn["de"] / drawn["sw"] == pytest.approx(9 ** (1 / temperature), rel=0.1)

    def test_shares_replace_the_sizes(self, tables):
        tasks = Counter(one.task for one in draw(tables, 4000, 2, 2.0, {"xnli": 1.0, "panx": 3.0}, 1))
        assert tasks["panx"] / tasks["xnli"] == pytest.approx(3, rel=0.15)

    def test_all_examples_of_a_language_come_before_one_comes_again(self, tables):
        plan = draw({"panx": tables["panx"]}, 125, 4, 2.0, {}, 1)  # twice as many as there are
        assert set(Counter(row for one in plan for row in one.rows).values()) == {2}

    def test_neighbours_in_length_share_a_batch(self, tables):
        plan = draw({"xnli": tables["xnli"]}, 10 * WINDOW, 8, 1.0, {}, 1)
        lengths = tables["xnli"].lengths
        padded = sum(max(lengths[row] for row in one.rows) * len(one.rows) for one in plan)
        assert padded < 1.15 * sum(lengths[row] for one in plan for row in one.rows)
        longest = [max(lengths[row] for row in one.rows) for one in plan]
        assert longest != sorted(longest)

    def test_shares_are_read(self):
        assert parse_shares("") == {}
        assert parse_shares("xnli,panx") == {"xnli": 0.0, "panx": 0.0}
        assert parse_shares("xnli=2,panx=0.5") == {"xnli": 2.0, "panx": 0.5}

    @pytest.mark.parametrize("text", ["squad", "xnli=0", "xnli=-1", "xnli=x", "xnli=inf", "xnli=nan", "xnli=1,panx"])
    def test_wrong_shares_are_refused(self, text):
        with pytest.raises(OrganizerFault, match="^E231 tasks"):
            parse_shares(text)


def test_the_coldest_temperature_draws_the_largest_language_alone():
    table = Table(["de"] * 30 + ["sw"] * 10, [1] * 40)
    drawn = draw({"panx": table}, 20, 4, 1e-3, {}, 1)
    assert {row for batch in drawn for row in batch.rows} <= set(range(30))
