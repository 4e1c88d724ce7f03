"""Topics by one of three models, and how far they can be trusted: agreement over refits, set against shuffled text."""

import warnings
from collections import namedtuple

import numpy as np
import pandas as pd

from demarche import matrix, stats

UNITS = {"article": ["doc_id"], "par": ["doc_id", "par"], "sent": ["doc_id", "par", "sent"]}
ENOUGH, MOST = 200, 400  # articles from which they are the unit; units from which more topics are tried, on a sample of so many
ROUNDS, STARTS = 15, 3   # of coordinate descent; of k-means
DIMENSIONS = 50          # latent factors in which units are clustered; twice the number of topics, if that is more
LARGE = 50_000           # units from which models read them by chunks
FOLDS, SHUFFLES = 10, 10  # refits, each without one article (a tenth of more than ten); shuffled corpora behind the band
STABLE = 0.6             # mean cosine over refits below which a topic is marked as unstable
Model = namedtuple("Model", "topics shares summary")  # tables: see fit


def default_unit(n_articles):
    """Articles where there are ENOUGH of them, else paragraphs: few long texts carry no topics by themselves."""
    return "article" if n_articles >= ENOUGH else "par"


def units(counts, unit):
    """(features per unit, choices in words): body counts summed to units, less what `matrix.features` leaves out. Paragraphs
    and sentences without a word that is left are left out too; articles stay."""
    body = matrix.group(matrix.select(counts, (counts.ids["role"] == "body").to_numpy()), UNITS[unit])
    n = body.ids["doc_id"].nunique()
    rows, said = matrix.features(body, 5 if n >= ENOUGH else min(n, 2), 0.5 if len(body.ids) > 3 else 1.0)
    return matrix.select(rows, (rows.matrix.sum(axis=1) > 0) | (unit == "article")), said


def factorise(counts, k, model=None, once=None):
    """(unit weights, term weights) of `k` topics of a count matrix, by one of MODELS (the suite's own choice without one).

    A unit's weights are comparable between topics, since each topic's term weights have length 1. `once`: true for the units
    that make the topics; the others, copies of them, are placed among these. One core, whatever the machine has: sums come
    out in one order.
    """
    from threadpoolctl import threadpool_limits
    kept = counts if once is None else counts[np.flatnonzero(once)]
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # not converged to the last digit: the agreement over refits is what counts
        weights, words = MODELS[model or DEFAULT](kept, k)
        length = np.linalg.norm(words, axis=1)
        weights, words = weights * length, words / np.maximum(length, 1e-12)[:, None]
        if once is not None:
            made, weights = weights, np.zeros((counts.shape[0], k))
            weights[once], weights[~once] = made, _placed(_tfidf(counts)[np.flatnonzero(~once)], words)
    return weights, words


def _placed(texts, words):
    from sklearn.decomposition import non_negative_factorization
    if not texts.shape[0]:
        return np.zeros((0, len(words)))
    return non_negative_factorization(texts, H=words, n_components=len(words), update_H=False, init="custom",
                                      max_iter=ROUNDS)[0]


def _tfidf(counts):
    from sklearn.feature_extraction.text import TfidfTransformer
    return TfidfTransformer(sublinear_tf=True).fit_transform(counts)


