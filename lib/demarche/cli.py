"""The commands. Each prints what it made, or one clear line that says what is wrong, and exits with 1."""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
_CORPUS = [("corpus", {"help": "folder of .txt, one .csv, .jsonl or .parquet, or a DIR prepared before"}),
           ("--out", {"required": True, "metavar": "DIR", "help": "folder for the tables"}),
           ("--catalogue", {"metavar": "FILE", "help": "CSV by doc_id that supplies or overrides facts"}),
           ("--actors", {"metavar": "FILE", "help": "CSV of actors instead of the shipped one"})]
_DIR = [("dir", {"help": "a folder that make or demarche filled"})]
_TERMS = [("--term", {"action": "append", "required": True, "help": "word, phrase, wild*card, spelling|spelling; repeat it"}),
          ("--by", {"choices": ["day", "month", "year"], "help": "period"}),
          ("--group", {"metavar": "COLUMN", "help": "a column of articles"}), ("--role", {"default": "body"})]
_TOPICS = [("--k", {"type": int, "help": "number of topics; without it, the panel over K is made first"}),
           ("--unit", {"choices": ["article", "par", "sent"]}), ("--model", {"choices": ["nmf"], "default": "nmf"})]
_RUN = [("--corpus", {"metavar": "PATH", "help": "own articles; the shipped ones without it"}),
        ("--out", {"metavar": "DIR", "help": "where an own corpus' tables, notebooks, figures and report go"}),
        ("--figures-only", {"action": "store_true", "help": "figures and their numbers, without Jupyter"}),
        ("--report-only", {"action": "store_true", "help": "the report, from notebooks executed before"})]
_FIGURES = [("--format", {"choices": ["svg", "png", "pdf"], "default": "pdf"}),
            ("--width", {"default": "160mm", "help": "such as 85mm or 3.3in"})]


def main(arguments=None):
    os.environ.setdefault("MPLBACKEND", "Agg")
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # sums in the same order on every machine
    parser = argparse.ArgumentParser(prog="demarche", description="How a foreign ministry talks, measured.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run, what, options in (
            ("prepare", prepare, "articles to tables", _CORPUS),
            ("statements", says, "who says what, as tables", _CORPUS),
            ("stance", says, "who takes which stance toward whom, as tables", _CORPUS),
            ("terms", terms, "rates of terms, as a table", _CORPUS + _TERMS),
            ("topics", topics, "topics and their shares, as tables", _CORPUS + _TOPICS),
            ("run", run_all, "the whole job: tables, notebooks, figures, report", _RUN),
            ("figures", figures, "the figures of DIR again, in the size asked for", _DIR + _FIGURES),
            ("trace", trace, "the sentences behind a figure or one mark of it", _DIR + [("figure", {}), ("--mark", {})]),
            ("check", check, "are the tables whole, do the figures still follow from their numbers", _DIR)):
        command = commands.add_parser(name, help=what, description=what)
        command.set_defaults(run=run)
        for flag, how in options:
            command.add_argument(flag, **how)
    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except KeyboardInterrupt:
        sys.exit("demarche: stopped; what was written is whole, run it again to go on")
    except (ValueError, OSError, KeyError) as error:
        sys.exit(f"demarche: {error.args[0] if isinstance(error, KeyError) else error}")


def prepare(o):
    from demarche import prepare

    print(prepare.prepare(o.corpus, o.out, o.catalogue, o.actors))
    return prepare.Tables(o.out)


def says(o):
    from demarche.prepare import who_says_what

    tables = prepare(o)
    who_says_what(o.out)
    print(f"{len(tables.statements):,} statements, {len(tables.stances):,} stances, "
          f"{tables.stances['stance'].isna().sum():,} of them abstentions")


def terms(o):
    from demarche import store, terms

    tables = prepare(o)
    table = terms.rates(terms.hits(tables.sentences, o.term, o.role), tables.articles, o.by, o.group)
    written = store.write(o.out, terms=table)["terms"]
    print(written[["term", "group", "period", "count", "n_tokens", "n_articles", "rate", "low", "high"]].to_string(
        index=False, max_rows=40))


def topics(o):
    from demarche import store, topics

    tables = prepare(o)
    unit = o.unit or topics.default_unit(len(tables.articles))
    counts, said = topics.units(tables.counts, unit)
    print(said)
    k = o.k
    if k is None:
        panel = topics.panel(counts)
        k, why = topics.recommend(panel, len(tables.articles))
        k = k or int(topics.margins(panel).idxmax())
        print(panel.to_string(index=False), why, f"The tables hold {k} topics.", sep="\n")
        store.write(o.out, panel=panel)
    model = topics.fit(counts, k, unit)
    store.write(o.out, topics=model.topics, topic_shares=model.shares)
    print(model.summary.to_string(index=False))


def run_all(o):
    from demarche import notebooks, prepare, report

    if bool(o.corpus) != bool(o.out) and not o.report_only:
        raise ValueError("give both --corpus PATH and --out DIR, or neither")
    home = Path(o.out) if o.out else ROOT
    books = home / "notebooks"
    if not o.report_only:
        tables = home if o.out else ROOT / "data" / "processed"
        print(prepare.prepare(o.corpus or ROOT / "data" / "raw", tables))
        prepare.who_says_what(tables)
        paths = notebooks.strip(ROOT / "notebooks", books) if o.out else notebooks.numbered(books)
        (notebooks.plain if o.figures_only else notebooks.run)(paths)
        print(f"figures: {home / 'figures'}")
    if not o.figures_only:
        print(f"report: {report.site(home, books)}")


def _home(folder):
    """(tables, figures) of a folder: an own corpus' DIR, the repository, or its data/processed."""
    if Path(folder).resolve() in (ROOT, ROOT / "data" / "processed"):
        return ROOT / "data" / "processed", ROOT / "figures"
    if not (Path(folder) / "figures").is_dir():
        raise ValueError(f"{folder}: no figures there; `make CORPUS=PATH OUT=DIR` draws them")
    return Path(folder), Path(folder) / "figures"


def figures(o):
    from demarche import report, store

    folder = _home(o.dir)[1]
    unit = {"mm": 25.4, "cm": 2.54, "in": 1.0}.get(o.width[-2:])
    if not unit or not o.width[:-2].replace(".", "", 1).isdigit():
        raise ValueError(f"width '{o.width}' can't be read; write 85mm, 8.5cm or 3.3in")
    for name in report.names(folder):
        figure = report.redraw(folder, name)[0].figure
        picture = report.render(figure, o.format, float(o.width[:-2]) / unit)
        store.write_bytes(folder / o.format / f"{name}.{o.format}", picture)
    print(f"{len(report.names(folder))} figures in {folder / o.format}")


def trace(o):
    from demarche import trace

    tables, drawn = _home(o.dir)
    found = trace.marks(drawn, o.figure) if o.mark is None else trace.sentences(tables, drawn, o.figure, o.mark)
    print(found.to_string(index=False))


def check(o):
    from demarche import report, schema, store

    tables, drawn = _home(o.dir)
    there = [name for name in schema.TABLES if (tables / f"{name}.parquet").exists()]
    for name in there:
        store.read(tables, name)
    moved = [name for name in report.names(drawn) if _moved(report, drawn, name)]
    if moved:
        raise ValueError(f"these figures no longer follow from their numbers: {', '.join(moved)}; run `make figures`")
    print(f"{len(there)} tables are whole, {len(report.names(drawn))} figures follow from their numbers")


def _moved(report, drawn, name):
    ax, fields = report.redraw(drawn, name)
    return report.describe(ax, name).splitlines()[0] != fields["digest"]
