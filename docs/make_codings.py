"""The coding of the five articles as a coded sheet: data/codings/five.csv, from tests/gold.

    python docs/make_codings.py

Every body sentence stands in it, so each had to be drawn: probability 1. Two runs write the same bytes.
"""

import csv
from collections import defaultdict
from pathlib import Path

from demarche import coding, prepare, store

ROOT = Path(__file__).resolve().parents[1]
CODES = {"PAK": "Pakistan", "AFG": "Afghanistan", "MIL": "militants", "US": "United States", "IND": "India", "CHN": "China",
         "RUS": "Russia"}


def main():
    tables, records = prepare.Tables(ROOT / "data" / "processed"), defaultdict(list)
    known = coding.names(tables)
    with open(ROOT / "tests" / "gold" / "statements.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            pair = [CODES.get(row[c], row[c]) for c in ("holder", "target")]
            records[f"p{row['par']} s{row['sent']}", row["doc"]].append(
                [name if name in known else f'"{name}"' for name in pair] + [row["stance"]])
    sheet = coding.draw(tables, 10_000)
    sheet["done"] = "x"
    for i, name in sheet["id"].items():
        doc, place = name.split(" ", 1)
        for k, record in enumerate(records.pop((place, doc[:3]), ()), start=1):
            sheet.loc[i, [f"{field}_{k}" for field in ("holder", "target", "stance")]] = record
    assert not records, f"no such sentence: {list(records)}"
    store.write_bytes(ROOT / "data" / "codings" / "five.csv", store.csv(sheet))


if __name__ == "__main__":
    main()
