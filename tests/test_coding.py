"""The coding loop: sheets that are what was drawn, hostile sheets told line by line, and numbers counted with a finger."""

import io
import itertools
import zipfile
from types import SimpleNamespace

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nltk.metrics import binary_distance, masi_distance

from conftest import ROOT, load
from demarche import cli, coding, lexicons, prepare, schema, scorer, stance, stats, store

FIVE = ROOT / "data" / "codings" / "five.csv"
KEY = schema.SENTENCE


@pytest.fixture(scope="module")
def sheet(tables):
    """A sheet of all sentences, none with a record."""
    return coding.draw(tables, 500).assign(done="x")


@pytest.fixture
def back(tables, tmp_path):
    """Reads a sheet back as a coder would hand it in: (codings, mistakes)."""
    def call(*sheets, name="anna.csv"):
        paths = [tmp_path / f"{i}-{name}" for i, _ in enumerate(sheets)]
        for path, table in zip(paths, sheets):
            path.write_text(table.to_csv(index=False), encoding="utf-8")
        return coding.read(tables, paths)
    return call


def record(table, row, holder, target, stance_, k=1, speaker=""):
    table = table.astype(object).copy()
    table.loc[row, [f"{field}_{k}" for field in coding.FIELDS]] = [holder, target, stance_, speaker]
    return table


def made(rows, sentences=None, folder=None):
    """Tables of a small corpus: `rows` are (doc_id, sent, holder, target, stance) of the machine."""
    stances = pd.DataFrame(rows, columns=["doc_id", "sent", "holder", "target", "stance"]).assign(
        par=1, p_negative=np.nan, p_neutral=np.nan, p_positive=np.nan).astype({"stance": float})
    keys = sentences if sentences is not None else sorted(set(zip(stances["doc_id"], stances["sent"])))
    texts = pd.DataFrame([(d, 1, s, "body", f"Sentence {s} of {d}.") for d, s in keys], columns=[*KEY, "role", "text"])
    docs = pd.DataFrame({"doc_id": sorted(texts["doc_id"].unique()), "title": "T", "date": None})
    return SimpleNamespace(stances=stances, statements=stances[KEY].head(0), sentences=texts, articles=docs, folder=folder)


@pytest.fixture
def small(tmp_path):
    store.write_bytes(tmp_path / "actors.csv", store.csv(lexicons.actors().query("`class` == 'militants' or actor == 'Iran'")))
    return lambda rows, **more: made(rows, folder=tmp_path, **more)


def codings(rows, coder=1, weight=1.0):
    """(doc_id, sent, holder, target, stance) as the table codings."""
    table = pd.DataFrame(rows, columns=["doc_id", "sent", "holder", "target", "stance"]).astype({"stance": float})
    number = table.groupby(["doc_id", "sent"]).cumcount() + 1
    return table.assign(coder=coder, par=1, record=number, speaker=None, weight=weight, seed="1")


# --- drawing ---------------------------------------------------------------------------------------------------------

@settings(max_examples=12)
@given(n=st.integers(4, 120), seed=st.integers(0, 10**6), by=st.sampled_from([(), ("date_kind",)]))
def test_a_sample_stands_for_every_body_sentence_once(tables, n, seed, by):
    body = tables.sentences.query("role == 'body'")
    try:
        drawn = coding.draw(tables, n, by, seed)
    except ValueError as error:
        assert "too few" in str(error) and n < 18
        return
    assert (1 / drawn["probability"].astype(float)).sum() == pytest.approx(len(body))
    assert drawn["id"].is_unique and len(drawn) == min(n, len(body)) and drawn["seed"].eq(seed).all()
    pd.testing.assert_frame_equal(drawn, coding.draw(tables, n, by, seed))


def test_sums_over_samples_are_right_on_average(tables):
    lengths = [(1 / (s := coding.draw(tables, 20, seed=seed))["probability"].astype(float) * s["sentence"].str.len()).sum()
               for seed in range(24)]
    true = tables.sentences.query("role == 'body'")["text"].str.len().sum()
    assert abs(np.mean(lengths) - true) < 3 * np.std(lengths) / 24**0.5


