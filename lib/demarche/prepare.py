"""From a corpus to tables, and `load()`: the tables in a notebook."""

import gc
import hashlib
import io
import json
from functools import cache, cached_property, partial
from itertools import chain, islice
from pathlib import Path

import numpy as np
import pandas as pd

from demarche import clauses, clean, corpus, dates, engine, lexicons, matrix, schema, sentences, stance, store, stories

# Articles of a part; how often the hash of an article may end one; letters at about which it ends: what bounds the memory.
MIN_PART, MAX_PART, ONE_IN, PART_LETTERS = 768, 1_536, 384, 6_000_000
ARTICLE_TABLES = ["articles", "lines", "dates", "sentences", "counts", "sources"]  # all these are made part by part
STATEMENT_TABLES = ["statements", "stances"]


def prepare(path, out, catalogue=None, actors=None, how=engine.LOCAL):
    """Make the tables articles, lines, dates, sentences, rejected, actors and the count matrix in folder `out`.

    Nothing is made twice: a folder that holds such tables is a corpus too, tables of the same articles stay, and where
    articles came or went only their parts are made anew. New ones take older tables that rest on them away. `how`: see
    `engine.run`. Returns `summary(out)`; ValueError (one line) where nothing can be read.
    """
    path, out = Path(path), Path(out)
    home, prepared = out.resolve(), store.stamp(path)
    inside = path.resolve() in (home, *home.parents) or path.is_file() and path.resolve().parent == home
    schema.refuse(not prepared and inside, f"{out}: the tables would fall among the input; give --out a folder of its own")
    schema.refuse(prepared and (catalogue or actors), f"{path} is prepared; for another catalogue or actors, give its articles")
    with store.lock(out):
        if not prepared:
            actors = store.csv(lexicons.actors(actors)) if actors else (lexicons.FOLDER / "actors.csv").read_text("utf-8")
            _make(corpus.Reader(path, catalogue), actors, out, how)
        elif not prepared.items() <= store.stamp(out).items():
            store.begin(out, digest("copy", repr(sorted(prepared.items(), key=str))))
            for name in (files := store.tables(path)):
                store.stage(out, {name: (path / name).read_bytes()})
            store.commit(out, prepared, set(store.tables(out)) - set(files))
    return summary(out)


def _make(source, actors, out, how):
    parts, old, keys, asked, kept = _cut(source), store.stamp(out), [], [], set()
    many = len(first := [*islice(parts, 2)]) > 1
    lost = not all(store.has(out, name) for name in ("actors.csv", "rejected.parquet"))

    def facts():
        return {"parts": keys, "rejected": digest(repr(source.rejected)), "actors": digest(actors)}

    def missing():
        for key, some in chain(first, parts):
            keys.append(key)
            names = [store.place(name, key if many else None) for name in ARTICLE_TABLES]
            kept.update(names)
            if not all(store.has(out, n) for n in names) or not many and (lost or facts() != {n: old.get(n) for n in facts()}):
                store.begin(out, library())
                asked.append(key if many else None)
                yield len(some), (asked[-1], some)
    make = partial(article_tables, out=None if how.name == "dask" else out)
    for k, made in engine.run(make, missing(), how, total=lambda: round(source.n / source.share)):
        kept |= made if how.name != "dask" else store.stage(out, made, asked[k])
    if (new := facts()) == {name: old.get(name) for name in new} and not asked and not lost:
        return _stories(out) if old.get("stories") is False else None  # False: a run was stopped while it told them apart
    store.begin(out, library())
    told = sorted({r[:2]: r for r in source.rejected}.values())  # a .zip may hold two files of one name
    kept |= store.stage(out, {**store.files("rejected", told), "actors.csv": actors})
    if many and old.get("said") == digest(actors, library()):  # of parts that stay it still holds
        kept |= {store.place(name, key) for name in STATEMENT_TABLES for key in keys}
        new["said"] = old["said"]
    store.commit(out, new | {"stories": False} if "stories" in old else new, set(store.tables(out)) - kept)
    if "stories" in old:
        _stories(out)


def digest(*texts):
    """A hash of some texts, in hexadecimal."""
    return hashlib.sha256(b"\0".join(t.encode() for t in texts)).hexdigest()[:24]


@cache
def library():
    """A hash of all files of this library: with any other content of them all tables are made anew."""
    files = sorted(p for p in Path(__file__).parent.rglob("*") if p.suffix in (".py", ".csv", ".toml", ".npz"))
    return digest(*(hashlib.sha256(p.read_bytes()).hexdigest() for p in files))


def _cut(articles):
    """Yields (key, articles) of each part of a corpus. Where one ends depends on the articles near its end alone, so that an
    article that comes or goes changes its own part and leaves the others; the key tells what is in a part."""
    some, letters = [], 0
    for record in articles:
        some.append(record)
        letters += len(record["text"])
        large, full = len(some) >= MIN_PART or 2 * letters >= PART_LETTERS, len(some) == MAX_PART or letters >= PART_LETTERS
        if full or large and int(digest(record["doc_id"]), 16) % ONE_IN == 0:
            yield _key(some), some
            some, letters = [], 0
    if some:
        yield _key(some), some


