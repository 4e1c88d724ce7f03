"""The date ledger: every day a page names, what kind of evidence it is, and why it was taken or turned down.

Only a stated publication day, or the researcher's own word, dates an article. An update or the day a page was shown
bounds it from above. The days that a story tells of are events: listed, never taken.
"""

import re
from datetime import date, timedelta

from demarche.clean import MONTH

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_TH = r"(?:st|nd|rd|th)?"
_FULL = re.compile(
    r"\b(?P<y1>\d{4})-(?P<m1>\d\d)-(?P<d1>\d\d)(?!\d)"
    rf"|\b(?P<m2>{MONTH})\.? (?P<d2>\d{{1,2}}){_TH},? (?P<y2>\d{{4}})\b"
    rf"|\b(?P<d3>\d{{1,2}}){_TH}(?: of)? (?P<m3>{MONTH})\.?,? (?P<y3>\d{{4}})\b"
    r"|\b(?P<a>\d{1,2})[/.](?P<b>\d{1,2})[/.](?P<y>\d{4})\b"
    rf"|\b(?P<m4>{MONTH})\.? (?P<d4>\d{{1,2}}){_TH}\b(?![:\d])|\b(?P<d5>\d{{1,2}}){_TH} (?P<m5>{MONTH})\b"
    r"|\bon (?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b")
ROWS = 24  # articles up to which each is told by itself
_ON_PAGE = ("credit", "byline", "page_date", "site_banner", "other", "dateline")  # roles that speak of the page itself


def day(text):
    """An ISO day (a time behind it is dropped) as 'YYYY-MM-DD', or None.

    >>> day("2024-11-22T08:00:00Z"), day("22/11/2024"), day("2024-02-30")
    ('2024-11-22', None, None)
    """
    found = re.match(r"\s*(\d{4})-(\d\d)-(\d\d)(?:[T ].*)?\s*$", str(text))
    return _iso(*found.groups()) if found else None


def ledger(lines, stated=None):
    """(rows of `dates` without doc_id, facts) of one article.

    `lines`: its rows of `lines`; `stated`: the researcher's date, which wins. facts: date, date_from, date_to,
    date_kind, date_evidence as in `articles`. Where two publication days are stated, the first is taken and the
    contradiction said.

    >>> rows, facts = ledger([("a", 1, 1, "credit", "", "Published in Dawn, November 22th, 2024", 0, 37, None)])
    >>> facts["date"], rows[0]["reason"]
    ('2024-11-22', "stated as the day of publication; malformed ordinal in 'November 22th, 2024', read as 22")
    """
    rows = _candidates(lines)
    if stated:
        value = day(stated)
        reason = "the researcher's word" if value else "not a day; write YYYY-MM-DD"
        rows.insert(0, _row(None, stated, value, value, "catalogue", reason))
    taken = next((r for k in ("catalogue", "published") for r in rows if r["kind"] == k and r["value_from"]), None)
    bounds = [r for r in rows if r["kind"] in ("updated", "page") and r["value_to"]]
    for number, row in enumerate(rows, start=1):
        row.update(candidate=number, verdict="taken" if row is taken else "turned down")
        if row in bounds:
            row["verdict"] = "bounds from above"
            if taken and taken["value_from"] > row["value_to"]:
                row["reason"] += f"; contradicts '{taken['text']}'"
        elif taken and row is not taken and row["kind"] in ("published", "catalogue"):
            same = row["value_from"] == taken["value_from"]
            row["reason"] += f"; {'agrees with' if same else 'contradicts'} '{taken['text']}'"
        elif row["kind"] == "event" and not row["value_from"] and taken and taken["value_from"] == taken["value_to"]:
            _place_event(row, date.fromisoformat(taken["value_from"]))
    facts = {"date": None, "date_from": None, "date_to": None, "date_kind": "none", "date_evidence": "no date stated"}
    if source := taken or min(bounds, key=lambda r: r["value_to"], default=None):
        where = "the researcher's table" if source["line"] is None else f"line {source['line']}"
        facts.update(date_kind=source["kind"], date_evidence=f"{where}: '{source['text']}'", date_to=source["value_to"])
    if taken:
        facts["date_from"] = taken["value_from"]
        facts["date"] = taken["value_from"] if taken["value_from"] == taken["value_to"] else None
    return rows, facts


def _row(line, text, low, high, kind, reason):
    return {"line": line, "text": text, "value_from": low, "value_to": high, "kind": kind, "reason": reason}


def _candidates(lines):
    """Every date named in an article's lines. 03/04/2024 is a closed span, since day and month can't be told apart."""
    found, above = [], True
    for _, line, _, role, rule, text, *_ in lines:
        above = above and role not in ("headline", "body")  # above the headline a page shows the day it was saved
        for m in _FULL.finditer(text):
            low, high, note = _value(m)
            kind, why = _kind(text[:m.start()], role, rule, above)
            if kind != "event" and (m["weekday"] or m["m4"] or m["m5"]):
                kind, why = "event", "no year beside it"
            found.append(_row(line, m[0], low, high, kind, f"{why}; {note}" if note else why))
    return found


