"""Topics: planted ones come back, shuffled text has none, shares add up, and few articles are refused."""

import itertools

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from demarche import matrix, stats, topics

WORDS = {"water": "river treaty dam flow basin canal monsoon barrage",
         "trade": "tariff export customs corridor freight rupee port quota",
         "talks": "envoy dialogue summit delegation accord protocol session agenda"}


def corpus(n_articles, pars=4, seed=1, themes=tuple(WORDS)):
    """(counts of made-up articles whose paragraphs keep to one theme each, the theme of each paragraph)."""
    rng, rows, found = np.random.default_rng(seed), [], []
    for doc, par in itertools.product(range(n_articles), range(pars)):
        theme = themes[(doc + par) % len(themes)]
        text = " ".join(rng.choice(WORDS[theme].split(), 12)) + " the ministry said"
        rows.append((f"d{doc:03}", par + 1, 1, "body", text))
        found.append(theme)
    return matrix.count(pd.DataFrame(rows, columns=["doc_id", "par", "sent", "role", "text"])), found


@pytest.fixture(scope="module")
def planted():
    counts, themes = corpus(24)
    features, _ = topics.units(counts, "par")
    return features, themes, topics.fit(features, 3, "par")


def test_planted_topics_come_back_with_their_words_and_their_units(planted):
    features, themes, model = planted
    largest = model.shares.loc[model.shares.groupby(["doc_id", "par"])["share"].idxmax()].sort_values(["doc_id", "par"])
    assert adjusted_rand_score(themes, largest["topic"]) == 1
    for _, part in model.topics[model.topics["rank"] <= 6].groupby("topic"):
        found = {w for w in part["term"]}
        assert any(found <= {f for f in features.terms if f in " ".join(WORDS[t].split())} for t in WORDS)
    assert (model.summary["agreement"] > 0.9).all() and (model.summary["mark"] == "").all()


def test_shares_of_a_unit_add_up_to_1(planted, tables):
    counts, _ = topics.units(tables.counts, "sent")
    for shares in (planted[2].shares, topics.fit(counts, 4, "sent").shares):
        total = shares.fillna(-1).groupby(["doc_id", "par", "sent"])["share"].sum()
        assert np.allclose(total, 1, atol=1e-5) and shares["share"].between(0, 1).all()


def test_results_are_the_same_on_every_run(tables, monkeypatch):
    monkeypatch.setattr(topics, "SHUFFLES", 2)
    counts, _ = topics.units(tables.counts, "par")
    once, again = topics.fit(counts, 3, "par"), topics.fit(counts, 3, "par")
    assert [table.to_csv() for table in once[:3]] == [table.to_csv() for table in again[:3]]
    assert topics.panel(counts).equals(topics.panel(counts))


@pytest.fixture(scope="module")
def panel(planted):
    return topics.panel(planted[0])


def test_the_panel_sets_planted_topics_far_above_shuffled_text_and_recommends_their_number(panel):
    k, why = topics.recommend(panel, 24)
    assert k == 3 and why.startswith("3 topics: their stability goes 9")
    assert topics.margins(panel)[3] > 0.9
    real = panel[panel["group"] == "all"].set_index("k")
    assert real.loc[3, "low"] <= real.loc[3, "stability"] <= real.loc[3, "high"]


def test_nothing_is_recommended_below_twenty_articles_or_where_nothing_beats_shuffled_text(panel):
    k, why = topics.recommend(panel, 19)
    assert k is None and "fewer than 20 articles, here 19, are too few to estimate topics" in why
    flat = panel.assign(stability=0.5, high=0.6)
    k, why = topics.recommend(flat, 500)
    assert k is None and why.startswith("No number of topics is recommended: 0 of ")


def test_text_that_was_shuffled_to_begin_with_comes_nowhere_near_planted_topics(planted, panel, monkeypatch):
    monkeypatch.setattr(topics, "SHUFFLES", 4)
    noise = planted[0]._replace(matrix=topics.shuffled(planted[0].matrix, 99))
    assert topics.margins(topics.panel(noise)).max() < 0.5 < topics.margins(panel).max()


