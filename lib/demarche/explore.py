"""Widgets for people who don't code: choose, and the picture, its table and the sentences behind each mark follow at once."""

import base64
import functools
import html
import itertools
import json
import re
from pathlib import Path

import anywidget
import ipywidgets as widgets
import matplotlib as mpl
import pandas as pd
import pyarrow as pa
import traitlets
from IPython.utils.capture import capture_output

from demarche import clauses, compare, lexicons, plots, report, schema, stats, store, terms, topics

TERM, ACTOR, PAIR, TOPIC = "a term", "an actor, by all names", "who toward whom", "a topic"  # what can be shown
MAX_SHOWN, DEFAULT_TOPICS = 20, 5  # sentences of a mark and rows of a table; topics, where nobody has chosen their number yet
# Stances from -2 to 2; roles that are read: all others are cut.
STANCES, KEPT = ["hostile", "critical", "neutral", "supportive", "strongly supportive"], ("headline", "standfirst", "body")
READ = {"articles": "title outlet date", "sentences": "par sent start end text", "lines": "line role rule text start",
        "dates": "line text kind verdict reason", "statements": "par sent speaker form cue_start cue_end",
        "stances": "par sent holder target stance act cue evidence"}  # columns that a reader sees
CSS = f"<style>{Path(__file__).with_suffix('.css').read_text(encoding='utf-8')}</style>"


def view(tables, what=TERM, which=None, group=None, by=None, outlet=None, period=None):
    """The picture of one choice, as an Axes (for `report.save`); `ax.drawn` is its table, with the `sources` of each row.

    `what`: TERM or ACTOR, how often `which` is named per 10,000 tokens; PAIR, the mean stance of 'holder → target'; TOPIC, the
    mean share of one of `topics_of`. `group`: a column of articles; `by`: a period; see `stats.cells`. `outlet`, `period` (a
    year, month or day): of these articles only. ValueError for what never occurs.
    """
    table = _table(tables, what, which, group, by, outlet, period)
    x, unit, n, of = {PAIR: ("mean", "stance, -2 hostile to 2 supportive", "{n_statements:,} in {n_articles:,}", "sentences"),
        TOPIC: ("share", "mean share of the units of text", "{n_units:,} in {n_articles:,}", "units of text")}.get(
        what, ("rate", f"occurrences per {stats.PER:,} tokens", "{count:,} in {hit_articles:,}", "occurrences"))
    told = filter(None, [which, outlet, period, group and f"by {group.replace('doc_id', 'article')}", by and f"by {by}"])
    asked = {"x": x, "unit": unit, "title": ", ".join(told)}
    if by:
        ends = {"zero": 0, "limits": (-compare.SCALE, compare.SCALE)} if what == PAIR else {"zero": None, "limits": None}
        return plots.over_time(table, line="group", **ends, **asked)
    return plots.dots(table.assign(own=plots.POOLED), y="group", own="own", n=n, n_title=f"{of} / in articles", **asked)


@functools.lru_cache(4)
def _table(tables, what, which, group, by, outlet=None, period=None):
    """The rows of a view: all articles together first, then the groups with the most articles (over time: and 'others')."""
    if what == TOPIC:
        frame, labels = _frame(tables, by, group, outlet, period), list(topics_of(tables).summary["label"])
        schema.refuse(which not in labels, f"no topic '{which}'; there are: {'; '.join(labels)}")
        table = topics.shares_by(topics_of(tables), frame.cells.assign(cell=frame.cell), "cell", labels.index(which) + 1)
        table = table.join(frame.base[terms.CELL], on="cell").drop(columns="cell")
    elif what == PAIR:
        rows, articles = _pairs(tables).get(which), _some(tables, outlet, period, by and group)
        schema.refuse(rows is None, f"no sentence holds the pair '{which}'; choose one of the list")
        table = compare.pairs(tables.stances.iloc[rows], articles, by=by, group=group, pooled=bool(group))
    else:
        table = terms.rates(_hits(tables, what, which), _frame(tables, by, group, outlet, period))
    first = table["group"].ne(plots.POOLED) * 1 - table.groupby("group")["n_articles"].transform("sum") / 1e9
    return table.assign(first=first).sort_values(["first", "group", "period"]).drop(columns="first").reset_index(drop=True)


@functools.lru_cache(32)
def _frame(tables, by, group, outlet=None, period=None):
    """What all views over the same articles, groups and periods share: `terms.Frame`."""
    return terms.Frame(_some(tables, outlet, period, by and group), by, group, bool(group))


