"""Planted faults of the archive, of keys, pages, settings, times and phases."""

from __future__ import annotations

from tests.check.changes import SHEET, append, both, drop, edit, file, inner, put, rename, unedit
from tests.check.draft import DIGEST, VHOST, png
from tests.check.plant import Plant, column, phase, task

LATER = "2027-04-30 12:00:00"
QUESTION = {"key": "method", "type": "text", "title": "M", "selection": "", "is_required": "true"}

ARCHIVE = [
    Plant("C003", "a tab in the YAML", edit("title: A contest", "\ttitle: [A contest"), unedit, "line 2"),
    Plant("C003", "a Python object", edit("title: A contest", "title: !!python/name:os.system x"), unedit, "line 2"),
    Plant("C003", "an impossible date", edit("title: A contest", "title: 2027-13-45"), unedit, "line 2"),
    Plant("C003", "an alias to itself", edit("pages:", "pages: &a [*a]\nmore:"), unedit),
    Plant("C005", "title twice", edit("title: A contest", "title: A contest\ntitle: B"), unedit, "line 3"),
    Plant("C009", "an umlaut", file("bücher.md", b"x"), both(file("bücher.md", None), file("buecher.md", b"x"))),
    Plant("C014", "left-over", file("notes.txt", b"x"), file("notes.txt", None), "notes.txt"),
    Plant(
        "C015",
        "a cache",
        inner("scoring.zip", "__pycache__/a.pyc", b"x"),
        inner("scoring.zip", "__pycache__/a.pyc", None),
    ),
]
KEYS = [
    Plant("C101", "no version", drop("version"), put("version", 2)),
    Plant("C101", "version 1.5", put("version", 1.5), put("version", "2"), "line 1"),
    Plant(
        "C102",
        "misspelt",
        rename(phase("max_submissions"), "max_submission"),
        rename(phase("max_submission"), "max_submissions"),
    ),
    Plant("C102", "at the wrong level", put("starting_kit", "kit.zip"), drop("starting_kit")),
    Plant(
        "C102",
        "documented only",
        put(phase("accepts_only_result_submissions"), True),
        drop(phase("accepts_only_result_submissions")),
    ),
    Plant("C102", "a column's key", put(column("precison"), 3), rename(column("precison"), "precision")),
    Plant("C103", "a switch with a word", put("forum_enabled", "maybe"), put("forum_enabled", True), "line"),
    Plant(
        "C103",
        "a number with a word",
        put(phase("execution_time_limit"), "an hour"),
        put(phase("execution_time_limit"), 900),
    ),
    Plant("C103", "a list for a text", put("title", ["A"]), put("title", "A")),
    Plant("C103", "a text for a list", put(phase("tasks"), "0"), put(phase("tasks"), [0])),
    Plant("C104", "a page as a word", append("pages", "overview"), drop(("pages", 1))),
]
PAGES = [
    Plant("C111", "no title", drop("title"), put("title", "Another")),
    Plant("C111", "long title", put("title", "x" * 257), put("title", "x" * 256)),
    Plant("C112", "no image", drop("image"), put("image", "logo.png")),
    Plant("C112", "image not packed", put("image", "other.png"), file("other.png", png(9, 9))),
    Plant("C113", "text as image", file("logo.png", b"<svg/>"), file("logo.png", png(9, 9)), "logo.png"),
    Plant("C113", "no pixels", file("logo.png", png(0, 0)), file("logo.png", png(9, 9))),
    Plant(
        "C122",
        "wrong suffix",
        both(file("logo.jpg", png()), put("image", "logo.jpg")),
        both(file("logo.png", png()), put("image", "logo.png")),
    ),
    Plant("C114", "poster", file("logo.png", png(5000, 2)), file("logo.png", png(500, 2))),
    Plant("C115", "no terms", drop("terms"), put("terms", "terms.md")),
    Plant("C115", "terms not packed", put("terms", "t.md"), file("t.md", b"Be fair.")),
    Plant("C116", "no pages", drop("pages"), put("pages", [{"title": "O", "file": "pages/overview.md"}])),
    Plant("C117", "page without file", drop(("pages", 0, "file")), put(("pages", 0, "file"), "pages/overview.md")),
    Plant("C117", "page not packed", put(("pages", 0, "file"), "p.md"), file("p.md", b"# P")),
    Plant("C117", "page without title", drop(("pages", 0, "title")), put(("pages", 0, "title"), "O")),
    Plant("C118", "empty page", file("pages/overview.md", b""), file("pages/overview.md", b"text")),
    Plant("C118", "blank terms", file("terms.md", b" \n"), file("terms.md", b"text")),
    Plant("C119", "Latin-1 page", file("pages/overview.md", b"\xfcber"), file("pages/overview.md", "über".encode())),
    Plant(
        "C120",
        "picture beside the page",
        file("pages/overview.md", b"a\n![x](x.png)"),
        file("pages/overview.md", b"![x](https://example.org/x.png)"),
        "line 2",
    ),
    Plant(
        "C121",
        "absolute page",
        put(("pages", 0, "file"), "/etc/passwd"),
        put(("pages", 0, "file"), "pages/overview.md"),
    ),
    Plant("C121", "data outside", put(task("input_data"), "../input.zip"), put(task("input_data"), "input_one.zip")),
]
SETTINGS = [
    Plant("C131", "no image", drop("docker_image"), put("docker_image", f"a@{DIGEST}")),
    Plant("C132", "long image", put("docker_image", f"{'r' * 60}@{DIGEST}"), put("docker_image", f"r@{DIGEST}")),
    Plant("C132", "command as image", put("docker_image", "image; ls"), put("docker_image", f"image@{DIGEST}")),
    Plant("C133", "a tag", put("docker_image", "image:1.0"), put("docker_image", f"image:1.0@{DIGEST}")),
    Plant("C134", "no queue", drop("queue"), put("queue", VHOST)),
    Plant("C135", "queue by name", put("queue", "my-queue"), put("queue", VHOST)),
    Plant("C136", "no address", put("contact_email", "the organizers"), put("contact_email", "a@b.example")),
    Plant("C137", "long reward", put("reward", "$" * 257), put("reward", "$1000")),
    Plant("C138", "another type", put("competition_type", "contest"), put("competition_type", "benchmark")),
    Plant(
        "C139",
        "prizes for all",
        both(put("reward", "1 kg"), put("registration_auto_approve", True)),
        put("registration_auto_approve", False),
    ),
    Plant(
        "C140",
        "default",
        drop("can_participants_make_submissions_public"),
        put("can_participants_make_submissions_public", False),
    ),
    Plant("C141", "programs offered", put("make_programs_available", True), put("make_programs_available", False)),
    Plant("C142", "detail pages", put("enable_detailed_results", True)),
    Plant("C143", "by hand", put("auto_run_submissions", False), put("auto_run_submissions", True)),
    Plant("C151", "missing keys", put(SHEET, QUESTION), put((*SHEET, "is_on_leaderboard"), "false")),
    Plant("C151", "a word", put(SHEET, "text"), put(SHEET, {**QUESTION, "is_on_leaderboard": "false"})),
    Plant("C152", "another key", put((*SHEET, "key"), "m"), put((*SHEET, "key"), "method")),
    Plant("C153", "another type", put((*SHEET, "type"), "number"), put((*SHEET, "type"), "text")),
    Plant("C154", "select without list", put((*SHEET, "type"), "select"), put((*SHEET, "selection"), ["a", "b"])),
    Plant(
        "C154", "checkbox without both", put((*SHEET, "type"), "checkbox"), put((*SHEET, "selection"), [True, False])
    ),
    Plant("C155", "bare switch", put((*SHEET, "is_required"), True), put((*SHEET, "is_required"), "true")),
    Plant(
        "C156",
        "two words",
        both(rename(SHEET, "my method"), put(("fact_sheet", "my method", "key"), "my method")),
        both(rename(("fact_sheet", "my method"), "method"), put((*SHEET, "key"), "method")),
    ),
]
TIMES = [
    Plant("C201", "no start", drop(phase("start")), put(phase("start"), "2027-02-01 08:00:00")),
    Plant("C202", "a number", put(phase("start"), 20270201), put(phase("start"), "2027-02-01")),
    Plant("C202", "a word", put(phase("start"), "soon"), put(phase("start"), "2027-02-01")),
    Plant("C203", "unquoted", edit("'2027-02-01 09:00:00'", "2027-02-01 09:00:00"), unedit, "competition.yaml line"),
    Plant("C203", "unquoted with offset", edit("'2027-02-01 09:00:00'", "2027-02-01T09:00:00+02:00"), unedit),
    Plant(
        "C204", "offset", put(phase("start"), "2027-02-01T09:00:00+02:00"), put(phase("start"), "2027-02-01 07:00:00")
    ),
    Plant("C205", "American", put(phase("start"), "02/03/2027 9 am"), put(phase("start"), "2027-02-03 09:00:00")),
    Plant("C206", "ends first", put(phase("end", 1), "2027-02-28 23:59:30"), put(phase("end", 1), LATER)),
    Plant("C206", "unquoted end of one day", edit("'2027-02-28 23:59:00'", "2027-02-01 23:59:00"), unedit),
    Plant("C207", "open end", drop(phase("end")), put(phase("end"), "2027-02-20 00:00:00")),
    Plant("C208", "overlap", put(phase("end"), "2027-03-02 00:00:00"), put(phase("end"), "2027-02-28 23:59:59")),
    Plant("C208", "touch", put(phase("end"), "2027-03-01 00:00:00"), put(phase("end"), "2027-02-28 23:59:00")),
    Plant("C208", "overlap by index", both(put(phase("index"), 5)), put(phase("index"), 0)),
    Plant(
        "C209",
        "last year",
        both(
            *(
                put(phase(key, n), f"2026-0{2 * n + e + 1}-01 00:00:00")
                for n in (0, 1)
                for e, key in enumerate(("start", "end"))
            )
        ),
        put(phase("end", 1), LATER),
    ),
    Plant("C210", "endless", drop(phase("end", 1)), put(phase("end", 1), LATER)),
    Plant("C211", "a stranger's programs", inner("ingestion.zip", "program.json", None)),
]
PHASES = [
    Plant("C221", "no phases", drop("phases")),
    Plant("C222", "no name", drop(phase("name")), put(phase("name"), "A")),
    Plant("C222", "long name", put(phase("name"), "x" * 257), put(phase("name"), "x")),
    Plant("C223", "same index", put(phase("index", 1), 0), put(phase("index", 1), 1)),
    Plant("C223", "listed backwards", lambda draft: draft.phases.reverse(), lambda draft: draft.phases.reverse()),
    Plant("C224", "same name", put(phase("name", 1), "First"), put(phase("name", 1), "Second")),
    Plant("C225", "no task", drop(phase("tasks")), put(phase("tasks"), [0])),
    Plant("C226", "two tasks", put(phase("tasks"), [0, 1]), put(phase("tasks"), [0])),
    Plant("C227", "unknown task", put(phase("tasks"), [7]), put(phase("tasks"), [0])),
    Plant("C227", "index as text", put(phase("tasks"), ["0"]), put(phase("tasks"), [0])),
    Plant(
        "C228",
        "migration",
        put(phase("auto_migrate_to_this_phase", 1), True),
        put(phase("auto_migrate_to_this_phase", 1), False),
    ),
    Plant("C229", "shown", put(phase("hide_output"), False), put(phase("hide_output"), True)),
    Plant("C229", "shown by default", drop(phase("hide_output")), put(phase("hide_output"), True)),
    Plant("C230", "default of attempts", drop(phase("max_submissions")), put(phase("max_submissions"), 1)),
    Plant(
        "C231", "default of the day", drop(phase("max_submissions_per_day")), put(phase("max_submissions_per_day"), 2)
    ),
    Plant("C232", "no limit at all", put(phase("max_submissions"), 0), put(phase("max_submissions"), 1)),
    Plant("C238", "negative", put(phase("execution_time_limit"), -1), put(phase("execution_time_limit"), 600)),
    Plant("C233", "default of time", drop(phase("execution_time_limit")), put(phase("execution_time_limit"), 600)),
    Plant("C234", "cap of the shared queue", drop("queue"), put("queue", VHOST)),
    Plant(
        "C235",
        "above the broker's default",
        put(phase("execution_time_limit"), 4800),
        put(phase("execution_time_limit"), 1800),
    ),
    Plant(
        "C236",
        "above the broker",
        put(phase("execution_time_limit"), 200_000),
        put(phase("execution_time_limit"), 1800),
    ),
    Plant("C237", "no kit", drop(phase("starting_kit")), put(phase("starting_kit"), "kit.zip")),
]
PLANTS = [*ARCHIVE, *KEYS, *PAGES, *SETTINGS, *TIMES, *PHASES]
