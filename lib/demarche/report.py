"""Figure, numbers, caption and trace under one name."""

import hashlib
import io
import json
import re
import sys
import warnings
from pathlib import Path

import pandas as pd

from demarche import plots, stats, store, style

_METADATA = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None},
             "pdf": {"CreationDate": None, "Producer": None, "Creator": None}}
SENTENCE, LINE = ["doc_id", "par", "sent"], ["doc_id", "line", "piece"]


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
    folder, table = Path(folder or Path.cwd().parent / "figures"), ax.drawn.drop(columns=plots.HIDDEN, errors="ignore")
    whole = " ".join([caption.rstrip(".") + ".", *basis(ax), f"Source: {source.rstrip('.')}."])
    fields = {"name": name, "title": ax.spec["options"]["title"], "caption": whole, "alt": alt_text(ax),
              "digest": describe(ax, name).splitlines()[0], "key": ax.key, **ax.spec,
              "text": [c for c in table if not pd.api.types.is_numeric_dtype(table[c])]}
    files = {"csv": store.csv(table), "trace.csv": store.csv(trace_table(ax)), "svg": render(ax.figure, "svg"),
             "json": json.dumps(fields, indent=1, ensure_ascii=False) + "\n", "png": render(ax.figure, "png")}
    for kind, data in files.items():
        store.write_bytes(folder / f"{name}.{kind}", data)
    return show(ax, name, whole, files["png"])


def show(ax, name, caption="", png=None):
    """Show a figure in a notebook, with its caption; return its digest."""
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython():
        from IPython.display import Image, display

        display(Image(png or render(ax.figure, "png"), alt=alt_text(ax), width=int(style.WIDTH * 100)))
        print(caption, end="\n" if caption else "")
    return describe(ax, name)


def render(figure, kind, width=None):
    """The figure as bytes, the same on every run; drawn anew for another `width` in inches, its type as large as before."""
    buffer, figure = io.BytesIO(), figure.again(width=width).figure if width else figure
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # a box stands for a letter that the font lacks
        figure.savefig(buffer, format=kind, metadata=_METADATA[kind])
    return buffer.getvalue()


def redraw(folder, name):
    """(Axes, fields of NAME.json) of a kept figure, drawn anew from its numbers."""
    fields = json.loads((Path(folder) / f"{name}.json").read_text(encoding="utf-8"))
    table = pd.read_csv(Path(folder) / f"{name}.csv", dtype=dict.fromkeys(fields["text"], "str"), float_precision="round_trip")
    return getattr(plots, fields["plot"])(table, **fields["options"]), fields


def names(folder):
    """The names of the figures kept in a folder."""
    return sorted(p.stem for p in Path(folder).glob("*.json"))


def marks(ax):
    """The name of each mark: its key values joined by ' | '."""
    return [" | ".join(str(v) or "undated" for v in row) for row in ax.drawn[ax.key].itertuples(index=False)]


def trace_table(ax):
    """One row per mark and thing behind it: a sentence (doc_id, par, sent), a line (doc_id, line, piece) or a simulation.

    A row without `sent`, or without `par`, is a whole paragraph or article; so is what an article's mark rests on where
    nothing is found (no date, say).
    """
    rows = []
    for mark, row in zip(marks(ax), ax.drawn.to_dict("records")):
        found = [dict(zip(SENTENCE, place)) for place in row.get("sources", ())]
        found += [dict(zip(LINE, place)) for place in row.get("lines", ())]
        other = {"simulated": f"shuffled text, seed {row['seed']}"} if "seed" in row else {"doc_id": row.get("doc_id")}
        rows += [{"mark": mark, **place} for place in found or [other]]
    columns = ["mark", *SENTENCE, "line", "piece", "simulated"]
    return pd.DataFrame(rows, columns=columns).astype({c: "Int64" for c in ("par", "sent", "line", "piece")})


