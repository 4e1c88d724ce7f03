"""What the whole job costs, part by part, beside its floor: a kernel and the packages' imports for each notebook.

    python benchmarks/bench.py [--runs 3]

Where kernels are forked (docs/kernels.py), the lower floor is told too: as many kernels that share one import. Each run is a
fresh process on a copy of the project in a temporary folder, with nothing prepared. Prints wall and CPU seconds (of the process
and its children), the median of the runs, and the ratio to the floors.
"""

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FLOOR = "import matplotlib.pyplot\nimport nltk\nimport pandas\nimport sklearn.decomposition"
FLOORS = {"floor": {"forked": False}, "floor, one import": {}}


def cpu():
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(s.ru_utime + s.ru_stime for s in spent)


def measure(job):
    """(wall seconds, CPU seconds) of one call."""
    wall, before = time.perf_counter(), cpu()
    job()
    return time.perf_counter() - wall, cpu() - before


def floor_notebooks(folder, how_many):
    """The paths of notebooks that do nothing but import the packages."""
    cell = {"cell_type": "code", "id": "floor", "metadata": {}, "source": FLOOR, "execution_count": None, "outputs": []}
    folder.mkdir()
    for i in range(how_many):
        book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (folder / f"{i:02}-floor.ipynb").write_text(json.dumps(book), encoding="utf-8")
    return sorted(folder.glob("*.ipynb"))


def once(home):
    """{part: (wall, CPU)} of the job on the shipped articles, in `home`, a copy of the project."""
    parts = {}

    def load():
        global build, prepare
        sys.path.insert(0, str(ROOT / "docs"))
        import build

        from demarche import prepare

    tables = home / "data" / "processed"
    parts["start of make.py"] = measure(lambda: subprocess.run(
        [sys.executable, "-c", "import make; make.python({'ENV': 'active'} if not make.STAMP.exists() else {})"],
        cwd=ROOT, check=True))
    parts["imports"] = measure(load)
    server = build.kernel_server().__enter__()  # as `build.job` does; what it spends is counted where it ends
    parts["prepare"] = measure(lambda: prepare.prepare(home / "data" / "raw", tables))
    parts["statements, stance"] = measure(lambda: prepare.add_statements(tables))
    books = build.numbered(home / "notebooks")

    def notebooks():
        build.execute(books, server=server)
        if server:
            server.__exit__(None, None, None)

    parts["notebooks"] = measure(notebooks)
    parts["report"] = measure(lambda: build.site(home))
    for name, forked in FLOORS.items():
        empty = floor_notebooks(home / name, len(books))
        parts[name] = measure(lambda empty=empty, forked=forked: build.execute(empty, **forked))
    return parts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--once", metavar="DIR", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        print(json.dumps(once(Path(options.once))))
        return
    rows = []
    for _ in range(options.runs):
        with tempfile.TemporaryDirectory() as name:
            for folder in ("data/raw", "data/codings", "notebooks"):
                shutil.copytree(ROOT / folder, Path(name, folder))
            shutil.copy(ROOT / "README.md", name)
            done = subprocess.run([sys.executable, __file__, "--once", name], stdout=subprocess.PIPE, check=True)
        rows.append(json.loads(done.stdout.splitlines()[-1]))
    middle = {part: [statistics.median(row[part][i] for row in rows) for i in (0, 1)] for part in rows[0]}
    middle["all but the floor"] = [sum(v[i] for part, v in middle.items() if part not in FLOORS) for i in (0, 1)]
    print(f"{'part':20} {'wall s':>8} {'CPU s':>8}   median of {options.runs}")
    for part, (wall, spent) in middle.items():
        print(f"{part:20} {wall:8.2f} {spent:8.2f}")
    for part in ("notebooks", "all but the floor"):
        for floor in FLOORS:
            wall, spent = (middle[part][i] / middle[floor][i] for i in (0, 1))
            print(f"{part} / {floor}: {wall:.2f} wall, {spent:.2f} CPU")


if __name__ == "__main__":
    main()
