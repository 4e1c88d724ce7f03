"""Word lists and actors: data with a source beside each word, read once."""

from functools import cache
from pathlib import Path

import pandas as pd

from demarche import schema

FOLDER = Path(__file__).parent / "lexicons"


@cache
def read(name):
    """The shipped list lexicons/NAME.csv, empty cells as empty text."""
    return pd.read_csv(FOLDER / f"{name}.csv", dtype="str", keep_default_na=False)


@cache
def stopwords():
    """The stop list: function words, but not those that carry stance ('not', 'against', 'should')."""
    return frozenset(read("stopwords")["word"])


@cache
def acts():
    """{act: PLOVER class, '' where it has none} (lexicons/acts.csv)."""
    return dict(zip(read("acts")["act"], read("acts")["plover"]))


def actors(path=None):
    """The actors table: the shipped one, or the user's own CSV (columns actor, class, alias, role, from, to)."""
    table = read("actors") if path is None else pd.read_csv(path, dtype="str", keep_default_na=False)
    schema.require(actors=table)
    return table
