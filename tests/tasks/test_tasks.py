from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import xtreme_tasks
from xtreme_tasks.faults import FAULTS, OrganizerFault, TeamFault, printable
from xtreme_tasks.mountinfo import SubmissionNumbers, read_submission_numbers, submission_numbers
from xtreme_tasks.tasks import LANGUAGE_NAMES, LANGUAGES, TASKS, parts


def test_the_benchmark_has_its_known_size():
    assert {name: len(task.languages) for name, task in TASKS.items()} == {
        "xnli": 15,
        "pawsx": 7,
        "udpos": 33,
        "panx": 40,
    }
    assert len(parts()) == 95
    assert len(LANGUAGES) == len(LANGUAGE_NAMES) == 40
    assert len(TASKS["udpos"].labels) == 17
    assert LANGUAGE_NAMES["yo"] == "Yoruba"
    for task in TASKS.values():
        assert list(task.languages) == sorted(set(task.languages))
        assert list(task.labels) == sorted(set(task.labels))


def test_parts_keep_the_fixed_order():
    assert parts({"panx": ("th", "af"), "xnli": ("en",)}) == [("xnli", "en"), ("panx", "th"), ("panx", "af")]


def test_only_the_standard_library_is_imported():
    for path in Path(xtreme_tasks.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                top = name.split(".")[0]
                assert top in sys.stdlib_module_names or top == "xtreme_tasks", f"{path.name} imports {name}"


def test_scoring_and_ingestion_start_without_torch_or_pandas():
    code = (
        "import sys; import scoring_program.__main__, ingestion_program.__main__;"
        "assert not {'torch', 'pandas', 'datasets'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_code_has_one_owner_and_a_remedy():
    for code, kind in FAULTS.items():
        assert code == kind.code
        assert kind.owner == ("team" if code.startswith("E1") else "organizer")
        assert kind.what
        assert kind.remedy.endswith((".", "--help."))
        assert (kind.what + kind.remedy).isascii()


def test_a_fault_is_one_line_of_ascii():
    fault = TeamFault("E125", "udpos/th", "17 tags for 18 tokens\nมาตรฐาน")
    assert fault.line() == (
        "E125 udpos/th: the number of tags differs from the number of tokens (17 tags for 18 tokens ???????)."
        " Return one tag per token."
    )
    with pytest.raises(ValueError, match="E125"):
        OrganizerFault("E125")


def test_printable_keeps_the_limit():
    assert printable("a" * 600) == "a" * 497 + "..."
    assert printable("\x1b[31mred\t<é>") == "?[31mred?<?>"


def test_mountinfo_shows_one_submission():
    line = "36 35 98:0 /codabench/{} /app/program rw - ext4 /dev/vda rw\n"
    assert submission_numbers(line.format("uPK-7_sID-42__abc/program")) == SubmissionNumbers(7, 42)
    assert submission_numbers(line.format("elsewhere")) == SubmissionNumbers()
    two = line.format("uPK-7_sID-42__abc/program") + line.format("uPK-7_sID-43__abc/program")
    assert submission_numbers(two) == SubmissionNumbers()
    assert read_submission_numbers(Path("/nowhere/mountinfo")) == SubmissionNumbers()
