"""The date ledger: every day a page names, what kind of evidence it is, and why it was taken or turned down.

Only a stated publication day or the researcher's word dates an article; an update, or the day a page was shown, bounds it
from above. The days that a story tells of are events: listed, never taken.
"""

import calendar
import re
from collections import Counter, namedtuple
from contextlib import suppress
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import accumulate

import pyarrow as pa
import pyarrow.compute as pc

from demarche import stats
from demarche.clean import CONFIG, UNFOLDED, fill, loose

# Paragraphs of a story below which a day in a line of its own may be that of another article; articles told one by one.
FIRST, MAX_ROWS = 2, 24
YEARS = range(1605, 2200)  # from the first newspaper on; what lies outside is a slip, or stands for 'unknown'
UPPER_BOUNDS, SILENT = ("updated", "page"), ("event", "copyright")  # kinds that bound it; that say nothing of it
MONTHS, DAYS = (" ".join(names).lower().split() for names in (calendar.month_abbr[1:], calendar.day_abbr))
_FORMS = "|".join(f"(?P<{name}>{fill(pattern)})" for name, pattern in CONFIG["dates"].items())
_DATE, _AHEAD = re.compile(rf"\b(?:{_FORMS})"), re.compile(CONFIG["says"]["ahead"])
HINT = "|".join(loose(fill(pattern)) for pattern in CONFIG["dates"].values())  # dates begin where it holds
# A date in a text: the days it can mean, kind of evidence, and, where it is told without a year, (what stands before it, form).
Found = namedtuple("Found", "line text days kind why hint", defaults=[None])
_SLIP = re.compile(r"\b(?!(?:[23]?1st|2?2nd|2?3rd|(?:1\d|[23]0|2?[4-9])th))(\d{1,2})(?:st|nd|rd|th)")  # an ordinal's wrong end
_WEEKDAY = re.compile(r"(?i)\b(mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,? ?(?:the )?$")


def day(text):
    """An ISO day (a time behind it is dropped) as 'YYYY-MM-DD', or None.

    >>> day("2024-11-22T08:00:00Z"), day("22/11/2024"), day("2024-02-30"), day("9999-12-31")
    ('2024-11-22', None, None, None)
    """
    found = re.fullmatch(r"\s*(\d{4}-\d\d-\d\d)(?:[T ].*)?\s*", str(text), re.ASCII)
    with suppress(ValueError):
        return found[1] if found and date.fromisoformat(found[1]).year in YEARS else None


@lru_cache(10_000)
def span(text):
    """(first, last) day that a date in any usual form can mean, or None: a month or year is all its days.

    >>> span("Fri, 22 Nov 2024 08:00:00 GMT"), span("03/04/2024"), span("2024-02"), span("spring")
    (('2024-11-22', '2024-11-22'), ('2024-03-04', '2024-04-03'), ('2024-02-01', '2024-02-29'), None)
    """
    text = re.sub(r"^(\d{4})(\d\d)(\d\d)(?!\d)", r"\1-\2-\3", str(text).strip())
    whole = re.fullmatch(r"(\d{4})(?:[-/](0?[1-9]|1[0-2]))?", text)
    found = next((m for m in _DATE.finditer(text) if m.lastgroup in ("ymd", "mdy", "dmy", "numbers", "month")), None)
    days = _whole(int(whole[1]), int(whole[2] or 0)) if whole else _weekday(found, text, _days(found))[0] if found else []
    return (days[0], days[-1]) if days else None


def spots(texts):
    """The dates in each of many texts, as matches of _DATE; where some may begin, one look at all of them with HINT tells."""
    marked = pc.replace_substring_regex(plain := pa.array(texts, pa.large_string()), f"{HINT}|[{UNFOLDED}]", "\0\\0\0")
    where = pc.indices_nonzero(pc.not_equal(pc.binary_length(marked), pc.binary_length(plain)))
    told = dict(zip(where.to_pylist(), marked.take(where).to_pylist()))
    return [_among(text, told[k].split("\0")) if k in told else () for k, text in enumerate(texts)]


