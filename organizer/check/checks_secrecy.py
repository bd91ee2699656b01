"""Secrecy: everything in a bundle can be downloaded by anybody, and ingestion reads what lies in the input data."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterator

from organizer.check.bundle_view import BundleView, Slot, locate
from organizer.check.problem import Found, check, shown
from organizer.check.tree import Tree, UnreadableError
from sealing.seal import MAGIC, SUFFIX

HEAD = 64 << 10
LARGEST_COMPARED = 256 << 20
LABEL_FIELDS = frozenset(
    "label labels tag tags gold target targets truth answer answers solution y_true ner_tags pos_tags upos".split()
)
LABEL_NAME = re.compile(
    r"(?<![a-z])(labels?|truth|ground_?truth|gold|answers?|solutions?|keys?|secret|y_?(test|true))(?![a-z])"
)
OPEN_NAME = re.compile(r"(?<![a-z])(train(ing)?|dev|public|sample|samples|example|examples|preflight|demo)(?![a-z])")
HARMLESS = re.compile(r"(^|/)(readme|license|licence|metadata|data\.json|phase\.json|\.gitkeep)[^/]*$", re.IGNORECASE)
KEY_NAME = re.compile(r"(^|/)(id_(rsa|ed25519|ecdsa)|keys\.json|[^/]*\.(pem|key|p12|pfx)|\.env|\.netrc|credentials)$")
KEY_TEXT = re.compile(
    rb"-----BEGIN [A-Z ]*PRIVATE KEY-----|\"keys\":\s*\{\"(?:input|record|reference)\":\s*\"[0-9a-f]{128}\""
    rb"|AKIA[0-9A-Z]{16}|(?:ghp|github_pat|hf|glpat)_[A-Za-z0-9]{30,}"
)
REACHABLE = ("input_data", "public_data", "starting_kit", "ingestion_program", "path")
"""Where teams or their code can read."""
ENCRYPTED = (MAGIC, b"age-encryption.org/v1", b"-----BEGIN PGP MESSAGE-----", b"Salted__", b"gAAAA", b"\x8c\x0d\x04")
"""First bytes of sealed files: this project's, age, PGP (armoured, symmetric), OpenSSL's enc, Fernet."""


def _head(tree: Tree, name: str, limit: int = HEAD) -> bytes:
    try:
        return tree.read(name, limit)
    except UnreadableError:
        return b""  # the archive's own checks speak of it


@check(
    "C501",
    "error",
    "labels in the input data",
    "Move them to the reference data: the teams' code runs beside the input data.",
)
def label_rows(view: BundleView) -> Iterator[Found]:
    """Rows with a field for labels; files whose names say train, dev, sample, public or preflight pass."""
    for slot, tree in view.data("input_data"):
        for name in tree.names:
            fields = set() if OPEN_NAME.search(name.lower()) else _label_fields(name, _head(tree, name))
            if fields:
                yield Found(f"{slot.name}: {name}", f"field {', '.join(sorted(fields))}")


def _label_fields(name: str, head: bytes) -> set[str]:
    """The label fields of the first row, where it has a value for them."""
    text, suffix = head.decode(errors="replace"), name.lower().rpartition(".")[2]
    if suffix in ("csv", "tsv"):
        try:
            row = next(csv.reader(text.split("\n")[:1], delimiter="\t" if suffix == "tsv" else ","), [])
        except csv.Error:
            return set()
        return {cell.strip().lower() for cell in row} & LABEL_FIELDS
    if suffix in ("jsonl", "ndjson"):
        return _json_fields(text.split("\n")[0])
    return _json_fields(text, whole=True) if suffix == "json" else set()


def _json_fields(text: str, whole: bool = False) -> set[str]:
    """Label fields of a row, of a list of rows, or of a table of columns."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):  # also a row or a list that is longer than what was read
        names = {match[1].lower() for match in re.finditer(r'"([A-Za-z_]{1,20})"\s*:', text)}
        return names & LABEL_FIELDS if text.lstrip().startswith(("[", "{")) else set()
    single = whole and isinstance(value, dict)
    rows = value[:50] if isinstance(value, list) else [value]
    filled: set[str] = set()
    for row in rows:
        for key, cell in row.items() if isinstance(row, dict) else ():
            # A whole file that is one table describes one thing (a graph has a target); its lists are columns.
            if cell not in (None, "", []) and (not single or isinstance(cell, list)):
                filled.add(key.lower())
    return filled & LABEL_FIELDS


@check(
    "C502",
    "warning",
    "a file of the input data is named like labels or keys",
    "Move it to the reference data, or rename it if it is none.",
)
def label_names(view: BundleView) -> Iterator[Found]:
    """label, truth, gold, answer, solution, key, secret, y_test."""
    for slot, tree in view.data("input_data"):
        for name in tree.names:
            if LABEL_NAME.search(name.lower()) and not OPEN_NAME.search(name.lower()):
                yield Found(f"{slot.name}: {name}", "by its name")


