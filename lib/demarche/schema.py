"""Columns and key of every table, read from schema.csv, and the check where data come in."""

import re
from collections import namedtuple
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow as pa

SENTENCE, LINE = ["doc_id", "par", "sent"], ["doc_id", "line", "piece"]  # the keys of a sentence, and of a piece of a line
_STEERS = re.compile("[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_KINDS = {"str": "str", "int": "Int64", "float": "float64", "bool": "bool"}
Table = namedtuple("Table", "columns key nullable")  # columns: name to kind; nullable: those that may be null


# The rows of schema.csv: table, column, kind, key, null, meaning.
SPEC = pd.read_csv(Path(__file__).with_suffix(".csv"), dtype="str", keep_default_na=False)
TABLES = {name: Table(dict(zip(rows["column"], rows["kind"])), rows.loc[rows["key"] != "", "column"].tolist(),
                      set(rows.loc[rows["null"] != "", "column"])) for name, rows in SPEC.groupby("table", sort=False)}


def conform(name, table):
    """`table` in the shape that the schema gives `name`: columns in order and kind, sorted by key, floats to 6 decimals.

    Missing nullable columns are added, all null. Unknown columns are kept at the end of `articles` (the user's own article
    variables), dropped elsewhere. Raises ValueError as `require` does.
    """
    want = TABLES[name]
    table = table.assign(**{c: None for c in want.nullable if c not in table})
    require(**{name: table})
    extra = [c for c in table if c not in want.columns] if name == "articles" else []
    kinds = {c: _KINDS[kind] for c, kind in want.columns.items()} | dict.fromkeys(extra, "str")
    table, floats = table[[*want.columns, *extra]].astype(kinds), [c for c, kind in want.columns.items() if kind == "float"]
    table[floats] = table[floats].round(6) + 0.0  # + 0.0 turns -0.0 into 0.0
    return table.sort_values(want.key, kind="stable", na_position="first").reset_index(drop=True)


@cache
def _arrow(name, extra):  # the Arrow schema of a table, as pandas writes it
    return pa.Schema.from_pandas(conform(name, pd.DataFrame(columns=[*TABLES[name].columns, *extra])), preserve_index=False)


def arrow(name, rows, extra=()):
    """The Arrow table of rows (a list of tuples with all columns of the schema, then `extra` ones of text, sorted by key) or of
    a tuple of columns; quicker than a frame for thousands."""
    columns, fields = rows if isinstance(rows, tuple) else [*zip(*rows)], _arrow(name, extra)
    return pa.Table.from_arrays([pa.array(c, f.type) for c, f in zip(columns or [()] * len(fields), fields)], schema=fields)


def shown(text, kept=""):
    """Text as a terminal may show it: control characters, which could steer it, and those that turn the direction of writing
    are written out, but those `kept`.

    >>> print(shown("Dawn\\x1b[2J\\nfake"))
    Dawn\\x1b[2J\\nfake
    """
    return _STEERS.sub(lambda m: m[0] if m[0] in kept else m[0].encode("unicode_escape").decode(), text)


def refuse(when, why):
    """Raise ValueError, one line that says what is wrong and what to do, where `when` holds.

    `why` is made on each call, so it must be cheap, and sound where `when` is false.
    """
    if when:
        raise ValueError(why)


@contextmanager
def failing(errors, why):
    """Whatever fails inside by one of these errors is a ValueError, one line: `why`, a function of the error."""
    try:
        yield
    except errors as error:
        raise ValueError(why(error)) from None


def require(**tables):
    """Raise ValueError, all offences in one message, unless each table has its columns and kinds, no nulls, a sound key."""
    wrong = []
    for name, table in tables.items():
        want = TABLES[name]
        missing = [c for c in want.columns if c not in table and c not in want.nullable]
        wrong += [f"{name}: column '{c}' is missing" for c in missing]
        for column in (c for c in want.columns if c in table):
            filled, kind = table[column].dropna(), want.columns[column]
            if column not in want.nullable and len(filled) < len(table):
                wrong.append(f"{name}: column '{column}' has {len(table) - len(filled)} empty values")
            if len(filled) and (kind == "str") == pd.api.types.is_numeric_dtype(filled.infer_objects()):
                wrong.append(f"{name}: column '{column}' holds {filled.dtype}, not {kind}")
        if not missing and len(twice := table.loc[table.duplicated(want.key), want.key]):
            wrong.append(f"{name}: {len(twice)} keys occur twice, first {', '.join(map(str, twice.iloc[0]))}")
    refuse(wrong, "; ".join(sorted(wrong)))