def _some(tables, outlet, period, group=None):
    """The articles of an outlet, and of a period in which all their possible days lie; the small values of `group` are one."""
    found = tables.articles if not outlet else tables.articles[tables.articles["outlet"].eq(outlet).fillna(False)]
    for column in ("date_from", "date_to") if period else ():
        found = found[found["date"].astype("str").fillna(found[column].astype("str")).str.startswith(period).fillna(False)]
    schema.refuse(found.empty, f"no article of {outlet or 'any outlet'} in {period or 'this corpus'}")
    return (stats.lumped(found, group, plots.PANELS - 1) if group and group != "doc_id" else found).reset_index(drop=True)


@functools.lru_cache(2)
def topics_of(tables):
    """The topics, a `topics.Model`: as many as topic-labels.csv lists (notebook 02 and `demarche topics` write it), or
    DEFAULT_TOPICS."""
    path, unit = tables.folder / topics.LABELS, topics.default_unit(len(tables.articles))
    k = path.exists() and store.read_csv(path, ["topic"])["topic"].ne("").sum() or DEFAULT_TOPICS
    counts = topics.units(tables.counts, unit)[0]
    return topics.labels(topics.fit(counts, int(k), unit, story=topics.stories(counts, tables.articles)[0]), tables.folder)


@functools.lru_cache(128)
def _hits(tables, what, term):
    return terms.hits(tables.sentences, [term or ""], counts=tables.counts, **_index(tables, what == ACTOR))


@functools.lru_cache(4)
def _index(tables, named):
    """What `terms.hits` takes for each word, or for each actor, of these tables."""
    if not named:
        return {"index": terms.Index(tables.counts, tables.sentences)}
    actors = clauses.Actors(lexicons.actors(tables.folder / "actors.csv"))
    return {"kind": "actor", "actors": actors, "index": terms.namings(tables.sentences, actors, tables.articles)}


@functools.lru_cache(4)
def _pairs(tables):
    """{'holder → target': rows of `stances`}, the pair of the most sentences first."""
    rows = tables.stances.groupby(["holder", "target"]).indices
    size = compare.scored(tables.stances).groupby(["holder", "target"]).size()
    return {f"{h} → {t}": rows[h, t] for h, t in sorted(size.index, key=lambda pair: (-size[pair], pair))}


@functools.lru_cache(32)
def _read(tables, name):
    """(the columns of a table that are shown, {article: (first, rows)}): what stands together is a slice, and quick to take."""
    size = (table := getattr(tables, name))["doc_id"].value_counts(sort=False)
    places = zip((size.cumsum() - size).tolist(), size.tolist())
    return pa.Table.from_pandas(table[READ[name].split()], preserve_index=False), dict(zip(size.index, places))


def _rows(tables, name, doc_id):
    """The rows of one article in a table, an Arrow one."""
    return _read(tables, name)[0].slice(*_read(tables, name)[1].get(doc_id, (0, 0)))


def _found(tables, what, which, _, by, outlet=None, period=None):
    """What all articles of the view say together, in words."""
    whole = _table(tables, what, which, None, by if what == PAIR else None, outlet, period)
    if what != TOPIC:
        return (terms.summary if what != PAIR else compare.change if by else compare.summary)(whole)
    row = whole.iloc[0]
    return (f"{which}: mean share {row['share']:.2f} over {stats.plural(row['n_units'], 'unit')} of "
            f"{stats.plural(row['n_articles'], 'article')}; {row['interval']}.")


# --- reading -------------------------------------------------------------------------------------------------------

