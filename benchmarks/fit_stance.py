"""Fit the weights by which sentences are read (lexicons/weights.csv, context.csv), or score them on articles left out.

    python benchmarks/fit_stance.py [--cross] [--on] --coded GOLD.csv SENTENCES.csv DIR [WEIGHT] [--coded ...]
                                    [--directed FILE WEIGHT]

GOLD: doc, par, sent, holder, target, stance. SENTENCES: doc, par, sent, text, all that were read by the coder. DIR: a
folder that `demarche prepare` filled with the same articles; sentences are matched by their words. WEIGHT: what a record
of this set counts (default 1; 0 scores the set without learning from it). FILE: sentences with two bracketed names, see
directed.py. The first step is fitted over the features of candidates.py: pairs by logistic regression, the sign of their
stance by ridge regression (fitted on the sign, fewer come out wrong than on the value); the second, which gives the value,
over the first step's scores of articles that it has not seen. With --cross nothing is written: each fifth of the articles
is scored with what the rest teaches.

--on: start from the weights that ship and learn what moves them (both penalties then hold the weights near these in place of
near 0), for more coded sentences where the earlier ones are not at hand. The second step stays as it is. Sets that the
weights were fitted on are no test then.
"""

import argparse
import csv
import sys
from collections import Counter, defaultdict, namedtuple
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression, Ridge

from demarche import candidates, clauses, lexicons, stance

sys.path.insert(0, str(Path(__file__).parent))
import directed
from stance_errors import coded, fold, matches, sign

PAIR_C, RIDGE, LEAST_PAIR, LEAST_STANCE, FOLDS = 0.04, 30, 4, 3, 5
ON_C, ON_RIDGE = 0.03, 100  # the same with --on
SMALL = 0.04  # features with a smaller weight are left out, and the others fitted again
LEAST = 0.01  # weights below it are left out
RARE = 2  # what a bracketed pair with a sentiment counts beside one without: two of three have none
LEAN_ONLY = "said"  # features that tell how, not toward whom
# `found`, `told`: candidates and coded stances (NaN: not coded) sentence by sentence; `keys`: the coded sentences
Article = namedtuple("Article", "part weight keys names found told")


def data(gold, said, folder, weight=1.0):
    """(articles with candidates and codings, {(sentence, holder, target): stance})."""
    records, texts = coded(gold, said)
    sentences, articles = (pd.read_parquet(Path(folder) / f"{name}.parquet") for name in ("sentences", "articles"))
    sentences = sentences[sentences["role"] == "body"]
    actors = clauses.Actors(lexicons.actors())
    same, key, out = fold(actors, records), matches(texts, sentences), []
    known = {doc for (doc, _, _), k in key.items() if k}
    sentences = sentences[sentences["doc_id"].isin(known)]
    for rows, _, found in stance.pairs(sentences, articles, actors):
        keys = [key.get(tuple(row[:3])) for row in rows]
        names = [[(same(c.holder), same(c.target)) for c in some] for some in found]
        told = [[records[k].get(pair, np.nan) if k in texts else None for pair in some] for k, some in zip(keys, names)]
        part = int(sha256(rows[0][0].encode()).hexdigest(), 16) % FOLDS
        out.append(Article(part, float(weight), keys, names, found, told))
    gold_records = {(k, *pair): value for k, pairs in records.items() for pair, value in pairs.items() if pair[0] != pair[1]}
    there = {(k, *pair) for a in out for k, some in zip(a.keys, a.names) for pair in some}
    print(f"{gold}: {len(gold_records)} records, {len(gold_records.keys() & there)} of them candidates", flush=True)
    return out, gold_records


def bracketed(path, weight):
    """Articles of one sentence each, of which only the pairs of the two bracketed names are told; their names and labels."""
    sentences, articles, names, labels, actors = directed.data(path)
    texts, out = dict(zip(sentences["doc_id"], sentences["text"])), []
    for rows_, _, found in (one for some in directed.groups(sentences, articles, actors) for one in stance.pairs(*some)):
        doc = rows_[0][0]
        pairs, label = [(c.holder, c.target) for c in found[0]], labels[doc]
        coded_ = (
            {tuple(names[doc]): label in (1, 3), tuple(names[doc][::-1]): label in (2, 4)} if None not in names[doc] else {}
        )
        value = 1.5 if label in (1, 2) else -1.5
        told = [(value if coded_[pair] else np.nan) if pair in coded_ else None for pair in pairs]
        part = int(sha256(texts[doc].encode()).hexdigest(), 16) % FOLDS  # one sentence comes with several pairs
        out.append(Article(part, float(weight) * (RARE if label else 1), [(doc,)], [pairs], found, [told]))
    return out, names, labels