def test_the_sheet_tells_nothing_of_what_the_machine_found_and_leaves_the_coders_columns_empty(tables):
    drawn = coding.draw(tables, 40)
    assert list(drawn) == coding.SHEET and not {"stance", "stratum", "found", "cue"} & set(drawn)
    assert drawn[[c for c in drawn if c.split("_")[0] in coding.FIELDS or c in ("done", "note")]].eq("").all(axis=None)
    before = drawn.loc[drawn["before"] != "", ["id", "before"]].iloc[0]
    known = tables.sentences.query("role == 'body'").reset_index(drop=True)
    at = known.index[coding._ids(known) == before["id"]][0]
    assert known.loc[at - 1, "text"].lstrip("'=+-@") == before["before"].lstrip("'=+-@")


@pytest.mark.parametrize("n, strata, said", [
    (3, (), "3 sentences are too few for 3 strata"), (50, ("paper",), "no column paper")])
def test_what_can_not_be_drawn_is_refused_in_words(tables, n, strata, said):
    with pytest.raises(ValueError, match=said):
        coding.draw(tables, n, strata)


# --- files -----------------------------------------------------------------------------------------------------------

EVIL = ["=HYPERLINK(\"http://x\")", "+1", "-2+3", "@SUM(A1)", "\t=1", " =1", "＝1", "\x00=1", "a\x07b", "x" * 40_000]


@pytest.mark.parametrize("text", EVIL, ids=range(len(EVIL)))
def test_no_cell_is_a_formula_in_csv_or_xlsx(text):
    table = pd.DataFrame({"sentence": [text], "stance_1": [""]})
    cell = openpyxl.load_workbook(io.BytesIO(coding.workbook(table, [text])))["coding"]["A2"]
    assert cell.data_type == "s" and not str(cell.value).lstrip()[:1] in "=+-@＝" and len(str(cell.value)) < 32_700
    assert store.csv(table).split("\n")[1].lstrip(' "\t\0')[:1] not in ("=", "+", "-", "@", "＝")


def test_ids_and_sentences_that_look_like_formulas_come_back(small, tmp_path):
    tables = small([("=a", 1, "Iran", "Japan", 1), ("-b", 1, "Iran", "Japan", 1), ("@c", 1, "Iran", "Japan", 1)])
    tables.sentences["text"] = ["=1+1 is two.", "-5 degrees.", "@all: talks."]
    drawn = coding.draw(tables, 3).assign(done="x")
    for end, data in {"csv": store.csv(drawn).encode(), "xlsx": coding.workbook(drawn)}.items():
        (tmp_path / f"s.{end}").write_bytes(data)
        found, wrong = coding.read(tables, [tmp_path / f"s.{end}"])
        assert not wrong and set(found["doc_id"]) == {"=a", "-b", "@c"}


def test_the_workbook_has_lists_a_codebook_and_hidden_probabilities_and_the_same_bytes(tables, sheet):
    data = coding.workbook(sheet, coding.names(tables))
    assert data == coding.workbook(sheet, coding.names(tables))
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["coding", "codebook", "actors"]
    lists = {str(v.sqref): v.formula1 for v in book["coding"].data_validations.dataValidation}
    assert "-2,-1,0,1,2" in lists[f"J2:J{len(sheet) + 1}"].strip('"') and len(lists) == 1 + 3 * len(coding.RECORDS)
    letters = [c.column_letter for c in book["coding"][1] if c.value in ("probability", "seed")]
    assert all(book["coding"].column_dimensions[x].hidden for x in letters)
    said = {row[1].value for row in book["codebook"].iter_rows()}
    assert {"OUTLET", "INTL", "done"} <= said and "'-2" in {str(v) for v in said}


