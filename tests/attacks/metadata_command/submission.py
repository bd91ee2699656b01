"""Brings a metadata.yaml with a command: the platform runs it in a second container beside ingestion, with the output
writable and the worker folder readable.

It must be refused before anything is handed out (E102), and not be counted.
"""

from pathlib import Path

from attacker import Attacker


class Submission(Attacker):
    pass


if __name__ == "__main__":
    for path in Path("/app/data").rglob("keys.json"):
        Path("/app/output/stolen").write_bytes(path.read_bytes())
