"""The whole job: tables, executed notebooks, figures and the report site.

    python docs/build.py run     [--corpus PATH --out DIR [--catalogue FILE] [--actors FILE]]   all of it
    python docs/build.py figures [--corpus PATH --out DIR]   tables and figures, without Jupyter
    python docs/build.py report  [--out DIR]                 the site, from notebooks executed before
    python docs/build.py dictionary                          docs/data-dictionary.md

With a corpus of one's own everything goes to DIR and the repository is only read.
"""

import argparse
import ast
import atexit
import gc
import hashlib
import html
import io
import json
import os
import re
import shutil
import sys
import tempfile
import textwrap
import types
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import lru_cache, partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "docs"))
import kernels
import pandas as pd

from demarche import matrix, prepare, report, schema, stats, store, terms, topics, trace

DICTIONARY = ROOT / "docs" / "data-dictionary.md"
ONLY_HERE = "this-corpus"  # cells with this tag speak of the shipped articles alone
FINDING = "finding="       # a cell with this tag says what stands on the first page of the report; the tag names its figure
LEAD = "04-pairs"          # the figure that stands on the first page itself
WORDS = ["00-start", "02-topics", "03-terms", "explore", "own-question"]  # notebooks that conclude from words
LONG = 60                  # so many characters in a cell of a table are a text, which wants width
MARKS, PLACES, MORE = 60, 20, 500  # marks of a figure whose sentences stand in the report; sentences of a mark on show, and to
#                                    unfold below them; `demarche trace` has all
KERNEL = {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "SOURCE_DATE_EPOCH": "0"}


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["run", "figures", "report", "dictionary"])
    parser.add_argument("--corpus", metavar="PATH", help="own articles; the shipped ones without it")
    parser.add_argument("--out", metavar="DIR", help="where an own corpus' tables, notebooks, figures and report go")
    parser.add_argument("--catalogue", metavar="FILE", help="facts on own articles, as `demarche prepare` takes them")
    parser.add_argument("--actors", metavar="FILE", help="actors of one's own, as `demarche prepare` takes them")
    options = parser.parse_args(arguments)
    try:
        if options.what == "dictionary":
            store.write_bytes(DICTIONARY, dictionary())
        else:
            job(options.what, options.corpus, options.out, options.catalogue, options.actors)
    except (ValueError, OSError) as error:
        sys.exit(f"make: {schema.shown(str(error))}")


def job(what, corpus=None, out=None, catalogue=None, actors=None):
    """Make tables, notebooks, figures and report in `out`, or in the repository from its own articles."""
    home = Path(out).resolve() if out else ROOT
    if out:
        check_out(home, corpus)
    with kernel_server() if what == "run" else nullcontext() as server:  # it reads packages while the tables are made
        failed = numbers(what, corpus, out, home, server, catalogue, actors)
    if what != "figures" and (out or not failed):
        print(f"report: {site(home)}")
    if failed:
        raise ValueError("; ".join(failed))


def numbers(what, corpus, out, home, server, catalogue=None, actors=None):
    """Tables, notebooks and figures of `job`; returns what failed."""
    books = home / "notebooks"
    failed = []
    if what != "report":
        tables = home if out else ROOT / "data" / "processed"
        print(prepare.prepare(corpus or ROOT / "data" / "raw", tables, catalogue, actors))
        if not (tables / "stances.parquet").exists():  # new articles or a changed library took them away
            prepare.add_statements(tables)
        paths = strip(ROOT / "notebooks", books) if out else shown(books)
        if why := wordless(prepare.Tables(tables)):
            for path in (p for p in paths if p.stem in WORDS):
                path.unlink()
            print(f"left out: {', '.join(p.name for p in paths if p.stem in WORDS)}: {why}")
            paths = [p for p in paths if p.stem not in WORDS]
        print(f"notebooks: {len(paths)} to run, which takes a minute or more", flush=True)
        failed = plain(paths) if what == "figures" else execute(paths, keep=bool(out), server=server)
        captions(home / "figures")
        print(f"figures: {home / 'figures'}")
    return failed


