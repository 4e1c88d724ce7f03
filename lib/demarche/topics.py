"""Topics by one of three models, and how far they can be trusted: agreement over refits, set against shuffled text."""

import warnings
from collections import namedtuple
from pathlib import Path

import numpy as np
import pandas as pd

from demarche import matrix, stats, store

UNITS = {"article": ["doc_id"], "par": ["doc_id", "par"], "sent": ["doc_id", "par", "sent"]}
ENOUGH, MOST = 200, 400  # articles from which they are the unit; units from which more topics are tried, on a sample of so many
ROUNDS, STARTS = 15, 3   # of coordinate descent; of k-means
DIMENSIONS = 50          # latent factors in which units are clustered; twice the number of topics, if that is more
LARGE = 50_000           # units from which models read them by chunks
FOLDS, SHUFFLES = 5, 10   # refits, each without one article (a fifth of more than five); shuffled corpora behind the band
STABLE = 0.6             # mean cosine over refits below which a topic is marked as unstable
TOP = 10                 # heaviest terms of a topic: in its table, and behind its coherence and exclusivity
LIKE = 0.3               # share of terms by which a topic is known as one that was labelled before
# Tables: see fit. words: topics by terms; terms; refits: shares by refit, unit and topic, nan for the units left out
Model = namedtuple("Model", "topics shares summary words terms refits")


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
    from threadpoolctl import threadpool_limits
    if not texts.shape[0]:
        return np.zeros((0, len(words)))
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # see factorise
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


def coherence(words, counts):
    """Mean normalised pointwise mutual information of each topic's TOP terms over units (Bouma 2009; Aletras and Stevenson
    2013), from -1 to 1; 0 for a pair that never meets by chance alone, nan with fewer than two terms."""
    out = []
    for weight in words:
        held = (counts[:, np.sort(np.argsort(-weight, kind="stable")[:TOP])] > 0).toarray().astype(float)
        one, both = held.mean(axis=0), held.T @ held / len(held)
        with np.errstate(divide="ignore", invalid="ignore"):
            npmi = np.log(both / np.outer(one, one)) / -np.log(both)
        npmi = np.where(both == 0, -1, np.where(both == 1, 1, npmi))[np.triu_indices(len(one), 1)]
        out.append(npmi.mean() if len(npmi) else np.nan)
    return np.array(out)


def exclusivity(words):
    """Mean over a topic's TOP terms of the part of the term's weight that is its own (Bischof and Airoldi 2012), 0 to 1."""
    part = words / np.maximum(words.sum(axis=0), 1e-12)
    return np.array([own[np.argsort(-weight, kind="stable")[:TOP]].mean() for own, weight in zip(part, words)])


def _shares(weights):
    total = weights.sum(axis=1, keepdims=True)
    return np.where(total > 0, weights / np.maximum(total, 1e-12), 1 / weights.shape[1])


def _refits(counts, docs, whole, model):
    """Refits that leave out articles: (agreement of each topic, its shares of all units; nan for those left out, held-out
    fit: the part of their tf-idf that the topics of the others make up)."""
    from scipy.optimize import linear_sum_assignment
    folds, k, out = np.unique(docs, return_inverse=True)[1] % FOLDS, len(whole), []
    for fold in np.unique(folds):
        kept, left = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        if len(kept) >= k:
            weights, words = factorise(counts[kept], k, model)
            partners = linear_sum_assignment(-(whole @ words.T))[1]
            shares = np.full((counts.shape[0], k), np.nan)
            shares[kept] = _shares(weights[:, partners])
            texts = _tfidf(counts)[left]
            rest = texts - _placed(texts, words) @ words
            fit = 1 - np.square(rest).sum() / max(texts.multiply(texts).sum(), 1e-12)
            out.append(((whole * words[partners]).sum(axis=1), shares, fit))
    agreement, shares, fit = zip(*out) if out else ([np.zeros(k)], [np.full((counts.shape[0], k), np.nan)], [np.nan])
    return np.mean(agreement, axis=0), np.array(shares), float(np.mean(fit))


def shuffled(counts, seed):
    """The same words and unit lengths, words dealt at random over the units: text that can hold no topics."""
    m = counts.tocoo()
    words = np.random.default_rng(seed).permutation(np.repeat(m.col, m.data))
    return type(m)((np.ones(len(words), np.int64), (np.repeat(m.row, m.data), words)), m.shape).tocsr()


