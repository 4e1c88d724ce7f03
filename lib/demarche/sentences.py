"""Sentences and tokens: where they begin and end. Both rules stand here and nowhere else.

A sentence ends at . ! ? or … (with any closing quotes) before white space and a capital, digit or opening mark, unless the
full stop belongs to an abbreviation; inside a long quotation too. A token is a word with its inner hyphens, apostrophes and
dots, a number, a possessive 's, or one mark; `fold` makes it a term. No stemming here (topics merge word forms, and say so).
"""

import re
from itertools import chain, pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from demarche import lexicons

# never_end: Ms.; may_end: Inc.; starter: words that open sentences; follows: capitalised after U.S. without a new
# sentence; said: verbs that carry a quotation on.
_WORDS = lexicons.read("sentence_words").groupby("kind")["word"].agg(frozenset).to_dict()
_SHORT = _WORDS["never_end"] | _WORDS["may_end"]
# The look behind and the possessive repeats (++) keep a run of a million dots linear. Most texts end their sentences with full
# stops alone, which are found three times as fast.
_BREAK, _STOP = (re.compile(rf"({mark}(?<![.!?…][.!?…])[.!?…]*+)([\"'”’)\]]*+)\s++(?=[\"'“‘(\[]*+[A-Z0-9À-ÞА-ЯĀ-Ž])")
                 for mark in ("[.!?…]", r"\."))
_SAID = re.compile(rf"(?:he|she|they|[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){{0,4}}) (?:{'|'.join(sorted(_WORDS['said']))})\b")
WORD = re.compile(r"(?:[^\W\d_]\.){2,}"                       # U.S., p.m.
                  r"|\d+(?:[.,:]\d+)+(?:[^\W\d_]+)?"           # 2,363 and 2.5bn
                  r"|['’]s\b"                                  # the possessive, and the clipped is
                  r"|[^\W_]+(?:(?:[-.'’\u00ad](?!s\b)|_)[^\W_]+)*", re.IGNORECASE)  # Tehreek-e-Taliban, don’t
TOKEN, _LOWER = re.compile(rf"{WORD.pattern}|[^\w\s]|_", re.IGNORECASE), re.compile(WORD.pattern)  # or a mark; quicker
_LAST, _FOLD = re.compile(r"[^\s(\[“‘\"']*+$"), str.maketrans("’‘“”–—", "''\"\"--", "\u00ad")  # a soft hyphen is no letter


def _breaks(text, start, end):
    """In turn where a sentence begins behind another one and where that ends, in a part of a text: paragraphs with \\0 between
    them."""
    found = []
    for m in (_BREAK if any(text.find(mark, start, end) >= 0 for mark in "?!…") else _STOP).finditer(text, start, end):
        at, behind = m.span()
        # Most end with a full stop and a blank behind a plain word: told here, without a call.
        word = text[text.rfind(" ", start, at) + 1 or start:at] if behind == at + 2 and text[at] == "." else ""
        if word.isalpha() and len(word) > 1 and word.lower() not in _SHORT or _ends(text, start, m):
            found += (start := behind), m.end(2)
    return found


def _ends(text, start, m):
    """Does a sentence end at this match?"""
    (mark, closing), at = m.groups(), m.start()
    if mark != "." or closing.strip(")]"):
        return mark == "." or not (closing and _SAID.match(text, m.end(), m.end() + 80))  # “Are we safe?” Ms Baloch asked.
    start = max(start, at - 40)
    word = _LAST.search(text, max(start, text.rfind(" ", start, at) + 1, text.rfind("\0", start, at) + 1), at)[0].lower()
    if len(word) > 1 and "." not in word and word not in _SHORT:
        return True
    first, second = re.match(r"[\"'“‘(\[]*(\w*)(?:\s+([a-z]\w*))?", text[m.end():m.end() + 80]).groups()
    if word in _WORDS["never_end"]:
        return word == "no" and not first.isdigit()
    initial = len(word) == 1 and word.isalpha() and word != "i"
    # After U.N. or Inc. a common plural takes a capital only where a sentence begins: "the U.N. Officials welcomed".
    plural = second and first.endswith("s") and not first.isupper() and first not in _WORDS["follows"]
    short = re.fullmatch(r"(?:[^\W\d_]\.)+[^\W\d_]", word) or word in _WORDS["may_end"]
    return not initial and (not short or first.lower() in _WORDS["starter"] or plural or text[m.end():m.end() + 1] in "“\"")


def fold(token):
    """The term a token counts as: lower case, straight quotes and dashes.

    >>> fold("Don’t")
    "don't"
    """
    return token.translate(_FOLD).lower()


def words(text):
    """The terms of a text, in their order: its tokens that hold a letter or a digit, folded.

    >>> words("Kabul’s envoy “regrets” it.")
    ['kabul', "'s", 'envoy', 'regrets', 'it']
    """
    return _LOWER.findall(text.lower()) if text.isascii() else [fold(token) for token in WORD.findall(text)]


def columns(pages):
    """The columns of `sentences` for the rows of `lines` of each of many articles, and the number, from 0, of the article of
    each sentence. Headline and standfirst are paragraph 0, the first of an article.

    >>> line = "Ms. Baloch met Lt. Gen. Ahmed at 5 p.m. He left."
    >>> columns([[("a", 1, 1, "body", "default", line, 0, len(line), 0)]])[0][4].to_pylist()
    ['Ms. Baloch met Lt. Gen. Ahmed at 5 p.m.', 'He left.']
    """
    lines = [sorted((row for row in page if row[8] is not None), key=lambda row: row[3] == "body") for page in pages]
    whole = np.cumsum([0, *map(len, lines)])  # the lines of each article
    ids, _, _, roles, _, texts, raw, _, at = [*zip(*chain.from_iterable(lines))] or [()] * 9
    text, ends = "\0".join(texts), np.cumsum([0, *(len(line) + 1 for line in texts)])
    inner = np.fromiter(chain.from_iterable(_breaks(text, a, b) for a, b in pairwise(ends[whole].tolist())), int).reshape(-1, 2)
    starts, stops = np.sort(np.vstack([np.column_stack([ends[:-1], ends[1:] - 1]), inner]), axis=0).T
    of = np.searchsorted(ends, starts, "right") - 1  # the line of a sentence
    first, body = np.repeat(whole[:-1], np.diff(whole)), np.array(roles) == "body"
    par, head = np.cumsum(body) - (np.cumsum(body) - body)[first], np.where(body, np.arange(len(body)), first)
    sent = np.arange(len(of)) - np.searchsorted(of, head)[of] + 1
    said = pa.array([text[a:b] for a, b in zip(starts.tolist(), stops.tolist())], pa.large_string())
    ids, roles = (pa.array(column, pa.string()).take(of) for column in (ids, roles))
    places = (pc.add(pc.subtract(pa.array(k, pa.int64()), ends[:-1]).take(of), n) for k in (at, raw) for n in (starts, stops))
    return (ids, par[of], sent, roles, said, *places), np.searchsorted(whole, of, "right") - 1


def token_table(sentences):
    """The `tokens` table of some rows of `sentences`, made on demand: `doc_id, par, sent, pos` (from 1), `token` (as printed),
    `term` (folded), `start, end` (in the sentence). Marks are tokens, too."""
    rows = [(s.doc_id, s.par, s.sent, pos, m[0], fold(m[0]), m.start(), m.end())
            for s in sentences.itertuples() for pos, m in enumerate(TOKEN.finditer(s.text), start=1)]
    return pd.DataFrame(rows, columns=["doc_id", "par", "sent", "pos", "token", "term", "start", "end"])
