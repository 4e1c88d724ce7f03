"""A sentence read into clauses: its items, the noun phrases that name actors, and the predicates that govern them.

Each item has one letter, from lexicons/words.csv: V verb of saying, F deed, K other verb of stance, v plain verb, c e s n
their nouns, j a adjectives, b x t 'be', auxiliary and 'to', ! negation, P preposition, S R & B subordinator, relative,
conjunction and contrast, T O titles and offices, p o i pronouns; A an actor, N another name. One pass from left to right finds
who governs whom.
"""

import re
from collections import defaultdict, namedtuple
from functools import cache, partial

from demarche import lexicons, schema

Mention = namedtuple("Mention", "actor kind alias role since until")  # a row of the actors table; kind: the actor's class
Word = namedtuple("Word", "tag kind act value")  # an entry of words.csv
_TOKEN = re.compile(r"[a-z]\w*(?:'(?!s\b)\w+)*|"  # most words: found at once, without a look at what follows
    r"(?P<q>''|``|[\"«»])|(?P<g>'s\b|(?<=s)'(?=\s))|"
    r"(?P<short>(?:Mrs?|Ms|Dr|Gen|Lt|Col|Sen|Rep|Gov|Prof|St|Jr|Sr|Maj|Capt|Adm|Sgt|Hon|Rev|Amb|Brig)\.|(?:[A-Z]\.){1,3})|"
    r"(?P<stop>[;:.()—–!?]|-(?:-+|(?<=\s-)(?=\s)))|\w+(?:'(?!s\b)\w+)*|\S")
_LOW, _NAME = re.compile(r"\b[a-z]{5}"), "N(?:-w|(?:w-|-)?N)*"  # a headline with capitals throughout has no such word
# Marks as one kind of each; single ones around a quotation become double ones.
_FOLD = str.maketrans("’‘“”„", '\'\'"""')
_SINGLE = partial(re.compile(r"(?<![\w'])'(?=[^\W\d]{2})((?:[^'\"]|\b'\b)+?)(?<=[^\Ws]|[,.!?…])'(?![\w'])").sub, r'"\1"')
# the state of a former minister is a group of its own
_MOMENT, _FORMER, _GROUP = re.compile(r"[A-Z]\w+|(?:19|20)\d\d"), re.compile("f(?:-?A|-)?$"), re.compile(
    f"A(?=g?[jaws]?f-?[jaws]?[TO]++N)|(?:(?<=f)|(?<=f-))A(?=[jaws]?[TO]++N)|A(?:(?:-v|g?[jawsNfn]{{0,2}})[TO])+A?(?:{_NAME})?"
    f"|A-?{_NAME}|(?<![TO])[TO]++A[TO]++(?:{_NAME})?|(?<![TO])[TO]++(?:{_NAME}|A)+|{_NAME}[TO]*|[ATOpoi]")
Chunk = namedtuple("Chunk", "kind first last what")  # kind n: a Noun; v: (verb, negated, passive, to); else the tag of an item
NONE = (), {}, ()  # of an index: no phrase with this first word
VERBS, VERBAL, NAMED = set("VFKv"), set("VFKvbx!yt"), set("AONTnscewpo0")
AS_NOUN = {"V": "c", "F": "e", "K": "s", "v": "n"}  # a verb's tag where it stands for a noun
GROUPS = {"intl", "people", "militants"}  # classes of actors with names in the plural: 'observers'
LISTED = {kind: frozenset(own) for kind, own in lexicons.read("cues").groupby("kind")["lemma"]}  # {kind: words, or acts}


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
    return {form[3:]: e[1] for some in words()["is"][1].values() for form, e in some.items() if form.count(" ") == 1 and 1 in e}


@cache
def steady():
    """{word in lower case, or mark: (tag, Word or None)} of those that read alike whatever stands before them."""
    return {mark: (";", None) for mark in ";:.()—–!?"} | {'"': ("q", None), ",": (",", None)} | {
        w: (own[0].tag, own[0]) for w, (own, longer, _) in words().items()
        if own and 1 not in own and not longer and w[0].islower() and w not in felt()}


