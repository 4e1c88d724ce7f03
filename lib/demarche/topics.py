"""Topics by NMF on tf-idf, and how far they can be trusted: agreement over refits, set against shuffled text."""

import warnings
from collections import namedtuple

import numpy as np
import pandas as pd

from demarche import matrix, stats

UNITS = {"article": ["doc_id"], "par": ["doc_id", "par"], "sent": ["doc_id", "par", "sent"]}
ENOUGH = 200   # articles from which the article is the unit
MOST = 400     # units from which more topics are tried, on a sample of so many
ROUNDS = 30    # of coordinate descent: enough, the agreement over refits is what counts
FOLDS = 10     # refits; each leaves out one article, or a tenth of them where there are more than ten
SHUFFLES = 10  # shuffled corpora behind the band
STABLE = 0.6   # mean cosine over refits below which a topic is marked as unstable
Model = namedtuple("Model", "topics shares summary")  # tables: see fit


def default_unit(n_articles):
    """Articles where there are ENOUGH of them, else paragraphs: few long texts carry no topics by themselves."""
    return "article" if n_articles >= ENOUGH else "par"


def units(counts, unit):
    """(features per unit, choices in words): body counts summed to units; `matrix.features` says what is left out.

    Paragraphs and sentences without such a word are left out; articles stay. Where fewer than two words would be left
    (one article, say), all but stop words are kept.
    """
    body = matrix.group(matrix.select(counts, (counts.ids["role"] == "body").to_numpy()), UNITS[unit])
    for fewest, widest in ((2 if body.ids["doc_id"].nunique() < ENOUGH else 5, 0.5), (1, 1.0)):
        rows, said = matrix.features(body, fewest, widest)
        if rows.matrix.shape[1] > 1:
            break
    return (rows if unit == "article" else matrix.select(rows, rows.matrix.sum(axis=1) > 0)), said


def factorise(counts, k):
    """(unit weights, term weights) of NMF on sublinear tf-idf: coordinate descent from a deterministic start (scikit-learn;
    Lee and Seung 1999; NNDSVD: Boutsidis and Gallopoulos 2008)."""
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfTransformer

    model = NMF(k, init="nndsvd", solver="cd", max_iter=ROUNDS, random_state=stats.SEED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # not converged to the last digit: see ROUNDS
        return model.fit_transform(TfidfTransformer(sublinear_tf=True).fit_transform(counts)), model.components_


def agreement(a, b):
    """Cosine of each topic of `a` with its partner in `b`, best one-to-one matching (Kuhn 1955, the Hungarian method).

    >>> agreement(np.eye(2), np.eye(2)[::-1]).tolist()
    [1.0, 1.0]
    """
    from scipy.optimize import linear_sum_assignment

    a, b = (x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12) for x in (a, b))
    rows, partners = linear_sum_assignment(-(a @ b.T))
    return (a @ b.T)[rows, partners]


def _refits(counts, docs, k):
    """Mean agreement of each topic with those of refits that leave out articles."""
    folds, whole = np.unique(docs, return_inverse=True)[1] % FOLDS, factorise(counts, k)[1]
    kept = [counts[np.flatnonzero(folds != fold)] for fold in np.unique(folds)]
    return np.mean([agreement(whole, factorise(part, k)[1]) for part in kept if part.shape[0] >= k] or [np.zeros(k)], axis=0)


def shuffled(counts, seed):
    """The same words and unit lengths, words dealt at random over the units: text that can hold no topics."""
    m = counts.tocoo()
    words = np.random.default_rng(seed).permutation(np.repeat(m.col, m.data))
    return type(m)((np.ones(len(words), np.int64), (np.repeat(m.row, m.data), words)), m.shape).tocsr()


def panel(counts):
    """How stable the topics are for each number of them, as the table `panel` (and `sources`): two rows for each k.

    group 'all': `stability` is the mean agreement of the topics with those of refits that leave articles out; low, high:
    the least and the most stable topic. group 'shuffled': the mean, lowest and highest that SHUFFLES shuffled corpora
    reach; its high is the mark to beat. More than MOST units are sampled by article. ValueError where no words are left.
    """
    if not min(counts.matrix.shape):
        raise ValueError(f"{counts.matrix.shape[0]} units of {counts.matrix.shape[1]} words hold no topics; give more articles")
    names, some = counts.ids["doc_id"].unique(), MOST / len(counts.ids)
    ks = [5, 10, 15, 20, 30] if some <= 1 else [2, 3, 4, 5, 6]
    names = np.random.default_rng(stats.SEED).permutation(names)[:max(1, int(some * len(names)))] if some < 1 else names
    counts = matrix.select(counts, counts.ids["doc_id"].isin(names).to_numpy())
    noise, rows = [shuffled(counts.matrix, stats.SEED + i) for i in range(SHUFFLES)], []
    for k in [k for k in ks if k < min(counts.matrix.shape) / 2] or [1]:
        found = [_refits(text, counts.ids["doc_id"], k) for text in (counts.matrix, *noise)]
        for group, values in (("all", found[0]), ("shuffled", np.mean(found[1:], axis=1))):
            places = [(doc, None, None) for doc in sorted(names)] if group == "all" else []
            rows.append((k, group, values.mean(), values.min(), values.max(), SHUFFLES, stats.SEED, places))
    return pd.DataFrame(rows, columns=["k", "group", "stability", "low", "high", "shuffles", "seed", "sources"]).round(6)


