"""From a corpus to tables, and `load()`: the tables in a notebook."""

import hashlib
import json
import re
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from tqdm import tqdm

from demarche import clean, corpus, dates, lexicons, matrix, schema, sentences, stance, statements, store

STAMP = "made-from.json"
_OUTLET = {"credit": re.compile(r"published in (?:the )?([A-Z][\w' .-]+?),", re.IGNORECASE),
           "site_banner": re.compile(r"\W*welcome to (?:the )?([A-Z][\w' .-]+)", re.IGNORECASE)}


def article(record):
    """(article row, lines rows, dates rows, sentences rows) of one article as `corpus.read` gives it."""
    record = {k: None if pd.api.types.is_scalar(v) and pd.isna(v) else v for k, v in record.items()}
    doc_id, title = record["doc_id"], record["title"]
    lines, text, place = clean.lines(doc_id, record["source"], title)
    found, facts = dates.ledger(lines, record["date"])
    said = sentences.rows(doc_id, lines)
    body = [row for row in said if row[3] == "body"]
    first = {row[3]: row[5] for row in reversed(lines)}
    n_tokens = sum(sentences.is_word(t) for row in body for t in sentences.TOKEN.findall(row[4]))
    row = {**{k: v for k, v in record.items() if k not in ("source", "line", "date", "html")}, **facts, "text": text,
           "outlet": record["outlet"] or outlet(lines), "title": title or first.get("headline"),
           "byline": first.get("byline"), "place": place, "n_paragraphs": len({r[1] for r in body}),
           "n_sentences": len(body), "n_tokens": n_tokens}
    return row, lines, [{"doc_id": doc_id, **d} for d in found], said


def outlet(lines):
    """The outlet that a page names itself: in a print credit ('Published in Dawn, ...') or its banner ('Welcome to ...').

    >>> outlet([("a", 9, 1, "credit", "credit", "Published in Dawn, May 3rd, 2024", 0, 32, None)])
    'Dawn'
    """
    found = (_OUTLET[role].match(text) for _, _, _, role, _, text, *_ in lines if role in _OUTLET)
    return next((m[1].strip() for m in found if m), None)


def prepare(path, out, catalogue=None, actors=None):
    """Make the tables articles, lines, dates, sentences, rejected, actors and the count matrix in folder `out`.

    A folder that holds such tables is taken as it is. Returns `summary(out)`. Raises corpus.CorpusError (one line) where
    nothing can be read.
    """
    path, out = Path(path), Path(out)
    if (path / STAMP).exists():
        if path.resolve() != out.resolve():
            store.copy(path, out)
        return summary(out)
    key = fingerprint(path, catalogue, actors)
    read, rejected = corpus.read(path, catalogue)
    rows, lines, found, said = [], [], [], []
    for record in tqdm(read.to_dict("records"), desc="articles", unit="", disable=None):
        row, *more = article(record)
        rows.append(row)
        for table, part in zip((lines, found, said), more):
            table += part
    (out / STAMP).unlink(missing_ok=True)  # written last: it tells that all is whole
    tables = {name: pd.DataFrame(part, columns=list(schema.TABLES[name].columns))
              for name, part in (("lines", lines), ("dates", found), ("sentences", said))}
    written = store.write(out, articles=pd.DataFrame(rows), rejected=rejected, **tables)
    store.write_bytes(out / "actors.csv", store.csv(lexicons.actors(actors)))
    store.write_matrix(out, matrix.count(written["sentences"]))
    stamp = {"corpus": path, "catalogue": catalogue, "actors": actors, "key": key}
    store.write_bytes(out / STAMP, json.dumps({k: v and str(v) for k, v in stamp.items()}))
    return summary(out)


def who_says_what(out):
    """Make the tables statements and stances in a folder of prepared tables."""
    out = Path(out)
    articles, said = store.read(out, "articles"), store.read(out, "sentences")
    actors = statements.Actors(lexicons.actors(out / "actors.csv"))
    found = statements.extract(said, articles, actors)
    store.write(out, statements=found, stances=stance.score(found, said, articles, actors))


def fingerprint(path, *others):
    """A hash of the corpus' bytes, the catalogue, the actors and the library: tables with another one are made anew."""
    tops = [Path(path), Path(__file__).parent, *(Path(o) for o in others if o)]
    total = hashlib.sha256()
    for file in (p for top in tops for p in [top, *sorted(top.rglob("*"))] if p.is_file() and p.suffix != ".pyc"):
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

    def behind(self, row, n=None):
        """The first `n` sentences behind a row of a result (its `sources`): `doc_id, par, sent, role, text`."""
        keys = pd.DataFrame(row["sources"], columns=["doc_id", "par", "sent"]).astype({"par": "Int64", "sent": "Int64"})
        return keys.merge(self.sentences, how="left")[["doc_id", "par", "sent", "role", "text"]].head(n or len(keys))

    def __dir__(self):
        return [*schema.TABLES, "counts"]


class Workspace(NamedTuple):
    """Where a notebook's tables and figures are, and which corpus they are made from."""

    tables: Path
    figures: Path
    corpus: Path | None


def workspace():
    """The workspace of a notebook started in the current folder: an own corpus' DIR, or the repository."""
    top = Path.cwd().parent
    if (top / STAMP).exists():
        return Workspace(top, top / "figures", None)
    if (top / "data" / "raw").is_dir():
        return Workspace(top / "data" / "processed", top / "figures", top / "data" / "raw")
    raise FileNotFoundError(f"no tables in {top}: start the notebook in the repository's notebooks/, or in the one that "
                            "`make CORPUS=PATH OUT=DIR` made")


def load():
    """The tables of the notebook's corpus, made first where they are missing or were made from something else.

    >>> tables = load(); len(tables.articles)  # doctest: +SKIP
    5
    """
    space = workspace()
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
