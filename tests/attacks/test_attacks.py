"""Every attack ends as it states, in plain processes and in containers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from organizer.attack.attack import HONEST, Attack, read_attacks
from organizer.attack.suite import Suite

ATTACKS = {attack.name: attack for attack in read_attacks() if attack.name != HONEST}
ZIPS = {name: attack for name, attack in ATTACKS.items() if not attack.is_test}
# Everything else is shown in containers by `make test-all` and by `competition attack`.
FIRST_IN_CONTAINERS = frozenset(
    """
    wrong read_keys read_sealed_inputs parent_proc parent_memory planted_files metadata_command kept_in_shared_memory
    unix_sockets daemon stops_parent provoked_death tcp texts_printed
    """.split()
)
# Slower ones whose idea another attack has, too.
LATER = frozenset(
    """
    stops_itself many_files startup_files kept_in_access_times memory_in_files disk fork_bomb link_in_zip planted_witness
    texts_in_names odd_unicode hacked_objects forged_fault damaged_zip late_predictions work_in_import
    """.split()
)


def on(engine: str) -> list[str]:
    return [name for name, attack in ZIPS.items() if engine in attack.expected.engines]


def cases(engine: str, at_once: Callable[[str], bool]) -> list[object]:
    return [name if at_once(name) else pytest.param(name, marks=pytest.mark.long) for name in on(engine)]


def ends_as_stated(suite: Suite, attack: Attack) -> None:
    result = suite.run(attack)
    assert result.wrong == ()
    assert result.not_run == ""


@pytest.mark.parametrize("name", cases("process", lambda name: name not in LATER))
def test_in_plain_processes(processes: Suite, name: str) -> None:
    ends_as_stated(processes, ZIPS[name])


@pytest.mark.docker
@pytest.mark.parametrize("name", cases("docker", lambda name: name in FIRST_IN_CONTAINERS))
def test_in_containers(containers: Suite, name: str) -> None:
    ends_as_stated(containers, ZIPS[name])


def test_the_named_ones_exist() -> None:
    assert set(ZIPS) >= FIRST_IN_CONTAINERS | LATER


@pytest.mark.parametrize("name", [name for name, attack in ATTACKS.items() if attack.is_test])
def test_attacks_that_are_tests_exist(name: str, request: pytest.FixtureRequest) -> None:
    root = request.config.rootpath
    for test in ATTACKS[name].expected.tests:
        path, *names = test.split("::")
        source = (root / path).read_text()
        assert all(f"def {part}(" in source or f"class {part}:" in source for part in names)


def test_every_family_is_attacked() -> None:
    families = {attack.expected.family for attack in ATTACKS.values()}
    assert families >= set("package labels forging timing resources leaks network rules platform".split())
