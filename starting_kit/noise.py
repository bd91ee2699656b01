"""How much of a score is luck: bootstrap intervals, the noise of a test set, and whether two submissions differ.

    python noise.py results                     # intervals by task, from what evaluate.py wrote
    python noise.py results other_results       # is the difference real? paired: both answered the same examples

Examples are drawn with replacement inside each task and language, as if each language's sentences were independent of
the other languages' (Efron 1979, Annals of Statistics 7, 1-26). Where test sets are translations of each other, the
true noise is larger. Where the kit knows how many examples are hidden, it says what that means for the leaderboard.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE if (HERE / "scoring_program").is_dir() else HERE.parent))  # the platform's own scorer

import leaderboard  # noqa: E402
import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from ingestion_program.transfer import FACTS_FILE, read_facts  # noqa: E402
from scoring_program.metrics import task_tags  # noqa: E402
from scoring_program.read import check_same_examples, read_answers  # noqa: E402
from scoring_program.tags import count_spans  # noqa: E402
from xtreme_tasks.faults import Fault, OrganizerFault  # noqa: E402
from xtreme_tasks.files import part_path, read_file  # noqa: E402
from xtreme_tasks.tasks import TASKS, parts  # noqa: E402

DRAWS = 2000
SEED = 1
OVERALL = "score"
CAVEAT = "assumed: languages are independent; where they are translations of each other, the true noise is larger"
Draws = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Part:
    """One task and language: each example's share of the score, which is `100 * sum(above) / sum(below)`.

    Attributes:
        above: 1 for a right answer; for spans twice the right ones of a sentence.
        below: 1; for spans those that were found and those that are there.

    """

    above: NDArray[np.float64]
    below: NDArray[np.float64]


Parts = Mapping[tuple[str, str], Part]


@dataclass(frozen=True)
class Interval:
    """A figure with its 95 % interval and its standard deviation over the draws."""

    value: float
    low: float
    high: float
    deviation: float


def load(results: Path, public: Path) -> dict[tuple[str, str], Part]:
    """What a submission answered, beside the labels.

    Args:
        results: what evaluate.py wrote.
        public: the public data on which it was evaluated.

    Raises:
        OrganizerFault: E201, E202 to E204, E225 (answers to other examples), E207 (no answers).

    """
    found: dict[tuple[str, str], Part] = {}
    for name, language in parts():
        task, path = TASKS[name], part_path(name, language)
        answers = results / "prediction_output" / "predictions" / path
        if not answers.is_file():
            continue
        gold = read_answers(read_file(public / "dev" / "labels" / path), task, f"labels/{path}")
        given = read_answers(read_file(answers), task, f"predictions/{path}")
        check_same_examples(gold, given, f"predictions/{path}")
        if task.answer == "tags":
            spans = count_spans(gold.codes, given.codes, task_tags(task))
            counts = 2 * spans.correct, spans.predicted + spans.actual
            part = Part(*(np.asarray(count, np.float64) for count in counts))
        else:
            part = Part(np.asarray(gold.codes == given.codes, np.float64), np.ones(gold.examples))
        found[name, language] = part
    if not found:
        raise OrganizerFault("E207", str(results), "no answers there", "Run evaluate.py first.")
    return found


def bootstrap(found: Parts, draws: int = DRAWS, seed: int = SEED) -> dict[str, Draws]:
    """Scores of `draws` redrawn test sets of the same size: [draws] for each task, and for `score`.

    The same seed draws the same examples, so the draws of two submissions may be subtracted.
    """
    random = np.random.default_rng(seed)
    by_task: dict[str, list[Draws]] = {}
    for (task, _), part in sorted(found.items()):
        size = len(part.above)
        # How often each example is drawn: [draws, examples]; a block at a time keeps memory small.
        blocks = (random.multinomial(size, np.full(size, 1 / size), 100) for _ in range(-(-draws // 100)))
        sums = [(counts @ part.above, counts @ part.below) for counts in blocks]
        above, below = (np.concatenate(side)[:draws] for side in zip(*sums, strict=True))
        by_task.setdefault(task, []).append(_percent(above, below))
    tasks = {task: np.mean(languages, axis=0) for task, languages in by_task.items()}
    return {**tasks, OVERALL: np.mean(list(tasks.values()), axis=0)}


def scores(found: Parts) -> dict[str, float]:
    """The scores themselves: of each task, and `score`."""
    by_task: dict[str, list[float]] = {}
    for (task, _), part in sorted(found.items()):
        by_task.setdefault(task, []).append(float(_percent(part.above.sum(), part.below.sum())))
    tasks = {task: float(np.mean(languages)) for task, languages in by_task.items()}
    return {**tasks, OVERALL: float(np.mean(list(tasks.values())))}


def by_language(found: Parts) -> dict[str, dict[str, float]]:
    """The score of each language by task."""
    made: dict[str, dict[str, float]] = {}
    for (task, language), part in found.items():
        made.setdefault(task, {})[language] = float(_percent(part.above.sum(), part.below.sum()))
    return made


def _percent(above: Draws, below: Draws) -> Draws:
    return 100 * np.divide(above, below, out=np.zeros_like(below, dtype=np.float64), where=np.asarray(below) > 0)


def interval(value: float, draws: Draws) -> Interval:
    """Percentile interval."""
    low, high = np.quantile(draws, (0.025, 0.975))
    return Interval(value, float(low), float(high), float(draws.std(ddof=1)))


def intervals(found: Parts, draws: int = DRAWS) -> dict[str, Interval]:
    """The interval of each task's score and of the score."""
    drawn = bootstrap(found, draws)
    return {name: interval(value, drawn[name]) for name, value in scores(found).items()}


