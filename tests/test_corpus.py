"""What people will give: every format, every fault one clear line, nothing dropped in silence, nothing of ours overwritten."""

import csv
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import read_corpus
from demarche import corpus

RAW = Path(__file__).parents[1] / "data" / "raw"
ROWS = [{"doc_id": "a", "title": "Talks", "text": "The envoys met.", "date": "2024-03-22", "desk": "world"},
        {"doc_id": "b", "title": None, "text": "They left.\nAt once.", "date": None, "desk": None}]
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6).filter(lambda n: "/" not in n)


def put(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return path


def as_csv(rows):
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")


def as_jsonl(rows):
    return "\n".join(json.dumps(r) for r in rows).encode("utf-8")


def as_parquet(rows):
    return pd.DataFrame(rows).to_parquet()


def reasons(rejected):
    return [(r.file, r.line, r.reason) for r in rejected.itertuples()]


def error(path, **more):
    """The one line that a corpus is refused with."""
    with pytest.raises(ValueError) as told:
        read_corpus(path, **more)
    message = str(told.value)
    assert "\n" not in message and len(message) < 500
    return message


def test_the_raw_articles_are_as_the_manifest_says():
    articles, rejected = read_corpus(RAW)
    manifest = pd.read_csv(RAW / "manifest.csv", dtype="str")
    assert articles["sha256"].tolist() == manifest["sha256"].tolist() and rejected.empty
    assert articles["file"].tolist() == manifest["file"].tolist() and manifest["origin"].notna().all()
    assert [(RAW / f).stat().st_size for f in articles["file"]] == manifest["bytes"].astype(int).tolist()


@pytest.mark.parametrize("change", [lambda f: f.write_bytes(f.read_bytes() + b" "), Path.unlink, lambda f: f.write_bytes(b"\0"),
                                    lambda f: f.write_bytes(f.read_bytes().replace(b"\n", b"\r\n"))])
def test_a_changed_raw_file_is_an_error_that_names_it(tmp_path, change):
    folder = shutil.copytree(RAW, tmp_path / "raw")
    file = sorted(folder.glob("*.txt"))[2]
    change(file)
    message = error(folder)
    assert file.name in message and sum(f.name in message for f in RAW.glob("*.txt")) == 1


def test_a_manifest_without_checksums_is_no_manifest(tmp_path):
    put(tmp_path / "manifest.csv", "name,size\na.txt,3\n")
    put(tmp_path / "a.txt", "The envoys met.")
    assert read_corpus(tmp_path)[0]["doc_id"].tolist() == ["a"]


def test_a_folder_gives_each_txt_below_it_and_tells_of_the_rest(tmp_path):
    for name in ("b.txt", "sub/deep/a.b.txt", "C.TXT", ".hidden/no.txt", "sub/.no.txt"):
        put(tmp_path / name, f"Text of {name}.")
    put(tmp_path / "notes.docx", b"PK")
    articles, rejected = read_corpus(tmp_path)
    assert articles["file"].tolist() == ["C.TXT", "b.txt", "sub/deep/a.b.txt"]
    assert articles["doc_id"].tolist() == ["C", "b", "sub/deep/a.b"]
    assert articles["sha256"][1] == hashlib.sha256(b"Text of b.txt.").hexdigest()
    assert reasons(rejected) == [
        (".hidden/no.txt", 0, "hidden; not read"),
        ("notes.docx", 0, "'.docx' files in a folder are not read; give .txt or .html"),
        ("sub/.no.txt", 0, "hidden; not read")]


@pytest.mark.parametrize(("name", "write"), [
    ("c.csv", as_csv), ("c.jsonl", as_jsonl), ("c.parquet", as_parquet), ("C.CSV", as_csv)])
@pytest.mark.parametrize("packed", [False, True])
def test_the_same_articles_come_out_of_each_format(tmp_path, name, write, packed):
    data = write(ROWS)
    path = put(tmp_path / (name + ".gz" * packed), gzip.compress(data) if packed else data)
    articles, rejected = read_corpus(path)
    assert rejected.empty and articles["file"].tolist() == [path.name] * 2
    kept = articles[["doc_id", "title", "text", "date", "desk", "outlet", "url", "language"]].astype(object)
    assert kept.where(kept.notna(), None).values.tolist() == [
        ["a", "Talks", "The envoys met.", "2024-03-22", "world", None, None, None],
        ["b", None, "They left.\nAt once.", None, None, None, None, None]]
    assert articles["sha256"][0] == hashlib.sha256(b"The envoys met.").hexdigest()


def test_without_a_doc_id_rows_are_named_by_file_and_line(tmp_path):
    path = put(tmp_path / "c.csv.gz", gzip.compress(b'text\n"a\nb"\nc\n'))
    assert read_corpus(path)[0]["doc_id"].tolist() == ["c-3", "c-4"]
    path = put(tmp_path / "d.jsonl", as_jsonl([{"text": "a", "doc_id": i} for i in ("", 7, 0)]))
    assert read_corpus(path)[0]["doc_id"].tolist() == ["d-1", "7", "0"]


def test_columns_with_names_of_ours_are_kept_beside_ours(tmp_path):
    own = {"n_tokens": "9", "sha256": "x", "par": "p", "file": "f", "line": "l", "date_kind": "k", "role": "r", "made": "m",
           "days": "d", "columns": "c"}
    theirs = {"desk": "s", "bytes": "1"}
    articles, _ = read_corpus(put(tmp_path / "c.jsonl", as_jsonl([{"text": "The envoys met.", **own, **theirs}])))
    row = articles.iloc[0]
    assert row["sha256"] == hashlib.sha256(b"The envoys met.").hexdigest() and (row["file"], row["line"]) == ("c.jsonl", 1)
    assert row["text"] == "The envoys met." and (row["desk"], row["bytes"]) == ("s", "1")
    assert {k: row[f"user_{k}"] for k in own} == own


def test_values_of_any_kind_become_text_or_nothing(tmp_path):
    values = [3, 2.5, 3.0, True, {"a": [1, "é"]}, [], None, float("nan"), " x ", "", 10**30, "NaN"]
    wanted = ["3", "2.5", "3", "True", '{"a": [1, "é"]}', "[]", None, None, "x", None, str(10**30), "NaN"]
    path = put(tmp_path / "c.jsonl", as_jsonl([{"text": "t", "doc_id": f"d{n}", "v": v} for n, v in enumerate(values)]))
    found = read_corpus(path)[0]["v"].astype(object)
    assert found.where(found.notna(), None).tolist() == wanted
    days = pd.to_datetime(["2024-03-22", None])
    pd.DataFrame({"text": ["t", "u"], "day": days, "n": [1, None], "list": [[1, 2], None]}).to_parquet(tmp_path / "c.parquet")
    row = read_corpus(tmp_path / "c.parquet")[0].iloc[0]
    assert row[["day", "n", "list"]].tolist() == ["2024-03-22 00:00:00", "1", "[1, 2]"]


def test_a_catalogue_wins_and_what_fits_no_article_is_told(tmp_path):
    path = put(tmp_path / "c.csv", as_csv(ROWS))
    facts = put(tmp_path / "facts.csv", "doc_id,date,outlet,desk,text,n_tokens\n"
                "a,2024-03-21,Dawn,,x,5\nz,2024-01-01,,,,\na,2020-01-01,,,,\n")
    articles, rejected = read_corpus(path, facts)
    assert articles.iloc[0][["date", "outlet", "desk", "text", "user_n_tokens"]].tolist() == [
        "2024-03-21", "Dawn", "world", "The envoys met.", "5"]
    why = "doc_id '{}' is no article's, or stands here twice; check its spelling"
    assert reasons(rejected) == [("catalogue facts.csv", 3, why.format("z")), ("catalogue facts.csv", 4, why.format("a"))]


def test_an_unreadable_date_of_a_catalogue_is_told_there_and_takes_no_date_away(tmp_path):
    path = put(tmp_path / "c.csv", "doc_id,text,date\na,The envoys met.,2024-03-22\n")
    articles, rejected = read_corpus(path, put(tmp_path / "facts.csv", "doc_id,date\na,22nd of March\n"))
    assert articles["date"].tolist() == ["2024-03-22"]
    assert reasons(rejected) == [("catalogue facts.csv", 2, "date '22nd of March' is no day; write YYYY-MM-DD")]


def test_an_unreadable_date_is_told_and_the_article_stays(tmp_path):
    path = put(tmp_path / "c.csv", "text,date\nThe envoys met.,22 March\nThey left.,9999-12-31\nBoth did.,2024-03-22\n")
    articles, rejected = read_corpus(path)
    why = "date '{}' is no day; write YYYY-MM-DD (the article stays)"
    assert len(articles) == 3 and reasons(rejected) == [
        ("c.csv", 2, why.format("22 March")), ("c.csv", 3, why.format("9999-12-31"))]


@pytest.mark.parametrize(("data", "reason"), [
    (b"", "empty, nothing to read"), (b" \n\t", "empty, nothing to read"), (b"\xef\xbb\xbf", "empty, nothing to read"),
    (b"PK\x03\x04\x00\x00", "binary, not text (it holds a NUL); give text as UTF-8"),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", "binary"), (bytes(range(1, 30)) * 9, "binary"), ("No\0ne".encode("utf-16"), "binary"),
    (b"\0\1\2", "binary"), (b"\xff\xfeA", "not UTF-16 at byte 3")])
def test_a_file_that_is_no_text_is_told_and_the_others_are_read(tmp_path, data, reason):
    put(tmp_path / "bad.txt", data)
    put(tmp_path / "good.txt", "The envoys met.")
    articles, rejected = read_corpus(tmp_path)
    assert articles["doc_id"].tolist() == ["good"] and rejected["file"].tolist() == ["bad.txt"]
    assert rejected["reason"][0].startswith(reason)
    (tmp_path / "good.txt").unlink()
    assert reason in error(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_with_a_mark_is_read_and_the_mark_is_no_text(tmp_path, encoding):
    text = "Séoul said “no”.\r\nKabul agreed."
    put(tmp_path / "a.txt", text.encode(encoding))
    put(tmp_path / "c.csv", as_csv([{"text": text}]).decode("utf-8").encode(encoding))
    assert read_corpus(tmp_path)[0]["text"].tolist() == read_corpus(tmp_path / "c.csv")[0]["text"].tolist() == [text]


def test_two_articles_with_one_id_are_told_apart_by_their_lines(tmp_path):
    path = put(tmp_path / "c.jsonl", as_jsonl([{"text": t, "doc_id": i} for t, i in ("ax", "bx", "cy")]))
    articles, rejected = read_corpus(path)
    assert articles["text"].tolist() == ["a", "c"]
    assert reasons(rejected) == [("c.jsonl", 2, "doc_id 'x' is taken by c.jsonl, line 1; give each its own")]
    put(tmp_path / "folder" / "a.txt", "One.")
    put(tmp_path / "folder" / "a.TXT", "Two.")
    if len(list((tmp_path / "folder").iterdir())) == 2:  # file systems that ignore case hold only one
        assert read_corpus(tmp_path / "folder")[1]["reason"][0].startswith("doc_id 'a' is taken by a.TXT;")


@pytest.mark.parametrize(("data", "line", "reason"), [
    (b'text,title\nGood.,a\nragged\nGood too.,b\n', 3, "1 cells where the header names 2 columns"),
    (b'text,title\nGood.,a\nx,y,z\nGood too.,b\n', 3, "3 cells where the header names 2 columns"),
    (b'text,title\nGood.,a\nGood too.,b\n"never closed,c\nlost,d\n', 5, "not CSV from line 4 on"),
    (b'text,title\nGood.,a\nGood too.,b\n"he said "no"",c\n', 4, "not CSV from line 4 on"),
    (b'text,title\nGood.,a\n,b\nGood too.,b\n', 3, "no text here (columns: text, title); put it in a column 'text'")])
def test_a_broken_row_of_a_csv_is_told_and_the_rows_before_it_are_read(tmp_path, data, line, reason):
    articles, rejected = read_corpus(put(tmp_path / "c.csv", data))
    assert articles["text"].tolist() == ["Good.", "Good too."]
    assert rejected["line"].tolist() == [line] and rejected["reason"][0].startswith(reason)


@pytest.mark.parametrize(("line", "reason"), [
    (b'{"text": "cut in the mid', "not JSON"), (b"[1, 2]", "no JSON object"), (b'"text"', "no JSON object"),
    (b"null", "no JSON object"), (b'{"note": "x"}', "no text here (columns: note)"), (b'{"text": 5}', "no text here"),
    (b'{"text": "\\ud800"}', "not JSON"),
    (b"[" * 100_000, "not JSON"), (b'{"text": ["a"]}', "no text here"), (b'{"text": NaN}', "no text here")])
def test_a_broken_line_of_jsonl_is_told_and_the_others_are_read(tmp_path, line, reason):
    path = put(tmp_path / "c.jsonl", b'{"text": "Good."}\r\n\r\n' + line + b'\n{"text": "Good too."}\n')
    articles, rejected = read_corpus(path)
    assert articles["text"].tolist() == ["Good.", "Good too."] and articles["line"].tolist() == [1, 4]
    assert rejected["line"].tolist() == [3] and rejected["reason"][0].startswith(reason)


@pytest.mark.parametrize(("name", "data", "reason"), [
    ("c.csv", b"title,note\na,b\n", "no text here (columns: title, note); put it in a column 'text'"),
    ("c.csv", b"", "empty"), ("c.csv", b"text,text\na,b\n", "two columns of a name"),
    ("c.csv", b"text\n", "no article could be read;"), ("c.csv", b"text\n\0\n", "binary"),
    ("c.csv.gz", b"no gzip", "gzipped"), ("c.jsonl.gz", gzip.compress(b"x" * 99, mtime=0)[:20], ""),
    ("c.jsonl.gz", gzip.compress(b"x" * 99, mtime=0)[:12] + b"\0" * 9, ""), ("c.parquet", b"PAR1", ""),
    ("c.xlsx", b"PK", "'.xlsx' is not read"), ("c", b"x", "'' is not read"), ("c.jsonl", b"[\n1\n]", "not JSON")])
def test_a_file_that_gives_no_article_is_refused_in_one_line(tmp_path, name, data, reason):
    message = error(put(tmp_path / name, data))
    assert name in message and reason in message


def no_utf_8(cells, kind):
    """A column that says it is text and holds bytes of any kind, as broken writers make it."""
    whole = pa.array(cells, pa.binary())
    return pa.Array.from_buffers(kind, len(whole), whole.buffers())


@pytest.mark.parametrize("column", ["text", "title", "tags"])
def test_a_cell_of_a_parquet_that_is_no_utf_8_costs_its_row_alone(tmp_path, column):
    texts = [f"The envoys met in room {n}." for n in range(1_500)]
    broken = no_utf_8([b"\xff\xfe" if n == 1_100 else t.encode() for n, t in enumerate(texts)], pa.string())
    if column == "tags":
        broken = pa.ListArray.from_arrays(pa.array(range(len(texts) + 1)), broken)
    pq.write_table(pa.table({"text": texts} | {column: broken}), tmp_path / "c.parquet")
    articles, rejected = read_corpus(tmp_path / "c.parquet")
    assert articles["text"].tolist() == texts[:1_100] + texts[1_101:]
    [(file, line, why)] = reasons(rejected)
    assert (file, line) == ("c.parquet", 1_101) and why.endswith("write text in UTF-8, days as YYYY-MM-DD")


def test_days_and_zones_that_no_calendar_has_cost_their_row_alone(tmp_path):
    days = pa.array([0, 4_000_000], pa.int32()).view(pa.date32())
    pq.write_table(pa.table({"text": ["They met.", "They left."], "date": days}), tmp_path / "c.parquet")
    articles, rejected = read_corpus(tmp_path / "c.parquet")
    assert articles["date"].tolist() == ["1970-01-01"] and "year 12921 is out of range" in rejected["reason"][0]
    zone = pa.array([0], pa.int64()).view(pa.timestamp("ms", tz="Foo/Bar"))
    pq.write_table(pa.table({"text": ["They met."], "date": zone}), tmp_path / "z.parquet")
    assert "Foo/Bar" in error(tmp_path / "z.parquet")


def test_bytes_are_text_where_they_are_utf_8_and_cost_no_row_in_other_columns(tmp_path):
    cells = ["“Séoul” agreed.".encode(), b"caf\xe9", b"\xff\xfe\xc3", b"a\0b", None]
    pq.write_table(pa.table({"text": pa.array(cells, pa.binary()), "picture": [b"\x89PNG"] * 5}), tmp_path / "c.parquet")
    articles, rejected = read_corpus(tmp_path / "c.parquet")
    assert articles[["text", "picture"]].values.tolist() == [["“Séoul” agreed.", "‰PNG"], ["café", "‰PNG"]]
    assert articles["made"].fillna("").tolist() == ["", "wrong letters repaired"]
    assert [why[:12] for _, _, why in reasons(rejected)] == ["in no encodi", "binary, not ", "no text here"]


def test_a_doc_id_that_was_the_index_of_a_frame_is_a_column_and_two_columns_of_one_name_are_told(tmp_path):
    pd.DataFrame(ROWS).set_index("doc_id").to_parquet(tmp_path / "c.parquet")
    assert read_corpus(tmp_path / "c.parquet")[0]["doc_id"].tolist() == ["a", "b"]
    pq.write_table(pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["text", "text"]), tmp_path / "d.parquet")
    assert "two columns of one name (text, text)" in error(tmp_path / "d.parquet")


@pytest.mark.parametrize(("cell", "why"), [(5, "5"), (["a"], '["a"]'), ({"a": "b"}, '{"a": "b"}'), (True, "True")])
def test_a_cell_of_another_kind_is_told_by_what_it_holds(tmp_path, cell, why):
    _, rejected = read_corpus(put(tmp_path / "c.jsonl", as_jsonl([{"text": "Good."}, {"text": cell}])))
    assert reasons(rejected) == [("c.jsonl", 2, f"no text here, but {why}; write it as text in UTF-8")]


@pytest.mark.parametrize(("cell", "told"), [
    (b"\xff\xfe\xc3 \xf0\xe1", "in no encoding that is known .UTF-8 breaks 5 times"), (b"a\0b", "binary, not text|not JSON"),
    (b"caf\xe9 " + b"and more " * 20, None)])
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_line_that_is_no_utf_8_costs_no_other_one_anything(tmp_path, form, cell, told):
    texts = ["Séoul – the envoys met.".encode(), cell, "Dünya said “no”.".encode(), b"They left."]
    lines = [b'{"text": "%s"}' % t for t in texts] if form == "jsonl" else [b"text,n", *(t + b",1" for t in texts)]
    articles, rejected = read_corpus(put(tmp_path / f"c.{form}", b"\n".join(lines)))
    good = articles[articles["made"].isna()]
    assert good["text"].tolist() == ["Séoul – the envoys met.", "Dünya said “no”.", "They left."]
    assert rejected["line"].tolist() == [2 + (form == "csv")] * bool(told) and len(articles) == 4 - bool(told)
    assert re.search(told, rejected["reason"][0]) if told else articles["made"].count() == 1


def test_odd_bytes_in_names_of_columns_are_mended_too(tmp_path):
    data = b"text,titl\xe9,pub date\xff\nThey met.,a,2024-01-01\nThey left.,b,\n,c,\n"
    articles, rejected = read_corpus(put(tmp_path / "c.csv", data))
    assert articles["titlé"].tolist() == ["a", "b"] and "(columns: text, titlé, pub dateÿ)" in rejected["reason"][0]
    for said in (*articles["columns"], *rejected["reason"]):
        assert (said or "").encode()


def test_missing_and_empty_folders_and_catalogues_are_refused_in_one_line(tmp_path):
    assert "no such file or folder" in error(tmp_path / "nowhere")
    assert "no article could be read;" in error(tmp_path)
    put(tmp_path / "a.txt", "The envoys met.")
    assert "nowhere.csv" in error(tmp_path, catalogue=tmp_path / "nowhere.csv")
    assert "binary" in error(tmp_path, catalogue=put(tmp_path / "facts.csv", b"doc_id\n\0\n"))


def test_odd_file_names_are_ids(tmp_path):
    names = ["-rf.txt", "two\nlines.txt", "it's \"quoted\".txt", " .txt", "a,b;c.txt", "ünï 漢.txt", "%s{0}.txt"]
    for name in names:
        put(tmp_path / name, "The envoys met.")
    articles, rejected = read_corpus(tmp_path)
    assert sorted(articles["doc_id"]) == sorted(n[:-4] for n in names) and rejected.empty


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow Unicode names only")
def test_file_names_that_are_not_utf_8_can_be_stored(tmp_path):
    for name in (b"\xff.txt", b"\xfe.txt"):
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:
            file.write(b"The envoys met.")
    articles, rejected = read_corpus(tmp_path)
    assert articles["file"].tolist() == ["\\xfe.txt", "\\xff.txt"] and rejected.empty


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9)
RECORDS = st.lists(st.fixed_dictionaries({"text": st.none() | st.integers() | TEXT}, optional={
    "doc_id": st.none() | st.sampled_from("abc") | NAMES | st.floats(), "date": st.none() | st.just("2024-03-22"),
    "par": st.booleans(), "title": NAMES | st.lists(st.integers(), max_size=2)}), min_size=1, max_size=8)


