"""Copies of one story: which articles tell it in the same words, edited or not, and which sentences different stories share.

Two articles belong together where enough of their three-word shingles are the same (Broder 1997, On the resemblance and
containment of documents). Edited wire copy keeps a few of them; stories of one event that were written apart, almost none.
A short text may share as many by a formula ("the Ministry of Foreign Affairs said"): there more than half must agree.
"""

import re
from collections import defaultdict
from itertools import count, pairwise

import numpy as np
import pandas as pd
import scipy.sparse

# Words of a shingle; shingles that stand for an article: those with the smallest hashes, the same in any slice of the corpus.
WORDS, SKETCH = 3, 400
# Least share of the shorter article's shingles that two copies have in common, and of the longer one's: a digest that quotes a
# paragraph of another story is no copy of it.
SHORTER, LONGER = 0.16, 0.05
# Shingles that copies share at least; standard errors by which more than half of a short text must agree: its shingles, or its
# words in order.
FEWEST, SURE = 4, 1.5
# A shingle of more articles than this is a phrase of the trade, or a report that everybody prints; share of the longer one's
# shingles by which two prints of such a report are known.
COMMON, VERBATIM = 60, 0.5
# Mean likeness of the members of two groups that become one; days after which only a reprint is a copy: so much of the shorter
# one's shingles is the same.
TOGETHER, APART, REPRINT = 0.05, 31, 0.9
# Articles compared with all others at once, which bounds the memory; words: a shorter sentence may be said twice by chance.
ROWS, PASSAGE = 4_000, 8


def shingles(texts):
    """The distinct shingles of each text, as sorted 64-bit hashes, the same on every machine; and its words in order, numbered.
    Case and marks do not count.

    >>> (a, b), words = shingles(["The ministry said it regrets this.", "the Ministry said: it regrets that"])
    >>> len(np.intersect1d(a, b)), len(a), words
    (3, 4, [[1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 7]])
    """
    types, codes, ends = defaultdict(count(1).__next__, {"": 0}), [], [0]
    for text in texts:
        codes += map(types.__getitem__, re.findall(r"\w+", text.lower()))
        ends.append(len(codes))
    words = pd.util.hash_array(np.array([*types], dtype=object))[np.array(codes, np.int64)]
    # each place of a run has an odd factor of its own, so that the order of the words counts
    runs = sum(words[k:len(words) - WORDS + 1 + k] * np.uint64(0x9E3779B97F4A7C15 + 2 * k * 0x21C88646) for k in range(WORDS))
    return [np.unique(runs[a:max(b - WORDS + 1, a)]) for a, b in pairwise(ends)], [codes[a:b] for a, b in pairwise(ends)]


def in_order(first, second):
    """The share of the shorter of two lists of words, neither empty, that the other has in the same order: their longest common
    subsequence, by bits (Crochemore et al. 2001).

    >>> in_order("Kenya thanked the envoy of Japan".split(), "Kenya summoned the new envoy of Chile".split())
    0.6666666666666666
    """
    places, free = defaultdict(int), -1
    for k, word in enumerate(first):
        places[word] |= 1 << k
    for place in filter(None, map(places.get, second)):
        free = free + (free & place) | free & ~place
    return (~free).bit_count() / min(len(first), len(second))


