"""Hostile and broken input: each kind has one clear outcome; nothing is lost, nothing gets in, nothing runs for ever."""

import csv
import hashlib
import io
import json
import os
import random
import re
import socket
import stat
import subprocess
import sys
import time
import zipfile

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import LIMIT, NOTES, ROOT, cleaned, read_corpus
from demarche import corpus, dates, lexicons, pages, prepare, schema, sentences, store

STORY = "The envoys of both sides met in Doha on Monday to talk about the water that they share.\n"
PAGE = """<html><head><title>Talks open - The Herald</title><meta property="og:site_name" content="The Herald">
<meta property="article:published_time" content="2024-05-03T21:10:00-05:00">{head}</head><body onload="steal()">
<nav><a href="/">Home</a></nav><article><h1>Talks open</h1>{body}</article><footer>© 2024 The Herald</footer></body></html>"""
PROSE = "".join(f"<p>{STORY.strip()} They spoke {n} hours, and said that they would meet in May.</p>" for n in range(2, 7))


def put(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members:
            packed.writestr(name, data)
    return path


def outcome(path):
    """{file: text or reason} of a corpus, which must hold an article."""
    articles, rejected = read_corpus(path)
    return dict(zip(articles["file"], articles["text"])) | dict(zip(rejected["file"], rejected["reason"]))


# --- folders and zips ------------------------------------------------------------------------------------------------

@pytest.mark.skipif(sys.platform != "linux", reason="needs links and pipes")
def test_links_out_links_in_circles_and_pipes_are_told_and_never_followed(tmp_path):
    put(tmp_path / "secret.txt", "not yours")
    home = put(tmp_path / "in" / "a.txt", STORY).parent
    (home / "sub").mkdir()
    for name, target in {"out.txt": "../secret.txt", "far": "/etc", "loop.txt": "loop.txt", "up": "..",
                         "none.txt": "nowhere.txt", "sub/back": "..", "in.txt": "a.txt"}.items():
        (home / name).symlink_to(target)
    os.mkfifo(home / "pipe.txt")
    os.mkfifo(tmp_path / "pipe.csv")  # to read it would take until someone writes there
    with pytest.raises(ValueError, match="no ordinary file"):
        read_corpus(tmp_path / "pipe.csv")
    found = outcome(home)
    assert found.pop("a.txt") == found.pop("in.txt") == STORY  # a link that stays inside is a file
    assert set(found) == {"out.txt", "far", "loop.txt", "up", "none.txt", "sub/back", "pipe.txt"}
    assert "not yours" not in str(found) and all(re.search("link|no ordinary|No such|not read", why) for why in found.values())


def test_a_zip_is_read_like_the_folder_that_it_packs(tmp_path):
    files = [("a.txt", STORY), ("sub/b.html", PAGE.format(head="", body=PROSE)), ("sub/c.txt", b"\0\0"), (".d.txt", "x")]
    for name, data in files:
        put(tmp_path / "in" / name, data)
    folder, packed = (read_corpus(p) for p in (tmp_path / "in", zipped(tmp_path / "in.zip", files)))
    assert packed[0].equals(folder[0]) and packed[1].equals(folder[1]) and len(folder[0]) == 2


def test_two_bad_members_of_one_name_cost_no_article(tmp_path):
    path = tmp_path / "in.zip"
    with pytest.warns(UserWarning, match="Duplicate name"):
        zipped(path, [("a.txt", STORY), ("b.txt", ""), ("b.txt", ""), ("c.txt", "")])
    prepare.prepare(path, tmp_path / "out")
    tables = prepare.Tables(tmp_path / "out")
    assert tables.articles["file"].tolist() == ["a.txt"] and tables.rejected["file"].tolist() == ["b.txt", "c.txt"]


def test_paths_that_climb_out_of_a_zip_links_and_locked_members_are_told(tmp_path):
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    names = ["../up.txt", "/etc/x.txt", "a/../../b.txt", "C:\\x.txt", "..\\w.txt"]
    found = outcome(zipped(tmp_path / "a.zip", [("a.txt", STORY), (link, "/etc/passwd"), *((n, STORY) for n in names)]))
    assert found.pop("a.txt") == STORY and len(found) == 6 and sum("climbs out" in why for why in found.values()) == 5
    assert "link" in found["link.txt"] and sorted(p.name for p in tmp_path.iterdir()) == ["a.zip"]


def test_names_of_a_zip_that_are_utf8_without_saying_so_are_read_as_such(tmp_path, monkeypatch):
    def bare(self):
        return self.filename.encode(self.comment.decode() or "utf-8"), self.flag_bits & ~0x800
    monkeypatch.setattr(zipfile.ZipInfo, "_encodeFilenameFlags", bare)
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as packed:
        for name, code in (("wire ü/art 023.txt", "utf-8"), ("café.txt", "cp437")):
            info = zipfile.ZipInfo(name)
            info.comment = code.encode()
            packed.writestr(info, "Iran condemned the attack on Monday in strong words.")
    prepare.prepare(tmp_path / "c.zip", tmp_path / "out")
    assert set(prepare.Tables(tmp_path / "out").articles["doc_id"]) == {"wire ü/art 023", "café"}


def test_a_zip_or_gz_that_grows_beyond_measure_is_refused_unopened(tmp_path):
    bomb = zipped(tmp_path / "bomb.zip", [("a.txt", STORY), ("b.txt", b"0" * (corpus.MAX_BYTES + 1))])
    with pytest.raises(ValueError, match="unpacks to .* bytes, more than 200 times its size"):
        read_corpus(bomb)
    import gzip
    put(tmp_path / "bomb.jsonl.gz", gzip.compress(b" " * (corpus.MAX_BYTES + 1)))
    with pytest.raises(ValueError, match="more than 200 times its size"):
        read_corpus(tmp_path / "bomb.jsonl.gz")
    for data in (b"PK", b"", b"PK\5\6" + b"\0" * 30, bomb.read_bytes()[:200]):
        with pytest.raises(ValueError, match="pack the folder again|no article"):
            read_corpus(put(tmp_path / "broken.zip", data))


def test_a_file_too_large_for_an_article_is_told_by_its_size(tmp_path):
    put(tmp_path / "a.txt", STORY)
    with open(tmp_path / "big.txt", "wb") as file:
        file.truncate(200 * 10**6)  # a hole: 200 MB on one line
    put(tmp_path / "lines.txt", b"a\n" * (corpus.MAX_CHARACTERS // 2 + 1))
    found = outcome(tmp_path)
    assert found["big.txt"].startswith("200,000,000 bytes;") and found["lines.txt"].endswith("at most, split it")


def test_ids_of_any_length_and_any_letters_are_kept(tmp_path):
    ids = ["x" * 100_000, "-rf", "a\nb", "'; DROP TABLE", "=1+1", "../../etc", "<script>", "\u202egnp"]
    path = put(tmp_path / "c.jsonl", "\n".join(json.dumps({"doc_id": i, "text": STORY}) for i in ids))
    prepare.prepare(path, tmp_path / "out")
    tables = prepare.Tables(tmp_path / "out")
    assert set(tables.articles["doc_id"]) == set(ids) == set(tables.sentences["doc_id"])


# --- tables and encodings --------------------------------------------------------------------------------------------

def test_columns_go_by_their_usual_names_and_the_summary_says_so(tmp_path):
    rows = [{"headline": "Talks", "content": STORY + str(n), "pubDate": "Wed, 22 Nov 2023 08:00:00 GMT", "desk": "x",
             "source": {"id": None, "name": "BBC"}, "link": "https://a.b/c"} for n in range(2)]
    said = prepare.prepare(put(tmp_path / "c.jsonl", "\n".join(map(json.dumps, rows))), tmp_path / "out")
    row = prepare.Tables(tmp_path / "out").articles.iloc[0]
    assert row[["title", "date", "outlet", "url", "desk"]].tolist() == ["Talks", "2023-11-22", "BBC", "https://a.b/c", "x"]
    assert "text from 'content'" in said and "date from 'pubDate'" in said and "outlet from 'source'" in said
    assert not {"content", "headline", "columns", "made", "days", "line"} & set(row.index)


def test_a_column_of_its_own_name_wins_over_usual_ones_which_stay_as_they_are(tmp_path):
    path = put(tmp_path / "c.jsonl", json.dumps(
        {"text": STORY, "body": "b", "title": "t", "headline": "h", "html": "<p>x</p>"}))
    row = read_corpus(path)[0].iloc[0]
    assert row[["text", "title", "body", "headline"]].tolist() == [STORY, "t", "b", "h"] and row["columns"] is None


@pytest.mark.parametrize("mark", [";", "\t"])
def test_csv_with_other_marks_between_cells(tmp_path, mark):
    path = put(tmp_path / "c.csv", f"title{mark}text\nTalks, again{mark}They met, he said.\n")
    assert read_corpus(path)[0][["title", "text"]].values.tolist() == [["Talks, again", "They met, he said."]]


def test_a_page_of_thousands_of_moments_takes_no_longer_for_each():
    stamps = [("published", f"2024-03-03T10:{k // 60 % 60:02}:{k % 60:02}.{k:05}Z", "published") for k in range(20_000)]
    began = time.process_time()
    assert pages._local(stamps, "2024-03-03") == "2024-03-03"
    assert time.process_time() - began < 5  # each beside each other one: minutes
    assert pages._local([*stamps[:50], ("", "2024-03-04T01:00:00.00000+15:00", None), *stamps[50:],
                         ("", "2024-03-02T23:00:00.00000-11:00", None)], "2024-03-03") == "2024-03-02"


def test_blank_lines_above_the_header_of_a_csv_are_no_header(tmp_path):
    (tmp_path / "c.csv").write_text("\n\r\n\ndoc_id,text\na,Talks open in Doha\n", encoding="utf-8", newline="")
    assert [(row["doc_id"], row["line"]) for row in corpus.Reader(tmp_path / "c.csv")] == [("a", 5)]


@pytest.mark.parametrize(("text", "encoding"), [
    ("The “envoys” met — in Doha, the café.", "cp1252"), ("They met in Doha on Monday.", "utf-16-le"),
    ("No, no.", "utf-16-be"),
    ("Министерство иностранных дел России заявило во вторник, что готово к переговорам с Пакистаном.", "cp1251"),
    ("中国外交部发言人周二表示愿意与巴基斯坦就边界问题进行谈判。", "gb18030")])
def test_other_encodings_are_read_and_said(tmp_path, text, encoding):
    articles, _ = read_corpus(put(tmp_path / "a.txt", text.encode(encoding)).parent)
    assert articles["text"].tolist() == [text] and encoding in articles["made"][0]
    assert articles["sha256"][0] == hashlib.sha256(text.encode(encoding)).hexdigest()


def test_mixed_encodings_and_wrong_letters_are_repaired_and_the_source_text_is_kept(tmp_path):
    put(tmp_path / "in" / "a.txt", "Séoul – the envoy’s word.".encode() + b" The caf\xe9.")
    put(tmp_path / "in" / "b.txt", "Pakistanâ€™s envoy said â€œnoâ€\x9d to the talks that were held in Doha.")
    prepare.prepare(tmp_path / "in", tmp_path / "out")
    tables = prepare.Tables(tmp_path / "out")
    assert tables.sources["text"].tolist() == ["Séoul – the envoy’s word. The café.",
                                               "Pakistan’s envoy said “no” to the talks that were held in Doha."]
    assert tables.sources["sha256"][0] == hashlib.sha256(tables.sources["text"][0].encode()).hexdigest()
    for row in tables.sentences.itertuples():
        assert tables.sources.set_index("doc_id")["text"][row.doc_id][row.raw_start:row.raw_end] == row.text


@pytest.mark.parametrize("text", ["SÃO PAULO: the envoys", "Ça va", "Â la", "naïve – “quoted” ’s", "Ñandú", "Ø 12"])
def test_right_letters_are_left_alone(text):
    assert corpus.repair(text) == text


FORMULAS = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r\n -1+2", "=HYPERLINK(\"http://x\",\"y\")", "＝1", "－1", "\u200b=1",
            "\u00a0@a", "'=1", "''-1"]


def test_what_reads_as_a_formula_is_a_formula_in_no_cell_of_a_csv_and_comes_back_as_it_was(tmp_path):
    rows = [{"text": f"{t} {STORY}", "doc_id": t + "x", "title": t, "outlet": t, "=desk": t} for t in FORMULAS]
    path = put(tmp_path / "c.jsonl", "\n".join(map(json.dumps, rows)) + '\n{"text": "", "doc_id": "=2"}')
    actors = put(tmp_path / "a.csv", "actor,class,alias,role,from,to\n=Iran,state,@MFA,,,\n")
    prepare.prepare(path, tmp_path / "out", actors=actors)
    made = sorted((tmp_path / "out").glob("*.csv"))
    assert {"articles.csv", "lines.csv", "sentences.csv", "actors.csv", "rejected.csv"} <= {p.name for p in made}
    for file in made:
        cells = [c for row in csv.reader(io.StringIO(file.read_text(encoding="utf-8"))) for c in row]
        assert not [c for c in cells if re.match("[\\s\u200b]*[=+@＝－-]", c)], file.name
    tables = prepare.Tables(tmp_path / "out")
    assert set(tables.articles["outlet"]) == {t.strip() for t in FORMULAS}  # the Parquet tables are for machines: as it is
    for name in ("articles", "lines"):
        table = getattr(tables, name)
        back = store.read_csv(tmp_path / "out" / f"{name}.csv", dtype="str", keep_default_na=False)
        assert all(back[c].tolist() == table[c].tolist() for c in ("doc_id", "text"))
    assert lexicons.actors(tmp_path / "out" / "actors.csv")[["actor", "alias"]].values.tolist() == [["=Iran", "@MFA"]]


@given(st.lists(st.text(max_size=6) | st.sampled_from(FORMULAS), min_size=1, max_size=4), st.floats(allow_nan=False))
@settings(max_examples=60)
def test_text_of_any_kind_goes_through_a_csv_and_numbers_stay_numbers(texts, number):
    table = pd.DataFrame({"text": texts, "n": number}, columns=["text", "n"])
    told = store.csv(table)
    assert not re.search(r"^[\s\"]*[=+@-]", told.replace(repr(number), ""))
    back = store.read_csv(io.StringIO(told), dtype={"text": "str"}, keep_default_na=False)
    assert back["text"].tolist() == texts and (back["n"] == number).all()


@pytest.mark.parametrize("unit", ["<p>" + 1_000 * "word ", "<p>" + 1_500 * "a. ", "<p>" + 50 * (99 * "x" + 50 * " "),
                                  "<figcaption>" + 99 * "x"])
def test_paragraphs_without_an_end_take_no_longer_than_others(unit):
    start = time.process_time()
    pages.read(PAGE.format(head="", body=PROSE + unit * (300_000 // len(unit))))
    assert time.process_time() - start < 2


@pytest.mark.parametrize(("said", "wanted"), [
    ("0001-01-01", None), ("1604-12-31", None), ("2200-01-01", None), ("9999-12-31", None), ("99999-01-01", None),
    ("1605-01-01", "1605-01-01"), ("2150-05-03", "2150-05-03")])
def test_days_before_the_first_newspaper_and_far_ahead_are_told_and_others_taken_as_they_stand(tmp_path, said, wanted):
    rows = [{"text": STORY, "date": said}, {"text": f"{STORY}Published: {said}"}]
    articles, rejected = read_corpus(put(tmp_path / "c.jsonl", "\n".join(map(json.dumps, rows))))
    assert len(articles) == 2 and [f"date '{said}' is no day" in r for r in rejected["reason"]] == [True] * (not wanted)
    for row in articles.to_dict("records"):
        found, facts = dates.ledger(cleaned("a", row["text"])[0], row["date"] if isinstance(row["date"], str) else None)
        assert facts["date"] == wanted and not [r for r in found if not wanted and r["verdict"] == "taken"]


# --- languages -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("text", "code"), [
    ("Die Regierung in Kabul hat am Dienstag erklärt, dass sie mit Pakistan über die Grenze verhandeln will.", "de"),
    ("Le gouvernement afghan a déclaré mardi qu'il négocierait avec le Pakistan au sujet de la frontière.", "fr"),
    ("وزارت خارجہ کے ترجمان نے کہا کہ پاکستان افغانستان کے ساتھ سرحد پر بات چیت کے لیے تیار ہے۔", "ur"),
    ("中国外交部发言人周二表示愿意与巴基斯坦就边界问题进行谈判。", "zh"), (STORY, "en"),
    ("Kabul", None), ("1, 2, 3!", None), ("", None), ("Talks failed. " * 80, None),
    ("Ankara, Doha and Kabul met. " * 40, None), ("Erdoğan: Türkiye thanks Azerbaijan", None),
    ("Le président a été reçu à Pékin", "fr"), ("Путин встретился с Лукашенко", "ru")])
def test_languages_are_told_by_their_first_words(text, code):
    assert corpus.language(text) == code


def test_what_says_one_thing_over_and_over_is_too_little_text_and_stays_in_the_analysis(tmp_path):
    said = prepare.prepare(put(tmp_path / "in" / "a.txt", "Talks failed. " * 99).parent, tmp_path / "out")
    assert "too little text to tell the language, taken for English: 1" in said and "99 sentences" in said


def test_a_language_without_a_pack_is_kept_counted_and_left_out(tmp_path):
    german = "Die Regierung in Kabul hat am Dienstag erklärt, dass sie mit Pakistan über die Grenze verhandeln will. "
    rows = [{"text": STORY * 2}, {"text": german * 3}, {"text": STORY, "language": "German"},
            {"text": STORY, "language": "en-GB"}]
    said = prepare.prepare(put(tmp_path / "c.jsonl", "\n".join(map(json.dumps, rows))), tmp_path / "out")
    tables = prepare.Tables(tmp_path / "out")
    assert tables.articles["language"].tolist() == ["en", "de", "German", "en-GB"]
    assert tables.articles["n_sentences"].tolist() == [2, 0, 0, 1] and tables.articles["text"][1].startswith("Die Regierung")
    assert "left out of analysis, in languages without a pack: 2 (German 1, de 1)" in said
    from demarche import stats
    assert stats.cells(tables.articles)["doc_id"].tolist() == ["c-1", "c-4"]


# --- pages -----------------------------------------------------------------------------------------------------------

def test_a_saved_page_gives_text_title_outlet_and_day_and_nothing_alive(tmp_path):
    alive = "<script>alert('boo')</script><img src=x onerror='boo()'><p>It was a <b>hard</b> day&shy;break, he\u200b said.</p>"
    put(tmp_path / "in" / "a.html", PAGE.format(head="<style>boo</style>", body=PROSE + alive))
    prepare.prepare(tmp_path / "in", tmp_path / "out")
    tables = prepare.Tables(tmp_path / "out")
    row = tables.articles.iloc[0]
    assert row[["title", "outlet", "date", "date_kind"]].tolist() == ["Talks open", "The Herald", "2024-05-03", "published"]
    assert "boo" not in row["text"] and "daybreak, he said" in row["text"] and "Home" not in row["text"]
    source = tables.sources.set_index("doc_id")["text"]["a"]
    assert all(source[s.raw_start:s.raw_end] == s.text for s in tables.sentences.dropna(subset="raw_start").itertuples())
    assert "article:published_time" in row["date_evidence"]


def test_a_moment_told_in_two_zones_is_dated_by_the_place():
    head = ('<meta property="article:published_time" content="2023-11-09T02:11:03+00:00">'
            '<time datetime="2023-11-08T21:11:03-05:00">x</time>')
    html = PAGE.replace("2024-05-03T21:10:00-05:00", "2023-11-09T02:11:03+00:00").format(head=head, body=PROSE)
    assert pages.read(html)["days"][0][1:4] == ("2023-11-08", "2023-11-08", "published")


def test_an_archived_page_and_a_copyright_year_say_no_day_of_publication():
    html = PAGE.replace('<meta property="article:published_time" content="2024-05-03T21:10:00-05:00">', "").format(
        head="<!-- FILE ARCHIVED ON 10:11:12 Feb 07, 2020 AND RETRIEVED FROM -->", body=PROSE)
    found = dates.ledger([], page=pages.read(html)["days"])[1]
    assert found["date"] is None and found["date_kind"] in ("page", "none")


@pytest.mark.parametrize("html", [
    "", "<", "<html>", "<html></html>", "<!doctype html>", "<p>", "<div>" * 50_000, "<b" * 50_000, "&" * 50_000, "]]>",
    "<table>" * 3_000,
    "<html><body><script>x</script></body></html>", "<?xml version='1.0' encoding='utf-8'?><html/>", "<meta content='" * 9_000,
    '"datePublished": "' * 9_000, "\x0b\x1f<p>a", "<html><head><title>" + "x" * 100_000, "<time datetime=" * 9_000])
def test_a_broken_page_is_an_article_or_one_clear_line(html):
    try:
        assert pages.read(html)["text"].strip()
    except ValueError as told:
        assert len(str(told)) < 120 and "\n" not in str(told)


# --- everything at once ----------------------------------------------------------------------------------------------

BAIT = ["a.html", "-rf.txt", "b.csv", "sub/n\nm.txt", "c.htm", "d.TXT", ".e.txt"]
BITS = st.one_of(st.binary(max_size=60), st.text(max_size=60).map(str.encode), st.sampled_from([
    STORY.encode(), PAGE.format(head="", body=PROSE).encode(), "Séoul “no”".encode("cp1252"), STORY.encode("utf-16"),
    b"\xef\xbb\xbf", b"\0", "PakistanÃ¢â‚¬â„¢s".encode(), b"<p>", b"\r",
    b"Published 31/31/2024", "© 2024".encode(), b"on Tuesday, May 3"]))


@given(st.dictionaries(st.sampled_from(BAIT), st.lists(BITS, max_size=3).map(b"".join), max_size=4), st.booleans())
@settings(max_examples=40)
def test_any_files_are_read_or_told_offsets_map_back_and_cleaning_twice_changes_nothing(tmp_path_factory, files, packed):
    home = tmp_path_factory.mktemp("heap")
    if packed:
        path = zipped(home / "in.zip", files.items())
    else:
        path = home / "in"
        path.mkdir()
        for name, data in files.items():
            put(path / name, data)
    try:
        articles, rejected = read_corpus(path)
    except ValueError as told:
        assert "\n" not in str(told) or any("\n" in n for n in files)
        return
    assert sorted([*articles["file"], *rejected["file"]]) == sorted(files)
    for row in articles.astype(object).where(articles.notna(), None).to_dict("records"):
        check(row["text"], row["title"], row["days"])


def check(text, title=None, days=None):
    """Offsets map back into the source text, whatever it is, and what is clean stays as it is."""
    lines, clean_text, _ = cleaned("a", text, title)
    for *_, piece, start, end, at in lines:
        assert start is None or text[start:end] == piece
        assert at is None or clean_text[at:at + len(piece)] == piece
    said = schema.arrow("sentences", sentences.columns([lines])[0]).to_pylist()
    for _, _, _, _, sentence, start, end, raw_start, raw_end in map(dict.values, said):
        assert clean_text[start:end] == sentence and (raw_start is None or text[raw_start:raw_end] == sentence)
    rows, facts = dates.ledger(lines, page=json.loads(days) if days else ())
    assert all(r["value_from"] is None or r["value_from"] <= r["value_to"] for r in rows)
    assert facts["date"] is None or dates.day(facts["date"]) == facts["date"]
    assert corpus.repair(corpus.repair(text)) == corpus.repair(text)
    lexicons.covers(corpus.language(text))


PIECES = [STORY, "on Tuesday ", "May 3, 2024 ", "Ã©", "\u202e", "—", "DOHA: ", "| ", "\n", "x" * 99, "Published ", "last week",
          "\u00ad", "$x$ ", "# *a* "]


@pytest.mark.stress
@given(st.text(max_size=300) | st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@settings(max_examples=100_000)
def test_any_text_at_all(text):
    check(text)


def spoiled(draw, n):
    """A file as someone may have saved it: a sound one, cut, doubled, mixed with other things, its bytes changed or recoded."""
    data = draw.choice([STORY, STORY * 9, PAGE.format(head="", body=PROSE), "".join(draw.choices(PIECES, k=9)), f"{n}", ""])
    data = data.encode(draw.choice(["utf-8", "utf-8", "utf-16", "cp1252", "gb18030"]), "replace")
    for _ in range(draw.choice([0, 1, 2, 9])):
        at, size = draw.randrange(len(data) + 1), draw.choice([0, 1, 9, 99])
        new = draw.choice([draw.randbytes(size), draw.choice(PIECES).encode("utf-8", "replace"), data[at:at + size] * 2, b"<"])
        data = data[:at] + new + data[at + size:]
    return data


@pytest.mark.stress
@pytest.mark.parametrize("batch", range(100))
def test_a_thousand_spoiled_files_are_each_read_or_told_and_every_sentence_stands_in_its_source(tmp_path, batch):
    draw, rows = random.Random(batch), []
    files = {f"{n}.{'html' if draw.random() < 0.1 else 'txt'}": spoiled(draw, n) for n in range(1_000)}
    prepare.prepare(zipped(tmp_path / "in.zip", files.items()), tmp_path / "out")
    tables = prepare.Tables(tmp_path / "out")
    assert sorted([*tables.articles["file"], *tables.rejected["file"]]) == sorted(files)
    source = {name.split(".")[0]: data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace")
              for name, data in files.items()}
    source |= tables.sources.dropna(subset="text").set_index("doc_id")["text"].to_dict()
    for row in tables.sentences.dropna(subset="raw_start").itertuples():
        assert source[row.doc_id][row.raw_start:row.raw_end] == row.text
    rows = [source[d] for d in tables.articles["doc_id"]][:100]  # the same as a table: no row is lost, whatever stands in it
    table = pd.DataFrame({"text": rows, "title": rows, "=x": rows})
    read, told = read_corpus(put(tmp_path / "c.csv", store.csv(table)))
    assert len(read) + len(told) == len(rows)
    assert store.read_csv(tmp_path / "c.csv", dtype="str", keep_default_na=False)["text"].tolist() == rows


@pytest.mark.stress
def test_ten_million_lines_and_200_mb_on_one_line_are_told(tmp_path):
    put(tmp_path / "in" / "a.txt", STORY)
    put(tmp_path / "in" / "lines.txt", b"a\n" * 10_000_000)
    put(tmp_path / "in" / "line.txt", b"word " * 40_000_000)
    put(tmp_path / "c.jsonl", "\n".join(json.dumps({"text": t}) for t in (STORY, "word " * 40_000_000)))
    assert outcome(tmp_path / "in")["line.txt"].startswith("200,000,000 bytes") and len(outcome(tmp_path / "in")) == 3
    articles, rejected = read_corpus(tmp_path / "c.jsonl")
    assert len(articles) == 1 and rejected["reason"][0].startswith("200,000,000 characters")


def test_no_pattern_of_ours_takes_more_than_linear_time_on_bait_that_is_made_from_it():
    """50,000 characters for each part that repeats, of each pattern that a run uses: seconds in all; one quadratic pattern
    takes minutes, an exponential one never ends."""
    code = f"{LIMIT.format(60)}import sys\nsys.path.insert(0, {str(ROOT / 'tests')!r})\nimport bait\nbait.main(50_000)"
    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, timeout=900, check=True)
    assert int(done.stdout.split()[0]) > 60


# --- no network -------------------------------------------------------------------------------------------------------

REACH = ["socket.create_connection(('192.0.2.1', 80), 1)", "socket.getaddrinfo('example.org', 80)",
         "socket.gethostbyname('example.org')",
         "urllib.request.urlopen('http://192.0.2.1/', timeout=1)",
         "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))"]


@pytest.mark.parametrize("call", REACH)
def test_a_python_that_reaches_for_the_network_is_refused_and_noted(call):
    done = subprocess.run([sys.executable, "-c", f"import socket, urllib.request\n{call}"], capture_output=True, text=True,
                          check=False)
    assert done.returncode and "without the network" in done.stderr
    assert "192.0.2.1" in (said := NOTES.read_text(encoding="utf-8")) or "example.org" in said
    NOTES.unlink()  # else this test itself would fail, as any other does


def test_the_tests_themselves_are_refused_and_this_machine_can_be_reached():
    with pytest.raises(OSError, match="without the network"):
        socket.create_connection(("192.0.2.1", 80), 1)
    NOTES.unlink()
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), 9).close()


def test_pages_with_addresses_in_them_are_read_without_the_network(tmp_path):
    """Every test runs cut off; this one runs what would be likeliest to reach out, as a user does."""
    alive = ("<link rel='stylesheet' href='http://192.0.2.1/a.css'><base href='http://192.0.2.1/'><script src='/a.js'></script>"
             "<!DOCTYPE html SYSTEM 'http://192.0.2.1/a.dtd'><meta http-equiv='refresh' content='0;url=http://192.0.2.1/'>")
    for n in range(4):
        put(tmp_path / "in" / f"{n}.html", PAGE.format(head=alive, body=PROSE + f"<iframe src='//192.0.2.1/{n}'></iframe>"))
    entity = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY e SYSTEM 'http://192.0.2.1/e'>]><p>&e;</p>"
    put(tmp_path / "in" / "x.html", entity + PROSE)
    subprocess.run([sys.executable, "-m", "demarche", "stance", tmp_path / "in", "--out", tmp_path / "out", "--stories"],
                   check=True, capture_output=True)
    assert len(prepare.Tables(tmp_path / "out").articles) == 5


EVERY = """
import sys, tomllib
from pathlib import Path
from demarche import cli, plots, prepare, report, store, terms
raw, out = sys.argv[1:]
def run(command, *rest):
    known.discard(command)
    cli.main([command, *map(str, rest)])
known = set(tomllib.loads(Path(cli.__file__).with_name("commands.toml").read_text(encoding="utf-8"))["commands"])
run("prepare", raw, "--out", out, "--stories")
run("statements", out, "--out", out)
run("stance", out, "--out", out)
run("actors", "--audit", out)
run("terms", out, "--out", out, "--term", "Taliban", "--by", "month", "--change", "--event", "2024-06-01", "--contexts")
run("topics", out, "--out", out, "--k", 2)
run("code-sheet", out, "--n", 20)
sheet = Path(out, "codings", "sheet-1.csv")
sheet.write_text(store.csv(store.read_csv(sheet).assign(done="x")), encoding="utf-8")
run("code-read", sheet, "--out", out)
tables = prepare.Tables(out)
rates = terms.rates(terms.hits(tables.sentences, ["Taliban"]), tables.articles)
ax = plots.dots(rates, y="term", x="rate", n="{count}", n_title="count", title="Rates", unit="per 10,000 tokens")
report.save(ax, "03-rates", "Rates of a term", "table terms", Path(out, "figures"))
run("figures", out)
run("trace", out, "03-rates", "--mark", "Taliban | all")
run("diff", out, out)
run("check", out)
assert not known, f"a command that this test does not run: {known}"
"""


def test_no_command_reaches_for_the_network(tmp_path):
    """Every command, on the five articles, in one Python that is refused all but this machine; a try is noted, and fails."""
    command = [sys.executable, "-c", EVERY, ROOT / "data" / "raw", tmp_path / "out"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr[-2_000:]
    assert not NOTES.exists()


def test_a_soft_hyphen_splits_no_word():
    assert sentences.words("Their co\u00adoperation, and co-operation.") == ["their", "cooperation", "and", "co-operation"]
