"""Topics by NMF on tf-idf, and how far they can be trusted: agreement over refits against shuffled text."""

import warnings
from typing import NamedTuple

import numpy as np
import pandas as pd

from demarche import matrix, stats

UNITS = {"article": ["doc_id"], "par": ["doc_id", "par"], "sent": ["doc_id", "par", "sent"]}
ENOUGH = 200   # articles from which the article is the unit
SHUFFLES = 10  # shuffled corpora behind the band
STABLE = 0.6   # mean cosine over refits below which a topic is marked as unstable


class Model(NamedTuple):
    """`topics`, `shares`: tables of the schema; `summary`: one row per topic."""

    topics: pd.DataFrame
    shares: pd.DataFrame
    summary: pd.DataFrame


def default_unit(n_articles):
    """Articles where there are ENOUGH of them, else paragraphs: few long texts carry no topics by themselves."""
    return "article" if n_articles >= ENOUGH else "par"


def units(counts, unit):
    """(features per unit, choices in words): body counts summed to units; `matrix.features` says what is left out."""
    body = matrix.select(counts, (counts.ids["role"] == "body").to_numpy())
    rows, said = matrix.features(matrix.group(body, UNITS[unit]), 2 if body.ids["doc_id"].nunique() < ENOUGH else 5)
    return matrix.select(rows, rows.matrix.sum(axis=1) > 0), said


def factorise(counts, k):
    """(unit weights, term weights) of NMF on sublinear tf-idf, deterministic start (Lee and Seung 1999; scikit-learn)."""
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfTransformer

    weights = TfidfTransformer(sublinear_tf=True).fit_transform(counts)
    model = NMF(k, init="nndsvd", solver="cd", max_iter=30, random_state=stats.SEED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # thirty rounds are enough: the agreement over refits is what counts
        return model.fit_transform(weights), model.components_


def agreement(a, b):
    """Cosine of each topic of `a` with its partner in `b`, best one-to-one matching (Kuhn 1955, the Hungarian method).

    >>> agreement(np.eye(2), np.eye(2)[::-1]).tolist()
    [1.0, 1.0]
    """
    from scipy.optimize import linear_sum_assignment

    a, b = (x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12) for x in (a, b))
    rows, partners = linear_sum_assignment(-(a @ b.T))
    return (a @ b.T)[rows, partners]


def _refits(counts, k):
    """Agreement of each topic with refits that leave out one article (a tenth of them where there are more than ten)."""
    docs = counts.ids["doc_id"].to_numpy()
    names = np.unique(docs)
    folds = [names[i::min(10, len(names))] for i in range(min(10, len(names)))]
    whole = factorise(counts.matrix, k)[1]
    kept = [counts.matrix[np.flatnonzero(~np.isin(docs, fold))] for fold in folds]
    fits = [agreement(whole, factorise(part, k)[1]) for part in kept if part.shape[0] > k]
    return np.mean(fits, axis=0) if fits else np.zeros(k)


def shuffled(counts, seed):
    """The same words and unit lengths, words dealt at random over the units: text that can hold no topics."""
    m = counts.matrix.tocoo()
    words = np.random.default_rng(seed).permutation(np.repeat(m.col, m.data))
    rows = np.repeat(m.row, m.data)
    dealt = type(m)((np.ones(len(rows), np.int64), (rows, words)), m.shape).tocsr()
    return counts._replace(matrix=dealt)


def ks(counts):
    """The numbers of topics worth a look: 2 to 6 for a few units, wider steps for many."""
    return [k for k in ([2, 3, 4, 5, 6] if counts.matrix.shape[0] < 500 else [5, 10, 15, 20, 30])
            if k < min(counts.matrix.shape) / 2]


def panel(counts):
    """How stable the topics are for each number of them, as the table `panel`: two rows for each k.

    group 'all': `stability` is the mean agreement of the topics with those of refits that leave articles out; low, high:
    the least and the most stable topic. group 'shuffled': the mean, lowest and highest that SHUFFLES shuffled corpora
    reach; its high is the mark to beat. ValueError where there are too few units for two topics.
    """
    if not ks(counts):
        raise ValueError(f"{counts.matrix.shape[0]} units of {counts.matrix.shape[1]} words are too few for topics; "
                         "give more articles, or --unit sent")
    rows = []
    for k in ks(counts):
        noise = [_refits(shuffled(counts, stats.SEED + i), k).mean() for i in range(SHUFFLES)]
        for group, found in (("all", _refits(counts, k)), ("shuffled", np.array(noise))):
            rows.append((k, group, found.mean(), found.min(), found.max(), SHUFFLES, stats.SEED))
    return pd.DataFrame(rows, columns=["k", "group", "stability", "low", "high", "shuffles", "seed"]).round(6)