def test_shuffling_keeps_the_words_and_the_lengths(tables):
    counts, _ = topics.units(tables.counts, "par")
    dealt = topics.shuffled(counts.matrix, 3)
    assert (dealt.sum(axis=0) == counts.matrix.sum(axis=0)).all() and (dealt.sum(axis=1) == counts.matrix.sum(axis=1)).all()
    assert (dealt != counts.matrix).nnz > 0 and (dealt != topics.shuffled(counts.matrix, 3)).nnz == 0


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 5), st.integers(0, 1000))
def test_coherence_is_1_for_words_that_always_meet_and_minus_1_for_those_that_never_do(k, seed):
    draw = np.random.default_rng(seed)
    owner = np.r_[:k, draw.integers(0, k, 20)]
    together = scipy.sparse.csr_array(np.repeat(np.eye(k, dtype=int)[owner], topics.TOP, axis=1))
    words = np.repeat(np.eye(k), topics.TOP, axis=1)
    assert topics.coherence(words, together) == pytest.approx(np.ones(k))
    apart = scipy.sparse.csr_array(np.eye(topics.TOP, dtype=int))
    assert topics.coherence(np.ones((1, topics.TOP)), apart) == pytest.approx([-1])
    assert topics.exclusivity(words) == pytest.approx(np.ones(k))
    assert topics.exclusivity(np.ones((k, 12))) == pytest.approx(np.full(k, 1 / k))


def test_copies_have_the_shares_of_the_original_and_do_not_make_topics():
    counts, _ = corpus(24)
    copies = [counts.ids[counts.ids["doc_id"] == "d000"].assign(doc_id=f"x{n}") for n in range(40)]
    rows = np.flatnonzero(counts.ids["doc_id"] == "d000")
    more = counts._replace(ids=pd.concat([counts.ids, *copies], ignore_index=True),
                           matrix=scipy.sparse.vstack([counts.matrix, *[counts.matrix[rows]] * 40]).tocsr())
    ids = sorted(set(more.ids["doc_id"]))
    articles = pd.DataFrame({"doc_id": ids, "story_id": [i if i[0] == "d" else "d000" for i in ids]})
    features, _ = topics.units(more, "par")
    once = topics.originals(features, articles)
    alone = topics.fit(matrix.select(features, once), 3, "par")
    both = topics.fit(features, 3, "par", once=once)
    assert both.words == pytest.approx(alone.words, abs=1e-6)
    shares = both.shares.pivot(index=["doc_id", "par"], columns="topic", values="share")
    for n in range(40):
        assert shares.loc[f"x{n}"].to_numpy() == pytest.approx(shares.loc["d000"].to_numpy(), abs=0.02)


def test_the_limits_of_a_share_hold_the_share_and_widen_with_what_refits_change(planted):
    features, _, model = planted
    articles = pd.DataFrame({"doc_id": sorted(set(features.ids["doc_id"])), "n_tokens": 1, "n_sentences": 1,
                             "date": [f"2024-{1 + n % 3:02}-01" for n in range(24)]})
    table = topics.shares_by(model, articles, period="month")
    assert table["share"].between(table["low"], table["high"]).all() and (table["n_articles"] == 8).all()
    rough = model._replace(refits=model.refits + np.random.default_rng(1).normal(0, 0.2, (len(model.refits), 1, 3)))
    wider = topics.shares_by(rough, articles, period="month")
    assert ((wider["high"] - wider["low"]) > (table["high"] - table["low"])).all()
    days = articles["doc_id"].map(lambda d: f"2024-01-{int(d[1:]) + 1:02}")
    few = topics.shares_by(model, articles.assign(date=days), period="day")
    assert few["low"].isna().all() and few["interval"].eq("none: 1 article").all()


def test_the_words_that_tell_two_topics_apart_are_those_of_their_themes(planted):
    model = planted[2]
    table = topics.apart(model, 1, 2, n=4)
    first, second = set(table.head(4)["term"]), set(table.tail(4)["term"])
    assert any(first <= set(w.split()) for w in WORDS.values()) and any(second <= set(w.split()) for w in WORDS.values())
    assert table["difference"].is_monotonic_decreasing


def test_passages_of_one_theme_lie_together_on_the_map(planted):
    _, themes, model = planted
    table = topics.places(model)
    units = table[table["kind"] == "unit"]
    centre = units.groupby("topic")[["x", "y"]].mean()
    inside = np.hypot(*(units[["x", "y"]].to_numpy() - centre.loc[units["topic"]].to_numpy()).T)
    assert len(table) == len(themes) + 3 and inside.max() < 0.5 * np.hypot(*centre.diff().dropna().to_numpy().T).min()


