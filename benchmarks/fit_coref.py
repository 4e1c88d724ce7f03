"""Fit the weights by which pronouns and descriptions find their actor (lexicons/coref.csv), or score them on articles left out.

    python benchmarks/fit_coref.py [--cross] [--plain WEIGHT] --coded GOLD.csv SENTENCES.csv DIR [WEIGHT] [--coded ...]

The files are those of fit_stance.py. No one coded antecedents; who holds a stance in a sentence was coded. So a pronoun or
description that speaks or acts in a sentence with a coded holder is taken to mean one of its holders: right for most, which
is enough to learn from, and the share found is a lower bound. Conditional logistic regression: of the candidates of one
group, those that are holders against the rest. While its sentences are read for the fit, a group that could mean a coded
holder is taken to mean one, so that errors do not teach what follows from them. Fitted twice, since whom one group means
tells of the next. --plain: the passages of benchmarks/plain.txt, whose mentions are told one by one, count so much each.
"""

import argparse
import re
import sys
from collections import Counter, defaultdict
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import minimize

from demarche import clauses, coref, lexicons, statements

sys.path.insert(0, str(Path(__file__).parent))
from stance_errors import coded, fold, matches

RIDGE, LEAST, SMALL, FOLDS, ROUNDS = 4.0, 12, 0.05, 5, 2
PLAIN = Path(__file__).parent / "plain.txt"
MARK = re.compile(r"\[([^|\]]+)\|([^\]]+)\]")


def groups(gold, said, folder, weight=1):
    """(article, kind, weight, whether it is found, [(whether a holder, features) of each candidate]) of each group."""
    records, texts = coded(gold, said)
    sentences, articles = (pd.read_parquet(Path(folder) / f"{name}.parquet") for name in ("sentences", "articles"))
    sentences, guessed = sentences[sentences["role"] == "body"], {}
    actors = clauses.Actors(lexicons.actors())
    same, key = fold(actors, records), matches(texts, sentences)
    known = {doc for (doc, _, _), k in key.items() if k}
    seen, find = {}, coref.antecedent
    told = {texts[k]: {h for h, _ in some if h != "OUTLET"} for k, some in records.items() if k in texts}

    def note(article, n, s, g):
        seen[id(g)] = coref.candidates(article, n, s, g)
        found, right = find(article, n, s, g), [actor for actor in seen[id(g)] if same(actor) in told.get(s.text, ())]
        guessed[id(g)] = found
        return found if found in right or not right else right[0]

    coref.antecedent = note
    try:
        for rows, read in statements.read(sentences[sentences["doc_id"].isin(known)], articles, actors):
            for row, s in zip(rows, read):
                holders = {h for h, _ in records.get(key.get(tuple(row[:3])), {}) if h != "OUTLET"}
                speaking = {id(st.group): st.group for st in s.statements if id(st.group) in seen} if holders else {}
                for i, g in speaking.items():
                    some = [(same(actor) in holders, f) for actor, lists in seen[i].items() for f in lists]
                    yield row[0], coref.sort(s, g), float(weight), same(guessed[i]) in holders, some
            seen.clear()
    finally:
        coref.antecedent = find


def plain(weight):
    """The groups of the passages of plain.txt, as those of `groups`."""
    actors, seen, kept, find, out = clauses.Actors(lexicons.actors()), {}, [], coref.antecedent, []

    def note(article, n, s, g):
        seen[id(g)] = coref.candidates(article, n, s, g)
        return find(article, n, s, g)

    coref.antecedent = note
    try:
        for k, passage in enumerate(PLAIN.read_text(encoding="utf-8").split("\n\n")[1:]):
            told, rows = {}, []
            for n, line in enumerate(passage.strip().split("\n"), start=1):
                for m in MARK.finditer(line):
                    told[n, len(MARK.sub(r"\1", line[: m.end()]))] = m[2]
                text = MARK.sub(r"\1", line)
                rows.append((f"plain-{k}", 1, n, text, sum(len(row[3]) + 1 for row in rows)))
            table = pd.DataFrame(rows, columns=["doc_id", "par", "sent", "text", "start"])
            for _, read in statements.read(table, pd.DataFrame({"doc_id": [f"plain-{k}"], "date": [None]}), actors):
                kept.append(read)  # so that no id comes twice
                for n, s in enumerate(read, start=1):
                    for g in (g for g in s.groups if id(g) in seen):
                        actor = told.get((n, s.spans[g.last][1]), "-")
                        if actor != "-" and "+" not in actor:
                            some = [(name == actor, f) for name, lists in seen[id(g)].items() for f in lists]
                            out.append((f"plain-{k}", coref.sort(s, g), weight, g.actor == actor, some))
    finally:
        coref.antecedent = find
    return out


