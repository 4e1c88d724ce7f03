"""Stances compared: pair by pair, article by article, period by period, with what each mean rests on."""

import pandas as pd

from demarche import stats

SENTENCE = ["doc_id", "par", "sent"]
THIN = 5  # sentences; below this, or from one article, a mean is thin


def pairs(stances, articles, holder=None, target=None, by=None, group=None, pooled=False):
    """The table `pairs`: mean stance of each holder toward each target, per period and group, and what it rests on.

    `holder`, `target`: keep these only. `by`, `group` and `pooled` make the cells (`stats.cells`). A pair counts once per
    sentence; abstentions are left out. `thin`: fewer than THIN sentences, or one article alone. Limits: `stats.mean_interval`.
    `sources`: the sentences as (doc_id, par, sent). Most sentences first.
    """
    kept = stances[stances["stance"].notna()]
    for column, wanted in (("holder", holder), ("target", target)):
        kept = kept[kept[column] == wanted] if wanted else kept
    kept = kept.groupby(["holder", "target", *SENTENCE], as_index=False)["stance"].mean()
    kept = kept.merge(stats.cells(articles, by, group, pooled), on="doc_id")
    rows = []
    for key, part in kept.groupby(["holder", "target", "group", "period", "lane"], dropna=False):
        low, high, interval = stats.mean_interval(part["stance"], part["doc_id"])
        n = part["doc_id"].nunique()
        alone = n == 1 and (group != "doc_id" or key[2] == "all")  # an article's own row can hold one article only
        rows.append((*key, f"{key[0]} → {key[1]}", part["stance"].mean(), low, high, (part["stance"] < 0).mean(), len(part), n,
                     len(part) < THIN or alone, interval, list(part[SENTENCE].itertuples(index=False, name=None))))
    columns = ["holder", "target", "group", "period", "lane", "pair", "mean", "low", "high", "share_negative", "n_statements",
               "n_articles", "thin", "interval", "sources"]
    table = pd.DataFrame(rows, columns=columns).round(6)
    table["period"] = table["period"].astype("str")
    order = ["n_statements", "pair", "group", "period"]
    return table.sort_values(order, ascending=[False, True, True, True], ignore_index=True)


def contrast(stances, holder, first, second):
    """Is `holder`'s stance toward `first` other than toward `second`? Article by article, exact sign flips.

    One row: difference (mean of article differences), p, smallest_p (the least that n allows), n_articles (those that
    hold both pairs). No p is given below 4 articles.
    """
    mine = stances[(stances["holder"] == holder) & stances["stance"].notna()]
    means = mine.groupby(["doc_id", "target"])["stance"].mean().unstack().reindex(columns=[first, second]).dropna()
    gap = means[first] - means[second]
    p, smallest = stats.sign_flip(gap)
    return pd.DataFrame([{"holder": holder, "first": first, "second": second, "difference": gap.mean() if len(gap) else None,
                          "p": p, "smallest_p": smallest, "n_articles": len(gap)}])


def _many(row):
    counts = ((row["n_statements"], "sentence"), (row["n_articles"], "article"))
    return " of ".join(f"{n} {word}{'s' * int(n != 1)}" for n, word in counts)


def said(row):
    """A row of `pairs` in words, with what it rests on.

    >>> said(pd.Series(dict(pair="A → B", mean=-1.0, n_statements=2, n_articles=1, low=float("nan"), thin=True)))
    'A → B: mean stance -1.00 over 2 sentences of 1 article; too thin for a conclusion.'
    """
    limits = "" if pd.isna(row["low"]) else f", limits {row['low']:.2f} to {row['high']:.2f}"
    thin = "; too thin for a conclusion" if row["thin"] else ""
    return f"{row['pair']}: mean stance {row['mean']:.2f} over {_many(row)}{limits}{thin}."


def change(table):
    """What the rows of one pair by period (`pairs` with `by`) let us say of a change, in words.

    >>> change(pd.DataFrame({"pair": "A → B", "lane": "dated", "period": ["2024-03", "2024-11"], "mean": [0.2, -0.9],
    ...                      "n_articles": 1, "n_statements": [9, 6]}))[:46]
    'A → B: 0.20 in 2024-03 (9 sentences of 1 artic'
    """
    dated = table[table["lane"] == "dated"].sort_values("period")
    if len(dated) < 2:
        return "No two periods with dated articles hold this pair: nothing to compare."
    ends = [dated.iloc[0], dated.iloc[-1]]
    told = ", ".join(f"{r['mean']:.2f} in {r['period']} ({_many(r)})" for r in ends)
    verdict = "See the limits of each period."
    if max(r["n_articles"] for r in ends) == 1:
        verdict = "One article stands against one, so no conclusion: it may be the article, not the time."
    elif min(r["n_articles"] for r in ends) < stats.MIN_ARTICLES:
        verdict = f"No conclusion: at least {stats.MIN_ARTICLES} articles in each period are needed."
    return f"{dated['pair'].iloc[0]}: {told}. {verdict}"