def likeness(texts):
    """The pairs of texts that are alike enough for copies, as four arrays: the two places, the share of the shorter one's
    shingles that the other has too, and whether they are prints of one report, VERBATIM of the longer one.

    Sketches of their `shingles` are compared. The shorter one, where its sketch is all of it, must agree by half (see SURE).
    """
    found, words = shingles(texts)
    n, sketches, length = len(found), [some[:SKETCH] for some in found], np.array([*map(len, found)], float)
    at = np.repeat(np.arange(n), [len(some) for some in sketches])
    _, columns, counts = np.unique(np.concatenate([*sketches, np.zeros(0, np.uint64)]), return_inverse=True, return_counts=True)
    few, whole = ((of := counts[columns]) > 1) & (of <= COMMON), np.bincount(at, of <= COMMON, n)
    rows = scipy.sparse.csr_array((np.ones(few.sum()), (at[few], columns[few])), (n, len(counts)))
    other, parts = rows.T.tocsr(), [_prints(found, at[of > COMMON], columns[of > COMMON])]
    for start in range(0, n, ROWS):
        shared = (rows[start:start + ROWS] @ other).tocoo()
        i, j, w = shared.row + start, shared.col, shared.data
        less, more = np.minimum(whole[i], whole[j]), np.maximum(whole[i], whole[j])
        kept = (i < j) & (w >= SHORTER * less) & (w >= LONGER * more) & (w >= FEWEST)
        parts.append((i[kept], j[kept], w[kept] / less[kept], w[kept] >= VERBATIM * more[kept]))
    i, j, share, same = map(np.concatenate, zip(*parts))
    half = (1 + SURE / np.sqrt(shorter := np.minimum(length[i], length[j]))) / 2
    sure = [a >= b or c > SKETCH or len(words[k] + words[m]) < 8 * SKETCH and in_order(words[k], words[m]) >= b
            for a, b, c, k, m in zip(share, half, shorter, i, j)]
    return [column[np.array(sure, bool)] for column in (i, j, share, same)]


def _prints(sets, texts, columns):
    """(i, j, share, True) of texts next to each other among those with a common shingle, where they are prints of one report: a
    thousand of them make a thousand pairs, not half a million."""
    order = np.lexsort((texts, columns))
    pairs = np.column_stack([texts[order][:-1], texts[order][1:]])[columns[order][1:] == columns[order][:-1]]
    pairs, often = np.unique(pairs, axis=0, return_counts=True)
    pairs = pairs[often >= FEWEST]
    share = np.array([len(np.intersect1d(sets[i], sets[j], True)) / max(len(sets[i]), len(sets[j])) for i, j in pairs], float)
    return [column[share >= VERBATIM] for column in (*pairs.T, share, share >= VERBATIM)]


def group(texts, days=None):
    """A number for each text, the same for copies, edited or cut: the place of the first of them.

    `days`: of each text, as numbers (nan where unknown). Texts more than APART of them apart are one only where nearly all
    words are the same: a ministry has one formula for all the guests of a year.

    What is alike joins by average linkage (Sokal and Michener 1958, through scipy), so that a formula of press releases does
    not chain one story to the next. Prints of one report are one, however many; where more than ROWS texts hang together by
    such formulas, prints alone are one.

    >>> wire = "The ministry summoned the envoy on Monday and handed him a note of protest over the raid, officials said."
    >>> group([wire, "No talks are planned.", wire.replace("on Monday ", "").upper()]).tolist()
    [0, 1, 0]
    """
    from scipy.cluster.hierarchy import fcluster, linkage  # a tenth of the start of every command, were it above
    i, j, share, same = likeness(texts)
    days = np.full(len(texts), np.nan) if days is None else np.asarray(days, float)
    near = ~(np.abs(days[i] - days[j]) > APART) | same & (share >= REPRINT)
    i, j, share, same = (column[near] for column in (i, j, share, same))
    n, first = len(texts), np.arange(len(texts))
    alike = scipy.sparse.csr_array((share, (i, j)), (n, n))
    for members in (some for some in _parts(alike) if len(some) <= ROWS):
        near = alike[members[:, None], members].toarray()[np.triu_indices(len(members), 1)]
        label = fcluster(linkage(1 - near.clip(max=1), "average"), 1 - TOGETHER, "distance")
        first[members] = members[np.unique(label, return_index=True)[1][label - 1]]
    i, j = np.append(i[same], range(n)), np.append(j[same], first)
    for members in _parts(scipy.sparse.csr_array((np.ones(len(i)), (i, j)), (n, n))):
        first[members] = members[0]
    return first


