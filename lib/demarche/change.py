"""Did it change, and which words? Trends, breaks and events; words of one group or time; what a corpus could show at all."""

import math

import numpy as np
import pandas as pd

from demarche import lexicons, matrix, schema, stats

PER, PRIOR = 10_000, 500  # tokens of a rate; words that the prior of log-odds is worth
ENOUGH, SMOOTH = 8, 24    # periods with articles from which a trend is tested, a curve is smoothed
# Shuffles behind a p (none is below 1 in 1,000), so many at a time; level of tests; words compared: those of the most articles.
ROUNDS, STEP, ALPHA, WIDEST = 999, 111, 0.05, 500


def _adjusted(p):
    """q of many p by Benjamini and Hochberg 1995; nan stays nan."""
    from scipy.stats import false_discovery_control
    known = pd.Series(np.asarray(p, float)).dropna()
    return pd.Series(false_discovery_control(known) if len(known) else known, known.index).reindex(range(len(p))).to_numpy()


def _periods(rates):
    """(term, group) and dated rows of each of them, an unfinished last period left out, each with its `day`."""
    rows = rates[(rates["lane"] == "dated") & rates["rate"].notna() & ~rates["partial"].astype(bool)]
    rows = rows.assign(day=stats.first_day(rows["period"]))
    return [(key, part.sort_values("day")) for key, part in rows.groupby(["term", "group"], sort=False)]


def trend(rates):
    """Does each term and group rise or fall over its periods? `term, group, n_periods, n_articles, slope` (per 10,000 tokens
    and year), `low, high, tau, p, q, said`.

    Theil-Sen slope (Sen 1968) and the Mann-Kendall test, the variance enlarged by the autocorrelation of the ranks around the
    slope (Hamed and Rao 1998; the first lag always), never made smaller. Below ENOUGH periods nothing is tested: see `said`.
    """
    rows = [(*key, len(part), part["n_articles"].sum(), *_monotone(part["day"], part["rate"].to_numpy()))
            for key, part in _periods(rates)]
    table = pd.DataFrame(rows, columns=["term", "group", "n_periods", "n_articles", "slope", "low", "high", "tau", "p"])
    table["q"] = _adjusted(table["p"])
    table["said"] = [f"too few periods for a trend: {r.n_periods} of at least {ENOUGH}" if r.n_periods < ENOUGH else "rises" if
                     r.q <= ALPHA and r.tau > 0 else "falls" if r.q <= ALPHA else "no trend shown" for r in table.itertuples()]
    return table.round(6)


