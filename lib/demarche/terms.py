"""What a term is, where it stands, its rate per 10,000 tokens, and what the rate rests on."""

import re
from collections import namedtuple
from contextlib import suppress
from difflib import get_close_matches
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd

from demarche import lexicons, matrix, schema, stats, store
from demarche import sentences as language

PER, KEYS, CELL = 10_000, ["doc_id", "par", "sent"], ["group", "period", "lane"]
Part = namedtuple("Part", "sentences counts articles")  # what `part` cuts out of a corpus, for `hits` and `rates`
# Words that may begin or end where no word of the text does: any, and those in which what begins with a digit may.
_ODD, _ODD_NUMBER = re.compile("\u0307"), re.compile(r"^\d+(?:[.,:]\d+)+[^\W\d_]+$", re.MULTILINE)


@cache
def pattern(term, regex=False):
    """The regular expression of a term: a word or phrase at word boundaries, any case, `*` for the rest of a word,
    `|` between spellings; or `term` itself as one. ValueError for a term without a word, or a broken expression.

    >>> [bool(pattern("terror*").search(t)) for t in ("Terrorism", "counter-terrorist", "bioterror")]
    [True, True, False]
    """
    one = [re.sub(r"\\\*", r"\\w*", re.escape(t.strip())).replace(r"\ ", r"\s+") for t in term.split("|") if t.strip()]
    try:
        found = re.compile(term if regex else rf"(?<!\w)(?:{'|'.join(one)})(?!\w)".replace("'", "['’]"), re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"'{term}' is no regular expression: {error}") from None
    if found.search(""):
        raise ValueError(f"term '{term}' has no word in it, or an empty spelling; give a word")
    return found


def dictionary(path):
    """{name: spellings joined by |} of a dictionary of named sets: YAML (name: spelling or list of them), or a CSV with the
    columns name and term, one row per spelling. ValueError where it is neither."""
    if sets := str(path).lower().endswith((".yaml", ".yml")):
        import yaml
        with open(path, encoding="utf-8-sig") as file, suppress(ValueError, yaml.YAMLError):
            sets = yaml.safe_load(file)
    else:
        table = store.read_csv(path, dtype="str", keep_default_na=False)
        sets = table.groupby("name", sort=False)["term"].agg(list).to_dict() if {"name", "term"} <= set(table) else None
    if not sets or not isinstance(sets, dict):
        raise ValueError(f"{path}: a dictionary is YAML of 'name: [spelling, ...]', or a CSV with the columns name and term")
    return {str(name): "|".join(map(str, v if isinstance(v, list) else [v])) for name, v in sets.items()}


def part(tables, role="body", inside=None, speaker=False):
    """(sentences, counts, articles) of a part of the text, to give to `hits` and `rates`: denominators are those of the part,
    and articles without any of it are left out (of the body: none).

    `inside`: 'quotes', the direct statements, or 'outside' of them. `speaker`: what statements say, by who says it: an article
    has a row for each `speaker` (the actor, else the name as printed). A statement within a statement counts for both, and
    text in none for nobody, so speakers don't add up to the whole.
    """
    if role == "body" and not inside and not speaker:
        return Part(tables.sentences, tables.counts, tables.articles)
    texts, key = tables.sentences[tables.sentences["role"] == role], ["doc_id"] + ["speaker"] * speaker
    if inside or speaker:
        said, rows = tables.statements.assign(who=lambda t: t["holder"].fillna(t["speaker"]).fillna("unknown")), []
        direct = said["form"] == "direct"
        said = said[~direct if speaker and inside == "outside" else direct if inside else direct | True]
        said = said.groupby(KEYS)[["start", "end", "who"]].agg(list)
        for s in texts.merge(said, on=KEYS, how="left").itertuples(index=False):
            spans = list(zip(s.start_y, s.end_y, s.who)) if isinstance(s.who, list) else []
            spans = [(max(a - s.start_x, 0), max(b - s.start_x, 0), who) for a, b, who in spans]
            if not speaker:  # what several statements cover counts once
                inner = np.zeros(len(s.text) + 2, bool)
                for a, b, _ in spans:
                    inner[a + 1:b + 1] = True
                inner[1:-1] ^= inside == "outside"
                ends = np.flatnonzero(np.diff(inner))
                spans = [(a, b, None) for a, b in zip(ends[::2], ends[1::2])]
            rows += [(*s[:3], role, s.text[a:b], who) for a, b, who in spans if s.text[a:b].strip()]
        texts = pd.DataFrame(rows, columns=[*KEYS, "role", "text", "speaker"]).astype({"text": "str"})
        texts = texts if speaker else texts.drop(columns="speaker")
    counts = matrix.count(texts)
    sizes = texts.assign(n_tokens=counts.matrix.sum(axis=1), first=~texts.duplicated([*key, *KEYS])).groupby(key)
    sizes = sizes.agg(n_tokens=("n_tokens", "sum"), n_sentences=("first", "sum")).reset_index()
    return Part(texts, counts, tables.articles.drop(columns=["n_tokens", "n_sentences"]).merge(sizes, on="doc_id"))


