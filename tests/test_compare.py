"""Stances compared: means by hand, exact tests by brute force, and refusals where too little stands behind a number."""

import itertools

import numpy as np
import pandas as pd
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from demarche import compare, lexicons, matrix, schema, stats


def stances(*rows):
    """A table of stances from (doc_id, sent, holder, target, stance)."""
    table = pd.DataFrame(rows, columns=["doc_id", "sent", "holder", "target", "stance"])
    return table.assign(par=1, statement=table.groupby(["doc_id", "sent"]).cumcount() + 1).astype({"stance": float})


def articles(*doc_ids, dates=None):
    return pd.DataFrame({"doc_id": list(doc_ids), "n_tokens": 100, "n_sentences": 9, "outlet": "Dawn",
                         "date": pd.Series(dates or [None] * len(doc_ids), dtype="str")})


FIVE = stances(*[(d, s, "P", t, v) for d, values in zip("abcde", ([-2, -1], [-1, 0], [-2, -2], [0, 1], [-1, -1]))
                 for s, v in enumerate(values, start=1) for t in "QR"],
               *[(d, 3, "P", "R", 2) for d in "abcd"])


def test_a_mean_is_over_sentences_and_a_pair_counts_once_in_each():
    table = stances(("a", 1, "P", "Q", -2), ("a", 1, "P", "Q", 0), ("a", 2, "P", "Q", 1))
    row = compare.pairs(table, articles("a")).iloc[0]
    assert (row["mean"], row["n_statements"], row["sources"]) == (0, 2, [("a", 1, 1), ("a", 1, 2)])
    assert row["share_negative"] == 0.5


def test_abstentions_are_left_out_of_means_and_counts():
    table = stances(("a", 1, "P", "Q", None), ("a", 2, "P", "Q", -1), ("a", 3, "R", "Q", None))
    found = compare.pairs(table, articles("a"))
    assert found[["pair", "mean", "n_statements"]].values.tolist() == [["P → Q", -1, 1]]


def test_pooled_rows_equal_the_means_of_their_articles_weighted_by_sentences():
    table = compare.pairs(FIVE, articles(*"abcde"), group="doc_id", pooled=True)
    for _, part in table.groupby("pair"):
        pooled, own = part[part["group"] == "all"].iloc[0], part[part["group"] != "all"]
        assert pooled["n_statements"] == own["n_statements"].sum() and pooled["n_articles"] == len(own) == 5
        assert pooled["mean"] == pytest.approx(np.average(own["mean"], weights=own["n_statements"]), abs=1e-6)


def test_counts_of_two_halves_of_the_articles_add_up():
    whole = compare.pairs(FIVE, articles(*"abcde")).set_index("pair")["n_statements"]
    halves = [compare.pairs(FIVE[FIVE["doc_id"].isin(list(h))], articles(*h)).set_index("pair")["n_statements"]
              for h in ("ab", "cde")]
    assert (halves[0] + halves[1]).to_dict() == whole.to_dict()


def test_limits_are_the_jackknife_over_articles_and_absent_below_four():
    row = compare.pairs(FIVE, articles(*"abcde"), target="Q").iloc[0]
    sums, sizes = FIVE[FIVE["target"] == "Q"].groupby("doc_id")["stance"].agg(["sum", "size"]).T.to_numpy()
    low, high = stats.jackknife(sums, sizes)
    assert (row["low"], row["high"]) == pytest.approx((max(low, -2), high), abs=1e-6)  # cut at the end of the scale
    assert "over 5 articles, 95% nominal" in row["interval"] and row["interval"].endswith("% in simulation")
    few = compare.pairs(FIVE[FIVE["doc_id"] < "d"], articles(*"abc"), target="Q").iloc[0]
    assert pd.isna(few["low"]) and few["interval"] == "none: 3 of the 4 articles needed"