def _monotone(days, y):
    """(slope, low, high, tau, p) of values over days."""
    from scipy.stats import kendalltau, norm, rankdata, theilslopes
    from statsmodels.tsa.stattools import acf
    n, t = len(y), (days - days.iloc[0]).dt.days.to_numpy() / 365.25
    if n < ENOUGH or np.ptp(y) == 0:
        return *[np.nan] * 4, 1.0 if n >= ENOUGH else np.nan
    slope, lags = theilslopes(y, t)[0], np.arange(1, n - 1)
    rank = rankdata(y - slope * t)
    rho = acf(rank, nlags=n - 2, fft=False)[1:] if np.ptp(rank) else np.zeros(n - 2)
    rho = rho * ((np.abs(rho) > norm.ppf(1 - ALPHA / 2) / np.sqrt(n)) | (lags == 1))  # few periods hide even a strong first lag
    wider = 1 + 2 / (n * (n - 1) * (n - 2)) * ((n - lags) * (n - lags - 1) * (n - lags - 2) * rho).sum()
    wider, ties = np.sqrt(max(wider, 1)), np.unique(y, return_counts=True)[1]
    s = np.sign(np.subtract.outer(y, y))[np.tril_indices(n, -1)].sum()
    error = np.sqrt((n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18) * wider
    level = 1 - 2 * norm.sf(wider * norm.ppf((1 + stats.NOMINAL) / 2))  # Sen's limits, as much wider as the error
    return slope, *theilslopes(y, t, level)[2:], kendalltau(t, y)[0], 2 * norm.sf(max(abs(s) - 1, 0) / error)


def smooth(rates):
    """`rates` with a column `smooth`: lowess (Cleveland 1979) over the periods of each term and group; null below SMOOTH of
    them, where a curve shows the smoother and not the text."""
    from statsmodels.nonparametric.smoothers_lowess import lowess
    table = rates.assign(smooth=np.nan)
    for _, part in _periods(rates):
        if len(part) >= SMOOTH:
            table.loc[part.index, "smooth"] = lowess(part["rate"], (part["day"] - part["day"].min()).dt.days, 0.25, it=0)[:, 1]
    return table.round({"smooth": 6})


def _per_article(hits, articles):
    """(dated articles by date, their tokens, terms, occurrences: terms by articles)."""
    dated = articles[articles["date"].notna() & (articles["n_tokens"] > 0)].sort_values(["date", "doc_id"], ignore_index=True)
    x = hits.pivot_table("count", "doc_id", "term", "sum", sort=False, observed=False).reindex(dated["doc_id"]).fillna(0)
    return dated, dated["n_tokens"].to_numpy(np.float32), list(x), x.to_numpy(np.float32).T


def _gains(x, n):
    """The most that one split of the periods takes from the weighted squares around the rate (last axis: periods)."""
    x, n = np.cumsum(x, -1), np.cumsum(n, -1)
    gain = (x**2 / n + (x[..., -1:] - x) ** 2 / np.maximum(n[..., -1:] - n, 1e-9) - x[..., -1:] ** 2 / n[..., -1:])[..., 1:-2]
    return gain.max(-1) if gain.shape[-1] else np.zeros(gain.shape[:-1])


def breaks(hits, articles, by="month"):
    """Where the rate of each term jumps: `term, period` (the first after the jump; null: none shown), `before, after` (rates
    of the stretches at both sides), `p, q, n_articles, said`.

    Weighted least squares by PELT (Killick et al. 2012; ruptures, Truong et al. 2020), so that thin periods count less. A
    break must gain more than the best one does in all but ALPHA of ROUNDS shuffles of the articles over their dates; p is that
    of the best, q over all terms. A burst of copies of one report is a jump, too: articles are taken as exchangeable.
    """
    import ruptures
    dated, n, names, counts = _per_article(hits, articles)
    periods, code = np.unique(stats.period(dated["date"], by).astype(object), return_inverse=True)
    m, rng, found, rows = len(periods), np.random.default_rng(stats.SEED), [], []
    tokens, dealt = np.bincount(code, n, m), np.empty((ROUNDS, len(names) + 1, m))
    for deal in dealt if m > 3 else ():  # two periods at least on each side of a break
        at = rng.permutation(code)
        deal[:] = [np.bincount(at, v, m) for v in (n, *counts)]
    for k, x in enumerate(counts if m > 3 else ()):
        total = np.bincount(code, x, m)
        shuffled, seen = _gains(dealt[:, k + 1], dealt[:, 0]), _gains(total, tokens)
        found.append((total, np.quantile(shuffled, 1 - ALPHA), (1 + (shuffled >= seen * (1 - 1e-9)).sum()) / (ROUNDS + 1)))
    for name, (total, least, p), adjusted in zip(names, found, _adjusted([p for *_, p in found])):
        ends = [m]
        if adjusted <= ALPHA:
            signal = np.column_stack([total / np.sqrt(tokens), np.sqrt(tokens)])
            ends = ruptures.Pelt(model="linear", min_size=2, jump=1).fit(signal).predict(pen=least)
        rates = [PER * total[a:b].sum() / tokens[a:b].sum() for a, b in zip([0, *ends], ends)]
        rows += [(name, periods[at], *rates[i:i + 2], p, adjusted, len(dated)) for i, at in enumerate(ends[:-1])]
        rows += [(name, None, *rates * 2, p, adjusted, len(dated))] * (len(ends) == 1)
    rows = rows if m > 3 else [(name, None, *[None] * 4, len(dated)) for name in names]
    table = pd.DataFrame(rows, columns=["term", "period", "before", "after", "p", "q", "n_articles"])
    few = f"too few periods for a break: {m} of at least 4"
    table["said"] = [few if m < 4 else "no break shown" if r.period is None else "jumps up" if r.after > r.before else "drops"
                     for r in table.itertuples()]
    return table.astype(dict.fromkeys(["before", "after", "p", "q"], float)).round(6)


def _gaps(x, n, late, weight=(1, 1)):
    """Rate of the late articles less that of the others: for each row of x (by articles) and each row of `late`."""
    late, early = np.float32(late * weight[1]), np.float32(~late * weight[0])
    return PER * ((x @ late.T) / (n @ late.T) - (x @ early.T) / (n @ early.T))


def _p(x, n, late, seen, strata, weight=(1, 1)):
    """p of the gaps `seen`: articles dealt over both sides ROUNDS times, within strata."""
    rng, beyond = np.random.default_rng(stats.SEED), np.ones(len(x))
    home = np.argsort(strata, kind="stable")
    for _ in range(ROUNDS // STEP):
        dealt = np.empty((STEP, len(n)), bool)
        dealt[:, home] = late[np.lexsort((rng.random(dealt.shape), np.tile(strata, (STEP, 1))))]
        beyond += (np.abs(_gaps(x, n, dealt, weight)) >= np.abs(seen)[:, None] * (1 - 1e-5)).sum(axis=1)
    return beyond / (ROUNDS + 1)


def event(hits, articles, day, mix=None):
    """Rates before `day` and from it on: `term, day, before, after, difference` (after less before), `low, high, p, n_before,
    n_after, smallest_p, q`.

    p: articles dealt at random over both sides. `mix`, such as outlet: dealt within its values, which weigh the same on both
    sides (`stats.cells`), so that a new outlet is no change of language. Interval of the difference from those of both rates
    (Zou and Donner 2008). Below stats.MIN_ARTICLES articles on a side no interval and no p.
    """
    dated, n, names, x = _per_article(hits, articles)
    sides = stats.cells(dated.assign(date=np.where(dated["date"] < day, "2000", "2001")), "year", mix=mix)
    row, w, after = sides["row"], sides["weight"].to_numpy(), (sides["period"] == "2001").to_numpy()
    x, n, strata = x[:, row], n[row], pd.factorize(dated[mix].fillna("unknown")[row])[0] if mix else np.zeros(len(row), int)
    # What an article weighs on either side: that depends on its outlet alone.
    weight = [np.bincount(strata[s], w[s], strata.max(initial=0) + 1)[strata]
              / np.maximum(np.bincount(strata[s], minlength=strata.max(initial=0) + 1), 1)[strata] for s in (~after, after)]
    sizes, p, rows = [int((~after).sum()), int(after.sum())], np.full(len(x), np.nan), []
    if min(sizes) >= stats.MIN_ARTICLES:
        p = _p(x, n, after, _gaps(x, n, after[None], weight)[:, 0], strata, weight)
    for k, name in enumerate(names):
        (a, (al, ah)), (b, (bl, bh)) = ((PER * (x[k, s] @ w[s]) / max(n[s] @ w[s], 1), np.multiply(
            PER, stats.interval(x[k, s] * w[s], n[s] * w[s], "rate")[:2])) for s in (~after, after))
        rows.append((name, day, a, b, b - a, b - a - np.hypot(b - bl, ah - a), b - a + np.hypot(bh - b, a - al), p[k], *sizes))
    columns = ["term", "day", "before", "after", "difference", "low", "high", "p", "n_before", "n_after"]
    ways = math.prod(math.comb(int(c), int(d)) for c, d in zip(np.bincount(strata), np.bincount(strata, after)))
    return pd.DataFrame(rows, columns=columns).assign(smallest_p=max(1 / (ROUNDS + 1), 1 / ways), q=_adjusted(p)).round(6)


def _words(counts, articles):
    """(articles by words, words): the WIDEST words of stats.MIN_ARTICLES articles or more, stop words left out."""
    docs = matrix.group(matrix.select(counts, (counts.ids["role"] == "body").to_numpy()), ["doc_id"])
    row = pd.Index(docs.ids["doc_id"]).get_indexer(articles["doc_id"])
    held = docs.matrix.tocsr()[row[row >= 0]]
    wide, stop = (held > 0).sum(axis=0), lexicons.stopwords()
    used = [k for k in np.lexsort((docs.terms, -wide)) if wide[k] >= stats.MIN_ARTICLES and docs.terms[k][0].isalpha()
            and docs.terms[k] not in stop][:WIDEST]
    return articles[row >= 0].reset_index(drop=True), held[:, used].tocsr(), docs.terms[used]


def keyness(counts, articles, group, n=12):
    """The `n` words that mark each value of the column `group` against all others, strongest first: `group, term, count,
    other, hit_articles, log_odds, low, high, log_likelihood, log_ratio, largest_share, p, smallest_p, q, n_articles, warning`.

    Log-odds with a prior from all articles (Monroe et al. 2008), intervals by leaving out one article at a time; log-likelihood
    (Dunning 1993) and its effect size, the binary log of the ratio of rates (Hardie 2014). p: whole articles dealt at random
    over the groups, since the words of an article are not drawn one by one; no intervals and no p below stats.MIN_ARTICLES
    articles in the group or outside of it. `warning`: one article holds half of the word or more.
    """
    articles, x, words = _words(counts, articles)
    labels, size, tables = articles[group].astype("str").fillna("unknown"), articles["n_tokens"].to_numpy(float), []
    total, rng = x.sum(axis=0), np.random.default_rng(stats.SEED)
    prior = PRIOR * total / max(total.sum(), 1)
    for label in sorted(labels.unique()) if len(words) else ():
        inside = (labels == label).to_numpy()
        a, m, k, na = x[inside].sum(axis=0), int(inside.sum()), int((~inside).sum()), size[inside].sum()
        b, nb, p, half = total - a, size.sum() - na, np.full(len(words), np.nan), np.nan
        delta, z = stats.log_odds(a, b, prior)
        top = np.lexsort((words, -z))[:n]
        few = x[:, top].toarray()
        if enough := min(m, k) >= stats.MIN_ARTICLES:
            dealt = (x.T @ np.array([rng.permutation(inside) for _ in range(ROUNDS)], np.float32).T).T
            beyond = np.abs(stats.log_odds(dealt, total - dealt, prior)[0]) >= np.abs(delta) * (1 - 1e-6)
            p = (1 + beyond.sum(axis=0)) / (ROUNDS + 1)
            left = stats.log_odds_without(*(x.multiply(side[:, None]).tocsr() for side in (inside, ~inside)), prior, top)
            squares = sum((c - 1) / c * ((left[s] - left[s].mean(0)) ** 2).sum(0) for c, s in ((m, inside), (k, ~inside)))
            half = stats.errors(min(m, k) - 1) * np.sqrt(squares)
        like = 2 * sum(v * np.log(v.clip(1e-9) / (total * c / size.sum()).clip(1e-9)) for v, c in ((a, na), (b, nb)))
        ratio, share = np.log2((a + 0.5) / max(na, 1) * max(nb, 1) / (b + 0.5)), few.max(axis=0) / total[top]
        table = pd.DataFrame({"term": words, "count": a, "other": b, "log_odds": delta, "log_likelihood": like,
                              "log_ratio": ratio, "p": p, "q": _adjusted(p)}).iloc[top]
        tables.append(table.assign(
            group=label, low=delta[top] - half, high=delta[top] + half, largest_share=share, hit_articles=(few > 0).sum(axis=0),
            n_articles=m, smallest_p=max(1 / (ROUNDS + 1), 1 / math.comb(m + k, m)) if enough else np.nan,
            warning=np.where(share >= 0.5, "one article holds half of it or more", "")))
    columns = [*schema.TABLES["keyness"].columns]
    return pd.concat([pd.DataFrame(columns=columns), *tables], ignore_index=True)[columns].infer_objects().round(6)


def rising(counts, articles, by="month", n=12):
    """The words that rise or fall most surely: `trend` of the WIDEST words, q over all of them, `n` of either direction."""
    articles, x, words = _words(counts, articles[articles["date"].notna()])
    names, code = np.unique(stats.period(articles["date"], by).astype(object), return_inverse=True)
    totals, last = np.array([np.bincount(code, v) for v in x.toarray().T]), stats.unfinished(articles, by)
    base = pd.DataFrame({"group": "all", "period": names, "lane": "dated", "n_articles": np.bincount(code),
                         "partial": names == last})
    size = np.bincount(code, articles["n_tokens"])
    rates = [base.assign(term=word, rate=PER * total / size) for word, total in zip(words, totals)]
    table = trend(pd.concat(rates)).sort_values(["p", "term"]) if rates else trend(base.assign(term="", rate=0.0).head(0))
    return table.groupby(np.sign(table["tau"])).head(n).sort_values(["tau", "term"], ascending=[False, True], ignore_index=True)


def calibrate(hits, articles, rises=(1.1, 1.25, 1.5, 2, 3, 5), runs=200):
    """What this very corpus could show: `what, share, low, high, n_runs, n_articles, seed`: shares of simulated runs, over the
    terms of `hits` in turn, with Clopper and Pearson's intervals. Below 2 * stats.MIN_ARTICLES dated articles intervals only.

    'intervals ...': of articles drawn at random, dated or not, stats.MIN_ARTICLES (the fewest with an interval) and as many as
    the corpus has, how many intervals of `stats.intervals` contain the rate of the whole.
    'false alarms': its dates shuffled, how often the test of `event`, early half against late half, has p at most ALPHA.
    'rise ...': the same with a rise planted in the late half, in each article as much as it has of the term.
    """
    from scipy.stats import binomtest
    dated, n, _, x = _per_article(hits, articles)
    x, m, rng, rows = x[x.sum(axis=1) > 0], len(dated), np.random.default_rng(stats.SEED), []
    _, size, _, whole = _per_article(hits, articles.assign(date="any"))
    for few in sorted({stats.MIN_ARTICLES, len(size)}) if len(whole) and len(size) >= stats.MIN_ARTICLES else ():
        drawn, turn = (rng.integers(0, len(size), few) for _ in range(runs)), np.arange(runs) % len(whole)
        found = [stats.interval(whole[k][d], size[d], "rate")[:2] for k, d in zip(turn, drawn)]
        rows.append((f"intervals over {few:,} articles contain the rate",
                     sum(low <= v <= high for (low, high), v in zip(found, whole[turn].sum(axis=1) / size.sum())), few))
    if m >= 2 * stats.MIN_ARTICLES and len(x):
        turn = np.arange(runs) % len(x)
        late = np.array([rng.permutation(m) >= m // 2 for _ in range(runs)])
        for rise in (1, *rises):
            planted = x[turn] + np.float32(late * rng.poisson(x[turn] * (rise - 1)))
            seen = np.array([_gaps(planted[[r]], n, late[[r]])[0, 0] for r in range(runs)])
            what = f"rise of {rise:g} times found" if rise > 1 else "false alarms, dates shuffled"
            rows.append((what, (_p(planted, n, late[0], seen, np.zeros(m)) <= ALPHA).sum(), m))
    rows = [(what, k / runs, *binomtest(int(k), runs).proportion_ci(), runs, size, stats.SEED) for what, k, size in rows]
    return pd.DataFrame(rows, columns=["what", "share", "low", "high", "n_runs", "n_articles", "seed"]).round(6)


def could_show(table, power=0.8):
    """`calibrate` in a sentence."""
    share = dict(zip(table["what"], table["share"]))
    held = "; ".join(f"{what}: {v:.0%} of runs" for what, v in share.items() if not what.startswith("rise"))
    if not any(what.startswith("rise") for what in share):
        return ("Too few dated articles to say what change this corpus could show: at least "
                f"{2 * stats.MIN_ARTICLES} are needed." + f" In simulation, {held}." * bool(held))
    least = next((what for what, v in share.items() if what.startswith("rise") and v >= power), None)
    told = f"the smallest {least.split(' found')[0]}" if least else f"no {[*share][-1].split(' found')[0]} or less"
    n = int(table.loc[table["what"].str.startswith("rise"), "n_articles"].max())  # those without a day count in intervals only
    return (f"Of simulated runs on this corpus of {stats.many(n, 'dated article')}: {held}; "
            f"{told} from its early to its late half is found in at least {power:.0%}.")