def _index(phrases):
    """{first word: (its own entry, {length: {longer phrase: entry}}, the longest first, how what follows may begin)}."""
    first = defaultdict(lambda: defaultdict(dict))
    for phrase in sorted(phrases, key=len, reverse=True):
        first[_TOKEN.match(phrase)[0]][len(phrase)][phrase] = phrases[phrase]
    return {w: (some.pop(n := len(w), {}).get(w, ()), dict(some), tuple({p[n : n + 2] for x in some.values() for p in x}))
            for w, some in first.items()}


def _at(found, text, start, stop):
    """(end, entry) of the longest phrase that stands in a text, of those `found` for its first word, from `start` to `stop`."""
    own, longer, _ = found
    for size, entries in longer.items():
        end = start + size
        if (entry := entries.get(text[start:end])) and not (text[end : end + 1].isalnum() and text[end - 1].isalnum()):
            return end, entry
    return stop, own


class Actors:
    """The actors table, ready to find names in text: the longest at each place, by case, those that hold on the day."""

    def __init__(self, table):
        self.aliases = defaultdict(list)
        for row in table[list(schema.TABLES["actors"].columns)].fillna("").itertuples(index=False):
            self.aliases[row.alias.translate(_FOLD)].append(Mention(*row))
        self.names = _index(self.aliases)

    def cased(self, text):
        """A text in capitals throughout as a headline prints it: 'IRAN AND THE UN' as 'Iran and the UN'; any other as it is."""
        def one(m):  # the three are words there, no abbreviations
            w = m[0].lower()
            return m[0] if m[0] in self.names and w not in {"is", "who", "dr"} else w if w in steady() else w.capitalize()
        return cased if text.isupper() and len(cased := re.sub(r"['’]?\w+", one, text)) == len(text) else text

    def mentions(self, text, day=None):
        """(start, end, Mention) of each name in a text, the longest at its place; those that hold on the `day`, where given."""
        plain, end = self.cased(text).translate(_FOLD), 0
        for m in _TOKEN.finditer(plain):
            if m.start() >= end and m[0] in self.names:
                stop, rows = _at(self.names[m[0]], plain, *m.span())
                rows = [r for r in rows if not day or r.since <= day and (not r.until or day <= r.until)]
                end = stop if rows else end
                if rows and rows[0].kind != "none":
                    yield m.start(), end, rows[0]


class Group:
    """Items `first` to `last` that name one actor; `form`: pronoun, name, description, person, office or actor."""

    def __init__(self, s, m):
        self.first, self.last, tags, words = m.start(), m.end() - 1, m[0], s.words
        mention = words[self.first + tags.index("A")] if "A" in tags else None
        titles = [i for i, tag in enumerate(tags, self.first) if tag in "TO"]
        named = [i for i, tag in enumerate(tags, self.first) if tag == "N" or tag == "A" and words[i].role == "leader"]
        self.titles, self.sort = [s.lows[i] for i in titles], words[titles[-1]].kind if titles else ""
        self.rank = self.titles[-1].split()[-1] if titles else s.lows[self.first] if tags in "poi" else ""
        form = "person" if "T" in tags else "office" if "O" in tags else "actor"
        mention = None if mention and form == "office" and mention.actor == "militants" else mention  # anti-terrorism courts
        self.form = form if mention else "pronoun" if tags in "poi" else "name" if tags[0] == "N" else "description"
        self.named = mention.role if mention else None
        self.former = "N" in tags and bool("f" in tags[:-1] or _FORMER.search(s.tags[: self.first][-3:]))  # speaks for himself
        mention = None if self.former or "opposition" in map(s.lows.__getitem__, titles) else mention
        self.actor, self.kind, self.via = (mention.actor, mention.kind, "alias") if mention else (None, "name", "")
        self.names, self.own = [s.slice(i).split()[-1] for i in named], s.whole(named[0], named[-1]) if named else None
        # told: the group that explains it; twin: a bare surname of two persons of the article
        self.role, self.noun, self.told, self.twin = "head", None, None, False


class Noun:
    """A noun phrase: `groups` it names, `mods` named inside it, `head` item; `rel` to what governs it, `up` (Noun or Verb)."""

    def __init__(self, groups, mods, head, first, last):
        self.groups, self.mods, self.head, self.first, self.last = groups, mods, head, first, last
        self.rel = self.up = self.prep = None


