"""Raw articles from a folder of .txt or from one .csv, .jsonl or .parquet; what can't be read is told, file by file."""

import csv
import gzip
import hashlib
import json
from pathlib import Path

import pandas as pd

from demarche import dates

FACTS = ["title", "outlet", "date", "url", "language"]  # what a column or a catalogue may say of an article
MANIFEST = "manifest.csv"


class CorpusError(ValueError):
    """One clear line: what is wrong with the input, and what to do."""


def read(path, catalogue=None):
    """(articles, rejected) of a corpus, in the order of the files.

    articles: `doc_id, file, line, sha256, source` (the decoded text), the FACTS and any other column of the input.
    A folder with a `manifest.csv` is checked against it. Raises CorpusError when the path is missing, a raw file was
    changed, or no article is left.
    """
    path, rows, rejected, seen = Path(path), [], [], {}
    if not path.exists():
        raise CorpusError(f"{path}: no such file or folder; check the path")
    check_manifest(path)
    for file, line, record in _records(path):
        if isinstance(record, dict):
            doc_id = str(record.get("doc_id") or file.rpartition(".")[0] + (f"-{line}" if line else ""))
            if doc_id not in seen:
                seen[doc_id] = f"{file} line {line}" if line else file
                rows.append({**record, "doc_id": doc_id, "file": file, "line": line})
                continue
            record = f"doc_id '{doc_id}' is taken by {seen[doc_id]}; give each article its own"
        rejected.append((file, line, record))
    if not rows:
        why = f" (first: {rejected[0][0]}: {rejected[0][2]})" if rejected else ""
        raise CorpusError(f"{path}: no article could be read{why}; "
                          "give a folder of .txt files, or one .csv, .jsonl or .parquet")
    articles = pd.DataFrame(rows).rename(columns={"text": "source"})
    for column in FACTS:
        facts = articles[column] if column in articles else pd.Series(None, articles.index)
        articles[column] = facts.astype("str").str.strip().replace("", None)
    if catalogue:
        articles, lost = _with_catalogue(articles, Path(catalogue))
        rejected += lost
    rejected += [(r.file, r.line, (f"date '{r.date}' of {r.doc_id} is no day; write YYYY-MM-DD (the article stays, without "
                  "this date)")) for r in articles[articles["date"].notna()].itertuples() if dates.day(r.date) is None]
    rejected = pd.DataFrame(rejected, columns=["file", "line", "reason"])
    return articles, rejected.drop_duplicates(["file", "line"], ignore_index=True)


def check_manifest(folder):
    """Raise CorpusError naming every file of FOLDER/manifest.csv that is missing or was changed (by its SHA-256)."""
    manifest, wrong = Path(folder) / MANIFEST, []
    if manifest.exists():
        for row in csv.DictReader(manifest.read_text(encoding="utf-8").splitlines()):
            file = manifest.parent / row["file"]
            if not file.exists():
                wrong.append(f"{row['file']} is missing")
            elif hashlib.sha256(file.read_bytes()).hexdigest() != row["sha256"]:
                wrong.append(f"{row['file']} was changed")
    if wrong:
        raise CorpusError(f"{folder}: {', '.join(wrong)}; raw files are never edited: restore them, or give a corpus of "
                          "your own its own folder")


def decode(data):
    """The text of a file: UTF-8 with or without a mark, or UTF-16 with one. ValueError says where it is neither.

    >>> decode("Séoul".encode("utf-8-sig")), decode("Séoul".encode("utf-16"))
    ('Séoul', 'Séoul')
    >>> decode(b"caf\\xe9 ferm\\xe9")
    Traceback (most recent call last):
    ValueError: not UTF-8 at byte 4; save the file as UTF-8
    """
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if not marked and (at := data.find(b"\0")) >= 0:
        raise ValueError(f"binary, not text (a NUL at byte {at + 1}); give text as UTF-8")
    try:
        return data.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError as error:
        kind = "UTF-16" if marked else "UTF-8"
        raise ValueError(f"not {kind} at byte {error.start + 1}; save the file as UTF-8") from None


