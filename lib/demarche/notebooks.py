"""Run the numbered notebooks: with a kernel each, the same bytes every time; or as plain code, for the figures alone."""

import hashlib
import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from demarche import store

ONLY_HERE = "this-corpus"  # cells with this tag speak of the shipped articles alone


def numbered(folder):
    """The numbered notebooks of a folder, in order."""
    return sorted(Path(folder).glob("[0-9][0-9]-*.ipynb"))


def strip(source, folder):
    """Copy notebooks for another corpus: cells tagged `this-corpus` left out, outputs empty. Returns the new paths."""
    for path in numbered(source):
        book = json.loads(path.read_text(encoding="utf-8"))
        book["cells"] = [c for c in book["cells"] if ONLY_HERE not in c["metadata"].get("tags", [])]
        for cell in book["cells"]:
            if cell["cell_type"] == "code":
                cell.update(outputs=[], execution_count=None)
        store.write_bytes(Path(folder) / path.name, json.dumps(book, indent=1, ensure_ascii=False) + "\n")
    return numbered(folder)


def run(paths, jobs=2):
    """Execute notebooks in place, `jobs` at a time; the first error is raised with the cell that made it."""
    os.environ.update(PYTHONHASHSEED="0", OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", SOURCE_DATE_EPOCH="0")
    os.environ.pop("MPLBACKEND", None)
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(_execute, paths))


def _execute(path):
    import nbformat
    from nbclient import NotebookClient

    book = nbformat.read(path, as_version=4)
    NotebookClient(book, timeout=3600, kernel_name="python3", record_timing=False, coalesce_streams=True,
                   extra_arguments=["--log-level=40"], resources={"metadata": {"path": str(path.parent)}}).execute()
    for i, cell in enumerate(book.cells):
        cell.id = hashlib.sha256(f"{path.stem}:{i}".encode()).hexdigest()[:8]
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                output.text = re.sub(r"\b0x[0-9a-f]{6,}\b", "0xADDRESS", output.text)
    book.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                     "language_info": {"name": "python"}}
    book.nbformat_minor = 5
    store.write_bytes(path, nbformat.writes(book) + "\n")


def plain(paths):
    """Run the code cells without Jupyter, for what they write; the notebooks stay as they are."""
    here = Path.cwd()
    for path in paths:
        os.chdir(path.parent)
        try:
            scope = {"__name__": "__notebook__"}
            for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"], start=1):
                if cell["cell_type"] == "code":
                    exec(compile("".join(cell["source"]), f"{path.name} cell {number}", "exec"), scope)  # noqa: S102
        finally:
            os.chdir(here)
