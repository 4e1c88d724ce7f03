"""Who says what: from sentences to statements, each with its speaker, cue, content and form.

A sentence is read into items with one letter each: from lexicons/words.csv (V verb of saying, F deed, c and e their nouns, T
title, O office, P preposition ...), A for an actor, N for another name. Speakers are groups of items, resolved in the article.
"""

import re
from collections import defaultdict, namedtuple
from functools import cache
from itertools import accumulate

import pandas as pd

from demarche import lexicons, schema

Mention = namedtuple("Mention", "actor kind alias role since until")  # a row of the actors table; kind: the actor's class
Word = namedtuple("Word", "tag kind act value")  # an entry of words.csv
Group = namedtuple("Group", "first last actor via names")  # items that name one actor; `names`: the words it is known by
MOST, WINDOW = 20, 40  # cues that are read in a sentence; items before a cue in which its speaker stands
_TOKEN = re.compile(r"(?P<g>'s\b|(?<=s)'(?=\s))|(?P<q>[\"«»])|(?P<stop>[;:.()—–!?])|\w+(?:'(?!s\b)\w+)*|\S")
_FOLD = str.maketrans("’‘“”„", "''\"\"\"")
_GROUP = re.compile(r"A(?:g?[jwscf]{0,2}[TO])+(?:N-?)*|(?:[TO]+,?)?A?(?:N-?)+[TO]*|[TO]+|A|[poi]")


@cache
def words():
    """lexicons/words.csv as an index: first word to its phrases, each with its entries as noun (0) and as verb (1)."""
    found = defaultdict(dict)
    for form, verb, tag, kind, act, value in lexicons.read("words").itertuples(index=False):
        found[form][int(verb)] = Word(tag, kind, act or kind, int(value))
    return _index(found)


def _index(phrases):
    first = defaultdict(list)
    for phrase in sorted(phrases, key=len, reverse=True):
        first[_TOKEN.match(phrase)[0]].append((phrase, phrases[phrase]))
    return dict(first)


def _at(index, text, start, word):
    """(end, entry) of the longest phrase of an index that stands at `start` of the text and begins with `word`."""
    for phrase, entry in index.get(word, ()):
        end = start + len(phrase)
        if text.startswith(phrase, start) and not (text[end:end + 1].isalnum() and phrase[-1].isalnum()):
            return end, entry
    return 0, ()


class Actors:
    """The actors table, ready to find names in text: the longest at each place, by case, those that hold on the day."""

    def __init__(self, table):
        names = defaultdict(list)
        for row in table[list(schema.TABLES["actors"].columns)].fillna("").itertuples(index=False):
            names[row.alias].append(Mention(*row))
        self.names = _index(names)


