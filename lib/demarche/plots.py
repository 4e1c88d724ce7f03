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

MOST_ROWS = 24   # rows of a dot plot or matrix; a larger table is cut to its first rows, and the title says so
MOST_OWN = 40    # articles up to which each article's own value is drawn


def _figure(key):
    """Marks a plotting function: remember table, key and options on the Axes it returns."""
    def wrap(draw):
        @functools.wraps(draw)
        def drawn(table, **options):
            with plt.rc_context():
                style.use()
                ax, used = draw(table.reset_index(drop=True), **options)
            ax.drawn, ax.spec = used, {"plot": draw.__name__, "options": options}
            ax.key = [options.get(k, k) for k in key]
            return ax
        return drawn
    return wrap


def _axes(height, title, note="", columns=1, rows=1, **more):
    fig, axes = plt.subplots(rows, columns, figsize=(style.WIDTH, height), **more)
    fig.suptitle("\n".join(textwrap.wrap(title, 78)), x=0.01, ha="left", fontsize=10, fontweight="bold")
    if note:
        fig.supxlabel("\n".join(textwrap.wrap(note, 118)), x=0.01, ha="left", fontsize=7, color="0.35")
    return axes


def _first(table, column, title):
    """The rows of the first MOST_ROWS values of a column, and the title that says if some were left out."""
    values = list(dict.fromkeys(table[column]))
    if len(values) > MOST_ROWS:
        title = f"{title} (first {MOST_ROWS} of {len(values):,})"
    return table[table[column].isin(values[:MOST_ROWS])], values[:MOST_ROWS], title


def _wrap(text, width=30):
    return "\n".join(textwrap.wrap(str(text), width)[:2]) or " "


@_figure(key=["y", "part"])
def stacked(table, y, part, value, title, unit, note=""):
    """One horizontal bar per `y`, cut into parts of size `value`; the parts' names stand in a line above."""
    table, names, title = _first(table, y, title)
    parts = list(dict.fromkeys(table[part]))
    ax = _axes(0.9 + 0.34 * len(names), title, note)
    hatches = ["", "////", "....", "\\\\\\\\", "xx", "--", "++", "oo", "**", "||"]
    for i, p in enumerate(parts):
        rows = table[table[part] == p]
        at = [names.index(n) for n in rows[y]]
        ax.barh(at, rows[value], left=rows["left"], color=style.INKS[i % 8] if i else "0.85", hatch=hatches[i % 10],
                edgecolor="white", linewidth=0.5, height=0.7, label=p)
    labels = style.short(names)
    ax.set(yticks=range(len(names)), yticklabels=[_wrap(labels[n]) for n in names], xlabel=unit)
    ax.invert_yaxis()
    ax.legend(ncols=5, loc="lower left", bbox_to_anchor=(0, 1), frameon=False, fontsize=7.5, handlelength=1.4, columnspacing=1.2)
    return ax, table


@_figure(key=["doc_id"])
def date_strip(table, title, note=""):
    """When each article was published: a dot for a known day, an arrow for 'not after', a lane of its own for no date."""
    table, names, title = _first(table, "doc_id", title)
    ax = _axes(1.1 + 0.34 * len(names), title, note)
    low, high = pd.to_datetime(table["date_from"]), pd.to_datetime(table["date_to"])
    known = pd.concat([low, high]).dropna()
    first, last = (known.min(), known.max()) if len(known) else (pd.Timestamp("2000-01-01"), pd.Timestamp("2001-01-01"))
    span = max(last - first, pd.Timedelta(days=30))
    left, right = first - 0.25 * span, last + 0.12 * span
    for i, (a, b, kind) in enumerate(zip(low, high, table["date_kind"])):
        if pd.notna(a) and a == b:
            ax.plot(a, i, marker="o", color=style.INKS[0], markersize=6)
            ax.annotate(f"  {a.day} {a:%b %Y}", (a, i), va="center", fontsize=8)
        elif pd.notna(b):
            start = a if pd.notna(a) else left
            ax.plot([start, b], [i, i], color=style.INKS[1], lw=2, solid_capstyle="butt")
            ax.plot([b], [i], marker="|", color=style.INKS[1], markersize=10)
            if pd.isna(a):
                ax.plot([left + 0.01 * span], [i], marker="<", color=style.INKS[1], markersize=6)
            ax.annotate(f"not after {b:%d %b %Y} ({kind})", ((left + 0.03 * span), i), xytext=(0, 5), textcoords="offset points",
                        fontsize=7.5, color=style.INKS[1])
        else:
            ax.axhspan(i - 0.32, i + 0.32, color="0.94", lw=0)
            ax.annotate("undated: could be any day", (left + 0.03 * span, i), va="center", fontsize=8, color="0.35", style="italic")
    labels = style.short(names)
    ax.set(yticks=range(len(names)), yticklabels=[_wrap(labels[n]) for n in names], xlim=(left, right), ylim=(len(names) - 0.5, -0.5))
    return ax, table