def article(tables, doc_id):
    """An article as it stands in the source, as HTML in which no text of it is alive: what was cut is grey and says why,
    sentences say who takes which stance toward whom, dates say their verdict; of an article that is not there, that it is not.

    Words that report are slanted, words that made a score are bold and underlined; the tags name holder, target and stance.
    """
    if not (about := _rows(tables, "articles", doc_id).to_pylist()):
        return f"<p>no article '{html.escape(doc_id)}'</p>"
    said, ledger, paragraphs = _statements(tables, doc_id), _rows(tables, "dates", doc_id), {}
    sentences, found = _rows(tables, "sentences", doc_id).to_pylist(), ledger.to_pylist()
    for piece in (p for p in _rows(tables, "lines", doc_id).to_pylist() if p["role"] != "blank"):
        dates = [d for d in found if d["line"] == piece["line"]]
        tag = "" if piece["role"] == "body" else _tag(("" if piece["role"] in KEPT else "cut: ") + piece["role"])
        if piece["role"] in KEPT and pd.notna(piece["start"]):
            text = _marked(piece["text"], int(piece["start"]), sentences, said, dates)
        else:
            why = html.escape(f"cut as {piece['role']}, by the rule {piece['rule']}")
            text = f'<span class="cut" title="{why}">{_marked(piece["text"], 0, [], {}, dates)}</span>'
        paragraphs.setdefault(piece["line"], []).append(text + tag)
    text = "</p><p>".join(map(" ".join, paragraphs.values()))
    head = " · ".join(v for v in (*(about[0][c] for c in ("title", "outlet", "date")), doc_id) if v)
    rows = "".join(f"<details><summary>{name}</summary>{grid(table.to_pandas(), len(table))}</details>" for name, table in (
        ("dates", ledger), ("stances", _rows(tables, "stances", doc_id).drop(["evidence"]))))
    return f'{CSS}<div class="dm mathjax_ignore tex2jax_ignore"><h4>{html.escape(head)}</h4><p>{text}</p>{rows}</div>'


def _statements(tables, doc_id):
    """{(par, sent): (spans to mark, tags)} of an article; spans are (start, end, element, title)."""
    found = {}
    for row in _rows(tables, "statements", doc_id).to_pylist():
        spans, _ = found.setdefault((row["par"], row["sent"]), ([], []))
        if pd.notna(row["cue_start"]):
            who = row["speaker"] if pd.notna(row["speaker"]) else "nobody named"
            spans.append((int(row["cue_start"]), int(row["cue_end"]), "em", f"reports the words of {who} ({row['form']})"))
    for row in _rows(tables, "stances", doc_id).to_pylist():
        if pd.notna(row["stance"]):
            spans, tags = found.setdefault((row["par"], row["sent"]), ([], []))
            label = f"{row['holder']} → {row['target']}: {STANCES[round(row['stance']) + 2]} ({row['stance']:+.1f})"
            spans += [(a, b, "strong", label) for a, b, _ in json.loads(row["evidence"])]
            tags.append(label)
    return found


def _tag(text):
    return f"<small>{html.escape(text)}</small>"


def _marked(text, start, sentences, said, dates, named=()):
    """A piece of text that stands at `start` of its article, as HTML: spans of statements and dates marked, tags behind."""
    spans, after = [(*m.span(), "mark", "the term") for m in named], {}
    for s in sentences:
        marks, tags = said.get((s["par"], s["sent"]), ([], []))
        if s["start"] < start + len(text) and s["end"] > start:
            spans += [(a - start, b - start, *more) for a, b, *more in marks]
            if tags:
                spans.append((s["start"] - start, s["end"] - start, 'span class="said"', "; ".join(dict.fromkeys(tags))))
                after[s["end"] - start] = "".join(map(_tag, dict.fromkeys(tags)))
    for d in dates:
        if (at := text.find(d["text"])) >= 0:
            spans.append((at, at + len(d["text"]), "time", f"{d['verdict']}: {d['reason']}"))
            after[at + len(d["text"])] = _tag(f"date: {d['verdict']}") + after.get(at + len(d["text"]), "")
    cuts, out = sorted({0, len(text), *(min(max(p, 0), len(text)) for span in spans for p in span[:2]), *after} - {None}), []
    for a, b in itertools.pairwise(cuts):
        part, around = html.escape(text[a:b]), [s for s in spans if s[0] <= a and b <= s[1]]
        for _, _, element, title in sorted((s for s in around if a == s[0] or "said" not in s[2]), key=lambda s: s[1] - s[0]):
            part = f'<{element} title="{html.escape(title)}">{part}</{element.split()[0]}>'
        out.append(part + after.get(b, ""))
    return "".join(out)


def grid(table, most=MAX_SHOWN):
    """The first rows of a table as HTML, escaped."""
    shown = table.drop(columns=plots.HIDDEN, errors="ignore").head(most).replace("", None).dropna(axis=1, how="all")
    more = f"<p>first {most} of {len(table):,} rows; a kept figure holds them all</p>" * (len(table) > most)
    return f'{shown.to_html(index=False, border=0, na_rep="", float_format="{:.3g}".format)}{more}'