def test_a_mean_is_thin_from_one_article_or_few_sentences_but_an_articles_own_row_only_from_few():
    table = stances(*[("a", s, "P", "Q", 1) for s in range(1, 7)], *[("b", s, "R", "Q", 1) for s in range(1, 3)],
                    *[("c", s, "R", "Q", 0) for s in range(1, 5)])
    found = compare.pairs(table, articles("a", "b", "c"), group="doc_id", pooled=True).set_index(["pair", "group"])["thin"]
    assert found.to_dict() == {("P → Q", "all"): True, ("P → Q", "a"): False, ("R → Q", "all"): False, ("R → Q", "b"): True,
                               ("R → Q", "c"): True}


def by_month(*dates):
    return compare.pairs(FIVE, articles(*"abcde", dates=list(dates)), "P", "Q", by="month")


def test_undated_articles_have_their_own_row():
    table = by_month("2024-03-22", None, "2024-11-22", None, "2024-11-01")
    assert table.set_index("period")["n_articles"].sort_values().tolist() == [1, 2, 2]
    undated = table[table["lane"] == "undated"].iloc[0]
    assert pd.isna(undated["period"]) and {d for d, _, _ in undated["sources"]} == {"b", "d"}


def test_the_pair_with_most_sentences_comes_first_and_ties_go_by_name():
    found = compare.pairs(FIVE, articles(*"abcde"))
    assert found["pair"].tolist() == ["P → R", "P → Q"]
    assert found.equals(compare.pairs(FIVE.sample(frac=1, random_state=2), articles(*"edcba")))


def test_a_holder_or_target_that_never_speaks_gives_an_empty_table_with_its_columns():
    found = compare.pairs(FIVE, articles(*"abcde"), holder="nobody")
    assert found.empty and {"pair", "mean", "low", "thin", "sources"} <= set(found)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(-2, 2), st.integers(-2, 2)), min_size=4, max_size=8))
def test_a_contrast_equals_brute_force_over_the_articles(values):
    rows = [(f"d{i}", s, "P", t, v) for i, pair in enumerate(values) for s, (t, v) in enumerate(zip("QR", pair), start=1)]
    row = compare.contrast(stances(*rows), "P", "Q", "R").iloc[0]
    gaps = [a - b for a, b in values]
    sums = [abs(sum(s * g for s, g in zip(signs, gaps))) for signs in itertools.product((1, -1), repeat=len(gaps))]
    assert row["difference"] == pytest.approx(np.mean(gaps))
    assert row["p"] == pytest.approx(np.mean([s >= abs(sum(gaps)) for s in sums]))
    assert row["smallest_p"] == min(1, 2 / 2 ** np.count_nonzero(gaps)) <= row["p"] and row["n_articles"] == len(gaps)


def test_a_contrast_uses_only_articles_that_hold_both_pairs_and_gives_no_p_below_four():
    table = pd.concat([FIVE[FIVE["doc_id"] < "d"], stances(("z", 1, "P", "Q", 2))], ignore_index=True)
    row = compare.contrast(table, "P", "Q", "R").iloc[0]
    assert (row["n_articles"], row["p"], row["smallest_p"]) == (3, None, 0.25)
    none = compare.contrast(FIVE, "P", "Q", "nobody").iloc[0]
    assert (none["n_articles"], none["difference"], none["p"], none["smallest_p"]) == (0, None, None, 1)


def test_a_row_in_words_tells_its_basis_its_limits_or_that_it_is_too_thin():
    table = compare.pairs(FIVE, articles(*"abcde"), target="Q")
    row = table.iloc[0]
    alone = "by the machine alone, over"
    assert compare.summary(table) == (
        f"P → Q: mean stance -0.90 {alone} 10 sentences of 5 articles, 95% CI {row['low']:.2f} to {row['high']:.2f}.")
    thin = compare.pairs(stances(("a", 1, "P", "Q", -1)), articles("a"))
    assert compare.summary(thin) == (f"P → Q: mean stance -1.00 {alone} 1 sentence of 1 article, no interval (1 of the 4 "
                                     "articles needed); too thin for a conclusion.")
    assert compare.summary(thin.head(0)) == "No stance of an actor toward another was found."
    assert compare.main(thin) == ("P", "Q") and compare.main(thin.head(0)) == (None, None)


