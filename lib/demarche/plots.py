"""A finished table in, an Axes out: nothing is counted here. Hollow marks have no limits; grey, hatched cells rest on little.

Every function takes `width` in inches, `tall`, the inches that it may be high (on a slide: with fewer rows, as its title says),
and `nothing`, what is said of a table without rows. It leaves the rows drawn, the columns that name a mark and how to draw it
again on its Axes (`ax.drawn, ax.key, ax.spec`), for `report.save`.
"""

import functools
import re
import textwrap

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from demarche import stats, style

# A larger table is cut, and the title says so; few periods have ticks; of FINE marks of a kind, or periods, those that fall
# together to a hundredth of an inch are drawn as one.
ROWS, COLUMNS, PANELS, TOPICS, FEW, FINE = 24, 14, 6, 12, 8, 1000
POOLED, HIDDEN = "all", ["sources", "lines"]   # the group of a row that pools all articles; columns that lead to its sentences
NAMED = {POOLED, "others", "unknown", "unstable", "one article", "no unit"}  # names and marks that are no text of an article
# By the length of a period's name (2024, 2024-W05, 2024-Q1, 2024-01, 2024-01-31): its beat, a bar's days, its middle.
BEAT = {4: ("YS", 330, 182.5), 8: ("W-MON", 6, 3.5), "Q": ("QS", 84, 45.5), 7: ("MS", 27, 15.2), 10: ("D", 0.9, 0.5)}


def _plot(draw):
    """Makes a plotting function of one that returns its Axes, the rows drawn and the columns that name a mark."""
    @functools.wraps(draw)
    def drawn(table, width=style.WIDTH, nothing="Nothing to draw: the table has no rows.", words=None, tall=None, **options):
        style.use()
        style.WORDS, table = style.Words(words or {}), table.reset_index(drop=True)
        for column in [c for c in table if c not in HIDDEN and not pd.api.types.is_numeric_dtype(table[c])]:
            table[column] = table[column].fillna("").astype("str")  # as it comes back from a CSV
        ax, ax.drawn, ax.key = draw(table, width=width, **options) if len(table) else _nothing(table, width, nothing, **options)
        n, high = ax.drawn[ax.key[:1]].drop_duplicates().size, ax.figure.get_figheight()
        if tall and high > tall and n > 1 and "most" in draw.__code__.co_varnames:  # a row is less high than high / n
            return drawn(table, width, nothing, words, tall, **{**options, "most": n - int(max(1, n * (1 - tall / high)))})
        if ax.key and ax.drawn.duplicated(ax.key).any():
            raise ValueError(f"{draw.__name__}: two rows are one mark ({', '.join(ax.key)}); select rows, or group them")
        ax.figure.get_layout_engine().execute(ax.figure)
        ax.figure.set_layout_engine(None)  # placed once, so that each rendering has the same bytes
        options |= {} if len(table) else {"nothing": nothing}
        ax.figure.again, ax.figure.words = functools.partial(drawn, table, **{"words": words, **options}), style.WORDS
        ax.spec = {"plot": draw.__name__, "options": {**options, "title": " ".join(ax.figure.get_suptitle().split())}}
        return ax
    return drawn


def places(ax):
    """Where each mark drawn stands in the picture, as parts of its width and height from the left and the top; nan where it
    is not known."""
    found = np.full((len(ax.drawn), 2), np.nan)
    for panel, rows, x, y in getattr(ax, "spots", ()):
        found[rows] = panel.figure.transFigure.inverted().transform(panel.transData.transform(np.column_stack([x, y])))
    return found * [1, -1] + [0, 1]


def _nothing(table, width, why, title, **_):
    ax = _axes(width, 0.5, title, subplot_kw={"frame_on": False, "xticks": [], "yticks": []})[0, 0]
    ax.text(0, 0.5, _wrap(style.WORDS[why], 13 * width), color=style.TEXT, va="center")
    return ax, table, []


def _axes(width, height, title, rows=1, columns=1, **more):
    """Axes under a title; what is drawn below it gets `height` inches."""
    title = _wrap(title, 11 * width, 4)
    whole = height + 0.25 + 0.17 * title.count("\n")
    fig = Figure(figsize=(width, whole), layout=mpl.layout_engine.ConstrainedLayoutEngine(rect=(0, 0, 1, height / whole)))
    fig.suptitle(title, x=0.01, y=1 - 0.05 / whole, ha="left", va="top", fontsize=10, fontweight="bold")
    return fig.subplots(rows, columns, squeeze=False, **more)


