"""The only room that writes files: whole or not at all, and the same bytes for the same data.

A table is one file, or a folder of parts when its corpus was cut into several; a run keeps what it has made in `.making`, and
all of it takes its place at once when it is whole.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import scipy.sparse
from pandas.api.types import union_categoricals

from demarche import schema

# Seconds to wait for another run, which may only be looking whether there is something to do; rows up to which a table is also
# written as CSV, for eyes and for git.
LOCK_TIMEOUT, MAX_CSV_ROWS = 20, 2_000
STAMP = "made-from.json"  # written last: it tells that the tables of a folder are whole, and what they were made from
_FORMULA = re.compile("'*[\\s\0-\x20\x7f\u00ad\u200b-\u200f\u2060\ufeff]*[=+@＝＋－＠-]")
_END = "\r\x1e\n"  # a line end for a while: a cell that holds one of its marks is quoted, or "\\r" would end its row
# Where a run keeps what it has made, by which rules it is made, and, written last, what to do now that it is whole.
MAKING, RULES, WHOLE = ".making", "rules", "whole.json"


def write_bytes(path, data):
    """Write text (as UTF-8) or bytes, unless the file holds just that; readers see the old file or the new, never half."""
    path, data = Path(path), data.encode("utf-8") if isinstance(data, str) else data
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as making:
        (new := Path(making, "new")).write_bytes(data)
        os.chmod(new, 0o644)  # whatever the umask
        os.replace(new, path)


def safe(value):
    """Text that no spreadsheet takes for a formula: a mark before what begins with = + - @, wide or hidden behind marks that
    nobody sees. Numbers stay. `plain` takes the mark away (the advice is OWASP's, CSV Injection).

    >>> safe("=1+1"), safe("\\t－2 degrees"), safe(-0.5), plain(safe("'=1"))
    ("'=1+1", "'\\t－2 degrees", -0.5, "'=1")
    """
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def plain(value):
    """Text as it was before `safe`."""
    return value[1:] if isinstance(value, str) and value[:1] == "'" and _FORMULA.match(value) else value


def csv(table):
    """`table` as CSV text with one line end on every system, in which no text is a formula; `read_csv` reads it as it was.

    >>> csv(pd.DataFrame({"n": [1], "text": ["=1+1"]}))
    "n,text\\n1,'=1+1\\n"
    """
    told = table.assign(**table.select_dtypes(exclude=["number", "bool"]).map(safe))
    return told.to_csv(index=False, lineterminator=_END, header=[*map(safe, table)]).replace(_END, "\n")


def read_csv(file, columns=(), **options):
    """A CSV as a table, its text as it was before `csv`; all cells are text, unless `options` (of `pandas.read_csv`) say more.
    ValueError, with the file's name, where it is none, or lacks one of the `columns`; OSError where it is not there."""
    with schema.failing(ValueError, lambda error: f"{file}: no CSV can be read here ({error}); save it as CSV in UTF-8"):
        table = pd.read_csv(file, **{"dtype": "str", "keep_default_na": False} | options)
    missing = ", ".join(repr(c) for c in columns if c not in table)
    schema.refuse(missing, f"{file}: no column {missing} (there are: {', '.join(table)}); save it as CSV with commas")
    text = table.select_dtypes(exclude=["number", "bool"])
    return table.assign(**text.map(plain).astype(text.dtypes))


def files(name, table, part=False, extra=()):
    """{file name: content} of a table in the shape of its schema (a frame, or its rows, see `schema.arrow`): Parquet, and CSV
    where it is small and no part of another."""
    table = (schema.arrow(name, table, extra) if isinstance(table, (list, tuple)) else
             pa.Table.from_pandas(schema.conform(name, table), preserve_index=False))
    small = {f"{name}.csv": csv(table.to_pandas())} if len(table) <= MAX_CSV_ROWS and not part else {}
    return {f"{name}.parquet": _parquet(table), **small}


def _parquet(table):
    whole = {f.name: "DELTA_BINARY_PACKED" for f in table.schema if pa.types.is_integer(f.type)}
    pq.write_table(table, buffer := pa.BufferOutputStream(), compression="zstd", write_statistics=False, column_encoding=whole,
                   use_dictionary=[c for c in table.column_names if c not in {*whole, "text"}], dictionary_pagesize_limit=2**28)
    return buffer.getvalue().to_pybytes()


def write(folder, **tables):
    """Write each table as FOLDER/NAME.parquet, and as CSV where it is small; returns them as written."""
    for name, table in tables.items():
        remove(*(path for kind in ("parquet", "csv") if (path := Path(folder, f"{name}.{kind}")).is_dir()
                 or kind == "csv" and len(table) > MAX_CSV_ROWS))
        for file, content in files(name, table).items():
            write_bytes(Path(folder, file), content)
    return {name: schema.conform(name, table) for name, table in tables.items()}


def remove(*paths):
    """Remove files, and folders with all they hold; what is not there is no error."""
    for path in paths:
        with suppress(FileNotFoundError, NotADirectoryError):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def stamp(folder, name=STAMP):
    """What the tables of a folder were made from: {} where they are not whole, or by another version of this library."""
    with suppress(OSError, ValueError, TypeError):
        return dict(json.loads((Path(folder) / name).read_text(encoding="utf-8")))
    return {}


def place(name, key=None):
    """The file of a table below its folder; of one part of it, where a key is given."""
    return f"{name}.parquet/{key}.parquet" if key else f"{name}.parquet"


def parts(folder, name):
    """{key: file} of the parts of a table, in the order of their articles; {None: file} where it is one file.

    FileNotFoundError says which command makes a table that is missing.
    """
    if not (path := Path(folder) / place(name)).exists():
        command = "statements" if name[:5] in ("state", "stanc") else "topics" if name[:5] in ("topic", "panel") else "prepare"
        raise FileNotFoundError(f"{path}: no such table; `demarche {command} CORPUS --out {folder}` makes it")
    return {key: path / f"{key}.parquet" for key in stamp(folder).get("parts", ())} if path.is_dir() else {None: path}


# What a file holds, as long as it is not written anew: 30 figures ask for it.
_hash = lru_cache(1 << 12)(lambda path, changed: hashlib.sha256(path.read_bytes()).digest())


def digest(folder):
    """A hash of the articles, sentences and stances in a folder."""
    names = [name for name in ("articles", "sentences", "stances") if (Path(folder) / place(name)).exists()]
    found = [_hash(path, path.stat().st_mtime_ns) for name in names for path in parts(folder, name).values()]
    return hashlib.sha256(b"".join(found)).hexdigest()[:12]


def home(folder):
    """(tables, figures) of DIR: an own corpus' folder, or the repository."""
    return tables if (tables := Path(folder, "data", "processed")).is_dir() else Path(folder), Path(folder, "figures")


def read(folder, name, columns=None):
    """The table `name` of FOLDER (or some `columns` of it), checked against its schema; errors as in `parts`."""
    table = pd.concat([pd.read_parquet(path, columns=columns) for path in parts(folder, name).values()], ignore_index=True)
    schema.require(**{name: table} if columns is None else {})
    return table


def tables(folder):
    """The files of all tables in a folder, as paths below it."""
    names = [f"{name}.{kind}" for name in (*schema.TABLES, "counts", "actors") for kind in ("parquet", "csv")]
    there = [Path(folder) / name for name in names if (Path(folder) / name).exists()]
    return [f.relative_to(folder).as_posix() for p in there for f in (sorted(p.iterdir()) if p.is_dir() else [p])]


# --- what a run makes, put in place at once --------------------------------------------------------------------------

def lock(folder):
    """A lock that one run holds on a folder, after `recover`; another run is told at once (ValueError). It goes with its
    process."""
    from filelock import FileLock, Timeout
    Path(folder).mkdir(parents=True, exist_ok=True)
    with schema.failing(Timeout, lambda _: f"{folder}: another run writes there now; wait for it, or give another --out"):
        held = FileLock(Path(folder) / ".lock").acquire(timeout=LOCK_TIMEOUT)
    recover(folder)
    return held


def begin(folder, rules):
    """Take away what an earlier run began to make by other `rules`."""
    made = Path(folder) / MAKING
    if made.exists() and (not (made / RULES).exists() or (made / RULES).read_text(encoding="utf-8") != rules):
        remove(made)
    write_bytes(made / RULES, rules)


def stage(folder, contents, key=None):
    """Keep {file name: content} until `commit`, as those of a part where its key is given. Returns where they will be."""
    named = {place(name.removesuffix(".parquet"), key) if key else name: content for name, content in contents.items()}
    for name, content in named.items():
        write_bytes(Path(folder) / MAKING / name, content)
    return set(named)


def has(folder, name):
    """Is a file there, staged or in place?"""
    return any((Path(folder) / at / name).is_file() for at in (MAKING, ""))


def commit(folder, facts, drop=()):
    """Put all that is staged in place, take the files `drop` away, then write the stamp: all of it, or (killed in the middle)
    the rest by `recover`."""
    stage(folder, {WHOLE: json.dumps({"stamp": facts, "drop": sorted(drop)}, indent=1) + "\n"})
    recover(folder)


def recover(folder):
    """Finish a `commit` that was killed. What a run has only begun stays staged: the next one goes on from there."""
    folder = Path(folder)
    making, told = folder / MAKING, stamp(folder, f"{MAKING}/{WHOLE}")
    if "stamp" not in told:
        return
    (folder / STAMP).unlink(missing_ok=True)
    for file in sorted(p for p in making.rglob("*.*") if p.is_file() and p.name != WHOLE):  # no rules, no file half written
        home = folder / file.relative_to(making)
        # Away with a file where a folder of parts goes, or the reverse.
        remove(*(p for p in (home, *home.parents[:len(file.relative_to(making).parts) - 1]) if p.is_dir() == (p == home)))
        home.parent.mkdir(parents=True, exist_ok=True)
        os.replace(file, home)
    remove(*(folder / name for name in told["drop"] if (folder / name).resolve().is_relative_to(folder.resolve())))
    remove(*(p for p in folder.glob("*.parquet") if p.is_dir() and not any(p.iterdir())))
    write_bytes(folder / STAMP, json.dumps(told["stamp"], indent=1) + "\n")
    shutil.rmtree(making)


# --- the count matrix ------------------------------------------------------------------------------------------------

def matrix_bytes(counts):
    """A count matrix as a Parquet table: row (of the sentences of its part), term, count; the number of rows beside it."""
    m = counts.matrix.astype(np.int32, copy=False).tocoo()
    terms = pa.DictionaryArray.from_arrays(pa.array(m.col), pa.array(counts.terms, pa.string()))
    return _parquet(pa.table({"row": m.row, "term": terms, "count": m.data}, metadata={"rows": str(m.shape[0])}))


def read_matrix(folder):
    """(matrix, terms) of a folder: rows as in its sentences, terms sorted."""
    tables = [pq.read_table(path, read_dictionary=["term"]) for path in parts(folder, "counts").values()]
    n = np.cumsum([0] + [int(table.schema.metadata[b"rows"]) for table in tables])
    found = union_categoricals([t["term"].to_pandas() for t in tables if len(t)] or [pd.Categorical([])], sort_categories=True)
    terms, rows = found.categories.to_numpy(object), [table["row"].to_numpy() + k for table, k in zip(tables, n)]
    held = np.concatenate([table["count"].to_numpy() for table in tables]), (np.concatenate(rows), found.codes)
    return scipy.sparse.csr_array(held, (n[-1], len(terms)), dtype=np.int64), terms
