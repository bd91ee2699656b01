"""Every attack ends as it states, in plain processes and in containers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from organizer.attack.attack import FOLDER, HONEST, Attack, read_attack, read_attacks
from organizer.attack.report import surfaces
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


NAMED = [(family, surface, names) for family, table in surfaces().items() for surface, names in table.items()]
# The families and surfaces that an organizer has to expect; none may ever go missing.
FAMILIES = "package labels forging timing resources leaks network rules platform control".split()


@pytest.mark.parametrize(("family", "surface", "names"), NAMED, ids=lambda value: str(value)[:30])
def test_every_surface_is_attacked(family: str, surface: str, names: list[str]) -> None:
    assert names
    assert {read_attack(FOLDER / name).expected.family for name in names} == {family}, surface


def test_no_attack_and_no_family_is_missing_among_the_surfaces() -> None:
    assert sorted({family for family, _, _ in NAMED}) == sorted(FAMILIES)
    assert sorted({name for _, _, names in NAMED for name in names}) == sorted([*ATTACKS, HONEST])


def test_caches_are_tried_between_preflight_repeats_and_runs() -> None:
    kept = [attack.expected for name, attack in ZIPS.items() if name.startswith("kept_in_")]
    assert all(expected.repeats == 3 for expected in kept)
    assert any(expected.runs > 1 for expected in kept)
    assert all(
        "in_preflight = True" in (FOLDER / name / "submission.py").read_text() for name in ZIPS if "kept" in name
    )