def _wrap(text, width, lines=3):
    """Text as a label: what can't be printed is a blank, long lines are broken, the rest is cut off with a mark."""
    text = "".join(c if c.isprintable() else " " for c in str(style.WORDS[text] if text in NAMED else text))
    wrapped = textwrap.wrap(text, width := max(6, int(width)), max_lines=lines, placeholder=" …")
    return "\n".join(wrapped) if wrapped != ["…"] else text.strip()[: width - 1] + "…"  # one long word


def _labels(names, width, lines=3):
    return [_wrap(name, width, lines) or "–" for name in map(style.short(names).get, map(str, names))]


def _longest(labels):
    return max((len(line) for label in labels for line in label.split("\n")), default=0)


def _row_axes(width, room, names, title, least=0.0):
    """(Axes with a row for each name, inches of a row)."""
    labels = _labels(names, 4.8 * width)
    step = max(least, 0.35 + 0.13 * max(label.count("\n") for label in labels))
    ax = _axes(width, room + step * len(labels), title)[0, 0]
    ax.set(yticks=range(len(labels)), yticklabels=labels, ylim=(len(labels) - 0.5, -0.5))
    return ax, step


def _first(table, column, title, most, said=" (first {} of {:,})"):
    """The rows of the first values of a column, these values, and the title that says if some were left out, now or when the
    table was drawn before."""
    values, said = table[column].unique().tolist(), style.WORDS[said]
    before = re.search(re.sub(r"\\{.*?\\}", r"([\\d,]+)", re.escape(said)), title)
    n = int(before[2].replace(",", "")) if before else len(values)
    title = title.replace(before[0] if before else "", "") + (said.format(k, n) if (k := min(most, len(values))) < n else "")
    return table[table[column].isin(values[:most])].reset_index(drop=True), values[:most], title


def _dates(ax, days, width, bar=0):
    """A date axis that holds these days, or any year where there are none; returns places near its ends."""
    low, high = (days.min(), days.max()) if days.notna().any() else pd.to_datetime(["2000-01-01", "2001-01-01"])
    pad = max((high - low) * 0.1, pd.Timedelta(days=max(20, 0.6 * bar)))
    ax.set_xlim(low - pad, high + pad)
    ax.xaxis.set_major_locator(mpl.dates.AutoDateLocator(minticks=2, maxticks=3 if width < 4 else 5))
    ax.xaxis.set_major_formatter(mpl.dates.AutoDateFormatter(ax.xaxis.get_major_locator()))  # in numbers: any language
    ax.xaxis.set_visible(days.notna().any())
    return low - 0.7 * pad, high + 0.7 * pad


def _beat(table):
    """(beat, days of a bar, from a period's start to its middle) of the dated periods of a table."""
    names = table.loc[table["lane"] == "dated", "period"].astype("str")
    return BEAT["Q" if names.str.contains("-Q").any() else max(4, names.str.len().max()) if len(names) else 4]


def _time_axes(table, width, height, title, middle=0.4):
    """(middle of each row's period, Axes of what is dated, at its right the lane of undated articles, in a list, if any)."""
    bare, (_, bar, half) = not table["lane"].isin(["undated"]).any(), _beat(table)
    ax, *more = _axes(width, height, title, 1, 2 - bare, sharey=True, gridspec_kw={"width_ratios": [5, 1][:2 - bare]})[0]
    days = stats.first_day(table["period"].where(table["lane"] == "dated", "")) + pd.Timedelta(days=half)
    ends = table.loc[table["lane"] == "between", "period"].str.split("/").explode()
    known, ticks = pd.concat([days.dropna(), pd.to_datetime(ends)]), {}
    _dates(ax, known, width, bar)
    few = known.nunique() <= FEW and {*zip(mpl.dates.date2num(known), pd.concat([table["period"][days.notna()], ends]))}
    for day, name in sorted(few) if few and len(few) <= FEW else ():  # those for whose name there is room
        if day - max(ticks, default=-np.inf) > len(name) * np.ptp(ax.get_xlim()) / (8 * width):
            ticks[day] = name
    if ticks:
        ax.set_xticks([*ticks], [*ticks.values()])
    ax.grid(axis="y")
    for lane in more:
        lane.set(xlim=(-0.6, 1.4), xticks=[middle], xticklabels=[style.WORDS["undated"]], facecolor="0.96")
        lane.spines[:].set_visible(False)
        lane.tick_params(length=0)
        lane.grid(axis="y")
    where, said = (0.5, "") if len(known) else (-0.01, style.WORDS["no dated article"])
    ax.text(0.5, where, said, transform=ax.transAxes, ha="center", va="top")
    return days, ax, more


