from __future__ import annotations

import io
import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from organizer.base_models.listing import read_list
from organizer.build.bundle import Build, build_bundle
from organizer.build.options import ROOT
from organizer.build.worker_folder import pinned_image
from organizer.data.command import prepare_command
from organizer.leaks import Search, blobs, hidden_strings
from tests.conftest import options
from worker.gate.bundles import read_bundles
from worker.gate.policy import check_image
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import folder_digest
from xtreme_tasks.settings import parse_settings
from xtreme_tasks.tasks import parts


def test_two_builds_are_the_same_bytes(prepared, built, tmp_path):
    again = build_bundle(options(prepared, tmp_path))
    assert again.archive.read_bytes() == built.archive.read_bytes()
    assert folder_digest(again.worker) == folder_digest(built.worker)


def test_another_secret_seals_otherwise(prepared, built, tmp_path):
    other = build_bundle(options(prepared, tmp_path, secret=b"o" * 32))
    assert other.bundle != built.bundle
    with zipfile.ZipFile(other.archive) as new, zipfile.ZipFile(built.archive) as old:
        assert new.read("input_data_final.zip") != old.read("input_data_final.zip")
        assert new.read("public_data.zip") == old.read("public_data.zip")


def test_the_zip_holds_what_its_yaml_names(built):
    with zipfile.ZipFile(built.archive) as archive:
        names = set(archive.namelist())
        raw = yaml.safe_load(archive.read("competition.yaml"))
        for task in raw["tasks"]:
            for kind in ("ingestion_program", "scoring_program", "input_data", "reference_data"):
                assert task[kind] in names
        for phase in raw["phases"]:
            assert {phase["starting_kit"], phase["public_data"]} <= names
        assert {page["file"] for page in raw["pages"]} | {raw["terms"], raw["image"]} <= names
        assert not {name for name in names if name.endswith((".key", "keys.json", "rules.toml"))}
        for role in ("ingestion", "scoring"):
            with zipfile.ZipFile(io.BytesIO(archive.read(f"{role}_program.zip"))) as program:
                assert yaml.safe_load(program.read("metadata.yaml")) == {"command": f"python3 -B -m {role}_program"}
                assert json.loads(program.read("program.json"))["bundle"] == built.bundle


def test_each_phase_has_its_own_sealed_settings_and_every_part(built):
    with zipfile.ZipFile(built.archive) as archive:
        for phase in built.phases:
            with zipfile.ZipFile(io.BytesIO(archive.read(f"input_data_{phase.phase}.zip"))) as data:
                names = set(data.namelist())
            expected = {f"inputs/{task}/{language}.jsonl.sealed" for task, language in parts(phase.languages)}
            assert expected | {"data.json", "phase.json.sealed"} <= names
            assert not {name for name in names if name.startswith("labels")}
            assert {name.split("/")[0] for name in names - expected} == {"data.json", "phase.json.sealed", "preflight"}


def test_the_worker_folder_knows_the_programs_as_extracted(built, tmp_path):
    description = json.loads((built.worker / built.bundle / "worker.json").read_bytes())
    with zipfile.ZipFile(built.archive) as archive:
        for role in ("ingestion", "scoring"):
            with zipfile.ZipFile(io.BytesIO(archive.read(f"{role}_program.zip"))) as program:
                program.extractall(tmp_path / role)
            assert description["programs"][role]["digest"] == folder_digest(tmp_path / role)
    keys = sorted(path.relative_to(built.worker).as_posix() for path in built.worker.rglob("keys.json"))
    assert keys == [f"{built.bundle}/ingestion/keys.json", f"{built.bundle}/scoring/keys.json"]


def _leaks(archive: Path, prepared: Path) -> dict[str, set[bytes]]:
    """Hidden strings by the blob in which they occur, without those that public files hold anyway."""
    strings = hidden_strings(prepared)
    assert len(strings) > 10_000
    search = Search(strings)
    public = b"\n".join(path.read_bytes() for path in (prepared / "public").rglob("*.jsonl"))
    sources = b"\n".join(
        path.read_bytes()
        for folder in ("xtreme_tasks", "ingestion_program", "scoring_program", "sealing", "starting_kit")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    )
    pages = b"\n".join(path.read_bytes() for path in (ROOT / "competition_bundle").rglob("*.*"))
    allowed = search.find(public + sources + pages)
    found = {}
    for name, data in blobs(archive.read_bytes(), "bundle"):
        # In sealed files nothing is allowed; elsewhere what is public anyway.
        hits = search.find(data) - (set() if name.endswith(".sealed") else allowed)
        if hits:
            found[name] = hits
    return found


