"""Every raw line gets a role and names the rule that gave it. Text is only sliced, never rewritten.

The rules, their order and an example of each stand in lexicons/line_rules.toml; this room runs them, and holds the
tests of those rules that look at the neighbours of a line.
"""

import re
import tomllib
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pandas as pd

IN_TEXT = {"headline", "standfirst", "body"}  # the roles whose pieces make up articles.text
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SMALL = {"a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"}


class Page:
    """The lines of one article, stripped, the roles given so far, and the title where one is known."""

    def __init__(self, text, title=None):
        self.spans = [m.span(1) for m in re.finditer(r"([^\r\n]*)(?:\r\n|\r|\n|$)", text) if m[0]]
        self.texts = [text[a:b].strip() for a, b in self.spans]
        self.seen, self.title = set(), title
        # Prose: a whole sentence, or as long as one. It is body unless something says otherwise.
        self.prose = [bool(_SENTENCE_END.search(t)) and len(t.split()) > 4 or len(t.split()) > 25 for t in self.texts]
        self.last_prose = max((i for i, prose in enumerate(self.prose) if prose), default=-1)

    @cached_property
    def story(self):
        """The words of all prose, one space around each."""
        said = (w.lower() for t, prose in zip(self.texts, self.prose) if prose for w in _WORD.findall(t))
        return f" {' '.join(said)} "


def headline(page, i):
    """The title from outside; without one, the first line above the story that is no sentence."""
    if page.title:
        return _bare(page.texts[i]) == _bare(page.title)
    above = {"headline", "body"} & page.seen
    return not above and not page.prose[i] and len(page.texts[i].split()) >= 3 and i < page.last_prose


def standfirst(page, i):
    """It tells the story in advance: the next line's first sentence says it again, or a dateline opens the next line."""
    if "headline" not in page.seen or {"body", "standfirst"} & page.seen or peel(page.texts[i]):
        return False
    follow = next((t for t in page.texts[i + 1:] if t), None)
    if follow is None or re.search(r"[.!?] [A-Z]", page.texts[i]):
        return False
    again = _content(re.split(r"(?<=[.!?]) ", follow, maxsplit=1)[0])
    return len(again & _content(page.texts[i])) >= max(4, 0.5 * len(again)) or bool(peel(follow))


def pull_quote(page, i):
    """It repeats six words or more of the story, in their order."""
    words = [w.lower() for w in _WORD.findall(page.texts[i])]
    if page.prose[i] or "body" not in page.seen or not 6 <= len(words) <= 25 or not page.texts[i][0].isalpha():
        return False
    runs = [f" {' '.join(words[k:k + 6])} " in page.story for k in range(len(words) - 5)]
    return sum(runs) >= 0.4 * len(runs)


def subheading(page, i):
    """A short line inside the story, or a longer one in capitals, that ends like no sentence."""
    words = page.texts[i].split()
    large = [w for w in words if w[0].isupper() or w.lower() in _SMALL or w[0].isdigit()]
    inside = not page.prose[i] and "body" in page.seen and i < page.last_prose
    short = len(words) <= 6 or len(words) <= 15 and len(large) >= 0.8 * len(words)
    return inside and short and words[0][0].isupper() and not re.search(r"[:,;.!”\"—–-]$", page.texts[i])


def leftover(page, i):
    """A few words below the story: tags, names of sections, buttons."""
    below = i > page.last_prose >= 0 and "body" in page.seen and not page.prose[i]
    return below and len(page.texts[i].split()) <= 6 and not re.search(r"[.!?”\"]$", page.texts[i])


def _bare(text):
    return text.rstrip(".").strip()


def _content(text):
    """The first five letters of each word that carries a text's content."""
    return {w.lower()[:5] for w in _WORD.findall(text) if len(w) > 3 or w.isupper()}


class Rule(NamedTuple):
    """`test`: called with a page and a line number; `pattern`: what opens the line, for rules that look at it alone."""

    name: str
    role: str
    example: str
    pattern: re.Pattern | None
    test: Callable | None


