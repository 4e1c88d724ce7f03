"""The second look at pairs: a small transformer reads the sentence, in whole numbers, so that it says the same anywhere.

Its weights (lexicons/encoder.npz) are those of MiniLM (Wang et al. 2020), fitted on by benchmarks/fit_stance.py, as bytes with
a scale for each column. What is multiplied is brought to -127..127 before (Jacob et al. 2018), weights of attention to 0..1024,
so that every sum is a whole number which a float32 holds: neither the order of summation nor the processor changes a bit.
"""

import math
import re
import unicodedata
from collections import defaultdict
from functools import cache, lru_cache, partial
from itertools import islice, pairwise

import numpy as np

from demarche import lexicons
from demarche.candidates import UNIT, Blocks

# Word pieces of a sentence that are read: 1024 x 127 x (MOST + 1) stays below 2^24, see `attend`; mentions of one actor in a
# sentence; candidates of a score below FLOOR are dropped.
MOST, MENTIONS, FLOOR = 127, 4, -3.5
ARTICLES, BATCH = 32, 1500  # articles that are looked at together, and word pieces that are read at once
# Parts of 1 in which a layer's norm sums, and in which features are kept; steps of 1/32 either way of the tabled activation.
GRID, FAR = 4096.0, 512
STEPS = np.rint([1024 * math.exp(-k / 64) for k in range(1024)]).astype(np.float32)  # exp, for weights of attention
GELU = np.array([round(GRID * x / 64 * (1 + math.erf(x / 32 / math.sqrt(2)))) / GRID for x in range(-FAR, FAR + 1)], np.float32)


def whole(x, axes=-1):
    """(whole numbers -127..127, scale) of an array, brought to scale along some axes."""
    scale = np.abs(x).max(axes, keepdims=True) / np.float32(127)
    scale[scale == 0] = 1
    return np.rint(x / scale), scale


def attend(q, k, v):
    """Attention (Vaswani et al. 2017, equation 1): q (..., n, d), k and v (..., m, d) to (..., n, d)."""
    (q, a), (k, b), (v, c) = whole(q), whole(k), whole(v, (-2, -1))
    z = (q @ k.swapaxes(-1, -2)) * (a / np.float32(math.sqrt(q.shape[-1]))) * b.swapaxes(-1, -2)
    e = STEPS[np.minimum(np.rint((z.max(-1, keepdims=True) - z) * 64), 1023).astype(np.intp)]
    return (e @ v) * c / e.sum(-1, keepdims=True)


def active(x):
    """Gaussian error linear units (Hendrycks and Gimpel 2016), from the table."""
    return GELU[np.clip(np.rint(x * 32), -FAR, FAR).astype(np.intp) + FAR]


def pieces(word, vocab):
    """Numbers of the longest pieces of a word that the vocabulary has, from left to right (WordPiece, Wu et al. 2016)."""
    low = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if unicodedata.category(c) not in ("Mn", "Cf", "Cc"))
    out = []
    for part in re.findall(r"[^\W_]+|[^\w\s]|_", low):
        ends = [0]
        while (at := ends[-1]) < len(part) and (end := next((
                end for end in range(min(len(part), at + 24), at, -1) if "##" * (at > 0) + part[at:end] in vocab), 0)):
            ends.append(end)
        out += [vocab["##" * (a > 0) + part[a:b]] for a, b in pairwise(ends)] if at == len(part) else [vocab["[UNK]"]]
    return out


