"""The doors of the project, with the standard library alone. The Makefile calls this file; `python make.py help` lists them."""

import hashlib
import importlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV, LOCK, PROJECT = ROOT / ".venv", ROOT / "requirements.lock", ROOT / "pyproject.toml"
STAMP = VENV / "made-from.txt"  # written last: the environment is whole, and from which lock
MADE = ["figures", "notebooks", "report", "articles.parquet", "stances.parquet"]  # what a run leaves in its folder
PYTHONS = ["3.13", "3.12", "3.11"]
PATHS = ["CORPUS", "OUT", "CATALOGUE", "ACTORS"]  # settings that are paths
HELP = """make [run]         sets up .venv, prepares the tables, executes the notebooks, writes figures/ and report/
make CORPUS=PATH OUT=DIR   the same on your own articles; tables, notebooks, figures and report go to DIR
     CATALOGUE=FILE ACTORS=FILE   with facts on them, and with actors of your own, as `demarche prepare` takes them
make test          ruff, unit and property tests, doctests, and every notebook against its stored output
make figures       figures and their tables only, without Jupyter (CORPUS=PATH OUT=DIR too)
make report        the report again, from notebooks executed before (OUT=DIR too)
make lab           JupyterLab on notebooks/, or on those of your own corpus: make lab OUT=DIR
make stress        property tests with many random examples; killed, starved and flooded runs
make test-browser  JupyterLab and the report in a real browser
make bench         what the job costs beside its floor; speed beside peers, memory by size: tables and a figure in docs/
make clean         removes outputs; raw data, topic labels and .venv stay
make lock          writes requirements.lock anew from pyproject.toml
make help          this list
ENV=active uses the active environment (conda) instead of .venv. Without make: python make.py COMMAND ..."""


class Stop(Exception):
    """One clear line: what is wrong, and what to do."""


def main(arguments):
    try:
        command, given, rest = parse(arguments)
        return COMMANDS[command](given, rest)
    except Stop as problem:
        print("make:", problem, file=sys.stderr)
    except KeyboardInterrupt:
        print("make: stopped; run it again to go on", file=sys.stderr)
    return 1


def parse(arguments):
    """(command, {CORPUS, OUT ...}, what else to hand on); paths are made absolute."""
    settings = [a for a in arguments if re.match(rf"({'|'.join(PATHS)}|ENV)=", a, re.IGNORECASE)]
    given = dict(a.split("=", 1) for a in settings)
    words = [a for a in arguments if a not in settings]
    command, rest = (words[0], words[1:]) if words else ("run", [])
    if command not in COMMANDS:
        raise Stop("no command '{}'; there are: {}".format(command, ", ".join(COMMANDS)))
    for name, value in given.items():
        if name not in (*PATHS, "ENV"):
            raise Stop(f"'{name}={value}' is not known; write {name.upper()}={value}")
        if not value:
            raise Stop(f"{name} is empty; give it a value or leave it out")
    if given.get("ENV", "active") != "active":
        raise Stop("ENV can only be 'active': the environment that is active now; without ENV, .venv is used")
    for name in set(PATHS) & set(given):
        given[name] = os.path.abspath(os.path.expanduser(given[name]))
    return command, given, rest


def environment():
    """The environment of every child: the same order of sums and hashes, and no settings of the user's own."""
    mine = {k: v for k, v in os.environ.items() if k not in ("MPLBACKEND", "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP")}
    mine.update(PYTHONHASHSEED="0", OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", SOURCE_DATE_EPOCH="0", PYTHONUTF8="1",
                PYTHONNOUSERSITE="1", JUPYTER_PLATFORM_DIRS="1")
    if VENV.is_dir():
        mine.update(MPLCONFIGDIR=str(VENV / "matplotlib"), IPYTHONDIR=str(VENV / "ipython"))
    return mine


def run(*command, **options):
    """The exit code of a command."""
    options = {"env": environment(), "cwd": str(ROOT), **options}
    return subprocess.run([str(c) for c in command], check=False, **options).returncode


