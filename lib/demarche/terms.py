"""What a term is, where it stands, its rate per 10,000 tokens, and what the rate rests on."""

import re
from contextlib import suppress
from difflib import get_close_matches
from itertools import pairwise

import numpy as np
import pandas as pd

from demarche import lexicons, matrix, schema, stats, store, stories
from demarche import sentences as language
from demarche.schema import SENTENCE

CELL = ["group", "period", "lane"]  # what tells the cells of `stats.cells` apart
# Words in which a term may begin or end where no word of the text does: with a lone mark, or a number with letters behind.
_ODD = re.compile(r"\u0307|^\d+(?:[.,:]\d+)+[^\W\d_]+$", re.MULTILINE)


def pattern(term, regex=False):
    """The regular expression of a term: a word or phrase at word boundaries, any case, `*` for the rest of a word,
    `|` between spellings; or `term` itself as one. ValueError for a term without a word, or a broken expression.

    >>> [bool(pattern("terror*").search(t)) for t in ("Terrorism", "counter-terrorist", "bioterror")]
    [True, True, False]
    """
    one = [re.sub(r"\\\*", r"\\w*", re.escape(t.strip())).replace(r"\ ", r"\s+") for t in term.split("|") if t.strip()]
    with schema.failing(re.error, lambda error: f"'{term}' is no regular expression: {error}"):
        found = re.compile(term if regex else re.sub("['’]", "['’]", rf"(?<!\w)(?:{'|'.join(one)})(?!\w)"), re.IGNORECASE)
    schema.refuse(found.search(""), f"term '{term}' has no word in it, or an empty spelling; give a word")
    return found


def dictionary(path):
    """{name: spellings joined by |} of a dictionary of named sets: YAML (name: spelling or list of them), or a CSV with the
    columns name and term, one row per spelling. ValueError where it is neither."""
    sets = None
    if str(path).lower().endswith((".yaml", ".yml")):
        import yaml
        with open(path, encoding="utf-8-sig") as file, suppress(ValueError, RecursionError, yaml.YAMLError):
            sets = yaml.load(file, yaml.BaseLoader)  # all is text: 'no' and 'on' are words
    else:
        sets = store.read_csv(path, ["name", "term"]).groupby("name", sort=False)["term"].agg(list).to_dict()
    lists = {str(name): v if isinstance(v, list) else [v] for name, v in sets.items()} if isinstance(sets, dict) else {}
    if not lists or any(isinstance(spelling, dict | list) for v in lists.values() for spelling in v):
        raise ValueError(f"{path}: a dictionary is YAML of 'name: [spelling, ...]', or a CSV with the columns name and term")
    return {name: "|".join(map(str, v)) for name, v in lists.items()}


def part(tables, role="body", inside=None, speaker=False):
    """(sentences, counts, articles) of a part of the text, to give to `hits` and `rates`: denominators are those of the part,
    and articles without any of it are left out (of the body: none).

    `inside`: 'quotes', the direct statements, or 'outside' of them. `speaker`: what statements say, by who says it: an article
    has a row for each `speaker` (the actor, else the name as printed). A statement within a statement counts for both, and
    text in none for nobody, so speakers don't add up to the whole.
    """
    if role == "body" and not inside and not speaker:
        return tables.sentences, tables.counts, tables.articles
    texts, key = tables.sentences[tables.sentences["role"] == role], ["doc_id"] + ["speaker"] * speaker
    texts = _pieces(texts, tables.statements, inside, speaker) if inside or speaker else texts
    counts = matrix.count(texts)
    sizes = texts.assign(n_tokens=counts.matrix.sum(axis=1), first=~texts.duplicated([*key, *SENTENCE])).groupby(key)
    sizes = sizes.agg(n_tokens=("n_tokens", "sum"), n_sentences=("first", "sum")).reset_index()
    return texts, counts, tables.articles.drop(columns=["n_tokens", "n_sentences"]).merge(sizes, on="doc_id")


