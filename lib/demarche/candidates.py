"""Which pairs a sentence may express, holder toward target, and what speaks for each: the features that stance weighs.

A feature is a tuple: its name and what was seen. The strongest come from the way the clauses link the two actors: from the
target upward to the predicate whose subject is the holder ('condemned the attack on B': on attack, object of condemned).
"""

from collections import namedtuple

from demarche.clauses import Mention, Verb

# A pair that may be meant: `statement` number (0: none yet), `away`: the target is not named in the sentence, `items`: the
# words that speak, `parts`: lists of features (of the sentence, the holder, the target, both), `score`, `lean`: weights' sums.
Candidate = namedtuple("Candidate", "statement holder target away items parts score lean")
FLOOR = -3.5  # a candidate whose score falls below it is dropped early: no chosen pair came so low
MOST = 12  # actors of one sentence, and mentions of one, that are weighed against each other: a roll call has 190
NAMES = "AN"  # tags of names: never features, so that no pair is known beforehand to be friends or enemies
WAYS = {"subj": "P", "with": "W", "smod": "M", "mod": "M", "poss": "M"}  # how a holder hangs on the target's predicate
BEFORE, MAIN = 3, 3  # actors of the sentence before, and of the whole article, that a sentence may mean without their name


def turned(s):
    """{item: value} of the listed words of a sentence; a negation within five items before turns the sign."""
    values, left = {}, 0
    for i, (tag, word) in enumerate(zip(s.tags, s.words)):
        left = 0 if tag in ";q" else left - 1
        if tag == "!" or tag == "K" and word and word.kind == "negator":
            left = 5
        elif tag in "VFKcesjMy" and word and word.value:
            values[i] = word.value * (-1 if left >= 0 else 1)
    return values


def _classes(s, values):
    """What each item does, with its sign here: 'condemn-', 'meet+', 'v', 'n' ..."""
    out = []
    for i, (tag, word) in enumerate(zip(s.tags, s.words)):
        if word is None or isinstance(word, Mention):
            out.append(tag)
        else:
            value, name = values.get(i, 0), word.act or word.kind
            name = tag if name in ("noun", "verb", "adjective") else name
            out.append(name + ("-" if value < 0 else "+" if value > 0 else ""))
    return out


def chain(group):
    """[(relation, item, Verb or Noun)] from a group upward: what it hangs on, what that hangs on, to the root of the clause."""
    n, out = group.noun, []
    if n is None:
        return out
    if group.role != "head" and n.head is not None:
        out.append((group.role, n.head, n))
    while n.up is not None and len(out) < 9:
        if not isinstance(n.up, Verb):
            if n.rel != "conj" and n.up.head is not None:
                out.append((n.rel, n.up.head, n.up))
            n = n.up
            continue
        v, rel = n.up, n.rel
        while isinstance(v, Verb) and len(out) < 9:
            way = "obj" if v.passive and rel == "subj" and v.adj is None else rel  # whoever it befalls
            out.append((way, v.item if v.adj is None else v.adj, v))
            rel, v = v.rel, v.up
        if v is None or isinstance(v, Verb):
            break
        n = v
        if n.head is not None:
            out.append(("rel", n.head, n))
    return out


def link(holder, up, down):
    """How two groups hang together: (relations from the holder, steps from the target), both to what they share; or None.

    `up`, `down`: the chains of the holder's and the target's group. Best is a verb whose subject or agent is the holder.
    """
    for k, (_, _, x) in enumerate(down):
        if isinstance(x, Verb):
            agent = x.by if x.passive else x.subj
            if agent is not None and holder in agent.groups:
                return ("with" if k == 0 and down[0][0] in ("subj", "by", "conj") else "subj",), down[: k + 1]
            if agent is not None and holder in agent.mods:
                return ("smod",), down[: k + 1]
        elif k == 0 and holder in x.mods:
            return (holder.role,), down[:1]
    where = {id(x): k for k, (_, _, x) in reversed(list(enumerate(down)))}
    for i, (_, _, x) in enumerate(up):
        if id(x) in where:
            return tuple(r for r, _, _ in up[: i + 1]), down[: where[id(x)] + 1]
    return None


