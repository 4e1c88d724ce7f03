"""The date ledger: every day a page names, what kind of evidence it is, and why it was taken or turned down.

Only a stated publication day or the researcher's word dates an article; an update, or the day a page was shown, bounds it
from above. The days that a story tells of are events: listed, never taken.
"""

import re
from datetime import date

from demarche import stats
from demarche.clean import SAID, fill

ROWS = 24  # articles up to which each is told by itself
YEARS = range(1605, 2200)  # from the first newspaper on; what lies outside is a slip, or stands for 'unknown'
ABOVE = ("updated", "page")  # kinds that bound the day of publication from above
_DATE = re.compile("|".join(f"(?P<{name}>{fill(pattern)})" for name, pattern in SAID["dates"].items()))
# A line without any of these has no date: most lines are passed over at the price of a look at their letters. Each begins with
# one set of characters, which is what makes it quick.
_MONTH = "[JFMASOND](?:an|eb|ar|pr|ay|un|ul|ug|ep|ct|ov|ec)"
_HINTS = [re.compile(p) for p in (rf"{_MONTH}[a-z]{{0,7}}\.? \d", rf"\d(?:st|nd|rd|th)?(?: of)? {_MONTH}",
                                  r"\d(?:\d{3}-\d|[/.]\d)", r"on [MTWFS][a-z]{2,5}day")]
_RIGHT_TH = re.compile(r"\b(?:[23]?1st|2?2nd|2?3rd|(?:1\d|[23]0|2?[4-9])th)")


def day(text):
    """An ISO day (a time behind it is dropped) as 'YYYY-MM-DD', or None.

    >>> day("2024-11-22T08:00:00Z"), day("22/11/2024"), day("2024-02-30"), day("9999-12-31")
    ('2024-11-22', None, None, None)
    """
    found = re.fullmatch(r"\s*(\d{4}-\d\d-\d\d)(?:[T ].*)?\s*", str(text), re.ASCII)
    try:
        return found[1] if found and date.fromisoformat(found[1]).year in YEARS else None
    except ValueError:
        return None


def ledger(lines, stated=None):
    """(rows of `dates` without doc_id, facts) of one article.

    `lines`: its rows of `lines`; `stated`: the researcher's date, which wins. facts: date, date_from, date_to, date_kind,
    date_evidence as in `articles`. Where two publication days are stated, the first is taken, the contradiction said.
    """
    word = "the researcher's word" if day(stated) else "no day; write YYYY-MM-DD"
    found = [(None, stated, [day(stated)] if day(stated) else [], "catalogue", word)] if stated else []
    rows = [{"candidate": n, "line": line, "text": text, "value_from": min(days, default=None), "kind": kind, "reason": why,
             "value_to": max(days, default=None), "verdict": "bounds from above" if days and kind in ABOVE else "turned down"}
            for n, (line, text, days, kind, why) in enumerate([*found, *_candidates(lines)], start=1)]
    valued = [r for r in rows if r["value_from"] and r["kind"] != "event"]
    taken = next((r for kind in ("catalogue", "published") for r in valued if r["kind"] == kind), None)
    for row in valued if taken else ():
        if row["value_to"] < taken["value_from"] or row["kind"] not in ABOVE and row["value_from"] != taken["value_from"]:
            row["reason"] += f"; contradicts '{taken['text']}'"
    facts = {"date": None, "date_from": None, "date_to": None, "date_kind": "none", "date_evidence": "no date stated"}
    bounds = [r for r in valued if r["kind"] in ABOVE]
    if source := taken or min(bounds, key=lambda r: r["value_to"], default=None):
        where = "the researcher's table" if source["line"] is None else f"line {source['line']}"
        facts.update(date_kind=source["kind"], date_evidence=f"{where}: '{source['text']}'", date_to=source["value_to"])
    if taken:
        taken["verdict"], facts["date_from"] = "taken", taken["value_from"]
        facts["date"] = taken["value_from"] if taken["value_from"] == taken["value_to"] else None
    return rows, facts


def _candidates(lines):
    """(line, text, days, kind, why) of every date in an article's lines. 03/04/2024 is two days: either may be meant."""
    found, above = [], True
    for _, line, _, role, rule, text, *_ in lines:
        # Above its headline, and under its banner, a page shows the day it was saved.
        above = role == "site_banner" or above and role not in ("headline", "body")
        hints = [hint.start() for hint in (h.search(text) for h in _HINTS) if hint]
        for m in _DATE.finditer(text, max(0, min(hints) - 3)) if hints else ():
            days = [] if m["no_year"] else _days(m)
            kind, why = _kind(text[max(0, m.start() - 100):m.start()].lower(), role, rule, above)
            if m["no_year"]:
                kind, why = "event", why if kind == "event" else "no year beside it"
            elif len(days) != 1:
                why += "; day and month can't be told apart" if days else "; no such day"
            elif (th := re.search(r"(\d+)(?:st|nd|rd|th)", m[0])) and not _RIGHT_TH.search(m[0]):
                why += f"; malformed ordinal in '{m[0]}', read as {th[1]}"
            found.append((line, m[0], days, kind, why))
    return found


def _kind(before, role, rule, above):
    """(kind, why) of a date in a line of this role, by the first evidence that holds; `before` stands in front of it."""
    return next((e["kind"], e["why"]) for e in SAID["evidence"] if re.fullmatch(e.get("role", ".*"), role)
                and re.fullmatch(e.get("rule", ".*"), rule) and re.search(e.get("before", ""), before)
                and e.get("above", above) == above)


def _days(m):
    """The ISO days that a match of _DATE can mean by itself."""
    n = re.findall(r"\d+", m[0])
    if m["mdy"] or m["dmy"]:
        month = re.search("[A-Z][a-z][a-z]", m[0])[0]
        orders = [(n[1], "JanFebMarAprMayJunJulAugSepOctNovDec".index(month) // 3 + 1, n[0])]
    else:
        orders = [n] if m["ymd"] else [(n[2], n[1], n[0]), (n[2], n[0], n[1])]
    return sorted({d for year, month, of in orders if (d := day(f"{year}-{int(month):02}-{int(of):02}"))})


def evidence(articles, dates):
    """When each article was published, with the lines that say so: `doc_id, date_from, date_to, date_kind, lines`.

    More than ROWS articles are told by month (or year, beyond ten years): `period, lane, n_articles, sources`.
    """
    if len(articles) > ROWS:
        years = articles["date"].dropna().str[:4].astype(int)
        by = "month" if years.max() - years.min() <= 10 else "year"
        cells = stats.cells(articles, by).groupby(["period", "lane"], dropna=False)["doc_id"]
        return cells.agg(n_articles="size", sources=lambda d: [(i, None, None) for i in d]).reset_index()
    used = dates[dates["line"].notna() & (dates["verdict"] != "turned down")].groupby("doc_id")["line"].agg(list)
    lines = [[(d, int(n), 1) for n in used.get(d, [])] for d in articles["doc_id"]]
    return articles[["doc_id", "date_from", "date_to", "date_kind"]].assign(lines=lines)


def said(articles):
    """How many articles have a day, in words."""
    known, bounded = articles["date"].notna().sum(), (articles["date"].isna() & articles["date_to"].notna()).sum()
    return (f"Of {len(articles):,} articles, {known:,} with a known day of publication, {bounded:,} with a last possible day "
            f"only, {len(articles) - known - bounded:,} undated.")
