"""From every mark of every figure to text that stands where it is said to stand."""

import shutil
from functools import cache

import pandas as pd
import pytest

from conftest import ROOT
from demarche import plots, prepare, report, terms, trace

FIGURES, RAW = ROOT / "figures", ROOT / "data" / "raw"


SHUFFLED = ["02-coherence", "02-exclusivity", "02-heldout", "02-how-many"]


@cache
def raw(file):
    return (RAW / file).read_bytes().decode("utf-8")


@pytest.mark.parametrize("name", report.names(FIGURES))
def test_every_mark_leads_to_text_that_stands_in_the_raw_file_or_says_that_it_is_simulated(name, folder):
    found, marks = trace.sentences(folder, FIGURES, name), trace.marks(FIGURES, name)
    drawn = report.marks(report.redraw(FIGURES, name)[0])
    assert marks["mark"].tolist() == drawn and set(found["mark"]) == set(drawn)
    simulated = set(marks.loc[marks["simulated"], "mark"])
    for row in found.itertuples():
        if row.mark in simulated:
            assert row.text.startswith("no sentence: simulated, seed 2") and pd.isna(row.raw_start)
        else:
            assert row.text and raw(row.file)[row.raw_start:row.raw_end] == row.text
    assert (marks.loc[~marks["simulated"], "places"] > 0).all() and (marks.loc[marks["simulated"], "places"] == 0).all()
    assert simulated == {m for m in drawn if name == "03-calibration" or name in SHUFFLED and m.endswith("| shuffled")}


@pytest.mark.parametrize("name", report.names(FIGURES))
def test_one_mark_gives_its_own_rows_of_the_whole(name, folder):
    whole = trace.sentences(folder, FIGURES, name)
    marks = whole["mark"].unique()
    for mark in {*marks[:1], *marks[-1:]}:
        part, expected = trace.sentences(folder, FIGURES, name, mark), whole[whole["mark"] == mark].reset_index(drop=True)
        assert len(part) and part.astype("str").equals(expected.astype(part.dtypes).astype("str"))


@pytest.fixture(scope="module")
def kept(folder, tmp_path_factory):
    """Two figures made here: rates by article, and a table that names paragraphs."""
    figures, tables = tmp_path_factory.mktemp("figures"), prepare.Tables(folder)
    rates = terms.rates(terms.hits(tables.sentences, ["TTP", "peace"]), tables.articles, group="doc_id", pooled=True)
    ax = plots.dots(rates, y="term", x="rate", title="Rates", unit="per 10,000", n="{count}", n_title="count")
    report.save(ax, "rates", "Rates", "table terms", figures)
    doc = tables.articles["doc_id"][0]
    table = pd.DataFrame({"row": ["a", "b"], "column": "c", "value": [1.0, 2.0], "sources": [[(doc, 2, None)], [(doc, 1, 1)]]})
    ax = plots.matrix(table, row="row", column="column", value="value", title="t", unit="u")
    report.save(ax, "paragraphs", "c", "s", figures)
    return figures


def test_the_sentences_behind_a_rate_hold_the_term_as_often_as_counted(folder, kept):
    drawn = pd.read_csv(kept / "rates.csv")
    for row in drawn.itertuples():
        behind = trace.sentences(folder, kept, "rates", f"{row.term} | {row.group}")
        assert behind["text"].str.count(terms.pattern(row.term)).sum() == row.count
        assert len(behind) == row.hit_sentences or row.count == 0


def test_a_rate_of_zero_leads_to_the_whole_article_that_was_searched(folder, kept):
    tables = prepare.Tables(folder)
    behind = trace.sentences(folder, kept, "rates", "TTP | 002_bfc74d61377952b2")
    body = tables.sentences.query("doc_id == '002_bfc74d61377952b2' and role == 'body'")
    assert behind["text"].tolist() == body["text"].tolist()


