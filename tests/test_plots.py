"""What stands on the Axes: zeros, gaps, lanes, own values, hollow and hatched marks; and labels made to break a picture."""

import io
import itertools
from xml.etree import ElementTree

import matplotlib as mpl
import matplotlib.figure
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from demarche import plots, report, style

LONG = "A newspaper with a very long name indeed, printed on Sundays and on some holidays only, in the capital"
ODD = ["$\\frac{1}{0}$", "a_b^c_", "<b>&amp;</b>", "line\nbreak\tand\x0bmore", "العربية الجديدة", "Комсомольская правда",
       "人民日报", "😀🇵🇰", "x" * 300, LONG, " ", "%s {0} {x}", "--> -- <!--", "nan", "NA"]
LIMITS = {"low": float, "high": float}


def rates(groups=("a", "b", "c"), names=("soil", "war"), low=(10.0, None)):
    """A table like `terms.rates` with pooled rows and an own row for each group."""
    rows = [(n, "all", 20.0 + 5 * i, low[i % 2], None if low[i % 2] is None else 40.0, 7, 3) for i, n in enumerate(names)]
    rows += [(n, g, 10.0 * k, None, None, k, 1) for n in names for k, g in enumerate(groups)]
    return pd.DataFrame(rows, columns=["term", "group", "rate", "low", "high", "count", "hit_articles"]).astype(LIMITS)


def dots(table, **more):
    options = {"title": "A title", "unit": "per 10,000", "n": "{count}/{hit_articles}", "n_title": "n / m"}
    return plots.dots(table, y="term", x="rate", **options, **more)


def cells(rows=("p", "q"), columns=("u", "v")):
    table = [(r, c, 1.5 * (i - j), 1 + i + j, i == j) for i, r in enumerate(rows) for j, c in enumerate(columns)]
    return pd.DataFrame(table, columns=["row", "column", "value", "n", "weak"])


def matrix(table, **more):
    options = {"n": "n", "thin": "weak", "title": "A title", "unit": "a unit"}
    return plots.matrix(table, row="row", column="column", value="value", **options, **more)


def periods(names=("soil", "war"), months=("2024-01", "2024-02", "2024-04"), undated=True):
    rows = [(n, m, "dated", 10.0 * i, 5.0, 30.0, 4) for n in names for i, m in enumerate(months)]
    rows += [(n, None, "undated", 12.0, None, None, 2) for n in names] * undated
    return pd.DataFrame(rows, columns=["term", "period", "lane", "rate", "low", "high", "n_articles"]).astype(LIMITS)


def months(**more):
    """A table like `dates.evidence` of many articles."""
    return periods(("soil",), **more).drop(columns="term")


def over_time(table, **more):
    return plots.over_time(table, line="term", x="rate", title="A title", unit="per 10,000", **more)


def articles(names=("a", "b", "c", "d")):
    days = [("2024-03-22", "2024-03-22", "published"), (None, "2025-01-14", "page"), (None, None, "none"),
            ("2024-05-01", "2024-05-31", "published")]
    rows = [(n, *days[i % 4]) for i, n in enumerate(names)]
    return pd.DataFrame(rows, columns=["doc_id", "date_from", "date_to", "date_kind"])


def words(topics=3, marks=("", "unstable", "one article"), terms=("river", "dam")):
    rows = [(k, w, 0.1 * (i + 1), marks[k % 3]) for k in range(topics) for i, w in enumerate(terms)]
    return pd.DataFrame(rows, columns=["topic", "term", "weight", "mark"])


def spots(names=("dam", "tax"), marks=("", "unstable")):
    topics = [("topic", f"{i}: {name}", i, i % 3, i * 0.7, 0.1 + 0.1 * i, marks[i % 2]) for i, name in enumerate(names)]
    passages = [("passage", "d 1", 0, 0.4, 0.1, 0.7, marks[0]), ("passage", "d 2", 1, 0.9, 0.3, 0.6, marks[1])]
    return pd.DataFrame(topics + passages,
                        columns=["kind", "name", "topic", "x", "y", "share", "mark"])