def _pieces(sentences, statements, inside, speaker):
    """The pieces of sentences that statements cover, or that none covers: see `part`."""
    direct = statements["form"] == "direct"
    statements = statements[~direct if speaker and inside == "outside" else direct] if inside else statements
    spoken = statements.assign(who=statements["holder"].fillna(statements["speaker"]).fillna("unknown"))
    spoken, rows = spoken.groupby(SENTENCE)[["start", "end", "who"]].agg(list), []
    for s in sentences.merge(spoken, on=SENTENCE, how="left").itertuples(index=False):
        spans = list(zip(s.start_y, s.end_y, s.who)) if isinstance(s.who, list) else []
        spans = [(max(start - s.start_x, 0), max(end - s.start_x, 0), who) for start, end, who in spans]
        if not speaker:  # what several statements cover counts once
            covered = np.zeros(len(s.text) + 2, bool)
            for start, end, _ in spans:
                covered[start + 1:end + 1] = True
            covered[1:-1] ^= inside == "outside"
            spans = [(start, end, None) for start, end in np.flatnonzero(np.diff(covered)).reshape(-1, 2)]
        rows += [(*s[:3], s.role, s.text[a:b], *[who] * speaker) for a, b, who in spans if s.text[a:b].strip()]
    return pd.DataFrame(rows, columns=[*SENTENCE, "role", "text", *["speaker"] * speaker]).astype({"text": "str"})


class Index:
    """The words of some sentences, ready to be looked up: `odd` sentences hold what may not be a whole word of the text."""

    def __init__(self, counts, sentences):
        self.text, self.texts = "\n".join(counts.terms), sentences["text"].to_numpy(object)
        self.starts, self.columns = np.cumsum([0, *(len(word) + 1 for word in counts.terms)]), counts.matrix.tocsc()
        self.odd = (self.count(_ODD) > 0) | sentences["text"].str.contains("_", regex=False).to_numpy(bool)

    def count(self, wanted):
        """How often an expression that spans no two words stands in each sentence."""
        places = [m.start() for m in wanted.finditer(self.text)]
        return self.columns[:, np.searchsorted(self.starts, places, "right") - 1].sum(axis=1)

    def holds(self, spelling):
        """The sentences that hold all words of a spelling."""
        words = [w for w in re.findall(r"[\w*]+", spelling) if w.strip("*")]
        return np.all([self.count(pattern(w)) > 0 for w in words], axis=0) if words else np.ones(len(self.odd), bool)


def hits(sentences, terms, role="body", counts=None, kind="word", actors=None, articles=None, strict=True, index=None):
    """Where each term stands: `term, doc_id, par, sent, count`, one row per term and sentence that has it.

    `terms`: a list, or {name: term} of a dictionary. `kind`: 'word' (see `pattern`), 'regex', or 'actor': all names of an
    actor of `actors` (a `clauses.Actors`), the longest at each place, those that mean it on the day of its article in
    `articles` or hold its own name (the Taliban, when they are the government, too); it is asked for by any name. `counts`:
    those of the same sentences, made here without it (`index`: their Index, or for actors their `namings`). Words are a product
    of the counts; other terms are matched in the sentences that hold their words: every count is that of matches in the text.
    `role` None is any. ValueError names every term that never occurs, with its nearest spellings in these sentences; not
    `strict`, such terms count 0.
    """
    terms = dict(terms) if isinstance(terms, dict) else {t: t for t in ([terms] if isinstance(terms, str) else terms)}
    counts = counts or matrix.count(sentences)
    index = (namings(sentences, actors, articles) if kind == "actor" else Index(counts, sentences)) if index is None else index
    schema.refuse(not len(terms), "no term to count; give one or more")
    searched = sentences["role"].eq(role).to_numpy(bool) | (role is None)
    aliases = [(row.actor, alias) for alias, rows in actors.aliases.items() for row in rows] if kind == "actor" else []
    names = pd.DataFrame(aliases, columns=["actor", "alias"]).groupby("actor")["alias"].agg(set).to_dict()
    found = {name: _named(term, names, index, searched) if kind == "actor" else _matched(term, index, searched, kind == "regex")
             for name, term in terms.items()}
    if strict and (absent := [name for name, n in found.items() if not n.any()]):
        words = sorted(set().union(*names.values())) or [word for word in counts.terms if word[0].isalnum()]
        near = [get_close_matches(terms[t] if names else terms[t].lower().strip("*"), words, 3) for t in absent]
        near = "; ".join(f"'{t}' (near: {', '.join(like) or 'nothing'})" for t, like in zip(absent, near))
        raise ValueError(f"{len(absent)} of {len(terms)} terms never occur in these {searched.sum():,} sentences: {near}. "
                         "Check their spelling.")
    keys = [*SENTENCE, *["speaker"] * ("speaker" in sentences)]
    rows = [sentences[keys].iloc[np.flatnonzero(n)].assign(term=name, count=n[n > 0]) for name, n in found.items()]
    table = pd.concat(rows, ignore_index=True)[["term", *keys, "count"]]
    table["term"] = table["term"] if strict else pd.Categorical(table["term"], [*terms])
    # A sentence may be in pieces, inside or outside of quotes.
    return table.groupby(["term", *keys], sort=False, as_index=False, observed=True)["count"].sum()


