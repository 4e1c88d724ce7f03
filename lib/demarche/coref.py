"""Whom a pronoun or a description means: the actors named near it, weighed by what they are, where they stand and what they do.

A log-linear ranking of candidate antecedents (Denis and Baldridge 2008); benchmarks/fit_coref.py fitted its weights
(lexicons/coref.csv) on coded sentences: whoever holds a stance there is taken for whom the speaker is.
"""

from functools import cache

from demarche import lexicons

# Sentences back, this one among them, in which an antecedent may stand; mentions of one sentence that are weighed, so that a
# list of thousands is read in reasonable time.
NEAR, MOST = 4, 40
ANAPHORS = ("pronoun", "description", "title")  # ways that find an actor by another mention, so that they are none themselves


@cache
def weights():
    """{feature: weight} of lexicons/coref.csv."""
    return {tuple(r.feature.split("|")): float(r.weight) for r in lexicons.read("coref").itertuples()}


def subjects(s):
    """{id of a group: the Verb whose subject, or agent in the passive, it is}."""
    told = ((v, v.by if v.passive else v.subj) for v in s.verbs)
    return {id(g): v for v, noun in told if noun is not None for g in noun.groups}


def sort(s, g):
    """What kind of an anaphor a group is: 'he' (he, she), 'it', 'th' (they), 'we' (I, we), or by its last title."""
    if g.form == "pronoun":
        return {"p": "he", "i": "we"}.get(s.tags[g.first]) or s.low(g.first)[:2]
    return g.sort + "s" * g.titles[-1].endswith("s")


def _mention(there, a, kind):
    """Features of a mention for a kind of anaphor: what it is, and what it does in its sentence."""
    what = a.form if a.form != "actor" else "leader" if a.names else a.kind
    if a.form == "name":
        what = "own" if a.via == "own name" else "person"
    if (verb := there.subjects.get(id(a))) is None:
        role = "mod" if a.noun is None or a in a.noun.mods else "obj" if a.noun.rel == "obj" else "prep"
        return [("is", kind, what), ("role", kind, role)]
    return [("is", kind, what), ("role", kind, "subj"), ("speaks", kind, there.tags[verb.item])]


def candidates(article, n, s, g):
    """{actor: lists of features, one for each of its mentions} of whom the group `g` of the article's sentence `n` may mean."""
    kind, quoted, long, out = sort(s, g), str(s.quotes[g.first]), str(len(article.sentences) > 3), {}
    at = s.groups.index(g)
    for m in range(n, max(-1, n - NEAR), -1):
        there = article.sentences[m]
        near = there.groups[max(0, at - MOST) : at + MOST] if m == n else there.groups[-MOST:]
        # the nearest before it come first, those after it in its own sentence last
        for a in sorted(near, key=lambda a: (m == n and a.first > g.first, -a.first)):
            if a is not g and a.actor and a.via not in ANAPHORS:
                far = str(n - m) if m < n or a.first < g.first else "after"
                f = [("far", kind, far), ("rank", kind, str(min(len(out), 3))),
                     ("quoted", quoted, str(there.quotes[a.first]), str(m == n), str(kind == "we")),
                     ("often", kind, long, str(article.often.get(a.actor, 3)))]
                out.setdefault(a.actor, []).append(f + _mention(there, a, kind))
    definite = g.titles and (s.tags[g.first - 1 : g.first] == "D" or " " in g.titles[-1])
    last = {"spoke": article.holder, "told": article.told, "voice": article.voice, "person": article.person,
            "main": article.main, "titled": definite and article.names.get(g.titles[-1])}
    for name, actor in last.items():
        for f in out.setdefault(actor, [[("none near", kind)]]) if actor else ():
            f += [(name,), (name, long), (name, kind, quoted), (name, kind, "in", long), (name, long, str(n == 0))]
    return out


def antecedent(article, n, s, g):
    """The actor whom a group most likely means, or None where the article has named none."""
    table = weights()
    scores = {actor: max([sum([table.get(f, 0.0) for f in fs]) for fs in some])
              for actor, some in candidates(article, n, s, g).items()}
    return max(sorted(scores), key=scores.get, default=None)