def test_a_sheet_comes_back_the_same_from_every_kind_of_file(tables, sheet, tmp_path):
    filled = record(record(sheet, 3, "Pakistan", "Afghanistan", -1, speaker="she"), 3, "OUTLET", "Iran", 2, k=4)
    data = {"a.csv": store.csv(filled).encode(), "b.csv": ("\ufeff" + store.csv(filled)).encode(),
            "c.csv": filled.to_csv(sep=";", index=False, decimal=",").encode(),
            "d.csv": filled.to_csv(sep="\t", index=False).encode(),
            "e.csv": store.csv(filled).replace("\n", "\r\n").encode("utf-16"), "f.xlsx": coding.workbook(filled)}
    found = []
    for name, content in data.items():
        (tmp_path / name).write_bytes(content)
        found.append(coding.read(tables, [tmp_path / name]))
        assert not found[-1][1], name
        pd.testing.assert_frame_equal(found[-1][0], found[0][0])
    kept = found[0][0].dropna(subset="holder")
    assert kept[[*coding.FIELDS, "record"]].astype(object).fillna("").values.tolist() == [
        ["Pakistan", "Afghanistan", -1.0, "she", 1], ["OUTLET", "Iran", 2.0, "", 2]]


def zipped():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("x", "y")
    return buffer.getvalue()


@pytest.mark.parametrize("data", [
    b"", b"PK\x03\x04broken", zipped(), b"\x00\x01\x02", b"\xff\xfe\x00", b'a,"b\nc', b"caf\xe9,b\n1,2\n"],
                         ids=["empty", "half a zip", "other zip", "binary", "odd", "open quote", "latin"])
def test_a_file_that_is_no_sheet_is_told_in_one_line(tables, tmp_path, data):
    (tmp_path / "x.xlsx").write_bytes(data)
    try:
        assert coding.read(tables, [tmp_path / "x.xlsx"])[1]
    except ValueError as error:
        assert "no sheet can be read here" in str(error) and "save it as" in str(error)


# --- mistakes --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("values, said", [
    (("Pakstan", "Iran", 1), "no actor 'Pakstan'; the nearest is 'Pakistan'"),
    (("pakistan", "Iran", 1), "no actor 'pakistan'; the nearest is 'Pakistan'"),
    (("#REF!", "Iran", 1), "no actor '#REF!'"),
    (("Pakistan", "Iran", 3), "stance '3'; write -2, -1, 0, 1 or 2"), (("Pakistan", "Iran", "1.5"), "stance '1.5'"),
    (("Pakistan", "Iran", "hostile"), "stance 'hostile'"), (("Pakistan", "Iran", "1e0"), "stance '1e0'"),
    (("Pakistan", "Iran", "nan"), "stance 'nan'"), (("Pakistan", "Pakistan", 1), "'Pakistan' is holder and target"),
    (("Pakistan", "", 1), "fill in all three"), (("", "", 1), "fill in all three"),
    (("Pakistan", "Iran", ""), "fill in all three")])
def test_a_wrong_record_is_told_with_its_row_and_the_mend(sheet, back, values, said):
    found, wrong = back(record(sheet, 7, *values))
    assert found.empty and len(wrong) == 1 and wrong[0].startswith("0-anna.csv, row 8: ") and said in wrong[0]


def test_a_mistake_is_told_with_the_sheets_own_row_or_else_its_line(sheet, back):
    wrong = record(sheet, 7, "Pakstan", "Iran", 1)
    assert back(wrong.assign(row=wrong["row"] + 30))[1][0].startswith("0-anna.csv, row 38: ")
    assert back(wrong.drop(columns="row"))[1][0].startswith("0-anna.csv, line 9: ")
    assert back(wrong.sort_values("row", ascending=False))[1][0].startswith("0-anna.csv, row 8: ")


def test_another_name_of_one_actor_only_stands_for_it(sheet, back):
    found, wrong = back(record(sheet, 0, "Stockholm", "Budapest", -1))
    assert not wrong and found[["holder", "target"]].dropna().to_numpy().tolist() == [["Sweden", "Hungary"]]
    assert "'Sweden' is holder and target" in back(record(sheet, 0, "Stockholm", "Sweden", -1))[1][0]
    assert "no actor 'Kallas'" in back(record(sheet, 0, "Kallas", "Sweden", -1))[1][0]  # Estonia or the EU