def _records(path):
    """Yields (file, line, record): a dict with `text` and `sha256`, or, as a string, the reason why there is none."""
    if path.is_dir():
        for file in sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith(".")):
            name = file.relative_to(path).as_posix()
            if file.suffix == ".txt":
                yield name, 0, _text(file)
            elif name != MANIFEST:
                yield name, 0, f"'{file.suffix}' files in a folder are not read; give .txt"
        return
    ending = "".join(s for s in path.suffixes[-2:] if s in (".csv", ".jsonl", ".parquet", ".gz"))
    try:
        if ending in (".csv", ".csv.gz", ".jsonl", ".jsonl.gz"):
            data = path.read_bytes()
            text = decode(gzip.decompress(data) if ending.endswith(".gz") else data)
            rows = _csv_rows(text) if ".csv" in ending else _jsonl_rows(text)
        elif ending == ".parquet":
            rows = enumerate(pd.read_parquet(path).to_dict("records"), start=1)
        elif path.suffix == ".txt":
            rows = [(0, _text(path))]
        else:
            raise ValueError(f"'{path.suffix}' is not read; give a folder of .txt, or .csv, .jsonl, .parquet (.gz too)")
    except (ValueError, OSError, EOFError) as error:
        raise CorpusError(f"{path}: {error}") from None
    for line, record in rows:
        if isinstance(record, dict):
            text = record.get("text")
            if "text" not in record:
                record = f"no 'text' here (there are: {', '.join(map(str, record))}); name the text column 'text'"
            elif not isinstance(text, str) or not text.strip():
                record = "no text in this row; fill its column 'text'"
            else:
                record = {"sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(), **record}
        yield path.name, line, record


def _text(file):
    try:
        data = file.read_bytes()
        text = decode(data)
    except (ValueError, OSError) as error:
        return str(error)
    return {"text": text, "sha256": hashlib.sha256(data).hexdigest()} if text.strip() else "empty; nothing to read"


def _csv_rows(text):
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(text.splitlines(keepends=True))
    header = next(reader, [])
    if "text" not in header:
        raise ValueError(f"no column 'text' (there are: {', '.join(header)}); name the text column 'text'")
    return ((reader.line_num, dict(zip(header, cells)) if len(cells) == len(header) else
             f"{len(cells)} cells where the header has {len(header)}; mend the row's quotes") for cells in reader if cells)


def _jsonl_rows(text):
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                record = json.loads(line)
                yield number, record if isinstance(record, dict) else "no JSON object; write one object per line"
            except ValueError as error:
                yield number, f"not JSON ({error}); write one object per line"


def _with_catalogue(articles, path):
    """Facts by doc_id from the researcher's CSV: what it says wins. Returns (articles, rows for `rejected`)."""
    try:
        table = pd.read_csv(path, dtype="str", keep_default_na=False)
    except (OSError, ValueError) as error:
        raise CorpusError(f"{path}: the catalogue can't be read ({error}); give a CSV with a column doc_id") from None
    if "doc_id" not in table:
        raise CorpusError(f"{path}: the catalogue has no column 'doc_id' (there are: {', '.join(table)})")
    known = table["doc_id"].isin(articles["doc_id"])
    lost = [(path.name, n + 2, f"no article has doc_id '{i}'; check its spelling")
            for n, i in table.loc[~known, "doc_id"].items()]
    articles = articles.set_index("doc_id")
    for column in table.columns.drop("doc_id"):
        said = table[known & (table[column] != "")].drop_duplicates("doc_id").set_index("doc_id")[column]
        said = said.reindex(articles.index)
        articles[column] = said.fillna(articles[column]) if column in articles else said
    return articles.reset_index(), lost
