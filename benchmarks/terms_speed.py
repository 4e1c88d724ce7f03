"""What rates of terms cost, beside a scan of the text: CPU seconds of one process, ratios in one run.

    python benchmarks/terms_speed.py CORPUS [--articles 100000]

The corpus is prepared once, then its articles are repeated under new names until there are as many as asked for, dealt over the
days of a decade, and over twenty outlets where the corpus knows none. Nothing of this is timed. Timed, each by
itself: the whole command in a fresh process (start-up and reading included), and, with tables in memory, eight single words
and three phrases by month and outlet with their limits; beside them `str.count` of the same expressions over all sentences.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
import scipy.sparse

from demarche import matrix, prepare, store, terms

WORDS = ["the", "Pakistan", "minister", "war", "attack*", "government", "said", "terroris*"]
PHRASES = ["foreign minister", "prime minister", "White House"]


def tiled(tables, n):
    """(articles, sentences, counts) of n articles, by repeating those of `tables`."""
    times, m = -(-n // len(tables.articles)), len(tables.articles)
    articles, sentences = [], []
    for k in range(times):
        mark, number = f"-{k:04}", pd.Series(range(k * m, k * m + m), tables.articles.index)
        days = (pd.Timestamp("2014-01-01") + pd.to_timedelta(number * 7919 % 3652, unit="D")).dt.strftime("%Y-%m-%d")
        outlet = tables.articles["outlet"].fillna("outlet " + (number % 20).astype("str"))
        articles.append(tables.articles.assign(doc_id=tables.articles["doc_id"] + mark, date=days, date_from=days, date_to=days,
                                               date_kind="catalogue", outlet=outlet))
        sentences.append(tables.sentences.assign(doc_id=tables.sentences["doc_id"] + mark))
    articles, sentences = pd.concat(articles, ignore_index=True).head(n), pd.concat(sentences, ignore_index=True)
    whole = scipy.sparse.vstack([tables.counts.matrix] * times, format="csr")
    sentences = sentences[sentences["doc_id"].isin(articles["doc_id"])].sort_values(["doc_id", "par", "sent"])
    ids = sentences[["doc_id", "par", "sent", "role"]].reset_index(drop=True)
    return articles, sentences.reset_index(drop=True), matrix.Counts(ids, whole[sentences.index], tables.counts.terms)


def cpu(job):
    """(CPU seconds, result) of one call in this process."""
    start = time.process_time()
    found = job()
    return time.process_time() - start, found


def command(folder, asked):
    """CPU seconds of the whole command in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    options = [part for term in asked for part in ("--term", term)]
    subprocess.run([sys.executable, "-m", "demarche", "terms", folder, "--out", folder, *options, "--by", "month", "--group",
                    "outlet"], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus")
    parser.add_argument("--articles", type=int, default=100_000)
    o = parser.parse_args()
    with tempfile.TemporaryDirectory() as made, tempfile.TemporaryDirectory() as out:
        home = o.corpus if (Path(o.corpus) / store.STAMP).exists() else made
        if home == made:
            prepare.prepare(o.corpus, made)
        few = prepare.Tables(home)
        articles, sentences, counts = tiled(few, o.articles)
        for name, table in (("articles", articles), ("sentences", sentences), ("sources", few.sources.head(0))):
            store.stage(out, store.files(name, table))
        store.stage(out, {"counts.parquet": store.matrix_bytes(counts)})
        store.stage(out, {**{
            name: Path(home, name).read_bytes() for name in ("actors.csv", "rejected.parquet")}})
        store.commit(out, {"tiled": o.articles}, set())
        tables = prepare.Tables(out)
        tables.articles, tables.sentences, tables.counts  # noqa: B018 - read once
        print(f"{len(articles):,} articles, {articles['n_tokens'].sum():,} tokens, "
              f"{articles['date'].str[:7].nunique()} months, "
              f"{articles['outlet'].nunique()} outlets")

        def job(asked):
            hits = terms.hits(tables.sentences, asked, counts=tables.counts)
            return terms.rates(hits, tables.articles, "month", "outlet", sources=False)

        body = tables.sentences.loc[tables.sentences["role"] == "body", "text"]
        rows = []
        for what, asked in (("one word", WORDS[:1]), ("eight words", WORDS), ("three phrases", PHRASES)):
            ours, table = cpu(lambda: job(asked))  # noqa: B023
            scan, found = cpu(lambda: sum(body.str.count(terms.pattern(t)).sum() for t in asked))  # noqa: B023
            assert table["count"].sum() == found
            rows.append((what, ours, scan, scan / ours, len(table)))
        table = pd.DataFrame(rows, columns=["what", "cpu", "scan_of_text_cpu", "ratio", "cells"]).round(2)
        print(table.to_string(index=False))
        print(f"whole command, one word: {command(out, WORDS[:1]):.1f} CPU s; eight words: {command(out, WORDS):.1f} CPU s")


if __name__ == "__main__":
    main()
