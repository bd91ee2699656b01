"""Train the linear model: python train.py PUBLIC_FOLDER [--seed N]; writes weights/ beside this file.

Less than a minute on two free cores for the public data of all languages. The same data and seed give the same weights.
"""

import argparse
import json
import os
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

# One thread each: the four tasks are trained side by side, and no sum depends on how threads divide it.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np  # noqa: E402 - reads the variables above when it is imported
from pairs import Pairs  # noqa: E402
from tagger import Tagger  # noqa: E402

# kind of model, the fields it reads, passes over the data, step size; chosen on the dev data
TASKS = {
    "udpos": (Tagger, ("tokens",), 3, 0.1),
    "panx": (Tagger, ("tokens",), 3, 0.1),
    "xnli": (Pairs, ("premise", "hypothesis"), 3, 0.02),
    "pawsx": (Pairs, ("sentence1", "sentence2"), 3, 0.02),
}


def read(public, split, task):
    """language -> (inputs, answers); an input is a list of tokens or a pair of texts."""
    fields, data = TASKS[task][1], {}
    for path in sorted((public / split / "inputs" / task).glob("*.jsonl")):
        inputs = [json.loads(line) for line in path.read_bytes().splitlines()]
        labels = [json.loads(line) for line in (public / split / "labels" / task / path.name).read_bytes().splitlines()]
        simple = [row[fields[0]] if len(fields) == 1 else tuple(row[field] for field in fields) for row in inputs]
        data[path.stem] = simple, [row["tags"] if "tags" in row else row["label"] for row in labels]
    return data


def correct(model, data):
    """Mean over the languages of the percentage of correct labels or tags."""
    shares = []
    for language, (inputs, answers) in data.items():
        found = model.predict(language, inputs)
        if isinstance(model, Tagger):
            found, answers = [tag for tags in found for tag in tags], [tag for tags in answers for tag in tags]
        shares.append(np.mean(np.array(found) == np.array(answers)))
    return 100 * float(np.mean(shares)) if shares else float("nan")


def train(public, task, seed, folder):
    """Train one task, store it, and say how well it does on the dev data."""
    began = time.monotonic()
    kind, _, epochs, rate = TASKS[task]
    data = read(public, "train", task)
    answers = [answer for _, rows in data.values() for answer in rows]
    labels = sorted({label for answer in answers for label in (answer if kind is Tagger else [answer])})
    model = kind(labels, data)
    model.fit(data, epochs, rate, seed)
    stored = model.stored()
    folder.mkdir(exist_ok=True)
    np.savez_compressed(folder / f"{task}.npz", **stored)
    # What is measured is what will run: the stored, rounded weights.
    right = correct(kind.restored(stored), read(public, "dev", task))
    return f"{task}: {right:.1f} % correct on dev, {time.monotonic() - began:.0f} s"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("public", type=Path, help="the public data, with train/ and dev/")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    folder = Path(__file__).resolve().parent / "weights"
    with ProcessPoolExecutor(max_workers=2) as pool:
        runs = [pool.submit(train, options.public, task, options.seed, folder) for task in TASKS]
        for run in runs:
            print(run.result(), flush=True)


if __name__ == "__main__":
    main()