@check(
    "C503",
    "error",
    "a file of the reference data lies where teams can read it",
    "Remove it there; if it was published before, make new reference data.",
)
def reference_elsewhere(view: BundleView) -> Iterator[Found]:
    """The same bytes in input data, public data, starting kit, programs or beside the pages."""
    sources: dict[int, list[tuple[str, Tree, str]]] = {}
    whole: set[str | None] = set()
    for slot, tree in view.data("reference_data"):
        whole.add(locate(slot.name))
        for name in tree.names:
            if tree.size(name) > 16 and not HARMLESS.search(name):
                sources.setdefault(tree.size(name), []).append((f"{slot.name}: {name}", tree, name))
    digests: dict[int, dict[str, str]] = {}  # only of sizes that occur on both sides: data sets are large
    for slot, tree in view.data(*REACHABLE):
        if locate(slot.name) in whole:
            yield Found(slot.place, f"{slot.kind} {shown(slot.name)} is the reference data itself")
            continue
        for name in tree.names:
            size = tree.size(name)
            if size in sources and not HARMLESS.search(name):
                if size not in digests:
                    digests[size] = {_digest(other, original): source for source, other, original in sources[size]}
                source = digests[size].get(_digest(tree, name) or "-")
                if source is not None:
                    yield Found(f"{slot.name}: {name}", f"the same bytes as {source}")


def _digest(tree: Tree, name: str) -> str:
    if tree.size(name) > LARGEST_COMPARED:
        return ""
    digest = hashlib.sha256()
    try:
        for piece in tree.chunks(name, LARGEST_COMPARED):
            digest.update(piece)
    except UnreadableError:
        return ""
    return digest.hexdigest()


@check(
    "C504", "error", "a key or a token is in the bundle", "Remove it and replace it everywhere: treat it as published."
)
def secrets(view: BundleView) -> Iterator[Found]:
    """By name and by the first bytes of every file."""
    for prefix, tree in view.trees():
        for name in tree.names:
            if KEY_NAME.search(name) or (not name.endswith(".zip") and KEY_TEXT.search(_head(tree, name))):
                yield Found(prefix + name, "a private key, a token or a file of keys")


@check(
    "C505",
    "warning",
    "hidden data are not encrypted",
    "Encrypt reference data and hidden inputs, with the key on your own worker (`competition build` does): "
    "anybody can download every data set of a bundle.",
)
def not_encrypted(view: BundleView) -> Iterator[Found]:
    """One finding for each data set."""
    for slot, tree in view.data("reference_data", "input_data"):
        plain = _plain(tree)
        if plain:
            yield Found(slot.place, f"{shown(slot.name)}: readable files: {len(plain)}, the first is {shown(plain[0])}")


def _plain(tree: Tree) -> list[str]:
    """Files that are neither encrypted nor declared open by their name."""
    return [
        name
        for name in tree.names
        if tree.size(name)
        and not HARMLESS.search(name)
        and not OPEN_NAME.search(name.lower())
        and not _head(tree, name, 32).startswith(ENCRYPTED)
    ]


@check(
    "C506", "error", "a sealed bundle with readable hidden files", "Build again; do not add files to a built bundle."
)
def unsealed_file(view: BundleView) -> Iterator[Found]:
    """Only of this project's bundles: beside `data.json` and `preflight/` every file must be sealed."""
    if not sealed(view):
        return
    for slot, tree in view.data("reference_data", "input_data"):
        for name in tree.names:
            kept = name == "data.json" or (slot.kind == "input_data" and name.startswith("preflight/"))
            is_sealed = name.endswith(SUFFIX) and _head(tree, name, len(MAGIC)) == MAGIC
            if not kept and not is_sealed:
                yield Found(f"{slot.name}: {name}", "not sealed")


def sealed(view: BundleView) -> bool:
    """Whether it is this project's bundle and says that its data are sealed."""
    return any(own.get("sealed") is True for _, own in own_programs(view))


def own_programs(view: BundleView) -> Iterator[tuple[Slot, dict[str, object]]]:
    """`program.json` of the programs, where it is this project's."""
    for slot, tree in view.data("ingestion_program", "scoring_program"):
        own = read_json(tree, "program.json")
        if "bundle" in own and "role" in own:
            yield slot, own


def read_json(tree: Tree, name: str) -> dict[str, object]:
    """A small JSON object; empty where there is none."""
    try:
        value = json.loads(tree.read(name, 1 << 20)) if name in tree else {}
    except (UnreadableError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


CHECKS = (label_rows, label_names, reference_elsewhere, secrets, not_encrypted, unsealed_file)