def test_a_change_between_single_articles_or_few_is_no_conclusion():
    single = compare.change(by_month("2024-03-22", None, "2024-11-22", None, None))
    assert single.startswith("P → Q, by the machine alone, each sentence counted once: -1.50 in 2024-03 (2 sentences of 1 "
                             "article), -2.00 in 2")
    assert single.endswith("at least 4 articles in each period are needed; with fewer, it may be the articles, not the time.")
    few = by_month("2024-03-22", "2024-03-23", "2024-11-22", None, None)
    assert "No conclusion: at least 4 articles in each period are needed" in compare.change(few)
    assert compare.change(few[few["lane"] == "undated"]).startswith("No two periods with dated articles hold this pair")
    enough = few.assign(n_articles=4)
    assert compare.change(enough).endswith("See the intervals of each period.")
    coded = compare.pairs(stances(("a", 1, "P", "Q", 1)), articles("a").assign(date="2024-03-22"), by="month")
    assert "; as coded: 1.00 in 2024-03 (1 sentence of 1 article). No" in compare.change(few, coded)
    assert compare.change(few, coded.head(0)) == compare.change(few) == compare.change(few, coded.assign(period="2023-01"))


def test_near_duplicates_count_as_one_story_for_limits_and_means_per_story():
    docs = articles(*"abcde").assign(story_id=["s", "s", "s", None, None])
    row = compare.pairs(FIVE, docs, target="Q").iloc[0]
    assert (row["n_articles"], row["n_stories"], row["interval"]) == (5, 3, "none: 3 of the 4 stories needed")
    assert pd.isna(compare.pairs(FIVE, articles(*"abcde")).iloc[0]["n_stories"])
    q = FIVE[FIVE["target"] == "Q"].groupby("doc_id")["stance"].mean()
    means = {per: compare.pairs(FIVE, docs, target="Q", per=per).iloc[0]["mean"] for per in ("sentence", "article", "story")}
    assert means["article"] == pytest.approx(q.mean()) and means["story"] == pytest.approx((q[:3].mean() + q["d"] + q["e"]) / 3)
    assert means["sentence"] == pytest.approx(-0.9)


@settings(max_examples=10)
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(-2, 2)), min_size=1, max_size=20))
def test_a_mean_per_article_knows_no_number_of_sentences(values):
    rows = stances(*[(d, s, "P", "Q", v) for s, (d, v) in enumerate(values, start=1)])
    row = compare.pairs(rows, articles(*"abcdef"), per="article").iloc[0]
    assert row["mean"] == pytest.approx(rows.groupby("doc_id")["stance"].mean().mean(), abs=1e-6)
    assert row["n_statements"] == len(values) and len(row["sources"]) == len(values)


def test_pairs_within_forms_add_up_to_all_and_none_give_an_empty_table():
    table = FIVE.assign(form=np.where(FIVE["sent"] == 1, "direct", "action"))
    found = compare.within(table, articles(*"abcde"), "form", holder="P", target="R")
    assert found.set_index("group")["n_statements"].to_dict() == {"action": 9, "direct": 5}
    assert compare.within(table.head(0), articles("a"), "form").empty
    whole = compare.within(table, articles(*"abcde"), "form", holder=None)
    assert whole["n_statements"].sum() == len(table), "None is any holder"
    spoken = compare.speakers(table, table[["doc_id", "par", "sent", "statement"]].assign(speaker="she"))
    assert set(spoken["speaker"]) == {"she"} and len(spoken) == len(table)


def test_an_article_that_may_lie_on_both_sides_of_a_day_lies_on_none():
    docs = articles(*"abcde").assign(date=["2024-03-22", "2024-11-22", None, None, None],
                                     date_from=["2024-03-22", "2024-11-22", None, None, "2024-12-01"],
                                     date_to=["2024-03-22", "2024-11-22", None, "2024-05-01", None])
    sides = compare.sides(docs, "2024-10-01")["side"]
    assert sides.isna().tolist() == [False, False, True, False, False]
    assert sides[0] == sides[3] == "before 2024-10-01" and sides[1] == sides[4] == "since 2024-10-01"
    assert compare.sides(docs)["side"][1] == "since 2024-11-22"
    assert compare.sides(docs.assign(date=None, date_from=None, date_to=None))["side"].isna().all()