@pytest.mark.parametrize("value, stance_", [("−2", -2), ("+1", 1), ("-1.0", -1), ("2,0", 2), ("0", 0), ("-0", 0)])
def test_a_stance_may_be_written_as_spreadsheets_write_it(sheet, back, value, stance_):
    found, wrong = back(record(sheet, 0, "Pakistan", "Iran", value))
    assert not wrong and found["stance"].dropna().tolist() == [stance_]


def test_an_actor_of_its_own_name_stands_in_quotation_marks(sheet, back):
    found, wrong = back(record(sheet, 0, "Pakistan", '"hostile powers"', -1))
    assert not wrong and "hostile powers" in set(found["target"].dropna())


def changed(table, row, column, value):
    table = table.astype(object).copy()
    table.loc[row, column] = value
    return table


def swapped(table):
    return table.assign(id=[table["id"][1], table["id"][0], *table["id"][2:]])


@pytest.mark.parametrize("change, lines, said", [
    (lambda t: changed(t, 4, "id", "nobody p1 s1"), 1, "row 5: no body sentence 'nobody p1 s1'"),
    (lambda t: changed(t, 4, "id", ""), 1, "row 5: no body sentence ''"),
    (swapped, 2, "is another sentence here"),
    (lambda t: changed(t, 4, "sentence", "Other words."), 1, "is another sentence here"),
    (lambda t: changed(t, 4, "done", ""), 1, "row 5: not coded"),
    (lambda t: changed(t, 4, "probability", 0.5), 1, "stand for 88 of 87 sentences"),
    (lambda t: changed(t, 4, "probability", "0"), 1, "probability '0'"),
    (lambda t: changed(t, 4, "probability", "-1"), 1, "'-1'"),
    (lambda t: changed(t, 4, "probability", "x"), 1, "probability 'x'"),
    (lambda t: t.drop(index=4), 1, "86 rows stand for 86 of 87"),
    (lambda t: pd.concat([t, t.head(1)]), 2, "stands in row 1 too"), (lambda t: t.head(0), 2, "0 rows stand for 0 of 87"),
    (lambda t: changed(t, 4, "seed", 5), 1, "not of one draw"),
    (lambda t: t.drop(columns=["done", "stance_2"]), 1, "no column done, stance_2"),
    (lambda t: record(record(t, 4, "Iran", "Japan", 1), 4, "Iran", "Japan", 2, k=3), 1, "two records of one holder")])
def test_a_sheet_that_is_not_what_was_drawn_is_refused(sheet, back, change, lines, said):
    found, wrong = back(change(sheet))
    assert found.empty and len(wrong) == lines and said in "\n".join(wrong)


def test_blank_rows_and_own_columns_are_no_mistake_and_order_is_free(sheet, back):
    blank = pd.DataFrame([dict.fromkeys(sheet, "")])
    found, wrong = back(pd.concat([sheet.sample(frac=1, random_state=1), blank, blank]).assign(mine=""))
    assert not wrong and len(found) == len(sheet)


def test_two_coders_sheets_of_other_draws_are_refused(tables, back):
    one, other = (coding.draw(tables, 20, seed=seed).assign(done="x") for seed in (1, 2))
    assert any("1-anna.csv: not of one draw" in line for line in back(one, other)[1])
    assert back(one, one)[0]["coder"].nunique() == 2


@settings(max_examples=12)
@given(cells=st.lists(st.tuples(st.integers(0, 86), st.sampled_from(coding.SHEET), st.text(max_size=12)), max_size=6))
def test_whatever_stands_in_a_sheet_it_is_read_or_told(tables, sheet, tmp_path_factory, cells):
    table = sheet.astype(object).copy()
    for row, column, value in cells:
        table.loc[row, column] = value
    path = tmp_path_factory.mktemp("any") / "s.csv"
    path.write_text(table.to_csv(index=False).replace("\0", ""), encoding="utf-8", errors="replace")
    found, wrong = coding.read(tables, [path])
    assert found.empty == bool(wrong) and all(": " in line and "\n" not in line for line in wrong)


