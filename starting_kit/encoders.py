"""Which pretrained encoder a name means: a local folder, a model of the hub, or `tiny`, which is made on the spot.

`tiny` knows nothing before training. It is there so that every command of the kit can be tried in a minute, without a
network; its scores are no baseline.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch
from datasets import DatasetDict
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import AutoConfig, BertConfig, BertModel, PreTrainedTokenizerFast

from xtreme_tasks.faults import OrganizerFault
from xtreme_tasks.tasks import TASKS

TINY = "tiny"
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
SIZE = {"hidden_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 256}
VOCABULARY = 8000
POSITIONS = 256


def find_encoder(name: str, tables: DatasetDict, out: Path) -> str:
    """What `Model.create` takes for a name; an encoder that is made lies in `out/encoder`.

    Args:
        name: `tiny`, a local folder, or a name on the hub.
        tables: the training data, whose texts teach `tiny` its sub-words.
        out: folder of the run; a resumed run finds the encoder there that it began with.

    Raises:
        OrganizerFault: E201 (there is no such folder, and the hub does not give such a model).

    """
    if name == TINY:
        folder = out / "encoder"
        if not (folder / "tokenizer_config.json").is_file():  # written last
            write_tiny(texts(tables), folder)
        return str(folder)
    try:
        AutoConfig.from_pretrained(name)
    except (OSError, ValueError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        hint = "Name a local folder with --encoder FOLDER, or try --encoder tiny, which needs no network."
        raise OrganizerFault("E201", f"encoder {name}", reason, hint) from None
    return name


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
