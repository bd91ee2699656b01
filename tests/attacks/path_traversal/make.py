"""Names files in the zip so that they would be extracted outside: over the output, the program, the system.

Every name must stay inside the team's own folder, so it must be scored as the honest control and leave no stray file.
"""

import sys
import zipfile

NAMES = (
    "../output/run_record.json",
    "../../stray",
    "/etc/stray",
    "..\\stray",
    "a/../../../stray",
    "./../ingestion_program/stray",
)
with zipfile.ZipFile(sys.argv[1], "a") as archive:
    for name in NAMES:
        archive.writestr(name, "stray")