def wordless(tables):
    """Why nothing can be concluded from words: no article has any to count; None where they have."""
    try:
        if tables.articles["n_tokens"].sum() < 10_000:  # in more than these there always are some; to read all takes a while
            terms.suggest(tables.counts)
            counts, _ = topics.units(tables.counts, topics.default_unit(len(tables.articles)))
            few = matrix.select(counts, topics.stories(counts, tables.told)[1]).matrix.shape  # copies make no topics
            schema.refuse(not all(few), f"without copies {few[0]} units of {few[1]} words are left, which hold no topics")
    except ValueError as why:
        return str(why)


def check_out(home, corpus):
    """ValueError where DIR is, holds or lies in a folder that the repository or the corpus needs unchanged."""
    kept = [ROOT / name for name in ("notebooks", "data", "figures", "lib", "docs", "tests", "benchmarks", ".venv", ".git")]
    if home == ROOT or home in ROOT.parents or any(home == k or k in home.parents for k in kept):
        raise ValueError(f"{home}: OUT lies in the repository's own folders; give a folder of its own")
    if corpus and Path(corpus).is_dir() and not (Path(corpus) / store.STAMP).exists():
        raw = Path(corpus).resolve()
        if home == raw or raw in home.parents:
            raise ValueError(f"{home}: OUT lies in the corpus, whose files would then be read with it; give another folder")


# --- notebooks -------------------------------------------------------------------------------------------------------

def numbered(folder):
    """The numbered notebooks of a folder, in order."""
    return sorted(Path(folder).glob("[0-9][0-9]-*.ipynb"))


def shown(folder):
    """The notebooks that are executed: the numbered ones, and those that are no page of the report: to explore, and to copy."""
    return [*numbered(folder), *(p for name in ("explore", "own-question") for p in Path(folder).glob(f"{name}.ipynb"))]


def strip(source, folder):
    """Copy notebooks for another corpus: cells tagged `this-corpus` left out, outputs empty. Returns the new paths."""
    for path in shown(source):
        book = json.loads(path.read_text(encoding="utf-8"))
        book["cells"] = [c for c in book["cells"] if ONLY_HERE not in c["metadata"].get("tags", [])]
        for cell in book["cells"]:
            if cell["cell_type"] == "code":
                cell.update(outputs=[], execution_count=None)
        store.write_bytes(Path(folder) / path.name, json.dumps(book, indent=1, ensure_ascii=False) + "\n")
    return shown(folder)


def kernel_environment():
    return {**{k: v for k, v in os.environ.items() if k != "MPLBACKEND"}, **KERNEL}


def kernel_server(forked=sys.platform == "linux"):
    """What `execute` starts its kernels from; best made before anything runs in another thread."""
    return kernels.Server(kernel_environment()) if forked else nullcontext()


def execute(paths, jobs=2, keep=False, server=None, **options):
    """Execute notebooks in place, `jobs` at a time, to the same bytes on every run; returns what failed, by notebook and cell.

    After a cell that raises, the next ones still run. Such a notebook stays as it was, unless `keep` is given: then it is
    written with its error, since on a new corpus most of a notebook is better than none. `server`, or one with the `options` of
    `kernel_server`: from where the kernels are forked, which share one import of the packages (`kernels`).
    """
    with nullcontext(server) if server else kernel_server(**options) as kept, ThreadPoolExecutor(jobs) as pool:
        run = partial(_execute, keep, kernel_environment(), kept)
        return [problem for problem in pool.map(run, paths) if problem]


