"""The emulated site answers as a real platform did, and as the one of --platform-url does."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.platform.record import VARIABLE, accounts, read, to_json, walk_emulated, walk_real
from tests.platform.site.exchange import REMOVED, Exchange, differences, merged, shape

RECORDED = sorted(Path(__file__).with_name("recorded").glob("*.json"))
_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def emulated() -> list[Exchange]:
    return walk_emulated()


def disagreements(real: list[Exchange], emulated: list[Exchange]) -> list[str]:
    """Where steps, statuses, types, shapes, or the words of a refusal differ."""
    steps = [item.step for item in real], [item.step for item in emulated]
    if steps[0] != steps[1]:
        return [f"steps differ: {set(steps[0]) ^ set(steps[1])}"]
    found = []
    for left, right in zip(real, emulated, strict=True):
        if (left.status, left.kind) != (right.status, right.kind):
            found.append(f"{left.step}: {left.status} {left.kind}, emulated {right.status} {right.kind}")
        found += [f"{left.step} {text}" for text in differences(shape(left.response), shape(right.response))]
        if said(left) != said(right):
            found.append(f"{left.step}: says {said(left)}, emulated {said(right)}")
    return found


def said(exchange: Exchange) -> str:
    """What a person reads: the words of a refusal, or of a bundle's unpacking."""
    words = exchange.response if exchange.status >= 400 else None
    if isinstance(exchange.response, dict) and "resulting_competition" in exchange.response:
        words = exchange.response["details"]
    return _KEY.sub("KEY", str(words))


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_the_emulation_answers_as_the_platform_did(path: Path, emulated: list[Exchange]) -> None:
    assert disagreements(read(path), emulated) == []


def test_there_is_a_recording() -> None:
    assert RECORDED


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recording_holds_no_secret(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"Signature|AWSAccessKeyId|amqp://|localhost|127\.0\.0\.1|Token [0-9a-f]|[0-9a-f]{40}", text)
    for exchange in read(path):
        secrets = [exchange.response] if isinstance(exchange.response, dict) else []
        for name in ("token", "secret_key", "broker_url", "vhost"):
            assert all(found.get(name, REMOVED) == REMOVED for found in secrets), (exchange.step, name)


def test_a_real_platform_answers_as_the_emulation(request: pytest.FixtureRequest, emulated: list[Exchange]) -> None:
    base = request.config.getoption("--platform-url")
    if not base:
        pytest.skip(f"no platform: give --platform-url, and three accounts in {VARIABLE}")
    assert disagreements(walk_real(base, accounts(os.environ.get(VARIABLE, ""))), emulated) == []


def test_differences_are_found() -> None:
    real = {"a": 1, "b": [{"c": "x"}], "d": None}
    assert differences(shape(real), shape({"a": 2, "b": [], "d": None})) == []
    assert differences(shape(real), shape({"a": "2", "b": [{"c": 1}], "e": 0})) == [
        ".d: only on the platform",
        ".e: only in the emulation",
        ".a: int on the platform, text in the emulation",
        ".b[].c: text on the platform, int in the emulation",
    ]
    assert merged([shape(1), shape(None)]) == "int|null"


def test_a_changed_answer_is_found(emulated: list[Exchange]) -> None:
    changed = [item if item.step != "score" else Exchange(**{**vars(item), "response": {"id": 1}}) for item in emulated]
    assert disagreements(emulated, changed)
    assert b'"step"' in to_json(emulated)
