"""The doors of the project: the Makefile, make.py, and docs/build.py behind them."""

import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
import time
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from conftest import close, load
from demarche import plots, prepare, report, style, terms

ROOT = Path(__file__).resolve().parents[1]
make = load(ROOT / "make.py")
build = load(ROOT / "docs" / "build.py")
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
HOSTILE = "<script>alert(1)</script> $x^2$ **bold** `code` <img src=//x.example/p.png> [a](javascript:b) {ref}`c` --- %d"


@pytest.fixture
def job(tmp_path, monkeypatch):
    """make CORPUS=... OUT=... with a job that only leaves files; what it ran, and the arguments."""
    ran, corpus, out = [], tmp_path / "in", tmp_path / "out"
    corpus.mkdir()
    (corpus / "a.txt").write_text("Talks.", encoding="utf-8")

    def run(*command, **options):
        ran.append(command[1].name)
        for name in ("report/index.html", "figures/a.svg", "articles.parquet"):
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_text("made", encoding="utf-8")
        return 0
    monkeypatch.setattr(make, "run", run)
    monkeypatch.setattr(make, "python", lambda given: sys.executable)
    return ran, [f"CORPUS={corpus}", f"OUT={out}"], corpus, out


def test_a_job_with_nothing_new_is_not_done_again(job, capsys):
    ran, arguments, *_ = job
    assert make.main(arguments) == make.main(arguments) == 0
    assert ran == ["build.py"] and "Nothing has changed" in capsys.readouterr().out


@pytest.mark.parametrize("change", [
    lambda corpus, out: (corpus / "b.txt").write_text("More talks."), lambda corpus, out: (out / "figures" / "a.svg").unlink(),
    lambda corpus, out: (out / "report" / "index.html").write_text("mine"),
    lambda corpus, out: (corpus / "a.txt").write_text("No."),
    lambda corpus, out: shutil.rmtree(out / "report")], ids=["new", "figure", "page", "changed", "report"])
def test_any_change_of_input_or_output_brings_the_job_back(job, change):
    ran, arguments, corpus, out = job
    make.main(arguments)
    change(corpus, out)
    make.main(arguments)
    assert len(ran) == 2


# --- make and make.py ------------------------------------------------------------------------------------------------

@pytest.fixture
def through_make(tmp_path):
    """The words that the Makefile hands to make.py."""
    if os.name == "nt":
        pytest.skip("Windows has no make")
    show = tmp_path / "show.py"
    show.write_text("import json, sys\nprint(json.dumps(sys.argv[1:]))\n", encoding="utf-8")

    def call(*words, **environment):
        done = subprocess.run(["make", "-C", ROOT, "-s", "--no-print-directory", f"PYTHON={sys.executable} {show}", *words],
                              env={**os.environ, "MAKEFLAGS": "", **environment}, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)
    return call


@pytest.mark.parametrize("value", [
    "a b", "it's", 'say "x"', "$HOME", "a$(b)c", "`ls`", "x;y & z|w", "(1) [2] *?", "ä/é", "#1", "a=b", "-n"])
def test_a_path_with_spaces_quotes_and_signs_reaches_make_py_unchanged(through_make, value):
    assert through_make(f"CORPUS={value}", "OUT=o") == ["make.py", "run", f"CORPUS={value}", "OUT=o"]


def test_only_the_command_line_is_read_not_the_environment(through_make):
    assert through_make("test", CORPUS="x", OUT="y", ENV="active") == ["make.py", "test"]


def test_every_command_is_a_target_and_make_alone_runs_all(through_make):
    assert through_make() == ["make.py", "run"]
    for command in make.COMMANDS:
        assert through_make(command) == ["make.py", command]


def test_help_tells_of_every_command(capsys):
    assert make.main(["help"]) == 0
    said = capsys.readouterr().out
    assert all(re.search(rf"\bmake (\[)?{re.escape(command)}\b", said) for command in make.COMMANDS)


