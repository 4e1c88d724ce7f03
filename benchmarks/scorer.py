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
    table = stance.reliability(stances, sentences, codings)
    y = scorer.sign(stance.coded(stances, sentences, codings)[1])
    shares = np.array([[(y == value).mean() for value in scorer.CLASSES]] * len(y))
    bare = scorer.reliability(shares, y)["brier"].iloc[0]
    print(table.drop(columns="brier").to_string(index=False))
    print(f"{len(y)} rows; Brier score {table['brier'].iloc[0]:.3f} on articles left out, {bare:.3f} for the bare shares")
    if o.save:
        model = stance.fit(stances, sentences, codings)
        store.write_bytes(o.save, model.to_json().encode("utf-8"))
        store.write(o.dir, stances=stance.apply(stances, sentences, model))


if __name__ == "__main__":
    main()
