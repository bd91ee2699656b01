"""A small source in XTREME's layout: every rule of the preparation has its case in it."""

from __future__ import annotations

import random
from pathlib import Path

XNLI_LABELS = ("entailment", "neutral", "contradiction")
WORDS = "stone river cloud garden window letter market bridge winter summer doctor farmer".split()


def write_world(root: Path) -> Path:
    """Write the world; returns its folder."""
    _xnli(root / "xnli")
    _pawsx(root / "pawsx")
    _udpos(root / "udpos")
    _panx(root / "panx")
    return root


def _write(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def _xnli(folder: Path) -> None:
    """Twenty premises of three hypotheses in test; dev shares premise 7 with it, in German only."""
    for language in ("en", "de", "th"):
        for split, count in (("test", 20), ("dev", 10), ("train", 10)):
            lines = []
            for number in range(count * 3):
                premise = f"{language} {split} premise {number // 3}"
                if (split, language, number // 3) == ("dev", "de", 4):
                    premise = "DE  test Premise 7"  # the same after normalisation
                lines.append(f"{premise}\t{language} {split} hypothesis {number}\t{XNLI_LABELS[number % 3]}")
            _write(folder / f"{split}-{language}.tsv", lines)


def pawsx_line(language: str, split: str, number: int) -> str:
    label = random.Random(f"{split}{number}").randrange(2)
    year = 1000 + number if split == "test" else 3000 + number
    return f"{language} says {year} of {split}\t{language} tells {year} of {split}\t{label}"


def _pawsx(folder: Path) -> None:
    """Test lines 9 and 30 have no German; 9 says so by NS, 30 is missing from the file."""
    for language in ("en", "de", "ja"):
        for split, count in (("test", 60), ("dev", 20), ("train", 20)):
            lines = [pawsx_line(language, split, number) for number in range(count)]
            if (language, split) == ("de", "test"):
                lines[9] = "NS\t" + lines[9].split("\t", 1)[1]
                del lines[30]
            _write(folder / f"{split}-{language}.tsv", lines)


def sentence(tokens: list[str], tags: list[str]) -> list[str]:
    return [*(f"{token}\t{tag}" for token, tag in zip(tokens, tags, strict=True)), ""]


def _udpos(folder: Path) -> None:
    """German and French tests hold 40 parallel lines, from line 25 and 60; Marathi is tiny."""
    tags = ["NOUN", "VERB", "NUM"]
    sizes = {"en": 150, "de": 150, "fr": 160, "mr": 12}
    starts = {"de": 25, "fr": 60}
    for language, size in sizes.items():
        for split in ("train", "dev", "test"):
            draw = random.Random(f"{language}{split}")
            lines = []
            for number in range(size):
                inside = number - starts.get(language, size) if split == "test" else -1
                value = 70000 + inside if 0 <= inside < 40 else draw.randrange(100000, 900000)
                lines += sentence(["".join(draw.choices("bcdfghjklm", k=9)), draw.choice(WORDS), str(value)], tags)
            if (language, split) == ("en", "train"):
                lines += sentence(["shared", "words"], ["ADJ", "NOUN"])
            if (language, split) == ("fr", "test"):
                lines += sentence(["Shared", "Words"], ["ADJ", "NOUN"])
            _write(folder / f"{split}-{language}.tsv", lines)


def _panx(folder: Path) -> None:
    """Javanese is tiny; English is raw WikiANN; German repeats one sentence inside its test file."""
    for language, size in (("en", 130), ("de", 130), ("jv", 9)):
        prefix = "en:" if language == "en" else ""
        for split in ("train", "dev", "test"):
            lines = []
            for number in range(size):
                serial = 5 if (language, split, number) == ("de", "test", 77) else number
                tokens = [f"{prefix}{language}{split}{serial}", f"{prefix}City"]
                lines += sentence(tokens, ["O", "B-LOC"])
            _write(folder / f"{split}-{language}.tsv", lines)
