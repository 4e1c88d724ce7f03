"""What size costs: CPU time, memory of all processes and disk per article at several sizes, and what follows for larger ones.

    python benchmarks/scale.py [--sizes 1000 10000] [--jobs 1 2] [--runs 1] [--said 500] [--keep DIR] [--write]

Corpora are made up (made_up.py). Each run is a process of its own, `demarche prepare`; CPU includes its workers and start-up.
Memory is the highest sum over all its processes (shared pages counted once; Linux), of another run: to look at it walks
through all pages and holds the processes up. Of runs of one job, the CPU time of an
article is told without start-up too: in a process that has prepared before, the median of runs over 10,000 articles together,
at least one, less the median of runs on one article, which cost what a run costs whatever it reads. `--runs`: of so many, the
one with the least wall time is told, since machines are shared. `--said`: articles on which `demarche statements` is timed
beside it. --keep: where the corpora are made and stay. --write keeps the rows in docs/scale.csv and puts the tables into
docs/scale.md.
"""

import argparse
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import date
from pathlib import Path

import made_up
import numpy as np
import pandas as pd

from demarche import prepare, store

DOCS = Path(__file__).resolve().parents[1] / "docs"
LARGE = (1_000_000, 100_000_000)


def machine():
    """The class of this machine, and the versions that count."""
    from importlib.metadata import version
    names = ("numpy", "pandas", "pyarrow", "scipy")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30 if hasattr(os, "sysconf") else float("nan")
    return (f"{platform.system()} on {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB; Python "
            f"{platform.python_version()}, {', '.join(f'{name} {version(name)}' for name in names)}")


