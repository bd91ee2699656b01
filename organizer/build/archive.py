"""Zip files that are the same bytes for the same content: fixed times, fixed modes, sorted names."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

from xtreme_tasks.files import whole_file

_EPOCH = (1980, 1, 1, 0, 0, 0)
Content = bytes | Path
"""What goes into a zip: bytes, or a file that is read when its turn comes."""


def write_zip(path: Path, files: Mapping[str, Content], compress: bool = True) -> None:
    """Write a zip whole or not at all.

    Args:
        path: the zip.
        files: content by name inside the zip.
        compress: False for what is compressed or sealed already.

    Raises:
        OrganizerFault: E232; an old file stays as it was.

    """
    with whole_file(path) as stream, zipfile.ZipFile(stream, "w", allowZip64=True) as archive:
        for name in sorted(files):
            _add(archive, name, files[name], compress)


def _add(archive: zipfile.ZipFile, name: str, content: Content, compress: bool) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.external_attr = 0o100644 << 16
    entry.create_system = 3  # Unix, whatever machine builds
    entry.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    data = content.read_bytes() if isinstance(content, Path) else content
    archive.writestr(entry, data, compresslevel=6)


def folder_files(folder: Path, prefix: str = "") -> dict[str, Content]:
    """Every regular file below a folder by its name in a zip, without caches and hidden files."""
    files: dict[str, Content] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        hidden = any(part.startswith(".") or part == "__pycache__" for part in name.parts)
        if path.is_file() and not path.is_symlink() and not hidden:
            files[prefix + name.as_posix()] = path
    return files