def _among(text, pieces):
    """The matches in a text that begin in one of its `pieces`, every second."""
    if "\0" in text or any(spot in UNFOLDED for spot in pieces[1::2]):
        return [*_DATE.finditer(text)]
    found, at, ends = [], 0, [*accumulate(map(len, pieces))]
    for begin, end in zip(ends[::2], ends[1::2]):
        while (at := max(at, begin)) < end:
            found += [m] if (m := _DATE.match(text, at)) else ()
            at = m.end() if m else at + 1
    return found


def ledger(lines, stated=None, page=(), matches=None):
    """(rows of `dates` without doc_id, facts) of one article.

    `lines`: its rows of `lines`; `stated`: the researcher's date, which wins; `page`: what the code of a saved page says
    (`pages.read`); `matches`: iterator of the `spots` of each line that is not blank, where they are known. facts: date,
    date_from, date_to, date_kind, date_evidence as in `articles`. Where two publication days are stated, the first is taken,
    the contradiction said. Days told as 'on Tuesday' or 'May 3' are reckoned from the publication.
    """
    mine = stated and span(stated)
    word = "the researcher's word" if mine else "no day; write YYYY-MM-DD"
    found = [Found(None, stated, mine or [], "catalogue", word)] if stated else []
    found += [Found(None, text, [first, last], kind, why) for text, first, last, kind, why in page]
    found += _candidates([row for row in lines if row[5]], matches)
    rows = [{"candidate": n, "line": line, "text": text, "value_from": (days or [None])[0], "value_to": (days or [None])[-1],
             "kind": kind, "reason": why, "verdict": "bounds from above" if days and kind in UPPER_BOUNDS else "turned down"}
            for n, (line, text, days, kind, why, _) in enumerate(found, start=1)]
    # What ends a title may be another day than that of publication: it comes last.
    valued = sorted((r for r in rows if r["value_from"] and r["kind"] not in SILENT), key=lambda r: "title" in r["reason"])
    taken = next((r for kind in ("catalogue", "published") for r in valued if r["kind"] == kind), None)
    for row in valued if taken else ():
        if row["value_to"] < taken["value_from"] or row["kind"] not in UPPER_BOUNDS and row["value_from"] > taken["value_to"]:
            row["reason"] += f"; contradicts '{taken['text']}'"
    facts = {"date": None, "date_from": None, "date_to": None, "date_kind": "none", "date_evidence": "no date stated"}
    bounds = [r for r in valued if r["kind"] in UPPER_BOUNDS]
    if own := taken or min(bounds, key=lambda r: r["value_to"], default=None):
        where = f"line {own['line']}" if own["line"] else "the researcher's table" if own["kind"] == "catalogue" else "the page"
        facts.update(date_kind=own["kind"], date_evidence=f"{where}: '{own['text']}'", date_to=own["value_to"])
    if taken:
        taken["verdict"], facts["date_from"] = "taken", taken["value_from"]
        if taken["value_from"] == taken["value_to"]:
            facts["date"] = taken["value_from"]
            for row, (*_, hint) in zip(rows, found):  # days told without a year
                if hint and (days := _near(row["text"].lower(), *hint, date.fromisoformat(facts["date"]))):
                    row["value_from"], row["value_to"] = days
                    row["reason"] += "; reckoned from the day of publication"
        elif upper := [r["value_to"] for r in bounds if taken["value_from"] <= r["value_to"] < taken["value_to"]]:
            facts["date_to"] = min(upper)
    return rows, facts


