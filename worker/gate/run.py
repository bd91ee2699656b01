"""The platform's `Run` behind the gate: its order and its words are kept, its freedom is not."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from worker.gate import archives, history, policy
from worker.gate.bundles import drop_view, has_permit, make_view, read_bundles
from worker.gate.engine import Alarm, Permission, image_digests, sweep
from worker.gate.fetch import fetch
from worker.gate.interface import check_run
from worker.gate.outcome import read_outcome, record_key
from worker.gate.settings import Settings
from xtreme_tasks.faults import Fault, OrganizerFault, TeamFault
from xtreme_tasks.files import folder_digest, read_file, sha256
from xtreme_tasks.journal import Journal

# The platform's class is known at run time only: `gated_run` puts it behind this one.
if TYPE_CHECKING:
    from typing import Any as _Platform
else:
    _Platform = object
T = TypeVar("T")

VIEW = "worker_part"
SIGNPOST = "data.json"
MARGIN_SECONDS = 300
"""The platform's alarm comes this much after the gate's: it would free the attempt, the gate's does not."""


def gated_run(platform: ModuleType, settings: Settings) -> type:
    """A subclass of the platform's `Run` to put in its place.

    Args:
        platform: the platform's module; its `client` is already a `GatedClient`.
        settings: of this worker.

    """
    return type("GatedRun", (Gate, platform.Run), {"platform": platform, "settings": settings})


def clear(platform: ModuleType, journal: Journal) -> None:
    """Remove the containers and the copies of keys that a gate left behind when it died; the journal is held."""
    left = sweep(platform.client)
    if left:
        journal.append("swept", {"run": "", "containers": left})
    for old in Path(platform.BASE_DIR).glob(f"uPK-*/{VIEW}"):
        drop_view(old)


