"""A finished table in, an Axes out. Nothing is counted here.

Every function leaves on its Axes what was drawn: `ax.drawn` (the table), `ax.key` (the columns that name a mark) and
`ax.spec` (how to draw it again), which `report.save` keeps beside the picture.
"""

import functools
import textwrap

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from demarche import style

ROWS, COLUMNS, PANELS = 24, 14, 6  # a larger table is cut to its first ones, and the title says so
POOLED = "all"  # the group of a row that pools all articles


def _figure(*key):
    """Marks a plotting function: remember table, key and options on the Axes it returns."""
    def wrap(draw):
        @functools.wraps(draw)
        def drawn(table, **options):
            style.use()
            ax, used = draw(table.reset_index(drop=True), **options)
            ax.drawn, ax.spec = used.reset_index(drop=True), {"plot": draw.__name__, "options": options}
            ax.key = [k for k in (options.get(k, k) for k in key) if k in used]
            return ax
        return drawn
    return wrap


def _axes(height, title, note="", rows=1, columns=1, **more):
    fig, axes = plt.subplots(rows, columns, figsize=(style.WIDTH, height), squeeze=False, **more)
    fig.suptitle("\n".join(textwrap.wrap(title, 80)), x=0.01, ha="left", fontsize=10, fontweight="bold")
    if note:
        fig.supxlabel("\n".join(textwrap.wrap(note, 120)), x=0.01, ha="left", fontsize=7, color=style.SOFT)
    return axes if rows * columns > 1 else axes[0, 0]


def _first(table, column, title, most=ROWS):
    """The rows of the first values of a column, these values, and the title that says if some were left out."""
    values = list(dict.fromkeys(table[column]))
    title = title if len(values) <= most else f"{title} (first {most} of {len(values):,})"
    return table[table[column].isin(values[:most])], values[:most], title


def _wrap(text, width=30):
    return "\n".join(textwrap.wrap(str(text), width)[:2]) or " "


def _rows_axis(ax, names):
    labels = style.short(names)
    ax.set(yticks=range(len(names)), yticklabels=[_wrap(labels[str(n)]) for n in names], ylim=(len(names) - 0.5, -0.6))


@_figure("doc_id", "period")
def timeline(table, title, note=""):
    """When articles were published. Few articles: a dot for a known day, an arrow for 'not after', a grey lane for no
    date. Many (no column `doc_id`): a bar of articles per period, those without a day at the right."""
    if "doc_id" not in table:
        ax = _axes(2.4, title, note)
        dated = table[table["lane"] == "dated"]
        at, bare = pd.to_datetime(dated["period"]), table[table["lane"] != "dated"]
        step = at.drop_duplicates().diff().min() if len(at) > 1 else pd.Timedelta(days=28)
        ax.bar(at, dated["n_articles"], width=0.9 * step, color=style.INKS[0])
        if len(bare):
            ax.bar([at.max() + 2 * step], bare["n_articles"], width=0.9 * step, color="0.8", hatch="////", edgecolor="white")
            ax.annotate("undated", (at.max() + 2 * step, 0), xytext=(0, 3), textcoords="offset points", rotation=90,
                        ha="center", va="bottom", fontsize=7.5)
        ax.set(ylabel="articles")
        return ax, table
    names = list(table["doc_id"])
    ax = _axes(1.0 + 0.36 * len(names), title, note)
    low, high = pd.to_datetime(table["date_from"]), pd.to_datetime(table["date_to"])
    known = pd.concat([low, high]).dropna()
    first, last = (known.min(), known.max()) if len(known) else (pd.Timestamp("2000-01-01"), pd.Timestamp("2001-01-01"))
    span = max(last - first, pd.Timedelta(days=30))
    left, ink = first - 0.3 * span, style.INKS[1]
    for i, (a, b, kind) in enumerate(zip(low, high, table["date_kind"])):
        if pd.notna(a) and a == b:
            ax.plot(a, i, marker="o", color=style.INKS[0], markersize=6)
            ax.annotate(f"  {a.day} {a:%b %Y} ({kind})", (a, i), va="center", fontsize=8)
        elif pd.notna(b):
            ax.plot([a if pd.notna(a) else left + 0.02 * span, b], [i, i], color=ink, lw=1.6, solid_capstyle="butt",
                    marker="<" if pd.isna(a) else "|", markevery=[0], markersize=6)
            ax.plot([b], [i], marker="|", color=ink, markersize=11, mew=1.6)
            ax.annotate(f"not after {b.day} {b:%b %Y} ({kind})", (left + 0.05 * span, i), xytext=(0, 4),
                        textcoords="offset points", fontsize=7.5, color=ink)
        else:
            ax.axhspan(i - 0.32, i + 0.32, color="0.94", lw=0)
            ax.annotate("undated: any day", (left + 0.05 * span, i), va="center", fontsize=8, color=style.SOFT, style="italic")
    _rows_axis(ax, names)
    ax.set(xlim=(left, last + 0.32 * span))
    return ax, table


