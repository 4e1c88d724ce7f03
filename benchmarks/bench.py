"""What the whole job costs, part by part, beside its floors: what its tools take where they have nothing to do.

    python benchmarks/bench.py [--runs 3]

Floors: as many notebooks that do nothing but import the packages, each with a kernel of its own, or, where kernels are forked
(docs/kernels.py), with one import for all; as many pictures, each one line between bare axes, in the same formats; a site of as
many pages of one line and one picture. The floor of the whole is that of its notebooks with one import, pictures and pages, and
the imports of the build itself. Each run is a fresh process on a copy of the project in a temporary folder, with nothing
prepared. Prints wall and CPU seconds (of the process and its children), the median of the runs, and the ratio to the floors.
"""

import argparse
import json
import os
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
KERNELS = {"floor: notebooks": {"forked": False}, "floor: notebooks, one import": {}}
PICTURES, PAGES = "floor: pictures", "floor: pages"
WHOLE = ["imports", "floor: notebooks, one import", PICTURES, PAGES]  # the floors of the whole job


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


def floor_pictures(folder, how_many):
    """Pictures of one line between bare axes: twice as PNG, on the screen and on the disk, and once as SVG and as PDF."""
    import matplotlib.pyplot as plt
    folder.mkdir()
    for i in range(how_many):
        figure, ax = plt.subplots(layout="constrained")
        ax.plot([0, 1])
        for name in ("shown.png", "kept.png", "kept.svg", "book.pdf"):
            figure.savefig(folder / f"{i:02}-{name}")
        plt.close(figure)


def floor_pages(folder, how_many):
    """A site of pages with one line and one picture, by the settings of the report."""
    from sphinx.application import Sphinx
    folder.mkdir()
    shutil.copy(ROOT / "docs" / "site" / "conf.py", folder)
    shutil.copytree(ROOT / "docs" / "site" / "_static", folder / "_static")
    (folder / "_static" / "bare.png").write_bytes((folder.parent / "pictures" / "00-kept.png").read_bytes())
    names = [f"page-{i:02}" for i in range(how_many - 1)]
    for name in names:
        (folder / f"{name}.md").write_text(f"# {name}\n\nOne line.\n\n![bare](_static/bare.png)\n", encoding="utf-8")
    (folder / "index.md").write_text("# Index\n\n```{toctree}\n" + "\n".join(names) + "\n```\n", encoding="utf-8")
    with open(os.devnull, "w") as nothing:
        Sphinx(folder, folder, folder / "out", folder / "doctrees", "html", status=nothing).build()


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
    for name, forked in KERNELS.items():
        empty = floor_notebooks(home / name.replace(":", ""), len(books))
        parts[name] = measure(lambda empty=empty, forked=forked: build.execute(empty, **forked))
    drawn, pages = (len([*home.glob(kind)]) for kind in ("figures/*.png", "report/*.html"))
    parts[PICTURES] = measure(lambda: floor_pictures(home / "pictures", drawn))
    job = f"import bench; from pathlib import Path; bench.floor_pages(Path({str(home / 'pages')!r}), {pages})"
    parts[PAGES] = measure(lambda: subprocess.run([sys.executable, "-c", job], cwd=Path(__file__).parent, check=True))
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
    whole = [sum(v[i] for part, v in middle.items() if not part.startswith("floor")) for i in (0, 1)]
    middle |= {"the whole": whole, "floor: the whole": [sum(middle[part][i] for part in WHOLE) for i in (0, 1)]}
    print(f"{'part':28} {'wall s':>8} {'CPU s':>8}   median of {options.runs}")
    for part, (wall, spent) in middle.items():
        print(f"{part:28} {wall:8.2f} {spent:8.2f}")
    for part, floor in (*(("notebooks", name) for name in KERNELS), *(("the whole", name) for name in KERNELS),
                        ("the whole", "floor: the whole")):
        wall, spent = (middle[part][i] / middle[floor][i] for i in (0, 1))
        print(f"{part} / {floor.removeprefix('floor: ')}: {wall:.2f} wall, {spent:.2f} CPU")


if __name__ == "__main__":
    main()