class Encoder:
    """The weights: `arrays`, by name: for a matrix NAME.q (bytes, inputs x outputs), NAME.s and NAME.b (float32, outputs);
    `words` (bytes, word pieces x 384) and `word sizes` (float32, what a row's bytes are multiplied by); vectors of `places` in
    a sentence, of the `kind` and `form` of a mention, of whoever is not named (`none`: the outlet, a target elsewhere, others);
    a norm's factors NAME.g; `vocab`, `kinds`, `forms` and `features` (lines of text, as bytes).

    `rows`: {feature of a pair: its first weight in thousandths, and 64 numbers in parts of GRID}: see `candidates.Blocks`.
    """

    def __init__(self, arrays):
        a = self.a = {name: x.astype(np.float32) if name.endswith(".q") else x for name, x in arrays.items()}
        lists = {name: bytes(a[name]).decode().split("\n") for name in ("vocab", "kinds", "forms", "features")}
        self.vocab, self.kinds, self.forms = ({x: i for i, x in enumerate(lists[name])} for name in ("vocab", "kinds", "forms"))
        self.rows = dict(zip(lists["features"], a["rows"].astype(np.float32)))
        self.blocks = Blocks(self.rows), Blocks(self.rows, "away|")  # as `candidates.Reader` takes them
        self.layers = [name[:-6] for name in a if name.endswith(".qkv.q")]
        self.pieces = lru_cache(1 << 18)(partial(pieces, vocab=self.vocab))

    def _times(self, name, x):
        x, scale = whole(x)
        y = x @ self.a[name + ".q"]
        y *= scale
        return y * self.a[name + ".s"] + self.a[name + ".b"]

    def _norm(self, name, x):
        x = np.rint(x.astype(np.float64) * GRID)
        x -= np.rint(x.sum(-1, keepdims=True) / x.shape[-1])
        x /= np.sqrt((x * x).sum(-1, keepdims=True) / x.shape[-1] + 1e-5)
        return x.astype(np.float32) * self.a[name + ".g"] + self.a[name + ".b"]

    def tokens(self, s, names):
        """(numbers of a sentence's word pieces, those of the kinds and forms of mentions there, {actor: [(first, end)]}).

        `names`: {item: what it belongs to}; what belongs together is one piece that hides it.
        """
        at, ids, places = [], [self.vocab["[CLS]"]], defaultdict(list)
        for i, (a, b) in enumerate(s.spans):
            if i in names and names.get(i - 1) is names[i]:
                at.append(at[-1])
                continue
            n = len(ids)
            ids += [self.vocab["[MASK]"]] if i in names else self.pieces(s.text[a:b])
            at.append((n, len(ids)))
        ids = [*ids[:MOST], self.vocab["[SEP]"]]
        kinds, forms = np.zeros(len(ids), int), np.zeros(len(ids), int)
        for g in s.groups:
            a, b = at[g.first][0], min(at[g.last][1], len(ids) - 1)
            places[g.actor] += [(a, b)] * bool(g.actor and a < b)
            if g.actor and a < b:
                kinds[a:b], forms[a:b] = self.kinds.get(g.kind, self.kinds["body"]), self.forms[g.form]
        return ids, kinds, forms, places

    def read(self, sentences):
        """For some sentences' `tokens`: an array of all their word pieces in their context, and where each sentence stands."""
        sizes = [len(ids) for ids, *_ in sentences]
        ends, same = np.cumsum(sizes), defaultdict(list)
        for n, end in zip(sizes, ends):
            same[n].append(np.arange(end - n, end))
        same = [np.array(rows) for rows in same.values()]  # sentences of one length are attended to at once
        ids, kinds, forms = (np.concatenate([one[k] for one in sentences]) for k in range(3))
        places = np.concatenate([np.arange(n) for n in sizes])
        x = self.a["words"][ids] * self.a["word sizes"][ids, None] + self.a["places"][places]
        x = self._norm("start", x + self.a["kind"][kinds] + self.a["form"][forms])
        for n in self.layers:
            y, seen = self._times(n + ".qkv", x).reshape(len(x), 3, 12, 32), np.empty((len(x), 12, 32), np.float32)
            for rows in same:
                seen[rows] = attend(*y[rows].transpose(2, 0, 3, 1, 4)).transpose(0, 2, 1, 3)
            x = self._norm(n + ".l1", x + self._times(n + ".o", seen.reshape(x.shape)))
            x = self._norm(n + ".l2", x + self._times(n + ".c", active(self._times(n + ".a", x))))
        return x, [slice(end - n, end) for n, end in zip(sizes, ends)]

    def weigh(self, sentences):
        """(log odds, lean) of all candidates of some sentences (one or more): [(their `tokens`, candidates)]."""
        x, where = self.read([tokens for tokens, _ in sentences])
        actors, ends, edges, unread = [*self.a["none"]], [], [0], []  # 0: the outlet, 1: a target elsewhere, 2: others
        for (*_, places), some, at in zip(*zip(*sentences), where):
            known, y = {"OUTLET": 0}, x[at].astype(float)
            for actor, spans in ((actor, spans) for actor, spans in places.items() if spans):
                known[actor] = len(actors)
                actors.append(np.mean([y[a:b].sum(0) / (b - a) for a, b in spans[:MENTIONS]], 0))
            unread += [[] in (places.get(c.holder), places.get(c.target)) for c in some]  # it stands beyond MOST
            ends += [(known.get(c.holder, 2), 1 if c.away else known.get(c.target, 2)) for c in some]
            edges.append(len(ends))
        actors, (h, t) = np.array(actors, np.float32), np.array(ends).T
        rows = np.array([c.features for _, some in sentences for c in some])
        k, v = self._times("key", x).reshape(len(x), 2, 6, 64).transpose(1, 2, 0, 3)
        q, seen = self._times("ask h", actors)[h] + self._times("ask t", actors)[t], []
        for again in (True, False):
            heads = q.reshape(-1, 6, 64).transpose(1, 0, 2)
            parts = [attend(heads[:, a:b], k[:, at], v[:, at]) for a, b, at in zip(edges, edges[1:], where)]
            seen.append(np.concatenate(parts, 1).transpose(1, 0, 2).reshape(q.shape))
            q = q + self._times("again", seen[-1]) if again else q
        starts, first = self._times("pair 3", x[[at.start for at in where]]), rows[:, :1] / UNIT
        y = sum(self._times(f"pair {n}", part) for n, part in (
            (2, actors[h] * actors[t]), (4, seen[0]), (5, seen[1]), (6, (rows[:, 1:] / GRID).astype(np.float32))))
        y += self._times("pair 0", actors)[h] + self._times("pair 1", actors)[t] + np.repeat(starts, np.diff(edges), 0)
        out = self._times("last", active(y + first.astype(np.float32) * self.a["first"])) + first * self.a["scale"]
        return np.where(np.array(unread)[:, None], 2 * FLOOR, np.round(out, 3)).tolist()


