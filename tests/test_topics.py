"""Topics: planted ones come back, shuffled text has none, shares add up, and few articles are refused."""

import itertools

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

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


@pytest.mark.parametrize("texts", [["Iran condemns Israel"] * 4, ["Talks open", "Rain fell"]])
def test_where_no_word_tells_units_apart_all_are_used_and_said(texts):
    rows = [(f"d{k}", 1, 1, "body", text) for k, text in enumerate(texts)]
    counts, said = topics.units(matrix.count(pd.DataFrame(rows, columns=["doc_id", "par", "sent", "role", "text"])), "par")
    n = len(set(" ".join(texts).split()))
    assert len(counts.terms) == n and f"{n} of {n} word stems are used: 0 occur in fewer than 1 articles" in said
    assert topics.recommend(topics.panel(counts), len(texts))[0] is None


def test_shares_of_a_unit_add_up_to_1(planted, tables):
    counts, _ = topics.units(tables.counts, "sent")
    for shares in (planted[2].shares, *(topics.fit(counts, 4, "sent", model).shares for model in ("mixture", "nmf"))):
        total = shares.fillna(-1).groupby(["doc_id", "par", "sent"])["share"].sum()
        assert np.allclose(total, 1, atol=1e-5) and shares["share"].between(0, 1).all()


def test_results_are_the_same_on_every_run(tables, monkeypatch):
    monkeypatch.setattr(topics, "SHUFFLES", 1)
    monkeypatch.setattr(topics, "FOLDS", 3)
    counts, _ = topics.units(tables.counts, "par")
    once, again = topics.fit(counts, 3, "par"), topics.fit(counts, 3, "par")
    assert [table.to_csv() for table in once[:3]] == [table.to_csv() for table in again[:3]]
    assert topics.panel(counts).equals(topics.panel(counts))


@pytest.fixture(scope="module")
def panel(planted):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(topics, "SHUFFLES", 4)
        patch.setattr(topics, "FOLDS", 4)
        return topics.panel(planted[0])


def test_the_panel_sets_planted_topics_far_above_shuffled_text_and_recommends_their_number(panel):
    k, why = topics.recommend(panel, 24)
    assert k == 3 and why.startswith("3 topics: their stability goes ")
    assert topics.margins(panel)[3] > 0.9
    for row in panel[panel["k"] == 3].itertuples():
        assert row.low <= row.value <= row.high
    wide = panel.pivot(index="k", columns=["measure", "group"], values="value")
    assert (wide["heldout", "shuffled"] < 0.01).all() and wide["heldout", "all"][3] > 0.5
    assert wide["coherence", "all"][3] > 0 > wide["coherence", "shuffled"][3]


def test_nothing_is_recommended_below_twenty_articles_or_where_nothing_beats_shuffled_text(panel):
    k, why = topics.recommend(panel, 19)
    assert k is None and "too few articles, 19 of at least 20 (Tang et al. 2014)" in why
    for measure in ("stability", "coherence", "heldout"):  # beaten by shuffled text in one measure is beaten
        weak = panel.assign(value=panel["value"].where(panel["measure"] != measure, -1))
        k, why = topics.recommend(weak, 500)
        assert k is None and why.startswith("No number of topics is recommended: 0 of ")


def test_text_that_was_shuffled_to_begin_with_comes_nowhere_near_planted_topics(planted, panel, monkeypatch):
    monkeypatch.setattr(topics, "SHUFFLES", 4)
    monkeypatch.setattr(topics, "FOLDS", 4)
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
    assert alone["mark"] == "one article" and alone["label"].endswith(" (one article)") and alone["effective_articles"] < 1.5
    assert (others["effective_articles"] > 5).all() and (others["mark"] == "").all()
    assert alone["agreement"] < others["agreement"].min()


def test_a_topic_that_is_the_largest_of_no_unit_says_so(tables):
    counts, _ = topics.units(tables.counts, "par")
    found = pd.concat([topics.fit(counts, k, "par", model).summary for k, model in ((12, "nmf"), (20, "lda"))])
    empty = found["n_largest"] == 0
    assert empty.any() and (found["mark"].eq("no unit") == empty).all()
    assert (found["label"].str.endswith(" (no unit)") == empty).all()
    assert found.loc[found["mark"] == "one article", "n_articles"].eq(1).all()


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


