"""Who says what: from clauses to statements, each with its speaker, cue, content and form, resolved within its article."""

import re
from bisect import bisect, bisect_left
from collections import Counter, namedtuple
from copy import copy
from functools import cache, partial
from itertools import accumulate, groupby

import pandas as pd

from demarche import coref, schema
from demarche.clauses import LISTED, VERBS, Sentence, Verb

# `cue` and `content`: places in the sentence; `by`: the Verb or Noun that makes the statement. TWIN: added to `via` of a bare
# surname that two persons of the article bear: it has no holder, unless both stand for one actor.
Statement, TWIN = namedtuple("Statement", "speaker holder via form cue content group by"), ", two persons of the name"
# What tells of a source where no clause does: 'Poll: Voters want talks', 'reportedly', 'seems'.
HINT = re.compile(r"^(?P<who>[A-Z][\w.'’-]*+(?: [\w.'’-]++){0,3})(?P<mark>:) ['\"‘“]?[A-Z]|\b(?P<word>"
                  + "|".join(sorted(LISTED["hint"])) + r")\b")
# The label of who speaks, at the start of a paragraph of a transcript: 'Minister Kurosawa:', 'MS. SAND:', 'Q', 'Reporter:'.
LABEL = re.compile(r"(?:(?P<asks>Q(?=[\s.:])[.:]?|(?i:question|reporter|journalist|media|press)s?(?: \d+)?:)|[A-ZÀ-Þ][\w.'’-]*+"
                   r"(?: (?:[A-ZÀ-Þ][\w.'’-]*+|of|for|the|and|to|de|al)(?=[ :])){0,8}+(?: \([^()]{1,40}\))?:)(?:\s|$)")
MINISTRY = re.compile("foreign|external|spokes|ministry")  # titles and offices that tell whose ministry an article is about