def points(ax):
    """(x, y, hollow) of every marker."""
    lines = [v for v in ax.lines if v.get_marker() not in ("None", None, "") and len(v.get_xdata())]
    return [(x, y, v.get_mfc() == "white") for v in lines for x, y in v.get_xydata()]


def bands(ax):
    """{name of a band: its values as read off its own ticks} of a picture over time, from the top: dots, and steps of bars."""
    names = [(t.get_position()[1], t.get_text()) for t in ax.texts if t.get_position()[0] == 0 and t.get_text()]
    ticks = [(y, float(t.get_text().replace("−", "-").replace(",", ""))) for y, t in zip(ax.get_yticks(), ax.get_yticklabels())]
    found, floor = [], [y for y, _ in names[1:]] + [-1]
    for (top, name), low in zip(names, floor):
        (y0, v0), *_, (y1, v1) = sorted(t for t in ticks if low < t[0] < top)

        def read(ys, low=low, top=top, v0=v0, v1=v1, y0=y0, y1=y1):
            return [round(v0 + (y - y0) * (v1 - v0) / (y1 - y0), 6) for y in ys if low < y < top]
        steps = [path.vertices[:, 1] for c in ax.collections for path in c.get_paths() if len(path.vertices) > 4]
        heights = {v for ys in steps for v in read(ys)} - {0.0}
        found.append((name, read([y for a in ax.figure.axes if a.get_visible() for _, y, _ in points(a)]), sorted(heights)))
    return found


def curve(ax):
    """The line that joins the periods: which of them are gaps."""
    line = next(v for v in ax.lines if v.get_marker() == "None" and len(v.get_xdata()) > 2)
    return np.isnan(line.get_ydata()).tolist()[:-1]  # a last gap keeps it from the line of the next band


def test_every_row_is_a_mark_a_rate_of_zero_too():
    ax = dots(rates())
    assert sorted(x for x, _, _ in points(ax)) == [0, 0, 10, 10, 20, 20, 20, 25]


def test_a_dot_is_hollow_where_no_limits_can_be_given_and_only_there():
    table = rates(low=(10.0, None)).assign(low=lambda t: t["low"].mask(t["group"] == "b", 5.0), high=45.0)  # small marks, too
    for drawn in (table, table.assign(group=table["group"].replace({"a": "all", "all": "a"}))):
        found = sorted((x, hollow) for x, _, hollow in points(dots(drawn)))
        assert found == sorted(zip(drawn["rate"], drawn["low"].isna())) and {True, False} == {h for _, h in found}
    keys = [[h.get_mfc() == "white" for h in dots(t).get_legend().get_lines()] for t in (table, rates())]
    assert not any(keys[0]) and all(keys[1]), "the key looks like the marks"
    shown = [p[2] for panel in over_time(periods(("soil",))).figure.axes for p in points(panel)]
    assert shown == [False, False, False, True]


@pytest.mark.parametrize("groups", [4, 8, 14])
def test_equal_values_do_not_hide_each_other(groups):
    table = rates([f"g{i}" for i in range(groups)]).assign(rate=5.0)
    places = [(x, round(y, 6)) for x, y, _ in points(dots(table))]
    assert len(set(places)) == len(places) if groups <= 8 else len(set(places)) >= 16


def test_whiskers_of_outlets_do_not_lie_on_each_other():
    table = rates().assign(low=1.0, high=50.0)
    whiskers = [y for v in dots(table).lines if v.get_marker() == "None" for y in v.get_ydata()[::3]]
    assert len(set(whiskers)) == len(whiskers) == len(table)


def test_a_row_without_a_pooled_dot_says_why_and_a_column_without_a_number_has_no_head():
    table = rates()[lambda t: (t["group"] != "all") | (t["term"] == "war")]
    for none in ("too few", "0 coded"):
        assert {t.get_text() for t in dots(table, none=none).texts} == {"7/3", none, "n /\nm"}
    assert not any(t.get_text() for t in dots(rates()[lambda t: t["group"] != "all"]).texts)


