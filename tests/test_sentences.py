"""Sentences and tokens: against the coded ones, with offsets, and what must hold for any text."""

import csv
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import cleaned
from demarche import clean, schema, sentences

HERE = Path(__file__).parent
RAW = {f.name[:3]: f.read_text(encoding="utf-8") for f in sorted((HERE.parent / "data" / "raw").glob("*.txt"))}
ANY_TEXT = st.lists(st.one_of(st.sampled_from(
    ["Ms. ", "U.S. ", "He left. ", "“Are we safe?” ", "he asked. ", "5 p.m. ", "...", "… ", "’s ", "ex-envoy", "Jan. 5", "?!",
     " ", "\u00a0", "\u2028", "i.e. ", "2.5bn ", "A.", "(retd.) ", "\u200f", "été", "漢字。"]), st.text(max_size=8)),
    max_size=12).map("".join)


def gold(name):
    with open(HERE / "gold" / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(*articles):
    """The rows of `sentences` of articles (doc_id, text)."""
    columns, _ = sentences.columns([cleaned(*article)[0] for article in articles])
    return [tuple(row.values()) for row in schema.arrow("sentences", columns).to_pylist()]


def spans(text):
    columns, _ = sentences.columns([[("a", 1, 1, "body", "default", text, None, None, 0)] * bool(text)])
    return [*zip(columns[5].to_pylist(), columns[6].to_pylist())]


def split(text):
    return [text[a:b] for a, b in spans(text)]


def tokens(text):
    table = sentences.token_table(pd.DataFrame({"doc_id": ["a"], "par": [1], "sent": [1], "text": [text]}))
    return table["token"].tolist()


@pytest.fixture(scope="module")
def rows():
    """The `sentences` rows of role body of the five articles, keyed as in the gold."""
    return {(row[0], *row[1:3]): row for row in table(*RAW.items()) if row[3] == "body"}


def test_all_coded_sentences_come_out_and_no_other(rows):
    assert {key: row[4] for key, row in rows.items()} == {
        (g["doc"], int(g["par"]), int(g["sent"])): g["text"] for g in gold("sentences")}
    assert len(rows) == 87


def test_all_coded_tokens_come_out_at_their_place_and_no_other(rows):
    table = pd.DataFrame([row[:5] for row in rows.values()], columns=["doc_id", "par", "sent", "role", "text"])
    found = sentences.token_table(table).drop(columns="term").astype(str).values.tolist()
    keys = ["doc", "par", "sent", "pos", "token", "start", "end"]
    assert sorted(found) == sorted([g[k] for k in keys] for g in gold("tokens"))
    assert len(found) == 2_363


def test_sentences_lie_where_their_offsets_say(rows):
    for (doc, _, _), (*_, text, start, end, raw_start, raw_end) in rows.items():
        assert RAW[doc][raw_start:raw_end] == text == cleaned(doc, RAW[doc])[1][start:end]


@pytest.mark.parametrize("line", gold("hard_lines"), ids=lambda line: line["text"][:20])
def test_hard_lines(line):
    assert split(line["text"]) == line["sentences"].split("|")


@pytest.mark.parametrize("wanted", [
    ["He works for Acme Inc. in Doha.", "The firm is new."], ["No. 10 is closed.", "It is No. 2 on the list."],
    ["J. R. Smith left.", "So did I.", "We met."], ["He said “No.”", "She agreed."],
    ["“Stop!” the guard said.", "“Why?”", "Nobody knew."], ["The U.S. Congress voted.", "The U.S. Senators left."],
    ["Was it 2.5 or 3.5?", "It was 4."], ["He paused…", "Then he left."], ["(He left at 5 p.m.)", "Then we met."],
    ["Gen. (retd.) Khan left at 9 a.m. on Nov. 5."], ["one sentence with no end"], ["Dr. Ali and Prof. Khan met."],
    ["Spokesperson Ma. Teresa Cruz met Usec. Reyes.", "She met Jack Ma.", "The two left."],
    ["Brig.-Gen. Khan met Sec. Blinken, Msgr. Rossi and Cmdr. Hall.", "It took one sec.", "They left."]])
def test_abbreviations_and_quotes(wanted):
    assert split(" ".join(wanted)) == wanted


@given(ANY_TEXT)
@settings(max_examples=300)
def test_sentences_are_in_order_apart_and_cover_all_but_white_space(text):
    text = text.strip()  # as the lines of a page are
    found = spans(text)
    assert all(a < b and text[a:b] == text[a:b].strip() for a, b in found)
    assert all(b <= c for (_, b), (c, _) in pairwise(found))
    assert "".join("".join(text[a:b].split()) for a, b in found) == "".join(text.split())


@given(ANY_TEXT)
@settings(max_examples=120)
def test_tokens_are_in_order_apart_and_cover_all_but_white_space(text):
    table = sentences.token_table(pd.DataFrame({"doc_id": ["a"], "par": [1], "sent": [1], "text": [text]}))
    assert all(text[t.start:t.end] == t.token for t in table.itertuples())
    assert (table["start"].iloc[1:].to_numpy() >= table["end"].iloc[:-1].to_numpy()).all()
    assert "".join(table["token"]) == "".join(text.split())
    assert table["pos"].tolist() == list(range(1, len(table) + 1))


@given(st.lists(ANY_TEXT, max_size=5), st.none() | ANY_TEXT.filter(str.strip).map(str.strip))
@settings(max_examples=150)
def test_any_sentence_of_any_page_lies_where_its_offsets_say(lines, title):
    source = "\r\n".join(lines)
    text = cleaned("a", source, title)[1]
    rows = sorted(table(("a", source, title)), key=lambda row: row[5])
    assert all(text[row[5]:row[6]] == row[4] for row in rows)
    assert all(source[row[7]:row[8]] == row[4] for row in rows if row[7] is not None)
    assert len({row[1:3] for row in rows}) == len(rows) and all((row[1] == 0) == (row[3] != "body") for row in rows)
    assert "".join("".join(row[4].split()) for row in rows) == "".join(text.split())


@given(st.lists(st.lists(ANY_TEXT, max_size=5).map("\n".join), min_size=1, max_size=4))
@settings(max_examples=150)
def test_the_sentences_of_many_articles_are_those_of_each_line_alone(texts):
    articles = [(f"a{k}", text) for k, text in enumerate(texts)]
    lines = [row for article in articles for row in cleaned(*article)[0] if row[3] in clean.IN_TEXT]
    lines.sort(key=lambda row: (row[0], row[3] == "body"))
    found = table(*articles)
    assert [(row[0], row[3], row[4]) for row in found] == [(row[0], row[3], s) for row in lines for s in split(row[5])]
    whose = sentences.columns([cleaned(*a)[0] for a in articles])[1]
    assert [f"a{k}" for k in whose] == [row[0] for row in found]


@pytest.mark.parametrize(("text", "wanted"), [
    ("Kabul’s ex-envoy left the U.S. at 9.30.", ["Kabul", "’s", "ex-envoy", "left", "the", "U.S.", "at", "9.30", "."]),
    ("Tehreek-e-Taliban don't", ["Tehreek-e-Taliban", "don't"]), ("2,363 and 2.5bn", ["2,363", "and", "2.5bn"]),
    ("“Why?!”", ["“", "Why", "?", "!", "”"]), ("a_b –", ["a_b", "–"]),
    ("It's the states' aim", ["It", "'s", "the", "states", "'", "aim"])])
def test_the_token_rule(text, wanted):
    assert tokens(text) == wanted


def test_a_term_is_lower_case_with_straight_quotes():
    assert sentences.fold("Taliban’S–") == "taliban's-"