def _matched(term, index, searched, regex):
    """How often a term stands in each sentence; 0 where `searched` is false. Of spellings of one word the counts know all; only
    where another may stand the text is read."""
    wanted, n, read = pattern(term, regex), np.zeros(len(searched), np.int64), searched
    if not regex:
        spellings = [s.strip() for s in term.split("|") if s.strip()]
        words = [s for s in spellings if re.fullmatch(r"[\w*]+", s)]
        read = searched & np.logical_or.reduce([index.odd, *(index.holds(s) for s in spellings if s not in words)])
        n = index.count(pattern("|".join(words))) * searched if words else n
    for row in np.flatnonzero(read):
        n[row] = len(wanted.findall(index.texts[row]))
    return n


def _named(asked, names, index, searched):
    """How often an actor, asked for by any of its `names`, is named in each sentence; 0 where `searched` is false."""
    actor = asked if asked in names else next((a for a in sorted(names) if asked.replace("’", "'") in names[a]), asked)
    own = [name for name in names.get(actor, ()) if actor in name]
    return np.bincount(index["row"][index["actor"].eq(actor) | index["name"].isin(own)], minlength=len(searched)) * searched


def namings(sentences, actors, articles):
    """Each time that a sentence names an actor on the day of its article: `row` (of the sentence), `actor, name` (as printed).
    Made once for some sentences, it answers for every actor."""
    days, texts = articles.set_index("doc_id")["date"].dropna().to_dict(), sentences["text"].str.replace("’", "'")
    rows = [(i, m.actor, text[a:b]) for i, (doc_id, text) in enumerate(zip(sentences["doc_id"], texts))
            for a, b, m in actors.mentions(text, days.get(doc_id))]
    return pd.DataFrame(rows, columns=["row", "actor", "name"]).astype({"row": int})


def suggest(counts, n=8):
    """The `n` words that occur in the most articles (ties: most often): a start for a corpus that nobody has read yet, not a
    finding. Left out: stop words, short words, function words, and words of saying ('said', 'told', 'statement', 'according'),
    which tell of reports and not of what is reported (lexicons/words.csv)."""
    words, stop = lexicons.read("words"), lexicons.stopwords()
    plain = {*words["form"][words["act"].eq("say") | words["tag"].isin([*"DPSRB&xbtyf"])].str.removesuffix(" to"), *stop}
    docs = matrix.group(counts, ["doc_id"], ["body"])
    table = pd.DataFrame({"term": docs.terms, "articles": (docs.matrix > 0).sum(axis=0), "count": docs.matrix.sum(axis=0)})
    table = table[[n > 0 and len(t) > 3 and t not in plain and t[0].isalpha() for t, n in zip(docs.terms, table["articles"])]]
    schema.refuse(table.empty, "no word to count: no article in a language with a pack (such as English) has a body with "
                  "more than stop words and words of three letters")
    return table.sort_values(["articles", "count", "term"], ascending=[False, False, True])["term"].head(n).tolist()


