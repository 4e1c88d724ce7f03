"""The date ledger: every day a page names, what kind of evidence it is, and why it was taken or turned down.

Only a stated publication day, or the researcher's own word, dates an article. An update or the day a page was shown
bounds it from above. The days that a story tells of are events: listed, never taken.
"""

import re
from datetime import date, timedelta

from demarche import clean

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_ORDINAL = r"(?:st|nd|rd|th)?"
_FULL = re.compile(
    rf"\b(?P<iso>(?P<y1>\d{{4}})-(?P<m1>\d\d)-(?P<d1>\d\d))(?!\d)"
    rf"|\b(?P<m2>{clean.MONTH})\.? (?P<d2>\d{{1,2}}){_ORDINAL},? (?P<y2>\d{{4}})\b"
    rf"|\b(?P<d3>\d{{1,2}}){_ORDINAL}(?: of)? (?P<m3>{clean.MONTH})\.?,? (?P<y3>\d{{4}})\b"
    rf"|\b(?P<a4>\d{{1,2}})[/.](?P<b4>\d{{1,2}})[/.](?P<y4>\d{{4}})\b"
    rf"|\b(?:(?P<m5>{clean.MONTH})\.? (?P<d5>\d{{1,2}})|(?P<d6>\d{{1,2}}){_ORDINAL} (?P<m6>{clean.MONTH})){_ORDINAL}(?![\d:])\b"
    r"|\bon (?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b")
_PUBLISHED = re.compile(r"\b(?:published|posted|first published|date)\b", re.I)
_UPDATED = re.compile(r"\b(?:updated|modified|last changed)\b", re.I)


def day(text):
    """An ISO day (a time behind it is dropped) as 'YYYY-MM-DD', or None.

    >>> day("2024-11-22T08:00:00Z"), day("22/11/2024"), day("2024-02-30")
    ('2024-11-22', None, None)
    """
    found = re.match(r"\s*(\d{4}-\d\d-\d\d)(?:[T ].*)?\s*$", str(text))
    try:
        return date.fromisoformat(found[1]).isoformat() if found else None
    except ValueError:
        return None


def candidates(lines):
    """Dates named in one article's `lines` rows, as dicts: line, text, value_from, value_to (ISO or None), kind, reason.

    '22th' is read as the 22nd. 03/04/2024 is a closed span, since day and month can't be told apart. A day without a
    year, and a weekday, get their value in `ledger`, where the publication is known.
    """
    found, above = [], True
    for _, line, piece, role, rule, text, *_ in lines:
        above = above and role not in ("headline", "body")
        for m in _FULL.finditer(text):
            low, high, note = _value(m)
            kind, why = _kind(text[:m.start()], role, rule, above)
            partial = m["weekday"] or m["m5"] or m["m6"]
            if partial and kind != "event":
                kind, why = "event", "no year beside it"
            found.append(dict(line=line, text=m[0], value_from=low, value_to=high, kind=kind,
                              reason="; ".join(filter(None, [why, note]))))
    return found


def _kind(before, role, rule, above):
    if role in ("credit", "byline", "page_date", "site_banner", "other") and _UPDATED.search(before):
        return "updated", "the page names it as its last change"
    if rule == "date_stamp" or role in ("credit", "byline", "page_date", "other") and _PUBLISHED.search(before):
        return "published", "stated as the day of publication"
    if role == "dateline":
        return "published", "stands in the dateline"
    if role in ("page_date", "site_banner"):
        return ("page", "shown above the headline, so the day the page was saved") if above else (
            "published", "stands alone under the headline")
    return "event", "a day the story tells of"


