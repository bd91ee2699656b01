"""What to expect of a language without training data: train without some languages, score on them.

    python crossval.py --encoder tiny --steps 100 --folds 4      # each language is left out once, in four trainings
    python crossval.py --folds 0 --languages en,de,sw,th         # one training for each language

All other options are train.py's. English always stays in: the real data are English first. One JSON file for each
fold; a killed run goes on with the next fold.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import mean, stdev

import data
import tracker
from dev_scores import dev_report
from inference import Predictor
from options import AT_LEAST_0, AT_LEAST_1, option, parse_list, parse_options, take
from plan import parse_shares
from train import Settings as Training
from train import train

from xtreme_tasks.faults import Fault, OrganizerFault
from xtreme_tasks.files import dumps, write_whole

ALWAYS = "en"
FINISHED = "fold.json"
Rows = dict[str, dict[str, float]]
"""Score by task and language."""


@dataclass(frozen=True)
class Settings(Training):
    """Options of the command line: those of a training, and how it is repeated."""

    out: str = option("crossval", "folder of the folds")
    folds: int = option(5, "groups of languages; 0: one language at a time", AT_LEAST_0)
    dev: int = option(200, "dev examples of each task and language left out to score", AT_LEAST_1)


def folds(languages: Sequence[str], count: int, seed: int) -> list[tuple[str, ...]]:
    """Every language but English in exactly one group.

    Args:
        languages: of the training data.
        count: groups; 0 or more than there are languages: one language each.
        seed: shuffles; the same seed gives the same groups.

    Raises:
        OrganizerFault: E207 if nothing is left to leave out, or to train on.

    """
    others = sorted(set(languages) - {ALWAYS})
    if not others or (ALWAYS not in languages and len(others) < 2):
        raise OrganizerFault("E207", "--languages", "too few languages to leave one out")
    random.Random(seed).shuffle(others)  # noqa: S311 - reproducible on purpose
    count = min(count or len(others), len(others))
    if ALWAYS not in languages:
        count = max(count, 2)
    return [tuple(sorted(others[start::count])) for start in range(count)]


def run(settings: Settings) -> Rows:
    """Train and score every fold that is not finished; returns scores of languages that the model had not seen.

    Raises:
        OrganizerFault: see `train.train` and `folds`.

    """
    chosen = parse_list(settings.languages)
    tables = data.load(Path(settings.public), "train", list(parse_shares(settings.tasks)), chosen)
    data.check_languages(tables, chosen)
    languages = sorted({code for table in tables.values() for code in set(table["language"])})
    digest = json.dumps({**asdict(settings), "out": "", "public": "", "data": data.digest(tables)}, sort_keys=True)
    unseen: Rows = {}
    for left_out in folds(languages, settings.folds, settings.seed):
        place = Path(settings.out) / "-".join(left_out)
        for task, row in _fold(settings, place, left_out, languages, digest).items():
            unseen.setdefault(task, {}).update(row)
    return unseen


def _fold(settings: Settings, place: Path, left_out: Sequence[str], languages: Sequence[str], digest: str) -> Rows:
    """One training; what was finished with the same settings and data is read back."""
    finished = place / FINISHED
    if finished.is_file():
        kept = json.loads(finished.read_bytes())
        if kept["of"] == digest:
            return kept["unseen"]  # type: ignore[no-any-return]  # written below
    seen = ",".join(code for code in languages if code not in left_out)
    train(replace(take(Training, settings), out=str(place), languages=seen, dev=0))
    tasks = list(parse_shares(settings.tasks))
    report = dev_report(Predictor(place / "model"), Path(settings.public), tasks, left_out, settings.dev).as_dict()
    unseen = {task: part["languages"] for task, part in report.get("tasks", {}).items()}
    write_whole(finished, dumps({"of": digest, "unseen": unseen}).encode() + b"\n")
    (place / "checkpoint.pt").unlink(missing_ok=True)
    result = json.loads((place / "result.json").read_bytes())
    used = {name: result[name] for name in ("data", "seconds", "processor_seconds", "energy", "peak_mib")}
    tracker.log("crossval", {"settings": {**asdict(settings), "left_out": ",".join(left_out)}, **used, "dev": report})
    return unseen


def lines(unseen: Rows) -> list[str]:
    """A line for each task: the mean over unseen languages, its standard error, and the languages."""
    made = []
    for task, row in unseen.items():
        spread = f" +- {1.96 * stdev(row.values()) / len(row) ** 0.5:.2f}" if len(row) > 1 else ""
        each = "  ".join(f"{code} {score:.1f}" for code, score in sorted(row.items()))
        made.append(f"{task:<6}{mean(row.values()):7.2f}{spread}  {each}")
    if unseen:
        made.append(f"score {mean(mean(row.values()) for row in unseen.values()):7.2f}  (languages not trained on)")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; every fault is one line."""
    try:
        print("\n".join(lines(run(parse_options(Settings, arguments, "Score on languages not trained on.")))))
    except Fault as fault:
        print(fault.line(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
