"""Every raw line gets a role and names the rule that gave it. Text is only sliced, never rewritten.

The rules, their order and an example of each stand in lexicons/line_rules.toml; this room runs them. In doubt, a line is body.
"""

import re
import tomllib
from collections import namedtuple
from pathlib import Path

import pandas as pd

IN_TEXT = {"headline", "standfirst", "body"}  # the roles whose pieces make up articles.text
RUN = 6  # words in a row that a pull quote repeats
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
SAID = tomllib.loads((Path(__file__).parent / "lexicons" / "line_rules.toml").read_text(encoding="utf-8"))


class Page:
    """The lines of one article, stripped, the roles given so far, and the title where one is known."""

    def __init__(self, text, title=None):
        found = [m for m in re.finditer(r"([^\r\n]*)(?:\r\n|\r|\n|$)", text) if m[0]]
        self.texts = [m[1].strip() for m in found]
        self.starts = [m.end(1) - len(m[1].lstrip()) for m in found]
        self.sizes = [len(t.split()) for t in self.texts]
        # Prose: a whole sentence, or as long as one. It is body unless something says otherwise.
        self.prose = [n > 25 or n > 4 and bool(_SENTENCE_END.search(t)) for t, n in zip(self.texts, self.sizes)]
        self.last_prose = max((i for i, prose in enumerate(self.prose) if prose), default=-1)
        self.seen, self.title, self.runs = set(), title and _bare(title), None

    def where(self, i):
        """Where a line stands that is no prose itself: between the story's prose, below it, or above."""
        if "body" not in self.seen or self.prose[i] or self.last_prose < 0:
            return "above"
        return "between" if i < self.last_prose else "below"


def headline(page, i):
    """The title from outside; without one, the first line above the story that ends as no statement does."""
    text, size = page.texts[i], page.sizes[i]
    if page.title or i >= page.last_prose:
        return i < page.last_prose and _bare(text) == page.title
    free = size <= (16 if text.endswith("?") else 40) and not re.search(r"[.!…:,;][\"'”’)\]]*$", text)
    return 3 <= size and (free or not page.prose[i]) and not {"headline", "body"} & page.seen


def standfirst(page, i):
    """It tells the story in advance: the next line's first sentence says it again, or a dateline opens the next line."""
    text, follow = page.texts[i], next((k for k in range(i + 1, len(page.texts)) if page.texts[k]), None)
    if follow is None or "headline" not in page.seen or {"body", "standfirst"} & page.seen or peel(text):
        return False
    again = _content(re.split(r"(?<=[a-z]{3}[.!?])\s", page.texts[follow], maxsplit=1)[0])
    # A line that ends as a sentence is more likely the story's first: it must be said again more fully.
    least = max(6, 0.6 * len(again)) if _SENTENCE_END.search(text) else max(4, 0.5 * len(again))
    return page.prose[follow] and len(again & _content(text)) >= least or bool(peel(page.texts[follow]))


def pull_quote(page, i):
    """It repeats RUN words or more of the story, in their order."""
    if page.runs is None:
        page.runs = set(_runs(" ".join(t for t, prose in zip(page.texts, page.prose) if prose)))
    runs = _runs(page.texts[i]) if page.where(i) != "above" else []
    return bool(runs) and sum(run in page.runs for run in runs) >= 0.4 * len(runs)


def _bare(text):
    return text.strip().rstrip(".").replace("’", "'").casefold()


def _runs(text):
    """All runs of RUN words."""
    words = [w.lower() for w in _WORD.findall(text)]
    return list(zip(*(words[k:] for k in range(RUN))))


def _content(text):
    """The first five letters of each word that carries a text's content."""
    return {w.lower()[:5] for w in _WORD.findall(text) if len(w) > 3 or w.isupper()}


def fill(pattern):
    """A pattern of line_rules.toml with its <parts> put in."""
    return re.sub(r"<([a-z_]+)>", lambda m: fill(SAID["parts"][m[1]]) if m[1] in SAID["parts"] else m[0], pattern)


def _most(pattern):
    """The most words of a line that a pattern can match, where it begins by counting them: long lines need no look at it."""
    found = re.match(r"(?:\(\?i\))?\(\?=\(\?:\\S\+\\s\+\)\{\d+,(\d+)\}\\S\+\$\)", pattern)
    return 0 if pattern == "$" else int(found[1]) + 1 if found else float("inf")


Rule = namedtuple("Rule", "name role example pattern test where most")
PREFIXES, RULES = ([Rule(r["name"], r["role"], r["example"].strip("\n"), re.compile(fill(r.get("pattern", ""))),
                         globals().get(r.get("test")), r.get("where"), _most(r.get("pattern", ""))) for r in SAID[kind]]
                   for kind in ("prefix", "rule"))


# Rules that look at nothing but the line, whatever its length; one look with all their patterns tells that none of them holds.
PLAIN = [r for r in RULES if r.pattern.pattern and not r.test and not r.where and r.most == float("inf")]
REST = [r for r in RULES if r not in PLAIN]
_ANY = re.compile("|".join(re.sub(r"^\(\?i\)(.*)", r"(?i:\1)", r.pattern.pattern).replace("(?P<outlet>", "(?:") for r in PLAIN))


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
    page, pieces, named = Page(source, title), [], {}
    if title and page.title not in map(_bare, page.texts[:max(page.last_prose, 0)]):
        pieces.append((0, 1, "headline", "title_column", title, None))
        page.seen.add("headline")
    for i, (line, at) in enumerate(zip(page.texts, page.starts)):
        size, where = page.sizes[i], page.where(i)
        rules = RULES if _ANY.match(line) else REST
        rule, match = next((r, m) for r in rules if size <= r.most and (not r.where or r.where == where)
                           and (m := r.pattern.match(line)) and (not r.test or r.test(page, i)))
        found, piece = match.groupdict(), 1
        while rule.role == "body" and "body" not in page.seen and piece <= 3 and (prefix := peel(line)):
            found, end = {**prefix[1].groupdict(), **found}, prefix[1].end()
            pieces.append((i + 1, piece, "dateline", prefix[0].name, line[:end].rstrip(), at))
            rest = line[end:].lstrip()
            piece, at, line = piece + 1, at + len(line) - len(rest), rest
        named = {**{k: v.strip() for k, v in found.items() if v}, **named}
        page.seen.add(rule.role)
        pieces.append((i + 1, piece, rule.role, rule.name, line, at))
    rows, parts, start = [], [], 0
    for number, piece, role, rule, text, raw in pieces:
        place = (raw, None if raw is None else raw + len(text), start if role in IN_TEXT else None)
        rows.append((doc_id, number, piece, role, rule, text, *place))
        if role in IN_TEXT:
            parts.append(text)
            start += len(text) + 1
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
