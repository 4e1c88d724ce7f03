"""How well are copies found, and told from stories that share a formula? Edited copies are planted, and looked for.

    python benchmarks/stories.py CORPUS [--articles N]

CORPUS: as for `demarche prepare`. Its own copies are taken out first. A third of the articles get one to three copies with
5 to 40% of their words replaced and up to 40% of their paragraphs cut, until N articles are there. The same with the opening
20 to 60 words of each article, of whose copies sentences are cut, and with 60 made-up briefs of six foreign ministries, which
say other things in the same formulas. Printed: precision and recall of the pairs found, adjusted Rand index of the groups
against those planted (Hubert and Arabie 1985), CPU seconds, and, where it is installed, the same for MinHash LSH of datasketch
over single words and over shingles, at its best threshold of three.
"""

import argparse
import random
import re
from time import process_time

from sklearn.metrics import adjusted_rand_score
from sklearn.metrics.cluster import pair_confusion_matrix

from demarche import corpus, stats, stories

PARAGRAPHS, SENTENCES = r"\n\s*\n", r"(?<=[.!?])\s+"
WHO = [("Japan", "Tokyo", "Kenji Ito"), ("Kenya", "Nairobi", "Jane Wanjiru"), ("Brazil", "Brasilia", "Ana Costa"),
       ("Norway", "Oslo", "Lars Dahl"), ("Chile", "Santiago", "Pablo Rojas"), ("Ghana", "Accra", "Kofi Mensah")]
WORDS = {
    "ministry": ["{here}'s Ministry of Foreign Affairs", "The Ministry of Foreign Affairs of {here}",
                 "{here}'s Foreign Ministry"],
    "did": ["condemned", "welcomed", "rejected", "praised", "criticised", "regretted", "deplored", "supported", "denied"],
    "what": ["the new tariffs", "remarks by an official", "the delay of the accord", "the aid to the port",
             "the raid on a vessel", "the visit of a delegation", "the closure of a consulate", "the pact on fisheries",
             "the arrest of a journalist", "the vote at the council", "the loan for the railway", "the ban on coffee"],
    "acted": ["summoned the ambassador of {there}", "handed a note to the ambassador of {there}",
              "urged {there} to show restraint", "called on {there} to honour its commitments",
              "assured {there} of its friendship", "offered {there} further talks"],
    "holds": ["remains committed to friendly ties with {there}", "rejects interference in its internal affairs",
              "values its partnership with {there}", "will take all necessary measures", "had acted in good faith",
              "hopes for a constructive dialogue with {there}", "expects progress within weeks",
              "would not accept any pressure"],
    "day": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]}
FORMULAS = ["{ministry} on {day} {did} {what}.", "{ministry} {did} {what} in a statement issued on {day}.",
            "The Ministry of Foreign Affairs said {here} {holds}.", "Spokesperson {name} said that {here} {holds}.",
            "Foreign Minister {name} {did} {what}, the ministry said.", "The ministry {acted}.",
            "{city} {acted}, officials told reporters on {day}.", "{here} {holds}, spokesperson {name} added.",
            "Speaking to reporters in {city} on {day}, spokesperson {name} {did} {what}."]


def briefs(n):
    """Made-up items of two to four sentences, no two the same."""
    draw, out = random.Random(stats.SEED), {}
    while len(out) < n:
        (here, city, name), (there, *_) = draw.sample(WHO, 2)
        said = [formula.format(here=here, city=city, name=name, **{
            k: draw.choice(v).format(here=here, there=there) for k, v in WORDS.items()})
            for formula in draw.sample(FORMULAS, draw.choice([2, 3, 3, 4]))]
        out[f"{city.upper()}: {' '.join(said)}"] = None
    return [*out]


def planted(texts, n, marks=PARAGRAPHS):
    """(texts with copies among them, number of the story of each)."""
    draw, out, of = random.Random(stats.SEED), [], []
    words = [w for text in draw.sample(texts, min(500, len(texts))) for w in text.split()]
    for k, text in enumerate(texts):
        copies = draw.choice([1, 1, 2, 3]) if draw.random() < 0.35 else 0
        out += [text, *(edited(text, draw, words, marks) for _ in range(copies))]
        of += [k] * (copies + 1)
        if len(out) >= n:
            break
    return out[:n], of[:n]


def edited(text, draw, words, marks):
    share, cut, parts = draw.uniform(0.05, 0.4), draw.choice([0, 0.2, 0.4]), re.split(marks, text)
    kept = " ".join(p for k, p in enumerate(parts) if k == 0 or draw.random() > cut)
    return " ".join(draw.choice(words) if draw.random() < share else w for w in kept.split())


def single(texts):
    """One text of each story that the corpus already tells several times."""
    first = dict(zip(stories.group(texts).tolist()[::-1], texts[::-1]))
    return [first[k] for k in sorted(first)]


def lsh(texts, of, least, size):
    """MinHash LSH over runs of `size` words, joined groups by single linkage."""
    from datasketch import MinHash, MinHashLSH
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    index, pairs = MinHashLSH(threshold=least, num_perm=128), []
    for i, text in enumerate(texts):
        words = re.findall(r"\w+", text.lower())
        sketch = MinHash(num_perm=128)
        sketch.update_batch([" ".join(words[k:k + size]).encode() for k in range(len(words) - size + 1)])
        pairs += [(i, j) for j in index.query(sketch)]
        index.insert(i, sketch)
    i, j = zip(*pairs) if pairs else ((), ())
    return connected_components(coo_array(([1] * len(i), (i, j)), (len(texts),) * 2), directed=False)[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--articles", type=int, default=10_000)
    o = parser.parse_args()
    texts, draw = single([record["text"] for record in corpus.Reader(o.corpus)]), random.Random(stats.SEED)
    short = single([" ".join(text.split()[:draw.randint(20, 60)]) for text in texts if len(text.split()) >= 20])
    compared("articles", *planted(texts, o.articles))
    compared("openings of 20 to 60 words", *planted(short, o.articles, SENTENCES))
    compared("briefs in formulas", *planted(briefs(60), o.articles, SENTENCES))


def compared(name, texts, of):
    print(f"{name}: {len(texts):,}, {len(set(of)):,} stories")
    ways = {"demarche.stories.group": lambda: stories.group(texts)}
    try:
        import datasketch
        ways |= {f"datasketch {datasketch.__version__} LSH, {size}-word runs, threshold {least}":
                 lambda least=least, size=size: lsh(texts, of, least, size) for size in (1, 3) for least in (0.1, 0.3, 0.5)}
    except ImportError:
        print("  datasketch: not installed")
    for way, call in ways.items():
        start = process_time()
        found = call()
        seconds, ((_, false), (missed, true)) = process_time() - start, pair_confusion_matrix(of, found)
        print(f"  {way}: precision {true / max(true + false, 1):.3f}, recall {true / max(true + missed, 1):.3f} of pairs, "
              f"adjusted Rand {adjusted_rand_score(of, found):.3f}, {seconds:.1f} CPU s", flush=True)


if __name__ == "__main__":
    main()