def _parts(graph):
    part = pd.Series(scipy.sparse.csgraph.connected_components(graph, directed=False)[1])
    return [some for some in part.groupby(part).indices.values() if len(some) > 1]


def tell(articles, sentences):
    """`articles` with `story_id`: the doc_id of the earliest of all articles that tell the story in the same words.

    Their body sentences are compared; undated articles come after dated ones, ties by doc_id.
    """
    texts = sentences[sentences["role"] == "body"].groupby("doc_id")["text"].agg(" ".join)
    days = (pd.to_datetime(articles["date"]) - pd.Timestamp(2000, 1, 1)) / pd.Timedelta(days=1)
    table = articles.assign(story=group(texts.reindex(articles["doc_id"]).fillna("").tolist(), days))
    first = table.sort_values(["date", "doc_id"]).drop_duplicates("story").set_index("story")["doc_id"]
    return articles.assign(story_id=table["story"].map(first).astype("str"))


def are_known(articles):
    """Have stories been told apart in `articles` (is any `story_id` there)?"""
    return "story_id" in articles and articles["story_id"].notna().any()


def story_of(articles):
    """The story of each article, a Series by doc_id: an article without a `story_id` is a story of its own.

    >>> story_of(pd.DataFrame({"doc_id": ["a", "b", "c"], "story_id": ["a", "a", None]})).to_dict()
    {'a': 'a', 'b': 'a', 'c': 'c'}
    """
    own = articles.set_index("doc_id", drop=False)
    return own["story_id"].fillna(own["doc_id"]) if are_known(articles) else own["doc_id"]


def once(articles, *by):
    """The earliest article of each story in `articles` (with `story_id`), within each value of the columns `by`: a copy counts
    once. It stands for itself from there on: `story_id` is null."""
    told = articles.assign(story_id=story_of(articles).to_numpy()).sort_values(["date", "doc_id"])
    return told.drop_duplicates([*by, "story_id"]).sort_index().assign(story_id=None)


def summary(articles):
    """How many of `articles` (with `story_id`) are copies, the first three by name, and how many count, in words."""
    first = articles.sort_values(["date", "doc_id"]).groupby("story_id")["doc_id"].first()
    copies = [f"{copy} of {first[k]}" for copy, k in zip(articles["doc_id"], articles["story_id"]) if copy != first[k]]
    named = ", ".join(copies[:3]) + f" and {len(copies) - 3:,} more" * (len(copies) > 3)
    rest = f" ({named}); each story counts once, by the earliest: {len(first):,} remain" * bool(copies)
    return f"Near-copies of another article: {len(copies):,} of {len(articles):,}{rest}."


def passages(articles, sentences):
    """Sentences of PASSAGE words or more that different stories print in the same words: the table `passages`.

    One row per place: passage (number, most stories first), doc_id, par, sent, date, outlet, first (of the earliest known
    date), n_articles, n_stories, text. Needs `story_id`.
    """
    body = sentences[(sentences["role"] == "body") & (sentences["text"].str.count(r"\w+") >= PASSAGE)]
    body = body.assign(same=body["text"].str.lower().str.findall(r"\w+").str.join(" ")).merge(
        articles[["doc_id", "date", "outlet", "story_id"]], on="doc_id")
    kept = body.groupby("same")
    body = body.assign(n_articles=kept["doc_id"].transform("nunique"), n_stories=kept["story_id"].transform("nunique"),
                       first=body["date"].eq(kept["date"].transform("min")))
    body = body[body["n_stories"] > 1].sort_values(["n_stories", "n_articles", "same"], ascending=[False, False, True])
    columns = ["passage", "doc_id", "par", "sent", "date", "outlet", "first", "n_articles", "n_stories", "text"]
    return body.assign(passage=pd.factorize(body["same"])[0] + 1)[columns].sort_values(columns[:4], ignore_index=True)
