"""A process that publishes or watches, for tests that end it at some point."""

from __future__ import annotations

from pathlib import Path

from tests.platform.site.contest import Contest

DYING = """
import os, resource, signal
if int(limit):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
count = [0]
def dying(real):
    def call(*arguments):
        count[0] += 1
        if count[0] == int(die):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments)
    return call
os.fsync, os.replace = dying(os.fsync), dying(os.replace)
"""
"""Dies at the `die`-th flush or rename of a file; cannot write files of more than `limit` bytes."""
CHILD = (
    """
import sys
from pathlib import Path
from organizer.audit.command import AuditOptions
from organizer.platform.client import Client
from organizer.platform.credentials import Credentials
from organizer.publish.apply import open_book, prepare, publish
from organizer.publish.standings import official_phase, read_proof
from organizer.rerank.rerank import choice
from organizer.results.folder import ResultsFolder
from organizer.watch.round import Watched
from organizer.watch.watch import Rhythm, Stop, on_signals, watch
from xtreme_tasks.faults import Fault
base, token, number, out, bundle, worker, journal, kind, now, interval, limit, die = sys.argv[1:]
"""
    + DYING
    + """
account = Credentials(base, token=token)
try:
    if kind == "watch":
        options = AuditOptions(Path(out), Path(bundle), Path(worker), Path(journal))
        stop = Stop()
        with on_signals(stop):
            rhythm = Rhythm(float(interval), once=not float(interval))
            sys.exit(watch(account, Watched(int(number), options, choice("rerun")), rhythm, stop, lambda: float(now)))
    folder = ResultsFolder.read(Path(out))
    with open_book(folder) as book:
        for phase in ("evaluation-1", "final"):
            ready = prepare(Client(account), folder, official_phase(folder, read_proof(folder)[1].phase(phase)), book)
            publish(Client(account), ready, book, lambda _: None)
except Fault as fault:
    print(fault.line(), file=sys.stderr)
    sys.exit(1)
"""
)


def arguments(contest: Contest, out: Path, kind: str, interval: float = 0.0, limit: int = 0, die: int = 0) -> list[str]:
    """What the process is told; an interval of 0 is one round."""
    token, build = contest.competition.created_by.token, contest.build
    now = contest.site.clock.now().timestamp()
    paths = (out, build.archive, build.worker, contest.journal)
    return [
        contest.site.base,
        token,
        str(contest.number),
        *map(str, paths),
        kind,
        *map(str, (now, interval, limit, die)),
    ]
