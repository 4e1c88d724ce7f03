"""From a corpus to tables, and `load()`: the tables in a notebook."""

import hashlib
import io
import json
import re
from pathlib import Path

import pandas as pd

from demarche import clauses, clean, corpus, dates, engine, lexicons, matrix, schema, sentences, stance, store, stories

STAMP = store.STAMP
LETTERS = 4_000_000  # of a part, at about which it ends: what bounds the memory of long articles
LEAST, MOST, ONE_IN = 512, 1_024, 256  # articles of a part, and how often the hash of an article may end one
FIRST, SAID = ["articles", "lines", "dates", "sentences", "counts"], ["statements", "stances"]  # tables made part by part
# What the first tables rest on; with any other content of these files they are made anew. The others rest on all the library.
BASE = ["clean.py", "corpus.py", "dates.py", "lexicons.py", "lexicons/column_names.csv", "lexicons/languages.csv",
        "lexicons/line_rules.toml", "lexicons/sentence_words.csv", "matrix.py", "pages.py", "prepare.py",
        "schema.csv", "schema.py", "sentences.py", "stats.py", "store.py"]


def prepare(path, out, catalogue=None, actors=None, how=engine.LOCAL):
    """Make the tables articles, lines, dates, sentences, rejected, actors and the count matrix in folder `out`.

    Nothing is made twice: a folder that holds such tables is a corpus too, tables of the same articles stay, and where
    articles came or went only their parts are made anew. New ones take older tables that rest on them away. `how`: see
    `engine.run`. Returns `summary(out)`; ValueError (one line) where nothing can be read.
    """
    path, out = Path(path), Path(out)
    home, prepared = out.resolve(), store.stamp(path)
    if prepared and (catalogue or actors):
        raise ValueError(f"{path} is prepared already; to use another catalogue or actors, give the articles")
    if not prepared and (path.resolve() in (home, *home.parents) or path.is_file() and path.resolve().parent == home):
        raise ValueError(f"{out}: the tables would fall among the input; give --out a folder of its own")
    articles = None if prepared else corpus.read(path, catalogue)
    with store.lock(out):
        store.recover(out)
        if not prepared:
            _make(*articles, store.csv(lexicons.actors(actors)), out, how)
        elif store.stamp(out) != prepared:
            for name in (files := store.tables(path)):
                store.stage(out, {name: (path / name).read_bytes()})
            store.commit(out, prepared, set(store.tables(out)) - set(files))
    return summary(out)


def _make(articles, rejected, actors, out, how):
    parts, old = _cut(articles), store.stamp(out)
    facts = {"parts": list(parts), "rejected": digest(store.csv(rejected)), "actors": digest(actors)}
    if {name: old.get(name) for name in facts} == facts:
        return
    store.begin(out, _rules(BASE))
    many = len(parts) > 1
    files = {key: [store.place(name, key if many else None) for name in FIRST] for key in parts}
    missing = [(key if many else None, some) for key, some in parts.items()
               if not many or not all(store.has(out, name) for name in files[key])]
    kept = {name for some in files.values() for name in some}
    for k, made in engine.run(first_tables, missing, [len(some) for _, some in missing], how):
        kept |= store.stage(out, made, missing[k][0])
    # A source text is kept where it is not the file or the cell as it stands.
    sources = articles.loc[articles["made"].notna() | articles["columns"].notna(), ["doc_id", "columns", "made", "text"]]
    sources["text"] = sources["text"].where(sources["made"].notna())
    sources["sha256"] = [hashlib.sha256(t.encode()).hexdigest() if isinstance(t, str) else None for t in sources["text"]]
    kept |= store.stage(out, {**store.files("rejected", rejected), **store.files("sources", sources), "actors.csv": actors})
    if many and old.get("said") == said_rules(actors):  # what was said in the parts that stay still holds
        kept |= {store.place(name, key) for name in SAID for key in parts}
        facts["said"] = old["said"]
    store.commit(out, facts, set(store.tables(out)) - kept)
    if old.get("stories"):
        _stories(out)


