"""Every raw line gets a role and names the rule that gave it. Text is only sliced, never rewritten.

PREFIXES are peeled off a line in turn until none matches; then the first of RULES that answers gives the rest its
role, and `body` where none does. The order below is the order of work. Each rule has an example: the line it is for
is marked by », and | shows where a prefix ends.
"""

import re
from typing import Callable, NamedTuple

MONTH = (r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
         r"|Nov(?:ember)?|Dec(?:ember)?)")
IN_TEXT = {"headline", "standfirst", "body"}  # the roles whose pieces make up articles.text
_WEEKDAY = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b,? ?)?"
_DATE = (rf"{_WEEKDAY}(?:{MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|\d{{1,2}}(?:st|nd|rd|th)? {MONTH}\.?,? \d{{4}}"
         r"|\d{4}-\d\d-\d\d)(?:[ ,|–-]*\d{1,2}:\d\d.{0,12})?")
_DAY = rf"(?:,? (?:{MONTH}\.? \d{{1,2}}|\d{{1,2}} {MONTH}\.?)(?:,? \d{{4}})?)?\.?"
_AGENCY = r"(?: (?:\([A-Z][\w ./&-]{1,30}\)|/[A-Z]{2,12}/\.?))"
_REGION = r"(?:, [A-Z][A-Za-z. ]{2,20})?"
_PLACES = [rf"(?P<place>[A-Z][A-Z.'’/-]{{2,}}(?: [A-Z][A-Z.'’/-]+){{0,3}}){_REGION}{_DAY}{_AGENCY}?"
           r"(?: ?: | ?[–—-]{1,2} |(?<=/\.) |(?<=/) )",
           rf"(?P<place>[A-Z][a-z]+(?:[ -][A-Z][a-z]+){{0,2}}){_REGION}{_DAY}{_AGENCY} ?(?:: |[–—-]{{1,2}} )"]
_NO_PLACE = re.compile(r"(?:M[RS]S?\.|DR\.|THE|NATO|NOTE|WATCH|LIVE|BREAKING|EXCLUSIVE|UPDATE|OPINION|VIDEO|STAT)\b")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SMALL = {"a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"}


class Rule(NamedTuple):
    """`test`: a pattern that opens the line, or a function of (page, line number) where the neighbours count."""

    name: str
    role: str
    test: re.Pattern | Callable
    example: str


class Page:
    """The lines of one article, stripped, the roles given so far (top to bottom), and the title where one is known."""

    def __init__(self, text, title=None):
        self.spans = [m.span(1) for m in re.finditer(r"([^\r\n]*)(?:\r\n|\r|\n|$)", text) if m[0]]
        self.texts = [text[a:b].strip() for a, b in self.spans]
        self.roles, self.title = [], title
        # Prose: a whole sentence, or as long as one. It is body unless something says otherwise.
        self.prose = [bool(_SENTENCE_END.search(t)) and len(t.split()) > 4 or len(t.split()) > 25 for t in self.texts]
        self.last_prose = max((i for i, p in enumerate(self.prose) if p), default=-1)


def _headline(page, i):
    if page.title:
        return _bare(page.texts[i]) == _bare(page.title)
    above = {"headline", "body"} & set(page.roles)
    return not above and not page.prose[i] and len(page.texts[i].split()) >= 3 and i < page.last_prose


def _standfirst(page, i):
    """It tells the story in advance: the next line's first sentence says it again, or a dateline opens the next line."""
    follow = next((j for j in range(i + 1, len(page.texts)) if page.texts[j]), None)
    if follow is None or "headline" not in page.roles or {"body", "standfirst"} & set(page.roles):
        return False
    if peel(page.texts[i]) or re.search(r"[.!?] [A-Z]", page.texts[i]):
        return False
    again = _content(re.split(r"(?<=[.!?]) ", page.texts[follow], maxsplit=1)[0])
    return len(again & _content(page.texts[i])) >= max(4, 0.5 * len(again)) or bool(peel(page.texts[follow]))


