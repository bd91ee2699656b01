"""The suite can fail: with each single protection switched off, at least one attack succeeds.

Where two protections stop the same attack, one of them is off in the first of two tests, and both in the other.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from organizer.attack.attack import FOLDER, HONEST, read_attack
from organizer.attack.ground import Ground
from organizer.attack.suite import Result, Suite

from tests.attacks.weaken import Edit, weakened

PARENT = "ingestion_program"
WON = "got what it wanted"


def parent(file: str, old: str, new: str) -> Edit:
    """A change of ingestion, where the trusted parent is."""
    return Edit(f"{PARENT}/{file}", old, new)


def off(kind: str) -> Edit:
    """A filter that is not put on, and not found to be there."""
    line = {"seccomp": "seccomp=", "files": "files=version", "tcp": "tcp=version", "scope": "scope=version"}[kind]
    return parent("probe.py", f"        {line}", f"        {kind}=False and {line.removeprefix(kind + '=')}")


FILES, TCP, SCOPE, SECCOMP = (off(kind) for kind in ("files", "tcp", "scope", "seccomp"))
SUBREAPER = parent(
    "isolation.py", '("subreaper", _PR_SET_CHILD_SUBREAPER, 1)', '("subreaper", _PR_SET_CHILD_SUBREAPER, 0)'
)
DEATH_SIGNAL = parent("isolation.py", "        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)\n", "")
DUMPABLE = parent(
    "isolation.py",
    '("parent-not-dumpable", _PR_SET_DUMPABLE, 0)',
    '("parent-not-dumpable", _PR_SET_DUMPABLE, 1)',
)
DESCRIPTORS = parent("isolation.py", "        resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))\n", "")
NO_REFUSAL = parent("job.py", "isolation.check_required(settings.require, protections)", "pass")
NO_WITNESS = Edit("scoring_program/witness.py", "if witness.participant_exit_code is not None:", "if False:")
NO_METADATA_CHECK = parent("folder.py", "    if not harmless:", "    if False:")

SINGLE = {
    "landlock-files: keys": ("read_keys", [FILES], WON),
    "landlock-files: inputs": ("read_sealed_inputs", [FILES], WON),
    "landlock-files: the submission is read only": (
        "writes_own_folder",
        [parent("reach.py", "rules.allow(str(team), RUN)", "rules.allow(str(team), WRITE)")],
        WON,
    ),
    "seccomp: sockets": ("udp_and_dns", [SECCOMP], WON),
    "seccomp: system calls": ("forbidden_calls", [SECCOMP], WON),
    "clean environment": (
        "environment",
        [parent("child.py", "env=environment(self.work),", "env={**os.environ, **environment(self.work)},")],
        WON,
    ),
    "descriptors": (
        "inherited_descriptors",
        [parent("child.py", "pass_fds=self._ends[:2],", 'pass_fds=(*self._ends[:2], os.open("/", os.O_RDONLY)),')],
        WON,
    ),
    "resource-limits": ("descriptor_flood", [DESCRIPTORS], WON),
    "emptied output": (
        "planted_files",
        [
            parent("run.py", "    output.empty(paths.output)\n", ""),
            parent("attempt.py", "        output.empty(self.paths.output)\n", ""),
        ],
        "stray: scores.json",
    ),
    "size of the folder": (
        "zip_bomb",
        [parent("folder.py", "if sum(files.values()) > limits.submission_mib << 20:", "if False:")],
        "verdict ok",
    ),
    "labels of answers": (
        "free_abstention",
        [parent("answers.py", "if type(label) is not str or label not in known:", "if False:")],
        "verdict",
    ),
    "number of answers": (
        "wrong_counts",
        [
            parent("answers.py", "    if len(answers) != len(asked.ids):", "    if False:"),
            parent("answers.py", "zip(answers, asked.lengths, strict=True)", "zip(answers, asked.lengths)"),
        ],
        "verdict",
    ),
    "length of a message": (
        "giant_answer",
        [parent("frames.py", "if length > self.limits[kind]:", "if False:")],
        "expected E133",
    ),
    "memory limit": ("memory", [parent("child.py", "if used.memory_mib > self.limits.memory_mib:", "if False:")], WON),
    "limit of processes": (
        "thread_bomb",
        [parent("child.py", "if 0 < self.limits.processes < used.threads:", "if False:")],
        WON,
    ),
    "phase window": (
        "outside_the_window",
        [parent("job.py", "        check_window(settings, accepted)", "        pass")],
        "verdict ok",
    ),
    "what is printed goes nowhere": (
        "texts_printed",
        [parent("child.py", "        self._printed = subprocess.DEVNULL\n", "        self._printed = 2\n")],
        "messages shows",
    ),
    "only places that exist": (
        "texts_in_syntax_errors",
        [parent("folder.py", "1 <= line <= self.lines.get(file, 0)", "1 <= line")],
        "hidden texts",
    ),
    "types of a report": (
        "hostile_report",
        [parent("child.py", "if not isinstance(code, str) or code not in faults:", "if code not in faults:")],
        "verdict E141",
    ),
    "landlock-files: links lead nowhere": ("links_at_run_time", [FILES], WON),
    "escaped pages": (
        "markup_in_names",
        [Edit("scoring_program/page/text.py", "return html.escape(short, quote=True)", "return short")],
        "detailed_results.html shows",
    ),
    "the clock starts before the process": (
        "work_in_import",
        [
            parent(
                "timing.py",
                "        moments = process.ready()\n",
                "        moments = process.ready()\n        begin = clock.read().seconds\n",
            )
        ],
        "duration",
    ),
}


@pytest.fixture
def weak(ground: Ground, processes: Suite, tmp_path: Path) -> Iterator[object]:
    """Runs an attack on a weakened build; what survives it is ended, by the numbers that the suite found.

    A build that lacks a filter would refuse to run at all, so that refusal is taken out too.
    """
    left: list[int] = []

    def run(name: str, edits: list[Edit], suite: Suite = processes) -> Result:
        filters = any(edit in edits for edit in (FILES, TCP, SCOPE, SECCOMP, SUBREAPER, DUMPABLE))
        made = weakened(ground, [*edits, NO_REFUSAL] if filters else edits, tmp_path)
        weaker = Suite(made, suite.engine)
        weaker.control = suite.control
        result = weaker.attack_only(read_attack(FOLDER / name))
        left.extend(int(text.split()[-1]) for text in result.wrong if text.startswith("left: process"))
        return result

    yield run
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("protection", SINGLE)
def test_without_it_an_attack_succeeds(weak, protection: str) -> None:
    name, edits, sign = SINGLE[protection]
    result = weak(name, edits)
    assert any(sign in text for text in result.wrong), (result.code, result.line, result.wrong)


@pytest.mark.parametrize("filter_off", [FILES, SECCOMP])
def test_a_sealed_build_refuses_to_run_without_a_filter(
    ground: Ground, processes: Suite, tmp_path: Path, filter_off: Edit
) -> None:
    result = Suite(weakened(ground, [filter_off], tmp_path), processes.engine).attack_only(read_attack(FOLDER / HONEST))
    assert (result.status, result.code) == ("Failed", "E214")


@pytest.mark.parametrize("one", [[SECCOMP], [TCP]])
def test_tcp_is_stopped_by_either_filter(weak, one: list[Edit]) -> None:
    assert weak("tcp", one).wrong == ()


def test_tcp_without_both_filters(weak) -> None:
    assert any(WON in text for text in weak("tcp", [SECCOMP, TCP]).wrong)


@pytest.mark.parametrize(("edits", "won"), [([], False), ([SCOPE], True)])
def test_abstract_sockets_of_others_without_the_scope(weak, edits: list[Edit], won: bool) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as helper:
        helper.bind("\0xtreme-attack-helper")
        helper.listen()
        result = weak("abstract_sockets", edits)
    assert any(WON in text for text in result.wrong) is won


def test_a_daemon_without_the_subreaper(weak) -> None:
    assert any(text.startswith("left: process") for text in weak("daemon", [SUBREAPER]).wrong)


def test_a_child_whose_parent_was_killed(weak) -> None:
    result = weak("outlives_its_parent", [SECCOMP, SCOPE])
    assert (result.code, result.counts) == ("E141", True)
    assert not any(text.startswith("left: process") for text in result.wrong)


def test_a_child_whose_parent_was_killed_without_the_death_signal(weak) -> None:
    result = weak("outlives_its_parent", [SECCOMP, SCOPE, DEATH_SIGNAL])
    assert any(text.startswith("left: process") for text in result.wrong)


def test_a_command_of_the_teams_is_seen_twice(weak) -> None:
    assert any("verdict E142" in text for text in weak("metadata_command", [NO_METADATA_CHECK]).wrong)
    assert any("verdict ok" in text for text in weak("metadata_command", [NO_METADATA_CHECK, NO_WITNESS]).wrong)


@pytest.mark.long
def test_overtime_without_the_time_limit(weak) -> None:
    limits = [
        parent("child.py", "if now > self.deadline:", "if False:"),
        parent("timing.py", "    if duration > seconds:", "    if False:"),
    ]
    assert any("verdict ok" in text for text in weak("overtime", limits).wrong)


@pytest.mark.docker
def test_shared_memory_that_is_not_cleared(weak, containers: Suite) -> None:
    edit = parent("child.py", "        self._leftovers.remove()\n", "")
    assert any(WON in text for text in weak("kept_in_shared_memory", [edit], containers).wrong)


@pytest.mark.docker
@pytest.mark.parametrize(("more", "won"), [([], False), ([DUMPABLE], True)])
def test_the_parents_memory_without_any_filter(weak, containers: Suite, more: list[Edit], won: bool) -> None:
    """Without filters the parent's own protection is what is left; it needs no capability of the team's to be shown."""
    result = weak("parent_memory", [FILES, TCP, SCOPE, SECCOMP, *more], containers)
    assert any(WON in text for text in result.wrong) is won