def test_paths_are_made_absolute_and_other_words_are_handed_on():
    command, given, rest = make.parse(["test", "-k", "x=y", "OUT=o/../p", "CORPUS=~/c", "-x"])
    assert (command, rest) == ("test", ["-k", "x=y", "-x"])
    assert given == {"OUT": os.path.abspath("p"), "CORPUS": os.path.expanduser("~/c")}


@pytest.mark.parametrize("words, said", [
    (["tset"], "no command 'tset'"), (["run", "corpus=a"], "write CORPUS=a"), (["run", "OUT="], "OUT is empty"),
    (["run", "ENV=conda"], "'active'"), (["run", "CORPUS=a"], "give both"), (["figures", "OUT=a"], "give both"),
    (["lab", "OUT=nowhere"], "no notebooks there")])
def test_a_mistake_on_the_command_line_gives_one_line_and_exit_1(capsys, words, said):
    assert make.main(words) == 1
    out, err = capsys.readouterr()
    assert not out and said in err and err.count("\n") == 1


def test_lab_asks_nothing_of_the_reader_and_leaves_an_active_environment_as_it_is(tmp_path, monkeypatch):
    ran = []
    monkeypatch.setattr(make, "VENV", tmp_path)
    monkeypatch.setattr(make, "python", lambda given: sys.executable)
    monkeypatch.setattr(make, "run", lambda *command, **options: ran.append(command) or 0)
    monkeypatch.setattr(make.os, "execve", lambda path, command, environment: ran.append(command))
    make.main(["lab", "ENV=active"])
    assert len(ran) == 1 and "jupyterlab" in ran[0] and not [*tmp_path.iterdir()]
    make.main(["lab"])
    settings = tmp_path / "share" / "jupyter" / "lab" / "settings" / "overrides.json"  # where JupyterLab looks for them
    told = json.loads(settings.read_text(encoding="utf-8"))
    assert told == {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}


def test_children_get_no_setting_that_would_change_their_bytes(monkeypatch):
    for name in ("MPLBACKEND", "PYTHONPATH", "PYTHONHASHSEED", "OMP_NUM_THREADS"):
        monkeypatch.setenv(name, "mine")
    mine = make.environment()
    assert not {"MPLBACKEND", "PYTHONPATH"} & set(mine)
    assert (mine["PYTHONHASHSEED"], mine["OMP_NUM_THREADS"], mine["OPENBLAS_NUM_THREADS"]) == ("0", "1", "1")


# --- the environment that make.py makes ------------------------------------------------------------------------------