def _pull_quote(page, i):
    """It repeats six words or more of the story, in their order."""
    words = [w.lower() for w in _WORD.findall(page.texts[i])]
    if page.prose[i] or "body" not in page.roles or not 6 <= len(words) <= 25 or not page.texts[i][0].isalpha():
        return False
    story = " ".join(w.lower() for t, p in zip(page.texts, page.prose) if p for w in _WORD.findall(t))
    runs = [f" {' '.join(words[k:k + 6])} " in f" {story} " for k in range(len(words) - 5)]
    return sum(runs) >= 0.4 * len(runs)


def _subheading(page, i):
    words = page.texts[i].split()
    large = [w for w in words if w[0].isupper() or w.lower() in _SMALL or w[0].isdigit()]
    inside = not page.prose[i] and "body" in page.roles and i < page.last_prose
    short = len(words) <= 6 or len(words) <= 15 and len(large) >= 0.8 * len(words)
    return inside and short and words[0][0].isupper() and not re.search(r"[:,;.!”\"—–-]$", page.texts[i])


def _leftover(page, i):
    below = i > page.last_prose >= 0 and "body" in page.roles and not page.prose[i]
    return below and len(page.texts[i].split()) <= 6 and not re.search(r"[.!?”\"]$", page.texts[i])


def _bare(text):
    return text.rstrip(".").strip()


def _content(text):
    """The first five letters of each word that carries a text's content."""
    return {w.lower()[:5] for w in _WORD.findall(text) if len(w) > 3 or w.isupper()}


PREFIXES = [
    Rule("date_stamp", "dateline", re.compile(r"date:? \d{4}-\d\d-\d\d\s+", re.I), "date 2024-03-22 |KABUL: Amid tensions"),
    Rule("dateline", "dateline", re.compile(_PLACES[0]), "PARIS, March 3 (Agency) - |The ministry objected."),
    Rule("agency_dateline", "dateline", re.compile(_PLACES[1]), "Paris (Agency) — |The ministry objected."),
]