def test_no_hidden_string_is_anywhere_in_a_sealed_bundle(built, prepared):
    assert _leaks(built.archive, prepared) == {}


def test_the_search_finds_them_in_an_unsealed_one(unsealed, prepared):
    found = set().union(*_leaks(unsealed.archive, prepared).values())
    ids = {text for text in hidden_strings(prepared) if text.isalnum() and len(text) >= 12 and text.isascii()}
    assert len(found & ids) > 5_000


@pytest.mark.long
def test_no_hidden_string_of_the_real_data_is_in_a_sealed_bundle(xtreme_dir, tmp_path):
    prepare_command(tmp_path / "prepared", xtreme_dir=xtreme_dir)
    built = build_bundle(options(tmp_path / "prepared", tmp_path / "dist"))
    assert _leaks(built.archive, tmp_path / "prepared") == {}


def test_an_unsealed_build_is_declared(unsealed: Build):
    assert unsealed.archive.name == "competition-codabench-unsealed.zip"
    assert not list(unsealed.worker.rglob("keys.json"))
    with zipfile.ZipFile(unsealed.archive) as archive:
        assert "not secret" in yaml.safe_load(archive.read("competition.yaml"))["title"]
        with zipfile.ZipFile(io.BytesIO(archive.read("reference_data_final.zip"))) as data:
            assert parse_settings(data.read("phase.json")).sealed is False


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda path: path.write_bytes(path.read_bytes().replace(b'"label":"', b'"label":"x', 1)), "E20"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "E20"),
        (lambda path: path.unlink(), "E20"),
    ],
)
def test_bad_data_are_refused_and_the_old_bundle_stays(prepared, tmp_path, damage, code):
    copy = tmp_path / "prepared"
    shutil.copytree(prepared, copy)
    built = build_bundle(options(copy, tmp_path / "dist"))
    before = built.archive.read_bytes()
    damage(copy / "final" / "labels" / "xnli" / "en.jsonl")
    with pytest.raises(OrganizerFault) as caught:
        build_bundle(options(copy, tmp_path / "dist"))
    assert caught.value.code.startswith(code)
    assert "xnli/en.jsonl" in caught.value.line()
    assert built.archive.read_bytes() == before


def test_a_missing_preparation_is_one_line(tmp_path):
    with pytest.raises(OrganizerFault, match="E201"):
        build_bundle(options(tmp_path / "nothing", tmp_path / "dist"))
    assert not (tmp_path / "dist").exists()


PIN, OTHER_PIN = "sha256:" + "a" * 64, "sha256:" + "b" * 64


def test_the_images_digest_goes_to_the_worker_and_leaves_the_bundle_as_it_is(prepared, built, tmp_path):
    """An image with the guard is made after the bundle, so its digest must not be part of the bundle."""
    pinned = build_bundle(replace(options(prepared, tmp_path), image_digest=PIN))
    assert pinned.archive.read_bytes() == built.archive.read_bytes()
    (before,), (after,) = read_bundles(built.worker), read_bundles(pinned.worker)
    assert (before.image_digest, after.image_digest) == ("", PIN)
    check_image(after, [OTHER_PIN, PIN])
    with pytest.raises(OrganizerFault, match="E242"):
        check_image(after, [OTHER_PIN])


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("image:1", "", ""),
        ("image:1", PIN, PIN),
        (f"image@{PIN}", "", PIN),
        (f"image@{PIN}", PIN, PIN),
        (f"image@{PIN}", OTHER_PIN, None),
        ("image@sha256:12", "", None),
        ("image:1", "latest", None),
        ("image:1", PIN.upper(), None),
    ],
)
def test_only_one_whole_digest_pins_an_image(name, given, expected):
    if expected is None:
        with pytest.raises(OrganizerFault, match="E231"):
            pinned_image(name, given)
    else:
        assert pinned_image(name, given) == expected


def test_a_wrong_digest_stops_the_build_before_it_writes(prepared, tmp_path):
    with pytest.raises(OrganizerFault, match="E231"):
        build_bundle(replace(options(prepared, tmp_path / "out"), image_digest="sha256:1"))
    assert not (tmp_path / "out").exists()


def test_the_kit_names_the_base_models_and_the_page_shows_them(built):
    listing = (ROOT / "worker" / "models.toml").read_bytes()
    with zipfile.ZipFile(built.archive) as archive:
        with zipfile.ZipFile(io.BytesIO(archive.read("starting_kit.zip"))) as kit:
            assert kit.read("base_models.toml") == listing
        page = archive.read("pages/submit.md").decode()
    for model in read_list(ROOT / "worker" / "models.toml"):
        assert model.revision in page
