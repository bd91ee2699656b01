"""The fact sheet: the questions that a team answers with each submission, in the one shape that the platform takes."""

from __future__ import annotations

from collections.abc import Iterator

from organizer.check.bundle_view import BundleView, at, at_key
from organizer.check.problem import Found, check, shown
from organizer.check.yaml_view import Item

KEYS = ("key", "type", "title", "selection", "is_required", "is_on_leaderboard")
TYPES = ("checkbox", "text", "select")


def questions(view: BundleView) -> Iterator[tuple[str, Item]]:
    """Every question by its key."""
    sheet = view.yaml.get("fact_sheet")
    if sheet is not None:
        yield from sheet.members.items()


@check("C151", "error", "a question is malformed", f"Give it exactly these keys: {', '.join(KEYS)}.")
def shape(view: BundleView) -> Iterator[Found]:
    """The platform refuses missing and additional keys."""
    for name, question in questions(view):
        differing = sorted(set(KEYS) ^ set(question.members))
        if not isinstance(question.value, dict) or differing:
            yield Found(at(question), f"{shown(name)}: {', '.join(differing)}")


@check("C152", "error", "a question's key differs from its name", "Write the same word in both places.")
def key_differs(view: BundleView) -> Iterator[Found]:
    """The platform refuses it."""
    for name, question in questions(view):
        key = question.text("key")
        if key is not None and key != name:
            yield Found(at_key(question, "key"), f"{shown(name)} and {shown(key)}")


@check("C153", "error", "a question's type is unknown", f"Write one of {', '.join(TYPES)}.")
def unknown_type(view: BundleView) -> Iterator[Found]:
    """The platform refuses it."""
    for name, question in questions(view):
        kind = question.get("type")
        if kind is not None and kind.value not in TYPES:
            yield Found(at(kind), f"{shown(name)}: {shown(kind.value)}")


@check(
    "C154",
    "error",
    "a question's selection does not fit its type",
    'Write [true, false] for a checkbox, "" for a text, a list of words or numbers for a select.',
)
def selection(view: BundleView) -> Iterator[Found]:
    """The form cannot be filled in otherwise."""
    for name, question in questions(view):
        kind, chosen = question.text("type"), question.members.get("selection")
        if kind not in TYPES or chosen is None:
            continue
        values = [entry.value for entry in chosen.entries]
        fits = {
            "checkbox": values == [True, False],
            "text": chosen.value == "",
            "select": bool(values) and all(isinstance(value, str | bool | int | float) for value in values),
        }
        if not fits[kind]:
            yield Found(at(chosen), f"{shown(name)} of type {kind}")


@check("C155", "error", "a question's switch is not the text true or false", 'Write "true" or "false" in quotes.')
def switches(view: BundleView) -> Iterator[Found]:
    """The form compares with these texts, so a bare true counts as neither."""
    for name, question in questions(view):
        for key in ("is_required", "is_on_leaderboard"):
            item = question.get(key)
            if item is not None and item.value not in ("true", "false"):
                yield Found(at(item), f"{key} of {shown(name)} is {shown(item.value)}")


@check("C156", "warning", "a question's key is not one word", "Use letters, digits and underscore.")
def key_word(view: BundleView) -> Iterator[Found]:
    """It becomes a field's name in a form."""
    for name, question in questions(view):
        if not name.isidentifier() or not name.isascii():
            yield Found(at(question), shown(name))


CHECKS = (shape, key_differs, unknown_type, selection, switches, key_word)
