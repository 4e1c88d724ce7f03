"""Change: against second ways to the same number, on series made to rise, jump or stay, and with too little to say anything."""

import numpy as np
import pandas as pd
import pytest
import ruptures
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from demarche import change, matrix, stats, style, terms

WORD = "soil"


@pytest.fixture(autouse=True)
def few_shuffles(monkeypatch):
    monkeypatch.setattr(change, "SHUFFLES", 111)


def corpus(n=240, months=24, factor=1.0, seed=1, outlets=("A", "B"), start=12):
    """(hits, articles): Poisson counts of one word, `factor` times as many from month `start` on."""
    rng = np.random.default_rng(seed)
    month = np.sort(rng.integers(0, months, n))
    count = rng.poisson(2 * np.where(month >= start, factor, 1))
    days = [f"{2020 + m // 12}-{m % 12 + 1:02}-15" for m in month]
    articles = pd.DataFrame({"doc_id": [f"a{i:03}" for i in range(n)], "date": pd.Series(days, dtype="str"), "n_tokens": 400,
                             "n_sentences": 9, "outlet": rng.choice(outlets, n)})
    hits = articles[["doc_id"]].assign(term=WORD, par=1, sent=1, count=count)
    return hits[hits["count"] > 0], articles


def series(values, start="2020-01"):
    names = pd.period_range(start, periods=len(values), freq="M").strftime("%Y-%m")
    return pd.DataFrame({"term": WORD, "group": "all", "period": names, "lane": "dated", "rate": np.asarray(values, float),
                         "n_articles": 10, "partial": False})


@settings(max_examples=25)
@given(st.lists(st.integers(0, 60), min_size=10, max_size=30, unique=True))
def test_tau_is_scipys_and_the_test_is_never_surer_than_the_plain_one(values):
    row, n = change.trend(series(values)).iloc[0], len(values)
    tau = scipy.stats.kendalltau(range(n), values)[0]
    assert row["tau"] == pytest.approx(tau, abs=1e-6)
    s = tau * n * (n - 1) / 2
    plain = 2 * scipy.stats.norm.sf(max(abs(s) - 1, 0) / np.sqrt(n * (n - 1) * (2 * n + 5) / 18))
    assert row["p"] >= plain - 1e-6 and row["low"] <= row["slope"] <= row["high"]


def test_a_straight_rise_has_its_slope_per_year_and_a_constant_has_no_trend():
    row = change.trend(series(np.arange(24))).iloc[0]
    assert row["slope"] == pytest.approx(12, abs=0.2) and row["said"] == "rises"
    flat = change.trend(series(np.full(24, 3))).iloc[0]
    assert flat["p"] == 1 and flat["said"] == "no trend shown"


def test_autocorrelated_noise_widens_the_test():
    rng = np.random.default_rng(3)
    wave = np.zeros(60)
    for i in range(1, 60):
        wave[i] = 0.9 * wave[i - 1] + rng.normal()
    wave += 0.05 * np.arange(60)
    ours, plain = change.trend(series(wave + 20)).iloc[0], scipy.stats.kendalltau(range(60), wave)[1]
    narrow = np.subtract(*scipy.stats.theilslopes(wave, np.arange(60) / 12)[3:1:-1])
    assert ours["p"] > plain and ours["high"] - ours["low"] > narrow


def test_few_periods_and_an_unfinished_one_are_not_tested():
    row = change.trend(series(range(7))).iloc[0]
    assert row["said"] == "too few periods for a trend: 7 of at least 8" and np.isnan(row["p"])
    cut = change.trend(series([*range(12), 0]).assign(partial=[False] * 12 + [True])).iloc[0]
    assert cut["n_periods"] == 12 and cut["tau"] == 1


def test_no_curve_is_drawn_through_a_few_points():
    assert change.smooth(series(range(23)))["smooth"].isna().all()
    curve = change.smooth(series(range(24)))["smooth"]
    assert curve.to_numpy() == pytest.approx(np.arange(24), abs=0.1)


def test_a_jump_is_found_where_it_was_made_and_none_in_what_stays():
    found = change.breaks(*corpus(factor=3))
    assert found["period"].tolist() == ["2021-01"] and found["said"].tolist() == ["jumps up"]
    assert 2 < found["after"][0] / found["before"][0] < 5
    for seed in range(3):
        flat = change.breaks(*corpus(seed=seed)).iloc[0]
        assert flat["period"] is None or flat["p"] <= 0.05
        assert flat["said"] == "no break shown" or flat["p"] <= 0.05


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(100, 900)), min_size=6, max_size=14))
def test_the_best_gain_is_that_of_the_best_split_of_ruptures(rows):
    x, n = np.array(rows, float).T
    cost = ruptures.costs.CostLinear().fit(np.column_stack([x / np.sqrt(n), np.sqrt(n)]))
    whole = float(np.squeeze(cost.error(0, len(x))))
    best = max(whole - float(np.squeeze(cost.error(0, k))) - float(np.squeeze(cost.error(k, len(x))))
               for k in range(2, len(x) - 1))
    assert change._gains(x, n) == pytest.approx(best, abs=1e-6)


