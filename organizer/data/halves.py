"""Dividing the hidden items between `evaluation` and `final`: whole items, balanced by language and label."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence

Cell = tuple[str, str]
"""What is balanced: a language and, for classification, a label."""


def halve(
    items: Mapping[int, Sequence[Cell]], whole: Collection[str], shuffle: Callable[[int], bytes]
) -> dict[int, bool]:
    """Which items go to `final` (True) rather than `evaluation`.

    Large items first, in secret order; each goes to the half that has less of what it holds. An item of a language
    that is not divided goes to `final`.

    Args:
        items: the cells of each item's rows.
        whole: languages whose rows all go to `final`.
        shuffle: a secret value for an item, which decides its turn and every tie.

    """
    surplus: defaultdict[Cell, int] = defaultdict(int)  # rows in final minus rows in evaluation
    undivided = frozenset(whole)
    order = sorted((-len(cells), shuffle(item), item) for item, cells in items.items())
    final: dict[int, bool] = {}
    # Forced items come first, so that the free ones can make up for what they bring along.
    forced = [entry for entry in order if any(language in undivided for language, _ in items[entry[2]])]
    chosen = {entry[2] for entry in forced}
    for _, value, item in [*forced, *(entry for entry in order if entry[2] not in chosen)]:
        held = Counter(items[item])
        lean = sum(count * surplus[cell] for cell, count in held.items())
        goes = item in chosen or lean < 0 or (lean == 0 and bool(value[-1] & 1))
        final[item] = goes
        for cell, count in held.items():
            surplus[cell] += count if goes else -count
    return final