@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """make.py in an empty project, with installing replaced by a note; returns (the folder, the notes)."""
    root, notes = tmp_path / "project", []
    root.mkdir()
    for name in ("requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, root)
    for name, path in {"ROOT": root, "VENV": root / ".venv", "LOCK": root / "requirements.lock",
                       "PROJECT": root / "pyproject.toml", "STAMP": root / ".venv" / "made-from.txt"}.items():
        monkeypatch.setattr(make, name, path)

    def must(problem, *command):
        notes.append("new")
        make.interpreter().parent.mkdir(parents=True)
        make.interpreter().touch()
    monkeypatch.setattr(make, "must", must)
    monkeypatch.setattr(make, "install", lambda inside: notes.append("install"))
    return root, notes


def test_the_environment_is_made_once_and_again_when_the_lock_changes(elsewhere):
    root, notes = elsewhere
    assert make.python({}) == make.interpreter() and notes == ["new", "install"]
    make.python({})
    assert notes == ["new", "install"]
    with open(root / "requirements.lock", "a", encoding="utf-8") as lock:
        lock.write("# changed\n")
    make.python({})
    assert notes == ["new", "install", "install"]


def test_an_environment_that_was_moved_or_lost_its_python_is_made_anew(elsewhere):
    _, notes = elsewhere
    make.python({})
    make.STAMP.write_text("/somewhere/else" + make.STAMP.read_text(encoding="utf-8"), encoding="utf-8")
    make.python({})
    make.interpreter().unlink()
    make.python({})
    assert notes == ["new", "install"] * 3


def test_an_installation_that_was_broken_off_is_done_again(elsewhere, monkeypatch):
    def broken(inside):
        raise KeyboardInterrupt
    _, notes = elsewhere
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(make, "install", broken)
        make.python({})
    make.python({})
    assert notes == ["new", "install"]


def test_the_newest_python_with_venv_is_taken(monkeypatch):
    versions = {"python3": "3.12", "python3.11": "3.11", "python3.13": "", "python": "3.10"}  # 3.13: without venv
    monkeypatch.setattr(make.shutil, "which", lambda name: name in versions)
    monkeypatch.setattr(make, "ask", lambda name, *rest: versions[name])
    assert make.newest() == ["python3"]


def test_without_any_python_with_venv_the_line_says_what_to_install(monkeypatch):
    monkeypatch.setattr(make, "ask", lambda *command: "")
    with pytest.raises(make.Stop, match="3.11, 3.12 or 3.13 with venv.*apt install python3-venv"):
        make.newest()


def test_the_pins_of_one_package_are_taken_from_the_lock_whole():
    lines = make.pinned("uv").splitlines()
    assert re.match(r"uv==[\d.]+ ", lines[0]) and all("--hash=sha256:" in line for line in lines[1:])
    assert not lines[-1].endswith("\\") and len(lines) > 5


def test_the_active_environment_is_told_what_it_lacks(monkeypatch, tmp_path):
    project = tmp_path / "pyproject.toml"
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project.write_text(text.replace('"pandas>=3.0,<4"', '"pandas>=99", "no-such-package>=1"'), encoding="utf-8")
    monkeypatch.setattr(make, "PROJECT", project)
    with pytest.raises(make.Stop, match=r"pandas>=99 \(3.*no-such-package>=1 \(missing\).*conda env update"):
        make.check_active()


def test_the_active_environment_is_taken_when_it_fits():
    make.check_active()
    assert make.python({"ENV": "active"}) == sys.executable


def test_bytes_are_promised_in_the_locked_environment_only(monkeypatch, elsewhere):
    make.python({})
    monkeypatch.setattr(sys, "prefix", str(make.VENV))
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(make.platform, "machine", lambda: "x86_64")
    assert make.bytes_promised()
    with monkeypatch.context() as patch:
        patch.setattr(make.platform, "machine", lambda: "arm64")
        assert not make.bytes_promised()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "prefix", "elsewhere")
        assert not make.bytes_promised()
    make.LOCK.write_text("changed", encoding="utf-8")
    assert not make.bytes_promised()


@given(st.floats(-1e6, 1e6), st.sampled_from([1e-7, -1e-7, 1e-3, -1e-3]))
def test_elsewhere_numbers_are_equal_at_six_decimals_and_words_exactly(number, step):
    one, other = f"rate,{number:.9f},x", f"rate,{number + step:.9f},x"
    assert close(one, other) == (abs(step) < 1e-6)
    assert not close(one, one.replace("x", "y"))


def test_clean_removes_outputs_and_keeps_raw_data_and_the_environment(elsewhere):
    root, _ = elsewhere
    keep = ["data/raw/a.txt", "data/README.md", ".venv/made-from.txt", "notebooks/00-start.ipynb"]
    lose = ["figures/a.svg", "figures/pdf/a.pdf", "report/index.html", "data/processed/a.csv", "data/processed/a.parquet"]
    for name in keep + lose:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    assert make.main(["clean"]) == 0 and make.main(["clean"]) == 0
    assert [n for n in keep + lose if (root / n).exists()] == keep


# --- notebooks -------------------------------------------------------------------------------------------------------

