from __future__ import annotations

import json
import math
import tomllib

import pytest

from organizer.build.rules import parse_rules
from organizer.local_worker.baseline import read_baseline
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.record import RECORD_FILE

ROW = {"score": 41.5, "duration": 12.25, "xnli": 40.0}


def test_the_table_reads_back_as_the_rules_want_it(tmp_path):
    path = tmp_path / "prediction_output" / RECORD_FILE
    path.parent.mkdir()
    values = {"startup": 2.5, "parts": {"xnli/en": 1.5, "panx/de": 0.25, "xnli/de": 2.0}}
    path.write_text(json.dumps({"values": values}))
    made = tomllib.loads(read_baseline(ROW, tmp_path))["baseline"]
    seconds = {"panx": {"de": 0.25}, "xnli": {"de": 2.0, "en": 1.5}}
    assert made == {"score": 41.5, "duration": 12.25, "startup": 2.5, "seconds": seconds}


def test_the_machine_and_the_noise_are_in_the_table_and_the_rules_take_it(tmp_path):
    path = tmp_path / "prediction_output" / RECORD_FILE
    path.parent.mkdir()
    key = 'a "processor" \\ x2, GPU none'
    values = {"startup": 2.5, "parts": {}, "duration": 12.25, "band_low": 12.0, "band_high": 12.5, "hardware": key}
    path.write_text(json.dumps({"values": {**values, "durations": [12.25]}}))
    found = parse_rules(f'[image]\nname = "i"\n{read_baseline(ROW, tmp_path)}\n'.encode()).baseline
    assert (found.hardware, found.band_low, found.band_high) == (key, pytest.approx(12.0), pytest.approx(12.5))
    path.write_text(json.dumps({"values": {**values, "durations": [12.0, 12.25, 13.0]}}))
    found = parse_rules(f'[image]\nname = "i"\n{read_baseline(ROW, tmp_path)}\n'.encode()).baseline
    part = math.sqrt(math.pi / 2 / 3)
    assert math.log(found.band_high / 12.25) == pytest.approx(part * math.log(12.5 / 12.25))
    assert math.log(12.25 / found.band_low) == pytest.approx(part * math.log(12.25 / 12.0))


@pytest.mark.parametrize(("row", "code"), [(None, "E233"), ({**ROW, "score": 0.0}, "E233"), (ROW, "E201")])
def test_a_run_without_result_gives_none(tmp_path, row, code):
    with pytest.raises(OrganizerFault, match=code):
        read_baseline(row, tmp_path)
