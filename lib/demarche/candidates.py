"""Which pairs a sentence may express, holder toward target, and what speaks for each: the features that stance weighs.

A feature is a tuple: its name and what was seen. The strongest come from the way the clauses link the two actors: from the
target upward to the predicate whose subject is the holder ('condemned the attack on B': on attack, object of condemned).
Features are made in blocks of what is seen together; the sum of a block's weights is kept, since most blocks come again.
"""

from collections import namedtuple
from functools import lru_cache
from itertools import islice
from math import inf

from demarche.clauses import Mention, Verb

# A pair that may be meant: `statement` number (0: none yet), `away`: the target is not named in the sentence, `items`: the
# words that speak, `features`: all of them, or their sum where they are weighed; `score`, `lean`: the two parts of the sum.
Candidate = namedtuple("Candidate", "statement holder target away items features score lean")
FLOOR = -3.5  # a candidate whose score falls below it is dropped early: no chosen pair came so low
MOST = 12  # actors of one sentence, and mentions of one, that are weighed against each other: a roll call has 190
NAMES = "AN"  # tags of names: never features, so that no pair is known beforehand to be friends or enemies
WAYS = {"subj": "P", "with": "W", "smod": "M", "mod": "M", "poss": "M"}  # how a holder hangs on the target's predicate
BEFORE, MAIN = 3, 3  # actors of the sentence before, and of the whole article, that a sentence may mean without their name
UNIT = 1000  # weights have three decimals: their thousandths add up to the same in any order
PATH = [" 0", " word 0", " rel 0", " length", " way", " sign", " 1", " 0 1", " word 1", " last", " last but one", " only",
        " any", " object", " word object"]
# features of so many values that no block of them would come again
MANY = ["said", "word", "around", "near word", "t left", "t right", "h left", "h right", "between word", "between act",
        "between tag", *(key + name for key in "PWMLU" for name in PATH)]


def block(first, names, *seen):
    """Features of what was seen under some names: a tuple where that is several things; `first` begins each name.

    >>> block("P ", "length|way", 2, ("obj", "of"))
    [('P length', 2), ('P way', 'obj', 'of')]
    """
    return [(first + name, *x) if type(x) is tuple else (first + name, x) for name, x in zip(names.split("|"), seen)]


class Blocks:
    """`of` gives a block of features, `before` put before each: a list or, with `weights`, their sum, a complex number.

    Its real part speaks for the pair, the other tells how the stance leans, both in thousandths. `one[name](seen, none)` is
    one feature of many values, `path[key]` has those of the way between two actors, `none` is no feature.
    """

    def __init__(self, weights=None, before=()):
        self.none, self.of = [], lambda *seen: [before + f for f in block(*seen)]
        one = {name: lambda x, _, name=name: block("", name, x) for name in MANY}
        if weights is not None:
            known = {f: complex(*(round(UNIT * x) for x in w)) for f, w in weights.items()}
            self.none, self.of = 0j, lru_cache(1 << 16)(lambda *seen: sum([known.get(before + f, 0j) for f in block(*seen)]))
            by = {name: {} for name in MANY}
            for (name, *x), w in known.items():
                by.get(name, {}).update({tuple(x): w, x[0] if len(x) == 1 else tuple(x): w})
            one = {name: some.get for name, some in by.items()}
        self.one, self.path = one, {key: [one[key + name] for name in PATH] for key in "PWMLU"}


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
    for i, (_, _, x) in enumerate(up):
        for k, (_, _, y) in enumerate(down):
            if x is y:
                return tuple([r for r, _, _ in up[: i + 1]]), down[: k + 1]
    return None


PLAIN = Blocks(), Blocks(before=("away",))  # for fitting


def _score(total):
    """What a sum says for its pair, in thousandths; features that are not weighed say enough."""
    return total.real if type(total) is complex else inf


