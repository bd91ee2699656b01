"""The archive itself: can it be opened, is the YAML where and what it must be, are names and members sane."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from organizer.check.bundle_view import YAML_NAME, BundleView
from organizer.check.platform_limits import QUOTA_BYTES
from organizer.check.problem import Found, check, shown
from organizer.check.tree import UnreadableError
from organizer.check.yaml_view import Item

READ_BYTES = 1 << 30
"""How much of the archives is read to find damaged members."""


@check(
    "C001", "error", "the bundle cannot be opened", "Upload a zip file, made with an ordinary zip tool or by the build."
)
def not_an_archive(view: BundleView) -> Iterator[Found]:
    """Not a zip, damaged, or too many members."""
    if view.open_error:
        yield Found(view.path.name, view.open_error)


@check(
    "C002",
    "error",
    f"{YAML_NAME} is not at the root",
    f"Zip the files themselves, so that {YAML_NAME} has no folder before its name.",
)
def yaml_not_at_root(view: BundleView) -> Iterator[Found]:
    """The platform looks for this one name at the root."""
    if view.open_error or YAML_NAME in view.tree:
        return
    elsewhere = [name for name in view.tree.names if name.endswith("/" + YAML_NAME)]
    similar = difflib.get_close_matches(YAML_NAME, [name for name in view.tree.names if "/" not in name], 1)
    if elsewhere:
        yield Found(view.path.name, f"it lies at {shown(elsewhere[0])}")
    elif similar:
        yield Found(view.path.name, f"there is only {shown(similar[0])}", f"Rename it to {YAML_NAME}.")
    else:
        yield Found(view.path.name, f"no {YAML_NAME}")


@check("C003", "error", f"{YAML_NAME} cannot be read", "Mend the YAML at the line that is named; UTF-8, no tags.")
def yaml_unreadable(view: BundleView) -> Iterator[Found]:
    """Syntax, encoding, unknown tags, size, aliases without end."""
    if view.yaml_error:
        yield Found(f"{YAML_NAME} line {view.yaml_line}" if view.yaml_line else YAML_NAME, view.yaml_error)


@check("C004", "error", f"{YAML_NAME} is not a table", "Write keys and values, beginning with `version: 2`.")
def yaml_not_a_mapping(view: BundleView) -> Iterator[Found]:
    """An empty file or a list."""
    if YAML_NAME in view.tree and not view.yaml_error and not isinstance(view.yaml.value, dict):
        yield Found(YAML_NAME, "it holds no keys")


@check("C005", "warning", "a key stands twice", "Remove one: the last one wins, without a message.")
def key_twice(view: BundleView) -> Iterator[Found]:
    """YAML loaders keep the last of equal keys."""
    waiting, seen = [view.yaml], set[int]()
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        for key, line in item.twice:
            yield Found(f"{YAML_NAME} line {line}", f"second {shown(key)}")
        waiting.extend(_children(item))


def _children(item: Item) -> list[Item]:
    return [*item.members.values(), *item.entries]


@check("C006", "error", "a member is encrypted with a zip password", "Pack without a password: nobody can type it in.")
def encrypted(view: BundleView) -> Iterator[Found]:
    """Neither the site nor the worker has a password."""
    for prefix, tree in view.trees():
        yield from (Found(prefix + entry.name, "encrypted") for entry in tree.entries if entry.encrypted)


@check(
    "C007",
    "error",
    "a member's name leads outside the folder",
    "Pack relative names without .., backslash or drive letter.",
)
def outside(view: BundleView) -> Iterator[Found]:
    """Absolute names, `..`, Windows separators: extraction drops or renames them."""
    pattern = re.compile(r"^/|^[A-Za-z]:|\\|(^|/)\.\.(/|$)")
    for prefix, tree in view.trees():
        yield from (Found(prefix + name, "not a plain relative name") for name in tree.names if pattern.search(name))


@check("C008", "warning", "a name occurs twice in a zip", "Pack each file once: the last one wins.")
def name_twice(view: BundleView) -> Iterator[Found]:
    """Also names that differ in case only, which some file systems cannot keep apart."""
    for prefix, tree in view.trees():
        seen: set[str] = set()
        for entry in tree.entries:
            if entry.name.lower() in seen:
                yield Found(prefix + entry.name, "occurs twice")
            seen.add(entry.name.lower())


@check(
    "C009", "warning", "a file's name is not plain ASCII", "Rename it with letters, digits, dot, dash and underscore."
)
def not_ascii(view: BundleView) -> Iterator[Found]:
    """Zip tools disagree about the encoding of names; control characters break logs."""
    for prefix, tree in view.trees():
        for name in tree.names:
            if not (name.isascii() and name.isprintable()):
                yield Found(prefix + name, f"name with {name!a}")


@check("C010", "warning", "a link or special file", "Pack the file itself: a link arrives as a small text file.")
def special(view: BundleView) -> Iterator[Found]:
    """Python's zipfile, which site and worker use, does not make links."""
    for prefix, tree in view.trees():
        yield from (Found(prefix + entry.name, "not a regular file") for entry in tree.entries if entry.special)


