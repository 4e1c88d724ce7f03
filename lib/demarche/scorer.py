"""A scorer of one's own: learn from coded stances which are negative, neutral or positive, and say how far it can be trusted.

A model sees each row of `stances` as one text (`texts`). Any object with `predict_proba` over texts and `classes_` of -1, 0, 1
can take the place of the one that `fit` makes: a scikit-learn pipeline, or a wrapped transformer.
"""

import json

import numpy as np
import pandas as pd

from demarche.schema import SENTENCE, refuse

CLASSES, NEUTRAL = [-1, 0, 1], 1 / 3  # a coded stance nearer to 0 than NEUTRAL is neutral
# Parts of the articles; articles that can teach; inverse strength of the regularisation; texts that hold a word which counts.
FOLDS, MIN_ARTICLES, C, MIN_TEXTS = 5, 3, 1.0, 2


def texts(stances, sentences):
    """One text for each row: the sentence, with what the reader found of the pair as words of their own.

    >>> row = {"doc_id": "a", "par": 1, "sent": 1, "holder": "Iran", "target": "Japan", "form": "action", "act": None,
    ...        "stance": -1.0, "evidence": '[[5, 11, "bombed"]]'}
    >>> texts(pd.DataFrame([row]), pd.DataFrame([{"doc_id": "a", "par": 1, "sent": 1, "text": "Iran bombed Japan."}]))
    ['act_None form_action reader_-1 word_bombed Iran bombed Japan.']
    """
    rows = stances.merge(sentences[[*SENTENCE, "text"]].drop_duplicates(SENTENCE), on=SENTENCE, how="left")
    return [" ".join([f"act_{str(r.act).replace(' ', '_')}", f"form_{r.form}",
                      "reader_none" if pd.isna(r.stance) else f"reader_{round(r.stance)}",
                      *(f"word_{word.lower()}" for _, _, word in json.loads(r.evidence)), r.text]) for r in rows.itertuples()]


def sign(stance):
    """-1, 0 or 1 of coded stances: 0 within a third.

    >>> sign([-2, 0.2, 0.5]).tolist()
    [-1, 0, 1]
    """
    value = np.asarray(stance, dtype=float)
    return np.where(np.abs(value) < NEUTRAL, 0, np.sign(value)).astype(int)


class Scorer:
    """Logistic regression over words, calibrated class by class (Platt 1999): plain numbers, saved as JSON."""

    classes_ = np.array(CLASSES)

    def __init__(self, numbers):
        self.numbers = numbers

    def scores(self, texts):
        """Uncalibrated scores of -1, 0 and 1, a row for each text."""
        held = _bag(vocabulary=self.numbers["words"]).fit_transform(texts)
        return self.numbers["bias"] + held @ np.array(self.numbers["weights"])

    def predict_proba(self, texts):
        """Probabilities of -1, 0 and 1, a row for each text."""
        slope, shift = np.array(self.numbers["calibration"]).T
        p = 1 / (1 + np.exp(-np.clip(self.scores(texts) * slope + shift, -30, 30)))
        return p / p.sum(axis=1, keepdims=True)

    def to_json(self):
        """The model as text, the same bytes for the same codings; `Scorer(json.loads(text))` reads it back."""
        return json.dumps(self.numbers, ensure_ascii=False, sort_keys=True)


def _bag(**options):
    """What makes texts a sparse table of texts by words: each word of a text counts 1 / sqrt of their number."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    return TfidfVectorizer(token_pattern=r"\S+", binary=True, use_idf=False, **options)


def _linear(texts, y):
    """A Scorer, not calibrated, by one-against-rest logistic regression."""
    from sklearn.linear_model import LogisticRegression
    bag = _bag(min_df=MIN_TEXTS)
    x, words = bag.fit_transform(texts), {word: int(column) for word, column in sorted(bag.vocabulary_.items())}
    weights, bias = np.zeros((len(words), len(CLASSES))), np.full(len(CLASSES), -10.0)
    for k, value in enumerate(CLASSES):
        if 0 < (y == value).sum() < len(y):
            model = LogisticRegression(C=C, max_iter=1000).fit(x, y == value)
            weights[:, k], bias[k] = model.coef_[0], model.intercept_[0]
    return Scorer({"words": words, "weights": weights.round(6).tolist(), "bias": bias.round(6).tolist(),
                   "calibration": [[1.0, 0.0] for _ in CLASSES]})


def held_out(texts, docs, fit, predict):
    """Scores of -1, 0 and 1, a row for each text, by models that have not seen its article: `fit(rows)` makes one of the texts
    of these rows. Whole articles are left out in FOLDS parts, in the order of their ids."""
    part, out = np.unique(docs, return_inverse=True)[1] % FOLDS, np.zeros((len(texts), len(CLASSES)))
    for fold in np.unique(part):
        inside, rest = np.flatnonzero(part == fold), np.flatnonzero(part != fold)
        out[inside] = predict(fit(rest), [texts[row] for row in inside])
    return out


def fit(texts, coded, docs):
    """A Scorer from texts (see `texts`), their coded stances (-2 to 2) and the articles they are of: lists of one length.

    Linear and calibrated: scores of articles left out, a fifth at a time, give the slope and shift of each class. ValueError
    where fewer than MIN_ARTICLES articles or one class only are coded.
    """
    from sklearn.linear_model import LogisticRegression
    y = sign(coded)
    refuse(len(set(docs)) < MIN_ARTICLES or len(set(y)) < 2, f"{len(set(docs))} articles with {len(set(y))} of 3 signs are "
           f"coded; code at least {MIN_ARTICLES} articles and 2 signs")
    model = _linear(texts, y)
    scores = held_out(texts, docs, lambda rows: _linear([texts[row] for row in rows], y[rows]), Scorer.scores)
    for k, value in enumerate(CLASSES):
        if 0 < (y == value).sum() < len(y):
            platt = LogisticRegression(C=100).fit(scores[:, [k]], y == value)
            slope, share = platt.coef_[0, 0], (y == value).mean()
            # A class that can't be told apart gets its share, not its reverse.
            slope, shift = (slope, platt.intercept_[0]) if slope > 0 else (0.0, np.log(share / (1 - share)))
            model.numbers["calibration"][k] = [round(float(slope), 6), round(float(shift), 6)]
    return model


def apply(stances, sentences, model, method="fitted"):
    """`stances` with p_negative, p_neutral, p_positive of a model; `method` names it."""
    named = dict(zip(("p_negative", "p_neutral", "p_positive"), probabilities(model, texts(stances, sentences)).T))
    return stances.assign(**named, method=stances["method"] + "+" + method)


def probabilities(model, texts):
    """Those of CLASSES, a row for each text; 0 for a class that the model does not know."""
    return pd.DataFrame(model.predict_proba(texts), columns=[*model.classes_]).reindex(columns=CLASSES, fill_value=0).to_numpy()