class Index:
    """The words of some sentences, ready to be looked up: `odd` sentences hold what may not be a whole word of the text."""

    def __init__(self, counts, sentences):
        self.text, self.texts = "\n".join(counts.terms), sentences["text"].to_numpy(object)
        self.plain = self.text.replace("ſ", "s").replace("ı", "i")  # where any case of a plain letter is one
        self.starts, self.columns = np.cumsum([0, *(len(word) + 1 for word in counts.terms)]), counts.matrix.tocsc()
        self.odd = (self.count(_ODD) > 0) | sentences["text"].str.contains("_", regex=False).to_numpy(bool)
        self.numbers = self.odd | (self.count(_ODD_NUMBER) > 0)

    def count(self, wanted, spelling=""):
        """How often an expression that spans no two words stands in each sentence; quick for that of one plain spelling."""
        first = re.match("[A-Za-z0-9]*", spelling)[0].lower()
        found = re.finditer(first, self.plain) if first else wanted.finditer(self.text)
        places = [m.start() for m in found if wanted.match(self.text, m.start())]
        return self.columns[:, np.searchsorted(self.starts, places, "right") - 1].sum(axis=1)

    def holds(self, spelling):
        """The sentences that hold all words of a spelling."""
        words = [w for w in re.findall(r"[\w*]+", spelling) if w.strip("*")]
        return np.all([self.count(pattern(w), w) > 0 for w in words], axis=0) if words else np.ones(len(self.odd), bool)


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
    terms = dict(terms) if isinstance(terms, dict) else {term: term for term in terms}
    counts, parts = counts or matrix.count(sentences), []
    if index is None:
        index = namings(sentences, actors, articles) if kind == "actor" else Index(counts, sentences)
    asked = sentences["role"].eq(role).to_numpy(bool) | (role is None)
    keys, names = [*KEYS, *["speaker"] * ("speaker" in sentences)], {} if kind != "actor" else pd.DataFrame([(row.actor, phrase)
        for phrase, rows in actors.aliases.items() for row in rows]).groupby(0)[1].agg(set).to_dict()
    for name, term in terms.items():
        wanted, n, rows = pattern(term, kind == "regex") if kind != "actor" else None, np.zeros(len(asked), np.int64), asked
        spellings = [s.strip() for s in term.split("|") if s.strip()]
        if kind == "actor":
            who = term if term in names else next((a for a in sorted(names) if term in names[a]), term)
            mine = index["actor"].eq(who) | index["name"].isin([s for s in names.get(who, ()) if who in s])
            n, rows = np.bincount(index["row"][mine], minlength=len(asked)) * asked, asked & False
        elif kind == "word":  # of spellings of one word the counts know all; only where another may stand the text is read
            words = [s for s in spellings if re.fullmatch(r"[\w*]+", s)]
            odd = index.numbers if re.search(r"(?<![\w*])[\d*]", term) else index.odd
            rows = asked & np.logical_or.reduce([odd, *(index.holds(s) for s in spellings if s not in words)])
            n = index.count(pattern("|".join(words)), words[0] * (len(words) == 1)) * asked if words else n
        for i in np.flatnonzero(rows):
            n[i] = len(wanted.findall(index.texts[i]))
        rows = np.flatnonzero(n)
        parts.append(sentences[keys].iloc[rows].assign(term=name, count=n[rows]))
    if missing := [name for name, rows in zip(terms, parts) if rows.empty and strict]:
        words = sorted(names) if kind == "actor" else [w for w in counts.terms if w[0].isalnum()]
        near = [get_close_matches(terms[t] if kind == "actor" else terms[t].lower().strip("*"), words, 3) for t in missing]
        raise ValueError(f"{len(missing)} of {len(terms)} terms never occur in these {asked.sum():,} sentences: " + "; ".join(
            f"'{t}' (near: {', '.join(like) or 'nothing'})" for t, like in zip(missing, near)) + ". Check their spelling.")
    table = pd.concat(parts, ignore_index=True)[["term", *keys, "count"]]
    table["term"] = table["term"] if strict else pd.Categorical(table["term"], [*terms])
    twice = table.duplicated(["term", *keys]).any()  # pieces of one sentence, inside or outside of quotes
    return table.groupby(["term", *keys], sort=False, as_index=False, observed=True)["count"].sum() if twice else table