class Verb:
    """A predicate: its `item`, `subj` (Noun or None), `obj`, and the Verb or Noun (`up`) that it belongs to, as `rel`."""

    def __init__(self, item, first):
        self.item, self.first = item, first
        self.subj = self.obj = self.rel = self.up = self.adj = self.by = None
        self.neg = self.passive = self.inverse = False


class Sentence:
    """A sentence read into items (`tags`, `spans`, `words`), `groups`, `nouns` and `verbs`."""

    def __init__(self, text, actors, day=None):
        self.text, self.tags, self.spans, self.words = text, "", [], []
        self._tag(actors.names, day)
        # the two agreed
        self.tags = re.sub("D(?=[yx!]*[VFKvb])", lambda m: "DO"[self.lows[m.start()] in ("two", "both")], self.tags)
        # tags of words that begin with a capital, behind a space
        self.big = "".join([t if " A" <= text[a - 1 : a + 1] <= " Z" else "-" for t, (a, _) in zip(self.tags, self.spans)])
        self.groups = [Group(self, m) for m in _GROUP.finditer(self.tags)]
        self.nouns, self.verbs = Clauses(self, list(_chunks(self))).read()
        _words_first(self)

    def _tag(self, names, day):
        """Cut the text into items with their tags: names of actors and listed phrases, the longest at each place, and marks."""
        text, end, tags, before, listed, states, sure = self.text, 0, [], " ", words(), felt(), steady()
        plain = _SINGLE(text if text.isascii() else text.translate(_FOLD))
        low, title = plain.lower() if len(plain.lower()) == len(plain) else plain, not _LOW.search(plain)
        for m in _TOKEN.finditer(plain):
            start, stop = m.span()
            if start < end:
                continue
            word, end, entry, rows = m[0], stop, None, ()
            if word in names and (names[word][0] or plain.startswith(names[word][2], stop)):
                stop, rows = _at(names[word], plain, start, stop)
                rows = [r for r in rows if not day or r.since <= day and (not r.until or day <= r.until)]
                rows = () if rows and rows[0].role == "capital" and before == "N" and not title else rows  # Paulo Lima
            if rows:
                end, (tag, entry) = stop, ("A", rows[0]) if rows[0].kind != "none" else ("w", None)
            elif tags and word in sure:
                tag, entry = sure[word]
            elif (kind := m.lastgroup) and kind != "short":
                tag = ";" if kind == "stop" else kind
            else:
                form = low[start:end].rstrip(".") if kind else low[start:end]
                entry, _, more = found = listed.get(form, NONE)
                if more and low.startswith(more, start + len(form)):
                    stop, entry = _at(found, low, start, start + len(form))
                    form, end = low[start:stop], max(stop, end)
                old = "D" if before == "y" and entry and form.endswith("ed") and tags[-2:-1] == ["D"] else before
                # a newly elected; but 'both also condemned'
                couple = old != before and low[slice(*self.spans[-2])] in ("two", "both")
                old = before if couple and (low[start - 3 : start - 1] != "ly" or entry[1].tag in "VFK") else old
                # 'said that claims were false', 'after protests'; but 'a group that claims', 'what harms'
                may = low[start - 5 : start] == "that " and "".join(tags[-2:-1]) not in NAMED or low[start - 3 : start] != "at "
                old = "D" if before == "S" and 0 in (entry or ()) and may and form[-2:] not in ("ed", "ng") else old
                if not entry:
                    tag, entry = _unlisted(word, old), None
                elif form in states and "".join(tags).rstrip("y")[-1:] == "b":
                    tag, entry = states[form].tag, states[form]
                elif 1 in entry or old == " " or word[0].isupper():
                    tag, entry = self._listed(entry, form, old, word, old != " " and not title and word[0].isupper(),
                                              low[start - 2 : start - 1] == "s")
                else:
                    tag, entry = entry[0].tag, entry[0]
            before = "0" if tag == "D" and word.lower() in ("two", "both") else tag  # 'the two agreed'
            tags.append(tag), self.spans.append((start, end)), self.words.append(entry)
        self.tags = "".join(tags)
        self.lows = [low[a:b] for a, b in self.spans] if plain is text else [text[a:b].lower() for a, b in self.spans]

    def _listed(self, entry, form, before, word, capital, plural):
        """(tag, entry) of a listed form; `plural`: whether the word before ends in s."""
        old = self.words[-1] if before == "A" else None
        plural = plural and bool(before in "ns" or old and old.kind in GROUPS)
        entry = _choose(entry, form, before, capital, old and old.role == "demonym", plural)
        name = capital and entry.tag in "nvajsw" and not entry.value
        return ("N", None) if name or before == " " and entry.tag in "nv" and word[1:2].isupper() else (entry.tag, entry)

    def whole(self, first, last):
        """The whole of a name, as printed, some items of which are tagged so: 'Human Rights Commission of Pakistan'."""
        # in a headline, all words begin with a capital
        first = len(self.big[:first].rstrip("jans")) if self.big[first] == "N" and _LOW.search(self.text[:500]) else first
        last = len(self.big) - 1 - len(self.big[last + 1 :].lstrip("OnsN"))
        of = self.tags[last] == "O" and "of" in self.lows[last + 1 : last + 2] and self.big[last + 2 : last + 3] in tuple("AN")
        return self.slice(first, last + 2 * of)

    def slice(self, first, last=None):
        """An item, or items `first` to `last`, as printed."""
        return self.text[self.spans[first][0] : self.spans[first if last is None else last][1]]


