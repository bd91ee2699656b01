"""A participant who uses the platform's holes. Every method is plain requests with his own account, or with none.

None of this needs a defect of the competition's own programs: an audit has to find each of them.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.platform.site.server import Site
from tests.platform.site.shapes import moment
from tests.platform.site.visitor import Visitor, packed

ANSWERS = {"method": "m", "base_model": "b", "training_compute": "c"}
PIECES = ("ingestion_program", "scoring_program", "input_data", "reference_data")


class Cheater(Visitor):
    """An approved participant of a competition.

    Attributes:
        competition: the competition's number.
        secrets: the secret that he chose for each of his submissions.

    """

    def __init__(self, site: Site, name: str, competition: int) -> None:
        super().__init__(site, name)
        self.competition = competition
        self.secrets: dict[int, str] = {}

    def phases(self) -> list[dict[str, Any]]:
        """The phases as anybody sees them, with the keys of all data."""
        found: list[dict[str, Any]] = self.get(f"/api/competitions/{self.competition}/")["phases"]
        return found

    def attempt(self, phase: int, **more: str | None) -> int:
        """Submit with a secret of his own choice; the worker runs it like any other."""
        secret = str(uuid.uuid4())
        archive = packed({"submission.py": f"# {secret}\n"})
        number = self.submit(phase, archive, fact_sheet_answers=ANSWERS, secret=secret, **more)
        self.secrets[number] = secret
        self.site.settle()
        return number

    def set_status(self, number: int, status: str) -> None:
        """Change an own submission's status: a Failed one does not count as an attempt."""
        data = {"status": status, "secret": self.secrets[number]}
        answered = self.ask("PATCH", f"/api/submissions/{number}/", json=data)
        assert answered.status_code == 200, answered.text

    def post_scores(self, number: int, scores: Mapping[str, float]) -> None:
        """Post scores to an own submission; they are added to those that are there."""
        self.post(f"/api/upload_submission_scores/{number}/", scores=dict(scores), secret=self.secrets[number])

    def forge_scores(self, phase: int, scores: Mapping[str, float]) -> int:
        """A submission that never ran, with scores of his own choice."""
        self.site.pause()
        secret = str(uuid.uuid4())
        number = self.submit(phase, packed({"submission.py": ""}), fact_sheet_answers=ANSWERS, secret=secret)
        self.secrets[number] = secret
        self.ask("GET", f"/api/submissions/{number}/cancel_submission/")  # so that no run follows
        self.set_status(number, "Finished")
        self.site.resume()
        self.site.settle()
        self.post_scores(number, scores)
        return number

    def delete(self, number: int) -> None:
        """Delete an own submission that is off the leaderboard, with its records."""
        answered = self.ask("DELETE", f"/api/submissions/{number}/")
        assert answered.status_code == 204, answered.text

    def try_again_unseen(self, phase: int) -> tuple[int, int]:
        """Two attempts where one is allowed: the first is made Failed, and deleted once the second stands."""
        first = self.attempt(phase)
        self.set_status(first, "Failed")
        second = self.attempt(phase)
        self.delete(first)
        return first, second

    def backdate(self, phase: int, when: datetime) -> int:
        """Submit with a time of his own choice: another day's limit, or inside a window that is over."""
        return self.attempt(phase, created_when=moment(when))

    def change_phase(self, phase: int, **values: object) -> None:
        """Change anything of a phase: limits, times, secrecy of the outputs."""
        answered = self.ask("PATCH", f"/api/phases/{phase}/", json=values)
        assert answered.status_code == 200, answered.text

    def raise_limit(self, phase: int, attempts: int = 9) -> None:
        """Let everybody submit more often."""
        self.change_phase(phase, max_submissions_per_person=attempts, max_submissions_per_day=attempts)

    def swap_task(self, phase: int) -> str:
        """Give ingestion the reference data as its inputs; the new task's key."""
        found = next(item for item in self.phases() if item["id"] == phase)["tasks"][0]
        keys = {item["type"]: item["key"] for item in found["public_datasets"]}
        pieces = {piece: keys[piece] for piece in PIECES} | {"input_data": keys["reference_data"]}
        made = self.post("/api/tasks/", name=found["name"], description="", **pieces)
        self.change_phase(phase, tasks=[made["key"]])
        return str(made["key"])

    def delete_scores_of(self, name: str, phase: int, column: str = "adjusted_score") -> list[int]:
        """Delete another team's score rows of one column; their numbers."""
        rows = [
            score["id"]
            for row in self.get(f"/api/phases/{phase}/get_leaderboard/")["submissions"]
            if row["owner"] == name
            for score in row["scores"]
            if score["column_key"] == column
        ]
        for row in rows:
            answered = self.ask("DELETE", f"/api/submission_scores/{row}/")
            assert answered.status_code == 204, answered.text
        return rows

    def read_reference(self, phase: int) -> bytes:
        """The reference data's zip, as an anonymous visitor."""
        with Visitor(self.site) as anybody:
            found = anybody.get(f"/api/competitions/{self.competition}/")["phases"]
            task = next(item for item in found if item["id"] == phase)["tasks"][0]
            key = next(item["key"] for item in task["public_datasets"] if item["type"] == "reference_data")
            answered = anybody.ask("GET", f"/datasets/download/{key}/")
            assert answered.status_code == 200, answered.text
            return answered.content

    def queue_address(self) -> str:
        """The address of the competition's queue with its owner's password, as an anonymous visitor."""
        with Visitor(self.site) as anybody:
            return str(anybody.get(f"/api/competitions/{self.competition}/")["queue"]["broker_url"])

    def share_queue(self, own: int) -> None:
        """Attach an own competition to the competition's queue, and so to its worker."""
        queue = self.get(f"/api/competitions/{self.competition}/")["queue"]["id"]
        data = {"queue": queue, "whitelist_emails": []}
        answered = self.ask("PATCH", f"/api/competitions/{own}/", json=data)
        assert answered.status_code == 200, answered.text
