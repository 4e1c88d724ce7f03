"""From a corpus to tables, and `load()`: the tables in a notebook."""

import hashlib
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from demarche import clauses, clean, corpus, dates, lexicons, matrix, schema, sentences, stance, store

STAMP = "made-from.json"  # written last: it tells that the tables of a folder are whole, and what they were made from


def prepare(path, out, catalogue=None, actors=None):
    """Make the tables articles, lines, dates, sentences, rejected, actors and the count matrix in folder `out`.

    Nothing is made twice: a folder that holds such tables is a corpus too, and tables of the same articles stay. New ones
    take older tables that rest on them away. Returns `summary(out)`; ValueError (one line) where nothing can be read.
    """
    path, out = Path(path), Path(out)
    prepared, stamp, home = path / STAMP, out / STAMP, out.resolve()
    if prepared.exists():
        if catalogue or actors:
            raise ValueError(f"{path} is prepared already; to use another catalogue or actors, give the articles")
        key = prepared.read_text(encoding="utf-8")
    elif path.resolve() in (home, *home.parents) or path.is_file() and path.resolve().parent == home:
        raise ValueError(f"{out}: the tables would fall among the input; give --out a folder of its own")
    else:
        articles, rejected = corpus.read(path, catalogue)
        names = store.csv(lexicons.actors(actors))
        key = fingerprint(store.csv(articles.drop(columns="text")), store.csv(rejected), names)
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != key:
        own = [out / f"{name}.{kind}" for name in schema.TABLES for kind in ("parquet", "csv")] if stamp.exists() else []
        for old in [stamp, *own]:
            old.unlink(missing_ok=True)
        if prepared.exists():
            for file in (f for f in path.iterdir() if f.suffix in (".parquet", ".csv", ".npz")):
                store.write_bytes(out / file.name, file.read_bytes())
        else:
            _make(articles, rejected, out)
            store.write_bytes(out / "actors.csv", names)
        store.write_bytes(stamp, key)
    return summary(out)


def _make(articles, rejected, out):
    rows, lines, found, said = [], [], [], []
    records = articles.drop(columns="line").astype(object).where(articles.notna(), None).to_dict("records")
    for record in tqdm(records, desc="articles", unit="", disable=None):  # None: on a terminal only
        page, text, named = clean.lines(record["doc_id"], record["text"], record["title"])
        ledger, facts = dates.ledger(page, record["date"])
        first = {row[3]: row[5] for row in reversed(page)}
        named = {"title": first.get("headline"), "byline": first.get("byline"), **named}
        rows.append({**record, **facts, **named, **{k: record[k] for k in ("title", "outlet") if record[k]}, "text": text})
        lines += page
        found += [{"doc_id": record["doc_id"], **row} for row in ledger]
        said += sentences.rows(record["doc_id"], page)
    parts = {name: pd.DataFrame(part, columns=list(schema.TABLES[name].columns))
             for name, part in (("lines", lines), ("dates", found), ("sentences", said))}
    said = store.write(out, rejected=rejected, **parts)["sentences"]
    counts = matrix.count(said)
    store.write_matrix(out, counts)
    body = said.assign(words=counts.matrix.sum(axis=1))[said["role"] == "body"].groupby("doc_id")
    sizes = body.agg(n_paragraphs=("par", "nunique"), n_sentences=("sent", "size"), n_tokens=("words", "sum"))
    store.write(out, articles=pd.DataFrame(rows).join(sizes, on="doc_id").fillna(dict.fromkeys(sizes, 0)))


def who_says_what(out):
    """Make the tables statements and stances in a folder of prepared tables."""
    tables, actors = Tables(out), clauses.Actors(lexicons.actors(Path(out) / "actors.csv"))
    said, stances = stance.read(tables.sentences, tables.articles, actors)
    store.write(out, statements=said, stances=stances)


def fingerprint(*texts):
    """A hash of some texts and of the library: tables with another one are made anew."""
    files = [f.read_bytes() for f in sorted(Path(__file__).parent.rglob("*")) if f.is_file() and f.suffix != ".pyc"]
    return hashlib.sha256(b"\0".join([*files, *(t.encode() for t in texts)])).hexdigest()


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

    def behind(self, rows, n=None):
        """The first `n` sentences behind each row of a result (its `sources`): `doc_id, par, sent, role, text`, and before
        them the pair, word, group and period of the row where a whole table is given."""
        rows = rows.to_frame().T if isinstance(rows, pd.Series) else rows
        named = [c for c in ("pair", "word", "group", "period") if c in rows and rows[c].nunique(dropna=False) > 1]
        found = [(*row[:-1], *place) for row in rows[[*named, "sources"]].itertuples(index=False) for place in row[-1][:n]]
        keys = pd.DataFrame(found, columns=[*named, "doc_id", "par", "sent"]).astype({"par": "Int64", "sent": "Int64"})
        return keys.merge(self.sentences, how="left")[[*named, "doc_id", "par", "sent", "role", "text"]]


def load():
    """The tables of a notebook's corpus: an own corpus' DIR, or the repository's, made first where missing or stale."""
    top = Path.cwd().parent
    folder = top if (top / STAMP).exists() else top / "data" / "processed"
    if folder != top and not (top / "data" / "raw").is_dir():
        raise FileNotFoundError(f"no tables in {top}: start it in notebooks/ of the repository, or of a DIR that `make` filled")
    if folder != top:
        prepare(top / "data" / "raw", folder)
    if not (folder / "stances.parquet").exists():
        who_says_what(folder)
    return Tables(folder)


def summary(folder):
    """What was made of a corpus, in a few lines of text."""
    a, rejected = store.read(folder, "articles"), store.read(folder, "rejected")
    kinds = ", ".join(f"{n:,} {kind}" for kind, n in a["date_kind"].value_counts().sort_index().items())
    said = [f"{len(a):,} articles, {a['n_sentences'].sum():,} sentences, {a['n_tokens'].sum():,} tokens in {folder}",
            f"dates: {kinds}", f"rejected: {len(rejected):,}"]
    said += [f"  {r.file}{f' line {r.line}' if r.line else ''}: {r.reason}" for r in rejected.head(8).itertuples()]
    return "\n".join(said + [f"  ... and {len(rejected) - 8:,} more in rejected.parquet"] * (len(rejected) > 8))
