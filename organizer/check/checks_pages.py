"""What visitors see first: title, picture, terms, pages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from organizer.check.bundle_view import BundleView, at, at_key, locate
from organizer.check.pictures import look
from organizer.check.platform_limits import IMAGE_KINDS, TITLE
from organizer.check.problem import Found, check, shown
from organizer.check.tree import UnreadableError
from organizer.check.yaml_view import Item

IMAGE_BYTES = 2 << 20
IMAGE_PIXELS = 4000
PAGE_BYTES = 4 << 20


@check("C111", "error", "the title is missing or too long", f"Write `title:` with 1 to {TITLE} characters.")
def title(view: BundleView) -> Iterator[Found]:
    """Required by the platform's model."""
    text = view.yaml.text("title")
    if text is None or not text.strip():
        yield Found(at_key(view.yaml, "title"), "no title")
    elif len(text) > TITLE:
        yield Found(at_key(view.yaml, "title"), f"{len(text)} characters")


@check("C112", "error", "there is no image", "Write `image:` with the name of a picture in the bundle.")
def image_missing(view: BundleView) -> Iterator[Found]:
    """The unpacker stops without it."""
    name = view.yaml.text("image")
    if name is None:
        yield Found(at_key(view.yaml, "image"), "no image")
    elif not view.has_file(name):
        yield Found(at_key(view.yaml, "image"), f"{shown(name)} is not in the bundle")


@check("C113", "error", "the image is not a picture", f"Use a real {', '.join(IMAGE_KINDS)} file.")
def image_not_a_picture(view: BundleView) -> Iterator[Found]:
    """The platform opens it to make an icon, and creation fails if it cannot."""
    for name, data in _image(view):
        picture = look(data)
        if picture is None or (picture.kind != "webp" and not (picture.width and picture.height)):
            yield Found(name, "its bytes are no picture")


@check("C122", "note", "the image's suffix is of another kind", "Rename it to the kind that its bytes are.")
def image_suffix(view: BundleView) -> Iterator[Found]:
    """The platform goes by the bytes; browsers and people by the name."""
    for name, data in _image(view):
        picture = look(data)
        if picture is not None and name.rpartition(".")[2].lower().replace("jpg", "jpeg") != picture.kind:
            yield Found(name, f"a {picture.kind} by its bytes")


@check("C114", "warning", "the image is very large", "Scale it to some hundred pixels: every visitor loads it.")
def image_large(view: BundleView) -> Iterator[Found]:
    """It is shown as a logo."""
    for name, data in _image(view):
        picture = look(data)
        if len(data) >= IMAGE_BYTES:
            yield Found(name, f"{IMAGE_BYTES >> 20} MiB or more")
        elif picture and max(picture.width, picture.height) > IMAGE_PIXELS:
            yield Found(name, f"{picture.width} x {picture.height} pixels")


def _image(view: BundleView) -> Iterator[tuple[str, bytes]]:
    located = locate(view.yaml.text("image") or "")
    if located is not None and located in view.tree:
        try:
            yield located, view.tree.read(located, IMAGE_BYTES)
        except UnreadableError:
            return  # C011 and its neighbours speak of it


@check("C115", "error", "there are no terms", "Write `terms:` with the name of a markdown or HTML file in the bundle.")
def terms_missing(view: BundleView) -> Iterator[Found]:
    """The unpacker stops without them."""
    name = view.yaml.text("terms")
    if name is None:
        yield Found(at_key(view.yaml, "terms"), "no terms")
    elif not view.has_file(name):
        yield Found(at_key(view.yaml, "terms"), f"{shown(name)} is not in the bundle")


@check("C116", "error", "there are no pages", "Write `pages:` with at least one title and file.")
def pages_missing(view: BundleView) -> Iterator[Found]:
    """The unpacker fails without the key; a contest without pages explains nothing."""
    item = view.yaml.get("pages")
    if item is None or not item.entries:
        yield Found(at_key(view.yaml, "pages"), "no pages")


@check("C117", "error", "a page has no title or no file", "Write `title:` and `file:`, and pack the file.")
def page_incomplete(view: BundleView) -> Iterator[Found]:
    """The unpacker stops at a page that it cannot open."""
    for page in view.listed("pages"):
        name = page.text("file")
        if not (page.text("title") or "").strip():
            yield Found(at(page), "a page without a title")
        if name is None:
            yield Found(at(page), "a page without a file")
        elif not view.has_file(name):
            yield Found(at_key(page, "file"), f"{shown(name)} is not in the bundle")


@check("C118", "error", "a page or the terms are empty", "Write something into the file that is named.")
def text_empty(view: BundleView) -> Iterator[Found]:
    """Empty files are refused; blank ones show nothing."""
    for place, name, data in _texts(view):
        if not data.strip():
            yield Found(place, f"{shown(name)} is empty")


@check("C119", "error", "a page or the terms are not UTF-8", "Save the file that is named as UTF-8.")
def text_not_utf8(view: BundleView) -> Iterator[Found]:
    """The unpacker fails at the first other byte."""
    for place, name, data in _texts(view):
        try:
            data.decode()
        except UnicodeDecodeError as error:
            yield Found(place, f"{shown(name)} at byte {error.start}")


@check(
    "C120",
    "warning",
    "a page refers to a file of the bundle",
    "Use a data: address or a public one: the platform does not serve files that lie beside pages.",
)
def page_refers(view: BundleView) -> Iterator[Found]:
    """Only the page's text is kept, so relative pictures and links lead nowhere."""
    pattern = re.compile(r"!\[[^\]]*\]\(\s*([^)\s]+)|<img[^>]+src=[\"']([^\"']+)", re.IGNORECASE)
    for _, name, data in _texts(view):
        for number, line in enumerate(data.decode(errors="replace").split("\n"), start=1):
            for match in pattern.finditer(line[:10_000]):
                address = match[1] or match[2]
                if not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|/|#", address):
                    yield Found(f"{name} line {number}", f"picture {shown(address)}")


def _texts(view: BundleView) -> Iterator[tuple[str, str, bytes]]:
    """Place, name and bytes of the pages and the terms that are there."""
    named: list[tuple[Item, str]] = [(page, "file") for page in view.listed("pages")] + [(view.yaml, "terms")]
    for owner, key in named:
        located = locate(owner.text(key) or "")
        if located is not None and located in view.tree:
            try:
                yield at_key(owner, key), located, view.tree.read(located, PAGE_BYTES)
            except UnreadableError:
                continue  # C011 and its neighbours speak of it


@check("C121", "error", "a name in the YAML leads outside the bundle", "Use names relative to competition.yaml.")
def name_outside(view: BundleView) -> Iterator[Found]:
    """An absolute name or `..` would read the site's own files."""
    named: list[tuple[Item, str]] = [(view.yaml, "image"), (view.yaml, "terms")]
    named += [(page, "file") for page in view.listed("pages")]
    for owner, key in named:
        name = owner.text(key)
        if name is not None and locate(name) is None:
            yield Found(at_key(owner, key), f"{key}: {shown(name)}")
    for slot in view.slots:
        if locate(slot.name) is None:
            yield Found(slot.place, f"{slot.kind}: {shown(slot.name)}")


CHECKS = (
    title,
    image_missing,
    image_not_a_picture,
    image_suffix,
    image_large,
    terms_missing,
    pages_missing,
    page_incomplete,
    text_empty,
    text_not_utf8,
    page_refers,
    name_outside,
)