def test_an_article_keeps_its_colour_and_marker_whatever_rows_are_drawn():
    inks = []
    for table in (rates(), rates().iloc[::-1], rates(names=("soil", "war", "talks"))):
        legend = dots(table, most=1).get_legend()
        inks.append({k.get_text(): (h.get_color(), h.get_marker()) for k, h in zip(legend.get_texts(), legend.get_lines())})
    assert inks[0] == inks[1] == inks[2] and len(set(inks[0].values())) == 3
    drawn = {(v.get_color(), v.get_marker()) for v in dots(rates()).lines if v.get_marker() in "os^"}
    assert set(inks[0].values()) <= drawn


def test_a_larger_table_is_cut_and_the_title_says_so():
    ax = dots(rates(names=[f"t{i:02}" for i in range(30)]))
    assert ax.figure.get_suptitle() == "A title (first 24 of 30)" and ax.drawn["term"].nunique() == 24
    ax = matrix(cells([f"r{i}" for i in range(25)], [f"c{i}" for i in range(15)]))
    assert ax.figure.get_suptitle() == "A title (first 14 of 15 columns) (first 24 of 25 rows)"


def test_the_numbers_of_a_matrix_are_printed_with_n_and_thin_cells_are_hatched_and_grey():
    ax = matrix(cells(), scale=-2)
    assert [t.get_text() for t in ax.texts] == ["0.0\nn=1", "−1.5\nn=2", "+1.5\nn=2", "0.0\nn=3"]
    assert [p.get_hatch() for p in ax.patches] == ["////", None, None, "////"]
    grey, orange = ax.patches[0].get_facecolor(), ax.patches[1].get_facecolor()
    assert len(set(grey[:3])) == 1 and len(set(orange[:3])) == 3


def test_a_cell_without_a_value_is_a_question_mark_and_zero_is_a_number():
    table = cells().assign(value=[np.nan, 0, 120.4, 3], weak=False)
    assert [t.get_text().split("\n")[0] for t in matrix(table).texts] == ["?", "0", "120", "3"]


def test_the_number_in_a_cell_can_be_read_on_its_shade():
    table = pd.DataFrame({"row": range(24), "column": "c", "value": np.linspace(-2, 2, 24), "n": 1, "weak": False})
    for scale in (None, -2):
        ax = matrix(table.assign(value=table["value"].abs() if scale is None else table["value"]), scale=scale)
        for patch, text in zip(ax.patches, ax.texts):
            shade, ink = (np.dot(mpl.colors.to_rgb(c), [0.3, 0.59, 0.11]) for c in (patch.get_facecolor(), text.get_color()))
            assert abs(shade - ink) > 0.3


def test_a_period_without_articles_breaks_the_line_and_is_no_bar():
    ax = over_time(periods(("soil",)))
    assert curve(ax) == [False, False, True, False]
    steps = ax.collections[0].get_paths()[0].vertices
    days = steps[steps[:, 1] == steps[:, 1].max(), 0] - mpl.dates.date2num(pd.Timestamp("2024-03-16"))
    assert len({*steps[:, 1]}) == 2 and np.abs(days).min() > 14 and days.min() < 0 < days.max()
    bars = plots.timeline(months(), title="A title").patches
    assert [b.get_height() for b in bars] == [4, 4, 4]
    starts = [b.get_x() + b.get_width() / 2 for b in bars]
    assert np.diff(starts).round().tolist() == [31, 60]
    for bar, first in zip(bars, ("2024-01-01", "2024-02-01", "2024-04-01")):  # it stands in its own month
        left = mpl.dates.num2date(bar.get_x()), mpl.dates.num2date(bar.get_x() + bar.get_width())
        assert {f"{d:%Y-%m-01}" for d in left} == {first}


