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

from demarche import plots, store, style

_METADATA = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None},
             "pdf": {"CreationDate": None, "Producer": None, "Creator": None}}
SENTENCE, LINE = ["doc_id", "par", "sent"], ["doc_id", "line", "piece"]


class Digest(str):
    """What a figure's Axes hold, as text: nbval compares it, so a changed number, axis or column in a picture is seen."""

    def __repr__(self):
        return str(self)


def save(ax, name, caption, source, interval=None, folder=None):
    """Keep a figure: NAME.svg, NAME.png, NAME.csv (the numbers drawn), NAME.trace.csv (mark to sentences), NAME.json
    (title, caption, alt text, how to draw it again) in the figures folder; show it in a notebook; return its digest.

    `caption` says what is drawn; n and interval are added from the table drawn, `source` names tables and rows behind it.
    """
    folder = Path(folder or store.workspace().figures)
    table = ax.drawn.drop(columns=[c for c in ("sources", "lines") if c in ax.drawn])
    ax.marks = marks(ax.drawn, ax.key)
    whole = " ".join([_stop(caption), *basis(table, interval), f"Source: {_stop(source)}"])
    fields = {"name": name, "title": ax.figure.get_suptitle(), "caption": whole, "alt": alt_text(ax), "key": ax.key,
              "dtypes": {c: str(t) for c, t in table.dtypes.items()}, **ax.spec}
    digest = describe(ax, name)
    fields["digest"] = digest.splitlines()[0]
    store.write_bytes(folder / f"{name}.csv", store.csv(table))
    store.write_bytes(folder / f"{name}.trace.csv", store.csv(trace_table(ax)))
    store.write_bytes(folder / f"{name}.json", json.dumps(fields, indent=1, ensure_ascii=False, default=str) + "\n")
    for kind in ("svg", "png"):
        store.write_bytes(folder / f"{name}.{kind}", render(ax.figure, kind))
    _display(render(ax.figure, "png"), fields["alt"])
    plt.close(ax.figure)
    if _in_notebook():
        print(whole)
    return digest


def show(ax, name=""):
    """Show a figure in a notebook without keeping it; return its digest."""
    digest = describe(ax, name)
    ax.marks = marks(ax.drawn, ax.key)
    _display(render(ax.figure, "png"), alt_text(ax))
    plt.close(ax.figure)
    return digest


def render(figure, kind, width=None):
    """The figure as bytes, the same on every run. `width` in inches scales the sheet, not the type."""
    if width:
        figure.set_size_inches(width, figure.get_size_inches()[1] * max(1.0, 0.75 * style.WIDTH / width))
    buffer = io.BytesIO()
    with plt.rc_context():
        style.use()
        figure.savefig(buffer, format=kind, metadata=_METADATA.get(kind))
    return buffer.getvalue()


def redraw(folder, name):
    """The Axes of a kept figure, drawn anew from its numbers."""
    fields = json.loads((Path(folder) / f"{name}.json").read_text(encoding="utf-8"))
    table = pd.read_csv(Path(folder) / f"{name}.csv", dtype={c: t for c, t in fields["dtypes"].items() if t in ("str", "object")},
                        keep_default_na=True)
    own = fields["options"].get("own")
    return getattr(plots, fields["plot"])(table.fillna({own: ""}) if own else table, **fields["options"]), fields


def names(folder):
    """The names of the figures kept in a folder."""
    return sorted(p.stem for p in Path(folder).glob("*.json"))


def marks(table, key):
    """The name of each mark: its key values joined by ' | '."""
    return table[key].astype("str").fillna("undated").agg(" | ".join, axis=1) if len(table) else pd.Series([], dtype="str")


def trace_table(ax):
    """One row per mark and thing behind it: a sentence (doc_id, par, sent), a line (doc_id, line, piece) or a simulation."""
    rows = []
    for mark, row in zip(ax.marks, ax.drawn.to_dict("records")):
        for keys, column in ((SENTENCE, "sources"), (LINE, "lines")):
            rows += [{"mark": mark, **dict(zip(keys, place))} for place in row.get(column) or []]
        if "seed" in row:
            rows.append({"mark": mark, "simulated": f"refits and shuffled text, seed {row['seed']}"})
    columns = ["mark", *SENTENCE, "line", "piece", "simulated"]
    return pd.DataFrame(rows, columns=columns).astype({c: "Int64" for c in ("par", "sent", "line", "piece")})


def basis(table, interval=None):
    """n and interval of a drawn table, as sentences, read off its columns."""
    said = []
    for column, word in (("n_articles", "articles"), ("n_statements", "statements"), ("n_tokens", "tokens"), ("n_units", "units")):
        if column in table and len(table):
            low, high = int(table[column].min()), int(table[column].max())
            said.append(f"{low:,} {word}" if low == high else f"{low:,} to {high:,} {word}")
    out = [f"n per mark: {', '.join(said)}."] if said else [f"n: {len(table):,} marks."]
    labels = sorted(set(table["interval"].dropna())) if "interval" in table else [interval] if interval else ["none drawn"]
    whole = " ".join(labels)
    if covered := [int(v) for v in re.findall(r"(\d+)% in simulation", whole)]:
        span = f"{min(covered)}%" if len(set(covered)) == 1 else f"{min(covered)} to {max(covered)}%"
        labels = sorted({re.sub(r"\d+% in simulation", f"{span} in simulation", v) for v in labels})
    return [*out, f"Interval: {'; '.join(labels)}."]


