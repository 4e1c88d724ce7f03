"""Score the reader on directed sentiment: sentences with two names in square brackets, and who is for or against whom.

    python benchmarks/directed.py FILE.jsonl.gz

FILE: JSON lines with `text` and `label_id`: 0 none, 1 positive from the first name to the second, 2 positive the other
way, 3 and 4 the same for negative. Each sentence is read as an article of its own. Prints precision, recall and F1 of
each class, and macro F1.
"""

import gzip
import json
import re
import sys

import pandas as pd

from demarche import clauses, lexicons, schema, stance, statements

CLASS, ROLE = "body", "name"  # of a name that the shipped table lacks


def data(path):
    """(sentences, articles, {doc_id: the two names as they are resolved}, {doc_id: label}, {doc_id: clauses.Actors})."""
    rows, marks, labels = [], {}, {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for n, line in enumerate(file):
            row = json.loads(line)
            spans = [m.span() for m in re.finditer(r"\[[^\[\]]+\]", row["text"])]
            if len(spans) == 2:
                marks[str(n)] = [(a - 2 * k, b - 2 * k - 2) for k, (a, b) in enumerate(spans)]
                labels[str(n)] = row["label_id"]
                rows.append((str(n), 1, 1, re.sub(r"[\[\]]", "", row["text"]), 0))
    sentences = pd.DataFrame(rows, columns=["doc_id", "par", "sent", "text", "start"])
    articles = pd.DataFrame({"doc_id": sentences["doc_id"], "date": None, "place": None})
    shipped = clauses.Actors(lexicons.actors())
    names = resolved(sentences, articles, shipped, marks)
    actors = dict.fromkeys(names, shipped)
    for doc, text in zip(sentences["doc_id"], sentences["text"]):
        if None in names[doc] or names[doc][0] == names[doc][1]:
            actors[doc] = clauses.Actors(pd.concat([own(text, marks[doc]), lexicons.actors()]))
            one = sentences["doc_id"] == doc
            names |= resolved(sentences[one], articles[one], actors[doc], marks)
    return sentences, articles, names, labels, actors


def own(text, spans):
    """Rows of the actors table for names that it lacks, or has as one actor, as who studies these persons would add them."""
    rows = []
    for a, b in spans:
        end = re.compile(r"\w*").match(text, b).end() if text[b - 1].isalnum() else b
        name = re.sub(r"['’]s?$", "", re.sub(r"^[Tt]he ", "", text[a:end].strip()))
        if re.search(r"\w", name):
            rows.append((f"[{name}]", CLASS, name, ROLE, "", ""))
    return pd.DataFrame(rows, columns=list(schema.TABLES["actors"].columns))


def resolved(sentences, articles, actors, marks):
    """{doc_id: the actors that are read in its two brackets, None where there is none}."""
    names = {}
    for some, read in statements.read(sentences, articles, actors):
        s = read[0]
        inside = [
            [g.actor for g in s.groups if g.actor and s.spans[g.first][0] < b and a < s.spans[g.last][1]]
            for a, b in marks[some[0][0]]
        ]
        names[some[0][0]] = [group[-1] if group else None for group in inside]
    return names


def groups(sentences, articles, actors):
    """(sentences, articles, actors) of those that are read with the same actors."""
    of = sentences["doc_id"].map(actors)
    for some in of.drop_duplicates():
        yield sentences[of == some], articles[of == some], some


def main(path):
    sentences, articles, names, labels, actors = data(path)
    found = dict.fromkeys(labels, 0)
    for r in pd.concat([stance.read(*some)[1] for some in groups(sentences, articles, actors)]).itertuples():
        p, q = names[r.doc_id]
        if not pd.isna(r.stance) and r.stance and {r.holder, r.target} == {p, q}:
            found[r.doc_id] = (1 if r.stance > 0 else 3) + (r.holder == q)
    report(found, labels)
    print(f"both names found in {sum(None not in v for v in names.values())}")


def report(found, labels):
    """Print precision, recall and F1 of each class, and macro F1."""
    scores = []
    for label in range(5):
        right = sum(found[n] == label == labels[n] for n in labels)
        p, r = (right / max(1, sum(some[n] == label for n in labels)) for some in (found, labels))
        scores.append(2 * p * r / (p + r) if p + r else 0.0)
        print(
            f"class {label}: precision {p:.2f}, recall {r:.2f}, F1 {scores[-1]:.2f}"
        )
    print(f"{len(labels)} sentences, macro F1 {sum(scores) / 5:.3f}")


if __name__ == "__main__":
    main(sys.argv[1])
