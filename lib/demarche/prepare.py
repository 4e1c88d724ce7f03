"""From a corpus to tables, and `load()`: the tables in a notebook."""

import hashlib
import json
import re
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from demarche import clean, corpus, dates, lexicons, matrix, schema, sentences, stance, statements, store

STAMP = "made-from.json"


def article(record):
    """(article row, lines rows, dates rows, sentences rows) of one article as `corpus.read` gives it."""
    doc_id, title = record["doc_id"], record.get("title")
    title = title if isinstance(title, str) else None
    lines, text = clean.lines(doc_id, record["source"], title)
    stated = record["date"] if isinstance(record.get("date"), str) else None
    found, facts = dates.ledger(lines, stated)
    said = sentences.rows(doc_id, lines)
    body = [row for row in said if row[3] == "body"]
    row = {**{k: v for k, v in record.items() if k not in ("source", "line", "date", "catalogued", "html")}, **facts, "text": text,
           "outlet": record["outlet"] if isinstance(record.get("outlet"), str) else outlet(lines),
           "title": title or next((r[5] for r in lines if r[3] == "headline"), None),
           "byline": next((r[5] for r in lines if r[3] == "byline"), None),
           "place": next((p for r in lines if r[3] == "dateline" and (p := clean.place_of(r[5] + " "))), None), "story_id": None,
           "n_paragraphs": len({r[1] for r in body}), "n_sentences": len(body),
           "n_tokens": sum(any(map(str.isalnum, t)) for r in body for t in sentences.TOKEN.findall(r[4]))}
    return row, lines, [{"doc_id": doc_id, **d} for d in found], said


def outlet(lines):
    """The outlet that a page names itself: in a print credit ('Published in Dawn, ...') or its banner ('Welcome to ...').

    >>> outlet([("a", 9, 1, "credit", "credit", "Published in Dawn, May 3rd, 2024", 0, 32, None)])
    'Dawn'
    """
    for _, _, _, role, _, text, *_ in lines:
        pattern = {"credit": r"published in (?:the )?([A-Z][\w' .-]+?),", "site_banner": r"\W*welcome to (?:the )?([A-Z][\w' .-]+)"}.get(role)
        if pattern and (found := re.match(pattern, text, re.I)):
            return found[1].strip()
    return None


def prepare(path, out, catalogue=None, actors=None):
    """Make the tables articles, lines, dates, sentences, rejected, actors and the count matrix in folder `out`.

    A folder that holds such tables is left as it is. Returns `summary(out)`. Raises corpus.CorpusError (one line) where
    nothing can be read.
    """
    path, out = Path(path), Path(out)
    if (path / "articles.parquet").exists():
        if path.resolve() != out.resolve():
            store.copy(path, out, [*_BASE, "counts.npz", STAMP])
        return summary(out)
    key = fingerprint(path, catalogue, actors)
    read, rejected = corpus.read(path, catalogue)
    rows, lines, found, said = [], [], [], []
    for record in tqdm(read.to_dict("records"), desc="articles", unit="", disable=None):
        row, *more = article(record)
        rows.append(row)
        for table, part in zip((lines, found, said), more):
            table += part
    names = {"lines": lines, "dates": found, "sentences": said}
    tables = {n: pd.DataFrame(r, columns=list(schema.TABLES[n].columns)) for n, r in names.items()}
    written = store.write(out, articles=pd.DataFrame(rows), rejected=rejected, **tables)
    store.write_bytes(out / "actors.csv", store.csv(lexicons.actors(actors)))
    store.write_matrix(out, matrix.count(written["sentences"]))
    store.write_bytes(out / STAMP, json.dumps({"corpus": str(path), "catalogue": catalogue and str(catalogue), "actors": actors and str(actors), "key": key}))
    return summary(out)


_BASE = ["articles", "lines", "dates", "sentences", "rejected"]


def who_says_what(out):
    """Make the tables statements and stances in a folder of prepared tables."""
    out = Path(out)
    articles, said = store.read(out, "articles"), store.read(out, "sentences")
    actors = statements.Actors(lexicons.actors(out / "actors.csv"))
    found = statements.extract(said, actors, articles)
    store.write(out, statements=found, stances=stance.score(found, said, actors))


def fingerprint(path, *others):
    """A hash of the corpus' bytes, the catalogue, the actors and the library: tables with another one are made anew."""
    path, library = Path(path), Path(__file__).parent
    files = [p for top in (path, *(Path(o) for o in others if o)) for p in ([top] if top.is_file() else sorted(top.rglob("*"))) if p.is_file()]
    files += sorted(p for p in library.rglob("*") if p.suffix in (".py", ".csv"))
    total = hashlib.sha256()
    for file in files:
        total.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


class Tables:
    """The tables of a folder, read when first asked for: `tables.articles`, `tables.sentences` ..., and `tables.counts`."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def __getattr__(self, name):
        if name == "counts":
            value = matrix.Counts(self.sentences[["doc_id", "par", "sent", "role"]], *store.read_matrix(self.folder))
        elif name in schema.TABLES:
            value = store.read(self.folder, name)
        else:
            raise AttributeError(f"no table '{name}'; there are: {', '.join(schema.TABLES)}")
        self.__dict__[name] = value
        return value

    def __dir__(self):
        return [*schema.TABLES, "counts"]


def load():
    """The tables of the notebook's corpus, made first where they are missing or were made from something else.

    >>> tables = load(); tables.articles.shape  # doctest: +SKIP
    (5, 20)
    """
    space = store.workspace()
    stamp = space.tables / STAMP
    made = json.loads(stamp.read_text(encoding="utf-8")) if stamp.exists() else {}
    if space.corpus and made.get("key") != fingerprint(space.corpus, made.get("catalogue"), made.get("actors")):
        prepare(space.corpus, space.tables)
        who_says_what(space.tables)
    elif not (space.tables / "stances.parquet").exists():
        who_says_what(space.tables)
    return Tables(space.tables)


def summary(folder):
    """What was made of a corpus, in a few lines of text."""
    tables = Tables(folder)
    a, rejected = tables.articles, tables.rejected
    kinds = ", ".join(f"{n:,} {kind}" for kind, n in a["date_kind"].value_counts().sort_index().items())
    said = [f"{len(a):,} articles, {a['n_sentences'].sum():,} sentences, {a['n_tokens'].sum():,} tokens in {folder}",
            f"dates: {kinds}", f"rejected: {len(rejected):,}"]
    said += [f"  {r.file}{f' line {r.line}' if r.line else ''}: {r.reason}" for r in rejected.head(8).itertuples()]
    if len(rejected) > 8:
        said.append(f"  ... and {len(rejected) - 8:,} more in rejected.parquet")
    return "\n".join(said)
