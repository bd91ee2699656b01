from __future__ import annotations

import json
import tomllib

import pytest

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


@pytest.mark.parametrize(("row", "code"), [(None, "E233"), ({**ROW, "score": 0.0}, "E233"), (ROW, "E201")])
def test_a_run_without_result_gives_none(tmp_path, row, code):
    with pytest.raises(OrganizerFault, match=code):
        read_baseline(row, tmp_path)
