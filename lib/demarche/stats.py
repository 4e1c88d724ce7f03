"""Arrays in, numbers out. The article is the unit of sampling: words of one article are no independent draws."""

import functools
import itertools
import math
from pathlib import Path

import numpy as np
import pandas as pd

from demarche import lexicons, schema

# Of everything that is drawn at random; nominal level of all intervals; deals of articles over two groups, or signings, that a
# test tries at most.
SEED, CONFIDENCE, DEALS = 20241122, 0.95, 20_000
MIN_ARTICLES, LARGE_SAMPLE = 4, 20  # below the first, no interval and no p; below the second, intervals tell simulated coverage
LOG_START, MIN_DF = 0.5, 2  # of `jackknife`: occurrences added to all before the log, and least degrees of freedom
PER, ONE_ARTICLE = 10_000, "one article holds half of it or more"  # tokens of a rate; a warning
STEP = {"day": "D", "week": "W-MON", "month": "MS", "quarter": "QS", "year": "YS"}  # from one period to the next
NAME = {"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m", "quarter": "%Y-Q%q", "year": "%Y"}  # of a period
# By statistic, number of articles and level (hits or scores per article): made, and told how, by benchmarks/coverage.py.
COVERAGE = pd.read_csv(Path(__file__).with_name("coverage.csv"), index_col=[0, 1, 2])["coverage"].sort_index()
LEVELS = {key: (part.index.get_level_values(2).to_numpy(), part.to_numpy()) for key, part in COVERAGE.groupby(level=[0, 1])}


def plural(n, word):
    """A number and its noun.

    >>> plural(1, "article"), plural(2140, "token")
    ('1 article', '2,140 tokens')
    """
    return f"{n:,} {word}{'' if n == 1 else 's'}"


def verdict(fewest, where, what):
    """What follows where the least of some sets rests on `fewest` articles: see the intervals, or why nothing does.

    >>> verdict(9, "period", "time")
    'See the intervals of each period.'
    """
    few = f"No conclusion: at least {MIN_ARTICLES} articles in each {where} are needed; with fewer, it may be the articles, "
    return f"{few}not the {what}." if fewest < MIN_ARTICLES else f"See the intervals of each {where}."


def t_critical(df, chosen=1.0):
    """Two-sided critical value of Student's t at CONFIDENCE: the standard errors that an interval reaches from its centre.
    `df`: degrees of freedom, a number or an array. `chosen`: the part of all candidates that is shown, for having the largest
    values: only limits at level 1 - (1 - CONFIDENCE) * `chosen` miss no more than 1 - CONFIDENCE of these (Benjamini and
    Yekutieli 2005, Journal of the American Statistical Association 100, section 3).

    >>> round(float(t_critical(10)), 3), round(float(t_critical(10, 0.1)), 3)
    (2.228, 3.581)
    """
    from scipy.stats import t
    return t.ppf(1 - (1 - CONFIDENCE) * chosen / 2, df)


def jackknife(numerator, denominator, counts=False, codes=None):
    """(low, high) of sum(numerator) / sum(denominator), by the delete-one-article jackknife with Student's t.

    `numerator`, `denominator`: arrays of one value per article, denominators above 0. `codes`: the number of the cell of each
    article, from 0, for an interval of each cell, two arrays.
    nan below MIN_ARTICLES articles, and where all articles agree exactly.
    Degrees of freedom are fewer than n - 1 where few articles hold most of the denominator (Bell and McCaffrey 2002, Survey
    Methodology 28; Imbens and Kolesar 2016, Review of Economics and Statistics 98). `counts`: numerators are counts: on the log
    of all occurrences and LOG_START (Tukey 1977), since counts spread as their mean does, and with degrees of freedom taken off
    for the kurtosis of the jackknife values, too (Satterthwaite 1946). Source: Efron and Tibshirani 1993, ch. 11.

    >>> [round(float(x), 2) for x in jackknife([1, 2, 3, 2], [1, 1, 1, 1])]
    [0.7, 3.3]
    """
    x, y = np.asarray(numerator, float), np.asarray(denominator, float)
    cell = np.zeros(len(x), int) if codes is None else codes
    total = functools.partial(np.bincount, cell)
    with np.errstate(all="ignore"):  # cells of one article or of none end as nan
        n, centre, part = total(), total(x) / total(y), np.abs(y) / total(np.abs(y))[cell]
        left_out, part = (total(x)[cell] - x) / (total(y)[cell] - y), part / (1 - part)
        gaps = left_out - (total(left_out) / n)[cell]
        squares = total(gaps**2)
        df = total(part) ** 2 / (total(part**2) ** 2 + total(part**2) - total(part**4))  # n - 1 where all are of one size
        if counts:
            kurtosis = np.clip(2 / (total(gaps**4) / squares**2 - (n - 3) / (n * (n - 1))), MIN_ARTICLES, n - 1)
            df = 1 / (1 / df + 1 / kurtosis - 1 / (n - 1))
        error = np.sqrt((n - 1) / n * squares)
        error[(n < MIN_ARTICLES) | (error <= 1e-9 * np.abs(centre))] = np.nan
        half = t_critical(np.clip(df, MIN_DF, n - 1)) * error
        low, high, more = centre - half, centre + half, LOG_START / total(y)
        if counts:
            times = np.exp(half / (centre + more))
            low, high = np.maximum((centre + more) / times - more, 0), (centre + more) * times - more
    return (low[0], high[0]) if codes is None else (low, high)