def _execute(keep, environment, server, path, again=True):
    import nbformat
    from nbclient import NotebookClient

    book = nbformat.read(path, as_version=4)
    client = NotebookClient(book, km=server.manager() if server else None, timeout=3600, kernel_name="python3",
                            record_timing=False, coalesce_streams=True, allow_errors=True, extra_arguments=["--log-level=40"],
                            resources={"metadata": {"path": str(path.parent)}})
    try:
        client.execute(env=environment, cleanup_kc=True)
    except (RuntimeError, TimeoutError) as error:  # the kernel died, or took an hour for one cell
        atexit.unregister(client._cleanup_kernel)  # of a kernel that is gone, it would end in a trace
        if again and "kernel_info" in str(error):  # before its first cell: another program may have taken a port of it
            return _execute(keep, environment, server, path, again=False)
        return f"{path.name}: {' '.join(str(error).split())}"
    problem = next((f"{path.name}, cell {i}: {output.ename}: {output.evalue}" for i, cell in enumerate(book.cells)
                    for output in cell.get("outputs", []) if output.output_type == "error"), None)
    if problem and not keep:
        return problem
    for i, cell in enumerate(book.cells):
        cell.id = hashlib.sha256(f"{path.stem}:{i}".encode()).hexdigest()[:8]
        outputs = cell.get("outputs", [])
        outputs.sort(key=lambda o: o.get("name") == "stderr")  # which of two streams comes first is chance
        for output in outputs:
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)  # names a widget of this run alone
            if output.output_type == "stream":
                output.text = re.sub(r"\b0x[0-9a-f]{6,}\b", "0xADDRESS", output.text)
    book.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                     "language_info": {"name": "python"}}
    book.nbformat_minor = 5
    store.write_bytes(path, nbformat.writes(book) + "\n")
    return problem


def plain(paths):
    """Run the code cells without Jupyter, for what they write; the notebooks stay as they are. Returns what failed."""
    here, failed = Path.cwd(), {}
    for path in paths:
        os.chdir(path.parent)
        scope = {"__name__": "__notebook__"}
        for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
            if cell["cell_type"] == "code":
                at = f"{path.name}, cell {number}"
                try:
                    exec(compile("".join(cell["source"]), at, "exec"), scope)  # noqa: S102
                except Exception as error:  # noqa: BLE001 - the next cells and notebooks may still say something
                    failed.setdefault(path, f"{at}: {type(error).__name__}: {error}")
        os.chdir(here)
    return list(failed.values())


# --- the site --------------------------------------------------------------------------------------------------------

def site(home):
    """Build HOME/report (Sphinx, offline) from the executed HOME/notebooks and HOME/figures; returns its index.html.

    All by-products land in a temporary folder; the new report takes the place of the old one when it is whole.
    """
    from sphinx.application import Sphinx

    home, books, figures = Path(home), numbered(Path(home) / "notebooks"), Path(home) / "figures"
    if not books or not figures.is_dir():
        raise ValueError(f"{home}: no executed notebooks and figures there; `make` or `make CORPUS=PATH OUT=DIR` makes them")
    gc.set_threshold(200_000)  # figures and pages are trees of many nodes: to look for cycles in them takes a fifth of the time
    with tempfile.TemporaryDirectory() as folder:
        pages, built = Path(folder, "pages"), Path(folder, "out", "html")
        shutil.copytree(ROOT / "docs" / "site", pages)
        kept, own = pages / "_static" / "figures", captions(figures)
        drawn = redrawn(figures, own)
        shutil.copytree(figures, kept, ignore=lambda at, names: [n for n in names if not n.endswith((".svg", ".png", ".csv"))])
        for name in set(own) & set(drawn):  # pictures with the researcher's own words
            for kind in ("svg", "png"):
                store.write_bytes(kept / f"{name}.{kind}", report.render(drawn[name][0].figure, kind))
        store.write_bytes(kept / "all-figures.pdf", book(drawn))
        traced = traces(home, figures, drawn)
        for file in books:
            (pages / file.name).write_text(_page(file, traced), encoding="utf-8")
        (pages / "data-dictionary.md").write_text(dictionary(), encoding="utf-8")
        for name, text in traced.items():
            (pages / f"trace-{name}.md").write_text(text, encoding="utf-8")
        (pages / "methods.md").write_text(methods(), encoding="utf-8")
        (pages / "figures.md").write_text(gallery(drawn, traced), encoding="utf-8")
        first = (pages / "index.md").read_text(encoding="utf-8")
        (pages / "index.md").write_text(first.replace("FINDINGS", findings(books, traced, drawn)), encoding="utf-8")
        with open(os.devnull, "w") as nothing:
            app = Sphinx(pages, pages, built, Path(folder, "doctrees"), "html", status=nothing, warning=sys.stderr)
            app.build()
        if app.statuscode:
            raise ValueError("the report could not be built; the lines above say why")
        shutil.rmtree(home / "report", ignore_errors=True)
        shutil.move(built, home / "report")
    return home / "report" / "index.html"


