"""What a term is, where it stands, its rate per 10,000 tokens, and what the rate rests on."""

import difflib
import re
from itertools import pairwise

import pandas as pd

from demarche import lexicons, matrix, stats
from demarche import sentences as language

PER = 10_000
KEYS = ["doc_id", "par", "sent"]


def pattern(term):
    """The regular expression of a term: a word or phrase at word boundaries, any case, `*` for the rest of a word,
    `|` between spellings. ValueError for a term without a word.

    >>> [bool(pattern("terror*").search(t)) for t in ("Terrorism", "counter-terrorist", "bioterror")]
    [True, True, False]
    """
    one = [re.sub(r"\\\*", r"\\w*", re.escape(t.strip())).replace(r"\ ", r"\s+") for t in term.split("|") if t.strip()]
    found = re.compile(rf"(?<!\w)(?:{'|'.join(one)})(?!\w)".replace("'", "['’]"), re.IGNORECASE)
    if found.search(""):
        raise ValueError(f"term '{term}' has no word in it, or an empty spelling; give a word")
    return found


def hits(sentences, terms, role="body"):
    """Where each term stands: `term, doc_id, par, sent, count`, one row per term and sentence that has it. ValueError names
    every term that never occurs, with its nearest spellings in these sentences."""
    sentences, terms, rows = sentences[sentences["role"] == role], list(dict.fromkeys(terms)), []
    for term in terms:
        count = sentences["text"].str.count(pattern(term))
        rows.append(sentences.loc[count > 0, KEYS].assign(term=term, count=count[count > 0]))
    if missing := [term for term, part in zip(terms, rows) if part.empty]:
        words = sorted({language.fold(w) for text in sentences["text"] for w in re.findall(r"\w+", text)})
        near = (", ".join(difflib.get_close_matches(term.lower().strip("*"), words, 3)) or "nothing" for term in missing)
        raise ValueError(f"{len(missing)} of {len(terms)} terms never occur in these {len(sentences):,} sentences: "
                         + "; ".join(f"'{t}' (near: {n})" for t, n in zip(missing, near)) + ". Check their spelling.")
    return pd.concat(rows, ignore_index=True)[["term", *KEYS, "count"]]


def suggest(counts, n=8):
    """The `n` words that occur in the most articles (ties: most often), stop words and short words left out: a start for a
    corpus that nobody has read yet, not a finding."""
    docs = matrix.group(matrix.select(counts, (counts.ids["role"] == "body").to_numpy()), ["doc_id"])
    table = pd.DataFrame({"term": docs.terms, "articles": (docs.matrix > 0).sum(axis=0), "count": docs.matrix.sum(axis=0)})
    table = table[[len(t) > 3 and t not in lexicons.stopwords() and t[0].isalpha() for t in docs.terms]]
    return table.sort_values(["articles", "count", "term"], ascending=[False, False, True])["term"].head(n).tolist()


def rates(hits, articles, by=None, group=None, pooled=False):
    """The table `terms`: the rate of each term per period and group, per 10,000 body tokens, and what it rests on.

    `by`, `group`, `pooled`: see `stats.cells`. A cell with articles but without the term has rate 0; one without articles has
    no row. Limits: `stats.interval`. `sources`: the sentences behind a row as (doc_id, par, sent); behind a rate of 0, the
    whole articles that were searched.
    """
    cells, rows = stats.cells(articles, by, group, pooled).groupby(["group", "period", "lane"], dropna=False), []
    for term, mine in hits.groupby("term", sort=False):
        per = mine.groupby("doc_id").agg(count=("count", "sum"), sentences=("count", "size"))
        for key, cell in cells:
            x, n_tokens = per.reindex(cell["doc_id"]).fillna(0).astype(int), int(cell["n_tokens"].sum())
            low, high, interval = stats.interval(x["count"], cell["n_tokens"], "rate")
            places = list(mine.loc[mine["doc_id"].isin(cell["doc_id"]), KEYS].itertuples(index=False, name=None))
            rows.append((term, *key, x["count"].sum(), x["sentences"].sum(), (x["count"] > 0).sum(), n_tokens,
                         cell["n_sentences"].sum(), len(cell), None, PER * x["count"].sum() / n_tokens if n_tokens else None,
                         PER * low, PER * high, interval, places or [(d, None, None) for d in cell["doc_id"]]))
    columns = ["term", "group", "period", "lane", "count", "hit_sentences", "hit_articles", "n_tokens", "n_sentences",
               "n_articles", "n_stories", "rate", "low", "high", "interval", "sources"]
    return pd.DataFrame(rows, columns=columns).round({"rate": 6, "low": 6, "high": 6})


