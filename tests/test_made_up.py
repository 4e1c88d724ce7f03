"""The corpus that benchmarks run on: the same every time, and as rich in words as news."""

import re
import sys

import pytest

from conftest import ROOT, load
from demarche import sentences


@pytest.fixture(scope="module")
def made_up():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    return load(ROOT / "benchmarks" / "made_up.py")


def test_vocabulary_grows_as_in_news(made_up):
    """As many chunks and terms as the docstring says, which is about as many as it says of news."""
    table = [[int(n) for n in re.findall(r"\d+", line.replace(",", ""))] for line in made_up.__doc__.splitlines()
             if re.match(r"\| \d", line) and "-" not in line]
    assert len(table) == 4
    told, chunks, n = {row[0]: row[1:] for row in table[:3]}, set(), 0
    for article in made_up.articles(750):
        for chunk in article["text"].split():
            chunks.add(chunk)
            n += 1
            if n in told:
                bbc, bbc_terms, feeds, feed_terms, own, own_terms = told.pop(n)
                terms = {t for c in chunks for t in sentences.words(c)}
                assert len(chunks) == pytest.approx(own, rel=0.01) and len(terms) == pytest.approx(own_terms, rel=0.01)
                assert 0.95 * bbc <= own <= 1.05 * feeds and 0.95 * bbc_terms <= own_terms <= 1.05 * feed_terms
    assert not told


def test_a_smaller_corpus_is_the_beginning_of_a_larger_one(made_up):
    few, more = [*made_up.articles(5)], [*made_up.articles(20)]
    assert few == more[:5] and len({a["doc_id"] for a in more}) == 20
    assert few != [*made_up.articles(5, seed=1)]


def test_common_words_are_common_and_rare_ones_spelled_apart(made_up):
    words = [made_up.spelled(rank) for rank in range(3_000)]
    assert len(set(words)) > 2_900 and sum(map(len, words[:100])) < sum(map(len, words[-100:]))
    ranks = made_up.ranks(made_up.np.linspace(0, 1, 1_000, endpoint=False))
    assert ranks[0] == 0 and (made_up.np.diff(ranks) >= 0).all() and ranks[-1] > made_up.RANK
