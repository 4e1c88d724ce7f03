"""How often the intervals over articles hold the true value, in simulated corpora of few articles.

    python benchmarks/coverage.py           # writes lib/demarche/coverage.csv: 4 to 20, 50 and 200 articles
    python benchmarks/coverage.py 20 200 5000   # prints the coverage at these numbers of articles, of more unequal words too
    python benchmarks/coverage.py --alarms      # prints how often a change is found where there is none, after correction

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
  Offered from stats.LARGE_SAMPLE articles on a side only: with fewer, the prior draws large differences so near 0 that the
  limits of the largest miss. The word is fixed beforehand; words that are shown for their size have wider limits.

A level is hits or scores per article (of a word: per 1,000 words), from its value up to the next. `coverage` counts the
corpora in which an interval can be given (column `given`); where the term never occurs that is the upper limit of
`stats.intervals`, beside it `at_zero`.

False alarms: corpora of 300 articles over 24 months, ten terms of level 1 (dispersion 1.25), all rates constant. Counted is
a corpus in which any of the ten has q at most ALPHA: a trend by month, a break by month, an event in the middle, the words
that mark one of two outlets dealt at random. `trend, autocorrelated`: the rate of each month follows an AR(1) of 0.5 around a
constant; articles are no longer exchangeable, and only the trend is made for that.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse
from scipy.stats import t

from demarche import change, matrix, stats, terms

FILE = Path(stats.__file__).with_name("coverage.csv")
RUNS = 20_000
LEVELS = {"rate": [(0, 0.2, 1, 1.5), (1, 1, 5, 1.25), (5, 5, 50, 1.0)],  # level, true value from, to, dispersion
          "mean": [(0, 1, 2, 3), (2, 2, 5, 3), (5, 5, 20, 3)],
          "words": [(2, 0.002, 0.005, 1.2), (5, 0.005, 0.01, 1.2), (10, 0.01, 0.02, 1.2)]}
HARDER = {"rate": [(0, 0.2, 1, 3), (1, 1, 5, 2), (5, 5, 50, 2)],  # words twice as unequally spread as is usual;
          "mean": [(0, 1, 2, 1), (2, 2, 5, 1), (5, 5, 20, 1)], "words": []}  # half of the spread between articles
WORDS = 400  # distinct words in the texts that `words` compares, and so the weight of its prior
MORE = [stats.LARGE_SAMPLE, 50, 200]
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
    half = np.where((hits > 0).sum((1, 2)) > 1, t.ppf((1 + stats.CONFIDENCE) / 2, n - 1) * error, np.nan)
    odds = np.log(true / (1 - true))
    return delta - half, delta + half, odds[:, 0] - odds[:, 1]


def row(statistic, n, case, runs=RUNS, seed=stats.SEED):
    """One row of coverage.csv."""
    level, low, high, dispersion = case
    runs = min(runs, 400_000 // n)  # so that the largest corpora fit in memory
    draw, rng = {"rate": rates, "mean": means, "words": words}[statistic], np.random.default_rng([seed, n, level])
    a, b, true = draw(rng, (runs, n), low, high, dispersion)
    if statistic != "words":
        b = np.broadcast_to(b, a.shape)
        a, b = stats.jackknife(a.ravel(), b.ravel(), statistic == "rate", np.repeat(np.arange(len(a)), a.shape[1]))
    given = ~np.isnan(a)
    held = ((a <= true) & (true <= b))[given].mean()
    return {"statistic": statistic, "n_articles": n, "level": level, "dispersion": dispersion, "runs": runs,
            "given": round(float(given.mean()), 3), "coverage": round(float(held), 3)}


def at_zero(n, case, runs, seed=stats.SEED):
    """(corpora without the term, how many of their upper limits hold): `heap` is that of the corpora that have it."""
    total, size, true = rates(np.random.default_rng([seed, n, case[0]]), (runs, n), *case[1:])
    none, heap = np.flatnonzero(total.sum(axis=1) == 0), total[total > 0].mean()
    high = [stats.intervals(total[k], size[k], np.zeros(n, int), "rate", heap=heap)[1][0] for k in none]
    return len(none), round(float((true[none] <= high).mean()), 3) if len(none) else None


def flat(rng, correlated=False, n=300, months=24, words=10):
    """(hits, articles, counts) of a corpus in which nothing changes."""
    month = np.sort(rng.integers(0, months, n))
    draws = [rates(rng, (1, n), 1, 5, 1.25) for _ in range(words)]
    size, wave = draws[0][1][0], np.ones((words, months))
    for month_ in range(1, months) if correlated else ():
        wave[:, month_] = 1 + 0.5 * (wave[:, month_ - 1] - 1) + rng.normal(0, 0.15, words)
    x = np.array([rng.poisson(rng.gamma(1.25**-2, 1.25**2, n) * true[0] * size * np.clip(w[month], 0.1, None))
                  for (_, _, true), w in zip(draws, wave)])
    days = [f"{2020 + m // 12}-{m % 12 + 1:02}-{d:02}" for m, d in zip(month, rng.integers(1, 29, n))]
    articles = pd.DataFrame({"doc_id": [f"a{i:04}" for i in range(n)], "date": pd.Series(days, dtype="str"), "n_tokens": size,
                             "n_sentences": 1, "outlet": rng.choice(["A", "B"], n)})
    word, article = np.nonzero(x)
    hits = pd.DataFrame({"term": [f"word{chr(97 + k)}" for k in word], "doc_id": articles["doc_id"].to_numpy()[article],
                         "par": 1, "sent": 1, "count": x[word, article]})
    ids = articles[["doc_id"]].assign(par=1, sent=1, role="body")
    rest = np.maximum(size - x.sum(axis=0), 1).astype(int)
    names = np.array([*(f"word{chr(97 + k)}" for k in range(words)), "zrest"], dtype=object)
    return hits, articles, matrix.Counts(ids, scipy.sparse.csr_array(np.vstack([x, rest]).T), names)


def alarms(corpora=200, seed=stats.SEED):
    """Share of flat corpora in which a test finds anything, q at most ALPHA."""
    found = {name: [] for name in ("trend", "trend, autocorrelated", "break", "event", "keyness")}
    for k in range(corpora):
        hits, articles, counts = flat(np.random.default_rng([seed, k]))
        found["trend"].append(change.trend(terms.rates(hits, articles, "month", sources=False))["q"].min())
        found["break"].append(change.breaks(hits, articles)["q"].min())
        found["event"].append(change.event(hits, articles, "2021-01-01")["q"].min())
        found["keyness"].append(change.keyness(counts, articles, "outlet", n=20).groupby("group")["q"].min().iloc[0])
        hits, articles, _ = flat(np.random.default_rng([seed, k]), correlated=True)
        found["trend, autocorrelated"].append(change.trend(terms.rates(hits, articles, "month", sources=False))["q"].min())
    rows = [(name, corpora, change.ALPHA, float(np.mean(np.array(q) <= change.ALPHA))) for name, q in found.items()]
    return pd.DataFrame(rows, columns=["test", "corpora", "alpha", "false_alarms"])


def table(articles, runs=RUNS, least=stats.LARGE_SAMPLE):
    """Rows of coverage.csv; those of words from `least` articles on."""
    return pd.DataFrame([row(statistic, n, case, runs) for statistic in LEVELS for n in articles for case in LEVELS[statistic]
                         if statistic != "words" or n >= least])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("articles", nargs="*", type=int)
    parser.add_argument("--alarms", action="store_true")
    parser.add_argument("--corpora", type=int, default=200)
    o = parser.parse_args()
    if o.alarms:
        return print(alarms(o.corpora).to_string(index=False))
    if articles := o.articles:
        rows = [{**row(s, n, case, runs := min(4_000, 8_000_000 // n)),
                 **(dict(zip(("without", "at_zero"), at_zero(n, case, runs))) if s == "rate" else {})}
                for n in articles for s in LEVELS for case in LEVELS[s] + HARDER[s]]
        return print(pd.DataFrame(rows).to_string(index=False))
    found = table([*range(stats.MIN_ARTICLES, stats.LARGE_SAMPLE), *MORE])
    found.to_csv(FILE, index=False, lineterminator="\n")
    return print(found.to_string(index=False))


if __name__ == "__main__":
    main()
