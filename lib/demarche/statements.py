"""Who says what: speaker, cue and content of each statement, and the actor that the speaker stands for.

A statement is found by its cue ('urged', 'according to'), its speaker in the clause before it (or behind it, after a
quotation), and its content behind the cue. Speakers resolve within the article: a name of the actors table, a person
met before, a pronoun, or a description ('the spokesperson') that goes with the last actor so described.
"""

import re
from functools import cache
from typing import NamedTuple

import pandas as pd

from demarche import lexicons

COLUMNS = "doc_id par sent statement speaker holder via form cue cue_start cue_end start end".split()
_FOLD = str.maketrans("’‘", "''")
_PRONOUN = re.compile(r"\b(he|she|they|it|we|I)$", re.I)
_OFFICE = re.compile(r"\b(?:spokes(?:person|man|woman)|foreign (?:office|ministry|minister|secretary)|ministry|minister|ministers|government|officials?|"
                     r"authorities|administration|presiden(?:t|cy)|premier|chancellor|envoys?|ambassador|army|military|forces|parliament|senate|cabinet|"
                     r"department|embassy|delegation|diplomats?|leadership|secretary|regime|FO|MOFA)\b", re.I)
_CLAUSE = re.compile(r"(?:[;:“”\"]|\b(?:that|which|who|while|but|as|because|after|before|where|whether|if)\b|(?<=\w) (?:and|–|-) )", re.I)
_TAIL = re.compile(r"(?:[\s,]|\b(?:has|have|had|is|was|are|were|also|further|furthermore|later|earlier|again|meanwhile|then|now|once|did|does|do|not|been|"
                   r"being|to|will|would|can|could|should|must|may|might|still|firmly|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|recently|long|"
                   r"\w+ly|additionally)\b)+$", re.I)
_LEAD = re.compile(r"^(?:and|but|also|however|meanwhile|additionally|furthermore|moreover|earlier|later|the|a|an|\W)+\s*", re.I)
_PLACES = re.compile(r"^(?:in|on|at|during|with|after|amid|amidst|despite|following|since|by|for|from|over|under|regarding|addressing|responding|speaking|"
                     r"against|through|without|citing|talking|according)\b", re.I)
_QUOTED = re.compile(r"[“\"]([^”\"]*)(?:[”\"]|$)")
_NAME = re.compile(r"(?:[A-Z][\w’'.-]+ )*[A-Z][\w’'-]+$")


class Mention(NamedTuple):
    """An actor named in a text: where, which, of what class, by which kind of name."""

    start: int
    end: int
    actor: str
    kind: str
    role: str


class Actors:
    """Finds the actors of a table in text: longest name first, at word boundaries, within the dates a name is valid."""

    def __init__(self, table):
        self.first = {}
        for row in table.itertuples():
            if word := re.match(r"\w+", row.alias):
                self.first.setdefault(word[0], []).append((row.alias, row.actor, row[table.columns.get_loc("class") + 1], row.role, row[-2], row[-1]))
        for names in self.first.values():
            names.sort(key=lambda n: -len(n[0]))
        self.kind = dict(zip(table["actor"], table["class"]))
        self.capital = {a.upper(): actor for a, actor, role in zip(table["alias"], table["actor"], table["role"]) if role == "capital"}

    def mentions(self, text, day=None):
        """The mentions in `text`, left to right. `day`: the article's, for names that were valid for a time.

        >>> [m.actor for m in Actors(lexicons.actors()).mentions("Kabul urged the Tehreek-e-Taliban Pakistan to talk")]
        ['Afghanistan', 'Tehreek-e-Taliban Pakistan']
        """
        text, found, end = text.translate(_FOLD), [], 0
        for m in re.finditer(r"\w+", text):
            if m.start() < end or m[0] not in self.first:
                continue
            for alias, actor, kind, role, since, until in self.first[m[0]]:
                stop = m.start() + len(alias)
                if text.startswith(alias, m.start()) and not (text[stop:stop + 1].isalnum() and alias[-1].isalnum()):
                    if not day or (since <= day and (not until or day <= until)):
                        found.append(Mention(m.start(), stop, actor, kind, role))
                        end = stop
                        break
        return found


class Cue(NamedTuple):
    lemma: str
    kind: str
    act: str


@cache
def cues():
    """First word of a cue's form to its forms, longest first: {'called': [('called for', Cue), ...]}."""
    table = {}
    for row in lexicons.read("cues").itertuples():
        forms = {row.lemma} if row.kind == "preposition" else lexicons.inflections(row.lemma)
        for form in forms if row.kind != "noun" else ():
            table.setdefault(form.split()[0].lower(), []).append((form.lower(), Cue(row.lemma, row.kind, row.act)))
    return {word: sorted(forms, key=lambda f: -len(f[0])) for word, forms in table.items()}


