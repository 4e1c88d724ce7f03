"""Toward whom, and how: which actors of a sentence take a stance toward which others, from -2 (hostile) to 2 (supportive).

Two steps, fitted on coded sentences by benchmarks/fit_stance.py: first each candidate is scored by itself, by an encoder that
reads the sentence with the names hidden (encoder.py); then again, by sums of weights (lexicons/context.csv), with what the
rest of the sentence and of the article say of the pair.
"""

import json
from collections import Counter, defaultdict
from functools import cache
from math import exp, log1p
from operator import mul

import pandas as pd

from demarche import encoder, lexicons, schema, scorer, statements
from demarche.candidates import MOST, PLAIN, Reader
from demarche.scorer import apply  # noqa: F401  to be found here, beside fit

METHOD, ENCODE = "encoder-1", json.JSONEncoder(ensure_ascii=False).encode
# Log odds that a sentence's likeliest pair, and any other, must exceed: chosen in cross-validation; codings are seldom 0, so
# no stance lies nearer to it than LEAST; the score of a pair that is no candidate.
BEST, OTHER, LEAST, FAR = -1.4, -0.4, 0.34, -6.0


@cache
def context():
    """Weights of the second step, for a pair and for its stance, in the order in which `second_features` gives the numbers."""
    return [[*map(float, some)] for _, some in lexicons.read("context").groupby("step", sort=False)["weight"]]


def pairs(sentences, articles, actors, blocks=PLAIN):
    """For each article: the rows of its sentences, its sentences read, and the candidates of each (see `candidates.Blocks`)."""
    for rows, read in statements.read(sentences, articles, actors):
        named = Counter(g.actor for s in read for g in s.groups if g.actor and g.kind != "name")
        main, before, last, found = {actor: rank for rank, (actor, _) in enumerate(named.most_common())}, [], None, []
        for s in read:
            found.append(Reader(s, before, last, main, blocks).candidates())
            before = list(dict.fromkeys(g.actor for g in s.groups if g.actor and g.kind != "name"))[:MOST] or before
            last = next((st.holder for st in s.statements if st.holder not in (None, "OUTLET")), last)
        yield rows, read, found


def _others(group, i, scored):
    """(highest score, mean lean of the likely ones) of a group's candidates other than `i`, the likeliest first."""
    others = [scored[j] for j in group if j != i] if len(group) > 1 else ()
    likely = [lean for score, lean, *_ in others if score > -1.5]
    return others[0][0] if others else FAR, sum(likely) / len(likely) if likely else 0.0


def second_features(found):
    """For the scored candidates of one article's sentences: numbers as lexicons/context.csv orders them, by sentence."""
    by, best, numbers = defaultdict(list), [{}], []
    for some in found:
        numbers.append([(c.score, c.lean, c.lean / (odds := 1 + exp(-c.score)), 1 / odds) for c in some])
        best.append({})
        for c, row in zip(some, numbers[-1]):
            by[c.holder, c.target].append(row)
            best[-1][c.holder, c.target] = c.score
    best.append({})  # no sentence before the first, and none after the last
    whole = {pair: ([*map(sum, zip(*rows))], sorted([row[0] for row in rows], reverse=True)) for pair, rows in by.items()}
    for n, (some, scored) in enumerate(zip(found, numbers), start=1):
        order = sorted(range(len(some)), key=lambda i: -scored[i][0])
        out, holders, targets = [()] * len(some), defaultdict(list), defaultdict(list)
        for i in order:
            holders[some[i].holder].append(i)
            targets[some[i].target].append(i)
        for rank, i in enumerate(order):
            c, (score, lean, _, own) = some[i], scored[i]
            pair, back, away = (c.holder, c.target), (c.target, c.holder), float(c.away)
            (_, _, said, odds), tops = whole[pair]  # of all its sentences; less this one, it is what the others say
            elsewhere = FAR if len(tops) < 2 else tops[score == tops[0]]
            near, before, after = min(3.0, elsewhere), best[n - 1].get(pair, FAR), best[n + 1].get(pair, FAR)
            said = (said - lean * own) / (odds - own + 0.5) if len(tops) > 1 else 0.0
            (same_holder, h_lean), (same_target, t_lean) = (
                _others(group, i, scored) for group in (holders[c.holder], targets[c.target]))
            out[i] = ([1.0, score, near, before, after, same_target, same_holder, best[n].get(back, FAR), rank == 0, rank == 1,
                       rank == 2, rank > 4, away, scored[order[0]][0] - score, c.holder == "OUTLET", log1p(min(len(some), 30)),
                       away * near, away * before, elsewhere == FAR, before == FAR, abs(lean), said if lean > 0 else -said],
                      [lean, said, whole[back][0][1] / len(by[back]) if back in whole else 0.0, h_lean, t_lean, away, score])
        yield out


