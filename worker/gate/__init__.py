"""The gate: a thin layer on the platform's own compute worker that runs this organizer's competition and nothing else.

Standard library and `xtreme_tasks` only; what is not in `run.py` and `worker.py` takes values and returns values, or
does one thing with the file system. Written for the worker of Codabench 1.25 (`interface.py`).
"""