@given(RECORDS)
@settings(max_examples=60)
def test_what_is_read_and_what_is_rejected_is_what_was_given(tmp_path_factory, records):
    path = put(tmp_path_factory.mktemp("corpus") / "c.jsonl", as_jsonl(records))
    try:
        articles, rejected = read_corpus(path)
    except ValueError as refused:
        assert not any(isinstance(r["text"], str) and r["text"].strip() for r in records) and "no article" in str(refused)
        return
    assert sorted([*articles["line"], *rejected["line"]]) == list(range(1, len(records) + 1))
    assert articles["doc_id"].is_unique and articles["text"].tolist() == [
        corpus.repair(records[n - 1]["text"]) for n in articles["line"]]


def test_a_row_holds_any_line_end_that_is_quoted_and_odd_separators_split_nothing(tmp_path):
    texts = ["a\rb", "a\u2028b", "a\x0bb\x0cc\x1cd\x85e", "a\r\nb\n", 'say "no"']
    assert read_corpus(put(tmp_path / "c.csv", as_csv([{"text": t, "n": 1} for t in texts])))[0]["text"].tolist() == texts
    assert read_corpus(put(tmp_path / "c.jsonl", as_jsonl([{"text": t} for t in texts])))[0]["text"].tolist() == texts


@pytest.mark.parametrize(("name", "write"), [("c.jsonl", as_jsonl), ("c.csv", as_csv), ("c.parquet", as_parquet)])
def test_a_large_table_is_read_row_by_row(tmp_path, name, write):
    rows = [{"doc_id": f"{n}", "text": "é" * 900} for n in range(3_000)]
    source = corpus.Reader(put(tmp_path / name, write(rows)))
    some = iter(source)
    assert next(some)["doc_id"] == "0" and source.n == 1 and source.share < 0.5
    assert [row["doc_id"] for row in some] == [f"{n}" for n in range(1, 3_000)] and source.share == 1


