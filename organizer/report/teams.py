"""Under which name an account stands in a report: its team's, or the name that visitors of the site read."""

from __future__ import annotations

from collections.abc import Mapping

from organizer.results.folder import ResultsFolder


def team_names(folder: ResultsFolder, roster: Mapping[str, str] | None = None) -> Mapping[str, str]:
    """Team by account, for the accounts that have one.

    Args:
        folder: the results.
        roster: team by account; accounts that it does not list have no team. None: there is no roster, and every
            account with a row on a hosted leaderboard is a team of its own, under the name shown there.

    """
    if roster is not None:
        return dict(roster)
    shown: dict[str, str] = {}
    for rows in folder.leaderboards.values():
        for row in rows:
            if row.account:
                shown.setdefault(row.account, row.shown or row.account)
    taken: dict[str, str] = {}
    for account, name in sorted(shown.items()):
        # Two accounts may show one name: the second keeps the account's own, so that both stay apart.
        taken[account] = name if name not in taken.values() else account
    return taken