class Reader:
    """One sentence in its article: `before` (actors of the sentence before), `last` (who spoke last), `main` (actor: rank).

    `blocks`: Blocks, and those for the holders of targets that the sentence does not name.
    """

    def __init__(self, s, before, last, main, blocks):
        self.s, self.before, self.last, self.main, self.blocks, self.values = s, before, last, main, blocks, turned(s)
        self.of, self.none, self.one = blocks[0].of, blocks[0].none, blocks[0].one
        self.total = self._value(self.values)
        self.stems = [tag if tag in NAMES or tag == "w" and s.text[a].isupper() else low[:6]
                      for tag, low, (a, _) in zip(s.tags, s.lows, s.spans)]
        self.at, self.ways, self.said = {}, {}, {}
        for g in s.groups:
            if g.actor and (g.actor in self.at or len(self.at) < MOST) and len(self.at.get(g.actor, ())) < MOST:
                self.at.setdefault(g.actor, []).append(g)
        self.chains = {g: chain(g) for some in self.at.values() for g in some}
        for n, st in enumerate(s.statements, start=1):
            if st.holder:
                self.said.setdefault(st.holder, []).append((n, st))
        heard = [st for st in s.statements if st.via in ("pronoun", "description")]
        if heard and last and last not in self.said:  # whom 'he' means is a guess; whoever spoke last may go on
            self.said[last] = [(0, min(heard, key=lambda st: st.form == "action"))]

    def _act(self, i):
        """What an item does, with its sign here: 'condemn-', 'meet+', 'v', 'n' ..."""
        tag, word, value = self.s.tags[i], self.s.words[i], self.values.get(i, 0)
        if word is None or isinstance(word, Mention):
            return tag
        name = tag if word.act in ("noun", "verb", "adjective") else word.act
        return name + "-" if value < 0 else name + "+" if value else name

    def _beside(self, name, i):
        tags = self.s.tags
        seen = "^" if i < 0 else "$" if i >= len(tags) else tags[i] if tags[i] in NAMES else self.s.lows[i]
        return self.one[name](seen, self.none)

    def _value(self, items):
        return max(-2, min(2, sum([self.values.get(i, 0) for i in items])))

    def _all(self, name, stems):
        return sum([self.one[name](stem, self.none) for stem in stems], self.none)

    def candidates(self):
        """The pairs that the sentence may express, as Candidate; with weights, those that stand a chance, scored."""
        tags, stems, main, none, around = self.s.tags, self.stems, list(islice(self.main, MAIN)), self.none, self.one["around"]
        whole = self._all("said", dict.fromkeys([stem for tag, stem in zip(tags, stems) if tag in "VFKvcesnjay"]))
        self.words = self._all("word", [stems[i] for i in self.values])
        self.around = [around(stem, none) if tag in "VFKvcesnjaM!" else none for tag, stem in zip(tags, stems)]
        targets = {t: [(g, *self._target(t, i, g)) for g in some] for i, (t, some) in enumerate(self.at.items())}
        best = {t: max([_score(own) for _, own, *_ in some]) for t, some in targets.items()}
        away = {t: self._away(t) for t in dict.fromkeys([*self.before[:BEFORE], *main]) if t not in self.at}
        for rank, h in enumerate(dict.fromkeys([*self.said, *self.at, "OUTLET", *filter(None, [self.last])])):
            said = self.said.get(h, [])
            first = next(((n, st) for n, st in said if st.form != "action"), said[0] if said else (0, None))
            base = whole + self._holder(self.blocks[0].of, h, first[1], rank, len(said))
            for t, some in targets.items():
                if t != h and best[t] + _score(base) >= FLOOR * UNIT:
                    yield from self._scored(base, h, t, *self._pair(h, some, said, first))
            if away and (said or h == self.last or h in main[:2]):
                base = whole + self._holder(self.blocks[1].of, h, first[1], rank, len(said))
                for t, own in away.items():
                    if t != h and _score(own) + _score(base) >= FLOOR * UNIT:
                        yield from self._scored(base, h, t, *self._apart(t, own, *first))

    @staticmethod
    def _scored(base, h, t, n, away, items, rest):
        total = base + rest
        if (score := _score(total)) >= FLOOR * UNIT:
            sums = (score / UNIT, total.imag / UNIT) if score < inf else (0.0, 0.0)
            yield Candidate(n, h, t, away, items, total, *sums)

    def _holder(self, of, h, st, rank, n):
        s, some, by = self.s, self.at.get(h, ()), st and st.by
        out = of("", "bias|total|h main|h rank|h n|actors|h last|h says|quotes|statements", (), self.total,
                 min(self.main.get(h, 9), 2), min(rank, 3), min(len(some), 2), min(len(self.at), 5), h == self.last, min(n, 3),
                 1 in s.quotes, min(len(s.statements), 3))
        if h == "OUTLET":
            out = out + of("OUTLET", "| total|", min(len(self.at), 3), self.total, st is not None)
        if st is not None:
            out = out + of("", "form|via|meant", st.form, st.via, (st.holder == h, st.via))
        if by is not None:
            verb, role = isinstance(by, Verb), st.group.role
            i = by.head if not verb else by.item if by.adj is None else by.adj
            out = out + of("", "act|cue|h kind|h form", self._act(i), self.stems[i], st.group.kind, st.group.form)
            if not verb:
                return out + of("", "h noun", ())
            out = out + of("h ", "up|neg|passive|role", by.rel if by.up is not None else "", by.neg, by.passive, role)
            if by.obj is not None and by.obj.head is not None:
                out = out + of("", "h object", self._act(by.obj.head))
        elif some:
            out = out + of("silent", "|| prep", some[0].kind, some[0].role, some[0].noun and some[0].noun.prep)
        return out

    def _target(self, t, rank, g):
        """(features of a mention of a target that do not depend on the holder, the listed words near it, their sum)."""
        a, b, prep = g.first - 7, g.last + 8, g.noun.prep if g.noun else None
        near = [i for i in self.values if a <= i < b]
        level = self._value(near)
        out = self.of("t ", "main|before|rank|n|holds", min(self.main.get(t, 9), 3), t in self.before, min(rank, 4),
                      min(len(self.at[t]), 3), t in self.said)
        out = out + self.of("", "t kind|t form|t role|t prep|t via|near", g.kind, g.form, g.role, prep, g.via, level)
        out = out + self._beside("t left", g.first - 1) + self._beside("t right", g.last + 1)
        out = sum([self.one["near word"](("l" if i < g.first else "r", self._act(i)), self.none) for i in near], out)
        return sum(self.around[max(0, g.first - 4) : g.last + 5], out), near, level

    def _away(self, t):
        tags, before = self.s.tags, self.before.index(t) if t in self.before else 9
        out = self.of("", "away before|away main|total", before, min(self.main.get(t, 9), 3), self.total)
        return sum([self.of("", "away pronoun", tag) for tag in "po" if tag in tags], out) + self.words

    def _apart(self, t, own, n, st):
        by = st and st.by
        whom = (by.subj if by.passive else by.obj) if isinstance(by, Verb) else None  # it names its own target
        seen = whom is not None, bool(whom and (whom.groups or whom.mods)), self.before.index(t) if t in self.before else 9
        return n, True, list(self.values)[:4], own + self.of("", "away object", seen)

    def _pair(self, h, some, said, first):
        best = None
        for g, own, near, level in some:
            down = self.chains[g]
            for hg in self.at.get(h, (None,)):
                tied = hg is not None and link(hg, self.chains[hg], down)
                if tied:
                    rank = (0, len(tied[1])) if tied[0][0] in ("subj", "smod", "with") else (1, len(tied[0]) + len(tied[1]))
                else:
                    rank = 2, abs(g.first - hg.first) if hg is not None else g.first
                if best is None or rank < best[0]:
                    best = rank, hg, g, tied, own, near, level
        _, hg, g, tied, own, near, level = best
        n, st = first
        if tied and said:
            n, st = next((one for one in reversed(said) if any(x is one[1].by for _, _, x in tied[1])), first)
        words, out = self._link(st.form if st else "none", hg, g, tied, level)
        out = own + out + (self.words if hg is None else self._between(hg, g))
        if st is not None:
            (a, b), spans, form = st.content, self.s.spans, st.form
            inside, told = a <= spans[g.first][0] < b, [i for i in self.values if a <= spans[i][0] < b]
            out = out + self.of("", "in|t quoted|content", (inside, form), (self.s.quotes[g.first], form), self._value(told))
        return n, False, [*dict.fromkeys([*words, *near])][:6] or list(self.values)[:4], out

    def _link(self, form, hg, g, tied, level):
        """The items on the way between two groups, and its features."""
        up, path = tied or (None, self.chains[g])
        key = WAYS.get(up[0], "L") if tied else "U"
        kind, role, via = (hg.kind, hg.role, hg.via) if hg else (None, None, None)
        named, where = g.form if g.named is None else g.named, g.noun.prep if g.noun else None
        out = self.of("", "key|kinds|roles|vias|t where|t where", (key, form), (kind, g.kind), (key, g.role, role),
                      (via, g.via), (key, where, named), (where, named, level))
        if key in "ML":
            out = out + self.of("h ", "way|first", up[:3], (up[0], path[-1][0]))
        if not path:
            return [], out + self.of("", "no way", ())
        which = g, key, len(path), form if len(path) == 1 else None
        if which not in self.ways:
            self.ways[which] = self._path(key, form, path)
        words, way = self.ways[which]
        return words, out + way

    def _path(self, key, form, path):
        """The items on the way from a target upward, and its features."""
        none, words, of = self.none, [], self.blocks[0].path[key]
        first, word, rel, length, way, sign, then, both, word_1, last, before, only, step, thing, word_thing = of
        seen, total = [(r, self._act(i)) for r, i, _ in path], self._value([i for _, i, _ in path])
        out = first(seen[0], none) + word((seen[0][0], self.stems[path[0][1]]), none) + rel(seen[0][0], none)
        out = out + length(min(len(path), 5), none) + way(tuple([r for r, _ in seen[:4]]), none) + sign(total, none)
        if len(path) > 1:
            out = out + then(seen[1], none) + both(seen[0] + seen[1], none) + word_1(self.stems[path[1][1]], none)
            out = out + last(seen[-1], none) + before(seen[-2], none)
        else:
            out = out + only((*seen[0], form), none)
        for (_, act), (_, i, x) in zip(seen, path):
            words.append(i)
            out = out + step(act, none)
            if isinstance(x, Verb):
                out = out + self.of(key, " neg", ()) if x.neg else out
                j = x.obj.head if x.obj is not None else None
                if j is not None and j not in words:
                    words.append(j)
                    out = out + thing(self._act(j), none) + word_thing(self.stems[j], none)
        return words, out

    def _between(self, hg, g):
        one, none = self.one, self.none
        way, (a, b) = ("ht", (hg.last, g.first)) if hg.first < g.first else ("th", (g.last, hg.first))
        mid, between = [i for i in self.values if a < i < b], self.s.tags[a + 1 : b]
        total = self._value(mid)
        out = self._beside("h left", hg.first - 1) + self._beside("h right", hg.last + 1) + self.of(
            "", "order|distance|between|between", way, (way, min((b - a) // 4, 5)), (way, total), total)
        out = sum([one["between tag"]((way, tag), none) for tag in "VFKSRB;tbP!" if tag in between], out)
        word, act = one["between word"], one["between act"]
        return sum([word(self.stems[i], none) + act((way, self._act(i)), none) for i in mid[:6]], out)
