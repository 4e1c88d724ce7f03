"""Means put right by coding, against means of the machine alone, where the machine's errors are planted and known.

    python benchmarks/corrected.py [--runs 4000]

Simulated corpora of ten sentences an article, articles of two outlets by turns. An article has its own share of sentences
with the pair (beta, mean 0.4) and its own profile of stances (Dirichlet of concentration 3 around BASE). The machine errs in
a fifth of the sentences: 5% in the one outlet, 35% in the other.

- stance: it finds every pair; a wrong stance is -2 (0 where the true one is -2).
- pair: beside that, it misses a pair that is there, or finds one (of stance -1) that is not.

`drawn` sentences are coded without error: half from those where the machine found the pair, half from the others, as
`coding.draw` does it. Coverage: how many 95% intervals hold the value of the population that the articles are drawn from.
`given`: the share of corpora whose corrected limits are shown at all (coding.ENOUGH_CODED coded articles that hold the
pair); `if_shown`: coverage of these. `all_drawn` counts corrected limits whether shown or not: with fewer they may fail. The
rows with as many drawn as there are sentences are coded whole: shown from stats.MIN_ARTICLES articles on.
The last table: limits of precision, recall, F1 (stances of one pair), mae, and of two coders' alpha, all sentences coded; and
of a share near its bound (0.95 of ten units an article, intraclass correlation 0.2), such as a high precision.
"""

import argparse

import numpy as np
import pandas as pd

from demarche import coding, stats

BASE, SCORES, LENGTH = np.array([0.1, 0.5, 0.2, 0.15, 0.05]), np.arange(-2, 3), 10
CASES = [(4, 40), (5, 50), (8, 80), (20, 50), (20, 100), (20, 200), (50, 50), (50, 100), (50, 200), (200, 50), (200, 120),
         (200, 200), (1000, 120), (1000, 400)]
TRUE = {"mean": BASE @ SCORES, "share_negative": BASE[:2].sum()}


def corpora(rng, runs, articles, kind):
    """(has the pair, true stance, machine finds the pair, machine's stance): arrays (runs, articles, LENGTH)."""
    shape = runs, articles, LENGTH
    cuts = rng.dirichlet(3 * BASE, shape[:2]).cumsum(-1)[:, :, None, :-1]
    true = SCORES[(rng.random(shape)[..., None] > cuts).sum(-1)]
    has = rng.random(shape) < rng.beta(2, 3, shape[:2])[..., None]
    wrong = rng.random(shape) < np.where(np.arange(articles) % 2, 0.35, 0.05)[None, :, None]
    found = has if kind == "stance" else has ^ (wrong & (rng.random(shape) < 0.5))
    return has, true, found, np.where(has, np.where(wrong, np.where(true == -2, 0, -2), true), -1)


