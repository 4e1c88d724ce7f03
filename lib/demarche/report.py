"""Figure, numbers, caption and trace under one name; and the site that shows them all."""

import hashlib
import html
import io
import json
import os
import re
import shutil
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from demarche import plots, schema, store, style

_METADATA = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None},
             "pdf": {"CreationDate": None, "Producer": None, "Creator": None}}
SENTENCE, LINE = ["doc_id", "par", "sent"], ["doc_id", "line", "piece"]
HIDDEN = ["sources", "lines"]  # columns of a drawn table that lead to its sentences; they go into the trace


class Digest(str):
    """What a figure's Axes hold, as text: nbval compares it, so a changed number, axis or column in a picture is seen."""

    def __repr__(self):
        return str(self)


def save(ax, name, caption, source, folder=None):
    """Keep a figure: NAME.svg, NAME.png, NAME.csv (the numbers drawn), NAME.trace.csv (mark to sentences), NAME.json
    (title, caption, alt text, how to draw it again) in `folder`; show it in a notebook; return its digest.

    `caption` says what is drawn; n and interval are added from the table drawn, `source` names tables and rows behind it.
    `folder` is the figures folder beside the notebooks unless given.
    """
    folder = Path(folder or Path.cwd().parent / "figures")
    table = ax.drawn.drop(columns=HIDDEN, errors="ignore")
    digest = describe(ax, name)
    whole = " ".join([caption.rstrip(".") + ".", *basis(table), f"Source: {source.rstrip('.')}."])
    fields = {"name": name, "title": ax.figure.get_suptitle().replace("\n", " "), "caption": whole, "alt": alt_text(ax),
              "digest": digest.splitlines()[0], "key": ax.key, "dtypes": {c: str(t) for c, t in table.dtypes.items()},
              **ax.spec}
    store.write_bytes(folder / f"{name}.csv", store.csv(table))
    store.write_bytes(folder / f"{name}.trace.csv", store.csv(trace_table(ax)))
    store.write_bytes(folder / f"{name}.json", json.dumps(fields, indent=1, ensure_ascii=False) + "\n")
    for kind in ("svg", "png"):
        store.write_bytes(folder / f"{name}.{kind}", render(ax.figure, kind))
    return show(ax, name, whole)


def show(ax, name, caption=""):
    """Show a figure in a notebook, with its caption; return its digest."""
    digest = describe(ax, name)
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython():
        from IPython.display import Image, display

        display(Image(render(ax.figure, "png"), alt=alt_text(ax), width=int(style.WIDTH * 100)))
        if caption:
            print(caption)
    plt.close(ax.figure)
    return digest


def render(figure, kind, width=None):
    """The figure as bytes, the same on every run. `width` in inches scales the sheet, not the type."""
    if width:
        figure.set_size_inches(width, figure.get_size_inches()[1] * max(1.0, 0.75 * style.WIDTH / width))
    buffer = io.BytesIO()
    style.use()
    figure.savefig(buffer, format=kind, metadata=_METADATA[kind])
    return buffer.getvalue()


def redraw(folder, name):
    """(Axes, fields of NAME.json) of a kept figure, drawn anew from its numbers."""
    fields = json.loads((Path(folder) / f"{name}.json").read_text(encoding="utf-8"))
    text = {c: "str" for c, t in fields["dtypes"].items() if t in ("str", "object")}
    table = pd.read_csv(Path(folder) / f"{name}.csv", dtype=text, keep_default_na=False,
                        na_values={c: [""] for c in fields["dtypes"]})
    return getattr(plots, fields["plot"])(table, **fields["options"]), fields


def names(folder):
    """The names of the figures kept in a folder."""
    return sorted(p.stem for p in Path(folder).glob("*.json"))


def marks(ax):
    """The name of each mark: its key values joined by ' | '."""
    return [" | ".join("undated" if pd.isna(v) else str(v) for v in row) for row in ax.drawn[ax.key].itertuples(index=False)]


def trace_table(ax):
    """One row per mark and thing behind it: a sentence (doc_id, par, sent), a line (doc_id, line, piece) or a simulation."""
    rows = []
    for mark, row in zip(marks(ax), ax.drawn.to_dict("records")):
        for keys, column in ((SENTENCE, "sources"), (LINE, "lines")):
            rows += [{"mark": mark, **dict(zip(keys, place))} for place in row.get(column, ())]
        if "seed" in row:
            rows.append({"mark": mark, "simulated": f"refits and shuffled text, seed {row['seed']}"})
    columns = ["mark", *SENTENCE, "line", "piece", "simulated"]
    return pd.DataFrame(rows, columns=columns).astype({c: "Int64" for c in ("par", "sent", "line", "piece")})


def basis(table):
    """n and interval of a drawn table, as sentences, read off its columns."""
    said = []
    for column in ("n_articles", "n_statements", "n_tokens", "n_units"):
        if column in table and len(table):
            low, high = int(table[column].min()), int(table[column].max())
            said.append(f"{low:,}{f' to {high:,}' if high > low else ''} {column[2:]}")
    labels = set(table["interval"]) if "interval" in table else {"none drawn"}
    covered = [int(v) for v in re.findall(r"(\d+)% in simulation", " ".join(labels))]
    if covered:
        span = f"{min(covered)}{f' to {max(covered)}' if max(covered) > min(covered) else ''}% in simulation"
        labels = {re.sub(r"\d+% in simulation", span, v) for v in labels}
    n = f"n per mark: {', '.join(said)}." if said else f"n: {len(table):,} marks."
    return [n, f"Interval: {'; '.join(sorted(labels))}."]


