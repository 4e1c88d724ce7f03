"""Who says what: from sentences to statements, each with its speaker, cue, content and form.

A sentence is read into items of one letter each (V verb of saying, U of praise or blame, F deed, I their -ing forms, c e s
nouns, P preposition, A actor, N name, T title ...; words.csv), so that a pattern over it is a regular expression.
"""

import re
from collections import Counter, defaultdict, namedtuple
from functools import cache
from itertools import accumulate, groupby, islice

import pandas as pd

from demarche import lexicons, schema

Mention = namedtuple("Mention", "start end actor kind role")  # kind: the actor's class; role: what kind of name it is
Word = namedtuple("Word", "tag kind act value")
Statement = namedtuple("Statement", "speaker holder via form cue content group item")  # cue, content: places in the sentence
_TOKEN = re.compile(r"(?P<g>'s\b|(?<=s)'(?=\s))|(?P<q>[\"«»])|(?P<c>,)|(?P<h>-)|(?P<s>[;:.()—–!?])|\w+(?:'(?!s\b)\w+)*|\S")
_MARK = {"g": "g", "q": "q", "c": ",", "h": "-", "s": ";"}
_FOLD = str.maketrans("’‘“”„", "''\"\"\"")
_NAME = "N(?:-w|(?:w-|-)?N)*"
_GROUP = re.compile(f"A(?:(?:-v|g?[jwsNf]{{0,3}})[TO])+A?(?:{_NAME})?|A-?{_NAME}|[TO]+(?:{_NAME}|A)+|{_NAME}[TO]*|[ATOpoi]")
_CHAIN = re.compile("G(?:-G)+|G(?:,G)*,?&G")
_REACH = 60  # slots to the left and right of a cue in which its speaker is looked for
# Who speaks or acts by the cue at @, in a sentence's shape (G a group, m one that only describes); the first rule that fits.
_SPEAKER = [re.compile(rule) for rule in (
    ".*@a(G)",                                  # according to the minister
    ".*[,q]@V(G)(?:[,;PYqg]|$)",                # '...', said the minister, ...
    ".*(?:(G)g|(m))[js]*@[ce]",                 # the minister's criticism
    ".*b@[VUFK][^G;]{0,3}Y(G)", ".*b@[VUFK]",   # was criticised by the minister; was criticised
    "(?:.*[^PYt])?(G),G(?:[PY]G)*,@[VUF]",       # Xyz, the minister of the state, said
    "(?:.*[^PYt])?(G)(?!g)[^S;]*(?:@[VUFK]|[b,&]@I)", ".*(G)(?!g)[^S;]*(?:@[VUFK]|[b,&]@I)",  # the minister urged
    "(?:.*[^PYt])?(G)(?!g)[^PYt&,;SVUFKI]*@e")]  # the minister launched an attack


@cache
def words():
    """The index of words.csv: first word to the phrases that begin so, each with its entries as noun (0) and as verb (1)."""
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
    """(end, entry) of the longest phrase of an index that stands at `start` of the text, where it begins with `word`."""
    for phrase, entry in index.get(word, ()):
        end = start + len(phrase)
        if text.startswith(phrase, start) and not (text[end:end + 1].isalnum() and phrase[-1].isalnum()):
            return end, entry
    return 0, ()


class Actors:
    """The actors table, ready to find names in text."""

    def __init__(self, table):
        names = defaultdict(list)
        for row in table.fillna("").itertuples(index=False):
            names[row.alias].append(tuple(row))
        self.names = _index(names)

    def mentions(self, text, day=None):
        """Names of actors in a text, the longest at each place, by case, with the aliases that hold on `day` (ISO).

        >>> [m.actor for m in Actors(lexicons.actors()).mentions("Kabul wrote to the US-led force")]
        ['Afghanistan', 'United States']
        """
        found, text = [], text.translate(_FOLD)
        for m in _TOKEN.finditer(text):
            if m[0] in self.names and (not found or m.start() >= found[-1].end):
                end, rows = _at(self.names, text, m.start(), m[0])
                found += [Mention(m.start(), end, actor, kind, role) for actor, kind, _, role, since, until in rows
                          if not day or since <= day and (not until or day <= until)][:1]
        return found


