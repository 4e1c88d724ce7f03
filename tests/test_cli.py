"""The commands as a user meets them: what they write, and the one clear line for each mistake that is easy to make."""

import errno
import gzip
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from demarche import cli, plots, report, store, style, terms
from demarche.prepare import Tables

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT / "data" / "raw"
GOOD = "Kabul, March 3: The ministry condemned the attack on its embassy.\n\nThe spokesperson urged talks with Iran.\n"


@pytest.fixture
def run(capsys):
    """Runs a command; returns (exit code, what it printed, the lines on stderr)."""
    def call(*arguments):
        code = 0
        try:
            cli.main([str(a) for a in arguments])
        except SystemExit as stop:
            code = stop.code
            if isinstance(code, str):  # as the interpreter does it
                print(code, file=sys.stderr)
                code = 1
        said = capsys.readouterr()
        return code, said.out, said.err.splitlines()
    return call


@pytest.fixture(scope="module")
def five(tmp_path_factory):
    """A folder with the tables of the five articles, statements and stances, and one figure."""
    folder = tmp_path_factory.mktemp("five")
    cli.main(["stance", str(RAW), "--out", str(folder)])
    tables = Tables(folder)
    rates = terms.rates(terms.hits(tables.sentences, ["Taliban", "dialogue"]), tables.articles)
    ax = plots.dots(rates, y="term", x="rate", n="{count}", n_title="count", title="Rates", unit="per 10,000 tokens")
    report.save(ax, "03-rates", "Rates of two terms", "table terms", folder / "figures")
    return folder


