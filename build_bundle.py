"""Build the competition: `python build_bundle.py` is `competition build` with the same options.

Run it with the interpreter of the virtual environment that `make` makes, or after `pip install -e .`.
"""

import sys

from organizer.cli import main

if __name__ == "__main__":
    sys.argv[1:1] = ["build"]
    main()
