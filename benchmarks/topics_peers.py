"""Do topics find the sections of a labelled corpus? The suite's models beside others, on the same counts, in one run.

    python benchmarks/topics_peers.py CORPUS.jsonl.gz [--label label] [--k K] [--runs 10]

CORPUS: as for `demarche prepare`, with a column of labels. Exact copies of a text are left out. Each run takes nine tenths of
the articles, and another seed where a model takes one. Printed for each model: normalised mutual information (Strehl and Ghosh
2002) and adjusted Rand index (Hubert and Arabie 1985) of the dominant topic against the labels, mean and least, and median CPU
seconds from counts to shares. Peers that are not installed are named.
"""

import argparse
import statistics
import tempfile
import warnings
from time import process_time

import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import NMF, LatentDirichletAllocation, TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.preprocessing import normalize

from demarche import matrix, prepare, topics


def tfidf(counts):
    return TfidfTransformer().fit_transform(counts)


def svd_kmeans(counts, k, seed):
    factors = normalize(TruncatedSVD(100, random_state=seed).fit_transform(tfidf(counts)))
    return KMeans(k, n_init=1, random_state=seed).fit_predict(factors)


def gensim_lda(counts, k, seed):
    from gensim.matutils import Sparse2Corpus
    from gensim.models import LdaModel
    texts = Sparse2Corpus(counts.T.tocsc())
    model = LdaModel(texts, num_topics=k, random_state=seed, passes=5, id2word={i: str(i) for i in range(counts.shape[1])})
    return np.array([max(model.get_document_topics(text, minimum_probability=0), key=lambda x: x[1])[0] for text in texts])


def tomotopy_lda(counts, k, seed):
    import tomotopy
    model = tomotopy.LDAModel(k=k, seed=seed)
    for row in range(counts.shape[0]):
        a, b = counts.indptr[row], counts.indptr[row + 1]
        model.add_doc([str(t) for t, n in zip(counts.indices[a:b], counts.data[a:b]) for _ in range(n)])
    model.train(500, workers=1)
    return np.array([np.argmax(doc.get_topic_dist()) for doc in model.docs])


WAYS = {
    **{f"demarche {name}": lambda m, k, seed, name=name: topics.factorise(m, k, name)[0].argmax(axis=1)
       for name in topics.MODELS},
    "scikit-learn NMF, default": lambda m, k, seed: NMF(k, random_state=seed).fit_transform(tfidf(m)).argmax(axis=1),
    "scikit-learn LDA, default":
        lambda m, k, seed: LatentDirichletAllocation(k, random_state=seed).fit_transform(m).argmax(axis=1),
    "scikit-learn SVD with k-means": svd_kmeans, "gensim LDA": gensim_lda, "tomotopy LDA": tomotopy_lda}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--label", default="label")
    parser.add_argument("--k", type=int, help="number of topics; without it, the number of labels")
    parser.add_argument("--runs", type=int, default=10)
    o = parser.parse_args()
    with tempfile.TemporaryDirectory() as out:
        print(prepare.prepare(o.corpus, out).splitlines()[0].replace(out, "a temporary folder"))
        tables = prepare.Tables(out)
        articles = tables.articles.drop_duplicates("text").set_index("doc_id")
        counts = topics.units(tables.counts, "article")[0]
    counts = matrix.select(counts, counts.ids["doc_id"].isin(articles.index).to_numpy())
    labels = articles[o.label].reindex(counts.ids["doc_id"]).to_numpy()
    k = o.k or len(set(labels))
    print(f"{len(labels):,} articles with distinct texts, {len(set(labels))} labels, {k} topics, {o.runs} runs of nine tenths")
    warnings.simplefilter("ignore")
    for name, way in WAYS.items():
        found = []
        try:
            for seed in range(o.runs):
                rows = np.sort(np.random.default_rng(seed).permutation(len(labels))[:len(labels) * 9 // 10])
                start = process_time()
                topic = way(counts.matrix[rows], k, seed)
                cpu = process_time() - start
                found.append((normalized_mutual_info_score(labels[rows], topic), adjusted_rand_score(labels[rows], topic), cpu))
        except ImportError as error:
            print(f"{name:32} not installed ({error.name})")
            continue
        nmi, rand, cpu = zip(*found)
        print(f"{name:32} NMI {np.mean(nmi):.3f} (least {min(nmi):.3f}), adjusted Rand {np.mean(rand):.3f} "
              f"(least {min(rand):.3f}), {statistics.median(cpu):.2f} CPU s", flush=True)


if __name__ == "__main__":
    main()
