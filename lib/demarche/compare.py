"""Stances compared: pair by pair, article by article, period by period, with what each mean rests on."""

import numpy as np
import pandas as pd

from demarche import stats

SENTENCE = ["doc_id", "par", "sent"]
SCALE = 2  # a stance runs from -SCALE to SCALE
THIN = 5  # sentences; below this, or from one article, a mean is thin


def _scored(stances):
    """One value for each pair and sentence; abstentions left out."""
    kept = stances[stances["stance"].notna()]
    return kept.groupby(["holder", "target", *SENTENCE], as_index=False)["stance"].mean()


def pairs(stances, articles, holder=None, target=None, by=None, group=None, pooled=False):
    """The table `pairs`: mean stance of each holder toward each target, per period and group, and what it rests on.

    `holder`, `target`: keep these only. `by`, `group`, `pooled`: see `stats.cells`. A pair counts once per sentence;
    abstentions are left out. `thin`: fewer than THIN sentences, or one article alone. Limits: `stats.interval`.
    `sources`: the sentences as (doc_id, par, sent). Most sentences first.
    """
    kept, rows = _scored(stances).merge(stats.cells(articles, by, group, pooled), on="doc_id"), []
    kept = kept[kept["holder"].eq(holder or kept["holder"]) & kept["target"].eq(target or kept["target"])]
    for key, part in kept.groupby(["holder", "target", "group", "period", "lane"], dropna=False):
        article = part.groupby("doc_id")["stance"]
        n, (low, high, interval) = len(article), stats.interval(article.sum(), article.size(), "mean")
        low, high = np.maximum(low, -SCALE), np.minimum(high, SCALE)  # no mean lies beyond the ends of the scale
        alone = n == 1 and (group != "doc_id" or key[2] == "all")  # an article's own row can hold one article only
        rows.append((*key, f"{key[0]} → {key[1]}", part["stance"].mean(), low, high, (part["stance"] < 0).mean(), len(part), n,
                     len(part) < THIN or alone, interval, list(part[SENTENCE].itertuples(index=False, name=None))))
    columns = ["holder", "target", "group", "period", "lane", "pair", "mean", "low", "high", "share_negative", "n_statements",
               "n_articles", "thin", "interval", "sources"]
    table = pd.DataFrame(rows, columns=columns).round(6).astype({"period": "str"})
    order = ["n_statements", "pair", "group", "period"]
    return table.sort_values(order, ascending=[False, True, True, True], ignore_index=True)


def main(pairs):
    """(holder, target) of the first row of `pairs`, the pair with the most sentences; (None, None) where there is none."""
    return tuple(pairs.loc[0, ["holder", "target"]]) if len(pairs) else (None, None)


def contrast(stances, holder, first=None, second=None):
    """Is `holder`'s stance toward `first` other than toward `second`? Exact sign flips, article by article (`stats.sign_flip`).

    Without targets, the two that `holder` speaks of in the most sentences. One row: difference (mean of article differences),
    p, smallest_p (the least that n allows), n_articles (with both pairs).
    """
    common = _scored(stances).query("holder == @holder")["target"].value_counts().sort_index().sort_values(kind="stable").index
    first, second = first or next(iter(common[-1:]), None), second or next(iter(common[-2:-1]), None)
    means = _scored(stances).query("holder == @holder").groupby(["doc_id", "target"])["stance"].mean().unstack()
    gap = means.reindex(columns=[first, second]).dropna().diff(axis=1, periods=-1).iloc[:, 0]
    p, smallest = stats.sign_flip(gap)
    return pd.DataFrame([{"holder": holder, "first": first, "second": second, "difference": gap.mean() if len(gap) else None,
                          "p": p, "smallest_p": smallest, "n_articles": len(gap)}])


def _basis(row):
    return f"{stats.many(row['n_statements'], 'sentence')} of {stats.many(row['n_articles'], 'article')}"


def said(pairs):
    """The first row of `pairs` in words: 'A → B: mean stance -1.00 over 2 sentences of 1 article; too thin ...'."""
    if pairs.empty:
        return "No stance of an actor toward another was found."
    row = pairs.iloc[0]
    limits = "" if pd.isna(row["low"]) else f", limits {row['low']:.2f} to {row['high']:.2f}"
    thin = "; too thin for a conclusion" if row["thin"] else ""
    return f"{row['pair']}: mean stance {row['mean']:.2f} over {_basis(row)}{limits}{thin}."


def change(table):
    """What the rows of one pair by period (`pairs` with `by`) let us say of a change, in words: first against last period."""
    dated = table[table["lane"] == "dated"].sort_values("period").to_dict("records")
    if len(dated) < 2:
        return "No two periods with dated articles hold this pair: nothing to compare."
    ends = [dated[0], dated[-1]]
    told = ", ".join(f"{row['mean']:.2f} in {row['period']} ({_basis(row)})" for row in ends)
    verdict = "See the limits of each period."
    if min(row["n_articles"] for row in ends) < stats.MIN_ARTICLES:
        verdict = (f"No conclusion: at least {stats.MIN_ARTICLES} articles in each period are needed; with fewer, it may be "
                   "the articles, not the time.")
    return f"{dated[0]['pair']}: {told}. {verdict}"
