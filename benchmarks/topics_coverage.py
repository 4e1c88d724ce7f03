"""How often the limits of topic shares hold the true share, in simulated corpora.

    python benchmarks/topics_coverage.py [LABELLED] [--runs 40] [--k 5] [--articles 60 200 1000]

LABELLED: as for topics_peers.py: topics have the words of its labels. Without it they are made up: 3,000 words by Zipf's law,
each topic with lognormal factors of its own (sigma 1.5). Articles are of three outlets (half, a third, the rest), each with its
own mean shares; an article's shares are a Dirichlet around them: `one topic` (concentration 0.3: most articles are of one) or
`mixed` (3). Lengths are lognormal (median 150 words that count, sigma 0.6); words come in bursts (Dirichlet-multinomial, 300).

Counted are the limits of `topics.shares_by` by outlet (`given`), topics matched to the true ones by their words. `coverage`: of
the outlet's true mean share; `articles alone`: by limits without the refits of the model; `bias`: mean distance of the estimate
averaged over runs... from the truth; `half`: mean half width.
"""

import argparse

import numpy as np
import pandas as pd
import scipy.sparse
from topics_peers import labelled

from demarche import matrix, topics

SPREAD = {"one topic": 0.3, "mixed": 3}


def made_up(rng, k, terms=3_000):
    """Words of k topics, each adds up to 1."""
    usual = 1 / np.arange(1, terms + 1)
    words = usual * np.exp(rng.normal(0, 1.5, (k, terms)))
    return words / words.sum(axis=1, keepdims=True)


def corpus(rng, words, n, spread):
    """(features, articles, {outlet: true mean shares})."""
    outlet = np.repeat(["A", "B", "C"], [n // 2, n // 3, n - n // 2 - n // 3])
    true = dict(zip("ABC", rng.dirichlet(np.full(len(words), 2), 3)))
    rows = []
    for own in outlet:
        mix = rng.dirichlet(spread * true[own] + 1e-3) @ words
        bursts = rng.gamma(300 * mix)
        rows.append(rng.multinomial(max(int(rng.lognormal(np.log(150), 0.6)), 20), bursts / bursts.sum()))
    counts = scipy.sparse.csr_array(np.array(rows))
    articles = pd.DataFrame({"doc_id": [f"a{i:04}" for i in range(n)], "outlet": outlet})
    used = np.flatnonzero((counts > 0).sum(axis=0) >= 3)
    return matrix.Counts(articles[["doc_id"]], counts[:, used], used.astype(str).astype(object)), articles, true, used


def run(seed, n, k, spread, words=None):
    """One row for each outlet and topic: estimate, limits, limits of the articles alone, truth."""
    rng = np.random.default_rng([seed, n])
    words = made_up(rng, k) if words is None else words
    features, articles, true, used = corpus(rng, words, n, spread)
    model = topics.fit(features, k, "article")
    real = words[:, used] / words[:, used].sum(axis=1, keepdims=True)
    usual = real.mean(axis=0)
    partners, _ = topics.match(np.maximum(model.words - usual, 0), np.maximum(real - usual, 0))
    both = [topics.shares_by(m, articles, "outlet") for m in (model, model._replace(refits=[]))]
    found = both[0].assign(alone_low=both[1]["low"], alone_high=both[1]["high"])
    return found.assign(true=[true[o][partners[t - 1]] for o, t in zip(found["outlet"], found["topic"])])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labelled", nargs="?")
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--k", type=int, default=5)
    parser.add_argument("--articles", type=int, nargs="+", default=[60, 200, 1_000])
    o = parser.parse_args()
    words = None
    if o.labelled:
        articles, counts = labelled(o.labelled)
        features, _ = topics.units(counts, "article")
        label = articles["label"].reindex(features.ids["doc_id"]).to_numpy()
        words = np.array([features.matrix[np.flatnonzero(label == name)].sum(axis=0) for name in sorted(set(label))]) + 1e-9
        words /= words.sum(axis=1, keepdims=True)
    k, rows = o.k if words is None else len(words), []
    for name, spread in SPREAD.items():
        for n in o.articles:
            t = pd.concat([run(seed, n, k, spread, words) for seed in range(o.runs)])
            limits = ("low", "high"), ("alone_low", "alone_high")
            held = [(t[low] <= t["true"]) & (t["true"] <= t[high]) for low, high in limits]
            rows.append((name, n, k, len(t), held[0].mean(), held[1].mean(), (t["share"] - t["true"]).abs().mean(),
                         np.polyfit(t["true"], t["share"], 1)[0], ((t["high"] - t["low"]) / 2).mean()))
            print(rows[-1], flush=True)
    columns = ["articles are", "n", "k", "given", "coverage", "articles alone", "error", "slope", "half"]
    print(pd.DataFrame(rows, columns=columns).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
