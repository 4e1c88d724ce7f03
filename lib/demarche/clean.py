"""Every raw line gets a role and names the rule that gave it. Text is only sliced, never rewritten.

The rules, their order and an example of each stand in lexicons/line_rules.toml; this room runs them. In doubt, a line is body.
"""

import re
import tomllib
from bisect import bisect
from collections import namedtuple
from io import StringIO
from itertools import accumulate
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

IN_TEXT = {"headline", "standfirst", "body"}  # the roles whose pieces make up articles.text
# Words in a row that a pull quote repeats; words beyond which no line is short; lines of quotation up to which some may be
# pull quotes: those of a transcript are many.
QUOTE_WORDS, LONG, MAX_QUOTES = 6, 26, 20
# Letters whose small form RE2 does not know; texts below which one look at all of them does not pay.
UNFOLDED, BATCH_FROM = "\u0130\u0131\u017f\u212a", 200
_CLOSING, _ENDS = "\"'”’)]", (".", "!", "?", "…")  # what may follow the mark that ends a sentence, and those marks
_SPACE, _END, _WORD = map(re.compile, (r"\s*", r"\r\n?|\n", r"[^\W_]+(?:['’-][^\W_]+)*"))
CONFIG = tomllib.loads((Path(__file__).parent / "lexicons" / "line_rules.toml").read_text(encoding="utf-8"))