@pytest.mark.parametrize("names", [["2023", "2024"], ["2024-W05", "2024-W09"], ["2024-Q1", "2024-Q4"], ["2024-03", "2024-11"],
                                   ["2024-01-31", "2024-05-09"], [f"2024-{m:02}" for m in range(1, 8)], ["2024-01-01"],
                                   ["2024-01-01", "2024-01-02", "2024-12-31"], [f"19{y}-02" for y in range(10, 60)]])
@pytest.mark.parametrize("width", [3.3, 6.3])
def test_few_periods_have_their_own_ticks_under_their_marks_and_no_two_labels_touch(names, width):
    ax = over_time(periods(("soil",), names), width=width)
    labels = [t for t in ax.get_xticklabels() if t.get_text()]
    places = {x for x, _, _ in points(ax)}
    if len(names) <= plots.FEW:
        assert labels[0].get_text() == names[0] and {t.get_text() for t in labels} <= set(names)
        assert {t.get_position()[0] for t in labels} <= places
        assert len(labels) == len(names) or len(names) > 2
    boxes = [t.get_window_extent(ax.figure._get_renderer()) for t in labels]
    assert all(a.x1 < b.x0 for a, b in itertools.pairwise(boxes))
    assert min(places) > ax.get_xlim()[0] and max(places) < ax.get_xlim()[1]


def test_a_mark_without_an_interval_is_joined_by_no_line():
    table = periods(("soil",), ("2024-01", "2024-02", "2024-03", "2024-04"))
    table.loc[1, ["low", "high"]] = float("nan")
    assert curve(over_time(table)) == [False, True, False, False]


@pytest.mark.parametrize("length, dates", [(4, ["2020", "2021", "2023"]), (10, ["2024-01-01", "2024-01-02", "2024-01-04"])])
def test_years_and_days_have_gaps_too(length, dates):
    assert curve(over_time(periods(("soil",), months=dates))) == [False, False, True, False]


def test_undated_articles_have_a_lane_of_their_own_in_every_figure_over_time():
    ax = over_time(periods())
    assert bands(ax) == [("soil", [0, 10, 20, 12], []), ("war", [0, 10, 20, 12], []), ("articles", [], [4])]
    lane = ax.figure.axes[1]
    assert len(points(ax)) == 6 and len(points(lane)) == 2 and len(lane.patches) == 1
    assert [t.get_text() for t in lane.get_xticklabels()] == ["undated"]
    lane = plots.timeline(months(), title="A title").figure.axes[1]
    assert [b.get_height() for b in lane.patches] == [2] and lane.texts[0].get_text() == "n=2"
    told = [t.get_text() for t in plots.timeline(articles(), title="A title").texts]
    assert told == ["2024-03-22 (published)", "not after 2025-01-14 (page)", "undated: any day",
                    "2024-05-01 to 2024-05-31 (published)"]


@pytest.mark.parametrize("draw", [
    lambda: over_time(periods(months=())), lambda: plots.timeline(months(months=()), title="A title"),
    lambda: plots.timeline(articles().assign(date_from=None, date_to=None), title="A title")])
def test_a_corpus_without_a_single_date_is_drawn_too(draw):
    ax = draw()
    assert report.render(ax.figure, "png") and any("dated" in t.get_text() for a in ax.figure.axes for t in a.texts)


def test_an_open_start_is_an_arrow_and_a_known_day_a_dot():
    ax = plots.timeline(articles(), title="A title")
    heads = [[v.get_marker() for v in ax.lines if v.get_ydata()[0] == i + 0.15 and v.get_marker() != "None"] for i in range(4)]
    assert heads == [["o", "o"], ["<", "|"], ["", ""], ["|", "|"]]


def test_many_periods_are_drawn_without_a_label_each_but_with_their_whiskers():
    ax = over_time(periods(("soil",), [f"20{y}-{m:02}" for y in (21, 22) for m in range(1, 13)]))
    assert len(points(ax)) == 24 and not [t for t in ax.texts if t.get_text().startswith("n=")]
    whiskers = next(v.get_ydata() for v in ax.lines if len(v.get_xdata()) == 72).reshape(24, 3)  # a gap ends each
    assert len({*whiskers[:, 0]}) == len({*whiskers[:, 1]}) == 1 and np.isnan(whiskers[:, 2]).all()


