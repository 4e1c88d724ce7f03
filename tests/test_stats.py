"""Intervals, their measured coverage, the exact test and the dispersion, each against a second way to the same number."""

import itertools

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT, load
from demarche import stats, terms

scores = st.lists(st.integers(-2, 2), min_size=4, max_size=12)
counts = st.lists(st.tuples(st.integers(0, 30), st.integers(50, 2000)), min_size=4, max_size=12)


def interval(total, size, statistic):
    """(low, high, label) of the articles of one cell."""
    low, high, labels = stats.intervals(total, size, np.zeros(len(total), int), statistic)
    return float(low[0]), float(high[0]), labels[0]


def by_loop(numerator, denominator, counted):
    """The delete-one jackknife written out, one article at a time."""
    n, whole = len(numerator), sum(numerator) / sum(denominator)
    left = [(sum(numerator) - x) / (sum(denominator) - y) for x, y in zip(numerator, denominator)]
    error = ((n - 1) / n * sum((v - sum(left) / n) ** 2 for v in left)) ** 0.5
    free = of_matrices(denominator)
    if counted:  # the variance of a variance, from the fourth moment of the values
        fourth = scipy.stats.kurtosis(left, fisher=False)
        free = 1 / (1 / free + 1 / min(n - 1, max(4, 2 / (fourth / n - (n - 3) / (n * (n - 1))))) - 1 / (n - 1))
    half = scipy.stats.t.ppf(0.975, min(n - 1, max(2, free))) * error
    if not counted:
        return whole - half, whole + half
    size, started = sum(denominator), sum(numerator) + 0.5  # limits of the log of half an occurrence more than there are
    return max(started * np.exp(-half * size / started) - 0.5, 0) / size, (started * np.exp(half * size / started) - 0.5) / size


def of_matrices(sizes):
    """Degrees of freedom of a sum of squared jackknife gaps, where an article's spread is as its size: Satterthwaite's, from
    the whole covariance of the gaps (Bell and McCaffrey 2002)."""
    h = np.array(sizes, float) / sum(sizes)
    gaps = np.diag(1 / (1 - h)) @ (np.eye(len(h)) - np.outer(h, np.ones(len(h))))
    covariance = gaps @ np.diag(h) @ gaps.T
    return np.trace(covariance) ** 2 / np.trace(covariance @ covariance)


@settings(max_examples=50)
@given(scores)
def test_with_articles_of_one_size_the_jackknife_is_the_t_interval_of_the_mean(values):
    low, high = stats.jackknife(values, np.ones(len(values)))
    if np.std(values) == 0:
        assert np.isnan(low) and np.isnan(high)
    else:
        expected = scipy.stats.t.interval(0.95, len(values) - 1, np.mean(values), scipy.stats.sem(values))
        assert (low, high) == pytest.approx(expected)


@settings(max_examples=50)
@given(counts, st.booleans())
def test_the_jackknife_of_a_ratio_equals_a_loop_over_the_articles(table, counted):
    x, y = zip(*table)
    low, high = stats.jackknife(x, y, counted)
    if not np.isnan(low):
        assert (low, high) == pytest.approx(by_loop(x, y, counted))
        assert low - 1e-12 <= sum(x) / sum(y) <= high + 1e-12


@pytest.mark.parametrize("n", [1, 2, 3])
def test_below_four_articles_there_is_no_interval_and_the_label_says_why(n):
    low, high, said = interval(np.arange(n), np.full(n, 100), "rate")
    assert np.isnan(low) and np.isnan(high)
    assert said == f"none: {n} of the 4 articles needed"


def test_no_limit_of_a_rate_lies_above_one_hit_a_token_or_the_hits_found():
    assert interval([2, 1, 9, 1], [10, 10, 10, 10], "rate")[1] == 1
    assert interval([20, 30, 25, 40], [10, 10, 10, 10], "rate")[1] == 115 / 40
    assert interval([2, 1, 9, 1], [10, 10, 10, 10], "mean")[1] > 0.8


