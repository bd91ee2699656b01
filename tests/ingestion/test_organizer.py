"""What the organizer has to mend: one line, exit code 1, nothing handed out, nothing half written."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingestion_program import admission, run
from ingestion_program.__main__ import main
from tests.ingestion.world import BUNDLE, HONEST, OPEN_KEY, Outcome, World
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.record import sign
from xtreme_tasks.window import check_window

DAY = 86400.0
NOTICES = "open({path!r}, 'w')\n" + HONEST


def refused(world: World, code: str) -> Outcome:
    """Run a submission that would leave a trace, and see that it never ran."""
    trace = world.root / "trace"
    if (world.path("submission")).is_dir():
        (world.path("submission") / "submission.py").write_text(NOTICES.format(path=str(trace)))
    outcome = world.run()
    assert outcome.code == 1
    assert outcome.printed.startswith(code + " ")
    assert outcome.printed.count("\n") == 1
    assert not trace.exists()
    assert set(outcome.files()) <= {"ingestion.log"}
    return outcome


class TestData:
    def test_inputs_sealed_as_reference(self, world: World) -> None:
        world.sealed, world.role = True, "reference"
        refused(world.build(), "E212")

    def test_inputs_with_labels(self, world: World) -> None:
        world.sealed = True
        world.hidden = {"xnli/de.jsonl": b'{"id":"h0","premise":"a","hypothesis":"b","label":"neutral"}\n'}
        assert "inputs/xnli/de.jsonl line 1" in refused(world.build(), "E206").printed

    def test_a_file_of_another_part(self, world: World) -> None:
        world.sealed = True
        world.build()
        inputs = world.path("input") / "inputs"
        shutil.copy(inputs / "xnli/de.jsonl.sealed", inputs / "udpos/en.jsonl.sealed")
        refused(world, "E212")

    def test_changed_bytes(self, world: World) -> None:
        world.sealed = True
        path = world.build().path("input") / "inputs/xnli/de.jsonl.sealed"
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)
        refused(world, "E212")

    def test_no_key(self, world: World) -> None:
        world.sealed = True
        shutil.rmtree(world.build().path("worker"))
        refused(world, "E211")

    @pytest.mark.parametrize("name", ["inputs/xnli/de.jsonl", "preflight/xnli/de.jsonl"])
    def test_an_unreadable_file(self, world: World, name: str) -> None:
        path = world.build().path("input") / name
        path.unlink()
        path.mkdir()
        refused(world, "E201")

    def test_a_missing_file(self, world: World) -> None:
        (world.build().path("input") / "inputs/xnli/de.jsonl").unlink()
        refused(world, "E201")

    def test_no_public_examples_only_loads(self, world: World) -> None:
        shutil.rmtree(world.build().path("input") / "preflight")
        assert world.run().record().verdict == "ok"

    def test_fewer_examples_than_the_settings_say(self, world: World) -> None:
        world.hidden = {"xnli/de.jsonl": b'{"id":"h0","premise":"a","hypothesis":"b"}\n'}
        assert "1 examples, the settings say 4" in refused(world.build(), "E207").printed

    def test_the_program_of_scoring(self, world: World) -> None:
        path = world.build().path("program") / "program.json"
        path.write_text(path.read_text().replace("ingestion", "scoring"))
        refused(world, "E212")

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ('"seconds":30.0', '"seconds":NaN'),
            ('"seconds":30.0', '"seconds":"30"'),
            ('"repeats":1', '"repeats":0'),
            ('"repeats":1', '"repeat":1'),
            ('"xnli":["de"]', '"xnli":["xx"]'),
            (OPEN_KEY.hex(), "not hex"),
            (OPEN_KEY.hex(), ""),
            ("{", "["),
        ],
    )
    def test_settings(self, world: World, old: str, new: str) -> None:
        path = world.build().path("input") / "phase.json"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        refused(world, "E231")

    def test_a_required_protection_is_missing(self, world: World) -> None:
        world.sealed, world.settings = True, {"require": ("subreaper", "moat")}
        assert "moat" in refused(world.build(), "E214").printed

    def test_the_network_must_be_off(self, world: World) -> None:
        world.sealed, world.settings = True, {"require": ("network-off",)}
        without = ["unshare", "--net"]
        if subprocess.run([*without, "true"], check=False, capture_output=True).returncode != 0:
            pytest.skip("only root can make a network namespace")
        record = world.build().run(before=without).record()
        assert (record.verdict, record.environment["network"]) == ("ok", "off")
        assert "network-off" in record.protections

    def test_a_required_protection_is_in_force(self, world: World) -> None:
        world.sealed, world.settings = True, {"require": ("subreaper", "parent-not-dumpable", "no-new-privileges")}
        assert world.build().run().record().verdict == "ok"


class TestWindow:
    def test_not_yet_open(self, world: World) -> None:
        world.sealed, world.settings = True, {"start": time.time() + DAY}
        refused(world.build(), "E213")

    def test_closed(self, world: World) -> None:
        world.sealed, world.settings = True, {"start": 1.0, "end": time.time() - DAY, "grace": DAY / 2}
        refused(world.build(), "E213")

    def test_a_permit_opens_it(self, world: World) -> None:
        world.sealed, world.settings = True, {"end": 1.0}
        world.build().permit(42, 2)
        record = world.run().record()
        assert (record.verdict, len(record.durations)) == ("ok", 2)

    def test_a_permit_of_another_submission(self, world: World) -> None:
        world.sealed, world.settings = True, {"end": 1.0}
        world.build().permit(41, 2)
        refused(world, "E222")

    def test_a_forged_permit(self, world: World) -> None:
        world.sealed, world.settings = True, {"end": 1.0}
        world.build().permit(42, 2)
        path = world.path("worker") / BUNDLE / "permits" / "42.json"
        path.write_bytes(sign({"submission": 42, "repeats": 2}, "permit", bytes(64)))
        refused(world, "E222")

    def test_edges(self, world: World) -> None:
        settings = replace(world.phase(), start=100.0, end=200.0, grace=10.0)
        for moment in (100.0, 200.0, 210.0):
            check_window(settings, moment)
        for moment in (99.9, 210.1):
            with pytest.raises(OrganizerFault, match="E213"):
                check_window(settings, moment)
        check_window(replace(settings, start=0.0, end=0.0), 1e12)

    def test_no_number_no_permit(self, world: World) -> None:
        assert admission.read_permit(world.root, BUNDLE, 0, bytes(64)) is None


class TestOutput:
    def test_planted_files_are_removed_and_links_not_followed(self, world: World) -> None:
        output = world.build().path("output")
        precious = world.root / "precious"
        precious.mkdir()
        (precious / "file").write_text("keep")
        (output / "predictions/xnli").mkdir(parents=True)
        (output / "predictions/xnli/ar.jsonl").write_text("planted")
        (output / "run_record.json").symlink_to(precious / "file")
        (output / "ingestion.log").symlink_to(precious / "file")
        (output / "linked").symlink_to(precious, target_is_directory=True)
        (output / "started_record.json").mkdir()
        os.mkfifo(output / "pipe")
        for depth in range(1, 1100):  # one by one: deeper than Python may recurse
            Path(f"{output}{'/d' * depth}").mkdir()
        (output / "closed").mkdir(mode=0o000)
        outcome = world.run()
        assert outcome.record().verdict == "ok"
        assert outcome.files() == [
            "ingestion.log",
            "predictions/udpos/en.jsonl",
            "predictions/xnli/de.jsonl",
            "run_record.json",
            "started_record.json",
        ]
        assert (precious / "file").read_text() == "keep"

    @pytest.mark.parametrize("arguments", [["--no-such"], ["--input"]])
    def test_wrong_arguments(self, world: World, arguments: list[str]) -> None:
        outcome = world.build().run(*arguments)
        assert (outcome.code, outcome.printed[:4], outcome.errors) == (1, "E233", "")


@pytest.fixture
def small_disk(world: World) -> Iterator[World]:
    world.path("output").mkdir()
    yield world
    subprocess.run(["umount", str(world.path("output"))], check=False, capture_output=True)


@pytest.mark.parametrize(
    ("pages", "left"),
    [(1, ["ingestion.log"]), (3, ["ingestion.log", "started_record.json"])],
)
def test_a_full_disk(small_disk: World, pages: int, left: list[str]) -> None:
    output: Path = small_disk.path("output")
    options = f"size={pages * os.sysconf('SC_PAGE_SIZE')}"
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(output)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("a small file system can only be mounted by root")
    outcome = small_disk.build().run()
    assert (outcome.code, outcome.printed[:4]) == (1, "E232")
    assert outcome.files() == left
    if "started_record.json" in left:
        assert outcome.started().verdict == "E141"


def test_an_internal_error_is_one_line(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr(run.isolation, "protect_parent", lambda: ())
    monkeypatch.setattr(run, "prepare", broken)
    assert main(["--output", str(world.path("output"))]) == 1
    printed = capsys.readouterr()
    assert printed.out.startswith("E239 ingestion: an internal error (RuntimeError).")
    assert (printed.out.count("\n"), printed.err) == (1, "")
    log = (world.path("output") / "ingestion.log").read_text()
    assert "Traceback" in log
    assert "RuntimeError: two" in log
