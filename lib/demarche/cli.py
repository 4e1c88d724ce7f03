"""The commands. Each prints what it made, or one clear line that says what is wrong, and exits with 1."""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def main(arguments=None):
    os.environ.setdefault("MPLBACKEND", "Agg")
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # sums in the same order on every machine
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except KeyboardInterrupt:
        sys.exit("demarche: stopped; what was written is whole, run it again to go on")
    except (ValueError, OSError, KeyError) as error:
        sys.exit(f"demarche: {error.args[0] if isinstance(error, KeyError) else error}")


def _parser():
    parser = argparse.ArgumentParser(prog="demarche", description="How a foreign ministry talks, measured.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name, run, what, corpus=True):
        command = commands.add_parser(name, help=what, description=what)
        command.set_defaults(run=run)
        if corpus:
            command.add_argument("corpus", help="folder of .txt, one .csv, .jsonl or .parquet, or a DIR prepared before")
            command.add_argument("--out", required=True, metavar="DIR", help="folder for the tables")
            command.add_argument("--catalogue", metavar="FILE", help="CSV by doc_id that supplies or overrides facts")
            command.add_argument("--actors", metavar="FILE", help="CSV of actors instead of the shipped one")
        return command

    add("prepare", _prepare, "articles to tables")
    add("statements", _says, "who says what, as tables")
    add("stance", _says, "who takes which stance toward whom, as tables")
    terms = add("terms", _terms, "rates of terms, as a table")
    terms.add_argument("--term", action="append", required=True, metavar="TERM", help="word, phrase, wild* card or spelling|spelling; repeat it")
    terms.add_argument("--by", choices=["day", "month", "year"], help="period")
    terms.add_argument("--group", help="a column of articles")
    terms.add_argument("--role", default="body")
    topics = add("topics", _topics, "topics and their shares, as tables")
    topics.add_argument("--k", type=int, help="number of topics; without it, the panel over K is printed")
    topics.add_argument("--unit", choices=["article", "par", "sent"])
    topics.add_argument("--model", choices=["nmf"], default="nmf")
    run = add("run", _run, "the whole job: tables, notebooks, figures, report", corpus=False)
    run.add_argument("--corpus", help="own articles; the shipped ones without it")
    run.add_argument("--out", metavar="DIR", help="where an own corpus' tables, notebooks, figures and report go")
    run.add_argument("--figures-only", action="store_true", help="figures and their tables, without Jupyter")
    run.add_argument("--report-only", action="store_true", help="the report from notebooks executed before")
    figures = add("figures", _figures, "the figures of DIR again, in the size asked for", corpus=False)
    figures.add_argument("dir")
    figures.add_argument("--format", choices=["svg", "png", "pdf"], default="pdf")
    figures.add_argument("--width", default="160mm", help="such as 85mm or 3.3in")
    trace = add("trace", _trace, "the sentences behind a figure or one mark of it", corpus=False)
    trace.add_argument("dir")
    trace.add_argument("figure")
    trace.add_argument("--mark")
    check = add("check", _check, "are the tables whole, do the figures still follow from their numbers", corpus=False)
    check.add_argument("dir")
    return parser


def _prepare(o):
    from demarche import prepare

    print(prepare.prepare(o.corpus, o.out, o.catalogue, o.actors))


def _says(o):
    from demarche import prepare, store

    _prepare(o)
    prepare.who_says_what(o.out)
    stances = store.read(o.out, "stances")
    print(f"{len(store.read(o.out, 'statements')):,} statements, {len(stances):,} stances, {stances['stance'].isna().sum():,} of them abstentions")


def _terms(o):
    from demarche import prepare, store, terms

    _prepare(o)
    tables = prepare.Tables(o.out)
    table = terms.rates(terms.hits(tables.sentences, o.term, o.role), tables.articles, o.by, o.group)
    written = store.write(o.out, terms=table)["terms"]
    print(written[["term", "group", "period", "count", "n_tokens", "n_articles", "rate", "low", "high"]].to_string(index=False, max_rows=40))


def _topics(o):
    from demarche import prepare, store, topics

    _prepare(o)
    tables = prepare.Tables(o.out)
    n = len(tables.articles)
    unit = o.unit or topics.default_unit(n)
    counts, said = topics.units(tables.counts, unit)
    k, why = o.k, ""
    if k is None:
        panel = topics.panel(counts, topics.ks(counts))
        k, why = topics.recommend(panel, n)
        print(panel.to_string(index=False))
        k = k or int(panel.loc[panel["stability"].idxmax(), "k"])
    model = topics.fit(counts, k, unit)
    store.write(o.out, topics=model.topics, topic_shares=model.shares)
    print("\n".join([said, why, model.summary.to_string(index=False)]))


def _run(o):
    from demarche import notebooks, prepare, report

    if bool(o.corpus) != bool(o.out):
        raise ValueError("give both --corpus PATH and --out DIR, or neither")
    out, corpus = (Path(o.out), o.corpus) if o.out else (ROOT / "data" / "processed", ROOT / "data" / "raw")
    books, home = (out / "notebooks", out) if o.out else (ROOT / "notebooks", ROOT)
    if not o.report_only:
        print(prepare.prepare(corpus, out))
        prepare.who_says_what(out)
        paths = notebooks.strip(notebooks.SHIPPED, books) if o.out else notebooks.numbered(books)
        (notebooks.plain if o.figures_only else notebooks.run)(paths)
        print(f"figures: {home / 'figures'}")
    if not o.figures_only:
        print(f"report: {report.site(home, books, home / 'figures')}")


def _figures(o):
    from demarche import report, store

    folder, width = _figures_of(o.dir), _inches(o.width)
    for name in report.names(folder):
        ax, _ = report.redraw(folder, name)
        store.write_bytes(folder / o.format / f"{name}.{o.format}", report.render(ax.figure, o.format, width))
    print(f"{len(report.names(folder))} figures in {folder / o.format}")


def _figures_of(folder):
    found = Path(folder) / "figures"
    if Path(folder).resolve() == (ROOT / "data" / "processed").resolve():
        return ROOT / "figures"
    if not found.is_dir():
        raise ValueError(f"{found}: no figures there; `make CORPUS=PATH OUT=DIR` draws them")
    return found


def _inches(text):
    for unit, inch in (("mm", 25.4), ("cm", 2.54), ("in", 1.0)):
        if text.endswith(unit):
            try:
                return float(text.removesuffix(unit)) / inch
            except ValueError:
                break
    raise ValueError(f"width '{text}' can't be read; write 85mm, 8.5cm or 3.3in")


def _trace(o):
    from demarche import trace

    figures, mark = _figures_of(o.dir), o.mark
    table = trace.marks(figures, o.figure) if mark is None else trace.sentences(_tables_of(o.dir), figures, o.figure, mark)
    print(table.to_string(index=False))


def _tables_of(folder):
    return ROOT / "data" / "processed" if Path(folder).resolve() == ROOT.resolve() else folder


def _check(o):
    from demarche import report, schema, store

    folder, figures, wrong = Path(_tables_of(o.dir)), _figures_of(o.dir), []
    for name in schema.TABLES:
        if (folder / f"{name}.parquet").exists():
            store.read(folder, name)
    for name in report.names(figures):
        ax, fields = report.redraw(figures, name)
        if report.describe(ax, name).splitlines()[0] != fields["digest"]:
            wrong.append(name)
    if wrong:
        raise ValueError(f"these figures no longer follow from their numbers: {', '.join(wrong)}; run `make figures`")
    print(f"tables whole, {len(report.names(figures))} figures follow from their numbers")