def test_a_large_table_that_is_no_utf_8_far_below_is_read_as_it_was_written(tmp_path):
    texts = ["The envoys met."] * 100_000 + ["“Séoul” agreed."]
    articles, _ = read_corpus(put(tmp_path / "c.csv", ("text,n\n" + "".join(f"{t},1\n" for t in texts)).encode("cp1252")))
    assert articles["text"].tolist() == texts
    assert articles["made"].fillna("").tolist() == [""] * 100_000 + ["wrong letters repaired"]


def test_a_bomb_that_begins_as_no_utf_8_is_refused_too(tmp_path):
    path = put(tmp_path / "bomb.jsonl.gz", gzip.compress(b"\xff" + b"x" * (corpus.MAX_BYTES + 1)))
    assert "more than 200 times its size" in error(path)


@pytest.mark.parametrize(("broken", "whole"), [
    ("â€œWe go,â€ she said. â€œNow.â€", "“We go,” she said. “Now.”"), ("Itâ€™s â€œfineâ€\x9d â€“ yes", "It’s “fine” – yes"),
    ("a price of â€100", "a price of â€100")])
def test_a_closing_quote_that_lost_its_last_byte_is_one_again(broken, whole):
    assert corpus.repair(broken) == whole


PAGE = """<html><head><title>Statement</title></head><body><div class="news"><h2>Statement of the ministry on the treaty</h2>
<p><b>Answer:</b> Armenia remains committed to the peace agenda, as it has said many times. To that end, it has offered:</p>
{}<p>We call upon Azerbaijan to refrain from steps that increase tension, and we urge partners to take note of it.</p>
<p>The minister discussed the matter with the envoy of the European Union, whose mission contributes to the security.</p>
<p>As for the statement of the press secretary, we regret such assessments, and we have commented on them before.</p>
<figure><img src="a.jpg"><figcaption>The ministers on 11 February 2025.</figcaption></figure>
<p>They had last met on 4 April 2023 in Muscat, where they signed nothing.</p></div></body></html>"""


