"""The notebooks as they are committed: whole, executed, plain; and proofs that nbval catches what it is there for."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
NUMBERED = sorted((ROOT / "notebooks").glob("[0-9][0-9]-*.ipynb"))
BOOKS = [*NUMBERED, ROOT / "notebooks" / "own-question.ipynb"]  # the last is there to be copied, so the same holds for it
# Digits that prose may hold on any corpus: what the method is, not what it found.
METHOD = ("-2", "2", "10,000", "0", "1", "0.34", "95%", "00-start", "01-corpus", "02-topics", "03-terms", "04-stance")


def cells(path, kind):
    book = json.loads(path.read_text(encoding="utf-8"))
    return [c for c in book["cells"] if c["cell_type"] == kind]


def never_executed(path):
    """The numbers of the code cells that nbval would pass without a look: no count, or no output where one is due."""
    return [i for i, c in enumerate(cells(path, "code")) if c["execution_count"] is None]


def text(cell):
    return "".join(cell["source"])


def test_there_are_five_numbered_notebooks():
    assert [p.name[:2] for p in NUMBERED] == ["00", "01", "02", "03", "04"]


@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.stem)
def test_every_cell_was_executed_in_order(path):
    counts = [c["execution_count"] for c in cells(path, "code")]
    assert counts == list(range(1, len(counts) + 1)) and not never_executed(path)


@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.stem)
def test_no_output_is_an_error_a_warning_or_an_address(path):
    for cell in cells(path, "code"):
        for output in cell["outputs"]:
            assert output["output_type"] != "error" and output.get("name") != "stderr", text(cell)
            assert "image/svg+xml" not in output.get("data", {}), "an SVG differs on every run; keep PNG inline"
            assert not re.search(r"0x[0-9a-f]{6,}|/(?:home|root|tmp)/|Warning", json.dumps({**output, "data": {
                k: v for k, v in output.get("data", {}).items() if k != "image/png"}}))


@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.stem)
def test_analysis_lives_in_the_library(path):
    for cell in cells(path, "code"):
        assert not re.search(r"^\s*(def|class|for|while) |lambda|sys\.path|^\s*[%!]", text(cell), re.MULTILINE), text(cell)


@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.stem)
def test_it_opens_with_its_question_and_ends_with_what_we_cannot_know(path):
    prose = [text(c) for c in cells(path, "markdown")]
    assert prose[0].startswith("# ") and "**Question.**" in prose[0]
    assert prose[-1].startswith("## What we can't know")


@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.stem)
def test_prose_for_any_corpus_holds_no_number_that_was_found(path):
    for cell in cells(path, "markdown"):
        if "this-corpus" not in cell["metadata"].get("tags", []):
            found = re.findall(r"(?<![\w-])-?\d[\d,.]*%?(?:-[a-z]+)?(?<![,.])", re.sub(r"^# \d\d ", "", text(cell)))
            assert set(found) <= set(METHOD), text(cell)


@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.stem)
def test_numbers_in_prose_for_the_shipped_corpus_stand_in_what_the_notebook_computed(path):
    told = json.dumps([c["outputs"] for c in cells(path, "code")])
    for cell in cells(path, "markdown"):
        if "this-corpus" in cell["metadata"].get("tags", []):
            found = re.findall(r"-?\b\d+\.\d\d\b", text(cell))
            assert not [number for number in found if number not in told], text(cell)


@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.stem)
def test_each_heading_is_followed_by_a_call_and_each_call_by_a_result(path):
    for cell in cells(path, "code"):
        silent = re.match(r"from demarche|TERMS = |HOLDER, TARGET = ", text(cell))
        assert cell["outputs"] or silent, f"says nothing: {text(cell)}"


@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.stem)
def test_every_picture_has_a_caption_or_digest_and_an_alternative_text(path):
    for cell in cells(path, "code"):
        outputs = [o for o in cell["outputs"] if "image/png" in o.get("data", {})]
        assert len(outputs) == len(re.findall(r"report\.(?:save|show)\(", text(cell)))
        for output in outputs:
            assert len(output["data"]["image/png"]) > 5_000 and output["metadata"]["image/png"]["alt"]
        if outputs:
            assert "marks in" in json.dumps(cell["outputs"]), "a digest says what the picture holds"


@pytest.mark.parametrize("name", ["00-start", "02-topics", "03-terms", "04-stance", "own-question"])
def test_copies_of_one_report_count_once_in_every_notebook_that_counts(name):
    source = "\n".join(map(text, cells(ROOT / "notebooks" / f"{name}.ipynb", "code")))
    assert "stories.once(tables.told" in source
    assert not re.search(r"(rates|pairs|calibrate|trend|spread)\([^\n]*tables\.articles", source), "counts copies again"


def test_each_figure_beside_the_codings_says_that_its_armed_groups_are_one():
    beside = [text(c) for c in cells(NUMBERED[4], "code") if "report.save" in text(c) and 'coded["corrected"]' in text(c)]
    assert len(beside) == 2 and all("{GROUPS}" in cell for cell in beside)


def test_quotes_are_followed_by_what_they_rest_on():
    sources = [text(c) for c in cells(NUMBERED[3], "code")]
    assert sources[next(i for i, s in enumerate(sources) if "terms.quoted(" in s) + 1] == "Prose(terms.voices(quoted))"


CODE = ["import pandas as pd\nfrom demarche import plots, report",
        "table = pd.DataFrame({'row': list('aab'), 'column': list('xyx'), 'value': [1.0, 2.0, 3.0], 'other': [9.0, 2.0, 3.0]})",
        "ax = plots.matrix(table, row='row', column='column', value='value', title='A title', unit='a unit')",
        "report.show(ax, 'mini')",
        "table['value'].sum()"]


def environment(lib):
    return {**os.environ, "PYTHONPATH": str(lib), "PYTHONHASHSEED": "0", "JUPYTER_PLATFORM_DIRS": "1"}


def nbval(folder, lib):
    """{notebook stem: did all its cells pass} of one strict nbval run."""
    done = subprocess.run([sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-q", "-rA", "-p",
                           "no:cacheprovider", "--rootdir", str(folder), str(folder)],
                          env=environment(lib), capture_output=True, text=True, check=False)
    lines = re.findall(r"^(PASSED|FAILED) \S*?(\w+)\.ipynb", done.stdout, re.MULTILINE)
    assert lines, done.stdout + done.stderr
    return {name: all(how == "PASSED" for how, n in lines if n == name) for _, name in lines}


@pytest.fixture(scope="module")
def mini(tmp_path_factory):
    """(folder, executed notebook): a small notebook with a figure, executed by the library as it is."""
    folder = tmp_path_factory.mktemp("mini")
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CODE])
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    NotebookClient(book, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    return folder, book


def write(folder, name, book):
    folder.mkdir(exist_ok=True)
    nbformat.write(book, folder / f"{name}.ipynb")


def test_nbval_passes_what_is_unchanged_and_catches_a_changed_number_and_a_cell_that_raises(mini):
    folder, book = mini
    here = folder / "stored"
    write(here, "unchanged", book)
    changed, raises = nbformat.from_dict(book), nbformat.from_dict(json.loads(json.dumps(book)))
    number = json.loads(json.dumps(changed).replace("6.0", "7.0"))
    assert number != changed
    write(here, "number", nbformat.from_dict(number))
    raises.cells[-1].source = "1 / 0"
    write(here, "raises", raises)
    assert nbval(here, ROOT / "lib") == {"unchanged": True, "number": False, "raises": False}


@pytest.mark.parametrize("name, old, new", [
    ("axis", 'xlabel=unit', 'xlabel=unit + "!"'), ("column", "cell[value]", 'cell["other"]')], ids=lambda v: v[:12])
def test_nbval_catches_a_change_in_plots_alone(mini, tmp_path, name, old, new):
    folder, book = mini
    lib = tmp_path / "lib"
    shutil.copytree(ROOT / "lib" / "demarche", lib / "demarche", ignore=shutil.ignore_patterns("__pycache__"))
    plots = lib / "demarche" / "plots.py"
    source = plots.read_text(encoding="utf-8")
    at = source.index("def matrix(")
    assert old in source[at:], "plots.matrix has changed; choose another place to break it"
    plots.write_text(source[:at] + source[at:].replace(old, new), encoding="utf-8")
    write(folder / name, name, book)
    assert nbval(folder / name, lib) == {name: False}


def test_a_cell_never_executed_is_caught_though_nbval_passes_it(mini):
    folder, book = mini
    empty = nbformat.from_dict(json.loads(json.dumps(book)))
    empty.cells[-1].update(outputs=[], execution_count=None)
    write(folder / "empty", "empty", empty)
    assert never_executed(folder / "empty" / "empty.ipynb") == [len(CODE) - 1]
    assert nbval(folder / "empty", ROOT / "lib") == {"empty": True}  # why the check above is needed
