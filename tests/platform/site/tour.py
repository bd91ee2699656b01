"""A walk through every endpoint that the commands use, the same for a real platform and the emulated one.

It needs three accounts (an organizer who is no superuser, two others) and no worker: the competition that it makes
runs nothing by itself, lies on a queue of its own, and is deleted at the end. Scores come by the hole that lets
whoever chose a submission's secret post them.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.platform.site.exchange import Exchange, Scrubber
from tests.platform.site.visitor import packed
from tests.platform.site.walk_bundle import REFUSED, bundle

WAIT_SECONDS = 60
_SCORES = {"adjusted_score": 80.123456789, "score": 80.5, "duration": 3.25, "unknown": 1.0}


@dataclass
class Tour:
    """The walk.

    Attributes:
        base: address of the site.
        accounts: name and password of `organizer`, `alia`, `bogdan`.
        exchanges: what has been seen, secrets still in it.

    """

    base: str
    accounts: Mapping[str, tuple[str, str]]
    exchanges: list[Exchange] = field(default_factory=list)
    _tokens: dict[str, str] = field(default_factory=dict)
    _storage: str = ""
    _queue: int = 0

    def scrubbed(self) -> list[Exchange]:
        """What has been seen, without secrets."""
        names = {name: part for part, (name, _) in self.accounts.items()}
        scrubber = Scrubber({self.base: "http://site", self._storage: "http://storage"}, names)
        return [
            Exchange(
                item.step,
                item.who,
                item.method,
                scrubber.text(item.path),
                scrubber.scrub(item.request),
                item.status,
                item.kind,
                scrubber.scrub(item.response),
            )
            for item in self.exchanges
        ]

    def ask(self, step: str, who: str, method: str, path: str, data: Any = None, **query: str | int) -> Any:
        """One request, taken down; the answer's JSON."""
        headers = {"Authorization": f"Token {self._tokens[who]}"} if who else {}
        answered = requests.request(
            method, self.base + path, headers=headers, json=data, params=query, timeout=60, allow_redirects=False
        )
        kind = answered.headers.get("Content-Type", "").partition(";")[0] if answered.content else ""
        value = answered.json() if kind == "application/json" else None
        self.exchanges.append(Exchange(step, who, method, path, data, answered.status_code, kind, value))
        return value

    def walk(self) -> None:
        """All of it."""
        self._sign_in()
        number = self._upload()
        try:
            self._open(number)
            self._play(number)
        finally:
            self.ask("delete: not mine", "bogdan", "DELETE", f"/api/competitions/{number}/")
            self.ask("delete", "organizer", "DELETE", f"/api/competitions/{number}/")
            self.ask("queue: delete another's", "bogdan", "DELETE", f"/api/queues/{self._queue}/")
            self.ask("queue: delete", "organizer", "DELETE", f"/api/queues/{self._queue}/")

    def _sign_in(self) -> None:
        self.ask("token: nothing given", "", "POST", "/api/api-token-auth/", {})
        self.ask("token: wrong", "", "POST", "/api/api-token-auth/", {"username": "nobody", "password": "none"})
        for who, (name, password) in self.accounts.items():
            data = {"username": name, "password": password}
            self._tokens[who] = self.ask(f"token: {who}", "", "POST", "/api/api-token-auth/", data)["token"]
        self._tokens["stranger"] = "0" * 40
        self.ask("token: unknown", "stranger", "GET", "/api/datasets/")
        self.ask("datasets: anonymous", "", "GET", "/api/datasets/")

    def data(self, step: str, who: str, kind: str, content: bytes, name: str) -> Any:
        """Announce, put and complete; what completing answers."""
        plan = {"type": kind, "request_sassy_file_name": name, "file_size": len(content)}
        made = self.ask(f"{step}: announce", who, "POST", "/api/datasets/", plan)
        self._storage = made["sassy_url"].split("/private/")[0]
        put = requests.put(made["sassy_url"], content, headers={"Content-Type": "application/zip"}, timeout=60)
        self.exchanges.append(Exchange(f"{step}: put", who, "PUT", "/storage", None, put.status_code, "", None))
        return self.ask(f"{step}: complete", who, "PUT", f"/api/datasets/completed/{made['key']}/")

    def _upload(self) -> int:
        self.ask("announce: no size", "organizer", "POST", "/api/datasets/", {"type": "competition_bundle"})
        wrong = {"type": "nonsense", "request_sassy_file_name": "a.zip", "file_size": 1}
        self.ask("announce: no such type", "organizer", "POST", "/api/datasets/", wrong)
        self.ask("complete: unknown", "organizer", "PUT", f"/api/datasets/completed/{uuid.uuid4()}/")
        for fault, content in REFUSED.items():
            done = self.data(f"bundle, {fault}", "organizer", "competition_bundle", content, "bundle.zip")
            self._created(f"bundle, {fault}: status", done["status_id"])
        done = self.data("bundle", "organizer", "competition_bundle", bundle(), "bundle.zip")
        return int(self._created("bundle: status", done["status_id"])["resulting_competition"])

    def _created(self, step: str, number: int) -> Any:
        place = f"/api/competitions/{number}/creation_status/"
        return self._until(step, "organizer", place, lambda found: found["status"] != "Starting")

    def _until(self, step: str, who: str, place: str, done: Callable[[Any], bool]) -> Any:
        """Ask again and again; only the last answer is taken down."""
        until = time.monotonic() + WAIT_SECONDS
        while True:
            found = self.ask(step, who, "GET", place)
            if done(found) or time.monotonic() > until:
                return found
            self.exchanges.pop()
            time.sleep(0.2)

    def _open(self, number: int) -> None:
        place = f"/api/competitions/{number}/"
        self.ask("unpublished: anonymous", "", "GET", place)
        self.ask("unpublished: organizer", "organizer", "GET", place)
        self.ask("publish: not mine", "bogdan", "POST", f"{place}toggle_publish/")
        self.ask("publish", "organizer", "POST", f"{place}toggle_publish/")
        self.ask("competitions: mine", "organizer", "GET", "/api/competitions/", mine="true")
        for who in ("alia", "bogdan"):
            self.ask(f"register: {who}", who, "POST", f"{place}register/", {})
        self.ask("register: again", "alia", "POST", f"{place}register/", {})
        self.ask("participants: not mine", "alia", "GET", "/api/participants/", competition=number)
        parts = self.ask("participants", "organizer", "GET", "/api/participants/", competition=number)
        for part in parts:
            if part["status"] == "pending":
                accept = {"status": "approved"}
                self.ask("approve", "organizer", "PATCH", f"/api/participants/{part['id']}/", accept)
                self.ask("approve: again", "organizer", "PATCH", f"/api/participants/{part['id']}/", accept)
        queue = self.ask("queue", "organizer", "POST", "/api/queues/", {"name": "walk", "is_public": False})
        self._queue = queue["id"]
        self.ask("queues", "organizer", "GET", "/api/queues/")
        change = {"queue": self._queue, "whitelist_emails": []}
        self.ask("use queue", "organizer", "PATCH", place, change)
        self.ask("use queue: not mine", "bogdan", "PATCH", place, change)

    def _play(self, number: int) -> None:
        found = self.ask("competition: anonymous", "", "GET", f"/api/competitions/{number}/")
        self.ask("competition: participant", "alia", "GET", f"/api/competitions/{number}/")
        first, last = found["phases"][0]["id"], found["phases"][-1]["id"]
        self.ask("may submit", "alia", "GET", f"/api/can_make_submission/{first}/")
        secret = str(uuid.uuid4())
        submission = self._submit(first, secret)
        self._score(submission, first, secret)
        self._read(number, first, submission)
        self._holes(found["phases"], last, submission)
        self._end(submission)

    def _submit(self, phase: int, secret: str) -> int:
        key = self.data("zip", "alia", "submission", packed({"submission.py": ""}), "team.zip")["key"]
        place = "/api/submissions/"
        self.ask("submit: no phase", "alia", "POST", place, {"data": key})
        self.ask("submit: no such phase", "alia", "POST", place, {"data": key, "phase": 99999999})
        self.ask("submit: no such data", "alia", "POST", place, {"data": str(uuid.uuid4()), "phase": phase})
        self.ask("submit: anonymous", "", "POST", place, {"data": key, "phase": phase})
        plan = {"data": key, "phase": phase, "secret": secret}
        made = self.ask("submit", "alia", "POST", place, plan)
        self.ask("submit: limit", "alia", "POST", place, plan)
        self.ask("may submit: limit", "alia", "GET", f"/api/can_make_submission/{phase}/")
        number = int(made["id"])
        self.ask("submission: fresh", "alia", "GET", f"{place}{number}/")
        self.ask("details: fresh", "organizer", "GET", f"{place}{number}/get_details/")
        self.ask("run: not mine", "alia", "POST", f"{place}{number}/run_submission/", {})
        self.ask("run", "organizer", "POST", f"{place}{number}/run_submission/", {})
        self._until("submission: sent", "organizer", f"{place}{number}/", lambda found: found["status"] == "Submitted")
        self.ask("run: again", "organizer", "POST", f"{place}{number}/run_submission/", {})
        return number

    def _score(self, number: int, phase: int, secret: str) -> None:
        place, scores = f"/api/submissions/{number}/", f"/api/upload_submission_scores/{number}/"
        self.ask("change: no secret", "alia", "PATCH", place, {"status": "Finished"})
        self.ask("change: wrong secret", "alia", "PATCH", place, {"status": "Finished", "secret": str(uuid.uuid4())})
        self.ask("change: no uuid", "alia", "PATCH", place, {"status": "Finished", "secret": "none"})
        self.ask("change", "alia", "PATCH", place, {"status": "Finished", "secret": secret})
        self.ask("scores: no secret", "alia", "POST", scores, {"scores": _SCORES})
        self.ask("scores: wrong secret", "alia", "POST", scores, {"scores": _SCORES, "secret": str(uuid.uuid4())})
        self.ask("scores: none", "alia", "POST", scores, {"secret": secret})
        self.ask("leaderboard: empty", "", "GET", f"/api/phases/{phase}/get_leaderboard/")
        self.ask("scores", "alia", "POST", scores, {"scores": _SCORES, "secret": secret})
        self.ask("leaderboard", "", "GET", f"/api/phases/{phase}/get_leaderboard/")

    def _read(self, number: int, phase: int, submission: int) -> None:
        place = "/api/submissions/"
        for who in ("organizer", "alia", "bogdan", ""):
            self.ask(f"submissions: {who or 'anonymous'}", who, "GET", place, phase=phase)
        self.ask("submissions: competition", "organizer", "GET", place, phase__competition=number)
        self.ask("submissions: no such phase", "organizer", "GET", place, phase=99999999)
        self.ask("submissions: no such status", "organizer", "GET", place, status="Nonsense")
        self.ask("submission: not mine", "bogdan", "GET", f"{place}{submission}/")
        self.ask("details", "organizer", "GET", f"{place}{submission}/get_details/")
        self.ask("details: hidden", "alia", "GET", f"{place}{submission}/get_details/")
        self.ask("detail page", "", "GET", f"{place}{submission}/get_detail_result/")
        self.ask("download many", "organizer", "POST", f"{place}download_many/", {"pks": [submission]})
        self.ask("download many: none", "organizer", "POST", f"{place}download_many/", {})
        self.ask("download many: unknown", "organizer", "POST", f"{place}download_many/", {"pks": [99999999]})
        self.ask("download many: not mine", "bogdan", "POST", f"{place}download_many/", {"pks": [submission]})
        results = f"/api/competitions/{number}/results"
        self.ask("results", "organizer", "GET", f"{results}.json")
        self.ask("results: not mine", "alia", "GET", f"{results}.json")
        self.ask("results: phase", "organizer", "GET", f"{results}.json", phase=phase)
        self.ask("results: csv", "organizer", "GET", f"{results}.csv", phase=phase)
        self.ask("results: zip", "organizer", "GET", f"{results}.zip")

    def _holes(self, phases: list[Any], last: int, submission: int) -> None:
        found = self.ask("score rows", "organizer", "GET", f"/api/submissions/{submission}/")
        row = found["scores"][0]["id"]
        place = f"/api/submission_scores/{row}/"
        self.ask("score", "organizer", "PATCH", place, {"score": 79.5})
        self.ask("score: decimals", "organizer", "PATCH", place, {"score": 1 / 3})
        self.ask("score: digits", "organizer", "PATCH", place, {"score": 123456789012})
        self.ask("score: text", "organizer", "PATCH", place, {"score": "many"})
        self.ask("score: not mine", "alia", "PATCH", place, {"score": 1})
        self.ask("score: unknown", "organizer", "PATCH", "/api/submission_scores/99999999/", {"score": 1})
        self.ask("score: deleted by another", "bogdan", "DELETE", place)
        self.ask("phase", "bogdan", "GET", f"/api/phases/{last}/")
        limit = {"max_submissions_per_person": 5}
        self.ask("phase: limit", "bogdan", "PATCH", f"/api/phases/{last}/", limit)
        keys = {item["type"]: item["key"] for item in phases[0]["tasks"][0]["public_datasets"]}
        self.ask("truth: anonymous", "", "GET", f"/datasets/download/{keys['reference_data']}/")
        swap = {"name": "evaluation-1", "description": "", **keys, "input_data": keys["reference_data"]}
        made = self.ask("task", "bogdan", "POST", "/api/tasks/", swap)
        self.ask("tasks", "bogdan", "GET", "/api/tasks/")
        self.ask("phase: task", "bogdan", "PATCH", f"/api/phases/{last}/", {"tasks": [made["key"]]})
        self.ask("phase: no such task", "bogdan", "PATCH", f"/api/phases/{last}/", {"tasks": [str(uuid.uuid4())]})

    def _end(self, number: int) -> None:
        place = f"/api/submissions/{number}/"
        connection = f"{place}submission_leaderboard_connection/"
        self.ask("off the board: automatic", "organizer", "DELETE", connection)
        self.ask("remove: on the board", "alia", "DELETE", place)
        self.ask("remove: not mine", "bogdan", "DELETE", place)
        self.ask("soft delete: on the board", "alia", "DELETE", f"{place}soft_delete/")
        self.ask("run again: not mine", "alia", "POST", f"{place}re_run_submission/", {})
        made = self.ask("run again", "organizer", "POST", f"{place}re_run_submission/", {})
        if made is not None and "id" in made:
            again = f"/api/submissions/{made['id']}/"
            self.ask("cancel", "organizer", "GET", f"{again}cancel_submission/")
            self.ask("cancel: again", "organizer", "GET", f"{again}cancel_submission/")
            self.ask("remove: cancelled", "alia", "DELETE", again)
        self.ask("remove", "organizer", "DELETE", place)
        self.ask("removed", "organizer", "GET", place)
