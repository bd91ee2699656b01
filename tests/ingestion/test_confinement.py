"""The parts around the filters: what is reached, what is left behind, and what happens where a filter is missing."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion_program import landlock, leftovers, probe, reach
from ingestion_program.confinement import Confinement
from ingestion_program.gauge import UNCALIBRATED
from ingestion_program.isolation import EXPECTED, Guard
from ingestion_program.leftovers import Leftovers
from tests.ingestion.world import HONEST, World

HERE = probe.probe()
needs_all = pytest.mark.skipif(Confinement() != HERE, reason=f"this kernel enforces only {HERE.names()}")


class TestMissing:
    """The program says what is missing, and with sealed data stops before anything of the team's runs."""

    @needs_all
    @pytest.mark.parametrize(("off", "name"), [("files", "landlock-files"), ("seccomp", "seccomp")])
    def test_sealed_is_refused(self, world: World, off: str, name: str) -> None:
        world.sealed, world.settings = True, {"require": EXPECTED}
        outcome = world.build().run(without=off)
        assert outcome.code == 1
        assert outcome.printed.startswith(f"E214 {name}: ")
        assert outcome.files() == ["ingestion.log"]

    @needs_all
    def test_sealed_runs_with_all(self, world: World) -> None:
        world.sealed, world.settings = True, {"require": EXPECTED}
        record = world.build().run().record()
        assert record.verdict == "ok"
        assert {*EXPECTED, "landlock-tcp", "landlock-scope"} <= set(record.protections)

    @needs_all
    def test_open_data_go_on_loudly(self, world: World) -> None:
        world.settings = {"require": EXPECTED}
        outcome = world.build().run(without="files,seccomp")
        said = "NOT PROTECTED: without landlock-files, seccomp"
        assert outcome.printed == f"ok evaluation-1: 2 parts answered; timing raw: {UNCALIBRATED}; {said}\n"
        assert said in (world.path("output") / "ingestion.log").read_text()
        assert not {"landlock-files", "seccomp"} & set(outcome.record().protections)

    def test_names(self) -> None:
        assert Confinement().names() == ("landlock-files", "landlock-tcp", "landlock-scope", "seccomp")
        assert Guard(Confinement(), EXPECTED).missing() == ()
        assert Guard(Confinement(), EXPECTED[1:]).missing() == EXPECTED[:1]

    @needs_all
    def test_keys_where_the_child_may_read_are_no_protection(self, world: World) -> None:
        world.build()
        inside = world.path("submission") / "worker"
        inside.mkdir()
        world.path("worker").rmdir()
        world.path("worker").symlink_to(inside)
        outcome = world.run()
        assert "NOT PROTECTED: without landlock-files" in outcome.printed


class TestReach:
    def test_exposed(self, tmp_path: Path) -> None:
        team, worker = tmp_path / "team", tmp_path / "worker"
        assert reach.exposed([worker, tmp_path], team) == []
        assert reach.exposed([team / "in", Path("/usr/share/keys"), reach.SHARED_MEMORY / "keys", worker], team) == [
            team / "in",
            Path("/usr/share/keys"),
            reach.SHARED_MEMORY / "keys",
        ]

    def test_no_place_of_the_system_holds_anything_of_the_platform(self) -> None:
        for folder in ("/app/data", "/app/input_data", "/app/output", "/app/program", "/root/x", "/home/x"):
            private = Path(folder)
            own = any(private.is_relative_to(path) for path in reach.interpreter())
            assert bool(reach.exposed([private], Path("/app/ingested_program"))) == own


