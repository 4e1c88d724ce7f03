"""A figure and what is kept with it: a digest that changes with all that is drawn, a picture that follows from its numbers."""

import html
import json
import re
import subprocess
import sys
import types
from functools import cache
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest
from PIL import Image

from conftest import ROOT, load
from demarche import plots, prepare, report, schema, stats, style, trace

FIGURES = ROOT / "figures"
RATES = pd.DataFrame([("NA", "all", 20.0, 10.0, 40.0, 7, 5, 640, "jackknife t over 5 articles, 95% nominal, 93% in simulation"),
                      ("war", "all", 5.0, None, None, 2, 1, 120, "none: 1 of the 4 articles needed"),
                      ("NA", "000", 30.123456, None, None, 5, 1, 200, "none: 1 of the 4 articles needed"),
                      ("war", "000", 0.0, None, None, 0, 1, 200, "none: 1 of the 4 articles needed")],
                     columns=["term", "group", "rate", "low", "high", "count", "n_articles", "n_tokens", "interval"])
RATES["other"] = [9.0, 8.0, 7.0, 6.0]
RATES["sources"] = [[("a", 1, 1), ("b", 2, 1)], [("a", 1, 2)], [("a", 1, 1)], [("a", None, None)]]
TIME = pd.DataFrame({"term": "soil", "period": ["2024-01", "2024-03", None], "lane": ["dated", "dated", "undated"],
                     "rate": [1.0, 2.0, 3.0], "other": [4.0, 5.0, 6.0], "low": [0.5, None, None], "high": [2.5, None, None],
                     "n_articles": [4, 1, 2]})
MONTHS = TIME.drop(columns="term")
CELLS = pd.DataFrame({"row": ["a", "a", "b"], "column": ["x", "y", "x"], "value": [1.0, -2.0, 0.5], "other": [0.0, 1.0, 2.0],
                      "n": [3, 2, 1], "thin": [True, False, False]})
WORDS = pd.DataFrame({"topic": [1, 1, 2], "term": ["dam", "null", "tax"], "weight": [0.3, 0.2, 0.1], "other": [0.1, 0.2, 0.3],
                      "mark": ["", "", "unstable"]})
DAYS = pd.DataFrame({"doc_id": ["000", "001"], "date_from": ["2024-03-22", None], "date_to": ["2024-03-22", "2025-01-14"],
                     "date_kind": ["published", "page"], "lines": [[("000", 3, 1)], []]})
MAP = pd.DataFrame({"kind": ["topic", "topic", "passage"], "name": ["1: dam", "2: tax", "d 1"], "topic": [1, 2, 1],
                    "x": [0.0, 1.0, 0.4], "y": [0.0, 0.2, 0.1], "other": [0.3, 0.1, 0.2], "share": [0.6, 0.4, 0.7],
                    "mark": ["", "unstable", ""], "sources": [[], [], [("d", 1, None)]]})
DRAW = {"dots": (RATES, {"y": "term", "x": "rate", "title": "A title", "unit": "a unit", "n": "{count}", "n_title": "count"}),
        "over_time": (TIME, {"line": "term", "x": "rate", "title": "A title", "unit": "a unit", "limits": [0, 5]}),
        "matrix": (CELLS, {"row": "row", "column": "column", "value": "value", "n": "n", "thin": "thin", "scale": -2,
                           "title": "A title", "unit": "a unit"}),
        "topic_terms": (WORDS, {"title": "A title"}), "timeline": (DAYS, {"title": "A title"}),
        "months": (MONTHS, {"title": "A title"}), "topic_map": (MAP, {"title": "A title"})}


def draw(kind, room=plots, change=None):
    table, options = DRAW[kind]
    return getattr(room, {"months": "timeline"}.get(kind, kind))(table if change is None else change(table.copy()), **options)


def held(ax):
    return report.describe(ax, "name").splitlines()[0]


@cache
def whole(kind):
    """The digest of a figure as it should be."""
    return held(draw(kind))


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    for kind in DRAW:
        report.save(draw(kind), kind, "What is drawn", "a table", folder)
    return folder