class Article:
    """One article as it is read: what its names stand for, who spoke last, and whether a quotation is open."""

    def __init__(self, sentences, labels=None, about=dict):
        self.labels, self.label, self.turns, self.about = labels or {}, None, {}, about
        self.alike, self.first = {}, {}  # {word: whom it meant last}, {first of an official's names: actor}
        self.sentences, self.person, self.holder, self.voice, self.told, self.open = sentences, None, None, None, None, 0
        groups = [g for s in sentences for g in s.groups if g.kind == "state"]
        self.states, self.two = {g.actor for g in groups}, (None, [])
        self.often = {actor: rank for rank, (actor, _) in enumerate(Counter(g.actor for g in groups).most_common(3))}
        self.main, self.names = next(iter(self.often), None), {title: g.actor for g in reversed(groups) for title in g.titles}
        whole, given, home = {}, {}, Counter()
        for s in sentences:
            _explained(s)
            home.update(g.actor for g in s.groups if g.kind == "state" and MINISTRY.search(" ".join(g.titles)))
            for g in s.groups:
                if g.own and len(g.names) > 1:
                    whole.setdefault(g.names[-1], Counter())[g.own] += 1
                if g.own and " " in g.own:
                    given.setdefault(g.names[-1], set()).add(g.own.split()[0])
        rest = Counter(tuple(state.split()[1:]) for state in self.states if " " in state)
        # 'the North' and 'the South' of an article on both Koreas
        self.halves = {state.split()[0]: state for state in self.states if rest[tuple(state.split()[1:])] > 1}
        self.local = Counter(g.actor for g in groups if not LISTED["abroad"] & {*g.titles})
        # Whose ministry is named most, else the state named most, by more than its embassy.
        self.home = next((actor for actor, _ in (home or self.local).most_common(1)), self.main)
        # A text that says 'we' all along, and names whose ministry it is, is that ministry's own; not theirs who thank 'us'.
        ours = [s for s in sentences if "i" in s.tags and "q" not in s.tags]
        thank = [v.subj for s in ours for v in s.verbs if v.obj and v.subj and s.lows[v.obj.first] == "us"]
        mine = (actor for actor, _ in home.most_common() if not any(g.actor == actor for noun in thank for g in noun.groups))
        self.ours = next(mine, None) if len(ours) > 1 and 5 * len(ours) >= 2 * len(sentences) else None
        self.whole = {surname: some.most_common(1)[0][0] for surname, some in whole.items()}
        # Two given names, as Mumtaz Zahra Baloch and Amna Baloch: what 'Ms Baloch' says is the one's or the other's.
        self.twins = {surname: {} for surname, some in given.items() if len(some) > 1}  # {surname: {given name: actor}}

    def resolve(self, n, s, g):
        """Set the actor of a group, and `via`: the first way that finds one. Where it means two, another stands by it.
        Returns the actor."""
        tags, ways, names = s.tags[g.first : g.last + 1], [(g.via, g.actor)], not g.actor and g.names
        if not g.actor and (two := coref.couple(self, n, s, g)):
            other = copy(g)
            other.actor, other.via = two[1], "pronoun" if g.form == "pronoun" else "description"
            ways = [(other.via, two[0])]
            for some in (s.groups, g.noun.groups, g.noun.mods):
                some[:] = [x for a in some for x in ([other, a] if a is g else [a])]
        elif g.form == "pronoun":
            own = tags == "i" and (self.label or not s.quotes[g.first])  # outside a quotation 'we' is the writer
            ways += [("pronoun", (self.voice if self.label else self.ours) if own else coref.antecedent(self, n, s, g))]
        elif names and (some := self.twins.get(g.names[-1])) is not None:
            whole = " " in g.own
            one = some.get(g.own.split()[0]) if whole else len(set(some.values())) == 1 and next(iter(some.values()))
            ways += [("name before", one)]
            # a bare surname is no one's unless all who bear it are one actor
            ways += [("title", self._official(n, s, g)), ("own name", g.own)] if whole and not one else []
        elif names:
            known = self.names.get(g.names[-1]) or len(g.names) == 1 and self.first.get(g.names[0])  # Kim, of Kim Min-ji
            known = known or len(g.names) == 1 and s.lows[g.first - 1 : g.first] == ["the"] and self.halves.get(g.names[0])
            ways += [("name before", known) if known else ("title", self._official(n, s, g))]
            begins = not s.tags[: g.first].strip("q;-") or s.tags[g.first - 1] == "q"  # its capital is no sign of a name
            if not begins or len(g.names) > 1 or "T" in tags or s.tags[g.last + 1 : g.last + 2] in ("V", "v", "b", "x"):
                ways += [("own name", self.whole.get(g.names[-1], g.own))]
        elif g.titles and not g.actor:
            meant = _placed(s, g) or _possessed(g, self.sentences[max(n - 1, 0) : n + 1][::-1])
            meant = meant or coref.antecedent(self, n, s, g)
            meant = self.home if meant and tags == "O" and "foreign" in g.titles[0] and meant not in self.local else meant
            ways += [("description", meant)] if "opposition" not in s.lows[max(0, g.first - 1) : g.last + 1] else []
        g.via, g.actor = next(((way, actor) for way, actor in ways if actor), ("", None))
        self.alike |= {g.rank: g.actor} if g.actor and g.rank else {}
        g.twin = bool(g.own) and " " not in g.own and g.names[-1] in self.twins
        if g.actor and g.own and " " in g.own and g.names[-1] in self.twins:
            self.twins[g.names[-1]].setdefault(g.own.split()[0], g.actor)
        if g.actor and g.via != "description":
            self.names |= dict.fromkeys(g.titles + (g.names[-1:] if g.via != "own name" or len(g.names) > 1 else []), g.actor)
            self.first |= {g.names[0]: g.actor} if len(g.names) > 1 and g.via != "own name" else {}
            if g.via != "own name" and (g.form in ("person", "name") or g.names and "T" in tags):
                self.person = g.actor
        return g.actor

    def _official(self, n, s, g):
        """The actor of a named official whose state is not told with his name."""
        if g.told and (actor := self.resolve(n, s, g.told)):
            return actor
        private = g.former or {t.rstrip(".") for t in g.titles} & LISTED["private"] or "T" not in s.tags[g.first : g.last]
        return None if private else self.labels and self.home or coref.antecedent(self, n, s, g)

    def read(self):
        """The sentences, all groups of them resolved, each with its list `statements`."""
        for n, s in enumerate(self.sentences):
            self.open *= s.tags[:1] != "q" or not s.text[1:2].isalnum()  # a new paragraph of a long quotation opens it again
            s.marked = [n % 2 for n in accumulate(map("q".__eq__, s.tags), initial=self.open)][:-1]
            s.spoken, self.label = [*accumulate(s.marked, initial=0)], self.labels.get(n, self.label)
            s.quotes = quotes = [1] * len(s.tags) if self.label else s.marked
            spoken = self.label or any(s.tags[v.item] in "VP" and v.subj and not quotes[v.item] for v in s.verbs)
            if any(quotes) and not self.open and not spoken and (s.tags.count("q") % 2 or not self.voice):
                self._expect(n)
            s.subjects = coref.subjects(s)
            if self.labels.get(n):
                self._turn(n, s)
            for g in sorted(s.groups, key=_anaphor):
                self.resolve(n, s, g)
            found = self._statements(s)
            said = [st for st in found if st.form not in ("action", "author")]
            if self.label:
                told, place = self.label[0].strip(": \xa0"), (self.label.end() if n in self.labels else 0, len(s.text))
                found.insert(0, Statement(told, self.voice, f"label ({self.way})", "direct", None, place, None, None))
            s.statements = found = found if self.label else [*found, *_hints(s, said)]
            spoken = next((st.holder for st in said if st.cue and st.holder and not quotes[_item(st.by)]), None)
            self.voice = self.told = spoken or self.voice
            if any(quotes) and self.voice and not spoken and not self.label:
                whole = s.spans[quotes.index(1)][0], len(s.text)
                found.append(Statement(None, self.voice, "quotation", "direct", None, whole, None, None))
            if not any(st.form != "action" for st in found) and any(g.actor for g in s.groups):
                found.append(Statement(None, "OUTLET", "writer", "author", None, (0, len(s.text)), None, None))
            known = ((st.holder, st.group) for st in found if st.holder not in (None, "OUTLET"))
            self.holder, group = next(known, (self.holder, None))
            self.person = self.holder if group and group.form in ("person", "name") else self.person
            self.open = (self.open + s.tags.count("q")) % 2
        return self.sentences

    def _turn(self, n, s):
        """The label of sentence `n` tells who speaks from here on; a name alone that nothing tells of may be an outlet's."""
        own = [g for g in s.groups if s.spans[g.first][0] < self.label.end()]
        g, name = next((g for g in own if g.actor), own[-1] if own else None), self.label[0].strip(": \xa0").lower()
        if g and not self.label["asks"] and name not in self.turns:
            self.resolve(n, s, g)
            self.turns[name] = g.actor, g.via or "unresolved"
        self.voice, self.way = self.turns.get(name, (None, "unresolved"))
        s.groups = [g for g in s.groups if g not in own]

    def _expect(self, n):
        """A quotation that begins without a speaker in sentence `n`: who speaks is told where it ends."""
        end = next((s for s in self.sentences[n + 1 : n + 9] if "q" in s.tags), None)
        told = end and next((v.subj.groups[0] for v in end.verbs if end.tags[v.item] == "V" and v.subj and v.subj.groups), None)
        if told and not _anaphor(told):
            self.voice = told.actor or told.names and self.names.get(told.names[-1]) or self.voice

    def _statements(self, s):
        """What verbs and nouns of saying tell, deeds where two actors meet, and a saying whose speaker is not named."""
        several, told_of, found = len({g.actor for g in s.groups if g.actor}) > 1, self._told_of(s), []
        for v in s.verbs:
            self._of_verb(s, v, several, told_of, found)
        for n in s.nouns:
            self._of_noun(s, n, several, found)
        if not self.label and all(st.form == "action" for st in found):
            saying = (v for v in s.verbs if s.tags[v.item] in "VP" and v.rel != "to" and v.item not in told_of and not v.subj)
            found += [self._statement(s, v, v.item, None, None) for v in list(saying)[:1]]
        return sorted(found, key=lambda st: (_item(st.by), st.group.first if st.group else 0))

    def _of_verb(self, s, v, several, told_of, found):
        """Adds the statements of a verb to those found: said or done by its subject, or by its agent in the passive."""
        word, noun, cue, tag = s.words[v.item], v.by if v.passive else v.subj, v.item, s.tags[v.item]
        plain = tag in "Vxv" and (word is None or not word.value) and not v.passive
        if plain and v.obj and v.obj.head and s.tags[v.obj.head] == "c":
            cue, tag = v.obj.head, "c"  # expressed grave concern
        groups, form = noun.groups or noun.mods if noun else [], None if tag in "VPc" and v.item not in told_of else "action"
        idle, you = form and (not several or tag == "x"), noun and s.lows[noun.last] == "you"
        own = groups and s.tags[groups[0].first] == "i" and (s.quotes[groups[0].first] or not self.ours)  # 'I think'
        if idle or tag in "VPc" and (own or v.rel == "to" and tag == "V" and not v.passive or you):
            return
        named = {g.actor: g for g in reversed(groups) if g.actor}
        if not form and not named and noun and (noun.head is not None or groups):
            found.append(self._statement(s, v, cue, None, form, noun))
        for g in named.values():
            if not form or tag in "FK" or not any(st.holder == g.actor and st.form == "action" for st in found):
                found.append(self._statement(s, v, cue, g, form, noun))

    def _of_noun(self, s, n, several, found):
        """Adds the statements of a noun of saying or doing to those found: 'Iran's claim that'."""
        noun = n.head is not None and n.mods and s.tags[n.head] in "ce"
        if not noun or any(st.cue and st.cue[1] == s.spans[n.head][1] for st in found):
            return
        deed, after = s.tags[n.head] == "e", s.tags[n.last + 1 : n.last + 2]
        if several if deed else after == "S" or after in ("P", "t") and getattr(s.words[n.head], "act", "") != "say":
            found += [self._statement(s, n, n.head, g, "action" if deed else None) for g in n.mods[:2] if g.actor]

    @staticmethod
    def _told_of(s):
        """Items of verbs of saying that attribute nothing: not said so ('must say'), quoted, or told by another verb."""
        never, side, top = set(), set(), False
        for v in s.verbs:
            word, tag, up = s.words[v.item], s.tags[v.item], v.up is not None
            spoken = word is not None and getattr(word, "act", "") in LISTED["spoken"]
            duty = s.tags[v.first - 1 : v.first] == "M" or s.tags[v.item + 1 : v.item + 2] == "-"
            unnamed = v.subj is not None and not any(g.actor for g in v.subj.groups or v.subj.mods)
            if tag == "x" or duty or s.quotes[v.item] and (up or not spoken):
                never.add(v.item)
            elif up and (tag == "v" or v.rel in ("comp", "rel") and not spoken or v.rel == "comp" and unnamed):
                side.add(v.item)
            elif tag in "VP" and v.subj is not None:
                top = True
        return never | side if top else never

    @staticmethod
    def _statement(s, by, cue, g, form, noun=None):
        first, last = s.spans[_item(by)][0], s.spans[cue][1]
        content = last, len(s.text)
        if isinstance(by, Verb):
            if by.inverse and s.tags[by.item] == "P":
                content = (s.spans[max(by.item, by.subj.last)][1], len(s.text)) if by.item < 2 else (0, first)
            elif by.inverse and min(by.item, by.subj.first) > 0:
                content = 0, s.spans[min(by.item, by.subj.first)][0]
            elif by.passive:
                content = 0, first
            elif by.subj and s.tags[by.subj.first - 1 : by.subj.first] in tuple(",q") and not re.search(r"\w", s.text[last:]):
                content = 0, s.spans[by.subj.first][0]  # '"...," the minister said.'
        # 'said in a statement: "..."'
        if quoted := re.match(r"[^\"“”]{0,99}:\s?(?=[\"“'‘])", s.text[content[0] : min(content[0] + 199, content[1])]):
            content = content[0] + quoted.end(), content[1]
        a, b = bisect_left(s.spans, (content[0],)), bisect(s.spans, content[1], key=lambda span: span[1])  # items in it
        spoken = s.spoken[max(a, b)] - s.spoken[a]
        form = form or ("direct" if spoken > 0.8 * max(b - a, 0) else "mixed" if spoken > 1 else "indirect")
        twin = noun is not None and any(x.twin for x in noun.groups)
        holder, via = (g.actor, g.via) if g else (None, "unresolved" + TWIN * twin)
        return Statement(_printed(s, by, g, noun), holder, via, form, (first, last), content, g, by)


