"""Fit the weights of lexicons/weights.csv on coded sentences, or score them on articles left out.

    python benchmarks/fit_stance.py [--cross] [--directed FILE] --coded GOLD.csv SENTENCES.csv DIR [--coded ...]

DIR is a folder that `demarche prepare` filled; coded and prepared sentences are matched by their words. FILE (JSON
lines, .gz) has sentences (`text`) with two names in square brackets and `label_id`: 0 none, 1 positive from the first
to the second, 2 the other way, 3 and 4 the same for negative. Pairs are fitted by logistic regression, their stance
by ridge regression, over the features of `stance.candidates`; only a number per feature is written. With --cross
nothing is written: each fifth of the articles is scored with weights fitted on the rest, by pairs and by pairs with
the sign of their stance (F1).
"""

import argparse
import collections
import csv
import gzip
import json
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression, Ridge

from demarche import lexicons, stance, statements

sys.path.insert(0, str(Path(__file__).parent))
from stance_errors import coded, fold, matches, sign

PAIR_C, RIDGE, LEAST, DIRECTED_PAIR, DIRECTED_STANCE = 0.1, 20, 4, 0.2, 0.3
SMALL = 0.02  # weights below it are left out
Row = collections.namedtuple("Row", "doc sentence where holder target features stance evidence weight")


def data(gold, said, folder):
    """(one Row per candidate, {(sentence, holder, target): stance} as coded); a Row's stance is NaN where it is not coded."""
    records, texts = coded(gold, said)
    sentences, articles = (pd.read_parquet(Path(folder) / f"{name}.parquet") for name in ("sentences", "articles"))
    actors = statements.Actors(lexicons.actors())
    same, key, out = fold(actors, records), matches(texts, sentences), []
    for doc, par, sent, _, _, found in stance.pairs(sentences, articles, actors):
        k = key.get((doc, par, sent))
        for _, h, t, features, evidence in found if k else ():
            h, t = same(h), same(t)
            if h != t:
                out.append(Row(doc, k, (doc, par, sent), h, t, features, records[k].get((h, t), np.nan), bool(evidence), 1))
    told = {(k, *pair): value for k, pairs in records.items() for pair, value in pairs.items()}
    there = {(r.sentence, r.holder, r.target) for r in out}
    print(f"{gold}: {len(told)} records, {len(told.keys() & there)} of them candidates")
    return out, told


class Bracketed(statements.Actors):
    """Actors of which two are forced: the bracketed names of one sentence."""

    def mentions(self, text, day=None):
        base = [m for m in super().mentions(text, day) if all(m.end <= a or b <= m.start for a, b in self.forced)]
        kinds = {m.start: (m.kind, m.role) for m in super().mentions(text, day) if m.kind != "none"}
        forced = [statements.Mention(a, b, "PQ"[n], *kinds.get(a, ("name", "name"))) for n, (a, b) in enumerate(self.forced)]
        return sorted(base + forced)


def directed(path):
    """Rows of the pairs between the two bracketed names of each sentence."""
    actors, out = Bracketed(lexicons.actors()), []
    for line in gzip.decompress(Path(path).read_bytes()).decode("utf-8").splitlines():
        row = json.loads(line)
        text = " ".join(row["text"].split())
        marks = [m.span() for m in re.finditer(r"\[[^\[\]]+\]", text)]
        if len(marks) != 2:
            continue
        plain, label = text.replace("[", "").replace("]", ""), row["label_id"]
        actors.forced = [(a - 2 * n, b - 2 * n - 2) for n, (a, b) in enumerate(marks)]
        sentence = statements.Sentence(plain, actors)
        statements.Article([sentence]).read()
        main = list(dict.fromkeys(g.actor for g in sentence.groups if g.actor))
        for _, h, t, features, evidence in stance.candidates(sentence, [], None, main):
            if {h, t} == {"P", "Q"}:
                value = (1.5 if label < 3 else -1.5) if label and (h == "P") == (label in (1, 3)) else np.nan
                out.append(Row(*[row["doc_id"]] * 3, h, t, features | {"directed"}, value, bool(evidence), 0))
    return out


def fit(rows):
    """{feature: (weight for the pair, weight for the stance)}."""
    counts = collections.Counter(f for r in rows if r.weight for f in r.features)
    kept = {f for f, n in counts.items() if n >= LEAST} | {"directed"}
    pairs, leans = DictVectorizer(), DictVectorizer()
    x, y = pairs.fit_transform([dict.fromkeys(r.features & kept, 1.0) for r in rows]), [r.stance == r.stance for r in rows]
    weight = [r.weight or DIRECTED_PAIR for r in rows]
    pair = LogisticRegression(C=PAIR_C, max_iter=3000, fit_intercept=False).fit(x, y, weight).coef_[0]
    told = [r for r in rows if r.stance == r.stance]
    counts = collections.Counter(f for r in told for f in r.features)
    x = leans.fit_transform([{f: 1.0 for f in r.features if counts[f] >= LEAST} for r in told])
    weight = [r.weight or DIRECTED_STANCE for r in told]
    lean = Ridge(alpha=RIDGE, fit_intercept=False).fit(x, [r.stance for r in told], weight).coef_
    lean = dict(zip(leans.get_feature_names_out(), lean))
    pair = dict(zip(pairs.get_feature_names_out(), pair))
    names = sorted({*pair, *lean} - {"directed"})
    return {f: (round(float(pair.get(f, 0)), 3), round(float(lean.get(f, 0)), 3)) for f in names}


def f1(gold, found):
    """(F1 of pairs, F1 of pairs with sign), in per cent."""
    signed = [{(key, sign(value)) for key, value in some.items()} for some in (gold, found)]
    return tuple(200 * len(a & b) / (len(a) + len(b) or 1) for a, b in ((gold.keys(), found.keys()), signed))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cross", action="store_true")
    parser.add_argument("--out", default=lexicons.FOLDER / "weights.csv")
    parser.add_argument("--directed")
    parser.add_argument("--coded", nargs=3, action="append", required=True)
    o = parser.parse_args()
    sets, more = [data(*paths) for paths in o.coded], directed(o.directed) if o.directed else []
    rows = [r for some, _ in sets for r in some] + more
    if not o.cross:
        with open(o.out, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["feature", "pair", "stance"])
            writer.writerows([f, *both] for f, both in fit(rows).items() if max(map(abs, both)) >= SMALL)
        return
    found = [{} for _ in sets]
    for part in range(5):
        table = fit([r for r in rows if sum(map(ord, r.doc)) % 5 != part])
        for told, (some, _) in zip(found, sets):
            by = collections.defaultdict(list)
            for r in some:
                if sum(map(ord, r.doc)) % 5 == part:
                    by[r.where].append((None, r.holder, r.target, r.features, r))
            for candidates in by.values():
                for (_, h, t, _, r), value in stance.chosen(candidates, table):
                    if r.evidence:
                        told[r.sentence, h, t] = value
    for paths, (_, gold), told in zip(o.coded, sets, found):
        print(f"{paths[0]}: pairs {f1(gold, told)[0]:.1f}, with sign {f1(gold, told)[1]:.1f} ({len(told)} found)")


if __name__ == "__main__":
    main()
