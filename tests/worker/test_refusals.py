"""Every refusal of the gate: one line with its code on the submission and in the journal, and no container."""

from __future__ import annotations

import json

import pytest

from tests.worker.world import BUNDLE, IMAGE, PROGRAMS, World, pack, signpost


def refused(world: World, code: str, scoring: bool = False, **changes: object) -> str:
    status = world.run(scoring, **changes)
    line = str(status["status_details"])
    assert status["status"] == "Failed"
    assert line.startswith(code)
    assert "\n" not in line
    assert world.engine.created == []
    assert list(world.base.iterdir()) == []
    last = world.entries()[-1]
    assert (last.event, last.values["code"], last.values["line"]) == ("refused", code, line)
    return line


def test_a_foreign_host_is_refused_and_not_even_told(world: World):
    world.run(submissions_api_url="https://elsewhere.example/api")
    assert world.platform.updates == []
    assert world.engine.created == []
    assert world.entries()[-1].values["code"] == "E241"


@pytest.mark.parametrize(
    "changes",
    [
        {"user_pk": "../../etc"},
        {"id": "4_2"},
        {"id": True},
        {"id": 10**18},
        {"user_pk": None},
        {"submissions_api_url": "https://platform.example\\@elsewhere.example/api"},
        {"submissions_api_url": "https://user@platform.example/api"},
        {"submissions_api_url": "file:///etc"},
        {"submissions_api_url": "https://[::1/api"},
        {"submissions_api_url": 5},
    ],
)
def test_what_is_not_fit_for_a_name_never_reaches_the_constructor(world: World, changes: dict[str, object]):
    world.install()
    with pytest.raises(world.platform.SubmissionException, match="E24[14]"):
        world.platform.run_wrapper(world.arguments(False, **changes))
    assert list(world.base.iterdir()) == []
    assert world.entries()[-1].event == "refused"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("input_data", "https://elsewhere.example/x"),
        ("input_data", "file:///worker_folder/b-1/worker.json"),
        ("prediction_result", "https://elsewhere.example/collect"),
        ("detailed_results_url", "ftp://platform.example/x"),
        ("prediction_stdout", "https://elsewhere.example/collect"),
        ("program_data", ["https://platform.example/x"]),
        ("scoring_result", "https://platform.example:81/x"),
    ],
)
def test_foreign_addresses(world: World, name: str, value: object):
    refused(world, "E241", **{name: value})


def test_foreign_image(world: World):
    assert "foreign:1" in refused(world, "E242", docker_image="foreign:1")


def test_another_image_under_the_same_name(world: World):
    world.description["image_digest"] = "sha256:" + "c" * 64
    refused(world, "E242")


@pytest.mark.parametrize(
    "files",
    [
        {**PROGRAMS["ingestion"], "ingestion_program/a.py": b"0"},
        {**PROGRAMS["ingestion"], "json.py": b""},
        {**PROGRAMS["ingestion"], "metadata.yaml": b"command: cat /app/data/b-1/ingestion/keys.json\n"},
        {"metadata.yaml": b"command: id\n"},
    ],
)
def test_foreign_program(world: World, files: dict[str, bytes]):
    world.archives["ingestion"] = pack(files)
    refused(world, "E243")


def test_foreign_scoring_program(world: World):
    world.archives["scoring"] = pack({"metadata.yaml": b"command: id\n"})
    refused(world, "E243", scoring=True)


@pytest.mark.parametrize("scoring", [False, True])
def test_a_program_in_the_wrong_role(world: World, scoring: bool):
    names = ("scoring", "ingestion")
    world.archives[names[not scoring]] = pack(PROGRAMS[names[scoring]])
    refused(world, "E244", scoring=scoring)


@pytest.mark.parametrize(
    ("scoring", "changes"),
    [
        (False, {"ingestion_only_during_scoring": True}),
        (False, {"ingestion_program": None}),
        (False, {"input_data": None}),
        (True, {"reference_data": None}),
        (False, {"is_scoring": "yes"}),
    ],
)
def test_not_a_step_of_this_competition(world: World, scoring: bool, changes: dict[str, object]):
    refused(world, "E244", scoring, **changes)


def test_labels_beside_the_inputs(world: World):
    refused(world, "E244", reference_data=world.server.url("reference"))


def test_ingestion_beside_scoring(world: World):
    refused(world, "E244", scoring=True, ingestion_program=world.server.url("ingestion"))