def drawn(rng, found, n):
    """(which sentences are coded, probability of each): n / 2 of those with a found pair, the others from the rest."""
    coded, probability, draw = np.zeros(found.shape, bool), np.ones(found.shape), rng.random(found.shape)
    some, whole = found.sum((1, 2)), found[0].size
    take = np.clip(n // 2, n - (whole - some), some)
    for stratum, k in ((found, take), (~found, n - take)):
        order = np.where(stratum, draw, 2).reshape(len(found), -1).argsort(1).argsort(1).reshape(found.shape)
        coded |= stratum & (order < k[:, None, None])
        share = k / np.maximum(stratum.sum((1, 2)), 1)
        probability = np.where(stratum & (share > 0)[:, None, None], share[:, None, None], probability)
    return coded, probability


def limits(top, bottom):
    """(low, high) of the ratio of sums in each corpus, of two tables of corpora by articles."""
    return stats.jackknife(top.ravel(), bottom.ravel(), codes=np.repeat(np.arange(len(top)), top.shape[1]))


def case(articles, n, kind, runs, seed=stats.SEED):
    """Two rows, of the mean and of the share negative."""
    rng, rows = np.random.default_rng([seed, articles, n, kind == "pair"]), {measure: [] for measure in TRUE}
    step = max(1, min(runs, 200_000 // (articles * LENGTH)))
    for size in [step] * (runs // step) + [runs % step] * (runs % step > 0):
        has, true, found, said = corpora(rng, size, articles, kind)
        coded, probability = drawn(rng, found, n)
        enough = (has & coded).any(2).sum(1)
        for measure, value in TRUE.items():
            y, machine = (np.where(there, v if measure == "mean" else v < 0, 0.0) for there, v in ((has, true), (found, said)))
            with np.errstate(divide="ignore", invalid="ignore"):
                naive = limits(machine.sum(2), found.sum(2))
                right = limits(*(stats.pseudo_outcome(m, np.where(coded, c, np.nan), probability).sum(2)
                                 for m, c in ((machine, y), (found, has.astype(float)))))
            held = [(low <= value) & (value <= high) for low, high in (naive, right)]
            rows[measure].append(np.array([*held, ~np.isnan(right[0]), enough, right[1] - right[0]]))
    for measure, parts in rows.items():
        naive, held, there, enough, width = np.concatenate(parts, axis=1)
        there = there.astype(bool)
        shown = there & ((enough >= coding.ENOUGH_CODED) | (n == articles * LENGTH))
        yield {"errors": kind, "articles": articles, "drawn": n, "measure": measure, "naive": naive.mean(),
               "all_drawn": held[there].mean(), "coded_articles": enough.mean(), "width": np.median(width[there]),
               "given": shown.mean(), "if_shown": held[shown].mean() if shown.any() else np.nan}


def rates(articles, runs, seed=stats.SEED):
    """Coverage of the limits of precision, recall, F1 and mae where all sentences are coded."""
    rng = np.random.default_rng([seed, articles])
    def numbers(size, count):
        has, true, found, said = corpora(rng, size, count, "pair")
        hit, both = has & found & (np.sign(true) == np.sign(said)), has & found
        gap = np.where(both, np.abs(true - said), 0)
        return {"precision": (hit, found), "recall": (hit, has), "f1": (2 * hit, found * 1 + has), "mae": (gap, both)}
    truth = {name: top.sum() / bottom.sum() for name, (top, bottom) in numbers(1, 200_000).items()}
    for name, (top, bottom) in numbers(runs, articles).items():
        with np.errstate(divide="ignore", invalid="ignore"):
            low, high = limits(top.sum(2), bottom.sum(2))
        held = ((low <= truth[name]) & (truth[name] <= high))[~np.isnan(low)]
        yield {"articles": articles, "measure": name, "true": truth[name], "coverage": held.mean()}


def bound(articles, runs, true=0.95, correlation=0.2, seed=stats.SEED):
    """Coverage of the limits of a share near 1."""
    rng, weight = np.random.default_rng([seed, articles]), 1 / correlation - 1
    hits = rng.binomial(LENGTH, rng.beta(true * weight, (1 - true) * weight, (runs, articles)))
    low, high = limits(hits.astype(float), np.full(hits.shape, float(LENGTH)))
    held = ((low <= true) & (true <= np.minimum(high, 1)))[~np.isnan(low)]
    yield {"articles": articles, "measure": "share near 1", "true": true, "coverage": held.mean()}


def alpha(units, gaps, labels, squares):
    """Krippendorff's alpha (interval) of two coders, from sums over units: 1, squared gap, both labels, both squares."""
    n = 2 * units
    return 1 - gaps / units / ((2 * squares * n - 2 * labels**2) / (n * (n - 1)))


def agreement(articles, runs, seed=stats.SEED):
    """Coverage of the limits of alpha: two coders, a step apart in a fifth of the sentences, more in some articles."""
    def sums(rng, size, count):
        has, true, _, _ = corpora(rng, size, count, "stance")
        hard = rng.beta(1, 4, has.shape[:2])[..., None]
        a, b = (np.clip(true + rng.choice([-1, 1], has.shape) * (rng.random(has.shape) < hard), -2, 2) for _ in "ab")
        return [np.where(has, v, 0.0).sum(-1) for v in (1, (a - b) ** 2, a + b, a * a + b * b)]
    rng = np.random.default_rng([seed, articles])
    truth, parts = alpha(*(v.sum() for v in sums(rng, 1, 100_000))), sums(rng, runs, articles)
    with np.errstate(divide="ignore", invalid="ignore"):
        left, whole = alpha(*(v.sum(-1, keepdims=True) - v for v in parts)), alpha(*(v.sum(-1) for v in parts))
        left, centre = np.log(1 - left).T, np.log(1 - whole)  # as coding.py does it
        half = stats.t_critical(articles - 1) * np.sqrt(stats.delete_one_variance(left))
        low, high = 1 - np.exp([centre + half, centre - half])
    held = ((low <= truth) & (truth <= high))[half > 1e-9 * np.abs(centre)]
    yield {"articles": articles, "measure": "alpha", "true": truth, "coverage": held.mean()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=4000)
    o = parser.parse_args()
    table = pd.DataFrame([row for kind in ("stance", "pair") for a, n in CASES for row in case(a, n, kind, o.runs)])
    print(table.round(3).to_string(index=False))
    few = 4, 5, 6, 8, 12, 20, 50, 200
    table = pd.DataFrame([row for how in (rates, bound, agreement) for articles in few for row in how(articles, o.runs)])
    print(table.round(3).to_string(index=False))


if __name__ == "__main__":
    main()
