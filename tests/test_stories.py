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


SHORT = {  # five briefs of two ministries that share formulas: no two tell one story
    "thanks": "Kenya thanked Japan for its support of the port of Mombasa. The Ministry of Foreign Affairs said Kenya values "
              "its partnership with Tokyo. Cabinet Secretary Peter Otieno assured Japan that the accord would be signed.",
    "rejects": "Kenya rejected Japan's warning as unfair. The Ministry of Foreign Affairs said Kenya had acted in good faith. "
               "Nairobi urged Tokyo to show patience.",
    "regrets": "Japan's Foreign Ministry on Monday expressed regret over Kenya's delay in signing the accord. Spokesperson "
               "Kenji Ito said Japan was disappointed. Japan remains committed to friendly ties with Kenya, he added.",
    "warns": "Japan's Foreign Ministry warned Kenya that further delay would harm relations. Spokesperson Kenji Ito said Japan "
             "deplored the lack of progress. Tokyo criticised Nairobi for breaking its promise.",
    "condemns": "Kenya's Ministry of Foreign Affairs condemned remarks by a Brazilian official on Tuesday. The ministry "
                "summoned the ambassador of Brazil. Kenya rejects interference in its internal affairs, it said."}


def test_short_items_that_share_the_formulas_of_a_ministry_stay_apart_and_an_edited_one_is_found():
    texts = [*SHORT.values()]
    assert stories.group(texts).tolist() == list(range(5))
    edited = SHORT["warns"].replace("warned Kenya that", "told Kenya:").replace("the lack of progress", "how slow it went")
    assert stories.group([*texts, edited]).tolist() == [*range(5), 3]
    one, two, three = SHORT["thanks"].rstrip(".").split(". ")
    assert stories.group([*texts, f"{two}. {three}."]).tolist() == [*range(5), 0], "a sentence cut"
    assert stories.group([*texts, f"{three}. {one}. {two}."]).tolist() == [*range(5), 0], "sentences in another order"


LETTERS = st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=90)


@given(LETTERS, LETTERS)
@settings(max_examples=100, deadline=None)
def test_words_in_order_are_those_of_the_longest_common_subsequence(first, second):
    row = [0] * (len(second) + 1)
    for word in first:
        last, row = row, [0]
        for k, other in enumerate(second):
            row.append(last[k] + 1 if word == other else max(last[k + 1], row[k]))
    assert stories.in_order(first, second) == pytest.approx(row[-1] / min(len(first), len(second)))
    assert stories.in_order(first, second) == stories.in_order(second, first)


@given(st.integers(0, 10 ** 6), st.integers(20, 60), st.integers(4, 9))
@settings(max_examples=60, deadline=None)
def test_a_formula_of_a_quarter_of_a_short_item_makes_no_copies(seed, n, run):
    formula = article(seed, run + n // 4 - 4)
    texts = [" ".join([*formula, *article(seed + k, n - len(formula))]) for k in (1, 2, 3)]
    assert len(set(stories.group(texts))) == 3 and stories.group([texts[0], *texts]).tolist() == [0, 0, 2, 3]


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
    prepare.add_stories(tmp_path / "out")
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
    assert tables.told is tables.articles, "not told twice"
    tables.__dict__["articles"] = (known := tables.articles).assign(story_id=None)
    del tables.told
    assert tables.told["story_id"].tolist() == known["story_id"].tolist()
    tables.articles = known
    hits = terms.hits(tables.sentences, [(word := article(1)[0])])
    rate, first = (terms.rates(hits, a).iloc[0] for a in (once, tables.articles[tables.articles["doc_id"].isin(["c", "d"])]))
    assert rate["n_articles"] == 2 and rate["rate"] == first["rate"] < terms.rates(hits, tables.articles)["rate"].iloc[0], word
    assert stories.summary(tables.articles) == (
        "Near-copies of another article: 3 of 5 (a of c, b of c, e of c); each story counts once, by the earliest: 2 remain.")
    assert stories.summary(tables.articles.query("doc_id != 'c'")).startswith(
        "Near-copies of another article: 2 of 4 (b of a, e of a);"), "by the earliest of those asked for"
    more = pd.concat([tables.articles, tables.articles.assign(doc_id=tables.articles["doc_id"] + "2")], ignore_index=True)
    assert "8 of 10 (a of c, b of c, e of c and 5 more); each" in stories.summary(more) and "2 remain" in stories.summary(more)
    assert stories.summary(tables.articles.query("doc_id in ['c', 'd']")) == "Near-copies of another article: 0 of 2."
