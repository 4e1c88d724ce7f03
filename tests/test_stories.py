"""Copies are found however they were edited, other stories of the same event are not, and nothing depends on the order."""

import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demarche import prepare, stories, terms

WORDS = [f"{a}{b}{c}" for a in "bdfglmnprst" for b in "aeiou" for c in ("n", "r", "s", "th", "ck", "ble", "ing")]


def article(seed, n=200):
    return random.Random(seed).choices(WORDS, k=n)


def edited(words, share, seed):
    draw = random.Random(seed)
    return " ".join(draw.choice(WORDS) if draw.random() < share else w for w in words)


@pytest.mark.parametrize("share", [0, 0.05, 0.2, 0.3])
def test_a_copy_with_words_changed_is_found(share):
    texts = [" ".join(article(1)), edited(article(1), share, 9), *(" ".join(article(seed)) for seed in range(2, 30))]
    assert stories.group(texts).tolist() == [0, 0, *range(2, 30)]


def test_a_copy_cut_to_a_third_is_found_but_not_a_digest_that_quotes_a_paragraph():
    whole, digest = article(1, 300), [w for seed in range(50, 70) for w in article(seed, 100)]
    texts = [" ".join(whole), " ".join(whole[:100]), " ".join([*digest[:900], *whole[100:130], *digest[900:]])]
    assert stories.group(texts).tolist() == [0, 0, 2]


def test_two_stories_that_share_a_formula_stay_two():
    formula = article(0, 12)
    texts = [" ".join([*article(seed), *formula]) for seed in range(1, 90)]
    assert stories.group(texts).tolist() == list(range(89))


def test_a_report_that_a_hundred_outlets_print_is_one_story():
    texts = [edited(article(1), 0.02, seed) for seed in range(stories.COMMON + 40)] + [" ".join(article(2))]
    assert stories.group(texts).tolist() == [0] * (stories.COMMON + 40) + [stories.COMMON + 40]


def test_a_heap_too_large_to_compare_at_once_falls_into_its_verbatim_copies(monkeypatch):
    monkeypatch.setattr(stories, "ROWS", 2)
    texts = [" ".join(article(1)), edited(article(1), 0.3, 5), edited(article(1), 0.3, 6), edited(article(1), 0.01, 7)]
    assert stories.group(texts).tolist() == [0, 1, 2, 0]


@given(st.lists(st.text(max_size=60), max_size=8), st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_groups_do_not_depend_on_the_order(texts, draw):
    order = list(range(len(texts)))
    draw.shuffle(order)
    a, b = stories.group(texts), stories.group([texts[i] for i in order])
    assert all((a[i] == a[j]) == (b[k] == b[m]) for k, i in enumerate(order) for m, j in enumerate(order))


@given(st.text(max_size=200))
@settings(deadline=None)
def test_case_and_marks_do_not_count(text):
    words = stories.re.findall(r"\w+", text.lower())
    (a, b), told = stories.shingles([text, " - ".join(words)])
    assert told[0] == told[1] and len(told[0]) == len(words)
    assert np.array_equal(a, b) and len(a) <= max(len(words) - stories.WORDS + 1, 0)


def test_articles_without_text_are_stories_of_their_own():
    assert stories.group(["", "", "one two", "one two"]).tolist() == [0, 1, 2, 3]
    assert stories.group([]).tolist() == []


def told(tmp_path, *rows):
    pd.DataFrame(rows, columns=["doc_id", "date", "outlet", "text"]).to_csv(tmp_path / "c.csv", index=False)
    prepare.prepare(tmp_path / "c.csv", tmp_path / "out")
    prepare.tell_stories(tmp_path / "out")
    return prepare.Tables(tmp_path / "out")


def test_a_story_has_the_id_of_its_earliest_article_and_a_passage_says_who_printed_it_first(tmp_path):
    said = "The envoy rejected the charge and said that his country had never harboured any fighters."
    wire, other = (" ".join(article(seed)).capitalize() + ". " + said for seed in (1, 2))
    tables = told(tmp_path, ("a", "2024-03-05", "X", wire), ("b", None, "Y", wire), ("c", "2024-03-04", "Z", wire.upper()),
                  ("d", "2024-04-01", "W", other))
    assert tables.articles.set_index("doc_id")["story_id"].to_dict() == {"a": "c", "b": "c", "c": "c", "d": "d"}
    passages = tables.passages.set_index("doc_id")
    assert passages["first"].to_dict() == {"a": False, "b": False, "c": True, "d": False}
    assert set(passages["n_articles"]) == {4} and set(passages["n_stories"]) == {2}


def test_the_shipped_articles_are_five_stories(tables):
    assert stories.tell(tables.articles, tables.sentences)["story_id"].tolist() == tables.articles["doc_id"].tolist()


def test_copies_count_once_by_the_earliest_and_each_outlets_own_copy_where_outlets_are_compared(tmp_path):
    wire, other = (" ".join(article(seed)).capitalize() + "." for seed in (1, 2))
    tables = told(tmp_path, ("a", "2024-03-05", "X", wire), ("b", None, "Y", wire), ("c", "2024-03-04", "Z", wire.upper()),
                  ("d", "2024-04-01", "X", other), ("e", "2024-03-06", "X", wire))
    once, each = stories.once(tables.articles), stories.once(tables.articles, "outlet")
    assert once["doc_id"].tolist() == ["c", "d"] and each["doc_id"].tolist() == ["a", "b", "c", "d"]
    assert once["story_id"].isna().all()
    bare = tables.articles.assign(story_id=None)
    assert stories.known(bare, tables.sentences)["story_id"].tolist() == tables.articles["story_id"].tolist()
    assert stories.known(tables.articles, None) is tables.articles, "not told twice"
    hits = terms.hits(tables.sentences, [(word := article(1)[0])])
    rate, first = (terms.rates(hits, a).iloc[0] for a in (once, tables.articles[tables.articles["doc_id"].isin(["c", "d"])]))
    assert rate["n_articles"] == 2 and rate["rate"] == first["rate"] < terms.rates(hits, tables.articles)["rate"].iloc[0], word
    assert stories.said(tables.articles) == (
        "Near-copies of another article: 3 of 5; each story counts once, by the earliest.")
    assert stories.said(tables.articles.query("doc_id in ['c', 'd']")) == "Near-copies of another article: 0 of 2."