def family(pid):
    """A process and those that it started."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        children = []
    return [pid, *(p for child in children for p in family(int(child)))]


def held(pid):
    """MiB of memory of a process and those that it started; shared pages are divided among those that share them."""
    total = 0
    for p in family(pid):
        try:
            total += int(re.search(r"^Pss: +(\d+)", Path(f"/proc/{p}/smaps_rollup").read_text(), re.MULTILINE)[1])
        except (OSError, TypeError):  # it has ended, or this system does not tell
            continue
    return total / 2**10 or float("nan")


def run(command, corpus, out, jobs, looks=False):
    """A row of docs/scale.csv for one command in processes of its own; the memory only where it `looks`, once a second."""
    before, start, most = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter(), 0.0
    with subprocess.Popen([sys.executable, "-m", "demarche", command, str(corpus), "--out", str(out), "--jobs", str(jobs)],
                          stdout=subprocess.DEVNULL) as process:
        while looks and process.poll() is None:
            most = max(most, held(process.pid))
            with suppress(subprocess.TimeoutExpired):
                process.wait(1)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise SystemExit(f"{command} {corpus} ended with {process.returncode}")
    size = sum(f.stat().st_size for f in Path(out).rglob("*") if f.is_file()) / 2**20
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"command": command, "jobs": jobs, "wall_s": wall, "cpu_s": spent, "memory_mib": most or float("nan"),
            "disk_mib": size}


def warm(corpus, out, n):
    """CPU seconds of prepare on a corpus of n articles, in a process that has prepared before."""
    spent = []
    for _ in range(min(10_000 // n, 20) + 1):
        store.remove(out)
        start = time.process_time()
        prepare.prepare(corpus, out)
        spent.append(time.process_time() - start)
    return statistics.median(spent[1:] or spent)


def made(folder, n):
    """A corpus of n articles, made unless it is there."""
    corpus = Path(folder, f"{n}.jsonl")
    if not corpus.exists():
        subprocess.run([sys.executable, made_up.__file__, corpus, "--articles", str(n)], check=True)
    return corpus


def measure(sizes, jobs, said, keep, runs):
    rows = []
    with tempfile.TemporaryDirectory() as home:
        for n in sizes:
            corpus = made(keep or home, n)
            for k in jobs:
                tries = []
                for looks in (*[False] * runs, True):
                    store.remove(out := Path(home, f"out-{n}-{k}"))
                    tries.append({"articles": n, **run("prepare", corpus, out, k, looks)})
                memory = tries.pop()["memory_mib"]
                rows.append({**min(tries, key=lambda row: row["wall_s"]), "memory_mib": memory})
                print(rows[-1], flush=True)
            folder = Path(home, f"out-{n}-{jobs[0]}")
            rows[-len(jobs)]["matrix_mib"] = 16 * prepare.Tables(folder).counts.matrix.nnz / 2**20  # a number and its column
            store.remove(*(Path(home, f"out-{n}-{k}") for k in jobs))
            if 1 in jobs:
                least = warm(made(keep or home, 1), Path(home, "warm"), 1)
                rows[jobs.index(1) - len(jobs)]["warm_s"] = warm(corpus, Path(home, "warm"), n) - least
                store.remove(Path(home, "warm"))
        few = made(keep or home, said)
        prepare.prepare(few, Path(home, "few"))
        rows += [{"articles": said, **run("statements", few, Path(home, "few"), 1, True)} for _ in range(2)]  # then nothing new
    return pd.DataFrame(rows).assign(machine=machine(), day=date.today().isoformat())


def markdown(table):
    """A frame as a Markdown table."""
    rows = [list(table), ["---"] * len(table.columns), *table.astype(str).values.tolist()]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def measured(rows):
    """What was measured, as Markdown."""
    again = np.where(rows.duplicated(["articles", "command", "jobs"]), ", nothing new", "")
    shown = pd.DataFrame({
        "articles": rows["articles"].map("{:,}".format), "command": rows["command"] + again, "jobs": rows["jobs"],
        "wall s": rows["wall_s"].round(1), "CPU s": rows["cpu_s"].round(1),
        "CPU ms an article": (1_000 * rows["cpu_s"] / rows["articles"]).round(2),
        "without start-up": (1_000 * rows["warm_s"] / rows["articles"]).map("{:.2f}".format).replace("nan", ""),
        "memory, all processes, MiB": rows["memory_mib"].round(0), "disk, MiB": rows["disk_mib"].round(0)})
    return markdown(shown)


def rates(rows):
    """What an article costs, from the two largest sizes, so that start-up is left out."""
    one = rows[(rows["command"] == "prepare") & (rows["jobs"] == rows["jobs"].min())].sort_values("articles")
    small, large = one.iloc[-2], one.iloc[-1]
    more = large["articles"] - small["articles"]
    said, again = rows[rows["command"] == "statements"].to_dict("records")
    return {"prepare_s": (large["cpu_s"] - small["cpu_s"]) / more,
            "said_s": (said["cpu_s"] - again["cpu_s"]) / said["articles"],
            "memory_b": max(large["memory_mib"] - small["memory_mib"], 0) * 2**20 / more,
            "base_mib": large["memory_mib"], "disk_b": large["disk_mib"] * 2**20 / large["articles"],
            "matrix_b": large["matrix_mib"] * 2**20 / large["articles"]}


def larger(rows):
    """What follows from the rates for LARGE numbers of articles, as Markdown."""
    r, out = rates(rows), []
    for n in LARGE:
        out.append({"articles": f"{n:,}", "prepare, CPU hours": f"{n * r['prepare_s'] / 3600:,.1f}",
                    "statements and stance, CPU hours": f"{n * r['said_s'] / 3600:,.1f}",
                    "tables on disk, GiB": f"{n * r['disk_b'] / 2**30:,.1f}",
                    "memory of prepare, GiB": f"{r['base_mib'] / 2**10 + n * r['memory_b'] / 2**30:,.1f}",
                    "count matrix in memory, GiB": f"{n * r['matrix_b'] / 2**30:,.1f}"})
    return markdown(pd.DataFrame(out))


def put(path, **parts):
    """Put texts between the marks <!-- NAME --> and <!-- end --> of a page."""
    page = path.read_text(encoding="utf-8")
    for name, text in parts.items():
        page, n = re.subn(rf"(?s)(<!-- {name} -->\n).*?(<!-- end -->)", lambda m, t=text: f"{m[1]}{t}\n{m[2]}", page)
        if n != 1:
            raise SystemExit(f"{path}: no place for '{name}'")
    store.write_bytes(path, page)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--said", type=int, default=500)
    parser.add_argument("--keep", metavar="DIR")
    parser.add_argument("--write", action="store_true")
    o = parser.parse_args()
    if len(set(o.sizes)) < 2:
        parser.error("--sizes: give two at least; what follows for larger corpora is drawn from two")
    rows = measure(sorted(o.sizes), o.jobs, o.said, o.keep, o.runs)
    print(measured(rows), larger(rows), sep="\n\n")
    if o.write:
        store.write_bytes(DOCS / "scale.csv", store.csv(rows.round(6)))
        told = f"{measured(rows)}\n\n{rows['machine'].iloc[0]}; {rows['day'].iloc[0]}."
        put(DOCS / "scale.md", measured=told, larger=larger(rows))


if __name__ == "__main__":
    main()