# --- agreement -------------------------------------------------------------------------------------------------------

def alpha(units, distance):
    """Krippendorff's alpha of pairs of labels, from its definition: 1 - observed / expected distance."""
    labels = [v for unit in units for v in unit]
    observed = np.mean([distance(a, b) for a, b in units])
    return 1 - observed / np.mean([distance(a, b) for a, b in itertools.permutations(labels, 2)])


def test_alpha_is_what_its_definition_gives():
    one = [("a", 1, "P", "Q", -2), ("a", 2, "P", "Q", 0), ("b", 1, "P", "R", 1), ("c", 1, None, None, None),
           ("d", 1, "P", "Q", 2)]
    two = [("a", 1, "P", "Q", -1), ("a", 2, "P", "Q", 0), ("b", 1, "P", "Q", 1), ("c", 1, "P", "Q", 1), ("d", 1, "P", "Q", 1)]
    table = pd.DataFrame(coding._agreement(pd.concat([codings(one), codings(two, 2)]))).set_index("unit")
    stances = [(-2, -1), (0, 0), (2, 1)]
    pairs = [[frozenset(["-"]) if r[2] is None else frozenset([f"{r[2]} → {r[3]}"]) for r in rows] for rows in zip(one, two)]
    assert table.loc["stance of shared pairs", "alpha"] == pytest.approx(alpha(stances, lambda a, b: (a - b) ** 2))
    assert table.loc["any stance", "alpha"] == pytest.approx(alpha([(r[0][2] is None, r[1][2] is None) for r in zip(one, two)],
                                                                    binary_distance))
    assert table.loc["pairs", "alpha"] == pytest.approx(alpha(pairs, masi_distance))
    assert table["n_articles"].tolist() == [4, 4, 2] and np.isnan(table.loc["stance of shared pairs", "low"])


def test_one_coder_agrees_with_nobody(tables):
    assert coding.results(tables, coding.read(tables, [FIVE])[0])["agreement"].empty


# --- scores ----------------------------------------------------------------------------------------------------------

def test_scores_counted_with_a_finger(small):
    tables = small([("a", 1, "P", "Q", -1.5), ("a", 1, "P", "R", 1), ("a", 2, "S", "Q", -1), ("b", 1, "P", "Q", 2),
                    ("b", 2, "P", "Q", 1)])
    gold = codings([("a", 1, "P", "Q", -2), ("a", 2, "P", "Q", -1), ("b", 1, "P", "Q", -1), ("b", 2, None, None, None)])
    table = coding.results(tables, gold)["coding_scores"]
    told = table.set_index(["stage", "given"])["value"]
    # holders: coded aP bP a2P; found a1P a2S b1P b2P; pairs: found 5, coded 3, both a1PQ b1PQ, of the right sign a1PQ
    assert told.loc[("speaker", "end to end")].tolist() == pytest.approx([2 / 4, 2 / 3, 4 / 7], abs=1e-6)
    assert told.loc[("speaker", "gold input")].tolist() == pytest.approx([2 / 3, 2 / 3, 4 / 6], abs=1e-6)
    assert told.loc[("target", "gold input")].tolist() == pytest.approx([2 / 3, 1, 4 / 5], abs=1e-6)
    assert told.loc[("target", "end to end")].tolist() == pytest.approx([2 / 5, 2 / 3, 4 / 8], abs=1e-6)
    assert told.loc[("stance", "gold input")].tolist() == pytest.approx([1 / 2, 1 / 2, 1 / 2, (0.5 + 3) / 2], abs=1e-6)
    assert told.loc[("stance", "end to end")].tolist() == pytest.approx([1 / 5, 1 / 3, 2 / 8, 7.5 / 6], abs=1e-6)