def chosen(found, features, tables):
    """The candidates of a sentence that count, the likeliest first: (candidate, stance)."""
    scored = sorted([(-round(sum(map(mul, pair, tables[0])), 6), c.holder, c.target, i)
                     for i, (c, (pair, _)) in enumerate(zip(found, features))])
    for rank, (doubt, _, _, i) in enumerate(scored):
        if -doubt <= (OTHER if rank else BEST):
            return
        lean = round(sum(map(mul, features[i][1], tables[1])), 6)  # whatever the last bit of exp
        yield found[i], max(LEAST, min(2.0, lean)) if lean > 0 else min(-LEAST, max(-2.0, lean))


def read(sentences, articles, actors):
    """The tables `statements` and `stances` of some sentences; whole articles only.

    A stance is null where no word speaks for it: an abstention. `act` is what the holder does: that of the statement's cue, or
    where it only says, of the listed word nearest the holder on the way to the target (lexicons/acts.csv maps acts to PLOVER's
    classes). A holder whose deed or whose words are only implied has a statement of its own, without a cue.

    A transformer (Vaswani et al. 2017) beside features of the clauses, in the manner of semantic role labelling (Gildea and
    Jurafsky 2002), then stacked (Wolpert 1992).
    """
    said, stances, tables, net = [], [], context(), encoder.shipped()
    for rows, read_, found in encoder.look(pairs(sentences, articles, actors, net.blocks), net):
        for row, s, some, features in zip(rows, read_, found, second_features(found)):
            *key, _, start = row
            for c, value in chosen(some, features, tables):
                n = c.statement
                if not n:
                    s.statements.append(_implied(s, c))
                    n = len(s.statements)
                stances.append(_row(key, start, s, c, n, value))
            said += statements.rows(key, start, s)
    said, stances = (pd.DataFrame(rows, columns=list(schema.TABLES[name].columns))
                     for name, rows in (("statements", said), ("stances", stances)))
    return said, stances.drop_duplicates(schema.TABLES["stances"].key, ignore_index=True)


def _implied(s, c):
    """A statement for a holder who has none in the sentence."""
    g = next((g for g in s.groups if g.actor == c.holder), None)
    form, via = ("action", g.via) if g else ("author", "writer") if c.holder == "OUTLET" else ("indirect", "speaker before")
    return statements.Statement(g and s.slice(g.first, g.last), c.holder, via, form, None, (0, len(s.text)), g, None)


def _row(key, start, s, c, n, value):
    st, words = s.statements[n - 1], [[*(int(start + x) for x in s.spans[i]), s.slice(i)] for i in sorted(c.items)]
    first = [i for i, (a, b) in enumerate(s.spans) if a <= st.cue[0] < b] if st.cue else []
    cue = s.text[slice(*st.cue)] if st.cue and st.form not in ("action", "author") else None
    # Who does not speak has no act of others: (a verb, is it the holder's). Whose a participle is, is less sure.
    does = {(v.item, g.actor == c.holder) for v in s.verbs * (not cue) for g in getattr(v.by or v.subj, "groups", ())}
    told = [s.words[i] for i in [*first, *reversed(c.items)]
            if i in first or (i, True) in does or (i, False) not in does or s.lows[i].endswith("ing")]
    act = min((w.act for w in told if getattr(w, "act", None) in lexicons.acts()), key="say".__eq__, default=None)
    return (*key, n, c.holder, c.target, value if words else None, None, None, None, act, st.form, cue, ENCODE(words), METHOD)


def coded(stances, sentences, codings):
    """(texts, coded stances, doc_ids) of the rows of `stances` in sentences of `codings` (with their keys and a stance).

    A pair that is coded and was not found can teach nothing here; one that was found and is not coded counts as neutral where
    the sentence has a coding, and is left out where it has none.
    """
    known = stances.merge(codings[(key := schema.SENTENCE)].drop_duplicates(), on=key)
    rows = known.merge(codings.rename(columns={"stance": "coded"})[[*key, "holder", "target", "coded"]], how="left",
                       on=[*key, "holder", "target"])
    return scorer.texts(rows, sentences), rows["coded"].fillna(0).to_numpy(), rows["doc_id"].tolist()


def fit(stances, sentences, codings):
    """A scorer learned from one's own codings (see `coded`): linear, calibrated, saved by `to_json`; see the room scorer.

    ValueError where fewer than three articles or one sign only are coded.
    """
    return scorer.fit(*coded(stances, sentences, codings))
