"""Stances compared: pair by pair, article by article, period by period, with what each mean rests on."""

import itertools
import json

import numpy as np
import pandas as pd

from demarche import lexicons, matrix, schema, stats, stories
from demarche.schema import SENTENCE

# Of `pairs`; of one utterance: a sentence and whose words it reports.
CELL, TELLING = ["holder", "target", "group", "period", "lane"], [*SENTENCE, "holder"]
# A stance runs from -SCALE to SCALE; a mean of fewer sentences, or of one article, is thin; forms of reported words.
SCALE, MIN_SENTENCES, SPEECH = 2, 5, ["direct", "indirect", "mixed"]


def _kept(stances, holder=None, target=None):
    """Those of the body; abstentions left out, other actors than those given, too."""
    kept = stances[stances["stance"].notna() & (stances["par"] > 0)]
    return kept[kept["holder"].eq(holder or kept["holder"]) & kept["target"].eq(target or kept["target"])]


def scored(stances, holder=None, target=None):
    """One value for each pair and sentence of those kept."""
    return _kept(stances, holder, target).groupby(["holder", "target", *SENTENCE], as_index=False)["stance"].mean()


def pairs(stances, articles, holder=None, target=None, by=None, group=None, pooled=False, per="sentence"):
    """The table `pairs`: mean stance of each holder toward each target, per period and group, and what it rests on.

    `holder`, `target`: keep these only. `by`, `group`, `pooled`: see `stats.cells`. A pair counts once per sentence, article
    or story, as `per` says; abstentions are left out. `thin`: fewer than MIN_SENTENCES, or one article or story alone.
    Intervals: `stats.intervals`, over stories where near-duplicates are known (`story_id`), else over articles; `n_stories` is
    null where they are not. `sources`: the sentences as (doc_id, par, sent). Most sentences first.
    """
    kept, known = scored(stances, holder, target), stories.are_known(articles)
    articles = articles[articles["doc_id"].isin(kept["doc_id"])]
    cells = stats.cells(articles, by, group, pooled)
    kept = kept.merge(cells.assign(story=stories.story_of(articles).to_numpy()[cells["row"]]), on="doc_id")
    first, cell = stats.factorize(*(kept[c] for c in CELL))
    # The first row of each article and story of a cell; for each row the number of its article, or story, in its cell.
    (first_of_doc, doc), (first_of_story, story) = (stats.factorize(cell, kept[c]) for c in ("doc_id", "story"))
    rows, unit = {"sentence": (kept.index,) * 2, "article": (first_of_doc, doc), "story": (first_of_story, story)}[per]
    values = pd.DataFrame({"cell": cell[rows], "story": story[rows], "value": kept["stance"].groupby(unit).mean()})
    by_cell, by_story = (values.sort_values("story", kind="stable").groupby(c)["value"] for c in ("cell", "story"))
    places = pd.Series(list(zip(*(kept[c].tolist() for c in SENTENCE))), dtype=object).groupby(cell).agg(list)
    n, n_articles, n_stories = np.bincount(cell), np.bincount(cell[first_of_doc]), np.bincount(cell[first_of_story])
    low, high, labels = stats.intervals(by_story.sum(), by_story.size(), cell[first_of_story], "mean",
                                        np.where(n_stories < n_articles, "story", "article"))
    table = kept.loc[first, CELL].reset_index(drop=True).assign(
        n_statements=n, n_articles=n_articles, n_stories=n_stories if known else None, mean=by_cell.mean(), sources=places,
        share_negative=values["value"].lt(0).groupby(values["cell"]).mean(), pair=lambda t: t["holder"] + " → " + t["target"],
        interval=labels, low=np.maximum(low, -SCALE), high=np.minimum(high, SCALE))  # no mean lies beyond
    # An article's own row holds that article only.
    table["thin"] = (n < MIN_SENTENCES) | (n_stories == 1) & (table["group"].eq("all") | (group != "doc_id"))
    table = table[[*schema.TABLES["pairs"].columns, "sources"]].round(6).astype({"period": "str", "n_stories": "Int64"})
    return table.sort_values(["n_statements", "pair", "group", "period"], ascending=[False] + [True] * 3, ignore_index=True)


