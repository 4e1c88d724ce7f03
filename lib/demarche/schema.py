"""Columns and key of every table, in one place, and the check where data come in."""

from dataclasses import dataclass

import pandas as pd

# One word per column: `*` marks the key, `?` may be null, `:int` and `:float` give the kind (text where none is given).
_SPEC = {
    "articles": "doc_id* file sha256 outlet? title? byline? place? date? date_from? date_to? date_kind date_evidence? "
                "language? story_id? n_paragraphs:int n_sentences:int n_tokens:int text",
    "lines": "doc_id* line:int* piece:int* role rule text raw_start:int? raw_end:int? start:int?",
    "dates": "doc_id* candidate:int* line:int? text value_from? value_to? kind verdict reason",
    "sentences": "doc_id* par:int* sent:int* role text start:int end:int raw_start:int? raw_end:int?",
    "tokens": "doc_id* par:int* sent:int* pos:int* token term start:int end:int",
    "statements": "doc_id* par:int* sent:int* statement:int* speaker? holder? via form cue? cue_start:int? cue_end:int? "
                  "start:int end:int",
    "stances": "doc_id* par:int* sent:int* statement:int* holder* target* stance:float? p_negative:float? "
               "p_neutral:float? p_positive:float? act? form cue? evidence method",
    "terms": "term* group?* period?* lane count:int hit_sentences:int hit_articles:int n_tokens:int n_sentences:int "
             "n_articles:int n_stories:int? rate:float? low:float? high:float? interval",
    "topics": "model* topic:int* term* weight:float rank:int",
    "topic_shares": "model* doc_id* par:int?* sent:int?* topic:int* share:float",
    "rejected": "file* line:int* reason",
    "actors": "actor* class alias* role from?* to?",
}


@dataclass(frozen=True)
class Table:
    """One table's columns (name to kind), its key, and which columns may be null."""

    columns: dict
    key: list
    nullable: set


def _parse(spec):
    columns, key, nullable = {}, [], set()
    for word in spec.split():
        name, _, kind = word.replace("*", "").replace("?", "").partition(":")
        columns[name] = kind or "str"
        if "*" in word:
            key.append(name)
        if "?" in word:
            nullable.add(name)
    return Table(columns, key, nullable)


TABLES = {name: _parse(spec) for name, spec in _SPEC.items()}
_KINDS = {"str": "str", "int": "Int64", "float": "float64"}


def conform(name, table):
    """`table` in the shape that the schema gives `name`: columns in order and kind, sorted by key, floats to 6 decimals.

    Nullable columns that are missing are added, all null. Columns that the schema does not know are kept at the end
    for `articles` (the user's own article variables) and dropped elsewhere.
    Raises ValueError, naming all that is wrong, when a column is missing, a value is null or a key occurs twice.

    >>> conform("rejected", pd.DataFrame({"file": ["a.txt"], "line": [0], "reason": ["empty"]})).dtypes["line"]
    Int64Dtype()
    """
    want = TABLES[name]
    table = table.assign(**{c: None for c in want.nullable if c not in table})
    require(**{name: table})
    extra = [c for c in table if c not in want.columns] if name == "articles" else []
    table = table[[*want.columns, *extra]].astype({c: _KINDS[kind] for c, kind in want.columns.items()})
    floats = [c for c, kind in want.columns.items() if kind == "float"]
    table[floats] = table[floats].round(6) + 0.0  # + 0.0 turns -0.0 into 0.0
    return table.sort_values(want.key, kind="stable", na_position="first").reset_index(drop=True)


def require(**tables):
    """Raise ValueError, with every offence in one message, unless each table has its columns, no nulls and a sound key.

    >>> require(rejected=pd.DataFrame({"file": ["a"], "line": [0]}))
    Traceback (most recent call last):
    ValueError: rejected: column 'reason' is missing
    """
    wrong = []
    for name, table in tables.items():
        want = TABLES[name]
        missing = [c for c in want.columns if c not in table and c not in want.nullable]
        wrong += [f"{name}: column '{c}' is missing" for c in missing]
        for column in set(want.columns) - want.nullable - set(missing):
            if nulls := int(table[column].isna().sum()):
                wrong.append(f"{name}: column '{column}' has {nulls} empty values")
        key = [c for c in want.key if c in table]
        if not missing and len(twice := table.loc[table.duplicated(key), key]):
            wrong.append(f"{name}: {len(twice)} keys occur twice, first {tuple(twice.iloc[0])}")
    if wrong:
        raise ValueError("; ".join(sorted(wrong)))
