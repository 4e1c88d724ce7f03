"""From a corpus to tables: nothing lost, nothing made twice, every character with its place in the source."""

import csv
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from demarche import prepare, store

HERE = Path(__file__).parent
RAW = HERE.parent / "data" / "raw"


def test_dates_titles_places_and_outlets_are_those_of_the_gold_table(tables):
    with open(HERE / "gold" / "articles.csv", encoding="utf-8") as file:
        gold = {r["doc"]: r for r in csv.DictReader(file)}
    for a in tables.articles.itertuples():
        want = gold[a.doc_id[:3]]
        found = {"outlet": a.outlet, "title": a.title, "place": a.place, "published": a.date}
        assert {k: v if isinstance(v, str) else "" for k, v in found.items()} == {k: want[k] for k in found}
        if want["page_date"]:
            assert (a.date_kind, a.date_to) == ("page", want["page_date"]) and not isinstance(a.date_from, str)


def test_every_sentence_and_line_is_a_slice_of_the_raw_file_and_of_the_text(tables):
    articles = tables.articles.set_index("doc_id")
    for s in tables.sentences.itertuples():
        raw = (RAW / articles.loc[s.doc_id, "file"]).read_text(encoding="utf-8")
        assert s.text == raw[s.raw_start:s.raw_end] == articles.loc[s.doc_id, "text"][s.start:s.end]
    for line in tables.lines.itertuples():
        raw = (RAW / articles.loc[line.doc_id, "file"]).read_text(encoding="utf-8")
        assert line.text == raw[line.raw_start:line.raw_end]


def test_a_changed_raw_file_is_an_error_that_names_it(tmp_path):
    shutil.copytree(RAW, tmp_path / "raw")
    path = next(iter(sorted((tmp_path / "raw").glob("*.txt"))))
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ValueError, match=f"changed or missing: {path.name}; raw files are never edited"):
        prepare.prepare(tmp_path / "raw", tmp_path / "out")
    assert not (tmp_path / "out" / "articles.parquet").exists()


def test_a_prepared_folder_is_a_corpus_too(folder, tmp_path):
    assert prepare.prepare(folder, tmp_path).splitlines()[1:] == prepare.prepare(RAW, folder).splitlines()[1:]
    for name in ("articles", "sentences", "dates"):
        assert store.read(tmp_path, name).equals(store.read(folder, name))


def test_what_else_rests_on_the_same_articles_stays_where_a_prepared_folder_is_the_corpus(folder, tmp_path):
    prepare.prepare(folder, tmp_path)
    prepare.add_statements(tmp_path)
    prepare.add_stories(tmp_path)
    made = store.tables(tmp_path)
    prepare.prepare(folder, tmp_path)
    assert store.tables(tmp_path) == made and {"stances.parquet", "passages.parquet"} <= set(made)


def test_nothing_is_made_twice(folder, monkeypatch):
    for room, name in ((prepare, "article_tables"), (store, "stage"), (store, "commit")):
        monkeypatch.setattr(room, name, lambda *a, **k: pytest.fail("made again"))
    assert prepare.prepare(RAW, folder) == prepare.summary(folder)