def _anaphor(g):
    """Whether a group means whom another mention names: to be resolved after it."""
    return g.form == "pronoun" or not g.actor and not g.names


def _placed(s, g):
    """The state in whose capital an official speaks: 'In Lima, the minister said', 'a spokesman in Lima'."""
    begin = [a for a in s.groups[:1] if s.tags[: a.first].strip("qD;") == "P" and s.tags[a.last + 1 : a.last + 2] == ","]
    after = [a for a in s.groups if a.first == g.last + 2] if s.lows[g.last + 1 : g.last + 2] == ["in"] else []
    return next((a.actor for a in after + begin if a is not g and a.named == "capital"), None)


def _possessed(g, near):
    """Whose 'its minister' is: the first subject before it in its sentence, the first of `near`, else of the one before."""
    told = ((s, a) for s in near for v in s.verbs if v.subj for a in v.subj.groups if a.actor and not a.names)
    its = near[0].lows[g.first - 1 : g.first] == ["its"]
    return next((a.actor for s, a in told if s is not near[0] or a.last < g.first), None) if its else None


def _explained(s):
    """Names and descriptions that explain each other: 'a spokesman for Iran'; 'Kallas, the EU's top diplomat'."""
    for a, b in reversed(list(zip(s.groups, s.groups[1:]))):
        between = s.tags[a.last + 1 : b.first].rstrip("Dja")
        whose = between == "P" and b.actor and s.slice(a.last + 1) in ("of", "for")
        whose = whose and not (s.tags[b.last + 1 : b.last + 2] == "&" and a.titles and a.titles[-1].endswith(coref.HEADS))
        if whose and (a.form == "description" or a.sort == "title" and not a.actor):
            a.actor, a.kind, a.form, a.via = b.actor, b.kind, "person", "apposition" if a.names else "description"
        if between == "g" and a.kind == "state" and len(b.names) > 1 and b.form == "name" and not b.actor:  # Kenya's Xyz Abcde
            b.actor, b.kind, b.via = a.actor, a.kind, "apposition"
        # 'Deek, an assistant to the Palestinian foreign minister'; 'the minister for trade, Xyz Abcde,'
        aide = re.fullmatch(",D?[naj]+[Pt]D?[naj]*", s.tags[a.last + 1 : b.first])
        far, closed = re.fullmatch("[PDnajcse]+,", between) and b.form == "name", s.tags[b.last + 1 : b.last + 2] in (",", ";")
        for name, told in ((a, b), (b, a)) if between == "," else ((b, a),) if far and closed else ((a, b),) if aide else ():
            if name.form == "name" and not name.actor and told.form in ("person", "office"):
                name.actor, name.via = told.actor, "apposition"
            if closed and name.names and not name.actor and not told.names and told.sort == "title":
                name.told = told