RULES = [
    Rule("blank", "blank", re.compile(r"$"), "Talks open in Doha\n»\nThe envoys met in Doha on Monday."),
    Rule("teaser", "teaser", re.compile(
        r"(?:(?:read|see|watch|listen) (?:more|also|next|now)|also read|more on this(?: story)?|don.t miss|continue reading"
        r"|click here|you (?:may|might) also like|recommended(?: stories)?|related(?: (?:news|stories|articles|topics))?)"
        r"\s*(?:$|[:.…|>»–-])", re.I), "The envoys met in Doha.\n»Read More: Cleric freed\nThey will meet again in May."),
    Rule("print_credit", "credit", re.compile(
        r"(?=(?:\S+\s+){0,13}\S+$)(?:first |last |originally )?(?:published|updated|posted|modified)"
        r"(?: (?:in|on|at|by)\b|:|\s+(?=\w+ \d))", re.I), "The envoys met in Doha.\n»Published in Dawn, May 3rd, 2024"),
    Rule("desk_credit", "credit", re.compile(
        r"[\[(]?(?:(?:additional )?(?:reporting|writing|editing|compiled) by [A-Z]|with (?:additional )?inputs? from)"),
        "The envoys met in Doha.\n»(reporting by A. Writer; editing by B. Reader)"),
    Rule("rights_credit", "credit", re.compile(
        r"(?=.{0,260}$).*(?:©|\(c\) \d{4}|\bcopyright \d{4}|all rights reserved"
        r"|(?:story|article) (?:was )?(?:first|originally) (?:appeared|published))", re.I),
        "The envoys met in Doha.\n»Copyright 2024 The Herald. All rights reserved."),
    Rule("site_banner", "site_banner", re.compile(
        r"(?!.*[.!?]$)(?:[|»]|>$|(?:welcome to|skip to|sign (?:in|up)|log ?in|subscribe|advertisement|newsletter|follow us"
        r"|share(?: this|$)|tweet$|facebook$|whatsapp$|print$|e?mail$|menu$|home$|trending|breaking news$|loading))", re.I),
        "»| Welcome to The Herald\nTalks open in Doha\nThe envoys met in Doha on Monday."),
    Rule("page_date", "page_date", re.compile(_DATE + "$", re.I), "»Tuesday, January 14, 2025\nThe envoys met in Doha."),
    Rule("byline", "byline", re.compile(
        r"(?:[Bb]y|BY(?! THE)):? [A-Z]\S+(?: [A-Z]\S+| and| in| for|,| &){0,9}$"
        r"|(?:[Ff]rom )?(?:Our|A|The|Staff|Web|News|Monitoring)? ?(?:Correspondent|Reporter|Desk|Report|Monitor)$"
        r"|(?:AFP|AP|APP|Reuters|Agencies|ANI|PTI|Xinhua|TASS|IRNA|Anadolu|Associated Press)$"),
        "Talks open in Doha\n»By Jane Writer in Kabul\nThe envoys met in Doha on Monday."),
    Rule("caption", "caption", re.compile(
        r"(?=(?:\S+\s+){0,44}\S+$)(?:(?:file )?(?:photo|image|picture|video|screengrab|illustration)\b.{0,40}:"
        r"|.*(?:\s[—–|-]{1,2} ?(?:[\w. ]{1,30}/)?(?:AFP|AP|APP|Reuters|Getty|EPA|Twitter|File|ISPR|PID|Xinhua)(?:/\w+)?"
        r"|[(\[](?:photo|image|credit|picture|source)s?:? .{1,60}[)\]])\.?$)", re.I),
        "The envoys met in Doha.\n»The two ministers in Doha. — AFP/File\nThey will meet again."),
    Rule("headline", "headline", _headline, "»Ministers meet in Doha\nThe two ministers met in Doha on Monday."),
    Rule("standfirst", "standfirst", _standfirst,
         "Envoys open talks\n»Envoys open talks on water in Doha.\nEnvoys from both sides opened talks on water in Doha."),
    Rule("pull_quote", "pull_quote", _pull_quote, "He urged all sides to take decisive action against them.\n"
         "»All sides to take decisive action\nHe left on Monday for Doha."),
    Rule("subheading", "subheading", _subheading,
         "The envoys met in Doha on Monday.\n»Regional Security Concerns\nThey will meet again in May."),
    Rule("leftover", "other", _leftover, "The envoys met in Doha on Monday.\n»Doha, envoys"),
]


def peel(line):
    """(rule, end, place or None) of the first prefix of a line, or None.

    >>> peel("KABUL: Officials met.")
    ('dateline', 7, 'KABUL')
    """
    for rule in PREFIXES:
        if (found := rule.test.match(line)) and line[found.end():].strip():
            place = found.groupdict().get("place")
            if not _NO_PLACE.match(place or ""):
                return rule.name, found.end(), place
    return None


def lines(doc_id, source, title=None):
    """(rows of `lines`, clean text, place or None) of one article.

    The clean text is the pieces of role headline, standfirst and body, one a line. `title`, where it comes from outside
    the source, is line 0 and has no place in the source, unless a line of the page repeats it.
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
        page.roles.append("headline")
    for i, (line, (start, end)) in enumerate(zip(page.texts, page.spans)):
        found = next((r for r in RULES if (r.test(page, i) if callable(r.test) else r.test.match(line))), None)
        role, rule = (found.role, found.name) if found else ("body", "default")
        piece, at = 1, start + (end - start) - len(source[start:end].lstrip())
        while role == "body" and "body" not in page.roles and (prefix := peel(line)):
            name, cut, town = prefix
            place = place or town
            add(i + 1, piece, "dateline", name, line[:cut].rstrip(), at)
            rest = line[cut:].lstrip()
            piece, at, line = piece + 1, at + len(line) - len(rest), rest
        page.roles.append(role)
        add(i + 1, piece, role, rule, line, at)
    return rows, "\n".join(parts), place
