"""Saved pages: how much of the article is found, and how often its day, beside trafilatura and htmldate alone.

    python benchmarks/pages.py PAGES.jsonl.gz [MORE.jsonl.gz ...]

Rows with `html`, `url`, and `text` (the body) or `date` (the day).
Body: shared runs of four words, precision and recall averaged
over pages, F1 of the two. Days: from the page, and once more from its plain text as a .txt would hold it.
"""

import gzip
import json
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

import htmldate
import trafilatura

from demarche import clean, dates, prepare


def runs(text):
    words = re.findall(r"\w+", text.lower())
    return Counter(tuple(words[i:i + 4]) for i in range(max(1, len(words) - 3)))


def overlap(found, gold):
    """(precision, recall) of the runs of four words."""
    found, gold = runs(found or ""), runs(gold)
    shared = sum((found & gold).values())
    return shared / max(1, sum(found.values())), shared / max(1, sum(gold.values()))


def body(name, pairs):
    precision, recall = (sum(p[k] for p in pairs) / len(pairs) for k in (0, 1))
    print(f"body  {name:32} F1 {2 * precision * recall / max(precision + recall, 1e-9):.3f}  "
          f"(precision {precision:.3f}, recall {recall:.3f}; {len(pairs)} pages)")


def days(name, found, gold):
    right, told = sum(f == g for f, g in zip(found, gold)), sum(f is not None for f in found)
    print(f"day   {name:32} accuracy {right / len(gold):.3f}  "
          f"(precision {right / max(told, 1):.3f}, recall {right / len(gold):.3f}; {len(gold)} pages)")


def main(paths):
    texts = [gzip.decompress(Path(path).read_bytes()).decode() for path in paths]
    rows = [json.loads(line) for text in texts for line in text.strip().split("\n")]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "pages.jsonl")
        source.write_text("\n".join(json.dumps({"doc_id": str(n), "html": r["html"], "url": r["url"]})
                                    for n, r in enumerate(rows)), encoding="utf-8")
        print(prepare.prepare(source, Path(folder, "out")))
        tables = prepare.Tables(Path(folder, "out"))
        ours = tables.articles.set_index("doc_id")["date"].astype(object)
        lines = tables.lines[tables.lines["role"] == "body"].groupby("doc_id")["text"].agg("\n".join)
        sources = tables.sources.set_index("doc_id")["text"]
    ours = ours.where(ours.notna(), None)
    texts = [(str(n), r) for n, r in enumerate(rows) if r.get("text")]
    if texts:
        body("demarche, role body", [overlap(lines.get(n), r["text"]) for n, r in texts])
        body("demarche, source text", [overlap(sources.get(n), r["text"]) for n, r in texts])
        body(f"trafilatura {trafilatura.__version__}", [overlap(trafilatura.extract(r["html"], url=r["url"]), r["text"])
                                                        for _, r in texts])
    dated = [(str(n), r, r.get("date") or r.get("date_from_url")) for n, r in enumerate(rows)]
    dated = [d for d in dated if d[2]]
    gold = [d[2] for d in dated]
    days("demarche", [ours.get(n) for n, _, _ in dated], gold)
    for name, options in ((", original date", {"original_date": True}), ("", {})):
        days(f"htmldate {htmldate.__version__}{name}", [htmldate.find_date(r["html"], url=r["url"], **options)
                                                        for _, r, _ in dated], gold)
    plain = [trafilatura.html2txt(r["html"]) for _, r, _ in dated]
    bare = (re.sub(r"(?s)<(script|style|head|noscript)\b.*?</\1>", "", r["html"]) for _, r, _ in dated)
    block = re.compile(r"</?(?:p|div|li|h\d|br|time|span|section|article|header|td|tr)\b[^>]*>")
    split = [re.sub(r"<[^>]*>", "", block.sub("\n", html)) for html in bare]
    for name, kind in (("text of html2txt", plain), ("text, an element a line", split)):
        read = clean.pages([("a", text, None) for text in kind])
        days(f"demarche, {name}", [dates.ledger(lines)[1]["date"] for lines, _, _ in read], gold)


if __name__ == "__main__":
    main(sys.argv[1:])