def digest(*texts):
    """A hash of some texts, in hexadecimal."""
    return hashlib.sha256(b"\0".join(t.encode() for t in texts)).hexdigest()[:24]


def _rules(names):
    return digest(*((Path(__file__).parent / name).read_text(encoding="utf-8") for name in names))


def said_rules(actors):
    """What the tables statements and stances rest on beside the articles: actors, and everything in the library."""
    folder = Path(__file__).parent
    files = (p for p in folder.rglob("*") if p.suffix in (".py", ".csv", ".toml"))
    return digest(actors, _rules(sorted(p.relative_to(folder).as_posix() for p in files)))


def _cut(articles):
    """{key: articles}: a corpus in parts. Where one ends depends on the articles near its end alone, so that an article that
    comes or goes changes its own part and leaves the others; the key tells what is in a part."""
    rules, ends, start, letters, parts = _rules(BASE), [], 0, 0, {}
    for end, (doc_id, text) in enumerate(zip(articles["doc_id"], articles["text"]), start=1):
        size, letters = end - start, letters + len(text)
        large, full = size >= LEAST or 2 * letters >= LETTERS, size == MOST or letters >= LETTERS
        if full or large and int(digest(doc_id), 16) % ONE_IN == 0 or end == len(articles):
            ends.append((start, end))
            start, letters = end, 0
    for start, end in ends:
        some = articles.iloc[start:end]
        some = some.astype(object).where(some.notna(), None).to_dict("records")
        parts[digest(rules, *(json.dumps(record, sort_keys=True) for record in some))] = some
    return parts


def first_tables(part):
    """{file name: content} of the tables FIRST of one part: (its key, None for a whole corpus; its articles as `corpus.read`
    gives them)."""
    rows, lines, found, said = [], [], [], []
    for record in part[1]:
        page, text, named = clean.lines(record["doc_id"], record["text"], record["title"])
        ledger, facts = dates.ledger(page, record["date"], json.loads(record["days"]) if record["days"] else ())
        first = {row[3]: row[5] for row in reversed(page)}
        named = {"title": first.get("headline"), "byline": first.get("byline"), **named}
        outside = {k: record[k] for k in ("title", "outlet", "byline") if record[k]}
        rows.append({**record, **facts, **named, **outside, "text": text})
        lines += page
        found += [{"doc_id": record["doc_id"], **row} for row in ledger]
        if lexicons.covers(record["language"]):
            said += sentences.rows(record["doc_id"], page)
    tables = {name: pd.DataFrame(part, columns=list(schema.TABLES[name].columns))
              for name, part in (("lines", lines), ("dates", found), ("sentences", said))}
    said = tables["sentences"] = schema.conform("sentences", tables["sentences"])
    counts = matrix.count(said)
    body = said.assign(words=counts.matrix.sum(axis=1))[said["role"] == "body"].groupby("doc_id")
    sizes = body.agg(n_paragraphs=("par", "nunique"), n_sentences=("sent", "size"), n_tokens=("words", "sum"))
    rows = pd.DataFrame(rows).drop(columns=["line", "columns", "made", "days"])
    tables["articles"] = rows.join(sizes, on="doc_id").fillna(dict.fromkeys(sizes, 0))
    made = {"counts.parquet": store.matrix_bytes(counts)}
    for name, table in tables.items():
        made |= store.files(name, table, part[0])
    return made


def tell_stories(out):
    """Fill `story_id` of the articles in a folder of prepared tables, and make the table passages."""
    with store.lock(out):
        store.recover(out)
        if not store.stamp(out).get("stories"):
            _stories(out)


