"""Count the public training data: python train.py PUBLIC_FOLDER; writes weights/lexicon.json beside this file."""

import argparse
import json
from collections import Counter, defaultdict
from pathlib import Path

from lexicon import PAIR_FIELDS, keys, most_frequent, overlap


def rows(public, task):
    """(language, example with its answer) of every training example."""
    for path in sorted((public / "train" / "inputs" / task).glob("*.jsonl")):
        answers = public / "train" / "labels" / task / path.name
        for line, answer in zip(path.read_bytes().splitlines(), answers.read_bytes().splitlines(), strict=True):
            yield path.stem, json.loads(line) | json.loads(answer)


def count_words(public, task):
    """language -> key of a word -> its most frequent tag."""
    counts = defaultdict(lambda: defaultdict(Counter))
    for language, row in rows(public, task):
        for word, tag in zip(row["tokens"], row["tags"], strict=True):
            for key in keys(word):
                counts[language][key][tag] += 1
    return {language: smallest(table) for language, table in counts.items()}


def smallest(counts):
    """The most frequent answers by key, leaving out what the next key would answer anyway: half the size."""
    best = {key: most_frequent(answers) for key, answers in counts.items()}
    kept = {}
    for key, answer in best.items():
        shorter = next((other for other in keys(key[1:])[1:] if other != key and other in best), "")
        if key[:1] != "=" or best[shorter] != answer:
            kept[key] = answer
    return kept


def count_overlaps(public, task):
    """Tenths of overlap -> the most frequent label, all languages together."""
    first, second = PAIR_FIELDS[task]
    counts = defaultdict(Counter)
    for _, row in rows(public, task):
        counts[overlap(row[first], row[second])][row["label"]] += 1
    return {tenth: most_frequent(labels) for tenth, labels in counts.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("public", type=Path, help="the public data, with train/")
    public = parser.parse_args().public
    tables = {task: count_words(public, task) for task in ("udpos", "panx")}
    tables |= {task: count_overlaps(public, task) for task in PAIR_FIELDS}
    weights = Path(__file__).resolve().parent / "weights"
    weights.mkdir(exist_ok=True)
    text = json.dumps(tables, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    (weights / "lexicon.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
