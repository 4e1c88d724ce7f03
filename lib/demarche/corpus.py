"""Inputs to articles: a folder of .txt files, or one .csv, .jsonl or .parquet table, with what is known of each article.

Nothing is lost: what can't be read becomes a row of `rejected` that names the file, the line and the mend.
"""

import csv
import gzip
import hashlib
import json
import sys
from pathlib import Path

import pandas as pd

from demarche import dates

FACTS = ["title", "outlet", "date", "url", "language"]  # what a column or a catalogue may say of an article
TABLE_ENDINGS = (".csv", ".jsonl", ".parquet")
SKIPPED = {"manifest.csv"}  # the checksums beside the raw files


class CorpusError(ValueError):
    """There is nothing to work on, or a raw file is not what its manifest says; the message is one line."""


def read(path, catalogue=None):
    """(articles, rejected) of a corpus, in the order of the files.

    articles: `doc_id, file, line, sha256, source` (the decoded text), the FACTS, `catalogued` (does the date come from
    the researcher's table?) and any other column of the input. A folder with a `manifest.csv` is checked against it.
    Raises CorpusError when the path is missing, a raw file was changed, or no article is left.
    """
    path, rows, rejected, seen = Path(path), [], [], {}
    if not path.exists():
        raise CorpusError(f"{path}: no such file or folder; check the path")
    check_manifest(path)
    for file, line, record in _records(path):
        record = {"reason": record} if isinstance(record, str) else record
        doc_id = str(record.get("doc_id") or file.rpartition(".")[0] + (f"-{line}" if line else ""))
        if "reason" not in record and doc_id in seen:
            record["reason"] = f"doc_id '{doc_id}' is taken by {seen[doc_id]}; give each article its own"
        if "reason" in record:
            rejected.append((file, line, record["reason"]))
            continue
        seen[doc_id] = f"{file} line {line}" if line else file
        rows.append({**record, "doc_id": doc_id, "file": file, "line": line})
    rejected = pd.DataFrame(rejected, columns=["file", "line", "reason"])
    if not rows:
        why = f" (first: {rejected.file[0]}: {rejected.reason[0]})" if len(rejected) else ""
        raise CorpusError(f"{path}: no article could be read{why}; give a folder of .txt files, a .csv, .jsonl or "
                          ".parquet file")
    articles = pd.DataFrame(rows).rename(columns={"text": "source"})
    for column in FACTS:
        facts = articles[column] if column in articles else pd.Series(None, articles.index)
        articles[column] = facts.astype("str").str.strip().replace("", None)
    articles["catalogued"] = articles["date"].notna()
    if catalogue:
        articles, more = _with_catalogue(articles, Path(catalogue))
        rejected = pd.concat([rejected, more], ignore_index=True)
    bad = articles[articles["date"].notna() & (articles["date"].map(dates.day, na_action="ignore").isna())]
    odd = [(r.file, r.line, f"date '{r.date}' of {r.doc_id} can't be read; write YYYY-MM-DD; the article stays, undated "
                            "by this column") for r in bad.itertuples()]
    rejected = pd.concat([rejected, pd.DataFrame(odd, columns=rejected.columns)], ignore_index=True)
    return articles, rejected.drop_duplicates(["file", "line"]).reset_index(drop=True)


def check_manifest(folder):
    """Raise CorpusError naming every file of FOLDER/manifest.csv that is missing or was changed (by its SHA-256)."""
    manifest = Path(folder) / "manifest.csv"
    if not manifest.exists():
        return
    wrong = []
    for row in csv.DictReader(manifest.read_text(encoding="utf-8").splitlines()):
        file = manifest.parent / row["file"]
        if not file.exists():
            wrong.append(f"{row['file']} is missing")
        elif hashlib.sha256(file.read_bytes()).hexdigest() != row["sha256"]:
            wrong.append(f"{row['file']} was changed")
    if wrong:
        raise CorpusError(f"{folder}: {'; '.join(wrong)}: raw files are never edited; restore them "
                          "(git checkout) or, for a new corpus, write a new manifest.csv")


