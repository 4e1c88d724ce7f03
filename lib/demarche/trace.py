"""From a mark of a figure back to the sentences behind it, and their place in the source."""

from pathlib import Path

import pandas as pd

from demarche import prepare

COLUMNS = ["mark", "doc_id", "par", "sent", "line", "file", "raw_start", "raw_end", "text"]


def marks(figures, name):
    """The marks of a figure, in the order drawn, and how many places each rests on: `mark, places`."""
    table = _read(figures, name)
    places = table.groupby("mark", sort=False)["doc_id"].count()
    from demarche import report

    drawn, fields = report.redraw(figures, name)
    every = report.marks(drawn.drawn, fields["key"])
    return pd.DataFrame({"mark": every, "places": [int(places.get(m, 0)) for m in every], "simulated": every.isin(table.loc[table["simulated"].notna(), "mark"])})


def sentences(folder, figures, name, mark=None):
    """The sentences (or raw lines) behind one mark, or behind all: `mark, doc_id, par, sent, line, file, raw_start, raw_end, text`.

    raw_start, raw_end: where the text stands in the source file. A simulated mark says so in `text`. KeyError, with the
    nearest marks, for a mark that the figure does not have.
    """
    table, tables = _read(figures, name), prepare.Tables(folder)
    if mark is not None:
        known = marks(figures, name)["mark"]
        if mark not in set(known):
            raise KeyError(f"figure {name} has no mark '{mark}'; it has: {'; '.join(known.head(12))}")
        table = table[table["mark"] == mark]
    keys, lined = ["doc_id", "par", "sent"], ["doc_id", "line", "piece"]
    whole = table[table["sent"].notna()].drop(columns=["line", "piece"]).merge(tables.sentences, on=keys, how="left")
    pars = table[table["par"].notna() & table["sent"].isna()].drop(columns=["sent", "line", "piece"]).merge(tables.sentences, on=["doc_id", "par"], how="left")
    articles = table[table["doc_id"].notna() & table["par"].isna() & table["line"].isna()].drop(columns=["par", "sent", "line", "piece"]).merge(
        tables.sentences[tables.sentences["role"] == "body"], on="doc_id", how="left")
    lines = table[table["line"].notna()].drop(columns=["par", "sent"]).merge(tables.lines, on=lined, how="left")
    made = table[table["simulated"].notna()].assign(text="no sentence: " + table["simulated"])
    found = pd.concat([p for p in (whole, pars, articles, lines, made) if len(p)], ignore_index=True) if len(table) else pd.DataFrame(columns=COLUMNS)
    found = found.merge(tables.articles[["doc_id", "file"]], on="doc_id", how="left") if "doc_id" in found else found
    return found.reindex(columns=COLUMNS).reset_index(drop=True)


def _read(figures, name):
    path = Path(figures) / f"{name}.trace.csv"
    if not path.exists():
        there = sorted(p.name.removesuffix(".trace.csv") for p in Path(figures).glob("*.trace.csv"))
        raise KeyError(f"no figure '{name}'; there are: {', '.join(there) or 'none yet, run the notebooks'}")
    return pd.read_csv(path, dtype={"mark": "str", "doc_id": "str", "simulated": "str", **{c: "Int64" for c in ("par", "sent", "line", "piece")}}, keep_default_na=False,
                       na_values=[""])
