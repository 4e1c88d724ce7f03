"""The date ledger: against the coded articles, and that no day a story tells of is ever taken for its publication."""

import csv
import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import cleaned
from demarche import dates

HERE = Path(__file__).parent
RAW = {f.name: f.read_text(encoding="utf-8") for f in sorted((HERE.parent / "data" / "raw").glob("*.txt"))}
STORY = "The envoys met in Doha to open talks on water.\n"
DAYS = st.dates(date(1605, 1, 1), date(2199, 12, 31))
FORMS = st.sampled_from(["%Y-%m-%d", "%B %d, %Y", "%d %B %Y", "%b. %d, %Y", "%d/%m/%Y", "%A, %d %b %Y"])


def ledger(text, stated=None, title=None):
    return dates.ledger(cleaned("a", text, title)[0], stated)


def facts(text, stated=None, title=None):
    found = ledger(text, stated, title)[1]
    return found["date"], found["date_from"], found["date_to"], found["date_kind"]


def articles():
    with open(HERE / "gold" / "articles.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("gold", articles(), ids=lambda g: g["doc"])
def test_the_coded_articles_come_out(gold):
    known, shown = gold["published"] or None, gold["page_date"] or None
    kind = "published" if known else "page" if shown else "none"
    assert facts(RAW[gold["file"]]) == (known, known, known or shown, kind)


def test_two_days_are_known_one_is_bounded_from_above_two_articles_are_undated():
    table = pd.DataFrame([ledger(text)[1] for text in RAW.values()]).astype(object).replace({float("nan"): None})
    assert table["date"].tolist() == [None, "2024-03-22", "2024-11-22", None, None]
    assert table["date_to"].tolist() == [None, "2024-03-22", "2024-11-22", None, "2025-01-14"]
    assert dates.summary(table) == (
        "Of 5 articles, 2 have a known day of publication, 1 a last possible day only, 2 undated.")


def test_the_malformed_ordinal_is_read_and_said_and_events_stay_in_the_ledger():
    rows, found = ledger(RAW["002_bfc74d61377952b2.txt"])
    told = {row["text"]: (row["kind"], row["verdict"], row["value_from"]) for row in rows}
    assert told == {"on Thursday": ("event", "turned down", "2024-11-21"), "Nov 19": ("event", "turned down", "2024-11-19"),
                    "last week": ("event", "turned down", "2024-11-11"), "this week": ("event", "turned down", "2024-11-18"),
                    "November 22th, 2024": ("published", "taken", "2024-11-22")}
    assert rows[-1]["reason"].endswith("malformed ordinal in 'November 22th, 2024', read as 22")
    assert found["date_evidence"] == "line 19: 'November 22th, 2024'"


@given(DAYS, FORMS)
@settings(max_examples=100)
def test_a_day_that_the_story_tells_of_is_listed_and_never_taken(day, form):
    printed = day.strftime(form)
    for text in (f"{STORY}The treaty was signed on {printed} in Doha, he said.", f"On {printed} the envoys met in Doha again.",
                 f"{STORY}It was published on {printed} by the ministry, he said."):
        rows, found = ledger(text, title="Talks")
        assert found["date"] is None and found["date_kind"] == "none"
        assert [row["verdict"] for row in rows if row["text"] in printed] == ["turned down"]


@given(st.lists(st.sampled_from([
    "May 3", "3 May 2024", "Tonight", "yesterday", "on Monday", "two weeks ago", "Next year", "2024-05-03", "٣/٤/2024", "“",
    "Oct. 13th, 2024", "october-13-2023", "03.04.2024", "Sept 2023", " ", "é", "MAY 1, 2024", "3rd of June",
    "Augu\u017ft 2 2024", "\0"]), max_size=5).map(" ".join))
@settings(max_examples=150)
def test_the_first_look_misses_no_date(text):
    assert [m.span() for m in dates.spots([text])[0]] == [m.span() for m in dates._DATE.finditer(text)]
    assert len([*dates._DATE.finditer(text)]) == len([*re.finditer(rf"\b(?=[\dJFMASONDTWLYlnoty])(?:{dates._FORMS})", text)])


def test_a_day_told_as_tonight_is_listed_at_the_beginning_of_a_sentence_too():
    rows = ledger(STORY + "Tonight they meet again in Doha, he said.", "2024-05-03")[0]
    assert [(row["text"], row["value_from"]) for row in rows[1:]] == [("Tonight", "2024-05-03")]


@given(DAYS, st.sampled_from(["%Y-%m-%d", "%B %d, %Y", "%d %B %Y", "%b %d, %Y"]))
@settings(max_examples=60)
def test_a_stated_day_of_publication_is_read_in_any_usual_form(day, form):
    text = f"{STORY}Published in The Herald, {day.strftime(form)}"
    assert facts(text) == (day.isoformat(), day.isoformat(), day.isoformat(), "published")


@given(st.text(max_size=60) | st.sampled_from(
    ["0001-01-01", "9999-12-31", "2024-02-30", "31/31/2024", "May 99, 2024", "٢٠٢٤-٠١-٠١"]))
@settings(max_examples=150)
def test_any_text_on_the_page_gives_a_ledger_in_which_dated_means_taken(text):
    for line in (f"date {text}", f"Published {text}", text):
        rows, found = ledger(f"{line}\n{STORY}{line}")
        assert (found["date_from"] is not None) == any(row["verdict"] == "taken" for row in rows)
        assert all(row["value_from"] is None or "1605" <= row["value_from"] <= row["value_to"] < "2200" for row in rows)
        assert [row["candidate"] for row in rows] == list(range(1, len(rows) + 1))


def test_an_update_and_a_day_above_the_headline_bound_from_above_only():
    assert facts(f"{STORY}Updated: May 3, 2024") == (None, None, "2024-05-03", "updated")
    assert facts(f"Friday, May 3, 2024\nEnvoys meet in Doha\n{STORY}") == (None, None, "2024-05-03", "page")
    assert facts(f"| Welcome to The Herald\nMay 3, 2024\n{STORY}", title="Talks") == (None, None, "2024-05-03", "page")
    assert facts(f"Envoys meet in Doha\nMay 3, 2024\n{STORY}") == ("2024-05-03", "2024-05-03", "2024-05-03", "published")


def test_the_earliest_of_several_upper_bounds_counts():
    assert facts(f"May 9, 2024\nEnvoys meet in Doha\n{STORY}Updated: May 3, 2024")[2:] == ("2024-05-03", "updated")


def test_the_researchers_word_wins_and_contradictions_are_said():
    text = f"date 2024-03-22 {STORY}Updated: May 3, 2023"
    rows, found = ledger(text, "2024-03-21")
    assert found == {"date": "2024-03-21", "date_from": "2024-03-21", "date_to": "2024-03-21", "date_kind": "catalogue",
                     "date_evidence": "the researcher's table: '2024-03-21'"}
    assert [row["reason"] for row in rows] == [
        "the researcher's word", "stated as the day of publication; contradicts '2024-03-21'",
        "the page names it as its last change; contradicts '2024-03-21'"]


def test_a_word_of_the_researchers_that_is_no_day_leaves_what_the_page_says():
    rows, found = ledger(f"date 2024-03-22 {STORY}", "spring 2024")
    assert (found["date"], found["date_kind"]) == ("2024-03-22", "published")
    assert (rows[0]["verdict"], rows[0]["reason"]) == ("turned down", "no day; write YYYY-MM-DD")


def test_of_two_stated_days_the_first_is_taken():
    rows, found = ledger(f"{STORY}Published: May 3, 2024\nPublished: May 4, 2024")
    assert found["date"] == "2024-05-03" and rows[1]["reason"].endswith("contradicts 'May 3, 2024'")


def test_day_and_month_that_cannot_be_told_apart_are_a_span():
    assert facts(f"{STORY}Published: 03/04/2024") == (None, "2024-03-04", "2024-04-03", "published")
    assert [facts(f"{STORY}Published: {d}/04/2024")[0] for d in ("23", "04")] == ["2024-04-23", "2024-04-04"]


def test_a_date_without_a_year_dates_nothing():
    rows, found = ledger("TEHRAN, May 26 (MNA) – The envoys met in Tehran again.")
    assert found["date_kind"] == "none" and [(row["kind"], row["reason"]) for row in rows] == [("event", "no year beside it")]


@pytest.mark.parametrize(("text", "wanted"), [
    ("2024-11-22", "2024-11-22"), ("2024-11-22 00:00:00", "2024-11-22"), ("2024-11-22T08:00:00Z", "2024-11-22"),
    (" 2024-11-22\n", "2024-11-22"), ("22/11/2024", None), ("2024-02-30", None), ("0001-01-01", None), ("9999-12-31", None),
    ("2024-11", None), ("20241122", None), ("٢٠٢٤-٠١-٠١", None), ("2024-11-22x", None), ("", None), (None, None)])
def test_a_day_is_read_in_iso_form_only(text, wanted):
    assert dates.day(text) == wanted


def test_evidence_tells_few_articles_one_by_one_and_many_by_month():
    table = pd.DataFrame({"doc_id": [f"a{n}" for n in range(30)], "n_tokens": 5, "n_sentences": 1, "date_kind": "published",
                          "date": ["2024-03-22"] * 10 + ["2024-04-01"] * 15 + [None] * 5}).assign(
        date_from=lambda t: t["date"], date_to=lambda t: t["date"])
    rows = pd.DataFrame({"doc_id": ["a0", "a1", "a2"], "line": [7, 8, None], "verdict": ["taken", "turned down", "taken"]})
    few = dates.evidence(table.head(3), rows)
    assert few["lines"].tolist() == [[("a0", 7, 1)], [], []]
    many = dates.evidence(table, rows)
    assert many["n_articles"].tolist() == [10, 15, 5] and many["lane"].tolist() == ["dated", "dated", "undated"]
    assert many["period"].tolist()[:2] == ["2024-03", "2024-04"] and many["sources"][2][0] == ("a25", None, None)


PAGES = st.dates(date(1800, 1, 1), date(2150, 1, 1))


@pytest.mark.parametrize(("printed", "wanted"), [
    ("22 NOV 2024", "2024-11-22"), ("22-Nov-2024", "2024-11-22"), ("22nd of November, 2024", "2024-11-22"),
    ("2024/11/22", "2024-11-22"),
    ("22.11.2024", "2024-11-22"), ("Fri, 22 Nov 2024 08:00:00 GMT", "2024-11-22"), ("20241122", "2024-11-22"),
    ("20241122T080000Z", "2024-11-22"), ("Nov. 22, 2024 at 10:05 a.m.", "2024-11-22"), ("Monday 04/03/2024", "2024-03-04")])
def test_a_date_is_read_in_any_form_that_exports_and_news_print(printed, wanted):
    assert dates.span(printed) == (wanted, wanted)


@pytest.mark.parametrize(("printed", "wanted"), [
    ("2024", ("2024-01-01", "2024-12-31")), ("2024-02", ("2024-02-01", "2024-02-29")), ("February 2023",
    ("2023-02-01", "2023-02-28")),
    ("03/04/2024", ("2024-03-04", "2024-04-03")), ("spring 2024", None), ("31 June 2024", None), ("0001-01-01", None),
    ("", None)])
def test_what_is_less_than_a_day_is_a_closed_interval(printed, wanted):
    assert dates.span(printed) == wanted


def test_an_interval_is_closed_by_the_day_on_which_the_page_was_saved():
    assert facts(f"Talks in Doha\n{STORY}Published: 03/04/2024\nThis page was saved on March 20, 2024")[1:3] == (
        "2024-03-04", "2024-03-20")


def test_a_weekday_that_does_not_fit_is_said():
    rows, found = ledger(f"{STORY}Published: Tuesday, November 22, 2024")
    assert found["date"] == "2024-11-22" and rows[-1]["reason"].endswith("that day was a Friday, the text says Tuesday")


@pytest.mark.parametrize(("said", "wanted"), [
    ("on Tuesday", ("2024-11-19", "2024-11-19")), ("on Friday", ("2024-11-22", "2024-11-22")), ("last Friday",
    ("2024-11-15", "2024-11-15")),
    ("next Monday", ("2024-11-25", "2024-11-25")), ("yesterday", ("2024-11-21", "2024-11-21")), ("today",
    ("2024-11-22", "2024-11-22")),
    ("last week", ("2024-11-11", "2024-11-17")), ("this month", ("2024-11-01", "2024-11-30")), ("last year",
    ("2023-01-01", "2023-12-31")),
    ("three days ago", ("2024-11-19", "2024-11-19")), ("Nov 19", ("2024-11-19", "2024-11-19")), ("Jan. 3",
    ("2025-01-03", "2025-01-03"))])
def test_days_are_reckoned_from_the_publication(said, wanted):
    row = ledger(f"The envoys met in Doha {said} again to speak of water.", "2024-11-22")[0][1]
    assert (row["value_from"], row["value_to"], row["verdict"]) == (*wanted, "turned down") and row["text"] == said


def test_words_that_look_ahead_make_a_weekday_the_coming_one():
    row = ledger("The envoys will meet in Doha on Tuesday to speak of water again.", "2024-11-22")[0][1]
    assert row["value_from"] == "2024-11-26"


def test_without_a_day_of_publication_nothing_is_reckoned():
    assert [r["value_from"] for r in ledger("The envoys met in Doha on Tuesday and last week.")[0]] == [None, None]


@given(PAGES, st.sampled_from(["on Tuesday", "last Sunday", "next Friday", "this week", "last month", "9 weeks ago"]))
@settings(max_examples=60)
def test_reckoned_days_are_near_the_publication(day, said):
    row = ledger(f"The envoys met in Doha {said} again.", day.isoformat())[0][1]
    if row["value_from"]:
        assert abs(date.fromisoformat(row["value_from"]) - day).days <= 366 and row["value_from"] <= row["value_to"]


def test_copyright_years_and_the_days_of_saved_copies_are_told_apart():
    rows, found = ledger(f"Talks in Doha\n{STORY}© 2019-2024 The Herald\nArchived on May 3, 2024")
    assert [(r["kind"], r["value_from"], r["value_to"]) for r in rows] == [
        ("copyright", "2024-01-01", "2024-12-31"), ("page", "2024-05-03", "2024-05-03")]
    assert found["date"] is None and found["date_to"] == "2024-05-03" and found["date_kind"] == "page"


LONG = STORY * 4
LIST = "Other talks\nMay 1, 2024\nMore talks\nApril 9, 2024\n"


@pytest.mark.parametrize(("text", "wanted", "why"), [
    (f"Home\nMay 3, 2024\n{LONG}© 2025 The Herald", "2024-05-03", "not the day it was saved"),
    (f"Home\nMay 3, 2024\n{LONG}Updated: May 9, 2024", "2024-05-03", "not the day it was saved"),
    (f"Home\nMay 3, 2024\n{LONG}{LIST}", "2024-05-03", "shown as the days of other articles are"),
    (f"Home\nWednesday, May 8, 2024\n{LONG}{LIST}", None, "the day the page was saved"),
    (f"Home\nMay 3, 2024\n{LONG}© 2024 The Herald", None, "the day the page was saved"),
    (f"Home\nMay 9, 2024\n{LONG}Published in The Herald, May 10, 2024", "2024-05-10", "the day the page was saved"),
    (f"{LONG}{LIST}{STORY}", None, "those of other articles"),
    (f"{LONG}{LONG}May 3, 2024\n{STORY}", None, "between the paragraphs"),
    (f"{STORY}May 3, 2024\n{LONG}", "2024-05-03", "stands alone under the headline"),
    (f"{LONG}May 3, 2024", "2024-05-03", "stands alone under the headline"),
    (f"Talks open in Doha\n{STORY}Share this\nMay 3, 2024\n{LONG}", "2024-05-03", "stands alone under the headline"),
    (f"Home\nPublished:\n\nMay 3, 2024\n{LONG}", "2024-05-03", "stated as the day of publication"),
    (f"Talks open in Doha\nLast updated\nMay 3, 2024\n{LONG}", None, "its last change"),
    (f"Talks open in Doha\n3 May 2024 • 1:16pm\n{LONG}", "2024-05-03", "stands alone under the headline"),
    (f"Talks open in Doha\nDoha, 3 May 2024\n{LONG}", "2024-05-03", "stands alone under the headline"),
    (f"DOHA: May 3, 2024\n{LONG}", "2024-05-03", "stands in a dateline of its own"),
    (f"{LONG}{LONG}Doha, 3 May 2024\n{STORY}", None, "between the paragraphs"),
    (f"Talks open in Doha\nBlog entry by Ann Bee | 3 May, 2024\n{LONG}", "2024-05-03", "stands in the byline")])
def test_a_day_in_a_line_of_its_own_is_read_by_the_rest_of_the_page(text, wanted, why):
    rows, found = ledger(text)
    assert found["date"] == wanted and why in next(r["reason"] for r in rows if "May" in r["text"])
