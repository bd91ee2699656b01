"""The archive's own faults, planted in bytes."""

from __future__ import annotations

import io
import stat
import warnings
import zipfile
from pathlib import Path

import pytest

from organizer.check import checks_archive
from organizer.check.check import check_bundle
from organizer.check.problem import Problem
from tests.check.draft import NOW, Draft, valid, zipped
from xtreme_tasks.faults import OrganizerFault


def problems(folder: Path, data: bytes) -> list[Problem]:
    path = folder / "bundle.zip"
    path.write_bytes(data)
    return check_bundle(path, NOW)


def ids(folder: Path, data: bytes) -> set[str]:
    return {problem.id for problem in problems(folder, data)}


def with_member(info: zipfile.ZipInfo | str, data: bytes, draft: Draft | None = None) -> bytes:
    stream = io.BytesIO(zipped((draft or valid()).content()))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of a name that occurs twice
        archive.writestr(info, data)
    return stream.getvalue()


def flipped(data: bytes, wanted: bytes) -> bytes:
    """The bytes with one bit of the only occurrence of `wanted` changed."""
    assert data.count(wanted) == 1
    position = data.index(wanted)
    return data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]


def test_nothing_at_the_path_is_one_fault(tmp_path: Path):
    with pytest.raises(OrganizerFault, match="E201"):
        check_bundle(tmp_path / "none.zip")


@pytest.mark.parametrize("data", [b"", b"text", b"PK\x03\x04 cut", zipped(valid().content())[:-30]])
def test_no_zip(tmp_path: Path, data: bytes):
    assert ids(tmp_path, data) == {"C001"}


def test_yaml_below_a_folder(tmp_path: Path):
    (problem,) = problems(tmp_path, zipped({f"mine/{name}": data for name, data in valid().content().items()}))
    assert problem.id == "C002"
    assert "mine/competition.yaml" in problem.what


def test_yaml_with_another_suffix(tmp_path: Path):
    (problem,) = problems(tmp_path, zipped({"competition.yml": b"version: 2"}))
    assert problem.id == "C002"
    assert "Rename" in problem.remedy


@pytest.mark.parametrize("data", [b"", b"- 1\n- 2\n", b"words"])
def test_yaml_that_is_no_table(tmp_path: Path, data: bytes):
    assert ids(tmp_path, zipped({"competition.yaml": data})) == {"C004"}


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"a: \xff", "UTF-8"),
        (
            b"a: &b [1,2]\n" + b"".join(b"%c: &%c [%s]\n" % (x, x, b"*%c," % (x - 1) * 9) for x in range(99, 110)),
            "alias",
        ),
        (b"[" * 5000, "deep"),
        (b"# x\n" * 200_000, "larger"),
        (b"? [a]\n: b\n", "key"),
        (b"a: !!binary ?\n", ""),
    ],
)
def test_yaml_that_cannot_be_read(tmp_path: Path, data: bytes, word: str):
    (problem,) = problems(tmp_path, zipped({"competition.yaml": data}))
    assert problem.id == "C003"
    assert word in problem.what


def test_encrypted_member(tmp_path: Path):
    data = bytearray(with_member("pages/secret.md", b"x"))
    central = data.rindex(b"PK\x01\x02")
    data[central + 8] |= 1  # the flag in the central directory: what readers go by
    found = problems(tmp_path, bytes(data))
    assert ("C006", "pages/secret.md") in {(problem.id, problem.place) for problem in found}


@pytest.mark.parametrize("name", ["/etc/x", "../x", "a/../../x", "a\\b", "C:/x"])
def test_names_that_lead_outside(tmp_path: Path, name: str):
    assert "C007" in ids(tmp_path, with_member(name, b"x"))


def test_the_same_name_in_an_inner_zip(tmp_path: Path):
    draft = valid()
    stream = io.BytesIO(zipped(draft.zips.pop("kit.zip")))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("../x", b"x")
    draft.files["kit.zip"] = stream.getvalue()
    found = problems(tmp_path, zipped(draft.content()))
    assert ("C007", "kit.zip: ../x") in {(problem.id, problem.place) for problem in found}


@pytest.mark.parametrize("name", ["terms.md", "Terms.md"])
def test_a_name_twice(tmp_path: Path, name: str):
    assert "C008" in ids(tmp_path, with_member(name, b"other"))


def test_a_link_in_a_zip(tmp_path: Path):
    info = zipfile.ZipInfo("pages/link.md")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    assert "C010" in ids(tmp_path, with_member(info, b"/etc/passwd"))


def test_a_link_in_a_folder_is_listed_and_not_followed(tmp_path: Path):
    folder = valid().spread(tmp_path)
    (folder / "terms.md").unlink()
    (folder / "terms.md").symlink_to("/etc/passwd")
    (folder / "loop").symlink_to(folder)
    found = {problem.id: problem for problem in check_bundle(folder, NOW)}
    assert "C010" in found
    assert not [problem for problem in found.values() if "root:" in problem.what]


def test_a_damaged_member(tmp_path: Path):
    draft = valid()
    draft.files["pages/overview.md"] = b"something that is stored as it is"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, data in draft.content().items():
            archive.writestr(name, data)
    found = problems(tmp_path, flipped(stream.getvalue(), b"something that is stored"))
    assert ("C011", "pages/overview.md") in {(problem.id, problem.place) for problem in found}


def test_a_bomb_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("organizer.check.tree.BOMB_BYTES", 1 << 20)
    draft = valid()
    draft.zips["input_one.zip"] = {"inputs.bin": bytes(2 << 20)}
    found = problems(tmp_path, zipped(draft.content()))
    assert ("C012", "input_one.zip: inputs.bin") in {(problem.id, problem.place) for problem in found}


def test_more_members_than_anybody_packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("organizer.check.tree.MAX_ENTRIES", 5)
    assert ids(tmp_path, zipped(valid().content())) == {"C001"}


def test_larger_than_the_quota(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checks_archive, "QUOTA_BYTES", 1000)
    assert "C013" in ids(tmp_path, zipped(valid().content()))


def test_a_bundle_of_the_older_version_is_named_as_such_and_not_measured_by_the_newer(tmp_path: Path):
    old = b"title: x\nhtml: {overview: a.html}\nphases:\n  1: {phasenumber: 1, label: One}\n"
    (problem,) = problems(tmp_path, zipped({"competition.yaml": old, "a.html": b"x"}))
    assert problem.id == "C101"
    assert "1.5" in problem.what