class Group:
    """A speaker or target as printed: items `first` to `last`, its form, and the actor once it is resolved."""

    def __init__(self, s, m):
        self.first, self.last, tags, after = m.start(), m.end() - 1, m[0], s.tags[m.end():m.end() + 1]
        items = range(self.first, self.last + 1)
        mention = next((s.words[i] for i in items if s.tags[i] == "A"), None)
        self.form = "pronoun" if tags in "poi" else "name" if tags[0] == "N" else "description"
        if mention:
            self.form = "person" if "T" in tags else "office" if "O" in tags else "actor"
            if tags == "A" and after and (after in "cesj" or after in "wv" and mention.role in ("demonym", "abbreviation")):
                self.form = "modifier"
        self.former = "N" in tags and "f" in s.tags[max(0, self.first - 1):self.last]  # speaks for himself
        mention = None if self.former else mention
        self.actor, self.kind, self.via = (mention.actor, mention.kind, "alias") if mention else (None, "name", "")
        self.titles = [s.slice(i).lower() for i in items if s.tags[i] in "TO"]
        named = [i for i in items if s.tags[i] == "N" or getattr(s.words[i], "role", "") == "leader"]
        self.names = [s.slice(i).split()[-1] for i in named]
        self.own = s.slice(named[0], self.last) if named else None


class Sentence:
    """A sentence read into items (`tags`, `spans`, `words`), and its `shape`: one letter for each of its `slots`.

    A slot is the number of an item that carries structure or, with the letter G or m, a list of coordinated groups.
    """

    def __init__(self, text, actors, day=None):
        self.text, self.tags, self.spans, self.words, end, plain = text, "", [], [], 0, text.translate(_FOLD)
        low, listed = plain.lower() if len(plain.lower()) == len(plain) else plain, words()
        mentions = {mention.start: mention for mention in actors.mentions(text, day)}
        for m in _TOKEN.finditer(plain):
            start, word = m.start(), m[0]
            if start < end:
                continue
            end, entry = _at(listed, low, start, low[start:m.end()])
            if start in mentions:
                entry = mentions[start]
                tag, end = "w" if entry.kind == "none" else "A", entry.end
            elif entry and not m.lastgroup:
                entry = self._choose(entry, low[start:end], self.tags and word[0].isupper())
                tag = entry.tag
            else:
                tag = "N" if word[0].isupper() else "v" if word.endswith("ed") else "y" if word.endswith("ly") else "w"
                end, entry = m.end(), None
            self.tags += _MARK.get(m.lastgroup, tag)
            self.spans.append((start, end))
            self.words.append(entry)
        self.groups, self.shape, self.slots, i = [Group(self, m) for m in _GROUP.finditer(self.tags)], "", [], 0
        begins = {g.first: g for g in self.groups}
        while i < len(self.tags):
            group = begins.get(i)
            if group or self.tags[i] in "VUFKIcesjM!PYabtSRB&,;qg-":
                self.shape += "m" if group and group.form == "modifier" else "G" if group else self.tags[i]
                self.slots.append([group] if group else i)
            i = group.last + 1 if group else i + 1
        for m in reversed(list(_CHAIN.finditer(self.shape.replace("m", "G")))):
            a, b = m.span()
            self.slots[a:b] = [[g for slot in self.slots[a:b] if isinstance(slot, list) for g in slot]]
            self.shape = self.shape[:a] + self.shape[b - 1] + self.shape[b:]

    def _choose(self, entry, form, capital):
        """The entry of a noun or a verb by what stands before; a noun follows article, adjective, possessive or demonym."""
        last = self.tags[-1:] or " "
        noun = last in "DjPYgc!s" or capital or last == "A" and self.words[-1].role == "demonym"
        if 1 in entry and form.endswith("ed") and (noun or last == "t"):
            return entry[1]._replace(tag="j")
        if 1 not in entry or noun and entry[1].tag != "I" or (last in "w " or self.tags == "N") and 0 in entry:
            return entry.get(0) or entry[1]._replace(tag={"deed": "e", "verb": "c"}.get(entry[1].kind, "s"))
        return entry[1]

    def slice(self, first, last=None):
        """An item, or items `first` to `last`, as printed."""
        return self.text[self.spans[first][0]:self.spans[first if last is None else last][1]]

    def speaker(self, k):
        """The coordinated groups that speak or act by the cue in slot `k`, or []."""
        first = max(0, k - _REACH)
        near = f"{self.shape[first:k]}@{self.shape[k:k + _REACH]}"
        told = next(filter(None, (rule.match(near) for rule in _SPEAKER)), None)
        at = told.start(told.lastindex) + first if told and told.lastindex else None
        return [] if at is None else self.slots[at - (at > k)]


