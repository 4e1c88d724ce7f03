"""A corpus in parts, in a pool or on a cluster, stopped and gone on with: the tables are those of one undisturbed run."""

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from demarche import engine, prepare, schema, store
from work import die_once, double

TABLES = [*prepare.ARTICLE_TABLES[:4], "rejected"]


def corpus(folder, numbers):
    folder.mkdir(exist_ok=True)
    for n in numbers:
        text = (f"Kabul talks, day {n}\n\nKABUL: Pakistan on May {n % 28 + 1}, 2024 urged Afghanistan to act against TTP. "
                f"It was call {n}.")
        (folder / f"{n:03}.txt").write_text(text, encoding="utf-8")
    return folder


def held(folder, names=TABLES):
    """The tables of a folder, sorted by key; the count matrix as dense numbers with its terms."""
    tables = prepare.Tables(folder)
    found = {name: getattr(tables, name).sort_values(schema.TABLES[name].key, ignore_index=True) for name in names}
    counts = tables.counts
    words = pd.DataFrame(counts.matrix.toarray(), columns=counts.terms)
    return {**found, "counts": pd.concat([counts.ids, words], axis=1).sort_values(["doc_id", "par", "sent"], ignore_index=True)}


def assert_same(one, other):
    for name in one:
        pd.testing.assert_frame_equal(one[name], other[name])


@pytest.fixture
def small(monkeypatch):
    """Parts of two to four articles."""
    for name, value in (("MIN_PART", 2), ("MAX_PART", 4), ("ONE_IN", 2)):
        monkeypatch.setattr(prepare, name, value)


@pytest.fixture
def whole(tmp_path):
    """The tables of 20 articles, made in one part."""
    prepare.prepare(corpus(tmp_path / "in", range(20)), tmp_path / "whole")
    prepare.add_statements(tmp_path / "whole")
    return held(tmp_path / "whole", [*TABLES, *prepare.STATEMENT_TABLES])


def test_parts_add_up_to_the_whole(tmp_path, whole, small):
    prepare.prepare(tmp_path / "in", tmp_path / "out")
    prepare.add_statements(tmp_path / "out")
    assert len(store.parts(tmp_path / "out", "articles")) > 4
    assert_same(held(tmp_path / "out", [*TABLES, *prepare.STATEMENT_TABLES]), whole)
    assert prepare.summary(tmp_path / "out").splitlines()[1:] == prepare.summary(tmp_path / "whole").splitlines()[1:]


