"""Figure, numbers, caption and trace under one name."""

import hashlib
import io
import json
import re
import sys
from pathlib import Path

import pandas as pd

from demarche import plots, schema, stats, store, style

METADATA = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None},
             "pdf": {"CreationDate": None, "Producer": None, "Creator": None}}
# The researcher's own words for figures; rows of EVERY are for fixed words: the word in `now`, the researcher's in `title`.
WORDS, OWN, EVERY = "captions.csv", ["title", "unit", "caption"], "every figure"
_BRACES = re.compile(r"\{[^{}]*\}|[{}]")


def save(ax, name, caption, source, folder=None):
    """Keep a figure: NAME.svg, NAME.png, NAME.csv (the numbers drawn), NAME.trace.csv (mark to sentences), NAME.json
    (title, caption, alt text, a hash of the tables, how to draw it again) in `folder`, else in the figures folder beside the
    notebooks; show it.

    `caption` says what is drawn; n and interval are added from the table drawn, `source` names tables and rows behind it.
    Title, unit and caption are the researcher's own where captions.csv in `folder` has them.
    """
    folder = Path(folder or Path.cwd().parent / "figures")
    own, table = own_words(folder), ax.drawn.drop(columns=plots.HIDDEN, errors="ignore")
    ax, whole = _renamed(ax, name, own, caption, source)
    png = render(ax.figure, "png")
    fields = {"name": name, "title": ax.spec["options"]["title"], "caption": whole, "said": caption, "source": source,
              "alt": alt_text(ax), "digest": describe(ax, name).splitlines()[0], "words": [*ax.figure.words],
              "tables": store.digest(store.home(folder.parent)[0]), "dtypes": table.dtypes.astype("str").to_dict(), **ax.spec}
    for kind, data in (("csv", store.csv(table)), ("trace.csv", store.csv(trace_table(ax))), ("svg", render(ax.figure, "svg")),
                       ("png", png), ("json", json.dumps(fields, indent=1, ensure_ascii=False) + "\n")):
        store.write_bytes(folder / f"{name}.{kind}", data)
    return show(ax, name, whole, png)


def show(ax, name, caption="", png=None):
    """Show a figure in a notebook, with its caption; return its digest."""
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython():
        from IPython.display import Image, display
        display(Image(png or render(ax.figure, "png"), alt=alt_text(ax), width=int(style.WIDTH * 100)))
        print(caption)
    return describe(ax, name)


def render(figure, kind, width=None, tall=None, **more):
    """The figure as bytes of a `kind` (svg, png or pdf), the same on every run; drawn anew for another `width` in inches, its
    type as large as before, with as many rows as fit into `tall` inches. `more`: for matplotlib's savefig, such as dpi."""
    buffer, figure = io.BytesIO(), figure.again(width=width, tall=tall).figure if width else figure
    figure.savefig(buffer, format=kind, metadata=METADATA[kind], **more)
    return buffer.getvalue()


def own_words(folder):
    """{figure: {title, unit, caption}} in the researcher's own words, from FOLDER/captions.csv, and {EVERY: {fixed word: own}};
    empty cells are left out."""
    table = store.read_csv(path, ["figure"]) if (path := Path(folder) / WORDS).exists() else pd.DataFrame(columns=["figure"])
    rows = {row["figure"]: found for row in table.to_dict("records") if (found := {c: row[c] for c in OWN if row.get(c)})}
    fixed = table.reindex(columns=["figure", "now", "title"]).query("figure == @EVERY and title.fillna('') != ''")
    odd = [f"'{t}' for '{n}'" for n, t in zip(fixed["now"], fixed["title"]) if {*_BRACES.findall(t)} - {*_BRACES.findall(n)}]
    schema.refuse(odd, f"{path}: braces that are not in what is replaced: {'; '.join(odd)}; keep them as they are")
    return rows | {EVERY: dict(zip(fixed["now"], fixed["title"]))} if len(fixed) else rows


def _renamed(ax, name, words, said, source):
    """(the figure, its whole caption) in the researcher's words, of `own_words`."""
    own, fixed = words.get(name, {}), words.get(EVERY)
    told = {c: own[c] for c in ("title", "unit") if c in own and c in ax.spec["options"]}
    ax = ax.figure.again(words=fixed, **told) if told or fixed else ax
    source = ax.figure.words["Source: {}."].format(ax.figure.words[source].rstrip("."))
    return ax, " ".join([(own.get("caption") or said).rstrip(".") + ".", *basis(ax), source])


def named(folder, name, own):
    """(Axes, fields) as `redraw`, in the researcher's words: `own`, of `own_words`."""
    ax, fields = redraw(folder, name)
    ax, whole = _renamed(ax, name, own, fields.get("said", fields["caption"]), fields.get("source", ""))
    return ax, {**fields, "title": ax.spec["options"]["title"], "caption": whole, "alt": alt_text(ax)}