def said(table):
    """The term with the highest rate of the pooled rows of `rates`, in words, with its limits and n."""
    top = table.loc[table.loc[table["group"] == "all", "rate"].idxmax()]
    limits = "" if pd.isna(top["low"]) else f" (limits {top['low']:.1f} to {top['high']:.1f})"
    return (f"Most frequent is '{top['term']}': {top['count']:,} in {top['n_tokens']:,} tokens, {top['rate']:.1f} per "
            f"10,000{limits}; it stands in {top['hit_articles']:,} of {stats.many(top['n_articles'], 'article')}.")


def spread(hits, articles):
    """How evenly each term is spread over articles: `term, count, articles, largest_share` (the part of all that stands in one
    article), `dp` (Gries' DP), commonest first."""
    x = hits.pivot_table("count", "doc_id", "term", "sum").reindex(articles["doc_id"]).fillna(0)
    table = pd.DataFrame({"count": x.sum().astype(int), "articles": (x > 0).sum(), "largest_share": x.max() / x.sum(),
                          "dp": x.apply(stats.dispersion, sizes=articles["n_tokens"])}).round(3).reset_index()
    return table.sort_values(["count", "term"], ascending=[False, True], ignore_index=True)


def in_context(sentences, term, width=50, role="body"):
    """Every occurrence of a term with `width` characters left and right: `doc_id, par, sent, left, word, right`."""
    rows = [(*s[:3], s.text[max(0, m.start() - width):m.start()], m[0], s.text[m.end():m.end() + width])
            for s in sentences.loc[sentences["role"] == role, [*KEYS, "text"]].itertuples(index=False)
            for m in pattern(term).finditer(s.text)]
    return pd.DataFrame(rows, columns=[*KEYS, "left", "word", "right"])


def collocations(sentences, n=12, min_count=3):
    """Word pairs that stand together more often than chance: `pair, count, articles, log_likelihood`, strongest first.

    Neighbours within a sentence, stop words and marks left out before pairing; log-likelihood ratio (Dunning 1993) through
    NLTK. The score knows nothing of articles: read the column `articles` beside it.
    """
    from nltk.metrics import BigramAssocMeasures
    stop, pairs = lexicons.stopwords(), []
    for s in sentences[sentences["role"] == "body"].itertuples():
        words = [language.fold(w) for w in language.TOKEN.findall(s.text) if len(w) > 2 and language.is_word(w)]
        pairs += [(s.doc_id, *pair) for pair in pairwise(w for w in words if w not in stop)]
    table = pd.DataFrame(pairs, columns=["doc_id", "first", "second"])
    table["n1"], table["n2"] = (table.groupby(c)["doc_id"].transform("size") for c in ("first", "second"))
    found = table.groupby(["first", "second", "n1", "n2"])["doc_id"].agg(["size", "nunique"]).query("size >= @min_count")
    rows = [(f"{a} {b}", *seen, round(BigramAssocMeasures.likelihood_ratio(seen[0], (n1, n2), len(table)), 1))
            for (a, b, n1, n2), seen in zip(found.index, found.itertuples(index=False, name=None))]
    table = pd.DataFrame(rows, columns=["pair", "count", "articles", "log_likelihood"])
    return table.sort_values(["log_likelihood", "pair"], ascending=[False, True], ignore_index=True).head(n)