def _unlisted(word, before):
    """The tag of a word that no list has, by its form and by what stands before."""
    if mark := word if word in ",-" else "0" if word[0].isdigit() else "N" if word[0].isupper() else "":
        return mark
    if word.endswith(("ly", "ed", "ing")):
        return "y" if word.endswith("ly") else "v" if before not in "DPgja" or before == "P" and word[-1] == "g" else "j"
    return "v" if before == "t" else "w" if word.isalnum() else "-"


def _choose(entry, form, last, capital, demonym, plural):
    """The entry of a noun or a verb by what stands before; a noun follows article, adjective, possessive, preposition."""
    if 1 not in entry:
        return entry[0]
    verb, ing = entry[1], form.endswith("ing")
    named = last in "AN"
    if ing and (last in "VFKv" and verb.tag == "v" or last in "Djag" or named and 0 in entry and entry[0].tag in "ec"):
        return entry.get(0) or verb._replace(tag={"F": "e", "K": "s"}.get(verb.tag, "a") if last in "Dg" else "a")
    if last == "t" or last in "xpy" and verb.tag != "v" or form in ("said", "says", "told", "wrote"):
        return verb
    base = not form.endswith(("s", "ed", "ing"))
    alone = named and (base and not plural or demonym)  # 'the UN report', 'Afghan attacks'; but 'observers report'
    noun = last in "DjaPgc!sn" or last == "0" or capital or 0 in entry and (last in "VFKvw " or alone)
    noun = noun and not (last in "ns" and plural and base)
    if form.endswith("ed") and noun:
        return verb if last in "cns!" or last == "0" and verb.tag == "V" else verb._replace(tag="j")
    if not noun or ing:
        return verb
    return entry.get(0) or (verb if last in "c!" or last in "ns" and not base else verb._replace(tag=AS_NOUN[verb.tag]))


def _chunks(s):
    """The chunks of a sentence, left to right."""
    begins, i, tags = {g.first: g for g in s.groups}, 0, s.tags
    while i < len(tags):
        if i in begins or tags[i] in "Dnajsce0wfyM" and not (tags[i] == "y" and tags[i + 1 : i + 2] in tuple("VFKvbx!")):
            chunk, i = _noun_phrase(s, begins, i)
        else:
            chunk, i = _verb_group(s, i) if tags[i] in VERBAL else (Chunk(tags[i], i, i, None), i + 1)
        yield from filter(None, [chunk])


