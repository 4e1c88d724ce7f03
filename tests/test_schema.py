"""One schema for every table: what it asks for, and what it says of a table that has something else."""

import pandas as pd
import pytest

from demarche import schema

REJECTED = pd.DataFrame({"file": ["b.txt", "a.txt"], "line": [0, 3], "reason": ["empty", "no text"]})


def test_every_table_has_a_key_that_is_never_null_unless_said_so():
    for name, table in schema.TABLES.items():
        assert table.key and set(table.key) <= set(table.columns), name


def test_every_column_has_a_kind_and_a_meaning():
    spec = schema.SPEC
    assert (spec["meaning"] != "").all() and set(spec["kind"]) <= {"str", "int", "float", "bool"}
    assert not spec.duplicated(["table", "column"]).any()


def test_conform_sorts_by_key_orders_the_columns_and_sets_their_kinds():
    table = schema.conform("rejected", REJECTED[["reason", "line", "file"]])
    assert list(table) == ["file", "line", "reason"] and table["file"].tolist() == ["a.txt", "b.txt"]
    assert table["line"].dtype == "Int64"


def test_conform_rounds_to_six_decimals_and_knows_no_negative_zero():
    row = {"model": "m", "topic": [1, 2], "term": ["x", "y"], "weight": [0.12345678, -1e-9], "rank": [1, 2]}
    weights = schema.conform("topics", pd.DataFrame(row))["weight"].tolist()
    assert weights == [0.123457, 0.0] and str(weights[1]) == "0.0"


def test_columns_of_the_users_own_stay_in_articles_and_nowhere_else():
    assert "mine" not in schema.conform("rejected", REJECTED.assign(mine=1))
    want = schema.TABLES["articles"]
    row = {c: [1 if kind == "int" else "x"] for c, kind in want.columns.items() if c not in want.nullable}
    table = schema.conform("articles", pd.DataFrame({"mine": ["m"], **row}))
    assert list(table) == [*want.columns, "mine"] and table[sorted(want.nullable)].isna().all(axis=None)


def test_all_offences_are_told_at_once():
    bad = pd.DataFrame({"file": ["a.txt", "a.txt", None], "line": [0, 0, 1]})
    with pytest.raises(ValueError, match="column 'file' has 1 empty values.*column 'reason' is missing"):
        schema.require(rejected=bad)


def test_a_key_that_occurs_twice_is_named():
    with pytest.raises(ValueError, match="1 keys occur twice, first a.txt, 0"):
        schema.require(rejected=pd.DataFrame({"file": ["a.txt"] * 2, "line": [0, 0], "reason": ["x", "y"]}))


def test_numbers_where_text_should_be_are_an_offence():
    with pytest.raises(ValueError, match="column 'reason' holds int64, not str"):
        schema.require(rejected=REJECTED.assign(reason=[1, 2]))