def ask(*command):
    """What a command prints; nothing where it fails."""
    done = subprocess.run([str(c) for c in command], check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout.decode("utf-8", "replace").strip()


# --- the environment -------------------------------------------------------------------------------------------------

def python(given):
    """The interpreter to use: that of .venv, made or renewed first where the lock asks for it, or the active one."""
    if "ENV" in given:
        check_active()
        return sys.executable
    inside = interpreter()
    want = "\n".join([str(ROOT), *(hashlib.sha256(f.read_bytes()).hexdigest() for f in (LOCK, PROJECT))])
    made = STAMP.read_text(encoding="utf-8") if STAMP.exists() and inside.exists() else ""
    if made != want:
        if not inside.exists() or made and made.split("\n")[0] != str(ROOT):  # a moved environment is a broken one
            base = newest()
            shutil.rmtree(str(VENV), ignore_errors=True)
            must("making .venv failed", *base, "-m", "venv", VENV)
        if STAMP.exists():
            STAMP.unlink()
        install(inside)
        STAMP.write_text(want, encoding="utf-8")
    return inside


def interpreter():
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def newest():
    """The command of the newest Python of 3.11 to 3.13 that has venv."""
    version, found = "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2])", {}
    own = getattr(sys, "_base_executable", sys.executable)  # not that of an environment, which may go away
    names = [[own], *([f"python{v}"] for v in PYTHONS), ["python3"], ["python"], *(["py", f"-{v}"] for v in PYTHONS)]
    for command in names:
        if command[0] and shutil.which(command[0]):
            found.setdefault(ask(*command, "-c", version), command)
    for version in PYTHONS:
        if version in found:
            return found[version]
    raise Stop("no Python 3.11, 3.12 or 3.13 with venv was found; install one (Debian, Ubuntu: apt install python3-venv; "
               "macOS: brew install python@3.13; Windows: winget install Python.Python.3.13) and run this again")


def install(inside):
    """Install the locked packages and, without the network, the project itself. uv is quick; pip can do it too."""
    print("make: installs the locked packages into .venv (once, a minute or several)", flush=True)
    pip = [inside, "-m", "pip", "--disable-pip-version-check", "install", "-qq", "--no-deps"]
    uv = [inside.with_name("uv.exe" if os.name == "nt" else "uv"), "--quiet", "pip"]
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder, "uv.txt")
        first.write_text(pinned("uv"), encoding="utf-8")
        quick = run(*pip, "--require-hashes", "-r", first) == 0
    quick = quick and run(*uv, "sync", "--python", inside, "--require-hashes", LOCK, env=like_pip(inside)) == 0
    if not quick:
        print("make: uv could not; pip does it now, which takes some minutes", flush=True)
        must("the packages could not be installed; the lines above say why", *pip, "--require-hashes", "-r", LOCK)
    must("the project could not be installed; the lines above say why",
         *pip, "--no-build-isolation", "--no-index", "--editable", ROOT)
    run(inside, "-c", "import matplotlib.font_manager")  # finds the fonts now, so that no notebook tells of it


def pinned(name):
    """The lines of the lock that pin one package."""
    return re.search(rf"^{name}==(?:.*\\\n)*.*\n", LOCK.read_text(encoding="utf-8"), re.MULTILINE)[0]


