from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealing.folder import DataFolder, Program, Signpost, read_program, to_json
from sealing.keys import ROLES, key_folder, read_keys, role_keys, subkey, write_keys
from sealing.seal import SUFFIX, seal, unseal
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.settings import PhaseSettings

SECRET = b"s" * 32
PLACE = ("b", "input", "final", "inputs/xnli/en.jsonl")
KEY = subkey(SECRET, "b", "input")


@given(st.binary(max_size=2000))
def test_sealing_is_deterministic_and_reversible(data):
    sealed = seal(data, KEY, *PLACE)
    assert sealed == seal(data, KEY, *PLACE)
    assert unseal(sealed, KEY, *PLACE) == data


@pytest.mark.parametrize("position", range(4))
def test_a_sealed_file_opens_only_in_its_own_place(position):
    sealed = seal(b"data", KEY, *PLACE)
    place = [*PLACE]
    place[position] = "other"
    with pytest.raises(OrganizerFault, match="E212"):
        unseal(sealed, KEY, *place)


@pytest.mark.parametrize("at", [0, 8, 30, -1])
def test_a_changed_byte_is_noticed(at):
    sealed = bytearray(seal(b"data" * 20, KEY, *PLACE))
    sealed[at] ^= 1
    with pytest.raises(OrganizerFault, match="E212"):
        unseal(bytes(sealed), KEY, *PLACE)


@pytest.mark.parametrize("data", [b"", b"XSEAL1\n", b"XSEAL1\nshort", b"PK"])
def test_what_is_not_sealed_is_refused(data):
    with pytest.raises(OrganizerFault, match="E212"):
        unseal(data, KEY, *PLACE)


def test_every_purpose_and_bundle_has_its_own_key():
    keys = {subkey(SECRET, bundle, purpose) for bundle in "ab" for purpose in ("input", "reference", "record", "score")}
    assert len(keys) == 8
    assert "reference" not in role_keys(SECRET, "b", "ingestion").subkeys
    assert "score" not in role_keys(SECRET, "b", "ingestion").subkeys
    with pytest.raises(OrganizerFault, match="E211 reference"):
        role_keys(SECRET, "b", "ingestion").get("reference")


@pytest.mark.parametrize("program", ROLES)
def test_keys_are_kept_for_their_owner_alone(tmp_path: Path, program: str):
    keys = role_keys(SECRET, "b", program)
    path = write_keys(tmp_path, keys, program)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert read_keys(tmp_path, "b", program) == keys


def test_keys_that_others_may_read_or_of_another_bundle_are_refused(tmp_path: Path):
    path = write_keys(tmp_path, role_keys(SECRET, "b", "scoring"), "scoring")
    path.chmod(0o640)
    with pytest.raises(OrganizerFault, match="E211 .*others may read"):
        read_keys(tmp_path, "b", "scoring")
    path.chmod(0o600)
    key_folder(tmp_path, "c", "scoring").parent.mkdir()
    path.parent.rename(key_folder(tmp_path, "c", "scoring"))
    with pytest.raises(OrganizerFault, match="not the keys of this bundle"):
        read_keys(tmp_path, "c", "scoring")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"bundle":"b","keys":{"input":"zz"}}', '{"bundle":"b","keys":[]}'])
def test_a_key_file_that_is_none_is_refused(tmp_path: Path, text: str):
    path = write_keys(tmp_path, role_keys(SECRET, "b", "ingestion"), "ingestion")
    path.write_text(text)
    with pytest.raises(OrganizerFault, match="E211"):
        read_keys(tmp_path, "b", "ingestion")


def _folder(root: Path, sealed_as: str = "input", signpost_role: str = "input") -> DataFolder:
    settings = PhaseSettings("b", "final", "final", True, 0.0, 0.0, 0.0, {"xnli": ("en",)}, {"xnli": {"en": 1}})
    key = subkey(SECRET, "b", sealed_as)
    (root / "data.json").write_bytes(to_json(Signpost("b", "final", signpost_role, True)))
    (root / ("phase.json" + SUFFIX)).write_bytes(seal(settings.to_json(), key, "b", sealed_as, "final", "phase.json"))
    return DataFolder(root, "input", Program("b", "ingestion", True), role_keys(SECRET, "b", "ingestion"))


def test_a_data_folder_reads_what_was_sealed_for_it(tmp_path: Path):
    assert _folder(tmp_path).settings().phase == "final"


def test_reference_data_handed_over_as_input_do_not_open(tmp_path: Path):
    with pytest.raises(OrganizerFault, match="E212"):
        _folder(tmp_path, "reference", "reference")
    with pytest.raises(OrganizerFault, match=r"E212 phase\.json"):
        _folder(tmp_path, "reference").settings()


def test_an_unsealed_folder_is_nothing_to_a_sealed_program(tmp_path: Path):
    (tmp_path / "data.json").write_bytes(to_json(Signpost("b", "final", "input", False)))
    with pytest.raises(OrganizerFault, match="E212"):
        DataFolder(tmp_path, "input", Program("b", "ingestion", True), None)


def test_settings_of_another_phase_are_refused(tmp_path: Path):
    folder = _folder(tmp_path)
    raw = json.loads((tmp_path / "data.json").read_bytes()) | {"phase": "evaluation-1"}
    (tmp_path / "data.json").write_text(json.dumps(raw))
    other = DataFolder(tmp_path, "input", Program("b", "ingestion", True), folder.keys)
    with pytest.raises(OrganizerFault, match="E212"):
        other.settings()


def test_a_program_of_another_role_is_refused(tmp_path: Path):
    (tmp_path / "program.json").write_bytes(to_json(Program("b", "scoring", True)))
    assert read_program(tmp_path, "scoring").bundle == "b"
    with pytest.raises(OrganizerFault, match="E212"):
        read_program(tmp_path, "ingestion")
