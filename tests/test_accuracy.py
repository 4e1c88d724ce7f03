"""How right the stances are on the five articles, recomputed: the README may say no more."""

import csv
import re
from pathlib import Path

import pandas as pd
import pytest

from demarche import lexicons

ROOT = Path(__file__).parents[1]
CODES = {"PAK": "Pakistan", "AFG": "Afghanistan", "US": "United States", "IND": "India", "CHN": "China", "RUS": "Russia"}


def sign(stance):
    """0 within a third, as the README's figure is defined."""
    return 0 if abs(stance) < 0.34 else 1 if stance > 0 else -1


@pytest.fixture(scope="module")
def pairs(tables):
    """(coded, found): sets of (article, paragraph, sentence, holder, target, sign)."""
    table = tables.stances.dropna(subset="stance").query("par > 0")
    groups = set(lexicons.actors().query("`class` == 'militants'")["actor"])  # the codebook's classes: MIL, and the SCO in INTL
    table = table.assign(doc_id=table["doc_id"].str[:3], **{c: table[c].where(~table[c].isin(groups), "MIL").replace(
        "SCO", "INTL") for c in ("holder", "target")}).query("holder != target")
    means = table.groupby(["doc_id", "par", "sent", "holder", "target"])["stance"].mean()
    with open(ROOT / "tests" / "gold" / "statements.csv", encoding="utf-8") as file:
        coded = {(r["doc"], int(r["par"]), int(r["sent"]), CODES.get(r["holder"], r["holder"]),
                  CODES.get(r["target"], r["target"]), sign(float(r["stance"]))) for r in csv.DictReader(file)}
    return coded, {(*key, sign(mean)) for key, mean in means.items()}


def test_the_readme_says_how_right_the_stances_of_the_five_articles_are(pairs):
    coded, found = pairs
    f1 = 2 * len(coded & found) / (len(coded) + len(found))
    said = re.search(r"F1 (0\.\d\d) for holder, target and sign", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert float(said[1]) == pytest.approx(f1, abs=0.006)


def test_signs_of_shared_pairs_are_mostly_right(pairs):
    coded, found = pairs
    signs = {key[:5]: key[5] for key in coded}
    shared = [key for key in found if key[:5] in signs]
    assert len(shared) > 60 and sum(signs[key[:5]] == key[5] for key in shared) / len(shared) > 0.8


def test_the_readme_says_what_coded_sentences_and_the_machine_alone_make_of_the_main_pair():
    said = re.search(r"Afghanistan at (-?\d\.\d\d) on the five articles, the machine alone at (-?\d\.\d\d)",
                     " ".join((ROOT / "README.md").read_text(encoding="utf-8").split()))
    table = pd.read_csv(ROOT / "figures" / "04-corrected.csv").query("pair == 'Pakistan → Afghanistan'")
    assert [float(v) for v in said.groups()] == pytest.approx(
        [table.loc[table["estimate"] == e, "value"].item() for e in ("corrected", "naive")], abs=0.006)
