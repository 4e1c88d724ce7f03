"""Articles as archives, ministries, mail and print hand them out: exports of many documents, lines cut at a width, letterheads,
labels of speakers, reader services, and the days of tables and pages."""

import json
import textwrap

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demarche import clauses, clean, corpus, dates, lexicons, prepare, statements

STORY = ["Kenya on Monday recalled its ambassador to the Democratic Republic of Congo after remarks on the rebels.",
         "Foreign Secretary Musalia Mudavadi said the decision was a chance to reflect. “We value the friendship,” he said.",
         "Congo accused Kenya of sheltering rebel leaders. It summoned the envoy on Saturday and handed him a protest note."]


def nexis(title, day="March 4, 2024 Monday"):
    return "\n".join([title, day, "", "Copyright 2024 Example Group All Rights Reserved", "Length: 512 words",
                      "Byline: Ann Bee", "Body", "", *STORY, "Classification", "Language: ENGLISH",
    "Publication-Type: Newspaper",
                      "Subject: EMBASSIES (90%); TALKS (78%)", "Load-Date: March 9, 2024", "End of Document", ""])


def factiva(title, at="LBA0000020240304ek3400abc"):
    return "\n".join(["SE World", f"HD {title}", "BY By Ann Bee", "WC 389 words", "PD 4 March 2024", "ET 14:05",
                      "SN Example News", "SC LBA", "LA English",
    "LP", *STORY[:1], "TD", *STORY[1:], "CO afrunn : African Union",
                      "PUB Example Media LLC", f"AN Document {at}", ""])


def proquest(title, n=1):
    return "\n".join([f"Document {n} of 2", "", title, "", "Author: Bee, Ann", "", "Full text:", *STORY, "",
                      "Subject: Embassies; Talks", f"Title: {title}", "Publication title: The Herald; Nairobi",
                      "Publication date: Mar 4, 2024", "ISSN: 04471763", "Language of publication: English",
                      "ProQuest document ID: 2612345678", ""])


def read(folder, **files):
    (folder / "in").mkdir()
    for name, text in files.items():
        (folder / "in" / f"{name}.txt").write_text(text, encoding="utf-8")
    prepare.prepare(folder / "in", folder / "out")
    return prepare.Tables(folder / "out")


def body(tables, doc_id):
    lines = tables.lines
    return lines["text"][(lines["doc_id"] == doc_id) & (lines["role"] == "body")].tolist()


# --- exports of archives -----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("write", [nexis, factiva, proquest])
def test_a_file_of_an_archive_holds_as_many_articles_as_it_exports(tmp_path, write):
    first, second = "Kenya recalls envoy from Kinshasa", "Ghana recalls envoy from Kinshasa"
    more = {"n": 2} if write is proquest else {}
    tables = read(tmp_path, two=write(first) + "\n" + write(second, **more), one=write(first))
    told = tables.articles
    assert told["file"].tolist() == ["one.txt", "two.txt", "two.txt"] and told["doc_id"].is_unique
    assert told["title"].tolist() == [first, first, second]
    assert told["date"].tolist() == ["2024-03-04"] * 3
    assert [body(tables, doc) for doc in told["doc_id"]] == [STORY] * 3
    made = tables.sources.set_index("doc_id")["made"]
    assert "one of several in a file" in made[told["doc_id"].iloc[1]] and len(tables.rejected) == 0


def test_the_outlet_of_an_export_is_known_and_the_day_it_was_loaded_dates_nothing(tmp_path):
    undated = nexis("Kenya recalls envoy", day="")
    tables = read(tmp_path, f=factiva("Kenya recalls envoy"), p=proquest("Kenya recalls envoy"), u=undated)
    told = tables.articles.set_index("doc_id")
    assert told["outlet"].fillna("").tolist() == ["Example News", "Herald", ""]
    assert told.loc["u", ["date_kind", "date_to"]].tolist() == ["page", "2024-03-09"] and pd.isna(told.loc["u", "date"])


