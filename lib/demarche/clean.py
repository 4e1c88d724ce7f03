"""Every raw line gets a role and names the rule that gave it. Text is only sliced, never rewritten.

The rules, their order and an example of each stand in lexicons/line_rules.toml; this room runs them. In doubt, a line is body.
"""

import re
import tomllib
from collections import namedtuple
from functools import cache
from itertools import accumulate
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

IN_TEXT = {"headline", "standfirst", "body"}  # the roles whose pieces make up articles.text
RUN = 6  # words in a row that a pull quote repeats
LONG = 61  # words beyond which no rule counts
_CLOSING, _ENDS = "\"'”’)]", (".", "!", "?", "…")  # what may follow the mark that ends a sentence, and those marks
_BREAK = re.compile("(\r\n|\r|\n)")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
SAID = tomllib.loads((Path(__file__).parent / "lexicons" / "line_rules.toml").read_text(encoding="utf-8"))


class Page:
    """The lines of one article, stripped, the roles given so far, and the title where one is known."""

    def __init__(self, text, title=None):
        found = _BREAK.split(text)
        ends = [*accumulate(map(len, found))][:len(found) - (not found[-1]):2]  # behind the last line end is no line
        self.texts = [line.strip() for line, _ in zip(found[::2], ends)]
        self.starts = [end - len(line.lstrip()) for line, end in zip(found[::2], ends)]
        self.sizes = [len(t.split(None, LONG)) for t in self.texts]
        # Prose: a whole sentence, or as long as one. It is body unless something says otherwise.
        self.prose = [n > 25 or n > 4 and ended(t) for t, n in zip(self.texts, self.sizes)]
        self.last_prose = max((i for i, prose in enumerate(self.prose) if prose), default=-1)
        self.seen, self.story, self.title = set(), None, title and _bare(title)
        words = len(self.title.split()) if title else 0  # a last word of dots is none
        self.repeats = {i for i, n in enumerate(self.sizes[:max(self.last_prose, 0)])
                        if title and min(words, LONG) <= n <= words + 1 and _bare(self.texts[i]) == self.title}

    def where(self, i):
        """Where a line stands: above the story, in its prose, between that, or below it."""
        if "body" not in self.seen or self.last_prose < 0:
            return "above"
        return "prose" if self.prose[i] else "between" if i < self.last_prose else "below"


def ended(text):
    """Does a line end as a sentence does?"""
    return text.rstrip(_CLOSING).endswith(_ENDS)


def headline(page, i):
    """The title from outside; without one, the first line above the story that ends as no statement does."""
    if page.title or i >= page.last_prose:
        return i in page.repeats
    text, size = page.texts[i], page.sizes[i]
    if size < 3 or {"headline", "body"} & page.seen:
        return False
    return size <= (16 if text.endswith("?") else 40) and not re.search(r"[.!…:,;][\"'”’)\]]*$", text) or not page.prose[i]


def standfirst(page, i):
    """It tells the story in advance: the next line's first sentence says it again, or a dateline opens the next line."""
    text, follow = page.texts[i], next((k for k in range(i + 1, len(page.texts)) if page.texts[k]), None)
    if follow is None or "headline" not in page.seen or {"body", "standfirst"} & page.seen or peel(text):
        return False
    again = _content(re.split(r"(?<=[a-z]{3}[.!?])\s", page.texts[follow], maxsplit=1)[0])
    # A line that ends as a sentence is more likely the story's first: it must be said again more fully.
    least = max(6, 0.6 * len(again)) if ended(text) else max(4, 0.5 * len(again))
    return page.prose[follow] and len(again & _content(text)) >= least or bool(peel(page.texts[follow]))


def pull_quote(page, i):
    """It repeats RUN words or more of the story, in their order."""
    if page.story is None:
        page.story = _words(" ".join(t for t, prose in zip(page.texts, page.prose) if prose))
    words = _words(page.texts[i]).split()
    runs = [f" {' '.join(words[k:k + RUN])} " in page.story for k in range(len(words) - RUN + 1)]
    return bool(runs) and sum(runs) >= 0.4 * len(runs)


