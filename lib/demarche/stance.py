"""Toward whom, and how: which actors of a sentence take a stance toward which others, from -2 (hostile) to 2 (supportive).

What stands beside two actors and between them, and what is said of the holder's statement, are the features of a pair. Weights
(lexicons/weights.csv, fitted by benchmarks/fit_stance.py) tell whether a pair counts and which way it leans.
"""

import json
from collections import Counter
from functools import cache

import pandas as pd

from demarche import lexicons, schema, statements

METHOD = "places-1"
BEST, OTHER = -1.75, -0.75  # how sure (log odds) the best pair of a sentence, and any other, must be
MOST = 20  # actors of one sentence that are weighed against each other: a roll call has 190
SHRUNK = 0.34  # a fitted mean shrinks toward 0, while codings are seldom 0


@cache
def weights():
    """{feature: (weight for the pair, weight for the stance)}."""
    return {r.feature: (float(r.pair), float(r.stance)) for r in lexicons.read("weights").itertuples()}


def turned(s):
    """{item: value} of the listed words of a sentence; a negation within five items before turns the sign."""
    values, left = {}, 0
    for i, (tag, word) in enumerate(zip(s.tags, s.words)):
        left = 0 if tag in ";q" else left - 1
        if tag == "!" or tag in "KI" and word.kind == "negator":
            left = 5
        elif tag in "VUFKIcesjM" and word.value:
            values[i] = word.value * (-1 if left >= 0 else 1)
    return values


def candidates(s, before, last, main):
    """The pairs that a sentence may express: (statement number, holder, target, features, items of listed words that speak).

    `before`: actors of the sentence before; `last`: who spoke last; `main`: actors of the article, the most frequent first.
    """
    values, symbols, at = turned(s), ["^", "^"], {}
    for mark, slot in zip(s.shape, s.slots):
        if isinstance(slot, list):
            for g in slot:
                if g.actor and (g.actor in at or len(at) < MOST):
                    at.setdefault(g.actor, []).append((len(symbols), g))
            symbols += ["X"] * any(g.actor for g in slot)
        else:
            value = values.get(slot, 0)
            sign = "-0+"[(value > 0) - (value < 0) + 1] if mark in "VUFKIcesjM" else ""
            symbols.append(s.slice(slot).lower() if mark in "PY" else mark + sign)
    symbols += ["$", "$"]
    said = {st.holder: (n, st) for n, st in reversed(list(enumerate(s.statements, start=1)))}
    for h in [*dict.fromkeys([*filter(None, [last]), "OUTLET", *said, *at])][:MOST + 2]:
        n, st = said.get(h, (1, None))
        base = {"bias", f"total={_level(values.values())}", f"h main={h in main[:1]}", f"h={h if h == 'OUTLET' else h in at}",
                f"is={st and st.form}", f"via={st and st.via}"}
        if st and st.cue:
            noun = next((w for t, w in zip(s.tags[st.item + 1:st.item + 5], s.words[st.item + 1:]) if t == "c"), None)
            act = noun if noun and not s.words[st.item].value else s.words[st.item]
            base |= {f"act={act.act}", f"act={act.tag}{act.value}"}
        for t in dict.fromkeys([*at, *(before if st else ())]):
            if t != h:
                yield n, h, t, *_features(s, values, symbols, at.get(h), at.get(t), base, {
                    f"t main={t in main[:2]}", f"t before={t in before}", f"t rank={min([*at, t].index(t), 4)}"}, st)


def _features(s, values, symbols, holders, targets, base, more, st):
    """(features of one pair, items of the listed words that speak)."""
    if not targets:  # only the sentence before names the target
        return base | {f"away {f}" for f in base | more}, list(values)[:3]
    (k, g), way, near = targets[0], "", list(values)
    features = base | more
    if holders:
        (j, h), (k, g) = min(((x, y) for x in holders for y in targets), key=lambda pair: abs(pair[0][0] - pair[1][0]))
        way, between = "ht" if j < k else "th" if j > k else "same", symbols[min(j, k) + 1:max(j, k)]
        near = [i for i in values if h.first <= i <= g.last + 5 or g.first <= i <= h.last + 5] or near
        features |= {f"{way} on={y}" for y in between} | {f"{way} len={min(len(between), 9)}", f"h kind={h.kind}"}
        features |= _beside("h", symbols, j, h)
    window = [values[i] for i in values if abs(i - g.first) < 7]
    inside = st and st.content[0] <= s.spans[g.first][0] < st.content[1]
    features |= {f"content={st and _level(v for i, v in values.items() if st.content[0] <= s.spans[i][0] < st.content[1])}"}
    features |= {f"t kind={g.kind}", f"in={inside}", f"near={_level(window)}", f"{way} sum={_level(values[i] for i in near)}"}
    return features | _beside("t", symbols, k, g), near[:6]


def _beside(name, symbols, k, group):
    (a, b), (c, d) = symbols[k - 2:k], symbols[k + 1:k + 3]
    return {f"{name} l={b}", f"{name} l={a} {b}", f"{name} r={c}", f"{name} r={c} {d}", f"{name} form={group.form}"}


def _level(numbers):
    return max(-2, min(2, sum(numbers)))


def pairs(sentences, articles, actors):
    """For each sentence: (doc_id, par, sent, its start, the sentence read, its candidates)."""
    for rows, read in statements.read(sentences, articles, actors):
        named = [g.actor for s in read for g in s.groups if g.actor and g.kind != "name"]
        main, before, last = [actor for actor, _ in Counter(named).most_common()], [], None
        for (*key, _, start), s in zip(rows, read):
            yield *key, start, s, list(candidates(s, before, last, main))
            before = list(dict.fromkeys(g.actor for g in s.groups if g.actor and g.kind != "name"))[:MOST] or before
            last = next((st.holder for st in s.statements if st.holder != "OUTLET"), last)


def chosen(found, table):
    """(candidate, stance) of a sentence's candidates that count, the surest first."""
    scored = sorted(((-sum(table[f][0] for f in c[3] if f in table), *c) for c in found), key=lambda c: (c[0], c[2:4]))
    for rank, (doubt, *c) in enumerate(scored):
        if -doubt > (OTHER if rank else BEST):
            lean = sum(table[f][1] for f in c[3] if f in table)
            yield c, max(-2.0, min(2.0, lean + (SHRUNK if lean > 0 else -SHRUNK)))


def score(statements, sentences, articles, actors):
    """The `stances` table: one row per holder and target of a sentence that count, with the words that made the score.

    Where no listed word speaks, the stance is null. `act` is that of the statement's cue.
    """
    out = []
    for doc, par, sent, start, s, found in pairs(sentences, articles, actors):
        for (n, holder, target, _, items), value in chosen(found, weights()):
            st = s.statements[n - 1] if s.statements else None
            words = json.dumps([[*(int(start + x) for x in s.spans[i]), s.slice(i)] for i in items], ensure_ascii=False)
            act, cue = (s.words[st.item].act, s.text[slice(*st.cue)]) if st and st.cue else (None, None)
            out.append((doc, par, sent, n, holder, target, value if items else None, None, None, None, act,
                        st.form if st else "author", cue, words, METHOD))
    return pd.DataFrame(out, columns=list(schema.TABLES["stances"].columns))
