"""A small zip that becomes large: zeros that compress a thousandfold.

It must be refused for its size before anything is handed out (E103), and not be counted.
"""

import sys
import zipfile

with zipfile.ZipFile(sys.argv[1], "a", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("weights.bin", bytes(64 << 20))