@_figure("y", "own")
def dots(table, y, x, title, unit, n, n_title, own="group", own_title="each by itself:", zero=None, most=ROWS, note=""):
    """One dot and whisker per `y`; hollow where no limits can be given; `n`, a format of columns, at the right.

    Rows whose column `own` is not 'all' are the own value of each article, outlet ...: small marks below the dot.
    """
    table, names, title = _first(table, y, title, most)
    owners = sorted(set(table[own]) - {POOLED})
    few, labels, ax = len(owners) <= 8, style.short(owners), _axes(1.25 + 0.34 * len(names), title, note)
    for row in table.to_dict("records"):
        i, k = names.index(row[y]), owners.index(row[own]) if row[own] != POOLED else None
        if k is not None:
            if few:
                ax.plot([row["low"], row["high"]], [i + 0.26] * 2, color=style.INKS[k], lw=1, alpha=0.5)
            ax.plot(row[x], i + 0.26, marker=style.MARKS[k] if few else "o", color=style.INKS[k] if few else "0.5",
                    markersize=4 if few else 2.5, alpha=0.8, lw=0, clip_on=False)
            continue
        ax.plot([row["low"], row["high"]], [i - 0.1] * 2, color=style.TEXT, lw=1.6, solid_capstyle="butt")
        fill = style.TEXT if pd.notna(row["low"]) else "white"
        ax.plot(row[x], i - 0.1, marker="o", color=style.TEXT, mfc=fill, markersize=6, clip_on=False)
        ax.annotate(n.format(**row), (1.01, i), xycoords=("axes fraction", "data"), va="center", fontsize=7, color=style.SOFT,
                    annotation_clip=False)
    ax.annotate(n_title, (1.01, 1), xycoords="axes fraction", va="bottom", fontsize=7, color=style.SOFT)
    if zero is not None:
        ax.axvline(zero, color=style.FAINT, lw=0.8, zorder=0)
    _rows_axis(ax, names)
    ax.set(xlabel=unit)
    ax.grid(axis="y")
    if owners and few:
        for k, o in enumerate(owners):
            ax.plot([], [], marker=style.MARKS[k], color=style.INKS[k], markersize=4, lw=0, label=labels[o])
        ax.legend(title=own_title, ncols=min(8, len(owners)), loc="lower left", bbox_to_anchor=(0, 1), frameon=False,
                  fontsize=7.5, title_fontsize=7.5, alignment="left", handletextpad=0.2, columnspacing=1.0)
    return ax, table


@_figure("row", "column")
def matrix(table, row, column, value, title, unit, n=None, scale=None, thin=None, note=""):
    """A table of numbers as shaded cells, the value and its n printed in each; cells marked in `thin` are hatched.

    `scale`: the value of the darkest cell; a negative end makes the colours diverge at 0 ('-2 to 2' is scale=-2).
    """
    table, rows, title = _first(table, row, title)
    table = table.sort_values(column, kind="stable") if column == "group" else table
    table, columns, title = _first(table, column, title, COLUMNS)
    ax = _axes(1.3 + 0.36 * len(rows), title, note)
    top = abs(scale or max(table[value].abs().max(), 1e-9))
    diverging = bool(scale and scale < 0)
    shade = plt.get_cmap(style.DIVERGING if diverging else "Blues")
    for cell in table.to_dict("records"):
        i, j, v = rows.index(cell[row]), columns.index(cell[column]), cell[value]
        weak = pd.isna(v) or bool(thin and cell[thin])
        color = (0.95, 0.95, 0.95) if weak else shade((v / top + 1) / 2 if diverging else 0.8 * v / top)
        ax.add_patch(plt.Rectangle((j - 0.48, i - 0.46), 0.96, 0.92, facecolor=color, edgecolor="0.8" if weak else "none",
                                   hatch="////" if weak else None, lw=0))
        ink = "white" if np.dot(color[:3], [0.3, 0.59, 0.11]) < 0.5 else style.TEXT
        text = "?" if pd.isna(v) else f"{round(v, 1) + 0.0:+.1f}" if diverging else f"{v:.2f}" if top <= 1 else f"{v:.0f}"
        ax.text(j, i - 0.12 * bool(n), text, ha="center", va="center", fontsize=8, color=ink)
        if n:
            ax.text(j, i + 0.25, f"n={cell[n]}", ha="center", va="center", fontsize=6.5, color=ink)
    labels = style.short(columns)
    _rows_axis(ax, rows)
    ax.set(xlim=(-0.5, len(columns) - 0.5), xticks=range(len(columns)), xlabel=unit)
    crowded = len(columns) > 6
    ax.set_xticklabels([_wrap(labels[str(c)], 14) for c in columns], rotation=35 * crowded, ha="right" if crowded else "center")
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax, table


