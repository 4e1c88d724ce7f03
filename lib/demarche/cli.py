"""The commands of commands.toml. Each prints what it made, or one clear line that says what is wrong, and exits with 1."""

import argparse
import os
import re
import sys
import tomllib
from pathlib import Path


def main(arguments=None):
    """Read a command line (`sys.argv` without `arguments`) and run its command; options and help stand in commands.toml."""
    os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"} | os.environ)  # sums in the same order on every run
    known = tomllib.loads(Path(__file__).with_name("commands.toml").read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(prog="demarche", description="How a foreign ministry talks, measured.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, spec in known["commands"].items():
        command = commands.add_parser(name, help=spec["help"], description=spec["help"])
        command.register("type", "int", int)
        command.register("type", "count", lambda text: range(1, 10**9).index(int(text)) + 1)  # 1 or more
        command.set_defaults(run=globals()[spec.get("run", name)])
        for option in spec["options"]:
            command.add_argument(option, **known["options"][option])
    options = parser.parse_args(arguments)
    if empty := [name for name, value in vars(options).items() if value == ""]:
        parser.error(f"{', '.join(empty)}: empty; name a file or folder, . for this one")
    try:
        options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # who reads it, `head` say, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (KeyboardInterrupt, ValueError, OSError) as error:
        at = getattr(error, "filename", None)
        told = f"{at}: {error.strerror.lower()}; check the path" if at and error.strerror else " ".join(str(error).split())
        sys.exit(f"demarche: {told or 'stopped; run it again to go on'}")


def prepare(o):
    """Articles to tables; returns them. `o`, here and below: the options of the command line."""
    from demarche import prepare, store
    print(prepare.prepare(o.corpus, o.out, o.catalogue, o.actors, _how(o)))
    if o.stories:
        prepare.add_stories(o.out)
    tables, story = prepare.Tables(o.out), store.read(o.out, "articles", ["story_id"])["story_id"]
    if story.notna().any():
        print(f"{story.nunique():,} stories, {tables.passages['passage'].nunique():,} shared passages")
    return tables


def statements(o):
    """The tables statements and stances, and what they need."""
    from demarche.prepare import add_statements
    tables = prepare(o)
    add_statements(o.out, _how(o))
    stances = tables.stances["stance"]
    print(f"{len(tables.statements):,} statements, {len(stances):,} stances, {stances.isna().sum():,} of them abstentions")


def actors(o):
    """Names that no actor covers, and names that became one actor, in the sentences of a corpus; writes nothing."""
    import tempfile

    from demarche import clauses, lexicons, prepare, statements
    with tempfile.TemporaryDirectory() as out:
        prepare.prepare(o.audit, out, None, o.actors, _how(o))
        tables = prepare.Tables(out)
        known = clauses.Actors(lexicons.actors(Path(out, "actors.csv")))
        names, merges = statements.audit(tables.sentences, tables.articles, known)
    for title, table in ((f"{len(names):,} names that no actor covers", names), (f"{len(merges):,} merges", merges)):
        shown = table.head(60).assign(example=table["example"].str.slice(0, 90)).to_string(index=False)
        print(title, shown if len(table) else "none", *["..."] * (len(table) > 60), sep="\n")


def terms(o):
    """The table terms and, where they are asked for, what rests on it; ValueError for options that need another."""
    import pandas as pd

    from demarche import change, clauses, dates, lexicons, schema, stats, store, terms
    from demarche.prepare import add_statements
    schema.refuse(not o.term and not o.dictionary, "no term to count; give --term TERM, or --dictionary FILE")
    schema.refuse((o.change or o.mix) and o.by in (None, "article"), "--change and --mix need periods; add --by month, say")
    schema.refuse(o.event and not dates.day(o.event), f"--event '{o.event}' is no day; write YYYY-MM-DD")
    asked = {term: term for term in o.term or ()} | (terms.dictionary(o.dictionary) if o.dictionary else {})
    tables = prepare(o)
    stats.cells(tables.articles, group=o.keyness)  # tells where there is no such column
    if o.inside or o.group == "speaker":
        add_statements(o.out, _how(o))
    texts, counts, articles = terms.part(tables, o.role, o.inside, o.group == "speaker")
    kind = "regex" if o.regex else "actor" if o.actor else "word"
    how = {"kind": kind, "actors": clauses.Actors(lexicons.actors(Path(o.out, "actors.csv"))) if o.actor else None}
    schema.refuse(not (texts["role"] == o.role).any(), f"no sentence of role {o.role} to count in; see the table sentences")
    if texts is not tables.sentences:  # are they spelled as anywhere in the text?
        terms.hits(tables.sentences, asked, None, tables.counts, articles=tables.articles, **how)
    hits = terms.hits(texts, asked, o.role, counts, articles=articles, strict=texts is tables.sentences, **how)
    rates = terms.rates(hits, articles, o.by, o.group, spread=o.spread, mix=o.mix, sources=False)
    made = {"terms": rates, "dispersion": terms.spread(hits, articles)}
    made |= {"trends": change.trend(rates), "breaks": change.breaks(hits, articles, o.by)} if o.change else {}
    made |= {"events": change.event(hits, articles, o.event, o.mix)} if o.event else {}
    made |= {"keyness": change.keyness(tables.counts, tables.articles, o.keyness)} if o.keyness else {}
    if o.calibrate:
        made["calibration"] = change.calibrate(hits, articles)
        print(change.could_show(made["calibration"]))
    if o.contexts:
        found = [terms.in_context(texts, t, role=o.role, regex=o.regex).assign(term=name) for name, t in asked.items()]
        made |= {"contexts": pd.concat(found), "collocations": terms.collocations(texts, 200)}
    shown = store.write(o.out, **made)["terms"].assign(period=lambda t: t["period"].fillna(t["lane"]))  # 'undated', or 'all'
    print(shown[["term", "group", "period", "count", "n_articles", "rate", "low", "high"]].to_string(index=False, max_rows=40))
    print("tables in", o.out + ":", ", ".join(made))


def topics(o):
    """The tables of topics; without `--k` the panel over K first, which then chooses it."""
    from demarche import matrix, store, stories, terms, topics
    tables, k = prepare(o), o.k
    articles, unit = tables.articles, o.unit or topics.default_unit(len(tables.articles))
    counts, choices = topics.units(tables.counts, unit)
    # Copies count once; that they were looked for stays here, so that no other command's limits depend on this one.
    story, once = topics.stories(counts, stories.known(articles, tables.sentences))
    if not k:
        panel = topics.panel(matrix.select(counts, once), o.model)
        k, why = topics.recommend(panel, len(articles))
        k = k or int(topics.margins(panel).idxmax())
        wide = store.write(o.out, panel=panel)["panel"].pivot(index="k", columns=["measure", "group"], values="value")
        print(wide.round(3).to_string(), why, f"The tables hold {k} topics.", sep="\n")
    model = topics.labels(topics.fit(counts, k, unit, o.model, story), o.out)
    store.write(o.out, topics=model.topics, topic_shares=model.shares, topic_summary=model.summary)
    print(choices, model.summary.drop(columns="model").to_string(index=False), sep="\n")
    if o.dictionary:
        own = {name: spellings.split("|") for name, spellings in terms.dictionary(o.dictionary).items()}
        made = store.write(o.out, topic_keywords=topics.codebook(model, tables.counts, own))["topic_keywords"]
        print("Topics of your own, by their keywords", made.to_string(index=False), sep="\n")


def figures(o):
    """The figures of a folder again, in another look, size or format."""
    from demarche import report, schema, store, style
    folder, (wide, dpi, grey, tall) = _home(o)[1], style.LOOKS[o.look]
    size = re.fullmatch(r"(\d+\.?\d*)(mm|cm|in)", o.width or f"{wide}mm")
    schema.refuse(not size or not report.names(folder),
           f"no figures in {folder}; run make" if size else f"width '{o.width}' can't be read; write 85mm, 8.5cm or 3.3in")
    out = folder / (o.format if o.look == "page" else o.look)
    inches, own = float(size[1]) / {"mm": 25.4, "cm": 2.54, "in": 1}[size[2]], report.own_words(folder)
    if grey:
        style.grey()
    for name in report.names(folder):
        picture = report.render(report.named(folder, name, own)[0].figure, o.format, inches, tall * inches, dpi=dpi)
        store.write_bytes(out / f"{name}.{o.format}", picture)
    print(f"{len(report.names(folder))} figures in {out}; own titles, units and captions: in {folder / report.WORDS}")


def trace(o):
    """The sentences behind a mark of a figure as tab-separated text, or the list of its marks."""
    from demarche import trace
    if o.mark:
        print(trace.sentences(*_home(o), o.figure, o.mark).drop(columns="mark").to_csv(sep="\t", index=False), end="")
    else:
        print(trace.marks(_home(o)[1], o.figure).to_string(index=False))


def diff(o):
    """The numbers that moved between two runs."""
    from demarche import report, schema
    homes = [_home(o), _home(argparse.Namespace(dir=o.other))]
    schema.refuse(bare := [str(home) for home, _ in homes if not (home / "articles.parquet").exists()],
                  f"{', '.join(bare)}: no tables there; `demarche prepare` or `make` makes them")
    found = report.moved(*homes)
    if found.empty:
        print(f"nothing moved: the tables and {len(report.names(homes[0][1]))} figures of both are the same")
    else:
        print(found.head(200).to_string(index=False), *[f"... and {len(found) - 200:,} more"] * (len(found) > 200), sep="\n")


def check(o):
    """Read every table against its schema and draw every figure again; ValueError where one does not follow any more."""
    from demarche import report, schema, store
    tables, drawn = _home(o)
    whole = [store.read(tables, n) for n in schema.TABLES if n == "articles" or (tables / f"{n}.parquet").exists()]
    again = {name: report.redraw(drawn, name) for name in report.names(drawn)}
    moved = [name for name, (ax, kept) in again.items() if report.describe(ax, name).splitlines()[0] != kept["digest"]]
    schema.refuse(moved, f"these figures no longer follow from their numbers: {', '.join(moved)}; run `make figures`")
    print(f"{len(whole)} tables are whole, {len(again)} figures follow from their numbers")


def code_sheet(o):
    """Draw sheets for coders into DIR/codings; none that is there already is written over."""
    from demarche import coding, prepare, schema, stats, store
    tables, seed = prepare.Tables(_home(o)[0]), stats.SEED if o.seed is None else o.seed
    prepare.add_statements(tables.folder, _how(o))
    schema.refuse(not (tables.sentences["role"] == "body").any(), f"{tables.folder}: no sentence of role body to draw from")
    sheet = coding.intrusions(tables.topics, seed)[0] if o.intrusion else coding.draw(tables, o.n, o.strata, seed)
    files = {"csv": "\ufeff" + store.csv(sheet), "xlsx": coding.workbook(sheet, coding.names(tables))}  # the mark is for Excel
    stem = tables.folder / "codings" / ("words" if o.intrusion else "sheet")
    made = {Path(f"{stem}-{i + 1}.{end}"): data for i in range(o.coders) for end, data in files.items()}
    schema.refuse(there := [str(path) for path in made if path.exists()],
           f"{', '.join(there)}: there already, perhaps coded; move it, then draw again")
    for path, data in made.items():
        store.write_bytes(path, data)
    print(f"{len(sheet):,} rows{' (all there are)' * (len(sheet) < o.n and not o.intrusion)}, seed {seed}, in", *made, sep="\n")


def code_read(o):
    """Read coded sheets; writes their tables into DIR/codings, or says all mistakes and writes nothing."""
    from demarche import coding, prepare, store
    o.dir = o.out
    tables = prepare.Tables(_home(o)[0])
    prepare.add_statements(tables.folder, _how(o))
    made, mistakes = coding.back(tables, o.sheet)
    if mistakes:
        print(*mistakes, sep="\n", file=sys.stderr)
        raise ValueError(f"{len(mistakes)} mistakes in the sheets, told above; nothing was written")
    for name, table in store.write(tables.folder / "codings", **made).items():
        print(f"{name}: {len(table):,} rows", *[table.to_string(index=False, max_rows=40)] * (name[:6] != "coding"), sep="\n")
    print(coding.summary(made["codings"], made["corrected"]) if "corrected" in made else "")


def _how(o):
    from demarche import engine, schema
    schema.refuse(o.scheduler and o.engine != "dask", "--scheduler is for --engine dask; add it, or leave --scheduler out")
    return engine.Engine(o.engine, o.jobs, o.scheduler)


def _home(o):
    """(tables, figures) of DIR: an own corpus' folder, or the repository."""
    tables = Path(o.dir, "data", "processed")
    return tables if tables.is_dir() else Path(o.dir), Path(o.dir, "figures")