@pytest.mark.parametrize("n", [4, 5, 12, 19, 20, 40])
@pytest.mark.parametrize("statistic", ["rate", "mean"])
def test_an_interval_below_twenty_articles_tells_its_measured_coverage(n, statistic):
    low, high, said = interval(np.arange(n) % 3 + 1, np.full(n, 4), statistic)
    assert low < (np.arange(n) % 3 + 1).mean() / 4 < high
    assert f"jackknife t over {n} articles" in said and "95% nominal" in said
    assert ("in simulation" in said) == (n < 20)


def measured(statistic, n):
    table = pd.read_csv(ROOT / "lib" / "demarche" / "coverage.csv")
    return table[(table["statistic"] == statistic) & (table["n_articles"] == n)].sort_values("level")


@settings(max_examples=40)
@given(st.integers(4, 19), st.integers(1, 200))
def test_the_label_of_a_rate_carries_the_coverage_of_its_number_of_articles_and_hits(n, hits):
    count = np.ones(n) * (hits // n)
    count[0] += hits - count.sum()
    said = interval(count, np.arange(n) + 300, "rate")[2]
    rows = measured("rate", n)
    expected = rows[rows["level"] <= hits / n]["coverage"].iloc[-1]
    assert said.endswith(f"{expected:.0%} in simulation")


def test_the_coverage_file_holds_every_case_and_states_runs_and_dispersion():
    table = pd.read_csv(ROOT / "lib" / "demarche" / "coverage.csv")
    for statistic in ("rate", "mean"):
        for n in range(stats.MIN_ARTICLES, stats.LARGE_SAMPLE):
            assert measured(statistic, n)["level"].tolist() == ([0, 1, 5] if statistic == "rate" else [0, 2, 5])
    few, many = table[table["n_articles"] < stats.LARGE_SAMPLE], table[table["n_articles"] >= stats.LARGE_SAMPLE]
    assert len(few) == 2 * 16 * 3 and (few["runs"] == 20_000).all() and (table["dispersion"] > 0).all()
    assert many.groupby(["statistic", "n_articles"]).size().to_dict() == {
        (statistic, n): 3 for statistic in ("mean", "rate", "words") for n in (20, 50, 200)}


@pytest.mark.parametrize("n", [5, 20, 200])
@pytest.mark.parametrize("statistic", ["rate", "mean"])
def test_limits_hold_in_90_of_100_where_articles_differ_twice_as_much_as_is_usual(n, statistic):
    bench = load(ROOT / "benchmarks" / "coverage.py")
    found = [bench.row(statistic, n, case, runs=8_000)["coverage"] for case in bench.HARDER[statistic]]
    assert min(found) >= 0.895  # 0.9 less the chance of 8,000 runs


@pytest.mark.parametrize("articles", [4, 5, 8])
def test_means_of_few_coded_articles_hold_in_93_of_100_whatever_the_machine_gets_wrong(articles):
    bench = load(ROOT / "benchmarks" / "corrected.py")
    for kind in ("stance", "pair"):
        rows = pd.DataFrame(bench.case(articles, 10 * articles, kind, 2_000))
        assert (rows["naive"] < 0.93).all() and (rows["if_shown"] >= 0.925).all()  # 0.93 less the chance of 2,000


@settings(max_examples=50)
@given(st.lists(st.integers(1, 5_000), min_size=4, max_size=9))
def test_unequal_articles_never_make_limits_narrower_than_equal_ones_would(sizes):
    low, high = stats.jackknife(np.arange(len(sizes)), sizes)
    centre, left = sum(range(len(sizes))) / sum(sizes), len(sizes) - 1
    gaps = np.array([(sum(range(len(sizes))) - i) / (sum(sizes) - s) for i, s in enumerate(sizes)])
    error = (left * gaps.var()) ** 0.5
    if not np.isnan(low):
        assert scipy.stats.t.ppf(0.975, left) - 1e-6 <= (high - centre) / error <= scipy.stats.t.ppf(0.975, 2) + 1e-6


def test_no_interval_is_shown_that_holds_in_fewer_than_90_of_100_simulated_corpora():
    assert pd.read_csv(ROOT / "lib" / "demarche" / "coverage.csv")["coverage"].min() >= 0.90


@pytest.mark.parametrize("statistic, n, case", [
    ("rate", 4, 2), ("rate", 9, 1), ("mean", 5, 0), ("mean", 19, 2), ("words", 20, 1)])
def test_a_new_simulation_with_another_seed_finds_the_coverage_in_the_file(statistic, n, case):
    bench = load(ROOT / "benchmarks" / "coverage.py")
    again = bench.row(statistic, n, bench.LEVELS[statistic][case], runs=4_000, seed=7)
    assert again["coverage"] == pytest.approx(measured(statistic, n)["coverage"].iloc[case], abs=0.025)


def test_the_simulation_knows_a_bad_interval_when_it_sees_one(monkeypatch):
    bench = load(ROOT / "benchmarks" / "coverage.py")
    honest = bench.row("rate", 6, bench.LEVELS["rate"][2], runs=4_000)["coverage"]
    monkeypatch.setattr(stats, "CONFIDENCE", 0.5)
    assert bench.row("rate", 6, bench.LEVELS["rate"][2], runs=4_000)["coverage"] < honest - 0.2


def test_articles_that_agree_get_no_interval():
    assert interval([2, 2, 2, 2], [100] * 4, "rate")[2] == "none: all articles agree"
    assert interval([0, 0, 0, 0], [1] * 4, "mean")[2] == "none: all articles agree"


@pytest.mark.parametrize("n", [4, 5, 30, 400])
def test_a_rate_of_zero_gets_the_upper_limit_of_the_share_of_articles_that_have_the_term(n):
    low, high, said = interval(np.zeros(n), np.full(n, 100), "rate")
    assert low == 0 and high == pytest.approx(scipy.stats.beta.ppf(0.975, 1, n) / 100)
    assert said.startswith(f"Clopper-Pearson on none of {n} articles")


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 90), st.integers(0, 4)), min_size=1, max_size=40), st.booleans())
def test_the_intervals_of_many_cells_are_those_of_each_cell_by_itself(rows, rate):
    total, size, code = np.array(rows).T
    low, high, said = stats.intervals(total, size, code, "rate" if rate else "mean")
    assert len(low) == len(high) == len(said) == code.max() + 1
    for k in set(code):
        mine = interval(total[code == k], size[code == k], "rate" if rate else "mean")
        assert (low[k], high[k]) == pytest.approx(mine[:2], nan_ok=True) and said[k] == mine[2]


