"""The repository itself: nothing in it that must not be."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.repository_files import LARGEST, ROOT, problems, tracked


@pytest.mark.skipif(shutil.which("git") is None or not (ROOT / ".git").exists(), reason="not a git checkout")
def test_no_large_file_and_no_key_is_tracked():
    files = tracked()
    assert files
    assert problems(files) == []


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("weights.bin", b"0" * (LARGEST + 1), "bytes"),
        ("order.key", b"00", "a key"),
        ("notes.txt", b"-----BEGIN " + b"PRIVATE KEY-----", "a key"),
        ("keys.json", b"{}", "a key"),
    ],
)
def test_each_kind_of_forbidden_file_is_found(tmp_path: Path, name: str, data: bytes, what: str):
    path = tmp_path / name
    path.write_bytes(data)
    (line,) = problems([path])
    assert what in line
