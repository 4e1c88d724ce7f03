"""How well the largest topic of an article tells its label, beside peers in the same run.

    python benchmarks/topics_peers.py LABELLED [--runs 10] [--k N]

LABELLED: a .csv or .jsonl (.gz too) with doc_id, text and label, and title if there is one. Repeated bodies are left out. Each
run is a random nine tenths of the articles, the same for all models, and gives each its seed. Printed: normalised mutual
information and adjusted Rand (means over runs, and the lowest), and CPU seconds from counts to shares. Peers from scikit-learn
see the same text through its own words, min_df 5, max_df 0.5 and English stop words; missing peers are named.
"""

import argparse
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.decomposition import NMF, LatentDirichletAllocation, TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

from demarche import prepare, topics


def tfidf(counts):
    return TfidfTransformer(sublinear_tf=True).fit_transform(counts)


def sklearn_nmf(counts, k, seed, terms):
    return NMF(k, random_state=seed).fit_transform(tfidf(counts)).argmax(axis=1)


def sklearn_lda(counts, k, seed, terms):
    return LatentDirichletAllocation(k, random_state=seed).fit_transform(counts).argmax(axis=1)


def sklearn_svd_kmeans(counts, k, seed, terms):
    factors = normalize(TruncatedSVD(min(100, min(counts.shape) - 1), random_state=seed).fit_transform(tfidf(counts)))
    return KMeans(k, n_init=10, random_state=seed).fit_predict(factors)


def gensim_lda(counts, k, seed, terms):
    from gensim.matutils import Sparse2Corpus
    from gensim.models import LdaModel
    bags = list(Sparse2Corpus(counts.tocsc(), documents_columns=False))
    model = LdaModel(bags, k, id2word=dict(enumerate(terms)), random_state=seed, passes=5)
    return np.array([max(model.get_document_topics(bag, minimum_probability=0), key=lambda p: p[1])[0] for bag in bags])


def gensim_nmf(counts, k, seed, terms):
    from gensim.matutils import Sparse2Corpus
    from gensim.models import Nmf
    bags = list(Sparse2Corpus(tfidf(counts).tocsc(), documents_columns=False))
    model = Nmf(bags, k, id2word=dict(enumerate(terms)), random_state=seed, passes=5)
    found = [model.get_document_topics(bag, minimum_probability=0) for bag in bags]
    return np.array([max(f, key=lambda p: p[1])[0] if f else 0 for f in found])


def tomotopy_lda(counts, k, seed, terms):
    import tomotopy
    model, rows = tomotopy.LDAModel(k=k, seed=seed), counts.tocsr()
    for i in range(rows.shape[0]):
        part = slice(rows.indptr[i], rows.indptr[i + 1])
        model.add_doc(np.repeat(terms[rows.indices[part]], rows.data[part].astype(int)).tolist() or ["-"])
    model.train(500, workers=1)
    return np.array([np.argmax(doc.get_topic_dist()) for doc in model.docs])


PEERS = {"scikit-learn NMF": sklearn_nmf, "scikit-learn LDA": sklearn_lda, "scikit-learn SVD + k-means": sklearn_svd_kmeans,
         "gensim LDA": gensim_lda, "gensim NMF": gensim_nmf, "tomotopy LDA": tomotopy_lda}


def ours(counts, k, model):
    return topics.factorise(counts, k, model)[1](counts).argmax(axis=1)


def labelled(path):
    """The distinct articles of a labelled file, and their tables."""
    read = pd.read_csv(path) if ".csv" in path else pd.read_json(path, lines=True)
    read = read.drop_duplicates("text").assign(doc_id=lambda t: t["doc_id"].astype(str))
    with tempfile.TemporaryDirectory() as folder:
        read.to_csv(Path(folder) / "in.csv", index=False)
        prepare.prepare(Path(folder) / "in.csv", Path(folder) / "out")
        counts = prepare.Tables(Path(folder) / "out").counts
    return read.set_index("doc_id"), counts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labelled")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--k", type=int)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    articles, counts = labelled(options.labelled)
    features, said = topics.units(counts, "article")
    label = articles["label"].reindex(features.ids["doc_id"]).to_numpy()
    k = options.k or len(set(label))
    print(said, f"{len(set(label))} labels, K={k}, {options.runs} runs of nine tenths of the articles")
    body = articles.reindex(features.ids["doc_id"])
    body = (body["title"].fillna("") + "\n" if "title" in body else "") + body["text"].fillna("")
    words, rows = CountVectorizer(stop_words="english", min_df=5, max_df=0.5), []
    plain = words.fit_transform(body)
    models = {f"demarche {m}{' (default)' * (m == 'mixture')}": (ours, features.matrix, m) for m in topics.MODELS}
    models |= {name: (peer, plain, words.get_feature_names_out()) for name, peer in PEERS.items()}
    with threadpool_limits(1):
        for name, (run, counted, more) in models.items():
            for seed in range(options.runs):
                some = np.sort(np.random.default_rng(seed).permutation(len(label))[:len(label) * 9 // 10])
                before = time.process_time()
                try:
                    found = run(counted[some], k, *((more,) if run is ours else (seed, more)))
                except ImportError as missing:
                    print(f"not there: {name} ({missing.name})", file=sys.stderr)
                    break
                cpu = time.process_time() - before
                true = label[some]
                rows.append((name, normalized_mutual_info_score(true, found), adjusted_rand_score(true, found), cpu))
    table = pd.DataFrame(rows, columns=["model", "NMI", "ARI", "cpu"]).groupby("model", sort=False)
    out = table[["NMI", "ARI"]].agg(["mean", "min"]).round(3).assign(cpu=table["cpu"].median().round(2))
    print(out.assign(ratio=(out["cpu"] / out["cpu"]["scikit-learn NMF"]).round(2)).to_string())


if __name__ == "__main__":
    main()
