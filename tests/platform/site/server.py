"""The emulated platform: state, storage and a worker behind two ports of this machine."""

from __future__ import annotations

import contextlib
import queue
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping

from tests.platform.site.board import standing, total
from tests.platform.site.door import Door
from tests.platform.site.message import Crash, Refusal, Request, Response, answer, page
from tests.platform.site.outcome import LOGS, Outcome, Worker
from tests.platform.site.routes import route
from tests.platform.site.scores import decimal
from tests.platform.site.state import Clock, Creation, Data, Phase, Queue, Score, State, Submission, User
from tests.platform.site.storage import Storage
from tests.platform.site.trouble import Trouble
from tests.platform.site.unpack import unpack
from tests.platform.site.unpack_parts import Unpacking


class Site:
    """A site on two random ports of 127.0.0.1; a context manager.

    Attributes:
        base: address of the site.
        state, storage, clock: what it remembers; tests may look and, with the lock, change.
        trouble: faults that a test scripts.
        worker: runs submissions; None leaves them at `Submitted`.
        errors: tracebacks of the emulation's own defects; a test must end with none.
        requests: every request as `METHOD path`, in order.

    """

    def __init__(self, worker: Worker | None = None) -> None:
        self.clock = Clock()
        self.state, self.storage, self.trouble = State(self.clock), Storage(self.clock), Trouble()
        self.worker = worker
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.lock = threading.RLock()
        self._jobs: queue.Queue[Callable[[], None] | None] = queue.Queue()
        self._going = threading.Event()
        self._going.set()
        answering = (self.serve, self.storage.serve)
        self._doors = [Door(function, self.trouble, self.requests) for function in answering]
        self.base, self.storage.base = (door.base for door in self._doors)
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> Site:
        self._thread.start()
        for door in self._doors:
            door.open()
        return self

    def __exit__(self, *_: object) -> None:
        self._going.set()
        self._jobs.put(None)
        self._thread.join()
        for door in self._doors:
            door.close()

    @contextlib.contextmanager
    def down(self) -> Iterator[None]:
        """Connections are refused meanwhile; afterwards the same ports answer again."""
        for door in self._doors:
            door.close()
        try:
            yield
        finally:
            for door in self._doors:
                door.open()

    # What happens behind the requests.

    def later(self, job: Callable[[], None]) -> None:
        """Do it in the background, after the answer."""
        self._jobs.put(job)

    def settle(self) -> None:
        """Wait until everything in the background is done."""
        self._jobs.join()

    def pause(self) -> None:
        """Nothing more happens in the background until `resume`."""
        self._going.clear()

    def resume(self) -> None:
        """Go on in the background."""
        self._going.set()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._going.wait()
            try:
                job()
            except Exception:
                self.errors.append(traceback.format_exc())
            self._jobs.task_done()

    def unpack(self, creation: Creation) -> None:
        """Unpack a bundle; a fault deletes its data set, as the platform does."""
        with self.lock:
            assert creation.data is not None
            try:
                creation.competition = unpack(
                    self.state, self.storage, creation.created_by, self.storage.blobs[creation.data.path]
                )
                creation.status = "Finished"
                creation.data.name += f" - {creation.competition.title}"
            except Unpacking as fault:
                creation.status, creation.details = "Failed", str(fault)
                self.state.data.pop(creation.data.id, None)
                creation.data = None

    def start(self, submission: Submission) -> None:
        """Send a submission to the worker."""
        if submission.task is None:
            submission.task = submission.phase.tasks[-1]
        self.keep(submission, Outcome("Submitted", None))  # empty files first, as the platform makes them
        if submission.status == "Submitting":
            submission.status = "Submitted"
        if self.worker is not None:
            self.later(lambda: self._run(submission))

    def _run(self, submission: Submission) -> None:
        if self.worker is not None and not submission.revoked and submission.id in self.state.submissions:
            self.finish(submission, self.worker.run(self, submission))

    def finish(self, submission: Submission, outcome: Outcome) -> None:
        """Take the worker's outcome: files, status, then scores."""
        with self.lock:
            if submission.revoked:
                return
            self.keep(submission, outcome)
            submission.status, submission.status_details = outcome.status, outcome.details
        if outcome.scores is not None:
            with self.lock, contextlib.suppress(Crash):
                self.add_scores(submission, outcome.scores)

    def keep(self, submission: Submission, outcome: Outcome) -> None:
        """Store what the worker delivered."""
        self.drop_results(submission)
        put = self.storage.put
        submission.prediction_result = put("prediction_result", "prediction_result.zip", outcome.prediction)
        submission.scoring_result = put("scoring_result", "scoring_result.zip", outcome.scoring)
        if submission.competition.flags["enable_detailed_results"]:
            submission.detailed_result = put("detailed_result", "detailed_results.html", outcome.page)
        for name in LOGS if outcome.status in ("Finished", "Failed") else LOGS[:4]:
            submission.logs[name] = put("submission_details", f"{name}.txt", outcome.logs.get(name, b""))

    def add_scores(self, submission: Submission, scores: Mapping[str, object]) -> None:
        """New rows beside those that are there, then the leaderboard's rule; computed columns are not emulated.

        A value that the platform cannot keep ends it with an HTTP 500; the rows before it stay.
        """
        board = submission.phase.leaderboard
        known = {column.key for column in board.columns}
        for name, value in scores.items():
            if name in known:
                try:
                    number = round(decimal(round(value, 10) if isinstance(value, float) else value), 10)
                except Refusal:
                    raise Crash("ValidationError: a score is no number") from None
                submission.scores.append(Score(self.state.number("score"), board.column(name), number))
        if board.submission_rule == "Force_Last":
            self.clear_board(submission)
            submission.on_leaderboard = True
        elif board.submission_rule == "Force_Latest_Multiple":
            submission.on_leaderboard = True
        elif board.submission_rule == "Force_Best":
            self._best(submission)

    def clear_board(self, submission: Submission) -> None:
        """Take every submission of this account off the phase's leaderboard."""
        for other in self.state.submissions_of(submission.phase):
            if other.owner is submission.owner:
                other.on_leaderboard = False

    def _best(self, submission: Submission) -> None:
        self.clear_board(submission)
        own = [item for item in self.state.submissions_of(submission.phase) if item.owner is submission.owner]
        board = submission.phase.leaderboard
        primary = next(column for column in board.columns if column.index == board.primary_index)
        for item in own:
            item.on_leaderboard = item.status == "Finished" and total(item, primary) is not None
        for other in [item for item in standing(self.state, submission.phase) if item in own][1:]:
            other.on_leaderboard = False

    def obstacle(self, phase: Phase, user: User) -> str | None:
        """Why this account may not submit now; None if it may. Windows are not looked at, as on the platform."""
        if not phase.has_max_submissions:
            return None
        own = [item for item in self.state.submissions_of(phase) if item.owner is user and item.status != "Failed"]
        today = self.clock.now().date()
        daily, most = phase.max_submissions_per_day, phase.max_submissions_per_person
        if daily and sum(item.created_when.date() == today for item in own) >= daily:
            return "Reached maximum allowed submissions for today for this phase"
        if most and len(own) >= most:
            return "Reached maximum allowed submissions for this phase"
        return None

    def forget(self, submission: Submission) -> None:
        """Delete a submission with all its files."""
        self.drop_files(submission)
        del self.state.submissions[submission.id]
        submission.competition.submissions_count -= 1

    def drop_results(self, submission: Submission) -> None:
        """Delete what a worker delivered."""
        paths = [submission.prediction_result, submission.scoring_result, submission.detailed_result]
        for path in (*paths, *submission.logs.values()):
            self.storage.blobs.pop(path, None)
        submission.prediction_result = submission.scoring_result = submission.detailed_result = ""
        submission.logs = {}

    def drop_files(self, submission: Submission) -> None:
        """Delete a submission's files; its zip too, unless another submission uses it."""
        self.drop_results(submission)
        data = submission.data
        others = (item for item in self.state.submissions.values() if item is not submission)
        if data is not None and all(other.data is not data for other in others):
            self.storage.blobs.pop(data.path, None)
            self.state.data.pop(data.id, None)
        submission.data = None

    # Short ways for tests.

    def user(self, name: str, superuser: bool = False) -> User:
        """An account of this name, made if there is none; its password is `NAME-password`."""
        found = self.state.user_named(name)
        if found is None:
            found = User(self.state.number("user"), name, f"{name}-password", superuser)
            self.state.users[found.id] = found
        return found

    def queue(self, owner: User, name: str = "gpu") -> Queue:
        """A queue of this account's."""
        made = Queue(self.state.number("queue"), name, owner, self.clock.now())
        self.state.queues[made.id] = made
        return made

    def data(self, owner: User, kind: str, content: bytes, name: str = "data.zip") -> Data:
        """A data set of this account's, as if uploaded."""
        path, now = self.storage.put("dataset", name, content), self.clock.now()
        number = self.state.number("data")
        made = Data(number, kind, owner, now, f"{kind} {number}", path, completed=True, file_size=len(content))
        self.state.data[number] = made
        return made

    # Requests.

    def serve(self, request: Request) -> Response:
        """The site's answer."""
        with self.lock:
            try:
                return route(self, self._signed_in(request))
            except Refusal as refusal:
                return answer(refusal.payload, refusal.status)
            except Crash:
                return page(500, "Server Error (500)")
            except Exception:
                self.errors.append(traceback.format_exc())
                return page(500, "Server Error (500)")

    def _signed_in(self, request: Request) -> Request:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind != "Token":
            return request
        user = next((user for user in self.state.users.values() if user.token == token), None)
        if user is None:
            raise Refusal(403, {"detail": "Invalid token."})
        return Request(request.method, request.path, request.query, request.headers, request.body, self.base, user)
