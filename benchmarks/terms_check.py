"""Do counts equal word-boundary matches of the text, exactly? Fifty terms, phrases and sets, counted a second way.

    python benchmarks/terms_check.py CORPUS_OR_PREPARED_DIR [--all]

The second count knows nothing of the library: it walks through each body sentence letter by letter where the plain search of
the folded spelling finds a place, and asks whether a letter, digit or underscore stands on either side. Prints one row per
term (count here, count there, articles), and exits with 1 where any sentence differs. `--all`: every 200th word of the corpus
as well.
"""

import argparse
import re
import sys
import tempfile
from pathlib import Path

import pandas as pd

from demarche import prepare, schema, store, terms

TERMS = """Pakistan|Taliban|TTP|Kabul|U.S.|UN|China|India|Gaza|ceasefire|hostages|the|of|not|'s|2023|9/11|F-16|covid-19|
terroris*|condemn*|*stan|counter-terror*|Afghan*|Foreign Office|foreign minister|security forces|United Nations|
Afghan soil|prime minister|in the|of the|White House|cross-border|long-term peace|don't|Pakistan's|spokesperson said|
Tehreek-e-Taliban|State Department|air strike*|peace talks|a.m.|No. 1"""
SETS = ["Afghan soil / Afghan territory / Afghanistan's soil", "TTP / Tehreek-e-Taliban Pakistan / Tehrik-i-Taliban Pakistan",
        "war / wars / warfare", "Israel / Israeli / Israelis", "terror / terroris* / war on terror",
        "US / U.S. / United States", "Ukraine / Ukrainian*", "Modi / Narendra Modi", "minister / foreign minister"]


def spelled():
    return [t.strip() for t in TERMS.replace("\n", "").split("|")] + [" | ".join(s.split(" / ")) for s in SETS]


def second_count(text, spellings):
    """Places where one of the spellings stands between marks or blanks, leftmost first, none within another."""
    n, at, low = 0, 0, text.replace("’", "'")
    low = low.lower() if len(low.lower()) == len(low) else "".join(c.lower() if len(c.lower()) == 1 else c for c in low)
    while at < len(low):
        end = next((e for s in spellings if (e := stands(low, at, s)) is not None), None)
        n, at = (n + 1, max(end, at + 1)) if end is not None else (n, at + 1)
    return n


def letter(text, at):
    return 0 <= at < len(text) and (text[at].isalnum() or text[at] == "_")


def stands(text, at, spelling):
    """The end of a spelling that stands at a place, whole; `*` is the rest of a word, a blank any white space."""
    if letter(text, at - 1):
        return None
    ends = {at}
    for c in spelling:
        after = set()
        for e in ends:
            if c == "*":
                after.add(e)
                while letter(text, e):
                    e += 1
                    after.add(e)
            elif c == " ":
                while e < len(text) and text[e].isspace():
                    e += 1
                    after.add(e)
            elif text[e:e + 1] == c:
                after.add(e + 1)
        ends = after
        if not ends:
            return None
    ends = [e for e in ends if not letter(text, e)]
    return max(ends) if ends else None


def check(tables, asked):
    """(term, count of the suite, second count, sentences that differ, articles) of each term."""
    texts = tables.sentences
    body, rows = texts[texts["role"] == "body"], []
    low = body["text"].str.replace("’", "'").str.lower()
    for term in asked:
        spellings = [s.strip().lower() for s in term.split("|")]
        # Only sentences that hold the longest plain piece of some spelling are walked through: others can't have it.
        pieces = [max(re.split(r"[*\s]+", s), key=len) for s in spellings]
        near = low.str.contains(pieces[0], regex=False)
        for piece in pieces[1:]:
            near |= low.str.contains(piece, regex=False)
        second = body[near].assign(n=[second_count(t, spellings) for t in body.loc[near, "text"]]).query("n > 0")
        try:
            found = terms.hits(texts, [term], counts=tables.counts)
        except ValueError:  # never occurs
            found = pd.DataFrame(columns=["term", *schema.SENTENCE, "count"])
        second, found = (table.set_index(schema.SENTENCE) for table in (second, found))
        both = second["n"].to_frame().join(found["count"], how="outer").fillna(0)
        rows.append((term, int(both["count"].sum()), int(both["n"].sum()), int((both["n"] != both["count"]).sum()),
                     found["doc_id"].nunique()))
    return pd.DataFrame(rows, columns=["term", "count", "second_count", "sentences_that_differ", "articles"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus")
    parser.add_argument("--all", action="store_true")
    o = parser.parse_args()
    with tempfile.TemporaryDirectory() as out:
        folder = o.corpus if (Path(o.corpus) / store.STAMP).exists() else out
        if folder == out:
            prepare.prepare(o.corpus, out)
        tables = prepare.Tables(folder)
        asked = spelled() + [t for t in tables.counts.terms[::200] if not t.startswith("*")] * o.all
        found = check(tables, asked)
    wrong = int((found["sentences_that_differ"] > 0).sum())
    print(found.to_string(index=False, max_rows=80))
    print(f"{len(found)} terms, {found['second_count'].sum():,} matches, {wrong} terms with a sentence that differs")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
