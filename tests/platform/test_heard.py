"""Our commands on what a platform answered them: they ask only what it was asked, and read only what it said.

And the emulated site's answers to the same commands beside the platform's, so that the emulation stays honest.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from organizer.audit import live
from organizer.audit.audited import Audited
from organizer.audit.command import AuditOptions
from organizer.build.bundle import Build
from organizer.platform.client import Client
from organizer.platform.credentials import Credentials
from organizer.platform.retry import Patience
from organizer.platform.shape import parse
from organizer.platform.upload import Told, publish, upload
from organizer.publish.command import Options, publish_command
from organizer.rerank.rerank import Choice, rerank
from organizer.results.collect import collect
from organizer.results.folder import ResultsFolder
from organizer.watch.round import Watched
from organizer.watch.watch import Rhythm, Stop, watch
from tests.platform.heard import SITE, Heard, Replay, Strict, clean, from_json, overheard, to_json
from tests.platform.publishing import cached_build
from tests.platform.site.contest import KNOWN, Contest, open_contest
from tests.platform.site.exchange import REMOVED, differences, merged, shape
from tests.platform.site.forge import Forge
from tests.platform.site.server import Site

RECORDED = Path(__file__).with_name("recorded") / "commands"
RECORDING, AUDITED = RECORDED / "codabench-1.25.json", RECORDED / "codabench-1.25-audited.json"
OPTIONAL = frozenset(("results", "next"))
"""Keys that the client may look for in vain: of lists in pages, which this platform sends whole."""
UNSEEN = frozenset(("secret", "data"))
"""Keys of a submission that must not be shown to a visitor, so the secrecy check looks for them."""
DESPITE = "known from the trial"


class Walk:
    """The commands one after another in one results folder, as they were recorded."""

    def __init__(self, place: Path, account: Credentials, build: Build, number: int) -> None:
        self.out, self.account, self.build, self.number = place / "results", account, build, number
        self.audited: Audited | None = None
        self.said = io.StringIO()

    def results(self, at: float) -> None:
        collect(Client(self.account), self.number, self.out, now=lambda: at)

    def visit(self, _: float) -> None:
        facts = cached_build(self.build.archive, self.build.worker)
        live.visit(Client(self.account.nobody()), ResultsFolder.read(self.out), facts)

    def publish(self, at: float) -> None:
        publish_command(Console(file=self.said), self.out, Options(yes=True, despite=DESPITE), False, lambda: at)

    def undo(self, at: float) -> None:
        publish_command(Console(file=self.said), self.out, Options(yes=True), True, lambda: at)

    def watch(self, at: float) -> None:
        options = AuditOptions(self.out, self.build.archive, self.build.worker)
        watched = Watched(self.number, options, Choice(), despite=DESPITE)
        assert watch(self.account, watched, Rhythm(once=True), Stop(), lambda: at) == 0


def chapters(heard: Sequence[Heard]) -> Mapping[str, list[Heard]]:
    found: dict[str, list[Heard]] = {}
    for one in heard:
        found.setdefault(one.chapter, []).append(one)
    return found


@pytest.fixture(scope="module")
def recording() -> Mapping[str, list[Heard]]:
    return chapters(from_json(RECORDING.read_bytes()))


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Credentials:
    """The organizer of the recording, whose password is not in it."""
    given = {"COMPETITION_URL": SITE, "COMPETITION_USER": "organizer", "COMPETITION_PASSWORD": REMOVED}
    for name, value in {**given, "COMPETITION_ALLOW_HTTP": "1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("COMPETITION_TOKEN", raising=False)
    return Credentials(SITE, user="organizer", password=REMOVED)


@pytest.fixture
def walk(tmp_path: Path, account: Credentials, built: Build, recording: Mapping[str, list[Heard]]) -> Walk:
    number = next(one for one in recording["results"] if "/competitions/" in one.address).response["id"]
    return Walk(tmp_path, account, built, number)


def proof(walk: Walk, at: float) -> Audited:
    """The recorded audit as one of the results that were just collected, and its ranking."""
    audited = replace(parse(Audited, AUDITED.read_bytes(), str(AUDITED)), collected=at)
    audited.write(walk.out)
    rerank(audited).write(walk.out)
    return audited


def play(heard: list[Heard], step: Callable[[float], None], optional: frozenset[str] = OPTIONAL) -> None:
    """One command on the recorded answers; it must ask for all of them."""
    replay = Replay(list(heard), optional)
    with replay.playing():
        step(heard[0].at)
    assert not replay.left, f"not asked: {[one.asked for one in replay.left[:3]]}"


def test_an_upload_asks_what_the_platform_was_asked(
    recording: Mapping[str, list[Heard]], account: Credentials, tmp_path: Path
) -> None:
    heard = recording["upload"]
    announced = next(one.request for one in heard if one.address.endswith("/api/datasets/"))
    bundle = tmp_path / announced["request_sassy_file_name"]
    with bundle.open("wb") as stream:
        stream.truncate(announced["file_size"])
    client = Client(account, Patience(sleep=lambda _: None))

    def step(_: float) -> None:
        number = upload(client, bundle, "", Told(lambda _: None))
        compare(client, number)
        assert publish(client, number)
        compare(client, number)

    play(heard, step)


def compare(client: Client, number: int) -> None:
    from organizer.platform.upload import live_competition

    assert [phase.key for phase in live_competition(client, number).phases][-1] == "final"


def test_results_to_watch_ask_what_the_platform_was_asked(
    recording: Mapping[str, list[Heard]], walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(recording["results"], walk.results)
    play(recording["live"], walk.visit, OPTIONAL | UNSEEN)
    proof(walk, recording["results"][0].at)
    for chapter, step in (("publish", walk.publish), ("again", walk.publish), ("undo", walk.undo)):
        play(recording[chapter], step)
    play(recording["publish after undo"], walk.publish)
    monkeypatch.setattr("organizer.watch.round.run_audit", lambda options, now: proof(walk, now))
    play(recording["watch"], walk.watch)
    said = walk.said.getvalue()
    assert said.count("published, and the hosted order was verified") == 8
    assert said.count("the hosted order is the official one") == 4


def test_the_forged_row_is_put_right(recording: Mapping[str, list[Heard]]) -> None:
    """What was really sent: every change is one value of one row."""
    sent = [one for one in recording["publish"] if one.method == "PATCH"]
    assert sent
    for one in sent:
        assert re.fullmatch(SITE + r"/api/submission_scores/\d+/", one.address)
        assert set(one.request) == {"score"}
    assert not [one for one in recording["again"] if one.method != "GET" and "token" not in one.address]


def test_another_question_and_a_missing_field_are_found(
    recording: Mapping[str, list[Heard]], walk: Walk, tmp_path: Path
) -> None:
    heard = recording["results"]
    gone = [one for one in heard if "/participants/" not in one.address]
    with pytest.raises(AssertionError, match="asked .*participants.* but the platform was asked"):
        play(gone, walk.results)
    lacking = [replace(one, response=without(one.response, "submission_rule")) for one in heard]
    with pytest.raises(AssertionError, match="submission_rule is read"):
        play(lacking, Walk(tmp_path / "other", walk.account, walk.build, walk.number).results)
    with pytest.raises(AssertionError, match="asked after the end"):
        play(heard[:-1], Walk(tmp_path / "third", walk.account, walk.build, walk.number).results)
    assert Strict(a=1)["a"] == 1


def without(value: object, name: str) -> object:
    if isinstance(value, dict):
        return {key: without(item, name) for key, item in value.items() if key != name}
    return [without(item, name) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("path", sorted(RECORDED.glob("*.json")), ids=lambda path: path.stem)
def test_the_recording_holds_no_secret(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"Signature|AWSAccessKeyId|amqp://[^\"]*@|localhost|127\.0\.0\.1|Token [0-9a-f]", text)
    for name in ("token", "password", "secret", "secret_key", "broker_url", "vhost"):
        assert set(re.findall(rf'"{name}": "([^"]*)"', text)) <= {REMOVED}
    assert set(re.findall(r"[\w.]+@[\w.]+", text)) <= {"somebody@example.org"}


# The emulated site's answers to the same commands.


@pytest.fixture(scope="module")
def emulated(built: Build, forge: Forge, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Heard]]:
    place, heard = tmp_path_factory.mktemp("emulated"), list[Heard]()
    patch = pytest.MonkeyPatch()
    with Site() as site, patch.context():
        contest = open_contest(site, built, forge, place / "journal.jsonl")
        contest.runs |= KNOWN
        for name in KNOWN:
            contest.join(name)
        contest.play(list(KNOWN))
        walk_emulated(contest, place, heard, patch)
        contest.close()
        assert not site.errors, site.errors[0]
        yield clean(heard, site.base, site.storage.base, {})


def walk_emulated(contest: Contest, place: Path, heard: list[Heard], patch: pytest.MonkeyPatch) -> None:
    """The same commands in the same order."""
    from tests.platform.publishing import gathered

    owner, site = contest.competition.created_by, contest.site
    account = Credentials(site.base, user=owner.username, password=owner.password)
    given = {"COMPETITION_URL": site.base, "COMPETITION_USER": owner.username, "COMPETITION_PASSWORD": owner.password}
    for name, value in given.items():
        patch.setenv(name, value)
    patch.delenv("COMPETITION_TOKEN", raising=False)
    walk, at = Walk(place, account, contest.build, contest.number), site.clock.now().timestamp()
    contest.competition.queue = site.queue(owner)
    with overheard("results", heard.append):
        walk.results(at)
        walk.visit(at)
    gathered(contest, walk.out)
    patch.setattr("organizer.audit.command.read_build", cached_build)
    with overheard("publish", heard.append):
        for step in (walk.publish, walk.publish, walk.undo, walk.publish, walk.watch):
            step(at)
    assert walk.said.getvalue().count("published, and the hosted order was verified") == 8


Seen = dict[tuple[str, str], list[Heard]]


def by_question(heard: Sequence[Heard]) -> Seen:
    """Exchanges by method and address without numbers and keys."""
    found: Seen = {}
    for one in heard:
        place = re.sub(r"/\d+(?=/)", "/N", re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "KEY", one.address))
        if not place.startswith(SITE):
            place = "/".join(place.split("/")[:5])  # http://storage/BUCKET/KIND
        found.setdefault((one.method, place), []).append(one)
    return found


def test_the_emulated_site_is_asked_the_same_and_answers_alike(
    recording: Mapping[str, list[Heard]], emulated: list[Heard]
) -> None:
    real = by_question([one for name, part in recording.items() if name != "upload" for one in part])
    made = by_question(emulated)
    assert set(real) == set(made)
    found = []
    for question, answers in real.items():
        for name in ("status", "kind", "signed_in", "query"):
            there, here = ({str(sorted_keys(getattr(one, name))) for one in part} for part in (answers, made[question]))
            if not here <= there:
                found.append(f"{question} {name}: {there} on the platform, {here} in the emulation")
        for name in ("request", "response"):
            left, right = (merged([shape(getattr(one, name)) for one in part]) for part in (answers, made[question]))
            found += [f"{question} {name} {text}" for text in differences(left, right, some=True)]
    assert not found, "\n".join(found)


def sorted_keys(value: object) -> object:
    return sorted(value) if isinstance(value, Mapping) else value


def test_a_recording_is_read_as_it_was_written(emulated: list[Heard]) -> None:
    assert from_json(to_json(emulated)) == emulated