def test_topics_that_are_unstable_or_of_one_article_are_grey_and_hatched_and_say_so():
    axes = plots.topic_terms(words(), title="A title").figure.axes
    assert [a.get_title(loc="left") for a in axes] == ["Topic 0", "Topic 1\n(unstable)", "Topic 2\n(one article)"]
    assert [{p.get_hatch() for p in a.patches} for a in axes] == [{None}, {"////"}, {"////"}]


def test_on_the_map_every_topic_has_its_number_its_passages_and_a_name_and_unstable_ones_are_grey():
    ax = plots.topic_map(spots(), title="A title")
    assert [t.get_text() for t in ax.texts] == ["0", "1"]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["0: dam", "1: tax"] and ax.lines[2].get_color() == "0.6"
    assert {(x, y) for x, y, _ in points(ax)} == {(0.4, 0.1), (0.9, 0.3), (0, 0), (1, 0.7)}


@pytest.mark.parametrize("draw", [
    lambda: plots.topic_map(spots().head(0), title="A title"),
    lambda: dots(rates().head(0)), lambda: matrix(cells().head(0)), lambda: over_time(periods().head(0)),
    lambda: plots.topic_terms(words().head(0), title="A title"), lambda: plots.timeline(articles().head(0), title="A title")])
def test_an_empty_table_says_that_there_is_nothing_to_draw(draw):
    ax = draw()
    assert [t.get_text() for t in ax.texts] == ["Nothing to draw: the table has no rows."]
    assert ax.drawn.empty and ax.figure.get_suptitle() == "A title"
    ax = matrix(cells([], []), nothing="No one spoke.")
    assert [t.get_text() for t in ax.texts] == ["No one spoke."] and ax.spec["options"]["nothing"] == "No one spoke."


def test_a_long_name_under_a_crowded_matrix_keeps_its_beginning():
    ax = matrix(cells(["p"], [f"a-very-long-name-of-an-outlet-{i}.com" for i in range(14)]))
    assert all(t.get_text().startswith("a-very-long-name") for t in ax.get_xticklabels())


def test_a_matrix_leaves_out_rows_and_columns_without_a_cell():
    table = pd.concat([cells(["p"], [f"c{i}" for i in range(14)]), cells(["q"], ["late"]), cells(["r"], ["c0"])])
    ax = matrix(table)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["p", "r"] and "late" not in set(ax.drawn["column"])


@pytest.mark.parametrize("draw", [
    lambda: dots(pd.concat([rates(), rates().tail(1)])), lambda: matrix(pd.concat([cells(), cells().head(1)])),
    lambda: over_time(pd.concat([periods(), periods().tail(1)]))])
def test_two_rows_for_one_mark_are_refused_before_one_hides_the_other(draw):
    with pytest.raises(ValueError, match=r"two rows are one mark \(\w+, \w+\)"):
        draw()


DRAW = {"dots": lambda names, **w: dots(rates(names[:8], names[-6:]), **w),
        "many": lambda names, **w: dots(rates(names, names[:3]), **w),
        "matrix": lambda names, **w: matrix(cells(names, names[:14]), **w),
        "over_time": lambda names, **w: over_time(periods(names[::3]), **w),
        "timeline": lambda names, **w: plots.timeline(articles(names), title="A title", **w),
        "map": lambda names, **w: plots.topic_map(spots(names[:6]), title="A title", **w),
        "words": lambda names, **w: plots.topic_terms(words(4, terms=names[:10]), title="A title", **w)}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", DRAW)