@pytest.mark.parametrize("kind", DRAW)
def test_a_figure_is_kept_whole_and_the_same_bytes_come_out_again(kept, kind, tmp_path):
    ends = ("svg", "png", "csv", "trace.csv", "json")
    assert sorted(p.name for p in kept.glob(f"{kind}.*")) == sorted(f"{kind}.{end}" for end in ends)
    report.save(draw(kind), kind, "What is drawn", "a table", tmp_path)
    assert all((kept / f"{kind}.{end}").read_bytes() == (tmp_path / f"{kind}.{end}").read_bytes() for end in ends)


@pytest.mark.parametrize("kind", DRAW)
def test_a_kept_figure_is_drawn_again_from_its_numbers_with_the_same_digest_and_bytes(kept, kind):
    ax, fields = report.redraw(kept, kind)
    whole, again = report.describe(draw(kind), kind), report.describe(ax, kind)
    assert again == whole and again.splitlines()[0] == fields["digest"]
    assert report.render(ax.figure, "svg") == (kept / f"{kind}.svg").read_bytes()


def test_a_cut_table_says_so_in_its_title_when_drawn_again_too(tmp_path):
    table = pd.concat([RATES.assign(term=RATES["term"] + str(i)) for i in range(9)])
    ax = plots.dots(table, **DRAW["dots"][1], most=5)
    report.save(ax, "cut", "c", "s", tmp_path)
    again, fields = report.redraw(tmp_path, "cut")
    assert fields["title"] == again.figure.get_suptitle() == "A title (first 5 of 18)" and held(again) == held(ax)


BREAK = """
dots        | ax.plot(some[x], at           | ax.plot(some["other"], at
dots        | some["low"], some["high"]     | some["low"], some["other"]
dots        | xlabel=_wrap(unit, 12         | xlabel=_wrap(unit + "!", 12
dots        | [n].format(**row)             | [n].format(**row) + "!"
dots        | _labels(owners, 30)           | _labels(["x" + o for o in owners], 30)
dots        | (style.INKS[k]                | (style.INKS[k + 1]
dots        | mfc="white" if hollow else ink | mfc=ink
dots        | len(labels) - 0.5, -0.5       | len(labels) - 0.4, -0.5
matrix      | cell[value]                   | cell["other"]
matrix      | cell[n]:,                     | cell['other']:,
matrix      | xlabel=unit                   | xlabel=unit + "!"
matrix      | xlim=(-0.5                    | xlim=(-0.6
matrix      | cell[thin]                    | not cell[thin]
matrix      | (v / top + 1) / 2             | (v / top + 1) / 3
timeline    | ends, ink = pd.to_datetime([a | ends, ink = pd.to_datetime([b
timeline    | "|" if b                      | "o" if b
timeline    | (high - low) * 0.1            | (high - low) * 0.2
timeline    | ({style.WORDS[kind]})         | [{style.WORDS[kind]}]
months      | ax.bar(days[dated], n[dated]  | ax.bar(days[dated], table["other"][dated]
months      | set_ylabel(style.WORDS["art   | set_ylabel(style.WORDS["Art
months      | lane.bar([0.4], [n[           | lane.bar([0.4], [-n[
topic_terms | part["weight"]                | part["other"]
topic_terms | for t in part["term"]         | for t in part["term"][::-1]
topic_terms | "share of the                 | "part of the
topic_terms | "Topic {}"                    | "Topic: {}"
topic_map   | ax.plot(near["x"], near["y"]  | ax.plot(near["x"], near["other"]
topic_map   | annotate(row["topic"]         | annotate(row["topic"] + 1
topic_map   | "0.6" if row["mark"]          | "0.5" if row["mark"]
over_time   | at[some], y[some, 0]          | at[some], y[some, 1]
over_time   | [there][:, [0, 3]]            | [there][:, [1, 3]]
over_time   | for size in table[n]          | for size in table["other"]
over_time   | y[mine, 1], y[mine, 2]        | y[mine, 1], y[mine, 0]
over_time   | data[there, 4]                | data[there, 0]
over_time   | not base and limits or        | not base and (0, 6) or
over_time   | supylabel(_wrap(unit          | supylabel(_wrap(unit + "!"
over_time   | _wrap(names[k]                | _wrap(names[k] + "!"
"""


