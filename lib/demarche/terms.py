"""Term frequency: what a term is, where it stands, its rate per 10,000 tokens, and what the rate rests on."""

import difflib
import re

import pandas as pd

from demarche import lexicons, sentences as language, stats

PER = 10_000
KEYS = ["doc_id", "par", "sent"]


def pattern(term):
    """The regular expression of a term: a word or phrase at word boundaries, any case, `*` for the rest of a word,
    `|` between spellings.

    >>> [bool(pattern("terror*").search(t)) for t in ("Terrorism", "counter-terrorist", "bioterror")]
    [True, True, False]
    """
    one = [re.sub(r"\\\*", r"\\w*", re.escape(t.strip())).replace(r"\ ", r"\s+") for t in term.split("|") if t.strip()]
    if not one:
        raise ValueError(f"term '{term}' is empty; give a word")
    return re.compile(rf"(?<!\w)(?:{'|'.join(one)})(?!\w)".replace("'", "['’]"), re.I)


def hits(sentences, terms, role="body"):
    """Where each term stands: `term, doc_id, par, sent, count`, one row per term and sentence that has it.

    Raises ValueError naming every term that never occurs, each with its nearest spellings in these sentences.

    >>> s = pd.DataFrame([("a", 1, 1, "body", "Talks on talks.")], columns=[*KEYS, "role", "text"])
    >>> hits(s, ["talk*"])["count"].tolist()
    [2]
    """
    sentences = sentences[sentences["role"] == role] if role else sentences
    rows, missing = [], []
    for term in dict.fromkeys(terms):
        count = sentences["text"].str.count(pattern(term))
        found = sentences.loc[count > 0, KEYS].assign(term=term, count=count[count > 0])
        rows.append(found)
        if found.empty:
            missing.append(term)
    if missing:
        words = {language.fold(w) for text in sentences["text"] for w in re.findall(r"\w+", text)}
        near = {t: difflib.get_close_matches(t.lower().strip("*"), sorted(words), 3) for t in missing}
        said = "; ".join(f"'{t}' (near: {', '.join(n) or 'nothing'})" for t, n in near.items())
        raise ValueError(f"{len(missing)} of {len(set(terms))} terms never occur in these {len(sentences):,} sentences: {said}. "
                         "Check their spelling, or take them out.")
    return pd.concat(rows, ignore_index=True)[["term", *KEYS, "count"]]


def suggest(counts, articles, n=8):
    """The `n` words that occur in the most articles (ties: most often), stop words and short words left out.

    A start for a corpus that nobody has read yet, not a finding: with few articles, what most have in common.
    """
    from demarche import matrix

    docs = matrix.group(matrix.select(counts, (counts.ids["role"] == "body").to_numpy()), ["doc_id"])
    stop = lexicons.stopwords()
    table = pd.DataFrame({"term": docs.terms, "articles": (docs.matrix > 0).sum(axis=0), "count": docs.matrix.sum(axis=0)})
    table = table[[len(t) > 3 and t not in stop and t[0].isalpha() for t in docs.terms]]
    return table.sort_values(["articles", "count", "term"], ascending=[False, False, True])["term"].head(n).tolist()


