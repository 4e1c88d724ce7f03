"""What goes wrong with speakers, targets and signs: counts and examples against coded sentences.

    python benchmarks/stance_errors.py GOLD.csv SENTENCES.csv DIR [--n 5] [--kind "wrong sign"]

GOLD: doc, par, sent, holder, target, stance. SENTENCES: doc, par, sent, text. DIR: a folder with the tables sentences
and stances. Coded and prepared sentences are matched by their words. Kinds: wrong sign; wrong target (the holder is
right, with another target); wrong speaker (the target is right, with another holder); missed pair (neither); spurious
pair (found, not coded).
"""

import argparse
import collections
import csv
import re
import sys
from pathlib import Path

import pandas as pd

from demarche import clauses, lexicons

CODES = {"PAK": "Pakistan", "AFG": "Afghanistan", "MIL": "militants", "US": "United States", "IND": "India", "CHN": "China",
         "RUS": "Russia", "Turkey": "Türkiye", "Taliban": "Afghanistan", "European Troika": "E3", "SCO": "INTL",
         "Palestinians": "Palestinian people", "Palestine": "Palestinian people", "Czechia": "Czech Republic",
         "Boko Haram": "militants"}


def sign(x):
    """Sign of a stance, 0 within a third."""
    return 0 if abs(x) < .34 else 1 if x > 0 else -1


def rows(path):
    """The rows of a CSV file as dicts of text."""
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def coded(gold, said):
    """({sentence: {(holder, target): stance}}, {sentence: text}) of the two CSV files."""
    texts = {(r["doc"], int(r["par"]), int(r["sent"])): r["text"] for r in rows(said)}
    records = collections.defaultdict(dict)
    for r in rows(gold):
        pair = tuple(CODES.get(r[c], r[c]) for c in ("holder", "target"))
        records[(r["doc"], int(r["par"]), int(r["sent"]))][pair] = float(r["stance"])
    return records, texts


def fold(actors, records):
    """A function that gives an actor the name it has in the coding: groups of class militants are one unless coded by name."""
    named = {name for pairs in records.values() for pair in pairs for name in pair}
    kinds = {row[0]: row[1] for rows in actors.aliases.values() for row in rows}
    return lambda name: "militants" if kinds.get(name) == "militants" and name not in named else CODES.get(name, name)


def matches(texts, sentences):
    """{(doc_id, par, sent) prepared: key of the coded sentence} by shared words, within the document; body only."""
    def words(text):
        return set(re.findall(r"\w+", text.lower()))
    by = collections.defaultdict(list)
    for key, text in texts.items():
        by[key[0]].append((key, words(text)))
    docs, found = sorted(by, key=len, reverse=True), {}
    for r in sentences[sentences["role"] == "body"].itertuples():
        doc = next((d for d in docs if r.doc_id.startswith(d)), None)
        mine = words(r.text)
        best = max(((len(mine & w) / (len(mine | w) or 1), k) for k, w in by.get(doc, [])), default=(0, None))
        inside = max(((len(mine & w) / (len(mine) or 1), k) for k, w in by.get(doc, [])), default=(0, None))
        found[(r.doc_id, r.par, r.sent)] = best[1] if best[0] >= .5 else inside[1] if inside[0] >= .8 else None
    return found


def errors(records, found):
    """Rows (kind, sentence, what is told of it) of all records and all found pairs that are not right."""
    for key in sorted(set(records) | set(found)):
        gold, mine = records.get(key, {}), found.get(key, {})
        for pair, value in gold.items():
            told = f"coded {pair[0]} → {pair[1]} {value:+g}"
            if pair in mine:
                if sign(mine[pair]) != sign(value):
                    yield "wrong sign", key, f"{told}, found {mine[pair]:+.2f}"
                else:
                    yield "right", key, told
            elif any(p[0] == pair[0] for p in mine if p not in gold):
                yield "wrong target", key, told
            elif any(p[1] == pair[1] for p in mine if p not in gold):
                yield "wrong speaker", key, told
            else:
                yield "missed pair", key, told
        for pair in mine:
            if pair not in gold:
                yield "spurious pair", key, f"found {pair[0]} → {pair[1]} {mine[pair]:+.2f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold")
    parser.add_argument("sentences")
    parser.add_argument("dir", type=Path)
    parser.add_argument("--n", type=int, default=5, help="examples of each kind")
    parser.add_argument("--kind", help="only examples of this kind")
    o = parser.parse_args()
    records, texts = coded(o.gold, o.sentences)
    same = fold(clauses.Actors(lexicons.actors()), records)
    key = matches(texts, pd.read_parquet(o.dir / "sentences.parquet"))
    found = collections.defaultdict(dict)
    for r in pd.read_parquet(o.dir / "stances.parquet").itertuples():
        k, h, t = key.get((r.doc_id, r.par, r.sent)), same(r.holder), same(r.target)
        if k and h != t and not pd.isna(r.stance):
            found[k][(h, t)] = r.stance
    kinds = collections.defaultdict(list)
    for kind, k, told in errors(records, found):
        kinds[kind].append((k, told))
    for kind, some in kinds.items():
        print(f"{kind}: {len(some)}")
        step = max(1, len(some) // max(o.n, 1))
        for k, told in some[::step][:o.n] if o.kind in (None, kind) and kind != "right" else []:
            all_found = "; ".join(f"{h} → {t} {v:+.2f}" for (h, t), v in found.get(k, {}).items())
            print(f"    {'/'.join(map(str, k))} {told} [found: {all_found}]\n        {texts[k]}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