def two_groups(n, m):
    rng = np.random.default_rng(n)
    names = [f"d{i}" for i in range(n + m)]
    table = stances(*[(d, s, "P", "Q", v) for d in names for s, v in enumerate(rng.integers(-2, 3, 2), start=1)])
    return table, articles(*names).assign(outlet=["Dawn"] * n + ["Sun"] * m)


def test_a_difference_is_that_of_article_means_with_the_p_of_all_splits():
    table, docs = two_groups(4, 5)
    row = compare.difference(table, docs, "P", "Q", "outlet").iloc[0]
    own = table.groupby("doc_id")["stance"].mean()
    assert row["difference"] == pytest.approx(own[:4].mean() - own[4:].mean(), abs=1e-6)
    assert (row["p"], row["smallest_p"]) == stats.permutation(own[:4], own[4:])
    assert len(row["sources_first"]) == 8 and (row["n_first"], row["n_second"]) == (4, 5)
    said = compare.answer(compare.difference(table, docs, "P", "Q", "outlet"))
    assert f"p = {row['p']:.2g} by exact permutation of articles" in said and "(Dawn, 4 articles)" in said
    many = compare.difference(table, docs, "P", "Q", "outlet").assign(smallest_p=1 / stats.DEALS)
    assert "by 20,000 random deals of articles (at best 5e-05)" in compare.answer(many)
    found = compare.difference(table, docs, "P", "Q", "outlet")
    assert "; as coded: " in compare.answer(found, found) and ",." not in compare.answer(found, found)
    assert compare.answer(found, found.assign(pair="P → R")) == said, "codings of another pair"


def test_one_article_against_one_gives_both_means_and_no_conclusion():
    table, docs = two_groups(1, 1)
    found = compare.difference(table, docs, "P", "Q", "outlet")
    said = compare.answer(found)
    assert found["p"][0] is None and "Beyond these articles nothing follows: each group needs at least 4 articles." in said
    assert f"{found['mean_first'][0]:.2f} (Dawn, 1 article)" in said
    as_coded = compare.answer(found, found.assign(mean_first=0.5, mean_second=-0.25))
    assert "(Sun, 1 article); as coded: 0.50 (Dawn, 1 article) and -0.25 (Sun, 1 article). Beyond" in as_coded
    assert compare.answer(found, compare.difference(table.head(0), docs, "P", "Q", "outlet", "Dawn", "Sun")) == said
    assert compare.answer(found, found.assign(first="Another")) == said, "codings of other groups are no codings of these"
    alone = compare.answer(compare.difference(table, docs.head(1), "P", "Q", "outlet"))
    assert f"(only {docs['outlet'][0]} does): nothing to compare" in alone
    assert "nothing to compare" in compare.answer(compare.difference(table, docs, "P", "nobody", "outlet"))


def test_an_answer_gives_no_difference_that_its_rounded_means_belie():
    table = stances(("a", 1, "P", "Q", -0.2848), ("b", 1, "P", "Q", -0.2995))
    said = compare.answer(compare.difference(table, articles("a", "b").assign(outlet=["Dawn", "Sun"]), "P", "Q", "outlet"))
    assert "-0.28 (Dawn" in said and "-0.30 (Sun" in said and "0.01" not in said and "0.02" not in said


def test_the_strongest_words_of_both_sides_come_first(tables):
    told = tables.sentences["text"].str.contains("terroris")
    places = [[*tables.sentences.loc[side, compare.SENTENCE].itertuples(index=False, name=None)] for side in (told, ~told)]
    found = compare.words(tables.counts, pd.DataFrame({"target": ["of terror", "of else"], "sources": places}))
    assert set(found.loc[found["leans"] == "of terror", "word"]) & {"terrorism", "terrorist", "terrorists"}
    assert found["z"].abs().is_monotonic_decreasing and found["leans"].nunique() == 2, "of each side its own"
    assert found["z"].abs().min() >= 1, "no word that only the length of a text sets apart"


