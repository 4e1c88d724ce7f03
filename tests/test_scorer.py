"""The scorer that learns from codings: does it learn, is it calibrated, does it come back from its file, does a plug fit?"""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from conftest import ROOT, load
from demarche import clauses, lexicons, schema, scorer, stance

reliability = load(ROOT / "benchmarks" / "scorer.py").reliability

SAYINGS = {-2: "Japan condemned Iran for the attack", 1: "Japan welcomed talks with Iran", 2: "Japan praised Iran for its help"}


def corpus(articles=12, noise=0, seed=1):
    """Sentences, articles, stances and codings of made-up articles in which the wording tells the stance, but for `noise`."""
    rng, rows, coded = np.random.default_rng(seed), [], []
    for n in range(articles):
        for sent, value in enumerate(rng.permutation(list(SAYINGS)), start=1):
            text = f"{SAYINGS[value]} on day {rng.integers(1, 30)}."
            rows.append((f"a{n:02}", 1, sent, "body", text, 100 * sent))
            coded.append((f"a{n:02}", 1, sent, "Japan", "Iran", -value if rng.random() < noise else value))
    sentences = pd.DataFrame(rows, columns=["doc_id", "par", "sent", "role", "text", "start"])
    articles = pd.DataFrame({"doc_id": sentences["doc_id"].unique(), "date": None, "place": None})
    stances = stance.read(sentences, articles, clauses.Actors(lexicons.actors()))[1]
    return sentences, stances, pd.DataFrame(coded, columns=["doc_id", "par", "sent", "holder", "target", "stance"])


def test_a_scorer_learns_what_the_wording_tells_and_gives_probabilities():
    sentences, stances, codings = corpus()
    model = stance.fit(stances, sentences, codings)
    table = schema.conform("stances", stance.apply(stances, sentences, model))
    p = table[["p_negative", "p_neutral", "p_positive"]]
    assert np.allclose(p.sum(axis=1), 1, atol=1e-5) and p.min(axis=None) >= 0
    pair = table[(table["holder"] == "Japan") & (table["target"] == "Iran")].merge(codings, on=["doc_id", "par", "sent"])
    assert ((pair["p_negative"] > pair["p_positive"]) == (pair["stance_y"] < 0)).mean() > 0.9
    assert (table["method"] == stance.METHOD + "+fitted").all()


def test_a_model_comes_back_from_its_text_and_two_fits_are_the_same_bytes():
    sentences, stances, codings = corpus()
    model, again = (stance.fit(stances, sentences, codings) for _ in range(2))
    assert model.to_json() == again.to_json()
    some = scorer.texts(stances, sentences)
    assert np.array_equal(scorer.Scorer(json.loads(model.to_json())).predict_proba(some), model.predict_proba(some))


def test_probabilities_of_noisy_codings_are_less_sure():
    sure, unsure = (stance.fit(t, s, c).predict_proba(scorer.texts(t, s)).max(axis=1).mean()
                    for s, t, c in (corpus(), corpus(noise=0.5)))
    assert sure > unsure + 0.1


def test_reliability_counts_every_row_once_for_each_class_and_brier_tells_good_from_bad():
    sentences, stances, codings = corpus()
    table = reliability(stances, sentences, codings)
    n = len(stance.coded(stances, sentences, codings)[0])
    assert table.groupby("class")["n"].sum().tolist() == [n] * 3
    assert table[["predicted", "observed"]].stack().between(0, 1).all() and 0 <= table["brier"].iloc[0] < 0.5
    noisy = reliability(*[corpus(noise=0.5)[i] for i in (1, 0, 2)])
    assert noisy["brier"].iloc[0] > table["brier"].iloc[0]


def test_any_object_with_predict_proba_can_take_its_place():
    sentences, stances, codings = corpus()

    def pipeline(some, coded, docs):
        return make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(some, scorer.sign(coded))
    assert reliability(stances, sentences, codings, pipeline)["brier"].iloc[0] < 0.6
    some, coded, docs = stance.coded(stances, sentences, codings)
    table = stance.apply(stances, sentences, pipeline(some, coded, docs), method="tf-idf")
    assert table["p_negative"].between(0, 1).all() and table["method"].str.endswith("+tf-idf").all()


def test_too_few_codings_are_refused_in_one_clear_line():
    sentences, stances, codings = corpus(articles=2)
    with pytest.raises(ValueError, match="2 articles with . of 3 signs are coded; code at least 3 articles"):
        stance.fit(stances, sentences, codings)
    with pytest.raises(ValueError, match="0 articles"):
        stance.fit(stances, sentences, codings.iloc[:0])


def test_signs_are_neutral_within_a_third():
    assert scorer.sign([-2, -0.33, 0, 0.3, 0.34, 2]).tolist() == [-1, 0, 0, 0, 1, 1]