def _page(path, traced=()):
    """A notebook as the site reads it: code is folded, the text for those who can't see a picture stands where it is looked
    for, and instead of a figure's digest, which is for machines, the way to its numbers and sentences. No value is a dash; a
    text in a table gets width, an id and the name of a column may break."""
    book = json.loads(path.read_text(encoding="utf-8"))
    for cell in (c for c in book["cells"] if c["cell_type"] == "code"):
        cell["metadata"]["tags"] = [*cell["metadata"].get("tags", []), "hide-input"]
        for output in cell["outputs"]:
            data, named = output.get("data", {}), output.get("metadata", {}).get("image/png", {})
            if alt := named.get("alt"):
                cell["metadata"]["mystnb"] = {"image": {"alt": alt}}
            if "text/html" in data:
                shown = re.sub("<td>(NaN|None|&lt;NA&gt;)</td>", "<td>–</td>", "".join(data["text/html"]))
                shown = re.sub(rf"<td>(?=[^<]{{{LONG}}})", '<td class="long">', shown)
                shown = re.sub(r"(?<=[a-z])_(?=\w*</th>)", "_<wbr>", shown)
                data["text/html"] = re.sub(r"<td>(\w+_)(\w+)</td>", r'<td class="id">\1<wbr>\2</td>', shown)
            digest = re.match(r"([\w-]+): \d+ marks? in \d+ panels?, held ", "".join(data.get("text/plain", "")))
            if digest:
                output["data"] = {"text/html": " · ".join(_ways(digest[1], traced))} if digest[1] in traced else {}
        cell["outputs"] = [output for output in cell["outputs"] if output.get("data", True)]
    return json.dumps(book)


def _ways(figure, traced):
    """The links from a figure's name to its place among all figures, and to its sentences."""
    return [f'<a href="figures.html#{figure}">figure and numbers</a>',
            *[f'<a href="trace-{figure}.html">sentences behind it</a>'] * (figure in traced)]


def findings(books, traced, drawn=types.MappingProxyType({})):
    """What the notebooks found, as Markdown: what each cell with the tag FINDING says, under its question, with the way to its
    figure, its sentences and its notebook. The library computed each sentence, with n and limits or the refusal to conclude.
    Of the figures of `redrawn`, LEAD stands there too."""
    other = ("The first mean is that of the pair with the most sentences; changes and differences are those of the pair that "
             "notebook 04 looks at closely. Means and sentences of other pairs stand [behind the figure of "
             "pairs](trace-04-pairs.md); any pair can be chosen in `explore.ipynb` (`make lab`).")
    out = [other] * ("04-pairs" in traced)
    for path in books:
        question = ""
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            heads = re.findall(r"^#+ (?:\d\d )?(.+)$", "".join(cell["source"]), re.MULTILINE)
            question = heads[-1] if heads and cell["cell_type"] == "markdown" else question
            for figure in (t.removeprefix(FINDING) for t in cell["metadata"].get("tags", []) if t.startswith(FINDING)):
                data = [o.get("data", {}) for o in cell.get("outputs", [])]
                said = ["".join(d["text/markdown"]) for d in data if "text/markdown" in d]
                ways = [f'<a href="figures.html#{figure}">figure</a>', f"[sentences](trace-{figure}.md)" * (figure in traced),
                        f"[notebook]({path.name})"]
                asked = [f"### {question}"] * (f"### {question}" not in out)  # one heading for all that answers it
                told = [" ".join(said), " · ".join(filter(None, ways))]
                if figure == LEAD and figure in drawn:
                    told[1:1] = [f"```{{raw}} html\n{_picture(figure, drawn[figure][1])}\n```"]
                out += [*asked, *told] if said and told != out[-2:] else []
    return "\n\n".join(out or ["No notebook has found anything yet."])