@_figure("topic", "term")
def topic_terms(table, title, note=""):
    """The heaviest terms of each topic, a small panel each; unstable and one-article topics are grey, and say so."""
    table, topics, title = _first(table, "topic", title, 12)
    columns = min(3, len(topics))
    axes = np.atleast_1d(_axes(0.8 + -(-len(topics) // columns) * 1.75, title, note, -(-len(topics) // columns), columns,
                               sharex=True)).ravel()
    for ax, topic in zip(axes, topics):
        part = table[table["topic"] == topic]
        mark = part["mark"].iloc[0]
        ax.barh([_wrap(t, 18) for t in part["term"]], part["weight"], color="0.8" if mark else style.INKS[0], height=0.7,
                hatch="////" if mark else None, edgecolor="white", lw=0)
        ax.invert_yaxis()
        ax.set_title(f"Topic {topic}" + (f" ({mark})" if mark else ""), fontsize=8.5)
        ax.tick_params(axis="y", labelsize=7.5)
        ax.tick_params(axis="x", labelsize=7, labelbottom=True)
    for ax in axes[len(topics):]:
        ax.set_visible(False)
    return axes[0], table


@_figure("line", "period")
def over_time(table, line, x, title, unit, n="n_articles", zero=None, limits=None, most=PANELS, note=""):
    """One small panel per line over time; a period without articles is a gap; undated articles have a lane at the right."""
    table, names, title = _first(table, line, title, most)
    axes = _axes(0.9 + 0.85 * len(names), title, note, len(names), 2, sharey="row", gridspec_kw={"width_ratios": [5, 1]})
    dates = pd.to_datetime(table["period"].where(table["lane"] == "dated"), errors="coerce")
    crowded = dates.nunique() > 12
    for i, (name, (ax, lane)) in enumerate(zip(names, axes)):
        ink, mark = style.INKS[i % 8], style.MARKS[i % 8]
        part = table[(table[line] == name) & dates.notna()]
        at, bare = dates[part.index], table[(table[line] == name) & dates.isna()]
        if crowded:
            whole = part.set_index(at)[[x, "low", "high"]].astype(float)
            if part["period"].str.len().max() == 7:
                whole = whole.asfreq("MS")  # a month without articles breaks the line
            ax.plot(whole.index, whole[x], color=ink, lw=1.2)
            ax.fill_between(whole.index, whole["low"], whole["high"], color=ink, alpha=0.2, lw=0)
        for panel, days, rows, color in ((ax, at, part, ink), (lane, np.zeros(len(bare)), bare, style.SOFT)):
            if panel is lane or not crowded:
                panel.vlines(days, rows["low"].astype(float), rows["high"].astype(float), color=color, lw=1.2)
                panel.plot(days, rows[x], color=color, marker=mark, mfc=color if panel is ax else "white", lw=0, markersize=5.5,
                           clip_on=False)
                for day, value, many in zip(days, rows[x], rows[n]):
                    panel.annotate(f"n={many}", (day, value), xytext=(6, 2), textcoords="offset points", fontsize=6.5,
                                   color=style.SOFT)
            if zero is not None:
                panel.axhline(zero, color=style.FAINT, lw=0.8, zorder=0)
            panel.grid(axis="y")
        lane.set(xlim=(-0.6, 1.4), xticks=[], facecolor="0.96", xlabel="undated" if i == len(names) - 1 else "")
        lane.spines[:].set_visible(False)
        ax.set_ylabel(_wrap(name, 16), rotation=0, ha="right", va="center")
        ax.margins(y=0.3)
        ax.set_ylim(*(limits or (0, None)))
        known = dates.dropna()
        ax.tick_params(axis="x", labelbottom=i == len(names) - 1)
        if len(known):
            pad = max((known.max() - known.min()) * 0.08, pd.Timedelta(days=20))
            ax.set_xlim(known.min() - pad, known.max() + pad)
            ax.xaxis.set_major_locator(mdates.AutoDateLocator(minticks=2, maxticks=6))
            ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(ax.xaxis.get_major_locator()))
        else:
            ax.set_xticks([])
            ax.annotate("no dated article", (0.5, 0.5), xycoords="axes fraction", ha="center", va="center", color=style.SOFT)
    axes[0][0].set_title(unit, fontsize=7.5, color=style.SOFT)
    return axes[0][0], table
