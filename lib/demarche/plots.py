"""A finished table in, an Axes out: nothing is counted here. Hollow marks have no limits; grey, hatched cells rest on little.

Every function takes `width` in inches, and `nothing`, what is said of a table without rows. It leaves the rows drawn, the
columns that name a mark and how to draw it again on its Axes (`ax.drawn, ax.key, ax.spec`), for `report.save`.
"""

import functools
import textwrap

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from demarche import stats, style

ROWS, COLUMNS, PANELS, TOPICS = 24, 14, 6, 12  # a larger table is cut to its first ones, and the title says so
POOLED = "all"                                 # the group of a row that pools all articles
HIDDEN = ["sources", "lines"]                  # columns that lead to the sentences behind a row
# By the length of a period's name (2024, 2024-W05, 2024-Q1, 2024-01, 2024-01-31): its beat, and a bar's days.
BEAT = {4: ("YS", 330), 8: ("W-MON", 6), "Q": ("QS", 84), 7: ("MS", 27), 10: ("D", 0.9)}


def _plot(draw):
    """Makes a plotting function of one that returns its Axes, the rows drawn and the columns that name a mark."""
    @functools.wraps(draw)
    def drawn(table, width=style.WIDTH, nothing="Nothing to draw: the table has no rows.", **options):
        style.use()
        table = table.reset_index(drop=True)
        for column in [c for c in table if c not in HIDDEN and not pd.api.types.is_numeric_dtype(table[c])]:
            table[column] = table[column].fillna("").astype("str")  # as it comes back from a CSV
        ax, ax.drawn, ax.key = draw(table, width=width, **options) if len(table) else _nothing(
            table, width, options["title"], nothing)
        if ax.key and ax.drawn.duplicated(ax.key).any():
            raise ValueError(f"{draw.__name__}: two rows are one mark ({', '.join(ax.key)}); select rows, or group them")
        ax.figure.get_layout_engine().execute(ax.figure)
        ax.figure.set_layout_engine(None)  # placed once, so that each rendering has the same bytes
        options |= {} if len(table) else {"nothing": nothing}
        ax.figure.again = functools.partial(drawn, table, **options)
        ax.spec = {"plot": draw.__name__, "options": {**options, "title": " ".join(ax.figure.get_suptitle().split())}}
        return ax
    return drawn


def _nothing(table, width, title, why):
    ax = _axes(width, 0.5, title)[0, 0]
    ax.set_axis_off()
    ax.text(0, 0.5, why, color=style.TEXT)
    return ax, table, []


def _axes(width, height, title, rows=1, columns=1, **more):
    """Axes under a title; what is drawn below it gets `height` inches."""
    title = _wrap(title, 11 * width, 4)
    whole = height + 0.25 + 0.17 * title.count("\n")
    fig = Figure(figsize=(width, whole), layout="constrained")
    fig.get_layout_engine().set(rect=(0, 0, 1, height / whole))
    fig.suptitle(title, x=0.01, y=1 - 0.05 / whole, ha="left", va="top", fontsize=10, fontweight="bold")
    return fig.subplots(rows, columns, squeeze=False, **more)


def _wrap(text, width, lines=3):
    """Text as a label: what can't be printed is a blank, long lines are broken, the rest is cut off with a mark."""
    text = "".join(c if c.isprintable() else " " for c in str(text))
    width = max(6, int(width))
    wrapped = textwrap.wrap(text, width, max_lines=lines, placeholder=" …")
    return "\n".join(wrapped) if wrapped != ["…"] else text.strip()[: width - 1] + "…"  # one long word


def _labels(names, width, lines=3):
    short = style.short(names)
    return [_wrap(short[str(n)], width, lines) or "–" for n in names]


def _longest(labels):
    return max((len(line) for label in labels for line in label.split("\n")), default=0)


def _row_axes(width, room, names, title, least=0.0):
    """(Axes with a row for each name, inches of a row)."""
    labels = _labels(names, 4.8 * width)
    step = max(least, 0.35 + 0.13 * max(label.count("\n") for label in labels))
    ax = _axes(width, room + step * len(labels), title)[0, 0]
    ax.set(yticks=range(len(labels)), yticklabels=labels, ylim=(len(labels) - 0.5, -0.5))
    return ax, step


