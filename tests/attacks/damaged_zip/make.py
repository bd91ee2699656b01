"""A zip whose second file has another content than its checksum says, so that extraction ends half way.

It must fail at the worker, before any program starts, and not be counted.
"""

import sys
import zipfile
from pathlib import Path

with zipfile.ZipFile(sys.argv[1], "a") as archive:
    archive.writestr("weights.bin", b"weights" * 10)
path = Path(sys.argv[1])
path.write_bytes(path.read_bytes().replace(b"weights" * 10, b"Weights" * 10))
