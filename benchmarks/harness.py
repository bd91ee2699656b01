"""What the harness costs: the same trivial model called in this process, and through parent and child.

Both sides get 100,000 sentence pairs in ten parts and give back one label each. Through the harness that means:
encode the question, send it, decode it in the child, call `predict`, encode, send and decode the answers, check every
one and encode the predictions. Starting the child is left out of the cost per record and reported on its own.

For the share of a real run, an encoder of 12 layers of width 384 computes some of the records in this process, with
random weights, which take as long as trained ones; and a child is started that imports PyTorch and the model's classes.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.result import save
from ingestion_program import answers, folder, timing
from ingestion_program.log import Log
from ingestion_program.questions import Question, question
from xtreme_tasks.files import Row, answer_row, encode_rows
from xtreme_tasks.settings import Limits
from xtreme_tasks.tasks import XNLI

RECORDS, PARTS, ROUNDS = 100_000, 10, 5
ENCODED, BATCH, TOKENS = 640, 32, 32
"""Records that the encoder answers, and sub-words of each: about the length of these sentence pairs."""
WORDS = "the results of the second experiment were not what the authors of the first had hoped to find".split()
MODEL = """
class Submission:
    def __init__(self, folder):
        pass
    def predict(self, task, language, examples):
        longer = [len(example["premise"]) > len(example["hypothesis"]) for example in examples]
        return ["neutral" if first else "entailment" for first in longer]
"""

IMPORTS = (
    """
import torch
from transformers import XLMRobertaForSequenceClassification, XLMRobertaForTokenClassification
"""
    + MODEL
)


def inputs() -> list[list[Row]]:
    """Parts of the size of real ones: about 100 characters of text an example."""
    size = RECORDS // PARTS
    return [
        [
            {"id": f"{part}x{n}", "premise": f"{' '.join(WORDS)} {n}", "hypothesis": f"{' '.join(WORDS[n % 9 :])} {n}"}
            for n in range(size)
        ]
        for part in range(PARTS)
    ]


def timed(work: Callable[[], object]) -> float:
    """Seconds of one call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def direct(model: object, parts: list[list[Row]]) -> None:
    """The model alone, as a script of a team's own would call it with examples that are already in memory."""
    for examples, language in zip(parts, XNLI.languages, strict=False):
        found = model.predict("xnli", language, examples)  # type: ignore[attr-defined]
        assert len(found) == len(examples)


def harness(team: folder.TeamFolder, parts: list[list[Row]], log: Log) -> timing.Run:
    """The same through the harness."""
    asked: list[Question] = [question(XNLI, code, rows) for code, rows in zip(XNLI.languages, parts, strict=False)]
    run = timing.run(team, Limits(), 600.0, asked, log)
    for payload, part in zip(run.payloads, asked, strict=True):
        checked = answers.check(payload, part)
        encode_rows(answer_row(XNLI, *pair) for pair in zip(part.ids, checked, strict=True))
    return run


def encoder_seconds() -> float:
    """Seconds that the encoder takes for a record, with as many threads as PyTorch chooses."""
    import torch

    layer = torch.nn.TransformerEncoderLayer(384, 12, 1536, dropout=0.0, batch_first=True)
    model = torch.nn.TransformerEncoder(layer, 12, enable_nested_tensor=False).eval()
    batch = torch.randn(BATCH, TOKENS, 384)
    with torch.inference_mode():
        model(batch)
        return timed(lambda: [model(batch) for _ in range(ENCODED // BATCH)]) / ENCODED


def start_with_imports(root: Path, log: Log, part: list[Row]) -> float:
    """Seconds until a submission is loaded that imports what a real one imports: with files already in memory."""
    (root / "importing").mkdir()
    (root / "importing" / "submission.py").write_text(IMPORTS)
    team = folder.judge(root / "importing", Limits())
    asked = [question(XNLI, "en", part[:10])]
    return min(timing.run(team, Limits(), 600.0, asked, log).startup for _ in range(2))


def main() -> None:
    """Measure both sides in turn and keep the median of each."""
    parts = inputs()
    names: dict[str, type] = {}
    exec(compile(MODEL, "model", "exec"), names)  # noqa: S102 - the text above, so that both sides run the same code
    model = names["Submission"](None)
    plain, through, startups, clocks = [], [], [], []
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "team").mkdir()
        (root / "team" / "submission.py").write_text(MODEL)
        team, log = folder.judge(root / "team", Limits()), Log(root)
        runs: list[timing.Run] = []
        for _ in range(ROUNDS):
            plain.append(timed(lambda: direct(model, parts)))
            whole = timed(lambda: runs.append(harness(team, parts, log)))
            through.append(whole - runs[-1].startup)
            startups.append(runs[-1].startup)
            clocks.append(sum(runs[-1].parts.values()))
        importing = start_with_imports(root, log, parts[0])
    one, other = statistics.median(plain), statistics.median(through)
    encoding = encoder_seconds()
    figures = {
        "records": RECORDS,
        "in_process_seconds": one,
        "harness_seconds_without_startup": other,
        "startup_seconds": statistics.median(startups),
        "microseconds_a_record": (other - one) / RECORDS * 1e6,
        "of_these_within_the_timed_region": (statistics.median(clocks) - one) / RECORDS * 1e6,
        "encoder_microseconds_a_record": encoding * 1e6,
        "share_of_a_run_of_the_encoder": (other - one) / (encoding * RECORDS),
        "startup_with_imports_seconds": importing,
        "share_of_that_startup_in_the_run": importing / (importing + encoding * RECORDS),
    }
    goal = "harness seconds / in-process seconds for a model that does nothing; at most 30 microseconds a record on top"
    save("harness", other / one, figures, goal)


if __name__ == "__main__":
    main()
