"""Write and execute walkthrough.ipynb, in the kit's folder, with the public data in `public_data`.

python walkthrough.py [--out walkthrough.ipynb]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SECONDS = 900
"""For each cell; on a free machine none takes a tenth of it."""
CELLS = (
    "# Walkthrough\n\nFrom data to a zip, on two languages so that it takes a minute. `README.md` has the whole story. "
    "Run it in the kit's folder,\n"
    "with the public data in `public_data`.",
    "import subprocess\nimport sys\n\n\n"
    "def run(*command: str) -> None:\n"
    '    """Run a program of the kit and show what it prints."""\n'
    "    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)\n"
    "    print(done.stdout, end='')\n"
    "    if done.returncode:\n"
    "        raise RuntimeError(done.stderr)",
    "## What an example looks like",
    "from pathlib import Path\n\nimport data\n\n"
    "tables = data.load(Path('public_data'), 'dev', languages=['de', 'en'])\n"
    "for task, table in tables.items():\n"
    "    print(task, len(table), {name: value for name, value in table[0].items() if name != 'id'})",
    "## Train\n\n`tiny` is a random encoder for a try: take a pretrained one for scores, and far more steps.",
    "run('train.py', '--encoder', 'tiny', '--embeddings', '--rate', '1e-3', '--steps', '20', "
    "'--languages', 'de,en', '--dev', '20', '--out', 'run-notebook')",
    "## Pack\n\nThe zip is judged and run as the platform does it, and kept only if it passes.",
    "run('pack.py', '--model', 'run-notebook/model', '--out', 'notebook.zip', '--results', 'notebook_results', "
    "'--languages', 'de,en')",
    "## Is it better than rules?\n\nThe same code without a model answers by rules. "
    "Both answer the same examples, so the difference is paired.",
    "run('pack.py', '--model', 'none', '--out', 'rules.zip', '--results', 'rules_results', '--languages', 'de,en')\n"
    "run('noise.py', 'rules_results', 'notebook_results')",
)


def make() -> Any:  # noqa: ANN401 - nbformat's own type
    """The notebook without outputs."""
    import nbformat

    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    for number, text in enumerate(CELLS):
        code = not text.startswith("#")
        cell = nbformat.v4.new_code_cell(text) if code else nbformat.v4.new_markdown_cell(text)
        cell["id"] = f"cell-{number}"  # not random: the same script writes the same notebook
        notebook["cells"].append(cell)
    return notebook


def main() -> int:
    """Execute in the kit's folder and write; a cell that fails ends the program with its own message."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    parser = argparse.ArgumentParser(description="Write and execute the notebook.")
    parser.add_argument("--out", type=Path, default=HERE / "walkthrough.ipynb")
    out = parser.parse_args().out
    notebook = make()
    try:
        place = {"metadata": {"path": str(HERE)}}
        NotebookClient(notebook, timeout=SECONDS, resources=place, record_timing=False).execute()
    except CellExecutionError as error:
        print(f"a cell failed: {error.ename}: {error.evalue}", file=sys.stderr)
        return 1
    notebook["metadata"].pop("language_info", None)  # the Python of whoever ran it
    for cell in notebook["cells"]:  # warnings of packages, with paths of this machine
        if "outputs" in cell:
            cell["outputs"] = [output for output in cell["outputs"] if output.get("name") != "stderr"]
    out.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
