"""The shared archive: all that is the teams' to share, nothing that is secret, the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from rich.console import Console

from organizer.share.command import Sharing, share_command
from organizer.share.licences import is_licence, which
from organizer.share.secrets import by_content, by_name
from organizer.share.share import folder_names
from tests.report import made
from tests.report.conftest import RULES
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import sha256, whole_file

CODE = {
    "submission.py": b"class Submission: ...\n",
    "LICENSE": b"Apache License\nVersion 2.0\n",
    "model.bin": b"w" * 99,
}
SHEET = {"method": "linear <b>", "base_model": "none", "training_compute": "1 CPU, 2 h"}
TOKEN = "hf_" + "aB3" * 12  # put together here, so that this file itself holds none


def team(name: str, **files: bytes) -> made.Made:
    code = {**CODE, **{key.replace("__", "."): data for key, data in files.items()}}
    return made.Made(name, 80, 2, sheet=SHEET, code=code)


ALL = Sharing()


def share(folder: Path, out: Path, sharing: Sharing = ALL) -> tuple[int, str]:
    said = io.StringIO()
    return share_command(Console(file=said, width=200), folder, out, sharing, RULES, None), said.getvalue()


def results(tmp_path: Path, *teams: made.Made) -> Path:
    (tmp_path / "results").mkdir()
    return made.write(tmp_path / "results", teams)


def test_an_archive_has_the_code_of_all_teams_and_an_index(tmp_path: Path):
    folder = results(tmp_path, team("b/../../x"), team("A"), made.Made("none", 70, 3, sheet=SHEET))
    code, said = share(folder, tmp_path / "code.zip")
    assert code == 0
    assert "none: the site delivered no code" in said
    with zipfile.ZipFile(tmp_path / "code.zip") as archive:
        assert archive.namelist() == [
            "files.csv",
            "index.html",
            *(
                f"teams/{name}/{file}"
                for name in ("A", "b_.._.._x")
                for file in ("LICENSE", "model.bin", "submission.py")
            ),
        ]
        assert archive.read("teams/A/submission.py") == CODE["submission.py"]
        page = archive.read("index.html").decode()
        assert "linear &lt;b&gt;" in page
        assert "1 CPU, 2 h" in page
        assert "LICENSE: Apache-2.0" in page
        assert f"teams/A,model.bin,99,{sha256(b'w' * 99)},\n" in archive.read("files.csv").decode()
        assert all(info.date_time == (1980, 1, 1, 0, 0, 0) for info in archive.infolist())


def test_the_same_results_give_the_same_bytes(tmp_path: Path):
    folder = results(tmp_path, team("A"), team("B"))
    share(folder, tmp_path / "one.zip")
    share(folder, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_weights_may_stay_behind_with_their_digest(tmp_path: Path):
    folder = results(tmp_path, team("A"))
    assert share(folder, tmp_path / "code.zip", Sharing(weights=False))[0] == 0
    with zipfile.ZipFile(tmp_path / "code.zip") as archive:
        assert "teams/A/model.bin" not in archive.namelist()
        assert f"teams/A,model.bin,99,{sha256(b'w' * 99)},weights\n" in archive.read("files.csv").decode()


def test_a_secret_stops_it_and_is_not_repeated(tmp_path: Path):
    folder = results(tmp_path, team("A", train__py=f"x = 1\nlogin('{TOKEN}')\n".encode()), team("B"))
    code, said = share(folder, tmp_path / "code.zip")
    assert code == 1
    assert not (tmp_path / "code.zip").exists()
    assert "A, submission 7: train.py line 2: token of the model hub" in said
    assert TOKEN not in said
    assert share(folder, tmp_path / "code.zip", Sharing(despite=True))[0] == 0
    assert (tmp_path / "code.zip").exists()


def test_a_secret_in_a_zip_in_the_zip_is_found(tmp_path: Path):
    inner = made.packed({"deep.py": f"t = '{TOKEN}'".encode()})
    code, said = share(results(tmp_path, team("A", data__zip=inner)), tmp_path / "code.zip")
    assert (code, "data.zip/deep.py line 1: token of the model hub" in said) == (1, True)


def test_names_that_lead_out_are_left_out(tmp_path: Path):
    outside = made.Made(
        "A", 80, 2, code={"../evil.py": b"x", "a\\b.py": b"x", "ok.py": b"x", "__pycache__/c.pyc": b"x"}
    )
    code, said = share(results(tmp_path, outside), tmp_path / "code.zip", Sharing(despite=True))
    assert code == 0
    assert "../evil.py: name that leads out of its folder" in said
    with zipfile.ZipFile(tmp_path / "code.zip") as archive:
        assert [name for name in archive.namelist() if name.startswith("teams/")] == ["teams/A/ok.py"]


def test_nothing_is_shared_before_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = results(tmp_path, team("A"))
    monkeypatch.setattr("time.time", lambda: made.START + 1.5 * made.WEEK)
    with pytest.raises(OrganizerFault, match="E233.*Evaluation 2"):
        share(folder, tmp_path / "code.zip")
    with pytest.raises(OrganizerFault, match="E233.*Final"):
        share(folder, tmp_path / "code.zip", Sharing(phase="final"))
    with pytest.raises(OrganizerFault, match="E233.*no such phase"):
        share(folder, tmp_path / "code.zip", Sharing(phase="nonsense"))
    assert share(folder, tmp_path / "code.zip", Sharing(phase="evaluation-1"))[0] == 0


def test_too_much_is_refused(tmp_path: Path):
    folder = results(tmp_path, team("A", big__txt=b"x" * (2 << 20)))
    with pytest.raises(OrganizerFault, match="E233.*A unpacks to 2 MiB, more than the 1 MiB"):
        share(folder, tmp_path / "code.zip", Sharing(most_mib=1))


def test_the_limit_is_of_all_teams_and_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch):
    small = results(tmp_path, team("A", text__txt=bytes(600 << 10)), team("B", text__txt=bytes(600 << 10)))
    monkeypatch.setattr("organizer.share.gather.whole_file", written := Written())
    with pytest.raises(OrganizerFault, match="E233.*B unpacks to 1 MiB, more than the 0 MiB"):
        share(small, tmp_path / "code.zip", Sharing(most_mib=1))
    assert {path.parent.name for path in written.paths} == {"0"}  # the first team's files alone


class Written:
    """`whole_file` that remembers what it was asked for."""

    def __init__(self) -> None:
        self.paths: list[Path] = []

    def __call__(self, path: Path):
        self.paths.append(path)
        return whole_file(path)


def test_a_zip_in_a_zip_that_unpacks_to_too_much_is_named_and_not_looked_into(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("organizer.share.gather.MOST_INSIDE", 1000)
    inner = made.packed({"note.txt": f"key = '{TOKEN}'".encode() + bytes(1000)})
    status, said = share(results(tmp_path, team("A", inner__zip=inner)), tmp_path / "code.zip")
    assert status == 1
    assert "inner.zip: archive that was not looked into" in said
    assert TOKEN not in said


def test_names_of_files_command_no_terminal_and_no_spreadsheet(tmp_path: Path):
    code = {**CODE, "=cmd.py": b"x = 1\n", "..\\\x1b]0;owned\x07.py": b"y = 1\n"}
    folder = results(tmp_path, made.Made("A", 80, 2, code=code))
    status, said = share(folder, tmp_path / "code.zip", Sharing(despite=True))
    assert status == 0
    assert "owned" in said
    assert "\x1b" not in said
    with zipfile.ZipFile(tmp_path / "code.zip") as archive:
        assert "\n" + "teams/A,'=cmd.py,6," in archive.read("files.csv").decode()
        assert "teams/A/=cmd.py" in archive.namelist()


def test_a_file_of_beginnings_of_tokens_is_looked_through_in_a_moment():
    """Each of them used to be searched to the file's end: with so many that never ended."""
    assert by_content("a.txt", b"-eyJAAAAAAAAAA" * (1 << 16)) == []
    assert by_content("a.txt", b" eyJAAAAAAAAAA.eyJBBBBBBBBBB.CCCCCCCCCC") != []


