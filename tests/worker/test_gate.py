"""Honest jobs through the gate, and what it makes of the containers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.worker.world import BUNDLE, IMAGE, IMAGE_ID, World, honest, pack
from xtreme_tasks.files import sha256
from xtreme_tasks.settings import MAX_SHARE

MIB = 1 << 20


def test_both_steps_run_and_are_journaled(world: World):
    assert world.run()["status"] == "Scoring"
    assert world.run(scoring=True)["status"] == "Finished"
    assert world.events() == ["opened", "accepted", "started", "ended", "accepted", "started", "ended"]
    accepted, _, ended = world.entries()[1:4]
    assert accepted.values["user"] == 7
    assert accepted.values["submission"] == 41
    assert accepted.values["phase"] == "evaluation-1"
    assert accepted.values["digests"]["program"] == world.description["programs"]["ingestion"]["digest"]
    assert accepted.values["image"] == IMAGE_ID
    assert (ended.values["exit_code"], ended.values["began"], ended.values["verdict"]) == (0, True, "ok")
    assert sorted(ended.values["records"]) == ["run_record.json", "started_record.json"]
    assert world.entries()[-1].values["verdict"] == "ok"
    assert {"score": 1.0} in world.platform.pushed


@pytest.mark.parametrize("scoring", [False, True])
def test_the_container_is_limited_whatever_the_platform_asks(world: World, scoring: bool):
    world.run(scoring)
    (made,) = world.engine.created
    config = made["host_config"]
    assert made["image"] == IMAGE_ID
    assert made["network_disabled"] is True
    assert config["network_mode"] == "none"
    assert config["cap_drop"] == ["ALL"]
    assert config["shm_size"] == 2048 * MIB
    assert config["mem_limit"] == config["memswap_limit"] == (100 + 2048 + 4096) * MIB
    assert config["pids_limit"] == 4096


@pytest.mark.parametrize("role", ["ingestion", "scoring"])
def test_a_role_sees_its_own_keys_only_and_only_while_it_runs(world: World, role: str):
    world.permit(41)
    world.permit(42)
    world.run(role == "scoring")
    permit = [f"{BUNDLE}/permits", f"{BUNDLE}/permits/41.json"] if role == "ingestion" else []
    assert world.engine.seen == sorted([BUNDLE, f"{BUNDLE}/{role}", f"{BUNDLE}/{role}/keys.json", *permit])
    assert list(world.base.rglob("keys.json")) == []


def test_a_teams_step_is_skipped_and_its_files_never_reach_the_output(world: World):
    world.archives["program"] = pack({"submission.py": b"", "run_record.json": b"forged", "xnli/en.jsonl": b"x"})
    assert world.run()["status"] == "Scoring"
    assert [item["name"] for item in world.engine.created] == ["ingestion_uPK-7_sID-41"]
    assert world.engine.before == []
    assert world.platform.pushed == [["run_record.json", "started_record.json"]]


def test_metadata_without_a_command_is_harmless(world: World):
    world.archives["program"] = pack({"submission.py": b"", "metadata.yaml": b"title: ours\n"})
    assert world.run()["status"] == "Scoring"
    assert len(world.engine.created) == 1


def test_the_gates_own_time_limit_kills_the_container(world: World):
    def endless(engine, mounts, name):
        assert engine.killed.wait(60)
        return 137

    world.engine.behaviour = endless
    world.description["limits"] |= {"seconds": 0.05, "preflight_seconds": 0.05}
    world.settings["overhead_seconds"] = 0.05
    world.run(execution_time_limit=10**6)
    ended = world.entries()[-1].values
    assert (ended["killed"], ended["exit_code"], ended["began"]) == (True, 137, False)


def test_the_platforms_alarm_comes_after_the_gates(world: World):
    world.install()
    run = world.platform.Run(world.arguments(False, execution_time_limit=1))
    run.prepare()
    assert run.execution_time_limit == int(10 * (1 + MAX_SHARE) + 5 + 900) + 300
    run.clean_up()


def test_an_image_that_is_there_is_not_pulled_again(world: World):
    world.run()
    assert world.engine.pulled == []


def test_an_image_that_is_missing_is_pulled(world: World):
    world.engine.images.clear()
    assert world.run()["status"] == "Scoring"
    assert world.engine.pulled == [IMAGE]


@pytest.mark.parametrize("digest", [IMAGE_ID, "sha256:" + "b" * 64])
def test_a_pinned_image_runs_by_its_id(world: World, digest: str):
    world.description["image_digest"] = digest
    assert world.run()["status"] == "Scoring"
    assert world.engine.created[0]["image"] == IMAGE_ID


def test_an_unsealed_bundle_needs_no_keys(world: World):
    world.description["sealed"] = False
    data = {"bundle": BUNDLE, "phase": "final", "role": "input", "sealed": False}
    settings = json.dumps({"open_key": "00" * 32}).encode()
    world.archives["input"] = pack({"data.json": json.dumps(data).encode(), "phase.json": settings})
    seen: list[list[str]] = []

    def look(engine, mounts, name):
        seen.append(sorted(path.name for path in mounts["/app/data"].rglob("*")))
        return 1

    world.engine.behaviour = look
    world.run()
    assert seen == [[BUNDLE, "ingestion"]]
    assert world.entries()[-1].values["began"] is False


def test_a_record_that_cannot_be_believed_counts_as_begun(world: World):
    def forged(engine, mounts, name):
        (mounts["/app/output"] / "run_record.json").write_text("{}")
        return 1

    world.engine.behaviour = forged
    world.run()
    ended = world.entries()[-1].values
    assert (ended["began"], ended["verdict"]) == (True, "unverified")
    assert ended["records"] == {"run_record.json": sha256(b"{}")}


def test_a_link_in_place_of_a_record_is_not_followed(world: World, tmp_path: Path):
    (tmp_path / "elsewhere").write_text("secret")

    def linked(engine, mounts, name):
        (mounts["/app/output"] / "run_record.json").symlink_to(tmp_path / "elsewhere")
        return 0

    world.engine.behaviour = linked
    world.run()
    assert world.entries()[-1].values["records"] == {"run_record.json": sha256(b"")}


@pytest.mark.parametrize("at", ["start", "run"])
def test_what_a_dead_gate_left_is_removed_first(world: World, at: str):
    if at == "run":  # it died after this one was started
        world.install()
    world.engine.left = [{"Id": "old", "Labels": {"xtreme-competition.gate": "ingestion_uPK-1_sID-2"}}]
    stale = world.base / "uPK-1_sID-2__x" / "worker_part" / BUNDLE / "ingestion"
    stale.mkdir(parents=True)
    (stale / "keys.json").write_text("{}")
    world.install() if at == "start" else world.run()
    assert world.engine.left == []
    assert not stale.exists()
    (swept,) = [entry for entry in world.entries() if entry.event == "swept"]
    assert swept.values["containers"] == ["ingestion_uPK-1_sID-2"]


def test_the_run_after_a_refused_one_is_unharmed(world: World):
    assert world.run(docker_image="foreign:1")["status"] == "Failed"
    world.engine.behaviour = honest
    assert world.run()["status"] == "Scoring"
    assert list(world.base.iterdir()) == []