def test_a_term_without_a_break_beside_one_with_a_break_says_so():
    (jumps, articles), (flat, _) = corpus(factor=3), corpus()
    found = change.breaks(pd.concat([jumps, flat.assign(term="flat")]), articles)
    assert found.set_index("term")["said"].to_dict() == {WORD: "jumps up", "flat": "no break shown"}


def test_with_three_periods_no_break_is_looked_for():
    hits, articles = corpus(months=3)
    row = change.breaks(hits, articles).iloc[0]
    assert row["said"] == "too few periods for a break: 3 of at least 4" and np.isnan(row["p"])


def test_an_event_is_compared_article_by_article_and_its_limits_hold_the_difference():
    hits, articles = corpus(factor=2)
    row = change.event(hits, articles, "2021-01-01").iloc[0]
    late = articles["date"] >= "2021-01-01"
    per = hits.set_index("doc_id")["count"].reindex(articles["doc_id"]).fillna(0).to_numpy()
    rates = [10_000 * per[side].sum() / (400 * side.sum()) for side in (~late, late)]
    assert row[["before", "after"]].tolist() == pytest.approx(rates, rel=1e-5)
    assert row["low"] < row["difference"] < row["high"] and row["p"] == pytest.approx(1 / 112, abs=1e-6) == row["smallest_p"]


def test_a_side_without_an_article_has_no_rate():
    row = change.event(*corpus(factor=2), "1990-01-01").iloc[0]
    assert row["n_before"] == 0 and row[["before", "difference", "low", "high"]].isna().all() and row["after"] > 0


def test_a_new_outlet_is_no_change_of_language():
    hits, articles = corpus(n=400)
    late = articles["date"] >= "2021-01-01"
    # B has the word six times as often as A, and comes in late: within each outlet nothing changes.
    rng = np.random.default_rng(5)
    outlet = np.where(rng.random(400) < np.where(late, 0.9, 0.1), "B", "A")
    articles = articles.assign(outlet=outlet)
    hits = articles[["doc_id"]].assign(term=WORD, par=1, sent=1, count=rng.poisson(np.where(outlet == "B", 6, 1)))
    hits = hits[hits["count"] > 0]
    plain, held = (change.event(hits, articles, "2021-01-01", mix).iloc[0] for mix in (None, "outlet"))
    assert plain["p"] < 0.01 and plain["difference"] > 50
    assert held["p"] > 0.05 and abs(held["difference"]) < 20
    rates = terms.rates(hits, articles, "year", mix="outlet", sources=False)
    assert np.ptp(rates["rate"]) < 20 and rates["interval"].str.endswith("outlet mix held fixed").all()


@pytest.mark.parametrize("outlets, said", [("AB", "Held fixed: 2 outlets"), ("A", "Only one outlet has articles: "),
                                           ("ABCDEFGHIJKL", "No outlet has articles in every month: ")])
def test_a_mix_is_held_fixed_where_there_is_one(outlets, said):
    rows = [(f"{month}{i}", f"2024-{month + 1:02}-05", outlets[(i if len(outlets) < 9 else month) % len(outlets)], 9)
            for month in range(12) for i in range(2)]
    articles = pd.DataFrame(rows, columns=["doc_id", "date", "outlet", "n_tokens"])
    assert stats.steady(articles, "month", "outlet")[1].startswith(said)


def test_three_articles_on_a_side_give_no_p():
    hits, articles = corpus()
    next_day = pd.Timestamp(articles["date"].sort_values().iloc[2]) + pd.Timedelta(days=1)
    row = change.event(hits, articles, next_day.date().isoformat()).iloc[0]
    assert row["n_before"] < 240 and (row["n_before"] >= 4 or np.isnan(row["p"]))
    few = change.event(hits, articles.tail(7), articles["date"].iloc[-3]).iloc[0]
    assert np.isnan(few["p"]) and np.isnan(few["low"])


def texts(rows):
    table = pd.DataFrame(rows, columns=["doc_id", "outlet", "text"])
    sentences = table.assign(par=1, sent=1, role="body")
    articles = table.assign(n_tokens=[len(t.split()) for t in table["text"]], n_sentences=1,
                            date=pd.Series([None] * len(table), dtype="str"))
    return matrix.count(sentences), articles