def traces(home, figures, drawn):
    """{figure of `redrawn`: a page of the sentences behind each mark, as Markdown}; none where there are no tables."""
    there = (p for p in (home / "data" / "processed", home) if (p / "articles.parquet").exists())
    tables = next(map(prepare.Tables, there), None)
    return {name: _trace(tables, figures, name, _shown(*drawn[name])) for name in drawn if tables}


def _trace(tables, figures, name, drawn):
    found = _read_in(tables, trace.sentences(tables, figures, name))
    marks = found["mark"].tolist()
    first = {mark.split(" | ")[0]: k for k, mark in reversed([*enumerate(marks)])}
    order = {mark: _order(mark, first) for mark in marks}
    found = found.iloc[sorted(range(len(found)), key=lambda k: order[marks[k]])]
    out = ["---", "orphan: true", "---", f"# Sentences behind {name}", ""]
    out += [f'<a href="figures.html#{name}">The figure</a>.', f"`demarche trace DIR {name}` lists its marks, with",
            "`--mark` their sentences; DIR is the folder above that of this report.", ""]
    by_mark = found.groupby("mark", sort=False)
    behind, rows, place = by_mark["doc_id"].agg(["size", "nunique"]), {}, "place" if found["sent"].isna().any() else "sentence"
    for row in by_mark.head(PLACES + MORE).loc[lambda t: t["mark"].isin(behind.index[:MARKS])].to_dict("records"):
        rows.setdefault(row["mark"], []).append(row)
    for k, (mark, n, docs) in enumerate(behind.itertuples()):
        if k == MARKS:
            out += [f"The first {MARKS} of {len(behind):,} marks stand here."]
            break
        said = " in ".join((stats.plural(n, place), stats.plural(docs, "article")))
        out += [f"({name}-{k})=", f"## {_plain(mark)}", "", _plain(drawn.get(mark, "") + said), ""]
        lines = [_place(row, mark) for row in rows[mark]]
        out += ["<ul>", *lines[:PLACES], "</ul>", ""]  # in HTML: over lists of its own Sphinx takes seconds
        if more := lines[PLACES:]:
            rest = n - PLACES
            said = stats.plural(rest, f"more {place}")
            out += [f"<details><summary>{said}</summary>", "<ul>", *more, "</ul>", "</details>", ""]
            out += [f"The other {rest - MORE:,}: `demarche trace . {name} --mark ...`", ""] * (rest > MORE)
    return "\n".join(out) + "\n"


def _order(mark, first):
    """Where a mark stands among others: beside those of its pair or term, by period, the undated after the dated."""
    parts = mark.split(" | ")
    dated = re.fullmatch(r"\d{4}(-.*)?", parts[-1])
    return first[parts[0]], parts[-1] if dated else "~" * (parts[-1] == "undated")


def _shown(ax, fields):
    """{mark: what is drawn there, in words: value and interval}."""
    column, out = fields["options"].get("value") or fields["options"].get("x"), {}
    for mark, row in zip(report.marks(ax), ax.drawn.to_dict("records")):
        low, value, high = (row.get(c) for c in ("low", column, "high"))
        if isinstance(value, float) and pd.notna(value):
            sure = f" (95% CI {low:,.2f} to {high:,.2f})" if pd.notna(low) and pd.notna(high) else ""
            out[mark] = f"{column} {value:,.2f}{sure}; "
    return out


def _read_in(tables, found):
    """The rows of `trace.sentences` with a column `stance`: what was read in each sentence, and the words that speak for it."""
    said = _readings(tables)
    found = found.assign(stance=None)
    return found if said is None else found.drop(columns="stance").merge(said, on=schema.SENTENCE, how="left")


