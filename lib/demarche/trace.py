"""From a mark of a figure back to the sentences behind it, and their place in the source."""

from pathlib import Path

import pandas as pd

from demarche import prepare, report

COLUMNS = ["mark", "doc_id", "par", "sent", "line", "file", "raw_start", "raw_end", "text"]


def marks(figures, name):
    """The marks of a figure, in the order drawn: `mark, places` (sentences, lines or larger units behind it), `simulated`."""
    behind = _read(figures, name).groupby("mark").agg(places=("doc_id", "count"), simulated=("simulated", "count"))
    drawn = report.marks(report.redraw(figures, name)[0])
    return behind.astype({"simulated": "bool"}).loc[drawn].reset_index()


def sentences(folder, figures, name, mark=None):
    """The sentences (or raw lines) behind one mark, or behind all: COLUMNS.

    raw_start, raw_end: where the text stands in the source file. A mark that rests on whole articles or paragraphs gives
    their body sentences; a simulated one says so in `text`. KeyError for a mark that the figure does not have.
    """
    table, tables = _read(figures, name), prepare.Tables(folder)
    if mark is not None and mark not in (known := list(table["mark"].unique())):
        raise KeyError(f"figure {name} has no mark '{mark}'; it has: {'; '.join(known[:12])}")
    table = table if mark is None else table[table["mark"] == mark]
    exact = table[report.SENTENCE].notna().sum(axis=1).where(table["line"].isna(), 4)  # how exactly the place is told
    body = tables.sentences[tables.sentences["role"] == "body"]
    parts = [table[exact == 0].assign(text="no sentence: " + table["simulated"])]
    for i, (keys, source) in enumerate(((["doc_id"], body), (["doc_id", "par"], body), (report.SENTENCE, tables.sentences),
                                        (report.LINE, tables.lines)), start=1):
        parts.append(table.loc[exact == i, ["mark", *keys]].merge(source, on=keys, how="left"))
    found = pd.concat([p for p in parts if len(p)]).merge(tables.articles[["doc_id", "file"]], on="doc_id", how="left")
    return found.reindex(columns=COLUMNS).reset_index(drop=True)


def _read(figures, name):
    if name not in (there := report.names(figures)):
        raise KeyError(f"no figure '{name}'; there are: {', '.join(there) or 'none yet, run the notebooks'}")
    kinds = {"mark": "str", "doc_id": "str", "simulated": "str", "par": "Int64", "sent": "Int64", "line": "Int64", "piece": "Int64"}
    return pd.read_csv(Path(figures) / f"{name}.trace.csv", dtype=kinds, keep_default_na=False, na_values=[""])