def _first(table, column, title, most):
    """The rows of the first values of a column, these values, and the title that says if some were left out."""
    values = list(dict.fromkeys(table[column]))
    title = title if len(values) <= most else f"{title} (first {most} of {len(values):,})"
    return table[table[column].isin(values[:most])].reset_index(drop=True), values[:most], title


def _dates(ax, days, width):
    """A date axis that holds these days, or any year where there are none; returns places near its ends."""
    low, high = (days.min(), days.max()) if days.notna().any() else pd.to_datetime(["2000-01-01", "2001-01-01"])
    pad = max((high - low) * 0.1, pd.Timedelta(days=20))
    ax.set_xlim(low - pad, high + pad)
    ax.xaxis.set_major_locator(mpl.dates.AutoDateLocator(minticks=2, maxticks=4 if width < 4 else 6))
    ax.xaxis.set_major_formatter(mpl.dates.ConciseDateFormatter(ax.xaxis.get_major_locator()))
    return low - 0.7 * pad, high + 0.7 * pad


def _beat(table):
    """(beat, days of a bar) of the dated periods of a table."""
    names = table.loc[table["lane"] == "dated", "period"].astype("str")
    return BEAT["Q" if names.str.contains("-Q").any() else max(4, names.str.len().max()) if len(names) else 4]


def _time_axes(table, width, rows, height, title, heights=None):
    """(day of each row, pairs of Axes): dated at the left, the lane of undated articles at the right."""
    bare = not table["lane"].isin(["undated"]).any()  # nothing for the lane at the right
    axes = _axes(width, height, title, rows, 2 - bare, sharey="row", sharex="col",
                 gridspec_kw={"width_ratios": [5, 1][:2 - bare], "height_ratios": heights})
    if bare:  # then one that nobody sees
        axes = np.column_stack([axes, [axes[0, 0].figure.add_axes((0, 0, 1, 1), visible=False)] * rows])
    days = stats.first_day(table["period"].where(table["lane"] == "dated"))
    ends = table.loc[table["lane"] == "between", "period"].str.split("/").explode()
    _dates(axes[-1, 0], pd.concat([days, pd.to_datetime(ends)]), width)
    axes[-1, 1].set(xlim=(-0.6, 1.4), xticks=[0.4], xticklabels=["undated"])
    for ax, lane in axes:
        lane.set_facecolor("0.96")
        lane.spines[:].set_visible(False)
        lane.tick_params(length=0)
        lane.grid(axis="y")
        ax.grid(axis="y")
        for inner in (ax, lane) if ax is not axes[-1, 0] else ():
            inner.xaxis.set_visible(False)
        ax.text(0.5, 0.5, "no dated article" if days.isna().all() else "", transform=ax.transAxes, ha="center")
    return days, axes


@_plot
def timeline(table, title, width):
    """When articles were published. Few articles: a dot for a known day, a bar for a span, an arrow where one end is open, a
    grey lane for no date. Many (no column `doc_id`): a bar of articles per period, those without a day in a lane."""
    if "doc_id" not in table:
        days, ((ax, lane),) = _time_axes(table, width, 1, 2.1, title)
        n, dated, beat = table["n_articles"], days.notna(), _beat(table)[1]
        ax.bar(days[dated], n[dated], width=beat, color=style.INKS[0])
        lane.bar([0.4], [n[~dated].sum()], width=0.8, color="0.8", hatch="////", edgecolor="white", lw=0)
        lane.annotate(f"n={n[~dated].sum():,}", (0.4, n[~dated].sum()), ha="center", va="bottom", fontsize=7)
        ax.set_ylabel("articles")
        return ax, table, ["period"]
    ax, _ = _row_axes(width, 0.5, table["doc_id"], title, least=0.4)
    low, high = _dates(ax, table[["date_from", "date_to"]].apply(pd.to_datetime).stack(), width)
    for i, (a, b, kind) in enumerate(table[["date_from", "date_to", "date_kind"]].itertuples(index=False)):
        told = f"not after {b}" if not a else f"not before {a}" if not b else a if a == b else f"{a} to {b}"
        heads = ("", "") if not a and not b else ("o", "o") if a == b else ("|" if a else "<", "|" if b else ">")
        ends, ink = pd.to_datetime([a or low, b or high]), style.INKS[a != b] if a or b else "0.9"
        ax.plot(ends, [i + 0.15] * 2, color=ink, lw=1.6 if a or b else 16)
        for end, head in zip(ends, heads):
            ax.plot([end], [i + 0.15], marker=head, color=ink)
        ax.annotate(f"{told} ({kind})" if a or b else "undated: any day", (0.03, i if a or b else i + 0.15), fontsize=7.5,
                    xycoords=ax.get_yaxis_transform(), va="bottom" if a or b else "center")
    return ax, table, ["doc_id"]


