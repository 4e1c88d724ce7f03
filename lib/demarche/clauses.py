"""A sentence read into clauses: its items, the noun phrases that name actors, and the predicates that govern them.

Each item has one letter, from lexicons/words.csv: V verb of saying, F deed, K other verb of stance, v plain verb, c e s n
their nouns, j a adjectives, b x t 'be', auxiliary and 'to', ! negation, P preposition, S R & B subordinator, relative,
conjunction and contrast, T O titles and offices, p o i pronouns; A an actor, N another name. One pass from left to right finds
who governs whom.
"""

import re
from collections import defaultdict, namedtuple
from functools import cache

from demarche import lexicons, schema

Mention = namedtuple("Mention", "actor kind alias role since until")  # a row of the actors table; kind: the actor's class
Word = namedtuple("Word", "tag kind act value")  # an entry of words.csv
_TOKEN = re.compile(
    r"(?P<q>''|``|[\"«»])|(?P<g>'s\b|(?<=s)'(?=\s))|"
    r"(?P<short>(?:Mrs?|Ms|Dr|Gen|Lt|Col|Sen|Rep|Gov|Prof|St|Jr|Sr|Maj|Capt|Adm|Sgt|Hon|Rev|Amb|Brig)\.|(?:[A-Z]\.){1,3})|"
    r"(?P<stop>[;:.()—–!?]|-(?:-+|(?<=\s-)(?=\s)))|\w+(?:'(?!s\b)\w+)*|\S"
)
_LOW = re.compile(r"\b[a-z]{5}")  # a headline with capitals throughout has no such word
_FOLD = str.maketrans("’‘“”„", '\'\'"""')
_NAME = "N(?:-w|(?:w-|-)?N)*"
_GROUP = re.compile(f"A(?:(?:-v|g?[jawsNfn]{{0,2}})[TO])+A?(?:{_NAME})?|A-?{_NAME}|[TO]+(?:{_NAME}|A)+|{_NAME}[TO]*|[ATOpoi]")
VERBS = set("VFKv")
GROUPS = {"intl", "people", "militants"}  # classes of actors with names in the plural: 'observers'
OBJECTS = {"him", "them", "me", "us", "himself", "herself", "itself", "themselves"}  # never a subject
PARTS = {"all", "both", "dozens", "each", "four", "hundreds", "many", "most", "several", "some", "three", "two"}  # of them
TIMES = {"day", "week", "weekend", "month", "year", "morning", "afternoon", "evening", "night"}  # 'last week', no speaker
QUOTING = {"say", "ask", "warn", "believe", "acknowledge", "criticise"}  # acts of verbs that may come first: '"...," said X'


@cache
def words():
    """lexicons/words.csv as an index: first word to its phrases, each with its entries as noun (0) and as verb (1)."""
    found = defaultdict(dict)
    for form, verb, tag, kind, act, value in lexicons.read("words").itertuples(index=False):
        found[form][int(verb)] = Word(tag, kind, act or kind, int(value))
    return _index(found)


@cache
def felt():
    """{participle: Word} of what one is rather than suffers: 'is (deeply) concerned' is no passive."""
    phrases = {phrase: entries for phrase, entries in words()["is"] if phrase.count(" ") == 1}
    return {phrase[3:]: entries[1] for phrase, entries in phrases.items() if 1 in entries}


def _index(phrases):
    first = defaultdict(list)
    for phrase in sorted(phrases, key=len, reverse=True):
        first[_TOKEN.match(phrase)[0]].append((phrase, phrases[phrase]))
    return dict(first)


def _at(index, text, start, word):
    """(end, entry) of the longest phrase of an index that stands at `start` of the text and begins with `word`."""
    for phrase, entry in index.get(word, ()):
        end = start + len(phrase)
        if text.startswith(phrase, start) and not (text[end : end + 1].isalnum() and phrase[-1].isalnum()):
            return end, entry
    return 0, ()


class Actors:
    """The actors table, ready to find names in text: the longest at each place, by case, those that hold on the day."""

    def __init__(self, table):
        names = defaultdict(list)
        for row in table[list(schema.TABLES["actors"].columns)].fillna("").itertuples(index=False):
            names[row.alias].append(Mention(*row))
        self.names = _index(names)

    def mentions(self, text, day=None):
        """(start, end, Mention) of each name in a text, the longest at its place; those that hold on the `day`, where given."""
        plain, end = text.translate(_FOLD), 0
        for m in _TOKEN.finditer(plain):
            if m.start() >= end and m[0] in self.names:
                stop, rows = _at(self.names, plain, m.start(), m[0])
                rows = [r for r in rows if not day or r.since <= day and (not r.until or day <= r.until)]
                end = stop if rows else end
                if rows and rows[0].kind != "none":
                    yield m.start(), end, rows[0]