def namings(sentences, actors, articles):
    """Each time that a sentence names an actor on the day of its article: `row` (of the sentence), `actor, name` (as printed).
    Made once for some sentences, it answers for every actor."""
    days = articles.set_index("doc_id")["date"].astype("str").fillna("").to_dict()
    rows = [(i, m.actor, text[a:b]) for i, (doc_id, text) in enumerate(zip(sentences["doc_id"], sentences["text"]))
            for a, b, m in actors.mentions(text, days.get(doc_id))]
    return pd.DataFrame(rows, columns=["row", "actor", "name"]).astype({"row": int})


def suggest(counts, n=8):
    """The `n` words that occur in the most articles (ties: most often): a start for a corpus that nobody has read yet, not a
    finding. Left out: stop words, short words, function words, and words of saying ('said', 'told', 'statement', 'according'),
    which tell of reports and not of what is reported (lexicons/words.csv)."""
    words, stop = lexicons.read("words"), lexicons.stopwords()
    plain = {*words["form"][words["act"].eq("say") | words["tag"].isin([*"DPSRB&xbtyf"])].str.removesuffix(" to"), *stop}
    docs = matrix.group(matrix.select(counts, (counts.ids["role"] == "body").to_numpy()), ["doc_id"])
    table = pd.DataFrame({"term": docs.terms, "articles": (docs.matrix > 0).sum(axis=0), "count": docs.matrix.sum(axis=0)})
    table = table[[len(t) > 3 and t not in plain and t[0].isalpha() for t in docs.terms]]
    return table.sort_values(["articles", "count", "term"], ascending=[False, False, True])["term"].head(n).tolist()