def _candidates(lines, spotted):
    """Every date of lines that are not blank, as Found. 03/04/2024 is two days: either may be meant."""
    found, above, last, story = [], True, "", next(_prose(lines), float("inf"))
    for row, matches in zip(lines, spots([row[5] for row in lines]) if spotted is None else spotted):
        _, line, _, role, rule, text, _, _, _ = row
        prev, last = last, text
        # Above its headline, and under its banner, a page shows the day it was saved.
        above = rule != "letterhead" and (role == "site_banner" and line < story or above and role not in ("headline", "body"))
        if role == "credit" and (m := re.search(CONFIG["says"]["copyright"], text)):
            found.append(Found(line, m[0], _whole(int(m[1])), "copyright", "the year of the site's copyright"))
        for m in matches:  # behind "Published:" in the line before, too
            by = _evidence(role, rule, above)
            before = by[0][0].pattern and (f"{prev} " * (prev.count(" ") < 4) + text[max(0, m.start() - 100):m.start()]).lower()
            kind, why = next((kind, why) for pattern, kind, why in by if pattern.search(before))
            if m.lastgroup in ("no_year", "weekday", "near"):
                why = why if kind == "event" else "no year beside it"
                found.append(Found(line, m[0], [], "event", why, (text[max(0, m.start() - 60):m.start()], m.lastgroup)))
                continue
            (days, slip), th = _weekday(m, text, _days(m)), _SLIP.search(m[0])
            odd = f"; malformed ordinal in '{m[0]}', read as {th[1]}" if th else ""
            odd = "; day and month can't be told apart" if len(days) > 1 and m.lastgroup == "numbers" else odd
            found.append(Found(line, m[0], days, kind, why + slip + (odd if days else "; no such day")))
    return _alone(found, [*_prose(lines)], lines) if any(f.kind in CONFIG["alone"] for f in found) else found


def _prose(lines):
    """The numbers of those lines of the story that are whole sentences, one by one."""
    return (row[1] for row in lines if row[3] == "body" and row[5].count(" ") > 3 and row[5].rstrip("\"'”’)")[-1:] in ".!?…")


