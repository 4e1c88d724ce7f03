"""Who takes which stance toward whom, on the codebook's scale from -2 (condemns) to 2 (praises), and how to compare.

The score is plain and open: the act of the cue, the words of a sourced list in the content, turned by negation. What
made it stands in `evidence`. Where neither act nor word speaks, the stance is null: an abstention, counted.
"""

import json
import re
from functools import cache

import numpy as np
import pandas as pd

from demarche import lexicons, stats
from demarche.statements import Actors

KEYS = ["doc_id", "par", "sent"]
METHOD = "act and word list 1"
THIN = 5  # statements; below this, or from one article, a cell is thin
ACT = {"condemn": -2, "blame": -2, "threaten": -2, "force": -2, "warn": -1, "demand": -1, "urge": -1, "concern": -1, "deny": -1, "reject": -1,
       "complain": -1, "expect": -1, "welcome": 1, "thank": 2, "praise": 2, "endorse": 2, "support": 1, "reassure": 1, "offer": 1, "meet": 1,
       "promise": 1, "hope": 1, "apologise": 1}
_PLACE = re.compile(r"(?:\b(?:in|inside|within|from|across|into|on|near|outside|to|of)(?: the| neighbou?ring)?\s)$", re.I)
_GROUND = re.compile(r"^(?:[’']s)? (?:soil|territory|border|side|capital|province|city)\b", re.I)


@cache
def _words():
    """First stem of a listed term to [(stems, act, stance, kind)], longest first."""
    table = {}
    for row in lexicons.read("stance").itertuples():
        stems = tuple(_stem(w) for w in re.findall(r"[\w'-]+", row.term))
        table.setdefault(stems[0], []).append((stems, row.act, int(row.stance or 0), row.polarity_kind, row.term))
    return {k: sorted(v, key=lambda r: -len(r[0])) for k, v in table.items()}


@cache
def _stem(word):
    from nltk.stem.porter import PorterStemmer

    global _STEMMER
    _STEMMER = _STEMMER or PorterStemmer()
    return _STEMMER.stem(word.lower().replace("’", "'"))


_STEMMER = None


def evidence(text, start, end):
    """The listed words in text[start:end]: (start, end, term, kind, stance), the stance turned where a negator stands up to
    three words before.

    >>> [(term, value) for _, _, term, kind, value in evidence("a call for dialogue", 0, 19) if kind == "coop"]
    [('dialogue', 1)]
    """
    tokens = [(m.start() + start, m.end() + start, _stem(m[0])) for m in re.finditer(r"[\w'’-]+", text[start:end])]
    found, i, negated = [], 0, -9
    while i < len(tokens):
        hit = next((r for r in _words().get(tokens[i][2], ()) if tuple(t[2] for t in tokens[i:i + len(r[0])]) == r[0]), None)
        if hit:
            stems, act, value, kind, term = hit
            if kind == "negator":
                negated = i
            elif i - negated <= 4 and kind in ("eval", "act", "coop"):
                value = -1 if value > 0 else 1 if value < 0 and kind != "act" else value
            found.append((tokens[i][0], tokens[i + len(stems) - 1][1], term, kind, value))
        i += len(hit[0]) if hit else 1
    return found


def score(statements, sentences, actors, articles=None):
    """The table `stances`: one row per statement and target named in its sentence.

    A target is an actor in the content other than the holder; an actor that is only the place of something ('from
    Afghan soil', 'in Kabul') is none, unless nothing else is named. Toward militants, concern and threat count as -1.
    """
    text = sentences.set_index(KEYS)["text"].to_dict()
    acts = dict(zip(lexicons.read("cues")["lemma"], lexicons.read("cues")["act"]))
    from demarche.statements import find_cues

    rows = {}
    for s in statements.itertuples():
        if not isinstance(s.holder, str):
            continue
        key = (s.doc_id, s.par, s.sent)
        sentence = text[key]
        act = next((c.act for a, _, c in find_cues(sentence) if a == s.cue_start), "") if isinstance(s.cue, str) else ""
        act = act or acts.get(s.cue, "")
        found = evidence(sentence, s.start, s.end)
        if isinstance(s.cue, str):
            found = evidence(sentence, int(s.cue_start), int(s.cue_end)) + [f for f in found if f[0] >= s.cue_end or f[1] <= s.cue_start]
        for target, kind, place in _targets(sentence, s, actors):
            value = _value(act, found, kind, place)
            words = [[a, b, term] for a, b, term, k, v in found if v]
            if isinstance(s.cue, str) and ACT.get(act):
                words.insert(0, [int(s.cue_start), int(s.cue_end), s.cue])
            rows[(*key, s.statement, s.holder, target)] = dict(
                stance=value, act=act or None, form=s.form, cue=s.cue, evidence=json.dumps(words, ensure_ascii=False), method=METHOD)
    index = pd.MultiIndex.from_tuples(rows, names=[*KEYS, "statement", "holder", "target"]) if rows else pd.MultiIndex.from_arrays(
        [[]] * 6, names=[*KEYS, "statement", "holder", "target"])
    columns = ["stance", "act", "form", "cue", "evidence", "method"]
    return pd.DataFrame(list(rows.values()), columns=columns, index=index).reset_index()


