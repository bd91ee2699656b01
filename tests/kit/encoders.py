"""Tiny random encoders with trained tokenizers, and examples that are not easy."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (
    BertConfig,
    BertModel,
    DistilBertConfig,
    DistilBertModel,
    PreTrainedTokenizerFast,
    XLMRobertaConfig,
    XLMRobertaModel,
)

from xtreme_tasks.tasks import TASKS

LABELS = {name: task.labels for name, task in TASKS.items()}
KINDS = ("bert", "xlm-roberta", "distilbert")
POSITIONS = 64
TEXT = (
    "The river runs slowly past the old town. Der Fluss fließt langsam an der alten Stadt vorbei.",
    "النهر يجري ببطء بجانب المدينة القديمة. הנהר זורם לאט ליד העיר העתיקה.",
    "แม่น้ำไหลช้าๆผ่านเมืองเก่า 川は古い町のそばをゆっくり流れる。 河水缓缓流过古城。",
    "Река медленно течёт мимо старого города. नदी पुराने शहर के पास धीरे बहती है।",
    "강은 오래된 도시를 천천히 지나간다.",
)
WORDS = [word for line in TEXT for word in line.split()]
SHORT_WORDS = [word for word in WORDS if len(word) < 9]  # nothing that may be cut for want of spaces

ROWS = [
    {
        "id": "1",
        "language": "de",
        "premise": "Der Fluss ist breit .",
        "hypothesis": "Er ist breit",
        "label": "entailment",
    },
    {"id": "2", "language": "de", "premise": "Die Stadt", "hypothesis": "Ein alter Fluss", "label": "neutral"},
]
"""Two pairs of XNLI with their answers."""


def make(kind: str, folder: Path) -> None:
    """Write a random encoder of two layers and its tokenizer as `transformers` saves them."""
    pieces = kind == "xlm-roberta"
    tokenizer = _unigram() if pieces else _wordpiece()
    names = ("<s>", "</s>", "<unk>", "<pad>") if pieces else ("[CLS]", "[SEP]", "[UNK]", "[PAD]")
    roles = dict(zip(("cls_token", "sep_token", "unk_token", "pad_token"), names, strict=True))
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=POSITIONS, **roles)
    size: dict[str, Any] = {"vocab_size": len(fast), "pad_token_id": fast.pad_token_id}
    torch.manual_seed(0)
    if kind == "distilbert":
        config = DistilBertConfig(
            **size, dim=32, n_layers=2, n_heads=4, hidden_dim=48, max_position_embeddings=POSITIONS
        )
        encoder = DistilBertModel(config)
    else:
        size |= {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 48}
        if pieces:
            # RoBERTa counts positions from the padding's number plus one.
            positions = POSITIONS + int(fast.pad_token_id or 0) + 1
            config = XLMRobertaConfig(**size, type_vocab_size=1, max_position_embeddings=positions)
            encoder = XLMRobertaModel(config)
        else:
            encoder = BertModel(BertConfig(**size, max_position_embeddings=POSITIONS))
    with torch.no_grad():  # so that every weight and bias matters
        for parameter in encoder.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
    encoder.save_pretrained(folder)
    fast.save_pretrained(folder)


def _unigram() -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    trainer = trainers.UnigramTrainer(vocab_size=250, special_tokens=special, unk_token=special[3], show_progress=False)
    tokenizer.train_from_iterator(TEXT, trainer)
    template = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.post_processor = template
    return tokenizer


def _wordpiece() -> Tokenizer:
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    tokenizer = Tokenizer(models.WordPiece(unk_token=special[1]))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=300, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(TEXT, trainer)
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return tokenizer


def odd_examples(task: str) -> list[dict[str, Any]]:
    """Texts that break careless code: empty, invisible, right to left, without spaces, far too long, repeated."""
    draw = random.Random(3)
    texts = [
        "",
        " ",
        "\u200b",
        "\u200e\u0000",
        "النهر يجري",
        "川は古い町のそばをゆっくり流れる。" * 9,
        "แม่น้ำไหลช้าๆผ่านเมืองเก่า" * 7,
    ]
    texts += [" ".join(draw.choices(WORDS, k=count)) for count in (1, 3, 8, 8, 20, 60, 200)] + ["x" * 500, "🜚 ☃ ë"]
    if TASKS[task].answer == "label":
        first, second = TASKS[task].fields
        pairs = [
            *zip(texts, reversed(texts), strict=True),
            *zip(texts, texts[3:] + texts[:3], strict=True),
            (texts[5], ""),
        ]
        return [{first: one, second: two} for one, two in pairs]
    sentences = [text.split(" ") for text in texts]
    return [{"tokens": tokens} for tokens in [*sentences, *sentences[5:8], [], list("川は古い町"), ["\u200b"] * 3]]
