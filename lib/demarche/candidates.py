"""Which pairs a sentence may express, holder toward target, and what speaks for each: the features that stance weighs.

A feature is a tuple: its name and what was seen. The strongest come from the way the clauses link the two actors: from the
target upward to the predicate whose subject is the holder ('condemned the attack on B': on attack, object of condemned).
Features are made in blocks of what is seen together; the sum of a block's weights is kept, since most blocks come again.
"""

from collections import namedtuple
from functools import lru_cache
from itertools import islice, product

from demarche.clauses import Mention, Verb

# A pair that may be meant: `statement` number (0: none yet), `away`: the target is not named in the sentence, `items`: the
# words that speak, `features`: all of them, or their sum where they are weighed; `score`, `lean`: the two parts of the sum.
Candidate = namedtuple("Candidate", "statement holder target away items features score lean")
FLOOR = -3.5  # a candidate whose score falls below it is dropped: no chosen pair came so low
MOST = 12  # actors of one sentence, and mentions of one, that are weighed against each other: a roll call has 190
NAMES = "AN"  # tags of names: never features, so that no pair is known beforehand to be friends or enemies
WAYS = {"subj": "P", "with": "W", "smod": "M", "mod": "M", "poss": "M"}  # how a holder hangs on the target's predicate
BEFORE, MAIN = 3, 3  # actors of the sentence before, and of the whole article, that a sentence may mean without their name
# Weights have three decimals: their thousandths add up to the same in any order. Both sums go in one number: that for the
# pair is its whole part, that for the stance the rest, in LEAN.
UNIT, LEAN, LEAST = 1000, 2.0**-26, FLOOR * 1000 - 500  # LEAST: of what does not hang on both actors
# features of so many values that no block of them would come again
MANY = ["said", "word", "around", *(key + name for key in "th" for name in (" left", " right", " left two", " right two")),
        "between two", "key, h left", "key, h right",
        *(key + name for key in "PWMLU" for name in (" word 0", " word 1", " any", " object", " word object"))]


def block(first, names, *seen):
    """Features of what was seen under some names: a tuple where that is several things; `first` begins each name.

    >>> block("P ", "length|way", 2, ("obj", "of"))
    [('P length', 2), ('P way', 'obj', 'of')]
    """
    return [(first + name, *x) if type(x) is tuple else (first + name, x) for name, x in zip(names.split("|"), seen)]


def crossed(first, second, seen, others):
    """Features of each of some things that were seen together with each of others: what the one tells may hang on the other.

    >>> crossed("main", "kinds|form", (0,), (("state", "body"), "actor"))
    [('main, kinds', 0, 'state', 'body'), ('main, form', 0, 'actor')]
    """
    one, two = ([(name, x if type(x) is tuple else (x,)) for name, x in zip(names.split("|"), some)]
                for names, some in ((first, seen), (second, others)))
    return [(f"{a}, {b}", *x, *y) for (a, x), (b, y) in product(one, two)]


class Blocks:
    """`of` gives a block of features, `two` crossed ones, `before` put before each: a list or, with `weights`, their sum.

    The sum is one number (see LEAN).

    `one[name](seen, none)` is one feature of many values, `none` is no feature.
    """

    def __init__(self, weights=None, before=()):
        known = {f: round(UNIT * pair) + LEAN * round(UNIT * lean) for f, (pair, lean) in (weights or {}).items()}
        self.none, by = [] if weights is None else 0.0, {name: {} for name in MANY}
        for (name, *x), w in known.items():
            by.get(name, {}).update({tuple(x): w, x[0] if len(x) == 1 else tuple(x): w})
        self.one = {name: (lambda x, _, name=name: block("", name, x)) if weights is None else by[name].get for name in MANY}

        def made(way):
            if weights is None:
                return lambda *seen: [before + f for f in way(*seen)]
            return lru_cache(1 << 16)(lambda *seen: sum([known.get(before + f, 0.0) for f in way(*seen)]))

        self.of, self.two = made(block), made(crossed)


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
    if group.role != "head" and n.head is not None:
        out.append((group.role, n.head, n))
    rel, x = n.rel, n.up
    while x is not None and len(out) < 9 + (rel == "rel"):  # a relative clause takes the noun it tells of along
        if isinstance(x, Verb):
            way = "obj" if x.passive and rel == "subj" and x.adj is None else rel  # whoever it befalls
            out.append((way, x.item if x.adj is None else x.adj, x))
        elif rel != "conj" and x.head is not None:
            out.append((rel, x.head, x))
        rel, x = "rel" if isinstance(x, Verb) and not isinstance(x.up, Verb) else x.rel, x.up
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


