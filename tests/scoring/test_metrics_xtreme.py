"""XTREME's own files: read as XTREME reads them, and its published numbers."""

import os
import random
from pathlib import Path

import pytest

from benchmarks.xtreme_reference import evaluate
from scoring_program.metrics import language_order, score_all, score_codes, score_part
from scoring_program.xtreme_files import read_xtreme
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import answer_row, encode_rows
from xtreme_tasks.tasks import PANX, TASKS, XNLI

BESIDE = Path(__file__).parents[3] / "xtreme" / "mock_test_data"
MOCK = Path(os.environ.get("XTREME_MOCK", BESIDE))
PUBLISHED = {
    "xnli": 30.666666666666668,
    "pawsx": 51.42857142857143,
    "udpos": 70.21746048354693,
    "panx": 57.50793650793652,
}
"""From XTREME's evaluate_test.py."""


@pytest.mark.skipif(
    not MOCK.is_dir(), reason="XTREME's mock_test_data is not at hand: set XTREME_MOCK or put its checkout beside ours"
)
def test_the_published_numbers_to_the_last_bit():
    parts = {}
    for name, task in TASKS.items():
        for language in task.languages:
            files = [f"{side}/{name}/test-{language}.tsv" for side in ("labels", "predictions")]
            parts[name, language] = score_codes(
                task, *(read_xtreme((MOCK / file).read_bytes(), task, file) for file in files)
            )
    assert {name: task.score for name, task in score_all(parts).tasks.items()} == PUBLISHED


def read_by_hand(text):
    """Sentences as XTREME's reader makes them."""
    sentences, sentence = [], []
    for line in text.splitlines():
        if line.strip():
            sentence.append(line.strip())
        else:
            sentences.append(sentence)
            sentence = []
    return [*sentences, sentence] if sentence else sentences


@pytest.mark.parametrize(
    "text",
    [
        "O\nB-PER\n\nI-PER\n\n",
        "O\nB-PER\n\nI-PER",
        "O\nB-PER\n\nI-PER\n",
        "\n\nO\n\n\nB-LOC\n\n",
        "O\r\nB-PER\r\n\r\nI-PER\r\n",
        " O \nB-PER\t\n  \nI-PER\n",
        "\n",
    ],
)
def test_lines_are_read_as_xtreme_reads_them(text):
    codes = read_xtreme(text.encode(), PANX, "x.tsv")
    expected = [[*map(PANX.labels.index, row), len(PANX.labels)] for row in read_by_hand(text)]
    assert codes.tolist() == [code for row in expected for code in row]


@pytest.mark.parametrize(
    ("task", "data", "message"),
    [
        (PANX, b"O\nB-per\n", "E203 x.tsv line 2:"),
        (PANX, b"O\nO\0\n", "E203 x.tsv line 2:"),
        (PANX, b"O\nB-PERSON\n", "E203 x.tsv line 2:"),
        (XNLI, b"neutral\n\nneutral\n", "E203 x.tsv line 2:"),
        (XNLI, b"neutral\nentail\n", "E203 x.tsv line 2:"),
        (XNLI, b"neutral\n\xff\n", "E202 x.tsv:"),
        (XNLI, b"", "E207 x.tsv:"),
        (PANX, b"", "E207 x.tsv:"),
    ],
)
def test_files_that_are_not_labels_are_refused(task, data, message):
    with pytest.raises(OrganizerFault) as fault:
        read_xtreme(data, task, "x.tsv")
    assert fault.value.line().startswith(message)


@pytest.mark.filterwarnings("ignore:.*seems not to be NE tag")
def test_both_forms_and_the_reference_agree(tmp_path):
    rng = random.Random(7)
    lines, rows = {}, {}
    for name, task in TASKS.items():
        for language in task.languages:
            lengths = [rng.randint(1, 6) if task.answer == "tags" else 1 for _ in range(12)]
            for side in ("labels", "predictions"):
                answers = [[rng.choice(task.labels) for _ in range(length)] for length in lengths]
                text = "".join("\n".join(row) + ("\n\n" if task.answer == "tags" else "\n") for row in answers)
                path = tmp_path / side / name / f"test-{language}.tsv"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
                lines[side, name, language] = read_xtreme(text.encode(), task, "x")
                final = [row[0] if task.answer == "label" else row for row in answers]
                rows[side, name, language] = encode_rows(answer_row(task, f"i{i}", row) for i, row in enumerate(final))
    pairs = [(name, language) for name, task in TASKS.items() for language in task.languages]
    by_lines = {
        pair: score_codes(TASKS[pair[0]], lines["labels", *pair], lines["predictions", *pair]) for pair in pairs
    }
    by_rows = {
        pair: score_part(TASKS[pair[0]], rows["labels", *pair], rows["predictions", *pair], "x") for pair in pairs
    }
    assert by_lines == by_rows
    means = evaluate(tmp_path, {name: language_order(task) for name, task in TASKS.items()})
    assert {name: task.score for name, task in score_all(by_rows).tasks.items()} == means