class Sentence:
    """A sentence read into items: `tags` (a letter each), `spans` and `words` (Mention, Word or None); `values` gives the value
    of its listed words by item, turned by a negation up to five items before.

    >>> s = Sentence("Kabul wrote to the US-led force", Actors(lexicons.actors()))
    >>> s.tags, s.words[0].actor
    ('AVtDA-ww', 'Afghanistan')
    """

    def __init__(self, text, actors, day=None):
        self.text, self.tags, self.spans, self.words, end, plain = text, "", [], [], 0, text.translate(_FOLD)
        low = plain.lower() if len(plain.lower()) == len(plain) else plain
        for m in _TOKEN.finditer(plain):
            at, word, entry = m.start(), m[0], None
            if at < end:
                continue
            stop, rows = _at(actors.names, plain, at, word)
            if holds := [row for row in rows if not day or row.since <= day and (not row.until or day <= row.until)]:
                tag, end, entry = "A", stop, holds[0]
                if entry.kind == "none":  # a name that only holds an actor's name
                    tag, entry = "w", None
            elif found := not m.lastgroup and _at(words(), low, at, low[at:m.end()]):
                end, entries = found if found[0] else (m.end(), {})
                entry = entries and self._choose(entries, low[at:end], self.tags and word[0].isupper()) or None
                tag = entry.tag if entry else "," if word == "," else "-" if word == "-" else "N" if word[0].isupper() else "w"
            else:
                end, tag = m.end(), ";" if m.lastgroup == "stop" else m.lastgroup
            self.tags += tag
            self.spans.append((at, end))
            self.words.append(entry)
        listed = {i: w for i, w in enumerate(self.words) if isinstance(w, Word)}
        no = {i for i, w in listed.items() if w.tag == "!" or w.kind == "negator"}
        self.values = {i: w.value * (1 if no.isdisjoint(range(i - 5, i)) else -1) for i, w in listed.items()
                       if w.value and w.tag != "!"}

    def _choose(self, entries, form, capital):
        """Noun or verb, by what stands before: a noun after article, adjective, preposition or possessive."""
        before = self.tags[-1:] or " "
        noun = before in "DjPgcs" or capital or before in "w " and 0 in entries
        if 1 not in entries or noun and not form.endswith("ing"):
            return entries.get(0) or entries[1]._replace(tag={"V": "c", "F": "e", "K": "s"}[entries[1].tag])
        return entries[1]

    def slice(self, first, last):
        """Items `first` to `last` as printed."""
        return self.text[self.spans[first][0]:self.spans[last][1]]

    def group(self, m, known, last):
        """The Group of a match of _GROUP. `known`: names and titles resolved before; `last`: actor of the last speaker."""
        first, end = m.start(), m.end() - 1
        named = [w.actor for w in self.words[first:end + 1] if isinstance(w, Mention)]
        names = [self.slice(i, i).split()[-1] for i in range(first, end + 1)
                 if self.tags[i] in "NTO" or self.tags[i] == "A" and self.words[i].role == "leader"]
        if self.tags[first - 1:first] == "f" and "N" in m[0]:  # a former minister speaks for himself
            return Group(first, end, self.slice(self.tags.index("N", first), end), "own name", names)
        if named:
            return Group(first, end, named[0], "alias", names)
        if self.tags[first] in "poi":
            return Group(first, end, last or known[""], "pronoun", [])
        if names[-1] in known:
            return Group(first, end, known[names[-1]], "name before", names)
        if "T" in m[0] or "O" in m[0]:
            return Group(first, end, known[""] or last, "description", names)
        # One capital at the start of a sentence is no sign of a name.
        return Group(first, end, self.slice(first, end) if first or len(names) > 1 else None, "own name", names)


def _speaker(s, i, groups):
    """The groups that speak or act by cue `i`: the nearest before that hangs on no preposition, with those coordinated with it;
    else one right behind; of a passive, the one behind 'by'."""
    behind = [g for g in groups if i < g.first <= i + 8]
    if s.words[i].kind == "preposition":
        return behind[:1]
    if s.tags[i - 1:i] == "b" and not s.slice(i, i).endswith("ing"):
        return [g for g in behind if s.slice(g.first - 1, g.first - 1).lower() == "by"][:1]
    if s.tags[i - 1:i] in (",", "q") and not s.words[i].value and behind and behind[0].first <= i + 2:
        return behind[:1]
    before = [g for g in groups if i - WINDOW < g.last < i and s.tags[g.last + 1] not in "g-"
              and not set("S;") & set(s.tags[g.last + 1:i])]
    free = [g for g in before if s.tags[max(g.first - 2, 0):g.first].rstrip("Dj")[-1:] not in ("P", "t")] or before
    found = free[-1:]
    while found and (more := [g for g in before if s.tags[g.last + 1:found[-1].first] in (",", "&", ",&")]):
        found.append(more[0])
    return found[::-1]


