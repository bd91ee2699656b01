"""The list of base models, `worker/models.toml`: exact revisions, licences, and digests of the weights."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file
from xtreme_tasks.tables import build

LIST_FILE = "models.toml"
CACHE_FOLDER = "hub"
"""Below the folder of the models: the hub's own cache layout, so that libraries find a model by its name."""
IMAGE_FOLDER = "/opt/models"
"""Where the image has them; the child of ingestion looks into its `CACHE_FOLDER`."""

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_REVISION = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class BaseModel:
    """One base model.

    Attributes:
        name: on the hub, `owner/model`.
        revision: commit of its repository, 40 hexadecimal digits.
        licence: its identifier as the model's page has it.
        size: of the model, for people.
        sha256: digest of each file of weights, by file name; nothing else that holds weights is fetched.
        files: the other files that are fetched: configuration and tokenizer.

    """

    name: str
    revision: str
    licence: str
    size: str
    sha256: dict[str, str]
    files: tuple[str, ...]


def read_list(path: Path) -> tuple[BaseModel, ...]:
    """The models of a list.

    Raises:
        OrganizerFault: E201 (no file), E231 with the model and the value that is wrong.

    """
    data = read_file(path)
    try:
        raw = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OrganizerFault("E231", path.name, str(error)) from None
    tables = raw.pop("model", [])
    if raw or not isinstance(tables, list):
        raise OrganizerFault("E231", path.name, "only [[model]] tables are known")
    models = tuple(_checked(table, f"{path.name} model {number}") for number, table in enumerate(tables, start=1))
    names = [model.name for model in models]
    if len(set(names)) != len(names):
        raise OrganizerFault("E231", path.name, "a model is named twice")
    return models


def _checked(table: object, where: str) -> BaseModel:
    if isinstance(table, dict) and isinstance(table.get("files"), list):
        table = {**table, "files": tuple(table["files"])}
    model = build(BaseModel, table, where)
    if not _NAME.fullmatch(model.name):
        raise OrganizerFault("E231", f"{where} name", "must be owner/model")
    if not _REVISION.fullmatch(model.revision):
        raise OrganizerFault("E231", f"{where} revision", "must be a commit of 40 hexadecimal digits, no branch or tag")
    if not isinstance(model.sha256, dict) or not model.sha256:
        raise OrganizerFault("E231", f"{where} sha256", "must name each file of weights with its digest")
    if not isinstance(model.files, tuple) or not all(isinstance(name, str) for name in model.files):
        raise OrganizerFault("E231", f"{where} files", "must be a list of file names")
    for name, digest in model.sha256.items():
        if not isinstance(digest, str) or not _SHA256.fullmatch(digest):
            raise OrganizerFault("E231", f"{where} sha256 {name}", "must be 64 hexadecimal digits")
    for name in (*model.sha256, *model.files):
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not path.parts or "*" in name:
            raise OrganizerFault("E231", f"{where} files", f"{name!r} is no file of the model")
    return model
