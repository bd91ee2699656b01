from __future__ import annotations

import dataclasses
import json

import pytest

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.record import RunRecord, read_record, sign, verify, write_record
from xtreme_tasks.settings import PhaseSettings, parse_settings

KEY = b"k" * 64
RECORD = RunRecord(
    "b", "final", 1, 2, "d", "n", 1.0, 2.0, 3.5, True, "ok", durations=(1.25,), parts={"xnli/en": 0.5}, files={"a": "b"}
)
SETTINGS = PhaseSettings("b", "final", "final", True, 0.0, 0.0, 0.0, {"xnli": ("en",)}, {"xnli": {"en": 3}})


def test_a_record_survives_signing():
    assert read_record(write_record(RECORD, KEY), KEY, "x") == RECORD
    measured = dataclasses.replace(RECORD, energy_joules=12.5, energy_gpu_joules=0.0, walls=(1.5,), slices=(0.3, 0.31))
    assert read_record(write_record(measured, KEY), KEY, "x") == measured


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('"duration":0.0', '"duration":0.1'),
        lambda text: text.replace('"kind":"run"', '"kind":"started"'),
        lambda text: text.replace('"format":1', '"format":2'),
        lambda text: text.replace('{"kind"', '{"extra":1,"kind"'),
        lambda text: text[:-20],
        lambda text: "[]",
        lambda text: "null",
        lambda text: "[" * 100000,
        lambda text: '{"kind":"run","format":1,"values":{},"signature":"é"}',
        lambda text: '{"kind":"run","format":1,"values":{},"signature":null}',
        lambda text: "",
    ],
)
def test_any_change_breaks_the_signature(change):
    text = write_record(RECORD, KEY).decode()
    assert change(text) != text
    with pytest.raises(OrganizerFault) as caught:
        read_record(change(text).encode(), KEY, "run_record.json")
    assert caught.value.code == "E222"


def test_another_key_or_kind_is_refused():
    with pytest.raises(OrganizerFault, match="E222"):
        read_record(write_record(RECORD, KEY), b"j" * 64, "x")
    with pytest.raises(OrganizerFault, match="E222"):
        read_record(write_record(RECORD, KEY, "started"), KEY, "x", "run")
    assert verify(sign({"a": 1}, "permit", KEY), "permit", KEY, "x") == {"a": 1}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("duration", -1.0),
        ("duration", "1"),
        ("began", 1),
        ("user", 1.5),
        ("verdict", "E999"),
        ("unknown", 1),
        ("timing", "guessed"),
    ],
)
def test_a_signed_record_of_another_version_is_refused(name, value):
    values = dataclasses.asdict(RECORD) | {name: value}
    with pytest.raises(OrganizerFault, match="E231"):
        read_record(sign(values, "run", KEY), KEY, "x")


def test_settings_survive_writing():
    assert parse_settings(SETTINGS.to_json()) == SETTINGS


@pytest.mark.parametrize(
    ("path", "value", "text"),
    [
        (["format"], 2, "format must be"),
        (["languages"], {}, "at least one known task"),
        (["languages"], {"squad": ["en"]}, "known task"),
        (["languages", "xnli"], ["ja"], "unknown or no language"),
        (["limits", "seconds"], "1", "finite number"),
        (["limits", "seconds"], True, "finite number"),
        (["limits", "memory_mib"], 1.5, "fraction"),
        (["rule", "name"], "luck", "places or baseline"),
        (["sealed"], "yes", "true or false"),
        (["bundle"], 1, "must be text"),
        (["surprise"], 1, "unknown setting"),
        (["end"], None, "finite number"),
        (["timing", "share"], 0.26, "at most 0.25"),
        (["timing", "slice_seconds"], 0.001, "from 0.01 to 10"),
        (["timing", "normalise"], "yes", "auto or always or never"),
    ],
)
def test_each_wrong_setting_is_named(path, value, text):
    raw = json.loads(SETTINGS.to_json())
    place = raw
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    with pytest.raises(OrganizerFault, match=text) as caught:
        parse_settings(json.dumps(raw).encode())
    assert caught.value.code == "E231"


def test_a_missing_setting_is_named():
    raw = json.loads(SETTINGS.to_json())
    del raw["bundle"], raw["start"]
    with pytest.raises(OrganizerFault, match="missing: bundle, start"):
        parse_settings(json.dumps(raw).encode())