def _read_rules():
    said = tomllib.loads((Path(__file__).parent / "lexicons" / "line_rules.toml").read_text(encoding="utf-8"))
    parts = said["parts"]

    def fill(pattern):
        return re.sub(r"<([a-z_]+)>", lambda m: fill(parts[m[1]]) if m[1] in parts else m[0], pattern)

    def rule(row):
        pattern = re.compile(fill(row["pattern"])) if "pattern" in row else None
        test = globals()[row["test"]] if "test" in row else None
        return Rule(row["name"], row["role"], row["example"].strip("\n"), pattern, test)
    return fill(parts["month"]), [rule(r) for r in said["prefix"]], [rule(r) for r in said["rule"]]


MONTH, PREFIXES, RULES = _read_rules()


def peel(line):
    """(rule, end, place or None) of the first prefix of a line, or None.

    >>> peel("KABUL: Officials met.")
    ('dateline', 7, 'KABUL')
    """
    for rule in PREFIXES:
        if (found := rule.pattern.match(line)) and line[found.end():].strip():
            return rule.name, found.end(), found.groupdict().get("place")
    return None


def lines(doc_id, source, title=None):
    """(rows of `lines`, clean text, place or None) of one article.

    The clean text is the pieces of role headline, standfirst and body, one a line. `title`, where it comes from outside
    the source, is line 0 and has no place in the source, unless a line of the page repeats it.

    >>> rows, text, place = lines("a", "Talks open in Doha\\nDOHA: The envoys met on Monday.")
    >>> [row[3] for row in rows], text, place
    (['headline', 'dateline', 'body'], 'Talks open in Doha\\nThe envoys met on Monday.', 'DOHA')
    """
    page, rows, parts, place, length = Page(source, title), [], [], None, 0

    def add(number, piece, role, rule, text, raw):
        nonlocal length
        start = None
        if role in IN_TEXT:
            start, length = length, length + len(text) + 1
            parts.append(text)
        rows.append((doc_id, number, piece, role, rule, text, raw, None if raw is None else raw + len(text), start))

    if title and _bare(title) not in map(_bare, page.texts):
        add(0, 1, "headline", "title_column", title, None)
        page.seen.add("headline")
    for i, (line, (start, end)) in enumerate(zip(page.texts, page.spans)):
        found = next((r for r in RULES if (r.test(page, i) if r.test else r.pattern.match(line))), None)
        role, rule = (found.role, found.name) if found else ("body", "default")
        piece, at = 1, end - len(source[start:end].lstrip())
        while role == "body" and "body" not in page.seen and (prefix := peel(line)):
            name, cut, town = prefix
            place = place or town
            add(i + 1, piece, "dateline", name, line[:cut].rstrip(), at)
            rest = line[cut:].lstrip()
            piece, at, line = piece + 1, at + len(line) - len(rest), rest
        page.seen.add(role)
        add(i + 1, piece, role, rule, line, at)
    return rows, "\n".join(parts), place


def cut(lines, articles, by="doc_id"):
    """How many words of each article (or of each value of another column of `articles`) stand in which role.

    Columns <by>, role, words, n_articles, lines (doc_id, line, piece). Body first, then the largest; blank lines are left out.
    """
    table = lines[lines["role"] != "blank"].merge(articles[["doc_id"] + [by] * (by != "doc_id")], on="doc_id")
    table[by] = table[by].fillna("unknown")
    table["words"] = table["text"].str.split().str.len()
    order = table.groupby("role")["words"].sum().drop("body", errors="ignore").sort_values(ascending=False, kind="stable")
    table["role"] = pd.Categorical(table["role"], ["body", *order.index])
    cells = table.groupby([by, "role"], observed=True)
    places = {k: list(g.itertuples(index=False, name=None)) for k, g in cells[["doc_id", "line", "piece"]]}
    out = cells.agg(words=("words", "sum"), n_articles=("doc_id", "nunique")).reset_index()
    out = out.astype({"role": "str"}).assign(lines=[places[k] for k in zip(out[by], out["role"])])
    return out


def said(lines):
    """How much of the pages is no body text, in words.

    >>> said(pd.DataFrame({"role": ["body", "credit", "blank"], "text": ["The envoys met.", "By hand", ""]}))
    '1 of 2 pieces of lines with text are no body; they hold 40.0% of the words.'
    """
    text = lines[lines["role"] != "blank"]
    words, other = text["text"].str.split().str.len(), text["role"] != "body"
    share = words[other].sum() / max(words.sum(), 1)
    return f"{other.sum():,} of {len(text):,} pieces of lines with text are no body; they hold {share:.1%} of the words."
