"""The commands of commands.toml. Each prints what it made, or one clear line that says what is wrong, and exits with 1."""

import argparse
import errno
import os
import re
import sys
import tomllib
from pathlib import Path

import demarche as lib  # each room is imported when it is first asked for


def main(arguments=None):
    """Read a command line (`sys.argv` without `arguments`) and run its command; options and help stand in commands.toml."""
    os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"} | os.environ)  # sums in the same order on every run
    known = tomllib.loads(Path(__file__).with_name("commands.toml").read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(prog="demarche", description="How a foreign ministry talks, measured.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, spec in known["commands"].items():
        command = commands.add_parser(name, help=spec["help"], description=spec["help"])
        command.register("type", "count", lambda text: range(1, 10**9).index(int(text)) + 1)  # 1 or more
        command.set_defaults(run=globals()[spec.get("run", name)])
        for option in spec["options"]:
            command.add_argument(option, **known["options"][option])
    args = parser.parse_args(arguments)
    if empty := [name for name, value in vars(args).items() if value == ""]:
        parser.error(f"{', '.join(empty)}: empty; name a file or folder, . for this one")
    try:
        args.run(args)
    except (KeyboardInterrupt, ValueError, OSError) as error:
        at, full, shown = getattr(error, "filename", None), getattr(error, "errno", None) == errno.ENOSPC, lib.schema.shown
        told = f"{at}: {error.strerror.lower()}; check the path" if at and error.strerror else " ".join(str(error).split())
        sys.exit(shown(f"demarche: {told or 'stopped; run it again to go on'}{'; make room, and run it again' * full}"))


def say(*told, sep=" ", end="\n", file=None):
    """Print what may hold text of articles: what could steer a terminal is written out."""
    try:
        print(lib.schema.shown(sep.join(map(str, told)), "\n\t"), end=end, file=file, flush=True)
    except BrokenPipeError:  # who reads it, `head` say, has enough; what the command makes is made all the same
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def prepare(args, spoken=False):
    """Articles to tables, those of statements too where they are `spoken` of; returns them."""
    say(lib.prepare.prepare(args.corpus, args.out, args.catalogue, args.actors, _how(args)))
    if args.stories:
        lib.prepare.add_stories(args.out)
    if spoken:
        lib.prepare.add_statements(args.out, _how(args))
    tables, story = lib.prepare.Tables(args.out), lib.store.read(args.out, "articles", ["story_id"])["story_id"]
    if story.notna().any():
        say(f"{story.nunique():,} stories, {tables.passages['passage'].nunique():,} shared passages")
    return tables


def statements(args):
    """The tables statements and stances, and what they need."""
    stances = (tables := prepare(args, spoken=True)).stances["stance"]
    say(f"{len(tables.statements):,} statements, {len(stances):,} stances, {stances.isna().sum():,} of them abstentions")


def actors(args):
    """Names that no actor covers, and names that became one actor, in the sentences of a corpus; writes nothing."""
    import tempfile

    with tempfile.TemporaryDirectory() as out:
        lib.prepare.prepare(args.audit, out, None, args.actors, _how(args))
        tables, known = lib.prepare.Tables(out), lib.clauses.Actors(lib.lexicons.actors(Path(out, "actors.csv")))
        names, merges = lib.statements.audit(tables.sentences, tables.articles, known)
    for title, table in ((f"{len(names):,} names that no actor covers", names), (f"{len(merges):,} merges", merges)):
        say(title, table.to_csv(sep="\t", index=False) if len(table) else "none", sep="\n")


def terms(args):
    """The table terms and, where they are asked for, what rests on it; ValueError for options that need another."""
    import pandas as pd

    lib.schema.refuse(not args.term and not args.dictionary, "no term to count; give --term TERM, or --dictionary FILE")
    lib.schema.refuse((args.change or args.mix) and not args.by, "--change and --mix need periods; add --by month, say")
    more = args.mix or args.group == "speaker" and (args.change or args.event or args.calibrate)
    lib.schema.refuse(args.group and more, "--group goes without --mix, that by speaker without --change, --event, --calibrate")
    lib.schema.refuse(args.contexts and (args.actor or args.group == "speaker"), "--contexts goes without --actor and speakers")
    asked = {term: term for term in args.term or ()} | (lib.terms.dictionary(args.dictionary) if args.dictionary else {})
    tables = prepare(args, spoken=args.inside or args.group == "speaker")
    lib.stats.cells(tables.articles, group=args.keyness)  # tells where there is no such column
    texts, counts, articles = lib.terms.part(tables, args.role, args.inside, args.group == "speaker")
    lib.schema.refuse(args.role not in set(texts["role"]), f"no sentence of role {args.role} to count in; see table sentences")
    kind, whole = "regex" if args.regex else "actor" if args.actor else "word", texts is tables.sentences
    actors = lib.clauses.Actors(lib.lexicons.actors(Path(args.out, "actors.csv"))) if args.actor else None
    if not whole:  # are they spelled as anywhere in the text?
        lib.terms.hits(tables.sentences, asked, None, tables.counts, kind, actors, tables.articles)
    hits = lib.terms.hits(texts, asked, args.role, counts, kind, actors, articles, strict=whole)
    rates = lib.terms.rates(hits, articles, args.by, args.group, mix=args.mix, sources=False)
    made = {"terms": rates} | ({} if args.group == "speaker" else {"dispersion": lib.terms.spread(hits, articles)})
    if args.change:  # breaks hold no mix fixed
        breaks = {} if args.mix else {"breaks": lib.change.breaks(hits, articles, args.by)}
        made |= {"trends": lib.change.trend(rates), **breaks}
    if args.event:
        made["events"] = lib.change.event(hits, articles, args.event, args.mix)
    if args.keyness:
        made["keyness"] = lib.change.keyness(tables.counts, tables.articles, args.keyness)
    if args.calibrate:
        made["calibration"] = lib.change.calibrate(hits, articles)
        say(lib.change.could_show(made["calibration"]))
    if args.contexts:
        found = [lib.terms.in_context(texts, t, role=args.role, regex=args.regex).assign(term=n) for n, t in asked.items()]
        made |= {"contexts": pd.concat(found), "collocations": lib.terms.collocations(texts, 200)}
    shown = lib.store.write(args.out, **made)["terms"].assign(period=lambda t: t["period"].fillna(t["lane"]))  # 'undated', say
    say(shown[["term", "group", "period", "count", "n_articles", "rate", "low", "high"]].to_string(index=False, max_rows=40))
    say("tables in", args.out + ":", ", ".join(made))


def topics(args):
    """The tables of topics; without `--k` the panel over K first, which then chooses it."""
    tables, k = prepare(args), args.k
    articles, unit = tables.articles, args.unit or lib.topics.default_unit(len(tables.articles))
    counts, choices = lib.topics.units(tables.counts, unit)
    # Copies count once; that they were looked for stays here, so that no other command's limits depend on this one.
    story, once = lib.topics.stories(counts, tables.told)
    if not k:
        panel = lib.topics.panel(lib.matrix.select(counts, once), args.model)
        k, why = lib.topics.recommend(panel, len(articles))
        k = k or int(lib.topics.margins(panel).idxmax())
        wide = lib.store.write(args.out, panel=panel)["panel"].pivot(index="k", columns=["measure", "group"], values="value")
        say(wide.round(3).to_string(), why, f"The tables hold {k} topics.", sep="\n")
    model = lib.topics.labels(lib.topics.fit(counts, k, unit, args.model, story), args.out)
    lib.store.write(args.out, topics=model.topics, topic_shares=model.shares, topic_summary=model.summary)
    say(choices, model.summary.drop(columns="model").to_string(index=False), sep="\n")
    if args.dictionary:
        own = {name: spellings.split("|") for name, spellings in lib.terms.dictionary(args.dictionary).items()}
        made = lib.store.write(args.out, topic_keywords=lib.topics.codebook(model, tables.counts, own))["topic_keywords"]
        say("Topics of your own, by their keywords", made.to_string(index=False), sep="\n")


def figures(args):
    """The figures of a folder again, in another look, size or format."""
    folder, (wide, dpi, grey, tall) = lib.store.home(args.dir)[1], lib.style.LOOKS[args.look]
    size = re.fullmatch(r"(\d+\.?\d*)(mm|cm|in)", args.width or f"{wide}mm")
    inches = float(size[1]) / {"mm": 25.4, "cm": 2.54, "in": 1}[size[2]] if size else 0
    lib.schema.refuse(not 2 <= inches <= 40, f"width '{args.width}' can't be drawn; write 85mm, 8.5cm or 3.3in, 51mm to 100cm")
    lib.schema.refuse(not lib.report.names(folder), f"no figures in {folder}; run make, or make figures CORPUS=... OUT=...")
    out, own = folder / (args.format if args.look == "page" else args.look), lib.report.own_words(folder)
    if grey:
        lib.style.grey()
    for name in lib.report.names(folder):
        picture = lib.report.render(lib.report.named(folder, name, own)[0].figure, args.format, inches, tall * inches, dpi=dpi)
        lib.store.write_bytes(out / f"{name}.{args.format}", picture)
    say(f"{len(lib.report.names(folder))} figures in {out}; own titles, units and captions: in {folder / lib.report.WORDS}")


def trace(args):
    """The sentences behind a mark of a figure as tab-separated text, or the list of its marks."""
    tables, drawn = lib.store.home(args.dir)
    if args.mark:
        found = lib.trace.sentences(tables, drawn, args.figure, args.mark).drop(columns="mark")
        say(found.map(lambda c: lib.schema.shown(c) if isinstance(c, str) else c).to_csv(sep="\t", index=False), end="")
    else:
        say(lib.trace.marks(drawn, args.figure).to_string(index=False))


def diff(args):
    """The numbers that moved between two runs."""
    homes = [lib.store.home(args.dir), lib.store.home(args.other)]
    bare = [str(home) for home, _ in homes if not (home / "articles.parquet").exists()]
    lib.schema.refuse(bare, f"{', '.join(bare)}: no tables there; `demarche prepare` or `make` makes them")
    if (found := lib.report.moved(*homes)).empty:
        say(f"nothing moved: the tables and {len(lib.report.names(homes[0][1]))} figures of both are the same")
    else:
        say(found.head(200).to_string(index=False), *[f"... and {len(found) - 200:,} more"] * (len(found) > 200), sep="\n")


def check(args):
    """Read every table against its schema, do they fit each other, and draw every figure again; ValueError where one does not
    follow any more from its numbers, or was drawn from other tables."""
    tables, drawn = lib.store.home(args.dir)
    always = {*lib.prepare.ARTICLE_TABLES, "rejected"}
    whole = [lib.store.read(tables, n) for n in lib.schema.TABLES if n in always or (tables / f"{n}.parquet").exists()]
    again, made = {name: lib.report.redraw(drawn, name) for name in lib.report.names(drawn)}, lib.store.digest(tables)
    _ = lib.prepare.Tables(tables).counts  # raises where they do not fit the sentences
    moved = [name for name, (ax, kept) in again.items() if lib.report.describe(ax, name).splitlines()[0] != kept["digest"]]
    lib.schema.refuse(moved, f"these figures no longer follow from their numbers: {', '.join(moved)}; run `make figures`")
    other = [name for name, (_, kept) in again.items() if kept.get("tables", made) != made]
    lib.schema.refuse(other, f"these figures were drawn from other tables than are here: {', '.join(other)}; run `make` again")
    say(f"{len(whole)} tables are whole, {len(again)} figures follow from their numbers")


def code_sheet(args):
    """Draw sheets for coders into DIR/codings; none that is there already is written over."""
    tables, seed = lib.prepare.Tables(lib.store.home(args.dir)[0]), args.seed or lib.stats.SEED
    lib.prepare.add_statements(tables.folder, _how(args))
    lib.schema.refuse(not (tables.sentences["role"] == "body").any(), f"{tables.folder}: no sentence of role body to draw from")
    sheet = (lib.coding.intrusions(tables.topics, seed)[0] if args.intrusion else
             lib.coding.draw(tables, args.n, args.strata, seed))
    # The mark is for Excel.
    files = {"csv": "\ufeff" + lib.store.csv(sheet), "xlsx": lib.coding.workbook(sheet, lib.coding.names(tables))}
    stem = tables.folder / "codings" / ("words" if args.intrusion else "sheet")
    made = {Path(f"{stem}-{i + 1}.{end}"): data for i in range(args.coders) for end, data in files.items()}
    there = [str(path) for path in made if path.exists()]
    lib.schema.refuse(there, f"{', '.join(there)}: there already, perhaps coded; move it, then draw again")
    for path, data in made.items():
        lib.store.write_bytes(path, data)
    few = " (all there are)" * (len(sheet) < args.n and not args.intrusion)
    say(f"{len(sheet):,} rows{few}, seed {seed}, in", *made, sep="\n")


def code_read(args):
    """Read coded sheets; writes their tables into DIR/codings, or says all mistakes and writes nothing."""
    tables = lib.prepare.Tables(lib.store.home(args.out)[0])
    lib.prepare.add_statements(tables.folder, _how(args))
    made, mistakes = lib.coding.back(tables, args.sheet)
    if mistakes:
        say(*mistakes, sep="\n", file=sys.stderr)
        raise ValueError(f"{lib.stats.plural(len(mistakes), 'mistake')} in the sheets, told above; nothing was written")
    for name, table in lib.store.write(tables.folder / "codings", **made).items():
        say(f"{name}: {len(table):,} rows", *[table.to_string(index=False, max_rows=40)] * (name[:6] != "coding"), sep="\n")
    if "codings" in made:
        lib.store.write_bytes(tables.folder / "codings" / lib.coding.MARK, lib.coding.mark(tables, made["codings"]))
        say(lib.coding.summary(made["codings"], made["corrected"]))


def _how(args):
    lib.schema.refuse(args.scheduler and args.engine != "dask", "--scheduler is for --engine dask; add that, or leave this out")
    return lib.engine.Engine(args.engine, args.jobs, args.scheduler)

