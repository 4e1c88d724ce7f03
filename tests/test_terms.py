"""Terms: counted a second way, over halves that add up, and with text made to break the pattern."""

import re

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from demarche import lexicons, stats, terms

TERMS = ["Pakistan", "Taliban", "TTP", "terroris*", "Afghan soil|Afghan territory", "peace", "the", "Foreign Office"]


def corpus(*texts, doc_ids=None, dates=None, outlets=None):
    """(sentences, articles) of made-up articles of one sentence each."""
    doc_ids = doc_ids or [chr(97 + i) for i in range(len(texts))]
    sentences = pd.DataFrame({"doc_id": doc_ids, "par": 1, "sent": 1, "role": "body", "text": texts})
    articles = pd.DataFrame({"doc_id": doc_ids, "n_sentences": 1, "n_tokens": [len(t.split()) for t in texts],
                             "date": pd.Series(dates or [None] * len(texts), dtype="str"), "outlet": outlets or "Dawn"})
    return sentences, articles


def independently(lines, term):
    """Occurrences per article by another road: the body lines of the page and word boundaries written out."""
    forms = [re.escape(t).replace(r"\*", r"[^\W]*") for t in term.split("|")]
    body = lines[lines["role"] == "body"].groupby("doc_id")["text"].agg("\n".join)
    counts = {doc: sum(len(re.findall(rf"(?:^|(?<=\W)){f}(?=\W|$)", t, re.IGNORECASE)) for f in forms)
              for doc, t in body.items()}
    return {doc: n for doc, n in counts.items() if n}


@pytest.mark.parametrize("term", TERMS)
def test_counts_equal_an_independent_count_over_the_body_lines(tables, term):
    assert terms.hits(tables.sentences, [term]).groupby("doc_id")["count"].sum().to_dict() == independently(tables.lines, term)


def test_counts_of_two_halves_of_the_articles_add_up(tables):
    docs, known = tables.articles["doc_id"], TERMS[:6]
    whole = terms.rates(terms.hits(tables.sentences, known), tables.articles).set_index("term")
    parts = []
    for half in (docs[:2], docs[2:]):
        found = terms.hits(tables.sentences[tables.sentences["doc_id"].isin(half)], known)
        parts.append(terms.rates(found, tables.articles[docs.isin(half)]).set_index("term"))
    columns = ["count", "hit_sentences", "hit_articles", "n_tokens", "n_sentences", "n_articles"]
    assert (parts[0][columns] + parts[1][columns]).equals(whole[columns])


def test_each_row_carries_exactly_the_sentences_that_hold_the_term(tables):
    text = tables.sentences.set_index(terms.KEYS)["text"]
    table = terms.rates(terms.hits(tables.sentences, TERMS[:5]), tables.articles, by="month", group="doc_id", pooled=True)
    for row in table[table["count"] > 0].to_dict("records"):
        found = [len(terms.pattern(row["term"]).findall(text[place])) for place in row["sources"]]
        assert min(found) > 0 and sum(found) == row["count"] and len(found) == row["hit_sentences"]


def test_an_article_with_tokens_but_without_the_term_has_rate_0_and_rests_on_the_whole_article():
    sentences, articles = corpus("talks on sanctions", "talks again")
    table = terms.rates(terms.hits(sentences, ["sanctions"]), articles, group="doc_id").set_index("group")
    assert table["rate"].tolist() == [pytest.approx(10_000 / 3, abs=1e-6), 0] and table["count"].tolist() == [1, 0]
    assert table.loc["b", "sources"] == [("b", None, None)]


def test_an_article_without_tokens_has_no_rate_and_does_not_divide_by_zero():
    sentences, articles = corpus("talks", "talks")
    table = terms.rates(terms.hits(sentences, ["talks"]), articles.assign(n_tokens=[0, 1]), group="doc_id")
    assert pd.isna(table["rate"][0]) and table["rate"][1] == 10_000


def test_undated_articles_have_their_own_row_and_a_month_without_articles_none():
    sentences, articles = corpus("talks", "talks", "talks", dates=["2024-01-05", None, "2024-03-05"])
    table = terms.rates(terms.hits(sentences, ["talks"]), articles, by="month")
    assert table["lane"].tolist() == ["dated", "dated", "undated"]
    assert table["period"].tolist()[:2] == ["2024-01", "2024-03"] and pd.isna(table["period"][2])


def test_limits_are_those_of_the_articles_and_absent_below_four():
    texts = ["talks " * n + "word " * 50 for n in (1, 3, 2, 5)]
    sentences, articles = corpus(*texts)
    row = terms.rates(terms.hits(sentences, ["talks"]), articles).iloc[0]
    low, high = stats.jackknife([1, 3, 2, 5], articles["n_tokens"], root=True)
    assert (row["low"], row["high"]) == pytest.approx((10_000 * low, 10_000 * high), abs=1e-6)
    three = terms.rates(terms.hits(sentences.head(3), ["talks"]), articles.head(3)).iloc[0]
    assert pd.isna(three["low"]) and three["interval"] == "none: 3 of at least 4 articles"


def test_a_rate_is_the_same_on_every_run(tables):
    hits = terms.hits(tables.sentences, TERMS[:4])
    once, again = (terms.rates(hits, tables.articles, "month", "doc_id", True) for _ in range(2))
    assert once.equals(again)


