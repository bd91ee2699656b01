"""The secrecy check: what an anonymous visitor can download now, tried, with a verdict for each.

Nothing that is found is kept: of a data set its digest and the names in it, of an address whether it holds a password.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from organizer.audit.build import BuildFacts
from organizer.audit.checks_site import PIECES, archive_digests
from organizer.audit.exposure import Exposure, Visit
from organizer.check.tree import ZIP_FAULTS
from organizer.platform.client import Client
from organizer.platform.transfer import Absent, Expired, fetch
from organizer.results.folder import Phase, ResultsFolder
from sealing.seal import SUFFIX
from xtreme_tasks.faults import OrganizerFault

TRIED = 3
"""Submissions of each phase whose files are asked for."""


def visit(client: Client, results: ResultsFolder, build: BuildFacts) -> Visit:
    """Try everything as nobody.

    Args:
        client: without an account.
        results: of this competition; it knows the keys and the numbers to try.
        build: what the data sets must be.

    Raises:
        OrganizerFault: E233 (the client has an account, or another site's), E261 (the site cannot be reached).

    """
    if not client.credentials.anonymous or client.url != results.competition.site:
        raise OrganizerFault("E233", "--live", f"the results are of {results.competition.site or 'a rehearsal'}")
    downloads: dict[str, str] = {}
    found = [*_page(client, results), *_lists(client, results), *_data(client, results, build, downloads)]
    return Visit((*found, *_submissions(client, results)), downloads)


def _asked(client: Client, path: str) -> tuple[Any, str]:
    """The answer, or None with why there is none."""
    try:
        return client.get(path), ""
    except OrganizerFault as fault:
        if fault.code == "E261":
            raise
        return None, fault.detail or fault.code


def _page(client: Client, results: ResultsFolder) -> Iterator[Exposure]:
    path = f"/api/competitions/{results.competition.id}/"
    page, refusal = _asked(client, path)
    if not isinstance(page, dict):
        yield Exposure("the competition's page", refusal, "closed")
        return
    keys = len({data.get("key") for phase in page.get("phases") or [] for data in _listed(phase)})
    yield Exposure("the competition's page", f"phases, and the keys of {keys} data sets", "public")
    queue = page.get("queue")
    address = str(queue.get("broker_url") or "") if isinstance(queue, dict) else ""
    if "@" in address:
        remedy = (
            "The platform shows it to everybody: let only the site and your workers reach the broker (firewall), and "
            "run nothing but the gate behind this queue; a new password helps until the next visitor."
        )
        yield Exposure("the queue", "its address with user and password", "open", remedy)
    else:
        yield Exposure("the queue", "no address with a password", "closed")


def _listed(phase: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for task in phase.get("tasks") or []:
        yield from task.get("public_datasets") or []


def _lists(client: Client, results: ResultsFolder) -> Iterator[Exposure]:
    number = results.competition.id
    listed = {
        "the results with hidden columns": f"/api/competitions/{number}/results.json",
        "the list of participants": f"/api/participants/?competition={number}",
    }
    for what, path in listed.items():
        answer, refusal = _asked(client, path)
        if answer:
            yield Exposure(
                what, f"{len(answer)} items", "open", "The platform should refuse it: ask its administrator."
            )
        else:
            yield Exposure(what, refusal or "an empty list", "closed")
    for phase in results.competition.phases:
        yield _listing(client, phase)


def _listing(client: Client, phase: Phase) -> Exposure:
    """The phase's submissions: those on the leaderboard are anybody's to see, without what opens them."""
    what = f"the submissions of {phase.key}"
    answer, refusal = _asked(client, f"/api/submissions/?phase={phase.id}")
    items = answer.get("results") if isinstance(answer, dict) else answer
    if not isinstance(items, list) or not items:
        return Exposure(what, refusal or "an empty list", "closed")
    opening = [item for item in items if isinstance(item, dict) and (item.get("secret") or item.get("data"))]
    if opening:
        remedy = "The platform should not show them: ask its administrator, and take the competition offline."
        return Exposure(what, f"{len(opening)} with a secret, or with the key of their code", "open", remedy)
    return Exposure(what, f"{len(items)} listed, without secrets or code", "public")


def _data(client: Client, results: ResultsFolder, build: BuildFacts, downloads: dict[str, str]) -> Iterator[Exposure]:
    expected = archive_digests(build.upload)
    for phase in results.competition.phases:
        for task in phase.tasks:
            for piece in PIECES:
                key, what = task.data.get(piece, ""), f"{piece} of {phase.key}"
                if key and key not in downloads:
                    yield _one_set(client, key, what, expected.get((phase.key, piece), ""), build, downloads)


def _one_set(
    client: Client, key: str, what: str, expected: str, build: BuildFacts, downloads: dict[str, str]
) -> Exposure:
    with tempfile.TemporaryDirectory(prefix="competition-visit-") as scratch:
        path = Path(scratch, "data.zip")
        try:
            downloads[key] = fetch(client, f"{client.url}/datasets/download/{key}/", path).sha256
        except (Absent, Expired):
            return Exposure(what, "refused", "closed")
        except OrganizerFault as fault:
            return Exposure(what, fault.detail, "not tried")
        same = "as built" if downloads[key] == expected else "not the file of the bundle"
        if what.endswith("program") or "_program of" in what:
            return Exposure(what, same, "public")
        plain = _plain_names(path)
    if not plain:
        return Exposure(what, f"{same}, all of it encrypted", "sealed")
    if not build.sealed:
        return Exposure(what, f"{same}, {len(plain)} files that anybody can read, as declared", "public")
    remedy = "Take the competition offline, put the build's task back, and prepare other hidden data."
    return Exposure(what, f"{same}, readable: {', '.join(plain[:3])}", "open", remedy)


def _plain_names(path: Path) -> list[str]:
    """Files of an archive that are neither encrypted nor meant to be read by anybody."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
    except ZIP_FAULTS:
        return ["no zip"]
    meant: Callable[[str], bool] = lambda name: name == "data.json" or name.startswith("preflight/")  # noqa: E731
    return [name for name in names if not name.endswith(SUFFIX) and not meant(name)]


def _submissions(client: Client, results: ResultsFolder) -> Iterator[Exposure]:
    """Code, logs and outputs of some submissions on each leaderboard, and their detail pages."""
    for phase in results.competition.phases:
        numbers = [row.submission for row in results.leaderboards.get(phase.key, ())][:TRIED]
        if not numbers:
            yield Exposure(f"submissions of {phase.key}", "none on the leaderboard", "not tried")
            continue
        found = [number for number in numbers if _files(_asked(client, f"/api/submissions/{number}/get_details/")[0])]
        what = f"code, logs and outputs in {phase.key}"
        if found:
            remedy = "Set `hide_output` of the phase to true on the edit page, as the bundle has it."
            yield Exposure(what, f"of submission {', '.join(map(str, found))}", "open", remedy)
        else:
            yield Exposure(what, f"refused for {len(numbers)} submissions", "closed")
        page, refusal = _asked(client, f"/api/submissions/{numbers[0]}/get_detail_result/")
        seen = "the detail page, which holds no hidden data" if page else refusal or "no page"
        yield Exposure(f"detail pages in {phase.key}", seen, "public" if page else "closed")


def _files(answer: object) -> bool:
    """Whether an answer names any file."""
    if not isinstance(answer, dict):
        return False
    return any(answer.get(name) for name in ("data_file", "prediction_result", "scoring_result", "logs"))
