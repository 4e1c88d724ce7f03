"""Arrays in, numbers out: intervals over articles with their measured coverage, cells, an exact test, dispersion.

The article is the unit of sampling throughout: words and sentences of one article are no independent draws.
"""

from itertools import product

import numpy as np
import pandas as pd

SEED = 20241122   # one visible seed for everything that is drawn at random
MIN_ARTICLES = 4  # below this no interval is given
MANY = 20         # below this an interval carries its measured coverage
NOMINAL = 0.95
PERIOD = {"day": 10, "month": 7, "year": 4}  # characters of an ISO day
RUNS = 4000       # simulated corpora behind a coverage


def jackknife(numerator, denominator, floor=None):
    """(low, high) of sum(numerator) / sum(denominator), by the delete-one-article jackknife with Student's t.

    Both arrays hold one value per article (leading axes are simulated corpora). nan below MIN_ARTICLES articles with a
    denominator, and where all articles agree exactly. `floor` cuts the low end (0 for rates).
    Source: Efron and Tibshirani 1993, ch. 11; degrees of freedom n - 1.

    >>> [round(float(x), 2) for x in jackknife(np.array([1, 2, 3, 2.]), np.ones(4))]
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


def rate_interval(count, size):
    """(low, high, what it is) for the rate sum(count) / sum(size), one value per article.

    The coverage told below MANY articles is the share of RUNS simulated corpora whose interval holds the true rate. They
    keep the articles' sizes; counts are gamma-Poisson with the rate of the data and, between articles, a coefficient of
    variation of 1, as clustered as words in news tend to be.
    """
    count, size = np.asarray(count, float), np.asarray(size, float)
    count, size = count[size > 0], size[size > 0]
    true = count.sum() / max(size.sum(), 1)

    def draw(rng):
        return rng.poisson(rng.gamma(1.0, true, (RUNS, len(size))) * size), true
    return _interval(count, size, draw, 0, "no occurrence" if true == 0 else "all articles agree")


def mean_interval(values, groups):
    """(low, high, what it is) for the mean of scores clustered in articles (`groups`).

    Simulated articles draw their scores from the pooled scores, mixed between articles by a Dirichlet with three
    pseudo-scores, so articles differ as strongly as three statements of their own would make them.
    """
    scores, which = np.unique(np.asarray(values, float), return_inverse=True)
    article = np.unique(np.asarray(groups), return_inverse=True)[1]
    size = np.bincount(article)
    share = np.bincount(which) / len(which)

    def draw(rng):
        mixes = rng.dirichlet(3 * share, (RUNS, len(size)))
        return rng.multinomial(np.broadcast_to(size, mixes.shape[:2]), mixes) @ scores, share @ scores
    return _interval(np.bincount(article, scores[which]), size, draw, None, "all articles agree")


def _interval(total, size, draw, floor, why):
    low, high = (float(v) for v in jackknife(total, size, floor))
    n = len(size)
    if n < MIN_ARTICLES:
        return low, high, f"none: {n} article{'s' * (n != 1)}, at least {MIN_ARTICLES} are needed"
    if np.isnan(low):
        return low, high, f"none: {why}"
    said = f"jackknife t over {n} articles, {NOMINAL:.0%} nominal"
    if n < MANY:
        drawn, true = draw(np.random.default_rng(SEED))
        a, b = jackknife(drawn, np.broadcast_to(size.astype(float), drawn.shape), floor)
        said += f", {np.mean((a <= true) & (true <= b)):.0%} in simulation"
    return low, high, said


def cells(articles, by=None, group=None, pooled=False):
    """Each article's cell: `doc_id, n_tokens, n_sentences, group, period, lane`.

    `by`: None (the whole corpus), 'day', 'month' or 'year'; undated articles form the lane 'undated' with no period.
    `group`: None, or a column of `articles` ('doc_id', 'outlet' ...; ValueError where there is none of that name); an
    unknown group is shown as 'unknown'. `pooled` adds each article once more, in the group 'all'.
    """
    if pooled:
        return pd.concat([cells(articles, by), cells(articles, by, group)], ignore_index=True)
    if group and group not in articles:
        raise ValueError(f"no column '{group}' in articles to group by; there are: {', '.join(articles)}")
    frame = articles[["doc_id", "n_tokens", "n_sentences"]].copy()
    frame["group"] = articles[group].fillna("unknown") if group else "all"
    frame["period"] = articles["date"].str[:PERIOD[by]] if by else pd.Series("all", articles.index, dtype="str")
    frame["lane"] = articles["date"].notna().map({True: "dated", False: "undated"}) if by else "all"
    return frame


def grouping(articles):
    """The column that tells articles apart in a figure: each article while they are few, else the outlet, else the kind
    of date.

    >>> grouping(pd.DataFrame({"doc_id": ["a", "b"]}))
    'doc_id'
    """
    if len(articles) <= 14:
        return "doc_id"
    return "outlet" if articles["outlet"].nunique() > 1 else "date_kind"


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