@pytest.mark.parametrize(
    "files",
    [
        signpost("reference"),
        signpost("input", bundle="b-2"),
        signpost("input", phase="evaluation-9"),
        {"data.json": b"["},
        {"data.json": json.dumps({"bundle": BUNDLE, "role": "input"}).encode()},
        {"data.json": json.dumps({"bundle": BUNDLE, "role": "input", "phase": "final", "sealed": False}).encode()},
    ],
)
def test_data_that_are_not_this_steps(world: World, files: dict[str, bytes]):
    world.archives["input"] = pack(files)
    refused(world, "E245")


def test_data_without_a_signpost(world: World):
    world.archives["input"] = pack({"x": b""})
    refused(world, "E201")


def test_an_archive_that_is_not_there(world: World):
    assert "404" in refused(world, "E247", input_data=world.server.url("missing"))


def test_a_data_archive_that_is_no_zip(world: World):
    world.archives["input"] = b"no zip"
    refused(world, "E247")


def test_keys_that_are_missing(world: World):
    (world.worker / BUNDLE / "ingestion" / "keys.json").unlink()
    status = world.run()
    assert (status["status"], world.engine.created) == ("Failed", [])
    assert world.entries()[-1].values["code"] == "E211"


def test_a_job_that_is_delivered_again_changes_nothing_on_the_platform(world: World):
    assert world.run()["status"] == "Scoring"
    told = len(world.platform.updates)
    world.run()
    assert len(world.engine.created) == 1
    assert len(world.platform.updates) == told
    assert world.entries()[-1].values["code"] == "E246"


def test_one_attempt_for_an_account_and_phase(world: World):
    world.run()
    world.engine.created.clear()
    assert "1 of 1 attempts" in refused(world, "E246", id=42)
    assert world.run(id=43, user_pk=8)["status"] == "Scoring"
    world.engine.created.clear()
    world.server.files["/final"] = pack(signpost("input", phase="final"))
    assert world.run(id=44, input_data=world.server.url("final"))["status"] == "Scoring"


def test_attempts_may_be_left_to_the_audit(world: World):
    world.settings["attempts"] = 0
    world.run()
    assert world.run(id=42)["status"] == "Scoring"


def test_a_permit_lets_a_submission_run_again_and_does_not_count(world: World):
    world.permit(42)
    assert world.run(id=42)["status"] == "Scoring"
    assert world.run()["status"] == "Scoring"
    assert world.run(id=42)["status"] == "Scoring"


def test_a_run_that_ended_before_hidden_data_leaves_the_attempt_free(world: World):
    world.engine.behaviour = lambda engine, mounts, name: 1
    world.run()
    assert world.run(id=42)["status"] == "Scoring"


def test_a_run_whose_gate_died_counts(world: World):
    def power_cut(engine, mounts, name):
        raise SystemExit

    world.engine.behaviour = power_cut
    world.install()
    append = world.platform.Run._end
    world.platform.Run._end = lambda *_: None  # a dead gate writes no end
    with pytest.raises(SystemExit):
        world.platform.run_wrapper(world.arguments(False))
    world.platform.Run._end = append
    world.engine.created.clear()
    assert world.events()[-1] == "started"
    refused(world, "E246")


def test_scoring_may_be_repeated(world: World):
    assert world.run(scoring=True)["status"] == "Finished"
    assert world.run(scoring=True)["status"] == "Finished"


def test_nothing_runs_without_the_journal(world: World):
    world.install()
    world.journal.unlink()
    world.journal.mkdir()
    status = world.run()
    assert (status["status"], world.engine.created) == ("Failed", [])
    assert status["status_details"].startswith("E251")


def test_nothing_runs_with_a_damaged_journal(world: World):
    world.install()
    world.journal.write_text('{"number":1}\n')
    status = world.run()
    assert (status["status"], world.engine.created) == ("Failed", [])
    assert status["status_details"].startswith("E252")


def test_a_platform_that_mounts_something_else_gets_no_container(world: World):
    world.install()
    client = world.platform.client
    original = type(client).create_host_config

    def more(self, **asked):
        return original(self, **{**asked, "binds": {**asked["binds"], "/etc": {"bind": "/app/etc"}}})

    type(client).create_host_config = more
    try:
        world.run()
    finally:
        type(client).create_host_config = original
    assert world.engine.created == []


def test_the_client_refuses_what_was_not_admitted(world: World):
    world.install()
    with pytest.raises(Exception, match="E248"):
        world.platform.client.create_container(IMAGE, name="x")
    with pytest.raises(Exception, match="E248"):
        world.platform.client.create_host_config(binds={})