def find_cues(text):
    """(start, end, Cue) of the reporting cues of a sentence; passives, infinitives and nouns of the same form are left out.

    >>> [(c.lemma) for _, _, c in find_cues("She urged Kabul to act, adding that talks were called off.")]
    ['urge', 'add']
    """
    low, out, end, table = text.translate(_FOLD).lower(), [], 0, cues()
    for m in re.finditer(r"[\w-]+", low):
        if m.start() < end or m[0] not in table:
            continue
        for form, cue in table[m[0]]:
            pattern = r"\s+(?:\w+ly |(?:deep|grave|serious|great|strong|its|his|her|their|renewed|growing) )*".join(map(re.escape, form.split()))
            if found := re.compile(pattern + r"(?![\w-])").match(low, m.start()):
                if cue.kind == "preposition" or _is_verb(low, m, found.end()):
                    out.append((m.start(), found.end(), cue))
                    end = found.end()
                break
    return out


def _is_verb(low, m, end):
    """Is the word at `m` a finite or participial verb of saying here, not a passive, an infinitive or a noun?"""
    before = low[max(0, m.start() - 40):m.start()].split()
    word, last = m[0], before[-1].strip(",") if before else ""
    if last in ("to", "the", "a", "an", "its", "his", "her", "their", "our", "this", "of", "any", "no", "some", "another", "more") or last.endswith("'s"):
        return False
    if word.endswith(("ed", "en", "aid", "ade", "eld")) and any(b in ("is", "are", "was", "were", "be", "been", "being", "get", "got") for b in before[-2:]):
        return False
    return not (before == [] and word.endswith("ed")) and not re.match(r"\s+(?:by|off)\b", low[end:])


def extract(sentences, actors, articles):
    """The table `statements` of some articles.

    `actors`: an `Actors`; `articles` gives date and place, which help to resolve names. A sentence may hold several
    statements, in the order of their cues; form is direct, indirect or mixed by the share of the content in quotation marks.
    Deeds ('met', 'attacked') are statements of form action. `via` says how the holder was found: name, person, pronoun,
    description, home (the ministry's state, where nothing else tells), printed (a name no actor covers) or none.
    """
    facts = articles.set_index("doc_id")
    rows = []
    for doc_id, part in sentences[sentences["role"] == "body"].groupby("doc_id", sort=True):
        article = facts.loc[doc_id]
        day = article["date"] if isinstance(article["date"], str) else None
        reader = _Reader(actors, day, article["place"] if isinstance(article["place"], str) else "", " ".join(part["text"]))
        for s in part.itertuples():
            rows += [(doc_id, s.par, s.sent, n, *row) for n, row in enumerate(reader.sentence(s.text, s.par), start=1)]
    return pd.DataFrame(rows, columns=COLUMNS)


