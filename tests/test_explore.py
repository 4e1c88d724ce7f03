"""The choosers moved by code: picture, table and sentences must follow, and no text of an article may come alive."""

import html
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demarche import compare, explore, plots, prepare, report, stats, terms, topics

HOSTILE = ('Pakistan condemned <script>alert(1)</script> Iran & "Iraq" over <img src=x onerror=alert(2)> the attack. '
           "It urged Afghanistan' onmouseover='steal() to act against </div></style><b>militants</b>.")
MADE = {"div", "h4", "p", "span", "small", "em", "strong", "time", "details", "summary", "table", "thead", "tbody", "tr", "th",
        "td", "blockquote", "b", "style", "code", "mark"}


class Read(HTMLParser):
    """The elements, attributes and text of some HTML."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.attributes, self.text, self.open = set(), set(), [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, "elements close in the order in which they were opened"

    def handle_data(self, data):
        self.text.append(data if self.open and self.open[-1] not in ("style", "small") else "")


def dead(text):
    """The text of HTML that holds no element or attribute but those the library makes."""
    page = Read(text)
    assert page.elements <= MADE and page.attributes <= {"title", "class", "style", "border", "role"} and not page.open
    return "".join(page.text)


@pytest.fixture
def app(tables, tmp_path):
    return explore.App(tables, tmp_path / "figures")


def marks(app):
    return app.picture.names.split("\n") if app.picture.names else []


def told(app):
    return html.unescape(re.sub("<[^>]+>", "", app.said.value))


def test_it_opens_with_the_pair_of_the_most_sentences(app, tables):
    pairs = compare.pairs(tables.stances, tables.articles)
    assert next(iter(app.pair.options)) == pairs.loc[0, "pair"] and set(app.pair.options) == set(pairs["pair"])
    assert told(app) == compare.summary(pairs) and ElementTree.fromstring(app.picture.value).tag.endswith("svg")


def test_a_term_and_a_group_change_picture_table_and_sentences(app, tables):
    before = app.picture.value
    app.what.value, app.term.value, app.group.value = explore.TERM, "dialogue", "doc_id"
    assert app.picture.value != before and app.ax.spec["options"]["title"] == "dialogue, by article"
    assert told(app).startswith("'dialogue': ")
    body = tables.sentences[tables.sentences["role"] == "body"]
    own = body["text"].str.lower().str.count(r"\bdialogue\b").groupby(body["doc_id"]).sum()
    drawn = app.ax.drawn.set_index("group")["count"]
    assert drawn.pop("all") == own.sum() > 0 and drawn.to_dict() == own.to_dict()
    shown = pd.read_html(io.StringIO(app.table.value))[0].set_index("group")["count"]
    assert shown.to_dict() == {"all": own.sum()} | own.to_dict()
    app.picture.mark = marks(app).index(f"{(most := own.idxmax())} | all")
    text = dead(app.sentences.value)
    assert app.sentences.value.count('<mark title="the term">') == own[most]
    assert text.count(most) == text.count(", sentence ") == len(app.ax.drawn.set_index("group").loc[most, "sources"])
    assert app.doc.value == most and dead(app.text.value)


def test_periods_show_both_means_and_refuse_to_generalise(app, tables):
    app.pair.value, app.by.value = "Pakistan → Afghanistan", "month"
    assert "No conclusion" in told(app) and "2024-03" in told(app) and "2024-11" in told(app)
    for month in ("2024-03", "2024-11"):
        app.picture.mark = marks(app).index(f"all | {month}")
        row = app.ax.drawn.set_index("period").loc[month]
        docs = tables.articles.set_index("doc_id")["date"].reindex([place[0] for place in row["sources"]])
        assert row["n_statements"] == len(docs) and docs.str.startswith(month).all()
        assert dead(app.sentences.value).count(", sentence ") == min(len(docs), explore.MAX_SHOWN)


def test_a_mark_chosen_in_the_picture_shows_its_sentences(app, tables):
    app.what.value, app.term.value, app.group.value, app.by.value = explore.TERM, "Pakistan", "doc_id", "month"
    places = np.frombuffer(app.picture.places, "<f4").reshape(-1, 2)
    assert len(places) == len(app.ax.drawn) == len(marks(app)) and np.isfinite(places).all()
    assert ((0 < places) & (places < 1)).all() and len({*map(tuple, places)}) == len(places)
    for i in (3, 1, len(places) - 1, 0):
        app.picture.mark = i  # what a click, an arrow key or the list sets
        row = app.ax.drawn.iloc[i]
        assert marks(app)[i] == f"{row['group']} | {row['period'] or 'undated'}"
        assert dead(app.sentences.value).count(row["sources"][0][0]) == min(len(row["sources"]), explore.MAX_SHOWN)
    app.picture.mark = -1
    assert app.sentences.value == ""
    app.term.value = "dialogue"
    assert app.picture.mark == 0 and app.sentences.value


def test_very_many_marks_are_a_small_picture_and_each_can_be_chosen(tmp_path):
    days = pd.date_range("2014-01-01", periods=1_100).strftime("%Y-%m-%d")
    articles = pd.DataFrame({"text": [f"Talks were held on day {i}. Rain fell." for i in range(len(days))], "date": days})
    articles.to_csv(tmp_path / "in.csv", index=False)
    prepare.prepare(tmp_path / "in.csv", tmp_path / "out")
    prepare.add_statements(tmp_path / "out")
    app = explore.App(prepare.Tables(tmp_path / "out"), tmp_path / "figures")
    app.what.value, app.term.value, app.by.value = explore.TERM, "talks", "day"
    assert len(marks(app)) == 1_100 and app.picture.value.startswith(b"<?xml") and len(app.picture.value) < 300 * 1_100
    app.picture.mark = 900
    assert days[900] in dead(app.sentences.value) and marks(app)[900] == f"all | {days[900]}"


def test_the_way_back_to_a_view_makes_nothing_anew(app):
    first, picture = app.ax, app.picture.value
    app.group.value = "doc_id"
    assert app.ax is not first and app.picture.value != picture
    app.group.value = ""
    assert app.ax is first and app.picture.value == picture


def test_an_actor_counts_under_all_its_names(app, tables):
    app.what.value, app.term.value = explore.ACTOR, "Afghanistan"
    named = app.ax.drawn.loc[0, "count"]
    app.what.value = explore.TERM
    assert named > app.ax.drawn.loc[0, "count"] > 0


def test_what_never_occurs_is_told_and_nothing_old_stays_on_show(app):
    app.what.value, app.term.value = explore.TERM, "<b>zzyzx"
    assert "never occur" in told(app) and "<b>" not in app.said.value
    assert (app.picture.value, app.table.value, app.sentences.value, marks(app)) == (b"", "", "", [])
    assert "image/png" not in app._repr_mimebundle_()
    app.term.value = ""
    assert "no word" in told(app)
    app.doc.value = "<i>nowhere"
    assert "&lt;i&gt;nowhere" in app.text.value
    with pytest.raises(ValueError, match="choose one"):
        explore.view(app.tables, explore.PAIR, "Nobody → nobody")


def test_a_kept_figure_is_the_one_on_show_and_its_line_of_code_makes_it_again(app, tables, capsys):
    app.what.value, app.term.value, app.by.value = explore.TERM, "it's|dialogue", "year"
    app.name.value = "mine"
    app.keep.click()
    assert report.names(app.folder) == ["mine"] and not capsys.readouterr().out
    kept = json.loads((app.folder / "mine.json").read_text(encoding="utf-8"))
    line = html.unescape(re.search("<code>(.*)</code>", app.code.value)[1])
    again = eval(line.removeprefix("report.save(").split("), 'mine'")[0] + ")", {"explore": explore, "tables": tables})
    assert report.describe(again, "mine").splitlines()[0] == kept["digest"] == report.describe(app.ax, "mine").splitlines()[0]
    assert len(pd.read_csv(app.folder / "mine.trace.csv")) == app.ax.drawn["sources"].map(len).sum()


@pytest.mark.parametrize("name", ["", "../x", "a/b", "-x", "mine", "<b>"])
def test_a_bad_or_taken_name_keeps_nothing(app, name):
    app.name.value = "mine"
    app.keep.click()
    before = {p: p.read_bytes() for p in Path(app.folder).parent.rglob("*") if p.is_file()}
    app.group.value, app.name.value = "outlet", name
    app.keep.click()
    assert "not kept" in app.code.value
    assert {p: p.read_bytes() for p in Path(app.folder).parent.rglob("*") if p.is_file()} == before


def test_without_a_browser_it_shows_the_finding_the_line_and_the_picture(app):
    shown = app._repr_mimebundle_()
    assert shown["text/plain"] == f"{app.found}\n{app.line()}" and shown["image/png"].startswith("iVBOR")


def test_an_article_stands_as_in_its_source(tables):
    for doc_id in tables.articles["doc_id"]:
        pieces = tables.lines[(tables.lines["doc_id"] == doc_id) & (tables.lines["role"] != "blank")]
        page = explore.article(tables, doc_id)
        text, at = re.sub(r"\s+", " ", dead(page)), 0
        for piece in pieces["text"]:  # each piece in its place; tags stand between sentences, in elements of their own
            at = text.index(re.sub(r"\s+", " ", piece), at)
        cut = pieces[~pieces["role"].isin(explore.KEPT)]
        assert len(re.findall('title="cut as ', page)) >= len(cut) == page.count("<small>cut: ")
        stances = tables.stances[(tables.stances["doc_id"] == doc_id) & tables.stances["stance"].notna()]
        for row in stances.itertuples():
            assert f"{html.escape(row.holder)} → {html.escape(row.target)}: {explore.STANCES[round(row.stance) + 2]}" in page
        for row in tables.dates[tables.dates["doc_id"] == doc_id].itertuples():
            assert f"date: {row.verdict}" in page


def test_hostile_text_is_shown_and_never_alive(tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("a", "b"):
        (tmp_path / "in" / f"{name}.txt").write_text(f"<h1 onclick=x()>\n\n{HOSTILE}\n\nBy <u>Me</u>\n", encoding="utf-8")
    prepare.prepare(tmp_path / "in", tmp_path / "out")
    prepare.add_statements(tmp_path / "out")
    app = explore.App(prepare.Tables(tmp_path / "out"), tmp_path / "figures")
    assert HOSTILE.split(". ")[0] in dead(app.text.value) and dead(app.sentences.value)
    for term in ("script", "<img src=x onerror=alert(1)>", "onerror"):
        app.what.value, app.term.value = explore.TERM, term
        for part in (app.said, app.table, app.sentences, app.text, app.code):
            dead(part.value)
    app.name.value = "kept"
    app.keep.click()
    dead(app.code.value)


@given(st.text(), st.lists(st.tuples(st.integers(-5, 40), st.integers(0, 40)), max_size=6))
def test_spans_may_overlap_and_stick_out_and_no_letter_is_lost(text, places):
    said = {(1, 1): ([(a, b, "em" if a % 2 else "strong", text) for a, b in places], [text] * 2)}
    sentence = {"par": 1, "sent": 1, "start": 0, "end": len(text)}
    shown = explore._marked(text, 0, [sentence], said, [{"text": text[2:4] or "x", "verdict": "<taken>", "reason": text}])
    assert re.sub(r"<[^>]*>", "", re.sub(r"<small>.*?</small>", "", shown, flags=re.DOTALL)) == html.escape(text)
    Read(shown)


def test_a_corpus_without_stances_and_one_of_a_single_article_open(tmp_path):
    (tmp_path / "rain.csv").write_text("text\nRain fell on the hills all day. The river rose by a foot.\n", encoding="utf-8")
    prepare.prepare(tmp_path / "rain.csv", tmp_path / "out")
    prepare.add_statements(tmp_path / "out")
    app = explore.App(prepare.Tables(tmp_path / "out"), tmp_path / "figures")
    assert app.what.value == explore.TERM and app.ax is not None and len(marks(app)) == 1
    app.what.value = explore.PAIR
    assert app.ax is None and told(app)


def test_a_view_groups_the_whole_first_and_takes_any_column(tables):
    ax = explore.view(tables, explore.TERM, "Pakistan", "outlet")
    assert ax.drawn["group"].iloc[0] == plots.POOLED
    part = ax.drawn[ax.drawn["group"] != plots.POOLED]
    assert part["n_articles"].is_monotonic_decreasing and part["count"].sum() == ax.drawn["count"].iloc[0]
    assert part["n_tokens"].sum() == tables.articles["n_tokens"].sum() and stats.PER == 10_000


def test_a_topic_an_outlet_and_a_time_can_be_chosen_and_the_parts_add_up(app, tables):
    app.what.value = explore.TOPIC
    model = explore.topics_of(tables)
    assert list(app.topic.options) == model.summary["label"].tolist() and told(app).startswith(app.topic.value)
    app.group.value = "doc_id"
    own = topics.shares_by(model, tables.articles).query("topic == 1").set_index("doc_id")["share"]
    assert app.ax.drawn[app.ax.drawn["group"] != "all"].set_index("group")["share"].to_dict() == own.to_dict()
    assert app.ax.drawn.loc[0, "n_units"] == app.ax.drawn["n_units"][1:].sum() == len(model.ids)
    app.picture.mark = 1
    assert "paragraph" in dead(app.sentences.value) and "sentence " not in dead(app.sentences.value)
    app.what.value, app.term.value, app.group.value = explore.TERM, "Pakistan", ""
    for choose, column in ((app.outlet, "outlet"), (app.period, "date")):
        for value in [v for _, v in choose.options if v]:
            choose.value = value
            docs = tables.articles.loc[tables.articles[column].fillna("").str.startswith(value), "n_tokens"]
            assert app.ax.drawn.loc[0, ["n_articles", "n_tokens"]].tolist() == [len(docs), docs.sum()]
            assert value in app.ax.spec["options"]["title"]
        choose.value = ""
    app.outlet.value, app.period.value = "Dawn", "2024-03"
    assert "no article of Dawn in 2024-03" in told(app) and app.ax is None


def test_an_actor_is_counted_in_explore_as_by_the_command(app, tables):
    app.what.value = explore.ACTOR
    actors = explore.clauses.Actors(explore.lexicons.actors(tables.folder / "actors.csv"))
    for name in ("Kabul", "Afghan Taliban", "Islamabad", "United States"):
        app.term.value = name
        hits = terms.hits(tables.sentences, [name], kind="actor", actors=actors, articles=tables.articles, counts=tables.counts)
        assert app.ax.drawn.loc[0, "count"] == hits["count"].sum() > 0