def test_an_article_without_a_token_counts_for_nothing():
    assert interval([1, 2, 3, 1, 0], [90, 90, 90, 90, 0], "rate") == interval([1, 2, 3, 1], [90] * 4, "rate")


@pytest.mark.filterwarnings("error")
def test_a_text_of_one_word_has_no_odds_and_so_no_difference():
    delta, z = stats.log_odds([[3.0], [0.0]], [2], [500])
    assert delta.ravel().tolist() == z.ravel().tolist() == [0, 0]


def brute_force(d):
    sums = [sum(s * v for s, v in zip(signs, d)) for signs in itertools.product((1, -1), repeat=len(d))]
    return np.mean([abs(s) >= abs(sum(d)) - 1e-12 for s in sums])


@settings(max_examples=50)
@given(st.lists(st.integers(-8, 8), min_size=4, max_size=9))
def test_sign_flips_equal_brute_force_and_never_fall_below_the_smallest_p(d):
    p, smallest = stats.sign_flip(np.array(d) / 4)
    assert p == pytest.approx(brute_force(np.array(d) / 4))
    assert smallest == min(1, 2 / 2 ** np.count_nonzero(d)) <= p


@pytest.mark.parametrize("n, smallest", [(0, 1.0), (1, 1.0), (2, 0.5), (3, 0.25)])
def test_below_four_articles_there_is_no_p_but_the_smallest_one_is_told(n, smallest):
    assert stats.sign_flip([1.0] * n) == (None, smallest)


