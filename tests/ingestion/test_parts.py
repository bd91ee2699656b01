"""The pure parts: frames, answers, processes, the record of the environment."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest

from ingestion_program import answers, environment, frames, output, reaper
from ingestion_program.channel import Channel, Gone
from ingestion_program.questions import Question, question
from tests.ingestion.world import rows
from xtreme_tasks.faults import TeamFault
from xtreme_tasks.tasks import UDPOS, XNLI


class TestFrames:
    def test_any_division_gives_the_same_frame(self) -> None:
        data = frames.encode(b"A", b'["neutral"]')
        for size in range(1, len(data) + 1):
            assembler = frames.Assembler({b"A": 100}, "here")
            for start in range(0, len(data), size):
                assert not assembler.complete
                assembler.feed(data[start : start + size])
            assert assembler.complete
            assert assembler.frame() == frames.Frame(b"A", b'["neutral"]')

    def test_an_empty_payload(self) -> None:
        assembler = frames.Assembler({b"A": 100}, "here")
        assembler.feed(frames.encode(b"A", b""))
        assert assembler.complete
        assert assembler.frame().payload == b""

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (frames.encode(b"X", b"{}"), "E135"),
            (frames.encode(b"A", b"x" * 101), "E133"),
            (b"A\xff\xff\xff\xff", "E133"),
            (frames.encode(b"A", b"{}") + b"!", "E135"),
            (frames.encode(b"A", b"") + b"!", "E135"),
        ],
    )
    def test_refused(self, data: bytes, code: str) -> None:
        with pytest.raises(TeamFault, match=code):
            frames.Assembler({b"A": 100}, "here").feed(data)

    @pytest.mark.parametrize("payload", [b"", b"[", b"\xff", b"[" * 200000, b"1" * 5000, b"\x80\x04."])
    def test_what_is_not_json(self, payload: bytes) -> None:
        with pytest.raises(TeamFault, match="E135 here"):
            frames.decode(payload, "here")


def pipes() -> tuple[Channel, int, int]:
    question_end, question_start = os.pipe()
    answer_end, answer_start = os.pipe()
    return Channel(answer_end, question_start), question_end, answer_start


class TestChannel:
    def test_both_directions_at_once(self) -> None:
        # The other side answers while it still reads: with one direction after the other both would block.
        channel, reading, writing = pipes()
        size = 30_000_000

        def echo() -> None:
            left = size + frames.HEADER.size
            while left:
                piece = os.read(reading, 1 << 16)
                left -= len(piece)
                view = memoryview(piece)
                while view:
                    view = view[os.write(writing, view) :]

        thread = threading.Thread(target=echo)
        thread.start()
        sent = frames.encode(b"A", b"x" * (size - 1) + b"y")
        frame = channel.exchange(sent, frames.Assembler({b"A": size}, "here"), lambda: True)
        thread.join()
        assert frame.payload == sent[frames.HEADER.size :]
        channel.close()
        os.close(reading)
        os.close(writing)

    def test_closed(self) -> None:
        channel, reading, writing = pipes()
        os.close(writing)
        with pytest.raises(Gone):
            channel.exchange(b"", frames.Assembler({b"A": 10}, "here"), lambda: True)
        os.close(reading)
        with pytest.raises(Gone):
            channel.exchange(b"x", frames.Assembler({b"A": 10}, "here"), lambda: True)
        channel.close()

    def test_what_an_ended_process_left_in_the_pipe_counts(self) -> None:
        channel, reading, writing = pipes()
        os.write(writing, frames.encode(b"A", b"[]"))
        frame = channel.exchange(b"", frames.Assembler({b"A": 10}, "here"), lambda: False)
        assert frame.payload == b"[]"
        os.write(writing, frames.encode(b"A", b"[]")[:-1])
        with pytest.raises(Gone):
            channel.exchange(b"", frames.Assembler({b"A": 10}, "here"), lambda: False)
        channel.close()
        os.close(reading)
        os.close(writing)

    def test_the_watch_is_called_while_nothing_comes(self) -> None:
        channel, reading, writing = pipes()

        def watch() -> bool:
            raise TeamFault("E131", "here")

        with pytest.raises(TeamFault, match="E131"):
            channel.exchange(b"x" * (1 << 22), frames.Assembler({b"A": 10}, "here"), watch)
        channel.close()
        os.close(reading)
        os.close(writing)


class TestAnswers:
    def asked(self) -> tuple[Question, Question]:
        return question(XNLI, "de", rows("xnli", 2, "h")), question(UDPOS, "en", rows("udpos", 2, "h"))

    def test_accepted(self) -> None:
        labels, tags = self.asked()
        assert answers.check(b'["neutral","entailment"]', labels) == ["neutral", "entailment"]
        expected = [["X"] * 9, ["NOUN"] * 18]
        assert answers.check(json.dumps(expected).encode(), tags) == expected

    @pytest.mark.parametrize(
        ("value", "said"),
        [
            ('"O"', "a string that is not one of the 17 labels"),
            ('""', "a string"),
            ("NaN", "NaN or infinity"),
            ("-Infinity", "NaN or infinity"),
            ("1e999", "NaN or infinity"),
            ("0", "an int"),
            ("true", "a bool"),
            ("null", "None"),
            ("{}", "an object"),
            ("[]", "a list"),
            ('"\\ud800"', "a string"),
        ],
    )
    def test_a_wrong_tag(self, value: str, said: str) -> None:
        tags = self.asked()[1]
        payload = json.dumps([["X"] * 9, ["X"] * 18]).replace('"X"', value, 12).replace(value, '"X"', 11)
        with pytest.raises(TeamFault, match="E124 .*udpos/en answer 2: .*" + said):
            answers.check(payload.encode(), tags, "pre-flight ")

    def test_the_value_is_never_shown(self) -> None:
        with pytest.raises(TeamFault) as caught:
            answers.check(b'["secret premise","neutral"]', self.asked()[0])
        assert "secret" not in caught.value.line()

    def test_a_question_carries_no_id(self) -> None:
        asked = question(XNLI, "de", [{"id": "secretid", "premise": "a", "hypothesis": "b"}])
        assert b"secretid" not in asked.frame
        assert asked.ids == ("secretid",)


class TestReaper:
    def test_a_name_may_look_like_fields(self) -> None:
        tail = b" ".join([b"S", b"7", b"8"] + [b"0"] * 14 + [b"3"] + [b"0"] * 3 + [b"512"])
        process = reaper.parse_stat(b"41 (a) S 1 (b) " + tail)
        assert (process.pid, process.parent, process.group, process.threads) == (41, 7, 8, 3)
        assert process.memory_mib == 512 * reaper.PAGE_MIB

    def test_tree(self) -> None:
        parents = {2: 1, 3: 2, 4: 3, 5: 1, 6: 9, 9: 6}
        processes = [reaper.Process(pid, parent, pid, 1, 1.0) for pid, parent in parents.items()]
        assert {process.pid for process in reaper.tree(processes, 2)} == {3, 4}
        assert {process.pid for process in reaper.tree(processes, 1)} == {2, 3, 4, 5}
        assert reaper.tree(processes, 7) == []

    def test_this_process(self) -> None:
        me = reaper.parse_stat(Path("/proc/self/stat").read_bytes())
        assert (me.pid, me.parent, me.group) == (os.getpid(), os.getppid(), os.getpgrp())
        assert me.memory_mib > 1


class TestEnvironment:
    def test_facts(self) -> None:
        facts = environment.facts()
        assert {"python", "cpu", "cores", "memory_mib", "shm_mib", "network", "gpu"} <= facts.keys()
        assert int(facts["cores"]) >= 1
        assert all(value and value.isascii() for value in facts.values())

    def test_network(self, tmp_path: Path) -> None:
        assert environment.network(tmp_path) == "unknown"
        (tmp_path / "route").touch()
        assert environment.network(tmp_path) == "off"
        (tmp_path / "route").write_text("Iface Destination Gateway\n")
        assert environment.network(tmp_path) == "off"
        (tmp_path / "ipv6_route").write_text("00 00 00 lo\n")
        assert environment.network(tmp_path) == "off"
        (tmp_path / "ipv6_route").write_text("00 00 00 lo\nfe80 40 00 eth0\n")
        assert environment.network(tmp_path) == "on"
        (tmp_path / "ipv6_route").unlink()
        (tmp_path / "route").write_text("Iface Destination Gateway\neth0 00000000 0102A8C0\n")
        assert environment.network(tmp_path) == "on"


def test_a_folder_is_emptied_however_deep_it_is(tmp_path: Path) -> None:
    here = Path.cwd()
    os.chdir(tmp_path)
    try:
        for _ in range(1200):  # no path can name the last one
            Path("f").touch()
            Path("link").symlink_to("/")
            Path("d" * 100).mkdir()
            os.chdir("d" * 100)
    finally:
        os.chdir(here)
    closed = tmp_path / "closed" / "inner"
    closed.mkdir(parents=True)
    closed.parent.chmod(0)
    output.empty(tmp_path)
    assert list(tmp_path.iterdir()) == []