def intervals(total, size, codes, statistic, unit="article", heap=None):
    """(low, high, label) for sum(total) / sum(size) of each cell: two arrays and a list, one place per cell.

    `total`, `size`, `codes`: one value per article: its hits (or scores), its tokens (or number of scores), the number of its
    cell, from 0. `statistic`: 'rate' of counts, 'mean' of scores, or 'share', a mean whose label tells no coverage. `unit`:
    'article' or 'story', for all or for each cell. Labels name method, units and nominal level; below LARGE_SAMPLE articles
    also the COVERAGE: how many intervals of like simulated corpora hold the true value. A rate of 0 gets an upper limit: that
    of the share of articles that have the term (Clopper and Pearson 1934), times `heap`, the occurrences in an article that has
    it: their mean over all cells, where it is not given.

    >>> low, high, labels = intervals([1, 2, 3, 2, 9], [1, 1, 1, 1, 1], [0, 0, 0, 0, 1], "mean")
    >>> low.round(1).tolist(), high.round(1).tolist(), labels[1]
    ([0.7, nan], [3.3, nan], 'none: 1 of the 4 articles needed')
    """
    total, size, codes = np.asarray(total, float), np.asarray(size, float), np.asarray(codes)
    n_cells, rate, nominal = int(codes.max(initial=-1)) + 1, statistic == "rate", f"{CONFIDENCE:.0%} nominal"
    total, codes, size = total[size > 0], codes[size > 0], size[size > 0]
    heap = heap or max(1.0, total[total > 0].sum() / max((total > 0).sum(), 1))
    low, high = (np.pad(v, (0, n_cells - len(v)), constant_values=np.nan) for v in jackknife(total, size, rate, codes))
    n, sums, sizes = (np.bincount(codes, v, n_cells) for v in (None, total, size))
    zero = (sums == 0) & (n >= MIN_ARTICLES) & rate
    low[zero], high[zero] = 0, (1 - ((1 - CONFIDENCE) / 2) ** (1 / n[zero])) * heap * n[zero] / sizes[zero]
    high = np.minimum(high, np.fmax(1, sums / np.fmax(sizes, 1))) if rate else high  # hits are no more than tokens, or as found
    level, none = (sums if rate else sizes) / np.maximum(n, 1) * ((n >= MIN_ARTICLES) & (n < LARGE_SAMPLE)), np.isnan(low)

    @functools.cache  # most cells of many are alike
    def label(own, n, zero, none, level):
        units = "stories" if own == "story" else own + "s"
        if zero:
            return f"Clopper-Pearson on none of {n} {units}, {heap:.1f} occurrences in one that has it, {nominal}"
        if none:
            return "none: all articles agree" if n >= MIN_ARTICLES else f"none: {n} of the {MIN_ARTICLES} {units} needed"
        method = f"jackknife t over {n} {units}{' (log scale)' * rate}, {nominal}"
        if n >= LARGE_SAMPLE or statistic == "share":
            return method
        levels, covered = LEVELS[statistic, n]
        return f"{method}, {covered[np.searchsorted(levels, level, 'right') - 1]:.0%} in simulation"
    return low, high, [*map(label, *(np.resize(v, n_cells).tolist() for v in (unit, n, zero, none, level)))]


