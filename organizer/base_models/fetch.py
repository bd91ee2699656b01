"""From the list to a folder that the image holds: every file of each model at its revision, weights checked.

The folder has the layout of the hub's cache with `refs/main` pointing to the pinned revision, so that
`from_pretrained("owner/model")` finds the model by its name, without network and without writing anything.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from organizer.base_models.listing import CACHE_FOLDER, LIST_FILE, BaseModel, read_list
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file, write_whole

Download = Callable[[BaseModel, Path], None]
"""Puts the files of a model into a cache folder."""


def fetch_models(listing: Path, folder: Path, download: Download | None = None) -> tuple[BaseModel, ...]:
    """Make the folder hold exactly the listed models, and check them.

    Args:
        listing: `models.toml`; a copy goes into the folder.
        folder: made or brought up to date; models that are complete and right are not fetched again.
        download: how to fetch; the hub's own client where not given.

    Raises:
        OrganizerFault: E201 (no list), E209 (a model cannot be fetched, or is another than the pinned one), E231, E232.

    """
    models = read_list(listing)
    cache = folder / CACHE_FOLDER
    cache.mkdir(parents=True, exist_ok=True)
    _remove_others(cache, models)
    for model in models:
        if missing_files(cache, model):
            (download or from_hub)(model, cache)
        check_model(cache, model)
        reference = _repository(cache, model) / "refs" / "main"
        reference.parent.mkdir(exist_ok=True)
        write_whole(reference, model.revision.encode())
    text = read_file(listing)
    if not (folder / LIST_FILE).is_file() or (folder / LIST_FILE).read_bytes() != text:
        write_whole(folder / LIST_FILE, text)
    return models


def check_model(cache: Path, model: BaseModel) -> None:
    """Every file is there, and the weights are the pinned ones.

    Raises:
        OrganizerFault: E209.

    """
    missing = missing_files(cache, model)
    if missing:
        raise OrganizerFault("E209", f"{model.name} {missing[0]}", "not in the cache after fetching")
    for name, wanted in model.sha256.items():
        with (snapshot(cache, model) / name).open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != wanted:
            raise OrganizerFault("E209", f"{model.name} {name}", f"sha256 {found}")


def missing_files(cache: Path, model: BaseModel) -> list[str]:
    """Files of the list that are not in the cache."""
    return [name for name in (*model.files, *model.sha256) if not (snapshot(cache, model) / name).is_file()]


def snapshot(cache: Path, model: BaseModel) -> Path:
    """The folder of the model's files at its revision."""
    return _repository(cache, model) / "snapshots" / model.revision


def from_hub(model: BaseModel, cache: Path) -> None:
    """Fetch with the hub's client, by exact revision and by name of file: no scripts, no other formats of weights.

    Raises:
        OrganizerFault: E209 with the client's reason.

    """
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        raise OrganizerFault("E209", model.name, "huggingface_hub is not installed") from None
    try:
        snapshot_download(
            model.name,
            revision=model.revision,
            cache_dir=cache,
            allow_patterns=[*model.files, *model.sha256],
            token=False,
        )
    except (OSError, ValueError, RuntimeError) as error:
        # The client's messages are whole paragraphs; the first line says what happened.
        reason = str(error).strip().splitlines()
        raise OrganizerFault("E209", f"{model.name} at {model.revision}", reason[0] if reason else "") from None


def _repository(cache: Path, model: BaseModel) -> Path:
    return cache / ("models--" + model.name.replace("/", "--"))


def _remove_others(cache: Path, models: Sequence[BaseModel]) -> None:
    kept = {_repository(cache, model).name for model in models}
    for path in cache.iterdir():
        if path.name not in kept:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
