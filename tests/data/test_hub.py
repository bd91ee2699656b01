"""The hub's loading code against data sets of the hub's shape, made here and loaded from disk, offline."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from organizer.data.command import prepare_command
from organizer.data.hub import configuration, hub_loader, read_hub
from organizer.data.sources import HubSource
from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.files import write_whole
from xtreme_tasks.tasks import LANGUAGES, TASKS, parts

datasets = pytest.importorskip("datasets")

NER = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]
POS = list(TASKS["udpos"].labels)


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")


def tagged(name: str, column: str, classes: list[str], rows: int):
    features = {"tokens": datasets.Sequence(datasets.Value("string"))}
    features[column] = datasets.Sequence(datasets.ClassLabel(names=classes))
    values = {
        # No digits: serial numbers in every language would be parallel lines.
        "tokens": [[name + "abc"[number // 10] + "klmnopqrst"[number % 10], "."] for number in range(rows)],
        column: [[number % len(classes), 0] for number in range(rows)],
    }
    return datasets.Dataset.from_dict(values, features=datasets.Features(features))


def table(task: str, language: str, split: str):
    name = f"{language}-{split}-"
    if task == "udpos":
        return tagged(name, "pos_tags", POS, 30)
    if task == "panx":
        return tagged(name, "ner_tags", NER, 30).add_column("langs", [[language, language]] * 30)
    rows = range(30)
    values = {"sentence1": [f"{name}{n} says {n + 1000}" for n in rows], "sentence2": [f"{name}{n}" for n in rows]}
    return datasets.Dataset.from_dict({**values, "label": [str(n % 2) for n in rows]})


def xnli(split: str):
    languages = TASKS["xnli"].languages
    rows = [(language, number) for language in languages for number in range(30)]
    return datasets.Dataset.from_dict(
        {
            "language": [language for language, _ in rows],
            "sentence1": [f"{language} {split} premise {number // 3}" for language, number in rows],
            "sentence2": [f"{language} {split} claim {number}" for language, number in rows],
            "gold_label": [["entailment", "neutral", "contradiction"][number % 3] for _, number in rows],
        }
    )


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set on disk with a few of the hub's configurations, as parquet files in folders."""
    root = tmp_path_factory.mktemp("hub")
    wanted = {"pawsx": ("de", "en"), "udpos": ("de", "mr"), "panx": ("jv", "en")}
    for split in ("validation", "test"):
        save(xnli(split), root, "XNLI", split)
    for task, languages in wanted.items():
        for language in languages:
            for split in ("train", "validation", "test"):
                save(table(task, language, split), root, configuration(TASKS[task], language), split)
    return root


def save(data, root: Path, name: str, split: str) -> None:
    (root / name).mkdir(exist_ok=True)
    data.to_parquet(root / name / f"{split}-00000-of-00001.parquet")


def load(dataset: str, name: str):
    """The real loader on a local folder; a configuration that the folder lacks is an empty data set."""
    folder = Path(dataset) / name
    files = {path.name.split("-")[0]: str(path) for path in folder.glob("*.parquet")}
    if not files:
        return {}
    return hub_loader()("parquet", data_files=files, cache_dir=str(folder / "cache"))


def test_configurations_are_those_of_the_hub() -> None:
    names = {configuration(TASKS[task], language) for task, language in parts()}
    assert len(names) == 1 + 7 + 33 + 40
    assert {"XNLI", "PAWS-X.de", "PAN-X.my", "udpos.Afrikaans", "udpos.Chinese", "udpos.Tagalog"} <= names
    assert len(LANGUAGES) == 40


def test_tags_come_by_name_and_languages_are_told_apart(hub: Path) -> None:
    german = next(found for found in read_hub(TASKS["udpos"], str(hub), load) if found.name == "test-de")
    assert (german.texts[1], german.answers[1]) == ("de-test-al\t.", f"{POS[1]} {POS[0]}")
    tables = read_hub(TASKS["xnli"], str(hub), load)
    assert {found.split for found in tables} == {"dev", "test"}
    assert len(tables) == 30
    assert all(text.startswith(f"{found.language} ") for found in tables for text in found.texts)


def test_prepare_from_the_hub(hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("organizer.data.sources.hub_loader", lambda: load)
    # A key of its own would put the few organizations into either half, by chance all into one.
    write_whole(tmp_path / "key", b"0f" * 32, mode=0o600)
    report = prepare_command(tmp_path / "data", hub=str(hub), order_key_file=tmp_path / "key", tiny_limit=20)
    assert report.tasks["udpos"].whole == {"mr": 30}
    assert report.tasks["xnli"].files["evaluation"]["de"].examples == 15
    assert report.tasks["panx"].files["final"]["en"].labels["B-ORG"] > 0
    assert (tmp_path / "data" / "report.md").exists()


def test_bad_rows_of_the_hub_are_left_out_and_counted() -> None:
    features = datasets.Features(
        {"tokens": datasets.Sequence(datasets.Value("string")), "pos_tags": datasets.Sequence(datasets.Value("int64"))}
    )
    rows = {"tokens": [["a"], ["b", "c"], []], "pos_tags": [[3], [1], []]}
    whole = {"test": datasets.Dataset.from_dict(rows, features=features)}
    (found,) = read_hub(TASKS["udpos"], "x", lambda _, name: whole if name == "udpos.German" else {})
    assert len(found) == 0
    assert found.left_out == {"not a tag of udpos": 1, "1 tags for 2 tokens": 1, "a token is empty": 1}


def test_a_missing_column_and_a_loader_that_fails() -> None:
    no_label = {"test": datasets.Dataset.from_dict({"sentence1": ["a"], "sentence2": ["b"]})}
    with pytest.raises(OrganizerFault, match=r"^E207 x PAWS-X.de test: .*no column label"):
        read_hub(TASKS["pawsx"], "x", lambda *_: no_label)

    def offline(*_: str) -> object:
        raise ConnectionError("no route\nto host")

    with pytest.raises(OrganizerFault, match=r"^E207 x XNLI: .*ConnectionError: no route to host") as fault:
        read_hub(TASKS["xnli"], "x", offline)
    assert "\n" not in fault.value.line()


def test_without_the_package_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(OrganizerFault, match=r"^E233 --hub: .*not installed.*pip install 'datasets>=4'"):
        HubSource().tables(TASKS["xnli"])
