"""Takes the place of another module and leaves a sign wherever it can."""

import os

for place in ("/app/output/stray", "/app/program/stray", os.path.join(os.getcwd(), "..", "output", "stray")):
    try:
        open(place, "w").close()
    except OSError:
        pass
raise SystemExit("shadowed")