def test_sentences_count_as_many_as_they_stand_for(small):
    tables = small([("a", 1, "P", "Q", 1), ("b", 1, "P", "Q", 1)])
    gold = codings([("a", 1, "P", "Q", 1), ("b", 1, None, None, None)]).assign(weight=[9.0, 1.0])
    table = coding.results(tables, gold)["coding_scores"]
    told = table.set_index(["stage", "given"])["value"]
    assert told.loc[("target", "end to end")].iloc[0] == 0.9


def test_groups_that_coders_do_not_name_are_militants_and_others_keep_their_name(small):
    tables = small([("a", 1, "Iran", "Hezbollah", -2), ("a", 2, "Iran", "Hamas", -2)])
    listed = lexicons.actors().set_index("actor")["class"]
    assert {listed["Hamas"].iloc[0], listed["Hezbollah"].iloc[0]} == {"militants"}
    gold = codings([("a", 1, "Iran", "militants", -2), ("a", 2, "Iran", "Hamas", -2)])
    assert coding.results(tables, gold)["coding_pairs"]["found"].tolist() == [-2, -2]


def test_results_of_some_articles_are_those_of_a_folder_without_the_others(small):
    rows = [("a", 1, "P", "Q", -1.5), ("b", 1, "P", "Q", 2), ("c", 1, "P", "Q", 1)]
    gold = codings([("a", 1, "P", "Q", -2), ("b", 1, "P", "Q", -1), ("c", 1, None, None, None)])
    part, some = small(rows[1:]), gold[gold["doc_id"] != "a"]
    whole, alone = coding.results(small(rows), gold, part.articles), coding.results(part, some)
    for name in ("coding_scores", "abstention", "corrected"):
        assert whole[name].equals(alone[name]) and not coding.results(small(rows), gold)[name].equals(whole[name]) or (
            name == "corrected" and whole[name].empty)


def test_the_scores_of_the_shipped_coding_are_those_of_its_pairs(tables):
    told = coding.results(tables, coding.read(tables, [FIVE])[0])
    pairs, scores = told["coding_pairs"], told["coding_scores"].set_index(["stage", "given", "measure"]).sort_index()
    both = pairs.dropna(subset=["coded", "found"])
    right = (scorer.sign(both["coded"]) == scorer.sign(both["found"])).sum()
    whole = scores.loc["stance", "end to end"]
    assert whole.loc["f1", "value"] == pytest.approx(2 * right / (pairs["coded"].count() + pairs["found"].count()), abs=1e-6)
    assert whole["value"].between(whole["low"], whole["high"]).all() and (whole["n_articles"] == 5).all()
    assert len(whole.loc["f1", "sources"]) == pairs.groupby(KEY).ngroups
    first = told["abstention"].iloc[0]
    assert first["coverage"] == 1 and first["value"] == pytest.approx(1 - whole.loc["precision", "value"], abs=1e-6)
    assert told["abstention"]["coverage"].is_monotonic_decreasing


def test_nothing_coded_gives_empty_tables_and_says_how_to_begin(tables):
    told = coding.results(tables, none := coding.kept(tables))
    assert all(table.empty for table in told.values()) and "code-sheet" in coding.summary(none, told["corrected"])


# --- corrected -------------------------------------------------------------------------------------------------------

@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(-2, 2), st.integers(-2, 2)), min_size=5, max_size=6), st.integers(1, 4))
def test_pseudo_outcomes_are_right_on_average_over_all_samples(values, n):
    machine, true = np.array(values, float).T
    means = [stats.pseudo_outcome(machine, np.where(np.isin(range(len(true)), sample), true, np.nan), n / len(true)).sum()
             for sample in itertools.combinations(range(len(true)), n)]
    assert np.mean(means) == pytest.approx(true.sum())


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(-2, 2), st.integers(-2, 2), st.booleans(), st.booleans()), min_size=12, max_size=24))
def test_where_all_is_coded_the_corrected_mean_is_that_of_the_coding_whatever_the_machine(small, values):
    keys = [("abcdef"[i % 6], i) for i in range(len(values))]
    tables = small([(*k, "P", "Q", m) for k, (m, _, found, _) in zip(keys, values) if found], sentences=keys)
    gold = codings([(*k, *(("P", "Q", c) if there else (None, None, None))) for k, (_, c, _, there) in zip(keys, values)])
    told = coding.results(tables, gold)["corrected"].query("estimate == 'corrected'").set_index("measure")["value"]
    true = gold["stance"].dropna()
    if len(told) and len(true):
        assert told["mean"] == pytest.approx(true.mean(), abs=1e-6)
        assert told["share_negative"] == pytest.approx((true < 0).mean(), abs=1e-6)