def _hints(s, said):
    """What tells of a source where no clause does: 'Poll: Voters want talks', 'reportedly'."""
    told = any(getattr(s.words[_item(st.by)], "act", "") not in LISTED["thinking"] for st in said)
    if not told and (hint := HINT.search(s.text)) and (hint["mark"] or not said):
        place = hint.span("mark") if hint["mark"] else hint.span("word")
        content = (place[1], len(s.text)) if hint["mark"] else (0, len(s.text))
        yield Statement(hint["who"], None, "unresolved", "indirect", place, content, None, None)


def _printed(s, by, g, noun):
    """The speaker as printed: the noun phrase with what explains it, up to the verb; 'who' in a relative clause."""
    if noun is None:
        return g and s.slice(g.first, g.last)
    first, last = noun.first, noun.last
    if isinstance(by, Verb) and by.rel == "rel" and by.up is noun:
        who = s.tags.rfind("R", last, by.first)
        return s.slice(who) if who >= 0 else s.slice(first, last)
    if isinstance(by, Verb) and last < by.first:
        between = s.tags[last + 1 : by.first]
        own = by.rel in (None, "comp", "conj") and not (between and set(between) & VERBS and between[0] not in ",R")
        last = by.first - 1 if own and len(between) < 40 and between[:1] in ("", ",", "R", "P", "y", "-", ";", "q") else last
    elif isinstance(by, Verb) and by.inverse and s.tags[by.item] != "P":
        last = next((i for i in range(last + 1, len(s.tags)) if _ends(s.tags, last, i)), len(s.tags)) - 1
    return s.slice(first, max(first, first + len(s.tags[first : last + 1].rstrip(",q;yxPtS&")) - 1))