def _kind(before, role, rule, above):
    if role in _ON_PAGE and re.search(r"\b(?:updated|modified|last changed)\b", before, re.IGNORECASE):
        return "updated", "the page names it as its last change"
    if role == "dateline":
        return "published", "stated as the day of publication" if rule == "date_stamp" else "stands in the dateline"
    if role in _ON_PAGE and re.search(r"\b(?:published|posted|date)\b", before, re.IGNORECASE):
        return "published", "stated as the day of publication"
    if role in ("page_date", "site_banner"):
        return (("page", "shown above the headline: the day the page was saved") if above else
                ("published", "stands alone under the headline"))
    return "event", "a day the story tells of"


def _value(m):
    """(from, to, note) of a match; None where it gives no day by itself."""
    if m["a"]:
        days = sorted({d for n, k in ((m["a"], m["b"]), (m["b"], m["a"])) if (d := _iso(m["y"], k, n))})
        note = "day and month can't be told apart" if len(days) == 2 else None if days else "no such day"
        return (days or [None])[0], (days or [None])[-1], note
    for n in "123":
        if m["y" + n]:
            iso, note = _iso(m["y" + n], m["m" + n], m["d" + n]), None
            weekday = re.search(r"(\w+day),? $", m.string[:m.start()])
            if not iso:
                note = "no such day"
            elif weekday and weekday[1].lower() in _WEEKDAYS:
                real = _WEEKDAYS[date.fromisoformat(iso).weekday()].title()
                note = f"{weekday[1]} is right" if real == weekday[1] else f"but that day was a {real}"
            elif (th := re.search(r"(\d+)(st|nd|rd|th)", m[0])) and th[2] != _ordinal(int(th[1])):
                note = f"malformed ordinal in '{m[0]}', read as {th[1]}"
            return iso, iso, note
    return None, None, None


def _place_event(row, published):
    """Give a weekday, or a day without a year, its value: the last such day not after the publication."""
    m = _FULL.search(row["text"])
    if m["weekday"]:
        back = (published.weekday() - _WEEKDAYS.index(m["weekday"].lower())) % 7
        value, note = (published - timedelta(back)).isoformat(), f"the last {m['weekday']} up to the publication"
    else:
        days = (_iso(y, m["m4"] or m["m5"], m["d4"] or m["d5"]) for y in (published.year, published.year - 1))
        value, note = next((d for d in days if d and d <= published.isoformat()), None), "year from the publication"
    row.update(value_from=value, value_to=value, reason=f"{row['reason']}; {note if value else 'no such day'}")


def _iso(year, month, day_):
    month = month if str(month).isdigit() else _MONTHS.index(month[:3].lower()) + 1
    try:
        return date(int(year), int(month), int(day_)).isoformat()
    except ValueError:
        return None


def _ordinal(n):
    return "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")


def evidence(articles, dates):
    """When each article was published, with the lines that say so: `doc_id, date_from, date_to, date_kind, lines`.

    More than ROWS articles are told by the period instead (month, or year beyond ten years): `period, lane, n_articles`,
    and `sources` for whole articles.
    """
    if len(articles) > ROWS:
        span = articles["date"].str[:4].dropna().astype(int)
        length = 7 if len(span) and span.max() - span.min() <= 10 else 4
        frame = articles.assign(period=articles["date"].str[:length], lane=articles["date"].notna().map(
            {True: "dated", False: "undated"}))
        cells = frame.groupby(["period", "lane"], dropna=False)["doc_id"]
        return cells.agg(n_articles="size", sources=lambda d: [(i, None, None) for i in d]).reset_index()
    used = dates[dates["line"].notna() & (dates["verdict"] != "turned down")]
    lines = {d: [(d, int(n), 1) for n in g] for d, g in used.groupby("doc_id")["line"]}
    table = articles[["doc_id", "date_from", "date_to", "date_kind"]]
    return table.assign(lines=[lines.get(d, []) for d in table["doc_id"]])


def said(articles):
    """How many articles have a day, in words.

    >>> import pandas as pd
    >>> said(pd.DataFrame({"date": ["2024-03-22", None, None], "date_to": ["2024-03-22", "2025-01-14", None]}))
    '1 of 3 articles has a known day of publication; 1 is bounded from above only; 1 is undated.'
    """
    known, bounded = articles["date"].notna().sum(), (articles["date"].isna() & articles["date_to"].notna()).sum()
    undated = len(articles) - known - bounded
    verb = {n: "is" if n == 1 else "are" for n in (bounded, undated)}
    return (f"{known:,} of {len(articles):,} articles {'has' if known == 1 else 'have'} a known day of publication; "
            f"{bounded:,} {verb[bounded]} bounded from above only; {undated:,} {verb[undated]} undated.")
