"""How often the intervals over articles hold the true value, in simulated corpora of few articles.

    python benchmarks/coverage.py           # writes lib/demarche/coverage.csv, 4 to 19 articles
    python benchmarks/coverage.py 20 200    # prints the coverage at these numbers of articles

Simulated corpora, as like news as a few lines can make them:

- rate: article lengths are lognormal (median 400 words, sigma 0.6). Hits are Poisson with a gamma rate that differs
  between articles with the coefficient of variation of the column `dispersion`. It is near the median found by the method
  of moments for words of that level in 143 political news articles and 417 political items of a broadcaster: the rarer a
  word, the more unequally it is spread. The true rate is log-uniform over the level.
- mean: an article holds at least one score; further ones are Poisson with an exponential mean. Its scores from -2 to 2 are
  drawn with its own probabilities, a Dirichlet of concentration `dispersion` around BASE: an intraclass correlation of 1 in
  (1 + dispersion).

A level is hits or scores per article, from its value up to the next. `coverage` counts the corpora in which an interval
can be given (column `given`).
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from demarche import stats

FILE = Path(stats.__file__).with_name("coverage.csv")
RUNS = 20_000
LEVELS = {"rate": [(0, 0.2, 1, 1.5), (1, 1, 5, 1.25), (5, 5, 50, 1.0)],  # level, true value from, to, dispersion
          "mean": [(0, 1, 2, 3), (2, 2, 5, 3), (5, 5, 20, 3)]}
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


def row(statistic, n, case, runs=RUNS, seed=stats.SEED):
    """One row of coverage.csv."""
    level, low, high, dispersion = case
    draw = {"rate": rates, "mean": means}[statistic]
    total, size, true = draw(np.random.default_rng([seed, n, level]), (runs, n), low, high, dispersion)
    a, b = stats.jackknife(total, size, root=statistic == "rate")
    given = ~np.isnan(a)
    held = ((a <= true) & (true <= b))[given].mean()
    return {"statistic": statistic, "n_articles": n, "level": level, "dispersion": dispersion, "runs": runs,
            "given": round(float(given.mean()), 3), "coverage": round(float(held), 3)}


def table(articles, runs=RUNS):
    return pd.DataFrame([row(statistic, n, case, runs) for statistic in LEVELS for n in articles for case in LEVELS[statistic]])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("articles", nargs="*", type=int)
    articles = parser.parse_args().articles
    found = table(articles or range(stats.MIN_ARTICLES, stats.MANY), 4_000 if articles else RUNS)
    if not articles:
        found.to_csv(FILE, index=False, lineterminator="\n")
    print(found.to_string(index=False))


if __name__ == "__main__":
    main()
