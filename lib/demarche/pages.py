"""Saved web pages: the article's text, its title, outlet and byline, and every day that the code of the page states."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from demarche import dates, schema
from demarche.clean import CONFIG

# htmldate's own limit is today, so that a page would read otherwise tomorrow; where trafilatura's careful way keeps less than
# SHORT of its usual way, the usual way counts.
LAST, SHORT = "2199-12-31", 0.4
_ATTRIBUTE = re.compile(r"""([\w:.-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_NAMES = {kind: re.compile(CONFIG["page"][kind], re.IGNORECASE) for kind in ("updated", "published")}
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
_ROW, _LIST, _ITEM, _TOLD, _WHOLE, _BLOCK = map(re.compile, CONFIG["code"].values())


def read(html, url=None):
    """{text, title, outlet, byline, url, days} of a page; ValueError where it holds no text.

    text: the article as trafilatura extracts it (Barbaresi 2021), without comments, tables as plain lines, invisible marks
    (soft hyphens, directions) taken out. days: [text, from, to, kind, why] as `dates.ledger` takes them, first the day of
    publication that htmldate finds (Barbaresi 2020), with the evidence for it.
    """
    from lxml import etree
    from trafilatura import bare_extraction
    told = _LIST.sub(lambda m: m[1] + _ITEM.sub(lambda i: "</p>" if i[0][1] == "/" else "<p>- ", m[3]), html)
    with schema.failing((ValueError, RecursionError, etree.LxmlError), lambda error: (
            f"no HTML that can be read ({type(error).__name__}); save the page again")):
        careful, usual = (bare_extraction(told, url=url, include_comments=False, favor_precision=precise, with_metadata=precise)
                          for precise in (True, False))
    text, plain = (_plain(found.text) if found else "" for found in (careful, usual))
    text = text if len(text) > SHORT * len(plain) else plain
    if not (text or _WHOLE.search(html)):  # a piece of a page, such as the summary of a feed
        text = _plain("".join(etree.HTML(('<meta charset="utf-8"><p>' + _BLOCK.sub("\n<", told)).encode()).itertext()))
    schema.refuse(not text, "no article in this page; save the page of one article, or give its text")
    said = {key: getattr(careful, key, None) or "" for key in ("title", "sitename", "hostname", "author", "url")}
    said = {key: " ".join(value.translate(_UNSEEN).split()) or None for key, value in said.items()}  # on one line
    outlet = next((said[k] for k in ("sitename", "hostname") if said[k] and len(said[k]) <= 60), None)
    if said["title"] and said["sitename"]:  # "Talks open - The Herald"
        said["title"] = re.sub(rf" [|–—:-] {re.escape(said['sitename'])}$", "", said["title"], flags=re.IGNORECASE)
    return {"text": text, "title": said["title"], "outlet": outlet, "byline": said["author"], "url": url or said["url"],
            "days": _days(html, url or said["url"])}


def _plain(text):
    """Extracted text without the marks of tables, and without marks that nobody sees."""
    text = _ROW.sub(lambda m: " · ".join(c.strip() for c in (m[1] or "").split("|") if c.strip()), text or "")
    return re.sub(r"\n(?:-?\n)+", "\n", text.translate(_UNSEEN)).strip()


def _days(html, url):
    """What a page says of its days. The first is htmldate's; the others bound or contradict it."""
    from htmldate import find_date
    stamps, found = _stamps(html), None
    with suppress(ValueError, TypeError, RecursionError):
        found = find_date(_TOLD.sub("", html), url=url, original_date=True, max_date=LAST)
    days = {(span, kind): (f"{name} {text}", *span, kind, "stated in the code of the page")
            for name, text, kind in reversed(stamps) if kind and (span := dates.span(text))}
    days |= {(span, "page"): (m[0], *span, "page", "the day on which the page was saved or archived")
             for m in re.finditer(CONFIG["page"]["saved"], html) if (span := dates.span(m[0]))}
    if found and (address := re.search(found.replace("-", r"[/._-]?").replace("-?0", "-?0?"), url or "")):
        days[(found, found), "published"] = (address[0], found, found, "published", "stands in the address of the page")
    if (local := _local(stamps, found)) != found:
        text, why = days.get(((found, found), "published"), (found,))[0], "the same moment in the time of the place"
        days = {((local, local), "published"): (text, local, local, "published", why)} | days
        days.pop(((found, found), "published"), None)
    elif found and ((found, found), "page") not in days:
        # Without a word of the page for it, the first of January is a year without a day, such as a copyright's.
        year, why = found[:4], "read on the page by htmldate"
        alone = found.endswith("-01-01") and ((found, found), "published") not in days
        default = (year, found, f"{year}-12-31", "copyright", why) if alone else (found, found, found, "published", why)
        days.setdefault((default[1:3], default[3]), default)
    order = {"published": 0, "updated": 1, "page": 2, "copyright": 3}
    return sorted(days.values(), key=lambda d: (order[d[3]], d[3] == "published" and d[1] != (local or found)))


def _stamps(html):
    """(name, text, kind) of every day in the head, the JSON and the time elements; kind None where no name tells it."""
    found = []
    for tag, rest in re.findall(r"(?i)<(meta|time)\b([^<>]{1,2000})>", html):
        given = {name.lower(): one or other for name, one, other in _ATTRIBUTE.findall(rest)}
        text = given.get("content", "") if tag.lower() == "meta" else given.get("datetime", "")
        names = [given.get(k, "") for k in ("itemprop", "property", "name")]
        names += ["pubdate"] * (tag.lower() == "time" and bool(re.search(r"\bpubdate\b", rest)))
        found.append((" ".join(filter(None, names)), text))
    found += re.findall(r'"(date[A-Z]\w{3,12}|uploadDate)"\s{0,9}:\s{0,9}"([^"]{8,40})"', html)
    return [(name, text.strip(), next((kind for kind, p in _NAMES.items() if any(map(p.search, name.split()))), None))
            for name, text in found if 8 <= len(text.strip()) <= 40 and re.search(r"\d{4}", text)]


def _local(stamps, found):
    """The day in the time of the place where the page gives the moment in universal time, and once more with the offset of
    the place or by its clock: a story of the evening is dated to the next day else."""
    moments = [m for text in dict.fromkeys(text for _, text, _ in stamps) if (m := _moment(text))]
    for one in [m for m in moments if m.utcoffset() == timedelta(0) and m.date().isoformat() == found][:20]:
        for other in moments:
            clock = other.replace(tzinfo=UTC) - one.replace(tzinfo=UTC)
            known = other.utcoffset() == clock if other.tzinfo else other.second and clock.total_seconds() % 900 == 0
            if clock and known and abs(clock) <= timedelta(hours=14):
                return other.date().isoformat()
    return found


def _moment(text):
    with suppress(ValueError):
        return datetime.fromisoformat(text) if len(text) > 12 else None
