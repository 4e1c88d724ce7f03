"""Text to count matrix, and the whole of prepare, beside named peers: the same texts, one core, one run, as ratios of CPU time.

    python benchmarks/speed.py [--corpus PATH] [--articles 10000] [--runs 3] [--memory]

Without a corpus, one is made up (made_up.py). Start-up is left out. Peers that are not installed are named. --memory: peak
memory of `demarche prepare` on the same corpus in a process of its own, with one job and with two, and their wall time.
"""

import argparse
import gc
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

import made_up

from demarche import corpus, matrix, prepare, store


def count_vectorizer(texts):
    from sklearn.feature_extraction.text import CountVectorizer
    CountVectorizer().fit_transform(texts)


def gensim(texts):
    from gensim.corpora import Dictionary
    from gensim.matutils import corpus2csc
    from gensim.utils import simple_preprocess
    words = Dictionary()
    corpus2csc([words.doc2bow(simple_preprocess(text), allow_update=True) for text in texts])


def spacy_words(texts):
    import spacy
    for doc in spacy.blank("en").pipe(texts):
        doc.count_by(spacy.attrs.ORTH)


def spacy_sentences(texts):
    import spacy
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    for doc in nlp.pipe(texts):
        list(doc.sents)


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
            call()
        except ImportError as error:
            return None, f"{error.name} is not installed"
        times.append(process_time() - start)
    return statistics.median(times), None


def compare(title, own, peers, runs):
    mine = median(own, runs)[0]
    print(f"{title}: demarche {mine:.2f} CPU s")
    for name, call in peers.items():
        time, why = median(call, runs)
        print(f"  {name:42} " + (why or f"{time:.2f} CPU s; demarche takes {mine / time:.2f} of it"), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus")
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--memory", action="store_true")
    o = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        path = o.corpus or Path(home, "made-up.jsonl")
        if not o.corpus:
            subprocess.run([sys.executable, made_up.__file__, path, "--articles", str(o.articles)], check=True)
        table = corpus.read(path)[0].head(o.articles)
        texts = table["text"].tolist()
        rows = table[["doc_id", "text"]].assign(par=1, sent=1, role="body")
        print(f"{len(texts):,} articles, {sum(len(t.split()) for t in texts):,} words")
        matrix.count(rows.head(9)), count_vectorizer(texts[:9])  # what is imported once is start-up
        compare("text to count matrix", lambda: matrix.count(rows), {
            "scikit-learn CountVectorizer": lambda: count_vectorizer(texts), "gensim doc2bow": lambda: gensim(texts),
            "spaCy blank, counts": lambda: spacy_words(texts)}, o.runs)

        def whole():
            store.remove(Path(home, "out"))
            prepare.prepare(path, Path(home, "out"))
        compare("prepare, all tables", whole, {
            "nltk word_tokenize on Punkt sentences": lambda: nltk_words(texts),
            "spaCy blank with sentencizer": lambda: spacy_sentences(texts)}, o.runs)
        for jobs in (1, 2) if o.memory else ():
            start = perf_counter()
            subprocess.run([sys.executable, "-m", "demarche", "prepare", path, "--out", f"{home}/{jobs}", "--jobs", str(jobs)],
                           check=True, stdout=subprocess.DEVNULL)
            most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**10
            print(f"prepare with {jobs} jobs: {perf_counter() - start:.1f} s wall, largest process {most:,.0f} MiB")


if __name__ == "__main__":
    main()
