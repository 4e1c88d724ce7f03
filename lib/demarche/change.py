"""Did it change, and which words? Trends, breaks and events; words of one group or time; what a corpus could show at all."""

import math

import numpy as np
import pandas as pd
import scipy

from demarche import dates, lexicons, matrix, schema, stats, stories

MIN_PERIODS, MIN_SMOOTHED = 8, 24     # periods with articles from which a trend is tested, a curve is smoothed
SHUFFLES, BATCH = 999, 111        # shuffles behind a p (none is below 1 in 1,000), so many at a time
ALPHA, PRIOR_WORDS, MAX_WORDS = 0.05, 500, 500  # level of tests; words that a prior is worth; words compared, at most


def _adjusted(p):
    """q of many p by Benjamini and Hochberg 1995; nan stays nan."""
    known = pd.Series(np.asarray(p, float)).dropna()
    return pd.Series(scipy.stats.false_discovery_control(known), known.index).reindex(range(len(p))).to_numpy()


def _periods(rates):
    """(term, group) and dated rows of each of them, an unfinished last period left out, each with its `day`."""
    rows = rates[(rates["lane"] == "dated") & rates["rate"].notna() & ~rates["partial"].astype(bool)]
    rows = rows.assign(day=stats.first_day(rows["period"]))
    return [(key, part.sort_values("day")) for key, part in rows.groupby(["term", "group"], sort=False)]


def trend(rates):
    """Does each term and group rise or fall over its periods? A row for each: `term, group, n_periods, n_articles, slope` (per
    10,000 tokens and year), `low, high` (of the slope), `tau, p, q` (p adjusted over all rows: Benjamini and Hochberg 1995),
    `said` (rises, falls, no trend shown, or why nothing is tested).

    `rates`: as of `terms.rates` with `by`; dated periods count, a last one that is not over does not. Theil-Sen slope (Sen
    1968) and the Mann-Kendall test, the variance enlarged by the autocorrelation of the ranks (Hamed and Rao 1998), here that
    of a first-order process whose lag, around the slope, is put right for its bias in short series (Kendall 1954, Biometrika
    41); never made smaller. Below MIN_PERIODS periods nothing is tested.
    """
    rows = [(*key, len(part), part["n_articles"].sum(), *_monotone(part["day"], part["rate"])) for key, part in _periods(rates)]
    table = pd.DataFrame(rows, columns=["term", "group", "n_periods", "n_articles", "slope", "low", "high", "tau", "p"])
    table["q"] = _adjusted(table["p"])
    few = np.array([f"too few periods for a trend: {n} of at least {MIN_PERIODS}" for n in table["n_periods"]], object)
    tested, shown, rises = table["n_periods"] >= MIN_PERIODS, table["q"] <= ALPHA, table["tau"] > 0
    table["said"] = np.select([~tested, shown & rises, shown], [few, "rises", "falls"], "no trend shown").tolist()
    return table.round(6)


