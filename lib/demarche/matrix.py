"""Who uses which word where: one sparse count matrix, a row per sentence, made once; the rest is a product of it."""

from array import array
from collections import namedtuple

import numpy as np
import scipy.sparse

from demarche import lexicons, sentences

# ids: doc_id, par, sent, role of each row; matrix: rows by terms, whole numbers; terms: folded, sorted
Counts = namedtuple("Counts", "ids matrix terms")


def _sum(codes, n):  # a matrix of n rows that adds up what shares a code
    return scipy.sparse.csr_array((np.ones(len(codes), np.int64), (codes, np.arange(len(codes)))), (n, len(codes)))


def count(table):
    """Counts of every token of the `sentences` table that holds a letter or a digit; stop words included, no stemming."""
    types, codes, ends = {}, array("q"), array("q", [0])
    for text in table["text"]:
        codes.extend([types.setdefault(token, len(types)) for token in sentences.TOKEN.findall(text)])
        ends.append(len(codes))
    # Fold the few types, not the many tokens; what is no word falls into a first column, cut off at the end.
    folded = [sentences.fold(t) if sentences.is_word(t) else "" for t in types]
    terms, columns = np.unique(np.array(["", *folded], dtype=object), return_inverse=True)
    tokens = (np.ones(len(codes), np.int64), columns[1:][np.array(codes, np.int64)], np.array(ends, np.int64))
    matrix = scipy.sparse.csr_array(tokens, (len(table), len(terms)))
    matrix.sum_duplicates()
    return Counts(table[["doc_id", "par", "sent", "role"]].reset_index(drop=True), matrix[:, 1:], terms[1:])


def select(counts, rows):
    """The counts of the rows where the boolean array `rows` is true."""
    return Counts(counts.ids[rows].reset_index(drop=True), counts.matrix[np.flatnonzero(rows)], counts.terms)


def group(counts, by):
    """Sum the rows that share the columns `by` of `ids`: ['doc_id'] gives articles, ['doc_id', 'par'] paragraphs."""
    groups = counts.ids.groupby(by, sort=True)
    return Counts(groups.size().reset_index()[by], (_sum(groups.ngroup(), len(groups)) @ counts.matrix).tocsr(), counts.terms)


def features(counts, min_articles=2, max_share=0.5):
    """Counts of the words that can tell units apart, word forms merged, and the choices made as a sentence.

    Left out: stop words, numbers, words of fewer than `min_articles` articles (names that mark one article) and words
    in more than `max_share` of the rows (corpus-wide words). Forms with one Porter stem (Porter 1980, through NLTK)
    are one term, shown by its commonest form.
    """
    from nltk.stem.porter import PorterStemmer

    stemmer, stop = PorterStemmer(), lexicons.stopwords()
    kept = np.flatnonzero([len(t) > 2 and t not in stop and not t[0].isdigit() for t in counts.terms])
    forms, total = counts.terms[kept], counts.matrix.sum(axis=0)[kept]
    stems, codes = np.unique(np.array([stemmer.stem(t) for t in forms], dtype=object), return_inverse=True)
    matrix = (counts.matrix[:, kept] @ _sum(codes, len(stems)).T).tocsr()
    order = np.lexsort((forms, -total))[::-1]  # the commonest form is written last, ties by name
    shown = dict(zip(codes[order], forms[order]))
    docs = group(Counts(counts.ids[["doc_id"]], matrix, stems), ["doc_id"]).matrix
    wide, one = (matrix > 0).sum(axis=0) > max_share * matrix.shape[0], (docs > 0).sum(axis=0) < min_articles
    used = np.flatnonzero(~wide & ~one)
    said = (f"{len(used):,} of {len(stems):,} word stems are used: {one.sum():,} occur in fewer than {min_articles} "
            f"articles, {wide.sum():,} in more than {max_share:.0%} of the units.")
    return Counts(counts.ids, matrix[:, used].tocsr(), np.array([shown[i] for i in used], dtype=object)), said
