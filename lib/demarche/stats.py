"""Arrays in, numbers out: intervals over articles with their measured coverage, an exact test, dispersion.

The article is the unit of sampling throughout: words and sentences of one article are no independent draws.
"""

from itertools import product

import numpy as np

SEED = 20241122  # one visible seed for everything that is drawn at random
MIN_ARTICLES = 4  # below this no interval is given
NOMINAL = 0.95
RUNS = 4000  # simulated corpora behind a coverage


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
        mean = np.where(y > 0, left_out, 0).sum(-1, keepdims=True) / n[..., None]
        spread = np.sqrt((n - 1) / n * np.where(y > 0, (left_out - mean) ** 2, 0).sum(axis=-1))
        half = t.ppf((1 + NOMINAL) / 2, np.maximum(n - 1, 1)) * spread
    half = np.where((n >= MIN_ARTICLES) & (spread > 1e-12), half, np.nan)
    low = centre - half if floor is None else np.maximum(centre - half, floor)
    return low, centre + half


def _coverage(drawn, sizes, true, floor=None):
    low, high = ratio_interval(drawn, np.broadcast_to(sizes.astype(float), drawn.shape), floor)
    return round(float(np.mean((low <= true) & (true <= high))), 2)


def coverage_of_rate(count, size):
    """Share of simulated corpora whose interval holds the true rate: what the nominal 95% is worth here, or None.

    Each simulated corpus keeps the articles' sizes; the counts are gamma-Poisson with the rate of the data and, between
    articles, a coefficient of variation of 1, as clustered as words in news tend to be. None below MIN_ARTICLES
    articles or without a single count.
    """
    sizes = np.asarray(size, float)
    sizes, true = sizes[sizes > 0], np.sum(count) / max(np.sum(size), 1)
    if len(sizes) < MIN_ARTICLES or not true > 0:
        return None
    rng = np.random.default_rng(SEED)
    return _coverage(rng.poisson(rng.gamma(1.0, true, (RUNS, len(sizes))) * sizes), sizes, true, floor=0)


def coverage_of_mean(values, groups):
    """As `coverage_of_rate`, for a mean of scores clustered in articles.

    Each simulated article draws its scores from the pooled scores, mixed between articles by a Dirichlet with three
    pseudo-scores, so articles differ as strongly as three statements of their own would make them.
    """
    scores, counts = np.unique(np.asarray(values, float), return_counts=True)
    sizes = np.unique(np.asarray(groups), return_counts=True)[1]
    if len(sizes) < MIN_ARTICLES or len(scores) < 2:
        return None
    rng, share = np.random.default_rng(SEED), counts / counts.sum()
    mixes = rng.dirichlet(3 * share, (RUNS, len(sizes)))
    drawn = rng.multinomial(np.broadcast_to(sizes, mixes.shape[:2]), mixes) @ scores
    return _coverage(drawn, sizes, share @ scores)


def label(n, covered, none="no value"):
    """What an interval over `n` articles is and is worth, in words; `none` says why there is none above MIN_ARTICLES.

    >>> label(2, None)
    'none: 2 articles, at least 4 are needed'
    """
    if n < MIN_ARTICLES:
        return f"none: {n} article{'s' * (n != 1)}, at least {MIN_ARTICLES} are needed"
    if covered is None:
        return f"none: {none}"
    return f"jackknife t over {n} articles, {NOMINAL:.0%} nominal, {covered:.0%} in simulation"


def sign_flip(differences):
    """(p, smallest p) of a two-sided exact test that paired article differences are centred on zero.

    All 2**n signings are tried up to 16 articles, 20,000 seeded ones beyond. The smallest p is what n allows at best;
    below MIN_ARTICLES no p is given. Source: Fisher 1935, ch. 3.

    >>> sign_flip([1, 2, 1, 3, 1])
    (0.0625, 0.0625)
    """
    d = np.asarray(differences, float)
    smallest = min(1.0, 2 / 2 ** len(d)) if len(d) <= 16 else 1 / 20_000
    if len(d) < MIN_ARTICLES:
        return None, smallest
    if len(d) <= 16:
        signs = np.array(list(product((1, -1), repeat=len(d))))
    else:
        signs = np.random.default_rng(SEED).choice((1, -1), (20_000, len(d)))
        signs[0] = 1
    return float(np.mean(np.abs(signs @ d) >= abs(d.sum()) - 1e-12)), smallest


def dispersion(counts, sizes):
    """Gries' DP: 0 where a term is spread as the articles' lengths are, near 1 where one short article owns it.

    Source: Gries 2008, International Journal of Corpus Linguistics 13(4).

    >>> dispersion([5, 0], [100, 100])
    0.5
    """
    counts, sizes = np.asarray(counts, float), np.asarray(sizes, float)
    return float(np.abs(counts / counts.sum() - sizes / sizes.sum()).sum() / 2) if counts.sum() else float("nan")
