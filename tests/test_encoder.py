"""The encoder computes in whole numbers: the same of a sentence alone or among others, in any order of summation."""

import math
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demarche import clauses, encoder, lexicons, stance
from demarche.clauses import Sentence
from test_statements import TEXT, made

ACTORS = clauses.Actors(lexicons.actors())
NET = encoder.shipped()
MOST_EXACT = 2**24  # whole numbers up to this are all floats of 32 bits
NUMBERS = st.floats(-1e6, 1e6, width=32)


@given(st.lists(NUMBERS, min_size=4, max_size=4))
def test_an_array_is_brought_to_whole_numbers_and_back_within_half_a_step(row):
    x = np.array([row], np.float32)
    q, scale = encoder.whole(x)
    assert np.array_equal(q, np.rint(q)) and np.abs(q).max() <= 127
    assert np.all(np.abs(q * scale - x) <= scale * 0.5001)


def test_every_sum_of_every_multiplication_is_exact():
    matrices = {name: w for name, w in NET.a.items() if name.endswith(".q")}
    assert len(matrices) > 10
    for name, w in matrices.items():
        assert np.array_equal(w, np.rint(w)) and 127 * np.abs(w).sum(0).max() < MOST_EXACT, name
    assert encoder.STEPS.max() * 127 * (encoder.MOST + 1) < MOST_EXACT


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_no_order_of_summation_changes_a_bit(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 3, (7, 384)).astype(np.float32)
    q, _ = encoder.whole(x)
    w, order = NET.a["0.o.q"], rng.permutation(384)
    assert np.array_equal(q @ w, q[:, order] @ w[order]) and np.array_equal(q @ w, (q.astype(np.int64) @ w.astype(np.int64)))


@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_attention_is_that_of_real_numbers_but_for_rounding(seed, n):
    rng = np.random.default_rng(seed)
    q, k, v = (rng.normal(0, 1, (2, m, 32)).astype(np.float32) for m in (3, n, n))
    z = q.astype(float) @ k.swapaxes(1, 2).astype(float) / math.sqrt(32)
    e = np.exp(z - z.max(-1, keepdims=True))
    assert np.abs(encoder.attend(q, k, v) - e @ v / e.sum(-1, keepdims=True)).max() < 0.1


def test_the_activation_is_that_of_real_numbers_but_for_rounding():
    x = np.linspace(-40, 40, 9999, dtype=np.float32)
    right = [0.5 * v * (1 + math.erf(v / math.sqrt(2))) for v in np.clip(x, -16, 16)]
    assert np.abs(encoder.active(x) - right).max() < 0.02


@pytest.mark.parametrize("word, right", [
    ("condemned", ["condemned"]), ("CONDEMNED", ["condemned"]), ("naïve", ["naive"]), ("don’t", ["don", "’", "t"]), ("", []),
    ("x" * 300, None), ("\U0001f600", ["[UNK]"]),
    ("con\u00addemned\u200b", ["condemned"]), ("\ufeff\x00", [])])
def test_a_word_falls_into_the_longest_pieces_of_the_list(word, right):
    names = list(NET.vocab)
    found = [names[n] for n in encoder.pieces(word, NET.vocab)]
    assert found == right if right is not None else "".join(x.removeprefix("##") for x in found) in ("x" * 300, "[UNK]")


OF_A_TEXT = """
import hashlib
from test_encoder import NET, encoder, read
net = [(NET.tokens(s, encoder.hidden(s)), some) for _, sentences, found in read(
    "Japan condemned Iran, which thanked Peru for its help. Togo and Ghana, whose envoys met, hailed the UN's report on Syria.")
    for s, some in zip(sentences, found)]
print(hashlib.sha256(NET.read([tokens for tokens, _ in net])[0].tobytes() + repr(NET.weigh(net)).encode()).hexdigest())
"""