def corpus(folder, **files):
    """A folder of articles: name to text or bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / f"{name}.txt").write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return folder


EVIL = "\x1b[2J\x1b]0;mine\x07\x9b31m\u202e\r"  # clears a terminal, names its window, turns its colours and its lines


def test_nothing_in_articles_steers_the_terminal_or_feigns_a_line(run, tmp_path):
    rows = [{"doc_id": f"{k}{EVIL}\nfeigned: 9", "title": EVIL, "outlet": f"Dawn{EVIL}\n{k}", "date": f"2024-0{k}-03",
             "text": f"Pakistan on Monday condemned {EVIL} Iran over the attack. " * 2} for k in (1, 2)]
    rows += [{"doc_id": f"{EVIL}\nfeigned: 8", "text": "They met.", "date": f"never{EVIL}\nfeigned: 7", f"n{EVIL}": EVIL},
             {"text": "They met.", "language": f"x{EVIL}\nfeigned"}]
    (tmp_path / "c.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    out, said = tmp_path / "out", []
    said += run("stance", tmp_path / "c.jsonl", "--out", out)[1:]
    tables = Tables(out)
    rates = terms.rates(terms.hits(tables.sentences, ["attack"]), tables.articles, group="outlet")
    ax = plots.dots(rates, y="group", x="rate", own="term", n="{count}", n_title="count", title="R", unit="u")
    report.save(ax, "03-rates", "", "", out / "figures")
    said += run("trace", out, "03-rates")[1:]
    said += (behind := run("trace", out, "03-rates", "--mark", report.marks(ax)[0])[1:])
    said += run("terms", out, "--out", out, "--term", "attack", "--group", "outlet")[1:]
    said += run("terms", out, "--out", out, "--term", f"attac{EVIL}")[1:]
    said += run("actors", "--audit", tmp_path / "c.jsonl")[1:]
    said += run("trace", out, f"no{EVIL}")[1:]
    text = "\n".join("\n".join(part) if isinstance(part, list) else part for part in said)
    assert not re.search("[\0-\x08\x0b-\x1f\x7f-\x9f\u202e]|^ *feigned", text, re.MULTILINE), text
    assert "1\\x1b[2J\\x1b]0;mine\\x07\\x9b31m\\u202e\\r\\nfeigned: 9\t2024-01-03" in behind[0]


# --- mistakes: nothing is left to do ---------------------------------------------------------------------------------

def table(text, ending=".csv"):
    def make(folder):
        (folder / f"input{ending}").write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return folder / f"input{ending}"
    return make


@pytest.mark.parametrize("make, said", [
    (lambda d: d / "nowhere", "no such file or folder"),
    (lambda d: corpus(d / "none"), "no article could be read"),
    (lambda d: corpus(d / "c", one=b""), "empty"),
    (lambda d: corpus(d / "c", one=" \n\n\t"), "empty"),
    (lambda d: corpus(d / "c", one=b"GIF89a\0\1\0"), "binary"),
    (lambda d: corpus(d / "c", one="Le ministère.".encode("utf-16")[:-1]), "UTF-16"),
    (table("id,note\n1,Some text\n"), "text"),
    (table("", ".csv"), "empty"),
    (table("doc_id,text\na,\n"), "text"),
    (table('{"note": "x"}\n', ".jsonl"), "text"),
    (table("no json\n", ".jsonl"), "JSON"),
    (table(b"PAR1 but not really", ".parquet"), "input.parquet"),
    (table(b"\x1f\x8b not really", ".csv.gz"), "input.csv.gz"),
    (table("x", ".docx"), ".docx")],
    ids=["missing folder", "empty folder", "empty file", "blank file", "binary file", "wrong encoding", "CSV without text",
         "empty CSV", "empty text cell", "JSONL without text", "no JSON", "no parquet", "no gzip", "unknown ending"])
def test_where_nothing_can_be_read_there_is_one_clear_line_and_exit_1(run, tmp_path, make, said):
    code, out, err = run("prepare", make(tmp_path), "--out", tmp_path / "out")
    assert code == 1 and not out
    assert len(err) == 1 and err[0].startswith("demarche: ") and said in err[0], err
    assert not (tmp_path / "out" / "articles.parquet").exists()


NOISE = bytes(range(128, 256)) * 3


@pytest.mark.parametrize("option", ["--catalogue", "--actors", "--dictionary"])
@pytest.mark.parametrize("name, data", [
    ("nofile.csv", None), ("empty.csv", b""), ("noise.csv", NOISE), ("dir.csv", "dir"),
    ("other.csv", b"title,date\nx,2024-01-01\n"), ("bad.yaml", b"a: [b\nc: {"), ("noise.yaml", NOISE)])
def test_a_file_of_facts_actors_or_terms_that_is_none_is_named_in_one_clear_line(run, tmp_path, option, name, data):
    path = tmp_path / name
    if data == "dir":
        path.mkdir()
    elif data is not None:
        path.write_bytes(data)
    command = "terms" if option == "--dictionary" else "prepare"
    code, _, err = run(command, corpus(tmp_path / "c", good=GOOD), "--out", tmp_path / "out", option, path)
    assert code == 1 and len(err) == 1 and err[0].startswith("demarche: ") and "Errno" not in err[0], err
    assert name in err[0] or "actors: column" in err[0]
    assert option != "--catalogue" or name != "other.csv" or "no column 'doc_id' (there are: title, date)" in err[0]


@pytest.mark.parametrize("arguments", [
    ["figures"], ["check"], ["trace", "04-pairs"], ["code-sheet"], ["code-sheet", "--intrusion"], ["diff"], ["code-read"]],
    ids=" ".join)
@pytest.mark.parametrize("where", ["nowhere", "empty", "file.txt"])
def test_a_folder_without_tables_gets_one_clear_line_and_nothing_in_it(run, tmp_path, five, arguments, where):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text("x", encoding="utf-8")
    before, (command, *rest) = sorted(tmp_path.rglob("*")), arguments
    given = {"diff": [tmp_path / where, five], "code-read": [RAW / "manifest.csv", "--out", tmp_path / where]}
    code, out, err = run(command, *given.get(command, [tmp_path / where]), *rest)
    assert code == 1 and not out and len(err) == 1 and err[0].startswith("demarche: "), err
    assert "Errno" not in err[0] and sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("arguments, said", [
    (["--role", "teaser"], "invalid choice"), (["--keyness", "nothing"], "no column 'nothing'"),
    (["--event", "soon"], "is no day"), (["--event", "2024-13-01"], "is no day"),
    (["--group", "nothing"], "no column 'nothing'"),
    (["--mix", "nothing", "--by", "month"], "no column 'nothing'"),
    (["--mix", "outlet"], "need periods"),
    (["--inside", "quotes", "--role", "headline"], "no sentence of role headline")])
def test_a_part_of_the_text_a_day_or_a_column_that_is_not_there_is_refused(run, tmp_path, arguments, said):
    made = corpus(tmp_path / "c", good=GOOD)
    code, _, err = run("terms", made, "--out", tmp_path / "out", "--term", "embassy", *arguments)
    assert code and said in err[-1] and not (tmp_path / "out" / "terms.parquet").exists()


@pytest.mark.parametrize("arguments", [
    ["topics", RAW, "--out", "x", "--k", 0], ["topics", RAW, "--out", "x", "--k", -1], ["code-sheet", "x", "--n", 0],
    ["prepare", RAW, "--out", "x", "--jobs", 0], ["code-sheet", "x", "--coders", -1], ["prepare", RAW, "--out", ""],
    ["prepare", "", "--out", "x"]], ids=lambda a: " ".join(map(str, a[::len(a) - 1])))
def test_numbers_below_one_and_empty_names_are_refused(run, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*arguments)
    assert code == 2 and not out and re.search("invalid 'count' value|empty; name", err[-1]) and not list(tmp_path.iterdir())


def test_nothing_can_be_drawn_from_a_corpus_without_sentences(run, tmp_path):
    german = "Die Regierung in Kabul hat am Dienstag erklärt, dass sie mit Pakistan über die Grenze verhandeln will. "
    run("prepare", corpus(tmp_path / "c", a=german * 3), "--out", tmp_path / "out")
    code, _, err = run("code-sheet", tmp_path / "out")
    assert code == 1 and err[-1].endswith("no sentence of role body to draw from")


def test_a_sheet_of_more_sentences_than_there_are_says_so(run, tmp_path, five):
    shutil.copytree(five, tmp_path / "five")
    code, out, _ = run("code-sheet", tmp_path / "five", "--n", 100_000)
    assert not code and "87 rows (all there are)" in out


def test_every_command_that_computes_takes_jobs_and_an_engine():
    known = tomllib.loads((ROOT / "lib" / "demarche" / "commands.toml").read_text(encoding="utf-8"))["commands"]
    reads = {"figures", "trace", "diff", "check"}
    assert {name for name, spec in known.items() if "--jobs" not in spec["options"]} == reads
    assert all({"--engine", "--scheduler"} <= set(spec["options"]) for name, spec in known.items() if name not in reads)


def test_the_summary_counts_days_that_can_be_several(run, tmp_path):
    source = tmp_path / "c.csv"
    pd.DataFrame({"text": [GOOD, GOOD], "date": ["03/04/2024", "2024-05-03"]}).to_csv(source, index=False)
    assert "dates: 2 catalogue; ambiguous: 1" in run("prepare", source, "--out", tmp_path / "out")[1]


# --- mistakes: what can be read is read, the rest stands in `rejected` -----------------------------------------------

def rejected(folder):
    return list(Tables(folder).rejected[["file", "reason"]].itertuples(index=False, name=None))


@pytest.mark.parametrize("bad, said", [
    (b"", "empty"), (b"\0\1\2", "binary"), (b"Le minist\xe8re\1\2\3", "control")], ids=["empty", "binary", "control"])
def test_a_bad_file_among_good_ones_is_rejected_by_name_and_with_the_reason(run, tmp_path, bad, said):
    code, out, _ = run("prepare", corpus(tmp_path / "c", good=GOOD, bad=bad), "--out", tmp_path / "out")
    [(file, reason)] = rejected(tmp_path / "out")
    assert code == 0 and "1 articles" in out
    assert file == "bad.txt" and said in reason and f"{file}: {reason}" in out


def test_the_second_article_with_a_doc_id_is_rejected_and_the_first_one_stays(run, tmp_path):
    source = tmp_path / "two.csv"
    pd.DataFrame({"doc_id": ["a", "a", "b"], "text": [GOOD, "Another text.", GOOD]}).to_csv(source, index=False)
    code, _, _ = run("prepare", source, "--out", tmp_path / "out")
    [(_, reason)] = rejected(tmp_path / "out")
    articles = Tables(tmp_path / "out").articles.set_index("doc_id")
    assert code == 0 and "'a'" in reason
    assert list(articles.index) == ["a", "b"] and "embassy" in articles.loc["a", "text"]


def test_an_unreadable_date_in_the_catalogue_is_told_and_the_article_stays_undated(run, tmp_path):
    facts = tmp_path / "facts.csv"
    facts.write_text("doc_id,date,outlet\ngood,the 3rd of May,The Herald\n", encoding="utf-8")
    code, _, _ = run("prepare", corpus(tmp_path / "c", good=GOOD), "--out", tmp_path / "out", "--catalogue", facts)
    [(_, reason)] = rejected(tmp_path / "out")
    article = Tables(tmp_path / "out").articles.iloc[0]
    assert code == 0 and "the 3rd of May" in reason and "YYYY-MM-DD" in reason
    assert pd.isna(article["date"]) and article["outlet"] == "The Herald"


def test_a_catalogue_that_is_not_there_is_an_error(run, tmp_path):
    source, facts = corpus(tmp_path / "c", good=GOOD), tmp_path / "facts.csv"
    code, _, err = run("prepare", source, "--out", tmp_path / "out", "--catalogue", facts)
    assert code == 1 and len(err) == 1 and "facts.csv" in err[0]


def test_a_row_of_the_catalogue_that_fits_no_article_is_told(run, tmp_path):
    source, facts = corpus(tmp_path / "c", good=GOOD), tmp_path / "facts.csv"
    facts.write_text("doc_id,outlet\ngod,The Herald\n", encoding="utf-8")
    code, out, _ = run("prepare", source, "--out", tmp_path / "out", "--catalogue", facts)
    [(file, reason)] = rejected(tmp_path / "out")
    assert code == 0 and "facts.csv" in file and "'god'" in reason and reason in out


# --- what the commands write -----------------------------------------------------------------------------------------

def write(kind, path):
    frame = pd.DataFrame({"doc_id": ["b", "a"], "text": [GOOD, GOOD.replace("Iran", "Kabul")], "date": ["2024-05-01", None],
                          "desk": ["x", "y"]})
    text = {"csv": frame.to_csv(index=False), "jsonl": frame.to_json(orient="records", lines=True)}
    if kind == "parquet":
        frame.to_parquet(path)
    elif kind.endswith(".gz"):
        path.write_bytes(gzip.compress(text[kind[:-3]].encode()))
    else:
        path.write_text(text[kind], encoding="utf-8")


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet", "csv.gz", "jsonl.gz"])
def test_every_form_of_a_corpus_gives_the_same_articles_and_keeps_other_columns(run, tmp_path, kind):
    write(kind, tmp_path / f"in.{kind}")
    code, out, _ = run("prepare", tmp_path / f"in.{kind}", "--out", tmp_path / "out")
    articles = Tables(tmp_path / "out").articles.set_index("doc_id")
    assert code == 0 and "2 articles" in out
    assert list(articles.loc["a"][["desk", "date_kind"]]) == ["y", "none"]
    assert list(articles.loc["b"][["desk", "date", "date_kind"]]) == ["x", "2024-05-01", "catalogue"]


def test_a_folder_prepared_before_is_a_corpus_too_and_its_tables_are_the_same(run, five, tmp_path, same):
    code, out, _ = run("prepare", five, "--out", tmp_path)
    assert code == 0 and "5 articles, 87 sentences" in out
    assert all(same(five / name, tmp_path / name) for name in ("articles.csv", "sentences.csv", "dates.csv", "rejected.csv"))


def test_statements_and_stances_come_with_the_tables_they_need(five):
    tables = Tables(five)
    assert len(tables.statements) > 50 and {"Pakistan", "Afghanistan"} <= set(tables.stances["holder"])
    assert set(tables.stances["doc_id"]) <= set(tables.articles["doc_id"])


def test_terms_counts_what_a_reader_counts(run, five, tmp_path):
    code, out, _ = run("terms", five, "--out", tmp_path, "--term", "Taliban", "--term", "Afghan soil", "--by", "month")
    table = Tables(tmp_path).terms
    raw = " ".join(path.read_text(encoding="utf-8") for path in RAW.glob("*.txt"))
    assert code == 0 and "Taliban" in out
    assert table.loc[table["term"] == "Taliban", "count"].sum() == raw.count("Taliban") == 14
    assert table.loc[table["term"] == "Afghan soil", "count"].sum() == raw.count("Afghan soil") - 1  # one is in a headline
    assert set(table["lane"]) == {"dated", "undated"} and re.search("Taliban +all +undated ", out)


def test_a_term_that_never_occurs_and_a_column_that_is_not_there_are_named(run, five, tmp_path):
    code, _, err = run("terms", five, "--out", tmp_path, "--term", "condmen")
    assert code == 1 and len(err) == 1 and "'condmen'" in err[0]
    code, _, err = run("terms", five, "--out", tmp_path, "--term", "Taliban", "--group", "paper")
    assert code == 1 and len(err) == 1 and "'paper'" in err[0]


def test_the_limits_of_terms_are_the_same_whether_topics_were_looked_for_before_or_not(run, tmp_path):
    (tmp_path / "in").mkdir()
    text = "The ministry {} the attack. It called the talks with its {} neighbour useful, and asked for more of them soon.\n"
    for i, verb in enumerate(["condemned", "condemned", "deplored", "regretted", "called", "saw"]):
        body = text.format(verb, "eastern") if i < 2 else text.format(verb, "western") + f"\nOther words {verb} stand here.\n"
        (tmp_path / "in" / f"{i}.txt").write_text(body * 4, encoding="utf-8")
    ask, found = ("terms", tmp_path / "in", "--out", tmp_path / "out", "--term", "talks"), []
    for command in (ask, ("topics", tmp_path / "in", "--out", tmp_path / "out", "--k", 2), ask):
        assert run(*command)[0] == 0
        found.append(Tables(tmp_path / "out").terms[["low", "high", "interval", "n_stories"]])
    assert found[0].equals(found[2]) and "6 articles" in found[0]["interval"][0]
    run(*ask, "--stories")
    assert Tables(tmp_path / "out").terms["n_stories"][0] < 6


def test_topics_writes_topics_and_shares_for_every_article(run, five, tmp_path):
    code, _, _ = run("topics", five, "--out", tmp_path, "--k", 3)
    tables = Tables(tmp_path)
    assert code == 0 and set(tables.topics["topic"]) == {1, 2, 3}
    assert set(tables.topic_shares["doc_id"]) == set(tables.articles["doc_id"])
    (own := tmp_path / "own.csv").write_text("name,term\nborder,border*\nnone,qqq\n", encoding="utf-8")
    code, _, _ = run("topics", five, "--out", tmp_path, "--k", 2, "--dictionary", own)
    found = Tables(tmp_path).topic_keywords.set_index("topic")
    assert code == 0 and found["unseen"].to_dict() == {"none": "qqq", "border": ""} and found["n_units"]["border"] > 0
    code, _, err = run("topics", five, "--out", tmp_path, "--k", 5_000)
    assert code == 1 and len(err) == 1 and "5000" in err[0]


def test_figures_are_drawn_in_the_size_asked_for(run, five, monkeypatch):
    for name, inks in (("INKS", [*style.INKS]), ("SEQUENTIAL", style.SEQUENTIAL), ("DIVERGING", style.DIVERGING)):
        monkeypatch.setattr(style, name, inks)  # greys are for this test alone
    code, _, _ = run("figures", five, "--width", "85mm", "--format", "svg")
    width = re.search(r'width="([\d.]+)pt"', (five / "figures" / "svg" / "03-rates.svg").read_text(encoding="utf-8"))[1]
    assert code == 0 and float(width) == pytest.approx(85 / 25.4 * 72, abs=0.01)
    assert run("figures", five, "--look", "grey", "--format", "png")[0] == 0 and (five / "figures/grey/03-rates.png").exists()
    code, _, _ = run("figures", five)
    assert code == 0 and (five / "figures" / "pdf" / "03-rates.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("width", ["85", "mm", "-3in", "1e3mm", "wide", "0mm", "1mm", "50mm", "9000cm"])
def test_a_width_that_cannot_be_read_is_an_error(run, five, width):
    code, _, err = run("figures", five, f"--width={width}")
    assert code == 1 and len(err) == 1 and f"'{width}'" in err[0]


def test_trace_lists_marks_and_leads_to_their_sentences(run, five):
    code, out, _ = run("trace", five, "03-rates")
    assert code == 0 and "Taliban" in out
    mark = next(line for line in out.splitlines() if "Taliban" in line).rsplit(maxsplit=2)[0].strip()
    code, out, _ = run("trace", five, "03-rates", "--mark", mark)
    assert code == 0 and "Taliban" in out.splitlines()[-1] and "001_9d638e45a436c92e.txt" in out
    table = pd.read_csv(io.StringIO(out), sep="\t")
    assert {"doc_id", "date", "outlet", "par", "sent", "stance"} < {*table} and table["text"].str.contains("Taliban").all()


def test_trace_names_the_figures_and_marks_that_there_are(run, five):
    code, _, err = run("trace", five, "09-nothing")
    assert code == 1 and len(err) == 1 and "09-nothing" in err[0] and "03-rates" in err[0]
    code, _, err = run("trace", five)
    assert code == 1 and len(err) == 1 and "there are: 03-rates" in err[0]
    code, _, err = run("trace", five, "03-rates", "--mark", "A -> B")
    assert code == 1 and "'A -> B'" in err[0]
    code, _, err = run("trace", five, "03-rates", "--mark", "nobody")
    assert code == 1 and len(err) == 1 and "nobody" in err[0] and "Taliban" in err[0]


@pytest.mark.parametrize("written", ["Taliban | all", "Taliban -> all", "Taliban→all"])
def test_a_pair_may_be_written_with_an_arrow_or_a_line(run, five, written):
    code, out, _ = run("trace", five, "03-rates", "--mark", written)
    assert code == 0 and out == run("trace", five, "03-rates", "--mark", "Taliban | all")[1] and "Taliban" in out


def test_what_a_command_makes_is_made_though_its_reader_has_enough(tmp_path):
    command = [sys.executable, "-m", "demarche", "stance", str(RAW), "--out", str(tmp_path / "out")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as done:
        done.stdout.readline()
        done.stdout.close()
        assert not done.stderr.read()
    assert done.returncode == 0 and (tmp_path / "out" / "stances.parquet").exists()


def test_a_reader_that_has_enough_ends_the_command_quietly(five):
    closed, end = os.pipe()
    os.close(closed)
    done = subprocess.run([sys.executable, "-m", "demarche", "trace", str(five), "03-rates"], stdout=end,
                          stderr=subprocess.PIPE, text=True, check=False)
    os.close(end)
    assert not done.returncode and not done.stderr


def test_check_passes_whole_tables_and_names_what_was_changed(run, five, tmp_path):
    shutil.copytree(five, tmp_path / "copy")
    code, out, _ = run("check", tmp_path / "copy")
    assert code == 0 and "1 figures follow" in out
    numbers = tmp_path / "copy" / "figures" / "03-rates.csv"
    frame = pd.read_csv(numbers)
    frame["rate"] += 1
    frame.to_csv(numbers, index=False)
    code, _, err = run("check", tmp_path / "copy")
    assert code == 1 and len(err) == 1 and "03-rates" in err[0]
    sentences = tmp_path / "copy" / "sentences.parquet"
    pd.read_parquet(sentences).drop(columns="role").to_parquet(sentences)
    code, _, err = run("check", tmp_path / "copy")
    assert code == 1 and len(err) == 1 and "'role'" in err[0]


@pytest.mark.parametrize("name, spoil, told", [
    ("stances", lambda t: t.assign(stance=-t["stance"]), "drawn from other tables than are here: 03-rates"),
    ("sentences", lambda t: t.head(-5), "sentences do not fit counts"), ("lines", None, "lines.parquet: no such table")])
def test_check_sees_tables_that_do_not_fit_each_other_and_figures_of_other_tables(run, five, tmp_path, name, spoil, told):
    shutil.copytree(five, tmp_path / "copy")
    path = tmp_path / "copy" / f"{name}.parquet"
    if spoil:
        spoil(pd.read_parquet(path)).to_parquet(path)
    else:
        path.unlink()
    code, _, err = run("check", tmp_path / "copy")
    assert code == 1 and len(err) == 1 and told in err[0], err


@pytest.mark.parametrize("command", ["check", "figures"])
def test_a_folder_without_tables_or_figures_is_an_error(run, tmp_path, command):
    code, _, err = run(command, tmp_path)
    assert code == 1 and len(err) == 1 and str(tmp_path) in err[0]


# --- the door itself -------------------------------------------------------------------------------------------------

def test_python_m_demarche_is_demarche_and_lists_every_command_with_an_example():
    done = subprocess.run([sys.executable, "-m", "demarche", "--help"], capture_output=True, text=True, check=True)
    said = " ".join(done.stdout.split())
    commands = tomllib.loads((ROOT / "lib" / "demarche" / "commands.toml").read_text(encoding="utf-8"))["commands"]
    assert list(commands) == ["prepare", "statements", "stance", "actors", "terms", "topics", "figures", "trace", "diff",
                              "check", "code-sheet", "code-read"]
    assert all(f"Example: demarche {name} " in said for name in commands)


def test_the_example_of_each_command_is_one_that_the_command_understands(monkeypatch):
    import shlex

    commands = tomllib.loads((ROOT / "lib" / "demarche" / "commands.toml").read_text(encoding="utf-8"))["commands"]
    seen = []
    for name, spec in commands.items():
        monkeypatch.setattr(cli, spec.get("run", name), lambda options: seen.append(vars(options)))
        cli.main(shlex.split(spec["help"].split("Example: demarche ")[1]))
    assert len(seen) == len(commands)
    assert all(options.get("out") or options.get("dir") or options.get("audit") for options in seen)


def test_help_does_not_load_the_analysis():
    code = "import sys, demarche.cli as c\ntry:\n    c.main(['-h'])\nexcept SystemExit:\n    print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"


def test_an_interrupt_says_that_the_command_can_be_run_again(run, monkeypatch):
    def interrupted(options):
        raise KeyboardInterrupt
    monkeypatch.setattr(cli, "check", interrupted)
    code, _, err = run("check", ".")
    assert code == 1 and err == ["demarche: stopped; run it again to go on"]


def test_article_variables_named_like_json_survive(run, tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps({"text": GOOD, "doc_id": "a", "tags": "$x$ <b>"}) + "\n", encoding="utf-8")
    run("prepare", source, "--out", tmp_path / "out")
    assert Tables(tmp_path / "out").articles.iloc[0]["tags"] == "$x$ <b>"


def test_the_audit_shows_names_without_an_actor_and_merges_with_their_sentence(tmp_path, capsys):
    text = "Foreign Ministry spokesman Xyz Abcde of Japan met Iranian officials. He thanked Iran. "
    (tmp_path / "a.txt").write_text(text + "Qwert Zuiop condemned the talks.", encoding="utf-8")
    cli.main(["actors", "--audit", str(tmp_path)])
    said = capsys.readouterr().out
    names, merges = said.split("merges")
    assert "Qwert Zuiop" in names and "He thanked Iran." in merges and "pronoun" in merges
    with pytest.raises(SystemExit, match="no such file"):
        cli.main(["actors", "--audit", str(tmp_path / "nowhere")])


# --- diff ------------------------------------------------------------------------------------------------------------

@pytest.fixture
def two(five, tmp_path):
    """Two runs: the five articles; and the same, one of them with a sentence more."""
    articles = corpus(tmp_path / "in", **{p.stem: p.read_bytes() for p in RAW.glob("*.txt")})
    grown = min(articles.glob("*.txt"))
    grown.write_bytes(grown.read_bytes() + b"\nPakistan called for dialogue with Iran.\n")
    cli.main(["stance", str(articles), "--out", str(tmp_path / "after")])
    tables = Tables(tmp_path / "after")
    rates = terms.rates(terms.hits(tables.sentences, ["Taliban", "dialogue"]), tables.articles)
    ax = plots.dots(rates, y="term", x="rate", n="{count}", n_title="count", title="Rates", unit="per 10,000 tokens")
    report.save(ax, "03-rates", "Rates of two terms", "table terms", tmp_path / "after" / "figures")
    return five, tmp_path / "after", grown.stem


def test_between_a_run_and_itself_nothing_moved(run, five, tmp_path):
    shutil.copytree(five, tmp_path / "copy")
    code, out, _ = run("diff", five, tmp_path / "copy")
    assert code == 0 and out.splitlines() == ["nothing moved: the tables and 1 figures of both are the same"]


def test_diff_names_the_numbers_that_moved_and_the_article_that_moved_them(two):
    before, after, grown = two
    found = report.moved((before, before / "figures"), (after, after / "figures"))
    marks = found[found["where"] == "03-rates"].set_index(["mark", "column"])
    assert marks.loc[("dialogue | all", "count"), ["was", "now"]].astype(int).diff().iloc[1] == 1
    assert ("Taliban | all", "count") not in marks.index and ("Taliban | all", "n_tokens") in marks.index
    assert set(marks["articles"]) == {grown}
    rows = found[~found["where"].str.startswith("03")]
    assert set(rows["mark"]) == {grown} and {"articles", "lines", "sentences", "stances"} <= set(rows["where"])
    assert rows.set_index("where").loc["sentences", "now"] == rows.set_index("where").loc["sentences", "was"] + 1


def test_diff_names_the_columns_of_an_article_that_differ(five, tmp_path):
    shutil.copytree(five, tmp_path / "told")
    articles = Tables(five).articles
    store.write(tmp_path / "told", articles=articles.assign(story_id=["s1", "s1", *articles["story_id"][2:]]))
    found = report.moved((five, five / "figures"), (tmp_path / "told", five / "figures"))
    assert set(found["column"]) == {"rows (1 not the same: story_id)"}
    assert found["mark"].tolist() == articles["doc_id"][:2].tolist()


def test_diff_counts_the_rows_of_an_article_that_one_run_has_none_of(five, tmp_path):
    shutil.copytree(five, tmp_path / "less")
    lines = Tables(five).lines
    store.write(tmp_path / "less", lines=lines[:0])
    found = report.moved((five, five / "figures"), (tmp_path / "less", five / "figures")).set_index("mark")
    sizes = lines.groupby("doc_id").size()
    assert found["was"].astype(int).to_dict() == sizes.to_dict() and set(found["now"].astype(int)) == {0}


def test_diff_is_the_same_from_the_other_side(two):
    before, after, _ = two
    one, other = (report.moved(*((d, d / "figures") for d in pair)) for pair in ((before, after), (after, before)))
    keys = ["where", "mark", "column"]
    swapped = other.rename(columns={"was": "now", "now": "was"})[one.columns]
    assert one.sort_values(keys).astype(str).to_numpy().tolist() == swapped.sort_values(keys).astype(str).to_numpy().tolist()


def test_diff_tells_of_a_figure_and_an_article_that_only_one_run_has(run, two, tmp_path):
    before, _, grown = two
    shutil.copytree(before, tmp_path / "less", ignore=shutil.ignore_patterns("figures"))
    few = corpus(tmp_path / "few", **{p.stem: p.read_bytes() for p in sorted(RAW.glob("*.txt"))[1:]})
    cli.main(["stance", str(few), "--out", str(tmp_path / "less")])
    code, out, _ = run("diff", before, tmp_path / "less")
    rows = [line.split() for line in out.splitlines()]
    assert code == 0 and any(r[0] == "03-rates" and "gone" in r and "there" in r for r in rows)
    assert any(r[0] == "articles" and r[1] == grown and r[-3:-1] == ["1", "0"] for r in rows)
    assert not any(r[0] == "articles" and r[1] != grown for r in rows)


def test_diff_of_a_folder_without_tables_says_what_makes_them(run, five, tmp_path):
    code, _, err = run("diff", five, tmp_path)
    assert code == 1 and len(err) == 1 and "no tables there" in err[0]


@pytest.mark.parametrize(("row", "line"), [
    (",,,,,", 2), ("Oz,state,,name,,", 2), ("Oz,state,Oz,name,,\nOz,state, Ozzie,name,,", 3),
    ("Oz,state,Oz,name,25/08/2021,", 2), ("Oz,state,Oz,name,2021-08-25,\nOz,state,Ozzie,name,,05/2024", 3)])
def test_an_actor_without_a_name_or_with_an_odd_day_is_told_by_file_and_line_before_anything_is_made(run, tmp_path, row, line):
    (tmp_path / "mine.csv").write_text(f"actor,class,alias,role,from,to\n{row}\n", encoding="utf-8")
    code, _, said = run("stance", RAW, "--out", tmp_path / "out", "--actors", tmp_path / "mine.csv")
    assert code == 1 and re.fullmatch(rf"demarche: .*mine\.csv: .* in line {line}; mend it", *said), said
    assert not (tmp_path / "out" / "articles.parquet").exists()


def test_tables_of_ones_own_with_semicolons_are_told_by_their_file(run, tmp_path, folder):
    (tmp_path / "mine.csv").write_text("actor;class;alias;role;from;to\nOz;state;Oz;name;;\n", encoding="utf-8")
    code, _, said = run("actors", "--audit", RAW, "--actors", tmp_path / "mine.csv")
    assert code == 1 and "mine.csv: no column 'actor', 'class', 'alias', 'role'" in said[0] and "with commas" in said[0]
    shutil.copytree(folder, tmp_path / "out")
    labels = tmp_path / "out" / "topic-labels.csv"
    labels.write_text("topic;label;terms\n1;Mine;a, b\n", encoding="utf-8")
    code, _, said = run("topics", tmp_path / "out", "--out", tmp_path / "out", "--k", "2")
    assert code == 1 and "topic-labels.csv: no column 'label', 'terms'" in said[-1]
    assert "Mine" in labels.read_text(encoding="utf-8")


@pytest.mark.parametrize("told", [{}, [], {"plot": "nosuch"}, {"options": {"bogus": 1}}, {"options": 7}, {"dtypes": None},
                                  {"plot": "functools"}, ""])
def test_a_figure_that_was_edited_by_hand_is_told_by_its_file(run, tmp_path, told):
    shutil.copytree(RAW.parent / "processed", tmp_path, dirs_exist_ok=True)
    run("prepare", RAW, "--out", tmp_path / "out")
    path = tmp_path / "out" / "figures" / "x.json"
    table = pd.DataFrame({"term": ["a"], "rate": [1.0], "group": "all", "low": [0.5], "high": [2.0]})
    report.save(plots.dots(table, y="term", x="rate", title="t", unit="u", n="", n_title=""), "x", "Dots", "s", path.parent)
    kept = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**kept, **told} if told else told) if told != "" else "{", encoding="utf-8")
    for command in ("check", "figures"):
        code, _, said = run(command, tmp_path / "out")
        assert code == 1 and re.search(r"x\.json: no figure can be drawn from it .*; run `make figures`", *said), said


def test_a_figure_whose_trace_was_edited_by_hand_is_told_by_its_file(run, tmp_path):
    table = pd.DataFrame({"term": ["a"], "rate": [1.0], "group": "all", "low": [0.5], "high": [2.0]})
    figures = tmp_path / "figures"
    report.save(plots.dots(table, y="term", x="rate", title="t", unit="u", n="", n_title=""), "x", "Dots", "s", figures)
    (figures / "x.trace.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    code, _, said = run("trace", tmp_path, "x")
    assert code == 1 and "x.trace.csv: no column 'mark'" in said[0]


def test_a_full_disk_is_told_with_the_mend(run, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(store, "write_bytes", full)
    code, _, said = run("prepare", RAW, "--out", tmp_path / "out")
    assert code == 1 and said == ["demarche: [Errno 28] No space left on device; make room, and run it again"]
