"""How a foreign ministry talks, measured: news articles to tables, topics, terms and stance."""

__version__ = "0.1.0"