def within(stances, articles, column, holder=None, target=None):
    """`pairs` within each value of a column of `stances`, such as form, act or speaker (`speakers`): its group."""
    parts = [pairs(part, articles).assign(group=value) for value, part in _kept(stances, holder, target).groupby(column)]
    found = pd.concat(parts or [pairs(stances.head(0), articles)])
    return found.sort_values(["n_statements", "pair", "group"], ascending=[False, True, True], ignore_index=True)


def speakers(stances, statements):
    """`stances` with the `speaker` as printed, from the statement that each is read from."""
    return stances.merge(statements[[*SENTENCE, "statement", "speaker"]], on=[*SENTENCE, "statement"], how="left")


def sides(articles, day=None):
    """`articles` with a column `side`: before or since an event's day (ISO; without one, the middle of the known days). Null
    where the span of possible days holds both.

    >>> days = {"date": ["2024-03-01", None], "date_from": ["2024-03-01", None], "date_to": ["2024-03-01", "2024-09-01"]}
    >>> sides(pd.DataFrame(days), "2024-06-01")["side"].fillna("either").tolist()
    ['before 2024-06-01', 'either']
    """
    known = sorted(articles["date"].dropna())
    day = day or next(iter(known[len(known) // 2:]), "9999")
    before, since = articles["date_to"].fillna("9999") < day, articles["date_from"].fillna("") >= day
    return articles.assign(side=np.select([before, since], [f"before {day}", f"since {day}"], None))


def main(pairs):
    """(holder, target) of the first row of `pairs`, the pair with the most sentences; (None, None) where there is none.

    >>> main(pd.DataFrame({"holder": ["Iran", "Iran"], "target": ["Japan", "Chile"]}))
    ('Iran', 'Japan')
    """
    return tuple(pairs.loc[0, ["holder", "target"]]) if len(pairs) else (None, None)


def contrast(stances, holder, first=None, second=None):
    """Is `holder`'s stance toward `first` other than toward `second`? By sign flips, article by article (`stats.sign_flip`).

    Without targets, the two that `holder` speaks of in the most sentences. One row: difference (mean of article differences),
    p, smallest_p (the least that n allows), n_articles (with both pairs).
    """
    common = scored(stances, holder)["target"].value_counts().sort_index().sort_values(kind="stable").index
    common = [target for target in common if target not in (first, second)]
    first, second = (target or (common.pop() if common else None) for target in (first, second))
    means = scored(stances, holder).groupby(["doc_id", "target"])["stance"].mean().unstack()
    gap = means.reindex(columns=[first, second]).dropna().diff(axis=1, periods=-1).iloc[:, 0]
    p, smallest = stats.sign_flip(gap)
    return pd.DataFrame([{"holder": holder, "first": first, "second": second, "difference": gap.mean() if len(gap) else None,
                          "p": p, "smallest_p": smallest, "n_articles": len(gap)}])


def difference(stances, articles, holder, target, column, first=None, second=None):
    """Does `holder`'s stance toward `target` differ between two groups of articles? By permutation (`stats.permutation`).

    `column` of `articles` makes the groups (outlet, side, month ...); without names, the two with the most articles. One row:
    both means (of article means, or story means where stories are known), their n, `difference`, `p` (None below
    stats.MIN_ARTICLES in a group), `smallest_p`, and the sentences of each.
    """
    kept = scored(stances, holder, target).merge(articles[["doc_id", column]].set_axis(["doc_id", "side"], axis=1))
    kept["story"] = stories.story_of(articles).reindex(kept["doc_id"]).to_numpy()
    most = kept.drop_duplicates("doc_id")["side"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    names = [*([first, second] if first and second else sorted(most.index[:2])), None, None][:2]
    parts = [kept[kept["side"] == name] for name in names]
    values = [part.groupby("story")["stance"].mean().to_numpy() for part in parts]
    p, smallest = stats.permutation(*values) if all(map(len, values)) else (None, 1.0)
    means = [round(float(v.mean()), 6) if len(v) else None for v in values]
    gap = None if None in means else round(means[0] - means[1], 6)
    row = (f"{holder} → {target}" if holder else "No stance found", *names, *means, gap, p, smallest, *map(len, values),
           *(list(part[SENTENCE].itertuples(index=False, name=None)) for part in parts))
    return pd.DataFrame([row], columns=[*schema.TABLES["differences"].columns, "sources_first", "sources_second"])


def answer(difference, coded=None):
    """A row of `difference` in words: both means, and p or the refusal to generalise; beside them the means of codings, where
    both groups have some (`coded`: `difference` of `coding.reference`)."""
    r, sides = difference.iloc[0], ("first", "second")
    if not r["n_first"] or not r["n_second"]:
        only = "".join(f" (only {r[g]} does)" for g in sides if r[f"n_{g}"])
        return f"{r['pair']}: no two groups of articles hold this pair{only}: nothing to compare."
    rows = pd.concat([difference, coded]).query("n_first > 0 and n_second > 0")
    rows = rows[(rows[["pair", *sides]] == r[["pair", *sides]]).all(axis=1)].to_dict("records")
    told = [" and ".join(f"{k[f'mean_{g}']:.2f} ({k[g]}, {stats.plural(k[f'n_{g}'], 'article')})" for g in sides) for k in rows]
    both = f"{r['pair']}, by the machine alone, each article counted once: {'; as coded: '.join(told)}"
    if pd.isna(r["p"]):
        return f"{both}. Beyond these articles nothing follows: each group needs at least {stats.MIN_ARTICLES} articles."
    how = "exact permutation" if r["smallest_p"] > 1 / stats.DEALS else f"{stats.DEALS:,} random deals"
    return f"{both}. Difference of the machine's means: p = {r['p']:.2g} by {how} of articles (at best {r['smallest_p']:.2g})."


def words(counts, rows, label="target", n=8):
    """Which words set the sentences of the first of two `rows` (their `sources`) apart from those of the second?

    Log odds with an informative prior (`stats.log_odds`), one pseudo-count per word on average, in proportion to both texts. A
    sentence in both counts in neither; stop words are left out. The `n` words of each side with the highest z, 1 or more (below
    it, log odds are those of any word of the longer text), in two articles or more, strongest first. Intervals leave out one
    article at a time (jackknife, t with the fewer articles), as much wider as is needed for so many words chosen out of all
    (`stats.t_critical`), only with stats.LARGE_SAMPLE articles on each side: with fewer, the prior draws large differences too
    near 0 (benchmarks/coverage.py). `leans`: the `label` of the side; `sources`: its sentences with the word.
    """
    columns = [*schema.TABLES["keywords"].columns, "sources"]
    (first, second), names = [*rows["sources"].iloc[:2], (), ()][:2], rows[label].iloc[:2].tolist()
    stop, sides = lexicons.stopwords(), [set(first) - set(second), set(second) - set(first)]
    place = list(counts.ids[SENTENCE].itertuples(index=False, name=None))
    rows = [np.array([i for i, key in enumerate(place) if key in side], int) for side in sides]
    used = np.flatnonzero([len(w) > 2 and w not in stop and not w[0].isdigit() for w in counts.terms])
    docs, code = np.unique([place[i][0] for i in np.concatenate(rows)], return_inverse=True)
    # An article's counts on each side.
    by = [matrix.adder(of, len(docs)) @ counts.matrix[side][:, used] for side, of in zip(rows, np.split(code, [len(rows[0])]))]
    a, b, seen = by[0].sum(0), by[1].sum(0), ((by[0] + by[1]) > 0).sum(0)
    if not a.sum() or not b.sum():
        return pd.DataFrame(columns=columns)
    prior = np.maximum((a + b) / (a + b).sum() * (a + b > 0).sum(), 1e-9)
    delta, z = stats.log_odds(a, b, prior)
    fit = np.flatnonzero(seen > 1)
    order = fit[np.lexsort((counts.terms[used[fit]], -np.abs(z[fit])))]
    chosen = sorted((i for side in (1, -1) for i in order[z[order] * side >= 1][:n]), key=order.tolist().index)
    left, fewest, out = stats.log_odds_without(*by, prior, chosen), min(int((part.sum(1) > 0).sum()) for part in by), []
    half, interval = np.full(len(chosen), np.nan), f"none: {fewest} of the {stats.LARGE_SAMPLE} articles needed on a side"
    if fewest >= stats.LARGE_SAMPLE:
        half = stats.t_critical(fewest - 1, len(chosen) / len(fit)) * np.sqrt(stats.delete_one_variance(left))
        interval = f"jackknife t over {len(docs)} articles, {stats.CONFIDENCE:.0%} nominal, {len(chosen)} of {len(fit)} words"
    for i, reach in zip(chosen, half):
        leans, column = int(z[i] < 0), counts.matrix[:, [used[i]]].toarray().ravel()
        out.append((counts.terms[used[i]], names[leans], delta[i], delta[i] - reach, delta[i] + reach, z[i], int(a[i]),
                    int(b[i]), int(seen[i]), interval, [place[j] for j in rows[leans] if column[j]]))
    return pd.DataFrame(out, columns=columns).round(6)


def retold(statements, stances, sentences, articles, days=3, least=0.4):
    """Statements of several articles that tell one utterance: same holder, near dates, like words; what each article kept.

    Reported statements only, each sentence and holder once. Two are one utterance where each is the other's likest in that
    article, at a tf-idf cosine of `least` or more, and the spans of possible days lie `days` apart at most (an undated article
    is near all others). Articles that share an utterance tell one briefing; an outlet's own copies of one story say nothing of
    what it keeps, and the earliest stands for them. One row per utterance and article of the briefing: `how` is kept, softened
    (a stance nearer 0 by 0.5 or more than the strongest telling) or dropped (no such statement found).
    """
    from scipy.sparse import coo_array, csgraph
    columns, facts = [*schema.TABLES["retold"].columns], _outlets(articles.sort_values(["date_to", "doc_id"]), days)
    # The reported statements, each sentence and holder once, with the text and the holder's strongest stance in it.
    told = statements[statements["form"].isin(SPEECH) & statements["holder"].notna()][TELLING].drop_duplicates()
    strongest = stances.dropna(subset="stance").sort_values("stance", key=abs, ascending=False, kind="stable")
    told = told.merge(strongest.drop_duplicates(TELLING)[[*TELLING, "stance"]], on=TELLING, how="left")
    told = told.merge(sentences[[*SENTENCE, "text"]]).merge(facts, on="doc_id").sort_values(TELLING, ignore_index=True)
    if len(told) < 2 or not told["text"].str.contains(r"[^\W\d_]{3}").any():
        return pd.DataFrame(columns=columns)
    doc, links = pd.factorize(told["doc_id"])[0], _likest(told, least)

    def joined(place):
        """What hangs together by links, a number for each place: of statements, or of their articles."""
        graph = coo_array((links["similarity"], (place[links["i"]], place[links["j"]])), (len(told), len(told)))
        return csgraph.connected_components(graph)[1]
    told["utterance"], told["briefing"] = joined(np.arange(len(told))), joined(doc)[doc]
    told = told.join(links.groupby("i")["similarity"].max(), how="inner")
    told = told.sort_values("similarity", ascending=False, kind="stable").drop_duplicates(["utterance", "doc_id"])
    told["utterance"] = told.sort_values(SENTENCE).groupby("utterance", sort=False).ngroup() + 1
    strong = told["stance"].abs().groupby(told["utterance"]).transform("max")
    told["how"] = np.where(told["stance"].abs() <= strong - 0.5, "softened", "kept")
    # Each utterance in each article of its briefing, whether that tells it or not.
    whole = told[["utterance", "holder", "briefing"]].drop_duplicates("utterance")
    whole = whole.merge(told[["briefing", "doc_id"]].drop_duplicates()).merge(facts, on="doc_id")
    whole = whole.merge(told.drop(columns=["holder", *facts.columns[1:]]), how="left").fillna({"how": "dropped"})
    return whole.astype({"par": "Int64", "sent": "Int64"})[columns].sort_values(["utterance", "doc_id"], ignore_index=True)


def _outlets(articles, days):
    """`doc_id, outlet, story, first, last`: an outlet's earliest article of each story, and the days, `days` more at the end,
    on which it may have appeared."""
    facts = articles[["doc_id", "outlet"]].assign(
        story=stories.story_of(articles).to_numpy(), first=pd.to_datetime(articles["date_from"]).fillna(pd.Timestamp("1900")),
        last=pd.to_datetime(articles["date_to"]).fillna(pd.Timestamp("2200")) + pd.Timedelta(days, "D"))
    return facts[facts["outlet"].isna() | ~facts.duplicated(["story", "outlet"])]


def _likest(told, least):
    """`i, j, similarity`: rows of `told` of one holder in two articles on near days, each the other's likest there."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    stop, links = sorted(filter(str.isalpha, lexicons.stopwords())), []
    grams = TfidfVectorizer(stop_words=stop, sublinear_tf=True, token_pattern=r"\w\w+").fit_transform(told["text"])
    doc, first, last = (told[c].to_numpy() for c in ("doc_id", "first", "last"))
    for _, part in told.groupby("holder"):
        like = (grams[part.index] @ grams[part.index].T).tocoo()
        i, j = part.index[like.row], part.index[like.col]
        near = (like.data >= least) & (doc[i] != doc[j]) & (first[i] <= last[j]) & (first[j] <= last[i])
        links.append(pd.DataFrame({"i": i[near], "j": j[near], "similarity": like.data[near].round(6), "there": doc[j[near]]}))
    best = pd.concat(links).sort_values(["similarity", "j"], ascending=[False, True]).drop_duplicates(["i", "there"])
    return best.merge(best[["i", "j"]].rename(columns={"i": "j", "j": "i"}), on=["i", "j"])


def shared(retold):
    """A table of `retold` in words, or that no two articles tell one utterance."""
    if retold.empty:
        return "No two articles tell one utterance of a holder in like words on near days: nothing to compare."
    (n, m, k), how = retold[["utterance", "doc_id", "outlet"]].nunique(), retold["how"].value_counts()
    counts = ", ".join(f"{how.get(name, 0):,} {name}" for name in ("kept", "softened", "dropped"))
    known = "" if retold["outlet"].notna().all() else "known "
    of = f"{stats.plural(k, known + 'outlet')}: {counts}" if known or k > 1 else "one outlet: nothing to compare"
    return f"{stats.plural(n, 'utterance')} told in {stats.plural(m, 'article')} of {of}."


def tally(retold, by="outlet"):
    """How often each value of a column, such as outlet, kept, softened or dropped what others of a briefing told: `group, how,
    n, share` (of all that the group could tell), `sources`. An utterance counts once per article that could tell it."""
    table = retold.assign(group=retold[by].astype("str").fillna("unknown")).sort_values(["utterance", "doc_id"])
    table["place"] = [*table[SENTENCE].astype(object).where(lambda t: t.notna(), None).itertuples(index=False, name=None)]
    rows = [(group, how, len(part), len(part) / (table["group"] == group).sum(), list(part["place"]))
            for (group, how), part in table.groupby(["group", "how"])]
    return pd.DataFrame(rows, columns=["group", "how", "n", "share", "sources"]).round(6)


def tone(pairs, sentences):
    """What a general sentiment score says of the same sentences: `pairs` once more, with the mean of VADER's compound score.

    One row per pair and `measure`: 'all' (the stance, divided by 2, so that both run from -1 to 1) and 'VADER'. VADER sums the
    feeling of words and knows neither who speaks nor of whom (Hutto and Gilbert 2014; Bestvater and Monroe 2023 on tone
    and stance).
    """
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    score, text = SentimentIntensityAnalyzer().polarity_scores, sentences.set_index(SENTENCE)["text"]
    means = [np.mean([score(text[place])["compound"] for place in places]) for places in pairs["sources"]]
    stance = pairs.assign(measure="all", **{c: pairs[c] / SCALE for c in ("mean", "low", "high")})
    return pd.concat([stance, stance.assign(measure="VADER", mean=np.array(means, float), share_negative=np.nan, low=np.nan,
                                            high=np.nan, interval="none drawn")], ignore_index=True).round(6)


def multiverse(stances, statements, articles, actors, pairs):
    """Does the sign of each of `pairs` hold whatever choices are made? A row per pair and specification.

    Choices: `words` (learned weights, their signs only, or the mean of the listed words in `evidence`, lexicons/stance.csv),
    `clauses` (all; reported words only; holders named by an alias only), `duplicates` (all; one article per story), `weight`
    (each sentence or each article counts once), `dates` (all; dated articles only), `actors` (as named; armed groups as one).
    Stances of the body, as in `pairs`. A choice that changes nothing here (no story known, all articles dated) is left out.
    Columns: pair, these, mean,
    n_statements, n_articles, `holds` (null where nothing is left). Source: Steegen et al. 2016, Perspectives on Psychological
    Science 11(5).
    """
    listed, stances = lexicons.read("stance").astype({"value": float}).groupby("word")["value"].mean(), _kept(stances)
    found = [[listed[w.lower()] for _, _, w in json.loads(text) if w.lower() in listed] for text in stances["evidence"]]
    groups = set(actors.loc[actors["class"] == "militants", "actor"])
    table = stances.merge(statements[[*SENTENCE, "statement", "via"]], on=[*SENTENCE, "statement"], how="left").assign(
        signs=np.sign(stances["stance"].to_numpy()), listed=[np.mean(some or [np.nan]) for some in found]).merge(
        articles[["doc_id", "date"]].assign(story=stories.story_of(articles).to_numpy()), on="doc_id")
    first = table["doc_id"].isin(stories.once(articles)["doc_id"])
    options = {"words": {"learned": "stance", "signs": "signs", "listed": "listed"}, "clauses": {
                   "all": True, "reported words": table["form"].isin(SPEECH), "holder by name": table["via"] == "alias"},
               "duplicates": {"all": True, "one per story": first}, "weight": {"sentence": SENTENCE, "article": ["doc_id"]},
               "dates": {"all": True, "dated": table["date"].notna()}, "actors": {
                   "as named": {}, "armed groups as one": dict.fromkeys(groups, "militants")}}
    idle = {"one per story": first.all(), "dated": table["date"].notna().all() or table["date"].isna().all(),
            "armed groups as one": not {*table["holder"], *table["target"]} & groups - {"militants"}}
    options = {key: {name: v for name, v in some.items() if not idle.get(name)} for key, some in options.items()}
    rows, want = [], pairs.drop_duplicates(["holder", "target"]).to_dict("records")
    for names in itertools.product(*options.values()):
        value, clause, copies, unit, dated, same = (some[name] for some, name in zip(options.values(), names))
        part = table[table[value].notna() & clause & copies & dated]
        scores = part.assign(**part[["holder", "target"]].replace(same)).groupby(["holder", "target", *SENTENCE])[value].mean()
        for row in want:
            key = tuple(same.get(row[c], row[c]) for c in ("holder", "target"))
            mine = scores.loc[key] if key in scores.index else scores.iloc[:0]
            mean = mine.groupby(unit).mean().mean()
            rows.append((row["pair"], *names, mean, len(mine), mine.index.get_level_values("doc_id").nunique(),
                         bool(np.sign(mean) == np.sign(row["mean"])) if len(mine) else None))
    return pd.DataFrame(rows, columns=["pair", *options, "mean", "n_statements", "n_articles", "holds"]).round(6)


def robust(multiverse, pairs):
    """In what share of the specifications each pair keeps its sign: `pair, choice, share, n_units, sources`; a row for all
    ('all choices') and one for each choice held fixed. A specification that leaves nothing does not count."""
    rows, behind = [], pairs.drop_duplicates("pair").set_index("pair")["sources"]
    for pair, part in multiverse.dropna(subset="holds").groupby("pair", sort=False):
        some = [("all choices", part)] + [(f"{choice}: {name}", own) for choice in multiverse.columns[1:7]
                                          for name, own in part.groupby(choice, sort=False) if multiverse[choice].nunique() > 1]
        rows += [(pair, name, own["holds"].astype(float).mean(), len(own), behind[pair]) for name, own in some]
    return pd.DataFrame(rows, columns=["pair", "choice", "share", "n_units", "sources"]).round(6)


def holds(robust):
    """The first pair of `robust` in words: in what share its sign holds, and with which choices least often."""
    if robust.empty:
        return "No pair to try."
    part = robust[robust["pair"] == robust["pair"].iloc[0]]
    whole, worst = part.iloc[0], part.iloc[1:][part["share"].iloc[1:] == part["share"].iloc[1:].min()]
    sentence = (f"The sign of {whole['pair']} holds in {whole['share']:.0%} of {whole['n_units']:,} specifications of one "
                "machine, whose errors they share")
    sentence += "." if whole["share"] == 1 else f"; least with {' or '.join(worst['choice'])} ({worst['share'].min():.0%})."
    n = len({doc for doc, *_ in whole["sources"]})
    return f"{sentence} {stats.verdict(n, 'pair', 'choices')}" if n < stats.MIN_ARTICLES else sentence


def _basis(row):
    return f"{stats.plural(row['n_statements'], 'sentence')} of {stats.plural(row['n_articles'], 'article')}"


def summary(pairs):
    """The first row of `pairs` in words: 'A → B: mean stance -1.00 by the machine alone, over 2 sentences of 1 article ...'."""
    if pairs.empty:
        return "No stance of an actor toward another was found."
    row = pairs.iloc[0]
    sure = f"no interval ({row['interval'][6:]})" if pd.isna(row["low"]) else f"95% CI {row['low']:.2f} to {row['high']:.2f}"
    thin = "; too thin for a conclusion" if row["thin"] else ""
    return f"{row['pair']}: mean stance {row['mean']:.2f} by the machine alone, over {_basis(row)}, {sure}{thin}."


def change(table, coded=None):
    """What the rows of one pair by period (`pairs` with `by`) let us say of a change, in words: first against last period; and
    beside them what codings say of the same periods (`coded`: `pairs` of `coding.reference`)."""
    if len(dated := table[table["lane"] == "dated"].sort_values("period").to_dict("records")) < 2:
        return "No two periods with dated articles hold this pair: nothing to compare."
    ends = [dated[0], dated[-1]]
    coded = table.head(0) if coded is None else coded.merge(pd.DataFrame(ends)[["pair", "group", "period"]])
    told = [", ".join(f"{row['mean']:.2f} in {row['period']} ({_basis(row)})" for row in some)
            for some in (ends, coded.sort_values("period").to_dict("records")) if len(some)]
    verdict = stats.verdict(min(row["n_articles"] for row in ends), "period", "time")
    return f"{dated[0]['pair']}, by the machine alone, each sentence counted once: {'; as coded: '.join(told)}. {verdict}"