def _noun_phrase(s, begins, first):
    """(chunk, the item after it): article, adjectives, nouns, possessives and names; what comes last is what it names."""
    tags, groups, mods, head, i = s.tags, [], [], None, first
    if tags[first] in "y0" and _MOMENT.fullmatch(s.slice(first)) and tags[first + 1 : first + 2] in tuple("ANDTOpoi"):
        return Chunk("j", first, first, False), first + 1  # 'on Monday the minister'
    while i < len(tags) and not (i > first and tags[i] in "Dpoi"):  # 'the talks he wants'
        g, tag = begins.get(i), tags[i]
        if groups and s.slice(i) == "(" and i + 1 in begins and s.lows[i + 2 : i + 3] == [")"]:
            mods, i = [*mods, begins[i + 1]], i + 3  # 'the Department of Foreign Affairs (DFA)'
        elif g:
            if i > first == 1 and tags[0] == "P" and tags[g.last + 1 : g.last + 2] in tuple("VFKxb"):
                break  # 'In Geneva Iran rejected'
            mods, groups, head, i = mods + groups, [g], None, g.last + 1
        elif tag == "g":
            for x in groups:
                x.role = "poss"
            mods, groups, i = mods + groups, [], i + 1
        elif tag in "nscewN0ja" or tag in "fy" and tags[i + 1 : i + 2] in ("j", "a"):
            if tag in "nscewN":
                mods, groups, head = mods + groups, [], i
            i += 1
        elif tag in "-D":
            i += 2 if tag == "-" and tags[i + 1 : i + 2] in tuple("vVFK") else 1
        else:
            break
    i = first + max(1, len(tags[first:i].rstrip("-")))
    part = tags[first:i] == "D" and tags[i : i + 1] in tuple("PxbVvFK") and s.lows[first] in LISTED["part"]
    of = head is None and not groups and tags[i - 1] in "aj" and i < len(tags) and s.lows[i] == "of"  # 'an average of'
    head = first if part else i - 1 if of else head
    for x in mods:
        x.role = "poss" if x.role == "poss" else "mod"
    if not groups and not mods and head is None:
        return Chunk("j", first, i - 1, next((k for k in range(first, i) if tags[k] in "jaM"), None)), i
    noun = Noun(groups, mods, head, first, i - 1)
    for x in [*groups, *mods]:
        x.noun = noun
    return Chunk("n", first, i - 1, noun), i


def _verb_group(s, first):
    """(chunk or None, the item after it): 'would not have been told'."""
    tags, i, v, neg, passive, be, to = s.tags, first, None, False, False, False, False
    while i < len(tags) and (tag := tags[i]) in VERBAL:
        if v is not None and (tag == "t" or tag == "b" and not be or tag in VERBS and tags[v] in VERBS):
            break
        to, neg = to or tag == "t", neg or tag == "!"
        if tag == "b":
            be, v = True, i if v is None else v
        elif tag in VERBS:
            v, passive = i, be and not s.lows[i].split(" ")[0].endswith("ing") and s.lows[i] not in felt()
        i += 1
    v = tags.rindex("x", first, i) if v is None and not to and "x" in tags[first:i] else v
    chunk = Chunk("v" if v is not None else "!" if neg else "t", first, i - 1, (v, neg, passive, to))
    return chunk if v is not None or to or neg else None, i