def behind(tables, sources, term=None):
    """The sentences of `sources` (doc_id, par, sent) as HTML, each within its paragraph, marked as in `article`, `term` too."""
    out, known = [], functools.cache(_statements)
    for doc_id, par, sent in sources[:MAX_SHOWN]:
        [about], rows = (_rows(tables, name, doc_id).to_pylist() for name in ("articles", "sentences"))
        head = html.escape(" · ".join(str(v) for v in (doc_id, about["outlet"], about["date"]) if pd.notna(v)))
        said, near = known(tables, doc_id), [row for row in rows if row["par"] == par]
        at = "".join(f", {name} {int(n)}" for name, n in (("paragraph", par), ("sentence", sent)) if pd.notna(n))
        named = terms.pattern(term).finditer if term else lambda text: ()
        text = [f"<b>{_marked(s['text'], s['start'], [s], said, [], named(s['text']))}</b>" if s["sent"] == sent
                else html.escape(s["text"]) for s in near]
        out.append(f"<blockquote><p>{head}{at}</p>{' '.join(text) or 'the whole article'}</blockquote>")
    more = f"first {MAX_SHOWN} of {len(sources):,}" if len(sources) > MAX_SHOWN else stats.plural(len(sources), "place")
    return f'{CSS}<div class="dm mathjax_ignore tex2jax_ignore"><p>{more}</p>{"".join(out)}</div>'


@functools.lru_cache(16)
def _shown(tables, *asked):
    """(Axes, finding, table as HTML, what a Picture holds) of a view: made once, so that the way back is short."""
    ax, found = view(tables, *asked), _found(tables, *asked)
    with mpl.rc_context({"svg.fonttype": "none"}):  # quicker drawn than painted, and letters need no outlines
        picture = report.render(ax.figure, "svg")
    shown = ax.drawn.drop(columns=["own", "term", "lane", "holder", "target", "pair"], errors="ignore")  # the title says it
    return ax, found, f'{CSS}<div class="dm wide">{grid(shown)}</div>', (
        picture, report.alt_text(ax), plots.places(ax).astype("<f4").tobytes(), "\n".join(report.marks(ax)))


# --- the app -------------------------------------------------------------------------------------------------------

class Picture(anywidget.AnyWidget):
    """A picture whose marks are chosen by a click, by the arrow keys or from a list: `mark` is the number of the one chosen, or
    -1; `places`: where each stands, `names`: their names, a line each."""
    _esm = Path(__file__).with_name("picture.js")
    value, places, alt, names, mark = (kind(default).tag(sync=True) for kind, default in (
        (traitlets.Bytes, b""), (traitlets.Bytes, b""), (traitlets.Unicode, ""), (traitlets.Unicode, ""), (traitlets.Int, -1)))