@_plot
def timeline(table, title, width, most=ROWS):
    """When articles were published, a table of `dates.evidence`. Few articles (`doc_id, date_from, date_to, date_kind`): a dot
    for a known day, a bar for a span, an arrow where one end is open, a grey lane for no date. Many (`period, lane,
    n_articles`): a bar of articles per period, those without a day in a lane."""
    if "doc_id" not in table:
        days, ax, more = _time_axes(table, width, 2.1, title)
        n, dated = table["n_articles"], days.notna()
        ax.bar(days[dated], n[dated], width=_beat(table)[1], color=style.INKS[0])
        for lane in more:
            lane.bar([0.4], [n[~dated].sum()], width=0.8, color="0.8", hatch="////", edgecolor="white", lw=0)
            lane.annotate(f"n={n[~dated].sum():,}", (0.4, n[~dated].sum()), ha="center", va="bottom", fontsize=7)
        ax.set_ylabel(style.WORDS["articles"])
        ax.locator_params(axis="y", integer=True)
        return ax, table, ["period"]
    table, names, title = _first(table, "doc_id", title, most)
    ax, _ = _row_axes(width, 0.5, names, title, least=0.4)
    low, high = _dates(ax, table[["date_from", "date_to"]].apply(pd.to_datetime).stack(), width)
    for i, (a, b, kind) in enumerate(table[["date_from", "date_to", "date_kind"]].itertuples(index=False)):
        told = style.WORDS["not after {1}" if not a else "not before {0}" if not b else "{0} to {1}"] if a != b else "{0}"
        told = f"{told.format(a, b)} ({style.WORDS[kind]})" if a or b else style.WORDS["undated: any day"]
        heads = ("", "") if not a and not b else ("o", "o") if a == b else ("|" if a else "<", "|" if b else ">")
        ends, ink = pd.to_datetime([a or low, b or high]), style.INKS[a != b] if a or b else "0.9"
        ax.plot(ends, [i + 0.15] * 2, color=ink, lw=1.6 if a or b else 16)
        for end, head in zip(ends, heads):
            ax.plot([end], [i + 0.15], marker=head, color=ink)
        ax.text(0.03, i if a or b else i + 0.15, told, fontsize=7.5, transform=ax.get_yaxis_transform(),
                va="bottom" if a or b else "center")
    return ax, table, ["doc_id"]


def _ends(table, x):  # of an axis of rates: limits over few articles can be so wide that they'd press all marks together
    most = table[x].max()
    return (-0.2 * most, 4 * most) if x == "rate" and table["high"].max() > 4 * most > 0 else (None, None)


