"""Whom a pronoun or a description means: the actors named near it, weighed by what they are, where they stand and what they do.

A log-linear ranking of candidate antecedents (Denis and Baldridge 2008); benchmarks/fit_coref.py fitted its weights
(lexicons/coref.csv) on coded sentences: whoever holds a stance there is taken for whom the speaker is.
"""

from functools import cache

from demarche import lexicons
from demarche.clauses import Verb

NEAR = 4  # sentences back, this one among them, in which an antecedent may stand
ANAPHORS = ("pronoun", "description", "title")  # ways that find an actor by another mention, so that they are none themselves
SEX = {"ms": "s", "mrs": "s", "spokeswoman": "s", "queen": "s", "mr": "h", "king": "h", "spokesman": "h", "sheikh": "h"}


@cache
def weights():
    """{feature: weight} of lexicons/coref.csv."""
    return {tuple(r.feature.split("|")): float(r.weight) for r in lexicons.read("coref").itertuples()}


def subjects(s):
    """{id of a group: the Verb whose subject, or agent in the passive, it is}."""
    told = ((v, v.by if v.passive else v.subj) for v in s.verbs)
    return {id(g): v for v, noun in told if noun is not None for g in noun.groups}


def _above(v):
    """The verbs that govern a verb, eight steps up at most: clauses may go round in a circle."""
    for _ in range(8):
        v = v and v.up
        if isinstance(v, Verb):
            yield v


def _role(s, a):
    if id(a) in s.subjects:
        return "subj"
    if a.noun is None or a in a.noun.mods:
        return "mod"
    return "obj" if a.noun.rel == "obj" else "prep"


def _what(a):
    if a.form == "name":
        return "own" if a.via == "own name" else "person"
    return a.form if a.form != "actor" else "leader" if a.names else a.kind


def sort(s, g):
    """What kind of an anaphor a group is: 'he' (he, she), 'it', 'th' (they), 'we' (I, we), or by its last title."""
    if g.form == "pronoun":
        return {"p": "he", "i": "we"}.get(s.tags[g.first]) or s.low(g.first)[:2]
    return g.sort + "s" * g.titles[-1].endswith("s")


def candidates(article, n, s, g):
    """{actor: lists of features, one for each of its mentions} of whom the group `g` of the article's sentence `n` may mean."""
    kind, quoted, out, seen = sort(s, g), s.quotes[g.first], {}, {}
    own = s.subjects.get(id(g))
    above = {id(v) for v in _above(own)} if own else ()
    for m in range(n, max(-1, n - NEAR), -1):
        there = article.sentences[m]
        later = m == n  # mentions after it in its own sentence come last
        for a in sorted(there.groups, key=lambda a: (later and a.first > g.first, -a.first)):
            if a is g or not a.actor or a.via in ANAPHORS:
                continue
            far = str(n - m) if m < n or a.first < g.first else "after"
            role, what, verb = _role(there, a), _what(a), there.subjects.get(id(a))
            f = [("is", kind, what), ("far", kind, far), ("role", kind, role), ("rank", kind, str(min(len(seen), 3))),
                 ("quoted", str(quoted), str(there.quotes[a.first]), str(m == n), str(kind == "we"))]
            if m == n:
                if verb is not None and id(verb) in above:
                    f.append(("governs", kind))
                if verb is not None and verb is own or own and a.noun is not None and (a.noun is own.obj or a.noun.up is own):
                    f.append(("same verb",))
            if verb is not None and there.tags[verb.item] in "VPc":
                f += [("speaks", far), ("speaks", kind, there.tags[verb.item])]
            if g.titles and not set(g.titles).isdisjoint(a.titles):
                f += [("title",), ("title", kind)]
            if kind == "he" and (sex := next((SEX[t.rstrip(".")] for t in a.titles if t.rstrip(".") in SEX), None)):
                f.append(("sex", str(s.low(g.first)[0] == sex)))
            seen[a.actor] = True
            out.setdefault(a.actor, []).append(f)
    definite = g.titles and (s.tags[g.first - 1 : g.first] == "D" or " " in g.titles[-1])
    last = {"spoke": article.holder, "told": article.told, "voice": article.voice, "person": article.person, "main": article.main,
            "titled": article.names.get(g.titles[-1]) if definite else None}
    for name, actor in last.items():
        if actor:
            for f in out.setdefault(actor, [[("none near", kind)]]):
                f += [(name, kind, str(quoted)), (name, kind)]
    return out


def antecedent(article, n, s, g):
    """The actor whom a group most likely means, or None where the article has named none."""
    table, some = weights(), candidates(article, n, s, g)
    scores = {actor: max(sum(table.get(f, 0.0) for f in fs) for fs in lists) for actor, lists in some.items()}
    return max(sorted(scores), key=scores.get, default=None)