def panel(counts, model=None):
    """How stable the topics are for each number of them, as the table `panel` (and `sources`): two rows for each k.

    group 'all': `stability` is the mean agreement (cosine) of the topics with their partners in refits, matched one to one
    (Kuhn 1955, the Hungarian method); low, high: the least and most stable topic. 'shuffled': the mean, lowest and highest
    that SHUFFLES shuffled corpora reach; its high is the mark to beat. So for `coherence` and `coherence_high`. `exclusivity`,
    `heldout` (the part of left-out units' tf-idf that the topics make up): means. Of more than MOST units a sample of articles
    is taken. ValueError where no words are left.
    """
    if not min(counts.matrix.shape):
        raise ValueError(f"{counts.matrix.shape[0]} units of {counts.matrix.shape[1]} words hold no topics; give more articles")
    docs = np.random.default_rng(stats.SEED).permutation(counts.ids["doc_id"].unique())
    docs = sorted(docs[:max(1, int(len(docs) * MOST / len(counts.ids)))])
    ks = [5, 10, 15, 20, 30] if len(counts.ids) >= MOST else [2, 3, 4, 5, 6]
    counts = matrix.select(counts, counts.ids["doc_id"].isin(docs).to_numpy())
    texts, rows = [counts.matrix, *(shuffled(counts.matrix, stats.SEED + i) for i in range(SHUFFLES))], []
    for k in [k for k in ks if k < min(counts.matrix.shape) / 2] or [1]:
        real, *noise = (_quality(text, counts.ids["doc_id"], k, model) for text in texts)
        for group, found, places in (("all", real[:1], docs), ("shuffled", [q[0].mean(keepdims=True) for q in noise], [])):
            found, more = np.concatenate(found), [real] if group == "all" else noise
            coherent, exclusive, fit = np.array([q[1:] for q in more], float).T
            rows.append((k, group, found.mean(), found.min(), found.max(), coherent.mean(), coherent.max(), exclusive.mean(),
                         fit.mean(), SHUFFLES, stats.SEED, [(d, None, None) for d in places]))
    columns = ["k", "group", "stability", "low", "high", "coherence", "coherence_high", "exclusivity", "heldout", "shuffles",
               "seed", "sources"]
    return pd.DataFrame(rows, columns=columns).round(6)


def _quality(counts, docs, k, model):
    """(agreement of each topic over refits, mean coherence, mean exclusivity, held-out fit)."""
    words = factorise(counts, k, model)[1]
    agreement, _, fit = _refits(counts, docs, words, model)
    return agreement, np.nanmean(coherence(words, counts)) if counts.shape[1] > 1 else np.nan, exclusivity(words).mean(), fit


def margins(panel):
    """Stability of each k beyond the best of shuffled text, as a part of what was left to 1 (like Cohen's kappa): a Series."""
    wide = panel.pivot(index="k", columns="group", values=["stability", "high"])
    return (wide["stability", "all"] - wide["high", "shuffled"]) / (1 - wide["high", "shuffled"]).clip(lower=1e-9)


def recommend(panel, n_articles):
    """(k or None, the sentence that says why): the K furthest above the best of shuffled text, or none. Only a K whose words
    also go together better than those of any shuffled text counts."""
    margin, wide = margins(panel), panel.pivot(index="k", columns="group", values=["coherence", "coherence_high"])
    margin = margin.where(~(wide["coherence", "all"] <= wide["coherence_high", "shuffled"]), margin.clip(upper=0))
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