class App(widgets.VBox):
    """The controls for `tables` (`prepare.load()`) and what follows them; figures are kept in `folder`, else as `report.save`
    does. Without a browser it shows as its first picture and the line that makes it."""

    def __init__(self, tables, folder=None):
        self.tables, self.folder, articles = tables, Path(folder or Path.cwd().parent / "figures"), tables.articles
        pairs, words = list(_pairs(tables)), terms.suggest(tables.counts, 40)
        kinds = {"outlet": "outlet", "article": "doc_id", "kind of date": "date_kind", "language": "language"}
        groups = [("all articles together", ""), *((said, c) for said, c in kinds.items() if articles[c].nunique(
            dropna=False) > 1 and (c != "doc_id" or len(articles) <= plots.ROWS))]
        days, outlets = articles["date"].dropna().astype("str"), articles["outlet"].value_counts().index.tolist()

        def choose(options, said, kind=widgets.Dropdown, **more):
            return kind(options=options, description=said, style={"description_width": "8em"}, **more)
        self.what = choose([TERM, ACTOR, PAIR, TOPIC], "Show", value=PAIR if pairs else TERM)
        self.term = choose(words, "Term", widgets.Combobox, value=next(iter(words), ""), continuous_update=False,
                           placeholder="word, phrase or wild*card")
        self.pair, self.topic, self.group = choose(pairs, "Pair"), choose([], "Topic"), choose(groups, "Group by")
        self.by = choose([("no periods", ""), *((p, p) for p in reversed(stats.STEP))], "Periods")
        self.outlet = choose([("all outlets", ""), *((o, o) for o in outlets)], "Outlet")
        self.period = choose([("all the time", ""), *((p, p) for p in sorted({*days.str[:4], *days.str[:7]}))], "Time")
        self.name = widgets.Text(value="my-figure", description="Name", style={"description_width": "8em"})
        self.keep = widgets.Button(description="keep as figure", tooltip="write picture, numbers, sentences and caption")
        self.doc = choose(articles["doc_id"].head(1000).tolist(), "Article", widgets.Combobox, continuous_update=False)
        self.picture, self.ax = Picture(), None
        self.said, self.table, self.sentences, self.code, self.text = (widgets.HTML() for _ in range(5))
        self.sentences.layout, self.table.layout = ({"max_height": "32em", "overflow": "auto"} for _ in range(2))
        self.asked = [self.what, self.term, self.pair, self.topic, self.group, self.by, self.outlet, self.period]
        rows = (widgets.HBox(self.asked[a:b], layout={"flex_flow": "row wrap"}) for a, b in ((0, 4), (4, 6), (6, 8)))
        super().__init__([*rows, self.said, self.picture, self.table, self.sentences,
                          widgets.HBox([self.name, self.keep]), self.code, self.doc, self.text])
        for control, then in (*((c, self._draw) for c in self.asked), (self.doc, self._read)):
            control.observe(then, "value")
        self.picture.observe(self._behind, "mark")
        self.keep.on_click(self._keep)
        self._draw()

    def _repr_mimebundle_(self, **options):
        picture = {"image/png": base64.b64encode(report.render(self.ax.figure, "png", dpi=130)).decode()} if self.ax else {}
        return {**super()._repr_mimebundle_(**options), "text/plain": f"{self.found}\n{self.line()}", **picture}

    def line(self):
        """The line of code that makes the picture."""
        return re.sub(r"(, None)+$", "", f"explore.view(tables, {', '.join(map(repr, self._asked()))}") + ")"

    def _asked(self):
        which = {PAIR: self.pair, TOPIC: self.topic}.get(self.what.value, self.term).value
        return (self.what.value, (which or "").strip(), *(c.value or None for c in self.asked[4:]))

    def _draw(self, _=None):
        for control, whats in ((self.term, (TERM, ACTOR)), (self.pair, (PAIR,)), (self.topic, (TOPIC,))):
            control.layout.display = "" if self.what.value in whats else "none"
        if self.what.value == TOPIC and not self.topic.options:
            self.topic.options, self.topic.index = topics_of(self.tables).summary["label"].tolist(), 0  # draws
            return
        try:
            self.ax, self.found, self.table.value, picture = _shown(self.tables, *self._asked())
        except ValueError as error:  # a term or pair that is not there
            self.ax, self.found, self.table.value, picture = None, str(error), "", (b"", "", b"", "")
        self.said.value = f'<p class="mathjax_ignore" role="status">{html.escape(self.found)}</p>'
        self.code.value = f"<code>{html.escape(self.line())}</code>" * bool(self.ax)
        with self.picture.hold_sync():
            shown, self.picture.mark = self.picture, -1
            shown.value, shown.alt, shown.places, shown.names, shown.mark = *picture, 0 if self.ax else -1

    def _behind(self, _=None):
        sources = self.ax.drawn["sources"].iloc[self.picture.mark] if self.ax and self.picture.mark >= 0 else []
        self.sentences.value = behind(self.tables, sources, self.what.value == TERM and self._asked()[1]) if sources else ""
        self.doc.value = sources[0][0] if len(sources) else self.doc.value

    def _read(self, _=None):
        self.text.value = article(self.tables, self.doc.value)

    def _keep(self, _=None):
        name = self.name.value.strip()
        if not self.ax or not re.fullmatch(r"\w[\w-]{0,99}", name) or name in report.names(self.folder):
            self.code.value = "<p>not kept: give a new name, of up to 100 letters, digits, hyphens, and something to draw</p>"
            return
        caption = f"{self._asked()[1]}: {self.ax.spec['options']['unit']}"
        source = "table stances, one value per sentence" if self.what.value == PAIR else "body sentences"
        with capture_output():  # the picture is on show already
            report.save(self.ax, name, caption, source, self.folder)
        code = f"report.save({self.line()}, {name!r}, {caption!r}, {source!r})"
        self.code.value = f"<p>kept as {name} in {html.escape(str(self.folder))}</p><code>{html.escape(code)}</code>"