def test_copies_of_a_story_are_no_further_evidence():
    table, docs = two_groups(4, 4)
    copies = pd.concat([table, table.assign(doc_id="copy-" + table["doc_id"])], ignore_index=True)
    more = pd.concat([docs, docs.assign(doc_id="copy-" + docs["doc_id"])], ignore_index=True)
    more["story_id"] = more["doc_id"].str.removeprefix("copy-")
    one, two = (compare.difference(t, d, "P", "Q", "outlet").iloc[0] for t, d in ((table, docs), (copies, more)))
    assert (one["p"], one["n_first"], one["difference"]) == (two["p"], two["n_first"], two["difference"])


def sentences(*rows):
    """A table of sentences from (doc_id, sent, text)."""
    return pd.DataFrame(rows, columns=["doc_id", "sent", "text"]).assign(par=1, role="body")


def test_words_that_one_side_alone_uses_lead_its_side_and_carry_their_sentences():
    told = sentences(*[(f"d{i}", 1, "officials praise cooperation warmly") for i in range(3)],
                     *[(f"d{i}", 2, "officials condemn terrorism firmly") for i in range(3)])
    counts = matrix.count(told)
    rows = pd.DataFrame({"target": ["Q", "R"], "sources": [[(f"d{i}", 1, s) for i in range(3)] for s in (1, 2)]})
    found = compare.words(counts, rows).set_index("word")
    assert {"praise", "cooperation", "warmly"} <= set(found.index[found["leans"] == "Q"])
    assert {"condemn", "terrorism"} <= set(found.index[found["leans"] == "R"]) and "officials" not in found.index
    assert found.loc["condemn", "sources"] == [(f"d{i}", 1, 2) for i in range(3)] and (found["count_first"] <= 3).all()
    assert found["low"].isna().all() and found["interval"].eq("none: 3 of the 20 articles needed on a side").all()
    swapped = compare.words(counts, rows.iloc[::-1]).set_index("word")["delta"]
    assert swapped.to_dict() == pytest.approx((-found["delta"]).to_dict())
    same = rows.assign(sources=[rows["sources"][0]] * 2)
    assert compare.words(counts, rows.head(1)).empty and compare.words(counts, same).empty


def test_limits_of_words_are_those_of_leaving_each_article_out():
    rng, vocabulary = np.random.default_rng(5), np.array(["alpha", "beta", "gamma", "delta", "omega"])
    told = sentences(*[(f"d{i:02}", s, " ".join(rng.choice(vocabulary, 12, p=p))) for i in range(22)
                       for s, p in ((1, [0.4, 0.2, 0.2, 0.1, 0.1]), (2, [0.1, 0.2, 0.2, 0.1, 0.4]))])
    counts = matrix.count(told)
    rows = pd.DataFrame({"target": ["Q", "R"], "sources": [[(f"d{i:02}", 1, s) for i in range(22)] for s in (1, 2)]})
    row = compare.words(counts, rows).set_index("word").loc["alpha"]
    dense = counts.matrix.toarray()
    a, b = dense[told["sent"] == 1], dense[told["sent"] == 2]
    prior, k = (a + b).sum(0) / (a + b).sum() * 5, list(counts.terms).index("alpha")
    left = [stats.log_odds(np.delete(a, i, 0).sum(0), np.delete(b, i, 0).sum(0), prior)[0][k] for i in range(22)]
    error = (21 / 22 * ((np.array(left) - np.mean(left)) ** 2).sum()) ** 0.5
    shown = len(compare.words(counts, rows))
    reach = scipy.stats.t.ppf(1 - 0.05 * shown / 5 / 2, 21)  # of five words that could be
    assert row["high"] - row["delta"] == pytest.approx(reach * error, abs=1e-5) and row["low"] > 0
    assert row["interval"] == f"jackknife t over 22 articles, 95% nominal, {shown} of 5 words"