def test_many_differences_are_tested_by_seeded_flips_close_to_the_exact_p():
    d = np.random.default_rng(1).normal(0.4, 1, 18)
    p, smallest = stats.sign_flip(d)
    assert stats.sign_flip(d) == (p, smallest) and smallest == 1 / 20_000
    signs = 1 - 2 * (np.arange(2**18)[:, None] >> np.arange(18) & 1)
    assert p == pytest.approx(np.mean(np.abs(signs @ d) >= abs(d.sum())), abs=0.01)
    assert stats.sign_flip(np.full(40, 1.0))[0] == smallest


def welch(a, b):
    gap, error = abs(np.mean(a) - np.mean(b)), np.var(a, ddof=1) / len(a) + np.var(b, ddof=1) / len(b)
    return gap / error**0.5 if error > 1e-12 else gap * 1e9


def splits(first, second):
    """Both p by enumerating every split with plain loops."""
    values, n = [*first, *second], len(first)
    found = []
    for chosen in itertools.combinations(range(len(values)), n):
        a = [values[i] for i in chosen]
        b = [v for i, v in enumerate(values) if i not in chosen]
        found.append(welch(a, b))
    return np.mean(np.array(found) >= welch(first, second) * (1 - 1e-7))


small = st.lists(st.integers(-8, 8), min_size=4, max_size=6)


@settings(max_examples=40)
@given(small, small)
def test_a_permutation_equals_brute_force_and_is_never_below_its_smallest_p(first, second):
    p, smallest = stats.permutation(np.array(first) / 4, np.array(second) / 4)
    assert p == pytest.approx(splits(np.array(first) / 4, np.array(second) / 4), abs=1e-6) and smallest - 1e-6 <= p
    assert stats.permutation(np.array(second) / 4, np.array(first) / 4)[0] == pytest.approx(p, abs=1e-6)


def test_the_smallest_p_is_reached_by_groups_apart_and_no_p_is_given_for_few():
    assert stats.permutation([15, 16, 17, 18], [1, 2, 3, 4, 0]) == (round(1 / 126, 6), round(1 / 126, 6))
    assert stats.permutation([5, 6, 7], [1, 2, 3, 4, 0]) == (None, round(1 / 56, 6))
    assert stats.permutation([5], [1]) == (None, 1.0)


def test_many_articles_are_split_by_seeded_draws_close_to_the_exact_p():
    rng = np.random.default_rng(3)
    first, second = rng.normal(0.8, 1, 9), rng.normal(0, 1, 9)  # 48,620 splits
    p, smallest = stats.permutation(first, second)
    assert stats.permutation(first, second) == (p, smallest) and smallest == 1 / 20_000
    exact = scipy.stats.permutation_test((first, second), lambda a, b, axis: scipy.stats.ttest_ind(
        a, b, axis=axis, equal_var=False).statistic, vectorized=True, n_resamples=np.inf, batch=10_000).pvalue
    assert p == pytest.approx(exact, abs=0.01)


@pytest.mark.parametrize(("n", "m", "spreads"), [(5, 40, (1.2, 0.3)), (40, 5, (1.2, 0.3)), (8, 8, (1, 1))])
def test_groups_of_one_mean_are_seldom_told_apart_whatever_their_sizes_and_spreads(n, m, spreads):
    rng = np.random.default_rng(11)
    found = [stats.permutation(rng.normal(0, spreads[0], n), rng.normal(0, spreads[1], m))[0] <= 0.05 for _ in range(60)]
    assert np.mean(found) <= 0.15  # of plain means 0.35 in the first case