def test_labels_of_the_researcher_survive_other_numbers_and_small_changes_of_words(planted, tmp_path):
    model = planted[2]
    topics.named(model, tmp_path)
    path = tmp_path / "topic_labels.csv"
    labels = pd.read_csv(path)
    labels.assign(label=["=A", "Trade, and ships", "Talks"]).to_csv(path, index=False)
    order = [2, 0, 1]
    moved = model._replace(summary=model.summary.iloc[order].assign(topic=[1, 2, 3]).reset_index(drop=True),
                           topics=model.topics.assign(topic=model.topics["topic"].map({3: 1, 1: 2, 2: 3})))
    assert topics.named(moved, tmp_path).summary["label"].tolist() == ["1: Talks", "2: =A", "3: Trade, and ships"]
    assert pd.read_csv(path)["label"].tolist() == ["=A", "Trade, and ships", "Talks"]
    other = model._replace(topics=model.topics.assign(term="x" + model.topics["term"]))
    assert len(pd.read_csv((topics.named(other, tmp_path), path)[1])) == 6
    path.write_text("nonsense\n1\n")
    with pytest.raises(ValueError, match="needs the columns terms and label"):
        topics.named(model, tmp_path)


@pytest.mark.parametrize("model", topics.MODELS)
def test_every_model_finds_planted_topics(planted, model):
    features, themes, _ = planted
    weights, words = topics.factorise(features.matrix, 3, model)
    assert adjusted_rand_score(themes, weights.argmax(axis=1)) > 0.9 and (weights >= 0).all()
    assert np.linalg.norm(words, axis=1) == pytest.approx(np.ones(3))


def test_a_topic_of_one_article_is_marked_and_its_effective_articles_are_near_1():
    sentences = pd.DataFrame([("odd", p, 1, "body", "zebra quagga okapi giraffe " * 4) for p in range(1, 5)],
                             columns=["doc_id", "par", "sent", "role", "text"])
    both = matrix.count(pd.concat([sentences, pd.DataFrame(
        [(f"d{i}", p, 1, "body", f"{WORDS[t]} {WORDS[t]}") for i in range(6) for p, t in ((1, "water"), (2, "trade"))],
        columns=sentences.columns)], ignore_index=True))
    model = topics.fit(both, 3, "par")
    alone = model.summary[model.summary["label"].str.contains("zebra|quagga|okapi|giraffe")].iloc[0]
    others = model.summary[model.summary["topic"] != alone["topic"]]
    assert alone["mark"] == "one article" and alone["effective_articles"] < 1.5
    assert (others["effective_articles"] > 5).all() and (others["mark"] == "").all()
    assert alone["agreement"] < others["agreement"].min()


def test_each_heavy_word_rests_on_units_that_hold_it_and_that_its_topic_reaches(tables):
    counts, _ = topics.units(tables.counts, "par")
    model = topics.fit(counts, 4, "par")
    column = {t: i for i, t in enumerate(counts.terms)}
    at = {(i.doc_id, i.par): n for n, i in enumerate(counts.ids.itertuples())}
    share = model.shares.set_index(["topic", "doc_id", "par"])["share"]
    for row in model.topics.itertuples():
        assert row.sources, row.term
        for doc, par, _ in row.sources:
            assert counts.matrix[at[doc, par], column[row.term]] > 0 and share[row.topic, doc, par] > 0


def test_mean_shares_by_article_equal_the_mean_by_hand_and_rest_on_all_its_units(planted):
    features, _, model = planted
    articles = pd.DataFrame({"doc_id": sorted(set(features.ids["doc_id"])), "outlet": ["A", None] * 12, "n_tokens": 1,
                             "n_sentences": 1})
    by_doc, by_outlet = topics.shares_by(model, articles), topics.shares_by(model, articles, "outlet")
    one = model.shares[(model.shares["doc_id"] == "d003") & (model.shares["topic"] == 2)]["share"]
    row = by_doc[(by_doc["doc_id"] == "d003") & (by_doc["topic"] == 2)].iloc[0]
    assert row["share"] == pytest.approx(one.mean(), abs=1e-6) and row["n_units"] == len(one) == len(row["sources"])
    assert set(by_outlet["outlet"]) == {"A", "unknown"}
    assert np.allclose(by_outlet.groupby("outlet")["share"].sum(), 1, atol=1e-5)