@pytest.mark.parametrize("line", BREAK.strip().splitlines(), ids=lambda line: line[:30].replace(" ", ""))
def test_the_digest_changes_when_plots_alone_draws_another_number_column_label_limit_or_mark(line):
    kind, old, new = (part.strip() for part in re.split(r"\s\|\s", line))
    source = Path(plots.__file__).read_text(encoding="utf-8")
    assert old in source, "plots has changed; choose another place to break it"
    broken = types.ModuleType("broken")
    exec(compile(source.replace(old, new), "broken", "exec"), broken.__dict__)  # noqa: S102
    assert held(draw(kind, broken)) != whole(kind)


@pytest.mark.parametrize("kind, column", [
    ("dots", "rate"), ("dots", "low"), ("over_time", "rate"), ("over_time", "n_articles"), ("matrix", "value"), ("matrix", "n"),
    ("topic_terms", "weight"), ("months", "n_articles")])
def test_the_digest_changes_when_one_number_changes(kind, column):
    def change(table):
        table.loc[table.index[0], column] += 1
        return table
    assert held(draw(kind, change=change)) != whole(kind)


def test_a_shift_by_one_day_is_seen():
    assert held(draw("timeline", change=lambda t: t.replace("2024-03-22", "2024-03-23"))) != held(draw("timeline"))


def test_the_digest_is_short_readable_text_without_quotes():
    digest = report.describe(draw("dots"), "03-rates")
    assert repr(digest) == str(digest) and digest.startswith("03-rates: 4 marks in 1 panel, held ")
    assert "x: a unit [" in digest and "NA" in digest.splitlines()[-4] and max(map(len, digest.splitlines())) < 200


def test_the_caption_tells_n_interval_hollow_marks_and_source(kept):
    caption = json.loads((kept / "dots.json").read_text(encoding="utf-8"))["caption"]
    assert caption == ("What is drawn. n per mark: 1 to 5 articles, 120 to 640 tokens. Interval: jackknife t over 5 articles, "
                       "95% nominal, 93% in simulation; none: 1 of the 4 articles needed. Hollow marks: no interval can be "
                       "given. Source: a table.")
    words = json.loads((kept / "topic_terms.json").read_text(encoding="utf-8"))["caption"]
    assert words == "What is drawn. n: 3 marks. Interval: none drawn. Source: a table."


def test_labels_of_intervals_that_differ_in_numbers_only_are_told_once_with_their_range():
    labels = [stats.intervals([1, 2, 3, 4, 2, 1][:n], [9] * n, [0] * n, "rate")[2][0] for n in (1, 2, 4, 5, 6)]
    table = RATES.iloc[[0] * 5].assign(interval=labels, term=list("abcde"))
    said = report.basis(plots.dots(table, **DRAW["dots"][1]))[1]
    assert said.startswith("Interval: jackknife t over 4 to 6 articles (log scale), 95% nominal, ")
    assert said.count("nominal") == 1 and said.endswith("% in simulation; none: 1 to 2 of the 4 articles needed.")


@pytest.mark.parametrize("kind, expected", [
    ("dots", "A title. Dots, 4 marks; rate: highest NA | 000 (30.1), lowest war | 000 (0)."),
    ("over_time", "A title. Over time, 3 marks; rate: highest soil | undated (3), lowest soil | 2024-01 (1)."),
    ("topic_terms", "A title. Topic terms, 3 marks; weight: highest 1 | dam (0.3), lowest 2 | tax (0.1)."),
    ("topic_map", "A title. Topic map, 3 marks; share: highest passage | d 1 (0.7), lowest topic | 2: tax (0.4)."),
    ("timeline", "A title. Timeline, 2 marks; 000: 2024-03-22 (published); 001: not after 2025-01-14 (page).")])
def test_the_alternative_text_is_computed_from_what_is_drawn(kind, expected):
    assert report.alt_text(draw(kind)) == expected


def test_the_numbers_kept_are_those_drawn_and_hold_no_places(kept):
    table = pd.read_csv(kept / "dots.csv", keep_default_na=False)
    assert table["term"].tolist() == ["NA", "war", "NA", "war"] and table["rate"].tolist() == RATES["rate"].tolist()
    assert "sources" not in table and "sources" not in (kept / "dots.csv").read_text(encoding="utf-8")


