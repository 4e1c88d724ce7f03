"""Terms: counted a second way, over halves that add up, and with text made to break the pattern."""

import re

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from demarche import clauses, lexicons, matrix, prepare, schema, stats, terms

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
    text = tables.sentences.set_index(schema.SENTENCE)["text"]
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
    low, high = stats.jackknife([1, 3, 2, 5], articles["n_tokens"], counts=True)
    assert (row["low"], row["high"]) == pytest.approx((10_000 * low, 10_000 * high), abs=1e-6)
    three = terms.rates(terms.hits(sentences.head(3), ["talks"]), articles.head(3)).iloc[0]
    assert pd.isna(three["low"]) and three["interval"] == "none: 3 of the 4 articles needed"


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
    text = tables.sentences.set_index(schema.SENTENCE)["text"]
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


def test_a_word_of_headlines_alone_is_not_suggested():
    sentences, _ = corpus("Talks failed.")
    sentences = pd.concat([sentences, sentences.assign(sent=2, role="headline", text="Kabul: talks")], ignore_index=True)
    assert terms.suggest(matrix.count(sentences)) == ["failed", "talks"]


def test_no_word_of_saying_and_no_function_word_is_suggested():
    line = ("According to a statement the former minister said, told and added that sanctions, which he reiterated against "
            "neighbours over fishing, were announced on Friday")
    found = terms.suggest(matrix.count(corpus(line, line + " again.")[0]), 50)
    assert set(found) == {"minister", "sanctions", "neighbours", "fishing"}


def quotes(*sizes):
    """A table like `terms.quoted` for a number of articles with text inside of quotes, and outside."""
    rows = [{"term": term, "part": part, "n_articles": n, "n_tokens": 1_000 * n} for term in ("war", "talks")
            for n, part in zip(sizes, ("quotes", "outside")) if n]
    return pd.DataFrame(rows)


def test_quotes_of_few_articles_are_told_with_their_n_and_lead_to_no_conclusion():
    few = terms.voices(quotes(1, 5))
    assert few.startswith("1,000 tokens of 1 article in quotes; 5,000 tokens of 5 articles outside. No conclusion: at least 4 ")
    assert "No conclusion" in terms.voices(quotes(0, 5)) and "quotes;" not in terms.voices(quotes(0, 5))
    assert "No conclusion" in terms.voices(quotes(5, 3)) and "No conclusion" not in terms.voices(quotes(4, 4))


def test_the_limit_of_a_term_that_is_not_quoted_knows_how_often_it_stands_in_an_article(tables):
    text = '"War is near, and {} all must know of it," he said.'
    few = prepare.Tables(tables.folder)
    docs = [chr(97 + i) for i in range(5)]
    texts = [text.format("so") + " Peace, peace, peace." * (i < 2) for i in range(5)]
    few.sentences, few.articles = corpus(*texts, doc_ids=docs)
    few.counts = matrix.count(few.sentences)
    few.statements = pd.DataFrame({"doc_id": docs, "par": 1, "sent": 1, "form": "direct", "holder": None, "speaker": "he",
                                   "start": 0, "end": 42})
    few.sentences = few.sentences.assign(start=0, end=[len(t) for t in texts])
    row = terms.quoted(few, ["peace"], few.articles).query("part == 'quotes'").iloc[0]
    assert row["count"] == 0 and row["n_articles"] == 5 and "3.0 occurrences in one that has it" in row["interval"]
    alone = terms.rates(terms.hits(few.sentences, ["xyz"], strict=False), few.articles).iloc[0]
    assert "1.0 occurrences" in alone["interval"] and row["high"] / alone["high"] > 2


def test_rates_in_quotes_are_those_of_the_articles_asked_for(tables):
    some = tables.articles[tables.articles["doc_id"].str.startswith(("001", "002"))]
    found = terms.quoted(tables, ["Taliban", "terroris*"], some).groupby("part")["n_articles"].max()
    whole = terms.quoted(tables, ["Taliban", "terroris*"], tables.articles).groupby("part")["n_articles"].max()
    assert found["outside"] == 2 and whole["outside"] == 5 and found.get("quotes", 0) <= whole["quotes"]


def test_the_sentence_made_from_the_rates_names_the_highest_with_its_basis(tables):
    table = terms.rates(terms.hits(tables.sentences, ["peace", "terroris*"]), tables.articles, group="doc_id", pooled=True)
    top = table[(table["group"] == "all") & (table["term"] == "terroris*")].iloc[0]
    said = terms.summary(table)
    rate = f"{top['count']} in 2,140 tokens, {top['rate']:.1f} per 10,000 ("
    assert said.startswith(f"Of these 2 terms, the most frequent is 'terroris*': {rate}")
    assert said.endswith("it stands in 5 of 5 articles.")
    assert "CI" not in terms.summary(table.assign(low=np.nan))


KINDS = {"word": ["Taliban", "the", "terroris*", "TTP|Kabul"], "regex": [r"\bterror(?:ism|ists?)\b", r"\d+"]}