def basis(ax):
    """n and interval of what is drawn, as sentences, read off the columns of its table and off its marks."""
    table, n = ax.drawn, []
    for column in [c for c in ("n_articles", "n_statements", "n_tokens", "n_units") if c in table and len(table)]:
        low, high = int(table[column].min()), int(table[column].max())
        n.append(("" if low == high else f"{low:,} to ") + stats.many(high, column[2:-1]))
    labels = set(table["interval"]) if "interval" in table else {"none drawn"}
    covered = sorted({int(v) for v in re.findall(r"(\d+)% in simulation", " ".join(labels))})
    span = " to ".join(dict.fromkeys(f"{v}" for v in covered[:1] + covered[-1:]))
    labels = sorted({re.sub(r"\d+% in simulation", f"{span}% in simulation", v) for v in labels})
    hollow = any(line.get_mfc() == "white" for panel in ax.figure.axes for line in panel.lines)
    return [f"n per mark: {', '.join(n)}." if n else f"n: {stats.many(len(table), 'mark')}.",
            f"Interval: {'; '.join(labels)}.", *["Hollow marks: no limits can be given."] * hollow]


def _held(ax):
    """Everything that an Axes draws, as plain numbers (to six digits) and words."""
    held = [ax.get_title(loc="left"), ax.get_xlabel(), ax.get_ylabel(), ax.get_xlim(), ax.get_ylim(),
            [(t.get_position(), t.get_text()) for t in (*ax.get_xticklabels(), *ax.get_yticklabels())],
            [(v.get_xydata().tolist(), v.get_color(), v.get_marker(), v.get_mfc()) for v in ax.lines],
            [(t.get_text(), t.get_position(), getattr(t, "xy", None)) for t in ax.texts],
            [(p.get_path().transformed(p.get_patch_transform()).vertices.tolist(), p.get_facecolor(), p.get_hatch())
             for p in ax.patches], [[p.vertices.tolist() for p in c.get_paths()] for c in ax.collections]]
    return json.loads(json.dumps(held, default=str), parse_float=lambda v: f"{float(v):.6g}")


def describe(ax, name):
    """The digest of a figure: name, a hash of all that its Axes hold, its first Axes and the first rows drawn."""
    figure = ax.figure
    figure.draw_without_rendering()
    panels = [_held(a) for a in figure.axes if a.get_visible()]
    around = [figure.get_suptitle(), figure.get_supxlabel(), figure.get_supylabel(),
              *(t.get_text() for legend in figure.legends for t in legend.get_texts())]
    held = hashlib.sha256(json.dumps([around, panels]).encode()).hexdigest()[:12]
    said = [f"{name}: {len(ax.drawn)} marks in {stats.many(len(panels), 'panel')}, held {held}"]
    for side, label, limits, ticks in zip("xy", panels[0][1:3], panels[0][3:5], (ax.get_xticklabels(), ax.get_yticklabels())):
        marked = ", ".join(t.get_text() for t in ticks if t.get_text())
        said.append(f"{side}: {label or '-'} [{' to '.join(map(str, limits))}] {marked}".replace("\n", " ")[:150])
    table = ax.drawn.drop(columns=[*plots.HIDDEN, "interval"], errors="ignore")
    said.append(table.head(4).to_string(index=False, max_colwidth=40, float_format=lambda v: f"{v:.4g}"))
    return Digest("\n".join(said))


def alt_text(ax):
    """A description for readers who can't see the picture, computed from what is drawn."""
    table, asked, kind = ax.drawn, ax.spec["options"], ax.spec["plot"]
    said = f"{asked['title']}. {kind.replace('_', ' ').capitalize()}, {stats.many(len(table), 'mark')}"
    value = asked.get("value") or asked.get("x") or {"topic_terms": "weight", "timeline": "n_articles"}.get(kind)
    if value in table and table[value].notna().any():
        number, marked = table[value], marks(ax)
        said += (f"; {value}: highest {marked[number.idxmax()]} ({number.max():.3g}), "
                 f"lowest {marked[number.idxmin()]} ({number.min():.3g})")
    elif len(table):
        said += "; " + "; ".join(f"{tick.get_text()}: {text.get_text()}" for tick, text in zip(ax.get_yticklabels(), ax.texts))
    return " ".join(said.split()) + "."