def test_limits_of_what_is_chosen_are_wider_the_fewer_are_chosen():
    assert stats.t_critical(30, 1) == stats.t_critical(30) < stats.t_critical(30, 0.5) < stats.t_critical(30, 0.01)
    assert stats.t_critical(30, 0.04) == pytest.approx(scipy.stats.t.ppf(1 - 0.05 * 0.04 / 2, 30))


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=2, max_size=9))
def test_log_odds_equal_the_formula_word_by_word_and_change_sign_with_the_sides(counts):
    a, b = np.array(counts).T
    prior = np.arange(1, len(a) + 1) / 3
    delta, z = stats.log_odds(a, b, prior)
    for i in range(len(a)):
        own, other = a[i] + prior[i], b[i] + prior[i]
        expected = (np.log(own / (a.sum() + prior.sum() - own)) - np.log(other / (b.sum() + prior.sum() - other)))
        assert delta[i] == pytest.approx(expected) and z[i] == pytest.approx(expected / (1 / own + 1 / other) ** 0.5)
    assert stats.log_odds(b, a, prior)[0] == pytest.approx(-delta)
    assert stats.log_odds([a, a], [b, b], prior)[0] == pytest.approx(np.array([delta, delta]))  # leading axes


def dispersion(counts, sizes):
    """The `dp` of a term with these counts in articles of these sizes."""
    names = [*map(str, range(len(sizes)))]
    hits = pd.DataFrame({"term": "x", "doc_id": names, "count": counts})
    return terms.spread(hits, pd.DataFrame({"doc_id": names, "n_tokens": sizes})).loc[0, "dp"]


def test_dp_equals_the_worked_numbers():
    # Three parts of 20%, 30% and 50% of the words hold 1, 1 and 8 of ten hits: (0.1 + 0.2 + 0.3) / 2.
    assert dispersion([1, 1, 8], [200, 300, 500]) == pytest.approx(0.3)
    assert dispersion([2, 3, 5], [200, 300, 500]) == 0
    assert np.isnan(dispersion([0, 0], [10, 20]))


@settings(max_examples=50)
@given(counts)
def test_dp_lies_between_0_and_1_and_knows_no_order_or_scale(table):
    x, y = np.array(table).T
    if x.sum():
        dp = dispersion(x, y)
        assert 0 <= dp <= 1
        assert dispersion(x[::-1] * 3, y[::-1] * 7) == pytest.approx(dp, abs=0.0011)


@pytest.fixture
def articles():
    return pd.DataFrame({"doc_id": ["a", "b", "c"], "n_tokens": [10, 20, 30], "n_sentences": [1, 2, 3],
                         "date": ["2024-03-22", None, "2024-11-02"], "outlet": ["Dawn", None, "Dawn"]})


def test_undated_articles_form_a_lane_of_their_own(articles):
    cells = stats.cells(articles, "month")
    assert cells["lane"].tolist() == ["dated", "undated", "dated"]
    assert cells["period"].tolist()[::2] == ["2024-03", "2024-11"] and pd.isna(cells["period"][1])
    assert stats.cells(articles, "year")["period"].tolist()[::2] == ["2024", "2024"]


def test_an_unknown_outlet_is_shown_not_dropped_and_pooling_adds_each_article_once_more(articles):
    cells = stats.cells(articles, group="outlet", pooled=True)
    assert cells["group"].tolist() == ["all"] * 3 + ["Dawn", "unknown", "Dawn"]
    assert cells["n_tokens"].sum() == 2 * articles["n_tokens"].sum()


def test_a_column_that_is_not_there_is_named(articles):
    with pytest.raises(ValueError, match="no column 'paper' in articles to group by; there are: doc_id"):
        stats.cells(articles, group="paper")


def test_few_articles_are_told_apart_one_by_one_many_by_outlet_else_by_kind_of_date():
    many = pd.DataFrame({"doc_id": range(15), "outlet": ["A", "B", "A"] * 5})
    assert stats.default_group(many.head(14)) == "doc_id" and stats.default_group(many) == "outlet"
    assert stats.default_group(many.assign(outlet="A")) == "date_kind" == stats.default_group(many.assign(outlet=None))


def test_a_number_is_told_with_its_noun():
    said = [stats.plural(n, "token") for n in (0, 1, 2140)]
    assert said == ["0 tokens", "1 token", "2,140 tokens"]
