"""Which pairs a sentence may express, holder toward target, and what the clauses say of each: the features of the first look.

A feature is a text: its name and what was seen. The strongest come from the way the clauses link the two actors: from the
target upward to the predicate whose subject is the holder ('condemned the attack on B': on attack, object of condemned).
Features are made in blocks of what is seen together; the sum of a block's rows is kept, since most blocks come again.
"""

from collections import namedtuple
from functools import lru_cache
from itertools import islice

import numpy as np

from demarche.clauses import Mention, Verb

# A pair that may be meant: `statement` number (0: none yet), `away`: the target is not named in the sentence, `items`: the
# words that speak, `features`: all of them, or the sum of their rows where they are weighed; `score`, `lean`: see `stance`.
Candidate = namedtuple("Candidate", "statement holder target away items features score lean")
# First scores are counted in thousandths; a candidate whose first score falls below FLOOR is dropped: 95 of 100 coded pairs of
# real news lie above; actors of one sentence, and mentions of one, that are weighed against each other: a roll call has 190.
UNIT, FLOOR, MOST = 1000, -5.5, 12
WAYS = {"subj": "P", "with": "W", "smod": "M", "mod": "M", "poss": "M"}  # how a holder hangs on the target's predicate
BEFORE, MAIN = 3, 3  # actors of the sentence before, and of the whole article, that a sentence may mean without their name


def block(first, names, *seen):
    """Features of what was seen under some names: a tuple where that is several things; `first` begins each name.

    >>> block("P ", "length|way", 2, ("obj", "of"))
    ['P length|2', 'P way|obj|of']
    """
    return ["|".join([first + name, *map(str, x if type(x) is tuple else (x,))]) for name, x in zip(names.split("|"), seen)]


class Blocks:
    """`of` gives a block of features, `before` put before each: a list or, with `rows`, the sum of their rows.

    `rows`: {feature: array}, the first number its weight, the rest what the encoder takes; whole numbers, so that their sums
    are the same in any order.
    """

    def __init__(self, rows=None, before=""):
        if rows is None:
            self.of = lambda *seen: [before + f for f in block(*seen)]
        else:
            none = np.zeros_like(next(iter(rows.values())))
            self.of = lru_cache(1 << 16)(lambda *seen: sum([rows.get(before + f, none) for f in block(*seen)], none))


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


PLAIN = Blocks(), Blocks(before="away|")  # for fitting