def book(path, *cells, tags=()):
    """A notebook of code cells; the last one is tagged."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    made.cells[-1].metadata["tags"] = list(tags)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, path)
    return path


def test_on_another_corpus_cells_about_this_one_are_left_out_and_outputs_are_empty(tmp_path):
    for path in build.strip(ROOT / "notebooks", tmp_path):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        before = json.loads((ROOT / "notebooks" / path.name).read_text(encoding="utf-8"))["cells"]
        left_out = [c for c in before if "this-corpus" in c["metadata"].get("tags", [])]
        assert [c["source"] for c in cells] == [c["source"] for c in before if c not in left_out]
        assert not any(c.get("outputs") or c.get("execution_count") for c in cells)
    assert len(build.numbered(tmp_path)) == len(build.numbered(ROOT / "notebooks")) >= 5


def test_notebooks_come_out_the_same_on_every_run(tmp_path):
    code = "print(hash('x'), object())\nimport sys\nprint('late', file=sys.stderr)\nprint('early')"
    good = book(tmp_path / "00-good.ipynb", code)
    assert build.execute([good]) == []
    first = good.read_bytes()
    assert b"0xADDRESS" in first and first.index(b"early") < first.index(b"late") and b'"execution_count": 1' in first
    assert build.execute([good]) == [] and good.read_bytes() == first


def test_a_cell_that_raises_is_named_and_its_notebook_stays_as_it_was_unless_it_is_of_an_own_corpus(tmp_path):
    bad = book(tmp_path / "01-bad.ipynb", "x = 1", "1 / 0", "print('after', x)")
    before, said = bad.read_bytes(), ["01-bad.ipynb, cell 1: ZeroDivisionError: division by zero"]
    assert build.execute([bad]) == said and bad.read_bytes() == before
    assert build.plain([bad]) == said and bad.read_bytes() == before
    assert build.execute([bad], keep=True) == said and b"after 1" in bad.read_bytes()


FORKED = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")


@FORKED
def test_a_forked_kernel_makes_the_bytes_of_one_that_imports_everything_itself(tmp_path):
    code = ["import os, sys, matplotlib, pandas as pd\npd.DataFrame([[1] * 25])", "1 / 0",
            "print(sys.path, os.getcwd(), __name__, sys.flags, hash('x'), matplotlib.get_backend())",
            "print([name for name in sorted(os.environ) if name[:4] not in ('JPY_', 'KMP_', 'PYDE')])"]
    one, other = (book(tmp_path / name / "00-a.ipynb", *code) for name in ("a", "b"))
    assert build.execute([one], keep=True, forked=True) == build.execute([other], keep=True, forked=False)
    assert one.read_text(encoding="utf-8").replace(str(one.parent), str(other.parent)) == other.read_text(encoding="utf-8")


@FORKED
@pytest.mark.parametrize("lost, said", [(1, []), (2, ["00-a.ipynb: Kernel died before replying to kernel_info"])])
def test_a_kernel_that_ends_before_its_first_cell_is_started_once_more(tmp_path, monkeypatch, lost, said):
    ended, fork = subprocess.Popen([sys.executable, "-c", ""]), build.kernels.Server.fork
    ended.wait()
    left = [build.kernels.Forked(ended.pid)] * lost
    monkeypatch.setattr(build.kernels.Server, "fork", lambda *given: left.pop() if left else fork(*given))
    path = book(tmp_path / "00-a.ipynb", "print('there')")
    assert build.execute([path], forked=True) == said and not left
    assert (b"there\\n" in path.read_bytes()) == (not said)


@FORKED
def test_kernels_are_forked_from_one_thread_and_one_that_dies_is_told(tmp_path):
    bad, good = book(tmp_path / "00-bad.ipynb", "import os", "os._exit(3)"), book(tmp_path / "01-good.ipynb", "print('there')")
    [said] = build.execute([bad, good])
    assert said.startswith("00-bad.ipynb: ") and "died" in said and b"there" in good.read_bytes()
    with build.kernels.Server({**os.environ, **build.KERNEL}) as server:
        kernel = server.fork(str(tmp_path), ["-f", str(tmp_path / "connection.json")])
        assert len(os.listdir(f"/proc/{server.process.pid}/task")) == 1, "a fork of a process with threads may hang"
        assert kernel.poll() is None
        server.process.kill()
        end = time.monotonic() + 20
        while kernel.poll() is None and time.monotonic() < end:
            time.sleep(0.1)
        assert kernel.poll() is not None, "a kernel outlives the process it came from"


def everything():
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for folder in ("data", "figures", "notebooks", "docs")
            for path in sorted((ROOT / folder).rglob("*"))
            if path.is_file() and path.suffix != ".pyc" and not {".lock", ".making"} & {*path.parts}}


def test_an_own_corpus_runs_all_notebooks_and_leaves_the_repository_untouched(tmp_path, capsys):
    # Notebooks that other tests run make the repository's tables, where none are there yet.
    prepare.prepare(ROOT / "data" / "raw", ROOT / "data" / "processed")
    prepare.add_statements(ROOT / "data" / "processed")
    corpus, out, before = tmp_path / "my own 'corpus'", tmp_path / "the results", everything()
    corpus.mkdir()
    names = ["France", "Germany", "Ghana", "Peru"]
    for i, (a, b) in enumerate(pairwise(names)):  # so that some actors have one target only, some none
        (corpus / f"{i}.txt").write_text(
            f"{a}'s foreign ministry on Monday condemned {b} over the border. “We reject the claims of {b},” it said.\n\n"
            f"The ministry of {b} urged {a} to return to talks and welcomed its offer. {b} and {a} share a border, it said.\n",
            encoding="utf-8")
    build.job("figures", str(corpus), str(out))
    assert everything() == before
    assert {p.name for p in build.numbered(out / "notebooks")} == {p.name for p in build.numbered(ROOT / "notebooks")}
    assert {p.stem for p in (out / "figures").glob("*.json")} == {p.stem for p in (ROOT / "figures").glob("*.json")}
    assert "3 articles" in capsys.readouterr().out


def test_a_corpus_in_which_nobody_takes_a_stance_runs_too(tmp_path):
    (tmp_path / "rain.csv").write_text("text\nRain fell on the hills all day. The river rose by a foot.\n", encoding="utf-8")
    build.job("figures", str(tmp_path / "rain.csv"), str(tmp_path / "out"))
    assert (tmp_path / "out" / "figures" / "03-rates.svg").exists()


@pytest.mark.parametrize("texts", [["Iran condemns Israel"] * 4, ["Talks open", "Rain fell"]])
def test_a_corpus_without_a_word_that_tells_its_articles_apart_runs_too(tmp_path, texts):
    (tmp_path / "c.csv").write_text("\n".join(["text", *texts]), encoding="utf-8")
    build.job("figures", str(tmp_path / "c.csv"), str(tmp_path / "out"))
    assert len(build.shown(tmp_path / "out" / "notebooks")) == len(build.shown(ROOT / "notebooks"))


@pytest.mark.parametrize("text", ["It is what it is. 1 2 3.", "...", "中国外交部发言人周二表示愿意与巴基斯坦进行谈判。"])
def test_without_a_word_to_count_the_notebooks_that_count_words_are_left_out_and_why_is_said(tmp_path, capsys, text):
    (tmp_path / "c.csv").write_text(f"text\n{text}\n", encoding="utf-8")
    build.job("figures", str(tmp_path / "c.csv"), str(tmp_path / "out"))
    assert {p.stem for p in build.shown(tmp_path / "out" / "notebooks")} == {"01-corpus", "04-stance"}
    assert "left out: 00-start.ipynb, 02-topics.ipynb" in (said := capsys.readouterr().out) and "no word to count" in said


@pytest.mark.parametrize("out", [".", "..", "notebooks", "data/mine", "lib", ".git/x"])
def test_out_must_not_lie_in_the_repository_s_own_folders(out):
    with pytest.raises(ValueError, match="OUT lies in the repository"):
        build.check_out((ROOT / out).resolve(), None)


def test_out_must_not_lie_in_the_corpus_unless_that_is_prepared(tmp_path):
    with pytest.raises(ValueError, match="OUT lies in the corpus"):
        build.check_out(tmp_path / "out", tmp_path)
    (tmp_path / "made-from.json").touch()
    build.check_out(tmp_path, tmp_path)
    build.check_out(ROOT / "results", tmp_path)


# --- the report ------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The report of a notebook, a table and a figure whose text tries to get out."""
    home = tmp_path_factory.mktemp("site")
    output, text = nbformat.v4.new_output, {"outputs": [], "execution_count": 1}
    text["outputs"] = [
        output("display_data", {"text/plain": HOSTILE, "text/html": f"<table><tr><td>{html.escape(HOSTILE)}</table>"}),
        output("execute_result", {"text/plain": HOSTILE}, execution_count=1),
        output("display_data", {"image/png": PIXEL, "text/plain": "x"}, metadata={"image/png": {"alt": f'" x="{HOSTILE}'}}),
        output("stream", name="stdout", text=HOSTILE)]
    said = output("execute_result", {"text/markdown": style.Prose(HOSTILE)._repr_markdown_()}, execution_count=2)
    cells = [nbformat.v4.new_markdown_cell("# 00 A page"), nbformat.v4.new_code_cell("x", **text),
             nbformat.v4.new_code_cell("y", outputs=[said], execution_count=2, metadata={"tags": ["finding=00-a"]})]
    (home / "notebooks").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=cells), home / "notebooks" / "00-page.ipynb")
    (home / "figures").mkdir()
    table = pd.DataFrame({"term": [HOSTILE, "b"], "rate": [1.0, 2.0], "group": "all", "low": None, "high": None})
    table = table.astype({"low": float, "high": float})
    ax = plots.dots(table, y="term", x="rate", title=HOSTILE, unit=HOSTILE, n="", n_title="")
    report.save(ax, "00-a", f'{HOSTILE}\n```\n</figcaption> "', HOSTILE, home / "figures")
    assert build.site(home) == home / "report" / "index.html"
    return home