def _value(m):
    """(from, to, note) of a match; None where it gives no day by itself."""
    if m["a4"]:
        options = {d for a, b in ((m["a4"], m["b4"]), (m["b4"], m["a4"])) if (d := _iso(m["y4"], b, a))}
        if len(options) == 2:
            return min(options), max(options), "day and month can't be told apart"
        return *(2 * [options.pop()] if options else (None, None)), None if options or len(options) == 0 else ""
    for n in "123":
        if m["y" + n]:
            iso = _iso(m["y" + n], _month(m["m" + n]), m["d" + n])
            weekday = re.search(r"(\w+day),? $", m.string[:m.start()])
            note = None if iso else "no such day"
            if iso and weekday and weekday[1].lower() in _WEEKDAYS:
                real = _WEEKDAYS[date.fromisoformat(iso).weekday()]
                note = f"{weekday[1]} is right" if real == weekday[1].lower() else f"but that day was a {real.title()}"
            elif iso and re.search(rf"(?<!1)(?:1(?:nd|rd|th)|2(?:st|rd|th)|3(?:st|nd|th))\b|1[123](?:st|nd|rd)\b|[04-9](?:st|nd|rd)\b", m[0]):
                note = f"malformed ordinal, read as the {int(iso[-2:])}."
            return iso, iso, note
    return None, None, None


def _month(text):
    return text if text.isdigit() else _MONTHS.index(text[:3].lower()) + 1


def _iso(year, month, day_):
    try:
        return date(int(year), int(month), int(day_)).isoformat()
    except ValueError:
        return None


def ledger(lines, stated=None):
    """(dates rows, facts) of one article.

    `lines`: its rows of `lines`; `stated`: the researcher's date, which wins. facts: date, date_from, date_to, date_kind,
    date_evidence as in `articles`. Where two publication days are stated, the first is taken and the contradiction said.

    >>> rows, facts = ledger([("a", 1, 1, "credit", "credit", "Published in Dawn, November 22th, 2024", 0, 37, None)])
    >>> facts["date"], facts["date_kind"], rows[0]["reason"]
    ('2024-11-22', 'published', 'stated as the day of publication; malformed ordinal, read as the 22.')
    """
    rows = candidates(lines)
    if stated:
        value = day(stated)
        rows.insert(0, dict(line=None, text=stated, value_from=value, value_to=value, kind="catalogue",
                            reason="the researcher's word" if value else "not a day; write YYYY-MM-DD"))
    taken = next((r for kind in ("catalogue", "published") for r in rows if r["kind"] == kind and r["value_from"]), None)
    bounds = [r for r in rows if r["kind"] in ("updated", "page") and r["value_to"]]
    bound = min(bounds, key=lambda r: r["value_to"], default=None)
    for number, row in enumerate(rows, start=1):
        row["candidate"] = number
        if row is taken:
            row["verdict"] = "taken"
        elif row in bounds:
            row["verdict"] = "bounds from above"
            if taken and taken["value_from"] > row["value_to"]:
                row["reason"] += f"; contradicts {taken['text']}"
        else:
            row["verdict"] = "turned down"
            if taken and row["kind"] in ("published", "catalogue"):
                row["reason"] += "; agrees" if row["value_from"] == taken["value_from"] else f"; contradicts {taken['text']}"
            _place_event(row, taken)
    facts = dict(date=None, date_from=None, date_to=None, date_kind="none", date_evidence="no date stated")
    source = taken or bound
    if source:
        where = "the researcher's table" if source["line"] is None else f"line {source['line']}"
        facts.update(date_kind=source["kind"], date_evidence=f"{where}: '{source['text']}'", date_to=source["value_to"])
    if taken:
        facts["date_from"] = taken["value_from"]
        facts["date"] = taken["value_from"] if taken["value_from"] == taken["value_to"] else None
    return rows, facts


def _place_event(row, taken):
    """Give a day without a year, or a weekday, its value: the last such day not after the publication."""
    if row["kind"] != "event" or row["value_from"] or not taken or taken["value_from"] != taken["value_to"]:
        return
    published, m = date.fromisoformat(taken["value_from"]), _FULL.search(row["text"])
    if m["weekday"]:
        value = published - timedelta((published.weekday() - _WEEKDAYS.index(m["weekday"].lower())) % 7)
        row["reason"] += f"; the last {m['weekday']} up to the publication"
    else:
        month, day_ = m["m5"] or m["m6"], m["d5"] or m["d6"]
        years = (_iso(y, _month(month), day_) for y in (published.year, published.year - 1))
        value = next((date.fromisoformat(i) for i in years if i and i <= published.isoformat()), None)
        row["reason"] += "; year from the publication" if value else ""
    row["value_from"] = row["value_to"] = value.isoformat() if value else None
