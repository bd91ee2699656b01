"""Fuzzing of everything that reads untrusted bytes: `python -m fuzz --seconds 60 --out fuzz.json` (docs/fuzzing.md)."""