def _alone(found, story, lines):
    """Say what the days mean that stand in a line of their own, above the headline or below: by how much of the `story` (the
    numbers of its sentences) stands before them, and by the other days that the page shows and how their lines look."""
    shapes = {row[1]: re.sub(r"\d+|[A-Za-z]{3,}", "9", row[5]) for row in lines if row[3] == "page_date"}
    first, *_ = story[FIRST:] or [float("inf")]
    low = {f.line: (f.days[0], shapes.get(f.line)) for f in found if f.kind == "below" and f.days and first < f.line}
    many, forms = len({day for day, _ in low.values()}) > 1, Counter(shape for _, shape in set(low.values()))
    latest = max((f.days[0] for f in found if f.days and f.kind in ("below", "updated", "copyright")), default="")
    for line, text, days, kind, why, hint in found:
        if kind == "above" and days and not any(f.days and f.kind == "published" for f in found):
            kind = "older" if latest > days[-1] else "like" if forms[shapes.get(line)] > 1 else kind
        elif kind == "below" and line in low:
            kind = "listed" if many else "within" if story[len(story) // 2] < line < story[-1] else kind
        kind, note = CONFIG["alone"].get(kind, (kind, ""))
        yield Found(line, text, days, kind, note + why, hint)


@cache
def _evidence(role, rule, above):
    """(pattern of what stands before a date, its kind, why) of all evidence in a line of this role; the first counts."""
    return [(re.compile(e.get("before", "")), e["kind"], e["why"]) for e in CONFIG["evidence"] if e.get("above", above) == above
            and all(re.fullmatch(e.get(k, ".*"), v) for k, v in (("role", role), ("rule", rule)))]


def _days(m):
    """The ISO days that a match of _DATE can mean by itself, in their order."""
    n = re.findall(r"\d+", m[0])
    if m.lastgroup == "month":
        return _whole(int(n[-1]), _month(m[0]))
    orders = [(n[1], _month(m[0]), n[0])] if m.lastgroup in ("mdy", "dmy") else (
        [n] if m.lastgroup == "ymd" else [(n[2], n[1], n[0]), (n[2], n[0], n[1])][:1 if "." in m[0] and int(n[1]) < 13 else 2])
    return sorted({d for year, month, of in orders if (d := day(f"{year}-{int(month):02}-{int(of):02}"))})


def _month(text):
    return next(i for i, name in enumerate(MONTHS, start=1) if name in text.lower())


def _whole(year, month=0):
    """First and last ISO day of a month, or of a year."""
    return [] if year not in YEARS or month > 12 else [
        f"{year}-{month or 1:02}-01", f"{year}-{month or 12:02}-{calendar.monthrange(year, month or 12)[1]:02}"]


def _weekday(m, text, days):
    """(the days that fit the weekday printed before a date, what is wrong with that weekday)."""
    named = _WEEKDAY.search(text[max(0, m.start() - 16):m.start()]) if days and m.lastgroup != "month" else None
    if not named:
        return days, ""
    fit = [d for d in days if date.fromisoformat(d).weekday() == DAYS.index(named[1].lower())]
    right = calendar.day_name[date.fromisoformat(days[0]).weekday()]
    return fit or days, "" if fit else f"; that day was a {right}, the text says {named[0].strip(' ,')}"


def _near(text, before, form, published):
    """(first, last) ISO day of a day or week told from the day of publication: the last Tuesday, or the coming one where the
    words before it look ahead; of 'May 3', the year that brings it nearest."""
    if form == "no_year":
        n, named = int(re.search(r"\d+", text)[0]), _WEEKDAY.search(before)
        years = [day(f"{published.year + k}-{_month(text):02}-{n:02}") for k in (-1, 0, 1)]
        known = sorted((abs(d - published), d) for d in (date.fromisoformat(y) for y in years if y)
                       if not named or d.weekday() == DAYS.index(named[1].lower()))
        return 2 * (known[0][1].isoformat(),) if known else None
    told, *unit = text.split(" ")
    if form == "weekday":
        back = (published.weekday() - DAYS.index((unit or [told])[0][:3])) % 7
        ahead = back and told not in ("last", "this") and (told == "next" or _AHEAD.search(before.lower()))
        return 2 * ((published + timedelta(7 - back if ahead else -back or {"last": -7, "next": 7}.get(told, 0))).isoformat(),)
    if not unit or unit[1:]:  # today, or 'two weeks ago'
        n = {"yesterday": 1, "tomorrow": -1, "two": 2, "three": 3, "ten": 10}.get(told) or int(unit and told or 0)
        return 2 * ((published - timedelta(7 * n if unit and unit[0][0] == "w" else n)).isoformat(),)
    move, months = ("last", "this", "next").index(told) - 1, {"week": 0, "month": 1, "year": 12}[unit[0]]
    monday = published + timedelta(7 * move - published.weekday())
    year, month = divmod(12 * published.year + published.month - 1 + move * months, 12)
    return _whole(year, months == 1 and month + 1) if months else (monday.isoformat(), (monday + timedelta(6)).isoformat())


def evidence(articles, dates):
    """When each article was published, with the lines that say so: `doc_id, date_from, date_to, date_kind, lines`.

    More than MAX_ROWS articles are told by month (or year, beyond ten years): `period, lane, n_articles, sources`.
    """
    if len(articles) > MAX_ROWS:
        years = articles["date"].dropna().str[:4].astype(int)
        by = "month" if years.max() - years.min() <= 10 else "year"
        cells = stats.cells(articles.assign(language=None), by).groupby(["period", "lane"], dropna=False)["doc_id"]
        return cells.agg(n_articles="size", sources=lambda d: [(i, None, None) for i in d]).reset_index()
    used = dates[dates["line"].notna() & (dates["verdict"] != "turned down")].groupby("doc_id")["line"].agg(list)
    lines = [[(d, int(n), 1) for n in used.get(d, [])] for d in articles["doc_id"]]
    return articles[["doc_id", "date_from", "date_to", "date_kind"]].assign(lines=lines)


def summary(articles):
    """How many articles have a day, in words."""
    known, bounded = articles["date"].notna().sum(), (articles["date"].isna() & articles["date_to"].notna()).sum()
    return (f"Of {len(articles):,} articles, {known:,} have a known day of publication, {bounded:,} a last possible day "
            f"only, {len(articles) - known - bounded:,} undated.")
