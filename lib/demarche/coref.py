"""Whom a pronoun or a description means: the actors named near it, weighed by what they are, where they stand and what they do.

A log-linear ranking of candidate antecedents (Denis and Baldridge 2008); benchmarks/fit_coref.py fitted its weights
(lexicons/coref.csv) on coded sentences: whoever holds a stance there is taken for whom the speaker is.
"""

from functools import cache, lru_cache, partial

from demarche import lexicons
from demarche.candidates import block
from demarche.clauses import LISTED, Verb

# Sentences back, this one among them, in which an antecedent may stand; mentions of one sentence that are weighed, so that a
# list of thousands is read in reasonable time.
NEAR, MOST = 4, 40
HEADS = ("ministers", "leaders", "presidents")  # of two states, where two are named
ANAPHORS = ("pronoun", "description")  # ways that find an actor by another mention, so that they are none themselves


@cache
def weights():
    """{feature: weight} of lexicons/coref.csv, in hundredths: whole numbers add up to the same in any order."""
    return {r.feature: round(100 * float(r.weight)) for r in lexicons.read("coref").itertuples()}


def subjects(s):
    """{id of a group: the Verb whose subject, or agent in the passive, it is}."""
    return {id(g): v for v in s.verbs if (noun := v.by if v.passive else v.subj) is not None for g in noun.groups}


def sort(s, g):
    """What kind of an anaphor a group is: 'he' (he, she), 'it', 'th' (they), 'we' (I, we), or by its last title."""
    if g.form == "pronoun":
        return {"p": "he", "i": "we"}.get(s.tags[g.first]) or s.lows[g.first][:2]
    return "new" * bool(g.names) + g.sort + "s" * g.titles[-1].endswith("s")


def _mention(there, a, kind):
    """What was seen of a mention for a kind of anaphor: what it is, its role in its sentence, how its verb speaks."""
    what = "person" if a.via == "title" else a.form if a.form not in ("actor", "name") else "leader" if a.names else a.kind
    what = ("own" if a.via == "own name" else "person") if a.form == "name" else what
    if (verb := there.subjects.get(id(a))) is not None:
        return (kind, what), (kind, "subj"), (kind, there.tags[verb.item])
    return (kind, what), (kind, "mod" if a.noun is None or a in a.noun.mods else "obj" if a.noun.rel == "obj" else "prep")


def _tied(s, g):
    """{actor: how it hangs on the verb of a group}: its object, who tells of it ('Kyiv said that it'), or whom it tells of and
    as what ('Peru demands an end to it, the spokeswoman said')."""
    if (verb := s.subjects.get(id(g))) is None:
        return {}
    first, teller = s.verbs[0], verb.rel == "comp" and isinstance(verb.up, Verb) and verb.up.subj
    behind = first is not verb and s.tags[: g.first].rstrip("Dja")[-1:] in (",", "q")
    told = behind and s.tags[verb.item] == "V" and first.item < g.first and not s.quotes[first.item] and first.subj
    hostile = getattr(s.words[first.item], "act", "") in LISTED["hostile"] or s.tags[first.item] not in "VFK"
    ways = ("teller", teller), ("object", verb.obj), ("told hostile" if hostile else "told", told)
    return {a.actor: way for way, noun in ways if noun for a in noun.groups}


features = partial(block, "")


@cache
def weighed():
    """What makes the sum of the weights of a block of features."""
    return lru_cache(1 << 15)(lambda *seen: sum([weights().get(f, 0) for f in features(*seen)]))


def candidates(article, n, s, g, of=features):
    """{actor: features (a list or, with `of` as `weighed` gives it, their sum) of each of its mentions} of whom a group of
    sentence `n` may mean."""
    kind, quoted, long, out = sort(s, g), s.quotes[g.first], len(article.sentences) > 3, {}
    at, tied = s.groups.index(g), _tied(s, g)
    for m in range(n, max(-1, n - NEAR), -1):
        there = article.sentences[m]
        # the nearest before it come first, those after it in its own sentence last
        near = there.groups[max(0, at - MOST) : at][::-1] + there.groups[at + 1 : at + MOST][::-1]
        for a in near if m == n else there.groups[: -MOST - 1 : -1]:
            own = m == n and there.quotes[a.first] > quoted  # nobody names himself in his own words
            if a.actor and a.via not in ANAPHORS and not own and tied.get(a.actor) != "object":  # nor whom he acts upon
                far, seen = n - m if m < n or a.first < g.first else "after", _mention(there, a, kind)
                f = of("far|rank|quoted|often|titles|tied", (kind, far), (kind, min(len(out), 3)),
                       (kind, quoted, there.quotes[a.first], m == n), (kind, long, article.often.get(a.actor, 3)),
                       (kind, g.rank == a.rank, a.form), (kind, tied.get(a.actor)))
                f = f + of("near role|near is", (kind, far, seen[1][1], a.named), (kind, n - m, seen[0][1], not out))
                out.setdefault(a.actor, []).append(f + of("is|role|speaks", *seen))
    definite = g.form == "pronoun" or g.titles and (s.tags[g.first - 1 : g.first] == "D" or " " in g.titles[-1])
    last = {"spoke": article.holder, "told": article.told, "voice": article.voice, "person": article.person,
            "main": article.main, "titled": definite and g.titles and article.names.get(g.titles[-1]),
            "alike": definite and article.alike.get(g.rank), "home": article.home, **(about := article.about())}
    for name, actor in ((name, actor) for name, actor in last.items() if actor and tied.get(actor) != "object"):
        f = of("|".join([name] * 5), (), (kind, actor in out), (kind, quoted), (kind, "in", long),
               (kind, n == 0, actor == about.get("place")))
        out[actor] = [some + f for some in out.get(actor) or [of("none near", (kind,))]]
    return out


def antecedent(article, n, s, g):
    """The actor whom a group most likely means, or None where the article has named none."""
    # an army, a police, a country is a state's
    scores = {actor: max(some) for actor, some in candidates(article, n, s, g, weighed()).items()
              if g.sort not in ("office", "place") or actor in article.states.union(article.about().values())}
    return max(scores, key=scores.get, default=None)  # the nearest of equals


def couple(article, n, s, g):
    """The two states that 'both sides', 'the two' or 'they' means: the two meant last, or those of the nearest sentence, from
    this one back, that names just two before the group. Empty where there are none.

    'They', 'the ministers' and the like mean two only where they are the subjects of this sentence or the one before; 'both
    officials' two named persons. For sides and countries the two that the article names most stand in.
    """
    both = g.sort in ("couple", "determiner") or s.lows[g.first - 1 : g.first] in (["both"], ["two"])
    heads = g.titles and g.titles[-1].endswith(HEADS)
    they, named = heads or g.form == "pronoun" and s.lows[g.first][:2] == "th", g.sort in ("title", "people") and not heads
    for m in range(n, max(-1, n - (NEAR if both else 2)), -1) if both or they else ():
        there, last = article.sentences[m], None if m < n else s.groups.index(g)
        near = [a for a in there.groups[:last] if a.actor in article.states and a.via not in ANAPHORS]
        lead, some = [a for a in near if they and id(a) in there.subjects], [a for a in near if both and (a.names or not named)]
        of = [a for x in s.nouns if m == n and heads and x.rel == "of" and x.up is g.noun for a in x.groups]
        ways = [article.two[1]] if m == article.two[0] else [[*dict.fromkeys(a.actor for a in way)] for way in (of, lead, some)]
        if two := next((some for some in ways if len(some) == 2), None):
            article.two = n, two
            return two
    return [*article.often][:2] if g.sort == "couple" and len(article.often) > 1 else []
