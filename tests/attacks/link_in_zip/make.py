"""Stores symbolic links in the zip, to the worker folder and to the inputs, and reads through them.

The worker's extraction makes plain files of them: it must be scored as the honest control.
"""

import sys
import zipfile

with zipfile.ZipFile(sys.argv[1], "a") as archive:
    for name, target in (("keys", "/app/data"), ("inputs", "/app/input_data"), ("up", "..")):
        info = zipfile.ZipInfo(name)
        info.create_system = 3
        info.external_attr = 0o120777 << 16
        archive.writestr(info, target)