class Group:
    """Items `first` to `last` that name one actor; `form`: pronoun, name, description, person, office or actor."""

    __slots__ = (
        "actor",
        "first",
        "form",
        "former",
        "kind",
        "last",
        "names",
        "noun",
        "own",
        "person",
        "role",
        "titles",
        "twin",
        "via",
    )

    def __init__(self, s, m):
        self.first, self.last, tags = m.start(), m.end() - 1, m[0]
        items = range(self.first, self.last + 1)
        mention = next((s.words[i] for i in items if s.tags[i] == "A"), None)
        self.form = "pronoun" if tags in "poi" else "name" if tags[0] == "N" else "description"
        if mention:
            self.form = "person" if "T" in tags else "office" if "O" in tags else "actor"
        self.former = "N" in tags and "f" in s.tags[max(0, self.first - 1) : self.last]  # speaks for himself
        mention = None if self.former else mention
        self.actor, self.kind, self.via = (mention.actor, mention.kind, "alias") if mention else (None, "name", "")
        self.titles = [s.slice(i).lower() for i in items if s.tags[i] in "TO"]
        named = [i for i in items if s.tags[i] == "N" or getattr(s.words[i], "role", "") == "leader"]
        self.names = [s.slice(i).split()[-1] for i in named]
        self.person = (named[0], named[-1]) if named else None
        self.own = s.slice(*self.person) if named else None
        self.role = "head"
        self.noun = None
        self.twin = False  # a bare surname of two persons of the article


class Noun:
    """A noun phrase: `groups` it names, `mods` named inside it, `head` item; `rel` to what governs it, `up` (Noun or Verb)."""

    __slots__ = ("first", "groups", "head", "last", "mods", "prep", "rel", "up")

    def __init__(self, groups, mods, head, first, last):
        self.groups, self.mods, self.head, self.first, self.last = groups, mods, head, first, last
        self.rel = self.up = self.prep = None


class Verb:
    """A predicate: its `item`, `subj` (Noun or None), `obj`, and the Verb or Noun (`up`) that it belongs to, as `rel`."""

    __slots__ = ("adj", "by", "first", "inverse", "item", "neg", "obj", "passive", "rel", "subj", "up")

    def __init__(self, item, first):
        self.item, self.first = item, first
        self.subj = self.obj = self.rel = self.up = self.adj = self.by = None
        self.neg = self.passive = self.inverse = False


