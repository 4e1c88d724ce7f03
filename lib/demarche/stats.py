"""Arrays in, numbers out. The article is the unit of sampling: words of one article are no independent draws."""

from pathlib import Path

import numpy as np
import pandas as pd

SEED = 20241122   # one visible seed for everything that is drawn at random
MIN_ARTICLES = 4  # below this no interval and no p is given
MANY = 20         # below this an interval carries its measured coverage
NOMINAL = 0.95
PERIOD = {"day": 10, "month": 7, "year": 4}  # characters of an ISO day
# By statistic, number of articles and level (hits or scores per article): made, and told how, by benchmarks/coverage.py.
COVERAGE = pd.read_csv(Path(__file__).with_name("coverage.csv"), index_col=[0, 1, 2])["coverage"].sort_index()


def many(n, word):
    """A number and its noun: '1 article', '2,140 tokens'."""
    return f"{n:,} {word}{'' if n == 1 else 's'}"


def jackknife(numerator, denominator, root=False):
    """(low, high) of sum(numerator) / sum(denominator), by the delete-one-article jackknife with Student's t.

    Arrays of one value per article, denominators above 0 (leading axes: simulated corpora). `root`: on the square root of
    the ratio, for counts, whose spread grows with their mean. nan below MIN_ARTICLES articles, and where all articles agree
    exactly. Source: Efron and Tibshirani 1993, ch. 11; degrees of freedom n - 1.

    >>> [round(float(x), 2) for x in jackknife([1, 2, 3, 2], [1, 1, 1, 1])]
    [0.7, 3.3]
    """
    x, y = np.asarray(numerator, float), np.asarray(denominator, float)
    if x.shape[-1] < MIN_ARTICLES:
        return np.nan, np.nan
    left_out, centre = (x.sum(-1, keepdims=True) - x) / (y.sum(-1, keepdims=True) - y), x.sum(-1) / y.sum(-1)
    low, high = delete_one(np.sqrt(left_out), np.sqrt(centre)) if root else delete_one(left_out, centre)
    return (np.maximum(low, 0) ** 2, high ** 2) if root else (low, high)


def interval(total, size, statistic):
    """(low, high, what it is) for sum(total) / sum(size), one value per article: a 'rate' of counts, a 'mean' of scores.
    Below MANY articles it tells its COVERAGE: how many intervals of like simulated corpora hold the true value."""
    total, size = np.asarray(total, float)[np.asarray(size) > 0], np.asarray(size)[np.asarray(size) > 0]
    n, rate = len(size), statistic == "rate"
    low, high = jackknife(total, size, rate)
    if n < MIN_ARTICLES:
        return low, high, f"none: {n} of at least {MIN_ARTICLES} articles"
    if np.isnan(low):
        return low, high, "none: all articles agree" if total.any() or not rate else "none: no occurrence"
    said = f"jackknife t over {n} articles{' (root scale)' * rate}, {NOMINAL:.0%} nominal"
    if n < MANY:
        levels = COVERAGE[statistic, n]
        said += f", {levels[levels.index <= (total if rate else size).mean()].iloc[-1]:.0%} in simulation"
    return float(low), float(high), said


def cells(articles, by=None, group=None, pooled=False):
    """Each article's cell: `doc_id, n_tokens, n_sentences, group, period, lane`.

    `by`: None (the whole corpus), 'day', 'month' or 'year'; undated articles form the lane 'undated' with no period. `group`:
    None, or a column of `articles` (ValueError where there is none of that name); a missing value is the group 'unknown'.
    `pooled` adds each article once more, in the group 'all'.
    """
    if pooled:
        return pd.concat([cells(articles, by), cells(articles, by, group)], ignore_index=True)
    if group and group not in articles:
        raise ValueError(f"no column '{group}' in articles to group by; there are: {', '.join(articles)}")
    return articles[["doc_id", "n_tokens", "n_sentences"]].assign(
        group=articles[group].astype("str").fillna("unknown") if group else "all",
        period=articles["date"].str[:PERIOD[by]] if by else "all",
        lane=np.where(articles["date"].notna(), "dated", "undated") if by else "all")


def grouping(articles):
    """The column that tells articles apart in a figure: the article while they are few, else the outlet or kind of date."""
    return "doc_id" if len(articles) <= 14 else "outlet" if articles["outlet"].nunique() > 1 else "date_kind"


def sign_flip(differences):
    """(p, smallest p) of a two-sided exact test that paired article differences are centred on zero.

    All 2**n signings are tried up to 16 articles, 20,000 seeded ones beyond. The smallest p is what n allows at best; below
    MIN_ARTICLES no p is given (None). Source: Fisher 1935, ch. 3.

    >>> sign_flip([1, 2, 1, 3, 1])
    (0.0625, 0.0625)
    """
    d, n = np.asarray(differences, float), len(differences)
    signs = np.arange(2**n)[:, None] >> np.arange(n) & 1 if n <= 16 else np.random.default_rng(SEED).integers(0, 2, (20_000, n))
    signs[0] = 0  # the signing that was observed counts among them
    p = float(np.mean(np.abs((1 - 2 * signs) @ d) >= abs(d.sum()) - 1e-12))
    return p if n >= MIN_ARTICLES else None, min(1.0, 2 / 2**n) if n <= 16 else 1 / len(signs)


def dispersion(counts, sizes):
    """DP: 0 where a term is spread as the articles' lengths are, near 1 where one short article owns it; nan where there is
    none. Source: Gries 2008, International Journal of Corpus Linguistics 13(4)."""
    counts, sizes = np.asarray(counts, float), np.asarray(sizes, float)
    return float(np.abs(counts / counts.sum() - sizes / sizes.sum()).sum() / 2) if counts.sum() else float("nan")


def pseudo(machine, coded, probability):
    """The machine's values with their errors put back where people coded (elsewhere `coded` is nan), each error divided by the
    probability that its unit was drawn. Sums over many units are right on average, however wrong the machine is: design-based
    supervised learning (Egami, Hinck, Stewart and Wei 2023, NeurIPS 36, eq. 4, with the machine's value as the prediction).

    >>> pseudo([1.0, 1.0, -2.0], [np.nan, 0.0, -2.0], 0.5).tolist()
    [1.0, -1.0, -2.0]
    """
    machine, coded = np.asarray(machine, float), np.asarray(coded, float)
    return machine + np.where(np.isnan(coded), 0, (coded - machine) / probability)


def delete_one(left_out, centre):
    """(low, high) around any statistic, from its values without each article in turn (last axis): see `jackknife`.

    >>> [round(float(x), 2) for x in delete_one([7 / 3, 2, 5 / 3, 2], 2)]
    [0.7, 3.3]
    """
    from scipy.stats import t
    values = np.asarray(left_out, float)
    if (n := values.shape[-1]) < MIN_ARTICLES:
        return np.nan, np.nan
    error = np.sqrt((n - 1) / n * ((values - values.mean(-1, keepdims=True)) ** 2).sum(-1))
    half = t.ppf((1 + NOMINAL) / 2, n - 1) * np.where(error > 1e-9 * np.abs(centre), error, np.nan)
    return centre - half, centre + half