def _stories(out):
    tables, start = Tables(out), 0
    told = stories.tell(tables.articles, tables.sentences)
    store.stage(out, store.files("passages", stories.passages(told, tables.sentences)))
    for key, path in store.parts(out, "articles").items():
        end = start + len(pd.read_parquet(path, columns=["doc_id"]))
        store.stage(out, store.files("articles", told.iloc[start:end], key), key)
        start = end
    store.commit(out, {**store.stamp(out), "stories": True})


def who_says_what(out, how=engine.LOCAL):
    """Make the tables statements and stances in a folder of prepared tables, as far as they are missing."""
    with store.lock(out):
        store.recover(out)
        facts, actors = store.stamp(out), (Path(out) / "actors.csv").read_text(encoding="utf-8")
        rules, articles, texts = said_rules(actors), store.parts(out, "articles"), store.parts(out, "sentences")
        if facts.get("said") != rules:
            store.commit(out, {**facts, "said": rules}, [f for f in store.tables(out) if f.split(".")[0] in SAID])
        if all((Path(out) / store.place(name, key)).exists() for name in SAID for key in articles):
            return
        store.begin(out, rules)
        missing = [key for key in articles if not all(store.has(out, store.place(name, key)) for name in SAID)]
        items = ((key, pd.read_parquet(texts[key]), pd.read_parquet(articles[key]), actors) for key in missing)
        for k, made in engine.run(said_tables, items, [1] * len(missing), how, "parts"):
            store.stage(out, made, missing[k])
        store.commit(out, {**facts, "said": rules})


def said_tables(part):
    """{file name: content} of the tables SAID of one part: (its key, its sentences, its articles, the text of actors.csv)."""
    key, texts, articles, actors = part
    said, stances = stance.read(texts, articles, clauses.Actors(lexicons.actors(io.StringIO(actors))))
    return {**store.files("statements", said, key), **store.files("stances", stances, key)}


class Tables:
    """The tables of a folder, read when first asked for: `tables.articles`, `tables.sentences` ..., and `tables.counts`."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def __getattr__(self, name):
        if name == "counts":
            ids = store.read(self.folder, "sentences", ["doc_id", "par", "sent", "role"])
            value = matrix.Counts(ids, *store.read_matrix(self.folder))
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
        told = rows.reindex(columns=[*named, "sources"]).itertuples(index=False)  # a table without rows may lack the column
        found = [(*row[:-1], *place) for row in told for place in row[-1][:n]]
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
    who_says_what(folder)
    return Tables(folder)


def summary(folder):
    """What was made of a corpus, in a few lines of text."""
    a = store.read(folder, "articles", ["date_kind", "n_sentences", "n_tokens", "language"])
    rejected, sources = store.read(folder, "rejected"), store.read(folder, "sources", ["columns", "made"])
    kinds = ", ".join(f"{n:,} {kind}" for kind, n in a["date_kind"].value_counts().sort_index().items())
    said = [f"{len(a):,} articles, {a['n_sentences'].sum():,} sentences, {a['n_tokens'].sum():,} tokens in {folder}",
            f"dates: {kinds}"]
    said += [f"{how}: {n:,}" for c in ("columns", "made") for how, n in sources[c].value_counts().sort_index().head(6).items()]
    other = {code: n for code, n in a["language"].value_counts().sort_index().items() if not lexicons.covers(code)}
    if other:
        said.append(f"kept, but left out of analysis, in languages without a pack: {sum(other.values()):,} "
                    f"({', '.join(f'{code} {n:,}' for code, n in other.items())})")
    why = {}  # one line for each kind of reason
    for r in rejected.itertuples():
        why.setdefault(re.sub(r"\d[\d,]*|'[^']*'", "", r.reason), []).append(r)
    said.append(f"rejected: {len(rejected):,}")
    for first, *more in list(why.values())[:8]:
        place = f"{first.file}{f' line {first.line}' if first.line else ''}{f' and {len(more):,} more' if more else ''}"
        said.append(f"  {place}: {first.reason}"[:300])
    return "\n".join(said + [f"  ... and {len(why) - 8:,} more reasons in rejected.parquet"] * (len(why) > 8))