@_figure(key=["y"])
def dots(table, y, x, title, unit, low="low", high="high", own=None, n="n", zero=None, note=""):
    """One dot and whisker per `y`, its n at the right; thin rows (no interval) are hollow.

    `own`: a column with each article's own value, as 'label=value; ...' text, drawn as faint marks with one marker per article.
    """
    table, names, title = _first(table, y, title)
    ax = _axes(1.25 + 0.33 * len(names), title, note)
    articles = []
    for i, row in enumerate(table.itertuples(index=False)):
        values = getattr(row, own) if own else ""
        pairs = [p.rsplit("=", 1) for p in values.split("; ")] if values else []
        for label, value in pairs:
            if label not in articles:
                articles.append(label)
            k = articles.index(label)
            ax.plot(float(value), i + 0.24, marker=style.MARKS[k % 8], color=style.INKS[k % 8], markersize=4, alpha=0.75, lw=0, clip_on=False,
                    label=label if label not in [h.get_label() for h in ax.lines] else None)
        a, b, centre = getattr(row, low), getattr(row, high), getattr(row, x)
        whiskers = pd.notna(a)
        if whiskers:
            ax.plot([a, b], [i - 0.08, i - 0.08], color=style.TEXT, lw=1.6, solid_capstyle="butt")
        ax.plot(centre, i - 0.08, marker="o", color=style.TEXT, markerfacecolor=style.TEXT if whiskers else "white", markersize=6, clip_on=False)
        ax.annotate(str(getattr(row, n)), (1.01, i), xycoords=("axes fraction", "data"), va="center", fontsize=7.5, color="0.35",
                    annotation_clip=False)
    if zero is not None:
        ax.axvline(zero, color=style.FAINT, lw=0.8, zorder=0)
    ax.set(yticks=range(len(names)), yticklabels=[_wrap(v) for v in names], xlabel=unit, ylim=(len(names) - 0.4, -0.6))
    ax.grid(axis="y", color="0.93", lw=0.6)
    if articles:
        ax.legend(title="each article's own value:", ncols=min(6, len(articles)), loc="lower left", bbox_to_anchor=(0, 1), frameon=False,
                  fontsize=7.5, title_fontsize=7.5, alignment="left", handletextpad=0.2, columnspacing=1.0)
    return ax, table


@_figure(key=["row", "column"])
def matrix(table, row, column, value, title, unit, n="n", diverging=False, thin=None, note=""):
    """A table of numbers as shaded cells, the value and its n printed in each; cells marked in `thin` are hatched and grey."""
    table, rows, title = _first(table, row, title)
    columns = list(dict.fromkeys(table[column]))[:14]
    table = table[table[column].isin(columns)]
    ax = _axes(1.5 + 0.36 * len(rows), title, note)
    top = max(float(np.nanmax(np.abs(table[value]))) if len(table) else 1.0, 1e-9)
    top = 2.0 if diverging else top
    shade = plt.get_cmap(style.DIVERGING if diverging else "Blues")
    for cell in table.to_dict("records"):
        i, j, v = rows.index(cell[row]), columns.index(cell[column]), cell[value]
        weak = bool(thin and cell[thin])
        level = (v / top + 1) / 2 if diverging else 0.75 * v / top
        color = "0.95" if weak or pd.isna(v) else shade(level)
        ax.add_patch(plt.Rectangle((j - 0.48, i - 0.46), 0.96, 0.92, facecolor=color, edgecolor="0.8" if weak else "none",
                                   hatch="///" if weak else None, lw=0))
        dark = not weak and not pd.isna(v) and sum(np.array(shade(level)[:3]) * [0.3, 0.59, 0.11]) < 0.5
        text = "?" if pd.isna(v) else f"{v:+.1f}" if diverging else f"{v:.2f}" if top <= 1 else f"{v:.0f}"
        ax.text(j, i, f"{text}\n" if n else text, ha="center", va="center", fontsize=8, color="white" if dark else style.TEXT, linespacing=1.25)
        if n:
            ax.text(j, i + 0.24, f"n={cell[n]}", ha="center", va="center", fontsize=6.2, color="white" if dark else "0.3")
    names = style.short(columns) if column == "doc_id" else {c: c for c in columns}
    ax.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5), xticks=range(len(columns)), yticks=range(len(rows)),
           xticklabels=[_wrap(names[c], 14) for c in columns], yticklabels=[_wrap(r) for r in rows], xlabel=unit)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    if len(columns) > 6:
        ax.tick_params(axis="x", rotation=40)
    return ax, table


@_figure(key=["k"])
def stability(table, title, note=""):
    """Stability of the topics for each number of them, least to most stable topic, against the best of shuffled text."""
    ax = _axes(2.9, title, note)
    ax.fill_between(table["k"], 0, table["shuffled"], color="0.9", lw=0)
    ax.plot(table["k"], table["shuffled"], color="0.5", lw=1, ls="--")
    ax.vlines(table["k"], table["low"], table["high"], color=style.INKS[0], lw=1.2)
    ax.plot(table["k"], table["stability"], color=style.INKS[0], marker="o", markersize=5, lw=1.2)
    ax.annotate("shuffled text reaches up to here", (table["k"].iloc[-1], 0.02), ha="right", va="bottom", fontsize=8, color="0.35")
    ax.set(xlabel="number of topics", ylabel="agreement over refits (cosine)", ylim=(0, 1.02), xticks=table["k"])
    return ax, table


