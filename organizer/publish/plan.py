"""Which values the hosted leaderboard must get so that the platform's own sorting shows the official order.

A team keeps the adjusted score that scoring signed wherever the order allows it; one that moved gets a value strictly
between its new neighbours. Everything here takes values and returns values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from organizer.publish.hosted import CHANGED, GAINED, PRIMARY, HostedRow, Standing, compare, in_order, standing
from organizer.publish.official import DECIMALS, Official, OfficialRow
from organizer.results.folder import Column
from xtreme_tasks.faults import OrganizerFault

UNIT = 10**DECIMALS
"""Values are whole numbers of the smallest step that the platform keeps."""
STEP = UNIT // 100
"""Between neighbours where nothing bounds them from outside."""
COARSE = (2, 4, 6, 8, DECIMALS)
LOWEST = Decimal(-1)


@dataclass(frozen=True)
class Change:
    """One row of the site's score table: what it is, what it becomes and why."""

    submission: int
    team: str
    key: str
    row: int
    old: Decimal
    new: Decimal
    why: str


def plain(value: Decimal) -> str:
    """A value without zeros behind its last digit: the site's numbers come with ten decimals."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True)
class Plan:
    """What a publication does in one phase.

    Attributes:
        values: what the site will show of the two columns, by submission.
        order: submissions as the hosted leaderboard will have them.
        problems: what no publication can mend, one line each.

    """

    phase: str
    changes: tuple[Change, ...]
    values: Mapping[int, Mapping[str, Decimal]]
    order: tuple[int, ...]
    problems: tuple[str, ...]


def make_plan(official: Official, hosted: Sequence[HostedRow], columns: Sequence[Column]) -> Plan:
    """The plan of one phase.

    Args:
        official: the official order.
        hosted: rows of the phase's leaderboard, in any order.
        columns: of the leaderboard, which is sorted by the adjusted score, the greatest first.

    Raises:
        OrganizerFault: E276 where no values give that order: a row without an adjusted score, or two rows that the
            platform cannot tell apart.

    """
    found = {row.submission: row for row in hosted}
    for row in hosted:
        if row.total(PRIMARY) is None:
            hint = "The platform sorts it first and no value can be set: run the submission again under a permit."
            raise OrganizerFault("E276", f"{official.phase} submission {row.submission}", f"no {PRIMARY}", hint)
    ranked = [row for row in official.rows if row.submission in found]
    values: dict[int, dict[str, Decimal]] = {}
    planned = _adjusted(ranked, found, columns)
    for place, value in zip(ranked, planned, strict=True):
        values[place.submission] = {PRIMARY: value, GAINED: Decimal(place.places_gained)}
    bottom = min([LOWEST, *(value - 1 for value in planned[-1:])])
    unranked = [row for row in hosted if row.submission not in values]
    values |= {row.submission: {PRIMARY: bottom, GAINED: Decimal()} for row in unranked}
    order = in_order([standing(row, _shown(row, values)) for row in hosted], columns)
    if [one.submission for one in order][: len(ranked)] != [row.submission for row in ranked]:
        raise OrganizerFault("E276", official.phase, "the platform cannot tell two rows apart")
    changes = tuple(_changes(official, ranked, found, values, planned))
    places = tuple(one.submission for one in order)
    return Plan(official.phase, changes, values, places, tuple(_problems(official, found)))


def _shown(row: HostedRow, values: Mapping[int, Mapping[str, Decimal]]) -> dict[str, Decimal]:
    """Planned values, without a column of which the row has none: nobody can make one."""
    return {key: value for key, value in values[row.submission].items() if row.cells.get(key)}


def _problems(official: Official, found: Mapping[int, HostedRow]) -> Iterator[str]:
    for row in official.rows:
        if row.submission not in found:
            yield f"{row.team}: its submission {row.submission} is not on the hosted leaderboard"
        elif not found[row.submission].cells.get(GAINED):
            yield f"{row.team}: its submission {row.submission} has no {GAINED} on the site"


def _changes(
    official: Official,
    ranked: Sequence[OfficialRow],
    found: Mapping[int, HostedRow],
    values: Mapping[int, Mapping[str, Decimal]],
    planned: Sequence[Decimal],
) -> Iterator[Change]:
    for place, row in enumerate(ranked):
        moved = planned[place] != row.adjusted
        above = ranked[place - 1].team if place else ""
        below = ranked[place + 1].team if place + 1 < len(ranked) else ""
        whys = {
            PRIMARY: _between(above, below) if moved else "what scoring signed",
            GAINED: "by the efficiency adjustment",
        }
        yield from _of_row(found[row.submission], row.team, values[row.submission], whys)
    official_numbers = {row.submission for row in ranked}
    for number in sorted(set(found) - official_numbers):
        why = official.unproven.get(number, "not proven by a signed record")
        whys = dict.fromkeys(CHANGED, f"{why}: below all others")
        yield from _of_row(found[number], found[number].account, values[number], whys)


def _between(above: str, below: str) -> str:
    if above and below:
        return f"between {above} and {below}"
    return f"above {below}" if below else f"below {above}"


def _of_row(row: HostedRow, team: str, values: Mapping[str, Decimal], whys: Mapping[str, str]) -> Iterator[Change]:
    for key in CHANGED:
        cells = row.cells.get(key, ())
        if not cells or row.total(key) == values[key]:
            continue
        # Somebody who knows a submission's secret can add rows; the site shows their sum.
        for number, cell in enumerate(cells):
            new = values[key] if number == 0 else Decimal()
            if cell.value != new:
                why = "added to the row that scoring wrote" if number else whys[key]
                yield Change(row.submission, team, key, cell.id, cell.value, new, why)


def _adjusted(
    ranked: Sequence[OfficialRow], found: Mapping[int, HostedRow], columns: Sequence[Column]
) -> list[Decimal]:
    """An adjusted score for each row of the official order."""
    if not ranked:
        return []
    base = [_units(row.adjusted) for row in ranked]
    rows = []
    for row in ranked:
        hosted = found[row.submission]
        gained = {GAINED: Decimal(row.places_gained)} if hosted.cells.get(GAINED) else {}
        rows.append(standing(hosted, {PRIMARY: row.adjusted, **gained}))
    stay = _stay(ranked, base, rows, columns)
    values = dict(zip(stay, (base[place] for place in stay), strict=True))
    last = len(base) - 1
    for upper, lower in zip((-1, *stay), (*stay, last + 1), strict=True):
        count = lower - upper - 1
        high = values.get(upper) if upper >= 0 else None
        low = values.get(lower) if lower <= last else None
        values |= dict(zip(range(upper + 1, lower), _spread(high, low, count), strict=True))
    return [Decimal(values[place]) / UNIT for place in range(len(base))]


def _stay(
    ranked: Sequence[OfficialRow], base: Sequence[int], rows: Sequence[Standing], columns: Sequence[Column]
) -> list[int]:
    """Places of those who keep their value: as many as possible, and who did not move up before who did.

    The heaviest chain by dynamic programming; the last team stays if it has nothing, so that nobody goes below zero.
    """
    weights = [1 if row.places_gained > 0 else len(ranked) + 1 for row in ranked]
    best: list[tuple[int, int]] = []
    for place, weight in enumerate(weights):
        before = [
            (best[other][0], other)
            for other in range(place)
            if _room(base[other], base[place], place - other)
            or (place - other == 1 and compare(rows[other], rows[place], columns) < 0)
        ]
        total, other = max(before, default=(0, -1))
        best.append((total + weight, other))
    last = len(base) - 1
    end = last if base[last] == 0 else max(range(len(base)), key=lambda place: best[place][0])
    chain = []
    while end >= 0:
        chain.append(end)
        end = best[end][1]
    return chain[::-1]


def _room(high: int, low: int, steps: int) -> bool:
    """Whether `steps - 1` different values fit strictly between."""
    return high - low >= steps


def _spread(high: int | None, low: int | None, count: int) -> list[int]:
    """So many values from the highest to the lowest, strictly between the two, and as round as that allows."""
    if not count:
        return []
    if high is None and low is None:
        raise ValueError("somebody always stays")
    if high is None:
        assert low is not None  # noqa: S101 - for the type checker
        return [low + STEP * (count - number) for number in range(count)]
    if low is None:
        low = max(high - STEP * (count + 1), 0) if high > count else high - STEP * (count + 1)
    exact = [high - (high - low) * number // (count + 1) for number in range(1, count + 1)]
    for decimals in COARSE:
        grain = 10 ** (DECIMALS - decimals)
        rounded = [-(-value // grain) * grain for value in exact]
        if all(left > right for left, right in zip((high, *rounded), (*rounded, low), strict=True)):
            return rounded
    raise ValueError("no room between two values")


def _units(value: Decimal) -> int:
    return int((value * UNIT).to_integral_value())