def fit(counts, k, unit, model=None, once=None):
    """The topics of the features `counts`, heaviest first: tables topics (and `sources`), topic_shares, and a summary.

    `model`: one of MODELS. `once`: see `originals`; copies have shares, but do not make topics.

    summary: topic, label (number, first three terms), agreement (over refits), coherence, exclusivity, n_largest (units whose
    largest share it is), n_articles (of them), effective_articles (inverse Herfindahl of its weight over articles), mark
    ('unstable', 'one article' or ''). Shares of a unit add up to 1, evenly where no topic reaches it. ValueError where k is
    more than units or terms.
    """
    if not 1 <= k <= min(counts.matrix.shape):
        raise ValueError(f"{k} topics can't be fitted to {counts.matrix.shape[0]} units of {counts.matrix.shape[1]} terms")
    once = None if once is None or once.all() else once
    weights, words = factorise(counts.matrix, k, model, once)
    docs, name = counts.ids["doc_id"], f"{model or DEFAULT}-{k}-{unit}"
    order = np.argsort(-weights.sum(axis=0).round(6), kind="stable")
    made = np.arange(len(docs)) if once is None else np.flatnonzero(once)
    weights, words = weights[:, order], words[order]
    agreement, part, _ = _refits(counts.matrix[made], docs.iloc[made], words, model)
    refits = np.full((len(part), len(docs), k), np.nan)
    refits[:, made], shares = part, _shares(weights)
    ids, by_term, rows = counts.ids.reindex(columns=UNITS["sent"]), counts.matrix.tocsc(), []
    places = list(ids.itertuples(index=False, name=None))
    for i, weight in enumerate(words):
        for rank, j in enumerate(np.lexsort((counts.terms, -weight.round(6)))[:TOP], start=1):
            used = [u for u in by_term[:, [j]].nonzero()[0] if shares[u, i] > 0]  # units with the term that the topic reaches
            sources = [places[u] for u in sorted(used, key=lambda u: -shares[u, i])]
            rows.append((name, i + 1, counts.terms[j], weight[j] / max(weight.sum(), 1e-12), rank, sources))
    topics = pd.DataFrame(rows, columns=["model", "topic", "term", "weight", "rank", "sources"]).round(6).query("weight > 0")
    table = pd.concat([ids.assign(model=name, topic=i + 1, share=shares[:, i]) for i in range(k)], ignore_index=True)
    owned, largest = table.groupby(["topic", "doc_id"])["share"].sum().unstack(), shares.argmax(axis=1)
    first = topics[topics["rank"] <= 3].groupby("topic")["term"].agg(", ".join)
    summary = pd.DataFrame({
        "topic": range(1, k + 1), "label": [f"{i}: {first.get(i, '')}" for i in range(1, k + 1)], "agreement": agreement,
        "n_largest": np.bincount(largest, minlength=k), "n_articles": [docs[largest == i].nunique() for i in range(k)],
        "coherence": coherence(words, counts.matrix), "exclusivity": exclusivity(words),
        "effective_articles": 1 / (owned.div(owned.sum(axis=1), axis=0) ** 2).sum(axis=1).to_numpy()}).round(6)
    summary["mark"] = np.where(summary["n_articles"] <= 1, "one article", np.where(agreement < STABLE, "unstable", ""))
    return Model(topics, table[["model", *UNITS["sent"], "topic", "share"]].round(6), summary, words, counts.terms, refits)


def shares_by(model, articles, by="doc_id", period=None):
    """Mean share of each topic per value of an article column, or per `period` ('month' ...; `period, lane`), and its limits.

    Columns topic, <by> or period and lane, share, low, high, n_units, n_articles, interval; `sources`: the units, those with
    the largest share first. Limits: the delete-a-group jackknife (Kott 2001, Journal of Official Statistics 17) over refits of
    the model without a fifth of the articles, so they hold the model's own uncertainty too; none below stats.MIN_ARTICLES.
    """
    from scipy.stats import t
    units = model.shares[model.shares["topic"] == 1][UNITS["sent"]].reset_index(drop=True)
    cells = stats.cells(articles, period, None if period else by).set_index("doc_id")
    found, keys = cells.reindex(units["doc_id"]).reset_index(drop=True), ["period", "lane"] if period else ["group"]
    k, places, out = len(model.words), list(units.itertuples(index=False, name=None)), []
    shares = model.shares["share"].to_numpy().reshape(k, len(units)).T
    for key, part in found.groupby(keys, dropna=False):
        rows = part.index.to_numpy()
        n, refits = units["doc_id"].iloc[rows].nunique(), model.refits[:, rows]
        held = refits[~np.isnan(refits).all(axis=(1, 2))]
        means = np.nanmean(held, axis=1) if len(held) else np.zeros((0, k))
        spread = np.square(means - means.mean(axis=0)).sum(axis=0) if len(means) > 2 else np.zeros(k)
        error = np.sqrt(spread * (len(means) - 1) / max(len(means), 1))
        half = t.ppf((1 + stats.NOMINAL) / 2, len(means) - 1) * error if n >= stats.MIN_ARTICLES and len(means) > 2 else np.nan
        said = f"jackknife over {len(means)} refits" if np.isfinite(half).all() else f"none: {stats.many(n, 'article')}"
        low, high = (np.broadcast_to((shares[rows].mean(axis=0) + sign * half).clip(0, 1), k) for sign in (-1, 1))
        for i in range(k):
            order = rows[np.argsort(-shares[rows, i], kind="stable")]
            out.append((i + 1, *key, shares[rows, i].mean(), low[i], high[i], len(rows), n, said, [places[u] for u in order]))
    columns = ["topic", *(keys if period else [by]), "share", "low", "high", "n_units", "n_articles", "interval", "sources"]
    return pd.DataFrame(out, columns=columns).round(6).sort_values(columns[:2], ignore_index=True)