def _targets(sentence, s, actors):
    """(actor, class, is only a place) of the actors that the statement is about."""
    low = min(s.start, int(s.cue_start)) if isinstance(s.cue, str) else s.start
    found = {}
    for m in actors.mentions(sentence):
        if m.start < low or m.start >= s.end or m.actor == s.holder:
            continue
        place = m.kind == "state" and m.role in ("name", "capital", "demonym") and bool(
            _GROUND.match(sentence[m.end:]) or m.role != "demonym" and re.search(r"\b(?:in|inside|within|from|across|into)(?: the)?\s$", sentence[:m.start]))
        known = found.get(m.actor)
        found[m.actor] = (m.actor, m.kind, place and (known is None or known[2]))
    named = [t for t in found.values() if not t[2]]
    return named


def _value(act, found, kind, place):
    """The stance toward one target, or None where nothing speaks."""
    values = [v for _, _, _, k, v in found if k in ("eval", "act", "coop") and v]
    base = ACT.get(act)
    if kind == "militants":
        hard = base == -2 or any(v == -2 for v in values)
        return -2.0 if hard else -1.0
    if base is not None and base < 0:
        return float(base)
    if values:
        mean = float(np.mean(values))
        total = base + mean if base else mean
        return float(np.clip(np.sign(total) * max(1, round(abs(total))) if abs(total) > 0.2 else 0, -2, 2))
    return None if base is None else float(base)


def compare(stances, holder=None, target=None, by=("holder", "target")):
    """Mean stance per pair, and what it rests on: `mean, low, high, share_negative, n_statements, n_articles, thin,
    interval, own, sources`.

    One statement counts once per pair and sentence. `own`: each article's own mean. `low`, `high`: jackknife t over
    articles, none below 4. `thin`: under 5 statements, or from one article. Most statements first.
    """
    from demarche import style

    kept = stances[stances["stance"].notna()]
    kept = kept[(kept["holder"] == holder) if holder else slice(None)]
    kept = kept[(kept["target"] == target) if target else slice(None)]
    by, rows, names = list(by), [], style.short(sorted(stances["doc_id"].unique()))
    for key, part in kept.groupby([*by], sort=True, dropna=False):
        single = part.groupby(KEYS)["stance"].mean().reset_index()
        per = single.groupby("doc_id")["stance"].agg(["sum", "size", "mean"])
        low, high = stats.ratio_interval(per["sum"], per["size"])
        n = len(per)
        covered = stats.coverage_of_means(single["stance"], single["doc_id"])
        label = (f"jackknife t over {n} articles, 95% nominal, {covered:.0%} in simulation" if not np.isnan(low) and covered else
                 "none: all articles agree" if n >= stats.MIN_ARTICLES else f"none: {n} article{'s' * (n != 1)}, at least {stats.MIN_ARTICLES} are needed")
        rows.append(dict(zip(by, key), mean=single["stance"].mean(), low=low, high=high, share_negative=(single["stance"] < 0).mean(),
                         n_statements=len(single), n_articles=n, thin=len(single) < THIN or n == 1, interval=label,
                         own="; ".join(f"{names[d]}={m:.2f}" for d, m in per["mean"].items()) if n <= 40 else "",
                         sources=list(single[KEYS].itertuples(index=False, name=None))))
    columns = [*by, "mean", "low", "high", "share_negative", "n_statements", "n_articles", "thin", "interval", "own", "sources"]
    table = pd.DataFrame(rows, columns=columns).round(6)
    return table.sort_values(["n_statements", *by], ascending=[False] + [True] * len(by), ignore_index=True)


def contrast(stances, holder, first, second):
    """Is `holder`'s stance toward `first` other than toward `second`? Article by article, exact sign flips.

    One row: difference (mean of article differences), p, smallest_p (the least that n allows), n_articles (those that
    hold both pairs). No p is given below 4 articles.
    """
    mine = stances[(stances["holder"] == holder) & stances["stance"].notna()]
    means = mine[mine["target"].isin([first, second])].groupby(["doc_id", "target"])["stance"].mean().unstack().reindex(columns=[first, second]).dropna()
    d = means[first] - means[second]
    p, smallest = stats.sign_flip(d) if len(d) >= stats.MIN_ARTICLES else (None, stats.sign_flip(d)[1])
    return pd.DataFrame([dict(holder=holder, first=first, second=second, difference=round(d.mean(), 3) if len(d) else None, p=p, smallest_p=smallest,
                              n_articles=len(d))])
