"""How well are copies found? Edited copies are planted among the articles of a corpus, and looked for.

    python benchmarks/stories.py CORPUS [--articles N]

CORPUS: as for `demarche prepare`. Its own copies are taken out first. A third of the articles get one to three copies with
5 to 40% of their words replaced and up to 40% of their paragraphs cut, until N articles are there. Printed: adjusted Rand
index of the groups found against those planted (Hubert and Arabie 1985), CPU seconds, and, where it is installed, the same for
MinHash LSH of datasketch over single words and over shingles, at its best threshold of three.
"""

import argparse
import random
import re
from time import process_time

from sklearn.metrics import adjusted_rand_score

from demarche import corpus, stats, stories


def planted(texts, n):
    """(texts with copies among them, number of the story of each)."""
    draw, out, of = random.Random(stats.SEED), [], []
    first = dict(zip(stories.group(texts).tolist()[::-1], texts[::-1]))
    whole = [first[k] for k in sorted(first)]
    words = [w for text in draw.sample(whole, min(500, len(whole))) for w in text.split()]
    for k, text in enumerate(whole):
        copies = draw.choice([1, 1, 2, 3]) if draw.random() < 0.35 else 0
        out += [text, *(edited(text, draw, words) for _ in range(copies))]
        of += [k] * (copies + 1)
        if len(out) >= n:
            break
    return out[:n], of[:n]


def edited(text, draw, words):
    share, cut, pars = draw.uniform(0.05, 0.4), draw.choice([0, 0.2, 0.4]), re.split(r"\n\s*\n", text)
    kept = " ".join(p for k, p in enumerate(pars) if k == 0 or draw.random() > cut)
    return " ".join(draw.choice(words) if draw.random() < share else w for w in kept.split())


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
    texts, of = planted(corpus.read(o.corpus)[0]["text"].tolist(), o.articles)
    print(f"{len(texts):,} articles, {len(set(of)):,} stories")
    ways = {"demarche.stories.group": lambda: stories.group(texts)}
    try:
        import datasketch
        ways |= {f"datasketch {datasketch.__version__} LSH, {size}-word runs, threshold {least}":
                 lambda least=least, size=size: lsh(texts, of, least, size) for size in (1, 3) for least in (0.1, 0.3, 0.5)}
    except ImportError:
        print("datasketch: not installed")
    for name, way in ways.items():
        start = process_time()
        found = way()
        print(f"{name}: adjusted Rand {adjusted_rand_score(of, found):.3f}, {process_time() - start:.1f} CPU s", flush=True)


if __name__ == "__main__":
    main()