def pages(home):
    return {path.name: path.read_text(encoding="utf-8") for path in (home / "report").glob("*.html")}


def test_the_report_has_a_page_per_notebook_one_of_all_figures_and_the_data_dictionary(site):
    found = pages(site)
    assert {"index.html", "00-page.html", "figures.html", "data-dictionary.html"} <= set(found)
    for link in ("00-page.html", "figures.html", "methods.html", "data-dictionary.html", "figures.html#00-a"):
        assert f'href="{link}"' in found["index.html"]
    for end in ("svg", "png", "csv", "trace.csv"):
        assert f"_static/figures/00-a.{end}" in found["figures.html"]
        assert (site / "report" / "_static" / "figures" / f"00-a.{end}").exists()


class Tags(HTMLParser):
    """The tags of a page as a browser sees them: (name, attributes), and the code of its scripts."""

    def __init__(self, text):
        super().__init__()
        self.found, self.code = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def handle_data(self, data):
        if self.found and self.found[-1][0] == "script":
            self.code.append(data)


def test_no_page_of_the_report_asks_for_anything_from_outside(site):
    for name, text in pages(site).items():
        for tag, attributes in Tags(text).found:
            loaded = [v for k, v in attributes.items() if k in ("src", "srcset", "data") or tag == "link" and k == "href"]
            assert not [v for v in loaded if re.match(r"\s*(https?:)?//", v or "")], (name, tag)
        assert "mathjax" not in text.lower(), name
    for path in (site / "report").rglob("*.css"):
        assert not re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", path.read_text(encoding="utf-8")), path