def _statements(s, groups, quoted):
    """(group, form, cue, content) of each cue and deed of a sentence, MOST at most; cue and content as (start, end)."""
    last, cues = [], [i for i, w in enumerate(s.words) if s.tags[i] in "VF" or isinstance(w, Word) and w.kind == "preposition"
                      and w.act == "say"]
    for i in cues[:MOST]:
        gerund, before = s.slice(i, i).endswith("ing"), s.tags[i - 1:i]
        who = last if last and (gerund or before == "&") else _speaker(s, i, groups)
        if not who or not gerund and before == "t" or gerund and before not in (*",&y;SBPqb", ""):
            continue
        noun = next((j for j in range(i + 1, min(i + 4, len(s.tags))) if s.tags[j] == "c"), i) if not s.words[i].value else i
        start, (a, b) = min(i, who[0].first), (s.spans[noun][1], len(s.text))
        if s.tags[i] != "F" and start > 1 and (s.tags[start - 1] == "q" or max(i, who[-1].last) > len(s.tags) - 4):
            a, b = 0, s.spans[start][0]  # the words come first
        elif who[0].first > i and before == "b":
            a, b = 0, s.spans[i][0]  # a passive: what is done is done to its subject
        inside = [q for (x, y), q in zip(s.spans, quoted) if a <= x and y <= b]
        form = "direct" if sum(inside) > 0.8 * len(inside) else "mixed" if any(inside) else "indirect"
        last = who
        for g in who:
            yield g, "action" if s.tags[i] == "F" else form, (s.spans[i][0], s.spans[noun][1]), (a, b)


def extract(sentences, articles, actors):
    """The `statements` table of some sentences: a row per cue, deed or judgement of the writer that has a holder.

    Whole articles only: 'she' is resolved to the last speaker, 'the ministry' to the state of the dateline, else to the first
    one named. A sentence without a cue is the last speaker's where it lies in a quotation, else a deed of the first of several
    actors, or, where it judges a single one, the writer's (holder OUTLET).
    """
    days, out = dict(zip(articles["doc_id"], articles["date"].fillna(""))), []
    home = dict(zip(articles["doc_id"], articles["place"].fillna("").str.title()))
    order = sentences.sort_values(["doc_id", "par", "sent"], kind="stable")[["doc_id", "par", "sent", "text", "start"]]
    for doc, part in order.groupby("doc_id", sort=False):
        rows = [(row, Sentence(row.text, actors, days.get(doc))) for row in part.itertuples()]
        states = (w.actor for s in [Sentence(home.get(doc, ""), actors), *(s for _, s in rows)] for w in s.words
                  if isinstance(w, Mention) and w.kind == "state")
        known, last, opened = {"": next(states, None)}, None, False
        for row, s in rows:
            quoted = [n % 2 for n in accumulate((tag == "q" for tag in s.tags), initial=int(opened))]
            groups = []
            for m in _GROUP.finditer(s.tags):
                groups.append(g := s.group(m, known, last))
                known |= dict.fromkeys(g.names[-1:], g.actor) if g.actor and g.via in ("alias", "description") else {}
            found = [st for st in _statements(s, groups, quoted) if st[0].actor]
            if not found and any(quoted) and last:
                found = [(Group(0, 0, last, "quotation", []), "direct", None, (0, len(s.text)))]
            elif not found and s.values and any(isinstance(w, Mention) for w in s.words):
                named = [g for g in groups if g.via == "alias"]
                several = len({g.actor for g in named}) > 1
                who = named[0] if several else Group(0, 0, "OUTLET", "writer", [])
                found = [(who, "action" if several else "author", None, (s.spans[who.last][1] * several, len(s.text)))]
            for n, (who, form, cue, (a, b)) in enumerate(found, start=1):
                x, y = cue or (None, None)
                out.append((doc, row.par, row.sent, n, s.slice(who.first, who.last) if cue else None, who.actor, who.via, form,
                            cue and s.text[x:y], cue and row.start + x, cue and row.start + y, row.start + a, row.start + b))
            last = next((st[0].actor for st in found if st[1] != "author"), last)
            opened = bool(quoted) and (opened + s.tags.count("q")) % 2 == 1
    return pd.DataFrame(out, columns=list(schema.TABLES["statements"].columns))
