"""From a mark of a figure back to the sentences behind it, and their place in the source."""

from pathlib import Path

import pandas as pd

from demarche import prepare, report

COLUMNS = ["mark", "doc_id", "par", "sent", "line", "file", "raw_start", "raw_end", "text"]


def marks(figures, name):
    """The marks of a figure, in the order drawn: `mark, places` (how many sentences or lines it rests on), `simulated`."""
    table = _read(figures, name)
    drawn = pd.DataFrame({"mark": report.marks(report.redraw(figures, name)[0])})
    drawn["places"] = drawn["mark"].map(table.groupby("mark")["doc_id"].count()).fillna(0).astype(int)
    return drawn.assign(simulated=drawn["mark"].isin(table.loc[table["simulated"].notna(), "mark"]))


def sentences(folder, figures, name, mark=None):
    """The sentences (or raw lines) behind one mark, or behind all: COLUMNS.

    raw_start, raw_end: where the text stands in the source file. A mark that rests on whole articles or paragraphs gives
    their body sentences; a simulated one says so in `text`. KeyError for a mark that the figure does not have.
    """
    table, tables = _read(figures, name), prepare.Tables(folder)
    known = list(marks(figures, name)["mark"])
    if mark is not None and mark not in known:
        raise KeyError(f"figure {name} has no mark '{mark}'; it has: {'; '.join(known[:12])}")
    table = table if mark is None else table[table["mark"] == mark]
    body = tables.sentences[tables.sentences["role"] == "body"]
    at = [table["line"].notna(), table["sent"].notna(), table["sent"].isna() & table["par"].notna()]
    at.append(table["doc_id"].notna() & ~at[0] & ~at[1] & ~at[2])
    parts = [table[rows][["mark", *keys]].merge(source, on=keys, how="left") for rows, keys, source in (
        (at[0], report.LINE, tables.lines), (at[1], report.SENTENCE, tables.sentences), (at[2], ["doc_id", "par"], body),
        (at[3], ["doc_id"], body))]
    parts.append(table[table["simulated"].notna()].assign(text="no sentence: " + table["simulated"]))
    found = pd.concat([p for p in parts if len(p)] or [table])
    found = found.merge(tables.articles[["doc_id", "file"]], on="doc_id", how="left")
    return found.reindex(columns=COLUMNS).reset_index(drop=True)


def _read(figures, name):
    path = Path(figures) / f"{name}.trace.csv"
    if not path.exists():
        there = ", ".join(report.names(figures)) or "none yet, run the notebooks"
        raise KeyError(f"no figure '{name}'; there are: {there}")
    return pd.read_csv(path, dtype={"mark": "str", "doc_id": "str", "simulated": "str", **dict.fromkeys(
        ("par", "sent", "line", "piece"), "Int64")}, keep_default_na=False, na_values=[""])