def test_text_of_articles_is_never_alive_in_the_report(site):
    for name, text in pages(site).items():
        tags = Tags(text)
        assert not any("alert" in code for code in tags.code), name
        for tag, attributes in tags.found:
            assert not {a for a in attributes if a.startswith("on")}, (name, tag)
            assert "x.example" not in (attributes.get("src") or "") and "javascript:" not in (attributes.get("href") or "")
        assert "<strong>bold" not in text, name
    found = pages(site)
    assert found["figures.html"].count("<figure ") == 1 and "A page" in found["index.html"]
    for page, times in (("00-page.html", 4), ("figures.html", 3), ("index.html", 1)):
        text = found[page]
        assert len(re.findall(r"\$x\^2\$", re.sub(r"</?span[^>]*>", "", text))) >= times - 1, page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_every_sentence_behind_a_figure_stands_in_the_report_and_hostile_ones_are_dead(tmp_path):
    (tmp_path / "in").mkdir()
    text = f"Talks of *peace* began: {HOSTILE}.\n\n# Talks {{ref}}`x` [a](b) ended."
    (tmp_path / "in" / "a.txt").write_text(text, encoding="utf-8")
    prepare.prepare(tmp_path / "in", tmp_path)
    tables = prepare.Tables(tmp_path)
    rates = terms.rates(terms.hits(tables.sentences, ["talks"]), tables.articles)
    ax = plots.dots(rates, y="term", x="rate", title="t", unit="u", n="", n_title="")
    report.save(ax, "00-b", "c", "s", tmp_path / "figures")
    page = build.traces(tmp_path, tmp_path / "figures", build.redrawn(tmp_path / "figures", {}))["00-b"]
    shown = MarkdownIt("commonmark").render(page.split("---\n", 2)[2])
    tags = {tag for tag, _ in Tags(shown).found}
    assert tags == {"h1", "h2", "p", "a", "code", "ul", "li", "em"} and shown.count("<a ") == 1 and shown.count("<code>") == 2
    text = " ".join(html.unescape(re.sub("<[^>]+>", "", shown)).split())
    for place in rates["sources"][0]:
        said = tables.sentences.set_index(["doc_id", "par", "sent"])["text"][place]
        assert f"a, paragraph {place[1]}, sentence {place[2]}: {' '.join(said.split())}" in text
    assert len(rates["sources"][0]) == shown.count("<li>") > 1


