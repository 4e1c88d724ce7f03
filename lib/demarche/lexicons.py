"""Word lists and actors: data with a source beside each word, read once."""

from functools import cache
from pathlib import Path

import pandas as pd

from demarche import schema

FOLDER = Path(__file__).parent / "lexicons"
_IRREGULAR = {"say": "said", "tell": "told", "think": "thought", "make": "made", "give": "gave given", "hold": "held",
              "write": "wrote written", "speak": "spoke spoken", "find": "found", "see": "saw seen", "seek": "sought",
              "mean": "meant", "know": "knew known", "draw": "drew drawn", "take": "took taken", "put": "put", "let": "let",
              "read": "read", "hit": "hit", "lay": "laid", "set": "set", "go": "went gone goes", "swear": "swore sworn",
              "feel": "felt", "hear": "heard", "bring": "brought", "break": "broke broken", "come": "came come", "meet": "met",
              "have": "had has having", "be": "is are was were been being", "stand": "stood", "strike": "struck", "keep": "kept",
              "forbid": "forbade forbidden", "withdraw": "withdrew withdrawn", "show": "showed shown", "lead": "led",
              "send": "sent", "win": "won", "fight": "fought", "understand": "understood", "leave": "left", "cut": "cut",
              "do": "did done does", "get": "got", "begin": "began begun", "lose": "lost", "pay": "paid", "build": "built"}


@cache
def read(name):
    """The shipped list lexicons/NAME.csv, empty cells as empty text."""
    return pd.read_csv(FOLDER / f"{name}.csv", dtype="str", keep_default_na=False)


@cache
def stopwords():
    """The stop list: function words, but not those that carry stance ('not', 'against', 'should')."""
    return frozenset(read("stopwords")["word"])


def actors(path=None):
    """The actors table: the shipped one, or the user's own CSV (columns actor, class, alias, role, from, to)."""
    if path is None:
        return read("actors")
    table = pd.read_csv(path, dtype="str", keep_default_na=False)
    schema.require(actors=table)
    return table


def inflections(lemma):
    """The forms that a verb or noun lemma takes in text, its first word inflected; some may not exist, which does no harm.

    >>> sorted(inflections("call for"))
    ['call for', 'called for', 'calling for', 'calls for']
    """
    first, _, rest = lemma.partition(" ")
    stem = first[:-1] if first.endswith("e") else first
    forms = {first, first + "s", stem + "ed", stem + "ing", *_IRREGULAR.get(first, "").split()}
    if first.endswith(("s", "sh", "ch", "x", "z", "o")):
        forms.add(first + "es")
        forms.discard(first + "s")
    if first.endswith("y") and first[-2:-1] not in "aeiou":
        forms = {f for f in forms if not f.endswith(("ys", "yed"))} | {first[:-1] + "ies", first[:-1] + "ied"}
    if len(first) > 2 and first[-1] in "bdglmnprt" and first[-2] in "aeiou" and first[-3] not in "aeiou":
        forms |= {first + first[-1] + "ed", first + first[-1] + "ing"}
        if first[:-1] not in ("off", "ent") and len(first) < 5:  # ban, banned: never baned
            forms -= {first + "ed", first + "ing"}
    if first in _IRREGULAR:
        forms.discard(stem + "ed")
    return {f"{form} {rest}".strip() for form in forms}
