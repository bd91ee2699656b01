"""What teams need of the image with PyTorch, in containers with the platform's settings and a sealed bundle.

A sealed bundle refuses to run without the child's whole isolation, and shows nothing that a team prints: a feature
that fails is a verdict other than `ok`.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from organizer.base_models.fetch import fetch_models
from organizer.base_models.listing import IMAGE_FOLDER, BaseModel
from organizer.local_worker.docker_engine import DockerEngine, connected, obstacle
from tests.conftest import ROOT
from tests.local_worker.test_run import HONEST, record, submission
from tests.local_worker.world import home, step

IMAGE = os.environ.get("COMPETITION_TEAM_IMAGE", "xtreme-competition:team")
MODEL = "lab/tiny"

pytestmark = [pytest.mark.docker, pytest.mark.long]

FEATURES = {
    "inference": """
torch.manual_seed(1)
model = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 3)).eval()
with torch.inference_mode():
    assert model(torch.randn(32, 64)).shape == (32, 3)
""",
    "data loaders": """
for context in ("fork", "spawn"):
    loader = torch.utils.data.DataLoader(Numbers(), 8, num_workers=2, multiprocessing_context=context)
    assert sum(float(batch[:, 0].sum()) for batch in loader) == sum(range(64)), context
""",
    "openmp": """
torch.set_num_threads(2)
torch.randn(700, 700) @ torch.randn(700, 700)
assert "OpenMP" in torch.__config__.parallel_info()
assert len(os.listdir("/proc/self/task")) > 1, "the second thread"
""",
    "compile": """
function = torch.compile(lambda x: (x * 2).relu().sum())
assert function(torch.ones(8)) == 16
""",
    "compile without a compiler": """
os.environ["PATH"], os.environ["CXX"] = "/opt/competition/bin", "nowhere"
function = torch.compile(lambda x: (x * 2).relu().sum())
try:
    function(torch.ones(8))
    raise SystemExit("compiled without a compiler")
except Exception as error:
    assert "compiler" in str(error).lower(), error
torch._dynamo.config.suppress_errors = True
torch._dynamo.reset()
assert torch.compile(lambda x: (x * 2).relu().sum())(torch.ones(8)) == 16, "on request it goes on uncompiled"
""",
    "transformers": """
from transformers import BertConfig, BertForTokenClassification
shape = dict(vocab_size=99, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=37)
torch.manual_seed(1)
model = BertForTokenClassification(BertConfig(**shape)).eval()
model.save_pretrained("saved")
again = BertForTokenClassification.from_pretrained("saved").eval()
with torch.inference_mode():
    tokens = torch.tensor([[1, 2, 3]])
    assert torch.equal(model(tokens).logits, again(tokens).logits)
""",
    "base model by its name": """
from transformers import AutoModel, AutoTokenizer
tokenizer, model = AutoTokenizer.from_pretrained("lab/tiny"), AutoModel.from_pretrained("lab/tiny")
with torch.inference_mode():
    assert model(**tokenizer("a b", return_tensors="pt")).last_hidden_state.shape[-1] == 32
weights = pathlib.Path(os.environ["HF_HUB_CACHE"]).glob("*/snapshots/*/model.safetensors")
(path,) = weights
for change in (lambda: path.write_bytes(b""), path.unlink, lambda: path.with_name("new").write_bytes(b"")):
    try:
        change()
        raise SystemExit("the base models can be changed")
    except OSError:
        pass
""",
    "an absent model": """
from transformers import AutoModel
try:
    AutoModel.from_pretrained("lab/absent")
    raise SystemExit("from where?")
except OSError:
    pass
""",
}

TEAM = """
import os, pathlib
import torch
import torch.utils.data

class Numbers(torch.utils.data.Dataset):
    def __len__(self):
        return 64
    def __getitem__(self, index):
        return torch.full((100,), float(index))

def feature():
{feature}

