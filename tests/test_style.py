"""Names kept apart, sentences that Markdown can't touch, and settings under which text is never math."""

import html
import re

import matplotlib as mpl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from demarche import style

printable = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=60)


@settings(max_examples=150)
@given(printable)
@example("<b>bold</b> & *stars* _under_ [link](http://x) `code` $x^2$ ~~gone~~ | # 5 \\ {a}")
@example("![picture](x.png) &lt; <!-- comment -->")
def test_article_text_in_a_sentence_is_shown_as_it_is_and_never_as_markup(text):
    prose = style.Prose(f"The word {text} stands here.")
    shown = MarkdownIt("commonmark").render(prose._repr_markdown_())
    plain = html.unescape(re.sub(r"^<p>|</p>$", "", shown.strip()))
    assert plain.split() == str(prose).split()
    assert repr(prose) == str(prose)


def test_a_line_break_in_a_name_starts_no_heading_or_list():
    shown = MarkdownIt("commonmark").render(style.Prose("Most frequent is 'a\n# b\n- c\n\n    d'.")._repr_markdown_())
    assert shown.count("<") == 2 and "<p>" in shown


@settings(max_examples=150)
@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=24), min_size=1, max_size=12))
@example(["000_b45aed45d5481ca0", "001_9d638e45a436c92e", "000_b45aed45d5481ca1"])
@example(["2024-01-05-dawn-01", "2024-01-05-dawn-02"])
def test_short_names_stay_apart_and_are_beginnings_of_the_whole(ids):
    names = style.short(ids)
    assert set(names) == set(ids) and len(set(names.values())) == len(set(ids))
    assert all(whole.startswith(short) for whole, short in names.items())


@pytest.mark.parametrize("ids, expected", [
    (["000_b45aed45d5481ca0", "001_9d638e45a436c92e"], ["000", "001"]),
    (["Dawn", "Global Village Space"], ["Dawn", "Global Village Space"]),
    (["article-001", "article-002"], ["article-001", "article-002"]),
    (["aa_000000001", "bb_000000002"], ["aa_000000001", "bb_000000002"])])
def test_ids_of_files_are_cut_and_names_of_outlets_are_not(ids, expected):
    assert list(style.short(ids).values()) == expected


def test_text_in_figures_is_never_math_and_bytes_do_not_depend_on_the_run():
    mpl.rcParams.update({"text.parse_math": True, "svg.hashsalt": None})
    style.use()
    assert mpl.rcParams["text.parse_math"] is False and mpl.rcParams["svg.hashsalt"] == "demarche"
    assert mpl.rcParams["svg.fonttype"] == "path" and mpl.rcParams["font.family"] == ["DejaVu Sans"]


def test_each_colour_has_a_marker_of_its_own_for_print_without_colour():
    assert len(set(style.INKS)) == len(set(style.MARKS)) == len(style.INKS) == 8