def apart(model, first, second, n=TOP):
    """The terms that tell two topics apart: `term, difference` (of their weights), the first topic's `n` heaviest on top."""
    table = pd.DataFrame({"term": model.terms, "difference": (model.words[first - 1] - model.words[second - 1]).round(6)})
    table = table.sort_values(["difference", "term"], ascending=[False, True], kind="stable")
    return pd.concat([table.head(n), table.tail(n)]).drop_duplicates().reset_index(drop=True)


def places(model):
    """A map: `kind` (topic or unit), label, x, y, topic (the largest), mark, and `sources` of a unit. Classical scaling of the
    Hellinger distances between shares (Torgerson 1952; Rao 1995), in two dimensions, by a singular value decomposition."""
    k = len(model.words)
    units = model.shares[model.shares["topic"] == 1][UNITS["sent"]]
    shares = model.shares["share"].to_numpy().reshape(k, len(units)).T
    points = np.sqrt(np.vstack([shares, np.eye(k)]))
    points = points - points[:len(units)].mean(axis=0)
    axes = np.linalg.svd(points[:len(units)], full_matrices=False)[2][:2]
    axes = np.vstack([axes, np.zeros((2 - len(axes), k))])
    axes = axes * np.where(axes[:, np.abs(axes).argmax(axis=1)].diagonal() < 0, -1, 1)[:, None]  # signs are free: fix them
    at, keys = (points @ axes.T).round(6) + 0.0, list(units.itertuples(index=False, name=None))
    named = [" ".join(str(v) for v in key if not pd.isna(v)) for key in keys]
    table = pd.DataFrame({"kind": ["unit"] * len(units) + ["topic"] * k, "label": [*named, *model.summary["label"]],
                          "x": at[:, 0], "y": at[:, 1], "topic": [*(shares.argmax(axis=1) + 1), *range(1, k + 1)],
                          "sources": [[key] for key in keys] + [[] for _ in range(k)]})
    for i in range(k):  # a topic rests on the units whose largest it is
        table.at[len(units) + i, "sources"] = [keys[u] for u in np.flatnonzero(shares.argmax(axis=1) == i)]
    return table.merge(model.summary[["topic", "mark"]], on="topic", how="left", sort=False)


def named(model, folder):
    """The model with the labels that the researcher wrote into FOLDER/topic_labels.csv, column `label`. A topic is known again
    by its TOP terms, whatever its number; unknown ones are added to the file, with their first three terms as label."""
    from scipy.optimize import linear_sum_assignment
    terms = model.topics.groupby("topic")["term"].agg(" ".join).reindex(model.summary["topic"], fill_value="")
    known, path = pd.DataFrame({"terms": [], "label": []}, dtype="str"), Path(folder) / "topic_labels.csv"
    if path.exists():
        known = pd.read_csv(path, dtype="str", keep_default_na=False)
        if not {"terms", "label"} <= set(known):
            raise ValueError(f"{path}: it needs the columns terms and label; mend them, or take the file away")
    own, old = [set(x.split()) for x in terms], [set(x.split()) for x in known["terms"]]
    like = np.array([[len(a & b) / max(len(a | b), 1) for b in old] for a in own]).reshape(len(own), len(old))
    label = model.summary["label"].tolist()
    added = set(range(len(own)))
    for i, j in zip(*linear_sum_assignment(-like)):
        if like[i, j] >= LIKE:
            label[i] = f"{i + 1}: {known['label'].iloc[j]}"
            added.discard(i)
    new = pd.DataFrame([(terms.iloc[i], label[i].partition(": ")[2]) for i in sorted(added)], columns=["terms", "label"])
    store.write_bytes(path, store.csv(pd.concat([known, new], ignore_index=True)))
    return model._replace(summary=model.summary.assign(label=label))


def examples(shares, sentences, n=3):
    """The `n` units with the largest share of each topic, verbatim: `topic, share, doc_id, par, text`."""
    best = shares.sort_values(["topic", "share", "doc_id", "par"], ascending=[True, False, True, True], kind="stable")
    best, keys = best.groupby("topic").head(n), [k for k in UNITS["sent"] if shares[k].notna().all()]
    text = sentences[sentences["role"] == "body"].groupby(keys, as_index=False)["text"].agg(" ".join)
    return best.merge(text, on=keys, how="left")[["topic", "share", *keys, "text"]]