def like_pip(inside):
    """The environment in which uv fetches from where pip does."""
    found = dict(re.findall(r"^[\w:]+\.([\w-]+)='(.*?)'", ask(inside, "-m", "pip", "config", "list"), re.MULTILINE))
    names = {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE"}
    return {**{name: found[key] for key, name in names.items() if key in found}, **environment()}


def must(problem, *command):
    if run(*command):
        raise Stop(problem)


def check_active():
    """Stop unless the active environment has what pyproject.toml asks for."""
    if "{}.{}".format(*sys.version_info) not in PYTHONS:
        raise Stop(f"the active Python is {platform.python_version()}; 3.11 to 3.13 are supported")
    tomllib, metadata = importlib.import_module("tomllib"), importlib.import_module("importlib.metadata")
    wrong, fix = [], "; `conda env update -f environment.yml` mends it"
    try:
        Requirement = importlib.import_module("packaging.requirements").Requirement
    except ImportError:
        raise Stop("the active environment lacks packaging" + fix) from None
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    for need in map(Requirement, project["dependencies"] + project["optional-dependencies"]["dev"]):
        try:
            there = metadata.version(need.name)
            if there not in need.specifier:
                wrong.append(f"{need} ({there} is there)")
        except metadata.PackageNotFoundError:
            wrong.append(f"{need} (missing)")
    if run(sys.executable, "-c", "import demarche, pathlib, sys; sys.exit(pathlib.Path(demarche.__file__).parents[2] "
           "!= pathlib.Path.cwd())", stderr=subprocess.DEVNULL):
        wrong.append("demarche from this folder (`pip install --no-deps --editable .`)")
    if wrong:
        raise Stop("the active environment needs " + ", ".join(wrong) + fix)


def bytes_promised():
    """Is this the set-up whose bytes are promised: the locked .venv on Linux x86-64? Elsewhere 6 decimals are."""
    made = STAMP.read_text(encoding="utf-8").split("\n")[1:2] if STAMP.exists() else []
    locked = made == [hashlib.sha256(LOCK.read_bytes()).hexdigest()] and Path(sys.prefix).resolve() == VENV
    return locked and sys.platform == "linux" and platform.machine() == "x86_64"


# --- the commands ----------------------------------------------------------------------------------------------------

def build(what):
    def command(given, rest):
        if what != "report" and ("CORPUS" in given) != ("OUT" in given):
            raise Stop("give both CORPUS=PATH and OUT=DIR, or neither")
        if {"CATALOGUE", "ACTORS"} & set(given) and ("CORPUS" not in given or what == "report"):
            raise Stop("CATALOGUE and ACTORS go with CORPUS=PATH and OUT=DIR")
        own = [f"--{name.lower()}={given[name]}" for name in PATHS if name in given]
        inside, stamp = python(given), Path(given.get("OUT", ROOT), "report", ".made-from")
        if what == "run" and not rest and stamp.is_file() and stamp.read_text(encoding="utf-8") == state(given):
            print(f"Nothing has changed since the last run; see {stamp.with_name('index.html')}")
            return 0
        code = run(inside, ROOT / "docs" / "build.py", what, *own, *rest)
        if what == "run" and not code:
            stamp.write_text(state(given), encoding="utf-8")
        return code
    return command


def state(given):
    """What a run rests on and what it made, as a hash: contents of the project's own files, size and time of the others."""
    home, found = Path(given.get("OUT", ROOT)), hashlib.sha256(repr((sys.version_info[:2], sorted(given.items()))).encode())
    own = [LOCK, PROJECT, *(ROOT / name for name in ("lib", "docs", "notebooks", "README.md"))]
    own += [] if "OUT" in given else [ROOT / "data"]
    own += [Path(given[name]) for name in ("CATALOGUE", "ACTORS") if name in given]
    for top in [*own, Path(given.get("CORPUS", ROOT / "data" / "raw")), *(home / name for name in MADE)]:
        for file in sorted(p for p in ([top] if top.is_file() else top.rglob("*")) if p.is_file()):
            if "__pycache__" not in file.parts and file.name not in (".lock", ".made-from"):
                told = file.stat()
                kept = (ROOT in file.parents and home == ROOT or top in own) and told.st_size < 10**7
                found.update(repr((str(file), file.read_bytes() if kept else (told.st_size, told.st_mtime_ns))).encode())
    return found.hexdigest()


def lab(given, rest):
    books = Path(given["OUT"], "notebooks") if "OUT" in given else ROOT / "notebooks"
    if not books.is_dir():
        raise Stop(f"{books}: no notebooks there; `make CORPUS=PATH OUT=DIR` puts them there")
    quiet = ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.news_url=None",
             "--LabApp.extension_manager=readonly"]  # asks nothing of the network
    if "ENV" not in given:  # nor asks the reader whether it may; an environment of the user's own keeps its settings
        settings = VENV / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text('{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}', encoding="utf-8")
    root = ["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    command = [str(python(given)), "-m", "jupyterlab", f"--ServerApp.root_dir={books}", *quiet, *root, *rest]
    if os.name == "nt":
        return run(*command)
    os.execve(command[0], command, environment())  # so that Ctrl-C reaches JupyterLab alone, which asks before it goes


def test(given, rest):
    inside = python(given)
    nbval = ["--nbval", "--nbval-current-env"]
    if run(inside, "-c", "import make, sys; sys.exit(not make.bytes_promised())"):
        print("make: not the locked set-up on Linux x86-64, so numbers are compared at 6 decimals, not bytes", flush=True)
        nbval += ["--nbval-sanitize-with", "tests/elsewhere.cfg"]
    lint = run(inside, "-m", "ruff", "check", "--quiet", ".")
    # A file's tests stay together, a notebook's cells too; as many at once as there are cores, but not more than four.
    abreast = ["-n", str(min(os.cpu_count() or 1, 4)), "--dist", "loadfile"] if not rest else []
    tests = run(inside, "-m", "pytest", "tests", "lib/demarche", "notebooks", "--ignore=tests/browser", "--doctest-modules",
                *nbval, *abreast, *rest)
    return lint or tests


def stress(given, rest):
    return run(python(given), "-m", "pytest", "tests", "--ignore=tests/browser", "-m", "hypothesis or stress",
               "--hypothesis-profile=stress", *rest)


def test_browser(given, rest):
    return run(python(given), "-m", "pytest", "tests/browser", *rest)


def bench(given, rest):
    jobs = [["bench.py", *rest], ["speed.py", "--write"], ["scale.py", "--write"]]
    return max(run(python(given), ROOT / "benchmarks" / name, *more) for name, *more in jobs)


def clean(given, rest):
    for folder in ("figures", "data/processed"):
        for file in (ROOT / folder).glob("*"):
            if file.name not in ("topic-labels.csv", "captions.csv"):  # the researcher's own words
                shutil.rmtree(str(file)) if file.is_dir() else file.unlink()
    for folder in ("report", ".pytest_cache", ".ruff_cache", ".hypothesis"):
        shutil.rmtree(str(ROOT / folder), ignore_errors=True)
    return 0


def lock(given, rest):
    python(given)
    uv = interpreter().with_name("uv.exe" if os.name == "nt" else "uv")
    extras = [word for extra in ("dev", "build", "browser", "dask") for word in ("--extra", extra)]
    return run(uv, "--quiet", "pip", "compile", "--universal", "--generate-hashes", "--python-version", "3.11", *extras,
               "--no-emit-index-url", "--no-emit-find-links", "--fork-strategy", "fewest", "--custom-compile-command",
               "make lock", "-o", LOCK.name, PROJECT.name, *rest, env=like_pip(interpreter()))


def show_help(given, rest):
    print(HELP)
    return 0


COMMANDS = {"run": build("run"), "test": test, "lab": lab, "figures": build("figures"), "report": build("report"),
            "test-browser": test_browser, "stress": stress, "bench": bench, "clean": clean, "lock": lock, "help": show_help}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
