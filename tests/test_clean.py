"""Roles of lines: against the coded lines, each rule by its example, and what must hold for any text."""

import csv
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import LIMIT, cleaned
from demarche import clean, dates, schema

HERE = Path(__file__).parent
RAW = sorted((HERE.parent / "data" / "raw").glob("*.txt"))
STORY = "The envoys met in Doha on Monday.\nThey spoke of water, and of the long border that they share.\n"
ROLES = set(re.findall(r"\w+", schema.SPEC.query("table == 'lines' and column == 'role'")["meaning"].item())) - {"or"}
REAL = [line for file in RAW for line in file.read_text(encoding="utf-8").splitlines()]
ANY_LINE = st.one_of(st.sampled_from(REAL), st.text(max_size=40), st.sampled_from(
    ["", "Read more", "DOHA: Talks.", "date 2024-03-22 KABUL: Hi.", "By Jane Writer", "Two Words", "Published in Dawn, May 3",
     "ATHENS", "19 February 2024", "STOCKHOLM, Feb 12 (NC) -", "Published 19 Feb 2024", "By Jane Doe | The Post"]))
PAGES = st.lists(st.tuples(ANY_LINE, st.sampled_from(["\n", "\r\n", "\r", "\n\n"])), max_size=12).map(
    lambda pairs: "".join(line + end for line, end in pairs))