def test_few_coded_articles_give_no_corrected_limits_and_the_label_says_why(small):
    docs = [f"d{i:03}" for i in range(120)]
    tables = small([(d, s, "P", "Q", -1 - s % 2) for d in docs for s in (1, 2)])
    gold = codings([(d, 1 + i % 2, "P", "Q", 1 - i % 3) for i, d in enumerate(docs)], weight=2.0)
    for n, given_ in ((coding.ENOUGH_CODED - 1, False), (coding.ENOUGH_CODED, True)):
        row = coding.results(tables, gold.head(n))["corrected"].query("estimate == 'corrected' and measure == 'mean'").iloc[0]
        assert (not np.isnan(row["low"])) == given_ and row["interval"].startswith("jackknife" if given_ else f"none: {n} of")
    assert row["value"] > tables.stances["stance"].mean()


def test_planted_errors_are_missed_by_the_naive_interval_and_covered_by_the_corrected_one():
    bench = load(ROOT / "benchmarks" / "corrected.py")
    for row in bench.case(200, 200, "stance", 200):
        assert row["naive"] < 0.5 and row["if_shown"] >= 0.9 and row["given"] > 0.9


# --- intruders -------------------------------------------------------------------------------------------------------

TOPICS = pd.DataFrame([("nmf-3-par", k, f"word{k}{r}", 1 / r, r) for k in (1, 2, 3) for r in range(1, 11)],
                      columns=["model", "topic", "term", "weight", "rank"])


def test_each_intruder_is_a_word_of_another_topic_only_and_stands_in_any_place():
    places = set()
    for seed in range(30):
        sheet, answers = coding.intrusions(TOPICS, seed)
        for row, answer in zip(sheet.to_dict("records"), answers):
            words = [row[w] for w in coding.WORDS]
            assert len(set(words)) == 6 and not answer.startswith(f"word{row['topic']}")
            assert sum(w.startswith(f"word{row['topic']}") for w in words) == 5
            places.add(words.index(answer))
        assert sheet["intruder"].eq("").all()
    assert places == set(range(6))


def test_one_topic_has_no_intruders():
    with pytest.raises(ValueError, match="two topics or more"):
        coding.intrusions(TOPICS.query("topic == 1"))


def test_answers_are_scored_with_exact_limits_and_changed_words_are_told(tmp_path):
    tables, (sheet, answers) = SimpleNamespace(topics=TOPICS), coding.intrusions(TOPICS, 5)
    right = sheet.assign(intruder=answers)
    wrong = sheet.assign(intruder=sheet["word_1"].where(sheet["word_1"] != answers, sheet["word_2"]))
    for name, table in (("a", right), ("b", wrong)):
        (tmp_path / f"{name}.csv").write_text(table.to_csv(index=False), encoding="utf-8")
    one, both = (coding.back(tables, [tmp_path / f"{n}.csv" for n in names])[0]["intrusion"] for names in ("a", "ab"))
    assert one.set_index("topic").loc[0, ["share", "low", "high"]].tolist() == pytest.approx([1, 0.025 ** (1 / 3), 1])
    assert both["share"].eq(0.5).all() and both["n_answers"].tolist() == [6, 2, 2, 2]
    for change, said in ((right.assign(word_3="other"), "not the words"), (right.assign(seed=6), "not the words"),
                         (right.assign(seed="x y"), "not the words"), (right.head(2), "not the words"),
                         (right.drop(columns="word_6"), "not the words"),
                         (right.assign(intruder="none"), "row 2: 'none' is none of")):
        (tmp_path / "c.csv").write_text(change.to_csv(index=False), encoding="utf-8")
        assert said in coding.back(tables, [tmp_path / "c.csv"])[1][0]