class Gate(_Platform):  # type: ignore[misc]
    """Every override refuses or narrows; what it refuses, the submission shows as one line."""

    platform: ClassVar[ModuleType]
    settings: ClassVar[Settings]

    def __init__(self, run_args: dict[str, Any]) -> None:
        self._arguments = dict(run_args)
        self._journal: Journal | None = None
        self._job: policy.Job | None = None
        self._admitted: policy.Admitted | None = None
        self._image_id, self._image_names = "", [""]
        self._silent = False
        try:
            self._origin = policy.identify(run_args)
        except Fault as fault:  # not even fit for the platform's constructor, so no submission can show it
            with Journal(Path(self.settings.journal), self.settings.key()) as journal:
                journal.append("refused", {"run": "", **_claims(run_args), "code": fault.code, "line": fault.line()})
            raise self._refused(fault) from None
        super().__init__(run_args)
        check_run(self)

    # What the platform calls, in its order.

    def prepare(self) -> None:
        """Judge, fetch, judge what came, and admit; nothing of it runs anything."""
        self._guarded(self._open)
        super().prepare()
        self._guarded(self._admit)

    def _get_bundle(self, url: str, destination: str, cache: bool = True) -> str:  # noqa: ARG002
        """Fetch, judge and extract one archive; nothing is taken from a cache."""
        return self._guarded(lambda: str(self._fetch(url, destination)))

    def _get_container_image(self, image_name: str) -> None:
        """Pull only what is not there: a tag that somebody moved must not change the image of a phase."""
        try:
            found = image_digests(self.platform.client, image_name)
        except Exception:  # the client has no such image, in its own words
            super()._get_container_image(image_name)
            found = image_digests(self.platform.client, image_name)
        self._image_id, self._image_names = found

    async def _run_program_directory(self, program_dir: str, kind: str) -> None:
        """Run the admitted program of this step; a team's own step and anything else is skipped."""
        admitted = self._admitted
        if admitted is None or kind != policy.KIND[admitted.job.role]:
            self.completed_program_counter += 1  # as the platform counts a program that does not exist
            return
        permission = self._guarded(lambda: self._begin(admitted))
        client = self.platform.client
        alarm = Alarm(client, permission.name, permission.limits.seconds)
        try:
            with client.permitting(permission), alarm:
                await super()._run_program_directory(program_dir, kind)
        finally:
            drop_view(Path(self.root_dir, VIEW))
            self._guarded(lambda: self._end(admitted, kind, alarm.fired))

    def _update_submission(self, data: dict[str, Any]) -> None:
        """Tell the platform; never a host that is not the organizer's, nothing of a job that was delivered again."""
        if self._origin.api_host in self.settings.api_hosts and not self._silent:
            super()._update_submission(data)

    def clean_up(self) -> None:
        """Remove the view and release the journal, then as the platform does."""
        drop_view(Path(self.root_dir, VIEW))
        if self._journal is not None:
            self._journal.close()
        super().clean_up()

    # The steps behind them.

    def _open(self) -> None:
        """Wait for the journal, which only one run at a time holds; clear what a dead gate left; judge the words."""
        self._journal = Journal(Path(self.settings.journal), self.settings.key())
        clear(self.platform, self._journal)
        bundles = read_bundles(self._worker)
        job = policy.check_arguments(self._origin, self._arguments, self.settings, bundles)
        permitted = any(has_permit(self._worker, bundle, job.origin.submission) for bundle in job.bundles)
        if history.is_repetition(job, self._journal.entries, permitted):
            self._silent = True
            raise OrganizerFault("E246", f"submission {job.origin.submission}", "delivered again after it had ended")
        self._job = job

    def _fetch(self, url: str, destination: str) -> Path:
        job = self._known_job()
        limits = policy.archive_limits(job, destination, self.settings)
        path = Path(self.bundle_dir, destination.replace("/", "-") + ".zip")
        path.parent.mkdir(exist_ok=True)
        fetch(self.platform.rewrite_bundle_url_if_needed(url), path, limits.zip_bytes)
        team = destination == "program" and job.role == "ingestion"
        try:
            archives.check_and_extract(path, Path(self.root_dir, destination), limits, team)
        except TeamFault as fault:
            raise (fault if team else archives.as_organizer(fault, destination)) from None
        return path

    def _admit(self) -> None:
        job, root = self._known_job(), Path(self.root_dir)
        program = folder_digest(root / policy.PROGRAM_FOLDER[job.role])
        bundle = policy.check_program(job, program)
        data = root / policy.DATA_FOLDER[job.role]
        phase = policy.check_data(bundle, job.role, read_file(data / SIGNPOST, SIGNPOST))
        policy.check_image(bundle, self._image_names)
        permitted = has_permit(self._worker, bundle, job.origin.submission)
        admitted = policy.Admitted(job, bundle, phase, permitted)
        history.check_history(admitted, self._book().entries, self.settings.attempts)
        team = root / ("program" if job.role == "ingestion" else "input/res")
        digests = {"program": program, "data": folder_digest(data), "team": folder_digest(team)}
        self.execution_time_limit = int(policy.container_limits(admitted, self.settings).seconds) + MARGIN_SECONDS
        self._write("accepted", **history.facts(admitted), image=self._image_id, digests=digests)
        self._admitted = admitted

    def _begin(self, admitted: policy.Admitted) -> Permission:
        """Make the role's view of the worker folder, and note that from now on hidden data may be seen."""
        job = admitted.job
        make_view(self._worker, admitted.bundle, job.role, job.origin.submission, Path(self.root_dir, VIEW))
        self._write("started", **history.facts(admitted))
        inside = os.path.relpath(self.root_dir, self.platform.BASE_DIR)
        run_folder = os.path.join(self.platform.HOST_DIRECTORY, inside)  # noqa: PTH118  # spelled as the platform does
        self.data_dir = f"{run_folder}/{VIEW}"
        name = self.ingestion_container_name if job.role == "ingestion" else self.program_container_name
        limits = policy.container_limits(admitted, self.settings)
        return Permission(job.image, self._image_id, name, run_folder, self.data_dir, limits)

    def _end(self, admitted: policy.Admitted, kind: str, killed: bool) -> None:
        role = admitted.job.role
        data = Path(self.root_dir, policy.DATA_FOLDER[role])
        outcome = read_outcome(Path(self.output_dir), role, record_key(self._worker, admitted.bundle, role, data))
        logs: Mapping[str, Any] = self.logs.get(kind) or {}
        self._write(
            "ended",
            **history.facts(admitted),
            exit_code=logs.get("returncode"),
            killed=killed,
            began=outcome.began,
            verdict=outcome.verdict,
            records=dict(outcome.records),
        )

    # Small change.

    @property
    def _worker(self) -> Path:
        return Path(self.settings.worker_folder)

    def _known_job(self) -> policy.Job:
        if self._job is None:
            raise OrganizerFault("E244", "", "the job was not judged")
        return self._job

    def _book(self) -> Journal:
        if self._journal is None:
            raise OrganizerFault("E251", self.settings.journal, "it is not open")
        return self._journal

    def _write(self, event: str, **values: object) -> None:
        self._book().append(event, {"run": Path(self.root_dir).name, **values})

    def _refused(self, fault: Fault) -> Exception:
        exception: Exception = self.platform.SubmissionException(fault.line())
        return exception

    def _guarded(self, action: Callable[[], T]) -> T:
        """Do something; a fault is written into the journal and becomes the platform's refusal."""
        try:
            return action()
        except Fault as fault:
            if self._journal is not None and fault.code != "E251":
                self._write("refused", **_claims(self._arguments), code=fault.code, line=fault.line())
            raise self._refused(fault) from None


def _claims(arguments: Mapping[str, Any]) -> dict[str, str]:
    """What a job claims, which may be a forgery: cut short, with a digest of all of it."""
    names = {"user": "user_pk", "submission": "id", "image": "docker_image", "api": "submissions_api_url"}
    claims = {name: str(arguments.get(given))[:200] for name, given in names.items()}
    return claims | {"arguments": sha256(repr(sorted(arguments.items())).encode())}