@pytest.mark.parametrize("term, text, n", [
    ("Taliban", "Taliban’s Tehreek-e-Taliban; Talibanised, TALIBAN.", 3), ("U.S.", "the U.S. and US and U.S", 1),
    ("C++", "C++ or C", 1), ("a.c", "abc a.c", 1), ("(talks", "no (talks) held", 1), ("$5", "it cost $5 or $50", 1),
    ("Afghan soil", "Afghan  soil, Afghan\nsoil, Afghan\u00a0soil, Afghan, soil", 3), ("don't", "don’t or don't", 2),
    ("talk*", "talks, talking, small talk; walkie-talkie", 4), ("*", None, None), ("", None, None), (" | ", None, None),
    ("peace|*", None, None), ("peace||war", "peace and war", 2), ("МИД", "Заявил мид: МИДа", 1), ("和平", "和平 与 和平会", 1)])
def test_a_term_is_a_word_at_its_boundaries_whatever_marks_it_holds(term, text, n):
    if text is None:
        with pytest.raises(ValueError, match="has no word in it"):
            terms.pattern(term)
    else:
        assert len(terms.pattern(term).findall(text)) == n


@settings(max_examples=60)
@given(st.lists(st.sampled_from(["soil", "Soil", "soils", "top-soil", "soil's", "war", "(soil)", "“soil”"]), max_size=25))
def test_a_plain_word_is_found_wherever_a_splitter_of_words_finds_it(words):
    text = " ".join(words)
    assert len(terms.pattern("soil").findall(text)) == sum(w.lower() == "soil" for w in re.split(r"\W+", text))


def test_terms_that_never_occur_are_all_named_with_their_nearest_spellings():
    sentences, _ = corpus("The ministry condemned the attack.")
    with pytest.raises(ValueError, match=r"2 of 3 terms never .*: 'condmen' \(near: condemned\); 'zzzz' \(near: nothing\)"):
        terms.hits(sentences, ["condmen", "attack", "zzzz"])


def test_only_the_role_asked_for_is_counted(tables):
    body, headline = (terms.hits(tables.sentences, ["Pakistan"], role)["count"].sum() for role in ("body", "headline"))
    whole = tables.sentences["text"].str.count(r"(?i)\bpakistan\b").groupby(tables.sentences["role"]).sum()
    assert (body, headline) == (whole["body"], whole["headline"])


def test_spread_tells_dp_and_the_largest_share():
    sentences, articles = corpus("soil soil soil word", "soil word word word", "word word word word", "word word word word")
    row = terms.spread(terms.hits(sentences, ["soil"]), articles).iloc[0]
    # Shares of hits 3/4, 1/4, 0, 0 against 1/4 of the words each: (1/2 + 0 + 1/4 + 1/4) / 2.
    assert row.to_dict() == {"term": "soil", "count": 4, "articles": 2, "largest_share": 0.75, "dp": 0.5,
                             "warning": "one article holds half of it or more"}


def test_the_words_around_an_occurrence_rebuild_its_sentence(tables):
    text = tables.sentences.set_index(terms.KEYS)["text"]
    found = terms.in_context(tables.sentences, "terroris*", width=10_000)
    assert len(found) == terms.hits(tables.sentences, ["terroris*"])["count"].sum()
    for row in found.itertuples():
        assert row.left + row.word + row.right == text[row.doc_id, row.par, row.sent]


def test_the_log_likelihood_of_a_pair_equals_scipys():
    sentences, _ = corpus(*["foreign office said", "foreign office spokesperson", "foreign policy matters",
                            "office spokesperson said"] * 3)
    table = terms.collocations(sentences).set_index("pair")
    # Of 24 pairs, 'foreign office' 6; 'foreign' stands first in 9, 'office' second in 6.
    expected = scipy.stats.chi2_contingency([[6, 3], [0, 15]], correction=False, lambda_="log-likelihood")[0]
    assert table.loc["foreign office", "log_likelihood"] == pytest.approx(expected, abs=0.06)
    assert table.loc["foreign office", ["count", "articles"]].tolist() == [6, 6]


def test_pairs_stay_within_a_sentence_and_repeated_words_or_no_words_do_no_harm():
    sentences, _ = corpus("bank bank bank bank bank", "river", "flood")
    assert terms.collocations(sentences, min_count=1)["pair"].tolist() == ["bank bank"]
    assert terms.collocations(sentences.head(0)).empty


def test_suggested_words_are_those_of_most_articles_and_no_stop_words(tables):
    found = terms.suggest(tables.counts, 6)
    docs = [len(terms.hits(tables.sentences, [w])["doc_id"].unique()) for w in found]
    assert docs == sorted(docs, reverse=True) and not set(found) & lexicons.stopwords()
    assert terms.suggest(tables.counts, 3) == found[:3]


def test_the_sentence_made_from_the_rates_names_the_highest_with_its_basis(tables):
    table = terms.rates(terms.hits(tables.sentences, ["peace", "terroris*"]), tables.articles, group="doc_id", pooled=True)
    top = table[(table["group"] == "all") & (table["term"] == "terroris*")].iloc[0]
    said = terms.said(table)
    assert said.startswith(f"Most frequent is 'terroris*': {top['count']} in 2,140 tokens, {top['rate']:.1f} per 10,000 (")
    assert said.endswith("it stands in 5 of 5 articles.")
    assert "limits" not in terms.said(table.assign(low=np.nan))