def _bare(text):
    return text.strip().rstrip(".").replace("’", "'").casefold()


def _words(text):
    """The words of a text with a space around each."""
    return f" {' '.join(_WORD.findall(text)).lower()} "


def _content(text):
    """The first five letters of each word that carries a text's content."""
    return {w.lower()[:5] for w in _WORD.findall(text) if len(w) > 3 or w.isupper()}


def fill(pattern):
    """A pattern of line_rules.toml with its <parts> put in."""
    return re.sub(r"<([a-z_]+)>", lambda m: fill(SAID["parts"][m[1]]) if m[1] in SAID["parts"] else m[0], pattern)


def loose(pattern):
    """A pattern for RE2, which looks at many lines in one go: it holds wherever `pattern` does, and elsewhere too. No looks
    ahead or behind, no borders of words, no repetition that gives nothing back, any number for a large one, and all letters
    beyond ASCII alike.

    >>> loose(r"(?=(?:\\S+ ){2}).{0,400}?[a-z.]++(?!\\d)\\b"), loose(r"[^\\W\\d_]+")
    ('.*?[a-z.]+', '.+')
    """
    kept, looks, last = [], [], ""  # looks: for each open bracket, is it a look, or in one?
    for token in re.findall(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?<?[=!]|\(\?P<\w+>|.", pattern):
        looks += [any(looks) or token[-1] in "=!"] * (token[0] == "(")
        if not any(looks) and not (token == "+" and last in ("+", "*", "?", "}")):
            wide = "." if token[:2] == "[^" and r"\W" in token else "" if token == r"\b" else re.sub(r"^\(\?P.*", "(?:", token)
            wide = wide if token[:2] == "[^" else re.sub(r"\\[wds]", r"\g<0>\\x0b\\x1c-\\x1f\\x{80}-\\x{10FFFF}", wide)
            kept.append(f"[{wide}]" if len(token) == 2 < len(wide) else wide)
        looks, last = looks[:-1] if token == ")" else looks, token
    return re.sub(r"\{\d+,\d{2,}\}", "*", "".join(kept))


def may(pattern, texts):
    """For each text, may a pattern made by `loose` hold in it? Letters whose small form RE2 does not know are in doubt."""
    found = pc.match_substring_regex(pa.array(texts, pa.large_string()), f"{pattern}|[\u0130\u0131\u017f\u212a]")
    return found.to_numpy(zero_copy_only=False).tolist()


def _counts(pattern):
    """The least and most words of a line that a pattern can match, where it begins by counting them."""
    found = re.match(r"(?:\(\?i\))?\(\?=\(\?:\\S\+\\s\+\)\{(\d+),(\d+)\}\\S\+\$\)", pattern)
    return (0, 0) if pattern == "$" else (int(found[1]) + 1, int(found[2]) + 1) if found else (0, LONG + 1)


Rule = namedtuple("Rule", "name role example pattern test where words")
PREFIXES, RULES = ([Rule(r["name"], r["role"], r["example"].strip("\n"), re.compile(fill(r.get("pattern", ""))),
                         globals().get(r.get("test")), r.get("where"), _counts(r.get("pattern", ""))) for r in SAID[kind]]
                   for kind in ("prefix", "rule"))
# Rules that look at nothing but the line; one look with all their patterns tells that none of them holds.
PLAIN = [r for r in RULES if r.pattern.pattern and not r.test and not r.where]
_ANY = "^(?:" + "|".join(f"(?:{loose(r.pattern.pattern)})" for r in PLAIN) + ")"


@cache
def _open(size, where, plain):
    """The rules that may hold for a line of so many words at such a place; `plain`: also those of PLAIN."""
    return [r for r in RULES if r.words[0] <= size <= r.words[1] and where in (r.where or where) and (plain or r not in PLAIN)]


def peel(line):
    """(rule, match) of the first prefix that opens a line, or None."""
    return next(((r, m) for r in PREFIXES if (m := r.pattern.match(line)) and line[m.end():].strip()), None)


def lines(doc_id, source, title=None):
    """(rows of `lines`, clean text, what the page says of itself: place, outlet) of one article.

    The clean text is the pieces of role headline, standfirst and body, one a line. `title`, where it comes from outside
    the source, is line 0 and has no place in the source, unless a line above the story repeats it.

    >>> lines("a", "Talks open in Doha\\nDOHA: The envoys met on Monday.")[1:]
    ('Talks open in Doha\\nThe envoys met on Monday.', {'place': 'DOHA'})
    """
    return next(pages([(doc_id, source, title)]))


def pages(articles):
    """Yields `lines` of each of many articles, (doc_id, source, title): quicker than one by one."""
    found = [Page(source, title) for _, source, title in articles]
    plain = iter(may(_ANY, [text for page in found for text in page.texts]))
    for (doc_id, _, title), page in zip(articles, found):
        yield _rows(doc_id, title, page, plain)


def _rows(doc_id, title, page, plain):
    rows, parts, named, start = [], [], {}, 0

    def add(number, piece, role, rule, text, raw):
        nonlocal start
        end = None if raw is None else raw + len(text)
        rows.append((doc_id, number, piece, role, rule, text, raw, end, start if role in IN_TEXT else None))
        if role in IN_TEXT:
            parts.append(text)
            start += len(text) + 1

    if title and not page.repeats:
        add(0, 1, "headline", "title_column", title, None)
        page.seen.add("headline")
    for i, (line, at, size) in enumerate(zip(page.texts, page.starts, page.sizes)):
        rule, match = next((r, m) for r in _open(size, page.where(i), next(plain))
                           if (m := r.pattern.match(line)) and (not r.test or r.test(page, i)))
        found, piece = match.groupdict() if rule.pattern.groups else {}, 1
        while rule.role == "body" and "body" not in page.seen and piece <= 3 and (prefix := peel(line)):
            found, end = {**prefix[1].groupdict(), **found}, prefix[1].end()
            add(i + 1, piece, "dateline", prefix[0].name, line[:end].rstrip(), at)
            rest = line[end:].lstrip()
            piece, at, line = piece + 1, at + len(line) - len(rest), rest
        if found:
            named = {**{k: v.strip() for k, v in found.items() if v}, **named}
        page.seen.add(rule.role)
        add(i + 1, piece, rule.role, rule.name, line, at)
    return rows, "\n".join(parts), named


def cut(lines, articles, by="doc_id"):
    """How many words of each article (or of each value of another column of `articles`) stand in which role.

    Columns <by>, role, words, n_articles, lines (doc_id, line, piece). Body first, then the largest; blank lines are left out.
    """
    table = lines[lines["role"] != "blank"].merge(articles[["doc_id"] + [by] * (by != "doc_id")], on="doc_id")
    table = table.assign(words=table["text"].str.split().str.len(), **{by: table[by].fillna("unknown")},
                         place=list(zip(table["doc_id"], table["line"], table["piece"])))
    order = table.groupby("role")["words"].sum().drop("body", errors="ignore").sort_values(ascending=False, kind="stable")
    table["role"] = pd.Categorical(table["role"], ["body", *order.index])
    cells = table.assign(article=table["doc_id"]).groupby([by, "role"], observed=True)
    out = cells.agg(words=("words", "sum"), n_articles=("article", "nunique"), lines=("place", list))
    return out.reset_index().astype({"role": "str"})


def said(lines):
    """How much of the pages is no body text, in words."""
    text = lines[lines["role"] != "blank"]
    words, other = text["text"].str.split().str.len(), text["role"] != "body"
    share = words[other].sum() / max(words.sum(), 1)
    return f"{other.sum():,} of {len(text):,} pieces of lines with text are no body; they hold {share:.1%} of the words."
