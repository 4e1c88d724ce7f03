"""Who uses which word where: one sparse count matrix, a row per sentence, made once; the rest is a product of it."""

from array import array
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy.sparse

from demarche import lexicons, sentences


class Counts(NamedTuple):
    """`ids`: doc_id, par, sent, role of each row; `matrix`: rows by terms, integer; `terms`: the folded terms."""

    ids: pd.DataFrame
    matrix: scipy.sparse.csr_array
    terms: np.ndarray


def _sum(codes, shape):
    """A matrix that adds up what shares a code: `shape` is (codes, things)."""
    return scipy.sparse.csr_array((np.ones(len(codes), np.int64), (codes, np.arange(len(codes)))), shape)


def count(table):
    """Counts of every word-like token of the `sentences` table, stop words included, no stemming.

    >>> s = pd.DataFrame([("a", 1, 1, "body", "Talks, talks!")], columns=["doc_id", "par", "sent", "role", "text"])
    >>> c = count(s); c.terms.tolist(), c.matrix.toarray().tolist()
    (['talks'], [[2]])
    """
    types, codes, lengths = {}, array("q"), array("q")
    for text in table["text"]:
        found = sentences.TOKEN.findall(text)
        codes.extend([types.setdefault(token, len(types)) for token in found])
        lengths.append(len(found))
    # Fold the few types, not the many tokens.
    folded = [sentences.fold(t) if sentences.is_word(t) else "" for t in types]
    terms = np.array(sorted(set(folded) - {""}), dtype=object)
    column = dict(zip(terms, range(len(terms))))
    to = np.array([column.get(t, -1) for t in folded], dtype=np.int64)
    rows, cols = np.repeat(np.arange(len(table)), lengths), to[np.array(codes, dtype=np.int64)]
    keep, shape = cols >= 0, (len(table), len(terms))
    matrix = scipy.sparse.coo_array((np.ones(keep.sum(), np.int64), (rows[keep], cols[keep])), shape).tocsr()
    return Counts(table[["doc_id", "par", "sent", "role"]].reset_index(drop=True), matrix, terms)


def select(counts, rows):
    """The counts of the rows where the boolean array `rows` is true."""
    return Counts(counts.ids[rows].reset_index(drop=True), counts.matrix[np.flatnonzero(rows)], counts.terms)


def group(counts, by):
    """Sum the rows that share the columns `by` of `ids`: ['doc_id'] gives articles, ['doc_id', 'par'] paragraphs."""
    codes = counts.ids.groupby(by, sort=True).ngroup().to_numpy()
    ids = counts.ids[by].drop_duplicates().sort_values(by).reset_index(drop=True)
    return Counts(ids, (_sum(codes, (len(ids), len(codes))) @ counts.matrix).tocsr(), counts.terms)


def features(counts, min_articles=2, max_share=0.5):
    """Counts of the words that can tell units apart, word forms merged, and the choices made as a sentence.

    Left out: stop words, numbers, words of fewer than `min_articles` articles (names that mark one article) and words
    in more than `max_share` of the rows (corpus-wide words). Forms with one Porter stem (Porter 1980, through NLTK)
    are one term, shown by its commonest form.
    """
    from nltk.stem.porter import PorterStemmer

    stemmer, stop = PorterStemmer(), lexicons.stopwords()
    kept = np.array([len(t) > 2 and t not in stop and not t[0].isdigit() for t in counts.terms], dtype=bool)
    forms, total = counts.terms[kept], counts.matrix.sum(axis=0)[kept]
    stems, codes = np.unique([stemmer.stem(t) for t in forms] or [""], return_inverse=True)
    matrix = (counts.matrix[:, np.flatnonzero(kept)] @ _sum(codes[:len(forms)], (len(stems), len(forms))).T).tocsr()
    order = np.lexsort((forms, -total))[::-1]  # the commonest form is written last, ties by name
    shown = dict(zip(codes[order], forms[order]))
    docs = group(Counts(counts.ids[["doc_id"]], matrix, stems), ["doc_id"]).matrix
    wide, one = (matrix > 0).sum(axis=0) > max_share * matrix.shape[0], (docs > 0).sum(axis=0) < min_articles
    used = np.flatnonzero(~wide & ~one)
    terms = np.array([shown[i] for i in used], dtype=object)
    said = (f"{len(used):,} of {len(stems):,} word stems are used: {one.sum():,} occur in fewer than {min_articles} "
            f"articles, {wide.sum():,} in more than {max_share:.0%} of the units.")
    return Counts(counts.ids, matrix[:, used].tocsr(), terms), said
