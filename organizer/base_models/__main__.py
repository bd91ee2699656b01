"""`python -m organizer.base_models LIST FOLDER`: fetch and check the base models; used by the image's build."""

from __future__ import annotations

import sys
from pathlib import Path

from organizer.base_models.fetch import fetch_models
from xtreme_tasks.faults import OrganizerFault


def main(arguments: list[str]) -> int:
    """0 when the folder holds the listed models; 2 after one line that says why not."""
    if len(arguments) != 2:
        print(OrganizerFault("E233", "organizer.base_models", "it takes LIST and FOLDER").line(), file=sys.stderr)
        return 2
    try:
        models = fetch_models(Path(arguments[0]), Path(arguments[1]))
    except OrganizerFault as fault:
        print(fault.line(), file=sys.stderr)
        return 2
    for model in models:
        print(f"{model.name} {model.revision}: {', '.join(model.sha256)} as pinned")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
