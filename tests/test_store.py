"""Files are written whole or not at all, the same bytes for the same data, and checked when they are read."""

import json
import os

import numpy as np
import pandas as pd
import pytest
import scipy.sparse

from demarche import matrix, store

TABLE = pd.DataFrame({"file": ["a.txt", "b.txt"], "line": [0, 3], "reason": ["empty", "Müll, “quoted”\nand broken"]})


def test_a_table_comes_back_as_it_was_written(tmp_path):
    written = store.write(tmp_path, rejected=TABLE)["rejected"]
    assert store.read(tmp_path, "rejected").equals(written)
    assert pd.read_csv(tmp_path / "rejected.csv")["reason"].tolist() == TABLE["reason"].tolist()


def test_two_runs_write_the_same_bytes(tmp_path):
    for folder in ("one", "two"):
        store.write(tmp_path / folder, rejected=TABLE.iloc[::-1])
    for name in ("rejected.parquet", "rejected.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_an_interrupted_write_leaves_the_old_file_whole_and_nothing_else(tmp_path, monkeypatch):
    store.write_bytes(tmp_path / "x.txt", "old")
    monkeypatch.setattr(os, "replace", lambda *paths: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        store.write_bytes(tmp_path / "x.txt", "new")
    assert (tmp_path / "x.txt").read_text() == "old" and [p.name for p in tmp_path.iterdir()] == ["x.txt"]


def test_the_same_content_is_not_written_again(tmp_path, monkeypatch):
    store.write_bytes(tmp_path / "x.txt", "same")
    monkeypatch.setattr(os, "replace", lambda *paths: pytest.fail("written again"))
    store.write_bytes(tmp_path / "x.txt", b"same")


def test_a_table_that_grew_large_loses_its_csv(tmp_path, monkeypatch):
    store.write(tmp_path, rejected=TABLE)
    monkeypatch.setattr(store, "MAX_CSV_ROWS", 1)
    store.write(tmp_path, rejected=TABLE)
    assert not (tmp_path / "rejected.csv").exists() and (tmp_path / "rejected.parquet").exists()


def test_a_missing_table_says_which_command_makes_it(tmp_path):
    with pytest.raises(FileNotFoundError, match="demarche prepare"):
        store.read(tmp_path, "articles")


def test_a_table_that_was_tampered_with_is_refused(tmp_path):
    store.write(tmp_path, rejected=TABLE)
    pd.read_parquet(tmp_path / "rejected.parquet").drop(columns="reason").to_parquet(tmp_path / "rejected.parquet")
    with pytest.raises(ValueError, match="column 'reason' is missing"):
        store.read(tmp_path, "rejected")


@pytest.mark.parametrize("terms", [[], ["a"], ["a", "naïve", "x" * 10_000, "漢字"]])
def test_the_count_matrix_comes_back_with_any_terms(tmp_path, terms):
    m = scipy.sparse.csr_array(np.arange(2 * len(terms), dtype=np.int64).reshape(2, len(terms)))
    store.write_bytes(tmp_path / "counts.parquet", store.matrix_bytes(matrix.Counts(None, m, np.array(terms, dtype=object))))
    back, names = store.read_matrix(tmp_path)
    assert names.tolist() == terms and back.shape == m.shape and (back.toarray() == m.toarray()).all()


def test_what_a_killed_run_left_takes_nothing_away_outside_of_its_folder(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    folder = tmp_path / "out"
    store.write_bytes(folder / store.MAKING / "a.csv", "a")
    drop = ["../mine.txt", str(tmp_path / "mine.txt"), "gone.csv"]
    store.write_bytes(folder / "gone.csv", "gone")
    store.write_bytes(folder / store.MAKING / store.WHOLE, json.dumps({"stamp": {"parts": []}, "drop": drop}))
    store.recover(folder)
    assert (tmp_path / "mine.txt").exists() and not (folder / "gone.csv").exists() and (folder / "a.csv").exists()


@pytest.mark.parametrize("broken", ["", "{", "[]", "\0" * 99])
def test_a_note_of_a_killed_run_that_the_disk_lost_is_no_note(tmp_path, broken):
    store.write_bytes(tmp_path / store.MAKING / store.WHOLE, broken)
    with store.lock(tmp_path):
        pass
    assert store.stamp(tmp_path) == {}
