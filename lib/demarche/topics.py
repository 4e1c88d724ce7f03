"""Topics by one of three models, and how far they can be trusted: agreement over refits, coherence and held-out fit, each set
against shuffled text."""

import warnings
from collections import namedtuple
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import scipy
from threadpoolctl import ThreadpoolController

from demarche import matrix, schema, stats, store
from demarche.sentences import fold
from demarche.stories import story_of

UNITS = {"article": schema.SENTENCE[:1], "par": schema.SENTENCE[:2], "sent": schema.SENTENCE}  # their keys
# Articles from which they are the unit, no longer paragraphs; units from which nmf and lda read by chunks; units of the panel.
ARTICLE_UNIT_FROM, CHUNKED_FROM, PANEL_UNITS = 200, 50_000, 800
# The mixture: units that start it (but 150 for a topic), by so many runs of k-means in so many latent factors (but five for a
# topic); rounds of EM at most, which end when a unit's shares move less than the tolerance, on average.
START_UNITS, KMEANS_STARTS, LATENT_FACTORS, EM_ROUNDS, EM_TOLERANCE = 1_000, 10, 30, 30, 0.005
WORD_WEIGHT, SMOOTHING = 6, 7  # how often a tf-idf weight counts as a word; parts of usual words added to a topic
FOLDS, SHUFFLES = 10, 10       # refits, each without one article (a tenth of more than ten); shuffled corpora behind the band
MIN_AGREEMENT, LAMBDA = 0.6, 0.6   # over refits, below which a topic is unstable; weight of a term's frequency in its relevance
# Terms of a topic that are read; units that stand behind a number; the researcher's own words.
TOP_TERMS, MAX_SOURCES, LABELS = 10, 200, "topic-labels.csv"
# Three tables (see fit); the units, their shares as an array; topics by terms, each row adds up to 1; shares given by refits.
Model = namedtuple("Model", "topics shares summary ids weights words terms refits")


def default_unit(n_articles):
    """Articles where there are ARTICLE_UNIT_FROM of them, else paragraphs: few long texts carry no topics by themselves."""
    return "article" if n_articles >= ARTICLE_UNIT_FROM else "par"


