"""Stances compared: means by hand, exact tests by brute force, and refusals where too little stands behind a number."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demarche import compare, stats


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
    assert pd.isna(few["low"]) and few["interval"] == "none: 3 of at least 4 articles"


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
    assert row["smallest_p"] == 2 / 2 ** len(gaps) <= row["p"] and row["n_articles"] == len(gaps)


def test_a_contrast_uses_only_articles_that_hold_both_pairs_and_gives_no_p_below_four():
    table = pd.concat([FIVE[FIVE["doc_id"] < "d"], stances(("z", 1, "P", "Q", 2))], ignore_index=True)
    row = compare.contrast(table, "P", "Q", "R").iloc[0]
    assert (row["n_articles"], row["p"], row["smallest_p"]) == (3, None, 0.25)
    none = compare.contrast(FIVE, "P", "Q", "nobody").iloc[0]
    assert (none["n_articles"], none["difference"], none["p"], none["smallest_p"]) == (0, None, None, 1)


def test_a_row_in_words_tells_its_basis_its_limits_or_that_it_is_too_thin():
    table = compare.pairs(FIVE, articles(*"abcde"), target="Q")
    row = table.iloc[0]
    assert compare.said(table) == (f"P → Q: mean stance -0.90 over 10 sentences of 5 articles, limits {row['low']:.2f} to "
                                   f"{row['high']:.2f}.")
    thin = compare.pairs(stances(("a", 1, "P", "Q", -1)), articles("a"))
    assert compare.said(thin) == "P → Q: mean stance -1.00 over 1 sentence of 1 article; too thin for a conclusion."
    assert compare.said(thin.head(0)) == "No stance of an actor toward another was found."
    assert compare.main(thin) == ("P", "Q") and compare.main(thin.head(0)) == (None, None)


def test_a_change_between_single_articles_or_few_is_no_conclusion():
    single = compare.change(by_month("2024-03-22", None, "2024-11-22", None, None))
    assert single.startswith("P → Q: -1.50 in 2024-03 (2 sentences of 1 article), -2.00 in 2024-11 (2 sentences of 1 article).")
    assert single.endswith("at least 4 articles in each period are needed; with fewer, it may be the articles, not the time.")
    few = by_month("2024-03-22", "2024-03-23", "2024-11-22", None, None)
    assert "No conclusion: at least 4 articles in each period are needed" in compare.change(few)
    assert compare.change(few[few["lane"] == "undated"]).startswith("No two periods with dated articles hold this pair")
    enough = few.assign(n_articles=4)
    assert compare.change(enough).endswith("See the limits of each period.")
