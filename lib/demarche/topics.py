"""Topics by NMF on tf-idf, and how far they can be trusted: agreement over refits against shuffled text."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from demarche import matrix, stats

UNITS = {"article": ["doc_id"], "par": ["doc_id", "par"], "sent": ["doc_id", "par", "sent"]}
SHUFFLES = 10  # shuffled corpora behind the band
STABLE = 0.6   # mean cosine over refits from which a topic is not marked as unstable


class Model(NamedTuple):
    """`topics`, `shares`: tables of the schema; `summary`: one row per topic; `said`: the choices made, in words."""

    topics: pd.DataFrame
    shares: pd.DataFrame
    summary: pd.DataFrame
    said: str


def default_unit(n_articles):
    """Articles where there are enough of them (200), else paragraphs: few long texts carry no topics by themselves."""
    return "article" if n_articles >= 200 else "par"


def units(counts, unit):
    """(features per unit, choices in words): the body counts summed to units, stop and one-article words left out."""
    body = matrix.select(counts, (counts.ids["role"] == "body").to_numpy())
    n_articles = body.ids["doc_id"].nunique()
    rows, said = matrix.features(matrix.group(body, UNITS[unit]), min_articles=2 if n_articles < 200 else 5)
    filled = matrix.select(rows, rows.matrix.sum(axis=1) > 0)
    return filled, said


def factorise(counts, k):
    """(unit weights, term weights) of NMF on sublinear tf-idf, deterministic start (Lee and Seung 1999; scikit-learn)."""
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfTransformer
    import warnings

    weights = TfidfTransformer(sublinear_tf=True).fit_transform(counts)
    model = NMF(k, init="nndsvd", solver="cd", max_iter=30, random_state=stats.SEED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # thirty rounds are enough here; the agreement over refits is what counts
        return model.fit_transform(weights), model.components_


def agreement(a, b):
    """Cosine of each topic of `a` with its partner in `b`, best one-to-one matching (Kuhn 1955, the Hungarian method)."""
    from scipy.optimize import linear_sum_assignment

    def unit(x):
        return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12)
    cosines = unit(a) @ unit(b).T
    rows, partners = linear_sum_assignment(-cosines)
    return cosines[rows, partners]


def _refits(counts, k):
    """Agreement of each topic with refits that leave out one article (one tenth of them where there are more than ten)."""
    docs = counts.ids["doc_id"].to_numpy()
    names = np.unique(docs)
    folds = [names[i::min(10, len(names))] for i in range(min(10, len(names)))]
    whole = factorise(counts.matrix, k)[1]
    kept = [counts.matrix[np.flatnonzero(~np.isin(docs, fold))] for fold in folds]
    return np.array([agreement(whole, factorise(part, k)[1]) for part in kept if part.shape[0] > k])


def shuffled(counts, seed):
    """The same words and unit lengths, words dealt at random over the units: text that can hold no topics."""
    m = counts.matrix.tocoo()
    words = np.random.default_rng(seed).permutation(np.repeat(m.col, m.data))
    rows = np.repeat(m.row, m.data)
    matrix_ = type(m)((np.ones(len(rows), np.int64), (rows, words)), m.shape).tocsr()
    return counts._replace(matrix=matrix_)


def panel(counts, ks):
    """How stable the topics are for each number of them: `k, stability, low, high, shuffled, shuffles, seed`.

    stability: mean agreement of the topics with those of refits that leave articles out; low, high: the least and the
    most stable topic. shuffled: the highest stability that SHUFFLES shuffled corpora reach, the mark to beat.
    """
    rows = []
    for k in ks:
        refits = _refits(counts, k).mean(axis=0)
        noise = [_refits(shuffled(counts, stats.SEED + i), k).mean() for i in range(SHUFFLES)]
        rows.append((k, refits.mean(), refits.min(), refits.max(), max(noise), SHUFFLES, stats.SEED))
    columns = ["k", "stability", "low", "high", "shuffled", "shuffles", "seed"]
    return pd.DataFrame(rows, columns=columns).round(6)


def recommend(panel, n_articles):
    """(k or None, the sentence that says why): the most stable K that beats every shuffled corpus, or none."""
    good = panel[panel["stability"] > panel["shuffled"]]
    if n_articles < 20:
        tail = "beat" if len(good) else "don't beat"
        return None, (f"No number of topics is recommended: {n_articles} articles are too few to estimate topics, however long they "
                      f"are (Tang et al. 2014), and here {len(good)} of {len(panel)} settings {tail} shuffled text.")
    if good.empty:
        return None, f"No number of topics is recommended: none of {len(panel)} settings is more stable than shuffled text."
    best = good.loc[(good["stability"] - good["shuffled"]).idxmax()]
    return int(best["k"]), (f"{int(best['k'])} topics: their stability ({best['stability']:.2f}) is furthest above that of shuffled "
                            f"text ({best['shuffled']:.2f}); {len(good)} of {len(panel)} settings beat it.")


def fit(counts, k, unit, terms=10):
    """The topics of the features `counts` as tables, each with what it rests on.

    summary: topic, label (its first three terms), agreement (mean over refits), n_units (units whose largest share it
    is), n_articles, effective_articles (inverse Herfindahl of its weight over articles), top_article_share, mark
    ('unstable', 'one article' or ''). Shares of a unit add up to 1; those of an article are means over its units.
    """
    if k > min(counts.matrix.shape):
        raise ValueError(f"{k} topics can't be fitted to {counts.matrix.shape[0]} units of {counts.matrix.shape[1]} terms; take fewer")
    weights, words = factorise(counts.matrix, k)
    refits = _refits(counts, k).mean(axis=0)
    order = np.argsort(-weights.sum(axis=0), kind="stable")
    weights, words, refits = weights[:, order], words[order], refits[order]
    shares = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-12)
    name = f"nmf-{k}-{unit}"
    top = [sorted(range(len(counts.terms)), key=lambda j: (-round(w[j], 6), counts.terms[j]))[:terms] for w in words]
    topics = pd.DataFrame([(name, i + 1, counts.terms[j], words[i][j] / words[i].sum(), r)
                           for i, js in enumerate(top) for r, j in enumerate(js, start=1)], columns="model topic term weight rank".split())
    ids = counts.ids.reindex(columns=UNITS["sent"])
    table = pd.concat([ids.assign(model=name, topic=i + 1, share=shares[:, i]) for i in range(k)], ignore_index=True)
    docs = table.groupby(["topic", "doc_id"])["share"].sum().unstack("doc_id").to_numpy()
    owned = docs / np.maximum(docs.sum(axis=1, keepdims=True), 1e-12)
    mine = shares.argmax(axis=1)
    summary = pd.DataFrame({
        "topic": range(1, k + 1), "label": [", ".join(counts.terms[j[:3]]) for j in top], "agreement": refits,
        "n_units": [(mine == i).sum() for i in range(k)],
        "n_articles": [counts.ids["doc_id"][mine == i].nunique() for i in range(k)],
        "effective_articles": 1 / np.maximum((owned**2).sum(axis=1), 1e-12), "top_article_share": owned.max(axis=1)}).round(6)
    summary["mark"] = np.where(summary["n_articles"] <= 1, "one article", np.where(refits < STABLE, "unstable", ""))
    table["share"] = table["share"].round(6)
    return Model(topics.round(6), table[["model", *UNITS["sent"], "topic", "share"]], summary, f"{k} topics from {len(ids):,} units ({unit})")


def by_article(shares):
    """Mean share of each topic per article: `topic, doc_id, share, n_units`, and the sentences or paragraphs it rests on."""
    grouped = shares.groupby(["topic", "doc_id"])
    table = grouped["share"].agg(share="mean", n_units="size").reset_index()
    large = shares[shares["share"] >= 0.5]
    places = {k: list(g[UNITS["sent"]].itertuples(index=False, name=None)) for k, g in large.groupby(["topic", "doc_id"])}
    table["sources"] = [places.get((r.topic, r.doc_id), []) for r in table.itertuples()]
    return table.round(6)


def examples(shares, sentences, n=3):
    """The `n` units with the largest share of each topic, verbatim: `topic, share, doc_id, par, text`."""
    body = sentences[sentences["role"] == "body"]
    best = shares.sort_values(["share", "doc_id", "par"], ascending=[False, True, True], kind="stable").groupby("topic").head(n)
    keys = [k for k in UNITS["sent"] if best[k].notna().all()]
    text = body.groupby(keys)["text"].agg(" ".join)
    best = best.assign(text=[text.get(tuple(r) if len(keys) > 1 else r[0], "") for r in best[keys].itertuples(index=False, name=None)])
    return best.sort_values(["topic", "share"], ascending=[True, False], kind="stable")[["topic", "share", *keys, "text"]].reset_index(drop=True)


def ks(counts):
    """The numbers of topics worth a look: 2 to 6 for a few units, wider steps for many."""
    n = counts.matrix.shape[0]
    return [k for k in ([2, 3, 4, 5, 6] if n < 500 else [5, 10, 15, 20, 30]) if k < min(counts.matrix.shape) / 2]
