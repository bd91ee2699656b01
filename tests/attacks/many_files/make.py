"""Thousands of empty files in folders a hundred deep, to keep whoever walks through them busy.

It must be refused for their number or depth before anything is handed out (E103), and not be counted.
"""

import sys
import zipfile

with zipfile.ZipFile(sys.argv[1], "a") as archive:
    for number in range(3000):
        archive.writestr(f"n/{number}", b"")
    archive.writestr("d/" * 100 + "x", b"")