def test_new_articles_take_the_old_stances_away(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("Iran condemned the attack on Monday in strong words.\n", encoding="utf-8")
    prepare.prepare(tmp_path / "in", tmp_path / "out")
    prepare.add_statements(tmp_path / "out")
    (tmp_path / "in" / "b.txt").write_text("Japan praised the plan of France in a statement today.\n", encoding="utf-8")
    prepare.prepare(tmp_path / "in", tmp_path / "out")
    assert len(prepare.Tables(tmp_path / "out").articles) == 2 and not (tmp_path / "out" / "stances.parquet").exists()


@pytest.mark.parametrize(("given", "out"), [("", ""), ("", "tables"), ("", "a/b"), ("a.txt", "")])
def test_tables_that_would_fall_among_the_input_are_refused(tmp_path, given, out):
    (tmp_path / "a.txt").write_text("A text of some words.", encoding="utf-8")
    with pytest.raises(ValueError, match="give --out a folder of its own"):
        prepare.prepare(tmp_path / given, tmp_path / out)
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_read_and_rejected_are_all_that_was_given(tmp_path):
    rows = [{"text": "One article of some words."}, {"text": ""}, {"note": "no text"}, {"text": "Two.", "doc_id": "x"},
            {"text": "Three.", "doc_id": "x"}, ["no", "object"]]
    path = tmp_path / "mixed.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + '\n{"text": "cut in the mid', encoding="utf-8")
    prepare.prepare(path, tmp_path / "out")
    tables = prepare.Tables(tmp_path / "out")
    assert len(tables.articles) + len(tables.rejected) == len(rows) + 1 and len(tables.articles) == 2


def test_in_a_folder_of_mixed_files_each_is_an_article_or_rejected(tmp_path):
    files = {"a.txt": b"One article of some words.", "sub/b.TXT": "Müll.".encode("utf-16"), "c.docx": b"PK", "d.txt": b" \n",
             "e.txt": b"\xff\xd8\xff\xe0\0\x10JFIF", "f.txt": b"\0\0", "g.csv": b"text\nx\n"}
    for name, data in files.items():
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(data)
    said = prepare.prepare(tmp_path / "in", tmp_path / "out")
    tables = prepare.Tables(tmp_path / "out")
    assert tables.articles["file"].tolist() == ["a.txt", "sub/b.TXT"]
    assert sorted([*tables.articles["file"], *tables.rejected["file"]]) == sorted(files)
    assert "2 articles" in said and "rejected: 5" in said and "  c.docx and 1 more: '.docx' files" in said
    assert "  d.txt: empty" in said and "  e.txt and 1 more: binary" in said


def test_the_tables_of_two_halves_add_up_to_those_of_the_whole(tables, tmp_path):
    parts = []
    for name, files in (("first", sorted(RAW.glob("*.txt"))[:2]), ("second", sorted(RAW.glob("*.txt"))[2:])):
        (tmp_path / name).mkdir()
        for file in files:
            shutil.copy(file, tmp_path / name)
        prepare.prepare(tmp_path / name, tmp_path / f"{name} out")
        prepare.add_statements(tmp_path / f"{name} out")
        parts.append(prepare.Tables(tmp_path / f"{name} out"))
    for name in ("articles", "lines", "dates", "sentences", "statements", "stances"):
        both = pd.concat([getattr(p, name) for p in parts], ignore_index=True)
        assert both.equals(getattr(tables, name)), name


def test_the_sentences_behind_a_row_and_behind_a_table(tables):
    places = [(r.doc_id, r.par, r.sent) for r in tables.sentences.head(3).itertuples()]
    row = pd.Series({"group": "all", "sources": places})
    assert tables.behind(row)["text"].tolist() == tables.sentences["text"].head(3).tolist()
    both = tables.behind(pd.DataFrame({"group": ["x", "y"], "sources": [places[:2], places[2:]]}), n=1)
    assert both["group"].tolist() == ["x", "y"] and both["text"].tolist() == tables.sentences["text"].iloc[[0, 2]].tolist()


def test_a_notebook_finds_its_tables_and_says_where_it_should_stand(folder, tmp_path, monkeypatch):
    (folder / "notebooks").mkdir(exist_ok=True)
    monkeypatch.chdir(folder / "notebooks")
    assert len(prepare.load().articles) == 5
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    with pytest.raises(FileNotFoundError, match="start it in notebooks"):
        prepare.load()


def test_a_notebook_makes_the_tables_that_are_missing(tables, tmp_path, monkeypatch):
    shutil.copytree(RAW, tmp_path / "data" / "raw")
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    for missing in ("made-from.json", "stances.parquet"):
        assert prepare.load().stances.equals(tables.stances)
        (tmp_path / "data" / "processed" / missing).unlink()
    assert prepare.load().stances.equals(tables.stances)


def test_a_table_that_does_not_exist_is_named_with_those_that_do(tables):
    with pytest.raises(AttributeError, match="no table 'artcles'; there are: articles"):
        tables.artcles  # noqa: B018


@pytest.mark.parametrize("gone", ["articles.parquet", "counts.parquet", "sources.parquet", "rejected.parquet", "actors.csv"])
def test_a_table_that_was_taken_away_is_made_again(tmp_path, gone):
    prepare.prepare(RAW, tmp_path / "out")
    before = {file: (tmp_path / "out" / file).read_bytes() for file in store.tables(tmp_path / "out")}
    (tmp_path / "out" / gone).unlink()
    prepare.prepare(RAW, tmp_path / "out")
    assert {file: (tmp_path / "out" / file).read_bytes() for file in store.tables(tmp_path / "out")} == before


def test_sentences_that_do_not_fit_the_counts_are_told(tmp_path):
    prepare.prepare(RAW, tmp_path)
    pd.read_parquet(tmp_path / "sentences.parquet").iloc[:9].to_parquet(tmp_path / "sentences.parquet")
    with pytest.raises(ValueError, match="sentences do not fit counts; remove both"):
        prepare.Tables(tmp_path).counts  # noqa: B018
    for name in ("sentences", "counts"):
        (tmp_path / f"{name}.parquet").unlink()
    prepare.prepare(RAW, tmp_path)
    assert len(prepare.Tables(tmp_path).counts.ids) == prepare.Tables(tmp_path).counts.matrix.shape[0] > 9


def test_actors_that_were_spoiled_by_hand_are_told_by_their_file(tmp_path):
    prepare.prepare(RAW, tmp_path)
    (tmp_path / "actors.csv").write_text("actor;class;alias;role;from;to\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"actors\.csv: no column 'actor', 'class', 'alias', 'role' .* with commas"):
        prepare.add_statements(tmp_path)