class Reader:
    """One sentence in its article: `before` (actors of the sentence before), `last` (who spoke last), `main` (actor: rank).

    `blocks`: Blocks, and those for the holders of targets that the sentence does not name.
    """

    def __init__(self, s, before, last, main, blocks):
        self.s, self.before, self.last, self.main, self.blocks, self.at, self.said = s, before, last, main, blocks, {}, {}
        self.of, self.two, self.none, self.one = blocks[0].of, blocks[0].two, blocks[0].none, blocks[0].one
        for g in s.groups:
            if g.actor and (g.actor in self.at or len(self.at) < MOST) and len(self.at.get(g.actor, ())) < MOST:
                self.at.setdefault(g.actor, []).append(g)
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

    def _stem(self, i):
        tag = self.s.tags[i]
        return tag if tag in NAMES or tag == "w" and self.s.text[self.s.spans[i][0]].isupper() else self.s.lows[i][:6]

    def _value(self, items):
        return max(-2, min(2, sum([self.values[i] for i in items if i in self.values])))

    def candidates(self):
        """The pairs that the sentence may express, as Candidate; with weights, those that stand a chance, scored."""
        main, none, one, tags, lows = list(islice(self.main, MAIN)), self.none, self.one, self.s.tags, self.s.lows
        away = [t for t in dict.fromkeys([*self.before[:BEFORE], *main]) if t not in self.at]
        if not (self.at or away):
            return []
        self.values = turned(self.s)
        self.total = self._value(self.values)
        self.first, self.words = list(self.values)[:4], sum([one["word"](self._stem(i), none) for i in self.values], none)
        # as it stands: words, tags in place of names, two marks at each end
        self.seen = ["^", "^", *[tag if tag in NAMES else low for tag, low in zip(tags, lows)], "$", "$"]
        around, stems = one["around"], {low[:6] for tag, low in zip(tags, lows) if tag in "VFKvcesnjay"}
        self.around = [around(low[:6], none) if tag in "VFKvcesnjaM!" else none for tag, low in zip(tags, lows) if self.at]
        self.chains, self.beside, self.ways, self.pairs = {}, {}, {}, {}
        whole = sum([one["said"](stem, none) for stem in stems], none)
        seen = self.total, min(len(self.at), 5), 1 in self.s.quotes, min(len(self.s.statements), 3)
        here, there = [whole + b.of("", "bias|total|actors|quotes|statements", (), *seen) for b in self.blocks]
        targets = {t: list(self._targets(t, rank, some)) for rank, (t, some) in enumerate(self.at.items())}
        best = {t: max([own for own, *_ in some]) for t, some in targets.items()} if none == 0 else None
        away, found = {t: self._away(t) for t in away}, []
        for rank, h in enumerate(dict.fromkeys([*self.said, *self.at, "OUTLET", *filter(None, [self.last])])):
            said = self.said.get(h, [])
            n, st = next(((n, st) for n, st in said if st.form != "action"), said[0] if said else (0, None))
            if len(targets) > (h in targets):
                base = here + self._holder(self.blocks[0].of, h, st, rank, len(said))
            for t, some in targets.items():
                if t != h and (best is None or best[t] + base > LEAST):
                    self._add(found, h, t, False, base, *self._pair(h, some, said, n, st))
            if away and (said or h == self.last or h in main[:2]):
                base = there + self._holder(self.blocks[1].of, h, st, rank, len(said))
                for t, own in away.items():
                    if t != h and (best is None or own + base > LEAST):
                        self._add(found, h, t, True, base, n, (), self._apart(h, t, own, st))
        return found

    def _add(self, found, h, t, away, base, n, items, rest):
        total = base + rest
        score, lean = (0, 0) if total.__class__ is list else (score := round(total), (total - score) / LEAN)
        if score >= FLOOR * UNIT:
            found.append(Candidate(n, h, t, away, [*dict.fromkeys(items)][:6] or self.first, total, score / UNIT, lean / UNIT))

    def _holder(self, of, h, st, rank, n):
        some, by = self.at.get(h, ()), st and st.by
        out = of("h ", "main|rank|n|last|says", min(self.main.get(h, 9), 2), min(rank, 3), min(len(some), 2), h == self.last,
                 min(n, 3))
        out = out + of("OUTLET", "| total|", min(len(self.at), 3), self.total, st is not None) if h == "OUTLET" else out
        out = out + of("", "form|via|meant", st.form, st.via, (st.holder == h, st.via)) if st is not None else out
        if by is not None:
            verb, g = isinstance(by, Verb), st.group
            i = by.head if not verb else by.item if by.adj is None else by.adj
            out = out + of("", "act|cue", self._act(i), self._stem(i))
            own = (by.rel if by.up is not None else "", by.neg, by.passive, g.role) if verb else ()
            out = out + of("h ", "kind|form|up|neg|passive|role", g.kind, g.form, *own)
        return out

    def _targets(self, t, rank, some):
        """For each mention of a target: (its features that do not depend on the holder, the mention, listed words near it)."""
        of, one, none, values = self.of, self.one, self.none, self.values
        whole = of("t ", "main|before|rank|n|holds", min(self.main.get(t, 9), 3), t in self.before, min(rank, 4),
                   min(len(some), 3), t in self.said)
        for g in some:
            first, last, prep = g.first, g.last, g.noun.prep
            near = [i for i in values if first - 7 <= i < last + 8]
            level, left, right = self._value(near), self.seen[first + 1], self.seen[last + 3]
            beside = (" left", left), (" right", right), (" left two", (self.seen[first], left)), (
                " right two", (right, self.seen[last + 4]))
            self.beside[g], t_beside = (sum([one[key + side](x, none) for side, x in beside], none) for key in "ht")
            self.chains[g] = chain(g)
            out = t_beside + of("", "t kind|t form|t role|t prep|t via|near", g.kind, g.form, g.role, prep, g.via, level)
            yield sum(self.around[max(0, first - 4) : last + 5], whole + out), g, near

    def _away(self, t):
        before = self.before.index(t) if t in self.before else 9
        return self.of("", "away before|away main|total", before, min(self.main.get(t, 9), 3), self.total) + self.words

    def _apart(self, h, t, own, st):
        by, before = st and st.by, self.before.index(t) if t in self.before else 9
        whom = (by.subj if by.passive else by.obj) if isinstance(by, Verb) else None  # it names its own target
        seen = whom is not None, bool(whom and (whom.groups or whom.mods)), before
        main, group = (min(self.main.get(h, 9), 2), min(self.main.get(t, 9), 3)), st and st.group
        how = (st.via, st.holder == h, group.form if group else None) if st else (None, None, None)
        rest = seen, min(len(self.at.get(h, ())), 2), min(len(self.s.statements), 3)
        return own + self.of("", "away object|away mains", seen, (*main, before)) + self.two(
            "away h main|away main|away before", "via|meant|h form|object|n|statements", (*main, before), (*how, *rest))

    def _pair(self, h, some, said, n, st):
        """(statement, items, features) of a holder and a target, by those of their mentions that hang together best."""
        ties = [(hg, one, hg and link(hg, self.chains[hg], self.chains[one[1]]))
                for one in some for hg in self.at.get(h, (None,))]
        hg, (own, g, near), tied = ties[0] if len(ties) == 1 else min(ties, key=_nearest)
        if tied and len(said) > 1:
            n, st = next((one for one in reversed(said) if any(x is one[1].by for _, _, x in tied[1])), (n, st))
        words, out = self._link(h, st, hg, g, tied)
        return n, [*words, *near], own + out

    def _link(self, h, st, hg, g, tied):
        """The items on the way between two groups, and its features."""
        (up, path), form, inside, quoted = tied or (None, self.chains[g]), st.form if st else "none", None, None
        key = WAYS.get(up[0], "L") if tied else "U"
        (kind, role, via), prep = (hg.kind, hg.role, hg.via) if hg else (None, None, None), g.noun.prep
        keys, roles, kinds, vias = (key, form), (key, g.role, role), (kind, g.kind), (via, g.via)
        main = min(self.main.get(h, 9), 2), min(self.main.get(g.actor, 9), 3), keys, ()
        out = self.two("h main|t main|key|any", "kinds|vias|roles|t form", main, (kinds, vias, roles, g.form))
        if st is not None:
            within = st.content[0] <= self.s.spans[g.first][0] < st.content[1]
            inside, quoted = (within, form), (self.s.quotes[g.first], form)
            out = out + self.of("", "in|t quoted", inside, quoted)
        out = out + self.two("kinds|vias", "prep|form|quoted|in", (kinds, vias), (prep, g.form, quoted, inside))
        out = out + (self.words if hg is None else self._between(hg, g, keys))
        out = out + self.of("h ", "way|first", up[:3], (up[0], path[-1][0])) if key in "ML" else out
        if not path:
            return [], out + self.of("", "no way", ())
        which = g, key, len(path)
        if which not in self.ways:
            self.ways[which] = self._path(key, path)
        return self.ways[which][0], out + self.ways[which][1]

    def _path(self, key, path):
        """The items on the way from a target upward, and its features."""
        none, words, of, one = self.none, [], self.of, self.one
        seen, total = [(r, self._act(i)) for r, i, _ in path], self._value([i for _, i, _ in path])
        out = of(key, " 0| rel 0| length| way| sign", seen[0], seen[0][0], min(len(path), 5), tuple([r for r, _ in seen[:4]]),
                 total) + one[key + " word 0"]((seen[0][0], self._stem(path[0][1])), none)
        if len(path) > 1:
            out = out + of(key, " 1| 0 1", seen[1], seen[0] + seen[1]) + one[key + " word 1"](self._stem(path[1][1]), none)
        for (_, act), (_, i, x) in zip(seen, path):
            words.append(i)
            out, j = out + one[key + " any"](act, none), x.obj.head if isinstance(x, Verb) and x.obj is not None else None
            if j is not None and j not in words:
                words.append(j)
                out = out + one[key + " object"](self._act(j), none) + one[key + " word object"](self._stem(j), none)
        return words, out

    def _between(self, hg, g, keys):
        way, a, b = ("ht", hg.last, g.first) if hg.first < g.first else ("th", g.last, hg.first)
        if way not in self.pairs:
            self.pairs[way] = [self.one["between two"]((way, *x), self.none) for x in zip(self.seen[1:], self.seen[2:])]
        out = self.of("", "order|distance", way, (way, min((b - a) // 4, 5)))
        sides = (" left", self.seen[hg.first + 1]), (" right", self.seen[hg.last + 3])
        out = sum([self.one["key, h" + side]((*keys, x), self.none) for side, x in sides], out)
        return sum(self.pairs[way][a + 1 : min(b, a + 24) + 1], self.beside[hg] + out)


def _nearest(tie):
    """How near two mentions are, for the nearest of all: by the verb that both hang on, by the way, else by place."""
    hg, (_, g, _), tied = tie
    if not tied:
        return 2, abs(g.first - hg.first) if hg is not None else g.first
    return (0, len(tied[1])) if tied[0][0] in ("subj", "smod", "with") else (1, len(tied[0]) + len(tied[1]))