def margins(panel):
    """How far the stability of each k stands above the best of shuffled text, as a Series by k."""
    wide = panel.pivot(index="k", columns="group", values=["stability", "high"])
    return wide["stability", "all"] - wide["high", "shuffled"]


def recommend(panel, n_articles):
    """(k or None, the sentence that says why): the K furthest above the best of shuffled text, or none."""
    margin = margins(panel)
    beat, k = f"{(margin > 0).sum()} of {stats.many(len(margin), 'setting')} beat shuffled text", int(margin.idxmax())
    if n_articles < stats.MANY:
        return None, (f"No number of topics is recommended: fewer than {stats.MANY} articles, here {n_articles}, are too few "
                      f"to estimate topics, however long they are (Tang et al. 2014). Here {beat}.")
    if margin[k] <= 0:
        return None, f"No number of topics is recommended: {beat}."
    return k, f"{k} topics: their stability stands furthest ({margin[k]:.2f}) above the best of shuffled text; {beat}."


def fit(counts, k, unit, n_terms=10):
    """The topics of the features `counts`, heaviest first: tables topics (and `sources`), topic_shares, and a summary.

    summary: topic, label (number and first three terms), agreement (mean over refits), n_largest (units whose largest
    share it is), n_articles (of them), effective_articles (inverse Herfindahl of its weight over articles), mark ('unstable', 'one article'
    or ''). Shares of a unit add up to 1, evenly where no topic reaches it. ValueError where k is more than units or terms.
    """
    if not 1 <= k <= min(counts.matrix.shape):
        raise ValueError(f"{k} topics can't be fitted to {counts.matrix.shape[0]} units of {counts.matrix.shape[1]} terms")
    weights, words = factorise(counts.matrix, k)
    docs, name, order = counts.ids["doc_id"], f"nmf-{k}-{unit}", np.argsort(-weights.sum(axis=0).round(6), kind="stable")
    weights, words, refits = weights[:, order], words[order], _refits(counts.matrix, docs, k)[order]
    total = weights.sum(axis=1, keepdims=True)
    shares = np.where(total > 0, weights / np.maximum(total, 1e-12), 1 / k)
    ids, by_term, rows = counts.ids.reindex(columns=UNITS["sent"]), counts.matrix.tocsc(), []
    places = list(ids.itertuples(index=False, name=None))
    for i, weight in enumerate(words):
        for rank, j in enumerate(np.lexsort((counts.terms, -weight.round(6)))[:n_terms], start=1):
            used = [u for u in by_term[:, [j]].nonzero()[0] if shares[u, i] > 0]  # units with the term that the topic reaches
            sources = [places[u] for u in sorted(used, key=lambda u: -shares[u, i])]
            rows.append((name, i + 1, counts.terms[j], weight[j] / max(weight.sum(), 1e-12), rank, sources))
    topics = pd.DataFrame(rows, columns=["model", "topic", "term", "weight", "rank", "sources"]).round(6).query("weight > 0")
    table = pd.concat([ids.assign(model=name, topic=i + 1, share=shares[:, i]) for i in range(k)], ignore_index=True)
    owned, largest = table.groupby(["topic", "doc_id"])["share"].sum().unstack(), shares.argmax(axis=1)
    first = topics[topics["rank"] <= 3].groupby("topic")["term"].agg(", ".join)
    summary = pd.DataFrame({
        "topic": range(1, k + 1), "label": [f"{i}: {first.get(i, '')}" for i in range(1, k + 1)], "agreement": refits,
        "n_largest": np.bincount(largest, minlength=k), "n_articles": [docs[largest == i].nunique() for i in range(k)],
        "effective_articles": 1 / (owned.div(owned.sum(axis=1), axis=0) ** 2).sum(axis=1).to_numpy()}).round(6)
    summary["mark"] = np.where(summary["n_articles"] <= 1, "one article", np.where(refits < STABLE, "unstable", ""))
    return Model(topics, table[["model", *UNITS["sent"], "topic", "share"]].round(6), summary)


def shares_by(shares, articles, by="doc_id"):
    """Mean share of each topic per value of an article column: `topic, <by>, share, n_units`; `sources`: these units, those
    with the largest share first."""
    table = shares.sort_values("share", ascending=False, kind="stable").merge(articles[list({"doc_id", by})], on="doc_id")
    table["unit"], table[by] = list(table[UNITS["sent"]].itertuples(index=False, name=None)), table[by].fillna("unknown")
    means = table.groupby(["topic", by]).agg(share=("share", "mean"), n_units=("share", "size"), sources=("unit", list))
    return means.reset_index().round(6)


def examples(shares, sentences, n=3):
    """The `n` units with the largest share of each topic, verbatim: `topic, share, doc_id, par, text`."""
    best = shares.sort_values(["topic", "share", "doc_id", "par"], ascending=[True, False, True, True], kind="stable")
    best, keys = best.groupby("topic").head(n), [k for k in UNITS["sent"] if shares[k].notna().all()]
    text = sentences[sentences["role"] == "body"].groupby(keys, as_index=False)["text"].agg(" ".join)
    return best.merge(text, on=keys, how="left")[["topic", "share", *keys, "text"]]