class Article:
    """One article as it is read: what its names stand for, who spoke last, and whether a quotation is open."""

    def __init__(self, sentences):
        self.sentences, self.person, self.holder, self.voice, self.open = sentences, None, None, None, 0
        groups = [g for s in sentences for g in s.groups if g.kind == "state"]
        self.main = next((actor for actor, _ in Counter(g.actor for g in groups).most_common(1)), None)
        self.names = {title: g.actor for g in reversed(groups) for title in g.titles}

    def resolve(self, s, g, quoted=False):
        """Set the actor of a group, and `via`: the first way that finds one."""
        tags, last, ways = s.tags[g.first:g.last + 1], self.holder or self.main, [(g.via, g.actor)]
        if g.form == "pronoun":
            ways += [("pronoun", {"p": self.person, "i": quoted and self.voice}.get(tags) or last)]
        elif g.names:
            ways += [("name before", self.names.get(g.names[-1]))]
            if "T" in tags[:-1] and not g.former and g.titles[0] not in ("mr", "ms", "mrs", "dr"):
                ways += [("title", last)]
            if g.first or len(g.names) > 1 or s.tags[1:2] == "V":  # a capital at the start is no sign of a name
                ways += [("own name", g.own)]
        elif g.titles:
            definite = s.tags[g.first - 1:g.first] == "D" or " " in g.titles[-1]
            ways += [("description", definite and self.names.get(g.titles[-1]) or "T" in tags and self.person or last)]
        g.via, g.actor = next(((way, actor) for way, actor in ways if actor), ("", None))
        if g.actor and g.via != "description":
            self.names |= dict.fromkeys(g.titles + (g.names[-1:] if g.via != "own name" or len(g.names) > 1 else []), g.actor)
            if g.via != "own name" and (g.form in ("person", "name") or g.names and "T" in tags):
                self.person = g.actor

    def read(self):
        """Resolve all groups, and give each sentence its list `statements`."""
        for n, s in enumerate(self.sentences):
            quotes = [n % 2 for n in accumulate((tag == "q" for tag in s.tags), initial=self.open)][:-1]
            for a, b in reversed(list(zip(s.groups, s.groups[1:]))):  # 'a spokesman for Iran'; 'Kallas, the EU's top diplomat'
                between = s.tags[a.last + 1:b.first].rstrip("Dj")
                if between == "P" and a.form == "description" and b.actor and s.slice(a.last + 1) in ("of", "for"):
                    a.actor, a.kind, a.form, a.via = b.actor, b.kind, "person", "description"
                for name, told in ((a, b), (b, a)) if between == "," else ():
                    if name.form == "name" and not name.actor and told.form in ("person", "office"):
                        name.actor, name.via = told.actor, "apposition"
            cues = [k for k, mark in enumerate(s.shape) if mark in "VUFKIcea"]
            if any(quotes) and not self.open and not any(s.shape[k] in "VUa" and not quotes[s.slots[k]] for k in cues):
                closing = next((x for x in self.sentences[n + 1:n + 9] if "q" in x.tags), s)  # who speaks is told there
                told = next((x for k, mark in enumerate(closing.shape) if mark in "VU" for x in closing.speaker(k)), None)
                if told and closing is not s:
                    self.resolve(closing, told)
                    self.voice = told.actor
            for g in s.groups:
                self.resolve(s, g, quotes[g.first])
            s.statements = []
            for k in cues:
                s.statements += self._statements(s, k, quotes)
            said = [st for st in s.statements if st.form != "action"]
            spoken = next((st.holder for st in said if not quotes[st.item]), None)
            self.voice = spoken or self.voice
            if any(quotes) and self.voice and not spoken:
                whole = s.spans[quotes.index(1)][0], len(s.text)
                s.statements.append(Statement(None, self.voice, "quotation", "direct", None, whole, None, None))
            elif not said and any(g.actor for g in s.groups) and any(getattr(w, "value", 0) for w in s.words):
                s.statements.append(Statement(None, "OUTLET", "writer", "author", None, (0, len(s.text)), None, None))
            first = next((st for st in s.statements if st.holder != "OUTLET"), None)
            self.holder = first.holder if first else self.holder
            if first and first.group and first.group.form in ("person", "name"):
                self.person = first.holder
            self.open = (self.open + s.tags.count("q")) % 2

    def _statements(self, s, k, quotes):
        """The statements that the cue or deed in slot `k` makes: one for each of the coordinated speakers."""
        i, mark, groups = s.slots[k], s.shape[k], s.speaker(k)
        word, main = s.words[i], (st.group for st in s.statements if s.tags[st.item] in "VUFK" and not quotes[st.item])
        if k and (mark == "I" and s.shape[k - 1] in ",&" or mark in "VUFK" and s.shape[k - 1] == "&"):
            groups = [*islice(main, 1)] or groups  # the minister said ..., adding
        weak = mark == "V" and s.shape[k - 1:k] == "t" or mark == "c" and not word.value and s.shape[k + 1:k + 2] != "S"
        if weak or not groups:
            return
        noun = re.match("[VI][js]*c", s.shape[k:]) if not word.value else None
        end = s.slots[k + noun.end() - 1] if noun else i  # 'expressed grave concern'
        content, first, tail = (s.spans[end][1], len(s.text)), min(groups[0].first, i), s.tags[max(end, groups[-1].last) + 1:]
        lead = s.tags[:first].rstrip("Dj")
        if mark in "VU" and lead and (groups[0].first > i or lead[-1] == "q" and quotes[len(lead) - 1] or
                                     lead[-1] == "," and len(lead) > 2 * len(tail)):
            content = 0, s.spans[first][0]  # the words come first
        inside = [q for (a, b), q in zip(s.spans, quotes) if content[0] <= a and b <= content[1]]
        form = "direct" if sum(inside) > .8 * len(inside) else "mixed" if sum(inside) > 1 else "indirect"
        form = form if word.kind in ("verb", "noun", "preposition") else "action"
        for g in groups:
            if g.actor:
                yield Statement(s.slice(g.first, g.last), g.actor, g.via, form, (s.spans[i][0], s.spans[end][1]), content, g, i)


