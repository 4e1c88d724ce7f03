"""What corpora of others brought to light: columns, archives, folders and dictionaries of their own, runs that were stopped."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse

from demarche import (
    change,
    clauses,
    cli,
    coding,
    compare,
    corpus,
    encoder,
    lexicons,
    matrix,
    prepare,
    schema,
    stance,
    stats,
    store,
    stories,
    terms,
    topics,
)

STORY = ("The ministry said Pakistan had urged Kabul to act against armed groups that cross the border. Pakistan thanked "
         "Iran for its help. Kabul denied that such groups exist on its soil.")


def lines(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def articles(n, **columns):
    days = pd.date_range("2024-01-01", periods=n, freq="D").strftime("%Y-%m-%d")
    return pd.DataFrame({"doc_id": [f"d{i:02}" for i in range(n)], "date": pd.Series(days, dtype="str"), "n_tokens": 100,
                         "n_sentences": 5, "outlet": "A"}).assign(**columns)


def hits(**counts):
    rows = [("talks", doc, 1, 1, n) for doc, n in counts.items()]
    return pd.DataFrame(rows, columns=["term", "doc_id", "par", "sent", "count"])


# --- what is in the input ----------------------------------------------------------------------------------------------

def test_a_column_speaker_is_kept_under_another_name_and_changes_no_count(tmp_path):
    path = lines(tmp_path / "c.jsonl", *({"doc_id": k, "text": STORY, "speaker": "Ms Baloch"} for k in "ab"))
    prepare.prepare(path, tmp_path / "out")
    tables = prepare.Tables(tmp_path / "out")
    assert tables.articles["user_speaker"].tolist() == ["Ms Baloch"] * 2 and "speaker" not in tables.articles
    found = terms.hits(tables.sentences, ["pakistan"], counts=tables.counts)
    assert terms.rates(found, tables.articles)["count"].tolist() == [4]


def test_a_folder_that_may_not_be_opened_is_told(tmp_path, monkeypatch):
    (tmp_path / "in" / "shut").mkdir(parents=True)
    (tmp_path / "in" / "a.txt").write_text(STORY, encoding="utf-8")
    monkeypatch.setattr(corpus.os, "access", lambda path, mode: Path(path).name != "shut")
    found = corpus.Reader(tmp_path / "in")
    assert [record["doc_id"] for record in found] == ["a"]
    assert [(name, "a folder shut to you" in why) for name, _, why in found.rejected] == [("shut", True)]


@pytest.mark.parametrize("how", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
def test_a_broken_member_of_an_archive_costs_that_member_alone(tmp_path, how):
    path = tmp_path / "c.zip"
    with zipfile.ZipFile(path, "w", how) as packed:
        packed.writestr("a.txt", STORY)
        packed.writestr("b.txt", STORY * 40 + str(np.random.default_rng(1).integers(0, 10**9, 400).tolist()))
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as packed:
        at = packed.getinfo("b.txt").header_offset + 30 + 5
        size = packed.getinfo("b.txt").compress_size
    data[at + 20:at + size] = b"\xff" * (size - 20)
    path.write_bytes(data)
    found = corpus.Reader(path)
    assert [record["doc_id"] for record in found] == ["a"] and len(found.rejected) == 1


def test_a_broken_table_is_one_line(tmp_path):
    good = io.BytesIO()
    pd.DataFrame({"text": [STORY] * 3}).to_parquet(good)
    data = good.getvalue()
    for at in range(4, len(data) - 8, 97):
        (tmp_path / "c.parquet").write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1:])
        try:
            assert all(isinstance(record["text"], str) for record in corpus.Reader(tmp_path / "c.parquet"))
        except ValueError as error:
            assert str(error).startswith(str(tmp_path))


def test_a_blank_line_above_the_header_hides_no_semicolons(tmp_path):
    (tmp_path / "c.csv").write_text(f"\n\ntitle;text\nTalks;{STORY}\n", encoding="utf-8")
    assert [record["title"] for record in corpus.Reader(tmp_path / "c.csv")] == ["Talks"]


def test_words_of_a_dictionary_that_yaml_takes_for_true_and_false_stay_words(tmp_path):
    (tmp_path / "d.yaml").write_text("negation: [not, no, 1, null]\nswitch: on\n", encoding="utf-8")
    assert terms.dictionary(tmp_path / "d.yaml") == {"negation": "not|no|1|null", "switch": "on"}
    (tmp_path / "d.yaml").write_text("a: " + "[" * 3_000, encoding="utf-8")
    with pytest.raises(ValueError, match="a dictionary is YAML of"):
        terms.dictionary(tmp_path / "d.yaml")


def test_apostrophes_of_either_kind_find_both():
    for term in ("Kenya's", "Kenya’s"):
        assert len(terms.pattern(term).findall("Kenya's offer, Kenya’s offer")) == 2
    columns = [*schema.TABLES["actors"].columns]
    found = clauses.Actors(pd.DataFrame([("Ivory Coast", "state", "Côte d’Ivoire", "name", "", "")], columns=columns))
    assert len([*found.mentions("Côte d’Ivoire and Côte d'Ivoire")]) == 2


@pytest.mark.parametrize("said", [
    "Reporting by Human Rights Watch shows that Kenya deported hundreds of refugees.",
    "Compiled by UN experts over two years, the dossier accuses Kenya of arming militias.",
    "Posted on X, the remarks by the Somali president angered Kenya.",
    "Published on Monday, the list accuses Somalia of blackmail."])
def test_a_sentence_that_begins_like_a_credit_is_body(tmp_path, said):
    path = lines(tmp_path / "c.jsonl", {"doc_id": "a", "text": f"Talks open in Lima\n{STORY}\n{said}\n(Reporting by A. Writer; "
                                                               "editing by B. Reader)\nPublished in Dawn, May 3rd, 2024"})
    prepare.prepare(path, tmp_path / "out")
    told = prepare.Tables(tmp_path / "out").lines.set_index("text")["role"]
    assert told[said] == "body" and set(told.iloc[-2:]) == {"credit"}


# --- runs that were stopped, and what rests on other things ------------------------------------------------------------

def test_what_a_stopped_run_had_staged_is_not_put_in_place_by_another(tmp_path):
    path = lines(tmp_path / "c.jsonl", {"doc_id": "a", "text": STORY}, {"doc_id": "b", "text": STORY})
    prepare.prepare(path, tmp_path / "out")
    before = (tmp_path / "out" / "sentences.parquet").read_bytes()
    store.begin(tmp_path / "out", "rules of a run that was stopped")
    store.stage(tmp_path / "out", {"sentences.parquet": b"half a table"})
    prepare.add_stories(tmp_path / "out")
    assert (tmp_path / "out" / "sentences.parquet").read_bytes() == before
    prepare.prepare(tmp_path / "out", tmp_path / "copy")
    lines(path, {"doc_id": "a", "text": STORY + " More."})
    prepare.prepare(path, tmp_path / "out")
    store.begin(tmp_path / "copy", "rules of a run that was stopped")
    store.stage(tmp_path / "copy", {"stances.parquet": b"half a table"})
    prepare.prepare(tmp_path / "out", tmp_path / "copy")
    assert not (tmp_path / "copy" / "stances.parquet").exists()


def test_tables_that_rest_on_other_stories_go_when_stories_are_told(tmp_path):
    path = lines(tmp_path / "c.jsonl", *({"doc_id": k, "text": STORY} for k in "ab"))
    prepare.prepare(path, tmp_path / "out")
    prepare.add_statements(tmp_path / "out")
    tables = prepare.Tables(tmp_path / "out")
    store.write(tmp_path / "out", terms=terms.rates(terms.hits(tables.sentences, ["pakistan"]), tables.articles, sources=False))
    prepare.add_stories(tmp_path / "out")
    there = {Path(name).name.split(".")[0] for name in store.tables(tmp_path / "out")}
    assert "terms" not in there and {"articles", "statements", "stances", "passages", "actors"} <= there


def test_a_telling_of_stories_that_was_stopped_goes_on(tmp_path, monkeypatch):
    path = lines(tmp_path / "c.jsonl", *({"doc_id": k, "text": STORY} for k in "ab"))
    prepare.prepare(path, tmp_path / "out")
    prepare.add_stories(tmp_path / "out")
    lines(path, *({"doc_id": k, "text": STORY} for k in "abc"))

    def stop(*_):
        raise KeyboardInterrupt
    with monkeypatch.context() as patch:
        patch.setattr(stories, "tell", stop)
        with pytest.raises(KeyboardInterrupt):
            prepare.prepare(path, tmp_path / "out")
    prepare.prepare(path, tmp_path / "out")
    assert prepare.Tables(tmp_path / "out").articles["story_id"].tolist() == ["a"] * 3


def test_other_weights_of_the_encoder_are_another_library(tmp_path, monkeypatch):
    (tmp_path / "prepare.py").write_text("")
    (tmp_path / "encoder.npz").write_bytes(b"\xff\x00")
    monkeypatch.setattr(prepare, "__file__", str(tmp_path / "prepare.py"))
    before = prepare.library.__wrapped__()
    (tmp_path / "encoder.npz").write_bytes(b"\xff\x01")
    assert prepare.library.__wrapped__() != before


def test_codings_of_other_sentences_are_refused(tmp_path):
    path = lines(tmp_path / "c.jsonl", {"doc_id": "a", "text": STORY})
    prepare.prepare(path, tmp_path / "out")
    prepare.add_statements(tmp_path / "out")
    tables = prepare.Tables(tmp_path / "out")
    body = tables.sentences[tables.sentences["role"] == "body"]
    codings = body[["doc_id", "par", "sent"]].assign(coder=1, record=1, holder="Pakistan", target="Afghanistan", stance=-1.0,
                                                     speaker=None, weight=1.0, seed="1")
    store.write(tmp_path / "out" / "codings", codings=codings[list(schema.TABLES["codings"].columns)])
    assert len(coding.kept(tables)) == len(body), "older ones have no mark"
    store.write_bytes(tmp_path / "out" / "codings" / coding.MARK, coding.mark(tables, codings))
    assert len(coding.kept(tables)) == len(body)
    lines(path, {"doc_id": "a", "text": "Another sentence stands above. " + STORY})
    prepare.prepare(path, tmp_path / "out")
    with pytest.raises(ValueError, match="articles changed since they were coded"):
        coding.kept(prepare.Tables(tmp_path / "out"))


# --- what is counted, compared and told --------------------------------------------------------------------------------

@pytest.mark.parametrize(("words", "said"), [
    (["--group", "speaker", "--by", "month", "--change"], "that by speaker without --change"),
    (["--group", "outlet", "--by", "month", "--mix", "outlet"], "--group goes without --mix"),
    (["--actor", "--contexts"], "--contexts goes without --actor"), (["--group", "speaker", "--contexts"], "and speakers")])
def test_options_that_do_not_go_together_are_told(tmp_path, words, said):
    path = lines(tmp_path / "c.jsonl", {"doc_id": "a", "text": STORY})
    with pytest.raises(SystemExit, match=said):
        cli.main(["terms", str(path), "--out", str(tmp_path / "out"), "--term", "Pakistan", *words])


def test_breaks_are_left_out_where_a_mix_is_held_fixed(tmp_path):
    rows = [{"doc_id": f"{o}{m}{k}", "text": STORY, "outlet": o, "date": f"2024-{m:02}-0{k + 1}"}
            for o in "AB" for m in range(1, 7) for k in range(2)]
    out = tmp_path / "out"
    path = str(lines(tmp_path / "c.jsonl", *rows))
    cli.main(["terms", path, "--out", str(out), "--term", "Pakistan", "--by", "month", "--mix", "outlet", "--change"])
    assert (out / "trends.parquet").exists() and not (out / "breaks.parquet").exists()


def test_the_upper_limit_of_a_side_without_the_term_rests_on_its_heap():
    some = hits(**{f"d{i}": 20 for i in range(10, 16)})
    row = change.event(some, articles(20), "2024-01-11").iloc[0]
    # Of 10 articles none: Clopper and Pearson's share, 20 in an article of 100 tokens.
    old = stats.PER * (1 - 0.025 ** 0.1) * 20 / 100
    assert row["before"] == 0 and row["difference"] == pytest.approx(1200)
    limits = stats.intervals(np.array([20] * 6 + [0] * 4), np.full(10, 100), np.zeros(10, int), "rate")
    assert row["low"] == pytest.approx(1200 - np.hypot(1200 - stats.PER * limits[0][0], old), abs=1e-4)


def test_copies_count_once_in_events_and_keyness():
    docs = articles(24, story_id=[f"d{i:02}" if i < 14 else "d14" for i in range(24)])
    some = hits(**{f"d{i}": 3 for i in range(10, 24)})
    row = change.event(some, docs, "2024-01-11").iloc[0]
    assert (row["n_before"], row["n_after"]) == (10, 5)
    ids = docs[["doc_id"]].assign(par=1, sent=1, role="body")
    held = np.column_stack([np.r_[np.zeros(10), np.full(14, 3)], np.full(24, 7)]).astype(int)
    counts = matrix.Counts(ids, scipy.sparse.csr_array(held), np.array(["border", "talks"], object))
    docs["outlet"] = ["A"] * 10 + ["B"] * 14
    found = change.keyness(counts, docs, "outlet").query("group == 'B' and term == 'border'").iloc[0]
    assert (found["n_articles"], found["count"]) == (5, 15)


def test_keyness_is_the_same_whatever_article_comes_first():
    rng, n = np.random.default_rng(3), 40
    docs = articles(n, outlet=[*"AB"] * (n // 2))
    ids = docs[["doc_id"]].assign(par=1, sent=1, role="body")
    counts = matrix.Counts(ids, scipy.sparse.csr_array(rng.poisson(2, (n, 6))), np.array(list("abcdef"), object))
    mixed = docs.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(change.keyness(counts, docs, "outlet"), change.keyness(counts, mixed, "outlet"))


def test_sides_of_one_size_can_change_places_so_no_p_falls_below_two_in_all_ways():
    row = change.event(hits(d04=3, d05=4, d06=3, d07=4), articles(8), "2024-01-05").iloc[0]
    assert row["smallest_p"] == pytest.approx(2 / 70, abs=1e-6) and row["p"] >= row["smallest_p"]


@pytest.mark.parametrize("correlation", [0.5, 0.7])
def test_a_series_that_only_drifts_seldom_rises_or_falls(correlation):
    rng, days, found = np.random.default_rng(6), pd.Series(pd.date_range("2020-01-01", periods=60, freq="MS")), []
    for _ in range(60):
        y = [0.0]
        for e in rng.normal(size=110):
            y.append(correlation * y[-1] + e)
        found.append(change._monotone(days, pd.Series(y[-60:]))[-1] <= 0.05)
    assert np.mean(found) <= 0.15  # without room for it, a third


def test_a_series_that_hardly_turns_has_a_slope_with_limits():
    y = pd.Series(np.cumsum(np.random.default_rng(2).normal(size=365)))
    slope, low, high, *_ = change._monotone(pd.Series(pd.date_range("2020-01-01", periods=365)), y)
    assert low < slope < high and np.isfinite([low, high]).all()


def test_the_first_specification_of_the_multiverse_is_that_of_the_pairs(tables):
    pairs = compare.pairs(tables.stances, tables.articles).head(6)
    found = compare.multiverse(tables.stances, tables.statements, tables.articles, lexicons.actors(), pairs)
    base = found.drop_duplicates("pair").set_index("pair")["mean"]
    assert base.to_dict() == pytest.approx(pairs.set_index("pair")["mean"].to_dict(), abs=1e-5)


def test_one_formula_told_months_apart_is_several_stories_and_a_reprint_one():
    def told(guest, subject):
        return (f"The Cabinet Secretary today received the Foreign Minister of {guest} at his office. The two discussed "
                f"bilateral relations and agreed to deepen cooperation between both countries, in particular {subject}. He "
                "thanked the minister for the long friendship of the two peoples, which the government valued highly.")
    texts = [told("Japan", "ports"), told("Egypt", "water"), told("Qatar", "labour")]
    assert len(set(stories.group(texts, [0, 60, 120]))) == 3 and len(set(stories.group(texts))) == 1
    assert len(set(stories.group([texts[0]] * 2, [0, 300]))) == 1, "the same words"
    assert len(set(stories.group([texts[0], texts[0] + " It rained."], [0, 2]))) == 1


def read(text, actors):
    table = pd.DataFrame([("a", 1, 1, text, 0)], columns=["doc_id", "par", "sent", "text", "start"])
    return stance.read(table, pd.DataFrame({"doc_id": ["a"], "date": [None], "place": [None]}), actors)


@pytest.mark.parametrize("text", [
    'Kenya said: "We want the sanctions gone."', 'Kenya said in a statement on Monday: "The sanctions are unjust."',
    'Kenya told reporters: "The sanctions are unjust."', "Kenya said: ‘We reject Somalia’s claim.’",
    "Kenya said: 'The sanctions are unjust.'"])
def test_a_quotation_behind_a_colon_is_direct_and_holds_the_quoted_words_alone(text):
    said, _ = read(text, clauses.Actors(lexicons.actors()))
    assert said["form"].tolist() == ["direct"] and text[said["start"][0]:said["end"][0]].strip()[0] in "\"‘'"


@pytest.mark.parametrize("text", ["‘The sanctions are unjust and Somalia’s claim is void,’ Kenya said.",
                                  "'The sanctions are unjust and Somalia's claim is void,' Kenya said."])
def test_single_marks_quote_as_double_ones_do(text):
    said, _ = read(text, clauses.Actors(lexicons.actors()))
    row = said[said["cue"] == "said"].iloc[0]
    assert (row["holder"], row["form"], row["start"]) == ("Kenya", "direct", 0) and row["end"] > 45


@pytest.mark.parametrize("text", [
    "Kenya’s and the states' rights", "the '90s and the ministers' talks", "rock 'n' roll", "'tis late",
    "Pakistan told Iran to give 'em hell, and condemned the militants' attack.",
    "Iraq condemned Iran over ‘Ali Hassan and the militants’ attack on Israel."])
def test_apostrophes_are_no_quotations(text):
    assert "q" not in clauses.Sentence(text, clauses.Actors(lexicons.actors())).tags


def test_an_act_is_that_of_the_holder():
    actors = clauses.Actors(lexicons.actors())
    acts = {text: dict(zip(found["holder"], found["act"])) for text in ("Kenya rejected a claim by Somalia.",
            "Iran was condemned by Peru.", "Iran and Syria condemned Israel.") for _, found in [read(text, actors)]}
    assert acts["Kenya rejected a claim by Somalia."].get("Somalia") != "reject"
    assert acts["Kenya rejected a claim by Somalia."]["Kenya"] == "reject"
    assert acts["Iran was condemned by Peru."]["Peru"] == "condemn"
    assert set(acts["Iran and Syria condemned Israel."].values()) == {"condemn"}


def test_two_single_marks_quote_once():
    text = "''We reject Iran's attack on the base,'' the foreign minister of Iraq said."
    said, _ = read(text, clauses.Actors(lexicons.actors()))
    assert said.loc[said["cue"] == "said", "form"].tolist() == ["direct"]


def test_groups_that_are_the_same_to_the_last_bit_but_one_do_not_differ():
    assert stats.permutation([np.mean([-0.7] * 3)] * 5, [-0.7] * 5)[0] == 1.0
    assert stats.permutation([0.1] * 4, [0.3] * 4) == (round(2 / 70, 6), round(2 / 70, 6))
    assert stats.permutation([0.1, 0.2, 0.3, 0.4], [0.1, 0.2, 0.3, 0.4])[0] == 1.0


def test_an_added_article_leaves_the_codings_of_others(tmp_path):
    path = lines(tmp_path / "c.jsonl", {"doc_id": "a", "text": STORY})
    prepare.prepare(path, tmp_path / "out")
    prepare.add_statements(tmp_path / "out")
    tables = prepare.Tables(tmp_path / "out")
    codings = tables.sentences[tables.sentences["role"] == "body"][["doc_id", "par", "sent"]].assign(
        coder=1, record=1, holder=None, target=None, stance=np.nan, speaker=None, weight=1.0, seed="1")
    store.write(tmp_path / "out" / "codings", codings=codings[list(schema.TABLES["codings"].columns)])
    store.write_bytes(tmp_path / "out" / "codings" / coding.MARK, coding.mark(tables, codings))
    lines(path, {"doc_id": "a", "text": STORY}, {"doc_id": "b", "text": STORY})
    prepare.prepare(path, tmp_path / "out")
    assert len(coding.kept(prepare.Tables(tmp_path / "out"))) == len(codings)


def test_statements_put_nothing_in_place_that_a_stopped_run_had_staged(tmp_path):
    path = lines(tmp_path / "c.jsonl", {"doc_id": "a", "text": STORY})
    prepare.prepare(path, tmp_path / "out")
    before = (tmp_path / "out" / "articles.parquet").read_bytes()
    store.begin(tmp_path / "out", "rules of a run that was stopped")
    store.stage(tmp_path / "out", {"articles.parquet": b"half a table"})
    prepare.add_statements(tmp_path / "out")
    assert (tmp_path / "out" / "articles.parquet").read_bytes() == before


def test_an_actor_is_found_by_the_name_as_the_table_has_it():
    columns = [*schema.TABLES["actors"].columns]
    actors = clauses.Actors(pd.DataFrame([("Ivory Coast", "state", "Côte d’Ivoire", "name", "", "")], columns=columns))
    told = pd.DataFrame([("a", 1, 1, "body", "Côte d’Ivoire thanked Côte d'Ivoire.")],
                        columns=["doc_id", "par", "sent", "role", "text"])
    found = terms.hits(told, ["Côte d’Ivoire"], kind="actor", actors=actors, articles=articles(1, doc_id=["a"]))
    assert found["count"].tolist() == [2]


def test_a_word_of_a_hundred_thousand_letters_has_its_pieces():
    numbers = {"1": 1, "##1": 2, "[UNK]": 0}
    assert encoder.pieces("1" * 100_000, numbers) == [1] + [2] * 99_999
    assert encoder.pieces("1" * 9 + "x", numbers) == [0]


# --- what a reader of the code brought to light --------------------------------------------------------------------------

@pytest.fixture(scope="module")
def five(tmp_path_factory):
    out = tmp_path_factory.mktemp("five")
    prepare.prepare(Path("data/raw"), out)
    prepare.add_statements(out)
    return prepare.Tables(out)


def test_stories_that_were_told_once_can_be_told_once_more():
    table = articles(5, story_id=["d00", "d00", None, None, "d04"])
    assert stories.once(table)["doc_id"].tolist() == ["d00", "d02", "d03", "d04"]
    assert stories.once(stories.once(table))["doc_id"].tolist() == ["d00", "d02", "d03", "d04"]


def test_a_target_is_not_compared_with_itself(five):
    for given in ({"first": "Afghanistan"}, {"second": "Afghanistan"}):
        row = compare.contrast(five.stances, "Pakistan", **given).iloc[0]
        assert {row["first"], row["second"]} == {"Afghanistan", "militants"} and row["difference"] != 0


def test_words_that_shun_each_other_are_no_collocation():
    text = ["alpha gamma beta delta"] * 200 + ["alpha beta"] * 3
    table = pd.DataFrame({"doc_id": [f"d{i % 5}" for i in range(203)], "par": 1, "sent": range(203), "role": "body"})
    table["text"] = text
    assert "alpha beta" not in set(terms.collocations(table)["pair"]) >= {"alpha gamma", "beta delta"}


@pytest.mark.parametrize("column", ["story", "side", "stance", "holder", "place"])
def test_a_column_of_ones_own_may_have_any_name(five, column):
    table = five.articles.drop(columns=[column], errors="ignore").assign(**{column: list("xxyyy")})
    row = compare.difference(five.stances, table, "Pakistan", "Afghanistan", column).iloc[0]
    assert (row["first"], row["second"]) == ("x", "y") and row["n_first"] + row["n_second"] == 5


def test_an_index_that_names_rows_twice_gives_each_article_its_own_story():
    told = articles(6, n_tokens=40)
    texts = pd.DataFrame({"doc_id": told["doc_id"], "par": 1, "sent": 1, "role": "body",
                          "text": [" ".join(f"word{i}{k}" for k in range(40)) for i in range(6)]})
    for index in ([0] * 6, [0, 1, 2, 0, 1, 2], range(6, 0, -1)):
        found = stories.tell(told.set_axis([*index]), texts)
        assert (found["story_id"] == found["doc_id"]).all()


@pytest.mark.parametrize("values", [pd.Categorical(["a", None] * 3), pd.array([1, None] * 3, dtype="Int64"), [1.5, np.nan] * 3])
def test_a_column_of_any_type_can_part_a_corpus(values):
    table = articles(6, kind=values)
    assert set(stats.cells(table, "year", "kind")["group"]) == {"unknown", str(table["kind"].iloc[0])}
    assert len(stats.cells(table, "year", mix="kind")) == 6
    rows = change.event(hits(d00=1, d03=2), table, "2024-01-04", mix="kind")
    assert rows["n_before"].tolist() == [3] and rows["n_after"].tolist() == [3]


def test_what_is_no_day_or_no_topic_is_refused(five):
    for day in ("1/6/2024", "yesterday", "2024-03-04T08:00:00Z"):
        with pytest.raises(ValueError, match="is no day; write YYYY-MM-DD"):
            change.event(hits(d00=1), articles(6), day)
    model = topics.fit(topics.units(five.counts, "par")[0], 2, "par")
    for topic in (0, 3, -1):
        assert topics.shares_by(model, five.articles, topic=topic).empty


def test_a_term_may_be_given_alone_and_a_name_is_told_by_its_likes(five):
    assert terms.hits(five.sentences, "pakistan")["term"].unique().tolist() == ["pakistan"]
    actors = clauses.Actors(lexicons.actors())
    with pytest.raises(ValueError, match="near: Kabul"):
        terms.hits(five.sentences, ["Kabull"], kind="actor", actors=actors, articles=five.articles)


def test_soft_hyphens_cut_no_word(tmp_path):
    path = lines(tmp_path / "c.jsonl", {"doc_id": "a", "text": STORY.replace("Pakistan", "Paki\u00adstan")})
    prepare.prepare(path, tmp_path / "out")
    tables = prepare.Tables(tmp_path / "out")
    assert len(terms.hits(tables.sentences, ["pakistan"])) == len(terms.in_context(tables.sentences, "pakistan")) == 2
    assert "\u00ad" not in tables.articles["text"].iloc[0] and tables.sources["made"].tolist() == ["wrong letters repaired"]


def test_columns_without_a_name_cost_no_row(tmp_path):
    (tmp_path / "c.csv").write_text(f'doc_id,text,,\na,"{STORY}",,\nb,"{STORY}",x,\n', encoding="utf-8")
    prepare.prepare(tmp_path / "c.csv", tmp_path / "out")
    assert prepare.Tables(tmp_path / "out").articles["doc_id"].tolist() == ["a", "b"]