def rows(articles):
    """(candidate, coded stance or NaN, weight) of every candidate that a coder could have coded."""
    for a in articles:
        for some, told in zip(a.found, a.told):
            for c, value in zip(some, told):
                if value is not None and a.weight:
                    yield c, value, a.weight


def _matrix(rows_, least, without=None, only=None):
    counts = Counter(f for c, *_ in rows_ for f in set(c.features) if f[0] != without)
    known = {f: "|".join(map(str, f)) for f, n in counts.items() if n >= least}
    known = known if only is None else {f: name for f, name in known.items() if name in only}
    vectors = DictVectorizer()
    return vectors, vectors.fit_transform({known[f]: 1.0 for f in c.features if f in known} for c, *_ in rows_)


def logistic(x, y, weight, start, c):
    """Coefficients of a logistic regression (its loss as scikit-learn's, penalty 1 / c) beside scores to start from."""
    def loss(b):
        z = start + x @ b
        return (weight * (np.logaddexp(0, z) - y * z)).sum() + b @ b / (2 * c), x.T @ (weight * (expit(z) - y)) + b / c

    return minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x


def fit_first(articles, on=None):
    """{feature: (weight for the pair, weight for the stance)}; `on`: weights to start from."""
    every = list(rows(articles))
    start = np.array([[sum(on[f][k] for f in c.features if f in on) for k in (0, 1)] for c, *_ in every]) if on else None
    both = _fit_first(every, on, start, None)
    if on is None:
        both = _fit_first(every, on, start, {f for f, w in both.items() if max(map(abs, w)) >= SMALL})
    return {f: w for f, w in both.items() if max(map(abs, w)) >= LEAST}


def _fit_first(every, on, start, only):
    vectors, x = _matrix(every, LEAST_PAIR, LEAN_ONLY, only)
    y, weight = np.array([not np.isnan(value) for _, value, _ in every], float), np.array([w for *_, w in every])
    pair = (logistic(x, y, weight, start[:, 0], ON_C) if on else
            LogisticRegression(C=PAIR_C, max_iter=1000, fit_intercept=False).fit(x, y, weight).coef_[0])
    pair = dict(zip(vectors.get_feature_names_out(), pair))
    told = [row for row in every if not np.isnan(row[1])]
    vectors, x = _matrix(told, LEAST_STANCE, only=only)
    left = np.sign([v for _, v, _ in told]) - (start[y > 0, 1] if on else 0)
    lean = Ridge(alpha=ON_RIDGE if on else RIDGE, fit_intercept=False).fit(x, left, [w for *_, w in told]).coef_
    lean = dict(zip(vectors.get_feature_names_out(), lean))
    old = {"|".join(map(str, f)): w for f, w in (on or {}).items()}
    return {f: tuple(round(float(w.get(f, 0)) + old.get(f, (0, 0))[k], 3) for k, w in enumerate((pair, lean)))
            for f in sorted({*pair, *lean, *old})}


def table(named):
    """Weights by the features themselves."""
    return {tuple(map(stance._value, f.split("|"))): w for f, w in named.items()}


def fit_second(articles):
    """Weights of the second step, from first scores of articles that the first step has not seen."""
    x, y, w, x2, y2, w2 = [], [], [], [], [], []
    for a in articles:
        for told, some in zip(a.told, stance.second_features(a.found)):
            for value, (pair, lean) in zip(told, some):
                if value is not None and a.weight:
                    x.append(pair), y.append(not np.isnan(value)), w.append(a.weight)
                    if not np.isnan(value):
                        x2.append(lean), y2.append(value), w2.append(a.weight)
    pair = LogisticRegression(max_iter=2000, fit_intercept=False).fit(np.array(x, float), y, w).coef_[0]
    return list(pair), list(Ridge(alpha=1, fit_intercept=False).fit(np.array(x2, float), y2, w2).coef_)


