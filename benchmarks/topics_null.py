"""How often the panel recommends a number of topics for text that has none: the words of a corpus dealt at random.

    python benchmarks/topics_null.py CORPUS [--runs 100] [--articles 250] [--unit article]

CORPUS: as for `demarche prepare`, or a folder prepared before. Each run draws articles, deals their words anew over the units,
with its own seed, and makes the panel. Printed: the runs with a recommendation, and those of the same articles as they are.
"""

import argparse
import tempfile

import numpy as np

from demarche import matrix, prepare, topics


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--articles", type=int, default=250)
    parser.add_argument("--unit", choices=[*topics.UNITS], default="article")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        prepare.prepare(options.corpus, folder)
        counts = prepare.Tables(folder).counts
    docs, found = counts.ids["doc_id"].unique(), {"shuffled": [], "as it is": []}
    for run in range(options.runs):
        some = np.random.default_rng(run).permutation(docs)[:options.articles]
        real, _ = topics.units(matrix.select(counts, counts.ids["doc_id"].isin(some).to_numpy()), options.unit)
        dealt = real._replace(matrix=topics.shuffled(real.matrix, 10_000 + run))
        for name, rows in (("shuffled", dealt), *[("as it is", real)] * (run % 10 == 0)):
            found[name].append(topics.recommend(topics.panel(rows), len(some))[0])
        print(f"run {run + 1}: " + "; ".join(f"{name}: {sum(k is not None for k in ks)} recommendations in {len(ks)} runs"
                                             for name, ks in found.items()), flush=True)
    print("recommended:", {name: sorted(k for k in ks if k) for name, ks in found.items()})


if __name__ == "__main__":
    main()