BRIEFING = sentences(
    ("a", 1, "The ministry strongly condemned the attack on the embassy compound in the capital"),
    ("b", 1, "The ministry condemned the attack on the embassy compound, it said in the capital"),
    ("c", 1, "Gardeners expect a long and dry summer with many roses this year"),
    ("a", 2, "It promised talks about water sharing and river dams with neighbours"),
    ("c", 2, "It promised new talks about water sharing and the river dams with its neighbours"))


def telling(dates=("2024-05-01", "2024-05-02", "2024-05-02"), values=(-2, -1, 0, 1, 1), outlets=("Dawn", "Sun", "Sun"),
            story=(None,) * 3):
    docs = articles(*"abc", dates=list(dates)).assign(outlet=list(outlets), story_id=list(story))
    docs = docs.assign(date_from=docs["date"], date_to=docs["date"])
    said = BRIEFING[["doc_id", "par", "sent"]].assign(statement=1, holder="P", form="indirect", via="alias")
    table = stances(*[(d, s, "P", "Q", v) for d, s, v in zip(BRIEFING["doc_id"], BRIEFING["sent"], values)])
    return compare.retold(said, table, BRIEFING, docs)


def test_one_utterance_told_by_several_is_kept_softened_or_dropped():
    found = telling().set_index(["utterance", "doc_id"])["how"]
    assert found.to_dict() == {(1, "a"): "kept", (1, "b"): "softened", (1, "c"): "dropped",
                               (2, "a"): "kept", (2, "b"): "dropped", (2, "c"): "kept"}
    assert compare.shared(telling()) == "2 utterances told in 3 articles of 2 outlets: 3 kept, 1 softened, 2 dropped."


def test_an_outlets_own_copies_are_no_tellings_but_copies_of_other_or_unknown_outlets_are():
    copies = telling(outlets=("Dawn", "Dawn", "Sun"), story=("a", "a", "c"))
    assert set(copies["doc_id"]) == {"a", "c"} and set(copies["utterance"]) == {1}, "b is Dawn's own copy of a"
    assert compare.shared(copies) == "1 utterance told in 2 articles of 2 outlets: 2 kept, 0 softened, 0 dropped."
    assert set(telling(dates=(None, "2024-05-02", "2024-05-02"), outlets=("Dawn", "Dawn", "Sun"),
                       story=("a", "a", "c"))["doc_id"]) == set(), "the earliest stands, and b shares nothing with c"
    assert telling(outlets=("Dawn",) * 3, story=("a",) * 3).empty, "one outlet, one story"
    for outlets in (("Dawn", "Sun", "Star"), (None, None, None)):
        assert set(telling(outlets=outlets, story=("a", "a", "c"))["doc_id"]) == {"a", "b", "c"}
    assert " of 0 known outlets:" in compare.shared(telling(outlets=(None,) * 3))
    assert " of 1 known outlet:" in compare.shared(telling(outlets=("Dawn", None, None)))
    assert " of one outlet: nothing to compare." in compare.shared(telling(outlets=("Dawn",) * 3)), "its stories are its own"


def test_far_days_are_no_one_briefing_and_an_undated_article_is_near_all():
    assert telling(dates=("2024-05-01", "2024-08-02", "2024-12-02")).empty
    assert set(telling(dates=(None, "2024-08-02", "2024-12-02"))["doc_id"]) == {"a", "b", "c"}
    assert compare.shared(telling(dates=("2024-05-01", "2024-08-02", "2024-12-02"))).startswith("No two articles tell")


def test_tellings_are_counted_by_statement_story_or_article():
    counted = compare.tally(telling())
    assert counted["n"].sum() == 6 and counted.groupby("group")["share"].sum().tolist() == pytest.approx([1, 1])
    dropped = counted[counted["how"] == "dropped"]["sources"].sum()
    assert sorted(dropped) == [("b", None, None), ("c", None, None)]
    assert compare.tally(telling().head(0)).empty


