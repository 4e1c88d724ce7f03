"""The count matrix against counting by hand, and its products."""

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from demarche import matrix, sentences

RAW = Path(__file__).parents[1] / "data" / "raw"


def table(*texts):
    return pd.DataFrame({"doc_id": [f"a{i // 2}" for i in range(len(texts))], "par": 1, "sent": range(1, len(texts) + 1),
                         "role": "body", "text": texts})


def test_each_row_counts_the_word_like_tokens_of_its_sentence(tables):
    counts = tables.counts
    for row, text in enumerate(tables.sentences["text"]):
        want = Counter(sentences.fold(t) for t in sentences.TOKEN.findall(text) if any(map(str.isalnum, t)))
        got = counts.matrix[[row]].toarray()[0]
        assert dict(zip(counts.terms[got > 0], got[got > 0].tolist())) == want


def test_the_rows_of_the_body_add_up_to_n_tokens(tables):
    body = matrix.select(tables.counts, (tables.counts.ids["role"] == "body").to_numpy())
    docs = matrix.group(body, ["doc_id"])
    assert docs.matrix.sum(axis=1).tolist() == tables.articles["n_tokens"].tolist()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=6))
def test_grouping_keeps_every_count(texts):
    counts = matrix.count(table(*texts))
    grouped = matrix.group(counts, ["doc_id"])
    assert (grouped.matrix.sum(axis=0) == counts.matrix.sum(axis=0)).all()
    assert grouped.ids["doc_id"].is_unique and list(counts.terms) == sorted(set(counts.terms))


def test_selecting_rows_keeps_their_ids():
    counts = matrix.select(matrix.count(table("one two", "two", "three")), np.array([False, True, True]))
    assert counts.ids["sent"].tolist() == [2, 3] and counts.matrix.sum() == 2


def test_features_leave_out_what_they_say_and_merge_word_forms():
    counts = matrix.count(table("threat threats common", "the common harbour", "threat common 77", "threats common soil"))
    kept, said = matrix.features(counts, min_articles=2, max_share=0.9)
    assert kept.terms.tolist() == ["threat"] or kept.terms.tolist() == ["threats"]
    assert kept.matrix.toarray().ravel().tolist() == [2, 0, 1, 1]
    assert said.startswith("1 of 4 word stems are used: 2 occur in fewer than 2 articles, 1 in more than 90%")
