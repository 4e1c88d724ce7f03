"""What all tests share: no network, profiles of the property tests, whether bytes or numbers are promised here."""

import importlib.util
import os
import re
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings

from demarche import clean, corpus, prepare

ROOT = Path(__file__).resolve().parents[1]
NUMBER = re.compile(r"(?<![\w.])-?\d+\.\d+(?:e[+-]?\d+)?(?!\w)")
settings.register_profile("fast", derandomize=True, deadline=None)
settings.register_profile("stress", max_examples=2_000, deadline=None, print_blob=True)
settings.load_profile("fast")


# No test, and no Python that a test starts, reaches further than this machine.
NOTES = Path(tempfile.mkdtemp(), "reached")
os.environ.update(OFFLINE_NOTES=str(NOTES), PYTHONPATH=os.pathsep.join(
    [str(ROOT / "tests" / "offline"), *filter(None, [os.environ.get("PYTHONPATH")])]))


def pytest_runtest_teardown(item):
    if NOTES.exists():
        said = NOTES.read_text(encoding="utf-8")
        NOTES.unlink()
        pytest.fail(f"it reached for the network: {said}", pytrace=False)


def pytest_unconfigure():
    NOTES.unlink(missing_ok=True)
    NOTES.parent.rmdir()


def cleaned(doc_id, source, title=None):
    """What `clean.pages` makes of one article."""
    return next(clean.pages([(doc_id, source, title)]))


def load(path):
    """A Python file outside the library, such as make.py, as a module."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(spec.name, module)
    spec.loader.exec_module(module)
    return module


def pytest_collection_modifyitems(items):
    """Under the profile `stress`, tests that set their own number of examples get twenty times as many."""
    if settings.get_current_profile_name() == "stress":
        for test in {i.obj for i in items if getattr(getattr(i, "obj", None), "is_hypothesis_test", False)}:
            own = test._hypothesis_internal_use_settings
            if own.max_examples < settings.default.max_examples:
                test._hypothesis_internal_use_settings = settings(own, max_examples=20 * own.max_examples)


# Ends a Python after so many seconds of its processor's time, however busy the machine is.
LIMIT = "try:\n    import resource\n    resource.setrlimit(resource.RLIMIT_CPU, ({0}, {0}))\nexcept ImportError:\n    pass\n"
OFFLINE = load(ROOT / "tests" / "offline" / "sitecustomize.py")


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The tables of the five articles, statements and stances too."""
    out = tmp_path_factory.mktemp("five")
    prepare.prepare(ROOT / "data" / "raw", out)
    prepare.add_statements(out)
    return out


@pytest.fixture(scope="session")
def tables(folder):
    return prepare.Tables(folder)


@pytest.fixture(scope="session")
def bytes_promised():
    """Is this the locked set-up on Linux x86-64, where every run writes the same bytes?"""
    return load(ROOT / "make.py").bytes_promised()


@pytest.fixture(scope="session")
def same(bytes_promised):
    """Compares two texts or files: byte for byte where bytes are promised, elsewhere their numbers at 6 decimals."""
    def check(one, other):
        one, other = (v.read_bytes() if isinstance(v, Path) else v.encode() if isinstance(v, str) else v for v in (one, other))
        return one == other if bytes_promised else close(one.decode("utf-8"), other.decode("utf-8"))
    return check


def read_corpus(path, catalogue=None):
    """(articles, rejected) of a corpus as tables, see `corpus.Reader`; the language is told where nobody says it."""
    source = corpus.Reader(path, catalogue)
    rows = [{**r, "language": r["language"] or corpus.language(r["text"]), "url": r.get("url")} for r in source]
    return pd.DataFrame(rows), pd.DataFrame(source.rejected, columns=["file", "line", "reason"])


def close(one, other):
    """Are two texts equal but for decimals beyond the sixth?"""
    numbers = [np.array(NUMBER.findall(text), float) for text in (one, other)]
    return NUMBER.sub("#", one) == NUMBER.sub("#", other) and np.allclose(*numbers, rtol=0, atol=1.5e-6)