def _ends(tags, last, i):
    """Whether item i ends the noun phrase, with what explains it, of a speaker who stands after the verb."""
    explains = tags[i] == "," and tags[i + 1 : i + 2] in tuple("DTOnR0N") or "R" in tags[last:i]
    return tags[i] in ";qS" or tags[i] in "VFKvb," and not explains


def _item(by):
    return -1 if by is None else by.item if isinstance(by, Verb) else by.head


def _opened(rows, actors, day):
    """(sentences of an article, {number: match} of the labels that open their paragraphs, in a transcript): two at least, one a
    question's or two with a title or a known person. 'MS. SAND:' is read as 'Ms. Sand:'. None where a report goes on."""
    begins = ((n, text) for n, (_, par, sent, text, _) in enumerate(rows) if sent == 1 and par and text[-1:] in '.!?…:)"”')
    labels = {n: m for n, t in begins if (m := LABEL.match(t)) and m[0].lower().strip(": ").split()[-1] not in LISTED["head"]}
    ends = {n: m.end() for n, m in labels.items() if len(labels) > 1 and m[0].isupper() and len(m[0].title()) == m.end()}
    texts = [(row[3], ends.get(n, 0)) for n, row in enumerate(rows)]
    found = [Sentence(text[:end].title() + actors.cased(text[end:]), actors, day) for text, end in texts]
    for s, row in zip(found, rows):
        s.text = row[3]
    heads = [(m["asks"], found[n].tags.partition(";")[0], [g.named for g in found[n].groups[:1]]) for n, m in labels.items()]
    if not len(labels) > 1 < sum(2 if asks else "T" in tags or named == ["leader"] for asks, tags, named in heads):
        return found, {}
    # More than two sentences before the first label: a report, in which the last label speaks for its paragraph alone.
    inset = sum(row[1] > 0 and row[3][-1:] == "." for row in rows[: min(labels)]) > 2
    return found, labels | dict.fromkeys(n for n, row in enumerate(rows) if inset and row[1] > rows[max(labels)][1])


