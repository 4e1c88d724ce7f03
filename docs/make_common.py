"""Makes common.csv: which parts of speech common words of the news mostly are.

    pip download --no-deps textblob-aptagger==0.2.0 && tar xzf textblob-aptagger-0.2.0.tar.gz
    python docs/make_common.py textblob-aptagger-0.2.0/textblob_aptagger/trontagger-0.1.0.pickle NEWS.jsonl.gz [...]

NEWS: JSON lines with a column `text`. Each sentence is tagged by the perceptron tagger of NLTK with that model; words in lower
case that occur at least LEAST times are written with the part of speech they mostly have, and a second one where it is not
rare. Another corpus gives another list: this one came from 1.7 million words of news in English of 2004, 2005, 2016 and 2023.
"""

import csv
import gzip
import json
import pickle
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from nltk.tag.perceptron import PerceptronTagger

from demarche import sentences

OUT = Path(__file__).parent.parent / "lib" / "demarche" / "lexicons" / "common.csv"
LEAST, SECOND = 3, 0.12
NAMED = 2  # a word that has a capital more than so many times as often as none is a name
CLASS = {"VB": "verb", "NN": "noun", "JJ": "adjective", "RB": "adverb"}


class _Sets(pickle.Unpickler):
    """Reads a pickle that holds nothing but plain data and sets."""

    def find_class(self, module, name):
        if name != "set":
            raise ValueError(f"{module}.{name}: not plain data")
        return set


def tagger(path):
    """NLTK's tagger with the weights of the file."""
    with open(path, "rb") as file:
        weights, tags, classes = _Sets(file, encoding="latin1").load()
    made = PerceptronTagger(load=False)
    made.model.weights, made.tagdict, made.classes, made.model.classes = weights, tags, classes, classes
    return made


def split(text):
    """The sentences of a text."""
    return sentences.columns([[("text", 1, 1, "body", "default", text, 0, len(text), 0)]])[0][4].to_pylist()


def main(model, *paths):
    made, counts, names = tagger(model), defaultdict(Counter), Counter()
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in (part for row in file for part in json.loads(row)["text"].splitlines()):
                for sentence in split(line):
                    words = re.findall(r"\w+(?:[-']\w+)*|[^\w\s]", sentence.replace("’", "'"))
                    names.update(word.lower() for word in words[1:] if len(words) > 3 and word.isalpha() and word.istitle())
                    for word, tag in made.tag(words) if len(words) > 3 else ():
                        if word.isalpha() and word.islower():
                            counts[word][CLASS.get(tag[:2], "other")] += 1
    with OUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["word", "pos"])
        for word, found in sorted(counts.items()):
            if names[word] <= NAMED * sum(found.values()):  # 'Trump' at the start of a sentence is no verb
                writer.writerows((word, pos) for pos in parts(word, found))


def parts(word, found):
    """The parts of speech of a word, the commonest first; none where it is rare or mostly something else."""
    total, named = sum(found.values()), sum(found.values()) - found["other"]
    if total < LEAST or len(word) < 3 or found["other"] > total / 2:
        return []
    top = max(("noun", "verb", "adjective", "adverb"), key=lambda pos: found[pos])
    if top == "noun" and word.endswith("ed") and found["verb"] > 0.1 * named:
        top = "verb"
    more = {"noun": ["verb"], "verb": ["noun", "adjective"] if not word.endswith("ed") else []}.get(top, [])
    return [top, *(pos for pos in more if found[pos] >= max(2, (0.3 if pos == "adjective" else SECOND) * named))]


if __name__ == "__main__":
    main(*sys.argv[1:])
