"""Makes words.csv, which the library reads: each form of each listed word, with a letter for what it does in a
sentence.

    pip download --no-deps vaderSentiment==3.3.2 && unzip vaderSentiment-3.3.2-py2.py3-none-any.whl
    python docs/make_words.py [vaderSentiment/vader_lexicon.txt]

Sources, the first that has a form wins: grammar.csv (function words, titles, offices), cues.csv (reporting verbs and
nouns, deeds), stance.csv (words of conflict, cooperation and judgement), valence.csv (common words of feeling, from
the VADER lexicon; made anew where that file is given: words of letters only with a mean rating of at least 1 of 4). A
form that is noun and verb has a row for each. Some of the forms made here may not exist, which does no harm. Two runs
write the same bytes.
"""

import csv
import sys
from pathlib import Path

LISTS = Path(__file__).parent.parent / "lib" / "demarche" / "lexicons"
LEAST, STRONG = 1.0, 2.3
TAG = {"verb": "V", "deed": "F", "noun": "c", "deednoun": "e", "demand": "M", "negator": "!", "determiner": "D",
       "preposition": "P", "person": "p", "thing": "o", "first": "i", "relative": "R", "subordinator": "S", "conjunction": "&",
       "contrast": "B", "be": "b", "auxiliary": "x", "to": "t", "adverb": "y", "title": "T", "people": "T",
       "office": "O", "place": "O", "organisation": "O",
       "couple": "O", "former": "f"}
COMMON = {"noun": "n", "verb": "v", "adjective": "a", "adverb": "y"}
VALUED = {"noun": "s", "verb": "K", "adjective": "j", "adverb": "y"}
VERBS, NOUNS = {"verb", "deed"}, {"noun", "deednoun"}
PLURALS = {"sanction", "attack", "strike", "airstrike", "rocket", "missile", "restriction", "tie", "relation"}
IRREGULAR = {"be": "is are was were been being", "have": "had has having", "do": "did done does", "go": "went gone goes",
             "say": "said says", "lie": "lied lying", "sue": "sued"} | {line.split()[0]: line.partition(" ")[2] for line in '''
arise arose arisen|awake awoke awoken|bear bore borne|beat beat beaten|become became become|begin began begun|bend bent
beset beset|beseech besought|bet bet|bid bid bade|bind bound|bite bit bitten|bleed bled|blow blew blown|break broke broken
breed bred|bring brought|broadcast broadcast|build built|burst burst|buy bought|cast cast|catch caught|choose chose chosen
cling clung|come came come|cost cost|creep crept|cut cut|deal dealt|dig dug|draw drew drawn|drink drank drunk
drive drove driven|eat ate eaten|fall fell fallen|feed fed|feel felt|fight fought|find found|flee fled|fling flung
fly flew flown|forbid forbade forbidden|forecast forecast|forego forewent foregone|foresee foresaw foreseen
forget forgot forgotten|forgive forgave forgiven|forgo forwent forgone|forsake forsook forsaken|freeze froze frozen
get got gotten|give gave given|grind ground|grow grew grown|hang hung|hear heard|hide hid hidden|hit hit|hold held|hurt hurt
keep kept|kneel knelt|know knew known|lay laid|lead led|leave left|lend lent|let let|light lit|lose lost|make made|mean meant
meet met|mislead misled|mistake mistook mistaken|misunderstand misunderstood|offset offset|outbid outbid|outdo outdid outdone
overcome overcame overcome|overhear overheard|override overrode overridden|overrun overran|oversee oversaw overseen
overtake overtook overtaken|overthrow overthrew overthrown|partake partook partaken|pay paid|put put|quit quit|read read
rebuild rebuilt|recast recast|redo redid redone|remake remade|repay repaid|resell resold|reset reset|rethink rethought
retake retook retaken|rewrite rewrote rewritten|rid rid|ride rode ridden|ring rang rung|rise rose risen|run ran run
see saw seen|seek sought|sell sold|send sent|set set|shake shook shaken|shed shed|shine shone|shoot shot|show showed shown
shrink shrank shrunk|shut shut|sing sang sung|sink sank sunk|sit sat|slay slew slain|sleep slept|slide slid|sling slung
slit slit|speak spoke spoken|spend spent|spin spun|split split|spread spread|spring sprang sprung|stand stood
steal stole stolen|stick stuck|sting stung|stride strode|strike struck|string strung|strive strove striven|swear swore sworn
sweep swept|swim swam swum|swing swung|take took taken|teach taught|tear tore torn|tell told|think thought|throw threw thrown
thrust thrust|undercut undercut|undergo underwent undergone|understand understood|undertake undertook undertaken
undo undid undone|unwind unwound|uphold upheld|upset upset|wake woke woken|wear wore worn|weave wove woven|weep wept|win won
wind wound|withdraw withdrew withdrawn|withhold withheld|withstand withstood|wring wrung|write wrote written
'''.replace("|", "\n").split("\n") if line}