def fit(rows):
    """{feature: weight} from the groups."""
    counts = Counter(f for *_, some in rows for _, fs in some for f in set(fs))
    names = sorted(f for f, n in counts.items() if n >= LEAST)
    column, of, right, at, where, weight = {f: i for i, f in enumerate(names)}, [], [], [], [], []
    for n, (_, _, counts_for, _, some) in enumerate(row for row in rows if len({ok for ok, _ in row[-1]}) == 2):
        weight.append(counts_for)
        for ok, fs in some:
            here = {column[f] for f in fs if f in column}
            at += here
            where += [len(of)] * len(here)
            of.append(n)
            right.append(ok)
    x = sparse.csr_matrix((np.ones(len(at)), (where, at)), shape=(len(of), len(names)))
    of, right, weight = map(np.array, (of, right, weight))

    def loss(w):
        z = x @ w
        top = np.full(of.max() + 1, -np.inf)
        np.maximum.at(top, of, z)
        e = np.exp(z - top[of])
        whole, good = np.bincount(of, e), np.bincount(of, e * right)
        push = (e / whole[of] - e * right / good[of]) * weight[of]
        return weight @ np.log(whole / good) + RIDGE / 2 * w @ w, x.T @ push + RIDGE * w

    w = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return {f: round(float(v), 2) for f, v in zip(names, w) if abs(v) >= SMALL}


def share(rows, table):
    """Of the groups, the share whose likeliest candidate holds a stance."""
    tops = [max(some, key=lambda c: sum(table.get(f, 0) for f in c[1]))[0] if some else False for *_, some in rows]
    return np.array(tops, float)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cross", action="store_true")
    parser.add_argument("--plain", type=float, default=0.0, metavar="WEIGHT")
    parser.add_argument("--coded", nargs="+", action="append", required=True, metavar="PATH")
    o = parser.parse_args()
    for _ in range(1 if o.cross else ROUNDS):
        sets = [list(groups(*paths)) for paths in o.coded]
        rows = [row for some in sets for row in some]
        told = plain(o.plain) if o.plain else []
        if o.cross:
            break
        table = fit(rows + told)
        pd.Series(table, name="weight").rename_axis("feature").to_csv(lexicons.FOLDER / "coref.csv", lineterminator="\n")
        lexicons.read.cache_clear(), coref.weights.cache_clear(), coref.weighed.cache_clear()
        print(len(rows), "groups,", len(table), "features", flush=True)
    part = np.array([int(sha256(row[0].encode()).hexdigest(), 16) % FOLDS for row in rows])
    good = np.zeros(len(rows))
    for k in range(FOLDS):
        table = fit([r for r, p in zip(rows, part) if p != k] + told)
        good[part == k] = share([r for r, p in zip(rows, part) if p == k], table)
    by, start = defaultdict(list), 0
    for paths, some in zip(o.coded, sets):
        print(f"{paths[0]}: {len(some)} groups, left out {good[start:start + len(some)].mean():.2f}")
        start += len(some)
    for row, ok in zip(rows, good):
        by[row[1]].append((row[3], ok, any(ok for ok, _ in row[-1])))
    for kind, some in sorted(by.items()):
        print(kind, len(some), "now {:.2f}, left out {:.2f}, at most {:.2f}".format(*np.mean(some, axis=0)))
    print(f"all {len(rows)} now {np.mean([r[3] for r in rows]):.2f}, left out {good.mean():.2f}")


if __name__ == "__main__":
    main()
