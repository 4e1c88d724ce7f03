"""From a mark of a figure back to the sentences behind it, and their place in the source."""

import re
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from demarche import prepare, report, schema, store

COLUMNS = ["mark", "doc_id", "date", "outlet", "par", "sent", "line", "file", "raw_start", "raw_end", "stance", "text"]
_ARROW = re.compile(r" *(?:->|→|\|) *")


def marks(figures, name):
    """The marks of a figure, in the order drawn: `mark, places` (sentences, lines or larger units behind it), `simulated`."""
    behind = _read(figures, name).groupby("mark", sort=False)
    return behind.agg(places=("doc_id", "count"), simulated=("simulated", "count")).astype({"simulated": "bool"}).reset_index()


def sentences(folder, figures, name, mark=None):
    """The sentences (or raw lines) behind one mark, or behind all: COLUMNS; raw_start, raw_end are places in the source file;
    `stance` is that of the mark's pair, where it names one. `folder`: of the tables, or the tables themselves.

    A mark that rests on whole articles or paragraphs gives their body sentences; a simulated one says so in `text`.
    Pairs may be written with '->', '→' or '|'. ValueError for a mark that the figure does not have.
    """
    table, tables = _read(figures, name), folder if isinstance(folder, prepare.Tables) else prepare.Tables(folder)
    if mark is not None:
        known = list(table["mark"].unique())
        found = [mark] if mark in known else [m for m in known if _ARROW.sub("|", m) == _ARROW.sub("|", mark)]
        schema.refuse(not found, f"no mark '{mark}' in {name}; nearest: {'; '.join(get_close_matches(mark, known, 9, 0))}")
        table = table[table["mark"] == found[0]]
    exact = table[schema.SENTENCE].notna().sum(axis=1).where(table["line"].isna(), 4)  # how exactly the place is told
    body = tables.sentences[tables.sentences["role"] == "body"]
    parts = [table[exact == 0].rename(columns={"simulated": "text"})]
    parts += [table.loc[exact == n, ["mark", *keys]].merge(source, "left", keys) for n, keys, source in ((1, ["doc_id"], body),
        (2, ["doc_id", "par"], body), (3, schema.SENTENCE, tables.sentences), (4, schema.LINE, tables.lines)) if n in {*exact}]
    found = pd.concat([p for p in parts if len(p)] or [table])
    found = found.merge(tables.articles[["doc_id", "date", "outlet", "file"]], "left", "doc_id").reindex(columns=COLUMNS)
    if (tables.folder / "stances.parquet").exists():
        said = tables.stances.groupby(["holder", "target", *schema.SENTENCE])["stance"].mean()
        said = {(f"{h} → {t}", *place): stance for (h, t, *place), stance in said.items()}
        found["stance"] = [next((said[p, *place] for p in mark.split(" | ") if (p, *place) in said), None)
                           for mark, *place in zip(found["mark"], *(found[c] for c in schema.SENTENCE))]
    return found.astype({"stance": float}).reset_index(drop=True)


def _read(figures, name):
    there = report.names(figures)
    schema.refuse(name not in there, f"no figure '{name}'; there are: {', '.join(there) or f'none in {figures}, run make'}")
    kinds = {"mark": "str", "doc_id": "str", "simulated": "str"} | dict.fromkeys(["par", "sent", "line", "piece"], "Int64")
    return store.read_csv(Path(figures) / f"{name}.trace.csv", kinds, dtype=kinds, na_values=[""])
