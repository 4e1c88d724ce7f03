"""Whom pronouns and descriptions mean: made-up articles, the shipped weights, and any text at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demarche import clauses, coref, lexicons, statements
from test_statements import made


@pytest.fixture(scope="module")
def actors():
    return clauses.Actors(lexicons.actors())


def meant(actors, *paragraphs):
    """[(as printed, actor)] of the pronouns and descriptions of a made-up article."""
    return [(s.slice(g.first, g.last), g.actor) for _, read in statements.read(*made(*paragraphs), actors) for s in read
            for g in s.groups if g.form == "pronoun" or g.via == "description"]


@pytest.mark.parametrize("text, printed, actor", [
    ("India has asked Britain to watch them closely as it accuses them of abuse.", "it", "India"),
    ("Brazil has asked Japan to watch them closely as it accuses them of abuse.", "it", "Brazil"),
    ("Peru said it would recall its ambassador from Chile.", "it", "Peru"),
    ("After Hungary criticised Ukraine, Kyiv said that it was wrong.", "it", "Ukraine"),
    ("“We want to help the Syrian people,” Kaja Kallas, the European Union’s top diplomat, said.", "We", "EU"),
])
def test_whom_a_pronoun_means_stands_in_its_sentence(actors, text, printed, actor):
    assert (printed, actor) in meant(actors, text)


@pytest.mark.parametrize("before, text, printed, actor", [
    ("Kenya condemned the attack by Ethiopia.", "The foreign ministry said talks would go on.", "foreign ministry", "Kenya"),
    ("Norway's prime minister met the president of Brazil in Oslo.", "He said that the talks were useful.", "He", "Norway"),
    ("The United Nations urged Sudan to stop.", "The organization said that talks would go on.", "organization", "UN"),
])
def test_whom_a_speaker_means_stands_in_the_sentence_before(actors, before, text, printed, actor):
    assert (printed, actor) in meant(actors, before, text)


def test_the_office_of_the_first_sentence_is_that_of_the_state_the_article_is_about(actors):
    told = meant(actors, "The Foreign Office on Thursday expressed concern over groups in Afghanistan.",
                 "Islamabad has long said that Pakistan suffers from them.", "Pakistan wants peace, it said.", "It was tired.")
    assert told[0] == ("Foreign Office", "Pakistan")


@pytest.mark.parametrize("text, printed", [
    ("Former Peruvian premier Ana Ruiz said the government would fall.", "government"),
    ("Peru's former premier Ana Ruiz said the army would condemn her.", "army"),
    ("The former Peruvian minister Ana Ruiz is urging her country to leave.", "country"),
    ("Militants killed five in Peru before security forces came.", "security forces"),
])
def test_an_army_a_government_a_country_is_a_state_s_not_a_person_s_or_a_group_s(actors, text, printed):
    assert dict(meant(actors, text))[printed] == "Peru"


def test_an_army_of_no_state_that_is_named_is_no_one_s(actors):
    assert meant(actors, "Ana Ruiz said the army would condemn Hamas.") == []
    assert meant(actors, "Hamas said the group would leave.") == [("group", "Hamas")]


def test_an_article_that_names_no_one_leaves_pronouns_open(actors):
    assert [actor for _, actor in meant(actors, "It rained.", "He said so.", "They agreed.")] == [None] * 3


def test_no_actor_and_no_state_is_a_feature():
    names = {name.lower() for name in lexicons.actors()["actor"]} - {"outlet", "intl", "militants"}
    assert coref.weights() and not [f for f in coref.weights() for part in f.split("|") if part.lower() in names]


def test_of_a_list_of_thousands_only_the_nearest_are_weighed(actors):
    (_, (s,)), = statements.read(*made("Iran said it met the minister of Japan and " * 100 + "."), actors)
    article = statements.Article([s])
    some = [sum(map(len, coref.candidates(article, 0, s, g).values())) for g in s.groups if g.form == "pronoun"]
    assert len(some) > 50 and max(some) <= 2 * coref.MOST + 6


PARTS = ["Iran", "the minister", "she", "it", "they", "Kabul", "said", "met", "“", "”", ",", "that", "who", "the group", "we",
         "and", "told", "the UN", "Xyz", "his country", "as", "."]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PARTS), min_size=1, max_size=14), min_size=1, max_size=7))
def test_any_anaphor_means_an_actor_whom_the_article_names_or_none(texts):
    actors = clauses.Actors(lexicons.actors())
    texts = [" ".join(words) for words in texts]
    told = meant(actors, *texts)
    named = {actor for text in texts for *_, m in actors.mentions(text) for actor in [m.actor]} | {"Xyz", None}
    assert {actor for _, actor in told} <= named
    assert told == meant(actors, *texts)


def test_nobody_acts_upon_himself(actors):
    assert ("Foreign Office", "Chile") not in meant(actors, "The Foreign Office condemned Chile.")
    assert ("minister", "Peru") in meant(actors, "Peru was silent. The minister thanked Chile.")