class Sentence:
    """A sentence read into items (`tags`, `spans`, `words`), `groups`, `nouns` and `verbs`."""

    def __init__(self, text, actors, day=None):
        self.text, self.tags, self.spans, self.words, end, plain = text, "", [], [], 0, text.translate(_FOLD)
        low, listed, names = plain.lower() if len(plain.lower()) == len(plain) else plain, words(), actors.names
        tags, title = [], not _LOW.search(plain)
        for m in _TOKEN.finditer(plain):
            start, word = m.start(), m[0]
            if start < end:
                continue
            entry, kind = None, m.lastgroup
            if word in names:
                stop, rows = _at(names, plain, start, word)
                rows = [r for r in rows if not day or r.since <= day and (not r.until or day <= r.until)]
                if rows:
                    entry, end = rows[0], stop
                    tag = "w" if entry.kind == "none" else "A"
                    entry = None if entry.kind == "none" else entry
                    tags.append(tag), self.spans.append((start, end)), self.words.append(entry)
                    continue
            if kind and kind != "short":
                tag, end = kind[0] if kind != "stop" else ";", m.end()
            else:
                lower = low[start : m.end()].rstrip(".")
                end, entry = _at(listed, low, start, lower)
                form, end = low[start:end], max(end, m.end())
                before = tags[-1] if tags else " "
                capital = before != " " and not title and word[0].isupper()
                if form in felt() and "".join(tags).rstrip("y")[-1:] == "b":
                    entry = felt()[form]
                    tag = entry.tag
                elif entry:
                    old = self.words[-1] if before == "A" else None
                    entry = self._choose(
                        entry,
                        form,
                        before,
                        capital,
                        old and old.role == "demonym",
                        low[start - 2 : start - 1] == "s" and bool(before in "ns" or old and old.kind in GROUPS),
                    )
                    tag = entry.tag
                    if capital and tag in "nvajsw" and not entry.value or before == " " and tag in "nv" and word[1:2].isupper():
                        tag, entry = "N", None
                else:
                    tag = (
                        ","
                        if word == ","
                        else "-"
                        if word == "-"
                        else "0"
                        if word[0].isdigit()
                        else "N"
                        if word[0].isupper()
                        else "y"
                        if lower.endswith("ly")
                        else ("j" if before in "DPg" else "v")
                        if lower.endswith("ed")
                        else "w"
                        if word.isalnum()
                        else "-"
                    )
                    entry = None
            tags.append(tag), self.spans.append((start, end)), self.words.append(entry)
        self.tags = "".join(tags)
        self.groups = [Group(self, m) for m in _GROUP.finditer(self.tags)]
        self._parse()

    @staticmethod
    def _choose(entry, form, last, capital, demonym, plural):
        """The entry of a noun or a verb by what stands before; a noun follows article, adjective, possessive, preposition."""
        if 1 not in entry:
            return entry[0]
        verb, ing = entry[1], form.endswith("ing")
        if form in ("said", "says", "told", "wrote"):
            return verb
        named = last in "AN"
        if ing and (last in "VFKv" and verb.tag == "v" or last in "Djag" or named and 0 in entry and entry[0].tag in "ec"):
            return entry.get(0) or verb._replace(tag={"F": "e", "K": "s"}.get(verb.tag, "a") if last in "Dg" else "a")
        if last == "t" or last in "xpy" and verb.tag != "v":
            return verb
        base = not form.endswith(("s", "ed", "ing"))
        alone = named and (base and not plural or demonym)  # 'the UN report', 'Afghan attacks'; but 'observers report'
        noun = last in "DjaPgc!sn" or last == "0" or capital or 0 in entry and (last in "VFKvw " or alone)
        noun = noun and not (last in "ns" and plural and base)
        if form.endswith("ed") and noun:
            return verb if last in "cns!" or last == "0" and verb.tag == "V" else verb._replace(tag="j")
        if noun and not ing:
            return entry.get(0) or (
                verb
                if last in "c!" or last in "ns" and not base
                else verb._replace(tag={"V": "c", "F": "e", "K": "s", "v": "n"}[verb.tag])
            )
        return verb

    def slice(self, first, last=None):
        """An item, or items `first` to `last`, as printed."""
        return self.text[self.spans[first][0] : self.spans[first if last is None else last][1]]

    def low(self, i):
        """An item in lower case."""
        return self.slice(i).lower()

    def at(self, place):
        """The item that begins at a place of the sentence."""
        return next(i for i, (a, b) in enumerate(self.spans) if a <= place < b)

    def _turns(self, v, word):
        """Whether a verb of saying may stand before who speaks: '"...," said X'."""
        return self.words[v].act in QUOTING and word[:3] not in ("tel", "tol") and not word.endswith("ing") and " " not in word

    def _chunks(self):
        """(kind, first, last, what) left to right: n a noun phrase, v a verb group, else the tag of a single item."""
        begins, i, out, tags, n = {g.first: g for g in self.groups}, 0, [], self.tags, len(self.tags)
        while i < n:
            tag, g = tags[i], begins.get(i)
            if g or tag in "Dnajsce0wfyM" and not (tag == "y" and tags[i + 1 : i + 2] in tuple("VFKvbx!")):
                first, groups, mods, head, j = i, [], [], None, i
                while j < n:
                    g = begins.get(j)
                    if g and j > first and tags[j] in "poi":
                        break  # 'the talks he wants'
                    if g:
                        mods += groups
                        groups, head, j = [g], None, g.last + 1
                    elif tags[j] == "g":
                        mods += groups
                        for x in groups:
                            x.role = "poss"
                        groups, j = [], j + 1
                    elif tags[j] in "nscewN0" or tags[j] in "ja" or tags[j] in "fy" and j + 1 < n and tags[j + 1] in "ja":
                        if tags[j] in "nscewN":
                            mods += groups
                            groups, head = [], j
                        j += 1
                    elif tags[j] == "-" and tags[j + 1 : j + 2] in tuple("vVFK"):
                        j += 2
                    elif tags[j] == "-" or tags[j] == "D" and j == i:
                        j += 1
                    elif tags[j] in "yM" and j == first:
                        j += 1
                        break
                    else:
                        break
                    if tags[j : j + 1] == "D" and j > first:
                        break
                while j - 1 > first and tags[j - 1] == "-":
                    j -= 1
                j = max(j, i + 1)
                if tags[first:j] == "D" and tags[j : j + 1] in tuple("PxbVvFK") and self.low(first) in PARTS:
                    head = first
                elif head is None and not groups and tags[j - 1] in "aj" and j < n and self.low(j) == "of":
                    head = j - 1  # 'an average of'
                for x in mods:
                    x.role = "poss" if x.role == "poss" else "mod"
                if groups or mods or head is not None:
                    noun = Noun(groups, mods, head, first, j - 1)
                    for x in [*groups, *mods]:
                        x.noun = noun
                    out.append(("n", first, j - 1, noun))
                else:
                    k = next((k for k in range(first, j) if tags[k] in "ja" or tags[k] == "M"), None)
                    out.append(("j", first, j - 1, k))
                i = j
            elif tag in "VFKvbx!yt":
                first, v, neg, passive, be, to = i, None, False, False, False, False
                while i < n and tags[i] in "VFKvbx!yt":
                    if tags[i] == "t":
                        if v is not None:
                            break
                        to = True
                    elif tags[i] == "!":
                        neg = True
                    elif tags[i] == "b":
                        if v is not None and not be:
                            break
                        be, v = True, i if v is None else v
                    elif tags[i] in "VFKv":
                        if v is not None and tags[v] in "VFKv":
                            break
                        passive = be and not self.low(i).split(" ")[0].endswith("ing") and self.low(i) not in felt()
                        v = i
                    i += 1
                if v is None and not to and "x" in tags[first:i]:
                    v = tags.rindex("x", first, i)
                if v is None and not to and not neg:
                    continue
                out.append(("v" if v is not None else "!" if neg else "t", first, i - 1, (v, neg, passive, to)))
            else:
                out.append((tag, i, i, None))
                i += 1
        return out

    def _parse(self):
        self.nouns, self.verbs = [], []
        chunks, tags = self._chunks(), self.tags
        cur = free = last = host = prep = lead = barred = None  # lead: the noun of a clause whose verb is still to come
        mark, neg, sub, closed = "", False, "", True
        n = len(chunks)
        for c, (kind, first, end, what) in enumerate(chunks):
            nxt = chunks[c + 1][0] if c + 1 < n else ""
            if kind == "n":
                noun = what
                before = chunks[c - 1][0] if c else ""
                if prep is not None:
                    noun.prep = noun.rel = self.low(prep)
                    adjacent = c > 1 and chunks[c - 2][0] == "n"
                    if noun.rel == "by" and cur and cur.passive:
                        cur.by, noun.rel, noun.up = noun, "by", cur
                    elif (
                        adjacent
                        and last
                        and last.head is not None
                        and (tags[last.head] in "csej" or noun.rel == "of")
                        or adjacent
                        and last
                        and not last.up
                        and free is last
                        and not cur
                    ):
                        noun.up = last
                    else:
                        noun.up = cur or (last if adjacent else None)
                    if adjacent and noun.up is last and last.head is not None and tags[last.head] == "D":
                        last.groups = noun.groups  # some of the officials
                    if self.tags[prep] == "P" and getattr(self.words[prep], "act", "") == "say":
                        v = Verb(prep, first)
                        v.subj, noun.rel, noun.up, v.inverse = noun, "subj", v, True
                        self.verbs.append(v)
                    prep = None
                elif (
                    before in (",", "&")
                    and c > 1
                    and chunks[c - 2][0] == "n"
                    and not (before == "," and last.head is not None and self.low(last.head) in TIMES)
                    and not (before == "," and last.prep and noun.groups and (cur is None or cur.subj is None))
                    and (
                        nxt in (",", "&", "R") or nxt == "P" and not cur and free is last  # the second explains the first
                        if before == ","
                        else nxt != "v" or free is last
                    )
                ):
                    noun.prep = last.prep
                    if before == "&" or nxt == "&" or noun.groups:
                        last.groups += noun.groups
                        last.mods += noun.mods
                    if last.head is None and noun.head is not None and not last.groups:
                        last.head = noun.head
                    noun.rel, noun.up, last.last = "conj", last, noun.last
                    self.nouns.append(noun)
                    continue
                elif cur and not closed and cur.obj is None:
                    noun.rel, noun.up, cur.obj = "obj", cur, noun
                    free = None if first == end and self.low(first) in OBJECTS else noun
                else:
                    free = noun
                    if before in ",q;S&Bj" and (lead is None or lead.rel or self.low(lead.last) in TIMES):
                        lead = noun
                self.nouns.append(noun)
                last = noun
            elif kind == "v":
                v, neg_here, passive, to = what
                verb = Verb(v, first)
                word = self.low(v)
                turns = tags[v] == "V" and nxt == "n" and not to and self._turns(v, word)
                turns = turns and not (c + 2 < n and chunks[c + 2][0] == "v" and chunks[c - 1][0] != "q")
                verb.neg, verb.passive = neg_here or neg, passive
                neg = False
                ing = (
                    "ing" in word
                    and word.split(" ")[0].endswith("ing")
                    and "b" not in tags[first : v + 1]
                    and not (first and tags[first - 1] in "poi" and self.low(first - 1)[-2:] in ("'s", "’s", "'m", "’m", "re"))
                )  # saying; but not 'is saying', 'he's saying'
                if to:
                    verb.rel, verb.up = "to", cur or last
                    verb.subj = (cur.obj if cur.obj and cur.obj.groups else cur.subj) if cur else None
                    if not cur and last:
                        verb.rel, verb.subj = "to", next((x for x in [last] if x.groups or x.mods), None)
                elif mark == "R" and host:
                    verb.rel, verb.up, verb.subj = "rel", host, free if free is not None and free is not host else host
                elif ing:
                    if prep is not None:
                        verb.rel, verb.up, verb.subj, prep = self.low(prep), cur or last, cur.subj if cur else None, None
                    elif c and cur and tags[v] == "V" and last and last is cur.obj and last.head and tags[last.head] == "c":
                        verb.rel, verb.up, verb.subj = "adv", cur, cur.subj  # 'issued a statement saying'
                    elif chunks[c - 1][0] == "n" and c and last:
                        verb.rel, verb.up, verb.subj = "rel", last, last
                    else:
                        verb.rel, verb.up, verb.subj = "adv", cur, (cur.subj if cur else None)
                        if cur and mark in (",", "q"):
                            top = cur
                            while isinstance(top.up, Verb) and (tags[v] == "V" or top.rel == "to"):
                                top = top.up
                            verb.up, verb.subj = top, top.subj
                elif (
                    free is None
                    and lead
                    and not lead.rel
                    and (
                        # 'the minister, who was ill, said'; 'those who praised him say'
                        c
                        and chunks[c - 1][0] in ",;"
                        and tags[lead.last + 1] in ",;R"
                        and mark != "&"
                        and ("," in tags[lead.first : lead.last] or lead.last + 1 < chunks[c - 1][1])
                        or lead is host
                        and mark == ""
                        and not sub
                    )
                ):
                    verb.subj, lead = lead, None
                elif free is not None:
                    verb.subj = free
                    lead = None if lead is free else lead
                    if cur and cur.obj is free:
                        if (
                            tags[cur.item] not in "Vb"
                            and not word.endswith("s")
                            and first == v
                            and (last is not free or nxt == "P" and self.low(chunks[c + 1][1]) == "by")
                        ):
                            verb.passive, verb.rel, verb.up, verb.obj = True, "rel", last, last
                            verb.subj = None
                        else:
                            cur.obj, free.rel, free.up = None, None, None
                            verb.rel, verb.up = "comp", cur
                    elif cur and sub:
                        verb.rel, verb.up = ("comp" if sub in ("that", "whether", "how", "why", "what") else "adv"), cur
                    elif cur and mark in ("&", "B", ","):
                        verb.rel, verb.up = (
                            ("comp", cur.up) if isinstance(cur.up, Verb) and cur.rel == "comp" else ("conj", None)
                        )
                    elif cur and tags[cur.item] == "V" and not closed:
                        verb.rel, verb.up = "comp", cur
                elif cur and mark in ("&", ",", "B", "") and not (mark == "," and turns and closed):
                    main = cur
                    while isinstance(main.up, Verb) and (
                        main.rel == "to" or mark in "&B" and mark and tags[v] == "V" and main.rel == "comp" and barred
                    ):
                        main = main.up  # 'seeks to meet him and says'; 'said that he won, and added'
                    verb.subj, verb.rel, verb.up = main.subj, "conj" if main.rel is None else main.rel, main.up
                if verb.subj is None and turns:
                    noun = chunks[c + 1][3]
                    if noun.groups or noun.mods or c and chunks[c - 1][0] in ",q":
                        verb.subj, verb.inverse = noun, True
                        noun.rel, noun.up = "subj", verb
                        self.verbs.append(verb)
                        cur, free, mark, sub, closed = verb, None, "", "", True
                        continue
                if (
                    verb.subj is not None
                    and verb.subj.rel is None
                    and not (verb.rel == "rel" and verb.subj is verb.up or verb.rel == "to" and cur)
                ):
                    verb.subj.rel, verb.subj.up = "subj", verb
                self.verbs.append(verb)
                cur, free, mark, sub, closed, prep = verb, None, "", "", False, None
            elif kind == "j":
                if what is not None and cur and tags[cur.item] == "b" and cur.adj is None:
                    cur.adj = what
            elif kind == "S" and nxt == "v" and c and chunks[c - 1][0] == "n" and self.low(first) == "that":
                host, mark, free, prep = last, "R", None, None  # 'a report that blames'
            elif kind in "Pt":
                prep = first
                if c == 0 or chunks[c - 1][0] in ",;qS&B":  # 'about four in ten said'
                    number = tags[first + 1 : first + 2] == "0" or nxt == "n" and self.low(first + 1) in PARTS
                    prep = None if number and self.low(first) in ("about", "around", "over") else first
                if kind == "P" and nxt != "n" and getattr(self.words[first], "act", "") == "say":
                    self.verbs.append(Verb(first, first))
            elif kind == "!":
                neg = True
            elif kind == "S":
                sub, free, mark, prep = self.low(first), None, "S", None
                if cur:
                    closed = True
            elif kind == "R":
                if self.low(first) == "that" and cur and (last is None or last.first < cur.item):
                    sub, free, mark = "that", None, "S"
                else:
                    host, mark, free, prep = last, "R", None, None
            elif kind in "&B,":
                barred = kind != "," and c > 0 and chunks[c - 1][0] == ","
                mark = mark if mark == "S" and kind == "," else kind
                neg, prep = False, None
                if kind != "&" or nxt in "v":
                    closed = True
                if kind in "&B" and cur and (nxt == "v" or nxt == "P" and lead is None):
                    free = None
                if kind in "&B" and nxt == "n":
                    closed = closed or chunks[c - 1][0] != "n"
                if kind == "," and cur:
                    free = None
                    if (
                        cur.rel == "rel" and cur.up is host and host.rel in (None, "conj") and nxt != "R"
                    ):  # the minister, who was ill, said
                        cur, free, mark, closed = None, host, "", False
                if kind == "B":
                    free, sub = None, ""
            elif kind in ";":
                mark, free, closed, neg, prep, sub = ";", None, True, False, None, ""
                if kind == ";" and self.slice(first) in ";:.!?":
                    cur = None
            elif kind == "q":
                if c and chunks[c - 1][0] == "," or nxt == "v" and chunks[c - 1][0] == ";":
                    free, closed = None, True
                mark = "q" if c and chunks[c - 1][0] == "," else mark or "q"
                prep = None if prep is not None and nxt != "n" else prep
        # Words come first, their speaker at the end: '..., the minister said.'
        size = len(tags)
        for verb in self.verbs:
            if tags[verb.item] in "VP" and verb.up is None and (verb.inverse or verb.subj is not None):
                start = min(verb.item, verb.subj.first if verb.subj else verb.item)
                before = tags[:start].rstrip("Dja")
                tail = size - max(verb.item, verb.subj.last if verb.subj else 0)
                if before and before[-1] in ",q" and len(before) > 3 and (verb.inverse or tail < 6 or before[-1] == "q"):
                    verb.inverse = True
                    for x in self.verbs:
                        if x is not verb and x.up is None and x.item < start:
                            x.up, x.rel = verb, "comp"
                elif self.tags[verb.item] == "P":
                    for x in self.verbs:
                        if x is not verb and x.up is None:
                            x.up, x.rel = verb, "comp"
                else:
                    verb.inverse = False if tags[verb.item] != "P" and verb.subj.first < verb.item else verb.inverse
