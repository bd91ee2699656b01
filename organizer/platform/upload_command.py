"""`competition upload`: what an organizer sees of an upload."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from organizer.check.check import check_bundle
from organizer.platform.client import Client
from organizer.platform.credentials import read_credentials
from organizer.platform.live import differences, read_yaml
from organizer.platform.upload import Told, live_competition, publish, upload
from organizer.results.folder import Competition
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import read_file, sha256


def upload_command(console: Console, bundle: Path, make_public: bool) -> int:
    """Check, upload, compare, publish where asked; 0 if the site's competition is what the bundle says.

    Raises:
        OrganizerFault: E201, E231, E232, E261 to E264, E266.

    """
    raw = read_yaml(bundle)
    sealed = _check(console, bundle)
    client = Client(read_credentials(os.environ))
    number = _upload(console, client, bundle, str(raw.get("title", "")))
    live = live_competition(client, number)
    found = differences(raw, live)
    console.print(f"competition    {client.url}/competitions/{number}/", soft_wrap=True, highlight=False)
    for difference in found:
        console.print(f"differs        {difference.line()}", style="bold red", soft_wrap=True, markup=False)
    if make_public and not found:
        console.print("published" if publish(client, number) else "it was published before")
        live = live_competition(client, number)
    elif make_public:
        console.print("not published: correct what differs, then repeat with --publish", style="bold red")
    _by_hand(console, live, raw, sealed)
    return int(bool(found))


def _check(console: Console, bundle: Path) -> bool:
    """Refuse what has errors, and what is not the build beside which it lies; returns whether it is sealed."""
    errors = [problem for problem in check_bundle(bundle) if problem.severity == "error"]
    if errors:
        hint = f"Run `competition check {bundle}` and mend every error first."
        raise OrganizerFault("E266", str(bundle), f"{len(errors)} errors, first: {errors[0].line()[:200]}", hint)
    record = bundle.parent / "build.json"
    if not record.is_file():
        console.print("no build.json beside the bundle: which build it is cannot be checked", style="yellow")
        return True
    try:
        build = json.loads(read_file(record))
        name, digest, sealed = build["archive"], build["sha256"], bool(build["sealed"])
    except (ValueError, KeyError, TypeError):
        raise OrganizerFault("E231", str(record), "not what the build wrote", "Build again.") from None
    if name == bundle.name and digest != sha256(read_file(bundle)):
        hint = "Build again, and install that build's worker folder."
        raise OrganizerFault("E266", str(bundle), "it was changed after the build", hint)
    return sealed


def _upload(console: Console, client: Client, bundle: Path, title: str) -> int:
    columns = (TextColumn("sending"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("sending", total=bundle.stat().st_size, visible=False)

        def sent(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=True)

        return upload(client, bundle, title, Told(lambda text: console.print(text, highlight=False), sent))


def _by_hand(console: Console, live: Competition, raw: Mapping[str, Any], sealed: bool) -> None:
    """What no command can do."""
    todo = ["copy dist/worker to the GPU worker as root and start it behind the gate (docs/worker-guide.md)"]
    if live.queue is None:
        todo.append(
            "choose your own queue on the edit page: on the shared queue other people's workers would run this "
            "competition, and have no keys"
        )
    else:
        todo.append(f"let only your worker listen to the queue {live.queue.name}; anybody can read its address")
    if "@sha256:" not in live.image:
        todo.append(f"pin the image by its digest: {live.image} can be replaced by whoever may push it")
    if not raw.get("registration_auto_approve"):
        todo.append("approve participants on the competition's page as they register")
    if not live.published:
        todo.append("publish it: repeat this command with --publish")
    if not sealed:
        todo.append("invite nobody to a real contest: this build is not sealed, its hidden data can be read")
    todo.append("submit the baseline once with an account of your own, then `competition results` and look at it")
    console.print("by hand:")
    for item in todo:
        console.print(f"  - {item}", soft_wrap=True, markup=False, highlight=False)
