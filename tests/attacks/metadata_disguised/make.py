"""Hides the command of its metadata behind YAML's merge keys and an object tag, so that a search for it finds nothing.

It must be refused as a command before anything is handed out (E102), and not be counted.
"""

import sys
import zipfile

with zipfile.ZipFile(sys.argv[1], "a") as archive:
    archive.writestr(
        "metadata", "base: &b {? !!str 'com\\\nmand' : x}\n<<: *b\n\"\\x63ommand\": python3 submission.py\n"
    )