def _key(some):
    # sha256 stands for a text that is the file or cell as it was; its line is in no table.
    return digest(library(), *(repr(r | {"text": r["made"] and r["text"], "line": 0}) for r in some))


def article_tables(part, out=None):
    """{file name: content} of the tables ARTICLE_TABLES of one part: (its key, None for a whole corpus; its articles, see
    `corpus.Reader`). Where it may write them to the folder `out` itself: what `store.stage` returns."""
    gc.set_threshold(200_000)  # among thousands of rows there are no cycles; to look for some takes a tenth of the time
    key, some = part[0], sorted(part[1], key=lambda record: record["doc_id"])
    pages = [*clean.pages([(r["doc_id"], r["text"], r["title"]) for r in some])]
    (_, *days), columns = (schema.TABLES[name].columns for name in ("dates", "articles"))
    known = {*columns, "line", "columns", "made", "days"}
    matches = iter(dates.spots([row[5] for page, _, _ in pages for row in page if row[5]]))
    rows, found, read, sources = [], [], [], []
    for record, (page, text, named) in zip(some, pages):
        doc_id, language = record["doc_id"], record["language"] or corpus.language(record["text"])
        ledger, facts = dates.ledger(page, record["date"], json.loads(record["days"]) if record["days"] else (), matches)
        first = {row[3]: row[5] for row in reversed(page)}
        named = {"title": first.get("headline"), "byline": first.get("byline"), **named}
        outside = {k: record[k] for k in ("title", "outlet", "byline") if record[k]}
        rows.append({**record, **facts, **named, **outside, "text": text, "language": language})
        found += [(doc_id, *map(row.get, days)) for row in ledger]
        read.append(page if lexicons.covers(language) else ())
        if record["made"] or record["columns"]:  # a source text is kept where it is not the file or the cell as it stands
            kept = (hashlib.sha256(record["text"].encode()).hexdigest(), record["text"]) if record["made"] else (None, None)
            sources.append((doc_id, record["columns"], record["made"], *kept))
    said, whose = sentences.columns(read)
    counts, body = matrix.Counts(None, *matrix.tally(said[4])), said[1] > 0
    n = {"n_paragraphs": said[2] == 1, "n_sentences": 1, "n_tokens": counts.matrix.sum(axis=1)}
    n = {name: np.bincount(whose, body * one, len(rows)).astype(int) for name, one in n.items()}
    extra = *dict.fromkeys(c for row in [*rows, ["url"]] for c in row if c not in known),
    told = {c: [row.get(c) for row in rows] for c in (*columns, *extra)} | n
    made = store.files("articles", (*told.values(),), key, extra) | {"counts.parquet": store.matrix_bytes(counts)}
    tables = {"lines": [row for page, _, _ in pages for row in page], "dates": found, "sentences": said, "sources": sources}
    made |= {file: content for name in tables for file, content in store.files(name, tables[name], key).items()}
    return store.stage(out, made, key) if out else made


def add_stories(out):
    """Fill `story_id` of the articles in a folder of prepared tables, and make the table passages."""
    with store.lock(out):
        if not store.stamp(out).get("stories"):
            _stories(out)


def _stories(out):
    tables, start, whole = Tables(out), 0, (*ARTICLE_TABLES, *STATEMENT_TABLES, "rejected", "actors", "passages")
    store.begin(out, digest("stories", library()))
    told = stories.tell(tables.articles, tables.sentences)
    store.stage(out, store.files("passages", stories.passages(told, tables.sentences)))
    for key, path in store.parts(out, "articles").items():
        part = told.iloc[start:(start := start + len(pd.read_parquet(path, columns=["doc_id"])))]
        store.stage(out, store.files("articles", part, key), key)
    # What rests on other stories goes.
    store.commit(out, {**store.stamp(out), "stories": True}, [f for f in store.tables(out) if f.split(".")[0] not in whole])


def add_statements(out, how=engine.LOCAL):
    """Make the tables statements and stances in a folder of prepared tables, as far as they are missing."""
    store.parts(out, "articles")  # tells where there are none, before a lock makes a folder
    with store.lock(out):
        facts, actors = store.stamp(out), (Path(out) / "actors.csv").read_text(encoding="utf-8")
        rules, articles, texts = digest(actors, library()), store.parts(out, "articles"), store.parts(out, "sentences")
        if facts.get("said") != rules:
            store.begin(out, rules)
            store.commit(out, {**facts, "said": rules}, [f for f in store.tables(out) if f.split(".")[0] in STATEMENT_TABLES])
        if all((Path(out) / store.place(name, key)).exists() for name in STATEMENT_TABLES for key in articles):
            return
        lexicons.actors(Path(out) / "actors.csv")  # tells what is wrong there, by its name
        store.begin(out, rules)
        missing = [key for key in articles if not all(store.has(out, store.place(name, key)) for name in STATEMENT_TABLES)]
        items = ((1, (key, pd.read_parquet(texts[key]), pd.read_parquet(articles[key]), actors)) for key in missing)
        for k, made in engine.run(statement_tables, items, how, "parts", lambda: len(missing)):
            store.stage(out, made, missing[k])
        store.commit(out, {**facts, "said": rules})


