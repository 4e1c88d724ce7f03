"""Raw articles from a folder of .txt or from one .csv, .jsonl or .parquet; what can't be read is told, file by file."""

import csv
import gzip
import hashlib
import io
import json
import re
import zlib
from pathlib import Path

import pandas as pd

from demarche import dates, schema

FACTS = ["title", "outlet", "date", "url", "language"]  # what a column or a catalogue may say of an article
_OWN = {c for name in ("articles", "lines", "sentences") for c in schema.TABLES[name].columns} - {"doc_id", *FACTS}


def read(path, catalogue=None):
    """(articles, rejected) of a corpus, in the order of the files.

    articles: `doc_id, file, line, sha256, text` (decoded), the FACTS and any other column of the input, as text; a name that
    the suite's tables use themselves ('n_tokens', 'par') becomes user_NAME. What the catalogue says wins. ValueError, one
    line: the path is missing, a file differs from what the folder's manifest.csv says (file, sha256), or no article is left.
    """
    path, rows, rejected, told = Path(path), {}, [], set()
    if not path.exists():
        raise ValueError(f"{path}: no such file or folder; check the path")
    for file, line, record in _folder(path) if path.is_dir() else _table(path):
        text = record.get("text") if isinstance(record, dict) else None
        said = _variables(record) if text and line else {}  # line 0 is a whole file
        doc_id = said.get("doc_id") or re.sub(r"\.\w+(\.gz)?$", "", file) + f"-{line}" * (line > 0)
        if isinstance(record, str):
            rejected.append((file, line, record))
        elif not isinstance(text, str) or not text.strip():
            rejected.append((file, line, f"no text here (columns: {', '.join(map(str, record))}); put it in a column 'text'"))
        elif taken := rows.get(doc_id):
            where = f"{taken['file']}, line {taken['line']}" if line else taken["file"]
            rejected.append((file, line, f"doc_id '{doc_id}' is taken by {where}; give each article its own"))
        else:
            sha256 = hashlib.sha256(text.encode()).hexdigest() if line else record["sha256"]
            rows[doc_id] = {**said, "doc_id": doc_id, "file": file, "line": line, "sha256": sha256, "text": text}
    known = [r for *_, r in _table(path / "manifest.csv")] if (path / "manifest.csv").exists() else []
    there = {(r["file"], r["sha256"]) for r in rows.values()}
    if wrong := [r["file"] for r in known if {"file", "sha256"} <= set(r) and (r["file"], r["sha256"]) not in there]:
        raise ValueError(f"{path}: changed or missing: {', '.join(wrong)}; raw files are never edited, restore them")
    if not rows:
        why = f" ({rejected[0][0]}: {rejected[0][2]})" if rejected else ""
        raise ValueError(f"{path}: no article could be read{why}; give a folder of .txt, or one .csv, .jsonl or .parquet")
    for file, line, record in _table(Path(catalogue)) if catalogue else ():
        said = _variables(record) if isinstance(record, dict) else {}
        doc_id = said.get("doc_id")
        if doc_id in rows and doc_id not in told:
            rows[doc_id].update({k: v for k, v in said.items() if v})
            told.add(doc_id)
        else:
            why = f"doc_id '{doc_id}' is no article's, or stands here twice; check its spelling" if said else record
            rejected.append((f"catalogue {file}", line, why))
    rejected += [(r["file"], r["line"], f"date '{r['date']}' is no day; write YYYY-MM-DD (the article stays)")
                 for r in rows.values() if r.get("date") and not dates.day(r["date"])]
    articles = pd.DataFrame(list(rows.values()))
    articles[[c for c in FACTS if c not in articles]] = None
    return articles, pd.DataFrame(rejected, columns=["file", "line", "reason"])


def decode(data):
    """The text of a file in UTF-8, or UTF-16 with its mark; ValueError says what is wrong, and where."""
    kind = "UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "UTF-8"
    try:
        text = data.decode(kind).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ValueError(f"not {kind} at byte {error.start + 1}; save the file as UTF-8") from None
    if "\0" in text or not text.strip():
        raise ValueError("binary, not text (it holds a NUL); give text as UTF-8" if text.strip() else "empty, nothing to read")
    return text


def _folder(path):
    """Yields (file, 0, record) of each file: a dict of text and sha256, or the reason why there is none, as a string."""
    for file in sorted(p for p in path.rglob("*") if p.is_file()):
        name = file.relative_to(path).as_posix()
        if name == "manifest.csv" or "/." in f"/{name}":
            continue
        try:
            data = file.read_bytes() if file.suffix.lower() == ".txt" else None
            record = {"text": decode(data), "sha256": hashlib.sha256(data).hexdigest()} if data is not None else (
                f"'{file.suffix}' files in a folder are not read; give .txt")
        except (ValueError, OSError) as error:
            record = str(error)
        yield name.encode(errors="surrogateescape").decode(errors="backslashreplace"), 0, record  # a name need not be UTF-8


def _table(path):
    """(file, line, record) of each row of a table, as in `_folder`; ValueError where it can't be read as a whole."""
    kind = re.search(r"\.(csv|jsonl|parquet)(\.gz)?$", path.name.lower())
    try:
        if not kind:
            raise ValueError(f"'{path.suffix}' is not read; give a folder of .txt, or .csv, .jsonl, .parquet (.gz too)")
        data = gzip.decompress(path.read_bytes()) if kind[2] else path.read_bytes()
        if kind[1] == "parquet":
            rows = enumerate(pd.read_parquet(io.BytesIO(data)).to_dict("records"), start=1)
        else:
            rows = (_csv if kind[1] == "csv" else _jsonl)(decode(data))
        return [(path.name, line, record) for line, record in rows]
    except (ValueError, OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{path}: {error}") from None


def _csv(text):
    csv.field_size_limit(2**31 - 1)
    reader, line = csv.reader(io.StringIO(text, newline=""), strict=True), 0
    try:
        header = next(reader)
        for cells in reader:
            line = reader.line_num
            if cells:
                yield line, dict(zip(header, cells)) if len(cells) == len(set(header)) else (
                    f"{len(cells)} cells where the header names {len(set(header))} columns; mend the row's quotes")
    except csv.Error as error:
        yield reader.line_num, f"not CSV from line {line + 1} on ({error}); mend the quotes there"


def _jsonl(text):
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                record = json.loads(line)
                json.dumps(record, ensure_ascii=False).encode()  # half a surrogate pair can't be stored
                yield number, record if isinstance(record, dict) else "no JSON object; write one object per line"
            except (ValueError, RecursionError) as error:
                yield number, f"not JSON ({error}); write one object per line"


def _variables(record):
    """The article variables of a record as text or None, under names that are theirs alone."""
    return {f"user_{k}" if k in _OWN else str(k): _cell(v) for k, v in record.items() if k != "text"}


def _cell(value):
    value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    value = int(value) if isinstance(value, float) and value.is_integer() else value  # pandas: whole numbers beside gaps
    return None if pd.isna(value) else str(value).strip() or None