def test_the_file_of_captions_has_a_row_for_each_figure_and_keeps_what_was_written(tmp_path):
    table = pd.DataFrame({"term": ["a"], "rate": [1.0], "group": "all", "low": [0.5], "high": [2.0]})
    for name in ("x", "y"):
        ax = plots.dots(table, y="term", x="rate", title="A title", unit="u", n="", n_title="")
        report.save(ax, name, "Dots", "s", tmp_path)
    assert build.captions(tmp_path) == {}
    path = tmp_path / report.WORDS
    path.write_text(path.read_text(encoding="utf-8").replace("x,,,", "x,Mine,,"), encoding="utf-8")
    (tmp_path / "y.json").unlink()
    assert build.captions(tmp_path) == {"x": {"title": "Mine"}}
    kept = pd.read_csv(path, keep_default_na=False)
    assert kept.loc[kept["figure"] != report.EVERY, "figure"].tolist() == ["x"] and kept["now"].all()
    drawn = build.redrawn(tmp_path, report.own_words(tmp_path))
    first = build.book(drawn)
    assert first == build.book(drawn) and first.startswith(b"%PDF") and b"CreationDate" not in first


def test_own_words_that_look_like_formulas_stay_as_they_are_over_reruns_and_files_of_another_shape_are_told_and_kept(tmp_path):
    table = pd.DataFrame({"term": ["a"], "rate": [1.0], "group": "all", "low": [0.5], "high": [2.0]})
    report.save(plots.dots(table, y="term", x="rate", title="A title", unit="u", n="", n_title=""), "x", "Dots", "s", tmp_path)
    path, head = tmp_path / report.WORDS, "figure,title,unit,caption,now\n"
    own = {"title": "-2 to 2", "unit": "+ and -", "caption": "=mine"}
    path.write_text(head + "x,-2 to 2,+ and -,=mine,\n", encoding="utf-8")
    for _ in range(3):
        assert build.captions(tmp_path)["x"] == own
    assert "x,'-2 to 2,'+ and -,'=mine," in path.read_text(encoding="utf-8")
    for told, said in (("figure;title;unit;caption;now\nx;Mine;;;\n", "no column 'figure'.*with commas"),
                       (head + 'x,"Mine\n', "no CSV"), ("", "no CSV"), (b"figure,title\nx,M\xfcller\n", "no CSV"),
                       (head + "every figure,{9} marks,,,n: {} marks.\n", "braces"), (head + "every figure,{,,,u\n", "braces")):
        path.write_bytes(told if isinstance(told, bytes) else told.encode())
        with pytest.raises(ValueError, match=rf"captions\.csv: .*{said}"):
            build.captions(tmp_path)
        assert path.read_bytes() == (told if isinstance(told, bytes) else told.encode())