def _monotone(days, y):
    """(slope, low, high, tau, p) of values over days, two Series."""
    n, t, y = len(y), (days - days.iloc[0]).dt.days.to_numpy() / 365.25, y.to_numpy()
    if n < MIN_PERIODS or np.ptp(y) == 0:
        return *[np.nan] * 4, 1.0 if n >= MIN_PERIODS else np.nan
    slope, lags = scipy.stats.theilslopes(y, t)[0], np.arange(1, n - 1)
    rest = (y - slope * t) - (y - slope * t).mean()
    first = np.clip((n * (rest[1:] @ rest[:-1]) / max(rest @ rest, 1e-300) + 2) / (n - 4), 0, 0.99)
    rho, ties = 6 / np.pi * np.arcsin(first**lags / 2), np.unique(y, return_counts=True)[1]  # rho: of the ranks
    wider = np.sqrt(max(1 + 2 / (n * (n - 1) * (n - 2)) * ((n - lags) * (n - lags - 1) * (n - lags - 2) * rho).sum(), 1))
    s = max(abs(np.sign(np.subtract.outer(y, y))[np.tril_indices(n, -1)].sum()) - 1, 0)
    error = np.sqrt((n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18) * wider
    level = min(math.erf(wider * stats.t_critical(np.inf) / math.sqrt(2)), 1 - 1e-12)  # Sen's limits, as wide as the error
    return slope, *scipy.stats.theilslopes(y, t, level)[2:], scipy.stats.kendalltau(t, y)[0], math.erfc(s / error / 2**0.5)


def smooth(rates):
    """`rates` with a column `smooth`: lowess (Cleveland 1979) over the periods of each term and group; null below MIN_SMOOTHED
    of them, where a curve shows the smoother and not the text."""
    from statsmodels.nonparametric.smoothers_lowess import lowess
    table = rates.assign(smooth=np.nan).reset_index(drop=True)
    for part in (part for _, part in _periods(table) if len(part) >= MIN_SMOOTHED):
        table.loc[part.index, "smooth"] = lowess(part["rate"], (part["day"] - part["day"].min()).dt.days, 0.25, it=0)[:, 1]
    return table.round({"smooth": 6})


def _per_article(hits, articles):
    """(dated articles by date, of stories that are known the earliest, their tokens, terms, occurrences: terms by articles)."""
    dated = articles[articles["date"].notna() & (articles["n_tokens"] > 0)].sort_values(["date", "doc_id"], ignore_index=True)
    dated = dated[~stories.story_of(dated).duplicated().to_numpy()].reset_index(drop=True)
    x = hits.pivot_table("count", "doc_id", "term", "sum", sort=False, observed=False).reindex(dated["doc_id"]).fillna(0)
    return dated, dated["n_tokens"].to_numpy(np.float32), list(x), x.to_numpy(np.float32).T


def _gains(x, n):
    """The most that one split of the periods takes from the weighted squares around the rate, of occurrences `x` among `n`
    tokens (last axis: periods)."""
    x, n = np.cumsum(x, -1), np.cumsum(n, -1)
    gain = (x**2 / n + (x[..., -1:] - x) ** 2 / np.maximum(n[..., -1:] - n, 1e-9) - x[..., -1:] ** 2 / n[..., -1:])[..., 1:-2]
    return gain.max(-1) if gain.shape[-1] else np.zeros(gain.shape[:-1])


def breaks(hits, articles, by="month"):
    """Where the rate of each term jumps: `term, period` (the first after the jump; null: none shown), `before, after` (rates
    of the stretches at both sides), `p, q, n_articles, said`.

    `by`: a period, see `stats.cells`. Weighted least squares by PELT (Killick et al. 2012; ruptures, Truong et al. 2020), so
    that thin periods count less. A break must gain more than the best one does in all but ALPHA of SHUFFLES shuffles of the
    articles over their dates; p is that of the best, q over all terms. A burst of copies of one report is a jump, too: articles
    are taken as exchangeable.
    """
    import ruptures
    dated, n, names, counts = _per_article(hits, articles)
    periods, code = np.unique(stats.period(dated["date"], by).astype(object), return_inverse=True)
    m, rng, rows = len(periods), np.random.default_rng(stats.SEED), []

    def summed(code):
        """The tokens, then the occurrences of each term, by period."""
        return np.array([np.bincount(code, values, m) for values in (n, *counts)])
    if m < 4:  # two periods at least on each side of a break
        rows = [(name, None, *[None] * 4, len(dated), f"too few periods for a break: {m} of at least 4") for name in names]
    else:
        dealt = np.array([summed(code), *(summed(rng.permutation(code)) for _ in range(SHUFFLES))])  # first as they are
        gains, (tokens, *totals) = [_gains(dealt[:, k], dealt[:, 0]) for k in range(1, len(names) + 1)], dealt[0]
        p = np.array([(gain >= gain[0] * (1 - 1e-9)).mean() for gain in gains])
        for name, total, gain, *both in zip(names, totals, gains, p, _adjusted(p)):
            ends = [m]
            if both[1] <= ALPHA:
                signal, penalty = np.column_stack([total / np.sqrt(tokens), np.sqrt(tokens)]), np.quantile(gain[1:], 1 - ALPHA)
                ends = ruptures.Pelt(model="linear", min_size=2, jump=1).fit(signal).predict(pen=penalty)
            rates = [stats.PER * total[a:b].sum() / tokens[a:b].sum() for a, b in zip([0, *ends], ends)]
            rows += [(name, periods[at], before, after, *both, len(dated), "jumps up" if after > before else "drops")
                     for at, before, after in zip(ends, rates, rates[1:])]
            rows += [(name, *[None] * 3, *both, len(dated), "no break shown")] * (len(ends) == 1)
    table = pd.DataFrame(rows, columns=[*schema.TABLES["breaks"].columns])
    return table.astype(dict.fromkeys(["before", "after", "p", "q"], float)).round(6)


def _gaps(x, n, late, weight=(1, 1)):
    """Rate of the late articles less that of the others: for each row of x (by articles) and each row of `late`."""
    late, early = np.float32(late * weight[1]), np.float32(~late * weight[0])
    return stats.PER * ((x @ late.T) / (n @ late.T) - (x @ early.T) / (n @ early.T))


def _permuted(x, n, late, seen, strata, weight=(1, 1)):
    """p of the gaps `seen` (see `_gaps`): articles dealt over both sides SHUFFLES times, within strata."""
    rng, beyond = np.random.default_rng(stats.SEED), np.ones(len(x))
    for _ in range(SHUFFLES // BATCH):
        dealt = np.empty((BATCH, len(n)), bool)
        dealt[:, np.argsort(strata, kind="stable")] = late[np.lexsort((rng.random(dealt.shape), np.tile(strata, (BATCH, 1))))]
        beyond += (np.abs(_gaps(x, n, dealt, weight)) >= np.abs(seen)[:, None] * (1 - 1e-5)).sum(axis=1)
    return beyond / (SHUFFLES + 1)


def event(hits, articles, day, mix=None):
    """Rates before `day` and from it on: `term, day, before, after, difference` (after less before), `low, high, p, n_before,
    n_after, smallest_p, q`.

    p: articles dealt at random over both sides. `mix`, such as outlet: dealt within its values, which weigh the same on both
    sides (`stats.cells`), so that a new outlet is no change of language. Interval of the difference from those of both rates
    (Zou and Donner 2008; with `mix` wider than need be, since what sets its values apart stays in). Below stats.MIN_ARTICLES
    articles on a side no interval and no p. Stories that are known count once, by the earliest article.
    """
    schema.refuse(dates.day(day) != day, f"'{day}' is no day; write YYYY-MM-DD")
    dated, n, names, x = _per_article(hits, articles)
    sides = stats.cells(dated.assign(date=np.where(dated["date"] < day, "2000", "2001")), "year", mix=mix)
    row, w, after = sides["row"], sides["weight"].to_numpy(), (sides["period"] == "2001").to_numpy()
    x, n, strata = x[:, row], n[row], stats.factorize(dated[mix][row])[1] if mix else np.zeros(len(row), int)
    # What an article would weigh on either side: that depends on its outlet alone.
    weight = [pd.Series(w).where(side).groupby(strata).transform("mean").fillna(0).to_numpy() for side in (~after, after)]
    weighed, tokens, sizes = x * w, n * w, [int((~after).sum()), int(after.sum())]
    (low, high), p = np.full((2, 2, len(x)), np.nan), np.full(len(x), np.nan)  # limits of both sides
    ways = math.prod(math.comb(int(c), int(d)) for c, d in zip(np.bincount(strata), np.bincount(strata, after)))
    least = max(1 / (SHUFFLES + 1), (1 + (not mix and sizes[0] == sizes[1] > 0)) / ways)  # sides of one size can change places
    if min(sizes) >= stats.MIN_ARTICLES:
        low, high = stats.PER * np.transpose([stats.intervals(x, tokens, after * 1, "rate")[:2] for x in weighed], (1, 2, 0))
        p = np.maximum(_permuted(x, n, after, _gaps(x, n, after[None], weight)[:, 0], strata, weight), least)
    old, new = (stats.PER * weighed[:, side].sum(axis=1) / (tokens[side].sum() or np.nan) for side in (~after, after))
    gap, down, up = new - old, np.hypot(new - low[1], high[0] - old), np.hypot(high[1] - new, old - low[0])
    return pd.DataFrame({"term": names, "day": day, "before": old, "after": new, "difference": gap, "low": gap - down,
                         "high": gap + up, "p": p, "n_before": sizes[0], "n_after": sizes[1], "smallest_p": least,
                         "q": _adjusted(p)}).round(6)


def _words(counts, articles):
    """(articles by words, words): the MAX_WORDS words of stats.MIN_ARTICLES articles or more, stop words left out."""
    docs, articles = matrix.group(counts, ["doc_id"], ["body"]), articles.sort_values("doc_id")  # whatever came first
    row = pd.Index(docs.ids["doc_id"]).get_indexer(articles["doc_id"])
    held = docs.matrix.tocsr()[row[row >= 0]]
    wide, stop = (held > 0).sum(axis=0), lexicons.stopwords()
    used = [k for k in np.lexsort((docs.terms, -wide)) if wide[k] >= stats.MIN_ARTICLES and docs.terms[k][0].isalpha()
            and docs.terms[k] not in stop][:MAX_WORDS]
    return articles[row >= 0].reset_index(drop=True), held[:, used].tocsr(), docs.terms[used]


def keyness(counts, articles, group, n=12):
    """The `n` words that mark each value of the column `group` against all others, strongest first: `group, term, count,
    other, hit_articles, log_odds, low, high, log_likelihood, log_ratio, largest_share, p, smallest_p, q, n_articles, warning`.

    Log-odds with a prior from all articles (Monroe et al. 2008), intervals by leaving out one article at a time, as much wider
    as is needed for so many words chosen out of all (`stats.t_critical`); log-likelihood (Dunning 1993) and its effect size,
    the binary log of the ratio of rates (Hardie 2014). p: whole articles dealt at random over the groups, since the words of an
    article are not drawn one by one; no intervals and no p below stats.MIN_ARTICLES articles in the group or outside of it. A
    story that is known counts once under each value of `group`, so copies under others stay. `warning`: one article holds half
    of the word or more.
    """
    articles, x, words = _words(counts, stories.once(articles, group))
    labels, size = articles[group].astype("str").fillna("unknown"), articles["n_tokens"].to_numpy(float)
    total, tables = x.sum(axis=0), [pd.DataFrame(columns=[*schema.TABLES["keyness"].columns])]
    prior, rng = PRIOR_WORDS * total / max(total.sum(), 1), np.random.default_rng(stats.SEED)
    for label in sorted(labels.unique()) if len(words) else ():
        inside = (labels == label).to_numpy()
        sides, n_in, few = (inside, ~inside), int(inside.sum()), int(min(inside.sum(), (~inside).sum()))
        (count, other), (tokens, rest) = ([values[side].sum(axis=0) for side in sides] for values in (x, size))
        p, smallest, half = np.full(len(words), np.nan), np.nan, np.nan
        delta, z = stats.log_odds(count, other, prior)
        chosen = x[:, (top := np.lexsort((words, -z))[:n])].toarray()
        if few >= stats.MIN_ARTICLES:
            dealt = (x.T @ np.array([rng.permutation(inside) for _ in range(SHUFFLES)], np.float32).T).T
            beyond = np.abs(stats.log_odds(dealt, total - dealt, prior)[0]) >= np.abs(delta) * (1 - 1e-6)
            smallest = max(1 / (SHUFFLES + 1), (1 + (2 * few == len(inside))) / math.comb(len(inside), few))
            p = np.maximum((1 + beyond.sum(axis=0)) / (SHUFFLES + 1), smallest)
            left = stats.log_odds_without(*(x.multiply(side[:, None]).tocsr() for side in sides), prior, top)
            half = stats.t_critical(few - 1, len(top) / len(z)) * sum(stats.delete_one_variance(left[s]) for s in sides) ** 0.5
        likelihood = 2 * scipy.special.rel_entr([count, other], np.outer([tokens, rest], total) / size.sum()).sum(axis=0)
        ratio = np.log2((count + 0.5) / max(tokens, 1) * max(rest, 1) / (other + 0.5))
        table = pd.DataFrame({"term": words, "count": count, "other": other, "log_odds": delta, "log_likelihood": likelihood,
                              "log_ratio": ratio, "p": p, "q": _adjusted(p)}).iloc[top]
        share = chosen.max(axis=0) / total[top]
        tables.append(table.assign(
            group=label, low=delta[top] - half, high=delta[top] + half, hit_articles=(chosen > 0).sum(axis=0), n_articles=n_in,
            smallest_p=smallest, largest_share=share, warning=np.where(share >= 0.5, stats.ONE_ARTICLE, "")))
    return pd.concat(tables, ignore_index=True).infer_objects().round(6)


def rising(counts, articles, by="month", n=12):
    """The words that rise or fall most surely: `trend` of the MAX_WORDS words of the most articles, q over all, `n` of either
    direction. `counts`: of all sentences; `articles`: dated ones count."""
    articles, x, words = _words(counts, articles[articles["date"].notna()])
    names, code = np.unique(stats.period(articles["date"], by).astype(object), return_inverse=True)
    totals, size = matrix.adder(code, len(names)) @ x, np.bincount(code, articles["n_tokens"])
    base = pd.DataFrame({"group": "all", "period": names, "lane": "dated", "n_articles": np.bincount(code),
                         "partial": names == stats.unfinished(articles, by)})
    rates = pd.DataFrame({"term": words}).merge(base, how="cross")
    table = trend(rates.assign(rate=(stats.PER * totals.toarray().T / size).ravel())).sort_values(["p", "term"])
    return table.groupby(np.sign(table["tau"])).head(n).sort_values(["tau", "term"], ascending=[False, True], ignore_index=True)


def calibrate(hits, articles, rises=(1.1, 1.25, 1.5, 2, 3, 5), runs=200):
    """What this very corpus could show: `what, share, low, high, n_runs, n_articles, seed`: shares of simulated runs, over the
    terms of `hits` in turn, with Clopper and Pearson's intervals. Below 2 * stats.MIN_ARTICLES dated articles intervals only.

    'intervals ...': of articles drawn at random, dated or not, stats.MIN_ARTICLES (the fewest with an interval) and as many as
    the corpus has, how many intervals of `stats.intervals` contain the rate of the whole.
    'false alarms': its dates shuffled, how often the test of `event`, early half against late half, has p at most ALPHA.
    'rise ...': the same with a rise planted in the late half, in each article as much as it has of the term.
    """
    from statsmodels.stats.proportion import proportion_confint
    dated, n, _, x = _per_article(hits, articles)
    x, m, rng, rows = x[x.sum(axis=1) > 0], len(dated), np.random.default_rng(stats.SEED), []
    _, size, _, whole = _per_article(hits, articles.assign(date="any"))
    for few in sorted({stats.MIN_ARTICLES, len(size)}) if len(whole) and len(size) >= stats.MIN_ARTICLES else ():
        drawn, turn = rng.integers(0, len(size), (runs, few)), np.arange(runs) % len(whole)
        rate, run = whole[turn].sum(axis=1) / size.sum(), np.repeat(np.arange(runs), few)
        low, high, _ = stats.intervals(whole[turn[:, None], drawn].ravel(), size[drawn].ravel(), run, "rate")
        rows.append((f"intervals over {few:,} articles contain the rate", ((low <= rate) & (rate <= high)).sum(), few))
    if m >= 2 * stats.MIN_ARTICLES and len(x):
        turn, late = np.arange(runs) % len(x), np.array([rng.permutation(m) >= m // 2 for _ in range(runs)])
        for rise in (1, *rises):
            planted = x[turn] + np.float32(late * rng.poisson(x[turn] * (rise - 1)))
            seen = np.array([_gaps(planted[[r]], n, late[[r]])[0, 0] for r in range(runs)])
            what = f"rise of {rise:g} times found" if rise > 1 else "false alarms, dates shuffled"
            rows.append((what, (_permuted(planted, n, late[0], seen, np.zeros(m)) <= ALPHA).sum(), m))
    rows = [(what, k / runs, *proportion_confint(k, runs, method="beta"), runs, size, stats.SEED) for what, k, size in rows]
    return pd.DataFrame(rows, columns=["what", "share", "low", "high", "n_runs", "n_articles", "seed"]).round(6)


def could_show(table, power=0.8):
    """`calibrate` in a sentence."""
    share = dict(zip(table["what"], table["share"]))
    held = "; ".join(f"{what}: {v:.1%} of runs" for what, v in share.items() if not what.startswith("rise"))
    if not any(what.startswith("rise") for what in share):
        return ("Too few dated articles to say what change this corpus could show: at least "
                f"{2 * stats.MIN_ARTICLES} are needed." + f" In simulation, {held}." * bool(held))
    least = next((what for what, v in share.items() if what.startswith("rise") and v >= power), None)
    told = f"a {least.split(' found')[0]} or more" if least else f"no {[*share][-1].split(' found')[0]} or less"
    n = int(table.loc[table["what"].str.startswith("rise"), "n_articles"].max())  # those without a day count in intervals only
    return (f"Of simulated runs on this corpus of {stats.plural(n, 'dated article')}: {held}; "
            f"{told} from its early to its late half is found in at least {power:.0%}.")