def test_a_text_that_names_a_document_is_not_cut(tmp_path):
    text = "Talks on a paper\n\n" + " ".join(STORY) + "\nThe ministers signed Document 3 of 9.\n" + " ".join(STORY[::-1])
    assert len(read(tmp_path, a=text).articles) == 1


# --- lines cut at a width ----------------------------------------------------------------------------------------------

LONG = [" ".join([*STORY[k:], *STORY[:k]]) for k in range(len(STORY))]


@given(st.integers(50, 95), st.lists(st.sampled_from(LONG), min_size=3, max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_paragraphs_cut_at_a_width_are_whole_again(width, paragraphs, end):
    cut = f"{end}{end}".join(end.join(textwrap.wrap(p, width, break_on_hyphens=False)) for p in paragraphs)
    assert corpus._unwrapped(cut) == "\n\n".join(paragraphs)


@given(st.lists(st.text("ab cD.-\n\r", max_size=60), max_size=30))
def test_no_word_is_lost_where_lines_are_joined(lines):
    text = "\n".join(lines)
    assert "".join(corpus._unwrapped(text).split()) == "".join(text.split())


def test_lines_that_no_width_cut_stay(raw):
    poem = "the sea is calm tonight\nthe tide is full, the moon\nlies fair\nupon the straits;\non the coast"
    listed = "\n".join(f"- point {n} of the paper" for n in range(40))
    speech = "\n".join(["We came here to talk.", "we came here to listen.", "we leave with a plan."] * 5)
    for text in [poem, listed, speech, "", "\n\n", *raw]:
        assert corpus._unwrapped(text) == text


@pytest.fixture
def raw():
    return [path.read_text(encoding="utf-8") for path in sorted(prepare.Path("data/raw").glob("*.txt"))]


def test_a_word_that_a_line_end_cuts_at_its_hyphen_stays_one():
    words = " ".join(["the envoys met for talks on long-term ties"] * 8)
    cut = next(cut for n in range(50, 90) if "long-\nterm" in (cut := "\n".join(textwrap.wrap(words, n))))
    assert corpus._unwrapped(cut) == words


def test_joined_lines_are_said_and_sentences_are_whole(tmp_path):
    text = "Kenya recalls envoy\n\n" + "\n\n".join(textwrap.fill(p, 72) for p in LONG)
    tables = read(tmp_path, mail=text)
    assert tables.articles["title"].tolist() == ["Kenya recalls envoy"] and body(tables, "mail") == LONG
    assert tables.sources["made"].tolist() == ["lines joined that were cut at a width"]


# --- days --------------------------------------------------------------------------------------------------------------

def test_a_day_with_dots_begins_with_the_day():
    assert dates.span("03.04.2024") == ("2024-04-03", "2024-04-03")


TITLE = "Finland and Estonia pledge joint patrols in the Gulf"


def dated(line, title=TITLE):
    text = "\n\n".join([title, line, *STORY])
    rows = next(clean.pages([("a", text, None)]))[0]
    found = dates.ledger(rows)[1]
    return found["date"] or found["date_kind"], next((r[3] for r in rows if r[5] == line), None)


@pytest.mark.parametrize("line", [
    "March 4, 2024 Monday", "March 4, 2024 Monday 6:00 AM GMT", "Published - March 04, 2024 11:30 pm IST - NEW DELHI",
    "MARCH 4, 2024 / 5:30 AM / UPDATED 2 DAYS AGO", "Date: 04 March 2024", "Release Date: March 4, 2024",
    "Tallinn | 4 March 2024",
    "Tallinn ● Mon, March 4, 2024", "By Ann Bee Published: 4 March 2024 10:15",
    "Source: Xinhua| 2024-03-04 21:34:16|Editor: aw",
    "(Xinhua) 09:12, March 04, 2024", "Posted : 2024-03-04 17:42", "Monday 4th of March 2024 05:42:00 PM", "Brussels, 4.3.2024",
    "March 4, 2024 • 5 min read", "Vol. 12, No. 9, March 4, 2024", "4 March 2024 in Foreign Policy",
    "News|Politics|Mar 4, 2024",
    "Article published on the 2024-03-04 Latest update 2024-03-05 10:12"])
def test_a_line_with_the_day_in_a_usual_form_dates_the_article_and_is_no_text(line):
    day, role = dated(line)
    assert (day, role in ("body", "headline", "standfirst")) == ("2024-03-04", False)


@pytest.mark.parametrize("title", ["Weekly Press Briefing, 14 November 2024", "Joint Statement – 14 November 2024",
    "Transcript of the Press Briefing by the Spokesperson on Thursday, 14 November 2024"])
def test_the_day_that_ends_the_title_of_a_statement_dates_it(title):
    rows = next(clean.pages([("a", "\n\n".join([title, *STORY]), None)]))[0]
    assert dates.ledger(rows)[1]["date"] == "2024-11-14" and rows[0][3] == "headline"


@pytest.mark.parametrize("title", ["Iran rejects UN statement of 14 November 2024", "Kabul signs a pact on 14 November 2024"])
def test_a_day_that_a_headline_tells_of_does_not(title):
    rows = next(clean.pages([("a", "\n\n".join([title, *STORY]), None)]))[0]
    assert dates.ledger(rows)[1]["date"] is None


# --- what is not the story ---------------------------------------------------------------------------------------------

def roles(line):
    """The roles of a line between the paragraphs of a story, and behind them."""
    for text in ([*STORY[:2], line, STORY[2]], [*STORY, line]):
        rows = next(clean.pages([("a", "\n\n".join([TITLE, "By Ann Bee", "March 4, 2024", *text]), None)]))[0]
        yield next(row[3] for row in rows if row[5] == line)


@pytest.mark.parametrize("line", [
    "Comments (37)", "Topics: Finland | Estonia", "Sign up for our daily newsletter.", "Share on X (Opens in new window)",
    "Get the latest news and updates straight to your inbox", "Join our WhatsApp Channel", "Listen to this article",
    "This website uses cookies. By continuing to use this site you accept our use of cookies.", "Already a subscriber? Log in",
    "Article continues after this advertisement", "This story has been updated with a reaction from Moscow.",
    "($1 = 0.9231 euros)",
    "(Except for the headline, this story has not been edited by our staff.)", "-ENDS-", "kh/jt/abc",
    "Image caption, The ministers",
    "Ministers Valtonen and Tsahkna in Tallinn on Monday. Photograph: Ints Kalnins/Reuters", "Photograph: Ints Kalnins/Reuters",
    "Ministers Valtonen and Tsahkna meet in Tallinn on March 4. REUTERS/Ints Kalnins", "Load-Date: March 5, 2024",
    "Length: 512 words",
    "Ministers Valtonen and Tsahkna in Tallinn, March 4, 2024. (Ints Kalnins/Reuters)", "Document REUT000020240304ek3400abc"])
def test_services_for_readers_captions_and_fields_of_archives_are_no_text(line):
    assert "body" not in roles(line)


@pytest.mark.parametrize("line", [
    "“We will defend our waters,” he said. - Reuters", "Posted in Kabul since May, Ambassador Wilson warned of famine.",
    "Updated plans call for NATO to send six ships, the minister said.", "Reporting by UN experts has accused Moscow of lies.",
    "The ministry said it held the copyright 2019 maps of the border and rejected the claims.",
    "Subject: the two sides spoke of the border, a diplomat said.", "The views expressed by the envoy angered Moscow.",
    "This report was amended by the committee after a protest from Estonia.", "Person: that is what they called him, he said.",
    "Follow us into NATO, Finland told Sweden", "Subscribe to the idea that small states need allies, he urged Washington",
    "Ministry of Foreign Affairs officials denied it.", "Government of Sudan forces shelled the town."])
def test_sentences_that_begin_like_them_are_text(line):
    assert [*roles(line)] == ["body", "body"]


@pytest.mark.parametrize("line", [
    "Written by Ann Bee", "Author: Ann Bee", "By Ann Bee (Reuters)", "By Ahmed al-Masri", "By Jean-Yves de la Tour",
    "By Özgür Çelik", "Ann Bee, Diplomatic Editor", "Ann Bee | Staff Writer", "By our correspondent",
    "Our Special Correspondent"])
def test_who_wrote_it_is_a_byline(line):
    rows = next(clean.pages([("a", "\n\n".join([TITLE, line, "March 4, 2024", *STORY]), None)]))[0]
    assert {row[5]: row[3] for row in rows}[line] == "byline" and rows[0][3] == "headline"


def test_a_letterhead_is_no_title_and_the_day_under_it_is_that_of_the_paper():
    text = ["Government of Pakistan", "Ministry of Foreign Affairs", "March 4, 2024",
            "PR No. 123/2024", "PRESS RELEASE", TITLE, *STORY]
    rows = next(clean.pages([("a", "\n".join(text), None)]))[0]
    assert [row[5] for row in rows if row[3] == "headline"] == [TITLE]
    assert dates.ledger(rows)[1]["date"] == "2024-03-04" and [row[5] for row in rows if row[3] == "body"] == STORY


@pytest.mark.parametrize("lines", [
    ["KULEBA: We ask Poland to reopen the border.", "Q: And the grain?", "A second answer followed, and it was long."],
    ["BORRELL: The Union condemns the attack.", "A reporter asked about the fleet, and was told to wait.",
     "BORRELL: The fleet stays."],
    ["CCTV: What does China say of the truce?", "Wang Wenbin: China welcomes the truce."]])
def test_the_label_of_the_first_speaker_is_no_place(lines):
    rows, _, named = next(clean.pages([("a", "\n\n".join([TITLE, *lines, *STORY]), None)]))
    assert "place" not in named and lines[0] in [row[5] for row in rows if row[3] == "body"]


def test_a_text_that_is_nothing_but_a_caption_stays_with_its_headline():
    text = "A tanker passes Tallinn in the Gulf of Finland. (Ints Kalnins/Reuters)"
    rows = next(clean.pages([("a", text, TITLE)]))[0]
    assert [(row[3], row[5]) for row in rows] == [("headline", TITLE), ("body", text)]


def test_the_heading_of_a_part_of_a_transcript_is_no_speaker():
    lines = ["Opening Remarks:", "Japan welcomes the truce.", "Questions and Answers:", "Q: What of the fleet?",
             "Minister Sato: We regret it."]
    rows = [("a", n, 1, text, 0) for n, text in enumerate(lines, 1)]
    table = pd.DataFrame(rows, columns=["doc_id", "par", "sent", "text", "start"])
    articles = pd.DataFrame({"doc_id": ["a"], "date": [None], "place": [None], "title": ["Transcript"]})
    found = statements.extract(table, articles, clauses.Actors(lexicons.actors()))
    assert not found["speaker"].str.contains("Remarks|Answers", na=False).any() and "Minister Sato" in set(found["speaker"])


@pytest.mark.parametrize("title", [
    "Full text: Joint statement of Japan and Chile on divers", "Explained: Why the Baltic matters to NATO now",
    "Watch: Zelenskyy addresses the Congress in Washington", "Released by Hamas, four Thai workers fly home",
    "Issued: a warrant for the general", "Classification: the ministry opens its files", "Israel kills Gaza poet, writer",
    "Turkey Frees German Journalist, Writer", "Report by Amnesty International names Iran",
    "Share this burden, Estonia urges Germany"])
def test_a_headline_that_begins_like_furniture_is_a_headline(title):
    rows = next(clean.pages([("a", "\n\n".join([title, "March 4, 2024", *STORY]), None)]))[0]
    assert rows[0][3] == "headline" and dates.ledger(rows)[1]["date"] == "2024-03-04"


@pytest.mark.parametrize(("title", "line", "wanted"), [
    ("Iran dismisses IAEA statement on Friday, 14 November 2014", "Published: 4 March 2024", "2024-03-04"),
    ("Remarks on the alliance, 4 April 1949", "4 March 2024", "2024-03-04"),
    ("The Bonn conference - 5 December 2001", None, None), ("Press Briefing, 4 March 2024", None, "2024-03-04")])
def test_a_stated_day_goes_before_that_in_a_title(title, line, wanted):
    rows = next(clean.pages([("a", "\n\n".join(filter(None, [title, line, *STORY])), None)]))[0]
    assert dates.ledger(rows)[1]["date"] == wanted


@pytest.mark.parametrize("head", [
    ["Ministry of Foreign Affairs", "Monday, March 4, 2024"], ["Ministry of Foreign Affairs", "PR No. 12/2024", "4 March 2024"],
    ["Government of India", "Ministry of External Affairs", "March 04, 2024"], ["Press Releases", "4 March 2024"],
    ["Ministry of Foreign and European Affairs", "4 March 2024"], ["For Immediate Release", "4 March 2024"]])
def test_the_day_under_a_letterhead_dates_the_paper(head):
    rows = next(clean.pages([("a", "\n".join([*head, "", TITLE, "", *STORY]), None)]))[0]
    assert dates.ledger(rows)[1]["date"] == "2024-03-04" and [row[5] for row in rows if row[3] == "headline"] == [TITLE]


def test_a_lead_behind_a_field_stays(tmp_path):
    text = proquest("Kenya recalls envoy").replace(f"Full text:\n{STORY[0]}", f"Full text: {STORY[0]}")
    assert body(read(tmp_path, p=text), "p")[0].endswith(STORY[0])


@pytest.mark.parametrize("line", [
    "In this article: (a) “Party” means a State that has signed.", "This article was amended in 1995 and again in 2004.",
    "The author is an adviser to the Iranian delegation, two diplomats said.",
    "By signing up to the pact, Hungary agreed to it.",
    "Contact us at once if a vessel is seen, the mission told both sides.",
    "Credit: China lends Africa ten billion dollars a year.",
    "Released on 4 March after two years in Evin prison, Nazanin flew home to London."])
def test_sentences_of_treaties_and_readouts_are_text(line):
    assert [*roles(line)] == ["body", "body"]


@given(st.lists(st.sampled_from(["DOHA: We met.", "DOHA: The envoys met on Monday for talks.",
                                 "Doha", "Image caption, The ministers",
                                 "Ministry of Foreign Affairs",
                                 "4 March 2024", TITLE, "Watch: Envoys meet", *STORY]), max_size=8),
       st.sampled_from([None, "Doha", TITLE]))
def test_what_is_clean_stays_as_it_is_when_it_is_cleaned_again(lines, title):
    _, once, _ = next(clean.pages([("a", "\n".join(lines), title)]))
    assert next(clean.pages([("a", once, title)]))[1] == once


def test_a_part_without_words_of_a_known_language_counts_as_nothing(tmp_path):
    said = "قال الوزير إن المحادثات مستمرة في الدوحة اليوم."
    arabic = "".join(json.dumps({"doc_id": f"a{i:04}", "text": said}) + "\n" for i in range(800))
    english = "".join(json.dumps({"doc_id": f"b{i}", "text": " ".join(STORY)}) + "\n" for i in range(3))
    (tmp_path / "c.jsonl").write_text(arabic + english, encoding="utf-8")
    prepare.prepare(tmp_path / "c.jsonl", tmp_path / "out")
    counts = prepare.Tables(tmp_path / "out").counts
    assert counts.matrix.shape[0] == len(prepare.Tables(tmp_path / "out").sentences) and "kenya" in set(counts.terms)