def redraw(folder, name):
    """(Axes, fields of NAME.json) of a kept figure, drawn anew from its numbers."""
    path = Path(folder) / f"{name}.json"
    with schema.failing((KeyError, TypeError, AttributeError, ValueError), lambda error: (
            f"{path}: no figure can be drawn from it ({error}); run `make figures`, or take it out")):
        fields = {"caption": "", "digest": "", **json.loads(path.read_text(encoding="utf-8"))}
        empty = {c: [""] for c, kind in fields["dtypes"].items() if kind != "str"}
        table = store.read_csv(path.with_suffix(".csv"), dtype=fields["dtypes"], na_values=empty)
        return getattr(plots, fields["plot"])(table, **fields["options"]), fields


def names(folder):
    """The names of the figures kept in a folder."""
    return sorted(p.stem for p in Path(folder).glob("*.json"))


def marks(ax):
    """The name of each mark: its key values joined by ' | '."""
    return [" | ".join(str(v) or "undated" for v in row) for row in zip(*(ax.drawn[c].tolist() for c in ax.key))]


def trace_table(ax):
    """One row per mark and thing behind it: a sentence (doc_id, par, sent), a line (doc_id, line, piece) or a simulation.

    Without `sent`, or `par`, it is a whole paragraph or article; so it is for an article's mark with nothing found (no date).
    """
    rows, columns = [], ["mark", *schema.SENTENCE, "line", "piece", "simulated"]
    for mark, row in zip(marks(ax), ax.drawn.to_dict("records")):
        found = [dict(zip(keys, place)) for column, keys in (("sources", schema.SENTENCE), ("lines", schema.LINE))
                 for place in row.get(column, ())]
        other = {"simulated": f"no sentence: simulated, seed {row['seed']}"} if "seed" in row else {"doc_id": row.get("doc_id")}
        rows += [{"mark": mark, **place} for place in found or [other]]
    return pd.DataFrame(rows, columns=columns).astype({c: "Int64" for c in ("par", "sent", "line", "piece")})


def basis(ax):
    """n and interval of what is drawn, as sentences, read off the columns of its table and off its marks."""
    table, spans, say = ax.drawn, {}, ax.figure.words.__getitem__

    def span(values):
        return say(" to ").join(dict.fromkeys(f"{v:,}" for v in (min(values), max(values))))
    n = [f"{span(table[c])} {say(unit + 's' * int(table[c].max() != 1))}" for c, unit in (("n_articles", "article"), (
        "n_statements", "sentence"), ("n_tokens", "token"), ("n_units", "unit")) if c in table and len(table)]
    for label in set(table["interval"] if "interval" in table and ax.spec["plot"] != "matrix" else ()) or ["none drawn"]:
        spans.setdefault(re.sub(r"[\d.]*\d", "{}", label), []).append([*map(json.loads, re.findall(r"[\d.]*\d", label))])
    labels = [say(text).format(*map(span, zip(*numbers))) for text, numbers in sorted(spans.items())]
    hollow = any(line.get_mfc() == "white" for panel in ax.figure.axes for line in panel.lines)
    rests = "n per mark: {}." if n else "n: {} mark." if len(table) == 1 else "n: {} marks."
    return [say(rests).format(", ".join(n) or f"{len(table):,}"), say("Interval: {}.").format("; ".join(labels)),
            *[say("Hollow marks: no interval can be given.") for _ in range(hollow)]]


def _held(ax):
    """Everything that an Axes draws, as plain numbers (to six digits) and words."""
    labels = ax.get_xticklabels(), ax.get_yticklabels(), ax.get_legend().get_texts() if ax.get_legend() else []
    x, y, legend = ([t.get_text() for t in some] for some in labels)
    shapes = [(p.get_path().transformed(p.get_patch_transform()).vertices.tolist(), p.get_facecolor(), p.get_hatch())
              for p in ax.patches]
    held = [[ax.get_xlabel(), ax.get_xlim(), x], [ax.get_ylabel(), ax.get_ylim(), y],
            [p.vertices.tolist() for c in ax.collections for p in c.get_paths()], ax.get_title(loc="left"), legend, shapes,
            [(v.get_xydata().tolist(), v.get_color(), v.get_marker(), v.get_mfc()) for v in ax.lines],
            [(t.get_text(), t.get_position(), getattr(t, "xy", None)) for t in ax.texts]]
    return json.loads(json.dumps(held, default=str), parse_float=lambda v: f"{float(v):.6g}")


def describe(ax, name):
    """The digest of a figure: name, a hash of all that its Axes hold, its first Axes and the first rows drawn."""
    panels = [_held(a) for a in ax.figure.axes if a.get_visible()]
    around = [getattr(ax.figure, f"get_sup{label}")() for label in ("title", "xlabel", "ylabel")]
    held = hashlib.sha256(json.dumps([around, panels]).encode()).hexdigest()[:12]
    said = [f"{name}: {len(ax.drawn)} marks in {stats.plural(len(panels), 'panel')}, held {held}"]
    for side, (label, limits, ticks) in zip("xy", panels[0]):
        said.append(" ".join(f"{side}: {label or '-'} [{' to '.join(map(str, limits))}] {', '.join(ticks)}".split())[:150])
    table = ax.drawn.drop(columns=[*plots.HIDDEN, "interval"], errors="ignore")
    said.append(table.head(4).to_string(index=False, max_colwidth=40, na_rep="-", float_format=lambda v: f"{v:.4g}"))
    return style.Plain("\n".join(said))