@pytest.mark.parametrize("unit", ["article", "par", "sent"])
def test_examples_are_verbatim_sentences_of_units_with_large_shares(tables, unit):
    counts, _ = topics.units(tables.counts, unit)
    model = topics.fit(counts, 3, unit)
    found = topics.examples(model, tables.counts, tables.sentences, 3)
    assert len(found) == 9 and not found.duplicated(["topic", "text"]).any()
    said = tables.sentences.set_index(["doc_id", "par", "sent"])
    shares = model.shares.set_index(["topic", *topics.UNITS[unit]])["share"]
    for row in found.itertuples():
        at = tuple(getattr(row, key) for key in topics.UNITS[unit])
        assert said.loc[(row.doc_id, row.par, row.sent), "text"] == row.text
        assert row.share == pytest.approx(shares[(row.topic, *at)]) and (shares[row.topic] > row.share).sum() < 30


def test_examples_of_planted_topics_come_from_different_articles_and_hold_the_words_of_their_topic(planted):
    counts, _ = corpus(24)
    texts = counts.ids.assign(text=[f"Sentence {i}." for i in range(len(counts.ids))])
    found = topics.examples(planted[2], counts, texts)
    theme = dict(zip(counts.ids[["doc_id", "par"]].itertuples(index=False, name=None), planted[1]))
    for _, part in found.groupby("topic"):
        assert part["doc_id"].nunique() == 3 and len({theme[place] for place in zip(part["doc_id"], part["par"])}) == 1


def test_copies_make_no_topics_but_have_the_shares_of_their_original(tables):
    first, _ = corpus(12)
    copies = first._replace(ids=first.ids.assign(doc_id="x" + first.ids["doc_id"]))
    both = first._replace(ids=pd.concat([first.ids, copies.ids], ignore_index=True),
                          matrix=scipy.sparse.vstack([first.matrix, copies.matrix]).tocsr())
    features, _ = topics.units(both, "par")
    articles = pd.DataFrame({"doc_id": features.ids["doc_id"].unique()})
    told, once = topics.stories(features, articles.assign(story_id=articles["doc_id"].str[-4:]))
    assert once.sum() == len(once) / 2 and set(told) == set(first.ids["doc_id"])
    assert topics.stories(features, articles.assign(story_id=None))[1].all()
    model = topics.fit(features, 3, "par", story=told)
    alone = topics.fit(matrix.select(features, once), 3, "par")
    assert np.array_equal(model.words, alone.words) and (model.summary["agreement"] == alone.summary["agreement"]).all()
    counted = ["n_largest", "n_articles", "effective_articles", "mark"]
    assert model.summary[counted].equals(alone.summary[counted])
    shares = model.shares.assign(doc_id=model.shares["doc_id"].str[-4:]).groupby(["topic", "doc_id", "par"])["share"]
    assert (shares.size() == 2).all() and (shares.max() == shares.min()).all()


def test_limits_hold_the_spread_over_articles_and_that_over_refits(planted):
    features, _, model = planted
    articles = pd.DataFrame({"doc_id": features.ids["doc_id"].unique(), "outlet": ["few"] * 3 + ["A"] * 21})
    found = topics.shares_by(model, articles, "outlet")
    few = found["outlet"] == "few"
    assert found[few]["low"].isna().all() and (found[few]["n_articles"] == 3).all()
    assert found.loc[few, "interval"].str.startswith("none: 3 of the 4 articles needed").all()
    assert (found[~few]["low"] < found[~few]["share"]).all() and (found[~few]["share"] < found[~few]["high"]).all()
    moved = model._replace(refits=[w * (1 + 0.3 * (-1) ** i) for i, w in enumerate(model.refits)])
    wider = topics.shares_by(moved, articles, "outlet")[~few]
    assert (wider["high"] - wider["low"] > found[~few]["high"] - found[~few]["low"]).all()
    label = "95% nominal, wider where 10 refits of the model differ or units mix topics, 90% or more in simulation"
    assert found.loc[~few, "interval"].str.endswith(label).all()