@settings(max_examples=60)
@given(st.lists(st.text("aB_İi̇9.,'’-2 sſK", min_size=1, max_size=12), min_size=1, max_size=8),
       st.sampled_from(["a", "b", "s", "i", "k", "9", "2", "a b", "a-b", "a|b", "a*", "*b", "a.b", "a's", "_", "ab|a b"]))
def test_counts_by_codes_are_those_of_the_expression_in_any_text(texts, term):
    sentences, _ = corpus(*texts, doc_ids=[str(i) for i in range(len(texts))])
    found = terms.hits(sentences, [term], strict=False).set_index("doc_id")["count"].to_dict()
    assert found == {str(i): n for i, t in enumerate(texts) if (n := len(terms.pattern(term).findall(t)))}


def test_an_expression_is_taken_as_it_is_and_a_broken_one_refused(tables):
    hits = terms.hits(tables.sentences, KINDS["regex"], kind="regex", counts=tables.counts)
    body = tables.sentences[tables.sentences["role"] == "body"]["text"]
    for term in KINDS["regex"]:
        assert hits.loc[hits["term"] == term, "count"].sum() == body.str.count("(?i)" + term).sum()
    with pytest.raises(ValueError, match="is no regular expression"):
        terms.hits(tables.sentences, ["(talks"], kind="regex")


def test_an_actor_is_counted_by_its_longest_names_only():
    known = pd.DataFrame([("Taliban", "militants", "Taliban", "name", "", ""), ("TTP", "militants", "TTP", "name", "", ""),
                          ("TTP", "militants", "Tehreek-e-Taliban Pakistan", "name", "", ""),
                          ("Pakistan", "state", "Pakistan", "name", "", "")],
                         columns=["actor", "class", "alias", "role", "from", "to"])
    sentences, articles = corpus("The Tehreek-e-Taliban Pakistan (TTP) and the Taliban met in Pakistan.", "Taliban, Taliban’s")
    how = {"kind": "actor", "actors": clauses.Actors(known), "articles": articles}
    found = terms.hits(sentences, ["Taliban", "TTP", "Pakistan"], **how).groupby("term")["count"].sum()
    assert found.to_dict() == {"Taliban": 3, "TTP": 2, "Pakistan": 1}
    assert terms.hits(sentences, ["Tehreek-e-Taliban Pakistan"], **how)["count"].sum() == 2
    with pytest.raises(ValueError, match=r"'Talban' \(near: Taliban\)"):
        terms.hits(sentences, ["Talban"], **how)