def test_every_kind_of_processor_gives_the_same_bits():
    """Other kernels of the library that multiplies, and numpy without the newer instructions."""
    kinds = [{}, {"OPENBLAS_CORETYPE": "Nehalem"}, {"OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_NUM_THREADS": "2"},
             {"OPENBLAS_CORETYPE": "Nehalem", "NPY_DISABLE_CPU_FEATURES": "X86_V3,X86_V4"}]
    bits = [subprocess.run([sys.executable, "-c", OF_A_TEXT], check=True, stdout=subprocess.PIPE, cwd=os.path.dirname(__file__),
                           env=os.environ | kind).stdout for kind in kinds]
    assert len(bits[0]) == 65 and set(bits) == {bits[0]}


def look(articles):
    return [found for _, _, found in encoder.look(iter(articles), NET)]


def read(*texts):
    return [one for text in texts for one in stance.pairs(*made(text), ACTORS, NET.blocks)]


def test_what_is_read_beside_a_sentence_changes_nothing(tables):
    every = list(stance.pairs(tables.sentences, tables.articles, ACTORS, NET.blocks))
    assert sum(len(some) for found in look(every) for some in found) > 100
    assert look(every) == [found for one in every for found in look([one])] == look(every[::-1])[::-1]


def test_sentences_are_read_in_lots_without_a_seam(tables, monkeypatch):
    every = list(stance.pairs(tables.sentences, tables.articles, ACTORS, NET.blocks))
    whole = look(every)
    for size in (1, 97):
        monkeypatch.setattr(encoder, "BATCH", size)
        assert look(every) == whole


def test_a_sentence_longer_than_what_is_read_keeps_its_first_pairs_and_guesses_none():
    long = read("Japan condemned Iran, " + "and then it said so again, " * 60 + "while Spain praised Peru.")
    kept = {(c.holder, c.target) for some in look(long)[0] for c in some}
    assert ("Japan", "Iran") in kept and not {"Spain", "Peru"} & {actor for pair in kept for actor in pair}
    ids, kinds, forms, places = NET.tokens(long[0][1][0], {})
    assert len(ids) == len(kinds) == len(forms) == encoder.MOST + 1 and places["Japan"] and not places["Peru"]


def test_names_are_hidden_and_what_describes_is_not():
    s = Sentence("Pakistan’s Foreign Office summoned the Iranian envoy.", ACTORS)
    ids, *_, places = NET.tokens(s, encoder.hidden(s))
    words = [list(NET.vocab)[n] for n in ids]
    assert words.count("[MASK]") == 2 and "summoned" in words and not {"pakistan", "iranian"} & set(words)
    assert {actor for actor, spans in places.items() if spans} == {"Pakistan", "Iran"}
    shown, *_ = NET.tokens(s, {})
    assert {"pakistan", "iranian"} <= {list(NET.vocab)[n] for n in shown}


@pytest.mark.parametrize("text", [
    "Prime Minister {} Abcde condemned Iran’s foe.", "{}, May 3 (Xyz) - Iran condemned the ban on Abcde.",
    "Iran praised the {} War Museum in Abcdeville.", "After the {} War, Iran thanked Japan."])
def test_names_that_are_no_actors_are_hidden_too(text):
    for name in ("Korean", "Gulf", "Hitler"):
        s = Sentence(text.format(name), ACTORS)
        words = {list(NET.vocab)[n] for n in NET.tokens(s, encoder.hidden(s))[0]}
        assert "[MASK]" in words and not {"korean", "gulf", "hitler", "beijing"} & words


def test_a_class_of_ones_own_is_read_as_a_body(monkeypatch):
    kinds = NET.kinds
    s = Sentence("Japan condemned Iran.", ACTORS)
    monkeypatch.setattr(NET, "kinds", {kind: n for kind, n in kinds.items() if kind != "state"})
    assert set(NET.tokens(s, {})[1]) == {0, kinds["body"]}


@settings(max_examples=50, deadline=None)
@given(TEXT)
def test_any_text_is_read(text):
    for found in look(read(text, "Japan condemned " + text)):
        assert all(math.isfinite(c.score) and math.isfinite(c.lean) for some in found for c in some)