class Page:
    """The lines of one article, stripped, which roles were given so far, and the title where one is known.

    What is clean stays as it is when it is cleaned again: a line leaves the text for what it says itself (`aside`; so does a
    place above such a line that is a date), or by what no cleaning changes: how the lines that stay read behind their prefixes,
    their order, and where whole sentences stand.
    """

    def __init__(self, text, title=None):
        found = [*StringIO(text, newline="")]
        begins, self.texts = accumulate(map(len, found), initial=0), [*map(str.strip, found)]
        self.starts = [at + (raw.find(t[0]) if t else len(raw.rstrip("\r\n"))) for at, raw, t in zip(begins, found, self.texts)]
        self.seen, self.story, self.title = set(), None, " ".join(map(str.strip, _END.split(title or ""))).strip()
        self.behind = [*self.texts, self.title]

    def look(self, doubts):
        """Find out what each line is by itself. `doubts`: an iterator, for each that is not blank, and last
        the title: may it be aside or open with a prefix?"""
        doubts = [i for i, text in enumerate(self.behind) if text and next(doubts)]
        self.aside = {i: found for i in doubts if (found := aside(self.behind[i]))}
        dated = [i for i, (rule, _) in self.aside.items() if rule.name == "page_date" and i < len(self.texts)]
        if all(i in self.aside or t == self.title for i, t in enumerate(self.texts) if t):  # no article is captions alone
            self.aside = {i: found for i, found in self.aside.items() if found[0].role != "caption"}
        above = {next((k for k in range(i - 1, -1, -1) if self.texts[k]), i) for i in dated} - {*self.aside}
        self.aside |= {k: (_DATED, m) for k in sorted(above) if (m := _DATED.pattern.match(self.texts[k]))}
        self.prefixes = {i: found for i in doubts if i not in self.aside and (found := peel(self.behind[i]))}
        for i, found in self.prefixes.items():
            self.behind[i] = self.behind[i][found[-1][1].end():].lstrip()
        self.own = [i for i, text in enumerate(self.texts) if text and i not in self.aside]
        # Prose: a whole sentence, or as long as one. It is body unless something says otherwise.
        self.prose = {i for i in self.own if len((t := self.behind[i]).split(None, n := 5 if ended(t) else LONG)) >= n}
        title = _bare(self.behind[-1] or self.first())
        near = [i for i in self.own if len(t := self.behind[i]) <= len(title) + 1 or t.endswith("..")] if title else ()
        self.prose -= (same := {i for i in near if _bare(self.behind[i]) == title})
        marked = {i: _words(t) for i in self.prose if (t := self.texts[i])[0] in "\"“" and t[-1] in "\"”"}
        told = [_words(self.behind[i]) for i in self.prose] if 0 < len(marked) <= MAX_QUOTES else ()
        self.prose -= (pulled := {i for i, words in marked.items() if any(words in t and words != t for t in told)})
        start, self.last_prose = min(self.prose, default=-1), max(self.prose, default=-1)
        self.repeats = {i for i in same if i < (self.last_prose if self.prose else self.own[-1])}
        link = next((i for i, (r, _) in self.aside.items() if r.name == "teaser" and i > self.last_prose), len(self.texts))
        above = {*self.own[:self.own.index(top)]} if (top := min(self.repeats, default=start)) < start else ()
        self.among = {"repeats": self.repeats, "pulled": pulled, "listed": {*self.own[bisect(self.own, link):]}, "above": above}

    def first(self):
        """The headline where no title is known: the first line, if it may be one; but where that is short and the story's
        beginning says none of its words, and some of a later line's above the story, it is the name of the page, and that line
        is the headline."""
        above = self.own[:bisect(self.own, min(self.prose, default=-1))]
        lead = _content(" ".join(self.behind[i] for i in sorted(self.prose)[:2])) if above[2:] else set()
        later = [i for i in above[1:-1] if self.heads(i, True) and len(_content(self.behind[i]) & lead) > 1]
        named = later and len(self.behind[above[0]].split(None, 8)) <= 8 and not _content(self.behind[above[0]]) & lead
        where = later if named else self.own[:1]
        return next((self.behind[i] for i in where if self.heads(i) and i < max(self.prose, default=0)), "")

    def heads(self, i, sure=False):
        """May a line above the story, as it reads behind its prefixes, be a headline: ends it as no statement does?"""
        text, (label, colon, _) = self.behind[i], self.behind[i].partition(":")
        short = len(text.split(None, 41)) <= (16 if text.endswith("?") else 40) and not re.search(r"[.!…:,;][\"'”’)\]]*$", text)
        unlike = sure and (not short or text[0].islower() or colon and label.isupper())  # the words of a speaker, say
        return text.split(None, 2)[2:] and not unlike and (short or i not in self.prose)

    def rule(self, i, begun):
        """The rule for a line that is not aside; `begun`: do standfirst or body stand above it?"""
        where = "above" if not begun or not self.prose else "between" if i < self.last_prose else "below"
        return RULES[-1] if begun and i in self.prose else next(r for r in _PLACED[where] if r.pattern.match(self.texts[i])
            and (not r.among or i in self.among[r.among]) and (not r.test or r.test(self, i)))

    def follow(self, i):
        """The next line that stays in the text once the story has begun."""
        return next((k for k in self.own[bisect(self.own, i):] if self.rule(k, True).role in IN_TEXT), None)

    def peels(self, i):
        """Are the prefixes of a line those of the story? Labels of speakers or cities open another line, too."""
        label = self.texts[i][:self.prefixes[i][-1][1].end()] if i in self.prefixes else None
        later = (k for k in self.own[bisect(self.own, i):] if label and self.texts[k].startswith(label))
        return label and self.follow(i) not in self.prefixes and not any(self.rule(k, True).role in IN_TEXT for k in later)


def ended(text):
    """Does a line end as a sentence does?

    >>> ended("He said “no.”"), ended("Talks open in Doha")
    (True, False)
    """
    return text[-1:] in _ENDS or text.rstrip(_CLOSING).endswith(_ENDS)


def standfirst(page, i):
    """It tells the story in advance: the next line's first sentence says it again, or a dateline opens the next line."""
    if not page.prose or "headline" not in page.seen or i in page.prefixes or (follow := page.follow(i)) not in page.prose:
        return False
    # A line that ends as a sentence is more likely the story's first: it must be said again more fully.
    again = _content(re.split(r"(?<=[a-z]{3}[.!?])\s", page.behind[follow], maxsplit=1)[0])
    least = max((6, 0.6 * len(again)) if ended(page.texts[i]) else (4, 0.5 * len(again)))
    return len(again & _content(page.texts[i])) >= least or page.peels(follow)