def test_every_mark_has_a_place_in_the_trace_and_a_simulated_one_its_seed(kept):
    trace = report.trace_table(draw("dots"))
    assert trace["mark"].tolist() == ["NA | all", "NA | all", "war | all", "NA | 000", "war | 000"]
    assert trace["par"].tolist() == [1, 2, 1, 1, pd.NA] and trace["doc_id"].tolist() == ["a", "b", "a", "a", "a"]
    assert report.trace_table(draw("timeline"))["doc_id"].tolist() == ["000", "001"]  # no line dates 001: the whole article
    panel = RATES.drop(columns="sources").assign(seed=7)
    assert set(report.trace_table(plots.dots(panel, **DRAW["dots"][1]))["simulated"]) == {"no sentence: simulated, seed 7"}


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_a_picture_has_the_width_asked_for_and_the_same_bytes_each_time(kind, tmp_path):
    ax = draw("matrix")
    first, again = (report.render(ax.figure, kind, 85 / 25.4) for _ in range(2))
    assert first == again != report.render(ax.figure, kind)
    if kind == "png":
        (tmp_path / "a.png").write_bytes(first)
        assert Image.open(tmp_path / "a.png").width == pytest.approx(85 / 25.4 * 200, abs=2)
    assert b"20" + b"26-" not in first[:600], "no date of making in the file"


def test_a_marks_name_says_undated_where_it_has_no_period():
    assert report.marks(draw("over_time")) == ["soil | 2024-01", "soil | 2024-03", "soil | undated"]