def test_examples_are_verbatim_and_have_the_largest_shares(tables):
    counts, _ = topics.units(tables.counts, "par")
    model = topics.fit(counts, 3, "par")
    found = topics.examples(model.shares, tables.sentences, 2)
    text = tables.articles.set_index("doc_id")["text"]
    assert len(found) == 6
    for row in found.itertuples():
        assert " ".join(row.text.split()) in " ".join(text[row.doc_id].split())
    top = model.shares.groupby("topic")["share"].nlargest(2).groupby("topic").sum()
    assert np.allclose(found.groupby("topic")["share"].sum(), top)


def test_too_many_topics_and_text_without_words_get_one_clear_line(planted):
    with pytest.raises(ValueError, match=r"500 topics can't be fitted to 96 units of \d+ terms"):
        topics.fit(planted[0], 500, "par")
    empty = planted[0]._replace(matrix=planted[0].matrix[:, :0], terms=planted[0].terms[:0])
    with pytest.raises(ValueError, match="hold no topics; give more articles"):
        topics.panel(empty)


@pytest.mark.parametrize("n_articles, pars", [(1, 1), (1, 5), (2, 2), (3, 1)])
def test_a_very_small_corpus_gets_a_model_and_a_refusal_but_no_crash(n_articles, pars):
    counts, _ = topics.units(corpus(n_articles, pars)[0], "par")
    panel = topics.panel(counts)
    k, why = topics.recommend(panel, n_articles)
    model = topics.fit(counts, int(topics.margins(panel).idxmax()), "par")
    assert k is None and "too few" in why and len(model.summary) >= 1


def test_a_large_corpus_is_sampled_by_article_for_the_panel(monkeypatch):
    monkeypatch.setattr(topics, "MOST", 40)
    monkeypatch.setattr(topics, "SHUFFLES", 2)
    sizes = []
    real = topics.factorise
    monkeypatch.setattr(topics, "factorise", lambda counts, k, *rest: sizes.append(counts.shape[0]) or real(counts, k, *rest))
    counts, _ = topics.units(corpus(30)[0], "par")
    panel = topics.panel(counts)
    behind = panel.loc[panel["group"] == "all", "sources"].iloc[0]
    assert max(sizes) == 40 and len(behind) == 10 and set(panel["k"]) <= {5, 10, 15, 20, 30}


def test_every_refit_leaves_out_one_whole_article(monkeypatch, tables):
    counts, _ = topics.units(tables.counts, "par")
    seen = []
    real = topics.factorise
    monkeypatch.setattr(topics, "factorise", lambda m, k, *rest: seen.append(m.shape[0]) or real(m, k, *rest))
    topics.fit(counts, 3, "par")
    units = counts.ids.groupby("doc_id").size()
    assert sorted(seen)[:-1] == sorted(len(counts.ids) - units)


def test_articles_are_the_unit_only_where_there_are_many_and_each_has_its_shares():
    assert [topics.default_unit(n) for n in (5, 199, 200)] == ["par", "par", "article"]
    empty = pd.DataFrame([("none", 1, 1, "body", "the of and")], columns=["doc_id", "par", "sent", "role", "text"])
    sentences = pd.concat([empty, pd.DataFrame([(f"d{i}", 1, 1, "body", w) for i, w in enumerate([*WORDS.values()] * 3)],
                                               columns=empty.columns)], ignore_index=True)
    features, _ = topics.units(matrix.count(sentences), "article")
    shares = topics.fit(features, 2, "article").shares
    assert set(shares["doc_id"]) == set(sentences["doc_id"]) and shares["par"].isna().all()
    assert shares.loc[shares["doc_id"] == "none", "share"].tolist() == [0.5, 0.5]


def test_the_panel_tells_its_seed_and_what_it_rests_on(panel):
    assert (panel["seed"] == stats.SEED).all() and (panel["shuffles"] == topics.SHUFFLES).all()
    assert panel.loc[panel["group"] == "shuffled", "sources"].str.len().sum() == 0
    assert (panel.loc[panel["group"] == "all", "sources"].str.len() == 24).all()