def hidden(s):
    """{item: what it belongs to} of all names in a sentence, of actors or not: what it says is read, not of whom."""
    named = [g for g in s.groups if g.actor and g.form not in ("pronoun", "description")]
    other = [i for i, (tag, (a, _)) in enumerate(zip(s.tags, s.spans)) if tag in "NA" or tag == "w" and s.text[a].isupper()]
    return dict.fromkeys(other, s) | {i: g for g in reversed(named) for i in range(g.first, g.last + 1)}


@cache
def shipped():
    """The Encoder that ships."""
    with np.load(lexicons.FOLDER / "encoder.npz") as arrays:
        return Encoder(dict(arrays))


def look(articles, net):
    """(rows, sentences, candidates) of articles, an iterator as `stance.pairs` gives it, with the scores of an Encoder.

    Several sentences are read at once; what comes out does not hang on which.
    """
    while some := list(islice(articles, ARTICLES)):
        both = ((s, few) for _, read, every in some for s, few in zip(read, every) if few)
        todo, lots = [(net.tokens(s, hidden(s)), few) for s, few in both], defaultdict(list)  # in the order of the text
        for one, size in zip(todo, np.cumsum([len(ids) for (ids, *_), _ in todo])):
            lots[size // BATCH].append(one)
        scores = iter([one for lot in lots.values() for one in net.weigh(lot)])
        for rows, read, every in some:
            every = [[c._replace(features=(), score=a, lean=b) for c, (a, b) in zip(few, scores)] for few in every]
            yield rows, read, [[c for c in few if c.score >= FLOOR] for few in every]
