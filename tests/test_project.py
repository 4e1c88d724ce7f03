"""The files around the library: whole, of one mind about versions, and the same on every system."""

import ast
import csv
import hashlib
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import demarche
from conftest import load

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
CONDA_NAME = {"matplotlib": "matplotlib-base"}
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINS = {block[1]: (block[2], block[0].count("--hash=sha256:"))
        for block in re.finditer(r"^([\w.-]+)==([^ ;]+).*\\\n(?: +--hash=.*\n)+", LOCK, re.MULTILINE)}
NEEDS = [Requirement(n) for n in PROJECT["dependencies"] + [n for extra in EXTRAS.values() for n in extra]]
ABSOLUTE = re.compile(r"(?<![\w.:/])(?:/(?:home|root|work|Users|opt|srv|mnt)/\w|[A-Z]:\\Users)")
REGISTRIES = re.compile("|".join(["pypi" + r"\.org", "python" + "hosted", "conda" + r"\.anaconda", "npm" + "js"]))


def files():
    """All files that git keeps or would keep."""
    command = ["git", "ls-files", "-co", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


@pytest.mark.parametrize("name", [
    "README.md", "LICENSE", "CITATION.cff", "CHANGELOG.md", "SECURITY.md", "Makefile", "make.py", "environment.yml",
    "requirements.lock", ".ci/run", ".gitattributes", ".gitignore", ".github/workflows/test.yml", "data/README.md",
    "data/raw/manifest.csv", "docs/data-dictionary.md", "lib/demarche/lexicons/SOURCES.md"])
def test_a_file_that_every_reader_looks_for_is_there_and_not_empty(name):
    assert (ROOT / name).read_text(encoding="utf-8").strip()


def test_conda_and_pip_ask_for_the_same_packages_in_the_same_bounds():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    specs = dict((spec.split(" ", 1) + [""])[:2] for spec in conda["dependencies"] if isinstance(spec, str))
    pip = {CONDA_NAME.get(n.name, n.name): n.specifier
           for n in map(Requirement, PROJECT["dependencies"] + EXTRAS["dev"])}
    assert SpecifierSet(specs.pop("python")) == SpecifierSet(PROJECT["requires-python"])
    assert specs.pop("pip") == ""
    assert {name: SpecifierSet(bounds) for name, bounds in specs.items()} == pip
    assert conda["dependencies"][-1] == {"pip": ["-e ."]}


def test_every_package_of_the_lock_has_one_version_and_its_hashes():
    lines = [line for line in LOCK.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(lines) == len(PINS) > 100
    assert all(hashes for _, hashes in PINS.values())


def test_the_lock_names_no_host_and_no_folder():
    assert not re.search(r"https?:|file:|--(?:index|extra-index|find-links|trusted)|@ ", LOCK)


@pytest.mark.parametrize("need", NEEDS, ids=str)
def test_the_lock_keeps_the_bounds_of_the_project(need):
    assert PINS[need.name][0] in need.specifier


def test_every_bound_has_both_ends():
    for need in NEEDS:
        assert {s.operator for s in need.specifier} == {">=", "<"}, need


def test_the_version_is_the_same_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert PROJECT["version"] == demarche.__version__ == citation["version"]
    assert f"## {demarche.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert (PROJECT["name"], PROJECT["license"].split(" AND ")) == (citation["title"], citation["license"])


def test_the_citation_has_what_its_format_requires():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation) and citation["cff-version"] == "1.2.0"
    assert all({"name"} <= set(a) or {"given-names", "family-names"} <= set(a) for a in citation["authors"])


def test_the_library_stays_small():
    n = 0
    for path in (ROOT / "lib").rglob("*.py"):  # code: no blank lines, comments and docstrings
        source, told = path.read_text(encoding="utf-8"), set()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
                told |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
        n += sum(bool(line.strip()) and not line.strip().startswith("#") and k not in told
                 for k, line in enumerate(source.splitlines(), start=1))
    assert 1000 < n <= 5000


def test_no_file_names_a_folder_of_one_machine_or_the_host_of_a_registry():
    for path in files():
        if path.suffix not in (".png", ".npz", ".ipynb"):
            found = ABSOLUTE.findall(text := path.read_text(encoding="utf-8")) + REGISTRIES.findall(text)
            assert not found, path
    for path in (ROOT / "notebooks").glob("*.ipynb"):  # without the pictures, whose letters may spell anything
        assert not ABSOLUTE.search(re.sub(r'"image/png": ".*?"', "", path.read_text(encoding="utf-8"))), path


@pytest.mark.parametrize("text, absolute", [
    ("see /home" + "/ann/data", True), ("C:" + "\\Users\\ann", True), ("path/work/x", False), ("home/ann", False),
    ("https://example.com/home/x", False)])
def test_an_absolute_path_is_known_by_its_beginning(text, absolute):
    assert bool(ABSOLUTE.search(text)) == absolute


@pytest.mark.parametrize("name", ["README.md", "data/README.md", "SECURITY.md", "lib/demarche/lexicons/SOURCES.md"])
def test_every_link_inside_the_project_leads_somewhere(name):
    page = ROOT / name
    links = re.findall(r"\]\((?!https?:)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_raw_files_are_those_of_the_manifest_byte_for_byte():
    raw = ROOT / "data" / "raw"
    with open(raw / "manifest.csv", encoding="utf-8", newline="") as file:
        told = {row["file"]: (row["sha256"], int(row["bytes"])) for row in csv.DictReader(file)}
    there = {p.name: (hashlib.sha256(p.read_bytes()).hexdigest(), p.stat().st_size) for p in raw.glob("*.txt")}
    assert there == told and len(there) == 5


def test_git_never_changes_the_line_ends_of_raw_data():
    names = [str(p.relative_to(ROOT)) for p in (ROOT / "data" / "raw").iterdir()]
    said = subprocess.run(["git", "check-attr", "text", *names], cwd=ROOT, capture_output=True, text=True, check=False)
    if said.returncode:
        pytest.skip("not a git checkout")
    assert said.stdout.count("text: unset") == len(names) > 5


def test_no_leftover_of_a_build_lies_in_the_checkout():
    names = {path.relative_to(ROOT).as_posix() for path in files()}
    assert not [n for n in names if re.match(r"report/|jupyter_execute/|.*\.parquet$|figures/.*/|.*\.pyc$", n)]


def test_the_workflow_runs_every_system_and_every_python_and_conda_once():
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8"))["jobs"]
    matrix = jobs["locked"]["strategy"]["matrix"]
    assert matrix["os"] == ["ubuntu-latest", "macos-latest", "windows-latest"]
    assert matrix["python"] == sorted(load(ROOT / "make.py").PYTHONS)
    assert any(step.get("run") == "make test ENV=active" for step in jobs["conda"]["steps"])
    used = [step["uses"] for job in jobs.values() for step in job["steps"] if "uses" in step]
    assert used and all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", name) for name in used)