ADJECTIVES = {"bully", "chilly", "costly", "cowardly", "deadly", "friendly", "heavenly", "holy", "jolly", "likely", "lively",
              "lonely", "lovely", "lowly", "miserly", "silly", "sprightly", "trembly", "ugly", "unfriendly",
              "unlikely", "unlovely"}


def verb(word):
    """Past, third person and -ing form of one verb."""
    stem = word.removesuffix("e")
    forms = {word, word + "s", stem + "ed", stem + "ing", *IRREGULAR.get(word, "").split()}
    if word.endswith(("s", "sh", "ch", "x", "z", "o")):
        forms = forms - {word + "s"} | {word + "es"}
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        forms = {f for f in forms if not f.endswith(("ys", "yed"))} | {word[:-1] + "ies", word[:-1] + "ied"}
    if word.endswith("ee"):
        forms |= {word + "ing"}
    if len(word) > 2 and word[-1] in "bdglmnprt" and word[-2] in "aeiou" and word[-3] not in "aeiou":
        forms |= {word + word[-1] + "ed", word + word[-1] + "ing"}
        if sum(c in "aeiou" for c in word) == 1:  # ban, banned: never baned
            forms -= {word + "ed", word + "ing"}
    return forms - ({stem + "ed"} - set(IRREGULAR[word].split())) if word in IRREGULAR else forms


def noun(word):
    """Singular and plural of one noun."""
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return {word, word[:-1] + "ies"}
    return {word, word + ("es" if word.endswith(("s", "sh", "ch", "x", "z")) else "s")}


def forms(phrase, kind):
    """All forms of a phrase, in order of the alphabet: the first word of a verb is inflected, the last of a noun.

    >>> forms("call for", "verb")
    ['call for', 'called for', 'calling for', 'calls for']
    """
    parts = phrase.split()
    if kind in VERBS:
        made = {" ".join([form, *parts[1:]]) for form in verb(parts[0])}
        return sorted(made | ({form + "s" for form in made} if len(parts) > 1 and parts[-1] in PLURALS else set()))
    return sorted(" ".join([*parts[:-1], form]) for form in noun(parts[-1])) if kind in NOUNS else [phrase]


def read(name):
    with (LISTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name, columns, rows):
    with (LISTS / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def valence(path):
    """Rows of valence.csv from the VADER lexicon."""
    rated = [line.split("\t")[:2] for line in Path(path).read_text(encoding="utf-8").splitlines()]
    return sorted((word, (1 if float(mean) > 0 else -1) * (2 if abs(float(mean)) >= STRONG else 1), "VADER 3.3.2")
                  for word, mean in rated if word.isalpha() and word.islower() and len(word) > 2 and abs(float(mean)) >= LEAST)


def main(vader=None):
    if vader:
        write("valence", ["word", "value", "source"], valence(vader))
    found = {}  # (form, is a verb): tag, kind, act, value; what comes later wins
    for r in read("stance"):
        tag = "K" if r["type"] == "verb" else TAG.get(r["kind"]) or ("s" if r["type"] == "noun" else "j")
        for form in forms(r["word"], r["type"]):
            found[form, int(tag == "K")] = tag, r["kind"], "", r["value"]
    for r in (r for r in read("cues") if r["kind"] in TAG):
        for form in forms(r["lemma"], r["kind"]):
            found[form, int(r["kind"] in VERBS)] = TAG[r["kind"]], r["kind"], r["act"], r["value"] or "0"
    for r in read("grammar"):
        found.pop((r["word"], 1), None)
        found[r["word"], 0] = TAG[r["kind"]], r["kind"], "", "0"
    common = {}
    for r in read("common"):
        common.setdefault(r["word"], []).append(r["pos"])
    for word in common:  # 'considers' is no noun where 'consider' is none
        stems = [common.get(word[:-1], []), common.get(word[:-2], [])] if word.endswith("s") else []
        if any("verb" in stem for stem in stems) and not any("noun" in stem for stem in stems):
            common[word] = ["verb"]
    valued, listed = {r["word"]: r["value"] for r in read("valence")}, {form for form, _ in found}
    for form in sorted((common.keys() | valued.keys()) - listed):
        stem = form.removesuffix("s").removesuffix("ed").removesuffix("d").removesuffix("ing")
        guess = "verb" if form != stem and "verb" in [*common.get(stem, []), *common.get(stem + "e", [])] else "adjective"
        guess = "adverb" if form.endswith("ly") and form not in ADJECTIVES else guess
        for pos in common.get(form, [guess]):
            tag = (VALUED if form in valued else COMMON)[pos]
            found[form, int(pos == "verb")] = tag, "valence" if form in valued else pos, "", valued.get(form, "0")
    known = {form for form, _ in found}
    for word in (word for word, parts in common.items() if "verb" in parts and word not in listed):
        for form in verb(word) - known if not word.endswith(("ed", "ing", "s")) else ():
            found[form, 1] = "v", "verb", "", "0"
    write("words", ["form", "verb", "tag", "kind", "act", "value"], [(*key, *entry) for key, entry in sorted(found.items())])


if __name__ == "__main__":
    main(*sys.argv[1:])