class Clauses:
    """Who governs whom: one pass over the chunks of a sentence, a method for each kind of chunk.

    What is open while it reads: `cur`, the predicate last read, and `closed`, whether it takes no object any more; `free`, a
    noun phrase that nothing governs; `last`, the noun phrase before; `host`, the one a relative clause tells of; `lead`, the
    subject of a clause whose verb is still to come; `prep`, the item of a preposition; `mark`, what opened the clause, `sub`
    its subordinator, `neg` a negation before it, `barred` whether a comma stood before its conjunction.
    """

    def __init__(self, s, chunks):
        self.s, self.tags, self.chunks, self.nouns, self.verbs = s, s.tags, chunks, [], []
        self.cur = self.free = self.last = self.host = self.lead = self.prep = None
        self.mark, self.sub, self.neg, self.closed, self.barred = "", "", False, True, False
        self.c, self.before, self.next, self.kinds = 0, "", "", ["", "", *(chunk.kind for chunk in chunks), "", ""]

    def read(self):
        """(nouns, verbs) of the sentence, each with what it hangs on."""
        for c, chunk in enumerate(self.chunks):
            self.c, self.before, self.next, self.neg = c, self.kinds[c + 1], self.kinds[c + 3], self.neg or chunk.kind == "!"
            if chunk.kind in READ:
                READ[chunk.kind](self, chunk)
        return self.nouns, self.verbs

    def noun(self, chunk):
        noun, cur, lead = chunk.what, self.cur, self.lead
        self.nouns.append(noun)
        if self.prep is not None:
            self._after_preposition(noun, chunk.first)
        elif self._joined(noun):
            return self._join(noun)
        elif cur and not self.closed and cur.obj is None:
            noun.rel, noun.up, cur.obj = "obj", cur, noun
            self.free = None if chunk.first == chunk.last and self.s.lows[chunk.first] in LISTED["object"] else noun
        else:
            self.free = noun
            if self.before in ",q;S&Bj" and (lead is None or lead.rel or self.s.lows[lead.last] in LISTED["time"]):
                self.lead = noun
        self.last = noun

    def _after_preposition(self, noun, first):
        """A noun phrase under a preposition: it hangs on the noun before, or on the predicate."""
        last, cur, prep, self.prep = self.last, self.cur, self.prep, None
        noun.prep = noun.rel = self.s.lows[prep]
        near = last if self.kinds[self.c] == "n" else None  # the noun phrase that stands right before the preposition
        takes = near and near.head is not None and (self.tags[near.head] in "csej" or noun.rel == "of")
        noun.up = near if takes or near and not near.up and self.free is near and not cur else cur or near
        if noun.rel == "by" and cur and cur.passive:
            cur.by, noun.up = noun, cur
        if near and noun.up is near and near.head is not None and self.tags[near.head] == "D":
            near.groups = noun.groups  # some of the officials
        if self.tags[prep] == "P" and getattr(self.s.words[prep], "act", "") == "say":  # according to
            self.verbs.append(v := Verb(prep, first))
            v.subj, noun.rel, noun.up, v.inverse = noun, "subj", v, True

    def _joined(self, noun):
        """Whether a noun phrase after 'and' or a comma goes on with the one before, or explains it."""
        last, cur = self.last, self.cur
        if self.before not in (",", "&") or self.kinds[self.c] != "n":
            return False
        if self.before == "&":
            # the ministers of Peru and Chile met
            return self.next != "v" or self.free is last or last.rel == "of" and last.up is self.free and not cur
        when = last.head is not None and self.s.lows[last.head] in LISTED["time"]
        apart = when or last.prep and noun.groups and not (cur and cur.subj)
        return not apart and (self.next in (",", "&", "R") or self.next in ("P", "t") and not cur and self.free is last)

    def _join(self, noun):
        last = self.last
        if self.before == "&" or self.next == "&" or noun.groups:
            last.groups += noun.groups
            last.mods += noun.mods
        last.head = noun.head if last.head is None and not last.groups else last.head
        noun.rel, noun.up, noun.prep, last.last = "conj", last, last.prep, noun.last

    def verb(self, chunk):
        v, neg, passive, to = chunk.what
        verb, word, turns = Verb(v, chunk.first), self.s.lows[v], self._turns(v, to)
        by = self.next == "P" and self.s.lows[self.chunks[self.c + 1].first] == "by"
        told = by and chunk.first == v and not word.endswith(("s", "ing")) and self.kinds[self.c + 4] == "n"
        suffers = told and bool(self.chunks[self.c + 2].what.groups)  # 'Peru condemned by Ecuador'
        verb.neg, verb.passive, self.neg = neg or self.neg, passive or suffers, False
        if to:
            self._infinitive(verb)
        elif self.mark == "R" and self.host:
            verb.rel, verb.up, verb.subj = "rel", self.host, self.free or self.host
        elif self._participle(chunk.first, v, word):
            self._adverbial(verb)
        elif self._awaited():
            verb.subj, self.lead = self.lead, None
        elif self.free is not None:
            self._of_free(verb, word, chunk.first, by)
        elif self.cur and self.mark in ("&", ",", "B", "") and not (self.mark == "," and turns and self.closed):
            self._shared(verb)
        if verb.subj is None and turns:
            self._inverted(verb)
        subj, shared = verb.subj, verb.rel == "to" and self.cur
        if subj is not None and subj.rel is None and not shared and not (verb.rel == "rel" and subj is verb.up):
            subj.rel, subj.up = "subj", verb
        self.verbs.append(verb)
        self.cur, self.free, self.mark, self.sub, self.closed = verb, None, "", "", verb.inverse
        self.prep = self.prep if verb.inverse else None

    def _turns(self, v, to):
        """Whether a verb of saying may stand before who speaks: '"...," said X'."""
        word = self.s.lows[v]
        ahead = self.tags[v] == "V" and self.next == "n" and not to and (self.kinds[self.c + 4] != "v" or self.before == "q")
        saying = ahead and self.s.words[v].act in LISTED["quoting"]
        return saying and word[:3] not in ("tel", "tol") and not word.endswith("ing") and " " not in word

    def _participle(self, first, v, word):
        """'saying'; but not 'is saying', 'he's saying'."""
        said = first and self.tags[first - 1] in "poi" and self.s.lows[first - 1][-2:] in ("'s", "’s", "'m", "’m", "re")
        return word.split(" ")[0].endswith("ing") and "b" not in self.tags[first : v + 1] and not said

    def _infinitive(self, verb):
        cur, last = self.cur, self.last
        # 'urged him to leave', but 'summoned him to protest'
        theirs = cur and cur.obj and cur.obj.groups and self.tags[cur.item] + self.tags[verb.item] != "FV"
        whose = last if last and (last.groups or last.mods) else None
        verb.rel, verb.up, verb.subj = "to", cur or last, cur.obj if theirs else cur.subj if cur else whose

    def _adverbial(self, verb):
        cur, last, says = self.cur, self.last, self.tags[verb.item] == "V"
        if self.prep is not None:
            verb.rel, verb.up, verb.subj, self.prep = self.s.lows[self.prep], cur or last, cur.subj if cur else None, None
        elif cur and says and last and last is cur.obj and last.head and self.tags[last.head] == "c":
            verb.rel, verb.up, verb.subj = "adv", cur, cur.subj  # 'issued a statement saying'
        elif self.before == "n" and last:
            verb.rel, verb.up, verb.subj = "rel", last, last
        else:
            while cur and self.mark in (",", "q") and isinstance(cur.up, Verb) and (says or cur.rel == "to"):
                cur = cur.up
            verb.rel, verb.up, verb.subj = "adv", cur, cur.subj if cur else None

    def _awaited(self):
        """Whether the subject stands before what was put between: 'the minister, who was ill, said'."""
        lead, tags = self.lead, self.tags
        if self.free is not None or not lead or lead.rel:
            return False
        own = lead is self.host and self.mark == "" and not self.sub  # 'those who praised him say'
        between = self.c and self.before in ",;" and tags[lead.last + 1] in ",;R" and self.mark != "&"
        return own or between and ("," in tags[lead.first : lead.last] or lead.last + 1 < self.chunks[self.c - 1].first)

    def _of_free(self, verb, word, first, by):
        """A predicate whose subject is the noun phrase before."""
        free, cur = self.free, self.cur
        verb.subj, self.lead = free, None if self.lead is free else self.lead
        if cur and cur.obj is free:
            bare = self.tags[cur.item] not in "Vb" and not word.endswith("s") and first == verb.item
            if bare and (self.last is not free or by):  # 'the attack carried out by'
                verb.passive, verb.rel, verb.up, verb.obj, verb.subj = True, "rel", self.last, self.last, None
            else:
                cur.obj = free.rel = free.up = None
                verb.rel, verb.up = "comp", cur
        elif cur and self.sub:
            verb.rel, verb.up = "comp" if self.sub in ("that", "whether", "how", "why", "what") else "adv", cur
        elif cur and self.mark in ("&", "B", ","):
            verb.rel, verb.up = ("comp", cur.up) if isinstance(cur.up, Verb) and cur.rel == "comp" else ("conj", None)
        elif cur and self.tags[cur.item] == "V" and not self.closed:
            verb.rel, verb.up = "comp", cur

    def _shared(self, verb):
        """A predicate without a subject of its own: 'seeks to meet him and says'; 'said that he won, and added'."""
        main, says = self.cur, self.tags[verb.item] == "V"
        # 'froze accounts held by Hamas and urged'
        main = main.up.up if says and main.rel == "rel" and main.passive and isinstance(main.up.up, Verb) else main
        again = says and self.mark in ("&", "B") and self.barred
        while isinstance(main.up, Verb) and (main.rel == "to" or again and main.rel == "comp"):
            main = main.up
        verb.subj, verb.rel, verb.up = main.subj, "conj" if main.rel is None else main.rel, main.up

    def _inverted(self, verb):
        """'..., said the minister': the noun phrase that follows is its subject."""
        noun = self.chunks[self.c + 1].what
        if noun.groups or noun.mods or self.c and self.before in ",q":
            verb.subj, verb.inverse, noun.rel, noun.up = noun, True, "subj", verb

    def adjective(self, chunk):
        self.prep = None if chunk.what is False else self.prep
        if chunk.what and self.cur and self.tags[self.cur.item] == "b" and self.cur.adj is None:
            self.cur.adj = chunk.what

    def preposition(self, chunk):
        first = self.prep = chunk.first
        if self.before in ",;qS&B":  # 'about four in ten said'
            number = self.tags[first + 1 : first + 2] == "0" or self.next == "n" and self.s.lows[first + 1] in LISTED["part"]
            self.prep = None if number and self.s.lows[first] in ("about", "around", "over") else first
        if chunk.kind == "P" and self.next != "n" and getattr(self.s.words[first], "act", "") == "say":
            self.verbs.append(Verb(first, first))

    def subordinator(self, chunk):
        if self.next == "v" and self.before == "n" and self.s.lows[chunk.first] == "that":
            return self._relative()  # 'a report that blames'
        self.sub, self.free, self.mark, self.prep = self.s.lows[chunk.first], None, "S", None
        self.closed = self.closed or bool(self.cur)

    def relative(self, chunk):
        if self.s.lows[chunk.first] != "that" or not self.cur or self.last is not None and self.last.first > self.cur.item:
            return self._relative()
        self.sub, self.free, self.mark = "that", None, "S"

    def _relative(self):
        self.host, self.mark, self.free, self.prep = self.last, "R", None, None

    def joint(self, chunk):
        kind, cur, host = chunk.kind, self.cur, self.host
        self.barred, self.mark = kind != "," and self.before == ",", self.mark if self.mark == "S" and kind == "," else kind
        self.neg, self.prep, self.sub = False, None, "" if kind == "B" else self.sub
        self.closed = self.closed or kind != "&" or self.next in "v" or self.next == "n" and self.before != "n"
        if kind == "B" or cur and (kind == "," or self.next == "v" or self.next == "P" and self.lead is None):
            self.free = None
        if kind == "," and cur and cur.rel == "rel" and cur.up is host and host.rel in (None, "conj") and self.next != "R":
            self.cur, self.free, self.mark, self.closed = None, host, "", False  # 'the minister, who was ill, said'

    def stop(self, chunk):
        self.mark, self.free, self.closed, self.neg, self.prep, self.sub = ";", None, True, False, None, ""
        self.cur = None if self.s.slice(chunk.first) in ";:.!?" else self.cur

    def quote(self, _):
        if self.before == "," or self.next == "v" and self.before == ";":
            self.free, self.closed = None, True
        self.mark, self.prep = "q" if self.before == "," else self.mark or "q", self.prep if self.next == "n" else None


READ = {"n": Clauses.noun, "v": Clauses.verb, "j": Clauses.adjective, "P": Clauses.preposition, "t": Clauses.preposition,
        "S": Clauses.subordinator, "R": Clauses.relative, "&": Clauses.joint, "B": Clauses.joint,
        ",": Clauses.joint, ";": Clauses.stop, "q": Clauses.quote}


def _words_first(s):
    """Words come first, their speaker at the end: '..., the minister said.' The main predicates before hang on that verb."""
    tags = s.tags
    for verb in (v for v in s.verbs if tags[v.item] in "VP" and v.up is None and v.subj is not None):
        told = tags[verb.item] == "P"
        start, tail = min(verb.item, verb.subj.first), len(tags) - max(verb.item, verb.subj.last)
        before = tags[:start].rstrip("Dja")
        after = len(before) > 3 and before[-1] in ",q" and (verb.inverse or tail < 6 or before[-1] == "q")
        if after or told:
            verb.inverse = verb.inverse or after
            for x in (x for x in s.verbs if x is not verb and x.up is None and (told and not after or x.item < start)):
                x.up, x.rel = verb, "comp"
        elif verb.subj.first < verb.item:
            verb.inverse = False
