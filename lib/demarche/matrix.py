"""Who uses which word where: one sparse count matrix, a row per sentence, made once; the rest is a product of it."""

from collections import namedtuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import scipy.sparse

from demarche import lexicons, schema, sentences

# ids: a table of doc_id, par, sent, role; matrix: a row for each of ids by a column for each of terms (folded, sorted), sparse
Counts = namedtuple("Counts", "ids matrix terms")
_MARKS = " \t\n\v\f\r.,;:!?()[]\"“”…"  # around a word: white space, or a token each, and no part of it


def adder(codes, n):
    """A sparse matrix of `n` rows that, multiplied with one of a row per code, adds up the rows that share a code.

    >>> (adder([0, 1, 0], 2) @ np.array([[1], [2], [3]])).tolist()
    [[4], [2]]
    """
    return scipy.sparse.csr_array((np.ones(len(codes), np.int64), (codes, np.arange(len(codes)))), (n, len(codes)))


def count(table):
    """Counts of every token of the `sentences` table that holds a letter or a digit: a row per sentence, in the order of the
    table; stop words included, no stemming.

    >>> table = {"doc_id": ["a", "a"], "par": [1, 1], "sent": [1, 2], "role": "body", "text": ["No talks, no aid.", "Talks."]}
    >>> import pandas
    >>> counts = count(pandas.DataFrame(table))
    >>> counts.terms.tolist(), counts.matrix.toarray().tolist()
    (['aid', 'no', 'talks'], [[1, 2, 1], [0, 0, 1]])
    """
    matrix, terms = tally(table["text"])
    return Counts(table[[*schema.SENTENCE, "role"]].reset_index(drop=True), matrix.astype(np.int64), terms.to_numpy(False))


def tally(texts):
    """(matrix of 32-bit counts, terms as an Arrow array) of some texts, a row each; terms as `sentences.words` gives them,
    sorted."""
    texts = pa.array(texts, pa.large_string())  # of tables put together in pieces
    texts = pa.concat_arrays([pa.array([""], pa.large_string()), *getattr(texts, "chunks", [texts])])  # never none at all
    begins, data = (np.frombuffer(b or b"", kind) for b, kind in zip(texts.buffers()[1:], (np.int64, np.uint8)))
    ends = np.append(True, (data == ord(" ")) | (data >= ord("\t")) & (data <= ord("\r")))  # of a chunk, behind white space,
    ends[begins := begins[1:len(texts) + 1]] = True                                        # and of a text
    cuts = np.flatnonzero(ends)
    chunks = pa.LargeStringArray.from_buffers(len(cuts) - 1, pa.py_buffer(cuts), pa.py_buffer(data)).dictionary_encode()
    # No token holds white space: tokenize and fold the few chunks that differ, not all that occur, and the odd ones one by one.
    alone = pc.ascii_is_alpha(plain := pc.utf8_trim(chunks.dictionary, _MARKS))
    odd = np.flatnonzero(pc.invert(alone))
    words = pa.array(map(sentences.words, chunks.dictionary.take(pa.array(odd)).to_pylist()), pa.list_(plain.type))
    found = pa.concat_arrays([pc.ascii_lower(plain.filter(alone)), words.flatten()]).dictionary_encode()
    order = pc.sort_indices(found.dictionary)
    codes = np.argsort(order).astype(np.int32)[found.indices]
    owner = np.concatenate([np.flatnonzero(alone), np.repeat(odd, words.value_lengths())]).astype(np.int32)
    held = scipy.sparse.csr_array((np.ones(len(codes), np.int32), (owner, codes)), (len(plain), len(order)))
    rows = (np.ones(len(chunks), np.int32), chunks.indices.to_numpy(), np.searchsorted(cuts, begins).astype(np.int32))
    # To columns and back sorts it.
    return (scipy.sparse.csr_array(rows, (len(texts) - 1, held.shape[0])) @ held).tocsc().tocsr(), found.dictionary.take(order)


def select(counts, rows):
    """The counts of the rows where `rows`, a boolean array with a place per row, is true; all terms stay."""
    return Counts(counts.ids[rows].reset_index(drop=True), counts.matrix[np.flatnonzero(rows)], counts.terms)


def group(counts, by, roles=None):
    """Sum the rows that share the columns `by` of `ids`: ['doc_id'] gives articles, ['doc_id', 'par'] paragraphs. `roles`: of
    rows with these only."""
    counts = counts if roles is None else select(counts, counts.ids["role"].isin(roles).to_numpy())
    groups = counts.ids.groupby(by, sort=True)
    return Counts(groups.size().reset_index()[by], (adder(groups.ngroup(), len(groups)) @ counts.matrix).tocsr(), counts.terms)


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
    matrix = (counts.matrix[:, kept] @ adder(codes, len(stems)).T).tocsr()
    order = np.lexsort((forms, -total))[::-1]  # the commonest form is written last, ties by name
    shown, docs = dict(zip(codes[order], forms[order])), group(Counts(counts.ids[["doc_id"]], matrix, stems), ["doc_id"]).matrix
    wide, one = (matrix > 0).sum(axis=0) > max_share * matrix.shape[0], (docs > 0).sum(axis=0) < min_articles
    used = np.flatnonzero(~wide & ~one)
    said = (f"{len(used):,} of {len(stems):,} word stems are used: {one.sum():,} occur in fewer than {min_articles} "
            f"articles, {wide.sum():,} in more than {max_share:.0%} of the units.")
    return Counts(counts.ids, matrix[:, used].tocsr(), np.array([shown[i] for i in used], dtype=object)), said
