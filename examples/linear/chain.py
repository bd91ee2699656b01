"""A linear chain over the tags of a sentence, for many sentences at once (Lafferty, McCallum, Pereira 2001).

Sentences come longest first, laid end to end: at step t the first `active` of them still have a word, so every
step is one small matrix product instead of a loop over sentences.
"""

from itertools import pairwise

import numpy as np


def steps(starts, lengths):
    """For each step the positions of the sentences that still have a word there; longest sentence first."""
    longest = int(lengths[0]) if len(lengths) else 0
    active = np.searchsorted(-lengths, -np.arange(longest), side="left")
    return [starts[:count] + step for step, count in enumerate(active)]


def marginals(scores, transition, starts, lengths):
    """Probabilities of tags, and expected counts of neighbouring tags, by forward-backward with scaling.

    Args:
        scores: (positions, tags), transition: (tags, tags) from left to right.

    Returns:
        (positions, tags) and (tags, tags).

    """
    emission = np.exp(scores - scores.max(axis=1, keepdims=True))
    moves = np.exp(transition)
    forward, backward = emission.copy(), np.ones_like(emission)
    order = steps(starts, lengths)
    for before, here in pairwise(order):
        forward[before] /= forward[before].sum(axis=1, keepdims=True)
        forward[here] *= forward[here - 1] @ moves
    for here in order[:0:-1]:
        message = (emission[here] * backward[here]) @ moves.T
        backward[here - 1] = message / message.sum(axis=1, keepdims=True)
    product = forward * backward
    product /= product.sum(axis=1, keepdims=True)
    right = np.concatenate(order[1:]) if len(order) > 1 else np.zeros(0, int)
    arriving = emission[right] * backward[right]
    leaving = forward[right - 1]
    leaving = leaving / np.einsum("ij,ij->i", leaving @ moves, arriving)[:, None]
    return product, moves * (leaving.T @ arriving)


def best_path(scores, transition, starts, lengths):
    """The best tags of every sentence (Viterbi): (positions,) tag numbers."""
    order = steps(starts, lengths)
    best, came = scores.copy(), np.zeros(scores.shape, np.int8)
    for here in order[1:]:
        reached = best[here - 1][:, :, None] + transition
        came[here] = reached.argmax(axis=1)
        best[here] += np.take_along_axis(reached, came[here][:, None, :].astype(int), axis=1)[:, 0]
    tags = np.zeros(len(scores), np.int64)
    last = starts + lengths - 1
    tags[last] = best[last].argmax(axis=1)
    for here in order[:0:-1]:
        tags[here - 1] = came[here, tags[here]]
    return tags