@_figure(key=["topic", "term"])
def topic_terms(table, title, note=""):
    """The heaviest terms of each topic, a small panel each; marked topics carry their mark in the panel's title."""
    topics = list(dict.fromkeys(table["topic"]))[:12]
    table = table[table["topic"].isin(topics)]
    columns = min(3, len(topics))
    rows = -(-len(topics) // columns)
    axes = np.atleast_1d(_axes(0.9 + rows * 1.75, title, note, columns, rows, squeeze=False, sharex=True)).ravel()
    for ax, topic in zip(axes, topics):
        part = table[table["topic"] == topic]
        mark = part["mark"].iloc[0]
        ax.barh(part["term"].map(lambda t: _wrap(t, 18)), part["weight"], color="0.8" if mark else style.INKS[0], hatch="///" if mark else None,
                edgecolor="white", lw=0, height=0.7)
        ax.invert_yaxis()
        ax.set_title(f"Topic {topic}" + (f" ({mark})" if mark else ""), fontsize=8.5)
        ax.tick_params(axis="y", labelsize=7.5)
    for ax in axes[len(topics):]:
        ax.set_visible(False)
    axes[0].figure.supylabel("")
    return axes[0], table


@_figure(key=["line", "period"])
def over_time(table, line, x, title, unit, low="low", high="high", zero=None, note=""):
    """One small panel per line over time; a period without articles leaves a gap; undated articles stand in a lane at the right."""
    table, names, title = _first(table, line, title)
    names = names[:6]
    table = table[table[line].isin(names)]
    dated = table[table["lane"] == "dated"]
    days = pd.to_datetime(dated["period"])
    axes = np.atleast_1d(_axes(0.9 + 0.8 * len(names), title, note, 2, len(names), squeeze=False, sharey="row",
                               gridspec_kw={"width_ratios": [5, 1]}))
    axes = axes.reshape(len(names), 2)
    crowded = len(days.unique()) > 12
    for i, (name, (ax, lane)) in enumerate(zip(names, axes)):
        part = dated[dated[line] == name]
        at = pd.to_datetime(part["period"])
        if len(part) > 1:
            full = part.set_index(at)[x].asfreq("MS" if part["period"].str.len().eq(7).all() else None) if part["period"].str.len().eq(7).all() else part.set_index(at)[x]
            ax.plot(full.index, full, color=style.INKS[i % 8], marker=None if crowded else style.MARKS[i % 8], lw=1.2 if crowded else 0, markersize=5)
            if crowded:
                ax.fill_between(at, part[low], part[high], color=style.INKS[i % 8], alpha=0.2, lw=0)
        else:
            ax.plot(at, part[x], color=style.INKS[i % 8], marker=style.MARKS[i % 8], lw=0, markersize=5)
        if not crowded:
            ax.vlines(at, part[low], part[high], color=style.INKS[i % 8], lw=1.2)
            for a, v, n in zip(at, part[x], part["n_articles"]):
                ax.annotate(f"n={n}", (a, v), xytext=(5, 3), textcoords="offset points", fontsize=6.5, color="0.35")
        rest = table[(table[line] == name) & (table["lane"] == "undated")]
        lane.plot(np.zeros(len(rest)), rest[x], color="0.4", marker=style.MARKS[i % 8], markerfacecolor="white", lw=0, markersize=6)
        lane.vlines(np.zeros(len(rest)), rest[low], rest[high], color="0.4", lw=1.2)
        for v, n in zip(rest[x], rest["n_articles"]):
            lane.annotate(f"n={n}", (0, v), xytext=(6, 0), textcoords="offset points", fontsize=6.5, color="0.35", va="center")
        for panel in (ax, lane):
            panel.set_facecolor("white" if panel is ax else "0.96")
            if zero is not None:
                panel.axhline(zero, color=style.FAINT, lw=0.6, zorder=0)
            panel.grid(axis="y", color="0.93", lw=0.5)
        lane.set(xlim=(-0.6, 1.2), xticks=[], xlabel="undated" if i == len(names) - 1 else "")
        lane.spines[:].set_visible(False)
        ax.set_ylabel(_wrap(name, 16), rotation=0, ha="right", va="center")
        ax.margins(y=0.25)
        if zero is None:
            ax.set_ylim(bottom=0)
        if len(days):
            pad = max((days.max() - days.min()) * 0.06, pd.Timedelta(days=20))
            ax.set_xlim(days.min() - pad, days.max() + pad)
            ax.xaxis.set_major_locator(mdates.AutoDateLocator(minticks=2, maxticks=6))
            ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(ax.xaxis.get_major_locator()))
        else:
            ax.set_xticks([])
            ax.annotate("no dated article", (0.5, 0.5), xycoords="axes fraction", ha="center", color="0.35")
        ax.tick_params(axis="x", labelbottom=i == len(names) - 1)
    axes[0][0].set_title(unit, fontsize=7.5, fontweight="normal", color="0.35")
    return axes[0][0], table