def test_a_mark_that_rests_on_a_paragraph_gives_all_its_sentences(folder, kept):
    tables = prepare.Tables(folder)
    second = tables.sentences[(tables.sentences["doc_id"] == tables.articles["doc_id"][0]) & (tables.sentences["par"] == 2)]
    assert trace.sentences(folder, kept, "paragraphs", "a | c")["text"].tolist() == second["text"].tolist()
    assert trace.marks(kept, "paragraphs")["places"].tolist() == [1, 1]


def test_a_figure_or_a_mark_that_is_not_there_is_told_with_what_is(folder, kept, tmp_path):
    with pytest.raises(ValueError, match=r"no figure 'rate'; there are: paragraphs, rates"):
        trace.marks(kept, "rate")
    with pytest.raises(ValueError, match=r"no mark 'TTP' in rates; nearest: TTP \| all; TTP \| "):
        trace.sentences(folder, kept, "rates", "TTP")
    with pytest.raises(ValueError, match="there are: none in .*, run make"):
        trace.marks(tmp_path, "rates")


def test_names_that_look_like_empty_cells_and_marks_with_odd_characters_come_back(folder, tmp_path):
    docs = prepare.Tables(folder).articles["doc_id"]
    table = pd.DataFrame({"row": ["NA", "nan", "a\nb,\"c\" | d", "العربية"], "column": "null", "value": 1.0,
                          "sources": [[(docs[0], 1, 1)]] * 4})
    report.save(plots.matrix(table, row="row", column="column", value="value", title="t", unit="u"), "odd", "c", "s", tmp_path)
    for row in table["row"]:
        assert len(trace.sentences(folder, tmp_path, "odd", f"{row} | null")) == 1


def test_a_changed_trace_is_caught_by_the_walk(folder, kept, tmp_path):
    shutil.copytree(kept, tmp_path / "figures")
    path = tmp_path / "figures" / "rates.trace.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",1,1,", ",1,99,", 1), encoding="utf-8")
    assert trace.sentences(folder, tmp_path / "figures", "rates")["text"].isna().sum() == 1


def test_the_sentences_of_a_pair_come_with_its_stance_whose_mean_is_the_one_drawn_and_with_outlet_and_day(folder):
    ax = report.redraw(FIGURES, "04-time")[0]
    articles = prepare.Tables(folder).articles.set_index("doc_id")
    for mark, row in zip(report.marks(ax), ax.drawn.to_dict("records")):
        behind = trace.sentences(folder, FIGURES, "04-time", mark)
        assert len(behind) == row["n_statements"] and behind["stance"].mean() == pytest.approx(row["mean"], abs=1e-5)
        told = articles.loc[behind["doc_id"], ["date", "outlet"]].astype("str").to_numpy().tolist()
        assert behind[["date", "outlet"]].astype("str").to_numpy().tolist() == told
    assert trace.sentences(folder, FIGURES, "03-rates")["stance"].isna().all()


def test_an_arrow_in_an_outlets_name_and_tables_without_stances_leave_the_sentences_as_they_are(folder, kept, tmp_path):
    table = pd.DataFrame({"row": ["O → P", "x"], "column": ["c", "a → b"], "value": [1.0, 2.0],
                          "sources": [[(prepare.Tables(folder).articles["doc_id"][0], 1, 1)], []], "doc_id": ["none", "none"]})
    report.save(plots.matrix(table, row="row", column="column", value="value", title="t", unit="u"), "odd", "c", "s", kept)
    assert trace.sentences(folder, kept, "odd")["stance"].isna().all()
    for name in ("articles", "sentences", "lines"):
        (tmp_path / f"{name}.parquet").write_bytes((folder / f"{name}.parquet").read_bytes())
    bare = trace.sentences(tmp_path, FIGURES, "04-time")
    assert len(bare) == len(trace.sentences(folder, FIGURES, "04-time")) and bare["stance"].isna().all()
    assert trace.sentences(folder, FIGURES, "04-robust")["stance"].notna().all()