def pull_quote(page, i):
    """It repeats QUOTE_WORDS words or more of a line of the story, in their order."""
    page.story = page.story or {run for k in page.own if k in page.prose for run in _runs(_words(page.behind[k]).split())}
    runs = [run in page.story for run in _runs(_words(page.texts[i]).split())]
    return bool(runs) and sum(runs) >= 0.4 * len(runs)


def _runs(words):
    """Each QUOTE_WORDS words in a row."""
    return zip(*(words[k:] for k in range(QUOTE_WORDS)))


def _bare(text):
    return text.strip().rstrip(".").replace("’", "'").casefold()


def _words(text):
    """The words of a text with a space around each."""
    return f" {' '.join(_WORD.findall(text)).lower()} "


def _content(text):
    """The first five letters of each word that carries a text's content."""
    return {w.lower()[:5] for w in _WORD.findall(text) if len(w) > 3 or w.isupper()}


def fill(pattern):
    """A pattern of line_rules.toml with its <parts> (the table `parts` there) put in; other angle brackets stay."""
    return re.sub(r"<([a-z_]+)>", lambda m: fill(CONFIG["parts"][m[1]]) if m[1] in CONFIG["parts"] else m[0], pattern)


def loose(pattern):
    """A pattern for RE2, which looks at many lines in one go: it holds wherever `pattern` does, and elsewhere too. No looks
    ahead or behind, no borders of words, no repetition that gives nothing back or has an upper bound, and all letters beyond
    ASCII alike.

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
    return re.sub(r"\{(\d+),\d+\}", lambda m: "*" if m[1] == "0" else "+", "".join(kept))


def may(patterns, texts):
    """For each text, may one of some patterns made by `loose` hold in it? UNFOLDED letters are in doubt. So are
    fewer than BATCH_FROM texts: to make the patterns ready takes longer than to try."""
    column = pa.array(texts, pa.large_string())
    found = (pc.match_substring_regex(column, f"{pattern}|[{UNFOLDED}]").to_pylist() for pattern in patterns)
    return [True] * len(texts) if len(texts) < BATCH_FROM else [*map(any, zip(*found))]


Rule = namedtuple("Rule", "name role example pattern test where among loose")
PREFIXES, RULES = ([Rule(r["name"], r["role"], r["example"].strip("\n"), re.compile(fill(r.get("pattern", ""))),
                         globals().get(r.get("test")), r.get("where"), r.get("among"), r.get("loose", r.get("pattern")))
                    for r in CONFIG[kind]] for kind in ("prefix", "rule"))
# Rules that look at nothing but the line; one look with all their patterns, and those of prefixes, tells that none holds.
PLAIN = [r for r in RULES if r.pattern.pattern and not (r.test or r.where or r.among)]
# Bylines are looked for apart: with them in one pattern, it has too many states for RE2 to keep.
_ANY = ["^(?:" + "|".join(f"(?:{loose(fill(r.loose))})" for r in PLAIN[1:] + PREFIXES if (r.role == "byline") == own) + ")"
        for own in (True, False)]
_DATED = next(r for r in RULES if r.where == "dated")
_PLACED = {at: [r for r in RULES if r not in PLAIN and at in (r.where or at)] for at in ("above", "between", "below")}


def aside(line):
    """(rule, match) by which a line is no text whatever stands around it, or None: of `PLAIN`, the first that matches."""
    return next(((r, m) for r in PLAIN if (m := r.pattern.match(line))), None)


def peel(line):
    """(rule, match) of each prefix that opens a line, in their order; what is left is not aside."""
    found, at = [], 0
    while one := next(((r, m) for r in PREFIXES if (m := r.pattern.match(line, at)) and m.end() < len(line)), None):
        found.append(one)
        at = _SPACE.match(line, one[1].end()).end()
    while found and aside(line[found[-1][1].end():].lstrip()):
        found.pop()
    return found


def pages(articles):
    """Yields (rows of `lines`, clean text, what the page says of itself: place, outlet) of each of many articles, (doc_id,
    source, title).

    The clean text is the pieces of role headline, standfirst and body, one a line. `title`, where it comes from outside
    the source, is line 0 and has no place in the source, unless a line above the story repeats it, or no line is text.

    >>> next(pages([("a", "Talks open in Doha\\nDOHA: The envoys met on Monday.", None)]))[1:]
    ('Talks open in Doha\\nThe envoys met on Monday.', {'place': 'DOHA'})
    """
    found = [Page(source, title) for _, source, title in articles]
    doubts = iter(may(_ANY, [text for page in found for text in page.behind if text]))
    for (doc_id, *_), page in zip(articles, found):
        page.look(doubts)
        yield _rows(doc_id, page)


def _rows(doc_id, page):
    rows, named, start = [], {}, 0

    def add(number, piece, role, rule, text, raw):
        nonlocal start
        end = None if raw is None else raw + len(text)
        rows.append((doc_id, number, piece, role, rule, text, raw, end, start if role in IN_TEXT else None))
        start += (len(text) + 1) * (role in IN_TEXT)
        page.seen.add(role)

    if page.title and page.own and not page.repeats:
        add(0, 1, "headline", "title_column", page.title, None)
    for i, (line, at) in enumerate(zip(page.texts, page.starts)):
        if not line or "body" in page.seen and i in page.prose:  # most lines
            add(i + 1, 1, *(("body", "default") if line else ("blank", "blank")), line, at)
            continue
        rule, match = page.aside.get(i) or (page.rule(i, "body" in page.seen or "standfirst" in page.seen), None)
        found, piece, begin = match.groupdict() if match else {}, 1, 0
        for prefix, m in page.prefixes[i] if rule.role == "body" and "body" not in page.seen and page.peels(i) else ():
            found |= m.groupdict()
            add(i + 1, piece, "dateline", prefix.name, line[begin:m.end()].rstrip(), at + begin)
            piece, begin = piece + 1, _SPACE.match(line, m.end()).end()
        named = {**{k: v.strip() for k, v in found.items() if v}, **named}
        add(i + 1, piece, rule.role, rule.name, line[begin:], at + begin)
    return rows, "\n".join(row[5] for row in rows if row[8] is not None), named


def cut(lines, articles, by="doc_id"):
    """How many words of each article (or of each value of another column of `articles`) stand in which role.

    Columns <by>, role, words, n_articles, lines (doc_id, line, piece). Body first, then the largest; blank lines are left out.
    """
    table = lines[lines["role"] != "blank"].merge(articles[["doc_id"] + [by] * (by != "doc_id")], on="doc_id")
    table = table.assign(words=table["text"].str.split().str.len(), **{by: table[by].astype("str").fillna("unknown")},
                         place=list(zip(table["doc_id"], table["line"], table["piece"])), article=table["doc_id"])
    order = table.groupby("role")["words"].sum().drop("body", errors="ignore").sort_values(ascending=False, kind="stable")
    table["role"] = pd.Categorical(table["role"], ["body", *order.index])
    cells = table.groupby([by, "role"], observed=True, as_index=False)
    return cells.agg(words=("words", "sum"), n_articles=("article", "nunique"), lines=("place", list)).astype({"role": "str"})


def summary(lines):
    """How much of the pages is no body text, as a sentence: text segments (rows of `lines` that are not blank) and words."""
    text = lines[lines["role"] != "blank"]
    words, other = text["text"].str.split().str.len(), text["role"] != "body"
    share = words[other].sum() / max(words.sum(), 1)
    return f"{other.sum():,} of {len(text):,} text segments are not body text; they hold {share:.1%} of the words."