def test_a_damaged_zip_is_said_and_stops_nobody_else(tmp_path: Path):
    folder = results(tmp_path, team("A"), team("B"))
    broken = folder / "submissions" / "7" / "code.zip"
    digest = sha256(broken.read_bytes())
    data = b"PK" + bytes(broken.stat().st_size - 2)
    broken.write_bytes(data)
    told = folder / "submissions" / "7" / "submission.json"
    told.write_text(told.read_text().replace(digest, sha256(data)))
    code, said = share(folder, tmp_path / "code.zip")
    assert code == 0
    assert "no code    A: no zip that can be read" in said


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("-----BEGIN " + "RSA PRIVATE KEY-----", "private key"),
        ("ghp_" + "a1" * 18, "token of GitHub"),
        ("AKIA" + "ABCDEFGH12345678", "AWS key"),
        ("sk-proj-" + "a1b2" * 8, "key of a language model's service"),
        ("https://me:hunter22@example.org/x", "password in an address"),
        ("api_key = 'q8w7e6r5t4'", "password or key by its name"),
        ('{"password": "correcthorse"}', "password or key by its name"),
        ("HF_TOKEN='abcdefghij'", "password or key by its name"),
    ],
)
def test_secrets_are_seen(text: str, kind: str):
    (hit,) = by_content("a.py", b"first\n" + text.encode() + b"\n")
    assert (hit.line, hit.kind) == (2, kind)


@pytest.mark.parametrize(
    "text",
    [
        'pad_token = "<pad>"',
        'tokenizer.mask_token = "[MASK]"',
        "token = tokens[0]",
        'api_key = "your-key-here"',
        "password = os.environ['PASSWORD']",
        "https://example.org:8080/path@x",
        "secret_key = None",
        "task-specific-parameters-of-the-model",
    ],
)
def test_what_is_no_secret_is_not_seen(text: str):
    assert by_content("a.py", text.encode()) == []


def test_names_give_files_away():
    assert [
        hit.file for name in (".env", "a/.git/config", "x/id_rsa", "k.pem", "env.py", "key.py") for hit in by_name(name)
    ] == [
        ".env",
        "a/.git/config",
        "x/id_rsa",
        "k.pem",
    ]


def test_licences_are_known_by_their_words():
    assert is_licence("vendored/LICENSE-MIT.txt")
    assert is_licence("COPYING")
    assert not is_licence("licenser.py")
    assert which(b"Permission is hereby granted, free of\ncharge, to any person") == "MIT"
    assert which(b"do what you like") == "unknown"


def test_folders_of_teams_are_apart_on_every_system():
    names = folder_names(["Team", "team", "فريق", "..", "", "a/b", "a:b", "x" * 300])
    assert len({name.casefold() for name in names.values()}) == 8
    assert names["Team"] == "teams/Team"
    assert names["team"] == "teams/team-2"
    assert all(len(name) < 60 and ".." not in name for name in names.values())