@pytest.mark.parametrize("names", [ODD, [f"{i} {LONG}" for i in range(9)]], ids=["odd", "long"])
def test_any_label_is_drawn_as_plain_text_inside_a_narrow_figure_and_the_svg_is_sound(names, kind):
    ax = DRAW[kind](names, width=85 / 25.4)
    ElementTree.parse(io.BytesIO(report.render(ax.figure, "svg")))
    edges = np.asarray(Image.open(io.BytesIO(report.render(ax.figure, "png"))).convert("L"))
    assert edges[:, [0, 1, -2, -1]].min() == edges[[0, 1, -2, -1]].min() == 255, "something touches the edge of the picture"
    renderer, edge = ax.figure._get_renderer(), ax.figure.bbox
    for panel in [a for a in ax.figure.axes if a.get_visible()]:
        box = panel.get_tightbbox(renderer)
        assert box.x0 >= -2 and box.x1 <= edge.x1 + 2 and box.y0 >= -2, f"cut off: {box} of {edge}"
        title = ax.figure._suptitle.get_window_extent(renderer)
        assert box.y1 <= title.y0 + 2 and panel.bbox.width > 40 and panel.bbox.height > 8
    assert not any(t.get_parse_math() for t in ax.figure.findobj(mpl.text.Text))


def test_another_width_draws_the_same_rows_with_type_as_large_as_before():
    ax = dots(rates())
    narrow = ax.figure.again(width=3.3)
    assert narrow.drawn.equals(ax.drawn) and narrow.figure.get_figwidth() == 3.3 and ax.figure.get_figwidth() == style.WIDTH
    size = [{t.get_fontsize() for t in a.get_yticklabels()} for a in (ax, narrow)]
    assert size[0] == size[1] == {8.5}


def test_the_table_given_is_not_changed():
    table = periods()
    before = table.copy()
    over_time(table)
    pd.testing.assert_frame_equal(table, before)


def test_what_marks_rest_on_is_drawn_once_where_lines_share_it_and_under_each_where_not():
    shared, own = over_time(periods()), over_time(periods().assign(n_articles=[0, 1, 2, 3, 4, 5, 6, 7]))
    assert [(name, heights) for name, _, heights in bands(shared)] == [("soil", []), ("war", []), ("articles", [4])]
    assert [(name, heights) for name, _, heights in bands(own)] == [
        ("soil", []), ("articles", [1, 2]), ("war", []), ("articles", [3, 4, 5])]


def test_an_unfinished_period_is_hatched_a_span_is_a_level_bar_and_an_open_bound_an_arrow():
    table = periods(("soil",)).assign(partial=[False, False, True, False], toward=["", "", "", "before"])
    assert not over_time(table.assign(partial=False)).patches
    span = pd.DataFrame([("soil", "2024-02-10/2024-03-20", "between", 15.0, None, None, 1, False, "")], columns=table.columns)
    ax = over_time(pd.concat([table, span.astype(LIMITS)], ignore_index=True))
    panel, lane = ax.figure.axes[:2]
    assert [p.get_hatch() for p in panel.patches] == ["////"] * 2  # in both bands
    assert [v.get_marker() for v in lane.lines if v.get_marker() != "None"] == ["<"]
    level = [v for v in panel.lines if v.get_marker() == "|"]
    assert [len({*v.get_ydata()}) for v in level] == [1] and mpl.dates.num2date(level[0].get_xdata()[0]).day == 10
    assert bands(ax)[0][1].count(15) == 3  # both ends of the bar, and its dot
    kept = over_time(ax.drawn)
    assert report.describe(kept, "x") == report.describe(ax, "x")


def test_a_smooth_curve_is_drawn_only_where_the_table_has_one():
    table = periods(("soil",), [f"2024-{m:02}" for m in range(1, 9)], undated=False)
    drawn = [[np.isfinite(v.get_ydata()).sum() for v in over_time(t).lines if v.get_color() == style.INKS[1] and
              v.get_marker() == "None"] for t in (table, table.assign(smooth=12.0))]
    assert [sum(n) for n in drawn] == [0, 8]


@pytest.mark.parametrize("dates", [["2024-W01", "2024-W02", "2024-W04"], ["2024-Q1", "2024-Q2", "2024-Q4"]])
def test_weeks_and_quarters_have_gaps_too(dates):
    assert curve(over_time(periods(("soil",), months=dates))) == [False, False, True, False]