def test_limits_add_the_jackknife_variance_over_refits_to_that_over_articles(planted):
    features, _, model = planted
    articles = pd.DataFrame({"doc_id": features.ids["doc_id"].unique(), "outlet": "A"})
    own = model.weights.mean(axis=0)
    around = model._replace(refits=[model.weights + d for d in (-0.02, 0.01, 0.01)], weights=np.clip(model.weights, 0.1, 0.9))
    alone, both = (topics.shares_by(m, articles, "outlet") for m in (around._replace(refits=[]), around))
    left = np.array([-0.02, 0.01, 0.01]) + own[0]
    variance = (len(left) - 1) / len(left) * ((left - left.mean()) ** 2).sum()
    t_of = scipy.stats.t.ppf((1 + stats.CONFIDENCE) / 2, 23)
    half = [((t["high"] - t["low"]) / 2)[0] for t in (alone, both)]
    assert half[1] == pytest.approx(np.hypot(half[0], t_of * variance**0.5), abs=2e-6) and half[1] > half[0]


def test_shares_by_lda_get_no_limits_and_say_why(planted):
    features, _, _ = planted
    articles = pd.DataFrame({"doc_id": features.ids["doc_id"].unique(), "outlet": "A"})
    found = topics.shares_by(topics.fit(features, 3, "par", "lda"), articles, "outlet")
    assert found["low"].isna().all() and found["high"].isna().all() and found["share"].sum() == pytest.approx(1, abs=1e-5)
    assert (found["interval"] == "none: those of lda hold too seldom in simulation").all()


def test_what_units_mix_is_added_to_the_limits_and_nothing_where_each_is_of_one_topic(planted):
    features, _, model = planted
    articles = pd.DataFrame({"doc_id": features.ids["doc_id"].unique(), "outlet": "A"})
    k, pure = model.weights.shape[1], np.eye(model.weights.shape[1])[model.weights.argmax(axis=1)]
    alone, both = (topics.shares_by(model._replace(refits=[], weights=w), articles, "outlet", 1)
                   for w in (pure, 0.4 * pure + 0.6 / k))
    by_article = pd.DataFrame({"share": pure[:, 0], "n": 1}).groupby(features.ids["doc_id"].to_numpy()).sum()
    low, high = stats.jackknife(*by_article.T.to_numpy())
    assert (alone["low"][0], alone["high"][0]) == pytest.approx((low, high), abs=1e-6)
    share, own = pure[:, 0].mean(), 0.4 + 0.6 / k  # a unit gives its own topic this part, each other one 0.6 / k
    given = share * min(own, 1 - own) + (1 - share) * 0.6 / k
    assert (both["high"] - both["low"])[0] / 2 == pytest.approx(np.hypot(0.4 * (high - low) / 2, given), abs=2e-6)


def test_shares_of_units_that_mix_overlapping_topics_are_not_drawn_towards_even_ones():
    rng, usual = np.random.default_rng(4), 1 / np.arange(1, 301)
    words = usual * np.exp(rng.normal(0, 1, (2, 300)))
    words /= words.sum(axis=1, keepdims=True)
    units = scipy.sparse.csr_array(np.array([rng.multinomial(120, words[i % 2]) for i in range(120)]))
    found, place = topics.factorise(units, 2)
    partners, _ = topics.match(words, found)
    for share in (0.1, 0.8):
        mixed = scipy.sparse.csr_array(rng.multinomial(120, share * words[0] + (1 - share) * words[1], 60))
        assert place(mixed)[:, partners[0]].mean() == pytest.approx(share, abs=0.1)


def test_shares_by_period_keep_undated_articles_in_their_lane_and_places_select_units(planted):
    features, _, model = planted
    docs = features.ids["doc_id"].unique()
    dated = topics.shares_by(model, pd.DataFrame({"doc_id": docs, "period": ["2024-01"] * 20 + [None] * 4}), "period")
    assert dated.groupby("lane")["n_articles"].max().to_dict() == {"dated": 20, "undated": 4}
    assert dated.loc[dated["lane"] == "undated", "period"].isna().all()
    between = pd.DataFrame({"doc_id": docs, "period": ["2024-01"] * 23 + ["2024-01-05/2024-05-07"]})
    assert set(topics.shares_by(model, between, "period")["lane"]) == {"dated", "between"}, "over_time draws it as a level bar"
    said = features.ids.iloc[[0, 5]].assign(holder=["Pakistan", "Iran"])
    by = topics.shares_by(model, said, "holder").set_index(["holder", "topic"])
    assert by.loc[("Pakistan", 1), "share"] == pytest.approx(model.weights[0, 0], abs=1e-6) and (by["n_units"] == 1).all()


