"""The shipped lists: whole, without a name that means two actors on one day, and with their sources told."""

import re

import pandas as pd
import pytest

from conftest import load
from demarche import lexicons
from demarche.clauses import Actors, Mention, Sentence

CLASSES = {"state", "body", "militants", "people", "intl", "party", "group", "none"}
ROLES = {"name", "capital", "demonym", "people", "government", "abbreviation", "leader", "title"}
UN_MEMBERS = """
Afghanistan, Albania, Algeria, Andorra, Angola, Antigua and Barbuda, Argentina, Armenia, Australia, Austria,
Azerbaijan, Bahamas, Bahrain, Bangladesh, Barbados, Belarus, Belgium, Belize, Benin, Bhutan, Bolivia, Bosnia
and Herzegovina, Botswana, Brazil, Brunei, Bulgaria, Burkina Faso, Burundi, Cambodia, Cameroon, Canada, Cape
Verde, Central African Republic, Chad, Chile, China, Colombia, Comoros, Costa Rica, Croatia, Cuba, Cyprus,
Czech Republic, DR Congo, Denmark, Djibouti, Dominica, Dominican Republic, Ecuador,
Egypt, El Salvador, Equatorial Guinea, Eritrea, Estonia, Eswatini, Ethiopia, Fiji, Finland, France, Gabon,
Gambia, Georgia, Germany, Ghana, Greece, Grenada, Guatemala, Guinea, Guinea-Bissau, Guyana, Haiti, Honduras,
Hungary, Iceland, India, Indonesia, Iran, Iraq, Ireland, Israel, Italy, Ivory Coast, Jamaica, Japan, Jordan,
Kazakhstan, Kenya, Kiribati, Kuwait, Kyrgyzstan, Laos, Latvia, Lebanon, Lesotho, Liberia, Libya,
Liechtenstein, Lithuania, Luxembourg, Madagascar, Malawi, Malaysia, Maldives, Mali, Malta, Marshall Islands,
Mauritania, Mauritius, Mexico, Micronesia, Moldova, Monaco, Mongolia, Montenegro, Morocco, Mozambique,
Myanmar, Namibia, Nauru, Nepal, Netherlands, New Zealand, Nicaragua, Niger, Nigeria, North Korea, North
Macedonia, Norway, Oman, Pakistan, Palau, Panama, Papua New Guinea, Paraguay, Peru, Philippines, Poland,
Portugal, Qatar, Republic of the Congo, Romania, Russia, Rwanda, Saint Kitts and Nevis, Saint Lucia, Saint
Vincent and the Grenadines, Samoa, San Marino, São Tomé and Príncipe, Saudi Arabia, Senegal, Serbia,
Seychelles, Sierra Leone, Singapore, Slovakia, Slovenia, Solomon Islands, Somalia, South Africa, South Korea,
South Sudan, Spain, Sri Lanka, Sudan, Suriname, Sweden, Switzerland, Syria, Tajikistan, Tanzania, Thailand,
Timor-Leste, Togo, Tonga, Trinidad and Tobago, Tunisia, Türkiye, Turkmenistan, Tuvalu, Uganda, Ukraine, United
Arab Emirates, United Kingdom, United States, Uruguay, Uzbekistan, Vanuatu, Venezuela, Vietnam, Yemen, Zambia,
Zimbabwe
"""


@pytest.fixture(scope="module")
def actors():
    return lexicons.actors()


@pytest.fixture(scope="module")
def finder(actors):
    return Actors(actors)


def members():
    return [" ".join(name.split()) for name in UN_MEMBERS.split(",")]


def names(finder, text, day=None):
    return [m.actor for m in Sentence(text, finder, day).words if isinstance(m, Mention)]


def test_no_alias_means_two_things_on_one_day(actors):
    spans = actors.assign(to=actors["to"].replace("", "9999")).sort_values(["alias", "from"], kind="stable")
    before = spans.groupby("alias")["to"].shift().fillna("")
    clash = spans[(before != "") & (spans["from"] <= before)]
    assert clash.empty, clash[["alias", "actor"]].values.tolist()


def test_the_columns_classes_roles_and_dates_are_those_told(actors):
    assert list(actors) == ["actor", "class", "alias", "role", "from", "to"]
    assert set(actors["class"]) == CLASSES and set(actors["role"]) == ROLES
    days = pd.concat([actors["from"], actors["to"]])
    assert days.str.fullmatch(r"(\d{4}-\d{2}-\d{2})?").all()
    pd.to_datetime(days[days != ""], format="%Y-%m-%d")
    assert ((actors["to"] == "") | (actors["from"] <= actors["to"])).all()
    assert (actors.loc[actors["role"] == "leader", "from"] != "").mean() > 0.99  # only the dead have no first day


def test_an_actor_has_one_class(actors):
    assert (actors.groupby("actor")["class"].nunique() == 1).all()


def test_aliases_are_clean_text_that_starts_with_a_letter(actors):
    assert actors["alias"].str.fullmatch(r"\w(?:.*\S)?").all()
    assert not actors["alias"].str.contains("[’‘]|  |\n").any()


def test_every_member_of_the_un_has_name_capital_and_demonym_or_a_stated_reason(actors):
    told = (lexicons.FOLDER / "SOURCES.md").read_text("utf-8")
    left_out = re.findall(r"^\| (.+?) \| (capital|demonym) \|", told, re.MULTILINE)
    assert len(members()) == 193
    has = set(zip(actors["actor"], actors["role"]))
    missing = {(m, role) for m in members() for role in ("name", "capital", "demonym")} - has
    assert missing == set(left_out)


