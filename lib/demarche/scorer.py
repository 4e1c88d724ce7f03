"""A scorer of one's own: learn from coded stances which are negative, neutral or positive, and say how far it can be trusted.

A model sees each row of `stances` as one text (`texts`). Any object with `predict_proba` over texts and `classes_` of -1, 0, 1
can take the place of the one that `fit` makes: a scikit-learn pipeline, or a wrapped transformer.
"""

import json
from collections import Counter

import numpy as np
import pandas as pd

CLASSES, NEUTRAL = [-1, 0, 1], 1 / 3  # a coded stance nearer to 0 than NEUTRAL is neutral
FOLDS, FEWEST, C, LEAST = 5, 3, 1.0, 2  # parts of the articles; articles that can teach; regularisation; a word's texts


def texts(stances, sentences):
    """One text for each row: the sentence, with what the reader found of the pair as words of their own.

    >>> row = {"doc_id": "a", "par": 1, "sent": 1, "holder": "Iran", "target": "Japan", "form": "action", "act": None,
    ...        "stance": -1.0, "evidence": '[[5, 11, "bombed"]]'}
    >>> texts(pd.DataFrame([row]), pd.DataFrame([{"doc_id": "a", "par": 1, "sent": 1, "text": "Iran bombed Japan."}]))
    ['act_None form_action reader_-1 word_bombed Iran bombed Japan.']
    """
    key = ["doc_id", "par", "sent"]
    rows = stances.merge(sentences[[*key, "text"]].drop_duplicates(key), on=key, how="left")
    return [" ".join([f"act_{str(r.act).replace(' ', '_')}", f"form_{r.form}",
                      "reader_none" if pd.isna(r.stance) else f"reader_{round(r.stance)}",
                      *(f"word_{word.lower()}" for _, _, word in json.loads(r.evidence)), r.text]) for r in rows.itertuples()]


def sign(stance):
    """-1, 0 or 1 of coded stances: 0 within a third."""
    value = np.asarray(stance, dtype=float)
    return np.where(np.abs(value) < NEUTRAL, 0, np.sign(value)).astype(int)


class Scorer:
    """Logistic regression over words, calibrated class by class (Platt 1999): plain numbers, saved as JSON."""

    classes_ = np.array(CLASSES)

    def __init__(self, numbers):
        self.numbers = numbers

    def scores(self, some):
        """Uncalibrated scores of -1, 0 and 1, a row for each text."""
        words, weights = self.numbers["words"], np.array(self.numbers["weights"])
        out = np.tile(np.array(self.numbers["bias"], dtype=float), (len(some), 1))
        for i, text in enumerate(some):
            seen = sorted({words[w] for w in text.lower().split() if w in words})
            if seen:
                out[i] += weights[seen].sum(axis=0) / np.sqrt(len(seen))
        return out

    def predict_proba(self, some):
        """Probabilities of -1, 0 and 1, a row for each text."""
        slope, shift = np.array(self.numbers["calibration"]).T
        p = 1 / (1 + np.exp(-np.clip(self.scores(some) * slope + shift, -30, 30)))
        return p / p.sum(axis=1, keepdims=True)

    def to_json(self):
        """The model as text, the same bytes for the same codings; `Scorer(json.loads(text))` reads it back."""
        return json.dumps(self.numbers, ensure_ascii=False, sort_keys=True)


