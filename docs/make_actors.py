"""Makes the actors list that the library ships, from countryinfo's country tables and the hand list beside this file.

    pip install countryinfo==1.0.1
    python docs/make_actors.py

Names, official names, capitals and demonyms of the states come from countryinfo (MIT). docs/actors_hand.csv adds to
them or takes away: its columns are actor, class, role, aliases (one or more, separated by ';'), from, to, note. A row
of role `drop` takes aliases away that the country tables would give, and says why. Two runs write the same bytes.
"""

import csv
import json
import re
from pathlib import Path

import countryinfo

HERE = Path(__file__).parent
OUT = HERE.parent / "lib" / "demarche" / "lexicons" / "actors.csv"
COLUMNS = ["actor", "class", "alias", "role", "from", "to"]

# The members of the UN, and four more: Holy See (VA), Palestine (PS), Taiwan (TW); Kosovo is in the hand list.
STATES = re.findall("[A-Z]{2}", """
AD AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF CG CH
CI CL CM CN CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FR GA GB GD GE GH GM GN
GQ GR GT GW GY HN HR HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KZ LA LB LC
LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP
NR NZ OM PA PE PG PH PK PL PT PW PY QA RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV
SY SZ TD TG TH TJ TL TM TN TO TR TT TV TZ UA UG US UY UZ VA VC VE VN VU WS YE ZA ZM ZW PS TW
""")

# Where the usual English name is not the one of the country tables.
NAMES = {"CD": "DR Congo", "BS": "Bahamas", "GM": "Gambia", "FM": "Micronesia", "MK": "North Macedonia", "SZ": "Eswatini",
         "TR": "Türkiye", "VA": "Holy See", "PS": "Palestine", "TL": "Timor-Leste"}
OFFICIAL = re.compile(r"\b(?:Republic|Kingdom|Federation|Federative|State|Principality|Duchy|Sultanate|Commonwealth|"
                      r"Union|United States)\b")


def states():
    """Rows of the country tables: name, official names, capital, demonym, and the people made from the demonym."""
    tables = {}
    for path in sorted((Path(countryinfo.__file__).parent / "data").glob("*.json")):
        table = json.loads(path.read_text(encoding="utf-8"))
        tables[table.get("ISO", {}).get("alpha2")] = table
    for code in STATES:
        table = tables[code]
        actor = NAMES.get(code, table["name"])
        official = [a for a in table.get("altSpellings", []) if OFFICIAL.search(a) and "," not in a and a[0].isupper()]
        for alias in sorted({actor, table["name"].removeprefix("The "), *official}):
            yield actor, "state", alias, "name", "", ""
        yield actor, "state", table["capital"], "capital", "", ""
        for demonym in (table.get("demonym") or "").split(","):
            yield from demonyms(actor, demonym.strip())


def demonyms(actor, demonym):
    """The adjective, its plural noun where that is regular, and the people."""
    if demonym:
        yield actor, "state", demonym, "demonym", "", ""
        if demonym.endswith(("an", "en", "i")) and not demonym.endswith("I-Kiribati"):
            yield actor, "state", demonym + "s", "people", "", ""
        for noun in ("people", "nation", "refugees"):
            yield f"{demonym} people", "people", f"{demonym} {noun}", "people", "", ""


def hand():
    """Rows of the hand list, one per alias; a lower-case alias also with a capital, for the start of a sentence."""
    with open(HERE / "actors_hand.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if None in row.values() or None in row:
                raise ValueError(f"actors_hand.csv: a row has not 7 cells: {row}")
            for alias in row["aliases"].split(";"):
                alias = alias.strip()
                if row["role"] == "demonym" and row["class"] == "state":
                    yield from demonyms(row["actor"], alias)
                    continue
                for form in sorted({alias, alias[0].upper() + alias[1:]}):
                    yield row["actor"], row["class"], form, row["role"], row["from"], row["to"]


def main():
    """Write the list, sorted; a hand row wins over a country row of the same alias."""
    written = list(hand())
    dropped = {(actor, alias) for actor, _, alias, role, _, _ in written if role == "drop"}
    kept = [row for row in written if row[3] != "drop" and (row[0], row[2]) not in dropped]
    known = {row[2] for row in kept}
    for row in states():  # in the order name, capital, demonym: a city state is its name
        if row[2] not in known and (row[0], row[2]) not in dropped:
            kept.append(row)
            known.add(row[2])
    with open(OUT, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(sorted(set(kept)))


if __name__ == "__main__":
    main()