def test_a_general_sentiment_score_calls_a_shared_worry_negative():
    told = sentences(("a", 1, "Pakistan thanked Kabul for joint work against horrible terrorist killings and brutal murder"))
    rows = compare.pairs(stances(("a", 1, "Pakistan", "Afghanistan", 2)), articles("a"))
    found = compare.tone(rows, told).set_index("measure")["mean"]
    assert found["all"] == 1 and found["VADER"] < 0


def test_a_sign_that_every_choice_gives_holds_everywhere_and_the_breaking_choice_is_named():
    table = stances(("a", 1, "P", "Q", -2), ("a", 2, "P", "Q", -2), ("b", 1, "P", "Q", 1), ("c", 1, "P", "Q", 1))
    table = table.assign(form=["indirect", "indirect", "action", "action"], evidence="[]")
    said = table[["doc_id", "par", "sent", "statement"]].assign(via="alias")
    docs, actors = articles(*"abc", dates=["2024-05-01", None, None]), lexicons.actors()
    rows = compare.pairs(table, docs)
    found = compare.multiverse(table, said, docs, actors, rows)
    shares = compare.robust(found, rows).set_index("choice")["share"]
    assert found["holds"].notna().sum() == 24 and found.loc[found["words"] == "listed", "holds"].isna().all()
    assert not {"duplicates: all", "actors: as named"} & set(shares.index), "they change nothing here"
    assert shares["dates: dated"] == shares["clauses: reported words"] == 1 > shares["all choices"]
    assert shares["weight: article"] < shares["weight: sentence"]
    text = compare.holds(compare.robust(found, rows))
    assert f"holds in {shares['all choices']:.0%} of 24 specifications" in text and "; least with " in text
    assert "No conclusion: at least 4 articles in each pair are needed" in text, "three articles are few in 24 ways, too"
    assert compare.holds(compare.robust(found, rows).head(0)) == "No pair to try."


def test_listed_words_and_armed_groups_as_one_are_choices_with_an_effect():
    table = stances(("a", 1, "P", "Islamic State", -1), ("a", 2, "P", "militants", 2)).assign(
        form="indirect", evidence=['[[0, 9, "brotherly"]]', "[]"])
    said = table[["doc_id", "par", "sent", "statement"]].assign(via="alias")
    actors = pd.DataFrame({"actor": ["Islamic State", "militants"], "class": "militants"})
    rows = compare.pairs(table, articles("a")).query("target == 'Islamic State'")
    found = compare.multiverse(table, said, articles("a"), actors, rows).groupby(["words", "actors"])["mean"].first()
    assert found["learned", "as named"] == -1 and found["learned", "armed groups as one"] == 0.5
    assert found["listed", "as named"] > 0


def test_results_of_the_five_articles_add_up_and_lead_to_their_sentences(tables):
    rows = compare.pairs(tables.stances, tables.articles)
    place = set(tables.sentences[["doc_id", "par", "sent"]].itertuples(index=False, name=None))
    words = compare.words(tables.counts, rows[rows["holder"] == rows["holder"][0]])
    assert all(set(s) <= place and s for s in [*rows["sources"], *words["sources"]])
    tone = compare.tone(rows.head(3), tables.sentences)
    assert tone["mean"].between(-1, 1).all() and len(tone) == 6
    month = tables.articles.assign(month=tables.articles["date"].str[:7])
    assert "Beyond these articles nothing follows" in compare.answer(
        compare.difference(tables.stances, month, "Pakistan", "Afghanistan", "month"))


def test_results_have_the_columns_that_the_dictionary_tells(tables):
    rows = compare.pairs(tables.stances, tables.articles)
    made = {"pairs": rows, "retold": telling(), "keywords": compare.words(tables.counts, rows),
            "differences": compare.difference(tables.stances, tables.articles, "Pakistan", "Afghanistan", "outlet"),
            "multiverse": compare.multiverse(tables.stances, tables.statements, tables.articles, lexicons.actors(),
                                             rows.head(1))}
    for name, table in made.items():
        assert len(schema.conform(name, table)) == len(table) > 0
        assert set(table) - {"sources", "sources_first", "sources_second"} == set(schema.TABLES[name].columns)
