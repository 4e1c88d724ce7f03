"""Clauses: who governs whom in made-up sentences, and any text at all."""

import pytest
from hypothesis import given, settings

from demarche import candidates, clauses, lexicons
from demarche.clauses import Noun, Sentence, Verb
from test_statements import TEXT

ACTORS = clauses.Actors(lexicons.actors())


def governed(text):
    """{verb: (subject, object)} as printed, of a sentence."""
    s = Sentence(text, ACTORS)
    return {s.lows[v.item]: tuple(n and s.slice(n.first, n.last) for n in (v.subj, v.obj)) for v in s.verbs}


@pytest.mark.parametrize("text, verb, subject, obj", [
    ("Japan condemned Iran.", "condemned", "Japan", "Iran"),
    ("The minister said Japan would help Iran.", "help", "Japan", "Iran"),
    ("Japan urged Iran to stop the war.", "stop", "Iran", "the war"),
    ("Japan thanked France and condemned Iran.", "condemned", "Japan", "Iran"),
    ("Japan urged Iran to stop, warning of a war.", "warning", "Japan", None),
    ("The minister, who met Iranian officials, condemned Israel.", "condemned", "The minister", "Israel"),
    ("In a statement on Monday, Japan rejected the plan.", "rejected", "Japan", "the plan"),
    ("On Monday Japan condemned Iran.", "condemned", "Japan", "Iran"),
    ("In Geneva Japan condemned Iran.", "condemned", "Japan", "Iran"),
    ("In Kabul Japan has condemned Iran.", "condemned", "Japan", "Iran"),
    ("On Monday the minister condemned Iran.", "condemned", "the minister", "Iran"),
    ("On Friday he condemned Iran.", "condemned", "he", "Iran"),
    ("Since 2019 Japan has blocked Iran.", "blocked", "Japan", "Iran"),
    ("The Federal Board of Revenue (FBR) has condemned Iran.", "condemned", "The Federal Board", "Iran"),
    ("The Japanese ministry (MOFA) on Monday condemned Iran.", "condemned", "The Japanese ministry (MOFA)", "Iran"),
    ("Japan on Friday once again condemned Iran.", "condemned", "Japan", "Iran"),
    ("Japan summoned the Iranian envoy to protest what it called interference.", "protest", "Japan", None),
    ("Japan summoned the Iranian envoy to lodge a protest.", "lodge a protest", "Japan", None),
    ("Japan ordered the Iranian envoy to leave.", "leave", "the Iranian envoy", None),
])
def test_subject_and_object_of_a_verb(text, verb, subject, obj):
    assert governed(text)[verb] == (subject, obj)


@pytest.mark.parametrize(("text", "tags"), [
    ("That demand was rejected by Iran.", "ScbVPA;"), ("That attack killed two.", "SeFD;"), ("That policy failed.", "SnK;"),
    ("Chile said that claims were false.", "AVScbj;"), ("Chile left after protests in Lima.", "AvScPA;"),
    ("A group that claims Chile left.", "DOSVAv;"), ("Chile asked what harms Peru.", "AVSKA;"),
    ("While meeting Peru, Chile left as planned.", "SFA,AvSV;")])
def test_a_verb_form_behind_a_subordinator_is_a_noun_where_it_can_be(text, tags):
    assert Sentence(text, ACTORS).tags == tags


def test_the_agent_of_a_passive_stands_behind_by():
    s = Sentence("Iran was condemned by Japan.", ACTORS)
    verb = s.verbs[0]
    assert verb.passive and s.slice(verb.by.first, verb.by.last) == "Japan"


def test_what_one_is_is_no_passive():
    s = Sentence("Japan is deeply concerned about Iran.", ACTORS)
    assert [(s.lows[v.item], v.passive) for v in s.verbs] == [("concerned", False)] and s.tags[s.verbs[0].item] == "V"


def test_noun_or_verb_by_what_stands_before():
    def tag(text, word):
        s = Sentence(text, ACTORS)
        return next(s.tags[i] for i in range(len(s.tags)) if s.lows[i] == word)
    assert tag("The UN report was read.", "report") == "c" and tag("Observers report an attack.", "report") == "V"
    assert tag("Afghan attacks went on.", "attacks") == "e" and tag("Israel attacks Syria.", "attacks") == "F"


