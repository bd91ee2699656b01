"""Fails in a file whose name is HTML and terminal control characters: the place of a fault is shown to everybody.

It is shown as text (E121): the attempt counts, no markup arrives in a page and no control character anywhere.
"""

import sys
import zipfile

NAME = "<img src=x onerror=alert(1)><script>alert(2)<\x1b[31m&quot;.py"
with zipfile.ZipFile(sys.argv[1], "a") as archive:
    archive.writestr(NAME, "def fail():\n    raise ValueError('<script>alert(3)')\n")