def alt_text(ax):
    """A description for readers who can't see the picture, computed from what is drawn."""
    table, own, plot, named = ax.drawn, ax.spec["options"], ax.spec["plot"], marks(ax)
    value = own.get("value") or own.get("x") or {"topic_terms": "weight", "topic_map": "share", "timeline": "n_articles"}[plot]
    said = "; ".join(f"{mark}: {text.get_text()}" for mark, text in zip(named, ax.texts))
    if value in table and len(table):
        ends = {"highest": table[value].idxmax(), "lowest": table[value].idxmin()}
        said = f"{value}: " + ", ".join(f"{end} {named[i]} ({table[value][i]:.3g})" for end, i in ends.items())
    kind, n = plot.replace("_", " ").capitalize(), stats.plural(len(table), "mark")
    return " ".join(f"{own['title']}. {kind}, {n}; {said}.".split())


def moved(one, other):
    """What moved between two runs, each a pair of folders (tables, figures): `where, mark, column, was, now, articles`.

    Figures number by number, by mark; tables of articles as how many of an article's rows are other than before, tables without
    articles number by number, by key. `articles` moved it: those of which another sentence stands behind the mark, or whose own
    rows are no longer the same; for a figure where there is none, all articles that came, went or changed.
    """
    rows, runs = [], (one, other)
    for name, spec in schema.TABLES.items():
        was, now = (store.read(folder, name) if (Path(folder) / f"{name}.parquet").exists() else None for folder, _ in runs)
        if was is None or now is None:
            rows += [] if was is now else [(name, "", "table", *("gone" if t is None else "there" for t in (was, now)), "")]
        elif "doc_id" in spec.columns:
            rows += [(name, doc_id, *row, doc_id) for doc_id, *row in _other_rows(was, now)]
        else:
            keyed = [t.set_axis([" | ".join(map(str, k)) for k in t[spec.key].itertuples(index=False)]) for t in (was, now)]
            rows += [(name, *row, "") for row in _other_cells(*keyed)]
    changed = {row[-1] for row in rows} - {""}
    for name in sorted({n for _, folder in runs for n in names(folder)}):
        kept, places = zip(*(_numbers(folder, name) for _, folder in runs))
        for mark, *row in _other_cells(*kept):
            was, now = (p.get(mark, set()) for p in places)
            docs = {p[0] for p in was ^ now} | {p[0] for p in was | now} & changed or changed
            rows.append((name, mark, *row, ", ".join(sorted(d for d in docs if d))))
    return pd.DataFrame(rows, columns=["where", "mark", "column", "was", "now", "articles"])


def _numbers(folder, name):
    """(numbers of a kept figure as text, by mark; {mark: places behind it}); nothing where it is not kept."""
    if name not in names(folder):
        return pd.DataFrame(), {}
    table, trace = (store.read_csv(f"{folder}/{name}.{end}", need) for end, need in (("csv", ()), ("trace.csv", ["mark"])))
    places = {mark: set(part.drop(columns="mark").itertuples(index=False, name=None)) for mark, part in trace.groupby("mark")}
    marks = trace["mark"].drop_duplicates()
    return table.set_index(marks.to_numpy() if len(marks) == len(table) else table.index.astype("str")), places


def _other_cells(was, now):
    """(mark, column, was, now) of each cell of two tables that differs, and of each row that only one has."""
    both = was.index.intersection(now.index)
    found = [(mark, "mark", *(("there", "gone") if mark in was.index else ("gone", "there")))
             for mark in was.index.symmetric_difference(now.index, sort=False)]
    for column in [c for c in was if c in now]:
        a, b = (t.loc[both, column].astype("str").fillna("") for t in (was, now))
        found += list(zip(both[a != b], [column] * len(both), a[a != b], b[a != b]))
    return found


def _other_rows(was, now):
    """Yield (doc_id, how many rows differ and, where there are as many as before, in which columns; its rows in one run and in
    the other) for each article whose rows are not the same in both."""
    same = [c for c in was if c in now]
    rows = pd.concat([t[same].astype("str").fillna("") for t in (was, now)], keys=range(2), names=["run"])
    sizes = rows.groupby(["doc_id", "run"]).size().unstack(fill_value=0).reindex(columns=range(2), fill_value=0)
    for doc_id, other in rows.drop_duplicates(keep=False).groupby("doc_id"):  # no row stands twice in a run
        a, b = (other.iloc[other.index.get_level_values("run") == run] for run in range(2))
        columns = [c for c in same if len(a) == len(b) and sorted(a[c]) != sorted(b[c])]
        yield doc_id, f"rows ({max(len(a), len(b))} not the same{': ' * bool(columns)}{', '.join(columns)})", *sizes.loc[doc_id]