def test_every_picture_of_the_report_has_its_alternative_text(site):
    for page in ("00-page.html", "figures.html"):
        pictures = [attributes for tag, attributes in Tags(pages(site)[page]).found if tag == "img"]
        assert len(pictures) == 1 and HOSTILE in pictures[0]["alt"] and "x" not in pictures[0], page


def test_the_build_of_the_report_leaves_nothing_beside_it(site):
    assert {path.name for path in site.iterdir()} == {"notebooks", "figures", "report"}
    assert not list((site / "report").rglob("*.doctree"))


def test_a_report_without_notebooks_says_what_makes_them(tmp_path):
    with pytest.raises(ValueError, match="no executed notebooks and figures"):
        build.site(tmp_path)


def test_the_data_dictionary_in_docs_is_that_of_the_library():
    said = "run `python docs/build.py dictionary`"
    assert build.dictionary() == build.DICTIONARY.read_text(encoding="utf-8"), said


def test_the_page_of_methods_says_that_an_article_is_read_as_a_whole():
    page = build.methods()
    assert "read with the rest of its article in view" in page and "## How things are counted" in page


def test_a_catalogue_and_own_actors_reach_the_tables(tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("Talks open in Lima\nThe envoys of Zorvia met in Lima.\n", encoding="utf-8")
    (tmp_path / "facts.csv").write_text("doc_id,date\na,2024-05-03\n", encoding="utf-8")
    (tmp_path / "own.csv").write_text("actor,class,alias,role,since,until\nZorvia,state,Zorvia,name,,\n", encoding="utf-8")
    _, given, _ = make.parse(["figures", f"CORPUS={tmp_path / 'in'}", f"OUT={tmp_path / 'out'}",
                              f"CATALOGUE={tmp_path / 'facts.csv'}", f"ACTORS={tmp_path / 'own.csv'}"])
    assert set(given) == {"CORPUS", "OUT", "CATALOGUE", "ACTORS"} and all(map(os.path.isabs, given.values()))
    before = make.state(given)
    (tmp_path / "facts.csv").write_text("doc_id,date\na,2024-05-04\n", encoding="utf-8")
    assert make.state(given) != before
    monkeypatch.setattr(build, "plain", lambda paths: [])
    monkeypatch.setattr(build, "captions", lambda folder: None)
    build.main(["figures", *(f"--{name.lower()}={given[name]}" for name in make.PATHS)])
    tables = prepare.Tables(given["OUT"])
    assert tables.articles["date"].tolist() == ["2024-05-04"]
    assert "Zorvia" in (tmp_path / "out" / "actors.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [["run", "CATALOGUE=a"], ["report", "OUT=a", "ACTORS=b"]])
def test_a_catalogue_without_a_corpus_is_told(capsys, words):
    assert make.main(words) == 1 and "go with CORPUS=PATH and OUT=DIR" in capsys.readouterr().err