def _stop(text):
    return text if text.endswith(".") else text + "."


def _in_notebook():
    return "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None


def _display(png, alt):
    if _in_notebook():
        from IPython.display import Image, display

        display(Image(png, alt=alt, width=int(style.WIDTH * 100)))


def _held(ax):
    """Everything that an Axes draws, as plain numbers and words."""
    held = {"x": list(ax.get_xlim()), "y": list(ax.get_ylim()), "xlabel": ax.get_xlabel(), "ylabel": ax.get_ylabel(), "title": ax.get_title(loc="left"),
            "xticks": [t.get_text() for t in ax.get_xticklabels()], "yticks": [t.get_text() for t in ax.get_yticklabels()],
            "lines": [line.get_xydata().tolist() for line in ax.lines], "texts": [t.get_text() for t in ax.texts],
            "patches": [p.get_path().transformed(p.get_patch_transform()).vertices.tolist() for p in ax.patches],
            "fills": [np.round(np.asarray(p.get_facecolor()), 3).tolist() for p in ax.patches],
            "collections": [[p.vertices.tolist() for p in c.get_paths()] for c in ax.collections]}
    return json.loads(json.dumps(held), parse_float=lambda v: f"{float(v):.4g}")


def describe(ax, name):
    """The digest of a figure: name, a hash of all that its Axes hold (numbers to four digits), axes and first rows drawn."""
    ax.figure.canvas.draw()
    panels = [_held(a) for a in ax.figure.axes if a.get_visible()]
    mark = hashlib.sha256(json.dumps(panels, sort_keys=True).encode()).hexdigest()[:12]
    first = panels[0]
    table = ax.drawn.drop(columns=[c for c in ("sources", "lines", "interval", "own") if c in ax.drawn])
    axes = [f"{side}: {first[side + 'label'] or '-'} [{first[side][0]} to {first[side][1]}] {', '.join(t for t in first[side + 'ticks'] if t)}"
            for side in "xy"]
    rows = table.head(4).to_string(index=False, max_colwidth=40, float_format=lambda v: f"{v:.4g}")
    return Digest("\n".join([f"{name}: {len(ax.drawn)} marks in {len(panels)} panels, held {mark}", *(a.replace("\n", " ")[:150] for a in axes), rows]))


def alt_text(ax):
    """A description for readers who can't see the picture, computed from what is drawn."""
    table, spec = ax.drawn, ax.spec["options"]
    said = f"{ax.figure.get_suptitle()}. {ax.spec['plot'].replace('_', ' ').capitalize()} chart of {len(table)} marks".replace("\n", " ")
    value = spec.get("value") or spec.get("x") or {"stability": "stability", "topic_terms": "weight"}.get(ax.spec["plot"])
    numbers = table[value].dropna() if value in table else []
    if len(numbers):
        marked = marks(table, ax.key)
        said += (f"; {spec.get('unit', value)}: highest {marked[numbers.idxmax()]} ({numbers.max():.3g}), "
                 f"lowest {marked[numbers.idxmin()]} ({numbers.min():.3g})")
    return said + "."


def site(root, notebooks, figures, quiet=True):
    """Build ROOT/report/index.html (Sphinx, offline) from executed notebooks and kept figures; returns its path."""
    from sphinx.application import Sphinx

    root, build = Path(root), Path(root) / "report"
    pages = build / ".pages"
    shutil.rmtree(build, ignore_errors=True)
    (pages / "_static" / "figures").mkdir(parents=True)
    stems = [p.stem for p in sorted(Path(notebooks).glob("[0-9]*.ipynb"))]
    for stem in stems:
        shutil.copy(Path(notebooks) / f"{stem}.ipynb", pages)
    for file in sorted(Path(figures).glob("*.*")):
        shutil.copy(file, pages / "_static" / "figures")
    (pages / "index.md").write_text(_index(stems), encoding="utf-8")
    (pages / "figures.md").write_text(_gallery(figures), encoding="utf-8")
    conf = Path(__file__).parent / "site"
    shutil.copytree(conf, pages, dirs_exist_ok=True)
    with open(os.devnull, "w") as nothing:
        app = Sphinx(str(pages), str(pages), str(build), str(pages / ".doctrees"), "html", status=None if quiet else sys.stdout, warning=nothing)
        app.build()
    shutil.rmtree(pages)
    return build / "index.html"


def _index(stems):
    listed = "\n".join(["figures", *stems])
    return ("# How a foreign ministry talks, measured\n\nEach page asks one question of the articles, shows the picture and the sentences behind it, and says what can't be "
            f"known from so many articles.\n\n```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```\n")


def _gallery(figures):
    parts = ["# All figures\n"]
    for name in names(figures):
        f = json.loads((Path(figures) / f"{name}.json").read_text(encoding="utf-8"))
        esc = {k: html.escape(str(f[k]).replace("\n", " "), quote=True) for k in ("title", "caption", "alt")}
        files = " · ".join(f'<a href="_static/figures/{name}.{e}" download>{e.upper()}</a>' for e in ("svg", "png", "csv"))
        parts.append(f'## {name}\n\n```{{raw}} html\n<figure><img src="_static/figures/{name}.svg" alt="{esc["alt"]}">'
                     f'<figcaption><b>{esc["title"]}</b> {esc["caption"]}<br>{files} · <a href="_static/figures/{name}.trace.csv" download>sentences behind it</a>'
                     "</figcaption></figure>\n```\n")
    return "\n".join(parts)