def test_labels_of_the_researcher_survive_a_rerun_with_other_numbers_and_more_topics(planted, tmp_path):
    model = planted[2]
    assert topics.labels(model, tmp_path).summary.equals(model.summary)
    path = tmp_path / topics.LABELS
    table = pd.read_csv(path)
    table.loc[1, "label"] = 'Water, "rights" & wrongs'
    table.to_csv(path, index=False)
    other = model._replace(topics=model.topics.assign(topic=4 - model.topics["topic"]))
    found = topics.labels(other, tmp_path).summary["label"].tolist()
    assert found[1] == '2: Water, "rights" & wrongs' and found[0] == model.summary["label"][2].replace("3: ", "1: ")
    gone = model._replace(topics=model.topics.assign(term="x" + model.topics["term"]))
    assert "Water" not in " ".join(topics.labels(gone, tmp_path).summary["label"])
    back = topics.labels(model, tmp_path).summary["label"][1]
    assert back == '2: Water, "rights" & wrongs', "kept in the file until its topic is back"


def test_a_codebook_counts_units_by_hand_and_names_words_that_never_occur(planted):
    counts, themes = corpus(24)
    found = topics.codebook(planted[2], counts, {"water": WORDS["water"].split(), "none": ["qq*"], "t": ["TARIF*"]})
    n = themes.count("water")
    assert found["n_units"].tolist()[:2] == [n, 0] and found["unseen"].tolist() == ["", "qq*", ""]
    assert pd.isna(found["nearest"][1]) and pd.isna(found["nearest_share"][1])
    assert found["nearest_share"][0] > 0.9 and found["share"][0] == pytest.approx(n / len(themes), abs=1e-6)
    held = sum(counts.matrix[:, [list(counts.terms).index("tariff")]].toarray().ravel() > 0)
    assert found["n_units"][2] == held == len(found["sources"][2]) and found["nearest"][2] != found["nearest"][0]


def test_drift_counts_the_words_that_a_topic_brings_in(planted):
    features, _, model = planted
    docs = features.ids["doc_id"].unique()
    articles = pd.DataFrame({"doc_id": docs, "date": ["2023-05-01"] * 12 + ["2024-05-01"] * 11 + [None]})
    found = topics.drift(model, features, articles, 1)
    assert set(found["period"]) == {"2023", "2024"} and found["n_articles"].tolist() == [12] * 10 + [11] * 10
    own = features.ids["doc_id"].isin(docs[:12]).to_numpy()
    term, column = found["term"][0], list(features.terms).index(found["term"][0])
    brought = features.matrix[np.flatnonzero(own)].toarray() * model.weights[own, :1]
    assert found["rate"][0] == pytest.approx(1e3 * brought[:, column].sum() / brought.sum(), abs=1e-5), term
    at = {place: i for i, place in enumerate(features.ids.itertuples(index=False, name=None))}
    assert all(features.matrix[at[doc, par], column] for doc, par, _ in found["sources"][0])


def test_terms_that_tell_two_topics_apart_are_more_frequent_in_their_own(planted):
    found = topics.apart(planted[2])
    assert found["topic"].nunique() == 2 and (found["weight"] > found["other"]).all() and not found["term"].duplicated().any()


def test_on_the_map_topics_keep_their_distances_and_passages_lie_between_their_topics(planted):
    model, found = planted[2], topics.layout(planted[2], most=7)
    spots = found[found["kind"] == "topic"][["x", "y"]].to_numpy()
    own = np.maximum(model.words - model.words.min(axis=0), 0)
    own /= np.linalg.norm(own, axis=1, keepdims=True)
    far = np.linalg.norm(spots[:, None] - spots, axis=2)
    assert far == pytest.approx(1 - own @ own.T, abs=1e-5), "three points fit into a plane"
    passages = found[found["kind"] == "passage"]
    assert len(passages) == 7
    for row in passages.itertuples():
        at = [i for i, place in enumerate(model.ids.itertuples(index=False)) if tuple(place)[:2] == row.sources[0][:2]]
        assert (row.x, row.y) == pytest.approx(tuple(model.weights[at[0]] @ spots), abs=1e-5)


