"""Are breaks found where the world changed? Events dated from outside knowledge, looked for in dated corpora.

    python benchmarks/known_breaks.py news CORPUS         # feed items on South Asia, terrorism, diplomacy of 2023, by week
    python benchmarks/known_breaks.py whitehouse CORPUS   # White House documents of 2021 to 2026, by month

The days stand in EVENTS; they are those of the events as the world knows them, written down before the corpora were looked at
with these terms (excepted are Hamas and earthquake in the news, and Afghanistan, Ukraine and Hamas in the White House, whose
curves had been seen). Found: a jump up whose first period is that of the day, or the
next one. `by_chance`: the share of all periods that would count as found, given the jumps up of that term.
"""

import argparse
import tempfile
from pathlib import Path

import pandas as pd

from demarche import change, prepare, stats, store, terms

EVENTS = {
    "news": ("week", [
        ("Hamas", "2023-10-07", "attack on Israel"), ("earthquake", "2023-10-07", "earthquakes at Herat"),
        ("Wagner", "2023-06-23", "mutiny in Russia"), ("Nijjar", "2023-09-18", "Canada accuses India"),
        ("Imran Khan", "2023-05-09", "his arrest"), ("Sudan", "2023-04-15", "war breaks out"),
        ("Niger", "2023-07-26", "coup"), ("G20", "2023-09-09", "summit in New Delhi"),
        ("Chandrayaan*", "2023-08-23", "landing on the moon"), ("Manipur", "2023-05-03", "violence breaks out"),
        ("Houthi*", "2023-11-19", "a ship is seized"), ("Uttarkashi|Silkyara", "2023-11-12", "a tunnel collapses")]),
    "whitehouse": ("month", [
        ("Afghanistan", "2021-08-15", "fall of Kabul"), ("Ukraine", "2022-02-24", "invasion"),
        ("Hamas", "2023-10-07", "attack on Israel"), ("omicron", "2021-11-26", "variant named"),
        ("Houthi*", "2023-11-19", "a ship is seized"), ("Haiti*", "2021-07-07", "president killed"),
        ("Kharkiv|Mariupol|Bucha", "2022-02-24", "invasion"), ("Sudan*", "2023-04-15", "war breaks out"),
        ("Navalny*", "2024-02-16", "his death"), ("mpox|monkeypox", "2022-05-18", "first cases")])}


def look(tables, by, events):
    """One row per event: was there a jump up in its period or the next?"""
    hits = terms.hits(tables.sentences, [term for term, *_ in events], counts=tables.counts)
    found = change.breaks(hits, tables.articles, by)
    names = sorted(stats.period(tables.articles["date"].dropna(), by).unique())
    rows = []
    for term, day, what in events:
        mine = found[(found["term"] == term) & (found["said"] == "jumps up")]
        own = stats.period(pd.Series([day]), by)[0]
        near = {p: {p, *names[names.index(p) - 1:names.index(p)]} for p in mine["period"]}  # the day's period, or the one after
        rows.append((term, day, what, any(own in around for around in near.values()), ", ".join(mine["period"]),
                     len(set().union(*near.values())) / len(names), mine["q"].min()))
    return pd.DataFrame(rows, columns=["term", "day", "event", "found", "jumps_up", "by_chance", "q"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("events", choices=EVENTS)
    parser.add_argument("corpus")
    o = parser.parse_args()
    with tempfile.TemporaryDirectory() as out:
        home = o.corpus if (Path(o.corpus) / store.STAMP).exists() else out
        if home == out:
            prepare.prepare(o.corpus, out)
        table = look(prepare.Tables(home), *EVENTS[o.events])
    print(table.round(3).to_string(index=False))
    print(f"{table['found'].sum()} of {len(table)} found; {table['by_chance'].sum():.1f} would be by chance")


if __name__ == "__main__":
    main()