def period(days, by):
    """The name of the day, week (ISO 8601), month, quarter or year of ISO days: a Series; null stays null. ValueError for
    another `by`.

    >>> days = pd.Series(["2024-12-30", None], dtype="str")
    >>> [period(days, by)[0] for by in STEP]
    ['2024-12-30', '2025-W01', '2024-12', '2024-Q4', '2024']
    """
    schema.refuse(by not in STEP, f"no period '{by}'; there are: {', '.join(STEP)}")
    code, known = pd.factorize(days)  # each once: naming takes longer than finding
    known = pd.to_datetime(known)
    names = (known.to_period("Q") if by == "quarter" else known).strftime(NAME[by])
    return pd.Series(np.array([*names, None], object)[code], days.index, "str", days.name)


def first_day(periods):
    """The first day of each named period, as `period` names it: a Series; what is no period is NaT.

    >>> first_day(pd.Series(["2024-W05", "2024-Q2", "2024", "all"])).dt.strftime("%Y-%m-%d").tolist()
    ['2024-01-29', '2024-04-01', '2024-01-01', nan]
    """
    names = periods.astype("str").str.replace(r"-Q([1-4])$", lambda m: f"-{3 * int(m[1]) - 2:02}", regex=True)
    days = pd.to_datetime(names.where(names.str.fullmatch(r"\d{4}(-\d\d){0,2}")), format="ISO8601", errors="coerce")
    return days.fillna(pd.to_datetime(names + "-1", format="%G-W%V-%u", errors="coerce"))


def cells(articles, by=None, group=None, pooled=False, mix=None):
    """Each article's cell: `row` (its place in `articles`), `doc_id, n_tokens, n_sentences, group, period, lane, weight`.

    `by`: None (the whole corpus), 'day', 'week', 'month', 'quarter' or 'year'. An article whose bounds lie in one period is of
    that period. Others without a day: closed bounds are the lane 'between' with the period 'from/to', open ones
    the lane 'undated' with no period. `group`: None, or a column of `articles` (ValueError where there is none of that name);
    a missing value is the group 'unknown'. `pooled` adds each article once more, in the group 'all'. Articles in a language
    without a pack are left out. `mix`: a column, such as outlet, whose values keep the same part of the tokens in each period,
    their part of the whole (direct standardisation); values without articles in some period are left out, ValueError where
    none is left.
    """
    if missing := [c for c in (group, mix) if c and c not in articles]:
        raise ValueError(f"no column '{missing[0]}' in articles to group by; there are: {', '.join(articles)}")
    covered = articles.reindex(columns=["language"])["language"].map(lexicons.covers).to_numpy(bool)
    names = articles[group].astype("str").fillna("unknown").to_numpy() if group else "all"
    table = articles[["doc_id", "n_tokens", "n_sentences"]].reset_index(drop=True)
    table = table.assign(row=np.arange(len(table)), group=names, period="all", lane="all", weight=1.0)
    if by:
        told = articles.reindex(columns=["date", "date_from", "date_to"]).astype("str").reset_index(drop=True)
        ends = [told["date"].fillna(told[c]) for c in ("date_from", "date_to")]
        first, last = (period(end, by) for end in ends)
        known, closed = first.eq(last).fillna(False), ends[0].notna() & ends[1].notna()
        table["lane"] = np.select([known, closed], ["dated", "between"], "undated")
        table["period"] = first.where(known, (ends[0] + "/" + ends[1]).where(closed))
    if mix and len(table):
        kept, said = steady(articles, by, mix)
        schema.refuse(kept.empty, said)
        table = table[table["doc_id"].isin(kept["doc_id"]) & (table["lane"] == "dated")]
        own = articles[mix].astype("str").fillna("unknown").to_numpy()[table["row"]]
        held = table.assign(mix=own).pivot_table("n_tokens", "mix", "period", "sum")
        weight = (held / held.sum()).rdiv(held.sum(axis=1) / held.sum().sum(), axis=0)
        table["weight"] = [weight.at[m, p] for m, p in zip(own, table["period"])]
    table = table[covered[table["row"]]]  # without a group all are in it already
    return pd.concat([table.assign(group="all"), table][not (pooled and group):], ignore_index=True)