@_plot
def dots(table, y, x, title, unit, n, n_title, width, own="group", own_title="each by itself:", zero=None, most=ROWS,
         none="too few"):
    """One dot and whisker per `y`; hollow where no limits can be given; `n`, a format of columns, at the right, or `none`.

    `table` has the columns named by `y`, `x` and `own`, those in `n`, and `low`, `high`. `zero`: where a line is drawn. Rows
    whose column `own` is not 'all' are the own value of each article, outlet ...: small marks below the dot.
    """
    owners, (table, names, title) = sorted(set(table[own]) - {POOLED}), _first(table, y, title, most)
    few, named = len(owners) <= len(style.INKS), _labels(owners, 30)
    pooled, bare = (table[own] == POOLED).to_numpy(), table["low"].isna().to_numpy()
    close = 0.12 / width * np.ptp(table[[x, "low", "high"]].stack().dropna())
    small = table[~pooled].sort_values([y, x])  # in lanes below their dot: equal values must not hide each other, nor whiskers
    gap = small.groupby(y)[x].diff().where(small["low"].isna() | (not few), 0)
    apart = ~(gap <= close) | (small[y] != small[y].shift())  # the first has no gap
    lanes = (small.groupby(apart.cumsum()).cumcount() % 8).reindex(table.index, fill_value=0)
    across = int((width - 0.8) / (0.35 + 0.06 * _longest(named))) or 1  # names beside each other in the legend
    above = few * -(-sum(1 + name.count("\n") for name in named) // across)  # lines of it
    needed = 0.3 + 0.065 * lanes.max() * bool(owners)
    ax, step = _row_axes(width, 0.9 + 0.15 * above, names, title, needed)
    at = pd.Index(names).get_indexer(table[y]).astype(float)
    at += bool(owners) * (np.where(pooled, 0.1, 0.2 + 0.065 * lanes) - needed / 2) / step
    kinds = np.where(few | pooled, pd.Index(owners, dtype=object).get_indexer(table[own]), 0)  # -1: pooled
    for k, hollow in sorted(set(zip(kinds, bare))):  # one artist for all marks of a kind, and one for their whiskers
        some = table[mine := (kinds == k) & (bare == hollow)]
        ink, mark, size = (style.TEXT, "o", 6) if k < 0 else (style.INKS[k], style.MARKS[k], 4) if few else ("0.45", "o", 3)
        if k < 0 or few:
            ends = np.column_stack([some["low"], some["high"], some["high"] * np.nan])
            ax.plot(ends.ravel(), at[mine].repeat(3), color=ink, lw=size / 4)
        ax.plot(some[x], at[mine], marker=mark, color=ink, mfc="white" if hollow else ink, ms=size, clip_on=False, lw=0)
    _notes(ax, [style.WORDS[n].format(**row) for row in table[pooled].to_dict("records")], at[pooled], n_title, none)
    ax.spots = [(ax, range(len(table)), table[x], at)]
    ax.hlines(np.arange(len(names)) - 0.5, 0, 1, transform=ax.get_yaxis_transform(), color="0.92", lw=0.6, zorder=0)
    if zero is not None:
        ax.axvline(zero, color=style.FAINT, lw=0.8, zorder=0)
    ax.set(xlabel=_wrap(unit, 12 * width), xlim=_ends(table if few else table[pooled], x))
    if owners and few:
        hollow = {"mfc": "white"} if bare[~pooled].all() else {}
        key = [mpl.lines.Line2D([], [], marker=m, color=c, ms=4, lw=0, **hollow) for m, c in zip(style.MARKS, style.INKS)]
        ax.legend(key[:len(named)], named, title=style.WORDS[own_title], ncols=across, loc="lower right", bbox_to_anchor=(1, 1))
    return ax, table, [y, own]


def _notes(ax, notes, at, head, none):
    """Beside the rows what their dots rest on: `notes` at the heights `at`, under a head; `none` in rows without a dot."""
    beside = {"transform": ax.get_yaxis_transform(), "va": "center", "fontsize": 7}
    for place, note in zip(at, notes):
        ax.text(1.01, place, note, **beside)
    for row in set(range(len(ax.get_yticks()))) - set(at.round().astype(int)) if notes else ():
        ax.text(1.01, row, style.WORDS[none], color="0.4", **beside)
    head = style.WORDS[head].replace(" / ", " /\n") if notes else ""
    ax.annotate(head, (1.01, 1), xycoords="axes fraction", va="bottom", fontsize=7)


@_plot
def matrix(table, row, column, value, title, unit, width, n=None, scale=None, thin=None, most=ROWS):
    """A table of numbers as shaded cells, the value and its n printed in each; cells marked in `thin` are hatched. `row`,
    `column`, `value`, `n` and `thin` name columns of `table`, one row per cell.

    `scale`: the value of the darkest cell; a negative end makes the colours diverge at 0 ('-2 to 2' is scale=-2).
    """
    inches = width - 0.15 - 0.075 * max(6, _longest(_labels(table[row].unique(), 4.8 * width)))  # beside names
    table, columns, title = _first(table, column, title, min(COLUMNS, int(inches / 0.32)), " (first {} of {:,} columns)")
    table, rows, title = _first(table, row, title, most, " (first {} of {:,} rows)")  # those with a cell in these columns
    columns = [name for name in (sorted(columns) if column == "group" else columns) if name in set(table[column])]
    unit, inches = _wrap(unit, 11 * width), inches / len(columns)
    named = _labels(columns, 13 * inches)
    crowded = _longest(" ".join(style.short(columns).values()).split()) > 13 * inches or "…" in "".join(named)
    named = _labels(columns, 24, 1) if crowded else named
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
    ax.set(xlim=(-0.5, len(columns) - 0.5), xticks=range(len(columns)), xlabel=unit, frame_on=False)
    ax.set_xticklabels(named, rotation=(40 if inches > 0.3 else 60) * crowded, ha="right" if crowded else "center",
                       rotation_mode="anchor")
    ax.tick_params(length=0)
    return ax, table, [row, column]


@_plot
def topic_terms(table, title, width, most=TOPICS):
    """The heaviest terms of each topic, a small panel each; unstable and one-article topics are grey, and say so. `table`:
    `topic, term, weight, mark`, terms in their order."""
    table, topics, title = _first(table, "topic", title, most)
    columns = min(int(width / 1.6), 3, len(topics))
    rows = -(-len(topics) // columns)
    axes = _axes(width, 0.3 + rows * 1.8, title, rows, columns, sharex=True).ravel()
    for ax, (topic, part) in zip(axes, table.groupby("topic", sort=False)):
        mark, at = part["mark"].iloc[0], range(len(part))
        ax.barh(at, part["weight"], color="0.8" if mark else style.INKS[0], hatch="////" if mark else None, ec="white", lw=0)
        ax.set(yticks=at, yticklabels=[_wrap(t, 8 * width / columns, 1) for t in part["term"]], ylim=(len(part) - 0.4, -0.6),
               title=style.WORDS["Topic {}"].format(topic) + (f"\n({style.WORDS[mark]})" if mark else ""))
        ax.tick_params(labelsize=7.5, labelbottom=True)
        ax.xaxis.set_major_locator(mpl.ticker.MaxNLocator(3))
    for ax in axes[len(topics):]:
        ax.set_visible(False)
    axes[0].figure.supxlabel(style.WORDS["share of the topic's weight"], fontsize=8.5)
    return axes[0], table, ["topic", "term"]


@_plot
def topic_map(table, title, width):
    """Topics as numbered discs, as large as their share, near topics of like words; passages as small marks between the topics
    that they are of, on top of the discs. Unstable and one-article topics are grey."""
    topics, columns = table[table["kind"] == "topic"], max(1, int(width / 2.6))
    names = [_wrap(name, 15 * width / columns, 1) for name in topics["name"]]
    ax = _axes(width, (0.62 if len(names) > 2 else 0.2) * width + 0.2 * -(-len(names) // columns), title)[0, 0]
    for i, row in enumerate(topics.to_dict("records")):
        ink, mark = "0.6" if row["mark"] else style.INKS[i % 7], style.MARKS[i % 7]
        near = table[(table["kind"] == "passage") & (table["topic"] == row["topic"])]
        ax.plot(near["x"], near["y"], mark, color=ink, markersize=2.5, mew=0, label=names[i], zorder=2.5)
        tint, size = mpl.colors.to_hex(0.75 + 0.25 * np.array(mpl.colors.to_rgb(ink))), 9 + 15 * row["share"]**0.5
        ax.plot(row["x"], row["y"], "o", color=ink, mfc=tint, mew=1.5, ms=size)  # not hollow, which says: no limits
        ax.annotate(row["topic"], (row["x"], row["y"]), (0, 1 + size / 2), textcoords="offset points", ha="center", fontsize=8)
    ax.set(xticks=[], yticks=[], xmargin=0.12, ymargin=0.15, frame_on=False)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.01), ncols=columns, fontsize=8, markerscale=2)
    return ax, table, ["kind", "name"]


@_plot
def over_time(table, line, x, title, unit, width, n="n_articles", zero=None, limits=None, most=PANELS, each=False):
    """One band per line over time, and under it a bar for what each mark rests on, once where all lines share it. A period
    without articles is a gap, a last one that is not over is hatched; what is known between two days is a level bar; undated
    articles have a lane at the right, an arrow where all are before or after some day. `smooth` is drawn if there. `each`:
    marks are single articles (`doc_id`), which have no intervals and stand side by side in the lane. A line joins marks with
    intervals only.

    All bands share one Axes, where each has its own scale: matplotlib takes its time for Axes and artists, not for marks.
    """
    table, names, title = _first(table, line, title, most)
    table = table.assign(**{c: v for c, v in (("partial", False), ("toward", "")) if c not in table})
    # Of each row: value, low, high, smooth and what it rests on; its band.
    data = table.reindex(columns=[x, "low", "high", "smooth", n]).to_numpy(float)
    band, shared = pd.Index(names).get_indexer(table[line]), table.groupby(["period", "lane"])[n].nunique().max() < 2
    bands = [(k, base) for k in range(len(names)) for base in (False, True)[:1 if each or shared and k < len(names) - 1 else 2]]
    sizes = np.array([(0.18, 0.42) if base else (0.28, 1) for _, base in bands])  # inches for its name, and of the band
    bottoms, (beat, bar, half), date = sizes[::-1].cumsum()[1::2][::-1] - sizes.sum(axis=1), _beat(table), mpl.dates.date2num
    (days, ax, more), half = _time_axes(table, width, 0.4 + sizes.sum(), title, 0.4 * each), pd.Timedelta(days=half)
    beats = pd.date_range(days.min() - half, days.max() - half, freq=beat) + half if days.notna().any() else pd.to_datetime([])
    slot, beats, dated = beats.get_indexer(days), date(beats), days.notna().to_numpy()
    spans, between = np.full((len(table), 2), np.nan), (table["lane"] == "between").to_numpy()
    spans[between] = date(pd.to_datetime(table["period"][between].str.split("/").explode())).reshape(-1, 2)
    at, across = np.where(dated, date(days), spans.mean(axis=1)), ax.get_yaxis_transform()
    y, ticks, curves = np.empty((len(table), 4)), {}, np.full((2, len(names), len(beats) + 1), np.nan)
    for (k, base), (_, high), bottom in zip(bands, sizes, bottoms):
        mine, there, undated = band == k, (band == k) & (slot >= 0), data[(band == k) & ~dated, 4].sum()
        reach = [undated, *data[mine, 4]] if base else data[mine, :4]
        end = None if base else _ends(table.loc[mine, [x, "high"]], x)[1]
        low, top = not base and limits or (0, end or 1.2 * np.nanmax(reach, initial=0) or 1)
        scaled = functools.partial(np.interp, xp=(low, top), fp=(bottom, bottom + high))
        marks = mpl.ticker.MaxNLocator(2 if base else 3, steps=[1, 2, 2.5, 5, 10], integer=base).tick_values(low, top)
        ticks |= {scaled(v): f"{v:,.10g}".replace("-", "−") for v in marks if low <= v <= top}
        ax.text(0, bottom + high + 0.04, style.WORDS[n[2:]] if base else _wrap(names[k], 10 * width, 1), transform=across,
                fontsize=6.5 if base else 8.5)
        ax.bar(at[there & table["partial"].astype(bool)], high, bar, bottom, fc="none", ec="0.8", hatch="////", lw=0, zorder=0)
        if base:
            # One stepped shape, as a bar for each period would be too many; of periods that fall together the highest.
            heights, some = np.zeros(len(beats)), np.arange(0, len(beats), 1 + len(beats) // FINE)
            heights[slot[there]] = data[there, 4]
            heights = np.pad(np.maximum.reduceat(heights, some), 1)
            steps = np.concatenate([beats[:1] - bar, beats[some], beats[-1:] + bar])
            ax.fill_between(steps, scaled(heights[:len(steps)]), bottom, step="mid", color="0.75", lw=0.4)
            for lane in more:
                lane.bar([0], [scaled(undated) - bottom], 0.8, bottom, color="0.75", hatch="////", edgecolor="white", lw=0)
            continue
        y[mine] = scaled(data[mine, :4])
        curves[:, k, slot[there]] = y[there][:, [0, 3]].T
        curves[0, k, slot[there & np.isnan(data[:, 1])]] = np.nan  # few articles make no curve
        for panel in (ax, *more) if zero is not None else ():
            panel.axhline(scaled(zero), color=style.FAINT, lw=0.8, zorder=0)
    ink, many = style.INKS[0], (len(table) / len(names) if each else days.nunique()) > 2 * width
    for curve, color, size in zip(curves, style.INKS, (0.8, 1.6)):  # a gap breaks the line
        ax.add_line(mpl.lines.Line2D(np.tile(np.append(beats, np.nan), len(names)), curve.ravel(), color=color, lw=size))
    ax.plot(spans[between].T, y[between, :1].repeat(2, axis=1).T, color=style.INKS[1], marker="|", lw=1.6)
    placed, beside = ~np.isnan(at), table[np.isnan(at)].groupby(line)[x].rank("first", pct=True).reindex(table.index)
    kinds = np.char.add(table["toward"].to_numpy(str), np.where(np.isnan(data[:, 1]) & (not each), " hollow", ""))
    at, ax.spots = np.where(placed, at, each * (1.4 * beside - 0.6)), []
    for panel, mine in zip((ax, *more), (placed, ~placed)):
        whiskers = np.column_stack([y[mine, 1], y[mine, 2], y[mine, 2] * np.nan]).ravel()  # one artist for all
        panel.add_line(mpl.lines.Line2D(at[mine].repeat(3), whiskers, color=ink, lw=1.2))
        for kind in np.unique(kinds[mine]):
            some = np.flatnonzero(mine & (kinds == kind))
            if len(some) > FINE:
                inches = at[some] * width / np.ptp(panel.get_xlim()) + 1j * y[some, 0]
                some = some[np.sort(np.unique(inches.round(2), return_index=True)[1])]
            mark, fill = {"before": "<", "after": ">"}.get(kind.split(" ")[0], "o"), "white" if "hollow" in kind else ink
            panel.plot(at[some], y[some, 0], color=ink, marker=mark, mfc=fill, ms=3 if many else 5, lw=0, clip_on=False)
        if not many or panel is not ax and not each:
            room = np.ptp(panel.get_xlim()) / (0.72 if panel is ax else 0.15) / width  # in data, of an inch
            told = [f"n={size:,}" for size in table[n][mine]]
            _numbers(panel, at[mine], y[mine, 0], told, room, (-8, 5) if each else (5, 3), in_layout=panel is not ax)
        ax.spots.append((panel, np.flatnonzero(mine), at[mine], y[mine, 0]))
    ax.hlines(bottoms, 0, 1, color=style.FAINT, lw=0.8, transform=across, clip_on=False)
    ax.vlines(np.zeros(len(bands)), bottoms, bottoms + sizes[:, 1], color=style.FAINT, lw=0.8, transform=across, clip_on=False)
    ax.set(ylim=(0, sizes.sum()), yticks=[*ticks], yticklabels=[*ticks.values()], frame_on=False)
    ax.figure.supylabel(_wrap(unit, 14 * len(names)), fontsize=7.5)
    return ax, table, [line, "doc_id" if each else "period"]


def _numbers(panel, x, y, texts, room, shift, in_layout):
    """Small texts beside marks, where none falls on another or on a mark: `room`, an inch in data; `shift`, from the mark, in
    points."""
    near, free = mpl.transforms.offset_copy(panel.transData, panel.figure, *shift, "points"), []
    for i, text in enumerate(texts):
        right, up, (a, b) = (x - x[i]) / room, y - y[i], np.divide(shift, 72)  # of each mark from this one, in inches
        on = (right > a - 0.03) & (right < a + 0.06 * len(text)) & (abs(up - b - 0.04) < 0.07)
        if not on.any() and all(abs(right[j]) > 0.06 * len(texts[min(i, j, key=x.item)]) or abs(up[j]) > 0.17 for j in free):
            free.append(i)
            panel.text(x[i], y[i], text, fontsize=6.5, transform=near, in_layout=in_layout)


@_plot
def strip(table, line, x, title, unit, width, limits, n="n_statements", most=4):
    """One band per line, most `n` first: each article's own value as a dot at its day, a level bar where only a span of days is
    known; at the right an arrow where one end is open, and undated articles. `n` stands where there is room."""
    table = table.iloc[np.lexsort([table[line], -table.groupby(line)[n].transform("sum")])].reset_index(drop=True)
    own = stats.cells(table.replace("", None).assign(n_tokens=0, n_sentences=0), "day")
    side = np.select([own["lane"] != "undated", table["date_to"] != "", table["date_from"] != ""], ["", "before", "after"], "")
    table = table.assign(period=own["period"].fillna(""), lane=own["lane"], toward=side, low=np.nan, high=np.nan)
    return over_time.__wrapped__(table, line, x, title, unit, width, n, 0, limits, most, each=True)
