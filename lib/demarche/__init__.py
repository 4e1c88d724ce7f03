"""How a foreign ministry talks, measured: news articles to tables, topics, terms and stance.

Import rooms, not names: `from demarche import prepare, terms, topics, stance, plots, report`.
"""

__version__ = "0.1.0"