class _Reader:
    """Reads one article from top to bottom and remembers who spoke."""

    def __init__(self, actors, day, place, text):
        self.actors, self.day = actors, day
        self.people, self.last, self.last_person, self.par = {}, None, None, 0
        states = [m.actor for m in actors.mentions(text, day) if m.kind == "state"]
        offices = [m[1] for m in re.finditer(r"\b([A-Z]\w+(?: [A-Z]\w+)?)(?:[’']s)? (?=(?:F|f)oreign (?:Office|Ministry|office|ministry))", text)]
        owners = [m.actor for o in offices for m in actors.mentions(o, day)]
        self.home = (owners or [actors.capital.get(place.split(",")[0].strip())] if owners or place else None) or [max(states, key=states.count, default=None)]
        self.home = self.home[0] or max(states, key=states.count, default=None)

    def sentence(self, text, par):
        """Statement rows (without the key) of one sentence."""
        found, rows, first = find_cues(text), [], None
        quotes = [m.span(1) for m in _QUOTED.finditer(text)]
        for i, (start, end, cue) in enumerate(found):
            quoted = any(a <= start < b for a, b in quotes)
            speaker = self._speaker(text, start, end, cue, quotes)
            gerund = text[start:end].split()[0].lower().endswith("ing")
            if speaker is None and (gerund or quoted) and first:
                speaker, holder, via = first
            elif speaker is None:
                continue
            else:
                holder, via = self.resolve(speaker)
            first = first or (speaker, holder, via)
            until = next((a for a, _, c in found[i + 1:] if c.kind != "preposition"), len(text))
            a, b = self._content(text, start, end, cue, quotes, until)
            inside = sum(max(0, min(b, y) - max(a, x)) for x, y in quotes)
            form = "action" if cue.act in ("meet", "force") else "direct" if inside >= 0.8 * max(b - a, 1) else "mixed" if inside else "indirect"
            rows.append((speaker, holder, via, form, text[start:end], start, end, a, b))
        if not found and text[:1] in "“\"" and self.last:  # a quotation that runs on
            rows.append((None, self.last, "quote runs on", "direct", None, None, None, 0, len(text)))
        return rows

    def _content(self, text, start, end, cue, quotes, until):
        """Where the content stands: the quotation before a cue that follows one, else what comes after the cue."""
        before = [q for q in quotes if q[1] < start]
        if cue.kind == "preposition" and start > 3:
            return 0, len(text[:start].rstrip(" ,"))
        if before and (len(text) - end < 25 or not text[end:].strip(" .")) or before and re.match(r"[”\"],? ", text[before[-1][1]:start]) and start - before[-1][1] < 60:
            return before[-1]
        rest = len(text[:until].rstrip(" ,"))
        return min(end + len(text[end:]) - len(text[end:].lstrip(" ,")), max(rest, end)), max(rest, end)

    def _speaker(self, text, start, end, cue, quotes):
        """The speaker as printed, or None."""
        if cue.kind == "preposition":
            after = re.match(r"\s+([^,.;“”]{2,80})", text[end:])
            return after[1].strip() if after else None
        left = text[:start]
        bounds = [m.end() for m in _CLAUSE.finditer(left)]
        clause = _TAIL.sub("", left[bounds[-1] if bounds else 0:])
        parts = [p.strip() for p in clause.split(",") if p.strip()]
        if left.rstrip().endswith(",") and len(parts) > 1 and not _PLACES.match(parts[-2]):
            parts = parts[:-1]  # an apposition closed by a comma
        for part in reversed(parts):
            if not _PLACES.match(part) and (name := self._noun(part)):
                return name
        after = re.match(r"\s+((?:the |a )?[^,.;“”]{2,70})", text[end:])  # "...," said the minister
        if after and left.rstrip()[-1:] in "”\"," and (_OFFICE.search(after[1]) or self.actors.mentions(after[1], self.day) or re.match(r"(?:Mr|Ms|Mrs)?\.? ?[A-Z]", after[1])):
            return after[1].strip()
        return None

    def _noun(self, part):
        """The noun phrase of a clause part that can speak, or None."""
        part = re.split(r" (?:in|on|at|during|with) (?=an?\b|the\b|his\b|her\b|its\b|[A-Z])", part)[0]
        part = _LEAD.sub("", _TAIL.sub("", part)).strip()
        ok = _PRONOUN.search(part) or _OFFICE.search(part) or self.actors.mentions(part, self.day) or _NAME.search(part) or re.search(
            r"\b(?:report|statement|letter|communiqué|resolution|observers|analysts|critics|experts|call|both)\b", part, re.I)
        return part if ok and len(part) < 120 else None

    def resolve(self, speaker):
        """(holder, via) of a speaker as printed."""
        mentions = self.actors.mentions(speaker, self.day)
        pronoun = None if mentions else _PRONOUN.search(speaker)
        name = re.search(r"((?:(?:[A-Z][\w’'-]+|al|bin|ul) )*[A-Z][\w’'-]+)\W*$", re.sub(r"[’']s$", "", speaker))
        surname = name[1].split()[-1] if name else None
        office = _OFFICE.search(speaker)
        if mentions:
            holder, via = mentions[0].actor, "name"
        elif pronoun and pronoun[1].lower() in ("he", "she", "i"):
            holder, via = self.last_person or self.last, "pronoun"
        elif pronoun:
            holder, via = self.last, "pronoun"
        elif surname in self.people:
            known = set(self.people[surname])
            holder, via = (self.people[surname][-1], "person" if len(known) == 1 else "person, two of that name")
        elif office:
            holder, via = self.home, "home"
            if self.last and self.actors.kind.get(self.last) == "state":
                holder, via = self.last, "description"
        elif name and not speaker.islower():
            holder, via = name[1], "printed"
        elif re.match(r"both\b", speaker, re.I):
            holder, via = self.last, "description"
        else:
            holder, via = None, "none"
        if surname and not pronoun and holder and (office or via in ("person", "printed")) and not self.actors.mentions(surname, self.day):
            self.people.setdefault(surname, []).append(holder)
            self.last_person = holder
        elif holder and office:
            self.last_person = holder
        if holder:
            self.last = holder
        return holder, via