def out_of_fold(articles, on=None):
    """The articles with candidates scored by weights fitted without their part; those that score too low are left out."""
    weights, out = [table(fit_first([a for a in articles if a.part != part], on)) for part in range(FOLDS)], []
    for a in articles:
        found, names, told = [], [], []
        for some, pairs, values in zip(a.found, a.names, a.told):
            sums = [[sum(weights[a.part].get(f, (0, 0))[k] for f in c.features) for k in (0, 1)] for c in some]
            kept = [i for i, (score, _) in enumerate(sums) if score >= candidates.FLOOR]
            found.append([some[i]._replace(score=sums[i][0], lean=sums[i][1]) for i in kept])
            names.append([pairs[i] for i in kept])
            told.append([values[i] for i in kept])
        out.append(a._replace(found=found, names=names, told=told))
    return out


def found(articles, tables):
    """{(sentence, holder, target): stance} that the two steps find."""
    out = {}
    for a in articles:
        for k, some, names, second in zip(a.keys, a.found, a.names, stance.second_features(a.found)):
            known = {id(c): pair for c, pair in zip(some, names)}
            for c, value in stance.chosen(some, second, tables) if k else ():
                pair = known[id(c)]
                if pair[0] != pair[1] and c.items:
                    out.setdefault((k, *pair), value)
    return out


def f1(gold, mine):
    """(F1 of pairs, F1 of pairs with sign), in per cent."""
    signed = [{(key, sign(value)) for key, value in some.items()} for some in (gold, mine)]
    return tuple(200 * len(a & b) / (len(a) + len(b) or 1) for a, b in ((gold.keys(), mine.keys()), signed))


def write(name, header, rows_):
    with (lexicons.FOLDER / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows_)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cross", action="store_true")
    parser.add_argument("--on", action="store_true")
    parser.add_argument("--coded", nargs="+", action="append", required=True, metavar="PATH")
    parser.add_argument("--directed", nargs=2, metavar=("FILE", "WEIGHT"))
    o = parser.parse_args()
    sets = [data(*paths) for paths in o.coded]
    articles = [a for some, _ in sets for a in some]
    more, names, labels = bracketed(*o.directed) if o.directed else ([], {}, {})
    on = stance.weights() if o.on else None
    unseen = out_of_fold([*articles, *more], on) if o.cross or not on else []
    if not o.cross:
        write("weights", ["feature", "pair", "stance"], [(f, *w) for f, w in fit_first([*articles, *more], on).items()])
        if on:
            return
        pair, lean = fit_second(unseen[: len(articles)])
        write(
            "context",
            ["step", "feature", "weight"],
            [("pair", n, round(float(v), 3)) for n, v in zip(stance.PAIR, pair)]
            + [("stance", n, round(float(v), 3)) for n, v in zip(stance.STANCE, lean)],
        )
        return
    mine, sizes = defaultdict(dict), [*(len(some) for some, _ in sets), len(more)]
    of = [n for n, size in enumerate(sizes) for _ in range(size)]
    for part in range(FOLDS):
        tables = stance.context() if on else fit_second([a for a in unseen[: len(articles)] if a.part != part])
        for n, a in zip(of, unseen):
            if a.part == part:
                mine[n].update(found([a], tables))
    if more:
        seen = dict.fromkeys(labels, 0)
        for ((doc,), h, t), value in mine[len(sets)].items():
            if {h, t} == set(names[doc]):
                seen[doc] = (1 if value > 0 else 3) + (h == names[doc][1])
        directed.report(seen, labels)
    for n, (paths, (_, gold)) in enumerate(zip(o.coded, sets)):
        shared = [k for k in gold if k in mine[n]]
        error = np.mean([abs(gold[k] - mine[n][k]) for k in shared]) if shared else np.nan
        print(
            f"{paths[0]}: pairs {f1(gold, mine[n])[0]:.1f}, with sign {f1(gold, mine[n])[1]:.1f} ({len(mine[n])} found), "
            f"mean absolute error of shared pairs {error:.2f}"
        )


if __name__ == "__main__":
    main()