def factorize(*columns):
    """(the first row of each combination of values that occurs, in order, missing ones last; the number of each row's
    combination) of some columns, Series or arrays of one length.

    >>> [found.tolist() for found in factorize(pd.Series(["b", "a", "b", "b"]), pd.Series([2, 1, None, 2]))]
    [[1, 0, 2], [1, 0, 2, 1]]
    """
    codes, names = zip(*(pd.factorize(c, sort=True, use_na_sentinel=False) for c in columns))
    return np.unique(np.ravel_multi_index(codes, [len(v) + 1 for v in names]), return_index=True, return_inverse=True)[1:]


def steady(articles, by, column):
    """(dated articles of those values of a column, such as outlets, that have some in every period; what that leaves in words).
    `by`: a period of STEP."""
    dated = articles[articles["date"].notna() & (articles["n_tokens"] > 0)]
    value, periods = dated[column].astype("str").fillna("unknown"), period(dated["date"].astype("str"), by)
    kept = value.isin(held := [v for v, own in periods.groupby(value) if own.nunique() == periods.nunique()])
    if not held or value.nunique() == 1:
        why = f"Only one {column} has articles" if held else f"No {column} has articles in every {by}"
        return dated[kept], f"{why}: there is no mix to hold fixed."
    return dated[kept], (f"Held fixed: {plural(len(held), column)} with articles in every {by}, {kept.sum():,} of "
                         f"{plural(len(dated), 'dated article')}.")


def default_period(articles):
    """The period that suits a corpus: the week where it is short and has LARGE_SAMPLE articles in most of them, else the month;
    the year beyond twelve of them."""
    weeks, months = (period(articles["date"].dropna(), by).value_counts() for by in ("week", "month"))
    return "year" if len(months) > 144 else "week" if len(months) < 24 and weeks.median() >= LARGE_SAMPLE else "month"


def unfinished(articles, by):
    """The name of the last period where the articles end before it does, else None: the days still missing are more than twice
    the usual step from one day with articles to the next. `by`: as in `cells`."""
    if by in (None, "day") or len(known := articles["date"].dropna().drop_duplicates().sort_values()) < 2:
        return None
    days, last = pd.to_datetime(known), period(known.tail(1).astype("str"), by)
    missing = first_day(last) + pd.tseries.frequencies.to_offset(STEP[by]) - days.iloc[-1]
    return last.iloc[0] if (missing > 2 * days.diff().median()).iloc[0] else None


def default_group(articles):
    """The column that tells articles apart in a figure: the article while they are few, else the outlet or kind of date."""
    return "doc_id" if len(articles) <= 14 else "outlet" if articles["outlet"].nunique() > 1 else "date_kind"


def lumped(articles, column, most=14):
    """The articles, those of all but the `most` - 1 largest values of a column under one name, 'others', if there are more.

    >>> lumped(pd.DataFrame({"outlet": [*"aabbcd"]}), "outlet", most=3)["outlet"].tolist()
    ['a', 'a', 'b', 'b', 'others', 'others']
    """
    sizes = articles[column].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    small = articles[column].isin(sizes.index[most - 1:] if len(sizes) > most else [])
    return articles.assign(**{column: articles[column].mask(small, "others")})


def sign_flip(differences):
    """(p, smallest p) of a two-sided test by sign flips that paired article differences are centred on zero.

    All 2**n signings are tried up to 16 articles, DEALS seeded ones beyond. The smallest p is what they allow at best, without
    those whose difference is 0; below MIN_ARTICLES no p is given (None). Source: Fisher 1935, ch. 3.

    >>> sign_flip([1, 2, 1, 3, 1])
    (0.0625, 0.0625)
    """
    n = len(d := np.array([v for v in differences if v], float))
    signs = np.arange(2**n)[:, None] >> np.arange(n) & 1 if n <= 16 else np.random.default_rng(SEED).integers(0, 2, (DEALS, n))
    signs[0] = 0  # the signing that was observed counts among them
    p = float(np.mean(np.abs((1 - 2 * signs) @ d) >= abs(d.sum()) - 1e-12))
    return p if len(differences) >= MIN_ARTICLES else None, min(1.0, 2 / 2**n) if n <= 16 else 1 / len(signs)