# --- the loop --------------------------------------------------------------------------------------------------------

def test_the_shipped_coded_sheet_is_the_coding_of_the_five_articles(tables):
    found, wrong = coding.read(tables, [FIVE])
    gold = pd.read_csv(ROOT / "tests" / "gold" / "statements.csv", dtype={"doc": "str"})
    kept = found.dropna(subset="holder")
    assert not wrong and len(kept) == len(gold) and found["weight"].eq(1).all()
    told = coding.results(tables, found)["corrected"]
    assert "Coded by 1 coder: 87 of 87 sentences, in 5 articles." in coding.summary(found, told)
    whole = told[told["measure"] == "mean"].set_index(["pair", "estimate"])["value"]
    pair = told.loc[told["measure"] == "mean", "pair"].iloc[0]
    assert f"{pair}: {whole[pair, 'corrected']:.2f} as coded, all sentences" in coding.summary(found, told)
    assert "with the machine's errors put right" in coding.summary(found.assign(weight=2.0), told)
    assert f"{pair}: {whole[pair, 'naive']:.2f} by the machine alone" in coding.summary(found, told)
    few = told.assign(low=float("nan"), interval="none: 3 of the 50 coded articles needed")
    assert "(no interval, 3 of the 50 coded articles needed)" in coding.summary(found, few)
    needed = f"{coding.MIN_CODED} coded sentences, and {coding.ENOUGH_CODED} coded articles"
    assert needed in coding.summary(found, told.head(0))
    assert sorted(zip(kept["doc_id"].str[:3], kept["par"], kept["sent"], kept["stance"])) == sorted(
        gold[["doc", "par", "sent", "stance"]].itertuples(index=False, name=None))


def test_a_scorer_learns_from_the_codings_as_they_are(tables):
    found = coding.read(tables, [FIVE, FIVE])[0]
    model = stance.fit(tables.stances, tables.sentences, coding.reference(found))
    texts, values, _ = stance.coded(tables.stances, tables.sentences, coding.reference(found))
    assert len(values) == (tables.stances["par"] > 0).sum() and len(model.predict_proba(texts)) == len(values)


def test_the_commands_draw_refuse_to_overwrite_and_read_back(folder, tmp_path, capsys):
    out = tmp_path / "five"
    prepare.prepare(folder, out)
    cli.main(["code-sheet", str(out), "--n", "30", "--strata", "date_kind", "--coders", "2", "--seed", "3"])
    there = sorted(p.name for p in (out / "codings").iterdir())
    assert there == ["sheet-1.csv", "sheet-1.xlsx", "sheet-2.csv", "sheet-2.xlsx"]
    with pytest.raises(SystemExit, match="there already, perhaps coded"):
        cli.main(["code-sheet", str(out), "--n", "30"])
    capsys.readouterr()
    with pytest.raises(SystemExit, match="30 mistakes"):
        cli.main(["code-read", str(out / "codings" / "sheet-1.xlsx"), "--out", str(out)])
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 30 and all("row" in line and "write x" in line for line in told)
    assert not (out / "codings" / "codings.parquet").exists()
    cli.main(["code-read", str(FIVE), str(FIVE), "--out", str(out)])
    for name in ("codings", "coding_pairs", "agreement", "coding_scores", "abstention", "corrected"):
        assert len(store.read(out / "codings", name)), name
    prepare.prepare(ROOT / "data" / "raw", out)
    assert len(coding.kept(prepare.Tables(out))) == 2 * len(coding.read(prepare.Tables(folder), [FIVE])[0])


def test_every_row_of_the_codebook_has_a_meaning():
    book = lexicons.read("codebook")
    assert list(book) == ["topic", "term", "meaning"] and (book != "").all(axis=None)
    assert not book.duplicated(["topic", "term"]).any()
    assert {"-2", "-1", "0", "1", "2"} == set(book.query("topic == 'stance'")["term"])