def test_the_words_of_a_group_are_found_and_those_of_one_article_are_told():
    rows = [(f"a{i}", "A", "sanctions against banks " * 5 + "river water") for i in range(6)]
    rows += [(f"b{i}", "B", "peace talks continued " * 5 + "river water") for i in range(6)]
    rows[0] = ("a0", "A", rows[0][2] + " banks" * 40)
    counts, articles = texts(rows)
    table = change.keyness(counts, articles, "outlet", n=2)
    a = table[table["group"] == "A"].set_index("term")
    assert set(a.index) == {"banks", "sanctions"} or "against" in a.index
    assert a.loc["banks", "warning"].startswith("one article") and (a["low"] < a["log_odds"]).all()
    assert (a["p"] >= a["smallest_p"] - 1e-9).all() and a.loc["banks", "count"] == 70 and a.loc["banks", "other"] == 0
    one = change.keyness(*texts(rows[:3] + rows[6:]), "outlet", n=1).set_index("group")
    assert one["p"].isna().all() and one["low"].isna().all()


def test_the_log_likelihood_of_a_word_is_scipys():
    rows = [(f"a{i}", "A", "war war peace and so on") for i in range(4)]
    rows += [(f"b{i}", "B", "war peace peace or so") for i in range(4)]
    counts, articles = texts(rows)
    row = change.keyness(counts, articles, "outlet", n=1).query("group == 'A'").iloc[0]
    a, b, na, nb = 8, 4, 24, 20
    expected = [12 * na / 44, 12 * nb / 44]
    assert row["term"] == "war" and row["log_likelihood"] == pytest.approx(
        2 * sum(v * np.log(v / e) for v, e in zip((a, b), expected)), abs=1e-5)


def test_a_corpus_of_nothing_says_so_everywhere():
    counts, articles = texts([("a", "A", "one word")])
    hits = pd.DataFrame({"term": [WORD], "doc_id": ["a"], "par": [1], "sent": [1], "count": [1]})
    assert change.keyness(counts, articles, "outlet").empty and change.rising(counts, articles).empty
    assert change.calibrate(hits, articles).empty
    said = change.could_show(change.calibrate(hits, articles))
    assert said.startswith("Too few dated") and not said.endswith(", .")
    assert isinstance(style.either(change.rising(counts, articles), "none"), style.Prose)


def test_what_a_corpus_could_show_grows_with_the_rise_and_is_the_same_on_every_run():
    hits, articles = corpus(n=120)
    table = change.calibrate(hits, articles, rises=(1.5, 4), runs=40)
    share = dict(zip(table["what"], table["share"]))
    assert share["rise of 4 times found"] > 0.9 and share["false alarms, dates shuffled"] < 0.25
    assert share["intervals over 120 articles contain the rate"] > 0.8
    assert table.equals(change.calibrate(hits, articles, rises=(1.5, 4), runs=40))
    undated = change.calibrate(hits, articles.assign(date=pd.Series([None] * len(articles), dtype="str")), runs=20)
    assert undated["what"].tolist() == [f"intervals over {n} articles contain the rate" for n in (4, 120)]
    assert undated["n_articles"].tolist() == [stats.MIN_ARTICLES, len(articles)], "the corpus' own number, not a fixed one"
    assert "Too few dated articles" in change.could_show(undated)
    said = change.could_show(table)
    assert "; a rise of 4 times or more from its early" in said and "of 120 dated articles" in said
    partly = articles.assign(date=articles["date"].where(articles.index >= 20, None))
    assert "of 100 dated articles" in change.could_show(change.calibrate(hits, partly, rises=(4,), runs=20))
    assert "no rise of 4 times or less" in change.could_show(table.assign(share=0.1))


def test_the_rising_words_are_those_made_to_rise():
    rows = []
    for i in range(120):
        word = "dam " * (i // 12) + "road " * (10 - i // 12)
        rows.append((f"a{i:03}", "A", word + "river"))
    counts, articles = texts(rows)
    articles["date"] = pd.Series([f"2020-{i // 10 + 1:02}-10" for i in range(120)], dtype="str")
    table = change.rising(counts, articles)
    assert table["said"].tolist()[0] == "rises" and table["term"].tolist() == ["dam", "road"]


def test_a_small_corpus_is_never_lumped_and_a_large_one_adds_up():
    articles = pd.DataFrame({"outlet": [f"o{i % 30:02}" for i in range(200)] + [None]})
    lumped = stats.lumped(articles, "outlet")
    assert lumped["outlet"].nunique() == 14 and lumped["outlet"].isna().sum() == 1 and len(lumped) == 201
    assert stats.lumped(articles.head(14), "outlet").equals(articles.head(14))