@dataclass(frozen=True)
class Comparison:
    """Second minus first, and the share of redrawn test sets that would turn the order round, times two (a p value)."""

    difference: Interval
    chance: float


def compare(first: Parts, second: Parts, draws: int = DRAWS) -> dict[str, Comparison]:
    """Paired bootstrap of the difference (Koehn 2004, EMNLP, 388-395).

    Raises:
        OrganizerFault: E225 if they answered other examples.

    """
    sizes = [{key: len(part.above) for key, part in found.items()} for found in (first, second)]
    if sizes[0] != sizes[1]:
        raise OrganizerFault("E225", "the two results", "other examples were answered", "Evaluate both alike.")
    one, two, values = bootstrap(first, draws), bootstrap(second, draws), scores(first)
    found = {}
    for name, value in scores(second).items():
        drawn = two[name] - one[name]
        aside = min(int((drawn <= 0).sum()), int((drawn >= 0).sum()))
        chance = min(1.0, 2 * (aside + 1) / (len(drawn) + 1))
        found[name] = Comparison(interval(value - values[name], drawn), chance)
    return found


def in_order(made: Mapping[str, object]) -> list[str]:
    """Names as the leaderboard has them: the score, then the tasks."""
    return [name for name in (OVERALL, *TASKS) if name in made]


def hidden_counts() -> Mapping[str, leaderboard.Counts]:
    """Hidden examples by split, task and language, as the build put them into the kit; nothing where it did not.

    Raises:
        OrganizerFault: E231 if the file is damaged.

    """
    counts: Mapping[str, leaderboard.Counts] = read_facts(HERE / FACTS_FILE).counts
    return counts


def lines(found: Parts, hidden: Mapping[str, leaderboard.Counts]) -> list[str]:
    """What evaluate.py prints below the scores.

    Args:
        found: what was answered.
        hidden: see `hidden_counts`.

    """
    made = intervals(found)
    rows = [
        f"{name:<10} {made[name].value:8.2f}  95 % interval {made[name].low:.2f} to {made[name].high:.2f}"
        for name in in_order(made)
    ]
    # Two test sets of this size differ by two such errors.
    luck = 1.96 * 2**0.5 * made[OVERALL].deviation
    here = f"noise: on another test set of this size the score would differ by up to {luck:.2f} (95 %)"
    units = {key: leaderboard.unit(part.above, part.below) for key, part in found.items()}
    return [*rows, here, *leaderboard.lines(units, hidden), CAVEAT]


def main(arguments: Sequence[str] | None = None) -> int:
    """One folder: intervals; two: their difference. Every fault is one line."""
    parser = argparse.ArgumentParser(description="Say how much of a score, or of a difference, may be luck.")
    parser.add_argument("results", type=Path)
    parser.add_argument("other", type=Path, nargs="?")
    parser.add_argument("--public", type=Path, default=Path("public_data"))
    given = parser.parse_args(arguments)
    try:
        first = load(given.results, given.public)
        if given.other is None:
            print("\n".join(lines(first, hidden_counts())))
            return 0
        made = compare(first, load(given.other, given.public))
        print(f"{given.other} minus {given.results}:")
        for name in in_order(made):
            gap, chance = made[name].difference, made[name].chance
            print(f"{name:<10} {gap.value:+8.2f}  95 % interval {gap.low:+.2f} to {gap.high:+.2f}  p {chance:.3f}")
        print(CAVEAT)
    except Fault as fault:
        print(fault.line(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