def test_parts_of_which_some_lack_a_column_are_one_table(tmp_path, small):
    rows = [{"doc_id": f"{n:02}", "text": f"They met on day {n}."} | ({"desk": "world"} if n > 10 else {}) for n in range(20)]
    (tmp_path / "c.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    prepare.prepare(tmp_path / "c.jsonl", tmp_path / "out")
    articles = prepare.Tables(tmp_path / "out").articles
    assert articles["desk"].dtype == "str" and articles["desk"].notna().tolist() == [n > 10 for n in range(20)]
    assert articles["url"].isna().all()


def test_long_articles_make_parts_of_fewer(tmp_path, whole, monkeypatch):
    monkeypatch.setattr(prepare, "PART_LETTERS", 500)
    prepare.prepare(tmp_path / "in", tmp_path / "out")
    assert 3 < len(store.parts(tmp_path / "out", "articles")) < 20
    assert_same(held(tmp_path / "out"), {k: v for k, v in whole.items() if k not in prepare.STATEMENT_TABLES})


def test_a_prepared_folder_of_parts_is_a_corpus(tmp_path, whole, small):
    prepare.prepare(tmp_path / "in", tmp_path / "out")
    prepare.prepare(tmp_path / "out", tmp_path / "copy")
    assert_same(held(tmp_path / "copy"), {k: v for k, v in whole.items() if k not in prepare.STATEMENT_TABLES})


def counted(monkeypatch, name):
    calls, real = [], getattr(prepare, name)
    monkeypatch.setattr(prepare, name, lambda part, **k: calls.append(part) or real(part, **k))
    return calls


def test_the_newest_articles_may_stand_first_in_a_table(tmp_path, small, monkeypatch):
    rows = [json.dumps({"doc_id": f"{n:02}", "text": f"They met on day {n}."}) for n in range(40)]
    (tmp_path / "c.jsonl").write_text("\n".join(rows[3:]), encoding="utf-8")
    prepare.prepare(tmp_path / "c.jsonl", tmp_path / "out")
    calls = counted(monkeypatch, "article_tables")
    (tmp_path / "c.jsonl").write_text("\n".join(rows), encoding="utf-8")
    prepare.prepare(tmp_path / "c.jsonl", tmp_path / "out")
    assert 1 <= len(calls) <= 4 and len(store.parts(tmp_path / "out", "articles")) > 8
    assert prepare.Tables(tmp_path / "out").articles["doc_id"].nunique() == 40


def test_a_new_article_is_read_and_the_parts_it_does_not_touch_are_not_read_again(tmp_path, small, monkeypatch):
    prepare.prepare(corpus(tmp_path / "in", range(0, 36, 2)), tmp_path / "out")
    prepare.add_statements(tmp_path / "out")
    calls, said = counted(monkeypatch, "article_tables"), counted(monkeypatch, "statement_tables")
    corpus(tmp_path / "in", [17])
    prepare.prepare(tmp_path / "in", tmp_path / "out")
    prepare.add_statements(tmp_path / "out")
    assert 1 <= len(calls) <= 3 and 1 <= len(said) <= 3
    prepare.prepare(tmp_path / "in", tmp_path / "new")
    prepare.add_statements(tmp_path / "new")
    names = [*TABLES, *prepare.STATEMENT_TABLES]
    assert_same(held(tmp_path / "out", names), held(tmp_path / "new", names))
    assert set(store.tables(tmp_path / "out")) == set(store.tables(tmp_path / "new"))


def test_articles_that_go_take_their_rows_with_them_also_where_one_part_is_left(tmp_path, small):
    prepare.prepare(corpus(tmp_path / "in", range(12)), tmp_path / "out")
    for n in range(2, 12):
        (tmp_path / "in" / f"{n:03}.txt").unlink()
    prepare.prepare(tmp_path / "in", tmp_path / "out")
    assert (tmp_path / "out" / "articles.parquet").is_file()
    assert prepare.Tables(tmp_path / "out").articles["doc_id"].tolist() == ["000", "001"]
    assert pd.read_csv(tmp_path / "out" / "articles.csv")["doc_id"].tolist() == [0, 1]


def test_stories_that_were_asked_for_once_are_told_again(tmp_path, small):
    prepare.prepare(corpus(tmp_path / "in", range(8)), tmp_path / "out")
    prepare.add_stories(tmp_path / "out")
    corpus(tmp_path / "in", [9])
    prepare.prepare(tmp_path / "in", tmp_path / "out")
    assert prepare.Tables(tmp_path / "out").articles["story_id"].notna().all()


def test_a_run_stopped_at_any_moment_leaves_old_or_new_tables_or_goes_on(tmp_path, small, monkeypatch):
    prepare.prepare(corpus(tmp_path / "in", range(9)), tmp_path / "whole")
    old = held((prepare.prepare(corpus(tmp_path / "first", range(5)), tmp_path / "out"), tmp_path / "out")[1])
    replace, stopped = os.replace, 0
    for moment in range(200):
        left = [moment]

        def stop(one, other, left=left):
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            replace(one, other)
        monkeypatch.setattr(os, "replace", stop)
        try:
            prepare.prepare(tmp_path / "in", tmp_path / "out")
        except KeyboardInterrupt:
            stopped += 1
            monkeypatch.setattr(os, "replace", replace)
            if store.stamp(tmp_path / "out"):
                assert_same(held(tmp_path / "out"), old)
            continue
        break
    assert stopped > 5
    assert_same(held(tmp_path / "out"), held(tmp_path / "whole"))
    assert not (tmp_path / "out" / store.MAKING).exists()


def test_a_full_disk_leaves_the_old_tables_whole(tmp_path, small, monkeypatch):
    prepare.prepare(corpus(tmp_path / "in", range(5)), tmp_path / "out")
    old = held(tmp_path / "out")
    corpus(tmp_path / "in", range(5, 30))
    real, left = store.write_bytes, [6]

    def full(path, data):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        real(path, data)
    monkeypatch.setattr(store, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        prepare.prepare(tmp_path / "in", tmp_path / "out")
    monkeypatch.setattr(store, "write_bytes", real)
    assert_same(held(tmp_path / "out"), old)
    prepare.prepare(tmp_path / "in", tmp_path / "out")
    assert len(prepare.Tables(tmp_path / "out").articles) == 30


def test_two_runs_into_one_folder_are_told_apart(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "LOCK_TIMEOUT", 0.1)
    with store.lock(tmp_path / "out"), pytest.raises(ValueError, match="another run writes there now"):
        prepare.prepare(corpus(tmp_path / "in", range(2)), tmp_path / "out")
    prepare.prepare(tmp_path / "in", tmp_path / "out")


def ones(items):
    return ((1, item) for item in items)


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_item_comes_back_with_its_number(jobs):
    assert dict(engine.run(double, ones(range(9)), engine.Engine("local", jobs, None))) == {n: 2 * n for n in range(9)}


def test_items_are_taken_as_they_are_needed_not_all_at_once():
    taken = []
    results = engine.run(double, ones(taken.append(n) or n for n in range(50)), engine.Engine("local", 2, None))
    next(results)
    assert len(taken) <= 8
    results.close()


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_a_worker_that_dies_is_told_in_one_line(tmp_path):
    how = engine.Engine("local", 2, None)
    with pytest.raises(ValueError, match="a worker process died"):
        list(engine.run(partial(die_once, tmp_path / "x"), ones(range(9)), how))
    assert len(list(engine.run(partial(die_once, tmp_path / "x"), ones(range(9)), how))) == 9


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc to look up workers")
def test_workers_end_with_a_parent_that_is_killed_and_leave_its_folder_free(tmp_path):
    out = tmp_path / "out"
    code = ("import sys, time\nfrom demarche import engine, store\nfrom work import double\n"
            "held = store.lock(sys.argv[1])\n"
            "for _ in engine.run(double, ((1, n) for n in range(9)), engine.Engine('local', 2, None)):\n"
            "    print('begun', flush=True)\n    time.sleep(60)")
    paths = os.pathsep.join([str(Path(__file__).parent), str(Path(engine.__file__).parents[1])])
    with subprocess.Popen([sys.executable, "-c", code, str(out)], stdout=subprocess.PIPE,
                          env={**os.environ, "PYTHONPATH": paths}) as run:
        assert run.stdout.readline() == b"begun\n"
        workers = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
        run.kill()
    assert len(workers) == 2
    with store.lock(out):
        until = time.monotonic() + 60
        while left := [worker for worker in workers if Path(f"/proc/{worker}/exe").exists()]:
            assert time.monotonic() < until, left
            time.sleep(0.05)


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_a_dask_cluster_gives_the_same_tables_though_a_worker_is_killed(tmp_path, whole, small):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True) as cluster:
        how = engine.Engine("dask", 2, cluster.scheduler_address)
        assert dict(engine.run(partial(die_once, tmp_path / "x"), ones(range(9)), how)) == {n: 2 * n for n in range(9)}
        assert (tmp_path / "x").exists()
        prepare.prepare(tmp_path / "in", tmp_path / "out", how=how)
        prepare.add_statements(tmp_path / "out", how)
    assert_same(held(tmp_path / "out", [*TABLES, *prepare.STATEMENT_TABLES]), whole)


def test_a_cluster_that_does_not_answer_is_told_in_one_line(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(engine, "CONNECT_TIMEOUT", 0.2)
    with pytest.raises(ValueError, match="no dask scheduler answers at tcp://127.0.0.1:9"):
        list(engine.run(double, ones([1]), engine.Engine("dask", 1, "tcp://127.0.0.1:9")))


@pytest.mark.stress
@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_two_hundred_kills_at_random_moments_change_nothing(tmp_path):
    draw = random.Random(7)
    words = [f"{a}{b}" for a in "bdfgklmnprst" for b in ("an", "en", "ist", "oro", "ule")]
    rows = [{"doc_id": f"{n:05}", "date": f"2024-05-{n % 28 + 1:02}", "text": "Pakistan urged Kabul to act. " + " ".join(
        draw.choices(words, k=100))} for n in range(4_000)]
    pd.DataFrame(rows).to_csv(tmp_path / "c.csv", index=False)
    command = [sys.executable, "-m", "demarche", "prepare", str(tmp_path / "c.csv"), "--out"]
    start = time.monotonic()
    subprocess.run([*command, str(tmp_path / "whole")], check=True, capture_output=True)
    took, kills = time.monotonic() - start, 0
    while kills < 200:
        run = subprocess.Popen([*command, str(tmp_path / "out")], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            run.wait(draw.uniform(0.2 * took, took))
            assert run.returncode == 0, run.stderr.read()
            if draw.random() < 0.8:  # a finished one begins anew, with one article fewer and back, or from nothing
                store.remove(Path(tmp_path / "out"))
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGKILL)
            run.wait()
            kills += 1
        run.stderr.close()
    subprocess.run([*command, str(tmp_path / "out")], check=True, capture_output=True)
    assert_same(held(tmp_path / "out"), held(tmp_path / "whole"))
    assert set(store.tables(tmp_path / "out")) == set(store.tables(tmp_path / "whole"))
