"""Which pretrained encoder a name means: a local folder, a model of the hub, or `tiny`, which is made on the spot.

`tiny` knows nothing before training. It is there so that every command of the kit can be tried in a minute, without a
network; its scores are no baseline.
"""

from __future__ import annotations

import contextlib
import pickle
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from datasets import DatasetDict
from model import HEADS_FILE, Model
from safetensors import SafetensorError
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import AutoConfig, AutoTokenizer, BertConfig, BertModel, PreTrainedTokenizerFast

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tasks import TASKS

TINY = "tiny"
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
SIZE = {"hidden_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 256}
VOCABULARY = 8000
POSITIONS = 256
WEIGHTS = ("model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json")
NEEDED = ("hidden_size", "num_hidden_layers", "max_position_embeddings")
LIKE_BERT = "Take an encoder that is built like BERT, XLM-RoBERTa or DistilBERT."


def find_encoder(name: str, tables: DatasetDict | None = None, out: Path = Path()) -> str:
    """What `create_model` takes for a name; an encoder that is made lies in `out/encoder`.

    Args:
        name: `tiny`, a local folder, or a name on the hub.
        tables: the training data, whose texts teach `tiny` its sub-words; without them there is no `tiny`.
        out: folder of the run; a resumed run finds the encoder there that it began with.

    Raises:
        OrganizerFault: E232, E233 (no name, or a trained model's), and see `check_kind`.

    """
    if not name:
        raise OrganizerFault("E233", "--encoder", "no encoder is named", "Name a local folder or a model of the hub.")
    if name == TINY:
        if tables is None:
            raise OrganizerFault("E233", "--encoder tiny", "only train.py makes it", "Name its folder RUN/encoder.")
        return str(find_tiny(tables, out / "encoder"))
    folder = Path(name)
    if (folder / HEADS_FILE).is_file():
        hint = "Name the encoder that it was trained from; to learn from it there is `--tricks distil:teacher=FOLDER`."
        raise OrganizerFault("E233", f"encoder {name}", "this is a model that train.py saved", hint)
    check_kind(name)
    return name


def check_kind(name: str) -> None:
    """Whether the kit can train an encoder, as far as it is known before its weights are read.

    Raises:
        OrganizerFault: E201 (there is no such folder, and the hub does not give such a model; or something is missing
            in the folder), E231 (it is of another build).

    """
    folder = Path(name)
    if folder.is_dir() and not any((folder / file).is_file() for file in WEIGHTS):
        raise OrganizerFault("E201", f"encoder {name}", "no weights there", f"It needs a {WEIGHTS[0]}.")
    with readable(name):
        config, tokenizer = AutoConfig.from_pretrained(name), AutoTokenizer.from_pretrained(name)
    # Where its files are missing, transformers makes one that knows no word.
    if not tokenizer.is_fast or len(tokenizer) <= len(tokenizer.all_special_tokens):
        raise OrganizerFault("E201", f"encoder {name}", "no fast tokenizer", "Take an encoder with a tokenizer.json.")
    missing = [word for word in NEEDED if getattr(config, word, None) is None]
    if missing or config.is_encoder_decoder:
        what = f"its config has no {missing[0]}" if missing else "it has a decoder"
        raise OrganizerFault("E231", f"encoder {name}", what, LIKE_BERT)


@contextlib.contextmanager
def readable(name: str) -> Iterator[None]:
    """Turns what `transformers` raises about an encoder into one line.

    Raises:
        OrganizerFault: E201.

    """
    try:
        yield
    except (OSError, ValueError, RuntimeError, ImportError, SafetensorError, pickle.UnpicklingError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        hint = "Name a local folder with --encoder FOLDER, or try --encoder tiny, which needs no network."
        raise OrganizerFault("E201", f"encoder {name}", reason, hint) from None


def create_model(encoder: str, labels: Mapping[str, Sequence[str]], *how: Any) -> Model:  # noqa: ANN401 - `Model.create`'s
    """`Model.create` of what `find_encoder` found.

    Raises:
        OrganizerFault: E201 (damaged weights), E231 (the parameters' names do not tell its layers, so all of them would
            be taken for embeddings, and stay as they are).

    """
    with readable(encoder):
        model = Model.create(encoder, labels, *how)
    found = {model.depth(name) for name, _ in model.named_parameters()}
    if not found >= set(range(1, model.layers + 1)):
        detail = f"the names of its parameters do not tell its {model.layers} layers"
        raise OrganizerFault("E231", f"encoder {encoder}", detail, LIKE_BERT)
    return model


def find_tiny(tables: DatasetDict, folder: Path) -> Path:
    """The folder of `tiny`, made beside its place and renamed: of several processes one is the first.

    Raises:
        OrganizerFault: E232.

    """
    done = folder / "tokenizer_config.json"  # what `write_tiny` writes last
    if not done.is_file():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".encoder-") as beside:
            write_tiny(texts(tables), Path(beside, TINY))
            with contextlib.suppress(OSError):  # another process was faster, and made the same
                Path(beside, TINY).rename(folder)
        if not done.is_file():
            raise OrganizerFault("E232", str(folder), "something else is there", "Remove it, or choose another --out.")
    return folder


def texts(tables: DatasetDict) -> Iterator[str]:
    """Every text of the examples; tokens are joined by blanks."""
    for name, table in tables.items():
        for field in TASKS[name].fields:
            for value in table[field]:
                yield value if isinstance(value, str) else " ".join(value)


def write_tiny(lines: Iterator[str], folder: Path) -> None:
    """Write a random BERT of two narrow layers with a byte-level tokenizer; the same texts give the same encoder."""
    tokenizer = Tokenizer(models.BPE(unk_token=SPECIAL[1]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(lines, trainer)
    numbers = [(word, SPECIAL.index(word)) for word in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=numbers
    )
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=POSITIONS, **names)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=POSITIONS, pad_token_id=0, **SIZE
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        BertModel(config).save_pretrained(folder)
    fast.save_pretrained(folder)