def decode(data):
    """Bytes to text, or a ValueError that says where and what to do. UTF-8 (with or without mark) and marked UTF-16.

    >>> decode(b"caf\\xe9")
    Traceback (most recent call last):
    ValueError: not UTF-8 at byte 4; save the file as UTF-8
    """
    try:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return data.decode("utf-16")
        if (at := data.find(b"\0")) >= 0:
            raise ValueError(f"binary, not text (a NUL at byte {at + 1}); give text as UTF-8")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"not {error.encoding.upper()[:6]} at byte {error.start + 1}; save the file as UTF-8") from None


def _records(path):
    """Yields (file, line, record): a dict with `text`, or the reason, as a string, why there is none."""
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
        for file in files:
            name = file.relative_to(path).as_posix()
            if file.suffix == ".txt":
                yield name, 0, _text_file(file)
            elif name not in SKIPPED:
                yield name, 0, f"'{file.suffix}' files in a folder are not read; give .txt"
        return
    ending = "".join(s for s in path.suffixes[-2:] if s in (*TABLE_ENDINGS, ".gz"))
    try:
        if ending == ".parquet":
            rows = enumerate(pd.read_parquet(path).to_dict("records"), start=1)
        elif ending in (".csv", ".csv.gz", ".jsonl", ".jsonl.gz"):
            data = path.read_bytes()
            text = decode(gzip.decompress(data) if ending.endswith(".gz") else data)
            rows = (_csv_rows if ".csv" in ending else _jsonl_rows)(text, path.name)
        elif path.suffix == ".txt":
            rows = [(0, _text_file(path))]
        else:
            raise ValueError(f"'{path.suffix}' is not read; give a folder of .txt, or .csv, .jsonl, .parquet (.gz too)")
    except (ValueError, OSError, EOFError) as error:
        raise CorpusError(f"{path}: {error}") from None
    for line, record in rows:
        if isinstance(record, dict) and "text" in record:
            text = record["text"]
            if not isinstance(text, str) or not text.strip():
                record = "no text in this row; fill its column 'text'"
            else:
                record = {**record, "sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()}
        elif isinstance(record, dict):
            record = f"no 'text' here (there are: {', '.join(map(str, record))}); name the text column 'text'"
        yield path.name, line, record


def _text_file(file):
    try:
        data = file.read_bytes()
        text = decode(data)
    except (ValueError, OSError) as error:
        return str(error)
    if not text.strip():
        return "empty; nothing to read"
    return {"text": text, "sha256": hashlib.sha256(data).hexdigest()}


def _csv_rows(text, name):
    csv.field_size_limit(sys.maxsize if sys.maxsize < 2**31 else 2**31 - 1)
    lines = csv.reader(text.splitlines(keepends=True))
    header = next(lines, None)
    if not header or "text" not in header:
        raise ValueError(f"no column 'text' in {name} (there are: {', '.join(header or [])}); name the text column 'text'")

    def rows():
        for cells in lines:
            if len(cells) != len(header):
                yield lines.line_num, f"{len(cells)} cells where the header has {len(header)}; mend the row's quotes"
            elif cells:
                yield lines.line_num, dict(zip(header, cells))
    return rows()


def _jsonl_rows(text, name):
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                record = json.loads(line)
            except ValueError as error:
                record = f"not JSON: {error}; one object per line"
            yield number, record if isinstance(record, (dict, str)) else "not a JSON object; one object per line"


def _with_catalogue(articles, path):
    """Facts by doc_id from the researcher's CSV: what it says wins."""
    try:
        table = pd.read_csv(path, dtype="str", keep_default_na=False)
    except (OSError, ValueError) as error:
        raise CorpusError(f"{path}: the catalogue can't be read ({str(error).splitlines()[0]})") from None
    if "doc_id" not in table:
        raise CorpusError(f"{path}: the catalogue has no column 'doc_id' (there are: {', '.join(table)})")
    known = table["doc_id"].isin(articles["doc_id"])
    lost = [(path.name, n + 2, f"no article has doc_id '{i}'; check its spelling")
            for n, i in table.loc[~known, "doc_id"].items()]
    articles = articles.set_index("doc_id")
    for column in table.columns.drop("doc_id"):
        said = table[known & (table[column] != "")].drop_duplicates("doc_id").set_index("doc_id")[column]
        if column not in articles:
            articles[column] = None
        articles[column] = said.reindex(articles.index).fillna(articles[column])
        if column == "date":
            articles.loc[said.index, "catalogued"] = True
    return articles.reset_index(), pd.DataFrame(lost, columns=["file", "line", "reason"])