def _held(ax):
    """Everything that an Axes draws, as plain numbers (to four digits) and words."""
    held = {"title": ax.get_title(loc="left"), "xlabel": ax.get_xlabel(), "ylabel": ax.get_ylabel(), "x": ax.get_xlim(),
            "y": ax.get_ylim(), "xticks": [t.get_text() for t in ax.get_xticklabels()],
            "yticks": [t.get_text() for t in ax.get_yticklabels()], "lines": [v.get_xydata().tolist() for v in ax.lines],
            "texts": [(t.get_text(), *t.get_position()) for t in ax.texts],
            "patches": [p.get_path().transformed(p.get_patch_transform()).vertices.tolist() for p in ax.patches],
            "fills": [np.round(p.get_facecolor(), 3).tolist() for p in ax.patches],
            "collections": [[p.vertices.tolist() for p in c.get_paths()] for c in ax.collections]}
    return json.loads(json.dumps(held, default=str), parse_float=lambda v: f"{float(v):.4g}")


def describe(ax, name):
    """The digest of a figure: name, a hash of all that its Axes hold, its first Axes and the first rows drawn."""
    ax.figure.canvas.draw()
    panels = [_held(a) for a in ax.figure.axes if a.get_visible()]
    held = hashlib.sha256(json.dumps([ax.figure.get_suptitle(), panels], sort_keys=True).encode()).hexdigest()[:12]
    said = [f"{name}: {len(ax.drawn)} marks in {len(panels)} panels, held {held}"]
    for side in "xy":
        ticks = ", ".join(t for t in panels[0][side + "ticks"] if t)
        limits = " to ".join(map(str, panels[0][side]))
        said.append(f"{side}: {panels[0][side + 'label'] or '-'} [{limits}] {ticks}".replace("\n", " ")[:150])
    table = ax.drawn.drop(columns=[*HIDDEN, "interval"], errors="ignore")
    said.append(table.head(4).to_string(index=False, max_colwidth=40, float_format=lambda v: f"{v:.4g}"))
    return Digest("\n".join(said))


def alt_text(ax):
    """A description for readers who can't see the picture, computed from what is drawn."""
    table, spec = ax.drawn, ax.spec["options"]
    kind = {"topic_terms": "weight", "stability": "stability"}.get(ax.spec["plot"])
    value = spec.get("value") or spec.get("x") or kind
    said = f"{ax.figure.get_suptitle()}. {ax.spec['plot'].replace('_', ' ').capitalize()} chart of {len(table)} marks"
    if value in table and table[value].notna().any():
        numbers, marked = table[value].dropna(), marks(ax)
        said += "; {}: highest {} ({:.3g}), lowest {} ({:.3g})".format(
            spec.get("unit", value), marked[numbers.idxmax()], numbers.max(), marked[numbers.idxmin()], numbers.min())
    return said.replace("\n", " ") + "."


def site(home, notebooks):
    """Build HOME/report/index.html (Sphinx, offline) from executed notebooks and HOME/figures; returns its path."""
    from sphinx.application import Sphinx

    home, build = Path(home), Path(home) / "report"
    pages, figures = build / ".pages", home / "figures"
    shutil.rmtree(build, ignore_errors=True)
    shutil.copytree(Path(__file__).parent / "site", pages)
    for file in [p for p in sorted(figures.iterdir()) if p.suffix in (".svg", ".png", ".csv")]:
        store.write_bytes(pages / "_static" / "figures" / file.name, file.read_bytes())
    for file in sorted(Path(notebooks).glob("[0-9]*.ipynb")):
        shutil.copy(file, pages)
    (pages / "data-dictionary.md").write_text(schema.dictionary(), encoding="utf-8")
    (pages / "figures.md").write_text("\n".join(["# All figures", *(_entry(figures, name) for name in names(figures))]),
                                      encoding="utf-8")
    with open(os.devnull, "w") as nothing:
        Sphinx(str(pages), str(pages), str(build), str(pages / ".doctrees"), "html", status=None, warning=nothing).build()
    shutil.rmtree(pages)
    return build / "index.html"


def _entry(figures, name):
    fields = json.loads((Path(figures) / f"{name}.json").read_text(encoding="utf-8"))
    title, caption, alt = (html.escape(fields[k]) for k in ("title", "caption", "alt"))
    base = f"_static/figures/{name}"
    files = " · ".join(f'<a href="{base}.{end}" download>{said}</a>' for end, said in (
        ("svg", "SVG"), ("png", "PNG"), ("csv", "numbers"), ("trace.csv", "places of the sentences behind it")))
    return (f'\n## {name}\n\n```{{raw}} html\n<figure><img src="{base}.svg" alt="{alt}"><figcaption><b>{title}.</b> {caption}'
            f"<br>{files}</figcaption></figure>\n```")
