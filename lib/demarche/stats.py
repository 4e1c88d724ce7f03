"""Arrays in, numbers out. The article is the unit of sampling: words of one article are no independent draws."""

import itertools
import math
from pathlib import Path

import numpy as np
import pandas as pd

from demarche import lexicons

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
    from scipy.stats import t
    x, y = np.asarray(numerator, float), np.asarray(denominator, float)
    if (n := x.shape[-1]) < MIN_ARTICLES:
        return np.nan, np.nan
    left_out, centre = (x.sum(-1, keepdims=True) - x) / (y.sum(-1, keepdims=True) - y), x.sum(-1) / y.sum(-1)
    left_out, centre = (np.sqrt(left_out), np.sqrt(centre)) if root else (left_out, centre)
    error = np.sqrt((n - 1) / n * ((left_out - left_out.mean(-1, keepdims=True)) ** 2).sum(-1))
    half = t.ppf((1 + NOMINAL) / 2, n - 1) * np.where(error > 1e-9 * np.abs(centre), error, np.nan)
    return (np.maximum(centre - half, 0) ** 2, (centre + half) ** 2) if root else (centre - half, centre + half)


def interval(total, size, statistic, unit="articles"):
    """(low, high, what it is) for sum(total) / sum(size), one value per `unit`: a 'rate' of counts, a 'mean' of scores.
    Below MANY articles it tells its COVERAGE: how many intervals of like simulated corpora hold the true value."""
    total, size = np.asarray(total, float)[np.asarray(size) > 0], np.asarray(size)[np.asarray(size) > 0]
    n, rate = len(size), statistic == "rate"
    low, high = jackknife(total, size, rate)
    if n < MIN_ARTICLES:
        return low, high, f"none: {n} of at least {MIN_ARTICLES} {unit}"
    if np.isnan(low):
        return low, high, f"none: all {unit} agree" if total.any() or not rate else "none: no occurrence"
    said = f"jackknife t over {n} {unit}{' (root scale)' * rate}, {NOMINAL:.0%} nominal"
    if n < MANY:
        levels = COVERAGE[statistic, n]
        said += f", {levels[levels.index <= (total if rate else size).mean()].iloc[-1]:.0%} in simulation"
    return float(low), float(high), said


def cells(articles, by=None, group=None, pooled=False):
    """Each article's cell: `doc_id, n_tokens, n_sentences, group, period, lane`.

    `by`: None (the whole corpus), 'day', 'month' or 'year'; undated articles form the lane 'undated' with no period. `group`:
    None, or a column of `articles` (ValueError where there is none of that name); a missing value is the group 'unknown'.
    `pooled` adds each article once more, in the group 'all'. Articles in a language without a pack are left out.
    """
    if pooled:
        return pd.concat([cells(articles, by), cells(articles, by, group)], ignore_index=True)
    if group and group not in articles:
        raise ValueError(f"no column '{group}' in articles to group by; there are: {', '.join(articles)}")
    if "language" in articles:
        articles = articles[articles["language"].map(lexicons.covers).astype(bool)]
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


def log_odds(counts_a, counts_b, prior):
    """(delta, z): how much more text a uses each word than text b, as a log odds ratio shrunk by a Dirichlet prior.

    Arrays with one place per word on the last axis (leading axes: resamples); `prior`: pseudo-counts per word, above 0, such
    as the words' counts in both texts scaled to a fixed sum. delta: equation 16; z: delta over the root of its variance,
    equations 20 and 22; the prior: 23. z takes words for independent draws: rank by it, but take limits over articles.
    Source: Monroe, Colaresi and Quinn 2008, Political Analysis 16(4).

    >>> [[round(float(x), 2) for x in row] for row in log_odds([8, 1, 1], [2, 4, 4], [1, 1, 1])]
    [[2.01, -1.23, -1.23], [3.02, -1.48, -1.48]]
    """
    a, b = np.asarray(counts_a, float) + prior, np.asarray(counts_b, float) + prior
    delta = np.log(a / (a.sum(-1, keepdims=True) - a)) - np.log(b / (b.sum(-1, keepdims=True) - b))
    return delta, delta / np.sqrt(1 / a + 1 / b)


def permutation(first, second):
    """(p, smallest p) of a two-sided exact test that two independent groups of article values have one mean.

    All splits of the articles into groups of these sizes are tried up to 20,000, as many seeded ones beyond. The smallest p
    is what these sizes allow at best; below MIN_ARTICLES in a group no p is given (None). Source: Fisher 1935, ch. 3;
    Good 2005, ch. 3. Values given to stories make it a test over stories.

    >>> permutation([1, 2, 1, 2], [-1, 0, -1, 0])
    (0.028571, 0.028571)
    """
    values, n, m = np.concatenate([first, second]).astype(float), len(first), len(first) + len(second)
    splits = math.comb(m, n)
    if splits <= 20_000:
        taken = np.zeros((splits, m), bool)
        for row, chosen in zip(taken, itertools.combinations(range(m), n)):
            row[list(chosen)] = True
    else:
        taken = np.random.default_rng(SEED).permuted(np.tile(np.arange(m) < n, (20_000, 1)), axis=1)
        taken[0] = np.arange(m) < n  # the split that was observed counts among them
    both = splits > 1 and 2 * n == m  # groups of one size can change places
    smallest = round((1 + both) / len(taken), 6) if splits <= 20_000 else 1 / len(taken)
    if min(n, m - n) < MIN_ARTICLES:
        return None, smallest
    gap = np.abs((taken @ values) / n - (values.sum() - taken @ values) / (m - n))
    return round(float(np.mean(gap >= gap[0] - 1e-12)), 6), smallest