class Submission:
    def __init__(self, folder):
        feature()
    def predict(self, task, language, examples):
        return simple.Submission(None).predict(task, language, examples)

import simple
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DockerEngine]:
    """The image with PyTorch, and in it one tiny base model, put there as the image's build puts them."""
    reason = obstacle(IMAGE)
    if reason:
        pytest.skip(f"no image with PyTorch (WITH_TORCH=1 worker/image.sh {IMAGE}): {reason}")
    folder = tmp_path_factory.mktemp("models")
    tag = f"competition-test:{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"
    recipe = f"FROM {IMAGE}\nCOPY models {IMAGE_FOLDER}\nRUN chmod -R a-w,a+rX {IMAGE_FOLDER}\n"
    with connected() as client:
        list(client.build(fileobj=_context(folder, recipe), custom_context=True, tag=tag, rm=True))
    yield DockerEngine(tag)
    with connected() as client:
        client.remove_image(tag)


def _context(folder: Path, recipe: str) -> io.BytesIO:
    made = _tiny_model(folder / "made")
    digest = hashlib.sha256((made / "model.safetensors").read_bytes()).hexdigest()
    names = sorted(path.name for path in made.iterdir() if path.name != "model.safetensors")
    listing = folder / "models.toml"
    listing.write_text(
        f'[[model]]\nname = "{MODEL}"\nrevision = "{"0" * 40}"\nlicence = "none"\nsize = "tiny"\n'
        f'files = {json.dumps(names)}\nsha256 = {{ "model.safetensors" = "{digest}" }}\n'
    )

    def copy(model: BaseModel, cache: Path) -> None:
        target = cache / "models--lab--tiny" / "snapshots" / model.revision
        target.parent.mkdir(parents=True)
        made.rename(target)

    fetch_models(listing, folder / "models", copy)
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        archive.add(folder / "models", "models")
        entry = tarfile.TarInfo("Dockerfile")
        entry.size = len(recipe.encode())
        archive.addfile(entry, io.BytesIO(recipe.encode()))
    stream.seek(0)
    return stream


def _tiny_model(folder: Path) -> Path:
    pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b"]
    (folder / "vocab.txt").write_text("\n".join(words))
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=37
    )
    transformers.BertModel(config).save_pretrained(folder)
    transformers.BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


def test_the_image_holds_the_locked_versions(engine, tmp_path):
    script = """
import importlib.metadata, json
print(json.dumps({d.metadata["Name"].lower().replace("_", "-"): d.version for d in importlib.metadata.distributions()}))
"""
    ran = engine.run(step(tmp_path, script))
    assert ran.exit_code == 0, ran
    found = {name: version.split("+")[0] for name, version in json.loads(ran.stdout).items() if name != "pip"}
    lines = (ROOT / "requirements" / "team.txt").read_text().splitlines()
    locked = dict(line.split("==") for line in lines if "==" in line)
    assert found == {name: locked.get(name) for name in found}
    assert {"torch", "transformers", "tokenizers", "safetensors", "sentencepiece", "numpy"} <= set(found)


@pytest.mark.parametrize("name", FEATURES)
def test_it_works_inside_the_isolation(built, engine, tmp_path, name):
    body = "\n".join("    " + line for line in FEATURES[name].strip().splitlines())
    files = {"submission.py": TEAM.replace("{feature}", body), "simple.py": HONEST}
    ran = home(built, built.archive, submission(tmp_path, files), engine, tmp_path)
    assert ran.status == "Finished", ran.messages
    assert record(ran)["verdict"] == "ok"
    assert {"landlock-files", "seccomp", "network-off"} <= set(record(ran)["protections"])


def test_a_feature_that_fails_is_seen(built, engine, tmp_path):
    files = {"submission.py": TEAM.replace("{feature}", "    assert torch.ones(1) == 2"), "simple.py": HONEST}
    ran = home(built, built.archive, submission(tmp_path, files), engine, tmp_path)
    assert ran.status == "Failed"
    assert "E113" in ran.messages
