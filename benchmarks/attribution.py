"""Read statements in articles whose statements are marked, and write them for a scorer: who says what, by which cue.

    python benchmarks/attribution.py ARTICLES.jsonl.gz OUT.jsonl

ARTICLES: JSON lines with doc_id, title, text, date and `sentences` ([start, end] in the text). OUT: JSON lines with doc_id,
sentence, source, cue and content, as spans of the text; the source as printed. Deeds and judgements of the writer are left
out.
"""

import gzip
import json
import sys

import pandas as pd

from demarche import clauses, lexicons, statements


def main(path, out):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = {row["doc_id"]: row for row in map(json.loads, file)}
    parts = [(doc, 1, n, row["text"][a:b], a) for doc, row in rows.items() for n, (a, b) in enumerate(row["sentences"], 1)]
    sentences = pd.DataFrame(parts, columns=["doc_id", "par", "sent", "text", "start"])
    articles = pd.DataFrame({"doc_id": list(rows), "date": [row["date"] for row in rows.values()], "place": None})
    found = statements.extract(sentences, articles, clauses.Actors(lexicons.actors())).dropna(subset="cue")
    found = found.drop_duplicates(["doc_id", "sent", "cue_start", "speaker"])  # a row per holder: "both officials" are two
    with open(out, "w", encoding="utf-8") as file:
        for r in found.itertuples():
            told = {"doc_id": r.doc_id, "sentence": rows[r.doc_id]["sentences"][r.sent - 1],
                    "source": r.speaker if isinstance(r.speaker, str) else None,
                    "cue": [int(r.cue_start), int(r.cue_end)], "content": [int(r.start), int(r.end)]}
            file.write(json.dumps(told, ensure_ascii=False) + "\n")
    print(f"{len(found)} statements in {len(rows)} articles")


if __name__ == "__main__":
    main(*sys.argv[1:])