def log_odds(counts_a, counts_b, prior):
    """(delta, z): how much more text a uses each word than text b, as a log odds ratio shrunk by a Dirichlet prior.

    Arrays with one place per word on the last axis (leading axes: resamples); `prior`: pseudo-counts per word, above 0, such
    as the words' counts in both texts scaled to a fixed sum. delta: equation 16; z: delta over the root of its variance,
    equations 20 and 22; the prior: 23. z takes words for independent draws: rank by it, but take intervals over articles.
    Source: Monroe, Colaresi and Quinn 2008, Political Analysis 16(4).

    >>> [[round(float(x), 2) for x in row] for row in log_odds([8, 1, 1], [2, 4, 4], [1, 1, 1])]
    [[2.01, -1.23, -1.23], [3.02, -1.48, -1.48]]
    """
    a, b = np.asarray(counts_a, float) + prior, np.asarray(counts_b, float) + prior
    p, q = (np.minimum(v / v.sum(-1, keepdims=True), 1 - 1e-12) for v in (a, b))  # a text of one word: the same on both sides
    delta = np.log(p / (1 - p)) - np.log(q / (1 - q))
    return delta, delta / np.sqrt(1 / a + 1 / b)


def log_odds_without(first, second, prior, chosen):
    """The delta of `log_odds` without each article in turn (articles by words) of the `chosen` words; `first`, `second`: sparse
    counts of articles by all words, on one side and on the other; an article may have words on both."""
    few = [part[:, chosen].toarray() for part in (first, second)]  # these words, and all others as one: the same odds
    few = [np.column_stack([some, part.sum(axis=1) - some.sum(axis=1)]) for some, part in zip(few, (first, second))]
    weight = np.append(prior[chosen], max(prior.sum() - prior[chosen].sum(), 1e-9))
    return log_odds(*(some.sum(axis=0) - some for some in few), weight)[0][:, :-1]


def permutation(first, second):
    """(p, smallest p) of a two-sided permutation test that two independent groups of article values have one mean.

    All splits of the articles into groups of these sizes are tried up to DEALS (an exact test), as many seeded ones beyond; of
    each the difference of means over its standard error, as Welch's t has it, so that groups of other sizes and spreads are no
    difference (Janssen 1997, Statistics and Probability Letters 36; Chung and Romano 2013, Annals of Statistics 41). The
    smallest p is what these sizes allow at best; below MIN_ARTICLES in a group no p is given (None). Values given to stories
    make it a test over stories.

    >>> permutation([1, 2, 1, 2], [-1, 0, -1, 0])
    (0.028571, 0.028571)
    """
    values, n, m = np.round(np.concatenate([first, second]).astype(float), 9), len(first), len(first) + len(second)
    if (splits := math.comb(m, n)) <= DEALS:
        taken = np.zeros((splits, m), bool)
        taken[np.arange(splits)[:, None], np.array([*itertools.combinations(range(m), n)], int)] = True
    else:
        taken = np.random.default_rng(SEED).permuted(np.tile(np.arange(m) < n, (DEALS, 1)), axis=1)
        taken[0] = np.arange(m) < n  # the split that was observed counts among them
    # Groups of one size can change places.
    smallest = round((1 + (splits > 1 and 2 * n == m)) / len(taken), 6) if splits <= DEALS else 1 / len(taken)
    a, squares, b = taken @ (values := values - values.mean()), taken @ values**2, m - n
    error = (squares / n - (a / n) ** 2) / max(n - 1, 1) + ((values @ values - squares) / b - (a / b) ** 2) / max(b - 1, 1)
    t = np.abs(a) / np.sqrt(np.maximum(error, 1e-12 * (values @ values or 1)))
    return round(float(np.mean(t >= t[0] * (1 - 1e-9) - 1e-9)), 6) if min(n, b) >= MIN_ARTICLES else None, smallest


def delete_one_variance(left_out):
    """The jackknife variance of any statistic, from its values without each article in turn (first axis).

    >>> round(float(delete_one_variance([7 / 3, 2, 5 / 3, 2])), 4)
    0.1667
    """
    return (len(left_out) - 1) * np.var(left_out, axis=0)


def pseudo_outcome(machine, coded, probability):
    """The machine's values with their errors put back where people coded (elsewhere `coded` is nan), each error divided by the
    probability that its unit was drawn. Sums over many units are right on average, however wrong the machine is: design-based
    supervised learning (Egami, Hinck, Stewart and Wei 2023, NeurIPS 36, eq. 4, with the machine's value as the prediction).

    >>> pseudo_outcome([1.0, 1.0, -2.0], [np.nan, 0.0, -2.0], 0.5).tolist()
    [1.0, -1.0, -2.0]
    """
    machine, coded = np.asarray(machine, float), np.asarray(coded, float)
    return machine + np.where(np.isnan(coded), 0, (coded - machine) / probability)
