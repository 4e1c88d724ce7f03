"""Text to count matrix, and the whole of prepare, beside named peers: the same texts, one core, one run, as ratios of CPU time.

    python benchmarks/speed.py [--corpus PATH] [--articles 10000] [--runs 3] [--write]

Without a corpus, one is made up (made_up.py). Start-up is left out. Peers that are not installed are named. --write keeps the
rows in docs/speed.csv and draws docs/speed.png and the table of docs/speed.md from them. Memory and jobs: see scale.py.
"""

import argparse
import gc
import shutil
import statistics
import subprocess
import sys
import tempfile
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import process_time

import made_up
import pandas as pd
import scale

from demarche import corpus, matrix, prepare, store

QUANTEDA = """
library(quanteda); quanteda_options(threads = 1)
texts <- readLines(file("stdin"), encoding = "UTF-8")
start <- proc.time(); invisible(dfm(tokens(texts))); cat(sum((proc.time() - start)[1:2]))
"""


def count_vectorizer(texts):
    from sklearn.feature_extraction.text import CountVectorizer
    CountVectorizer().fit_transform(texts)


def gensim(texts):
    from gensim.corpora import Dictionary
    from gensim.matutils import corpus2csc
    from gensim.utils import simple_preprocess
    words = Dictionary()
    corpus2csc([words.doc2bow(simple_preprocess(text), allow_update=True) for text in texts])


def polars(texts):
    import polars as pl
    words = pl.DataFrame({"text": texts}).with_row_index("row").select(
        "row", pl.col("text").str.to_lowercase().str.extract_all(r"\w\w+").alias("word")).explode("word")
    words.with_columns(pl.col("word").cast(pl.Categorical).to_physical()).group_by("row", "word").len()