def _linear(some, y):
    """Words, weights and bias of a one-against-rest logistic regression; a text's words count 1 / sqrt of their number."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression
    sets = [set(text.lower().split()) for text in some]
    words = sorted(word for word, n in Counter(word for words in sets for word in words).items() if n >= LEAST)
    words = {word: i for i, word in enumerate(words)}
    seen = [sorted(words[w] for w in kept if w in words) for kept in sets]
    data = [1 / np.sqrt(len(row)) for row in seen for _ in row]
    x = csr_matrix((data, [i for row in seen for i in row], np.cumsum([0, *map(len, seen)])), shape=(len(seen), len(words)))
    weights, bias = np.zeros((len(words), len(CLASSES))), np.full(len(CLASSES), -10.0)
    for k, value in enumerate(CLASSES):
        if 0 < (y == value).sum() < len(y):
            model = LogisticRegression(C=C, max_iter=1000).fit(x, y == value)
            weights[:, k], bias[k] = model.coef_[0], model.intercept_[0]
    return Scorer({"words": words, "weights": weights.round(6).tolist(), "bias": bias.round(6).tolist(),
                   "calibration": [[1.0, 0.0] for _ in CLASSES]})


def _parts(docs):
    """Whole articles to FOLDS parts, in the order of their ids; fewer parts where there are fewer articles."""
    place = {doc: i % FOLDS for i, doc in enumerate(sorted(set(docs)))}
    return np.array([place[doc] for doc in docs])


def fit(some, coded, docs):
    """A Scorer from texts, their coded stances (-2 to 2) and the articles they are of.

    Linear and calibrated: scores of articles left out, a fifth at a time, give the slope and shift of each class. ValueError
    where fewer than FEWEST articles or one class only are coded.
    """
    from sklearn.linear_model import LogisticRegression
    y, parts = sign(coded), _parts(docs)
    if len(set(docs)) < FEWEST or len(set(y)) < 2:
        raise ValueError(f"{len(set(docs))} articles with {len(set(y))} of 3 signs are coded; code at least {FEWEST} articles "
                         "and 2 signs")
    scores = np.zeros((len(y), len(CLASSES)))
    for part in sorted(set(parts)):
        inside = parts == part
        model = _linear([t for t, i in zip(some, inside) if not i], y[~inside])
        scores[inside] = model.scores([t for t, i in zip(some, inside) if i])
    model = _linear(some, y)
    for k, value in enumerate(CLASSES):
        if 0 < (y == value).sum() < len(y):
            platt = LogisticRegression(C=100).fit(scores[:, [k]], y == value)
            slope, shift, share = platt.coef_[0, 0], platt.intercept_[0], (y == value).mean()
            if slope <= 0:  # a class that can't be told apart gets its share, not its reverse
                slope, shift = 0.0, np.log(share / (1 - share))
            model.numbers["calibration"][k] = [round(float(slope), 6), round(float(shift), 6)]
    return model


def apply(stances, sentences, model, method="fitted"):
    """`stances` with p_negative, p_neutral, p_positive of a model; `method` names it."""
    p = pd.DataFrame(model.predict_proba(texts(stances, sentences)), columns=list(model.classes_), index=stances.index)
    named = {name: p.get(k, 0.0) for name, k in zip(("p_negative", "p_neutral", "p_positive"), CLASSES)}
    return stances.assign(**named, method=stances["method"] + "+" + method)


def left_out(some, coded, docs, make=fit):
    """Probabilities for each text by models that have not seen its article: `make(texts, coded, docs)` fits one."""
    coded, parts, out = np.asarray(coded, dtype=float), _parts(docs), np.zeros((len(some), len(CLASSES)))
    for part in sorted(set(parts)):
        inside = parts == part
        rest = [(t, d) for t, d, i in zip(some, docs, inside) if not i]
        model = make([t for t, _ in rest], coded[~inside], [d for _, d in rest])
        columns = [CLASSES.index(k) for k in model.classes_]
        out[np.ix_(inside, columns)] = model.predict_proba([t for t, i in zip(some, inside) if i])
    return out


def reliability(p, coded, bins=5):
    """How far probabilities of articles left out can be trusted: a row for each class and bin of predicted probability.

    Columns class, bin, predicted (mean probability), observed (share coded so), n, and brier, the mean squared error of all
    three probabilities over all rows (Brier 1950; 0 best, 2 worst), the same in each row.
    """
    hit = np.array([sign(coded) == value for value in CLASSES]).T
    brier, rows = float(((p - hit) ** 2).sum(axis=1).mean()), []
    for k, value in enumerate(CLASSES):
        place = np.minimum((p[:, k] * bins).astype(int), bins - 1)
        rows += [(value, b, p[place == b, k].mean(), hit[place == b, k].mean(), int((place == b).sum()), brier)
                 for b in range(bins) if (place == b).any()]
    return pd.DataFrame(rows, columns=["class", "bin", "predicted", "observed", "n", "brier"]).round(6)