def rates(hits, articles, by=None, group=None, pooled=False, mix=None, sources=True, heap=None):
    """The table `terms`: the rate of each term per period and group, per 10,000 tokens, and what it rests on.

    `articles`, or their `Frame`; `by`, `group`, `pooled`, `mix`: see `stats.cells`. A cell with articles but without
    the term has rate 0 and an upper limit; one without articles has no row. Intervals: `stats.intervals`, over stories where
    they are known, else articles.
    `partial`: the last period, where the articles end before it does. `toward`: all undated articles of the cell are from
    'before' or 'after' some day. `sources`: the sentences behind a row as (doc_id, par, sent); behind a rate of 0, the whole
    articles that were searched; False leaves them out. `heap`: {term: occurrences in an article that has it}, for the upper
    limit of a rate of 0, where not `hits` tell it.
    """
    frame = articles if isinstance(articles, Frame) else Frame(articles, by, group, pooled, mix)
    cell, weight, tables = frame.cell, frame.weight, []
    for term, own in hits.groupby("term", sort=hits["term"].dtype == "category", observed=False) if len(cell) else ():
        code, docs = pd.factorize(pd.MultiIndex.from_frame(own[frame.index.names]) if "speaker" in hits else own["doc_id"])
        article = frame.index.get_indexer(docs)[code]
        own, article = own[article >= 0], article[article >= 0]
        count, sentences = (np.bincount(article, n, len(frame.index))[frame.article] for n in (own["count"], None))
        by_unit, by_cell = ([np.bincount(code, n) for n in (count * weight, frame.n_tokens)] for code in (frame.unit, cell))
        low, high, labels = stats.intervals(*by_unit, frame.cell_of_unit, "rate", frame.sampled, (heap or {}).get(term))
        rate = np.divide(*by_cell, out=np.full(len(frame.base), np.nan), where=by_cell[1] > 0)
        table = frame.base.assign(
            term=term, count=np.bincount(cell, count).astype(int), hit_sentences=np.bincount(cell, sentences).astype(int),
            hit_articles=np.bincount(frame.cell_of_doc[np.unique(frame.doc[count > 0])], minlength=len(frame.base)),
            rate=stats.PER * rate, low=stats.PER * low, high=stats.PER * high, interval=[v + frame.note for v in labels])
        if sources:  # a hit counts in each cell of its article
            rows = frame.rows_of_article[article]
            places = pd.Series(list(zip(*(own[c].to_numpy(object) for c in SENTENCE))), dtype=object)
            places = places.repeat(np.diff(rows.indptr)).groupby(cell[rows.indices]).agg(list)
            table["sources"] = frame.searched.mask(frame.searched.index.isin(places.index), places)
        tables.append(table)
    columns = [*schema.TABLES["terms"].columns, "partial", "toward", *["sources"] * sources]
    return pd.concat(tables, ignore_index=True).round(6)[columns] if tables else pd.DataFrame(columns=columns)