def statement_tables(part):
    """{file name: content} of the tables STATEMENT_TABLES of one part: (its key, its sentences, its articles, the text of
    actors.csv)."""
    gc.set_threshold(5_000)  # what was just read stays at hand; to look at all, lists of words too, pays seldom
    key, texts, articles, actors = part
    said, stances = stance.read(texts, articles, clauses.Actors(lexicons.actors(io.StringIO(actors))))
    return {**store.files("statements", said, key), **store.files("stances", stances, key)}


class Tables:
    """The tables of a folder, read when first asked for: `tables.articles`, `tables.sentences` ..., and `tables.counts`."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def __getattr__(self, name):
        if name not in schema.TABLES:
            raise AttributeError(f"no table '{name}'; there are: {', '.join(schema.TABLES)}")
        return self.__dict__.setdefault(name, store.read(self.folder, name))

    @cached_property
    def told(self):
        """The articles with their stories told apart, here where `--stories` did not: `stories.once` counts each once."""
        return self.articles if stories.are_known(self.articles) else stories.tell(self.articles, self.sentences)

    @cached_property
    def counts(self):
        """The counts of all sentences, a `matrix.Counts`."""
        ids, (found, words) = store.read(self.folder, "sentences", [*schema.SENTENCE, "role"]), store.read_matrix(self.folder)
        schema.refuse(len(ids) != found.shape[0], f"{self.folder}: sentences do not fit counts; remove both, prepare again")
        return matrix.Counts(ids, found, words)

    def behind(self, rows, n=None):
        """The first `n` sentences behind each row of a result (its `sources`): `doc_id, par, sent, role, text`, and before
        them the pair, word, group and period of the row where a whole table is given."""
        rows = rows.to_frame().T if isinstance(rows, pd.Series) else rows
        named = [c for c in ("pair", "word", "group", "period") if c in rows and rows[c].nunique(dropna=False) > 1]
        told = rows.reindex(columns=[*named, "sources"]).itertuples(index=False)  # a table without rows may lack the column
        found = [(*row[:-1], *place) for row in told for place in row[-1][:n]]
        keys = pd.DataFrame(found, columns=[*named, "doc_id", "par", "sent"]).astype({"par": "Int64", "sent": "Int64"})
        return keys.merge(self.sentences, how="left")[[*named, "doc_id", "par", "sent", "role", "text"]]


def load():
    """The tables of a notebook's corpus: an own corpus' DIR, or the repository's, made first where missing or stale."""
    top = Path.cwd().parent
    folder = top if (top / store.STAMP).exists() else top / "data" / "processed"
    if folder != top and not (top / "data" / "raw").is_dir():
        raise FileNotFoundError(f"no tables in {top}: start it in notebooks/ of the repository, or of a DIR that `make` filled")
    if folder != top:
        prepare(top / "data" / "raw", folder)
    add_statements(folder)
    return Tables(folder)


def summary(folder):
    """What was made of a corpus, in a few lines of text."""
    a = store.read(folder, "articles", ["date", "date_from", "date_kind", "n_sentences", "n_tokens", "language"])
    rejected, sources = store.read(folder, "rejected"), store.read(folder, "sources", ["columns", "made"])
    kinds = ", ".join(f"{size:,} {kind}" for kind, size in a["date_kind"].value_counts().sort_index().items())
    said = [f"{len(a):,} articles, {a['n_sentences'].sum():,} sentences, {a['n_tokens'].sum():,} tokens in {folder}",
            f"dates: {kinds}" + bool(n := (a["date"].isna() & a["date_from"].notna()).sum()) * f"; ambiguous: {n:,}"]
    said += [f"{how}: {n:,}" for c in ("columns", "made") for how, n in sources[c].value_counts().sort_index().head(6).items()]
    other = {code: n for code, n in a["language"].value_counts().sort_index().items() if not lexicons.covers(code)}
    said += bool(other) * [(f"kept, but left out of analysis, in languages without a pack: {sum(other.values()):,} "
                            f"({', '.join(f'{code} {n:,}' for code, n in other.items())})")]
    said += bool(n := a["language"].isna().sum()) * [f"too little text to tell the language, taken for English: {n:,}"]
    said += [f"rejected: {len(rejected):,}"]
    kinds = rejected.groupby(rejected["reason"].str.replace(r"\d[\d,]*|'[^']*'", "", regex=True), sort=False)
    for first, n in [*zip(kinds.head(1).itertuples(), kinds.size())][:8]:  # one line for each kind of reason
        place = f"{first.file}{f' line {first.line}' if first.line else ''}{f' and {n - 1:,} more' if n > 1 else ''}"
        said.append(f"  {place}: {first.reason}"[:300])
    said += [f"  ... and {len(kinds) - 8:,} more reasons in rejected.parquet"] * (len(kinds) > 8)
    return "\n".join(map(schema.shown, said))
