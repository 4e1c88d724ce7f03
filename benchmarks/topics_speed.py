"""What a topic model costs: CPU seconds and peak memory at K=20, beside peers in the same run, as ratios.

    python benchmarks/topics_speed.py CORPUS [--sizes 1000 10000] [--k 20] [--models mixture ...] [--bound 1800]

CORPUS: as for `demarche prepare`. Its articles are drawn again and again, seven words of ten kept each time, until there are as
many as asked for, so that a small corpus does. Each model runs in a fresh process that holds the counts (the peers get the same
ones), from counts to the topic shares of all articles; `memory` (MB) is what its peak adds to that. Ratios are to
scikit-learn's NMF as it comes. `--models`: these alone, such as mixture 'scikit-learn NMF' for very many articles. A model that
takes more than `--bound` CPU seconds is `stopped` there: its ratio is the least that it can be.
"""

import argparse
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse
from topics_peers import PEERS

from demarche import matrix, prepare, stats, topics


def peak():
    """The most memory that this process has held since its peak was reset, in kB (Linux)."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])


def child(path, name, k):
    """Run one model on the counts in a file and print CPU seconds and added megabytes."""
    counts = scipy.sparse.load_npz(path)
    terms = np.array([f"w{i}" for i in range(counts.shape[1])])
    topics.factorise(counts[:100], 2) if name in topics.MODELS else PEERS[name](counts[:100], 2, 0, terms)  # imports
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew; ru_maxrss would keep that of the parent process
    before, held = time.process_time(), peak()
    if name in topics.MODELS:
        topics.factorise(counts, k, name)[1](counts)
    else:
        PEERS[name](counts, k, stats.SEED, terms)
    print(time.process_time() - before, (peak() - held) / 1024)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--k", type=int, default=20)
    models = [*topics.MODELS, *PEERS]
    parser.add_argument("--models", nargs="+", choices=models, default=models)
    parser.add_argument("--bound", type=int, default=1_800)
    parser.add_argument("--child")
    options = parser.parse_args()
    if options.child:
        resource.setrlimit(resource.RLIMIT_CPU, (options.bound, options.bound))
        return child(options.corpus, options.child, options.k)
    with tempfile.TemporaryDirectory() as folder:
        prepare.prepare(options.corpus, folder)
        counts = prepare.Tables(folder).counts
        body = matrix.group(matrix.select(counts, (counts.ids["role"] == "body").to_numpy()), ["doc_id"])
        features = matrix.features(body, 3)[0].matrix
        for n in options.sizes:
            draw = np.random.default_rng(stats.SEED)
            drawn = scipy.sparse.csr_matrix(features)[draw.integers(0, features.shape[0], n)]
            drawn.data = draw.binomial(drawn.data, 0.7)
            drawn.eliminate_zeros()
            path = Path(folder) / f"{n}.npz"
            scipy.sparse.save_npz(path, drawn)
            rows = {}
            for name in options.models:
                command = [sys.executable, __file__, str(path), "--child", name, *(
                    part for option in ("k", "bound") for part in (f"--{option}", str(getattr(options, option))))]
                done = subprocess.run(command, capture_output=True, text=True, check=False,
                                      env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})
                said = done.stdout.split()
                if done.returncode == -signal.SIGKILL:
                    said = [options.bound, "nan"]
                elif done.returncode:
                    print(f"not there: {name}: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
                    continue
                rows[f"demarche {name}" if name in topics.MODELS else name] = [float(v) for v in said]
            table = pd.DataFrame(rows, index=["cpu", "memory"]).T
            if "scikit-learn NMF" in rows:
                table = table.join((table / table.loc["scikit-learn NMF"]).add_suffix(" ratio"))
            table["stopped"] = np.where(table["cpu"] >= options.bound, "stopped", "")
            print(f"{n:,} articles, {drawn.shape[1]:,} terms, K={options.k}", table.round(2).to_string(), sep="\n", flush=True)
    return None


if __name__ == "__main__":
    main()