class TestVersions:
    """What each version of Landlock can take away, as the kernel's documentation lists it."""

    @pytest.mark.parametrize(
        ("version", "count"), [(0, 0), (1, 13), (2, 14), (3, 15), (4, 15), (5, 16), (6, 16), (7, 16), (8, 16), (9, 17)]
    )
    def test_rights(self, version: int, count: int) -> None:
        assert landlock.handled(version) == (1 << count) - 1

    def test_not_whole_before_truncation_is_covered(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(landlock, "abi", lambda: 2)
        found = probe.probe()
        assert (found.files, found.tcp, found.scope) == (False, False, False)

    @needs_all
    @pytest.mark.parametrize("version", range(1, 7))
    def test_older_versions_are_asked_for_as_they_were(self, version: int) -> None:
        """This kernel accepts what an older one would have accepted: sizes and rights fit."""
        rules = landlock.Ruleset(version=version)
        rules.allow("/usr", reach.RUN)
        rules.allow("/dev/null", reach.DEVICE)
        rules.allow("/nowhere", reach.RUN)
        rules.close()

    def test_nothing_to_deny_is_no_ruleset(self) -> None:
        rules = landlock.Ruleset(version=0)
        rules.allow("/usr", reach.RUN)
        rules.restrict()  # would confine this very process
        rules.close()
        assert os.access("/", os.R_OK)


class TestLeftovers:
    def fill(self, folder: Path) -> None:
        (folder / "psm_1").write_text("x")
        (folder / "deep" / "er").mkdir(parents=True)
        (folder / "deep" / "er" / "file").touch()
        (folder / "link").symlink_to(folder.parent)
        os.mkfifo(folder / "pipe")

    def test_new_entries_are_removed_and_old_ones_stay(self, tmp_path: Path) -> None:
        folder = tmp_path / "shm"
        folder.mkdir()
        (folder / "old").write_text("keep")
        left = Leftovers(folder, mine=True)
        self.fill(folder)
        left.remove()
        assert sorted(path.name for path in folder.iterdir()) == ["old"]
        assert tmp_path.exists()

    def test_nothing_is_removed_among_strangers(self, tmp_path: Path) -> None:
        left = Leftovers(tmp_path, mine=False)
        self.fill(tmp_path)
        left.remove()
        assert len(list(tmp_path.iterdir())) == 4

    def test_no_shared_memory(self, tmp_path: Path) -> None:
        Leftovers(tmp_path / "missing", mine=True).remove()

    def test_a_process_of_the_host_is_not_alone(self) -> None:
        if os.readlink("/proc/self/ns/ipc") != "ipc:[4026531839]":
            pytest.skip("this is a container with its own IPC")
        assert not leftovers.alone()

    def test_alone_in_a_container(self) -> None:
        code = "from ingestion_program import leftovers; print(leftovers.alone())"
        answers = []
        for options in (["--ipc", "--pid", "--mount-proc"], ["--pid", "--mount-proc"], ["--ipc"]):
            command = ["unshare", "--fork", *options, sys.executable, "-c", code]
            done = subprocess.run(command, check=False, capture_output=True, text=True)
            if done.returncode != 0:
                pytest.skip("only root can make namespaces")
            answers.append(done.stdout.strip())
        assert answers[:2] == ["True", "False"]
        assert answers[2] == "False"


KEEPS = HONEST.replace(
    "        if task",
    """        import os
        seen = os.path.exists("/dev/shm/kept")
        open("/dev/shm/kept", "w").write(task)
        if len(examples) == 4 and task == "xnli" and seen:
            raise ValueError("it was still there")
        if task""",
    1,
)


@needs_all
def test_nothing_in_shared_memory_survives_the_pre_flight_in_a_container(world: World) -> None:
    inside = ["unshare", "--fork", "--ipc", "--pid", "--mount-proc"]
    if subprocess.run([*inside, "true"], check=False, capture_output=True).returncode != 0:
        pytest.skip("only root can make namespaces")
    record = world.build(KEEPS).run(before=inside).record()
    assert (record.verdict, record.where) == ("ok", "")
    assert not Path(reach.SHARED_MEMORY, "kept").exists()


@needs_all
def test_mode_of_the_output_cannot_be_taken_from_the_parent(world: World) -> None:
    close = f"os.chmod({str(world.path('output'))!r}, 0)"
    code = HONEST.replace("        if task", f"        import os; {close}\n        if task", 1)
    outcome = world.build(code).run()
    assert outcome.record().verdict == "ok"
    assert stat.S_IMODE(world.path("output").stat().st_mode) != 0
