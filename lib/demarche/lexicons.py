"""Word lists and actors: data with a source beside each word, read once."""

import re
from functools import cache
from pathlib import Path

import pandas as pd

from demarche import schema, store

_NAMES = {"english": "en", "eng": "en"}  # what researchers write for a code
FOLDER = Path(__file__).parent / "lexicons"


@cache
def read(name):
    """The shipped list lexicons/NAME.csv, empty cells as empty text."""
    return pd.read_csv(FOLDER / f"{name}.csv", dtype="str", keep_default_na=False)


def stopwords():
    """The stop list: function words, but not those that carry stance ('not', 'against', 'should')."""
    return frozenset(read("stopwords")["word"])


@cache
def acts():
    """{act: PLOVER class, '' where it has none} (lexicons/acts.csv)."""
    return dict(zip(read("acts")["act"], read("acts")["plover"]))


@cache
def languages():
    """{code: (words that are frequent in that language, those of them that others have too)}: the languages with a pack."""
    groups = read("languages").groupby("language")
    return {code: (frozenset(t["word"]), frozenset(t.loc[t["shared"] != "", "word"])) for code, t in groups}


@cache
def covers(language):
    """Has a language a pack? One that is not known is taken for the one there is.

    >>> covers("en-GB"), covers("English"), covers(None), covers("de")
    (True, True, True, False)
    """
    name = re.split(r"[-_ (]", str(language or "").strip().lower())[0]
    return name in ("", "none", "nan", "und", "unknown") or _NAMES.get(name, name) in languages()


def actors(path=None):
    """The actors table: the shipped one, or the user's own CSV (columns actor, class, alias, role, from, to)."""
    table = read("actors") if path is None else store.read_csv(path, ["actor", "class", "alias", "role"])
    table = table.assign(**{c: "" for c in ("from", "to") if c not in table})
    rows = enumerate(zip(*(table[c] for c in ("actor", "alias", "from", "to"))), 2)
    odd = [str(k) for k, (*names, first, last) in rows if not all(n[:1].strip() for n in names)
           or not re.fullmatch(r"(\d{4}(-\d\d){2})?/(\d{4}(-\d\d){2})?", f"{first}/{last}")]
    schema.refuse(odd, f"{path}: actor or alias is empty, or begins with a blank, or a day is not written YYYY-MM-DD, in line "
                  f"{', '.join(odd)}; mend it")
    schema.require(actors=table)
    return table