def margins(panel):
    """How far the stability of each k stands above the best of shuffled text, as a Series by k."""
    wide = panel.pivot(index="k", columns="group", values=["stability", "high"])
    return wide["stability", "all"] - wide["high", "shuffled"]


def recommend(panel, n_articles):
    """(k or None, the sentence that says why): the K furthest above the best of shuffled text, or none."""
    margin = margins(panel)
    beat = f"{(margin > 0).sum()} of {len(margin)} settings beat shuffled text"
    if n_articles < stats.MANY:
        return None, (f"No number of topics is recommended: {n_articles} articles are too few to estimate topics, however "
                      f"long they are (Tang et al. 2014). Here {beat}.")
    if margin.max() <= 0:
        return None, f"No number of topics is recommended: {beat}."
    k = int(margin.idxmax())
    return k, f"{k} topics: their stability stands furthest ({margin[k]:.2f}) above the best of shuffled text; {beat}."


def fit(counts, k, unit, n_terms=10):
    """The topics of the features `counts` as a Model.

    summary: topic, label (its first three terms), agreement (mean over refits), n_units (units whose largest share it
    is), n_articles, effective_articles (inverse Herfindahl of its weight over articles), mark ('unstable', 'one article'
    or ''). Shares of a unit add up to 1. ValueError where k is more than units or terms.
    """
    if k > min(counts.matrix.shape):
        raise ValueError(f"{k} topics can't be fitted to {counts.matrix.shape[0]} units of {counts.matrix.shape[1]} terms; "
                         "take fewer")
    weights, words = factorise(counts.matrix, k)
    order = np.argsort(-weights.sum(axis=0).round(6), kind="stable")
    weights, words, refits = weights[:, order], words[order], _refits(counts, k)[order]
    shares = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-12)
    name = f"nmf-{k}-{unit}"
    top = [np.lexsort((counts.terms, -w.round(6)))[:n_terms] for w in words]
    topics = pd.DataFrame([(name, i + 1, counts.terms[j], words[i][j] / max(words[i].sum(), 1e-12), rank)
                           for i, js in enumerate(top) for rank, j in enumerate(js, start=1)],
                          columns=["model", "topic", "term", "weight", "rank"])
    ids = counts.ids.reindex(columns=UNITS["sent"])
    table = pd.concat([ids.assign(model=name, topic=i + 1, share=shares[:, i]) for i in range(k)], ignore_index=True)
    docs = table.groupby(["topic", "doc_id"])["share"].sum().unstack("doc_id").to_numpy()
    owned = docs / np.maximum(docs.sum(axis=1, keepdims=True), 1e-12)
    largest = shares.argmax(axis=1)
    n_articles = np.array([counts.ids["doc_id"][largest == i].nunique() for i in range(k)])
    summary = pd.DataFrame({
        "topic": range(1, k + 1), "label": [", ".join(counts.terms[j[:3]]) for j in top], "agreement": refits,
        "n_units": np.bincount(largest, minlength=k), "n_articles": n_articles,
        "effective_articles": 1 / np.maximum((owned**2).sum(axis=1), 1e-12),
        "mark": np.where(n_articles <= 1, "one article", np.where(refits < STABLE, "unstable", ""))}).round(6)
    return Model(topics.round(6), table[["model", *UNITS["sent"], "topic", "share"]].round(6), summary)


def shares_by(shares, articles, by="doc_id"):
    """Mean share of each topic per value of an article column: `topic, <by>, share, n_units, n_articles`.

    `sources` lists the units whose larger part is the topic.
    """
    table = shares.merge(articles[["doc_id"] + [by] * (by != "doc_id")], on="doc_id")
    table[by] = table[by].fillna("unknown")
    grouped = table.groupby(["topic", by])
    out = grouped.agg(share=("share", "mean"), n_units=("share", "size"), n_articles=("doc_id", "nunique")).reset_index()
    large = table[table["share"] >= 0.5].groupby(["topic", by])[UNITS["sent"]]
    places = {key: list(g.itertuples(index=False, name=None)) for key, g in large}
    return out.round(6).assign(sources=[places.get(key, []) for key in zip(out["topic"], out[by])])


def examples(shares, sentences, n=3):
    """The `n` units with the largest share of each topic, verbatim: `topic, share, doc_id, par, text`."""
    best = shares.sort_values(["topic", "share", "doc_id", "par"], ascending=[True, False, True, True], kind="stable")
    best = best.groupby("topic").head(n)
    keys = [k for k in UNITS["sent"] if best[k].notna().all()]
    text = sentences[sentences["role"] == "body"].groupby(keys, as_index=False)["text"].agg(" ".join)
    return best.merge(text, on=keys, how="left")[["topic", "share", *keys, "text"]]