def test_a_strip_shows_a_day_as_a_dot_a_span_as_a_bar_an_open_end_as_an_arrow_and_no_date_in_its_lane():
    table = pd.DataFrame([("p", "a", -1.0, "2024-03-22", "2024-03-22", 3), ("p", "b", 1.0, None, "2024-11-02", 2),
                          ("p", "c", 0.5, "2024-05-01", "2024-06-01", 1), ("p", "d", 0.0, None, None, 4)],
                         columns=["pair", "doc_id", "mean", "date_from", "date_to", "n_statements"])
    ax = plots.strip(table, line="pair", x="mean", limits=[-2.2, 2.2], title="A title", unit="stance")
    panel, lane = ax.figure.axes[:2]
    level = next(v for v in panel.lines if v.get_marker() == "|")
    assert [d.strftime("%m-%d") for d in mpl.dates.num2date(level.get_xdata())] == ["05-01", "06-01"]
    assert bands(ax) == [("p", [0.5, 0.5, -1, 0.5, 0, 1], [])]  # the bar's ends, dots of known days, then the lane
    heads = {v.get_marker(): v.get_ydata().tolist() for v in lane.lines if v.get_marker() != "None"}
    assert set(heads) == {"<", "o"} and not any(hollow for a in (panel, lane) for _, _, hollow in points(a))
    assert {t.get_text() for t in panel.texts} >= {"n=3", "n=1"} and {t.get_text() for t in lane.texts} == {"n=2", "n=4"}
    assert len({x for x, _, _ in points(lane)}) == 2, "articles without a day stand beside each other"
    more = pd.concat([table.assign(n_statements=9).head(1), table.assign(pair="q", doc_id=[*"efgh"])], ignore_index=True)
    ranked = plots.strip(more, line="pair", x="mean", limits=[-2.2, 2.2], title="A title", unit="stance")
    assert [name for name, *_ in bands(ranked)] == ["q", "p"], "ten sentences of four articles come before nine of one"
    alone = plots.strip(table.tail(1), line="pair", x="mean", limits=[-2.2, 2.2], title="A title", unit="stance")
    [said] = [t for t in alone.figure.axes[0].texts if t.get_text() == "no dated article"]
    assert said.get_position()[1] < 0 and not alone.figure.axes[0].xaxis.get_visible(), "no years that nobody knows"
    many = pd.concat([table.assign(doc_id=f"x{i}") for i in range(60)], ignore_index=True)
    crowd = plots.strip(many.assign(doc_id=[f"x{i}" for i in range(240)]), line="pair", x="mean", limits=[-2.2, 2.2], title="T",
                        unit="stance")
    assert not any(t.get_text().startswith("n=") for a in crowd.figure.axes for t in a.texts)


@pytest.mark.parametrize("draw", [lambda: over_time(periods()), lambda: dots(rates())])
def test_the_place_of_each_mark_in_the_picture_is_where_its_ink_is(draw):
    ax = draw()
    image = np.asarray(Image.open(io.BytesIO(report.render(ax.figure, "png"))).convert("L"))
    places = plots.places(ax)
    assert len(places) == len(ax.drawn) and len({*map(tuple, places.round(4))}) == len(places)
    for x, y in places:
        at = int(y * image.shape[0]), int(x * image.shape[1])
        assert image[at[0] - 9:at[0] + 10, at[1] - 9:at[1] + 10].min() < 150


@pytest.mark.parametrize("high, end", [(40.0, None), (9_000.0, 4 * 25.0)])
def test_limits_far_beyond_all_rates_leave_the_frame_and_press_nothing_together(high, end):
    table = rates(groups=("a",), low=(10.0, 10.0)).assign(high=lambda t: t["high"].where(t["term"] != "war", high))
    right = dots(table).get_xlim()[1]
    assert right == pytest.approx(end) if end else high < right < 50
    shares = table.rename(columns={"rate": "share"})
    ax = plots.dots(shares, y="term", x="share", title="A title", unit="share", n="{count}", n_title="n")
    assert ax.get_xlim()[1] >= high  # a share ends at 1 by itself