def test_coherence_is_1_for_terms_that_always_come_together_and_minus_1_for_those_that_never_do():
    counts = scipy.sparse.csr_array(np.array([[1, 2, 0, 0], [1, 1, 0, 0], [0, 0, 3, 0], [0, 0, 0, 1]]))
    assert topics.coherence(counts, np.array([[0, 1], [2, 3], [0, 2]])) == pytest.approx([1, -1, -1])
    assert topics.coherence(counts, np.array([[0]])) == [0]


def test_held_out_words_are_told_by_a_true_model_and_not_by_one_of_other_topics():
    counts = scipy.sparse.csr_array(np.kron(np.eye(2, dtype=int), np.full((20, 4), 5)))
    place = lambda rows: np.eye(2)[(rows[:, 4:].sum(axis=1) > 0).astype(int)]
    words = np.kron(np.eye(2), np.full(4, 0.25))
    usual = words.mean(axis=0)
    assert topics.heldout(counts, words, place, usual) == pytest.approx(np.log2(0.9 * 2 + 0.1), abs=1e-6)
    assert topics.heldout(counts, words[::-1], place, usual) == pytest.approx(np.log2(0.1), abs=1e-6)


@pytest.mark.parametrize("model", topics.MODELS)
def test_a_small_topic_gains_no_more_than_its_part(model):
    """36 units of one kind and two of another: what the first has gains next to nothing over one topic for all."""
    rng = np.random.default_rng(4)
    kinds = [rng.multinomial(40, np.repeat(one, 10) / 10, n) for one, n in (([1, 0], 60), ([0, 1], 6))]
    counts = scipy.sparse.csr_array(np.vstack(kinds))
    gains = topics.measure(counts, np.array([f"d{i:02}" for i in range(66)]), 2, model)["heldout"]
    part = 60 / 66 * np.log2(66 / 60) + 6 / 66 * np.log2(66 / 6)  # bits a word, told perfectly
    assert gains.mean() < part + 0.1


@pytest.mark.parametrize("model", topics.MODELS)
def test_every_model_finds_planted_topics_and_places_units_that_it_never_saw(model, planted):
    features, themes, _ = planted
    words, place = topics.factorise(features.matrix[:72], 3, model)
    assert words.shape == (3, len(features.terms)) and words.sum(axis=1) == pytest.approx(np.ones(3)) and (words >= 0).all()
    assert adjusted_rand_score(themes[72:], place(features.matrix[72:]).argmax(axis=1)) > 0.9


def test_large_corpora_are_read_by_chunks_and_find_the_same_topics(planted, monkeypatch):
    monkeypatch.setattr(topics, "CHUNKED_FROM", 50)
    monkeypatch.setattr(topics, "START_UNITS", 30)
    for model in topics.MODELS:
        found = topics.factorise(planted[0].matrix, 3, model)[1](planted[0].matrix).argmax(axis=1)
        assert adjusted_rand_score(planted[1], found) > 0.9, model


def test_one_core_and_two_give_the_same_words(tables):
    counts, _ = topics.units(tables.counts, "par")
    found = []
    for cores in (1, 2):
        with threadpool_limits(cores):
            found.append(topics.factorise(counts.matrix, 4))
    assert np.array_equal(found[0][0], found[1][0]) and np.array_equal(*(place(counts.matrix) for _, place in found))


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


@pytest.mark.parametrize("words", [1, 2, 3])
def test_units_of_next_to_no_words_get_a_model_and_a_refusal_but_no_crash(words):
    counts, _ = topics.units(corpus(3, 2)[0], "par")
    counts = counts._replace(matrix=counts.matrix[:, :words], terms=counts.terms[:words])
    panel = topics.panel(counts)
    assert topics.recommend(panel, 3)[0] is None
    assert len(topics.fit(counts, int(topics.margins(panel).idxmax()), "par").summary) >= 1


def test_a_large_corpus_is_sampled_by_article_for_the_panel(monkeypatch):
    monkeypatch.setattr(topics, "PANEL_UNITS", 40)
    monkeypatch.setattr(topics, "SHUFFLES", 1)
    monkeypatch.setattr(topics, "FOLDS", 2)
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
    assert (panel["seed"] == stats.SEED).all() and (panel["shuffles"] == 4).all()
    assert panel.loc[panel["group"] == "shuffled", "sources"].str.len().sum() == 0
    assert (panel.loc[panel["group"] == "all", "sources"].str.len() == 24).all()