def test_dictionaries_are_read_from_yaml_and_csv_and_other_files_refused(tmp_path):
    (tmp_path / "a.yaml").write_text("threat: [terror*, 'attack']\ntalk: dialogue\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("name,term\nthreat,terror*\nthreat,attack\ntalk,dialogue\n", encoding="utf-8")
    expected = {"threat": "terror*|attack", "talk": "dialogue"}
    assert terms.dictionary(tmp_path / "a.yaml") == expected == terms.dictionary(tmp_path / "b.csv")
    sentences, _ = corpus("terrorism and attack", "dialogue")
    assert terms.hits(sentences, expected).groupby("term")["count"].sum().to_dict() == {"threat": 2, "talk": 1}
    (tmp_path / "c.csv").write_text("word\nthreat\n", encoding="utf-8")
    (tmp_path / "d.yaml").write_text("just words", encoding="utf-8")
    (tmp_path / "e.yaml").write_text("a: &a [x]\nb: [*a, *a]\n", encoding="utf-8")  # lists of lists of lists never end
    (tmp_path / "f.yaml").write_text("a: {b: [x]}\n", encoding="utf-8")
    for name, said in (("c.csv", "c.csv: no column 'name', 'term'"), *((f"{x}.yaml", "a dictionary is YAML") for x in "def")):
        with pytest.raises(ValueError, match=said):
            terms.dictionary(tmp_path / name)


@pytest.mark.parametrize("term", ["Pakistan", "the", "terroris*", "Foreign Office"])
def test_inside_quotes_and_outside_add_up_to_the_whole_body(tables, term):
    whole = terms.hits(tables.sentences, [term], counts=tables.counts)["count"].sum()
    halves = [terms.part(tables, inside=inside) for inside in ("quotes", "outside")]
    found = [terms.hits(texts, [term], counts=counts, strict=False)["count"].sum() for texts, counts, _ in halves]
    assert sum(found) == whole and halves[0][2]["n_tokens"].sum() > 50
    tokens = sum(articles["n_tokens"].sum() for *_, articles in halves)
    assert abs(tokens - tables.articles["n_tokens"].sum()) < 20  # a word that a quote cuts in two


def test_what_a_speaker_says_lies_in_statements_of_that_speaker(tables):
    texts, counts, articles = terms.part(tables, speaker=True)
    rates = terms.rates(terms.hits(texts, ["terroris*"], counts=counts), articles, group="speaker")
    row = rates[rates["count"] > 0].iloc[0]
    said = tables.statements[tables.statements["holder"].fillna(tables.statements["speaker"]) == row["group"]]
    text = tables.articles.set_index("doc_id")["text"]
    body = said.merge(tables.sentences.query("role == 'body'")[schema.SENTENCE])
    n = sum(len(terms.pattern("terroris*").findall(text[s.doc_id][s.start:s.end])) for s in body.itertuples())
    assert row["count"] == n and row["n_articles"] == body["doc_id"].nunique()
    places = set(body[schema.SENTENCE].itertuples(index=False, name=None))
    assert row["hit_sentences"] <= len(body) and set(row["sources"]) <= places


def test_the_part_of_a_role_has_the_tokens_of_that_role(tables):
    _, _, articles = terms.part(tables, "headline")
    heads = tables.counts.ids["role"].eq("headline").to_numpy()
    assert articles["n_tokens"].sum() == tables.counts.matrix[np.flatnonzero(heads)].sum()
    assert set(articles["doc_id"]) == set(tables.counts.ids.loc[heads, "doc_id"])


def test_copies_of_a_story_are_one_in_the_limits():
    texts = ["talks " * n + "word " * 50 for n in (1, 3, 2, 5, 4)]
    sentences, articles = corpus(*texts, *texts[:1] * 3)
    told = articles.assign(story_id=["a", "b", "c", "d", "e", "a", "a", "a"])
    row = terms.rates(terms.hits(sentences, ["talks"]), told).iloc[0]
    assert row["n_stories"] == 5 and "over 5 stories" in row["interval"] and row["n_articles"] == 8
    low, _ = stats.jackknife([4, 3, 2, 5, 4], [4 * 51, 53, 52, 55, 54], counts=True)
    assert row["low"] == pytest.approx(10_000 * low, abs=1e-6)


def test_dates_between_two_days_have_a_lane():
    sentences, articles = corpus("talks", "talks", "word", "talks")
    articles = articles.assign(date=pd.Series(["2024-01-05", None, None, None], dtype="str"),
                               date_from=[None, "2024-01-22", None, "2024-02-03"],
                               date_to=[None, "2024-02-10", "2024-09-01", "2024-02-04"])
    hits = terms.hits(sentences, ["talks"])
    table = terms.rates(hits, articles, by="month")
    assert table[["period", "lane"]].fillna("").to_numpy().tolist() == [
        ["2024-01", "dated"], ["2024-01-22/2024-02-10", "between"], ["2024-02", "dated"], ["", "undated"]]
    assert table["toward"].tolist() == ["", "", "", "before"]


@pytest.mark.parametrize("by, name, day", [("day", "2024-12-30", "2024-12-30"), ("week", "2025-W01", "2024-12-30"), (
    "month", "2024-12", "2024-12-01"), ("quarter", "2024-Q4", "2024-10-01"), ("year", "2024", "2024-01-01")])
def test_a_period_has_its_name_and_first_day(by, name, day):
    named = stats.period(pd.Series(["2024-12-30", None], dtype="str"), by)
    assert named[0] == name and pd.isna(named[1]) and stats.first_day(named)[0] == pd.Timestamp(day)
    assert stats.first_day(pd.Series(["a/b", "2024-01-01/2024-02-01", None])).isna().all()


def test_the_last_period_is_partial_where_the_articles_end_early():
    days = pd.date_range("2024-01-01", "2024-03-10").strftime("%Y-%m-%d")
    articles = pd.DataFrame({"date": pd.Series(days, dtype="str")})
    assert stats.unfinished(articles, "month") == "2024-03" and stats.unfinished(articles.head(60), "month") is None
    assert stats.unfinished(articles.iloc[::40], "month") is None and stats.unfinished(articles, "day") is None


def test_sorted_words_in_context(tables):
    right, left = (terms.in_context(tables.sentences, "Pakistan", sort=side) for side in ("right", "left"))
    after = [re.findall(r"\w+", t.lower()) for t in right["right"]]
    before = [re.findall(r"\w+", t.lower())[::-1] for t in left["left"]]
    assert after == sorted(after, key=" ".join) and before == sorted(before, key=" ".join)
    assert sorted(map(tuple, right.to_numpy().tolist())) == sorted(map(tuple, left.to_numpy().tolist()))


def test_where_no_article_has_a_word_to_count_one_clear_line_says_why(tmp_path):
    german = "Das Auswärtige Amt hat heute in Berlin den Angriff auf die Botschaft scharf verurteilt und mahnte zur Ruhe. "
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text(german * 3, encoding="utf-8")
    prepare.prepare(tmp_path / "raw", tmp_path / "out")
    counts = prepare.Tables(tmp_path / "out").counts
    with pytest.raises(ValueError, match="no word to count: no article in a language with a pack"):
        terms.suggest(counts)
    with pytest.raises(ValueError, match="no term to count"):
        terms.hits(corpus("talks")[0], [])
