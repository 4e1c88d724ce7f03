"""The coded texts of benchmarks/invented: each line is of the format, and what is none is told by its place."""

import sys
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1] / "benchmarks"
sys.path.insert(0, str(HOME))
import invented

FILES = sorted((HOME / "invented").glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_articles_sentences_and_records_of_a_file_belong_together(path):
    articles, sentences, records = invented.read(path)
    texts = {a["doc_id"]: a["text"] for a in articles}
    places = {row[:3]: row[3] for row in sentences}
    assert len(texts) == len(articles) > 100 and len(places) == len(sentences) > 1_000
    assert all(text in texts[doc] for (doc, _, _), text in places.items())
    assert len({row[:5] for row in records}) == len(records) > 1_000 and {row[:3] for row in records} <= places.keys()
    assert {row[5] for row in records} | {0} == {-2, -1, 0, 1, 2}


def test_no_id_stands_in_two_files():
    ids = [a["doc_id"] for path in FILES for a in invented.read(path)[0]]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("line", ["Peru agreed.", "> Peru ; Chile ; 1", "== a | 2020-1-1 | Talks"])
def test_a_line_outside_an_article_is_told(tmp_path, line):
    (path := tmp_path / "a.txt").write_text(line, encoding="utf-8")
    with pytest.raises(ValueError, match="line 1: no head of an article"):
        invented.read(path)


@pytest.mark.parametrize("record", ["> Peru ; Peru ; 1", "> Peru ; Chile ; 3", "> Peru ; Chile", ">"])
def test_a_line_that_is_no_record_is_told(tmp_path, record):
    (path := tmp_path / "a.txt").write_text(f"== a | 2020-01-01 | Talks\nPeru agreed.\n{record}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 3: no record of the sentence above"):
        invented.read(path)