def test_the_points_of_a_list_behind_a_paragraph_are_text_and_links_are_none(tmp_path):
    points = "<ul>\n<li>to sign the agreed text without delay;</li><li><p>to restore the railway.</p></li><li><img></li></ul>"
    links = '<ul><li><a href="/b">A railway of the past, and its end</a></li></ul>'
    put(tmp_path / "a.html", PAGE.format(points))
    put(tmp_path / "b.html", PAGE.format(links))
    one, other = read_corpus(tmp_path)[0]["text"]
    assert "it has offered:\n- to sign the agreed text without delay;\n- to restore the railway.\nWe call" in one
    assert "railway" not in other


def test_days_in_captions_and_in_sentences_are_no_days_of_publication(tmp_path):
    put(tmp_path / "a.html", PAGE.format(""))
    put(tmp_path / "b.html", PAGE.format("").replace("</h2>", '</h2><div class="date">07 April, 2025</div>'))
    found = read_corpus(tmp_path)[0]["days"]
    assert found.isna()[0] and json.loads(found[1])[0][1:4] == ["2025-04-07", "2025-04-07", "published"]


@pytest.mark.parametrize("cell, text", [
    ("<p>Iran &amp; Iraq signed ‘a pact’ in Zürich.</p>", "Iran & Iraq signed ‘a pact’ in Zürich."),
    ("<ul><li>One <b>talk</b>.</li><li>Two</li></ul>", "One talk.\nTwo"),
    ("<?xml version='1.0' encoding='latin-1'?><p>é</p>", "é")])
def test_a_short_piece_of_a_page_is_read_whole(tmp_path, cell, text):
    (tmp_path / "c.jsonl").write_text(json.dumps({"doc_id": "a", "html": cell}), encoding="utf-8")
    [record] = corpus.Reader(tmp_path / "c.jsonl")
    assert record["text"] == text


@pytest.mark.parametrize("cell", ["<p></p>", "<!-- no word -->", "<script>let x = 'words'</script>"])
def test_a_piece_of_a_page_without_a_word_is_rejected(tmp_path, cell):
    (tmp_path / "c.jsonl").write_text(json.dumps({"doc_id": "a", "html": cell}), encoding="utf-8")
    with pytest.raises(ValueError, match="no article in this page"):
        list(corpus.Reader(tmp_path / "c.jsonl"))
