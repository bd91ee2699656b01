"""`competition permit`: what it writes, the gate finds and ingestion believes; what it refuses."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ingestion_program.admission import Permit, read_permit
from organizer.permit import write_permit
from sealing.keys import Keys, role_keys, write_keys
from worker.gate.bundles import has_permit, read_bundles
from xtreme_tasks.faults import OrganizerFault

BUNDLE = "b-1"
SECRET = bytes(32)
WORKER_FILE = (
    b'{"bundle":"b-1","title":"t","sealed":true,"image":"i","programs":{'
    b'"ingestion":{"digest":"1","command":"python3 -m i"},"scoring":{"digest":"2","command":"python3 -m s"}},'
    b'"limits":{"seconds":1.0,"preflight_seconds":1.0,"memory_mib":1,"processes":0,"files":1,"submission_mib":1},'
    b'"phases":[{"phase":"final","split":"final","start":0.0,"end":0.0,"repeats":1}]}'
)


@pytest.fixture
def worker(tmp_path: Path) -> Path:
    write_keys(tmp_path, role_keys(SECRET, BUNDLE, "ingestion"), "ingestion")
    (tmp_path / BUNDLE / "worker.json").write_bytes(WORKER_FILE)
    return tmp_path


def record_key(worker_keys: Keys) -> bytes:
    return worker_keys.get("record")


def test_the_gate_finds_it_and_ingestion_believes_it(worker):
    path = write_permit(worker, "", 42, 3)
    (bundle,) = read_bundles(worker)
    assert has_permit(worker, bundle, 42)
    assert not has_permit(worker, bundle, 43)
    assert path.stat().st_mode & 0o777 == 0o600
    key = record_key(role_keys(SECRET, BUNDLE, "ingestion"))
    assert read_permit(worker, BUNDLE, 42, key) == Permit(42, 3)


def test_another_secret_does_not_make_a_permit(worker):
    write_permit(worker, BUNDLE, 42, 1)
    with pytest.raises(OrganizerFault, match="E222"):
        read_permit(worker, BUNDLE, 42, record_key(role_keys(b"1" * 32, BUNDLE, "ingestion")))


@pytest.mark.parametrize(("submission", "repeats"), [(0, 1), (42, 0), (-1, 1)])
def test_numbers_below_one_are_refused(worker, submission, repeats):
    with pytest.raises(OrganizerFault, match="E231"):
        write_permit(worker, BUNDLE, submission, repeats)
    assert not (worker / BUNDLE / "permits").exists()


def test_an_even_number_of_runs_has_no_median_and_is_refused(worker):
    with pytest.raises(OrganizerFault, match=r"E231 permit --repeats: .*must be odd.*5 instead of 4"):
        write_permit(worker, BUNDLE, 42, 4)
    assert not (worker / BUNDLE / "permits").exists()


def test_one_of_several_bundles_must_be_named(worker):
    shutil.copytree(worker / BUNDLE, worker / "b-2")
    with pytest.raises(OrganizerFault, match=r"E231 .*2 bundles"):
        write_permit(worker, "", 42, 1)


def test_an_unknown_bundle_is_refused(worker):
    with pytest.raises(OrganizerFault, match="E211"):
        write_permit(worker, "b-9", 42, 1)