def test_taliban_within_a_longer_name_is_the_other_actor(actors, finder):
    longer = actors[actors["alias"].str.startswith("Tehreek-e-Taliban")]
    assert set(longer["actor"]) == {"Tehreek-e-Taliban Pakistan"}
    found = names(finder, "The Tehreek-e-Taliban Pakistan and the Taliban", "2024-01-01")
    assert found == ["Tehreek-e-Taliban Pakistan", "Afghanistan"]


def test_the_taliban_are_the_government_from_the_day_they_took_kabul(finder):
    assert names(finder, "Taliban", "2021-08-14") == ["Taliban"]
    assert names(finder, "Taliban", "2021-08-15") == ["Afghanistan"]


def test_a_leader_stands_for_the_state_in_office_only(finder):
    assert names(finder, "Trump", "2018-05-01") == names(finder, "Trump", "2025-05-01") == ["United States"]
    assert names(finder, "Trump", "2023-05-01") == []
    assert names(finder, "Kallas", "2023-05-01") == ["Estonia"]
    assert names(finder, "Kallas", "2025-05-01") == ["EU"]


def test_a_name_that_only_holds_an_actors_name_is_no_actor(finder):
    text = "The Washington Post wrote of the South China Sea, the West Bank and the Doha Agreement"
    assert names(finder, text) == []


@pytest.mark.parametrize(("text", "actor"), [
    ("Việt Nam agreed in Hà Nội", "Vietnam"), ("DIRCO agreed", "South Africa"),
    ("the SRE, Mexico’s Foreign Relations Secretariat, agreed", "Mexico"), ("Global Affairs Canada agreed", "Canada"),
    ("the Federal Foreign Office agreed", "Germany"), ("La Paz agreed", "Bolivia"), ("Igad agreed", "IGAD")])
def test_ministries_and_states_are_known_by_the_names_that_they_go_by_at_home(finder, text, actor):
    assert {*names(finder, text)} == {actor}


def test_names_match_by_case_and_at_word_ends(finder):
    assert names(finder, "He told us of Nigeria") == ["Nigeria"]
    assert names(finder, "US-led talks") == ["United States"]


@pytest.mark.parametrize("word", [
    "not", "no", "nor", "against", "should", "must", "never", "without", "cannot", "up", "down", "over", "under", "don't"])
def test_words_that_carry_stance_are_no_stop_words(word):
    assert word not in lexicons.stopwords()


def test_stop_words_are_lower_case_once_each_and_sourced():
    table = lexicons.read("stopwords")
    assert list(table) == ["word", "source"] and set(table["source"]) == {"scikit-learn", "own"}
    assert table["word"].is_unique and (table["word"] == table["word"].str.lower()).all()
    assert {"the", "of", "'s", "it's"} <= set(table["word"])


def test_every_shipped_list_stands_in_the_sources():
    told = (lexicons.FOLDER / "SOURCES.md").read_text("utf-8")
    lists = {path.name for path in lexicons.FOLDER.glob("*.csv")} - {"sentence_words.csv"}
    assert not {name for name in lists if f"| {name} |" not in told}


@pytest.mark.parametrize("name", ["cues", "stance", "grammar", "valence"])
def test_every_word_has_its_source_and_a_value_on_the_scale(name):
    table = lexicons.read(name)
    assert (table["source"] != "").all()
    if "value" in table:
        assert set(table["value"]) <= {"", "-2", "-1", "0", "1", "2"}


def test_the_list_of_forms_is_made_from_the_others_and_has_each_form_once_as_noun_and_as_verb():
    words = lexicons.read("words")
    assert not words.duplicated(["form", "verb"]).any() and words["tag"].str.len().eq(1).all()
    for form, verb, tag, value in (("condemned", "1", "V", "-2"), ("urging", "1", "V", "-1"), ("said", "1", "V", "0"),
                                   ("talks", "0", "e", "1"), ("according to", "0", "P", "0"), ("by", "0", "P", "0")):
        row = words[(words["form"] == form) & (words["verb"] == verb)]
        assert row[["tag", "value"]].values.tolist() == [[tag, value]], form


PLOVER = {"AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST", "ACCUSE", "REJECT", "THREATEN",
          "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"}


def test_every_act_of_the_cues_has_its_class_or_none_of_plover():
    assert set(lexicons.read("cues")["act"]) == set(lexicons.acts())
    assert set(lexicons.acts().values()) <= PLOVER | {""}
    assert lexicons.acts()["condemn"] == "ACCUSE" and lexicons.acts()["use force"] == "ASSAULT"


def test_making_the_list_of_forms_again_gives_the_same_bytes(tmp_path, monkeypatch):
    made = load(lexicons.FOLDER.parents[2] / "docs" / "make_words.py")
    for name in ("cues", "stance", "grammar", "valence", "common"):
        (tmp_path / f"{name}.csv").write_bytes((lexicons.FOLDER / f"{name}.csv").read_bytes())
    monkeypatch.setattr(made, "LISTS", tmp_path)
    made.main()
    assert (tmp_path / "words.csv").read_bytes() == (lexicons.FOLDER / "words.csv").read_bytes()


def test_own_actors_without_days_are_actors_on_all_days(tmp_path):
    (tmp_path / "a.csv").write_text("actor,class,alias,role\nPeru,state,Lima,capital\n", encoding="utf-8")
    assert lexicons.actors(tmp_path / "a.csv")[["actor", "from", "to"]].values.tolist() == [["Peru", "", ""]]