@check("C011", "error", "a member is damaged", "Pack the bundle again and compare its digest after each copy.")
def damaged(view: BundleView) -> Iterator[Found]:
    """Reads every member against its checksum, up to a total of `READ_BYTES`."""
    left = READ_BYTES
    for prefix, tree in view.trees():
        for entry in tree.entries if tree.kind == "zip" else ():
            if entry.encrypted or entry.bomb or entry.special or entry.size > left:
                continue  # other checks speak of these
            try:
                left -= sum(len(piece) for piece in tree.chunks(entry.name, entry.size + 1))
            except UnreadableError as error:
                yield Found(prefix + entry.name, str(error))


@check(
    "C012", "error", "a member unpacks to suspiciously much", "Leave it out, or pack real content: it fills the disk."
)
def bomb(view: BundleView) -> Iterator[Found]:
    """More than 64 MiB at a ratio that text does not reach; it was not opened."""
    for prefix, tree in view.trees():
        for entry in tree.entries:
            if entry.bomb:
                yield Found(prefix + entry.name, f"{entry.packed:,} bytes become {entry.size:,}")


@check(
    "C013",
    "warning",
    "the bundle is larger than an account's storage",
    "Make the data smaller, or ask the operator for quota: the bundle and what is unpacked from it both count.",
)
def too_large(view: BundleView) -> Iterator[Found]:
    """The site keeps the bundle and every data set of it."""
    total = 2 * sum(entry.packed if entry.packed is not None else entry.size for entry in view.tree.entries)
    if total > QUOTA_BYTES:
        yield Found(view.path.name, f"needs {total / 1e9:.1f} GB of {QUOTA_BYTES / 1e9:.0f} GB")


@check("C014", "note", "a file that nothing names", "Leave it out, or name it in the YAML.")
def unused(view: BundleView) -> Iterator[Found]:
    """Left-overs are uploaded with the bundle; pictures and other files beside pages are not served."""
    named = [str(page.text("file")) for page in view.listed("pages")]
    named += [str(view.yaml.text(key)) for key in ("image", "terms")] + [slot.name for slot in view.slots] + [YAML_NAME]
    kept = {name.removeprefix("./").rstrip("/") for name in named}
    for name in view.tree.names:
        parents = {name[:end] for end, letter in enumerate(name) if letter == "/"} | {name}
        if not parents & kept:
            yield Found(name, f"{view.tree.size(name):,} bytes that the platform does not use")


@check(
    "C015", "note", "a cache or a system's own file", "Leave it out: __pycache__, .git, .DS_Store, __MACOSX, Thumbs.db."
)
def litter(view: BundleView) -> Iterator[Found]:
    """They tell about the organizer's machine and change digests."""
    pattern = re.compile(r"(^|/)(__pycache__|__MACOSX|\.git|\.svn|\.ipynb_checkpoints|\.DS_Store|Thumbs\.db)(/|$)")
    for prefix, tree in view.trees():
        yield from (Found(prefix + name, "not content") for name in tree.names if pattern.search(name))


OPENING = (not_an_archive, yaml_not_at_root, yaml_unreadable, yaml_not_a_mapping)
"""What must hold before anything else can be checked."""
CHECKS = (
    key_twice,
    encrypted,
    outside,
    name_twice,
    not_ascii,
    special,
    damaged,
    bomb,
    too_large,
    unused,
    litter,
)