def rates(hits, articles, by=None, group=None):
    """The table `terms`: the rate of each term per period and group, per 10,000 body tokens, and what it rests on.

    `by`: None (the whole corpus), 'day', 'month' or 'year'; undated articles form the lane 'undated' with no period.
    `group`: None, or a column of `articles` ('doc_id', 'outlet' ...); an unknown group is shown as 'unknown'.
    A period with articles but without the term has rate 0; one without articles has no row. `low`, `high`: jackknife t
    over articles, none below 4; `interval` says so, and how often such an interval holds in simulation.
    `sources` lists the sentences behind each row as (doc_id, par, sent).
    """
    frame = articles[["doc_id", "n_tokens", "n_sentences"]].copy()
    frame["group"] = articles[group].fillna("unknown") if group else "all"
    length = {None: 0, "day": 10, "month": 7, "year": 4}[by]
    frame["period"] = articles["date"].str[:length] if by else "all"
    frame["lane"] = articles["date"].notna().map({True: "dated", False: "undated"}) if by else "all"
    cells = [g for _, g in frame.groupby(["group", "period", "lane"], dropna=False, sort=True)]
    per_doc = hits.groupby(["term", "doc_id"], sort=False)
    count, sents = per_doc["count"].sum(), per_doc.size()
    places = per_doc[KEYS].apply(lambda g: list(g.itertuples(index=False, name=None)))
    rows = []
    for term in hits["term"].unique():
        mine, mine_sents, mine_places = count[term], sents[term], places[term]
        for cell in cells:
            x = mine.reindex(cell["doc_id"]).fillna(0).to_numpy()
            y, n_tokens = cell["n_tokens"].to_numpy(float), int(cell["n_tokens"].sum())
            low, high = stats.ratio_interval(x, y, floor=0)
            inside = mine_places.index.intersection(cell["doc_id"], sort=False)
            rows.append(dict(
                term=term, group=cell["group"].iloc[0], period=cell["period"].iloc[0], lane=cell["lane"].iloc[0],
                count=int(x.sum()), hit_sentences=int(mine_sents.reindex(cell["doc_id"]).sum()), hit_articles=int((x > 0).sum()),
                n_tokens=n_tokens, n_sentences=int(cell["n_sentences"].sum()), n_articles=len(cell),
                rate=PER * x.sum() / n_tokens if n_tokens else None, low=PER * low, high=PER * high,
                interval=_interval(x, y), sources=[p for d in inside for p in mine_places[d]]))
    table = pd.DataFrame(rows)
    return table.round({"rate": 6, "low": 6, "high": 6})


def _interval(x, y):
    """What the interval is and is worth, in words."""
    n = int((y > 0).sum())
    if n < stats.MIN_ARTICLES:
        return f"none: {n} article{'s' * (n != 1)}, at least {stats.MIN_ARTICLES} are needed"
    if not x.sum():
        return "none: no occurrence"
    return f"jackknife t over {n} articles, 95% nominal, {stats.coverage(x, y):.0%} in simulation"


def spread(hits, articles):
    """How evenly each term is spread over articles: `term, count, articles, largest_share, dp` (Gries' DP), commonest first."""
    rows = []
    for term, part in hits.groupby("term", sort=False):
        x = part.groupby("doc_id")["count"].sum().reindex(articles["doc_id"]).fillna(0).to_numpy()
        rows.append(dict(term=term, count=int(x.sum()), articles=int((x > 0).sum()), largest_share=x.max() / x.sum(),
                         dp=stats.dispersion(x, articles["n_tokens"])))
    return pd.DataFrame(rows).round(3).sort_values(["count", "term"], ascending=[False, True], ignore_index=True)


def in_context(sentences, term, width=50, role="body"):
    """Every occurrence of a term with `width` characters left and right: `doc_id, par, sent, left, word, right`."""
    sentences, found = sentences[sentences["role"] == role], pattern(term)
    rows = [(*s[:3], s.text[max(0, m.start() - width):m.start()], m[0], s.text[m.end():m.end() + width])
            for s in sentences[[*KEYS, "text"]].itertuples(index=False) for m in found.finditer(s.text)]
    return pd.DataFrame(rows, columns=[*KEYS, "left", "word", "right"])


def collocations(sentences, n=12, min_count=3):
    """Word pairs that stand together more often than chance: `pair, count, articles, log_likelihood`, strongest first.

    Neighbours within a sentence, stop words and marks left out before pairing; log-likelihood ratio (Dunning 1993)
    through NLTK. The score knows nothing of articles: read the column `articles` beside it.
    """
    from nltk.collocations import BigramCollocationFinder
    from nltk.metrics import BigramAssocMeasures

    stop, docs, texts = lexicons.stopwords(), {}, []
    for s in sentences[sentences["role"] == "body"].itertuples():
        words = [w for a, b in language.tokens(s.text) if language.is_word(w := language.fold(s.text[a:b])) and w not in stop
                 and len(w) > 2]
        texts.append(words)
        for pair in zip(words, words[1:]):
            docs.setdefault(pair, set()).add(s.doc_id)
    finder = BigramCollocationFinder.from_documents(texts)
    finder.apply_freq_filter(min_count)
    scored = finder.score_ngrams(BigramAssocMeasures.likelihood_ratio)
    rows = [(" ".join(p), finder.ngram_fd[p], len(docs.get(p, ())), round(score, 1)) for p, score in scored if p in docs]
    table = pd.DataFrame(rows, columns=["pair", "count", "articles", "log_likelihood"])
    return table.sort_values(["log_likelihood", "pair"], ascending=[False, True], ignore_index=True).head(n)