def _level(x):
    return max(-2, min(2, x))


class Reader:
    """One sentence in its article: `before` (actors of the sentence before), `last` (who spoke last), `main` (actor: rank)."""

    def __init__(self, s, before, last, main, weights=None):
        self.s, self.before, self.last, self.main, self.weights, self.sums = s, before, last, main, weights, {}
        self.values = turned(s)
        self.total = _level(sum(self.values.values()))
        self.classes = _classes(s, self.values)
        self.stems = [t if t in NAMES or t == "w" and s.slice(i)[:1].isupper() else s.low(i)[:6] for i, t in enumerate(s.tags)]
        self.whole = [("said", stem) for stem in dict.fromkeys(x for tag, x in zip(s.tags, self.stems) if tag in "VFKvcesnjay")]
        self.at = {}
        for g in s.groups:
            if g.actor and (g.actor in self.at or len(self.at) < MOST) and len(self.at.get(g.actor, ())) < MOST:
                self.at.setdefault(g.actor, []).append(g)
        self.chains = {id(g): chain(g) for some in self.at.values() for g in some}
        self.order = {actor: i for i, actor in enumerate(self.at)}
        self.said = {}
        for n, st in enumerate(s.statements, start=1):
            if st.holder:
                self.said.setdefault(st.holder, []).append((n, st))
        heard = [st for st in s.statements if st.via in ("pronoun", "description")]
        if heard and last and last not in self.said:  # whom 'he' means is a guess; whoever spoke last may go on
            self.said[last] = [(0, min(heard, key=lambda st: st.form == "action"))]

    def _beside(self, i):
        tags = self.s.tags
        return "^" if i < 0 else "$" if i >= len(tags) else tags[i] if tags[i] in NAMES else self.s.low(i)

    def _sum(self, part, keep=True):
        """(score, lean) of a list of features; kept with the list, since holders' and targets' lists serve many pairs."""
        if id(part) in self.sums:
            return self.sums[id(part)][1:]
        score, lean = 0.0, 0.0
        for found in map(self.weights.get, part):
            if found:
                score += found[0]
                lean += found[1]
        if keep:  # the list itself stays too: another list must not get its id
            self.sums[id(part)] = part, score, lean
        return score, lean

    def candidates(self):
        """The pairs that the sentence may express, as Candidate; with weights, those that stand a chance, scored."""
        main = list(self.main)
        holders = dict.fromkeys([*self.said, *self.at, "OUTLET", *filter(None, [self.last])])
        away = [(a, self._away(a)) for a in dict.fromkeys([*self.before[:BEFORE], *main[:MAIN]]) if a not in self.at]
        targets = {t: self._target(t) for t in self.at}
        for rank, h in enumerate(holders):
            said = self.said.get(h, [])
            first = next(((n, st) for n, st in said if st.form != "action"), said[0] if said else (0, None))
            base = self._holder(h, first[1], rank, len(said))
            for t in self.at:
                if t != h:
                    yield from self._scored(self._pair, h, t, said, first, base, targets[t])
            if away and (said or h == self.last or h in main[:2]):
                apart = [("away", *f) for f in base]
                for t, own in away:
                    if t != h:
                        yield from self._scored(self._apart, h, t, said, first, apart, own)

    def _scored(self, make, h, t, said, first, base, own):
        score = lean = 0.0
        if self.weights is not None:
            some = [own] if isinstance(own, list) else [f for f, _ in own.values()]
            if self._sum(self.whole)[0] + self._sum(base)[0] + max(self._sum(f)[0] for f in some) < FLOOR:
                return
        n, away, items, *parts = make(h, t, said, first, base, own)
        if self.weights is not None:
            score, lean = map(sum, zip(*(self._sum(part, keep=k < 3) for k, part in enumerate(parts))))
            if score < FLOOR:
                return
        yield Candidate(n, h, t, away, items, parts, score, lean)

    def _apart(self, h, t, said, first, base, own):
        by = first[1] and first[1].by
        whom = (by.subj if by.passive else by.obj) if isinstance(by, Verb) else None  # it names its own target
        f = [("away object", whom is not None, bool(whom and (whom.groups or whom.mods)), own[0][1])]
        return first[0], True, list(self.values)[:4], self.whole, base, own, f

    def _holder(self, h, st, rank, n):
        s, some = self.s, self.at.get(h, ())
        f = [("bias",), ("total", self.total), ("h main", min(self.main.get(h, 9), 2)), ("h rank", min(rank, 3)),
             ("h n", min(len(some), 2)), ("actors", min(len(self.at), 5)), ("h last", h == self.last), ("h says", min(n, 3)),
             ("quotes", any(s.quotes)), ("statements", min(len(s.statements), 3))]
        if h == "OUTLET":
            f += [("OUTLET", min(len(self.at), 3)), ("OUTLET total", self.total), ("OUTLET", st is not None)]
        if st is not None:
            f += [("form", st.form), ("via", st.via), ("meant", st.holder == h, st.via)]
        by = st and st.by
        if by is not None:
            verb = isinstance(by, Verb)
            i = by.head if not verb else by.item if by.adj is None else by.adj
            f += [("act", self.classes[i]), ("cue", self.stems[i]), ("h kind", st.group.kind), ("h form", st.group.form)]
            if verb:
                f += [("h up", by.rel if by.up is not None else ""), ("h neg", by.neg), ("h passive", by.passive),
                      ("h role", st.group.role)]
                if by.obj is not None and by.obj.head is not None:
                    f.append(("h object", self.classes[by.obj.head]))
            else:
                f.append(("h noun",))
        elif some:
            g = some[0]
            f += [("silent", g.kind), ("silent", g.role), ("silent prep", g.noun and g.noun.prep)]
        return f

    def _target(self, t):
        """For each mention of a target, the features that do not depend on the holder."""
        tags, out = self.s.tags, {}
        shared = [("t main", min(self.main.get(t, 9), 3)), ("t before", t in self.before), ("t rank", min(self.order[t], 4)),
                  ("t n", min(len(self.at[t]), 3)), ("t holds", t in self.said)]
        for g in self.at[t]:
            a, b = max(0, g.first - 7), min(len(tags), g.last + 8)
            near = [i for i in self.values if a <= i < b]
            f = [*shared, ("t kind", g.kind), ("t form", g.form), ("t role", g.role),
                 ("t prep", g.noun.prep if g.noun else None), ("t via", g.via),
                 ("near", _level(sum(self.values[i] for i in near))), ("t left", self._beside(g.first - 1)),
                 ("t right", self._beside(g.last + 1))]
            f += [("near word", "l" if i < g.first else "r", self.classes[i]) for i in near]
            around = range(max(0, g.first - 4), min(len(tags), g.last + 5))
            f += [("around", self.stems[i]) for i in around if tags[i] in "VFKvcesnjaM!"]
            out[id(g)] = f, near
        return out

    def _away(self, t):
        f = [("away before", self.before.index(t) if t in self.before else 9), ("away main", min(self.main.get(t, 9), 3)),
             ("total", self.total)]
        f += [("away pronoun", tag) for tag in "po" if tag in self.s.tags]
        return f + [("word", self.stems[i]) for i in self.values]

    def _pair(self, h, t, said, first, base, target):
        best = None
        for g in self.at[t]:
            down = self.chains[id(g)]
            for hg in self.at.get(h, (None,)):
                tied = hg is not None and link(hg, self.chains[id(hg)], down)
                if tied:
                    rank = (0, len(tied[1])) if tied[0][0] in ("subj", "smod", "with") else (1, len(tied[0]) + len(tied[1]))
                else:
                    rank = 2, abs(g.first - hg.first) if hg is not None else g.first
                if best is None or rank < best[0]:
                    best = rank, hg, g, tied
        _, hg, g, tied = best
        n, st = first
        if tied:
            ids = {id(x) for _, _, x in tied[1]}
            n, st = next(((n, st) for n, st in reversed(said) if id(st.by) in ids), first)
        own, near = target[id(g)]
        f, words = self._link(st.form if st else "none", hg, g, tied)
        f += self._between(hg, g)
        named = next((w.role for w in self.s.words[g.first : g.last + 1] if isinstance(w, Mention)), g.form)
        where = g.noun.prep if g.noun else None
        f += [("t where", f[0][1], where, named), ("t where", where, named, _level(sum(self.values[i] for i in near)))]
        if st is not None:
            a, b = st.content
            starts, form = self.s.spans, st.form
            told = _level(sum(v for i, v in self.values.items() if a <= starts[i][0] < b))
            f += [("in", a <= starts[g.first][0] < b, form), ("t quoted", self.s.quotes[g.first], form), ("content", told)]
        items = [*dict.fromkeys([*words, *near])] or list(self.values)[:4]
        return n, False, items[:6], self.whole, base, own, f

    def _link(self, form, hg, g, tied):
        """Features of the way between two groups, and the items on it."""
        up, path = tied or (None, self.chains[id(g)])
        key = WAYS.get(up[0], "L") if tied else "U"
        hold = (hg.kind, hg.role, hg.via) if hg else (None, None, None)
        f = [("key", key, form), ("kinds", hold[0], g.kind), ("roles", key, g.role, hold[1]), ("vias", hold[2], g.via)]
        words = []
        if key in "ML":
            f += [("h way", *up[:3]), ("h first", up[0], path[-1][0])]
        if not path:
            return [*f, ("no way",)], words
        seen = [(r, self.classes[i]) for r, i, _ in path]
        f += [(key + " 0", *seen[0]), (key + " length", min(len(path), 5)), (key + " way", *(r for r, _ in seen[:4])),
              (key + " sign", _level(sum(self.values.get(i, 0) for _, i, _ in path))),
              (key + " word 0", seen[0][0], self.stems[path[0][1]]), (key + " rel 0", seen[0][0])]
        if len(path) > 1:
            f += [(key + " 1", *seen[1]), (key + " 0 1", *seen[0], *seen[1]), (key + " word 1", self.stems[path[1][1]]),
                  (key + " last", *seen[-1]), (key + " last but one", *seen[-2])]
        else:
            f.append((key + " only", *seen[0], form))
        for _, i, x in path:
            words.append(i)
            f.append((key + " any", self.classes[i]))
            if isinstance(x, Verb):
                if x.neg:
                    f.append((key + " neg",))
                j = x.obj.head if x.obj is not None else None
                if j is not None and j not in words:
                    words.append(j)
                    f += [(key + " object", self.classes[j]), (key + " word object", self.stems[j])]
        return f, words

    def _between(self, hg, g):
        tags = self.s.tags
        if hg is None:
            return [("word", self.stems[i]) for i in self.values]
        way, (a, b) = ("ht", (hg.last, g.first)) if hg.first < g.first else ("th", (g.last, hg.first))
        mid = [i for i in self.values if a < i < b]
        total = _level(sum(self.values[i] for i in mid))
        f = [("order", way), ("distance", way, min((b - a) // 4, 5)), ("between", way, total), ("between", total),
             ("h left", self._beside(hg.first - 1)), ("h right", self._beside(hg.last + 1))]
        f += [("between tag", way, tag) for tag in "VFKSRB;tbP!" if tag in tags[a + 1 : b]]
        for i in mid[:6]:
            f += [("between word", self.stems[i]), ("between act", way, self.classes[i])]
        return f
