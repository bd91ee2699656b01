"""Audit, ranking and report of a large contest: 200 teams, four phases, three attempts of each team in every phase.

The contest is played on the tests' emulated site and written as a results folder; then `competition audit`,
`rerank` and `report` run in a fresh process each, whose time and peak memory are taken. The ratio is their CPU time
together by the ten seconds that are allowed: each is one thread, and wall clock also counts what the machine does else.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.result import save
from organizer.audit.audited import AUDITED_FILE
from organizer.build.bundle import Build, build_bundle
from organizer.build.options import BuildOptions
from organizer.data.command import prepare_command
from organizer.platform.client import Client
from organizer.platform.credentials import Credentials
from organizer.rerank.standings import STANDINGS_FILE
from organizer.results.collect import collect
from organizer.results.competition import COMPETITION_FILE

START = datetime(2027, 1, 11, tzinfo=UTC)
TEAMS, ATTEMPTS, PHASES = 200, 3, 4
ALLOWED_SECONDS, ALLOWED_MIB = 10.0, 500.0


def make_build(folder: Path) -> Build:
    """A sealed build of the small sample."""
    prepare_command(folder / "prepared", scale=0.02)
    return build_bundle(BuildOptions(folder / "prepared", folder / "dist", bytes(range(32)), START, (4, 4, 4, 1)))


def play(build: Build, folder: Path, teams: int) -> Path:
    """Play the contest and collect it; the journal lies beside the results."""
    # The emulated site belongs to the tests; only this benchmark needs a contest of this size.
    from tests.platform.site.contest import ORGANIZER, crowd, open_contest
    from tests.platform.site.forge import Forge
    from tests.platform.site.server import Site

    with Site() as site:
        forge = Forge(build.archive, build.worker)
        contest = open_contest(site, build, forge, folder / "journal.jsonl", pages=False)
        crowd(contest, teams, ATTEMPTS)
        contest.close()
        forge.close()
        client = Client(Credentials(site.base, token=site.user(ORGANIZER).token))
        collect(client, contest.number, folder / "results", now=site.clock.now().timestamp)
    return folder / "results"


def command(name: str, *arguments: str) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak MiB of one command in a fresh process; 0 and 1 are its proper ends."""
    # VmHWM begins anew with the program, unlike ru_maxrss, which remembers the process that started it.
    code = (
        "import sys\n"
        "from organizer.cli import main\n"
        "try:\n    main()\n"
        "finally:\n"
        "    lines = open('/proc/self/status').read().splitlines()\n"
        "    print([line.split()[1] for line in lines if line.startswith('VmHWM')][0], file=sys.stderr)\n"
    )
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-c", code, name, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode not in (0, 1):
        raise SystemExit(f"competition {name} failed: {run.stderr}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, cpu, int(run.stderr.split()[-1]) / 1024


def measure(teams: int, folder: Path) -> dict[str, float]:
    """Play into a folder, unless it was played there before; audit, rank, report; the figures."""
    results = folder / "results"
    if not (results / COMPETITION_FILE).is_file():
        play(make_build(folder), folder, teams)
    dist = ("--bundle", str(folder / "dist" / "competition-codabench.zip"), "--worker", str(folder / "dist" / "worker"))
    audit_seconds, audit_cpu, audit_mib = command(
        "audit", str(results), *dist, "--journal", str(folder / "journal.jsonl")
    )
    rank_seconds, rank_cpu, rank_mib = command("rerank", str(results))
    report_seconds, report_cpu, report_mib = command("report", str(results), "--out", str(folder / "report"))
    return {
        **_counted(teams, results),
        "audit_seconds": audit_seconds,
        "audit_cpu_seconds": audit_cpu,
        "audit_peak_mib": audit_mib,
        "rerank_seconds": rank_seconds,
        "rerank_cpu_seconds": rank_cpu,
        "rerank_peak_mib": rank_mib,
        "report_seconds": report_seconds,
        "report_cpu_seconds": report_cpu,
        "report_peak_mib": report_mib,
    }


def _counted(teams: int, results: Path) -> dict[str, float]:
    """How many of everything there are; the benchmark ends where a result is missing."""
    audited = json.loads((results / AUDITED_FILE).read_bytes())
    standings = json.loads((results / STANDINGS_FILE).read_bytes())
    found = Counter(one["id"] for one in audited["findings"])
    figures = {
        "teams": teams,
        "submissions": len(list((results / "submissions").iterdir())),
        "journal_lines": audited["journal"],
        "official_results": sum(len(phase["results"]) for phase in audited["phases"]),
        "ranked": sum(len(phase["rows"]) for phase in standings["phases"]),
        "attempts_too_many": found["A121"],
    }
    expected = (teams * PHASES * ATTEMPTS, teams * PHASES, teams * PHASES, teams * PHASES)
    names = ("submissions", "official_results", "ranked", "attempts_too_many")
    if tuple(figures[name] for name in names) != expected:
        raise SystemExit(f"not every team has its result: {figures}")
    return figures


def main() -> None:
    """Measure and save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("teams", type=int, nargs="?", default=TEAMS)
    parser.add_argument("--folder", type=Path, help="play here, or measure again what was played here")
    options = parser.parse_args()
    memory = Path("/dev/shm")  # noqa: S108 - thousands of synced files: playing takes minutes on a disk
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as scratch:
        figures = measure(options.teams, options.folder or Path(scratch))
    steps = ("audit", "rerank", "report")
    seconds = sum(figures[f"{step}_cpu_seconds"] for step in steps)
    wall = sum(figures[f"{step}_seconds"] for step in steps)
    mib = max(figures[f"{step}_peak_mib"] for step in steps)
    goal = (
        f"CPU seconds of audit, rerank and report by 10 s, 200 teams, 4 phases, 3 attempts: below 1; "
        f"{wall:.1f} s of wall clock then; peak {mib:.0f} MiB, below 500"
    )
    if figures["teams"] == TEAMS:
        save("audit", seconds / ALLOWED_SECONDS, figures, goal)
    else:
        print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