def units(counts, unit):
    """(features per unit, choices in words): body counts (of an article also its headline and standfirst) summed to units, less
    what `matrix.features` leaves out; where that is all, rare and frequent words stay. Paragraphs and sentences without a word
    that is left are left out too; articles stay."""
    text = matrix.group(counts, UNITS[unit], ["body", "headline", "standfirst"][:3 if unit == "article" else 1])
    n_articles = text.ids["doc_id"].nunique()
    min_articles = max(3, n_articles // 5_000) if n_articles >= ARTICLE_UNIT_FROM else min(n_articles, 2)
    rows, choices = matrix.features(text, min_articles, max_share=0.5 if len(text.ids) > 3 else 1.0)
    rows, choices = (rows, choices) if len(rows.terms) else matrix.features(text, 1, max_share=1.0)
    rows = matrix.select(rows, (rows.matrix.sum(axis=1) > 0) | (unit == "article"))
    named = stats.plural(len(rows.ids), {"article": "article", "par": "paragraph", "sent": "sentence"}[unit])
    return rows, (f"The units are {named} of {stats.plural(n_articles, 'article')} (default: articles, if {ARTICLE_UNIT_FROM} "
                  f"or more). {choices}")


def stories(counts, articles):
    """(the story of each row of `counts`, which rows are of its first article, so that copies count once), two arrays: all
    rows, where no stories are told (`story_id` is null). `articles`: as of `prepare.Tables.told`."""
    story = counts.ids["doc_id"].map(story_of(articles)).fillna(counts.ids["doc_id"])
    return story.to_numpy(), (story == counts.ids["doc_id"]).to_numpy(bool)


# Models: (counts, number of topics) to (words of the topics, a function from counts of these terms to topic weights).

def mixture(counts, k):
    """A mixture of multinomials by EM (Nigam et al. 2000, Machine Learning 39) on sublinear tf-idf, from k-means clusters in
    a space of latent factors (Deerwester et al. 1990) of START_UNITS units spread evenly over all."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    weigh, texts = _tfidf(counts)
    part = texts[np.linspace(0, texts.shape[0] - 1, min(texts.shape[0], max(START_UNITS, 150 * k))).astype(int)]
    dimensions, usual = max(1, min(max(LATENT_FACTORS, 5 * k), min(part.shape) - 1)), np.ravel(texts.sum(axis=0)) + 1e-12
    svd = TruncatedSVD(dimensions, n_iter=2, random_state=stats.SEED)
    factors = svd.fit_transform(part.astype(np.float32)) if min(part.shape) > 2 else part.toarray()
    start = KMeans(k, n_init=KMEANS_STARTS, max_iter=10, random_state=stats.SEED).fit_predict(_unit(factors.astype(float)))
    member, usual, part, whole = np.eye(k)[start], usual / usual.sum(), part.T, texts.T

    def words(smooth):
        found = (part @ member).T
        found = found + smooth * found.sum() / k * usual
        return found / found.sum(axis=1, keepdims=True)
    for _ in range(EM_ROUNDS):
        likely, prior = np.ascontiguousarray(np.log(words(SMOOTHING) / usual).T), np.log(member.mean(axis=0) + 1e-9)
        before, member = member, scipy.special.softmax(WORD_WEIGHT * (texts @ likely) + prior, axis=1)
        settled, part = part is whole and abs(member - before).sum() < EM_TOLERANCE * len(member), whole
        if settled:
            break
    own = words(0.1)  # weak in what comes of it, strong while units are told apart
    return own, lambda rows: _divided(weigh(rows), own)


def _divided(texts, words, rounds=3, power=3, chunk=500):
    """Each unit's weight divided over the topics, word by word (folding in: Hofmann 1999), by chunks of units; in long steps
    (Salakhutdinov and Roweis 2003), since few short ones leave shares too even."""
    words, done = words.T.astype(np.float32), []
    for start in range(0, texts.shape[0], chunk):
        part = texts[start:start + chunk].astype(np.float32)
        weight, terms, likely = part.data, np.diff(part.indptr), words.take(part.indices, axis=0)
        shares = np.ones((part.shape[0], words.shape[1]), np.float32)
        for _ in range(rounds):
            part.data = weight / np.einsum("ij,ij->i", np.repeat(shares, terms, axis=0), likely).clip(1e-30)
            shares = shares * (part @ words) ** power
            shares /= shares.sum(axis=1, keepdims=True).clip(1e-30)
        done.append(shares.astype(float))
    return np.concatenate(done)


def _tfidf(counts):
    from sklearn.feature_extraction.text import TfidfTransformer
    weigh = TfidfTransformer(sublinear_tf=True).fit(counts).transform
    return weigh, weigh(counts)


def nmf(counts, k):
    """NMF (Lee and Seung 1999) on sublinear tf-idf, by coordinate descent from a deterministic start (Boutsidis and
    Gallopoulos 2008); by chunks, in random order, from CHUNKED_FROM units on (Lefevre, Bach and Fevotte 2011)."""
    from sklearn.decomposition import NMF, MiniBatchNMF
    (weigh, texts), (kind, rounds) = _tfidf(counts), (NMF, 15) if counts.shape[0] < CHUNKED_FROM else (MiniBatchNMF, 3)
    model = kind(k, init="nndsvd", max_iter=rounds, random_state=stats.SEED).fit(texts)
    return model.components_, lambda rows: model.transform(weigh(rows)) * np.linalg.norm(model.components_, axis=1)


def lda(counts, k):
    """Latent Dirichlet allocation on counts by variational Bayes: all units at once (Blei, Ng and Jordan 2003), or online from
    CHUNKED_FROM units on (Hoffman, Blei and Bach 2010)."""
    from sklearn.decomposition import LatentDirichletAllocation
    way = {"learning_method": "online", "max_iter": 5} if counts.shape[0] >= CHUNKED_FROM else {"max_iter": 30}
    model = LatentDirichletAllocation(k, random_state=stats.SEED, **way).fit(counts)
    return model.components_, model.transform


MODELS = {"mixture": mixture, "nmf": nmf, "lda": lda}
_pools = cache(ThreadpoolController)  # what limits the cores, looked up once: a look takes longer than a small model


def factorise(counts, k, model="mixture"):
    """(words, place) of `k` topics of a count matrix (units by terms, sparse), by one of MODELS: `words`, an array of topics by
    terms, adds up to 1 over the terms for each topic; `place`, a function of counts of the same terms, gives an array of units
    by topics that adds up to 1 for each unit, evenly where no topic reaches it. One core, whatever the machine has: sums come
    out in one order."""
    import sklearn.decomposition  # noqa: F401 - brings in all that works on more than one core

    def place(rows):
        with _pools().limit(limits=1):
            weights = given(rows)
        total = weights.sum(axis=1, keepdims=True)
        return np.where(total > 0, weights / total.clip(1e-300), 1 / k)
    with _pools().limit(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # not converged to the last digit: the agreement over refits is what counts
        words, given = MODELS[model](counts, k)
    return words / words.sum(axis=1, keepdims=True).clip(1e-300), place


def match(a, b):
    """(partner in `b` of each row of `a`, their cosines) of two arrays of topics by terms: the best one-to-one matching (Kuhn
    1955, the Hungarian method).

    >>> partners, cosines = match(np.array([[1, 0], [0, 2]]), np.array([[0, 1], [1, 0]]))
    >>> partners.tolist(), cosines.tolist()
    ([1, 0], [1.0, 1.0])
    """
    rows, partners = scipy.optimize.linear_sum_assignment(cosines := _unit(a) @ _unit(b).T, maximize=True)
    return partners, cosines[rows, partners]


def _unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True).clip(1e-12)


def _refits(counts, fold, words, model, most=FOLDS):
    """(fold left out, words, place, cosines) of refits without a fold of the articles, topics matched to those of `words`."""
    usual = words.mean(axis=0)  # what is more than usual tells topics apart: all share the rest
    for out in [f for f in np.unique(fold)[:most] if (fold != f).sum() >= len(words)]:
        other, place = factorise(counts[np.flatnonzero(fold != out)], len(words), model)
        partners, cosines = match(np.maximum(words - usual, 0), np.maximum(other - usual, 0))
        yield out, other[partners], lambda rows, place=place, partners=partners: place(rows)[:, partners], cosines


def ranked(words):
    """The terms of each topic, best first, as columns of `words` (topics by terms), a row per topic: by frequency in it and
    lift over the other topics (relevance with weight LAMBDA: Sievert and Shirley 2014), which keeps out words that are common
    everywhere.

    >>> ranked(np.array([[0.6, 0.4, 0.0], [0.5, 0.0, 0.5]])).tolist()
    [[0, 1, 2], [2, 0, 1]]
    """
    return np.argsort(((1 - LAMBDA) * np.log(words.mean(axis=0) + 1e-12) - np.log(words + 1e-12)).round(6), kind="stable")


def coherence(counts, tops):
    """Mean normalised pointwise mutual information of each topic's terms in the units (Bouma 2009): from -1, never together,
    to 1, always. `counts`: units by terms, sparse; `tops`: columns of it, a row per topic.

    >>> import scipy.sparse
    >>> counts = scipy.sparse.csr_array([[1, 1, 0], [2, 1, 0], [0, 0, 1], [0, 0, 1]])
    >>> coherence(counts, np.array([[0, 1], [0, 2]])).tolist()
    [1.0, -1.0]
    """
    used, codes = np.unique(tops, return_inverse=True)
    held = (counts[:, used] > 0).astype(float)
    both = (held.T @ held).toarray() / counts.shape[0]
    alone = both.diagonal()
    with np.errstate(divide="ignore", invalid="ignore"):
        npmi = np.where(both > 0, np.log(both / np.outer(alone, alone)) / -np.log(both), -1)
    npmi, pairs = np.where(both >= 1, 1, npmi), np.triu_indices(tops.shape[1], 1)
    return np.array([npmi[np.ix_(own, own)][pairs].sum() / max(len(pairs[0]), 1) for own in codes.reshape(tops.shape)])


def heldout(counts, words, place, usual):
    """Bits per word gained over one topic for all (`usual`: the topics' words, each by its part of the units that the model
    saw) when one half of the words of units that it never saw tells their topics, and these the other half (document
    completion: Wallach et al. 2009)."""
    m = counts.tocoo()
    half = np.random.default_rng(stats.SEED).binomial(m.data.astype(int), 0.5)
    first, rest = (type(m)((data[data > 0], (m.row[data > 0], m.col[data > 0])), m.shape) for data in (half, m.data - half))
    usual, found = usual + 1e-12, place(first.tocsr())
    likely = np.einsum("ij,ij->i", found[rest.row], words.T[rest.col])
    return (rest.data * np.log2(0.9 * likely / usual[rest.col] + 0.1)).sum() / max(rest.data.sum(), 1)


def shuffled(counts, seed):
    """The same words and unit lengths, words dealt at random over the units: text that can hold no topics."""
    m = counts.tocoo()
    words = np.random.default_rng(seed).permutation(np.repeat(m.col, m.data))
    return type(m)((np.ones(len(words), np.int64), (np.repeat(m.row, m.data), words)), m.shape).tocsr()


def measure(counts, docs, k, model, folds=FOLDS):
    """{measure: its value for each topic, or one for each refit} of `k` topics."""
    words, fold = factorise(counts, k, model)[0], np.unique(docs, return_inverse=True)[1] % FOLDS
    refits = [(heldout(counts[fold == out], other, place, place(counts[fold != out]).mean(axis=0) @ other), cosines)
              for out, other, place, cosines in _refits(counts, fold, words, model, folds)]
    gains, cosines = zip(*refits or [(0.0, np.zeros(k))])
    tops, own = ranked(words)[:, :TOP_TERMS], words / words.sum(axis=0).clip(1e-300)
    return {"stability": np.mean(cosines, axis=0), "coherence": coherence(counts, tops),
            "exclusivity": np.take_along_axis(own, tops, axis=1).mean(axis=1), "heldout": np.array(gains)}


def panel(counts, model="mixture"):
    """How good each number of topics is, as the table `panel` (and `sources`): two rows for each k and measure.

    stability: mean agreement of the topics over refits without some articles; coherence: NPMI of their ten first terms;
    exclusivity: the topic's part of its ten first terms; heldout: bits per word won on articles left out. group 'all': the
    mean; low, high: the least and the best topic (refit, for heldout). 'shuffled': the mean, lowest and highest that SHUFFLES
    shuffled corpora reach; its high is the mark to beat. Of more than PANEL_UNITS units a sample of articles is taken.
    ValueError where no words are left.
    """
    n_units, n_words = counts.matrix.shape
    schema.refuse(not n_units * n_words, f"{n_units} units of {n_words} words hold no topics; give more articles")
    docs = np.random.default_rng(stats.SEED).permutation(counts.ids["doc_id"].unique())
    docs = sorted(docs[:max(1, int(len(docs) * PANEL_UNITS / n_units))])
    counts = matrix.select(counts, counts.ids["doc_id"].isin(docs).to_numpy())
    texts, rows = [counts.matrix, *(shuffled(counts.matrix, stats.SEED + i) for i in range(SHUFFLES))], []
    places = [(doc_id, None, None) for doc_id in docs]
    ks = [2, 3, 4, 5, 6, 8, 10, 15, 20, 30] if len(counts.ids) >= PANEL_UNITS / 2 else [2, 3, 4, 5, 6]
    for k in [k for k in ks if k < min(counts.matrix.shape) / 2] or [1]:
        real, *noise = (measure(text, counts.ids["doc_id"], k, model, 1 if i else FOLDS) for i, text in enumerate(texts))
        rows += [(k, name, group, np.mean(found), np.min(found), np.max(found), SHUFFLES, stats.SEED, behind) for name in real
                 for group, found, behind in (("all", real[name], places), ("shuffled", [n[name].mean() for n in noise], []))]
    return pd.DataFrame(rows, columns=["k", "measure", "group", "value", "low", "high", "shuffles", "seed", "sources"]).round(6)


def margins(panel):
    """Stability of each k beyond the best of shuffled text, as a part of what was left to 1 (like Cohen's kappa), less 1 where
    coherence or held-out fit don't beat shuffled text (for held-out fit: or gain nothing): a Series."""
    wide = panel.pivot(index="k", columns=["measure", "group"], values=["value", "high"])
    best, value = (wide[column].xs(group, axis=1, level="group") for column, group in (("high", "shuffled"), ("value", "all")))
    beaten = (value["coherence"] > best["coherence"]) & (value["heldout"] > best["heldout"].clip(lower=0))
    return (value["stability"] - best["stability"]) / (1 - best["stability"]).clip(lower=1e-9) - ~beaten


def recommend(panel, n_articles):
    """(k or None, the sentence that says why): the K furthest above the best of shuffled text, or none."""
    margin = margins(panel)
    why, k = f"{(margin > 0).sum()} of {stats.plural(len(margin), 'setting')} beat shuffled text", int(margin.idxmax())
    if n_articles < stats.LARGE_SAMPLE:
        why = f"too few articles, {n_articles} of at least {stats.LARGE_SAMPLE} (Tang et al. 2014); {why}"
    elif margin[k] > 0:
        return k, f"{k} topics: their stability goes {margin[k]:.0%} of the way from the best of shuffled text to 1; {why}."
    return None, f"No number of topics is recommended: {why}."


def fit(counts, k, unit, model="mixture", story=None):
    """The topics of the features `counts`, heaviest first: tables topics (and `sources`), topic_shares, and a summary. `story`:
    that of each unit (see `stories`); copies don't make topics, but have shares.

    summary: topic, label (number, first three terms, mark), agreement (mean over refits), n_largest (units whose largest share
    it is), n_articles (of them), effective_articles (inverse Herfindahl of its weight over articles), residual (part of these
    units, as lengths of their tf-idf, that does not go along the topic's words), mark ('unstable', 'one article', 'no unit' or
    '').
    Shares of a unit add up to 1, evenly where no topic reaches it. ValueError where k is more than units or terms.
    """
    docs, m, name = counts.ids["doc_id"].to_numpy(), counts.matrix, f"{model}-{k}-{unit}"
    story = docs if story is None else story
    made, fold = np.flatnonzero(story == docs), np.unique(story, return_inverse=True)[1] % FOLDS
    if not 1 <= k <= min(len(made), m.shape[1]):
        raise ValueError(f"{k} topics can't be fitted to {len(made)} units of {m.shape[1]} terms; ask for fewer topics")
    words, place = factorise(m[made], k, model)
    weights = place(m)
    order = np.argsort(-weights.sum(axis=0).round(6), kind="stable")
    words, weights = words[order], weights[:, order]
    found = [(other(m).astype(np.float32), cosine) for _, _, other, cosine in _refits(m[made], fold[made], words, model)]
    refits, cosines = zip(*found) if found else ((), ())
    ids, by_term, rows, largest = counts.ids.reindex(columns=UNITS["sent"]), m.tocsc(), [], weights.argmax(axis=1)
    for (i, rank), j in np.ndenumerate(ranked(words)[:, :TOP_TERMS]):
        used = np.intersect1d(by_term[:, [j]].nonzero()[0], np.flatnonzero(weights[:, i]))  # units that the topic reaches
        rows.append((name, i + 1, counts.terms[j], words[i, j], rank + 1, _best(ids, used, weights[:, i])))
    topics = pd.DataFrame(rows, columns=["model", "topic", "term", "weight", "rank", "sources"]).round(6).query("weight > 0")
    shares = pd.concat([ids.assign(model=name, topic=i + 1, share=weights[:, i].round(6)) for i in range(k)], ignore_index=True)
    owned, along = pd.DataFrame(weights[made]).groupby(docs[made]).sum(), _tfidf(m)[1] @ _unit(words).T
    summary = pd.DataFrame({
        "model": name, "topic": range(1, k + 1), "label": "", "agreement": np.mean(cosines or [np.zeros(k)], axis=0),
        "n_largest": np.bincount(own := largest[made], None, k), "n_articles": [len({*docs[made[own == i]]}) for i in range(k)],
        "effective_articles": 1 / ((owned / owned.sum().clip(lower=1e-9)) ** 2).sum().to_numpy(), "residual": [
            1 - (along[largest == i, i] ** 2).sum() / max((largest == i).sum(), 1) for i in range(k)]}).round(6)
    n, unstable = summary["n_articles"], summary["agreement"] < MIN_AGREEMENT
    summary["mark"] = np.select([n < 1, n < 2, unstable], ["no unit", "one article", "unstable"], "")
    summary["label"] = _named(_first(topics, k, 3), summary["mark"])
    return Model(topics, shares, summary, ids, weights, words, counts.terms, refits)


def _best(ids, rows, score):
    """The places of these rows, those with the highest score first, at most MAX_SOURCES."""
    return list(ids.iloc[rows[np.argsort(-score[rows], kind="stable")[:MAX_SOURCES]]].itertuples(index=False, name=None))


def _first(topics, k, n):
    return topics[topics["rank"] <= n].groupby("topic")["term"].agg(", ".join).reindex(range(1, k + 1), fill_value="").tolist()


def labels(model, folder):
    """The model with the researcher's labels, from the column `label` of FOLDER/topic-labels.csv, which is written anew.

    Each row of that file holds a topic's first terms; after a rerun a label goes to the topic that shares the most of them, at
    least a third. Labels that find none are kept in the file, without a number.
    """
    path, (terms, names) = Path(folder) / LABELS, (_first(model.topics, len(model.words), n) for n in (TOP_TERMS, 3))
    kept = store.read_csv(path, ["label", "terms"]) if path.exists() else pd.DataFrame(columns=["label", "terms"])
    free, lost = dict(enumerate(set(own.split(", ")) for own in terms)), []
    for label, own in kept[["label", "terms"]].itertuples(index=False):
        if label.strip() and label != ", ".join(own.split(", ")[:3]):  # else nobody has edited it
            best = max(free, key=lambda i, own=own: len(free[i].intersection(own.split(", "))), default=None)
            if free and 3 * len(free[best].intersection(own.split(", "))) >= len(free[best]):
                names[best] = label if free.pop(best) else ""
            else:
                lost.append(("", label, own))
    rows = [(str(i), *row) for i, row in enumerate(zip(names, terms), 1)] + lost
    store.write_bytes(path, store.csv(pd.DataFrame(rows, columns=["topic", "label", "terms"])))
    return model._replace(summary=model.summary.assign(label=_named(names, model.summary["mark"])))


def _named(names, marks):
    return [f"{i}: {name}{f' ({mark})' if mark else ''}" for i, (name, mark) in enumerate(zip(names, marks), 1)]


def _joined(model, table, columns):
    """(rows of `table` with `unit`, the row of the model's units in which they stand)."""
    keys = [c for c in UNITS["sent"] if c in table and model.ids[c].notna().all()]
    return table[list(dict.fromkeys([*keys, *columns]))].merge(model.ids[keys].assign(unit=range(len(model.ids))), on=keys)


def shares_by(model, table, by="doc_id", topic=None):
    """Mean share of each topic (or of one `topic`) per value of a column: `topic, <by>, share, low, high, n_units, n_articles,
    interval`; `sources`: units, those with the largest share first. `table`: one by doc_id (articles, stats.cells), or by
    places in articles (statements: shares where somebody speaks). A period has its `lane`.

    Intervals carry the uncertainty of the model: to the variance over articles (see stats.intervals) comes that over refits,
    each without a tenth of the articles (delete-a-group jackknife: Kott 2001), and the square of what units that mix topics
    give to this one or take from it (the smaller of share and rest, on average): there the model, made for units of one
    topic, is off, however many there are. In simulations nine of ten hold the true share or more, of lda fewer: it gets none
    (benchmarks/topics_coverage.py).
    """
    rows, out, topics = _joined(model, table, [by]), [], range(1, len(model.words) + 1)
    code, values = pd.factorize(rows[by].astype(object).fillna("unknown"), sort=True)
    unit, docs = rows["unit"].to_numpy(), pd.factorize(model.ids["doc_id"])[0]
    pair, at = np.unique(np.column_stack([code, docs[unit]]), axis=0, return_inverse=True)  # a value and an article of it
    size, cell = np.bincount(at, minlength=len(pair)), pair[:, 0]
    n, n_units = np.bincount(cell), np.bincount(code)
    for i in () if rows.empty else [k - 1 for k in topics if topic in (None, k)]:
        mean, *refits = (np.bincount(code, w[unit, i]) / n_units for w in (model.weights, *model.refits))
        low, high, labels = stats.intervals(np.bincount(at, model.weights[unit, i]), size, cell, "share")
        moved = np.std(refits or [mean], axis=0) * np.sqrt(max(len(refits) - 1, 1))
        mixed = np.bincount(code, np.minimum(model.weights, 1 - model.weights)[unit, i]) / n_units
        half = np.sqrt(((high - low) / 2) ** 2 + (stats.t_critical(np.maximum(n - 1, 1)) * moved) ** 2 + mixed ** 2)
        labels = [label if label[:4] == "none" else f"{label}, wider where {len(model.refits)} refits of the model differ or "
                  "units mix topics, 90% or more in simulation" for label in labels]
        if model.summary["model"][0].startswith("lda-"):
            half, labels = half * np.nan, ["none: those of lda hold too seldom in simulation"] * len(n)
        order = np.lexsort((-model.weights[unit, i].round(9), code))
        best = [own[:MAX_SOURCES] for own in np.split(unit[order], np.cumsum(n_units)[:-1])]
        places = zip(*(model.ids[c].to_numpy(object)[np.concatenate(best)] for c in model.ids))
        low, high = np.clip([mean - half, mean + half], 0, 1)
        out += [(i + 1, values[k], mean[k], low[k], high[k], n_units[k], n[k], labels[k], [next(places) for _ in own])
                for k, own in enumerate(best)]
    columns = ["topic", by, "share", "low", "high", "n_units", "n_articles", "interval", "sources"]
    out = pd.DataFrame(out, columns=columns).sort_values(["topic", by], kind="stable", ignore_index=True).round(6)
    if by == "period":  # as `stats.cells` names them
        lane = np.select([out[by] == "unknown", out[by].str.contains("/")], ["undated", "between"], "dated")
        out = out.assign(period=out[by].mask(lane == "undated"), lane=lane)
    return out


def drift(model, counts, articles, topic, by="year"):
    """How a topic's words move: `term, period, rate, n_articles`; `sources`. Rate: of the words that the topic's share of each
    unit brings in, how many per 1,000 are this one. Articles without a day are left out."""
    rows, out = _joined(model, articles, ["date"]).dropna(subset="date"), []
    for period, part in rows.groupby(stats.period(rows["date"].astype("str"), by)):
        own = part["unit"].to_numpy()
        brought = (counts.matrix[own].multiply(model.weights[own, topic - 1][:, None])).tocsc()
        for term in model.topics.query("topic == @topic").sort_values("rank")["term"]:
            hits = np.bincount(own, brought[:, np.flatnonzero(model.terms == term)].toarray().ravel(), len(model.ids))
            out.append((term, period, 1e3 * hits.sum() / max(brought.sum(), 1e-9), part["doc_id"].nunique(),
                        _best(model.ids, np.flatnonzero(hits) if hits.any() else own, hits)))  # of 0: all that was searched
    return pd.DataFrame(out, columns=["term", "period", "rate", "n_articles", "sources"]).round(6)


def apart(model, n=6):
    """The terms that tell the two most alike topics apart: `term, topic` (where it is the more frequent), `weight, other` (in
    that topic and in the other), by their part of the two's Jeffreys divergence (1946)."""
    alike = np.triu(_unit(model.words) @ _unit(model.words).T, 1)
    (a, b), rows = np.unravel_index(alike.argmax(), alike.shape), []
    for topic, one, two in ((a, *model.words[[a, b]] + 1e-9), (b, *model.words[[b, a]] + 1e-9)):
        best = np.argsort(-np.where(one > two, (one - two) * np.log(one / two), 0).round(9), kind="stable")[:n]
        rows += [(model.terms[j], model.summary["label"][topic], one[j], two[j]) for j in best]
    return pd.DataFrame(rows, columns=["term", "topic", "weight", "other"]).round(6)


def examples(model, counts, sentences, n=3):
    """`n` verbatim sentences of each topic, from different articles where there are so many: `topic, share` (of the topic in
    their unit), `doc_id, par, sent, text`. `counts`: of all sentences. Of the units with the largest shares, the sentence with
    the most of the topic's own words for its length is the first."""
    from nltk.stem.porter import PorterStemmer
    stem, own, out = PorterStemmer().stem, np.maximum(model.words - model.words.mean(axis=0), 0), []
    at, body = {stem(t): j for j, t in enumerate(model.terms)}, counts.ids[counts.ids["role"] == "body"].reset_index()
    for i, weights in enumerate(model.weights.T):
        best = np.argsort(-weights.round(6), kind="stable")[:10 * n]
        near = _joined(model, body[body["doc_id"].isin(model.ids["doc_id"].iloc[best])], ["index", *UNITS["sent"]])
        near = near[near["unit"].isin(best)].assign(topic=i + 1, share=lambda t, w=weights: w[t["unit"]].round(6))
        part = counts.matrix[near["index"].to_numpy()] > 0
        used = np.unique(part.indices)
        score = part[:, used] @ np.array([own[i, at[s]] if (s := stem(counts.terms[c])) in at else 0 for c in used])
        near["order"] = (-score * near["share"] / np.sqrt(part.sum(axis=1) + 5)).round(9)
        near = near.merge(sentences[[*UNITS["sent"], "text"]]).drop_duplicates("text").sort_values("order", kind="stable")
        out.append(near.iloc[np.argsort(near.groupby("doc_id").cumcount(), kind="stable")].head(n))
    return pd.concat(out, ignore_index=True)[["topic", "share", *UNITS["sent"], "text"]]


def codebook(model, counts, keywords):
    """Topics of one's own beside those found: `topic, keywords, unseen` (words that never occur), `n_units, n_articles, share`
    (of all units), `nearest` (the found topic whose mean share gains the most in them), `nearest_share` (both null where there
    are none); `sources`. keywords: {topic: [words, wild*cards]}; a unit is of each topic of which its body holds a word.
    `counts`: of all sentences."""
    rows, out = matrix.group(counts, UNITS["sent"], ["body"]), []
    at = _joined(model, rows.ids.reset_index(), ["index"])
    for topic, words in keywords.items():
        columns = {word: [j for j, t in enumerate(rows.terms) if fnmatchcase(t, fold(word))] for word in words}
        units = at.loc[(rows.matrix[:, sorted(set().union(*columns.values()))].sum(axis=1) > 0)[at["index"]], "unit"].unique()
        mean = model.weights[units].mean(axis=0) if len(units) else np.full(model.weights.shape[1], np.nan)
        near = int(np.nan_to_num(mean - model.weights.mean(axis=0)).argmax())
        unseen, label = ", ".join(w for w in words if not columns[w]), model.summary["label"][near] if len(units) else None
        out.append((topic, ", ".join(words), unseen, len(units), model.ids["doc_id"].iloc[units].nunique(),
                    len(units) / len(model.ids), label, mean[near], _best(model.ids, units, model.weights[:, near])))
    return pd.DataFrame(out, columns=[*schema.TABLES["topic_keywords"].columns, "sources"]).round(6)


def layout(model, most=500):
    """A map: `kind` (topic, passage), `name, topic, x, y, share, mark`; `sources`. Topics stand as far apart as their words are
    unlike (cosine distance, classical scaling: Torgerson 1952), passages (`most`, evenly spread) at the mean of their topics,
    weighted by their shares."""
    own, k = _unit(model.words - model.words.min(axis=0)), len(model.words)
    far, first = 1 - own @ own.T, model.weights.argmax(axis=1)
    values, vectors = np.linalg.eigh(-(np.eye(k) - 1 / k) @ far**2 @ (np.eye(k) - 1 / k) / 2)
    spots = np.pad((vectors * np.sqrt(values.clip(0)))[:, ::-1], ((0, 0), (0, 2)))[:, :2].round(9)
    spots *= np.where(np.take_along_axis(spots, abs(spots).argmax(axis=0)[None], 0) < 0, -1, 1)  # signs are chance else
    some = np.unique(np.linspace(0, len(model.ids) - 1, min(most, len(model.ids))).astype(int))
    names, marks, places = model.summary["label"], model.summary["mark"], model.ids.iloc[some].to_numpy(object)
    rows = [("topic", names[i], i + 1, *spots[i], model.weights[:, i].mean(), marks[i],
             _best(model.ids, np.flatnonzero(first == i) if i in first else some, model.weights[:, i])) for i in range(k)]
    for place, own in zip(places, model.weights[some]):
        i, name = own.argmax(), " ".join(str(part) for part in place if not pd.isna(part))
        rows.append(("passage", name, i + 1, *(own @ spots), own[i], marks[i], [tuple(place)]))
    return pd.DataFrame(rows, columns=["kind", "name", "topic", "x", "y", "share", "mark", "sources"]).round(6)
