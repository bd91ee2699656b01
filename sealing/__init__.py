"""Sealed data: compressed, then encrypted, so that a bundle which anybody can download tells nothing.

Apart from `xtreme_tasks` because it needs `cryptography` and `zstandard`, which the starting kit does not.
"""