class Frame:
    """What the rates of all terms share: the cells of the articles and what each rests on. Made once, it is given to `rates` in
    the place of `articles`, and each further term costs a tenth.

    `cells`: as of `stats.cells`; for each row of them `article` (its place in `articles`), `cell` (the number of its cell),
    `weight`, `n_tokens` (times the weight), `doc` and `unit` (the number of its article, and of what is `sampled`, story or
    article, in its cell; that cell in `cell_of_doc`, `cell_of_unit`). `base`: a row per cell with all that does not depend on a
    term; `searched`: the articles of each cell, as sources.
    """

    def __init__(self, articles, by=None, group=None, pooled=False, mix=None):
        self.cells = cells = stats.cells(articles, by, group, pooled, mix)
        self.article, self.weight = cells["row"].to_numpy(), cells["weight"].to_numpy()
        self.n_tokens = cells["n_tokens"].to_numpy(float) * self.weight
        self.index = articles.set_index(["doc_id", "speaker"] if "speaker" in articles else "doc_id").index
        self.note, self.sampled = f"; {mix} mix held fixed" * bool(mix), "story" if stories.are_known(articles) else "article"
        first, self.cell = stats.factorize(*(cells[c] for c in CELL))
        docs, self.doc = stats.factorize(self.cell, pd.factorize(cells["doc_id"])[0])
        story = stories.story_of(articles).to_numpy()[self.article]
        first_of_story, self.unit = stats.factorize(self.cell, pd.factorize(story)[0])
        self.cell_of_doc, self.cell_of_unit, n = self.cell[docs], self.cell[first_of_story], np.bincount(self.cell)
        self.rows_of_article = matrix.adder(self.article, len(articles))
        date, earliest, latest = articles.reindex(columns=["date", "date_from", "date_to"]).notna().to_numpy()[self.article].T
        # Open on one side only.
        before, after = (np.bincount(self.cell, one) == n for one in (~date & latest & ~earliest, ~date & earliest & ~latest))
        base = cells[CELL].iloc[first].reset_index(drop=True).assign(
            **{c: pd.array(np.bincount(self.cell, cells[c]), cells[c].dtype) for c in ("n_tokens", "n_sentences")},
            n_articles=np.bincount(self.cell_of_doc), toward=np.select([before, after], ["before", "after"], ""),
            n_stories=np.bincount(self.cell_of_unit) if self.sampled == "story" else None)
        self.base = base.assign(partial=base["lane"].eq("dated") & base["period"].eq(stats.unfinished(articles, by)))
        whole = pd.Series([(doc_id, None, None) for doc_id in cells["doc_id"].to_numpy(object)[docs]], dtype=object)
        self.searched = whole.groupby(self.cell_of_doc).agg(list)


def quoted(tables, terms, articles):
    """`rates` of terms inside direct statements and outside of them, in `articles`: one row per term and `part`."""
    parts = {inside: part(tables, inside=inside) for inside in ("quotes", "outside")}
    found = {inside: hits(texts, terms, counts=counts, strict=False) for inside, (texts, counts, _) in parts.items()}
    heap = pd.concat(found.values()).astype({"term": str}).groupby(["term", "doc_id"])["count"].sum().groupby("term").mean()
    halves = [rates(found[inside], own[own["doc_id"].isin(articles["doc_id"])], heap=dict(heap)).assign(part=inside)
              for inside, (*_, own) in parts.items()]
    return pd.concat([half for half in halves if len(half)], ignore_index=True)


def voices(quoted):
    """What the rates of `quoted` rest on, in words, and why nothing follows where too little stands in quotes or outside."""
    n = {side: rows.iloc[0] for side, rows in quoted.groupby("part")}
    told = "; ".join(f"{row['n_tokens']:,} tokens of {stats.plural(row['n_articles'], 'article')} {side.replace('q', 'in q')}"
                     for side, row in sorted(n.items(), reverse=True))
    return f"{told}. " + stats.verdict(min(row["n_articles"] for row in n.values()) * (len(n) > 1), "part", "quotes")


def summary(table):
    """The term with the highest rate of the pooled rows of `rates`, in words, with its interval and n."""
    first = f"Of these {n} terms, the most frequent is " if (n := table["term"].nunique()) > 1 else ""
    top = table.loc[table.loc[table["group"] == "all", "rate"].idxmax()]
    sure = "" if pd.isna(top["low"]) else f" (95% CI {top['low']:.1f} to {top['high']:.1f})"
    return (f"{first}'{top['term']}': {top['count']:,} in {top['n_tokens']:,} tokens, {top['rate']:.1f} per "
            f"10,000{sure}; it stands in {top['hit_articles']:,} of {stats.plural(top['n_articles'], 'article')}.")