@lru_cache(1)
def _readings(tables):
    if not (tables.folder / "stances.parquet").exists():
        return None
    said = tables.stances.dropna(subset="stance")
    told = [f"{h} → {t}: {v:+.2f} ({', '.join(word for *_, word in json.loads(places))})" for h, t, v, places in zip(
        *(said[c] for c in ("holder", "target", "stance", "evidence")))]
    said = said[schema.SENTENCE].assign(stance=told).groupby(schema.SENTENCE, as_index=False)["stance"]
    return said.agg(lambda own: "; ".join(dict.fromkeys(own))).astype({"stance": "str"})


def _place(row, mark=""):
    """A row of `trace.sentences` as an item of a list in HTML: where it stands, its text, and the stances that were read in it,
    that of the pair that `mark` names first and bold."""
    at = [f"{said} {row[c]}".strip() for c, said in (("doc_id", ""), ("outlet", ""), ("date", ""), ("par", "paragraph"), (
        "sent", "sentence"), ("line", "line")) if str(row[c]) not in ("None", "nan", "<NA>")]
    own, said = f"{mark.split(' | ')[0]}: ", row["stance"] if isinstance(row["stance"], str) else ""
    read = sorted(filter(None, said.split("; ")), key=lambda stance: not stance.startswith(own))
    read = [f"<strong>{_escaped(s)}</strong>" if s.startswith(own) or " → " not in own else _escaped(s) for s in read]
    said = f" — {'; '.join(read)}" if read else ""
    where = f"<em>{_escaped(', '.join(at))}</em>: " if at else ""
    return f"<li>{where}{_escaped(row['text'])}{said if at else ''}</li>"


def _escaped(text):
    """Text as HTML in one line that shows it as it is."""
    return html.escape(" ".join((text if isinstance(text, str) else "").split()))