def read(sentences, articles, actors):
    """For each article: the rows of its sentences (doc_id, par, sent, text, start) and its sentences read."""
    days = dict(zip(articles["doc_id"], articles["date"].fillna("")))
    order = sentences.sort_values(["doc_id", "par", "sent"], kind="stable")[["doc_id", "par", "sent", "text", "start"]]
    for doc, part in groupby(order.itertuples(index=False, name=None), key=lambda row: row[0]):
        rows = list(part)
        article = Article([Sentence(row[3], actors, days.get(doc)) for row in rows])
        article.read()
        yield rows, article.sentences


def extract(sentences, articles, actors):
    """The `statements` table of some sentences: a row per cue, deed or judgement of the writer that has a holder.

    Whole articles only: 'she' and 'the ministry' are resolved within each, and nothing is carried from one to another.
    """
    out = []
    for rows, sentences_read in read(sentences, articles, actors):
        for (*key, _, start), s in zip(rows, sentences_read):
            for n, st in enumerate(s.statements, start=1):
                cue = (s.text[slice(*st.cue)], start + st.cue[0], start + st.cue[1]) if st.cue else (None, None, None)
                out.append((*key, n, *st[:4], *cue, start + st.content[0], start + st.content[1]))
    return pd.DataFrame(out, columns=list(schema.TABLES["statements"].columns))
