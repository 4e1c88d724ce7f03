"""Make the coded texts of benchmarks/invented ready for fit_stance.py, fit_coref.py and stance_errors.py.

    python benchmarks/invented.py DIR [FILE.txt ...]

Of each file (all, unless some are named): DIR/NAME/articles.jsonl, sentences.csv and statements.csv, and the tables of
`demarche prepare` in DIR/NAME/tables. The format is told in benchmarks/invented/README.md.
"""

import csv
import json
import re
import sys
from pathlib import Path

from demarche import prepare

HERE = Path(__file__).parent / "invented"
HEAD = re.compile(r"== (?P<doc>[a-z0-9-]+) \| (?P<date>\d{4}-\d\d-\d\d) \| (?P<title>.+)")


def read(path):
    """(articles, sentences, records): dicts of doc_id, title, date, text; (doc, par, sent, text); (doc, par, sent, holder,
    target, stance). ValueError names the line that is none of the format."""
    articles, sentences, records, pars = [], [], [], []
    for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if head := HEAD.fullmatch(line):
            pars = [[]]
            articles.append({"doc_id": head["doc"], "title": head["title"], "date": head["date"], "text": pars})
        elif not articles or line.startswith("=="):
            raise ValueError(f"{path}, line {n}: no head of an article, '== id | YYYY-MM-DD | headline'")
        elif not line.strip():
            pars += [[]] * bool(pars[-1])
        elif line.startswith(">"):
            parts = [part.strip() for part in line[1:].split(";")]
            if len(parts) != 3 or parts[0] == parts[1] or parts[2] not in ("-2", "-1", "0", "1", "2") or not pars[-1]:
                raise ValueError(f"{path}, line {n}: no record of the sentence above, '> holder ; target ; stance'")
            records.append((articles[-1]["doc_id"], len(pars), len(pars[-1]), *parts[:2], int(parts[2])))
        else:
            pars[-1] = [*pars[-1], line.strip()]
            sentences.append((articles[-1]["doc_id"], len(pars), len(pars[-1]), line.strip()))
    texts = ["\n\n".join(" ".join(par) for par in a["text"] if par) for a in articles]
    return [a | {"text": text} for a, text in zip(articles, texts)], sentences, records


def write(path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def main():
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    for path in [*map(Path, sys.argv[2:])] or sorted(HERE.glob("*.txt")):
        home, (articles, sentences, records) = Path(sys.argv[1], path.stem), read(path)
        home.mkdir(parents=True, exist_ok=True)
        lines = "".join(json.dumps(a, ensure_ascii=False) + "\n" for a in articles)
        (home / "articles.jsonl").write_text(lines, encoding="utf-8")
        write(home / "sentences.csv", ["doc", "par", "sent", "text"], sentences)
        write(home / "statements.csv", ["doc", "par", "sent", "holder", "target", "stance"], records)
        prepare.prepare(home / "articles.jsonl", home / "tables")
        print(f"{home}: {len(articles):,} articles, {len(sentences):,} sentences, {len(records):,} records", flush=True)


if __name__ == "__main__":
    main()
