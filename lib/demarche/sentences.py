"""Sentences and tokens: where they begin and end. Both rules stand here and nowhere else.

A sentence ends at . ! ? or … (with any closing quotes) before white space and a capital, digit or opening mark, unless the
full stop belongs to an abbreviation; inside a long quotation too. A token is a word with its inner hyphens, apostrophes and
dots, a number, a possessive 's, or one mark; `fold` makes it a term. No stemming here (topics merge word forms, and say so).
"""

import re

import pandas as pd

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


def split(text):
    """(start, end) of each sentence of one paragraph; between them only white space.

    >>> text = "Ms. Baloch met Lt. Gen. Ahmed at 5 p.m. He left."
    >>> [text[a:b] for a, b in split(text)]
    ['Ms. Baloch met Lt. Gen. Ahmed at 5 p.m.', 'He left.']
    """
    spans, start = [], len(text) - len(text.lstrip())
    for m in (_BREAK if "?" in text or "!" in text or "…" in text else _STOP).finditer(text):
        at, behind = m.span()
        if behind == at + 2 and text[at] == ".":  # most, behind a plain word: told here, without a call
            word = text[text.rfind(" ", start, at) + 1:at]
            if word.isalpha() and len(word) > 1 and word.lower() not in _SHORT:
                spans.append((start, at + 1))
                start = behind
                continue
        if _ends(text, start, m):
            spans.append((start, m.end(2)))
            start = behind
    end = len(text.rstrip())
    return spans + [(start, end)] if end > start else spans


def _ends(text, start, m):
    """Does a sentence end at this match?"""
    (mark, closing), at = m.groups(), m.start()
    if mark != ".":
        return not (closing and _SAID.match(text, m.end(), m.end() + 80))  # “Are we safe?” Ms Baloch asked.
    if closing.strip(")]"):
        return True
    word = text[(back := max(start, text.rfind(" ", start, at) + 1)):at].lower()
    word = word if word.isalpha() else _LAST.search(text, max(back, at - 40), at)[0].lower()
    if len(word) > 1 and "." not in word and word not in _SHORT:
        return True
    after = text[m.end():m.end() + 80]
    first, second = re.match(r"[\"'“‘(\[]*(\w*)(?:\s+([a-z]\w*))?", after).groups()
    if word in _WORDS["never_end"]:
        return word == "no" and not first.isdigit()
    if len(word) == 1 and word.isalpha() and word != "i":
        return False  # an initial
    if re.fullmatch(r"(?:[^\W\d_]\.)+[^\W\d_]", word) or word in _WORDS["may_end"]:
        # After U.N. or Inc. a common plural takes a capital only where a sentence begins: "the U.N. Officials welcomed".
        plural = second and first.endswith("s") and not first.isupper() and first not in _WORDS["follows"]
        return first.lower() in _WORDS["starter"] or bool(plural) or after[:1] in "“\""
    return True


def fold(token):
    """The term a token counts as: lower case, straight quotes and dashes."""
    return token.translate(_FOLD).lower()


def words(text):
    """The terms of a text, in their order: its tokens that hold a letter or a digit, folded.

    >>> words("Kabul’s envoy “regrets” it.")
    ['kabul', "'s", 'envoy', 'regrets', 'it']
    """
    return _LOWER.findall(text.lower()) if text.isascii() else [fold(token) for token in WORD.findall(text)]


def rows(doc_id, lines):
    """Rows of `sentences` for one article's rows of `lines`. Headline and standfirst are paragraph 0."""
    out, pars, head = [], 0, 0
    for _, _, _, role, _, text, raw, _, at in lines:
        if at is None:
            continue
        spans, par, sent = split(text), 0, head
        if role == "body":
            pars, sent = pars + 1, 0
            par = pars
        else:
            head += len(spans)
        for a, b in spans:
            sent, places = sent + 1, (None, None) if raw is None else (raw + a, raw + b)
            out.append((doc_id, par, sent, role, text[a:b], at + a, at + b, *places))
    return out


def token_table(sentences):
    """The `tokens` table of some sentences, made on demand: one row per token, offsets from the sentence's start."""
    rows = [(s.doc_id, s.par, s.sent, pos, m[0], fold(m[0]), m.start(), m.end())
            for s in sentences.itertuples() for pos, m in enumerate(TOKEN.finditer(s.text), start=1)]
    return pd.DataFrame(rows, columns=["doc_id", "par", "sent", "pos", "token", "term", "start", "end"])
