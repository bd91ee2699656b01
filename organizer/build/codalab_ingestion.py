"""`__main__.py` of the ingestion program in the v1.5 format: CodaLab starts a program in a folder that is not its own.

So the command names the program's folder, whose packages Python then finds.
"""

from __future__ import annotations

import runpy

if __name__ == "__main__":
    runpy.run_module("ingestion_program", run_name="__main__", alter_sys=True)
