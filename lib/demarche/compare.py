"""Stances compared: pair by pair, article by article, period by period, with what each mean rests on."""

import pandas as pd

from demarche import stats

SENTENCE = ["doc_id", "par", "sent"]
THIN = 5  # sentences; below this, or from one article, a mean is thin


def pairs(stances, articles, holder=None, target=None, by=None, group=None):
    """The table `pairs`: mean stance of each holder toward each target, per period and group, and what it rests on.

    `holder`, `target`: keep these only. `by` and `group` make the cells (`stats.cells`). A pair counts once per sentence;
    abstentions are left out. `thin`: fewer than THIN sentences, or one article. Limits: `stats.mean_interval`.
    `sources`: the sentences as (doc_id, par, sent). Most sentences first.
    """
    kept = stances[stances["stance"].notna()]
    for column, wanted in (("holder", holder), ("target", target)):
        kept = kept[kept[column] == wanted] if wanted else kept
    kept = kept.groupby(["holder", "target", *SENTENCE], as_index=False)["stance"].mean()
    kept = kept.merge(stats.cells(articles, by, group), on="doc_id")
    rows = []
    for key, part in kept.groupby(["holder", "target", "group", "period", "lane"], dropna=False):
        low, high, interval = stats.mean_interval(part["stance"], part["doc_id"])
        n = part["doc_id"].nunique()
        rows.append((*key, f"{key[0]} → {key[1]}", part["stance"].mean(), low, high, (part["stance"] < 0).mean(), len(part), n,
                     len(part) < THIN or n == 1, interval, list(part[SENTENCE].itertuples(index=False, name=None))))
    columns = ("holder target group period lane pair mean low high share_negative n_statements n_articles thin interval "
               "sources").split()
    table = pd.DataFrame(rows, columns=columns).round(6)
    table["period"] = table["period"].astype("str")
    return table.sort_values(["n_statements", "pair", "group", "period"], ascending=[False, True, True, True], ignore_index=True)


def contrast(stances, holder, first, second):
    """Is `holder`'s stance toward `first` other than toward `second`? Article by article, exact sign flips.

    One row: difference (mean of article differences), p, smallest_p (the least that n allows), n_articles (those that
    hold both pairs). No p is given below 4 articles.
    """
    mine = stances[(stances["holder"] == holder) & stances["stance"].notna()]
    means = mine.groupby(["doc_id", "target"])["stance"].mean().unstack().reindex(columns=[first, second]).dropna()
    gap = means[first] - means[second]
    p, smallest = stats.sign_flip(gap)
    return pd.DataFrame([dict(holder=holder, first=first, second=second, difference=gap.mean() if len(gap) else None, p=p,
                              smallest_p=smallest, n_articles=len(gap))])


def said(row):
    """A row of `pairs` in words, with what it rests on.

    >>> said(pd.Series(dict(pair="A → B", mean=-1.0, n_statements=2, n_articles=1, low=float("nan"), thin=True)))
    'A → B: mean stance -1.00 over 2 sentences of 1 article; too thin for a conclusion.'
    """
    many = f"{row['n_statements']} sentence{'s' * (row['n_statements'] != 1)} of {row['n_articles']} article" \
           f"{'s' * (row['n_articles'] != 1)}"
    limits = "" if pd.isna(row["low"]) else f", limits {row['low']:.2f} to {row['high']:.2f}"
    return f"{row['pair']}: mean stance {row['mean']:.2f} over {many}{limits}{'; too thin for a conclusion' * bool(row['thin'])}."
