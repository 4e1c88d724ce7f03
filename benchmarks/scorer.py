"""Learn a scorer from one's own codings, and say how far it can be trusted on articles left out.

    python benchmarks/scorer.py CODINGS.csv DIR [--save MODEL.json]

CODINGS: doc_id, par, sent, holder, target, stance, in the names and numbers of the tables in DIR (which `demarche stance`
made); a doc_id may be given by its beginning. Prints the reliability table and the Brier score beside that of the bare
shares of the three signs. With --save, the model fitted on all codings is written, and the probabilities go into the table
stances of DIR.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from demarche import scorer, stance, store


def reliability(stances, sentences, codings, make=scorer.fit):
    """How far a scorer's probabilities can be trusted, on articles left out: see `table`.

    `make(texts, coded, doc_ids)` gives the model: any object with `predict_proba` over texts and `classes_` of -1, 0, 1.
    """
    texts, coded, docs = stance.coded(stances, sentences, codings)
    p = scorer.held_out(texts, docs, lambda rows: make([texts[row] for row in rows], coded[rows], [docs[row] for row in rows]),
                        scorer.probabilities)
    return table(p, coded)


def table(p, coded, bins=5):
    """A row for each class and bin of predicted probability: class, bin, predicted (mean probability), observed (share coded
    so), n, and brier, the mean squared error of all three probabilities over all rows (Brier 1950; 0 best, 2 worst), the same
    in each row."""
    hit = np.array([scorer.sign(coded) == value for value in scorer.CLASSES]).T
    rows = pd.DataFrame({"class": scorer.CLASSES * len(p), "predicted": np.ravel(p), "hit": np.ravel(hit)})
    rows["bin"] = np.minimum((rows["predicted"] * bins).astype(int), bins - 1)
    found = rows.groupby(["class", "bin"], as_index=False).agg(
        predicted=("predicted", "mean"), observed=("hit", "mean"), n=("hit", "size"))
    return found.assign(brier=((p - hit) ** 2).sum(axis=1).mean()).round(6)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("codings")
    parser.add_argument("dir", type=Path)
    parser.add_argument("--save", type=Path)
    o = parser.parse_args()
    codings = pd.read_csv(o.codings, dtype={"doc": "str", "doc_id": "str"})
    stances, sentences = (store.read(o.dir, name) for name in ("stances", "sentences"))
    codings = codings.rename(columns={"doc": "doc_id"})
    docs = sorted(sentences["doc_id"].unique(), key=len)
    short = codings["doc_id"].astype(str).unique()
    whole = {some: next((doc for doc in docs if doc.startswith(some)), some) for some in short}
    codings["doc_id"] = codings["doc_id"].astype(str).map(whole)
    found = reliability(stances, sentences, codings)
    y = scorer.sign(stance.coded(stances, sentences, codings)[1])
    shares = np.array([[(y == value).mean() for value in scorer.CLASSES]] * len(y))
    bare = table(shares, y)["brier"].iloc[0]
    print(found.drop(columns="brier").to_string(index=False))
    print(f"{len(y)} rows; Brier score {found['brier'].iloc[0]:.3f} on articles left out, {bare:.3f} for the bare shares")
    if o.save:
        model = stance.fit(stances, sentences, codings)
        store.write_bytes(o.save, model.to_json().encode("utf-8"))
        store.write(o.dir, stances=stance.apply(stances, sentences, model))


if __name__ == "__main__":
    main()