def concepts(counts, k):
    """Concept decomposition (Dhillon and Modha 2001, Machine Learning 42): k-means of the units in the space of DIMENSIONS
    latent factors (Deerwester et al. 1990), then each unit as a non-negative sum of the clusters' mean vectors."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize
    texts, dimensions = _tfidf(counts), min(max(DIMENSIONS, 2 * k), min(counts.shape) - 1)
    factors = TruncatedSVD(dimensions, random_state=stats.SEED).fit_transform(texts) if dimensions > 1 else texts
    cluster = KMeans(k, n_init=STARTS, random_state=stats.SEED).fit_predict(normalize(factors))
    means = normalize(matrix.adder(cluster, k).astype(float) @ texts).toarray()
    return _placed(texts, means), means


def nmf(counts, k):
    """NMF (Lee and Seung 1999) on sublinear tf-idf, by coordinate descent from a deterministic start (Boutsidis and
    Gallopoulos 2008); by chunks, in random order, from LARGE units on (Lefevre, Bach and Fevotte 2011)."""
    from sklearn.decomposition import NMF, MiniBatchNMF
    options = {"init": "nndsvd", "random_state": stats.SEED}
    small = counts.shape[0] < LARGE
    model = NMF(k, solver="cd", max_iter=ROUNDS, **options) if small else MiniBatchNMF(k, max_iter=3, **options)
    return model.fit_transform(_tfidf(counts)), model.components_


def lda(counts, k):
    """Latent Dirichlet allocation on counts by variational Bayes: all units at once (Blei, Ng and Jordan 2003), or online from
    LARGE units on (Hoffman, Blei and Bach 2010)."""
    from sklearn.decomposition import LatentDirichletAllocation
    way = {"learning_method": "online", "max_iter": 5} if counts.shape[0] >= LARGE else {"max_iter": 2 * ROUNDS}
    model = LatentDirichletAllocation(k, random_state=stats.SEED, **way)
    weights = model.fit_transform(counts)
    words = model.components_ / model.components_.sum(axis=1, keepdims=True)
    return weights / np.linalg.norm(words, axis=1), words  # a unit's shares are what the model says, not lengths


MODELS, DEFAULT = {"concepts": concepts, "nmf": nmf, "lda": lda}, "concepts"


def agreement(a, b):
    """Cosine of each topic of `a` with its partner in `b`, best one-to-one matching (Kuhn 1955, the Hungarian method)."""
    from scipy.optimize import linear_sum_assignment
    a, b = (x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12) for x in (a, b))
    rows, partners = linear_sum_assignment(-(a @ b.T))
    return (a @ b.T)[rows, partners]


def _refits(counts, docs, k, model):
    """Mean agreement of each topic with those of refits that leave out articles."""
    folds, whole = np.unique(docs, return_inverse=True)[1] % FOLDS, factorise(counts, k, model)[1]
    kept = [counts[np.flatnonzero(folds != fold)] for fold in np.unique(folds)]
    found = [agreement(whole, factorise(part, k, model)[1]) for part in kept if part.shape[0] >= k]
    return np.mean(found or [np.zeros(k)], axis=0)


def shuffled(counts, seed):
    """The same words and unit lengths, words dealt at random over the units: text that can hold no topics."""
    m = counts.tocoo()
    words = np.random.default_rng(seed).permutation(np.repeat(m.col, m.data))
    return type(m)((np.ones(len(words), np.int64), (np.repeat(m.row, m.data), words)), m.shape).tocsr()


def panel(counts, model=None):
    """How stable the topics are for each number of them, as the table `panel` (and `sources`): two rows for each k.

    group 'all': `stability` is the mean agreement of the topics over refits; low, high: the least and most stable topic.
    'shuffled': the mean, lowest and highest that SHUFFLES shuffled corpora reach; its high is the mark to beat. Of more than
    MOST units a sample of articles is taken. ValueError where no words are left.
    """
    if not min(counts.matrix.shape):
        raise ValueError(f"{counts.matrix.shape[0]} units of {counts.matrix.shape[1]} words hold no topics; give more articles")
    docs = np.random.default_rng(stats.SEED).permutation(counts.ids["doc_id"].unique())
    docs = sorted(docs[:max(1, int(len(docs) * MOST / len(counts.ids)))])
    ks = [5, 10, 15, 20, 30] if len(counts.ids) >= MOST else [2, 3, 4, 5, 6]
    counts = matrix.select(counts, counts.ids["doc_id"].isin(docs).to_numpy())
    texts, rows = [counts.matrix, *(shuffled(counts.matrix, stats.SEED + i) for i in range(SHUFFLES))], []
    for k in [k for k in ks if k < min(counts.matrix.shape) / 2] or [1]:
        real, *noise = (_refits(text, counts.ids["doc_id"], k, model) for text in texts)
        for group, found, places in (("all", real, docs), ("shuffled", np.mean(noise, axis=1), [])):
            spread, places = (found.mean(), found.min(), found.max()), [(d, None, None) for d in places]
            rows.append((k, group, *spread, SHUFFLES, stats.SEED, places))
    return pd.DataFrame(rows, columns=["k", "group", "stability", "low", "high", "shuffles", "seed", "sources"]).round(6)


def margins(panel):
    """Stability of each k beyond the best of shuffled text, as a part of what was left to 1 (like Cohen's kappa): a Series."""
    wide = panel.pivot(index="k", columns="group", values=["stability", "high"])
    return (wide["stability", "all"] - wide["high", "shuffled"]) / (1 - wide["high", "shuffled"]).clip(lower=1e-9)


def recommend(panel, n_articles):
    """(k or None, the sentence that says why): the K furthest above the best of shuffled text, or none."""
    margin = margins(panel)
    beat, k = f"{(margin > 0).sum()} of {stats.many(len(margin), 'setting')} beat shuffled text", int(margin.idxmax())
    if n_articles < stats.MANY:
        beat = (f"fewer than {stats.MANY} articles, here {n_articles}, are too few to estimate topics, however long they are "
                f"(Tang et al. 2014); {beat}")
    elif margin[k] > 0:
        return k, f"{k} topics: their stability goes {margin[k]:.0%} of the way from the best of shuffled text to 1; {beat}."
    return None, f"No number of topics is recommended: {beat}."


def originals(counts, articles):
    """Which rows of `counts` are of the first article of their story, so that copies count once; all, where no stories are
    told (`story_id` is null)."""
    first = articles["story_id"].isna() | articles["story_id"].eq(articles["doc_id"])
    return counts.ids["doc_id"].isin(articles.loc[first, "doc_id"]).to_numpy()


def fit(counts, k, unit, model=None, once=None, n_terms=10):
    """The topics of the features `counts`, heaviest first: tables topics (and `sources`), topic_shares, and a summary.

    `model`: one of MODELS. `once`: see `originals`; copies have shares, but do not make topics.

    summary: topic, label (number, first three terms), agreement (over refits), n_largest (units whose largest share it is),
    n_articles (of them), effective_articles (inverse Herfindahl of its weight over articles), mark ('unstable', 'one article'
    or ''). Shares of a unit add up to 1, evenly where no topic reaches it. ValueError where k is more than units or terms.
    """
    if not 1 <= k <= min(counts.matrix.shape):
        raise ValueError(f"{k} topics can't be fitted to {counts.matrix.shape[0]} units of {counts.matrix.shape[1]} terms")
    once = None if once is None or once.all() else once
    weights, words = factorise(counts.matrix, k, model, once)
    docs, name = counts.ids["doc_id"], f"{model or DEFAULT}-{k}-{unit}"
    order = np.argsort(-weights.sum(axis=0).round(6), kind="stable")
    made = np.arange(len(docs)) if once is None else np.flatnonzero(once)
    weights, words, refits = weights[:, order], words[order], _refits(counts.matrix[made], docs.iloc[made], k, model)[order]
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
