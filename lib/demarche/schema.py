"""Columns and key of every table, read from schema.csv, and the check where data come in."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

_KINDS = {"str": "str", "int": "Int64", "float": "float64", "bool": "bool"}


class Table(NamedTuple):
    """One table: `columns` (name to kind), its `key`, and the columns that may be null."""

    columns: dict
    key: list
    nullable: set


@cache
def spec():
    """The rows of schema.csv: table, column, kind, key, null, meaning."""
    return pd.read_csv(Path(__file__).with_suffix(".csv"), dtype="str", keep_default_na=False)


TABLES = {name: Table(dict(zip(rows["column"], rows["kind"])), rows.loc[rows["key"] != "", "column"].tolist(),
                      set(rows.loc[rows["null"] != "", "column"])) for name, rows in spec().groupby("table", sort=False)}


def conform(name, table):
    """`table` in the shape that the schema gives `name`: columns in order and kind, sorted by key, floats to 6 decimals.

    Nullable columns that are missing are added, all null. Columns that the schema does not know are kept at the end
    for `articles` (the user's own article variables) and dropped elsewhere. Raises ValueError as `require` does.

    >>> conform("rejected", pd.DataFrame({"file": ["a.txt"], "line": [0], "reason": ["empty"]})).dtypes["line"]
    Int64Dtype()
    """
    want = TABLES[name]
    table = table.assign(**{c: None for c in want.nullable if c not in table})
    require(**{name: table})
    extra = [c for c in table if c not in want.columns] if name == "articles" else []
    table = table[[*want.columns, *extra]].astype({c: _KINDS[kind] for c, kind in want.columns.items()})
    floats = [c for c, kind in want.columns.items() if kind == "float"]
    table[floats] = table[floats].round(6) + 0.0  # + 0.0 turns -0.0 into 0.0
    return table.sort_values(want.key, kind="stable", na_position="first").reset_index(drop=True)


def require(**tables):
    """Raise ValueError, with every offence in one message, unless each table has its columns, no nulls and a sound key.

    >>> require(rejected=pd.DataFrame({"file": ["a"], "line": [0]}))
    Traceback (most recent call last):
    ValueError: rejected: column 'reason' is missing
    """
    wrong = []
    for name, table in tables.items():
        want = TABLES[name]
        missing = [c for c in want.columns if c not in table and c not in want.nullable]
        wrong += [f"{name}: column '{c}' is missing" for c in missing]
        for column in set(want.columns) - want.nullable - set(missing):
            if nulls := int(table[column].isna().sum()):
                wrong.append(f"{name}: column '{column}' has {nulls} empty values")
        if not missing and len(twice := table.loc[table.duplicated(want.key), want.key]):
            wrong.append(f"{name}: {len(twice)} keys occur twice, first {tuple(twice.iloc[0])}")
    if wrong:
        raise ValueError("; ".join(sorted(wrong)))


def dictionary():
    """The data dictionary as Markdown: a table of columns for each table.

    >>> dictionary().splitlines()[0]
    '# Data dictionary'
    """
    out = ["# Data dictionary", "", "Each table is a Parquet file; small ones are CSV too. Keys are bold; ? may be null."]
    for name, rows in spec().groupby("table", sort=False):
        out += ["", f"## {name}", "", "| column | kind | meaning |", "| --- | --- | --- |"]
        out += [f"| {f'**{r.column}**' if r.key else r.column} | {r.kind}{'?' * bool(r.null)} | {r.meaning} |"
                for r in rows.itertuples()]
    return "\n".join(out) + "\n"
