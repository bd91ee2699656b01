"""A submission that works as it is: with your trained model where there is one, else by rules without any training.

The model is the folder `model` that `train.py` writes; features.py, inference.py, iob2.py, model.py, overlap.py and
packed.py must then lie in the zip too. Without it Python's standard library is all that this file needs: the rules look
at a word's letters, and at how much two texts have in common.
"""

import unicodedata
from pathlib import Path

PAIRS = {"xnli": ("premise", "hypothesis"), "pawsx": ("sentence1", "sentence2")}
ENDS_OF_SENTENCE = {".", "!", "?", "。", "।", "؟", "！", "？"}


class Submission:
    """What the platform imports: made once, then asked once for every task and language."""

    def __init__(self, folder: Path) -> None:
        """Load the model: `folder` is your extracted zip."""
        self.predictor = None
        if (folder / "model").is_dir():
            from inference import Predictor  # imports torch, which the rules do not need

            self.predictor = Predictor(folder / "model")

    def predict(self, task: str, language: str, examples: list[dict]) -> list:
        """One answer per example, in order: a label for a pair of texts, a list of tags for a list of tokens.

        All examples of a task and language come in one call: sort them, batch them, pack them as you like.
        """
        if self.predictor:
            return self.predictor.predict(task, examples)
        if task in PAIRS:
            first, second = PAIRS[task]
            return [judge(task, example[first], example[second]) for example in examples]
        tagger = part_of_speech if task == "udpos" else name_tags
        # German writes every noun with a capital letter, so a capital says little about names there.
        return [tagger(example["tokens"], capitals=language != "de") for example in examples]


def judge(task: str, first: str, second: str) -> str:
    """A label from the share of the second text's pairs of characters that the first one has too."""
    old, new = ({text[place : place + 2] for place in range(len(text))} for text in (first.lower(), second.lower()))
    share = len(old & new) / max(len(new), 1)
    if task == "pawsx":
        return "1" if share > 0.9 else "0"
    return "entailment" if share > 0.6 else "neutral" if share > 0.4 else "contradiction"


def part_of_speech(tokens: list[str], capitals: bool) -> list[str]:
    """Marks and numbers by their characters, names by their capital letter, everything else a noun."""
    tags = []
    for place, token in enumerate(tokens):
        kinds = {unicodedata.category(letter)[0] for letter in token}
        if kinds == {"P"}:
            tags.append("PUNCT")
        elif kinds <= {"P", "S"}:
            tags.append("SYM")
        elif "N" in kinds and "L" not in kinds:
            tags.append("NUM")
        else:
            tags.append("PROPN" if capitals and place > 0 and token[:1].isupper() else "NOUN")
    return tags


def name_tags(tokens: list[str], capitals: bool) -> list[str]:
    """A run of capitalized words is a person; a title without a full stop at its end is an organisation."""
    if tokens[-1] not in ENDS_OF_SENTENCE and len(tokens) < 6:
        return ["B-ORG"] + ["I-ORG"] * (len(tokens) - 1)
    tags: list[str] = []
    for place, token in enumerate(tokens):
        inside = capitals and place > 0 and token[:1].isupper()
        tags.append("O" if not inside else "B-PER" if tags[-1] == "O" else "I-PER")
    return tags