def test_the_content_of_a_statement_hangs_on_its_verb():
    s = Sentence("Japan said Iran had attacked Israel.", ACTORS)
    said, attacked = s.verbs
    assert attacked.up is said and attacked.rel == "comp"


def test_the_way_from_a_target_leads_to_the_predicate_of_its_holder():
    s = Sentence("Japan condemned the attack on Israel.", ACTORS)
    japan, israel = s.groups
    up, down = candidates.link(japan, candidates.chain(japan), candidates.chain(israel))
    assert up == ("subj",) and [(r, s.lows[i]) for r, i, _ in down] == [("on", "attack"), ("obj", "condemned")]


@pytest.mark.parametrize("text, cased", [
    ("IRAN LEAVES THE UN.", "Iran Leaves the UN."),
    ("US WARNS CHINA, WHO IS BEHIND DR ABE’S TTP RAID.", "US Warns China, who Is behind dr Abe’s TTP Raid."),
    ("IRAN leaves the UN.", "IRAN leaves the UN."), ("1. 2", "1. 2"), ("", ""),
    ("ALL OF DİYARBAKIR", "ALL OF DİYARBAKIR"),  # its letters would not be as many
])
def test_a_text_of_capitals_is_read_as_a_headline_prints_it(text, cased):
    assert ACTORS.cased(text) == cased


@settings(max_examples=150, deadline=None)
@given(TEXT)
def test_names_in_capitals_stand_where_they_stand_in_the_text(text):
    for a, b, _ in ACTORS.mentions(text.upper() + " IRAN AND THE DEMOCRATIC REPUBLIC OF THE CONGO"):
        assert 0 <= a < b <= len(text.upper()) + 46
    assert len(ACTORS.cased(text.upper())) == len(text.upper())


@settings(max_examples=150, deadline=None)
@given(TEXT)
def test_any_text_is_parsed_and_every_chain_ends(text):
    s = Sentence(text, ACTORS)
    assert len(s.tags) == len(s.spans) == len(s.words)
    assert all(a < b for a, b in s.spans) and all(a[1] <= b[0] for a, b in zip(s.spans, s.spans[1:]))
    for g in s.groups:
        steps = candidates.chain(g)
        assert len(steps) < 30 and all(isinstance(x, (Noun, Verb)) for _, _, x in steps)


@pytest.mark.parametrize("text", ["An anti-terrorism court sentenced two men.", "Counter-terrorism police arrested two men."])
def test_who_fights_terrorism_is_no_office_of_militants(text):
    assert [g.actor for g in Sentence(text, ACTORS).groups] == [None]


@pytest.mark.parametrize("text", ["Peru's former premier Ana Ruiz resigned.", "The former Peruvian premier Ana Ruiz resigned.",
                                  "Ex-Peruvian premier Ana Ruiz resigned.", "Peru's ex-minister Ana Ruiz resigned."])
def test_the_state_of_a_former_minister_is_named_apart_from_himself(text):
    state, person = Sentence(text, ACTORS).groups
    assert state.actor == "Peru" and not state.former
    assert person.actor is None and person.former and person.own == "Ana Ruiz"


@pytest.mark.parametrize("text, name", [
    ("The Human Rights Commission of Peru condemned it.", "Human Rights Commission of Peru"),
    ("The case of the Cannes Film Festival went on.", "Cannes Film Festival"),
    ("The former Proud Boys leader condemned it.", "Proud Boys"),
    ("Silent Zorvex resigned over the raid.", "Zorvex"),  # the first word of a sentence is no part of a name
    ("Raid Over Green Zorvex Party", "Zorvex Party"),  # nor is any word of a headline in capitals
    ("The green Zorvex party of Peru resigned.", "Zorvex")])
def test_a_name_is_whole(text, name):
    assert [g.own for g in Sentence(text, ACTORS).groups if g.own][:1] == [name]


def test_an_office_of_a_group_that_is_named_is_its_own():
    assert [g.actor for g in Sentence("Hamas police arrested two men.", ACTORS).groups] == ["Hamas"]