def read(sentences, articles, actors):
    """For each article: the rows of its sentences (doc_id, par, sent, text, start) and its sentences read."""
    days = dict(zip(articles["doc_id"], articles["date"].fillna("")))
    facts = dict(zip(articles["doc_id"], articles.reindex(columns=["place", "title"]).astype(str).fillna("").values.tolist()))
    order = sentences.sort_values(["doc_id", "par", "sent"], kind="stable")
    for doc, part in groupby(zip(*(order[c].tolist() for c in ["doc_id", "par", "sent", "text", "start"])), lambda row: row[0]):
        about = cache(partial(_about, facts.get(doc, ("", "")), actors, days.get(doc)))  # made where it is asked for
        yield (rows := list(part)), Article(*_opened(rows, actors, days.get(doc)), about).read()


def _about(texts, actors, day):
    """{what it is: state} of the state that the dateline of an article names and the first two of its headline."""
    places, heads = ([*dict.fromkeys(m.actor for *_, m in actors.mentions(text, day) if m.kind == "state")] for text in texts)
    return dict(zip(("place", "headline", "second"), (next(iter(places), None), *heads)))


def rows(key, start, s):
    """Rows of the `statements` table for a sentence read; `key` its doc_id, par, sent, `start` its place in articles.text."""
    for n, st in enumerate(s.statements, start=1):
        said = st.cue and st.form not in ("action", "author")
        cue = (s.text[slice(*st.cue)], start + st.cue[0], start + st.cue[1]) if said else (None, None, None)
        via = st.via + TWIN if st.group and st.group.twin else st.via
        yield (*key, n, *st[:2], via, st.form, *cue, start + st.content[0], start + st.content[1])


def audit(sentences, articles, actors):
    """How names were read: (names that no actor covers, merges of other words with an actor), most frequent first.

    Columns: printed, n, n_articles and, of merges, actor (empty where a surname may be one actor's or another's) and via;
    `example`: the first sentence.
    """
    found = []
    for row, s in (one for both in read(sentences, articles, actors) for one in zip(*both)):
        found += [(s.slice(g.first, g.last), g.actor or "", (g.via or "unresolved") + TWIN * g.twin, row[0], row[3])
                  for g in s.groups if g.actor and g.via != "alias" or g.twin]
    table = pd.DataFrame(found, columns=["printed", "actor", "via", "doc_id", "example"])
    named, order = table["via"].eq("own name"), {"by": ["n", "printed"], "ascending": [False, True], "ignore_index": True}
    told = {"n": ("doc_id", "size"), "n_articles": ("doc_id", "nunique"), "example": ("example", "first")}
    return tuple(part.groupby(keys, as_index=False).agg(**told).sort_values(**order)
                 for part, keys in ((table[named], ["printed"]), (table[~named], ["printed", "actor", "via"])))


def extract(sentences, articles, actors):
    """The `statements` table of some sentences: a row per cue, deed or judgement of the writer.

    Whole articles only: 'she' and 'the ministry' are resolved within each, and nothing is carried from one to another. A
    speaker who is no actor ('residents') has no holder. Statements that only a stance implies are not here: see `stance.read`.
    """
    out = [r for both in read(sentences, articles, actors) for (*key, _, start), s in zip(*both) for r in rows(key, start, s)]
    return pd.DataFrame(out, columns=list(schema.TABLES["statements"].columns))