@pytest.mark.parametrize("n", [1, 30])
def test_a_figure_for_a_slide_is_no_higher_than_asked_and_its_title_says_what_was_left_out(n):
    names = [f"term {i}" for i in range(n)]
    for ax in (dots(rates(names=names)), matrix(cells(names, ["u", "v", "a long name of a column"]))):
        one = ax.figure.again(width=5.9, tall=4.4)
        shown, title = one.drawn[one.key[0]].nunique(), " ".join(one.figure.get_suptitle().split())
        assert one.figure.get_figheight() <= 4.4 and shown >= min(n, 5)
        assert (f"(first {shown} of {n}" in title) == (shown < n)
        assert one.spec["options"]["title"] == title


def test_a_figure_drawn_again_smaller_tells_once_how_many_there_are():
    wide = matrix(cells([f"r{i}" for i in range(40)], [f"column {i}" for i in range(30)]))
    again = plots.matrix(wide.drawn, **wide.spec["options"], width=3.3, tall=4.0)  # as from its kept numbers
    title = " ".join(again.figure.get_suptitle().split())
    rows, columns = (again.drawn[c].nunique() for c in ("row", "column"))
    assert title == f"A title (first {columns} of 30 columns) (first {rows} of 40 rows)" and rows < 24 and columns < 14


@pytest.mark.parametrize("width", [3.3, 4.3])
@pytest.mark.parametrize("rows", [["p"], ["Tehreek-e-Taliban Pakistan"]], ids=["short", "long"])
def test_the_text_of_a_cell_stays_in_its_cell(width, rows):
    table = cells(rows, [f"A name of {i}" for i in range(20)])
    ax = matrix(table.assign(n=43), width=width)
    for text in ax.texts:
        box = text.get_window_extent().transformed(ax.transData.inverted())
        assert abs(box.x1 - box.x0) <= 0.96 and abs(box.y1 - box.y0) <= 0.92, text.get_text()  # as large as it is drawn


def test_no_two_columns_of_a_narrow_matrix_are_cut_to_one_name():
    names = [f"{a} → {b}" for a in ("Hamas", "Russia", "United States") for b in ("Israel", "United States") if a != b]
    ax = matrix(cells(["p"], names), width=3.3)
    labels = [t.get_text() for t in ax.get_xticklabels()]
    assert len(set(labels)) == len(labels) == 5 and not any("…" in t for t in labels)


def test_a_line_that_says_that_there_is_nothing_stays_in_its_picture():
    ax = dots(rates().head(0), width=3.3, nothing="No sentence of these articles is coded yet: demarche code-sheet draws some.")
    assert ax.texts[0].get_window_extent().x1 <= ax.figure.bbox.x1


def test_the_n_of_neighbouring_marks_do_not_stand_on_each_other():
    rows = [("a", "", "", v) for v in (-0.5, -0.4, -0.6)] + [("a", "2024-03-22", "2024-03-22", v) for v in (0.1, 0.2, 1.9)]
    table = pd.DataFrame(rows, columns=["pair", "date_from", "date_to", "mean"]).assign(
        doc_id=[f"d{i}" for i in range(6)], n_statements=13)
    for width in (3.3, 6.3):
        ax = plots.strip(table, line="pair", x="mean", title="t", unit="u", width=width, limits=[-2.2, 2.2])
        for panel in ax.figure.axes:
            boxes = [t.get_window_extent() for t in panel.texts if t.get_text().startswith("n=")]
            assert boxes and not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))


@pytest.mark.parametrize("y, told", [(0.1, ["n=4"]), (0.6, ["n=3", "n=4"])])
def test_a_number_stands_only_where_it_covers_no_mark(y, told):
    ax = mpl.figure.Figure().add_subplot()
    plots._numbers(ax, np.array([0.0, 0.05]), np.array([0.0, y]), ["n=3", "n=4"], 0.5, (5, 3), True)
    assert [t.get_text() for t in ax.texts] == told
