"""Tags for words: features of a word and its neighbours, and a chain over the tags (conditional random field)."""

import numpy as np
from chain import best_path, marginals
from table import Table
from words import OFFSETS, Sentences, feature_codes

BATCH_WORDS = 2000


class Tagger:
    """Learns from and answers for all languages with one table.

    Args:
        tags: the possible tags.
        languages: those in the training data; others are answered from the shared features alone.

    """

    def __init__(self, tags, languages, bits=20):
        self.tags, self.languages = list(tags), set(languages)
        self.table = Table(bits, len(self.tags))
        self.transition = np.zeros((len(self.tags), len(self.tags)))

    def fit(self, data, epochs, rate, seed):
        """Learn from `data`: language -> (sentences, tags of each sentence)."""
        rows, gold, lengths = self._training_rows(data)
        starts = np.cumsum(lengths) - lengths
        squares = np.full(self.transition.shape, 1e-6)
        random = np.random.default_rng(seed)
        for epoch in range(epochs):
            for chosen in batches(lengths, random):
                size = lengths[chosen]
                first = np.cumsum(size) - size
                places = np.repeat(starts[chosen] - first, size) + np.arange(size.sum())
                scores = self.table.scores(rows[places])
                expected, moves = marginals(scores, self.transition, first, size)
                truth = gold[places]
                expected[np.arange(len(truth)), truth] -= 1
                inner = np.ones(len(truth), bool)
                inner[first] = False
                right = np.flatnonzero(inner)
                np.subtract.at(moves, (truth[right - 1], truth[right]), 1)
                step = rate * (1 - epoch / epochs)
                self.table.update(rows[places], expected.astype(np.float32), step)
                squares += moves * moves
                self.transition -= step * moves / np.sqrt(squares)

    def _training_rows(self, data):
        rows, gold, lengths = [], [], []
        number = {tag: index for index, tag in enumerate(self.tags)}
        for language, (sentences, answers) in sorted(data.items()):
            text = Sentences(sentences)
            parts = [self.table.rows(text.context_codes(language))]
            for offset in OFFSETS:
                words = self.table.rows(feature_codes(text.codes, offset, language))
                parts.append(words[text.neighbours(offset)])
            rows.append(np.hstack(parts))
            gold += [number[tag] for tags in answers for tag in tags]
            lengths.append(text.lengths)
        return self.table.without_rare(np.vstack(rows)), np.array(gold), np.concatenate(lengths)

    def predict(self, language, sentences):
        """A list of tags for each sentence."""
        order = sorted(range(len(sentences)), key=lambda index: -len(sentences[index]))
        text = Sentences([sentences[index] for index in order])
        scores = self._scores(text, language if language in self.languages else None)
        path = best_path(scores, self.transition, text.starts, text.lengths)
        answers = [[]] * len(sentences)
        for index, start, length in zip(order, text.starts, text.lengths, strict=True):
            answers[index] = [self.tags[tag] for tag in path[start : start + length]]
        return answers

    def _scores(self, text, language):
        # The features of a word do not depend on its place: their sum is computed once for each different word.
        scores = np.zeros((len(text.flat), len(self.tags)), np.float32)
        if language is not None:
            scores += self.table.scores(self.table.rows(text.context_codes(language)))
        for offset in OFFSETS:
            words = self.table.scores(self.table.rows(feature_codes(text.codes, offset, language)))
            scores += words[text.neighbours(offset)]
        return scores

    def stored(self):
        """Arrays for np.savez; `restored` is the way back."""
        return {
            **self.table.packed(),
            "transition": self.transition.astype(np.float32),
            "tags": np.array(self.tags),
            "languages": np.array(sorted(self.languages)),
        }

    @classmethod
    def restored(cls, stored):
        model = cls.__new__(cls)
        model.tags, model.languages = stored["tags"].tolist(), set(stored["languages"].tolist())
        model.table = Table.unpacked(stored)
        model.transition = stored["transition"]
        return model


def batches(lengths, random):
    """Sentence numbers in random batches of about BATCH_WORDS words: like lengths together, longest first."""
    shuffled = random.permutation(len(lengths))
    ordered = shuffled[np.argsort(-lengths[shuffled], kind="stable")]
    ends = np.cumsum(lengths[ordered])
    cuts = np.searchsorted(ends, np.arange(BATCH_WORDS, ends[-1], BATCH_WORDS))
    groups = [group for group in np.split(ordered, cuts) if len(group)]
    return [groups[index] for index in random.permutation(len(groups))]
