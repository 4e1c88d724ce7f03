"""How a foreign ministry talks, measured: news articles to tables, topics, terms and stance."""

from importlib import import_module, util

__version__ = "0.1.0"


def __getattr__(name):  # `import demarche; demarche.terms`: a room is imported when it is first asked for
    if not util.find_spec(f"demarche.{name}"):
        raise AttributeError(f"module 'demarche' has no attribute '{name}'")
    return import_module(f"demarche.{name}")
