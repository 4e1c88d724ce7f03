"""Arrays in, numbers out: intervals over articles with their measured coverage, exact permutation, dispersion.

The article is the unit of sampling throughout: words and sentences of one article are no independent draws.
"""

from itertools import product
from math import comb

import numpy as np

SEED = 20241122  # one visible seed for everything that is drawn at random
MIN_ARTICLES = 4  # below this no interval is given
NOMINAL = 0.95


def ratio_interval(numerator, denominator, floor=None):
    """(low, high) of sum(numerator) / sum(denominator), by the delete-one-article jackknife with Student's t.

    Both arrays hold one value per article (leading axes are simulated corpora). nan below MIN_ARTICLES articles with a
    denominator, and where all articles agree exactly. `floor` cuts the low end (0 for rates).
    Source: Efron and Tibshirani 1993, ch. 11; degrees of freedom n - 1.

    >>> [round(float(x), 2) for x in ratio_interval(np.array([1, 2, 3, 2.]), np.ones(4))]
    [0.7, 3.3]
    """
    from scipy.stats import t

    x, y = np.asarray(numerator, float), np.asarray(denominator, float)
    n = (y > 0).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        left_out = (x.sum(-1, keepdims=True) - x) / (y.sum(-1, keepdims=True) - y)
        centre = x.sum(-1) / y.sum(-1)
        left_out = np.where(y > 0, left_out, np.nan)
        spread = np.sqrt((n - 1) / n * np.nansum((left_out - np.nanmean(left_out, -1, keepdims=True)) ** 2, axis=-1))
        half = t.ppf((1 + NOMINAL) / 2, np.maximum(n - 1, 1)) * spread
    half = np.where((n >= MIN_ARTICLES) & (spread > 0), half, np.nan)
    low = centre - half if floor is None else np.maximum(centre - half, floor)
    return low, centre + half


def coverage(numerator, denominator, runs=4000, seed=SEED):
    """Share of `runs` simulated corpora whose interval holds the true ratio: what the nominal 95% is worth here.

    Each simulated corpus keeps the article lengths (`denominator`); the counts are gamma-Poisson with the ratio of the
    data and, between articles, a coefficient of variation of 1, as clustered as words in news tend to be. None below
    MIN_ARTICLES articles or without a single count.
    """
    y = np.asarray(denominator, float)
    y, true = y[y > 0], np.sum(numerator) / max(np.sum(denominator), 1e-300)
    if len(y) < MIN_ARTICLES or not true > 0:
        return None
    rng = np.random.default_rng(seed)
    x = rng.poisson(rng.gamma(1.0, true, (runs, len(y))) * y)
    low, high = ratio_interval(x, np.broadcast_to(y, x.shape), floor=0)
    return round(float(np.mean((low <= true) & (true <= high))), 2)


def coverage_of_means(values, groups, runs=4000, seed=SEED):
    """As `coverage`, for a mean of scores clustered in articles.

    Each simulated article draws its scores from the pooled scores, mixed between articles by a Dirichlet with three
    pseudo-scores, so articles differ as strongly as three statements of their own would make them.
    """
    scores, counts = np.unique(np.asarray(values, float), return_counts=True)
    sizes = np.unique(np.asarray(groups), return_counts=True)[1]
    if len(sizes) < MIN_ARTICLES or len(scores) < 2:
        return None
    rng, share = np.random.default_rng(seed), counts / counts.sum()
    mixes = rng.dirichlet(3 * share, (runs, len(sizes)))
    drawn = rng.multinomial(np.broadcast_to(sizes, mixes.shape[:2]), mixes) @ scores
    low, high = ratio_interval(drawn, np.broadcast_to(sizes.astype(float), drawn.shape))
    true = share @ scores
    return round(float(np.mean((low <= true) & (true <= high))), 2)


def sign_flip(differences):
    """(p, smallest p) of a two-sided exact test that paired article differences are centred on zero.

    All 2**n signings are tried up to 16 articles, 20,000 seeded ones beyond. The smallest p is what n allows at best.
    Source: Fisher 1935, ch. 3.

    >>> sign_flip([1, 2, 1, 3, 1])
    (0.0625, 0.0625)
    """
    d = np.asarray(differences, float)
    d = d[~np.isnan(d)]
    if len(d) == 0:
        return None, None
    if len(d) <= 16:
        signs, smallest = np.array(list(product((1, -1), repeat=len(d)))), 2 / 2 ** len(d)
    else:
        signs, smallest = np.random.default_rng(SEED).choice((1, -1), (20_000, len(d))), 1 / 20_000
        signs[0] = 1
    sums = np.abs(signs @ d)
    return float(np.mean(sums >= abs(d.sum()) - 1e-12)), min(1.0, smallest)


def permutation(values, first):
    """(p, smallest p) of a two-sided exact test that two groups of articles share their mean.

    `first` is true for the articles of one group. All splits are tried up to 20,000, seeded ones beyond.

    >>> permutation([1, 2, 8, 9, 10], [True, True, False, False, False])
    (0.1, 0.1)
    """
    from itertools import combinations

    x, first = np.asarray(values, float), np.asarray(first, bool)
    n, k = len(x), int(first.sum())
    if k in (0, n):
        return None, None
    if comb(n, k) <= 20_000:
        picks = [np.array(c) for c in combinations(range(n), k)]
    else:
        rng = np.random.default_rng(SEED)
        picks = [np.flatnonzero(first), *(rng.permutation(n)[:k] for _ in range(20_000))]
    gaps = np.array([x[p].mean() - np.delete(x, p).mean() for p in picks])
    seen = abs(x[first].mean() - x[~first].mean())
    return float(np.mean(np.abs(gaps) >= seen - 1e-12)), 1 / len(picks)


def dispersion(counts, sizes):
    """Gries' DP: 0 where a term is spread as the articles' lengths are, near 1 where one short article owns it.

    Source: Gries 2008, International Journal of Corpus Linguistics 13(4).

    >>> dispersion([5, 0], [100, 100])
    0.5
    """
    counts, sizes = np.asarray(counts, float), np.asarray(sizes, float)
    return float(np.abs(counts / counts.sum() - sizes / sizes.sum()).sum() / 2) if counts.sum() else float("nan")