def _plain(text):
    """Text as Markdown that shows it as it is, whatever stands in it."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join((text if isinstance(text, str) else "").split()))


def _coded(text):
    """Text of our own as Markdown: what stands between backticks is code, the rest is shown as it is."""
    return "".join(f"<code>{html.escape(p)}</code>" if k % 2 else re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", p)
                   for k, p in enumerate(text.split("`"))).replace("|", "&#124;")


def methods():
    """The page of methods, as Markdown: what the README says of them, then each function that names its source."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    right = "How right the stances are"
    told = readme.split(f"{right}: ")[1].split("\n\n")[0]
    out = ["# Methods", "", f"## {right}", "", told[0].upper() + told[1:], ""]
    for title in ("How things are counted", "What may be wrong"):
        part = readme.split(f"## {title}\n")[1].split("\n## ")[0]
        out += [f"## {title}", re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", part)]
    out += [("A sentence's stance is read with the rest of its article in view: another paragraph that is added, cut or mended "
            "may move it."), ""]
    out += ["## Where each method is from", "", "| in | what is done, and its source |", "| --- | --- |"]
    for path in sorted((ROOT / "lib" / "demarche").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            told = " ".join((isinstance(node, ast.FunctionDef) and ast.get_docstring(node) or "").split(">>>")[0].split())
            parts = re.split(r"(?<=[.)]) (?=[A-Z`{(])", told)
            named = [p for p in parts if re.search(r"\b[A-Z][a-z]+\b.{0,60}\b(?:19|20)\d\d\b", p)]
            if named:
                name = path.stem + f".{node.name}" * (node.name[0] != "_")  # what is public can be looked up
                out += [f"| {_plain(name)} | {_coded(' '.join(dict.fromkeys([parts[0], *named])))} |"]
    return "\n".join(out) + "\n"


def captions(folder):
    """{figure: {title, unit, caption}} in the researcher's own words, from FOLDER/captions.csv, which is written anew: a row
    for each figure, with `now`, its title and caption. An empty cell leaves what the notebook says; n, interval and source stay
    as computed. Rows of figures that are no longer made are kept. Below, a row of 'every figure' for each fixed word (of axes,
    legends, notes), with the word in `now`: what is written into `title` stands in its place."""
    own, rows = report.own_words(folder), []
    fixed = dict.fromkeys(own.get(report.EVERY, ()))
    for name in [*report.names(folder), *sorted(set(own) - {*report.names(folder), report.EVERY})]:
        path = Path(folder) / f"{name}.json"
        now = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"title": "", "caption": ""}
        fixed |= dict.fromkeys(filter(None, now.get("words", ())))
        rows.append((name, *(own.get(name, {}).get(c, "") for c in report.OWN), f"{now['title']}: {now['caption']}"))
    rows += [(report.EVERY, own.get(report.EVERY, {}).get(word, ""), "", "", word) for word in sorted(fixed)]
    store.write_bytes(Path(folder) / report.WORDS, store.csv(pd.DataFrame(rows, columns=["figure", *report.OWN, "now"])))
    return own


def redrawn(folder, own):
    """{figure: (Axes, fields)}, in the researcher's words, of all figures kept in a folder: drawn once for all."""
    return {name: report.named(folder, name, own) for name in report.names(folder)}


def book(drawn):
    """All figures of `redrawn` with their captions as a PDF to print, a figure to an A4 page (a tall one to a taller page)."""
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.transforms import Bbox
    buffer = io.BytesIO()
    with PdfPages(buffer, metadata=report.METADATA["pdf"]) as pages:
        for name, (ax, fields) in drawn.items():
            wide, high = ax.figure.get_size_inches()
            text = ax.figure.text(0.01, -0.25 / high, textwrap.fill(f"{name}: {fields['caption']}", 105), va="top")
            below = 0.95 + text.get_window_extent().height / ax.figure.dpi
            pages.savefig(ax.figure, bbox_inches=Bbox.from_extents(
                (wide - 8.27) / 2, min(-below, high - 10.99), (wide + 8.27) / 2, high + 0.7))
            text.remove()
    return buffer.getvalue()


def gallery(drawn, traced=()):
    """The page of all figures, as Markdown: picture with alt text, title, caption, files to take away."""
    first = (f"[All {len(drawn)} figures with captions as one PDF](_static/figures/all-figures.pdf) to print. Titles, units "
             "and captions of your own go into `figures/captions.csv`.")
    entries = (_entry(name, fields, name in traced) for name, (_, fields) in drawn.items())
    return "\n".join(["# All figures", "", first, *entries]) + "\n"


def _entry(name, fields, traced):
    base = f"_static/figures/{name}"
    links = [f'<a href="{base}.{end}" download>{said}<span class="sr"> of {name}</span></a>' for end, said in (
        ("svg", "SVG"), ("png", "PNG"), ("csv", "numbers"), ("trace.csv", "places"))]
    links += [f'<a href="trace-{name}.html">sentences behind it</a>'] * traced
    return f'\n## {name}\n\n```{{raw}} html\n{_picture(name, fields, " · ".join(links))}\n```'


def _picture(name, fields, links=""):
    """A figure with its caption as HTML; the picture opens in full size."""
    title, caption, alt = (html.escape(" ".join(fields[k].split())) for k in ("title", "caption", "alt"))
    base, below = f"_static/figures/{name}", f"<br>{links}" if links else ""
    return (f'<figure id="{name}"><a href="{base}.svg"><img src="{base}.svg" alt="{alt}"></a>'
            f"<figcaption><b>{title}.</b> {caption}{below}</figcaption></figure>")


def dictionary():
    """The data dictionary as Markdown, from the library's table of columns."""
    out = ["# Data dictionary", "", "Commands write tables as Parquet files, small ones as CSV too; tokens, pairs,",
           "differences, keywords, retold and multiverse are what functions return. Keys are bold; ? may be null. In a",
           "CSV, text that a spreadsheet would take for a formula (with = + - @ first) has a ' before it; numbers have none."]
    for name, rows in schema.SPEC.groupby("table", sort=False):
        out += ["", f"## {name}", "", "| column | kind | meaning |", "| --- | --- | --- |"]
        out += [f"| {f'**{r.column}**' if r.key else r.column} | {r.kind}{'?' * bool(r.null)} | {r.meaning} |"
                for r in rows.itertuples()]
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    main()