class Reader:
    """One sentence in its article: `before` (actors of the sentence before), `last` (who spoke last), `main` (actor: rank).

    `blocks`: Blocks, and those for the holders of targets that the sentence does not name.
    """

    def __init__(self, s, before, last, main, blocks):
        self.s, self.before, self.last, self.main, self.blocks, self.at, self.said = s, before, last, main, blocks, {}, {}
        self.of = blocks[0].of
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

    def _value(self, items):
        return max(-2, min(2, sum([self.values[i] for i in items if i in self.values])))

    def candidates(self):
        """The pairs that the sentence may express, as Candidate; with weights, those that stand a chance, scored."""
        main = list(islice(self.main, MAIN))
        away = [t for t in dict.fromkeys([*self.before[:BEFORE], *main]) if t not in self.at]
        if not (self.at or away):
            return []
        self.values, self.chains, self.ways = turned(self.s), {}, {}
        self.total, self.first = self._value(self.values), list(self.values)[:4]
        seen = self.total, min(len(self.at), 5), 1 in self.s.quotes, min(len(self.s.statements), 3)
        here, there = [b.of("", "bias|total|actors|quotes|statements", (), *seen) for b in self.blocks]
        targets = {t: list(self._targets(t, rank, some)) for rank, (t, some) in enumerate(self.at.items())}
        found = []
        for rank, h in enumerate(dict.fromkeys([*self.said, *self.at, "OUTLET", *filter(None, [self.last])])):
            said = self.said.get(h, [])
            n, st = next(((n, st) for n, st in said if st.form != "action"), said[0] if said else (0, None))
            if len(targets) > (h in targets):
                base = here + self._holder(self.blocks[0].of, h, st, rank, len(said))
            for t, some in targets.items():
                if t != h:
                    self._add(found, h, t, False, base, *self._pair(h, some, said, n, st))
            if away and (said or h == self.last or h in main[:2]):
                base = there + self._holder(self.blocks[1].of, h, st, rank, len(said))
                for t in away:
                    if t != h:
                        self._add(found, h, t, True, base, n, (), self._apart(h, t, st))
        return found

    def _add(self, found, h, t, away, base, n, items, rest):
        total = base + rest
        score = 0.0 if total.__class__ is list else float(total[0]) / UNIT
        if score >= FLOOR:
            found.append(Candidate(n, h, t, away, [*dict.fromkeys(items)][:6] or self.first, total, score, 0.0))

    def _holder(self, of, h, st, rank, n):
        some, by = self.at.get(h, ()), st and st.by
        out = of("h ", "main|rank|n|last|says", min(self.main.get(h, 9), 2), min(rank, 3), min(len(some), 2), h == self.last,
                 min(n, 3))
        out = out + of("OUTLET", "| total|", min(len(self.at), 3), self.total, st is not None) if h == "OUTLET" else out
        out = out + of("", "form|via|meant", st.form, st.via, (st.holder == h, st.via)) if st is not None else out
        if by is not None:
            verb, g = isinstance(by, Verb), st.group
            own = (by.rel if by.up is not None else "", by.neg, by.passive, g.role) if verb else ()
            out = out + of("h ", "kind|form|up|neg|passive|role", g.kind, g.form, *own)
        return out

    def _targets(self, t, rank, some):
        """For each mention of a target: (its features that do not depend on the holder, the mention, listed words near it)."""
        of, values = self.of, self.values
        whole = of("t ", "main|before|rank|n|holds", min(self.main.get(t, 9), 3), t in self.before, min(rank, 4),
                   min(len(some), 3), t in self.said)
        for g in some:
            near = [i for i in values if g.first - 7 <= i < g.last + 8]
            self.chains[g] = chain(g)
            seen = g.kind, g.form, g.role, g.noun.prep, g.via, self._value(near)
            yield whole + of("", "t kind|t form|t role|t prep|t via|near", *seen), g, near

    def _apart(self, h, t, st):
        """The features of a holder and a target that the sentence does not name."""
        by, before, main = st and st.by, self.before.index(t) if t in self.before else 9, min(self.main.get(t, 9), 3)
        whom = (by.subj if by.passive else by.obj) if isinstance(by, Verb) else None  # it names its own target
        seen = whom is not None, bool(whom and (whom.groups or whom.mods)), before
        mains = min(self.main.get(h, 9), 2), main, before
        return self.of("", "away before|away main|total|away object|away mains", before, main, self.total, seen, mains)

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
        up, path = tied or (None, self.chains[g])
        which = g, WAYS.get(up[0], "L") if tied else "U", len(path)
        if which not in self.ways:
            self.ways[which] = self._path(which[1], path) if path else ([], self.of("", "no way", ()))
        words, out = self.ways[which]
        if st is not None:
            within = st.content[0] <= self.s.spans[g.first][0] < st.content[1]
            out = out + self.of("", "in|t quoted", (within, st.form), (self.s.quotes[g.first], st.form))
        if hg is not None:
            way, a, b = ("ht", hg.last, g.first) if hg.first < g.first else ("th", g.last, hg.first)
            out = out + self.of("", "order|distance", way, (way, min((b - a) // 4, 5)))
        return words, out

    def _path(self, key, path):
        """The items on the way from a target upward, and its features."""
        words, (rel, i, _) = [], path[0]
        first, total = (rel, self._act(i)), self._value([i for _, i, _ in path])
        for _, i, x in path:
            j = x.obj.head if isinstance(x, Verb) and x.obj is not None else None
            words += [i] if j is None or j in words else [i, j]
        return words, self.of(key, " 0| rel 0| length| sign", first, rel, min(len(path), 5), total)


def _nearest(tie):
    """How near two mentions are, for the nearest of all: by the verb that both hang on, by the way, else by place."""
    hg, (_, g, _), tied = tie
    if not tied:
        return 2, abs(g.first - hg.first) if hg is not None else g.first
    return (0, len(tied[1])) if tied[0][0] in ("subj", "smod", "with") else (1, len(tied[0]) + len(tied[1]))
