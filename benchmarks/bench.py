"""What the whole job costs, part by part, beside its floor: a kernel and the packages' imports for each notebook.

    python benchmarks/bench.py [--runs 3]

Prints wall and CPU seconds (this process and its children), the median of the runs, and the ratio to the floor.
"""

import argparse
import json
import resource
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from demarche import notebooks, prepare, report

ROOT = Path(__file__).parents[1]
FLOOR = "import matplotlib.pyplot\nimport nltk\nimport pandas\nimport sklearn.decomposition"


def cpu():
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(s.ru_utime + s.ru_stime for s in spent)


def measure(job):
    """(wall seconds, CPU seconds) of one call."""
    wall, before = time.perf_counter(), cpu()
    job()
    return time.perf_counter() - wall, cpu() - before


def floor_notebooks(folder, how_many):
    cell = {"cell_type": "code", "id": "floor", "metadata": {}, "source": FLOOR, "execution_count": None, "outputs": []}
    for i in range(how_many):
        book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (folder / f"{i:02}-floor.ipynb").write_text(json.dumps(book), encoding="utf-8")
    return notebooks.numbered(folder)


def once(home):
    """(wall, CPU) seconds of each part of the job on the shipped articles, in the folder `home`."""
    raw, tables, floor = home / "data" / "raw", home / "data" / "processed", home / "floor"
    shutil.copytree(ROOT / "data" / "raw", raw)
    shutil.copytree(ROOT / "notebooks", home / "notebooks")
    floor.mkdir()
    books = notebooks.numbered(home / "notebooks")
    return {"prepare": measure(lambda: prepare.prepare(raw, tables)),
            "statements, stance": measure(lambda: prepare.who_says_what(tables)),
            "notebooks": measure(lambda: notebooks.run(books)),
            "report": measure(lambda: report.site(home, home / "notebooks")),
            "floor": measure(lambda: notebooks.run(floor_notebooks(floor, len(books))))}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    runs, rows = parser.parse_args().runs, []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as name:
            rows.append(once(Path(name)))
    middle = {part: [statistics.median(row[part][i] for row in rows) for i in (0, 1)] for part in rows[0]}
    middle["all parts"] = [sum(v[i] for part, v in middle.items() if part != "floor") for i in (0, 1)]
    print(f"{'part':20} {'wall s':>8} {'CPU s':>8}   median of {runs}")
    for part, (wall, spent) in middle.items():
        print(f"{part:20} {wall:8.2f} {spent:8.2f}")
    for part in ("notebooks", "all parts"):
        wall, spent = (middle[part][i] / middle["floor"][i] for i in (0, 1))
        print(f"{part} / floor: {wall:.2f} wall, {spent:.2f} CPU")


if __name__ == "__main__":
    main()
