"""How often the intervals over articles hold the true value, in simulated corpora of few articles.

    python benchmarks/coverage.py           # writes lib/demarche/coverage.csv: 4 to 20, 50 and 200 articles
    python benchmarks/coverage.py 20 200    # prints the coverage at these numbers of articles

Simulated corpora, as like news as a few lines can make them:

- rate: article lengths are lognormal (median 400 words, sigma 0.6). Hits are Poisson with a gamma rate that differs
  between articles with the coefficient of variation of the column `dispersion`. It is near the median found by the method
  of moments for words of that level in 143 political news articles and 417 political items of a broadcaster: the rarer a
  word, the more unequally it is spread. The true rate is log-uniform over the level.
- mean: an article holds at least one score; further ones are Poisson with an exponential mean. Its scores from -2 to 2 are
  drawn with its own probabilities, a Dirichlet of concentration `dispersion` around BASE: an intraclass correlation of 1 in
  (1 + dispersion).
- words: two texts of n articles each; a word's rate differs between them by a log odds ratio between 0 and 2 (as much as
  sevenfold), and between articles as in `rate`. The limits of `compare.words` are sought around the true log odds ratio.
  Offered from stats.MANY articles on a side only: with fewer, the prior draws large differences so near 0 that the limits
  of the largest miss.

A level is hits or scores per article (of a word: per 1,000 words), from its value up to the next. `coverage` counts the
corpora in which an interval can be given (column `given`).
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import t

from demarche import stats

FILE = Path(stats.__file__).with_name("coverage.csv")
RUNS = 20_000
LEVELS = {"rate": [(0, 0.2, 1, 1.5), (1, 1, 5, 1.25), (5, 5, 50, 1.0)],  # level, true value from, to, dispersion
          "mean": [(0, 1, 2, 3), (2, 2, 5, 3), (5, 5, 20, 3)],
          "words": [(2, 0.002, 0.005, 1.2), (5, 0.005, 0.01, 1.2), (10, 0.01, 0.02, 1.2)]}
WORDS = 400  # distinct words in the texts that `words` compares, and so the weight of its prior
MORE = [stats.MANY, 50, 200]
BASE, SCORES = np.array([0.1, 0.5, 0.2, 0.15, 0.05]), np.arange(-2, 3)


def rates(rng, shape, low, high, variation):
    """(hits, lengths, true rate) of simulated corpora: `shape` is (corpora, articles)."""
    sizes = np.maximum(rng.lognormal(np.log(400), 0.6, shape).round(), 20)
    true = np.exp(rng.uniform(np.log(low), np.log(high), shape[0])) / (400 * np.exp(0.6**2 / 2))
    lively = rng.gamma(variation**-2, variation**2, shape) * true[:, None]
    return rng.poisson(lively * sizes), sizes, true


def means(rng, shape, low, high, concentration):
    """(sums of scores, numbers of scores, true mean) of simulated corpora."""
    more = rng.uniform(low, high, shape[0])[:, None] - 1
    sizes = 1 + rng.poisson(rng.exponential(1, shape) * more)
    drawn = rng.multinomial(sizes, rng.dirichlet(concentration * BASE, shape))
    return drawn @ SCORES, sizes, np.full(shape[0], BASE @ SCORES)


def words(rng, shape, low, high, variation):
    """(low, high, true log odds ratio) of a word in simulated pairs of texts; nan where it is in fewer than two articles."""
    runs, n = shape
    effect, rate = rng.uniform(0, 2, runs), np.exp(rng.uniform(np.log(low), np.log(high), runs))
    true = rate[:, None] * np.exp(np.column_stack([effect, -effect]) / 2)
    sizes = np.maximum(rng.lognormal(np.log(150), 0.6, (runs, 2, n)).round(), 10)
    hits = np.minimum(rng.poisson(rng.gamma(variation**-2, variation**2, (runs, 2, n)) * true[:, :, None] * sizes), sizes - 1)
    x = np.stack([hits, sizes - hits], -1)
    both = x.sum(2)
    prior = np.maximum(WORDS * both.sum(1) / both.sum((1, 2))[:, None], 1e-9)
    a, b = both[:, 0, None], both[:, 1, None]
    left = [stats.log_odds(a - x[:, 0], b, prior[:, None])[0], stats.log_odds(a, b - x[:, 1], prior[:, None])[0]]
    delta, left = stats.log_odds(both[:, 0], both[:, 1], prior)[0][:, 0], np.concatenate(left, 1)[..., 0]
    error = np.sqrt((2 * n - 1) / (2 * n) * ((left - left.mean(1, keepdims=True)) ** 2).sum(1))
    half = np.where((hits > 0).sum((1, 2)) > 1, t.ppf((1 + stats.NOMINAL) / 2, n - 1) * error, np.nan)
    odds = np.log(true / (1 - true))
    return delta - half, delta + half, odds[:, 0] - odds[:, 1]


def row(statistic, n, case, runs=RUNS, seed=stats.SEED):
    """One row of coverage.csv."""
    level, low, high, dispersion = case
    runs = min(runs, 400_000 // n)  # so that the largest corpora fit in memory
    draw, rng = {"rate": rates, "mean": means, "words": words}[statistic], np.random.default_rng([seed, n, level])
    a, b, true = draw(rng, (runs, n), low, high, dispersion)
    if statistic != "words":
        a, b = stats.jackknife(a, b, root=statistic == "rate")
    given = ~np.isnan(a)
    held = ((a <= true) & (true <= b))[given].mean()
    return {"statistic": statistic, "n_articles": n, "level": level, "dispersion": dispersion, "runs": runs,
            "given": round(float(given.mean()), 3), "coverage": round(float(held), 3)}


def table(articles, runs=RUNS, least=stats.MANY):
    """Rows of coverage.csv; those of words from `least` articles on."""
    return pd.DataFrame([row(statistic, n, case, runs) for statistic in LEVELS for n in articles for case in LEVELS[statistic]
                         if statistic != "words" or n >= least])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("articles", nargs="*", type=int)
    articles = parser.parse_args().articles
    found = table(articles, 4_000, 4) if articles else table([*range(stats.MIN_ARTICLES, stats.MANY), *MORE])
    if not articles:
        found.to_csv(FILE, index=False, lineterminator="\n")
    print(found.to_string(index=False))


if __name__ == "__main__":
    main()