def quanteda(texts):
    """CPU seconds that R tells of quanteda itself."""
    if not shutil.which("Rscript"):
        raise ImportError("R", name="R")
    lines = "\n".join(" ".join(text.split()) for text in texts)
    done = subprocess.run(["Rscript", "-e", QUANTEDA], input=lines, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ImportError("quanteda", name="quanteda")
    return float(done.stdout.split()[-1])


def spacy_words(texts):
    """CPU seconds, without those that make the pipeline: they are start-up."""
    import spacy
    nlp = spacy.blank("en")
    start = process_time()
    for doc in nlp.pipe(texts):
        doc.count_by(spacy.attrs.ORTH)
    return process_time() - start


def spacy_sentences(texts):
    """As `spacy_words`."""
    import spacy
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    start = process_time()
    for doc in nlp.pipe(texts):
        list(doc.sents)
    return process_time() - start


def nltk_words(texts):
    from nltk.tokenize import NLTKWordTokenizer, PunktSentenceTokenizer
    split, words = PunktSentenceTokenizer(), NLTKWordTokenizer()
    for text in texts:
        for sentence in split.tokenize(text):
            words.tokenize(sentence)


def median(call, runs):
    """(median CPU seconds, why there are none)."""
    times = []
    for _ in range(runs):
        gc.collect()
        start = process_time()
        try:
            told = call()
        except ImportError as error:
            return None, f"{error.name} is not installed"
        times.append(told if isinstance(told, float) else process_time() - start)
    return statistics.median(times), None


def compare(task, own, peers, runs):
    """Rows of docs/speed.csv: task, tool, package, version, cpu_s, ratio (of demarche's time to the tool's)."""
    mine = median(own, runs)[0]
    rows = [{"task": task, "tool": "demarche", "version": version("demarche") if installed("demarche") else None, "cpu_s": mine,
             "ratio": 1.0}]
    print(f"{task}: demarche {mine:.2f} CPU s")
    for (tool, package), call in peers.items():
        time, why = median(call, runs)
        print(f"  {tool:42} " + (why or f"{time:.2f} CPU s; demarche takes {mine / time:.2f} of it"), flush=True)
        rows.append({"task": task, "tool": tool, "version": version(package) if installed(package) else None, "cpu_s": time,
                     "ratio": time and mine / time})
    return rows


def installed(package):
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def draw(rows, path):
    """Times as many times demarche's, a row each, as a picture."""
    import matplotlib.pyplot as plt

    from demarche import report
    tasks = list(dict.fromkeys(rows["task"]))
    tall = [max((rows["task"] == task).sum(), 1) for task in tasks]
    fig, axes = plt.subplots(len(tasks), 1, figsize=(6.3, 0.9 + 0.32 * sum(tall)), height_ratios=tall, layout="constrained",
                             squeeze=False)
    for ax, task in zip(axes[:, 0], tasks):
        part = rows[rows["task"] == task].iloc[::-1]
        times = part["cpu_s"] / part.loc[part["tool"] == "demarche", "cpu_s"].item()
        names = part["tool"].str.cat(part["version"].fillna(""), " ").str.strip()
        ax.barh(names, times.fillna(0), color=["#D55E00" if t == "demarche" else "#999999" for t in part["tool"]], height=0.65)
        for y, (x, seconds) in enumerate(zip(times, part["cpu_s"])):
            ax.text(0 if pd.isna(x) else x, y, " not installed" if pd.isna(x) else f" {x:.1f} × ({seconds:.1f} s)", va="center",
                    fontsize=8)
        ax.set_title(f"{task}, CPU time, demarche = 1", loc="left", fontsize=9)
        ax.set_xlim(0, 1.3 * times.max())
        ax.spines[["top", "right"]].set_visible(False)
        ax.tick_params(labelsize=8)
    store.write_bytes(path, report.render(fig, "png"))
    plt.close(fig)


def write(rows):
    """docs/speed.csv, docs/speed.png, and the table of docs/speed.md."""
    shown = rows.assign(**{"CPU s": rows["cpu_s"].map("{:.2f}".format).where(rows["cpu_s"].notna(), "not installed"),
                           "demarche takes": rows["ratio"].map("{:.2f}".format).where(rows["ratio"].notna(), "")})
    shown["version"] = shown["version"].fillna("")
    store.write_bytes(scale.DOCS / "speed.csv", store.csv(rows.round(6)))
    draw(rows, scale.DOCS / "speed.png")
    table = scale.markdown(shown[["corpus", "task", "tool", "version", "CPU s", "demarche takes"]])
    scale.put(scale.DOCS / "speed.md", measured=f"{table}\n\n{scale.machine()}; {date.today().isoformat()}.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus")
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    o = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        path = o.corpus or Path(home, "made-up.jsonl")
        if not o.corpus:
            subprocess.run([sys.executable, made_up.__file__, path, "--articles", str(o.articles)], check=True)
        table = pd.DataFrame(corpus.Reader(path)).head(o.articles)
        texts = table["text"].tolist()
        rows = table[["doc_id", "text"]].assign(par=1, sent=1, role="body")
        size = f"{len(texts):,} articles, {sum(len(t.split()) for t in texts):,} words"
        print(size)
        for _ in range(2):  # what is imported or read once is start-up
            matrix.count(rows.head(9)), count_vectorizer(texts[:9])

        def whole():
            store.remove(Path(home, "out"))
            prepare.prepare(path, Path(home, "out"))
        found = compare("text to count matrix", lambda: matrix.count(rows), {
            ("scikit-learn CountVectorizer", "scikit-learn"): lambda: count_vectorizer(texts),
            ("polars extract_all, counts", "polars"): lambda: polars(texts),
            ("gensim doc2bow", "gensim"): lambda: gensim(texts),
            ("spaCy blank, counts", "spacy"): lambda: spacy_words(texts),
            ("quanteda tokens, dfm", "quanteda"): lambda: quanteda(texts)}, o.runs)
        whole()
        found += compare("prepare, all tables", whole, {
            ("spaCy blank with sentencizer", "spacy"): lambda: spacy_sentences(texts),
            ("nltk word_tokenize on Punkt sentences", "nltk"): lambda: nltk_words(texts)}, o.runs)
        if o.write:
            write(pd.DataFrame(found).assign(corpus=f"{Path(o.corpus).stem if o.corpus else 'made up'}, {size}"))


if __name__ == "__main__":
    main()
