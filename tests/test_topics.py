"""Topics: planted ones come back, shuffled text has none, shares add up, and few articles are refused."""

import itertools

import numpy as np
import pandas as pd
import pytest
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
    for shares in (planted[2].shares, *(topics.fit(counts, 4, "sent", model).shares for model in topics.MODELS)):
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
    for row in panel[panel["k"] == 3].itertuples():
        assert row.low <= row.value <= row.high
    wide = panel.pivot(index="k", columns=["measure", "group"], values="value")
    assert (wide["heldout", "shuffled"] < 0).all() and wide["heldout", "all"][3] > 0.5
    assert wide["coherence", "all"][3] > 0 > wide["coherence", "shuffled"][3]


def test_nothing_is_recommended_below_twenty_articles_or_where_nothing_beats_shuffled_text(panel):
    k, why = topics.recommend(panel, 19)
    assert k is None and "fewer than 20 articles, here 19, are too few to estimate topics" in why
    for measure in ("stability", "coherence", "heldout"):  # beaten by shuffled text in one measure is beaten
        weak = panel.assign(value=panel["value"].where(panel["measure"] != measure, -1))
        k, why = topics.recommend(weak, 500)
        assert k is None and why.startswith("No number of topics is recommended: 0 of ")


def test_text_that_was_shuffled_to_begin_with_comes_nowhere_near_planted_topics(planted, panel, monkeypatch):
    monkeypatch.setattr(topics, "SHUFFLES", 4)
    noise = planted[0]._replace(matrix=topics.shuffled(planted[0].matrix, 99))
    none = topics.panel(noise)
    assert topics.recommend(none, 500)[0] is None and topics.margins(none).max() < 0.5 < topics.margins(panel).max()


def test_shuffling_keeps_the_words_and_the_lengths(tables):
    counts, _ = topics.units(tables.counts, "par")
    dealt = topics.shuffled(counts.matrix, 3)
    assert (dealt.sum(axis=0) == counts.matrix.sum(axis=0)).all() and (dealt.sum(axis=1) == counts.matrix.sum(axis=1)).all()
    assert (dealt != counts.matrix).nnz > 0 and (dealt != topics.shuffled(counts.matrix, 3)).nnz == 0


@settings(max_examples=25)
@given(st.integers(1, 5), st.integers(0, 1000))
def test_agreement_is_the_best_matching_of_all_permutations(k, seed):
    a, b = np.random.default_rng(seed).random((2, k, 7))
    cosine = (a / np.linalg.norm(a, axis=1)[:, None]) @ (b / np.linalg.norm(b, axis=1)[:, None]).T
    best = max(sum(cosine[i, j] for i, j in enumerate(p)) for p in itertools.permutations(range(k)))
    assert topics.match(a, b)[1].sum() == pytest.approx(best)
    partners, cosines = topics.match(a, a[::-1])
    assert cosines == pytest.approx(np.ones(k)) and a[::-1][partners] == pytest.approx(a)


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
    articles = pd.DataFrame({"doc_id": sorted(set(features.ids["doc_id"])), "outlet": ["A", None] * 12})
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
    monkeypatch.setattr(topics, "factorise", lambda m, k, model: sizes.append(m.shape[0]) or real(m, k, model))
    counts, _ = topics.units(corpus(30)[0], "par")
    panel = topics.panel(counts)
    behind = panel.loc[panel["group"] == "all", "sources"].iloc[0]
    assert max(sizes) == 40 and len(behind) == 10 and set(panel["k"]) <= {2, 3, 4, 5, 6, 8, 10, 15, 20, 30}


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