def _ends(table, x):  # of an axis of rates: limits over few articles can be so wide that they'd press all marks together
    most = table[x].max()
    return (-0.2 * most, 4 * most) if x == "rate" and table["high"].max() > 4 * most > 0 else (None, None)


@_plot
def dots(table, y, x, title, unit, n, n_title, width, own="group", own_title="each by itself:", zero=None, most=ROWS):
    """One dot and whisker per `y`; hollow where no limits can be given; `n`, a format of columns, at the right.

    Rows whose column `own` is not 'all' are the own value of each article, outlet ...: small marks below the dot.
    """
    owners = sorted(set(table[own]) - {POOLED})
    few, named, (table, names, title) = len(owners) <= len(style.INKS), _labels(owners, 30), _first(table, y, title, most)
    near = table[table[own] != POOLED].sort_values([y, x])  # equal values must not hide each other
    gap = near.groupby(y)[x].diff().fillna(np.inf).where(near["low"].isna() | (not few), 0)  # nor may whiskers
    apart = (gap > 0.12 / width * np.ptp(table[[x, "low", "high"]].stack().dropna())) | (near[y] != near[y].shift())
    lanes = (near.groupby(apart.cumsum()).cumcount() % 8).reindex(table.index, fill_value=0)
    needed = 0.3 + 0.065 * lanes.max() * bool(owners)
    across = int((width - 0.8) / (0.35 + 0.06 * _longest(named))) or 1
    ax, step = _row_axes(width, 0.9 + few * 0.15 * -(-"\n".join(["", *named]).count("\n") // across), names, title, needed)
    for lane, row in zip(lanes, table.to_dict("records")):
        pooled, k = row[own] == POOLED, owners.index(row[own]) if few and row[own] != POOLED else 0
        at = names.index(row[y]) + ((0.1 if pooled else 0.2 + 0.065 * lane) - needed / 2) / step
        ink, mark, size = (style.TEXT, "o", 6) if pooled else (style.INKS[k], style.MARKS[k], 4) if few else ("0.45", "o", 3)
        if pooled or few:
            ax.plot([row["low"], row["high"]], [at, at], color=ink, lw=size / 4)
        hollow = pooled and pd.isna(row["low"])
        ax.plot(row[x], at, marker=mark, color=ink, mfc="white" if hollow else ink, markersize=size, clip_on=False, lw=0)
        ax.annotate(n.format(**row) if pooled else "", (1.01, at), xycoords=ax.get_yaxis_transform(), va="center", fontsize=7)
    ax.annotate(n_title.replace(" / ", " /\n"), (1.01, 1), xycoords="axes fraction", va="bottom", fontsize=7)
    ax.hlines(np.arange(len(names)) - 0.5, 0, 1, transform=ax.get_yaxis_transform(), color="0.92", lw=0.6, zorder=0)
    if zero is not None:
        ax.axvline(zero, color=style.FAINT, lw=0.8, zorder=0)
    ax.set(xlabel=_wrap(unit, 12 * width), xlim=_ends(table, x))
    if owners and few:
        keys = [mpl.lines.Line2D([], [], marker=m, color=c, markersize=4, lw=0) for m, c in zip(style.MARKS, style.INKS)]
        ax.legend(keys[:len(named)], named, title=own_title, ncols=across, loc="lower right", bbox_to_anchor=(1, 1))
    return ax, table, [y, own]


@_plot
def matrix(table, row, column, value, title, unit, width, n=None, scale=None, thin=None):
    """A table of numbers as shaded cells, the value and its n printed in each; cells marked in `thin` are hatched.

    `scale`: the value of the darkest cell; a negative end makes the colours diverge at 0 ('-2 to 2' is scale=-2).
    """
    every = table[row].nunique(), table[column].nunique()
    table, columns, _ = _first(table, column, title, min(COLUMNS, int(2.7 * width)))
    table, rows, _ = _first(table, row, title, ROWS)  # rows without a cell in these columns are left out
    columns = [name for name in (sorted(columns) if column == "group" else columns) if name in set(table[column])]
    sizes = zip((rows, columns), every, ("rows", "columns"))
    cut = [f"{len(shown)} of {n:,} {name}" for shown, n, name in sizes if len(shown) < n]
    title += f" ({', '.join(cut)})" if cut else ""
    unit, inches = _wrap(unit, 11 * width), 0.72 * width / len(columns)
    crowded = _longest(" ".join(style.short(columns).values()).split()) > 13 * inches
    named = _labels(columns, 24, 1) if crowded else _labels(columns, 13 * inches)
    ax, _ = _row_axes(width, 0.7 + 0.065 * _longest(named) * crowded, rows, title)
    top, diverging = abs(scale or max(table[value].abs().max(), 1e-9)), bool(scale and scale < 0)
    shade = mpl.colormaps.get_cmap(style.DIVERGING if diverging else style.SEQUENTIAL)
    size = min(8, 105 * inches / max(4, len(f"{top:,.0f}"), len(f"n={table[n].max():,}") if n else 0))
    for cell in table.to_dict("records"):
        i, j, v = rows.index(cell[row]), columns.index(cell[column]), cell[value]
        weak = pd.isna(v) or bool(thin and cell[thin])
        color = (0.95, 0.95, 0.95) if weak else shade((v / top + 1) / 2 if diverging else 0.8 * v / top)
        ax.bar(j, 0.92, 0.96, i - 0.46, color=color, edgecolor="0.8" if weak else color, hatch="////" if weak else None, lw=0)
        text = "?" if pd.isna(v) else f"{round(v, 1) or 0:+.1f}" if diverging else f"{v:.2f}" if top <= 1 else f"{v:,.0f}"
        text = text.replace("+0.0", "0.0").replace("-", "−") + (f"\nn={cell[n]:,}" if n else "")
        ink = "white" if np.dot(color[:3], [0.3, 0.59, 0.11]) < 0.5 else style.TEXT
        ax.text(j, i, text, ha="center", va="center", fontsize=size, linespacing=1.3, color=ink)
    ax.set(xlim=(-0.5, len(columns) - 0.5), xticks=range(len(columns)), xlabel=unit)
    ax.set_xticklabels(named, rotation=(40 if inches > 0.3 else 60) * crowded, ha="right" if crowded else "center",
                       rotation_mode="anchor")
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax, table, [row, column]


@_plot
def topic_terms(table, title, width):
    """The heaviest terms of each topic, a small panel each; unstable and one-article topics are grey, and say so."""
    table, topics, title = _first(table, "topic", title, TOPICS)
    columns = min(int(width / 1.6), 3, len(topics))
    rows = -(-len(topics) // columns)
    axes = _axes(width, 0.3 + rows * 1.8, title, rows, columns, sharex=True).ravel()
    for ax, (topic, part) in zip(axes, table.groupby("topic", sort=False)):
        mark, at = part["mark"].iloc[0], range(len(part))
        ax.barh(at, part["weight"], color="0.8" if mark else style.INKS[0], hatch="////" if mark else None, ec="white", lw=0)
        ax.set(yticks=at, yticklabels=[_wrap(t, 8 * width / columns, 1) for t in part["term"]], ylim=(len(part) - 0.4, -0.6),
               title=f"Topic {topic}" + (f"\n({mark})" if mark else ""))
        ax.tick_params(labelsize=7.5, labelbottom=True)
        ax.xaxis.set_major_locator(mpl.ticker.MaxNLocator(3))
    for ax in axes[len(topics):]:
        ax.set_visible(False)
    axes[0].figure.supxlabel("share of the topic's weight", fontsize=8.5)
    return axes[0], table, ["topic", "term"]


@_plot
def topic_map(table, title, width):
    """Topics as numbered discs, as large as their share, near topics of like words; passages as small marks between the topics
    that they are of. Unstable and one-article topics are grey."""
    topics = table[table["kind"] == "topic"]
    columns = max(1, int(width / 2.6))
    names = [_wrap(name, 15 * width / columns, 1) for name in topics["name"]]
    ax = _axes(width, (0.62 if len(names) > 2 else 0.2) * width + 0.2 * -(-len(names) // columns), title)[0, 0]
    for i, row in enumerate(topics.to_dict("records")):
        ink, mark = "0.6" if row["mark"] else style.INKS[i % 7], style.MARKS[i % 7]
        near = table[(table["kind"] == "passage") & (table["topic"] == row["topic"])]
        ax.plot(near["x"], near["y"], mark, color=ink, markersize=2.5, mew=0, label=names[i], zorder=1)
        ax.plot(row["x"], row["y"], "o", color=ink, mfc="white", mew=1.5, markersize=9 + 15 * row["share"]**0.5, zorder=2 + i)
        ax.text(row["x"], row["y"], str(row["topic"]), ha="center", va="center", fontsize=8, color=style.TEXT, zorder=2 + i)
    ax.set(xticks=[], yticks=[], xmargin=0.12, ymargin=0.15)
    ax.spines[:].set_visible(False)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.01), ncols=columns, fontsize=8, markerscale=2)
    return ax, table, ["kind", "name"]


@_plot
def over_time(table, line, x, title, unit, width, n="n_articles", zero=None, limits=None, most=PANELS):
    """One small panel per line over time, and under it a bar for what each mark rests on, once where all lines share it. A
    period without articles is a gap, a last one that is not over is hatched; what is known between two days is a level bar;
    undated articles have a lane at the right, an arrow where all are before or after some day. `smooth` is drawn if there."""
    table, names, title = _first(table, line, title, most)
    table = table.assign(**{c: v for c, v in (("partial", False), ("toward", "")) if c not in table})
    beat, bar = _beat(table)
    shared = table.groupby(["period", "lane"])[n].nunique().max() < 2
    kinds = [k for name in names for k in ((name, False), (name, True))[:2 if name == names[-1] or not shared else 1]]
    days, axes = _time_axes(table, width, len(kinds), 0.4 + sum(0.4 if base else 1 for _, base in kinds), title,
                            [0.4 if base else 1 for _, base in kinds])
    ink, crowded = style.INKS[0], days.nunique() > 2 * width
    for (name, base), (ax, lane) in zip(kinds, axes):
        part = table[table[line] == name].assign(day=days)
        dated = part[part["day"].notna()].set_index("day").sort_index()
        for day in dated.index[dated["partial"].astype(bool)]:
            half = pd.Timedelta(days=bar / 2)
            ax.axvspan(day - half, day + half, fc="none", ec="0.8", hatch="////", lw=0, zorder=0)
        if base:
            if len(dated) > 10 * width:  # too many bars to draw each
                steps = dated[n].asfreq(beat, fill_value=0)
                ax.plot(steps, color="0.75", lw=0.5, drawstyle="steps-mid")
                ax.fill_between(steps.index, steps, step="mid", color="0.75", lw=0)
            else:
                ax.bar(dated.index, dated[n], width=bar, color="0.75")
            undated = part.loc[part["day"].isna(), n].sum()
            lane.bar([0], [undated], width=0.8, color="0.75", hatch="////", edgecolor="white", lw=0)
            ax.set_ylabel(n[2:], fontsize=6.5)
            ax.yaxis.set_major_locator(mpl.ticker.MaxNLocator(2, integer=True))
            continue
        if len(dated):  # a period without articles breaks the line
            ax.plot(dated[x].asfreq(beat), color=ink, lw=0.8)
        if len(dated) and "smooth" in dated:
            ax.plot(dated["smooth"].dropna(), color=style.INKS[1], lw=1.6)
        ends = part["period"].where(part["lane"].eq("between"), "").str.partition("/")
        part = part.assign(first=pd.to_datetime(ends[0]), last=pd.to_datetime(ends[2]), hollow=part["low"].isna())
        part["at"], level = part["day"].fillna(part["first"] + (part["last"] - part["first"]) / 2), part.dropna(subset="first")
        ax.plot([level["first"], level["last"]], [level[x]] * 2, color=style.INKS[1], marker="|", lw=1.6)
        for panel, own in ((ax, part[part["at"].notna()]), (lane, part[part["at"].isna()].assign(at=0))):
            limits_of = np.column_stack([own["low"], own["high"], own["high"] * np.nan])  # one artist for all whiskers
            panel.plot(own["at"].repeat(3), limits_of.ravel(), color=ink, lw=1.2)
            for (toward, hollow), some in own.groupby(["toward", "hollow"]):
                panel.plot(some["at"], some[x], color=ink, marker={"before": "<", "after": ">"}.get(toward, "o"), lw=0,
                           mfc="white" if hollow else ink, markersize=3 if crowded else 5, clip_on=False)
            for at, value, count in zip(own["at"], own[x], own[n]) if not crowded or panel is lane else ():
                panel.annotate(f"n={count:,}", (at, value), (5, 3), textcoords="offset points", fontsize=6.5)
        for panel in (ax, lane) if zero is not None else ():
            panel.axhline(zero, color=style.FAINT, lw=0.8, zorder=0)
        ax.set(title=_wrap(name, 10 * width, 1), ymargin=0.3)
        ax.set_ylim(*(limits or (0, _ends(part, x)[1])))
    axes[0, 0].figure.supylabel(_wrap(unit, 14 * len(names)), fontsize=7.5)
    return axes[0, 0], table, [line, "period"]


@_plot
def strip(table, line, x, title, unit, width, limits, n="n_statements", most=4):
    """One small panel per line: each article's own value as a dot at its day; a bar where only a span of days is known, an
    arrow where one end is open, and undated articles at the right. `n` stands where there is room."""
    table, names, title = _first(table, line, title, most)
    known = table["date_to"].where(table["date_to"] != "", table["date_from"])
    days, axes = _time_axes(table.assign(period=known, lane=np.where(known != "", "dated", "undated")), width, len(names),
                            0.4 + len(names), title)
    low, high = mpl.dates.num2date(axes[-1, 0].get_xlim())
    ends = [pd.to_datetime(table[c], errors="coerce", utc=True).fillna(end) for c, end in (
        ("date_from", low), ("date_to", high))]
    for name, (ax, lane) in zip(names, axes):
        mine = table.index[table[line] == name]
        undated = [i for i in mine if pd.isna(days[i])]
        at = {i: k / max(1, len(undated) - 1) for k, i in enumerate(undated)} | {
            i: ends[0][i] + (ends[1][i] - ends[0][i]) / 2 for i in mine if i not in undated}
        for i in mine:
            panel, value, span = lane if i in undated else ax, table.loc[i, x], [end[i] for end in ends]
            if i in undated or span[0] == span[1]:
                panel.plot([at[i]], [value], marker="o", color=style.INKS[0], markersize=4, lw=0, clip_on=False, zorder=3)
            else:
                ax.plot(span, [value] * 2, color=style.INKS[1], lw=1.4)
                for place, end, arrow in zip(span, ("date_from", "date_to"), "<>"):
                    ax.plot([place], [value], marker="|" if table.loc[i, end] else arrow, color=style.INKS[1])
            room = 0.5 if i in undated else (high - low) / 16
            if all(abs(at[i] - at[j]) > room for j in mine if j != i and (j in undated) == (i in undated)):
                panel.annotate(f"n={table.loc[i, n]:,}", (at[i], value), (0, 5), textcoords="offset points", ha="center",
                               fontsize=6.5)
        for panel in (ax, lane):
            panel.axhline(0, color=style.FAINT, lw=0.8, zorder=0)
        ax.set(title=_wrap(name, 10 * width, 1), ylim=limits)
    axes[0, 0].figure.supylabel(_wrap(unit, 14 * len(names)), fontsize=7.5)
    return axes[0, 0], table, [line, "doc_id"]
