"""A corpus of any size that nobody needs to download: as many articles as asked for, like news in what costs time.

    python benchmarks/made_up.py OUT.jsonl [--articles 10000]

Words come by a law of Zipf in two pieces (Ferrer i Cancho and Solé 2001): exponent 1 down to rank RANK, SLOPE below, without
an end, so that the vocabulary grows by Heaps' law however large the corpus; capitals, commas, quotes, figures, hyphens and
possessives stand at them about as often as in news (MARKS). Both are set so that as many different chunks stand between
blanks, and as many different terms in them, as in news put in random order (2,220 articles of the BBC; 24,616 items of feeds
of 2023):

| words | BBC: chunks | terms | feeds: chunks | terms | made up: chunks | terms |
| --- | --- | --- | --- | --- | --- | --- |
| 10,000 | 3,662 | 2,870 | 4,016 | 3,272 | 3,597 | 3,031 |
| 100,000 | 18,696 | 11,989 | 20,000 | 13,798 | 18,153 | 12,772 |
| 300,000 | 36,685 | 20,884 | 40,062 | 24,950 | 37,542 | 23,278 |
| 840,000 | 64,632 | 33,364 | 73,727 | 41,452 | 71,403 | 39,624 |
| 1,320,000 | - | - | 95,534 | 51,297 | 93,775 | 50,174 |

Lengths are log-normal with a median of 350 words, which the last paragraph exceeds; paragraphs of one to four sentences; dates
over ten years; twenty outlets, and curly quotes in half of all articles; one article in ten is an edited copy. Names of
actors, cue verbs and days come in as in news.
"""

import argparse
import json
import math
import random
from bisect import bisect
from datetime import date, timedelta
from itertools import accumulate

import numpy as np

from demarche import lexicons, stats

STARTS = ["b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "st", "tr", "pr"]
SYLLABLES = [a + b + c for a in STARTS for b in "aeiou" for c in ["", "n", "r", "s", "l"]]
HEAD, RANK, SLOPE = 20, 6_000, 1.98
# How a word is printed, and in how many of 10,000; the rest as it is. {w}: the word, {v}: another one, {n}: a number.
MARKS = {"{w},": 650, "{w}'s": 230, "{W}": 250, "{w}-{v}": 80, "“{w}": 150, "{w},”": 150,
         "({w})": 60, "{n}": 200, "{n},000": 60, "{n}%": 60, "{n}.5bn": 80}
SMALL = ["the", "to", "of", "and", "in", "a", "for", "that", "on", "is", "was", "with", "he", "it", "at", "as", "by", "be",
         "have", "from", "has", "are", "but", "his", "will", "not", "had", "they", "were"]
SAID = ["said", "urged", "condemned", "told", "met", "warned"]
DAYS = ["on Tuesday", "last year", "on Friday", "next week", "on 3 May", "in March 2015", "yesterday"]
STRAIGHT = str.maketrans("“”", '""')


def spelled(rank):
    """The word of a rank from 0 on: common words are short."""
    n, rank, word = len(SYLLABLES), 17 * rank, ""
    while rank >= 0:
        rank, at = divmod(rank, n)
        word, rank = word + SYLLABLES[at * 173 % n], rank - 1
    return word


def ranks(uniform):
    """Ranks of words, from 0, of an array of numbers from 0 to 1: p ~ 1 / (rank + HEAD) down to RANK, then steeper."""
    head = math.log(RANK / HEAD)
    mass = uniform * (head + 1 / (SLOPE - 1))
    tail = np.maximum(1 - (mass - head) * (SLOPE - 1), 1e-12)
    return np.where(mass < head, HEAD * np.exp(np.minimum(mass, head)), RANK * tail ** (-1 / (SLOPE - 1))).astype(int) - HEAD


def articles(n, seed=stats.SEED):
    """Yields n articles: dicts of doc_id, title, text, date, outlet."""
    draw, rng = random.Random(seed), np.random.default_rng(seed)
    names, drawn = lexicons.actors()["alias"].head(400).tolist(), iter(())
    kept, prints, shares = [], [*MARKS, "{w}"], list(accumulate([*MARKS.values(), 10_000 - sum(MARKS.values())]))
    common = list(accumulate(1 / (k + 2) for k in range(len(SMALL))))

    def word():
        nonlocal drawn
        if (rank := next(drawn, None)) is None:
            drawn = iter(ranks(rng.random(10_000)).tolist())
            rank = next(drawn)
        return spelled(rank).capitalize() if rank % 8 == 7 else spelled(rank)

    def printed():
        mark, w = prints[bisect(shares, draw.random() * 10_000)], word()
        return w if mark == "{w}" else mark.format(w=w, W=w.capitalize(), v=word(), n=draw.randint(2, 999))

    for i in range(n):
        day, outlet = date(2014, 1, 1) + timedelta(days=int(rng.integers(0, 3650))), int(rng.zipf(1.6)) % 20
        if kept and draw.random() < 0.1:
            text = " ".join(w if draw.random() > 0.1 else word() for w in draw.choice(kept).split(" "))
        else:
            text, left = [], int(rng.lognormal(np.log(350), 0.5))
            while left > 0:
                sentences = []
                for _ in range(draw.randint(1, 4)):
                    length = draw.randint(8, 34)
                    found = [draw.choices(SMALL, cum_weights=common)[0] if draw.random() < 0.42 else printed()
                             for _ in range(length)]
                    found[0] = draw.choice(names) if draw.random() < 0.4 else found[0].capitalize()
                    if draw.random() < 0.5:
                        found[1:3] = [draw.choice(SAID), draw.choice(names)]
                    if draw.random() < 0.1:
                        found.append(draw.choice(DAYS))
                    sentences.append(" ".join(found) + ".")
                    left -= length
                text.append(" ".join(sentences))
            text = "\n\n".join(text)
            kept = [*kept[-500:], text]
        title = " ".join(word() for _ in range(7)).capitalize()
        yield {"doc_id": f"a{i:07}", "title": title, "text": text.translate(STRAIGHT) if outlet % 3 == 1 else text,
               "date": day.isoformat(), "outlet": f"Outlet {chr(65 + outlet)}"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--articles", type=int, default=10_000)
    o = parser.parse_args()
    with open(o.out, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in articles(o.articles))


if __name__ == "__main__":
    main()
