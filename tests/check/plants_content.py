"""Planted faults of tasks, programs, leaderboard and secrecy."""

from __future__ import annotations

from tests.check.changes import BOARD, COLUMNS, append, both, drop, file, inner, put, rename, whole
from tests.check.draft import VHOST, sealed
from tests.check.plant import Plant, column, phase, task

SECRET = b"-----BEGIN " + b"RSA PRIVATE KEY-----\nabc\n"  # in two pieces: nothing in the repository may look like a key

TASKS = [
    Plant("C301", "no tasks", drop("tasks")),
    Plant("C302", "no index", drop(task("index")), put(task("index"), 0)),
    Plant("C302", "same index", put(task("index", 1), 0), put(task("index", 1), 1)),
    Plant("C303", "unused", put(phase("tasks", 1), [0]), put(phase("tasks", 1), [1])),
    Plant("C304", "no name", drop(task("name")), put(task("name"), "t")),
    Plant("C305", "no scoring", drop(task("scoring_program")), put(task("scoring_program"), "scoring.zip")),
    Plant(
        "C306", "not packed", whole("reference_one.zip", None), whole("reference_one.zip", {"l.bin": sealed("l" * 40)})
    ),
    Plant("C307", "by key", put(task("input_data"), VHOST), put(task("input_data"), "input_one.zip")),
    Plant("C307", "task by key", put(task("key"), VHOST), drop(task("key"))),
    Plant(
        "C308",
        "during scoring",
        put(task("ingestion_only_during_scoring"), True),
        put(task("ingestion_only_during_scoring"), False),
    ),
    Plant("C309", "no ingestion", drop(task("ingestion_program")), put(task("ingestion_program"), "ingestion.zip")),
    Plant("C310", "no reference", drop(task("reference_data")), put(task("reference_data"), "reference_one.zip")),
    Plant("C310", "no input", drop(task("input_data")), put(task("input_data"), "input_one.zip")),
    Plant(
        "C311",
        "a text as zip",
        both(whole("input_one.zip", None), file("input_one.zip", b"text")),
        both(file("input_one.zip", None), whole("input_one.zip", {"a.bin": sealed("a")})),
    ),
    Plant("C312", "empty kit", whole("kit.zip", {}), whole("kit.zip", {"submission.py": b"pass"})),
    Plant(
        "C313",
        "one folder",
        whole("input_one.zip", {"data/a": sealed("a")}),
        whole("input_one.zip", {"a": sealed("a")}),
    ),
    Plant(
        "C314",
        "incomplete solution",
        put("solutions", [{"index": 0, "path": "kit.zip"}]),
        put(("solutions", 0, "tasks"), [0]),
    ),
    Plant(
        "C314",
        "solution of no task",
        put("solutions", [{"index": 0, "path": "kit.zip", "tasks": [9]}]),
        put(("solutions", 0, "tasks"), [0]),
    ),
    Plant(
        "C315",
        "labels as input",
        put(task("input_data"), "reference_one.zip"),
        put(task("input_data"), "input_one.zip"),
    ),
]
PROGRAMS = [
    Plant(
        "C331",
        "nested",
        whole("scoring.zip", {"scoring/metadata.yaml": b"command: python3 a.py", "scoring/a.py": b""}),
        whole("scoring.zip", {"metadata.yaml": b"command: python3 a.py", "a.py": b""}),
    ),
    Plant(
        "C332",
        "no metadata",
        inner("scoring.zip", "metadata.yaml", None),
        inner("scoring.zip", "metadata", b"command: python3 -m score"),
    ),
    Plant(
        "C333",
        "no command",
        inner("scoring.zip", "metadata.yaml", b"description: x"),
        inner("scoring.zip", "metadata.yaml", b"command: python3 -m score"),
    ),
    Plant(
        "C333",
        "broken metadata",
        inner("scoring.zip", "metadata.yaml", b"command: ["),
        inner("scoring.zip", "metadata.yaml", b"command: python3 -m score"),
    ),
    *(
        Plant(
            "C334",
            command,
            inner("scoring.zip", "metadata.yaml", f"command: {command}".encode()),
            inner("scoring.zip", "metadata.yaml", b"command: python3 -m score $input $output"),
        )
        for command in (
            "cd /app && python3 -m score",
            "python3 -m score > log",
            "python3 -m score $HOME",
            "export A=1; ls",
            "python3 'a",
        )
    ),
    Plant("C335", "no file", inner("ingestion.zip", "main.py", None), inner("ingestion.zip", "main.py", b"pass")),
    Plant(
        "C335",
        "no module",
        inner("scoring.zip", "score/__main__.py", None),
        inner("scoring.zip", "score/__main__.py", b"'score', 'duration', 'f1'"),
    ),
    Plant(
        "C335",
        "absolute file",
        inner("scoring.zip", "metadata.yaml", b"command: python3 /app/program/x.py"),
        inner("scoring.zip", "x.py", b"pass"),
    ),
    Plant(
        "C335",
        "own script",
        inner("scoring.zip", "metadata.yaml", b"command: ./run.sh"),
        inner("scoring.zip", "run.sh", b"#!/bin/sh\n"),
    ),
    Plant(
        "C336",
        "Python 2",
        inner("scoring.zip", "score/old.py", b"a = 1\nprint 'x'\n"),
        inner("scoring.zip", "score/old.py", b"print('x')\n"),
        "score/old.py",
    ),
    Plant(
        "C336",
        "return outside",
        inner("scoring.zip", "score/old.py", b"return 1\n"),
        inner("scoring.zip", "score/old.py", b"x = 1\n"),
    ),
    Plant(
        "C337",
        "numpy",
        inner("scoring.zip", "score/a.py", b"import numpy.linalg\n"),
        inner("scoring.zip", "score/a.py", b"import math\n"),
    ),
    Plant(
        "C338", "two metadata", inner("scoring.zip", "metadata", b"command: ls"), inner("scoring.zip", "metadata", None)
    ),
    Plant(
        "C339",
        "kit with a command",
        inner("kit.zip", "a/metadata.yaml", b"command: python3 x.py"),
        inner("kit.zip", "a/metadata.yaml", b"description: x"),
    ),
]
LEADERBOARD = [
    Plant("C401", "no leaderboard", rename("leaderboards", "leaderboard"), rename("leaderboard", "leaderboards")),
    Plant("C402", "two", append("leaderboards", {"title": "B", "key": "b", "columns": []}), drop(("leaderboards", 1))),
    Plant("C403", "long title", put((*BOARD, "title"), "x" * 65), put((*BOARD, "title"), "x" * 64)),
    Plant("C403", "no key", drop((*BOARD, "key")), put((*BOARD, "key"), "main")),
    Plant("C404", "no columns", put(COLUMNS, []), put(COLUMNS, [{"title": "Score", "key": "score", "index": 0}])),
    Plant("C405", "long column", put(column("title"), "Score" + "x" * 32), put(column("title"), "Score" + "x" * 31)),
    Plant("C405", "no key", drop(column("key")), put(column("key"), "score")),
    Plant("C406", "no index", drop(column("index", 1)), put(column("index", 1), 1)),
    Plant("C407", "same key", put(column("key", 1), "score"), put(column("key", 1), "duration")),
    Plant("C407", "same index", put(column("index", 1), 0), put(column("index", 1), 1)),
    Plant("C408", "descending", put(column("sorting"), "descending"), put(column("sorting"), "desc")),
    Plant("C409", "time up", drop(column("sorting", 1)), put(column("sorting", 1), "asc")),
    Plant("C409", "F1 down", put(column("sorting", 2), "asc"), put(column("sorting", 2), "desc")),
    Plant("C410", "no primary", put((*BOARD, "primary_index"), 9), put((*BOARD, "primary_index"), 2)),
    Plant("C410", "from one", put(column("index"), 7), put((*BOARD, "primary_index"), 7)),
    Plant("C411", "hidden primary", put(column("hidden"), True), put(column("hidden"), False)),
    Plant(
        "C412",
        "unknown function",
        both(put(column("computation", 2), "mean"), put(column("computation_indexes", 2), [0])),
        put(column("computation", 2), "avg"),
    ),
    Plant("C412", "of nothing", put(column("computation", 2), "avg"), put(column("computation_indexes", 2), [0, 1])),
    Plant(
        "C412",
        "of itself",
        both(put(column("computation", 2), "avg"), put(column("computation_indexes", 2), [0, 2])),
        put(column("computation_indexes", 2), [0]),
    ),
    Plant(
        "C412",
        "of the unknown",
        both(put(column("computation", 2), "avg"), put(column("computation_indexes", 2), [8])),
        put(column("computation_indexes", 2), [0]),
    ),
    Plant(
        "C412", "without function", put(column("computation_indexes", 2), [0]), drop(column("computation_indexes", 2))
    ),
    Plant("C413", "twelve decimals", put(column("precision"), 12), put(column("precision"), 10)),
    Plant(
        "C414",
        "unknown rule",
        put((*BOARD, "submission_rule"), "Force_First"),
        put((*BOARD, "submission_rule"), "Force_Best"),
    ),
    Plant("C415", "by hand", drop((*BOARD, "submission_rule")), put((*BOARD, "submission_rule"), "Force_Last")),
    Plant("C416", "hidden column", put(column("hidden", 1), True), put(column("hidden", 1), False)),
    Plant(
        "C421",
        "no score",
        put(column("key", 2), "macro_f1"),
        inner("scoring.zip", "score/more.py", b"KEY = 'macro_f1'\n"),
    ),
    Plant(
        "C422",
        "no column",
        inner("scoring.zip", "score/more.py", b"S = {'score': 1, 'f1': 2, 'recall': 3}\n"),
        append(COLUMNS, {"title": "Recall", "key": "recall", "index": 3}),
    ),
]
ROW = b'{"id":"a","text":"b","label":"yes"}\n'
SECRECY = [
    Plant(
        "C501",
        "labels in rows",
        inner("input_one.zip", "test.jsonl", ROW),
        inner("input_one.zip", "test.jsonl", b'{"id":"a","text":"b"}\n'),
        "test.jsonl",
    ),
    Plant(
        "C501",
        "labels in a list",
        inner("input_one.zip", "test.json", b'[{"id":1,"tags":["A"]}]'),
        inner("input_one.zip", "test.json", b'[{"id":1,"tags":null}]'),
    ),
    Plant(
        "C501",
        "labels in a table",
        inner("input_one.zip", "test.csv", b"id,text,Label\n1,a,b\n"),
        inner("input_one.zip", "test.csv", b"id,text\n1,a\n"),
    ),
    Plant(
        "C502",
        "truth",
        inner("input_one.zip", "test_truth.bin", sealed("x")),
        both(inner("input_one.zip", "test_truth.bin", None), inner("input_one.zip", "test.bin", sealed("x"))),
    ),
    Plant(
        "C503",
        "the archive itself",
        put(task("input_data"), "reference_one.zip"),
        put(task("input_data"), "input_one.zip"),
    ),
    Plant(
        "C503",
        "published as a kit",
        put(phase("starting_kit"), "reference_one.zip"),
        put(phase("starting_kit"), "kit.zip"),
    ),
    Plant(
        "C501",
        "a long list of labels",
        inner("input_one.zip", "test.json", b"[" + b'{"id":1,"tags":["A"]},' * 9000 + b"{}]"),
        inner("input_one.zip", "test.json", b'[{"id":1}]'),
    ),
    Plant(
        "C501",
        "columns",
        inner("input_one.zip", "test.json", b'{"text":["a"],\n"label":["b"]}'),
        inner("input_one.zip", "test.json", b'{"text":["a"],\n"target":5}'),
    ),
    *(
        Plant(
            "C503",
            f"copy in {archive}",
            inner(archive, "copy.bin", sealed("labels one " * 9)),
            inner(archive, "copy.bin", None),
            "copy.bin",
        )
        for archive in ("input_two.zip", "public.zip", "kit.zip", "ingestion.zip")
    ),
    Plant(
        "C504",
        "a private key",
        inner("kit.zip", "notes.txt", b"x\n" + SECRET),
        inner("kit.zip", "notes.txt", None),
        "notes.txt",
    ),
    Plant("C504", "a file of keys", file("worker/keys.json", b"{}"), file("worker/keys.json", None)),
    Plant(
        "C505",
        "readable labels",
        inner("reference_one.zip", "labels.bin", b"yes\nno\n"),
        inner("reference_one.zip", "labels.bin", sealed("yes\nno\n")),
    ),
]
PLANTS = [*TASKS, *PROGRAMS, *LEADERBOARD, *SECRECY]
