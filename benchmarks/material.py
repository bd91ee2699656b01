"""What `benchmarks.throughput` measures with: files, an encoder where none is given, and ways to tokenise."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from features import PAIRS, TextEncoder
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer, BertConfig, BertModel, PreTrainedTokenizerFast

from benchmarks.ways import Step, Ways
from organizer.data.layout import parse_file
from xtreme_tasks.tasks import TASKS

LAYERS, ATTENTION_HEADS = 6, 12
LANGUAGES = {"xnli": "en zh ar", "pawsx": "en ja ko", "udpos": "en ja ar", "panx": "en zh ar"}
Examples = list[dict[str, Any]]
File = tuple[str, Examples]
"""Task and examples."""


def read_files(data: Path, examples: int, languages: int) -> list[File]:
    """Task and first examples of some languages' test files."""
    files: list[File] = []
    for name, task in TASKS.items():
        for language in LANGUAGES[name].split()[:languages]:
            table = parse_file(data / name / f"test-{language}.tsv", task, language, "test", keep_going=True)
            texts = [text.split("\t") for text in table.texts[:examples]]
            if task.answer == "label":
                files.append((name, [dict(zip(task.fields, text, strict=True)) for text in texts]))
            else:
                files.append((name, [{"tokens": text} for text in texts]))
    return files


def make_encoder(folder: Path, files: Sequence[File], hidden: int) -> Path:
    """An encoder of random weights and a tokenizer made from the data."""
    names = ["<s>", "<pad>", "</s>", "<unk>"]
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    trainer = trainers.UnigramTrainer(vocab_size=8000, special_tokens=names, unk_token=names[3], show_progress=False)
    values = (value for _, examples in files for example in examples for value in example.values())
    tokenizer.train_from_iterator((" ".join(value) if isinstance(value, list) else value for value in values), trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    roles = dict(zip(("cls_token", "pad_token", "sep_token", "unk_token"), names, strict=True))
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=512, **roles)
    fast.save_pretrained(folder)
    shape = {"num_hidden_layers": LAYERS, "hidden_size": hidden, "intermediate_size": 4 * hidden}
    shape |= {"num_attention_heads": ATTENTION_HEADS}
    BertModel(BertConfig(vocab_size=len(fast), pad_token_id=1, **shape)).save_pretrained(folder)
    return folder


def tokenisation(ways: Ways, files: Sequence[File], encoder: Path, folder: Path) -> dict[str, list[Step]]:
    """To numbers: one by one and in lists through `transformers`, in lists through `tokenizers`, the kit's."""
    wrapper = AutoTokenizer.from_pretrained(encoder)
    core = ways.model.text.tokenizer
    fresh = TextEncoder.load(folder)

    def texts(task: str, examples: Examples) -> list[Any]:
        if task not in PAIRS:
            return [example["tokens"] for example in examples]
        return [tuple(example[name] for name in PAIRS[task]) for example in examples]

    def one_by_one(task: str, examples: Examples) -> None:
        for text in texts(task, examples):
            wrapper(*text) if task in PAIRS else wrapper(text, is_split_into_words=True)

    def usual_wrapper(task: str, examples: Examples) -> None:
        asked = texts(task, examples)
        columns = [list(column) for column in zip(*asked, strict=True)] if task in PAIRS else [asked]
        wrapper(*columns, is_split_into_words=task not in PAIRS)

    def encode_batch_fast(task: str, examples: Examples) -> None:
        core.encode_batch_fast(texts(task, examples), is_pretokenized=task not in PAIRS)

    def kit(task: str, examples: Examples) -> None:
        fresh.forget()  # as if each file were the first one
        fresh.encode(task, examples)

    def steps(way: Callable[[str, Examples], None]) -> list[Step]:
        return [functools.partial(way, *file) for file in files]

    return {way.__name__: steps(way) for way in (one_by_one, usual_wrapper, encode_batch_fast, kit)}