def test_show_draws_nothing_to_disk_and_returns_the_digest(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert report.show(draw("matrix"), "mini") == report.describe(draw("matrix"), "mini") and not list(tmp_path.iterdir())
    assert isinstance(report.show(draw("matrix"), "mini"), style.Plain)


@pytest.mark.parametrize("name", report.names(FIGURES))
def test_each_figure_of_the_repository_follows_from_its_numbers(name):
    ax, fields = report.redraw(FIGURES, name)
    assert report.describe(ax, name).splitlines()[0] == fields["digest"]
    assert "Interval: " in fields["caption"] and "Source: " in fields["caption"] and fields["alt"] == report.alt_text(ax)


def test_there_are_at_least_eight_figures():
    assert len(report.names(FIGURES)) >= 8


def test_the_first_figure_of_the_repository_has_the_bytes_that_its_numbers_give(same):
    name = report.names(FIGURES)[0]
    ax, _ = report.redraw(FIGURES, name)
    assert same(report.render(ax.figure, "svg"), (FIGURES / f"{name}.svg").read_bytes())


def test_title_unit_and_caption_of_the_researcher_s_own_stay_over_a_rerun_and_what_is_computed_stays_too(tmp_path):
    report.save(draw("dots"), "a", "What is drawn", "a table", tmp_path)
    made = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    own = {"title": 'Titre à moi, "1"', "unit": "par 10 000", "caption": "Mes mots\nici: n per mark."}
    pd.DataFrame([{"figure": "a", **own}, {"figure": "gone", "title": "x"}]).to_csv(tmp_path / report.WORDS, index=False)
    before = report.named(tmp_path, "a", report.own_words(tmp_path))  # without a rerun
    report.save(draw("dots"), "a", "What is drawn", "a table", tmp_path)
    ax, fields = report.redraw(tmp_path, "a")
    for title, caption in ((before[1]["title"], before[1]["caption"]), (fields["title"], fields["caption"])):
        assert title == own["title"] and caption == made["caption"].replace("What is drawn.", "Mes mots\nici: n per mark.")
    assert ax.get_xlabel() == before[0].get_xlabel() == "par 10 000"
    assert report.describe(ax, "a").splitlines()[0] == fields["digest"]
    assert list(report.trace_table(draw("dots"))["mark"]) == list(pd.read_csv(tmp_path / "a.trace.csv")["mark"])
    assert report.own_words(tmp_path / "nowhere") == {}


def test_in_greys_no_colour_is_left_and_marks_keep_their_shapes():
    code = ("import io, sys; import numpy as np; from PIL import Image; from demarche import report, style; style.grey();"
            "picture = report.render(report.redraw(*sys.argv[1:])[0].figure, 'png');"
            "image = np.asarray(Image.open(io.BytesIO(picture)).convert('RGB'));"
            "print(int(np.ptp(image.astype(int), axis=2).max()), len(set(style.MARKS)))")
    for name in ("04-matrix", "03-rates", "02-words"):
        done = subprocess.run([sys.executable, "-c", code, FIGURES, name], capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["0", "8"], name


@pytest.mark.parametrize("kind", ["dots", "over_time", "timeline", "matrix", "months", "topic_terms"])
def test_in_another_language_no_fixed_english_word_is_left_in_picture_or_caption(kind, tmp_path):
    """Every fixed word of the figure is put into the made-up language of the one file; only names, numbers and n stay."""
    build = load(FIGURES.parent / "docs" / "build.py")
    report.save(draw(kind), "a", "What is drawn", "a table", tmp_path)
    build.captions(tmp_path)
    table = pd.read_csv(tmp_path / report.WORDS, dtype="str", keep_default_na=False)
    fixed = table["figure"] == report.EVERY
    assert fixed.sum() > 2

    def other(text):  # fields, as {:,} or {0}, stay; each word becomes one that English does not have
        return "".join(part if part.startswith("{") else re.sub(r"[^\W\d_]+", lambda m: "ŵ" * len(m[0]), part)
                       for part in re.split(r"({[^}]*})", text))
    table["title"] = ["Ŷ" if not own else other(now) for own, now in zip(fixed, table["now"])]
    table["unit"], table["caption"] = (["" if own else "Ŷ" for own in fixed] for _ in range(2))
    table.to_csv(tmp_path / report.WORDS, index=False)
    ax, fields = report.named(tmp_path, "a", report.own_words(tmp_path))  # drawn again from what was kept
    report.save(draw(kind), "a", "What is drawn", "a table", tmp_path)    # and made anew
    kept = report.redraw(tmp_path, "a")[1]
    assert fields["caption"] == kept["caption"]
    names = {str(v) for c in ax.key for v in ax.drawn[c]} | {"n", "dam", "river"}
    for said in (kept["caption"], *(t.get_text() for t in ax.figure.findobj(mpl.text.Text) if t.get_visible())):
        words = (set(re.findall(r"[^\W\d_]+", text)) for text in (said.replace("ŵ", ""), " ".join(names)))
        left = next(words) - next(words)
        assert left <= {"Ŷ"}, said
    build.captions(tmp_path)  # the researcher's words stay, and what was asked for before is still there
    assert report.own_words(tmp_path)[report.EVERY] == dict(zip(table.loc[fixed, "now"], table.loc[fixed, "title"]))
    report.save(draw(kind), "b", "What is drawn", "a table", tmp_path / "b")
    assert "ŵ" not in (tmp_path / "b" / "b.json").read_text(encoding="utf-8"), "another folder is in English again"


def sentences_page(build, folder, name):
    return build._trace(prepare.Tables(folder), FIGURES, name, build._shown(*report.redraw(FIGURES, name)))


def test_a_page_of_sentences_holds_them_all_with_what_was_read_in_each_and_why(folder):
    build, name = load(FIGURES.parent / "docs" / "build.py"), "04-pairs"
    page, places = sentences_page(build, folder, name), trace.sentences(folder, FIGURES, name)
    shown = html.unescape(page)
    items = [line for line in shown.splitlines() if line.startswith("<li>")]
    assert len(items) == len(places) > build.PLACES and all(" ".join(text.split()) in shown for text in places["text"])
    stances = prepare.Tables(folder).stances.dropna(subset="stance").merge(places[schema.SENTENCE].drop_duplicates())
    for row in stances.itertuples():
        words = ", ".join(word for *_, word in json.loads(row.evidence))
        assert f"{row.holder} → {row.target}: {row.stance:+.2f} ({words})" in shown
    assert f"{int((places['mark'] == places['mark'].iloc[0]).sum()) - build.PLACES} more sentences" in shown


def test_a_page_of_sentences_goes_by_pair_and_time_with_what_is_drawn_and_the_own_stance_first(folder):
    build, name = load(FIGURES.parent / "docs" / "build.py"), "04-time"
    shown = html.unescape(re.sub(r"\\(.)", r"\1", sentences_page(build, folder, name)))  # heads are Markdown
    ax, behind = report.redraw(FIGURES, name)[0], trace.sentences(folder, FIGURES, name).groupby("mark")["doc_id"]
    heads = re.findall("^## (.*) \\| (.*)$", shown, re.MULTILINE)
    assert sorted(map(" | ".join, heads)) == sorted(report.marks(ax))
    for pair in dict(heads):
        own = [k for k, head in enumerate(heads) if head[0] == pair]
        periods = [heads[k][1] for k in own]
        assert own == [*range(own[0], own[-1] + 1)] and periods == sorted(periods, key=lambda p: (p == "undated", p))
    for mark, mean in zip(report.marks(ax), ax.drawn["mean"]):
        part, docs = shown.split(f"## {mark}\n")[1].split("\n## ")[0], behind.get_group(mark)
        assert re.match(rf"\nmean {mean:.2f}( \(95% CI .*\))?; {len(docs)} sentences? in {docs.nunique()} articles?\n", part)
        assert all(f" — <strong>{mark.split(' | ')[0]}: " in line for line in part.splitlines() if line.startswith("<li>"))


def test_a_page_folds_code_and_leads_from_each_kept_figure_to_its_sentences():
    build = load(FIGURES.parent / "docs" / "build.py")
    page = build._page(FIGURES.parent / "notebooks" / "04-stance.ipynb", {"04-time"})
    cells = [c for c in json.loads(page)["cells"] if c["cell_type"] == "code"]
    assert cells and all("hide-input" in c["metadata"]["tags"] for c in cells)
    assert page.count("trace-04-time.html") == page.count("figures.html#04-time") == 1
    assert not re.search(r"04-\w+: \d+ marks? in", page), "digests are for machines"
    assert "04-time: " not in page and "<td>NaN</td>" not in page
    assert "<th>share_<wbr>negative</th>" in page and "n_statements</th>" not in page, "names of columns may break"


def test_what_two_cells_say_alike_of_one_question_stands_once(tmp_path):
    build = load(FIGURES.parent / "docs" / "build.py")
    head = {"cell_type": "markdown", "source": ["## Did it rain?"], "metadata": {}}
    cell = {"cell_type": "code", "source": [], "metadata": {"tags": ["finding=a"]},
            "outputs": [{"data": {"text/markdown": ["In May."]}}]}
    (tmp_path / "01-x.ipynb").write_text(json.dumps({"cells": [head, cell, cell]}), encoding="utf-8")
    assert build.findings([tmp_path / "01-x.ipynb"], {}).count("In May.") == 1


def test_findings_of_one_question_stand_under_one_heading(tmp_path):
    build = load(FIGURES.parent / "docs" / "build.py")

    def cell(said, figure):
        return {"cell_type": "code", "source": [], "metadata": {"tags": [f"finding={figure}"]},
                "outputs": [{"data": {"text/markdown": [said]}}]}
    rain, snow = ({"cell_type": "markdown", "source": [f"## {text}"], "metadata": {}} for text in ("Did it rain?", "And snow?"))
    cells = [rain, cell("In May.", "a"), cell("In June.", "b"), snow, cell("No.", "c")]
    (tmp_path / "01-x.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    said = build.findings([tmp_path / "01-x.ipynb"], {})
    assert re.findall("^### (.*)$", said, re.MULTILINE) == ["Did it rain?", "And snow?"]
    assert [said.index(part) for part in ("rain", "In May.", "In June.", "snow", "No.")] == sorted(
        said.index(part) for part in ("rain", "In May.", "In June.", "snow", "No."))


def test_a_row_without_a_value_for_all_says_so_at_its_side():
    lone = RATES[(RATES["term"] != "war") | (RATES["group"] != "all")]
    texts = [[t.get_text() for t in plots.dots(table, **DRAW["dots"][1]).texts] for table in (RATES, lone)]
    assert texts[0].count("too few") == 0 and texts[1].count("too few") == 1
