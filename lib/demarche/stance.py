"""Toward whom, and how: the actors in the words of a statement, and the sign of the listed words that speak of them.

Rules only. Where no listed word speaks, the stance is null: an abstention, not a neutral stance.
"""

import json
from itertools import groupby

import pandas as pd

from demarche import schema
from demarche.statements import Mention, Sentence, Word

METHOD = "rules-1"
PLACE = {"across", "from", "in", "inside", "into", "near", "within"}  # behind these a state is a place, not a target
REACH = 7  # items on either side of a target in which a listed word speaks of it


def toward(s, i, cue):
    """(stance or None, items of the words that made it) toward the actor at item `i` of a sentence.

    The word of the cue speaks of the first actors behind it; for others, the listed words within REACH items do: the sign is
    that of their sum, the strength that of the strongest. Militants without a name are spoken of as a threat.
    """
    values = s.values
    near = [j for j in range(i - REACH, i + REACH + 1) if j in values and j not in cue] or [j for j in cue if j in values]
    if cue and values.get(cue[-1]) and not s.tags[cue[-1] + 1:i].partition("A")[2].strip("A,&D"):
        near = [cue[-1]]
    total, found = sum(values[j] for j in near), [values[j] for j in near]
    if s.words[i].actor == "militants" and total >= 0:
        return -1.0, [i]
    return (float(max(found) if total > 0 else min(found) if total < 0 else 0), near) if near else (None, [])


def score(statements, sentences, articles, actors):
    """The `stances` table: a row for each actor in the words of a statement, with the words that made its score.

    `evidence` gives them by their place in articles.text. Whose words they are: the inmost statement that holds the actor.
    """
    days, out = dict(zip(articles["doc_id"], articles["date"].fillna(""))), []
    rows = {(r.doc_id, r.par, r.sent): (r.text, r.start) for r in sentences.itertuples()}
    for (doc, par, sent), part in groupby(statements.itertuples(), key=lambda st: (st.doc_id, st.par, st.sent)):
        text, start = rows[doc, par, sent]
        s, seen = Sentence(text, actors, days.get(doc)), set()
        for st in sorted(part, key=lambda st: -st.start):
            cue = [] if st.cue is None or pd.isna(st.cue) else [
                i for i, (a, b) in enumerate(s.spans) if st.cue_start <= start + a and start + b <= st.cue_end]
            for i, w in enumerate(s.words):
                if not isinstance(w, Mention) or not st.start <= start + s.spans[i][0] < st.end:
                    continue
                if s.tags[i - 1:i] == "P" and s.slice(i - 1, i - 1).lower() in PLACE:
                    continue
                if w.actor == st.holder or (st.holder, w.actor) in seen or (i, "taken") in seen and st.form == "action":
                    continue
                value, why = toward(s, i, cue)
                seen |= {(st.holder, w.actor), (i, "taken")}
                evidence = [[int(start + s.spans[j][0]), int(start + s.spans[j][1]), s.slice(j, j)] for j in sorted(why)]
                act = s.words[cue[-1]].act if cue and isinstance(s.words[cue[-1]], Word) else None
                out.append((doc, par, sent, st.statement, st.holder, w.actor, value, None, None, None, act, st.form, st.cue,
                            json.dumps(evidence, ensure_ascii=False), METHOD))
    return pd.DataFrame(out, columns=list(schema.TABLES["stances"].columns))