def spread(hits, articles):
    """How evenly each term of `hits` is spread over `articles`: `term, count, articles, largest_share` (the part of all that
    stands in one article), `dp` (Gries 2008, International Journal of Corpus Linguistics 13(4): 0 where it is spread as the
    articles' lengths are, near 1 where one short article owns it), `warning` (one article holds half or more); the commonest
    term first."""
    x = hits.pivot_table("count", "doc_id", "term", "sum", observed=True).reindex(articles["doc_id"]).fillna(0)
    gaps = (x / x.sum()).sub((articles["n_tokens"] / articles["n_tokens"].sum()).to_numpy(), axis=0).abs()
    table = pd.DataFrame({"count": x.sum().astype(int), "articles": (x > 0).sum(), "largest_share": x.max() / x.sum(),
                          "dp": gaps.sum(min_count=1) / 2}).round(3).reset_index()
    table["warning"] = [stats.ONE_ARTICLE if share >= 0.5 else "" for share in table["largest_share"]]
    return table.sort_values(["count", "term"], ascending=[False, True], ignore_index=True)


def in_context(sentences, term, width=50, role="body", sort=None, regex=False):
    """Every occurrence of a term with `width` characters left and right: `doc_id, par, sent, start` (in the sentence), `left,
    word, right`. `sort`: 'right', by what follows; 'left', by the words before it, the nearest first; None, as in the text.

    >>> table = pd.DataFrame({"doc_id": ["a"], "par": 1, "sent": 1, "role": "body", "text": ["The talks failed."]})
    >>> in_context(table, "talk*")[["left", "word", "right"]].values.tolist()
    [['The ', 'talks', ' failed.']]
    """
    rows = [(*s[:3], m.start(), s.text[max(0, m.start() - width):m.start()], m[0], s.text[m.end():m.end() + width])
            for s in sentences.loc[sentences["role"] == role, [*SENTENCE, "text"]].itertuples(index=False)
            for m in pattern(term, regex).finditer(s.text)]
    table = pd.DataFrame(rows, columns=[*SENTENCE, "start", "left", "word", "right"])
    return table if not sort else table.sort_values(sort, kind="stable", ignore_index=True, key=lambda texts: (
        texts.astype("str").str.lower().str.findall(r"\w+").map(lambda w: " ".join(w[::-1] if sort == "left" else w))))


def collocations(sentences, n=12, min_count=3):
    """Word pairs that stand together more often than chance: `pair, count, articles, log_likelihood`, strongest first.

    Neighbours within a sentence, stop words and marks left out before pairing; log-likelihood ratio (Dunning 1993). The score
    knows nothing of articles: read the column `articles` beside it.
    """
    from scipy.special import rel_entr
    stop, pairs = lexicons.stopwords(), []
    for s in sentences[sentences["role"] == "body"].itertuples():
        pairs += [(s.doc_id, *pair) for pair in pairwise(w for w in language.words(s.text) if len(w) > 2 and w not in stop)]
    table = pd.DataFrame(pairs, columns=["doc_id", "first", "second"])
    table["n1"], table["n2"] = (table.groupby(c)["doc_id"].transform("size") for c in ("first", "second"))
    found = table.groupby(["first", "second", "n1", "n2"])["doc_id"].agg(count="size", articles="nunique").reset_index()
    found = found[(found["count"] >= min_count) & (found["count"] * len(table) >= found["n1"] * found["n2"])]
    both, a, b, m = *(found[c].to_numpy(float) for c in ("count", "n1", "n2")), len(table)
    seen, due = [both, a - both, b - both, m - a - b + both], np.multiply([a, a, m - a, m - a], [b, m - b] * 2) / m
    found = found.assign(pair=found["first"] + " " + found["second"], log_likelihood=(
        2 * rel_entr(seen, due).sum(axis=0)).round(1)).sort_values(["log_likelihood", "pair"], ascending=[False, True])
    return found[["pair", "count", "articles", "log_likelihood"]].head(n).reset_index(drop=True)