def rates(hits, articles, by=None, group=None, pooled=False, spread=False, mix=None, sources=True):
    """The table `terms`: the rate of each term per period and group, per 10,000 tokens, and what it rests on.

    `articles`, or their `Frame`; `by`, `group`, `pooled`, `spread`, `mix`: see `stats.cells`. A cell with articles but without
    the term has rate 0 and an upper limit; one without articles has no row. Intervals: `stats.intervals`, over stories where
    they are known, else articles.
    `partial`: the last period, where the articles end before it does. `toward`: all undated articles of the cell are from
    'before' or 'after' some day. `sources`: the sentences behind a row as (doc_id, par, sent); behind a rate of 0, the whole
    articles that were searched; False leaves them out.
    """
    made = articles if isinstance(articles, Frame) else Frame(articles, by, group, pooled, spread, mix)
    base, code, row, weight, tables = made.base, made.code, made.row, made.weight, []
    for term, mine in hits.groupby("term", sort=hits["term"].dtype == "category", observed=False) if len(row) else ():
        own, docs = pd.factorize(pd.MultiIndex.from_frame(mine[made.place.names]) if "speaker" in hits else mine["doc_id"])
        at = made.place.get_indexer(docs)[own]
        mine, at = mine[at >= 0], at[at >= 0]
        count, sentences = (np.bincount(at, v, len(made.articles))[row] for v in (mine["count"], None))
        low, high, interval = stats.intervals(np.bincount(made.unit, count * weight), np.bincount(made.unit, made.n_tokens),
            made.own, "rate", "story" if made.told else "article", float(count[count > 0].mean()) if count.any() else 1.0)
        total, size = np.bincount(code, count * weight), np.bincount(code, made.n_tokens, len(base))
        table = base.assign(term=term, count=np.bincount(code, count).astype(int), low=(PER * low).round(6), high=(
            PER * high).round(6), hit_sentences=np.bincount(code, sentences).astype(int), interval=[
            i + made.said for i in interval], rate=(PER * np.divide(total, size, out=size * np.nan, where=size > 0)).round(6),
            hit_articles=np.bincount(np.unique(made.pair[count > 0]) // (len(code) + 1), minlength=len(base)))
        if sources:
            places, cell = list(zip(*(mine[k].to_numpy(object) for k in KEYS))), code[(found := made.cell_of[at]).indices]
            ends = np.bincount(cell, minlength=len(base)).cumsum().tolist()
            places = [places[i] for i in np.repeat(np.arange(len(at)), np.diff(found.indptr))[np.argsort(cell, kind="stable")]]
            table["sources"] = [places[a:b] or docs for a, b, docs in zip([0, *ends], ends, made.docs)]
        tables.append(table)
    columns = [*schema.TABLES["terms"].columns, "partial", "toward", *["sources"] * sources]
    return pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)


class Frame:
    """What the rates of all terms share: the cells of the articles and what each rests on. Made once, it is given to `rates` in
    the place of `articles`, and each further term costs a tenth."""

    def __init__(self, articles, by=None, group=None, pooled=False, spread=False, mix=None):
        cells, self.articles = stats.cells(articles, by, group, pooled, spread, mix), articles.reset_index(drop=True)
        self.row, self.weight = cells["row"].to_numpy(), cells["weight"].to_numpy()
        self.place = articles.set_index(["doc_id", "speaker"] if "speaker" in articles else "doc_id").index
        self.n_tokens, self.doc = cells["n_tokens"].to_numpy(float) * self.weight, pd.factorize(cells["doc_id"])[0]
        self.told = "story_id" in articles and articles["story_id"].notna().any()
        story = pd.factorize(self.articles["story_id"].fillna(self.articles["doc_id"])[self.row])[0] if self.told else self.doc
        known = self.articles.reindex(columns=["date", "date_from", "date_to"]).notna().to_numpy()[self.row]
        toward = np.select([known[:, 0] | known[:, 1] & known[:, 2], known[:, 1], known[:, 2]], [0, 2, 1], 0)
        first, self.code = stats.coded(*(cells[c] for c in CELL))
        self.pair = self.code * (len(cells) + 1) + self.doc  # a number for each cell and article of it
        _, start, self.unit = np.unique(self.code * (len(cells) + 1) + story, return_index=True, return_inverse=True)
        self.own, self.cell_of = self.code[start], matrix.adder(self.row, len(articles))
        docs, sizes = np.unique(self.pair, return_index=True)[1], np.bincount(self.code)  # of each cell
        base = cells[CELL].iloc[first].reset_index(drop=True).assign(
            **{c: pd.array(np.bincount(self.code, cells[c]), cells[c].dtype) for c in ("n_tokens", "n_sentences")},
            n_articles=np.bincount(self.code[docs]), n_stories=np.bincount(self.own) if self.told else None, toward=np.select(
                [np.bincount(self.code, toward == side) == sizes for side in (1, 2)], ["before", "after"], ""))
        now = base["period"].eq(stats.unfinished(articles, by)).fillna(False) & base["lane"].eq("dated")
        whole, ends = [(d, None, None) for d in cells["doc_id"].to_numpy(object)[docs]], base["n_articles"].cumsum().tolist()
        self.cells, self.base, self.docs = cells, base.assign(partial=now), [whole[a:b] for a, b in zip([0, *ends], ends)]
        self.said = "; open dates spread evenly between their bounds" * spread + f"; {mix} mix held fixed" * bool(mix)


def quoted(tables, terms, articles):
    """`rates` of terms inside direct statements and outside of them, in `articles`: one row per term and `part`."""
    halves = [(inside, part(tables, inside=inside)) for inside in ("quotes", "outside")]
    return pd.concat([rates(hits(p.sentences, terms, counts=p.counts, strict=False), mine).assign(part=inside) for inside, p in
                      halves if len(mine := p.articles[p.articles["doc_id"].isin(articles["doc_id"])])], ignore_index=True)


def voices(quoted):
    """What the rates of `quoted` rest on, in words, and why nothing follows where too little stands in quotes or outside."""
    n = {side: rows.iloc[0] for side, rows in quoted.groupby("part")}
    told = "; ".join(f"{row['n_tokens']:,} tokens of {stats.many(row['n_articles'], 'article')} {side.replace('q', 'in q')}"
                     for side, row in sorted(n.items(), reverse=True))
    return f"{told}. " + stats.verdict(min(row["n_articles"] for row in n.values()) * (len(n) > 1), "part", "quotes")


def said(table):
    """The term with the highest rate of the pooled rows of `rates`, in words, with its interval and n."""
    first = f"Most frequent of {n} terms is " if (n := table["term"].nunique()) > 1 else ""
    top = table.loc[table.loc[table["group"] == "all", "rate"].idxmax()]
    sure = "" if pd.isna(top["low"]) else f" (95% CI {top['low']:.1f} to {top['high']:.1f})"
    return (f"{first}'{top['term']}': {top['count']:,} in {top['n_tokens']:,} tokens, {top['rate']:.1f} per "
            f"10,000{sure}; it stands in {top['hit_articles']:,} of {stats.many(top['n_articles'], 'article')}.")


def spread(hits, articles):
    """How evenly each term is spread over articles: `term, count, articles, largest_share` (the part of all that stands in one
    article), `dp` (Gries' DP), `warning` (one article holds half or more), commonest first."""
    x = hits.pivot_table("count", "doc_id", "term", "sum", observed=True).reindex(articles["doc_id"]).fillna(0)
    table = pd.DataFrame({"count": x.sum().astype(int), "articles": (x > 0).sum(), "largest_share": x.max() / x.sum(),
                          "dp": x.apply(stats.dispersion, sizes=articles["n_tokens"])}).round(3).reset_index()
    table["warning"] = ["one article holds half of it or more" if share >= 0.5 else "" for share in table["largest_share"]]
    return table.sort_values(["count", "term"], ascending=[False, True], ignore_index=True)


def in_context(sentences, term, width=50, role="body", sort=None, regex=False):
    """Every occurrence of a term with `width` characters left and right: `doc_id, par, sent, start` (in the sentence), `left,
    word, right`. `sort`: 'right', by what follows; 'left', by the words before it, the nearest first; None, as in the text."""
    rows = [(*s[:3], m.start(), s.text[max(0, m.start() - width):m.start()], m[0], s.text[m.end():m.end() + width])
            for s in sentences.loc[sentences["role"] == role, [*KEYS, "text"]].itertuples(index=False)
            for m in pattern(term, regex).finditer(s.text)]
    table = pd.DataFrame(rows, columns=[*KEYS, "start", "left", "word", "right"])
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
        words = [language.fold(w) for w in language.WORD.findall(s.text) if len(w) > 2]
        pairs += [(s.doc_id, *pair) for pair in pairwise(w for w in words if w not in stop)]
    table = pd.DataFrame(pairs, columns=["doc_id", "first", "second"])
    table["n1"], table["n2"] = (table.groupby(c)["doc_id"].transform("size") for c in ("first", "second"))
    found = table.groupby(["first", "second", "n1", "n2"])["doc_id"].agg(count="size", articles="nunique").reset_index()
    found = found[found["count"] >= min_count]
    both, a, b, m = *(found[c].to_numpy(float) for c in ("count", "n1", "n2")), len(table)
    seen, due = [both, a - both, b - both, m - a - b + both], np.multiply([a, a, m - a, m - a], [b, m - b] * 2) / m
    found = found.assign(pair=found["first"] + " " + found["second"], log_likelihood=(
        2 * rel_entr(seen, due).sum(axis=0)).round(1)).sort_values(["log_likelihood", "pair"], ascending=[False, True])
    return found[["pair", "count", "articles", "log_likelihood"]].head(n).reset_index(drop=True)