def gold():
    with open(HERE / "gold" / "lines.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def roles(text, title=None):
    """Role of each piece that is not blank, beside its text."""
    return [(row[3], row[5]) for row in cleaned("a", text, title)[0] if row[3] != "blank"]


def role(line, before="", after="", title=None):
    """The one role that a line gets between others."""
    found = [r for r, text in roles(f"{before}{line}\n{after}", title) if line.endswith(text)]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize("file", RAW, ids=lambda f: f.name[:3])
def test_every_coded_line_gets_its_role_and_no_other_line_is_there(file):
    rows, _, _ = cleaned("a", file.read_text(encoding="utf-8"))
    last = {row[1]: row[3] for row in rows if row[3] != "blank"}  # the last piece of a line is the rest behind its prefixes
    assert last == {int(g["line"]): g["role"] for g in gold() if g["doc"] == file.name[:3]}


def test_ten_lines_of_the_gold_are_no_body():
    assert sum(g["role"] != "body" for g in gold()) == 10


def test_date_stamp_and_dateline_are_peeled_off_the_body():
    rows, text, named = cleaned("a", RAW[1].read_text(encoding="utf-8"))
    assert [row[3:6] for row in rows[:2]] == [
        ("dateline", "date_stamp", "date 2024-03-22"), ("dateline", "dateline", "ISLAMABAD:")]
    assert text.startswith("Amidst escalating tensions") and named == {"place": "ISLAMABAD"}


@pytest.mark.parametrize("rule", clean.PREFIXES, ids=lambda r: r.name)
def test_the_example_of_each_prefix_is_peeled_by_it(rule):
    *head, rest = rule.example.split("|")
    rows, _, _ = cleaned("a", "".join(head) + rest)
    assert rows[0][3:6] == (rule.role, rule.name, head[0].strip()) and rows[-1][3] == "body" and rows[-1][5].endswith(rest)


@pytest.mark.parametrize("rule", clean.RULES, ids=lambda r: r.name)
def test_the_example_of_each_rule_gets_its_role_by_it(rule):
    examples = rule.example.split("\n")
    number = next(n for n, line in enumerate(examples, start=1) if line.startswith("»"))
    rows, _, _ = cleaned("a", rule.example.replace("»", "", 1))
    assert [row[3:5] for row in rows if row[1] == number] == [(rule.role, rule.name)]


@given(st.lists(ANY_LINE | st.sampled_from([
    "PHOTO by Ann — AFP", "\u017fhare", "pr\u0131nt", "(c) 2024", "٣/٤/٢٠٢٤", "© 2024", "by Ann Bee, May 3, 2024",
    "12:30 May 3, 2024",
    "BEIJING, March 3 /XINHUA/. The", "DOHA/ The", "ST. PAUL — The", "EL AAIUN, May 3. : The"]), max_size=8))
@settings(max_examples=150)
def test_the_one_look_at_all_lines_misses_none_that_a_rule_holds_for(lines):
    lines += [line.strip("»").replace("|", "") for r in clean.RULES + clean.PREFIXES for line in r.example.split("\n")]
    for line, found in zip(lines, clean.may(clean._ANY, lines + [""] * clean.BATCH_FROM)):
        assert found or not line or not any(rule.pattern.match(line) for rule in clean.PLAIN + clean.PREFIXES), line


@given(st.text(st.sampled_from("aZ é\u0130\u212a3.-—(“©\u00a0\t:,/\u0663"), max_size=30))
@settings(max_examples=200)
def test_a_loose_pattern_holds_wherever_the_strict_one_does(text):
    for pattern in (r"\w+\b[.,]?(?=\s)", r"(?i)[^\W\d_]{2,30}k", r"(?<!\d)\d{1,2}[\s/.-]\w", r"(?P<x>[^a-z]\S){1,40}(?!\()"):
        if re.search(pattern, text):
            assert clean.may([clean.loose(pattern)], [text] * clean.BATCH_FROM) == [True] * clean.BATCH_FROM


def test_many_articles_get_the_rows_that_each_gets_alone():
    articles = [(f.name, f.read_text(encoding="utf-8"), None) for f in RAW] + [("x", "", "Talks"), ("y", "A\rB\n", None)]
    assert [*clean.pages(articles)] == [cleaned(*article) for article in articles]


def test_the_roles_are_those_of_the_data_dictionary():
    assert {r.role for r in clean.PREFIXES + clean.RULES} <= ROLES and "pull_quote" in ROLES


@given(PAGES, st.none() | st.sampled_from(["Two Words", "A title", *REAL[:3]]))
@settings(max_examples=150)
def test_every_character_but_white_space_stands_in_one_piece_at_its_place(source, title):
    rows, text, _ = cleaned("a", source, title)
    own = [row for row in rows if row[6] is not None]
    assert all(source[a:b] == piece == piece.strip() for *_, piece, a, b, _ in own)
    assert "".join("".join(row[5].split()) for row in own) == "".join(source.split())
    assert [row[6] for row in own] == sorted(row[6] for row in own)
    assert all(text[row[8]:row[8] + len(row[5])] == row[5] for row in rows if row[8] is not None)
    assert text == "\n".join(row[5] for row in rows if row[3] in clean.IN_TEXT)
    assert {row[3] for row in rows} <= ROLES and len({row[1:3] for row in rows}) == len(rows)


@given(st.lists(ANY_LINE.filter(lambda line: not re.search(r"[\r\n]", line)), max_size=12), st.sampled_from(["\r\n", "\r"]))
@settings(max_examples=100)
def test_roles_do_not_change_with_line_ends_and_white_space_around_lines(lines, end):
    assert roles("\n".join(lines)) == roles(end.join(f"\t {line}  " for line in lines))


@pytest.mark.parametrize("file", RAW, ids=lambda f: f.name[:3])
def test_cleaning_what_is_clean_changes_nothing(file):
    rows, text, _ = cleaned("a", file.read_text(encoding="utf-8"))
    title = next((row[5] for row in rows if row[3] == "headline"), None)
    assert cleaned("a", text, title)[1] == text


LINES = st.sampled_from(REAL) | st.text(max_size=12) | st.sampled_from([
    "KABUL: May 3, 2024", "KABUL: ", "KABUL: Read more", "DOHA, May 3 (AFP) - ", "Paris (AFP) — ", "date 2024-03-22 ",
    "NEW DELHI: KABUL: ", "Brasilia, 3 March 2025", "By Jane Writer", "By Ann Bee, May 3, 2024", "Read more: x", "Trending",
    "| Welcome to The Herald", "Tuesday, January 14, 2025", "Published in Dawn, May 3rd, 2024", "© 2024 The Herald",
    "(reporting by A. Writer; editing by B. Reader).", "Photo: the two ministers in Doha on Monday.", "They met. — AFP/File",
    "Talks open in Doha", "Talks open in Doha.", "TALKS OPEN IN DOHA", "Envoys of both sides open talks on water in Doha",
    "Envoys from both sides opened talks on water in Doha.", "All sides to take decisive action", "5 Things to Know", "the End",
    "He urged all sides to take decisive action against them at once.", "Regional Security Concerns", "Two Words",
    "Addressing Migration and the Future of Security Cooperation", "The envoys met in Doha on Monday.", "MR. KHAN: We agreed.",
    "“No comment”", "He said:", "and to defend them", "* * *", "\u202e", "\u200f", "\u00ad", "Ã©tÃ©",
    "â€œnoâ€\x9d", "\t", "\x0b", "\x85", "\x1c", "word " * 27, "word " * 41 + "x", "Will talks end the dispute?",
    "?", "1", "…", '."', "Dr. No.", "İ", "ß"])
ENDS = st.sampled_from(["\n", "\n", "\n", "\r", "\r\n", "\n\n", "", " ", "\t\n"])
SPOILED = st.lists(st.tuples(LINES, ENDS), max_size=12).map(lambda pairs: "".join(line + end for line, end in pairs))


def again(source, title):
    """The clean text of a source, and that of the clean text: with the title given, and with the headline found."""
    rows, text, _ = cleaned("a", source, title)
    found = next((row[5] for row in rows if row[3] == "headline"), title)
    return [text, cleaned("a", text, title)[1], cleaned("a", text, found)[1]]


@pytest.mark.parametrize("source", [
    "KABUL: May 3, 2024", "Talks open\nKABUL: Photo: two men\nThe envoys met in Doha on Monday.", "KHAN: Yes.\nBALOCH: No.",
    "Talks open\nKABUL: Envoys met.\nDOHA: The envoys met on Monday.", "\n".join(["KABUL: May 3, 2024"] * 400),
    "KABUL: " * 400 + "Read more", "Talks\nRead more", "Read more", "Talks\nTalks"])
def test_what_was_cleaned_is_clean(source):
    for title in (None, "Talks", "Talks open", "KABUL: Talks", "Read more"):
        assert len({*again(source, title)}) == 1, title


@given(SPOILED, st.none() | LINES | st.tuples(LINES, LINES).map("\n".join))
@settings(max_examples=150)
def test_what_was_cleaned_is_clean_whatever_it_was(source, title):
    assert len({*again(source, title)}) == 1


@pytest.mark.stress
@given(SPOILED, st.none() | LINES | st.tuples(LINES, LINES).map("\n".join))
@settings(max_examples=100_000)
def test_what_was_cleaned_is_clean_in_100_000_texts(source, title):
    assert len({*again(source, title)}) == 1


def test_labels_of_speakers_or_cities_in_lines_that_follow_each_other_are_no_dateline():
    assert roles("KHAN: We agreed to it.\nBALOCH: We did not agree.")[0] == ("body", "KHAN: We agreed to it.")
    assert roles("DOHA: Both sides met on Monday.\nThey left.")[0] == ("dateline", "DOHA:")


def test_a_title_from_outside_is_line_0_unless_a_line_above_the_story_repeats_it():
    rows, text, _ = cleaned("a", STORY, "Talks open")
    assert rows[0] == ("a", 0, 1, "headline", "title_column", "Talks open", None, None, 0)
    assert text.startswith("Talks open\nThe envoys")
    rows, _, _ = cleaned("a", "TALKS OPEN.\n" + STORY, "Talks open")
    assert [row[1] for row in rows if row[3] == "headline"] == [1]


def test_an_article_that_only_says_its_title_keeps_it_as_body():
    sentence = "The envoys met in Doha on Monday."
    assert roles(sentence, sentence) == [("headline", sentence), ("body", sentence)]


@pytest.mark.parametrize("line", [
    "MS. BALOCH: Yes", "Q  On what topic?", "Are you sure, Minister?", "(Inaudible.)", "He said:", "and to defend them",
    "“No comment”", "Khan: No comment", "In other words —", "First, the border;", "the spokesperson left at once"])
def test_a_short_line_of_speech_or_of_a_broken_sentence_stays_body(line):
    assert role(line, STORY, STORY) == "body"


@pytest.mark.parametrize("line", ["The trip,…", "“Against", "In other words, we ar", "that is all", "Talks will go on;"])
def test_a_broken_last_line_stays_body(line):
    assert role(line, STORY) == "body"


@pytest.mark.parametrize("line", [
    "The first of two full sentences stands here. The second one follows it at once.",
    "The two sides opened talks on water in Doha on Monday, the ministry said.",
    "Photo opportunities were few, and the minister left by a side door before noon."])
def test_a_first_sentence_is_neither_headline_nor_standfirst(line):
    assert role(line, "Talks open in Doha\n", STORY) == "body"


@pytest.mark.parametrize(("line", "wanted"), [
    ("Will talks in Doha end the long dispute over water?", "headline"),
    ("Envoys meet in Doha: what we know so far of the talks on water and the border, and of who led them", "headline"),
    ("Envoys met in Doha to open talks on water.", "body")])
def test_without_a_title_a_first_line_that_ends_as_no_statement_is_the_headline(line, wanted):
    assert role(line, after=STORY) == wanted


@pytest.mark.parametrize(("line", "place"), [
    ("NEW DELHI, May 26 (PTI) — India agreed.", "NEW DELHI"), ("MOSCOW, May 26. /TASS/. Russia agreed.", "MOSCOW"),
    ("KATHMANDU, Nepal (AP) — Nepal agreed.", "KATHMANDU"), ("Paris (AFP) - France agreed.", "Paris"),
    ("MR. KHAN: We agreed.", None), ("THE PRESIDENT: We agreed.", None), ("MODERATOR: We agreed.", None),
    ("NATO – the alliance – agreed.", None)])
def test_a_dateline_names_a_place_and_a_speaker_is_no_place(line, place):
    assert cleaned("a", line)[2].get("place") == place


@pytest.mark.parametrize("line", ["Easter, April 9 — The envoys met.", "EASTER, April 9 — The envoys met.",
                                  "Eid, April 9: The envoys met.", "Nowruz, March 20 - The envoys met."])
def test_a_holiday_before_a_day_is_no_place(line):
    rows, text, named = cleaned("a", f"Talks open in Doha\n{line}\n{STORY}")
    assert line in text and not named and rows[1][3:5] == ("body", "default")
    assert cleaned("a", "EASTER ISLAND, April 9 — The envoys met.")[2] == {"place": "EASTER ISLAND"}


@pytest.mark.parametrize(("line", "place"), [
    ("Brasilia, 3 March 2025", "Brasilia"), ("KABUL: May 3, 2024", "KABUL"), ("New Delhi, Thursday, 3 May 2024", "New Delhi"),
    ("Doha, Qatar, 3 March 2025", "Doha"), ("GENEVA (AFP) – 3 May 2024", "GENEVA"), ("Ottawa, May 3, 2024 (AFP)", "Ottawa")])
def test_a_dateline_may_stand_in_a_line_of_its_own(line, place):
    rows, text, named = cleaned("a", f"Talks open in Doha\n{line}\n{STORY}")
    assert rows[1][3:6] == ("dateline", "dateline_alone", line) and named == {"place": place} and line not in text


def test_a_link_to_another_story_is_a_teaser_and_a_wish_to_read_is_not():
    assert role("Envoys leave Doha after a week of talks Read More »", STORY, STORY) == "teaser"
    assert role("He said in Doha that he would read more.", STORY, STORY) == "body"


@pytest.mark.parametrize("line", [
    "Deadline, 3 May 2024", "Reuters, May 3, 2024", "Publication - 3 May 2024", "Islamabad: 3 May 2024", "Kabul, in May 2024",
    "Doha was calm, 3 May 2024", "Yesterday, May 3, 2024"])
def test_labels_agencies_and_sentences_before_a_day_are_no_dateline(line):
    assert cleaned("a", f"Talks open in Doha\n{line}\n{STORY}")[0][1][3] != "dateline"


def test_a_prefix_is_peeled_off_the_first_body_line_only():
    assert roles(STORY + "DOHA: Talks went on.") == [("body", line) for line in (STORY + "DOHA: Talks went on.").splitlines()]


def test_the_outlet_is_what_a_credit_or_a_banner_says():
    assert cleaned("a", STORY + "Published in The Express Tribune, March 5th, 2024.")[2] == {"outlet": "Express Tribune"}
    assert cleaned("a", "| Welcome to The Herald\n" + STORY)[2] == {"outlet": "Herald"}
    assert cleaned("a", STORY + "Published in print, May 3, 2024")[2] == {}


def test_a_pull_quote_needs_six_words_in_a_row_of_the_story():
    story = "He urged all sides to take decisive action against them at once.\n"
    assert role("All sides to take decisive action", story, STORY) == "pull_quote"
    assert role("All sides must now take quick and decisive action", story, STORY) == "body"


def test_cut_counts_words_by_role_with_the_body_first_and_the_lines_behind_each_number():
    rows, _, _ = cleaned("a", "Talks open in Doha\n" + STORY + "Read more: Cleric freed")
    lines = pd.DataFrame(rows, columns=list(schema.TABLES["lines"].columns))
    table = clean.cut(lines, pd.DataFrame({"doc_id": ["a"], "outlet": [None]}), "outlet")
    assert table[["outlet", "role", "words", "n_articles"]].values.tolist() == [
        ["unknown", "body", 19, 1], ["unknown", "headline", 4, 1], ["unknown", "teaser", 4, 1]]
    assert table["lines"].tolist() == [[("a", 2, 1), ("a", 3, 1)], [("a", 1, 1)], [("a", 4, 1)]]
    assert clean.summary(lines) == "2 of 4 text segments are not body text; they hold 29.6% of the words."


BAIT = [
    ".", '."', '. """"', ". ", "a.", "1", "1.", "a-", "a'", ".(", "A ", "AB", "May 1 ", "May 1, 2024 ", "2024-01-01",
    "date 2024-01-01 ", "on Monday ", "published ", "updated May 1, 2024 ", "copyright ", "By A,", " A,,,,", "(photo: ",
    "— AFP ", "<a", "<a>", "_", "**", "\n", "\r\n", "Q ", "A: ", "“?” He", "?” A.A.A.A ", "word ", "\t", "He left. ",
    "He left now all.\n", "Read\n", "Two Words\n", "one two three four five six seven\n",
    "One Two Three Four Five Six Seven\n",
    "- x\n", "the post ", "A\t", "/TASS/. ", "PARIS, ", "$$x_1^2$$ ", "DOHA: ", "|", "»", "©", "1/1/2024 ", "\u00a0", "PARIS-",
    "St. U.S. ", "\u0301", "»\n", "By Al\n"]
RUN = """
import json, sys
from demarche import clean, dates, sentences
for unit in json.load(sys.stdin):
    for text in (unit * (70_000 // len(unit)), 'He left Doha at once today.\\n' + unit * (20_000 // len(unit)) + 'x'):
        rows, _, _ = next(clean.pages([('a', text, 'Talks')]))
        dates.ledger(rows)
        [*map(sentences.TOKEN.findall, sentences.columns([rows])[0][4].to_pylist())]
"""


def test_no_pattern_takes_more_than_linear_time_on_bait():
    """70,000 characters of each unit, alone and behind a story: seconds in all; one quadratic pattern takes a minute."""
    subprocess.run([sys.executable, "-c", LIMIT.format(45) + RUN], input=json.dumps(BAIT), text=True, timeout=900, check=True)


@pytest.mark.parametrize("text", [
    "Talks open in Doha\n" + "".join(f"The {n} envoys met in Doha on the third Monday of that\nThe {n} envoys met in Doha.\n"
                                     for n in range(10_000)),
    "The envoys met in Doha on Monday.\n" + "Read more\nForeign Affairs, Doha\n" * 20_000,
    "Foreign envoys in Doha say\n" * 15_000 + "The foreign envoys met in Doha on Monday.\n" * 15_000])
def test_thousands_of_lines_take_linear_time(text):
    """A pull quote is looked for among the story's runs of words, not in all its text, and no line looks at all the others."""
    start = time.process_time()
    cleaned("a", text, "Foreign envoys in Doha say")
    assert time.process_time() - start < 1


@pytest.mark.parametrize("line", ["The ministry lodged a complaint in March (file no. 2023/5).",
                                  "They gave papers to the court (files A to F)."])
def test_a_file_that_is_no_picture_makes_no_caption(line):
    assert role(line, "Talks open in Doha\n" + STORY, STORY) == "body"
    assert role("The two ministers in Doha (file photo).", "Talks open in Doha\n" + STORY, STORY) == "caption"


@pytest.mark.parametrize("month", ["Feb", "February"])
@pytest.mark.parametrize("said", ["Published", "Posted", "First published", "By Jane Doe | Published", "Jane Doe | The Post |"])
def test_a_line_of_publication_may_name_the_day_first(said, month):
    rows, text, _ = cleaned("a", f"Talks open in Doha\n{said} 19 {month} 2024\n{STORY}")
    assert said not in text and dates.ledger(rows)[1]["date"] == "2024-02-19"


@pytest.mark.parametrize("line", ["Published 19 papers on the war", "Posted 5 soldiers to the border"])
def test_a_number_behind_such_a_word_is_no_day(line):
    assert role(line, "Talks open in Doha\n", STORY) == "body"


@pytest.mark.parametrize("line", ["By Karin Holm | The Nordic Courier", "By Jane Doe | Reuters", "By JANE DOE | AP | Brussels"])
def test_a_byline_may_name_the_outlet(line):
    assert role(line, "Talks open in Doha\n", STORY) == role(line, "Talks open in Doha\n" + STORY) == "byline"


@pytest.mark.parametrize(("lines", "place"), [
    ("STOCKHOLM, Feb 12 (NC) -", "STOCKHOLM"), ("Stockholm (Agency) —", "Stockholm"), ("NEW DELHI, India, Feb 12", "NEW DELHI"),
    ("ATHENS\n19 February 2024", "ATHENS"), ("NEW DELHI\n\nFeb 19, 2024", "NEW DELHI"), ("WORLD\nFeb 19, 2024", None),
    ("JANE DOE\nFeb 19, 2024", None), ("MONDAY, Feb 12", None), ("WHO (World Health Organization)", None), ("ATHENS", None)])
def test_a_dateline_may_stand_alone(lines, place):
    _, text, named = cleaned("a", f"Talks open in Doha\n{lines}\n{STORY}")
    assert named.get("place") == place and (place is None or place not in text) and cleaned("a", text)[1] == text


LEAD = ("Kenya has dismissed a claim by Sudan that it arms the rebels, the ministry said on Wednesday.\n"
        "They will meet again in May.\n")
HEAD = "Nairobi rejects claim that Kenya is arming rebels"


@pytest.mark.parametrize("above", ["The Savannah Post", "THE POST | World | Africa", "Le Quotidien\nHome News Politics Sports",
                                   "SAVANNAH DAILY\nForeign policy"])
def test_the_name_of_the_page_above_the_headline_is_neither_headline_nor_body(above):
    for title in (None, HEAD):
        rows, text, _ = cleaned("a", f"{above}\n{HEAD}\nBy Jane Writer\n{LEAD}", title)
        assert {row[3] for row in rows[:above.count("\n") + 1]} == {"site_banner"} and text == f"{HEAD}\n{LEAD}".strip()
        assert cleaned("a", text, title)[1] == text


@pytest.mark.parametrize("first", [
    "Kenya on the brink", "A claim, a denial, and a long week of anger in two capitals of the region"])
def test_a_first_line_that_the_story_begins_with_or_a_long_one_stays_the_headline(first):
    assert roles(f"{first}\n{HEAD}\n{LEAD}")[0] == ("headline", first)


@pytest.mark.parametrize("line", ["MS. BALOCH: Hello, Kenya and Sudan", "where Kenya and Sudan met", "Kenya and Sudan met:"])
def test_the_words_of_a_speaker_or_of_a_broken_line_are_no_headline_below_the_name_of_a_page(line):
    assert ("headline", line) not in roles(f"James Hall\n{line}\n{LEAD}")


@pytest.mark.parametrize(("line", "place"), [
    ("HÀ NỘI — Việt Nam agreed to it on Monday.", "HÀ NỘI"), ("BRASÍLIA, 3 March 2025 – Brazil agreed.", "BRASÍLIA"),
    ("İSTANBUL, March 5 (AA) — Türkiye agreed.", "İSTANBUL"), ("ŁÓDŹ, 4 May — Poland agreed.", "ŁÓDŹ"),
    ("LA PAZ, Bolivia (AP) — Bolivia agreed.", "LA PAZ"), ("Riyadh, March 2, 2025, SPA -- The Kingdom agreed.", "Riyadh"),
    ("Doha, 3 May 2024 (QNA) - Qatar agreed.", "Doha"), ("Buenos Aires, May 3 – Argentina agreed.", "Buenos Aires"),
    ("PRIME MINISTER CHÍNH: We agreed.", None), ("PRIME MINISTER KHAN: We agreed.", None), ("MRS KHAN: We agreed.", None),
    ("The IAAF - a body - agreed.", None), ("On Monday, May 3 – they agreed.", None), ("Monday, May 3 – they agreed.", None)])
def test_a_dateline_may_have_any_latin_capitals_and_a_day_without_an_agency(line, place):
    assert cleaned("a", f"{line}\n{STORY}", "Talks")[2].get("place") == place


def test_the_day_in_a_dateline_dates_the_article():
    rows, _, _ = cleaned("a", "Riyadh, March 02, 2025, SPA -- The Ministry condemns the attack.\n" + STORY)
    assert dates.ledger(rows)[1]["date"] == "2025-03-02"


@pytest.mark.parametrize("line", [
    "The minister in Algiers, July 30, 2024. [File: M. Saidi/AFP]", "A man walks past the embassy. [Omar Haidari/Reuters]",
    "The minister speaks in Nairobi. PHOTO | FILE", "The consulate has to close. Photo: PAP/Marek Zieliński"])
def test_the_source_of_a_picture_behind_its_words_makes_a_caption(line):
    assert role(line, STORY, STORY) == "caption"


@pytest.mark.parametrize("line", ["He held up the photo. The minister left.", "He said: look at the picture: it is old."])
def test_a_sentence_on_a_picture_is_body(line):
    assert role(line, STORY, STORY) == "body"


def test_an_address_or_a_time_to_read_is_no_text_and_a_subheading_may_open_with_a_quote():
    assert role("jane@herald.example", STORY, STORY) == role("3 min read", STORY, STORY) == "other"
    assert role("‘Hostile act’", STORY, STORY) == "subheading"


def test_a_quotation_that_repeats_part_of_a_line_is_a_pull_quote_and_one_said_twice_or_one_of_many_is_none():
    quote, story = "“We regret this step, and we say so.”\n", "“We regret this step, and we say so,” he said in Doha.\n"
    assert role(quote.strip(), story, STORY) == "pull_quote"
    assert roles(STORY + quote + STORY + quote).count(("body", quote.strip())) == 2
    many = "".join(f"“It is the answer number {n} of them all.”\n" for n in range(clean.MAX_QUOTES))
    assert role(quote.strip(), story, many) == "body"


def test_what_follows_a_line_of_links_below_the_story_is_links_too():
    below = "They left.\nMore on this story\nSweden ends its support\nTimeline: a long dispute\n"
    assert [r for r, _ in roles(STORY + below)] == ["body"] * 2 + ["body"] + ["teaser"] * 3
    assert role("Sweden ends its support", STORY + "Read more: Cleric freed\n", STORY) == "subheading", "the story goes on"
