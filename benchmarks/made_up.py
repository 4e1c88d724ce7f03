"""A corpus of any size that nobody needs to download: as many articles as asked for, like news in what costs time.

    python benchmarks/made_up.py OUT.jsonl [--articles 10000]

Vocabulary grows by Heaps' law (11·n^0.6 words after n), the words that are there come back by Zipf's law with exponent 1;
lengths are log-normal with a median of 350 words; paragraphs of one to four sentences; dates over ten years, twenty outlets;
one article in ten is an edited copy. Names of actors, cue verbs, days, commas, quotes, capitals, figures, hyphens and
possessives come in as often as in news (counted on 2,220 articles of the BBC; see MARKS), so that as many different chunks
stand between blanks: a tokenizer that remembers what it has met is quick where there are few.
"""

import argparse
import json
import random
from bisect import bisect
from datetime import date, timedelta
from itertools import accumulate

import numpy as np

from demarche import lexicons, stats

STARTS = ["b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "st", "tr", "pr"]
SYLLABLES = [a + b + c for a in STARTS for b in "aeiou" for c in ["", "n", "r", "s", "l"]]
# How a word is printed, and in how many of 10,000; the rest as it is. {w}: the word, {v}: another one, {n}: a number.
MARKS = {"{w},": 550, "{W}": 1250, "{W},": 100, "{w}'s": 130, "{W}'s": 100, "{w}-{v}": 80, "“{w}": 150, "{w},”": 150,
         "({w})": 60, "{n}": 200, "{n},000": 60, "{n}%": 60, "{n}.5bn": 80}
DAYS = ["on Tuesday", "last year", "on Friday", "next week", "on 3 May", "in March 2015", "yesterday"]


def articles(n, seed=stats.SEED):
    """Yields n articles: dicts of doc_id, title, text, date, outlet."""
    draw, rng = random.Random(seed), np.random.default_rng(seed)
    size = int(11 * (350 * n) ** 0.6) + 100
    words = ["".join(draw.choices(SYLLABLES, k=draw.choice([1, 2, 2, 3]))) for _ in range(size)]
    weights, names = list(accumulate(1 / (k + 3) for k in range(size))), lexicons.actors()["alias"].head(400).tolist()
    said, small = ["said", "urged", "condemned", "told", "met", "warned"], ["the", "of", "to", "in", "and", "that", "on", "for"]
    kept, prints, shares = [], [*MARKS, "{w}"], list(accumulate([*MARKS.values(), 10_000 - sum(MARKS.values())]))

    def printed(word):
        mark = prints[bisect(shares, draw.random() * 10_000)]
        return word if mark == "{w}" else mark.format(w=word, W=word.capitalize(), v=draw.choice(words), n=draw.randint(2, 999))

    def choose(known, k):  # as draw.choices does, without a copy of the words
        total = weights[known - 1]
        return [words[bisect(weights, draw.random() * total, 0, known - 1)] for _ in range(k)]

    for i in range(n):
        known = int(11 * (350 * (i + 1)) ** 0.6) + 100
        day = date(2014, 1, 1) + timedelta(days=int(rng.integers(0, 3650)))
        if kept and draw.random() < 0.1:
            text = " ".join(w if draw.random() > 0.1 else draw.choice(words) for w in draw.choice(kept).split(" "))
        else:
            text, left = [], int(rng.lognormal(np.log(350), 0.5))
            while left > 0:
                sentences = []
                for _ in range(draw.randint(1, 4)):
                    length = draw.randint(8, 34)
                    found = choose(known, length)
                    found = [draw.choice(small) if draw.random() < 0.35 else printed(w) for w in found]
                    found[0] = draw.choice(names) if draw.random() < 0.4 else found[0].capitalize()
                    if draw.random() < 0.5:
                        found[1:3] = [draw.choice(said), draw.choice(names)]
                    if draw.random() < 0.1:
                        found.append(draw.choice(DAYS))
                    sentences.append(" ".join(found) + ".")
                    left -= length
                text.append(" ".join(sentences))
            text = "\n\n".join(text)
            kept = [*kept[-500:], text]
        title = " ".join(words[int(draw.random() * known)] for _ in range(7)).capitalize()
        yield {"doc_id": f"a{i:07}", "title": title, "text": text,
               "date": day.isoformat(), "outlet": f"Outlet {chr(65 + int(rng.zipf(1.6)) % 20)}"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--articles", type=int, default=10_000)
    o = parser.parse_args()
    with open(o.out, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in articles(o.articles))


if __name__ == "__main__":
    main()
